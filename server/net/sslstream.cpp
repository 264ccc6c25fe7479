// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/bytestream.h"

#include "server/net/readshare.h"
#include "server/net/turnend.h"

#include <QHostAddress>
#include <QSslSocket>
#include <QThread>

namespace possync::net {
namespace {

class SslStream final : public ByteStream, private TurnEnd::Task
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
        TurnEnd::cancel(this);
        m_socket->disconnect();
        m_socket->abort();
        m_socket->deleteLater();
    }

    void attach(Owner *owner) override
    {
        m_owner = owner;
        QObject::connect(m_socket, &QSslSocket::readyRead, m_socket, [this] { readSoon(); });
        QObject::connect(m_socket, &QSslSocket::disconnected, m_socket, [this] { ended(); });
        QObject::connect(m_socket, &QSslSocket::encryptedBytesWritten, m_socket, [this] {
            if (m_owner && queuedBytes() == 0)
                m_owner->allWritten();
        });
        // What came while nobody listened.
        m_hasEnded = m_socket->state() == QAbstractSocket::UnconnectedState;
        readSoon();
    }

    void detach() override
    {
        TurnEnd::cancel(this);
        m_hasRead = false;
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
            readSoon();
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
    /// In an event of its own: what calls this comes out of the middle of QSslSocket's decrypting,
    /// which goes on with the socket afterwards, and whoever hears of the bytes may give the socket
    /// to another thread. Once a turn: QSslSocket has more at hand the moment it is read from.
    void readSoon()
    {
        if (m_hasRead || m_isReadDue)
            return;
        m_isReadDue = true;
        QMetaObject::invokeMethod(
            m_context.get(), [this] { read(); }, Qt::QueuedConnection);
    }

    void read()
    {
        m_isReadDue = false;
        if (!m_owner)
            return;
        if (m_hasEnded && m_socket->bytesAvailable() == 0) {
            lost();
            return;
        }
        if (!m_isReading || m_socket->bytesAvailable() == 0)
            return;
        if (!m_owner->wantsBytes()) {
            m_isReading = false;
            return;
        }
        m_hasRead = true;
        TurnEnd::request(this);
        m_owner->bytesArrived(m_socket->read(ReadShare::take()));
    }

    void turnEnded() override
    {
        m_hasRead = false;
        if (m_hasEnded || m_socket->bytesAvailable() > 0)
            readSoon();
    }

    /// What came before the end is still there to be read, now or once reading goes on. If there
    /// is nothing, whoever waits for the place of this connection gets it at once.
    void ended()
    {
        m_hasEnded = true;
        if (m_socket->bytesAvailable() == 0)
            lost();
        else if (m_isReading)
            readSoon();
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
    bool m_hasRead = false;   ///< In this turn.
    bool m_isReadDue = false; ///< An event is on its way.
    bool m_hasEnded = false;  ///< The other side is gone.
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
