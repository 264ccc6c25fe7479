// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#ifdef Q_OS_LINUX

#include <QAbstractEventDispatcher>
#include <QHash>
#include <map>
#include <set>

namespace possync::net {

/// An event dispatcher that keeps its descriptors in one epoll set, so that ten thousand idle
/// connections cost nothing: Qt's own dispatchers hand every descriptor to poll() each turn, which
/// made a relay thirty times dearer (docs/adr/0003). Install one per thread before its first event.
/// `aboutToBlock` is emitted once a turn, after posted events and before waiting: a good moment to
/// write what the turn has gathered.
class EpollDispatcher final : public QAbstractEventDispatcher
{
    Q_OBJECT
public:
    /// Gets told of a descriptor without a QSocketNotifier in between.
    class Handler
    {
    public:
        virtual ~Handler() = default;
        /// `events` are epoll's. The handler may remove itself or others.
        virtual void ready(quint32 events) = 0;
    };

    explicit EpollDispatcher(QObject *parent = nullptr);
    ~EpollDispatcher() override;

    void addHandler(int descriptor, quint32 events, Handler *handler);
    void changeHandler(int descriptor, quint32 events, Handler *handler);
    void removeHandler(int descriptor, Handler *handler);

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;
    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;
    void registerTimer(int timerId, qint64 interval, Qt::TimerType timerType,
                       QObject *object) override;
    bool unregisterTimer(int timerId) override;
    bool unregisterTimers(QObject *object) override;
    QList<TimerInfo> registeredTimers(QObject *object) const override;
    int remainingTime(int timerId) override;
    void wakeUp() override;
    void interrupt() override;

private:
    /// The notifiers of one descriptor; epoll knows a descriptor once.
    class NotifierSet;
    struct Timer {
        int id = 0;
        qint64 intervalMs = 0;
        Qt::TimerType type = Qt::CoarseTimer;
        QObject *object = nullptr;
        qint64 dueUs = 0;
        bool isRunning = false; ///< Its event is being handled: it does not fire inside itself.
    };

    static qint64 nowUs();
    int waitMs(QEventLoop::ProcessEventsFlags flags) const;
    int fireTimers();
    bool dispatch(int timeoutMs, bool socketsToo);
    void schedule(Timer &timer, qint64 fromUs);

    int m_epoll = -1;
    int m_wakeUp = -1;
    QHash<int, NotifierSet *> m_notifiers;
    std::set<const Handler *> m_removed; ///< Gone during this turn: their events are stale.
    bool m_isDispatching = false;
    QHash<int, Timer> m_timers;
    std::multimap<qint64, int> m_due; ///< Time in microseconds, timer id.
    std::atomic<bool> m_isInterrupted{false};
};

} // namespace possync::net

#endif
