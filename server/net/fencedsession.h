// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/iothread.h"

namespace possync::net {

/// A v2 device that has been replaced: gets nothing, and what it has not sent yet is taken for
/// review; docs/protocol.md, "Late changes". Closed as soon as it has nothing more to send.
class FencedSession final : public Session
{
public:
    FencedSession(IoThread &thread, std::unique_ptr<ByteStream> stream, security::Grant grant,
                  QByteArray client, QByteArray restaurantId);
    ~FencedSession() override;
    void start(const QByteArray &answer, const QByteArray &early) override;
    void sweep(std::chrono::steady_clock::time_point now) override;

private:
    void textReceived(const QByteArray &utf8) override;
    void pongReceived(const QByteArray &) override {}
    void closed(quint16 code, const QByteArray &reason) override;

    void greeted(const v2::Hello &hello);
    void pushed(v2::Push &&push);
    void answer(quint64 batch, const core::SyncReply &reply);
    void sendError(const classic::Refusal &refusal);

    const QByteArray m_restaurantId;
    const QByteArray m_client; ///< Address, see HttpRequest::client.
    QByteArray m_deviceId;     ///< Empty until its hello.
    quint64 m_head = 0;        ///< Where it says it is.
    int m_underWay = 0;        ///< Batches that wait for their answer.
    std::chrono::steady_clock::time_point m_since;
    /// For answers that come when it is gone.
    std::shared_ptr<FencedSession *> m_self = std::make_shared<FencedSession *>(this);
};

} // namespace possync::net
