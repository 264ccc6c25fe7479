// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/iothread.h"
#include "server/net/renewal.h"

namespace possync::net {

/// A device that speaks protocol v2. Joins its room with its hello.
class V2Session final : public Session
{
public:
    /// `deviceId` is what the URL says; may be empty.
    V2Session(IoThread &thread, std::unique_ptr<ByteStream> stream, security::Access &access,
              security::Grant grant, QByteArray client, QByteArray restaurantId, QByteArray deviceId);
    void start(const QByteArray &answer, const QByteArray &early) override;
    void sweep(std::chrono::steady_clock::time_point now) override;

private:
    bool mayReceive() const override { return m_room.mayReceive() && Session::mayReceive(); }
    void textReceived(const QByteArray &utf8) override;
    bool takesBinary() const override { return m_takesBinary; }
    void binaryReceived(const QByteArray &message) override;
    void pongReceived(const QByteArray &payload) override;
    void closed(quint16 code, const QByteArray &reason) override;

    void greeted(Result<v2::DeviceMessage, v2::MessageRefusal> &&message);
    /// Whether it was a message `renew`, which is then answered.
    bool renewed(const QByteArray &utf8);
    /// Says what is wrong and closes.
    void refuse(const classic::Refusal &refusal, quint16 code);

    HostedRoom &m_room;
    const HostedRoom::Hold m_hold; ///< It joins later, with its hello.
    const core::ConnectionId m_id;
    const QByteArray m_restaurantId;
    const QByteArray m_deviceId;
    const QByteArray m_client; ///< Address, see HttpRequest::client.
    Sender m_sender;
    Renewal m_renewal;
    std::chrono::steady_clock::time_point m_since;
    bool m_isGreeted = false;
    bool m_isRefused = false;
    bool m_takesBinary = false; ///< Compressed messages were agreed on.
};

} // namespace possync::net
