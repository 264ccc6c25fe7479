// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/loop.h"

#include "tests/bench/process.h"

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace possync::bench {

Loop::Loop()
    : m_epoll(epoll_create1(EPOLL_CLOEXEC))
    , m_buffer(256 * 1024)
{
}

Loop::~Loop()
{
    close(m_epoll);
}

void Loop::poll(std::int64_t timeoutNs)
{
    epoll_event events[256];
    const timespec timeout{.tv_sec = timeoutNs / 1'000'000'000,
                           .tv_nsec = timeoutNs % 1'000'000'000};
    const int count = epoll_pwait2(m_epoll, events, 256, &timeout, nullptr);
    for (int i = 0; i < count; ++i)
        static_cast<Socket *>(events[i].data.ptr)->handle(events[i].events);
}

bool Loop::pollUntil(const std::function<bool()> &done, int timeoutMs)
{
    const std::int64_t deadline = nowNs() + std::int64_t(timeoutMs) * 1'000'000;
    while (!done()) {
        if (nowNs() > deadline)
            return false;
        poll(20'000'000);
    }
    return true;
}

Socket::Socket(Loop &loop)
    : m_loop(loop)
{
}

Socket::~Socket()
{
    cut();
}

bool Socket::connectTo(const Endpoint &to, std::uint32_t source)
{
    cut();
    m_descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (m_descriptor < 0)
        return false;
    const int on = 1;
    setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    if (source != 0) {
        setsockopt(m_descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        address.sin_addr.s_addr = htonl(source);
        bind(m_descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address);
    }
    address.sin_addr.s_addr = to.address;
    address.sin_port = htons(to.port);
    const int result =
        connect(m_descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address);
    if (result != 0 && errno != EINPROGRESS) {
        cut();
        return false;
    }
    m_writing = true;
    epoll_event event{.events = EPOLLIN | EPOLLOUT, .data = {.ptr = this}};
    return epoll_ctl(m_loop.m_epoll, EPOLL_CTL_ADD, m_descriptor, &event) == 0;
}

void Socket::adopt(int descriptor)
{
    m_descriptor = descriptor;
    m_connected = true;
    const int on = 1;
    setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event event{.events = EPOLLIN, .data = {.ptr = this}};
    epoll_ctl(m_loop.m_epoll, EPOLL_CTL_ADD, m_descriptor, &event);
}

void Socket::send(std::string_view bytes)
{
    if (!m_out.empty() || !isOpen()) {
        m_out.append(bytes);
        return;
    }
    const ssize_t sent = ::send(m_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    const std::size_t done = sent > 0 ? static_cast<std::size_t>(sent) : 0;
    if (done == bytes.size())
        return;
    m_out.append(bytes.substr(done));
    watch(true);
}

void Socket::flush()
{
    if (m_out.empty() || !isOpen())
        return;
    const ssize_t sent = ::send(m_descriptor, m_out.data(), m_out.size(), MSG_NOSIGNAL);
    if (sent > 0)
        m_out.erase(0, static_cast<std::size_t>(sent));
    watch(!m_out.empty());
}

void Socket::watch(bool writing)
{
    if (writing == m_writing)
        return;
    m_writing = writing;
    const auto wanted = static_cast<std::uint32_t>(writing ? EPOLLIN | EPOLLOUT : EPOLLIN);
    epoll_event event{.events = wanted, .data = {.ptr = this}};
    epoll_ctl(m_loop.m_epoll, EPOLL_CTL_MOD, m_descriptor, &event);
}

void Socket::cut(bool reset)
{
    if (m_descriptor < 0)
        return;
    if (reset) {
        const linger now{.l_onoff = 1, .l_linger = 0};
        setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    close(m_descriptor);
    m_descriptor = -1;
    m_connected = false;
    m_writing = false;
    m_out.clear();
    m_rest.clear();
}

void Socket::closed()
{
    cut();
    onClosed();
}

void Socket::handle(std::uint32_t events)
{
    // Cut by the handler of another socket in the same round: the event is stale.
    if (m_descriptor < 0)
        return;
    if (!m_connected && (events & EPOLLOUT) != 0) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(m_descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) {
            closed();
            return;
        }
        m_connected = true;
        onConnected();
        if (m_out.empty())
            watch(false);
    }
    if ((events & EPOLLOUT) != 0)
        flush();
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 && m_descriptor >= 0)
        readAll();
}

void Socket::readAll()
{
    std::vector<char> &buffer = m_loop.m_buffer;
    const std::size_t kept = m_rest.size();
    if (kept > buffer.size() / 2)
        buffer.resize(buffer.size() * 2);
    std::memcpy(buffer.data(), m_rest.data(), kept);
    const ssize_t size = recv(m_descriptor, buffer.data() + kept, buffer.size() - kept, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size <= 0) {
        closed();
        return;
    }
    const std::size_t have = kept + static_cast<std::size_t>(size);
    const std::size_t used = onBytes(buffer.data(), have);
    if (m_descriptor >= 0)
        m_rest.assign(buffer.data() + used, have - used);
}

} // namespace possync::bench
