// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/server/program/serverprocess.h"

#include <QJsonObject>
#include <QSslCertificate>
#include <QWebSocket>

namespace possync::test {

/// A device on a QWebSocket that keeps all it was sent by a server in another process.
class AppClient : public QObject
{
    Q_OBJECT
public:
    AppClient(const ServerProcess &server, QByteArray deviceId, QByteArray restaurantId = "r");
    /// As in a `serverUrl` that ends in /t/<token>.
    void setToken(const QByteArray &token) { m_prefix = "/t/" + token; }

    /// Connects, registers, waits for `registered`.
    bool join(int atMostMs = 5'000);
    void send(const QByteArray &text) { m_socket.sendTextMessage(QString::fromUtf8(text)); }
    void sendTyped(const QByteArray &order, const QByteArray &fields,
                   const QByteArray &time = "12:00:00.000");
    void sendTwin(const QByteArray &order, const QByteArray &fields, const QByteArray &changeId,
                  const QByteArray &time = "12:00:00.003");
    QByteArray twinText(const QByteArray &order, const QByteArray &fields,
                        const QByteArray &changeId, const QByteArray &time = "12:00:00.003") const;
    /// The server's certificate, as this connection saw it.
    QSslCertificate seenCertificate() const
    {
        return m_socket.sslConfiguration().peerCertificate();
    }
    int closeCode() const { return m_socket.closeCode(); }
    bool isConnected() const { return m_socket.state() == QAbstractSocket::ConnectedState; }

    /// Every message but `registered` and `heartbeat_response`, as it came.
    const QByteArrayList &messages() const { return m_messages; }
    /// The `type`s of messages().
    QStringList types() const;
    QJsonObject message(qsizetype index) const;

private:
    const ServerProcess &m_server;
    const QByteArray m_deviceId;
    const QByteArray m_restaurantId;
    QByteArray m_prefix;
    QWebSocket m_socket;
    QByteArrayList m_messages;
    bool m_isRegistered = false;
};

} // namespace possync::test
