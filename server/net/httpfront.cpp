// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/httpfront.h"

#include "server/net/doorkeeper.h"

#include <QLoggingCategory>
#include <cstring>

namespace possync::net {

MemorySocket::MemorySocket()
{
    setSocketState(QAbstractSocket::ConnectedState);
    setOpenMode(QIODevice::ReadWrite | QIODevice::Unbuffered);
}

void MemorySocket::give(const QByteArray &request, Answered answered)
{
    m_answered = std::move(answered);
    m_in = request;
    m_read = 0;
    m_out.clear();
    Q_EMIT readyRead();
}

qint64 MemorySocket::bytesAvailable() const
{
    return m_in.size() - m_read + QIODevice::bytesAvailable();
}

qint64 MemorySocket::readData(char *data, qint64 maxSize)
{
    const qint64 count = std::min<qint64>(maxSize, m_in.size() - m_read);
    std::memcpy(data, m_in.constData() + m_read, static_cast<std::size_t>(count));
    m_read += count;
    return count;
}

qint64 MemorySocket::writeData(const char *data, qint64 size)
{
    m_out.append(data, size);
    if (!m_checkPosted) {
        // The answer is written in pieces; looked at once the responder is done with this turn.
        m_checkPosted = true;
        QMetaObject::invokeMethod(
            this, [this] { checkAnswer(); }, Qt::QueuedConnection);
    }
    return size;
}

void MemorySocket::checkAnswer()
{
    m_checkPosted = false;
    const qsizetype headEnd = m_out.indexOf("\r\n\r\n");
    if (headEnd < 0)
        return;
    const QByteArray head = m_out.first(headEnd + 2);
    const QByteArray lower = head.toLower();
    const qsizetype at = lower.indexOf("\r\ncontent-length:");
    const qint64 length =
        at < 0
            ? 0
            : lower.sliced(at + 17, lower.indexOf("\r\n", at + 2) - at - 17).trimmed().toLongLong();
    if (m_out.size() - headEnd - 4 < length)
        return;
    const QByteArray body = m_out.sliced(headEnd + 4, length);
    m_out.clear();
    m_in.clear();
    std::exchange(m_answered, {})(head, body);
}

/// Lets sockets in without listening anywhere.
class HttpFront::Entrance final : public QTcpServer
{
public:
    void enter(QTcpSocket *socket)
    {
        // Qt warns that this server does not listen, which is the point of it.
        QLoggingCategory *category = QLoggingCategory::defaultCategory();
        category->setEnabled(QtWarningMsg, false);
        addPendingConnection(socket);
        category->setEnabled(QtWarningMsg, true);
    }
};

HttpFront::HttpFront()
    : m_entrance(new Entrance)
{
    // It warns that the entrance listens nowhere, which is the point.
    QLoggingCategory::setFilterRules(QStringLiteral("qt.httpserver.warning=false"));
    m_server.bind(m_entrance);
}

void HttpFront::ask(const QByteArray &request, MemorySocket::Answered answered)
{
    if (m_idle.empty()) {
        m_sockets.push_back(std::make_unique<MemorySocket>());
        m_idle.push_back(m_sockets.back().get());
        m_entrance->enter(m_idle.back());
    }
    MemorySocket *socket = m_idle.back();
    m_idle.pop_back();
    socket->give(request, [this, socket, answered = std::move(answered)](const QByteArray &head,
                                                                         const QByteArray &body) {
        m_idle.push_back(socket);
        answered(head, body);
    });
}

QByteArray HttpFront::normalized(const HttpRequest &request, const QByteArray &body,
                                 const QByteArray &client)
{
    QByteArray text;
    text.reserve(body.size() + 300);
    // HEAD is answered as GET; the gate leaves the body away.
    // The router decodes once before it cuts; ids may hold what it would cut at.
    QByteArray path = request.path;
    path.replace('%', "%25");
    text.append(request.method == "HEAD" ? QByteArray("GET") : request.method)
        .append(' ')
        .append(path.size() > 1 && path.endsWith('/') ? path.chopped(1) : path);
    if (!request.query.isEmpty())
        text.append('?').append(request.query);
    text.append(" HTTP/1.1\r\nHost: localhost\r\nX-PosSync-Client: ").append(client);
    text.append("\r\nX-PosSync-Host: ").append(request.field("host"));
    text.append("\r\nX-PosSync-Grant: ").append(grantText(request.grant));
    // The token has done its work and goes no further.
    if (const QByteArray type = request.field("content-type"); !type.isEmpty())
        text.append("\r\nContent-Type: ").append(type);
    text.append("\r\nContent-Length: ").append(QByteArray::number(body.size())).append("\r\n\r\n");
    return text.append(body);
}

} // namespace possync::net
