// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QPointer>
#include <QTcpServer>
#include <QUrl>
#include <QWebSocketServer>
#include <functional>

class QTcpSocket;
class QWebSocket;

namespace possync::test {

/// A request as it came over the socket.
struct PeerRequest {
    QByteArray method;
    QByteArray target; ///< Path and query, still encoded.
    QByteArray head;   ///< Request line and headers.
    QByteArray body;
};

/// What a peer sends back: bytes exactly as given, so that it can misbehave.
struct PeerAnswer {
    QByteArray bytes;
    bool closes = true; ///< Hangs up afterwards; otherwise the socket is left open.
};

/// `HTTP/1.1 <status>` with a JSON body and an honest length.
PeerAnswer jsonAnswer(const QByteArray &body, int status = 200);

/// The far end of the console's connections on a real port: REST by a function, and an admin
/// WebSocket that says only what the test wants.
class Peer : public QObject
{
    Q_OBJECT

public:
    explicit Peer(quint16 port = 0);
    ~Peer() override;

    bool isListening() const { return m_tcp.isListening(); }
    quint16 port() const { return m_tcp.serverPort(); }
    QUrl url() const;

    /// Sends a text frame to the newest admin connection.
    void send(const QByteArray &frame);
    void sendWelcome(int protocol = 1);
    /// Cuts the newest admin connection without a goodbye.
    void cut();
    bool hasAdmin() const;

    std::function<PeerAnswer(const PeerRequest &)> answer;
    QList<PeerRequest> requests;
    QList<QByteArray> frames; ///< Received on admin connections, oldest first.
    QByteArray adminHead;     ///< Handshake of the newest admin connection.
    int adminConnections = 0;
    bool welcomes = true; ///< Answers `hello` by itself.

Q_SIGNALS:
    void frameReceived(const QByteArray &frame);

private:
    void read(QTcpSocket *socket);

    QTcpServer m_tcp;
    QWebSocketServer m_upgrade;
    QPointer<QWebSocket> m_admin;
};

/// One element of a changes feed or batch.
QByteArray changeText(quint64 seq, const QByteArray &data = "{\"total_amount\":25.50}");
/// Elements `first` … `last`, with commas.
QByteArray changeTexts(quint64 first, quint64 last);
/// Body of `GET …/changes`.
QByteArray pageText(const QByteArray &changes, quint64 next, quint64 head, bool more = false,
                    const QByteArray &epoch = "e1");
QByteArray batchText(const QByteArray &changes, const QByteArray &restaurant = "r1");

} // namespace possync::test
