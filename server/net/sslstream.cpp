// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/bytestream.h"

#include <QHostAddress>
#include <QSslSocket>
#include <QThread>

namespace possync::net {
namespace {

class SslStream final : public ByteStream
{
public:
    explicit SslStream(QSslSocket *socket)
        : m_socket(socket)
        , m_peerHost(hostName(socket->peerAddress()))
        , m_peerPort(socket->peerPort())
    {
        m_socket->setParent(nullptr);
        // Bounds what a peer can make us hold before anyone has looked at it.
        m_socket->setReadBufferSize(128 * 1024);
    }

    ~SslStream() override
    {
        m_socket->disconnect();
        m_socket->abort();
        m_socket->deleteLater();
    }

    void attach(Owner *owner) override
    {
        m_owner = owner;
        // Queued: readyRead() comes out of the middle of QSslSocket's decrypting, which goes on with
        // the socket afterwards. Whoever hears of the bytes may give the socket to another thread.
        QObject::connect(
            m_socket, &QSslSocket::readyRead, m_context.get(), [this] { read(); },
            Qt::QueuedConnection);
        QObject::connect(m_socket, &QSslSocket::disconnected, m_socket, [this] { lost(); });
        QObject::connect(m_socket, &QSslSocket::encryptedBytesWritten, m_socket, [this] {
            if (m_owner && queuedBytes() == 0)
                m_owner->allWritten();
        });
        // What came while nobody listened.
        QMetaObject::invokeMethod(
            m_context.get(), [this] { read(); }, Qt::QueuedConnection);
    }

    void detach() override
    {
        m_socket->disconnect();
        m_owner = nullptr;
    }

    void moveTo(QThread *thread) override
    {
        m_socket->moveToThread(thread);
        m_context->moveToThread(thread);
    }
    void write(const QByteArray &bytes) override { m_socket->write(bytes); }
    qint64 queuedBytes() const override
    {
        return m_socket->bytesToWrite() + m_socket->encryptedBytesToWrite();
    }
    void setReading(bool reading) override
    {
        m_isReading = reading;
        if (reading)
            QMetaObject::invokeMethod(
                m_context.get(), [this] { read(); }, Qt::QueuedConnection);
    }
    void finish() override { m_socket->disconnectFromHost(); }
    void abort() override
    {
        QMetaObject::invokeMethod(
            m_socket, [socket = m_socket] { socket->abort(); }, Qt::QueuedConnection);
        QMetaObject::invokeMethod(
            m_context.get(), [this] { lost(); }, Qt::QueuedConnection);
    }
    QByteArray peerHost() const override { return m_peerHost; }
    quint16 peerPort() const override { return m_peerPort; }
    bool isEncrypted() const override { return true; }

private:
    void read()
    {
        if (!m_isReading || !m_owner)
            return;
        const QByteArray bytes = m_socket->readAll();
        if (!bytes.isEmpty())
            m_owner->bytesArrived(bytes);
    }

    void lost()
    {
        if (Owner *owner = std::exchange(m_owner, nullptr))
            owner->streamClosed();
    }

    QSslSocket *m_socket;
    /// What is queued for the stream goes with it; the socket lives a little longer.
    std::unique_ptr<QObject> m_context = std::make_unique<QObject>();
    Owner *m_owner = nullptr;
    QByteArray m_peerHost;
    quint16 m_peerPort;
    bool m_isReading = true;
};

} // namespace

QByteArray ByteStream::hostName(const QHostAddress &address)
{
    bool isIpv4 = false;
    const quint32 ipv4 = address.toIPv4Address(&isIpv4);
    return (isIpv4 ? QHostAddress(ipv4) : address).toString().toUtf8();
}

std::unique_ptr<ByteStream> ByteStream::fromSslSocket(QSslSocket *socket)
{
    return std::make_unique<SslStream>(socket);
}

} // namespace possync::net
