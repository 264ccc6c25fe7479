// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/epolldispatcher.h"

#include <memory>

class QSocketNotifier;

namespace possync::net {

/// Watches one descriptor on the calling thread: through epoll where the thread has an
/// EpollDispatcher, through socket notifiers elsewhere.
class Watch
#ifdef Q_OS_LINUX
    : private EpollDispatcher::Handler
#endif
{
public:
    class Listener
    {
    public:
        virtual ~Listener() = default;
        /// Something can be read, or reading would tell why not. May destroy the watch.
        virtual void readable() = 0;
        virtual void writable() = 0;
    };

    Watch();
#ifdef Q_OS_LINUX
    ~Watch() override;
#else
    ~Watch();
#endif
    Watch(const Watch &) = delete;
    Watch &operator=(const Watch &) = delete;

    /// Starts to watch for reading.
    void start(int descriptor, Listener *listener);
    void update(bool reading, bool writing);
    void stop();

private:
    struct Notifiers;

#ifdef Q_OS_LINUX
    void ready(quint32 events) override;
    EpollDispatcher *m_dispatcher = nullptr;
#endif
    Listener *m_listener = nullptr;
    std::unique_ptr<Notifiers> m_notifiers; ///< Only without an EpollDispatcher.
    int m_descriptor = -1;
};

} // namespace possync::net
