// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/wire.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// Raw epoll sockets, one loop per thread. Nothing here is shared between threads.
namespace possync::bench {

class Socket;

class Loop
{
public:
    Loop();
    ~Loop();
    Loop(const Loop &) = delete;
    Loop &operator=(const Loop &) = delete;

    /// Waits at most `timeoutNs` for events and handles them.
    void poll(std::int64_t timeoutNs);
    /// Polls until `done` says so; false if that took longer than `timeoutMs`.
    bool pollUntil(const std::function<bool()> &done, int timeoutMs);

private:
    friend class Socket;
    int m_epoll = -1;
    std::vector<char> m_buffer; ///< What was read last; sockets keep only what they cannot use yet.
};

/// One non-blocking TCP connection.
class Socket
{
public:
    explicit Socket(Loop &loop);
    virtual ~Socket();
    Socket(const Socket &) = delete;
    Socket &operator=(const Socket &) = delete;

    /// Begins to connect. `source`: loopback address to come from (host byte order), 0: any, so
    /// that ten thousand connections do not run out of ports.
    bool connectTo(const Endpoint &to, std::uint32_t source = 0);
    /// Takes over an accepted descriptor.
    void adopt(int descriptor);
    /// Sends now what the kernel takes, the rest when it takes more.
    void send(std::string_view bytes);
    /// Keeps it for flush(): one write for many messages.
    void queue(std::string_view bytes) { m_out.append(bytes); }
    std::string &outgoing() { return m_out; }
    void flush();
    /// Cuts the connection; `reset` skips TIME_WAIT. onClosed() is not called.
    void cut(bool reset = true);
    bool isOpen() const { return m_descriptor >= 0 && m_connected; }

protected:
    virtual void onConnected() {}
    /// Returns how many of these bytes it has used; the rest is offered again with more. The bytes
    /// may be changed in place.
    virtual std::size_t onBytes(char *bytes, std::size_t size) = 0;
    virtual void onClosed() {}

private:
    friend class Loop;
    void handle(std::uint32_t events);
    void readAll();
    void watch(bool writing);
    void closed();

    Loop &m_loop;
    int m_descriptor = -1;
    bool m_connected = false;
    bool m_writing = false;
    std::string m_out;
    std::string m_rest;
};

} // namespace possync::bench
