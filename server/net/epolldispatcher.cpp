// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/epolldispatcher.h"

#ifdef Q_OS_LINUX

#include <QCoreApplication>
#include <QSocketNotifier>
#include <QTimerEvent>
#include <chrono>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace possync::net {

class EpollDispatcher::NotifierSet final : public EpollDispatcher::Handler
{
public:
    static quint32 eventsOf(QSocketNotifier::Type type)
    {
        switch (type) {
        case QSocketNotifier::Read:
            return EPOLLIN;
        case QSocketNotifier::Write:
            return EPOLLOUT;
        case QSocketNotifier::Exception:
            return EPOLLPRI;
        }
        return 0;
    }

    quint32 events() const
    {
        quint32 all = 0;
        for (const QSocketNotifier *notifier : m_notifiers)
            all |= notifier ? eventsOf(notifier->type()) : 0;
        return all;
    }

    void ready(quint32 events) override
    {
        // Errors and hang-ups wake whoever is there: reading or writing tells them what happened.
        const bool trouble = events & (EPOLLERR | EPOLLHUP);
        for (std::size_t i = 0; i < m_notifiers.size(); ++i) {
            QSocketNotifier *notifier = m_notifiers[i];
            if (!notifier || !(trouble || (events & eventsOf(notifier->type()))))
                continue;
            QEvent event(QEvent::SockAct);
            const std::shared_ptr<bool> alive = m_alive;
            QCoreApplication::sendEvent(notifier, &event);
            if (!*alive)
                return;
        }
    }

    ~NotifierSet() override { *m_alive = false; }

    std::array<QSocketNotifier *, 3> m_notifiers{};

private:
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

EpollDispatcher::EpollDispatcher(QObject *parent)
    : QAbstractEventDispatcher(parent)
    , m_epoll(::epoll_create1(EPOLL_CLOEXEC))
    , m_wakeUp(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
{
    if (m_epoll < 0 || m_wakeUp < 0)
        qFatal("cannot create an epoll set: out of descriptors or memory");
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;
    ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_wakeUp, &event);
}

EpollDispatcher::~EpollDispatcher()
{
    qDeleteAll(m_notifiers);
    ::close(m_wakeUp);
    ::close(m_epoll);
}

void EpollDispatcher::addHandler(int descriptor, quint32 events, Handler *handler)
{
    m_removed.erase(handler);
    epoll_event event{};
    event.events = events;
    event.data.ptr = handler;
    ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, descriptor, &event);
}

void EpollDispatcher::changeHandler(int descriptor, quint32 events, Handler *handler)
{
    epoll_event event{};
    event.events = events;
    event.data.ptr = handler;
    ::epoll_ctl(m_epoll, EPOLL_CTL_MOD, descriptor, &event);
}

void EpollDispatcher::removeHandler(int descriptor, Handler *handler)
{
    ::epoll_ctl(m_epoll, EPOLL_CTL_DEL, descriptor, nullptr);
    if (m_isDispatching)
        m_removed.insert(handler);
}

void EpollDispatcher::registerSocketNotifier(QSocketNotifier *notifier)
{
    const int descriptor = static_cast<int>(notifier->socket());
    NotifierSet *&set = m_notifiers[descriptor];
    const bool isNew = !set;
    if (isNew)
        set = new NotifierSet;
    set->m_notifiers[static_cast<std::size_t>(notifier->type())] = notifier;
    if (isNew)
        addHandler(descriptor, set->events(), set);
    else
        changeHandler(descriptor, set->events(), set);
}

void EpollDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    const int descriptor = static_cast<int>(notifier->socket());
    const auto it = m_notifiers.find(descriptor);
    if (it == m_notifiers.end())
        return;
    NotifierSet *set = it.value();
    set->m_notifiers[static_cast<std::size_t>(notifier->type())] = nullptr;
    if (set->events() != 0) {
        changeHandler(descriptor, set->events(), set);
        return;
    }
    m_notifiers.erase(it);
    removeHandler(descriptor, set);
    delete set;
}

