// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/wire.h"

#include <arpa/inet.h>
#include <strings.h>

#include <bit>
#include <charconv>
#include <cstring>

namespace possync::bench {
namespace {

std::uint64_t bigEndian(const char *bytes, std::size_t count)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
}

} // namespace

std::optional<Frame> readFrame(std::string_view bytes)
{
    if (bytes.size() < 2)
        return std::nullopt;
    const auto first = static_cast<unsigned char>(bytes[0]);
    const auto second = static_cast<unsigned char>(bytes[1]);
    std::size_t head = 2;
    std::uint64_t length = second & 0x7fU;
    const std::size_t extra = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (extra != 0) {
        if (bytes.size() < head + extra)
            return std::nullopt;
        length = bigEndian(bytes.data() + head, extra);
        head += extra;
    }
    Frame frame;
    if ((second & 0x80U) != 0) {
        if (bytes.size() < head + 4)
            return std::nullopt;
        std::uint32_t mask = 0;
        std::memcpy(&mask, bytes.data() + head, 4);
        frame.mask = mask;
        head += 4;
    }
    if (bytes.size() - head < length)
        return std::nullopt;
    frame.opcode = static_cast<Opcode>(first & 0x0fU);
    frame.final = (first & 0x80U) != 0;
    frame.payload = bytes.substr(head, length);
    frame.size = head + length;
    return frame;
}

void applyMask(char *bytes, std::size_t size, std::uint32_t mask)
{
    const std::uint64_t wide = std::uint64_t(mask) << 32 | mask;
    std::size_t at = 0;
    for (; at + 8 <= size; at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes + at, 8);
        word ^= wide;
        std::memcpy(bytes + at, &word, 8);
    }
    char key[4];
    std::memcpy(key, &mask, 4);
    for (; at < size; ++at)
        bytes[at] = static_cast<char>(bytes[at] ^ key[at % 4]);
}

void appendFrame(std::string &out, Opcode opcode, std::string_view payload,
                 std::optional<std::uint32_t> mask)
{
    char head[14];
    std::size_t size = 0;
    head[size++] = static_cast<char>(0x80U | static_cast<unsigned>(opcode));
    const unsigned maskBit = mask ? 0x80U : 0U;
    const std::size_t extra = payload.size() < 126 ? 0 : payload.size() < 65536 ? 2 : 8;
    const unsigned shown = extra == 0   ? static_cast<unsigned>(payload.size())
                           : extra == 2 ? 126U
                                        : 127U;
    head[size++] = static_cast<char>(maskBit | shown);
    for (std::size_t i = extra; i > 0; --i)
        head[size++] = static_cast<char>(payload.size() >> (8 * (i - 1)) & 0xffU);
    if (mask) {
        std::memcpy(head + size, &*mask, 4);
        size += 4;
    }
    out.append(head, size);
    const std::size_t start = out.size();
    out.append(payload);
    if (mask)
        applyMask(out.data() + start, payload.size(), *mask);
}

std::uint32_t nextMask()
{
    thread_local std::uint32_t state = 0x9e3779b9U;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

std::string upgradeRequest(std::string_view host, std::string_view target,
                           std::string_view protocol)
{
    std::string text;
    text.append("GET ").append(target).append(" HTTP/1.1\r\nHost: ").append(host);
    text.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: ");
    text.append(handshakeKey);
    if (!protocol.empty())
        text.append("\r\nSec-WebSocket-Protocol: ").append(protocol);
    return text.append("\r\n\r\n");
}

std::string_view headerValue(std::string_view head, std::string_view name)
{
    for (std::size_t line = head.find("\r\n"); line != std::string_view::npos;
         line = head.find("\r\n", line)) {
        line += 2;
        const std::string_view rest = head.substr(line);
        if (rest.size() <= name.size() || rest[name.size()] != ':'
            || strncasecmp(rest.data(), name.data(), name.size()) != 0)
            continue;
        std::string_view value = rest.substr(name.size() + 1, rest.find("\r\n") - name.size() - 1);
        while (!value.empty() && value.front() == ' ')
            value.remove_prefix(1);
        return value;
    }
    return {};
}

std::optional<ResponseHead> readResponseHead(std::string_view bytes)
{
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos)
        return std::nullopt;
    ResponseHead head;
    head.size = end + 4;
    head.text = bytes.substr(0, head.size);
    if (head.text.starts_with("HTTP/1.") && head.text.size() > 12)
        std::from_chars(head.text.data() + 9, head.text.data() + 12, head.status);
    if (const std::string_view length = headerValue(head.text, "Content-Length"); !length.empty()) {
        std::size_t value = 0;
        std::from_chars(length.data(), length.data() + length.size(), value);
        head.contentLength = value;
    }
    const auto is = [](std::string_view value, std::string_view word) {
        return value.size() == word.size()
               && strncasecmp(value.data(), word.data(), word.size()) == 0;
    };
    head.chunked = is(headerValue(head.text, "Transfer-Encoding"), "chunked");
    head.keepAlive = !is(headerValue(head.text, "Connection"), "close");
    return head;
}

std::string getRequest(std::string_view host, std::string_view target)
{
    std::string text;
    text.append("GET ").append(target).append(" HTTP/1.1\r\nHost: ").append(host);
    return text.append("\r\nAccept: application/json\r\n\r\n");
}

std::string postRequest(std::string_view host, std::string_view target, std::string_view body)
{
    std::string text;
    text.reserve(body.size() + 256);
    text.append("POST ").append(target).append(" HTTP/1.1\r\nHost: ").append(host);
    text.append("\r\nContent-Type: application/json\r\nContent-Length: ");
    return text.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

std::optional<Endpoint> parseUrl(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos)
        return std::nullopt;
    url.remove_prefix(scheme + 3);
    Endpoint endpoint;
    const std::size_t slash = url.find('/');
    if (slash != std::string_view::npos)
        endpoint.path = url.substr(slash);
    endpoint.host = url.substr(0, slash);
    const std::size_t colon = endpoint.host.find(':');
    if (colon == std::string::npos)
        return std::nullopt;
    const std::string name = endpoint.host.substr(0, colon);
    in_addr address{};
    if (inet_pton(AF_INET, name == "localhost" ? "127.0.0.1" : name.c_str(), &address) != 1)
        return std::nullopt;
    endpoint.address = address.s_addr;
    const char *end = endpoint.host.data() + endpoint.host.size();
    const auto [stop, error] =
        std::from_chars(endpoint.host.data() + colon + 1, end, endpoint.port);
    if (error != std::errc() || stop != end)
        return std::nullopt;
    return endpoint;
}

} // namespace possync::bench
