// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/watch.h"

#include <QSocketNotifier>

#ifdef Q_OS_LINUX
#include <sys/epoll.h>
#endif

namespace possync::net {

struct Watch::Notifiers {
    QSocketNotifier read;
    QSocketNotifier write;
    explicit Notifiers(int descriptor)
        : read(descriptor, QSocketNotifier::Read)
        , write(descriptor, QSocketNotifier::Write)
    {
        write.setEnabled(false);
    }
};

Watch::Watch() = default;

Watch::~Watch()
{
    stop();
}

void Watch::start(int descriptor, Listener *listener)
{
    m_descriptor = descriptor;
    m_listener = listener;
#ifdef Q_OS_LINUX
    m_dispatcher = qobject_cast<EpollDispatcher *>(QAbstractEventDispatcher::instance());
    if (m_dispatcher) {
        m_dispatcher->addHandler(descriptor, EPOLLIN, this);
        return;
    }
#endif
    m_notifiers = std::make_unique<Notifiers>(descriptor);
    QObject::connect(&m_notifiers->read, &QSocketNotifier::activated, &m_notifiers->read,
                     [this] { m_listener->readable(); });
    QObject::connect(&m_notifiers->write, &QSocketNotifier::activated, &m_notifiers->write,
                     [this] { m_listener->writable(); });
}

void Watch::update(bool reading, bool writing)
{
    if (m_descriptor < 0)
        return;
#ifdef Q_OS_LINUX
    if (m_dispatcher) {
        m_dispatcher->changeHandler(m_descriptor,
                                    (reading ? EPOLLIN : 0U) | (writing ? EPOLLOUT : 0U), this);
        return;
    }
#endif
    m_notifiers->read.setEnabled(reading);
    m_notifiers->write.setEnabled(writing);
}

void Watch::stop()
{
    if (m_descriptor < 0)
        return;
#ifdef Q_OS_LINUX
    if (m_dispatcher)
        m_dispatcher->removeHandler(m_descriptor, this);
    m_dispatcher = nullptr;
#endif
    if (Notifiers *notifiers = m_notifiers.release()) {
        // Possibly called out of one of them.
        notifiers->read.setEnabled(false);
        notifiers->write.setEnabled(false);
        auto *keeper = new QObject;
        QObject::connect(keeper, &QObject::destroyed, [notifiers] { delete notifiers; });
        keeper->deleteLater();
    }
    m_descriptor = -1;
    m_listener = nullptr;
}

#ifdef Q_OS_LINUX
void Watch::ready(quint32 events)
{
    // One call a turn: either may destroy this. Trouble shows when reading.
    if ((events & EPOLLOUT) && !(events & (EPOLLERR | EPOLLHUP)))
        m_listener->writable();
    else
        m_listener->readable();
}
#endif

} // namespace possync::net
