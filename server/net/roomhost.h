// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/hooks/hookdesk.h"
#include "server/net/admission.h"
#include "server/net/hostedroom.h"
#include "server/net/newcomers.h"
#include "server/net/roomobserver.h"
#include "server/net/roomview.h"
#include "server/net/turnend.h"
#include "server/store/journal.h"

#include <QBasicTimer>
#include <QObject>
#include <QTimer>
#include <unordered_map>

namespace possync::net {

/// Rooms of one I/O thread, opened on demand, forgotten when nobody used them for `roomIdle` (0:
/// never) and all they know is stored. Gathers what the rooms of one loop turn want stored into one
/// append, and gives them back what was stored. Lives on its thread; only post() may come from
/// elsewhere.
class RoomHost : public QObject, private TurnEnd::Task
{
    Q_OBJECT
public:
    RoomHost(store::Journal &journal, RoomViews &views, RoomObserver &observer,
             hooks::HookDesk &hooks, const RateLimits &rates, Newcomers &newcomers,
             std::chrono::seconds roomIdle);
    ~RoomHost() override;

    /// Runs `call` on the host's thread. Thread-safe.
    void post(std::function<void()> call);

    /// The room, opened or on its way.
    HostedRoom &room(const QByteArray &restaurantId);
    /// The room if it is open or opening here; does not open it.
    HostedRoom *find(const QByteArray &restaurantId);
    /// The restaurant is erased: whoever is connected is closed, and who comes next gets another
    /// room.
    void retire(const QByteArray &restaurantId);
    /// Stores what is left, so that stopping loses nothing that could be kept.
    void flush();
    /// So much waits for the disk that nothing more is to be taken in, lest a slow disk makes
    /// memory grow without a bound.
    bool isBehind() const { return m_isBehind; }
    /// Told when rooms may receive again that might not. Set before the host's thread starts.
    void setResumer(std::function<void()> resumer) { m_resumer = std::move(resumer); }

    static core::Now now();
    static core::ConnectionId nextConnectionId();

    // For its rooms.
    store::Journal &journal() { return m_journal; }
    RoomViews &views() { return m_views; }
    RoomObserver &observer() { return m_observer; }
    hooks::HookDesk &hooks() { return m_hooks; }
    Admission &admission() { return m_admission; }
    Newcomers &newcomers() { return m_newcomers; }
    void markDirty(HostedRoom &room);
    void openRoom(HostedRoom &room, int delayMs);
    void readPage(HostedRoom &room, core::ConnectionId connection, quint64 fromSeq);
    void wantTicks();
    /// HostedRoom::mayReceive() may have become true.
    void resumeSoon();
    /// The same after so long.
    void resumeIn(std::chrono::nanoseconds wait);

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    class Inbox;
    struct InFlight {
        HostedRoom *room = nullptr;
        quint64 number = 0;
        quint32 generation = 0;
        qint64 sinceUs = 0;
        std::size_t changes = 0;
        qint64 bytes = 0;
    };

    void takeResults();
    void relaySettled();
    void turnEnded() override;
    bool mayForget(const HostedRoom &room) const;
    bool isInFlight(const HostedRoom &room) const;
    void forgetIdleRooms();

    store::Journal &m_journal;
    RoomViews &m_views;
    RoomObserver &m_observer;
    hooks::HookDesk &m_hooks;
    Admission m_admission;
    Newcomers &m_newcomers;
    const std::chrono::microseconds m_roomIdle;
    std::shared_ptr<Inbox> m_inbox;
    std::unordered_map<QByteArray, std::unique_ptr<HostedRoom>> m_rooms;
    std::vector<std::unique_ptr<HostedRoom>> m_retired; ///< Until nothing points at them.
    std::vector<HostedRoom *> m_dirty;
    bool m_flushPosted = false;
    quint64 m_nextTicket = 1;
    std::unordered_map<quint64, std::vector<InFlight>> m_inFlight;
    qint64 m_unstoredBytes = 0; ///< In m_inFlight.
    bool m_isBehind = false;
    bool m_resumePosted = false;
    std::function<void()> m_resumer;
    QTimer m_resumeTimer{this};
    std::vector<HostedRoom *> m_settled; ///< Rooms with results they have not taken.
    QBasicTimer m_tickTimer;
    QBasicTimer m_saveTimer;
};

} // namespace possync::net
