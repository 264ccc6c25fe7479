// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/httprequest.h"

#include <QHttpServer>
#include <QTcpServer>
#include <QTcpSocket>
#include <functional>
#include <memory>

namespace possync::net {

/// A connection to QHttpServer that lives in memory: what the gate has checked goes in, the answer
/// comes out whole. QHttpServer 6.4 has neither limits nor deadlines and accepts smuggled requests,
/// so it never sees a real socket. Lives on the front's thread.
class MemorySocket final : public QTcpSocket
{
    Q_OBJECT
public:
    using Answered = std::function<void(const QByteArray &head, const QByteArray &body)>;

    MemorySocket();

    /// Hands over one whole request; `answered` is called once, later.
    void give(const QByteArray &request, Answered answered);
    qint64 bytesAvailable() const override;
    bool isSequential() const override { return true; }
    void disconnectFromHost() override {}
    void close() override {}

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    void checkAnswer();

    QByteArray m_in;
    qint64 m_read = 0;
    QByteArray m_out;
    Answered m_answered;
    bool m_checkPosted = false;
};

/// Qt's HTTP server behind the gate: others register routes on it, the gate hands it requests.
class HttpFront
{
public:
    HttpFront();

    QHttpServer &server() { return m_server; }
    /// Asks the routes; `answered` is called later, on this thread, also if nobody waits any more.
    void ask(const QByteArray &request, MemorySocket::Answered answered);
    /// The request in the one form QHttpServer gets to see.
    static QByteArray normalized(const HttpRequest &request, const QByteArray &body,
                                 const QByteArray &client);

private:
    class Entrance;

    QHttpServer m_server;
    Entrance *m_entrance;               ///< Owned by m_server.
    std::vector<std::unique_ptr<MemorySocket>> m_sockets; ///< All connections; gone before m_server.
    std::vector<MemorySocket *> m_idle;                   ///< Those between two requests.
};

} // namespace possync::net