qint64 EpollDispatcher::nowUs()
{
    using namespace std::chrono;
    return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

void EpollDispatcher::schedule(Timer &timer, qint64 fromUs)
{
    timer.dueUs = fromUs + timer.intervalMs * 1000;
    m_due.emplace(timer.dueUs, timer.id);
}

void EpollDispatcher::registerTimer(int timerId, qint64 interval, Qt::TimerType timerType,
                                    QObject *object)
{
    Timer &timer = m_timers[timerId];
    timer = {timerId, interval, timerType, object, 0, false};
    schedule(timer, nowUs());
}

bool EpollDispatcher::unregisterTimer(int timerId)
{
    const auto it = m_timers.find(timerId);
    if (it == m_timers.end())
        return false;
    const auto [first, last] = m_due.equal_range(it->dueUs);
    for (auto due = first; due != last; ++due) {
        if (due->second == timerId) {
            m_due.erase(due);
            break;
        }
    }
    m_timers.erase(it);
    return true;
}

bool EpollDispatcher::unregisterTimers(QObject *object)
{
    bool found = false;
    for (const TimerInfo &info : registeredTimers(object))
        found = unregisterTimer(info.timerId) || found;
    return found;
}

QList<QAbstractEventDispatcher::TimerInfo> EpollDispatcher::registeredTimers(QObject *object) const
{
    QList<TimerInfo> list;
    for (const Timer &timer : m_timers) {
        if (timer.object == object)
            list.append(TimerInfo(timer.id, static_cast<int>(timer.intervalMs), timer.type));
    }
    return list;
}

int EpollDispatcher::remainingTime(int timerId)
{
    const auto it = m_timers.constFind(timerId);
    if (it == m_timers.constEnd())
        return -1;
    return static_cast<int>(std::max<qint64>(0, (it->dueUs - nowUs() + 999) / 1000));
}

int EpollDispatcher::fireTimers()
{
    int fired = 0;
    const qint64 now = nowUs();
    // Only those due now: a timer of zero milliseconds comes again next turn, not for ever in this.
    std::vector<int> due;
    for (auto it = m_due.begin(); it != m_due.end() && it->first <= now; ++it)
        due.push_back(it->second);
    for (const int id : due) {
        const auto it = m_timers.find(id);
        if (it == m_timers.end() || it->isRunning || it->dueUs > now)
            continue;
        const auto [first, last] = m_due.equal_range(it->dueUs);
        for (auto entry = first; entry != last; ++entry) {
            if (entry->second == id) {
                m_due.erase(entry);
                break;
            }
        }
        // From when it was due, so that it keeps its pace; from now if it has fallen behind.
        schedule(*it, std::max(it->dueUs, now - it->intervalMs * 1000));
        it->isRunning = true;
        QTimerEvent event(id);
        QCoreApplication::sendEvent(it->object, &event);
        if (const auto still = m_timers.find(id); still != m_timers.end())
            still->isRunning = false;
        ++fired;
    }
    return fired;
}

int EpollDispatcher::waitMs(QEventLoop::ProcessEventsFlags flags) const
{
    if (!(flags & QEventLoop::WaitForMoreEvents))
        return 0;
    if (m_due.empty())
        return -1;
    const qint64 left = m_due.begin()->first - nowUs();
    return left <= 0 ? 0 : static_cast<int>(std::min<qint64>((left + 999) / 1000, 1 << 30));
}

bool EpollDispatcher::dispatch(int timeoutMs, bool socketsToo)
{
    std::array<epoll_event, 256> events;
    const int count =
        ::epoll_wait(m_epoll, events.data(), static_cast<int>(events.size()), timeoutMs);
    const bool outermost = !m_isDispatching;
    m_isDispatching = true;
    bool any = false;
    for (int i = 0; i < count; ++i) {
        const epoll_event &event = events[static_cast<std::size_t>(i)];
        if (!event.data.ptr) {
            quint64 value = 0;
            [[maybe_unused]] const auto read = ::read(m_wakeUp, &value, sizeof value);
            any = true;
            continue;
        }
        auto *handler = static_cast<Handler *>(event.data.ptr);
        if (!socketsToo || m_removed.contains(handler))
            continue;
        handler->ready(event.events);
        any = true;
    }
    if (outermost) {
        m_isDispatching = false;
        m_removed.clear();
    }
    return any;
}

bool EpollDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    m_isInterrupted = false;
    Q_EMIT awake();
    QCoreApplication::sendPostedEvents();
    if (m_isInterrupted)
        return false;
    const bool socketsToo = !(flags & QEventLoop::ExcludeSocketNotifiers);
    Q_EMIT aboutToBlock();
    // Writing may have posted something: the wake-up descriptor then ends the wait at once.
    bool any = dispatch(waitMs(flags), socketsToo);
    Q_EMIT awake();
    if (!(flags & QEventLoop::X11ExcludeTimers))
        any = fireTimers() > 0 || any;
    QCoreApplication::sendPostedEvents();
    return any;
}

void EpollDispatcher::wakeUp()
{
    const quint64 one = 1;
    [[maybe_unused]] const auto written = ::write(m_wakeUp, &one, sizeof one);
}

void EpollDispatcher::interrupt()
{
    m_isInterrupted = true;
    wakeUp();
}

} // namespace possync::net

#endif
