// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/bytestream.h"

#include "server/net/readshare.h"
#include "server/net/turnend.h"
#include "server/net/watch.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace possync::net {
namespace {

/// Where bytes land on their way in: one per thread, so that no connection holds a buffer.
constexpr std::size_t readBufferBytes = ReadShare::largest;

class FdStream final : public ByteStream, private Watch::Listener, private TurnEnd::Task
{
public:
    explicit FdStream(int descriptor)
        : m_descriptor(descriptor)
    {
        const int one = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    }

    ~FdStream() override { close(); }

    void attach(Owner *owner) override
    {
        m_owner = owner;
        m_watch.start(m_descriptor, this);
    }

    void detach() override
    {
        TurnEnd::cancel(this);
        m_watch.stop();
        m_owner = nullptr;
    }

    void write(const QByteArray &bytes) override
    {
        if (m_descriptor < 0 || bytes.isEmpty())
            return;
        if (!m_queue)
            m_queue = std::make_unique<std::deque<QByteArray>>();
        m_queue->push_back(bytes);
        m_queuedBytes += bytes.size();
        TurnEnd::request(this);
    }

    qint64 queuedBytes() const override { return m_queuedBytes; }

    void setReading(bool reading) override
    {
        if (m_isReading == reading)
            return;
        m_isReading = reading;
        updateWatch();
    }

    void finish() override
    {
        m_isFinishing = true;
        TurnEnd::request(this);
    }

    void abort() override
    {
        if (m_descriptor < 0)
            return;
        m_isLost = true;
        m_queue.reset();
        m_queuedBytes = 0;
        TurnEnd::request(this);
    }

    QByteArray peerHost() const override { return peer().first; }
    quint16 peerPort() const override { return peer().second; }
    bool isEncrypted() const override { return false; }

private:
    std::pair<QByteArray, quint16> peer() const
    {
        sockaddr_storage address{};
        socklen_t size = sizeof address;
        std::array<char, INET6_ADDRSTRLEN> text{};
        if (m_descriptor < 0
            || ::getpeername(m_descriptor, reinterpret_cast<sockaddr *>(&address), &size) != 0)
            return {};
        if (address.ss_family == AF_INET) {
            const auto *v4 = reinterpret_cast<const sockaddr_in *>(&address);
            ::inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
            return {text.data(), ntohs(v4->sin_port)};
        }
        const auto *v6 = reinterpret_cast<const sockaddr_in6 *>(&address);
        ::inet_ntop(AF_INET6, &v6->sin6_addr, text.data(), text.size());
        QByteArray host(text.data());
        if (host.startsWith("::ffff:"))
            host.remove(0, 7);
        return {host, ntohs(v6->sin6_port)};
    }

    void readable() override
    {
        // With reading off, only the end of the connection leads here.
        if (m_isReading && m_owner && !m_owner->wantsBytes()) {
            setReading(false);
            return;
        }
        thread_local std::array<char, readBufferBytes> buffer;
        // One read a turn and connection: a flood on one must not hold up the others. What is left
        // keeps the descriptor readable.
        const ssize_t count =
            ::recv(m_descriptor, buffer.data(), static_cast<std::size_t>(ReadShare::take()), 0);
        if (count > 0) {
            if (m_owner)
                m_owner->bytesArrived(QByteArrayView(buffer.data(), count));
            return;
        }
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (count == 0 && m_owner && m_owner->inputEnded()) {
            setReading(false);
            return;
        }
        lost();
    }

    void writable() override { flush(); }

    void turnEnded() override
    {
        if (m_isLost) {
            lost();
            return;
        }
        flush();
    }

    /// Writes as much as the system takes, many chunks in one call.
    void flush()
    {
        constexpr std::size_t chunks = 64;
        while (m_queue && !m_queue->empty()) {
            std::array<iovec, chunks> parts;
            std::size_t count = 0;
            for (auto it = m_queue->begin(); it != m_queue->end() && count < chunks;
                 ++it, ++count) {
                const qsizetype skip = count == 0 ? m_offset : 0;
                parts[count] = {const_cast<char *>(it->constData() + skip),
                                static_cast<std::size_t>(it->size() - skip)};
            }
            msghdr message{};
            message.msg_iov = parts.data();
            message.msg_iovlen = count;
            const ssize_t written = ::sendmsg(m_descriptor, &message, MSG_NOSIGNAL);
            if (written < 0) {
                if (errno == EINTR)
                    continue;
                if (errno != EAGAIN) {
                    lost();
                    return;
                }
                setWantsWrite(true);
                return;
            }
            take(written);
        }
        m_queue.reset();
        setWantsWrite(false);
        if (m_isFinishing && m_descriptor >= 0) {
            // The peer may still be sending: leaving that unread would turn our goodbye into a
            // reset.
            ::shutdown(m_descriptor, SHUT_WR);
            m_isFinishing = false;
        }
        if (m_owner)
            m_owner->allWritten();
    }

    void take(qint64 written)
    {
        m_queuedBytes -= written;
        while (written > 0) {
            const qint64 left = m_queue->front().size() - m_offset;
            if (written < left) {
                m_offset += written;
                return;
            }
            written -= left;
            m_offset = 0;
            m_queue->pop_front();
        }
    }

    void lost()
    {
        close();
        if (Owner *owner = std::exchange(m_owner, nullptr))
            owner->streamClosed(); // may destroy this
    }

    void close()
    {
        if (m_descriptor < 0)
            return;
        TurnEnd::cancel(this);
        m_watch.stop();
        ::close(m_descriptor);
        m_descriptor = -1;
        m_queue.reset();
        m_queuedBytes = 0;
    }

    void setWantsWrite(bool wants)
    {
        if (m_wantsWrite == wants)
            return;
        m_wantsWrite = wants;
        updateWatch();
    }

    void updateWatch()
    {
        if (m_descriptor >= 0)
            m_watch.update(m_isReading, m_wantsWrite);
    }

    Owner *m_owner = nullptr;
    Watch m_watch;
    std::unique_ptr<std::deque<QByteArray>> m_queue;
    qint64 m_offset = 0; ///< Bytes of the first chunk already written.
    qint64 m_queuedBytes = 0;
    int m_descriptor;
    bool m_isReading = true;
    bool m_wantsWrite = false;
    bool m_isFinishing = false;
    bool m_isLost = false;
};

} // namespace

std::unique_ptr<ByteStream> ByteStream::fromDescriptor(int descriptor)
{
    return std::make_unique<FdStream>(descriptor);
}

} // namespace possync::net
