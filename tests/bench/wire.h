// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The two wire formats of the load generator, as thin as they can be: it has to cost far less than
/// any server it measures. Pure functions; any thread.
namespace possync::bench {

/// Opcodes of RFC 6455 §5.2.
enum class Opcode : std::uint8_t {
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10
};

/// One WebSocket frame inside a buffer; `payload` points into it.
struct Frame {
    Opcode opcode = Opcode::Text;
    bool final = true;
    std::string_view payload;
    std::size_t size = 0; ///< Of the whole frame, with its header.
    std::optional<std::uint32_t> mask;
};

/// The frame at the start of `bytes`, or nothing if it is not whole yet. Masked payloads stay
/// masked: applyMask() undoes that in place.
std::optional<Frame> readFrame(std::string_view bytes);

/// XORs `size` bytes with the four bytes of `mask`, as RFC 6455 §5.3 has it.
void applyMask(char *bytes, std::size_t size, std::uint32_t mask);

/// Appends a frame. Clients mask, servers must not.
void appendFrame(std::string &out, Opcode opcode, std::string_view payload,
                 std::optional<std::uint32_t> mask = std::nullopt);

/// A cheap 32-bit random number for masks.
std::uint32_t nextMask();

/// The nonce every handshake of the generator carries, and the only right answer to it. They are
/// the pair of RFC 6455 §1.3, which spares the generator a SHA-1.
inline constexpr std::string_view handshakeKey = "dGhlIHNhbXBsZSBub25jZQ==";
inline constexpr std::string_view handshakeAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// `protocol`: the WebSocket subprotocol asked for; empty: none.
std::string upgradeRequest(std::string_view host, std::string_view target,
                           std::string_view protocol = {});

/// Start of an HTTP answer: status line and headers.
struct ResponseHead {
    int status = 0;
    std::size_t size = 0;                     ///< Of the head, with the empty line.
    std::optional<std::size_t> contentLength; ///< Absent: see `chunked`.
    bool chunked = false;
    bool keepAlive = true;
    std::string_view text; ///< All of it, for looking up further headers.
};

/// The head at the start of `bytes`, or nothing if it is not whole yet. Status 0: not HTTP.
std::optional<ResponseHead> readResponseHead(std::string_view bytes);

/// Value of a header, found without regard to case; empty if absent.
std::string_view headerValue(std::string_view head, std::string_view name);

std::string getRequest(std::string_view host, std::string_view target);
std::string postRequest(std::string_view host, std::string_view target, std::string_view body);

/// Where a server listens, taken from `http://HOST:PORT` or `ws://HOST:PORT/path`. IPv4 only.
struct Endpoint {
    std::uint32_t address = 0; ///< Network byte order.
    std::uint16_t port = 0;    ///< Host byte order.
    std::string host;          ///< "HOST:PORT", for the Host header.
    std::string path = "/";    ///< For the upgrade.
};
std::optional<Endpoint> parseUrl(std::string_view url);

} // namespace possync::bench
