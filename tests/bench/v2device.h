// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/loop.h"
#include "tests/bench/messages.h"

namespace possync::bench {

/// One device of protocol v2 that keeps nothing but its position: says hello, counts what it is
/// sent, checks that nothing is missing, acknowledges every 64 KiB as docs/protocol-v2.md has it.
class V2Device : public Socket
{
public:
    V2Device(Loop &loop, Identity who, bool isPacking);

    /// Connects and says hello from where it is.
    bool dial(const Endpoint &server);

    bool isUpToDate() const { return m_upToDate; }
    bool isLost() const { return m_lost; }
    bool gotSnapshot() const { return m_snapshot; }
    const std::string &fault() const { return m_fault; } ///< Empty: all is as it should be.
    std::uint64_t position() const { return m_seq; }
    // Since dial():
    std::uint64_t changes() const { return m_changes; }
    std::uint64_t records() const { return m_records; }
    std::uint64_t wireBytes() const { return m_wireBytes; }
    std::uint64_t textBytes() const { return m_textBytes; }
    std::int64_t dialledNs() const { return m_dialledNs; }
    std::int64_t firstNs() const { return m_firstNs; }

protected:
    void onConnected() override;
    std::size_t onBytes(char *bytes, std::size_t size) override;
    void onClosed() override { m_lost = true; }

private:
    void sendText(std::string_view message);
    void sendHello();
    void acknowledge(std::string_view token);
    void handle(const Frame &frame);
    void handlePacked(std::string_view message);
    void handleText(std::string_view message);
    void handleChanges(std::string_view message);
    void handlePart(std::string_view message);
    void fail(const std::string &what);

    Identity m_who;
    Endpoint m_server;
    std::string m_parts; ///< Of a fragmented message.
    std::string m_text;
    std::string m_frame;
    std::string m_epoch;
    std::string m_fault;
    std::uint64_t m_seq = 0;
    std::uint64_t m_changes = 0;
    std::uint64_t m_records = 0;
    std::uint64_t m_wireBytes = 0;
    std::uint64_t m_textBytes = 0;
    std::uint64_t m_unacked = 0;
    std::int64_t m_dialledNs = 0;
    std::int64_t m_firstNs = 0;
    const bool m_isPacking;
    bool m_upgraded = false;
    bool m_upToDate = false;
    bool m_snapshot = false;
    bool m_lost = false;
};

} // namespace possync::bench
