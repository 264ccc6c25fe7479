// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/peer/peer.h"

#include <QTcpSocket>
#include <QWebSocket>

namespace possync::test {

using namespace Qt::StringLiterals;

namespace {

/// Length the headers announce; 0 if they do not.
qsizetype bodyLength(const QByteArray &head)
{
    const QByteArray lower = head.toLower();
    const qsizetype at = lower.indexOf("content-length:");
    if (at < 0)
        return 0;
    return lower.mid(at + 15, lower.indexOf("\r\n", at) - at - 15).trimmed().toLongLong();
}

} // namespace

PeerAnswer jsonAnswer(const QByteArray &body, int status)
{
    return {"HTTP/1.1 " + QByteArray::number(status)
                + " Said\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                + QByteArray::number(body.size()) + "\r\n\r\n" + body,
            true};
}

Peer::Peer(quint16 port)
    : m_upgrade(u"peer"_s, QWebSocketServer::NonSecureMode)
{
    m_upgrade.setSupportedSubprotocols({u"possync.admin.v1"_s});
    m_tcp.listen(QHostAddress::LocalHost, port);
    connect(&m_tcp, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *socket = m_tcp.nextPendingConnection())
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
    });
    connect(&m_upgrade, &QWebSocketServer::newConnection, this, [this] {
        m_admin = m_upgrade.nextPendingConnection();
        m_admin->setParent(this);
        ++adminConnections;
        connect(m_admin, &QWebSocket::textMessageReceived, this, [this](const QString &text) {
            frames.append(text.toUtf8());
            if (welcomes && text.contains(u"\"hello\""_s))
                sendWelcome();
            Q_EMIT frameReceived(frames.last());
        });
    });
}

Peer::~Peer() = default;

QUrl Peer::url() const
{
    return QUrl(u"http://127.0.0.1:%1"_s.arg(port()));
}

void Peer::read(QTcpSocket *socket)
{
    const QByteArray bytes = socket->peek(1 << 20);
    const qsizetype end = bytes.indexOf("\r\n\r\n");
    if (end < 0)
        return;
    const QByteArray head = bytes.left(end + 4);
    if (head.toLower().contains("\r\nupgrade:")) {
        disconnect(socket, &QTcpSocket::readyRead, this, nullptr);
        adminHead = head;
        m_upgrade.handleConnection(socket);
        Q_EMIT socket->readyRead(); // the handshake waits in its buffer already
        return;
    }
    if (bytes.size() < end + 4 + bodyLength(head))
        return;
    disconnect(socket, &QTcpSocket::readyRead, this, nullptr);
    const QList<QByteArray> words = head.left(head.indexOf("\r\n")).split(' ');
    requests.append({words.value(0), words.value(1), head, bytes.mid(end + 4)});
    const PeerAnswer reply = answer ? answer(requests.last()) : jsonAnswer("{}", 404);
    socket->write(reply.bytes);
    if (reply.closes)
        socket->disconnectFromHost();
}

void Peer::send(const QByteArray &frame)
{
    if (m_admin)
        m_admin->sendTextMessage(QString::fromUtf8(frame));
}

void Peer::sendWelcome(int protocol)
{
    send("{\"type\":\"welcome\",\"server\":\"possync-server\",\"version\":\"0.1.0\",\"protocol\":"
         + QByteArray::number(protocol)
         + ",\"time\":\"2026-06-12T20:14:30.000Z\",\"started_at\":\"2026-06-12T20:00:00.000Z\"}");
}

void Peer::cut()
{
    if (m_admin)
        m_admin->abort();
}

bool Peer::hasAdmin() const
{
    return m_admin && m_admin->isValid();
}

QByteArray changeText(quint64 seq, const QByteArray &data)
{
    const QByteArray number = QByteArray::number(seq);
    return "{\"seq\":" + number + ",\"change_id\":\"c" + number
           + "\",\"data_type\":\"orders\",\"action\":\"created\",\"entity_id\":\"order_" + number
           + "\",\"data\":" + data
           + ",\"device_id\":\"till-1\",\"user_id\":null,\"timestamp\":\"2026-06-12T20:14:00.000\","
             "\"received_at\":\"2026-06-12T20:14:01.250Z\",\"outcome\":\"applied\"}";
}

QByteArray changeTexts(quint64 first, quint64 last)
{
    QByteArray texts;
    for (quint64 seq = first; seq <= last; ++seq)
        texts += (texts.isEmpty() ? QByteArray() : QByteArray(",")) + changeText(seq);
    return texts;
}

QByteArray pageText(const QByteArray &changes, quint64 next, quint64 head, bool more,
                    const QByteArray &epoch)
{
    return "{\"epoch\":\"" + epoch + "\",\"changes\":[" + changes
           + "],\"next\":" + QByteArray::number(next) + ",\"head\":" + QByteArray::number(head)
           + ",\"more\":" + (more ? "true" : "false") + '}';
}

QByteArray batchText(const QByteArray &changes, const QByteArray &restaurant)
{
    return "{\"type\":\"changes\",\"restaurant\":\"" + restaurant + "\",\"changes\":[" + changes
           + "]}";
}

} // namespace possync::test
