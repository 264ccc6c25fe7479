// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/v2device.h"

#include "tests/bench/process.h"

#include <charconv>
#include <zstd.h>

namespace possync::bench {
namespace {

constexpr std::size_t longestText = 256 * 1024;
constexpr std::uint64_t ackEvery = 64 * 1024;

/// The number behind `"key":`; 0 if there is none.
std::uint64_t numberAfter(std::string_view message, std::string_view key)
{
    const std::size_t at = message.find(key);
    std::uint64_t number = 0;
    if (at != std::string_view::npos)
        std::from_chars(message.data() + at + key.size(), message.data() + message.size(), number);
    return number;
}

/// The text without escapes behind `"key":"`.
std::string_view textAfter(std::string_view message, std::string_view key)
{
    const std::size_t at = message.rfind(key);
    if (at == std::string_view::npos)
        return {};
    const std::string_view rest = message.substr(at + key.size());
    return rest.substr(0, rest.find('"'));
}

} // namespace

V2Device::V2Device(Loop &loop, Identity who, bool isPacking)
    : Socket(loop)
    , m_who(std::move(who))
    , m_isPacking(isPacking)
{
}

bool V2Device::dial(const Endpoint &server)
{
    m_server = server;
    m_parts.clear();
    m_upgraded = m_upToDate = m_snapshot = m_lost = false;
    m_changes = m_records = m_wireBytes = m_textBytes = m_unacked = 0;
    m_firstNs = 0;
    m_dialledNs = nowNs();
    return connectTo(server);
}

void V2Device::onConnected()
{
    send(upgradeRequest(m_server.host, deviceTarget(m_server.path, m_who), "possync.v2"));
}

std::size_t V2Device::onBytes(char *bytes, std::size_t size)
{
    std::string_view rest(bytes, size);
    if (!m_upgraded) {
        const std::optional<ResponseHead> head = readResponseHead(rest);
        if (!head)
            return 0;
        if (head->status != 101) {
            fail("the handshake was answered with " + std::to_string(head->status));
            return size;
        }
        m_upgraded = true;
        sendHello();
        rest.remove_prefix(head->size);
    }
    while (const std::optional<Frame> frame = readFrame(rest)) {
        rest.remove_prefix(frame->size);
        m_wireBytes += frame->size;
        handle(*frame);
        if (!isOpen())
            return size;
    }
    return size - rest.size();
}

void V2Device::sendText(std::string_view message)
{
    m_frame.clear();
    appendFrame(m_frame, Opcode::Text, message, nextMask());
    send(m_frame);
}

void V2Device::sendHello()
{
    const std::string position =
        m_epoch.empty() ? std::string("null")
                        : R"({"epoch":")" + m_epoch + R"(","seq":)" + std::to_string(m_seq) + '}';
    sendText(R"({"type":"hello","device_id":")" + m_who.device() + R"(","versions":[2,2],)"
             + R"("position":)" + position + R"(,"capabilities":[)"
             + (m_isPacking ? R"("zstd")" : "") + R"(],"clock_ms":0,"client":"possync_bench"})");
}

void V2Device::acknowledge(std::string_view token)
{
    m_unacked = 0;
    if (token.empty())
        sendText(R"({"type":"acked","position":{"epoch":")" + m_epoch + R"(","seq":)"
                 + std::to_string(m_seq) + "}}");
    else
        sendText(R"({"type":"acked","token":")" + std::string(token) + "\"}");
}

void V2Device::handle(const Frame &frame)
{
    switch (frame.opcode) {
    case Opcode::Text:
        if (frame.final)
            handleText(frame.payload);
        else
            m_parts = frame.payload;
        break;
    case Opcode::Continuation:
        m_parts.append(frame.payload);
        if (frame.final)
            handleText(m_parts);
        break;
    case Opcode::Binary:
        handlePacked(frame.payload);
        break;
    case Opcode::Ping:
        m_frame.clear();
        appendFrame(m_frame, Opcode::Pong, frame.payload, nextMask());
        send(m_frame);
        break;
    case Opcode::Close:
        fail("the server closed the connection");
        break;
    case Opcode::Pong:
        break;
    }
}

void V2Device::handlePacked(std::string_view message)
{
    m_text.resize(longestText);
    const std::size_t size =
        ZSTD_decompress(m_text.data(), m_text.size(), message.data(), message.size());
    if (ZSTD_isError(size))
        fail("a compressed message cannot be read");
    else
        handleText(std::string_view(m_text).substr(0, size));
}

void V2Device::handleText(std::string_view message)
{
    m_textBytes += message.size();
    m_unacked += message.size();
    if (message.starts_with(R"({"type":"changes")"))
        handleChanges(message);
    else if (message.starts_with(R"({"type":"snapshot")"))
        handlePart(message);
    else if (message.starts_with(R"({"type":"welcome")"))
        m_epoch = textAfter(message, R"("epoch":")");
    else if (message.starts_with(R"({"type":"up_to_date")"))
        m_upToDate = true;
    else if (message.starts_with(R"({"type":"error")"))
        fail(std::string(message.substr(0, 200)));
}

void V2Device::handleChanges(std::string_view message)
{
    if (m_firstNs == 0)
        m_firstNs = nowNs();
    const std::uint64_t from = numberAfter(message, R"("from":)");
    const std::uint64_t to = numberAfter(message, R"("to":)");
    if (from != m_seq + 1 || to < from) {
        fail("changes came from " + std::to_string(from) + " behind " + std::to_string(m_seq));
        return;
    }
    m_changes += to - from + 1;
    m_seq = to;
    if (m_unacked >= ackEvery)
        acknowledge({});
}

void V2Device::handlePart(std::string_view message)
{
    if (m_firstNs == 0)
        m_firstNs = nowNs();
    m_snapshot = true;
    constexpr std::string_view record = R"({"entity_id":)";
    for (std::size_t at = message.find(record); at != std::string_view::npos;
         at = message.find(record, at + record.size()))
        ++m_records;
    if (message.ends_with(R"("last":true})")) {
        m_seq = numberAfter(message, R"("at":)");
        acknowledge({});
    } else if (m_unacked >= ackEvery) {
        acknowledge(textAfter(message, R"("token":")"));
    }
}

void V2Device::fail(const std::string &what)
{
    if (m_fault.empty())
        m_fault = what;
    m_lost = true;
    cut();
}

} // namespace possync::bench
