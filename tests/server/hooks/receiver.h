// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTcpServer>
#include <QTcpSocket>

namespace possync::test {

/// Somebody who is told by webhooks: an HTTP server on loopback that keeps what it got; with `tls`
/// at https.
class Receiver : public QTcpServer
{
public:
    struct Request {
        QByteArray line;
        QHash<QByteArray, QByteArray> fields; ///< Names in lower case.
        QByteArray body;
    };

    explicit Receiver(const std::optional<QSslConfiguration> &tls = std::nullopt)
        : m_tls(tls)
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection()) {
                ++connections;
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
                connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            }
        });
        if (!listen(QHostAddress::LocalHost))
            qFatal("cannot listen");
    }

    QString hostPort() const { return QStringLiteral("127.0.0.1:%1").arg(serverPort()); }
    QString url(const QString &path = QStringLiteral("/hook")) const
    {
        return (m_tls ? QStringLiteral("https://") : QStringLiteral("http://")) + hostPort() + path;
    }

    /// Answers in order; the last one goes on. Empty: no answer at all.
    QByteArrayList answers{QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")};
    QList<Request> requests;
    int connections = 0;

protected:
    void incomingConnection(qintptr descriptor) override
    {
        if (!m_tls) {
            QTcpServer::incomingConnection(descriptor);
            return;
        }
        auto *socket = new QSslSocket(this);
        socket->setSslConfiguration(*m_tls);
        if (!socket->setSocketDescriptor(descriptor))
            qFatal("cannot take the connection");
        addPendingConnection(socket);
        socket->startServerEncryption();
    }

private:
    void read(QTcpSocket *socket)
    {
        QByteArray &text = m_texts[socket];
        text += socket->readAll();
        const qsizetype end = text.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        Request request;
        QByteArrayList lines = text.first(end).split('\n');
        request.line = lines.takeFirst().trimmed();
        for (const QByteArray &line : std::as_const(lines)) {
            const qsizetype colon = line.indexOf(':');
            request.fields[line.first(colon).toLower()] = line.sliced(colon + 1).trimmed();
        }
        const qsizetype length = request.fields["content-length"].toLongLong();
        if (text.size() < end + 4 + length)
            return;
        request.body = text.sliced(end + 4, length);
        text.remove(0, end + 4 + length);
        requests.append(request);
        socket->write(answers.size() > 1 ? answers.takeFirst() : answers.value(0));
    }

    const std::optional<QSslConfiguration> m_tls;
    QHash<QTcpSocket *, QByteArray> m_texts;
};

} // namespace possync::test
