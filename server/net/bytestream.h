// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <deque>
#include <memory>

class QHostAddress;
class QSslSocket;
class QThread;

namespace possync::net {

/// Whether ByteStream::peerHost() is this computer.
inline bool isLoopback(const QByteArray &host)
{
    return host.startsWith("127.") || host == "::1";
}

/// A connection as bytes, plain or TLS. Belongs to one thread at a time. Small while idle: nothing
/// is buffered for reading, and the queue for writing is only there while it is needed.
class ByteStream
{
public:
    /// Who owns the stream hears of it here. The owner may destroy the stream in any of these.
    class Owner
    {
    public:
        virtual ~Owner() = default;
        /// False: leave what has come where it is, and read no more until setReading(true).
        virtual bool wantsBytes() { return true; }
        /// At most once in a turn of the loop, with as much as ReadShare gives.
        virtual void bytesArrived(QByteArrayView bytes) = 0;
        /// The other side sends no more, and may still read. True: it still gets something, and
        /// finish() follows; false: the stream is closed.
        virtual bool inputEnded() { return false; }
        /// The other side is gone, or this one was aborted. Called once, never from within write().
        virtual void streamClosed() = 0;
        /// All that was written has been handed to the system.
        virtual void allWritten() {}
    };

    virtual ~ByteStream() = default;

    /// Takes over an accepted, connected descriptor of a plain connection.
    static std::unique_ptr<ByteStream> fromDescriptor(int descriptor);
    /// Takes over an encrypted socket that belongs to the calling thread.
    static std::unique_ptr<ByteStream> fromSslSocket(QSslSocket *socket);

    /// Starts to listen for the calling thread.
    virtual void attach(Owner *owner) = 0;
    /// Stops listening, so that another thread may attach.
    virtual void detach() = 0;
    /// Queues bytes; they go out together at the end of the loop turn. Shared, not copied.
    virtual void write(const QByteArray &bytes) = 0;
    virtual qint64 queuedBytes() const = 0;
    /// Reads no more until true again: the other side then feels the pressure.
    virtual void setReading(bool reading) = 0;
    /// Closes once all is written; gives up on that after a few seconds.
    virtual void finish() = 0;
    /// Closes at once.
    virtual void abort() = 0;
    virtual QByteArray peerHost() const = 0;
    virtual quint16 peerPort() const = 0;
    virtual bool isEncrypted() const = 0;
    /// Between detach() and attach(): makes the stream ready for another thread.
    virtual void moveTo(QThread *) {}
    /// Keeps something as long as the stream is there.
    void keep(std::shared_ptr<const void> something) { m_kept = std::move(something); }

    /// How peerHost() writes an address: IPv4 inside IPv6 as IPv4.
    static QByteArray hostName(const QHostAddress &address);

private:
    std::shared_ptr<const void> m_kept;
};

} // namespace possync::net
