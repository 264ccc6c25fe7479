// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/room.h"
#include "tests/sim/simapp.h"
#include "tests/sim/fleetdevice.h"

#include <queue>
#include <set>

namespace possync::sim {

struct FleetTally {
    quint64 changes = 0;
    quint64 applied = 0;
    quint64 merged = 0;
    quint64 rejected = 0;
    quint64 repeats = 0;
    quint64 classicActions = 0;
    quint64 serverCrashes = 0;
    quint64 failedCommits = 0;
    quint64 cuts = 0;
    quint64 snapshots = 0;
    quint64 oldReplicas = 0;
    quint64 restores = 0;
    quint64 sdkDevices = 0;
};

/// One restaurant of v2 devices, half of them with the SDK's rules, with classic tablets among them: a network that delays and cuts, a
/// server that crashes and whose disk fails, a journal that drops old changes, apps that are
/// killed, tablets that come back with the replica of last week, clocks days off. Virtual time,
/// one seed.
class Fleet : public core::RoomOutput
{
public:
    explicit Fleet(quint64 seed, bool trace = false);
    ~Fleet() override;

    /// Runs the history and checks it. Empty if all promises held, otherwise what broke.
    QByteArray run();
    const FleetTally &tally() const { return m_tally; }

    // The room's effects.
    void deliver(std::span<const core::ConnectionId> to,
                 std::span<const QByteArray> messages) override;
    void ping(core::ConnectionId connection, quint64 barrier) override;
    void close(core::ConnectionId connection, quint16 code, const QByteArray &reason) override;
    void replySync(core::RequestId, const core::SyncReply &) override {}
    void readPage(core::ConnectionId connection, quint64 fromSeq) override;
    void applied(const core::StoredChangePtr &, std::size_t) override {}
    void refused(const QByteArray &, const classic::Refusal &) override {}
    void sharedDeviceId(const QByteArray &) override {}

private:
    struct Event {
        qint64 atUs = 0;
        quint64 order = 0;
        std::function<void()> run;
        bool operator>(const Event &other) const
        {
            return std::tie(atUs, order) > std::tie(other.atUs, other.order);
        }
    };
    struct Wire {
        std::size_t device = 0; ///< Of m_devices, or behind them of m_tablets.
        bool openAtDevice = true;
        bool openAtServer = false;
        qint64 lastUpUs = 0;
        qint64 lastDownUs = 0;
        quint64 life = 0;
    };
    /// A classic tablet: only sends, and takes what comes.
    struct Tablet {
        SimApp app;
        core::ConnectionId wire = 0;
    };

    core::Now now() const { return {1'700'000'000'000 + m_nowUs / 1000, m_nowUs}; }
    void at(qint64 delayUs, std::function<void()> run);
    quint64 pick(quint64 below) { return m_random() % below; }
    bool chance(int percent) { return static_cast<int>(pick(100)) < percent; }
    qint64 delay() { return static_cast<qint64>(200 + pick(m_isSlow ? 300'000 : 20'000)); }

    void startServer();
    void crashServer();
    void flushServer();
    void commitQueued();
    void upkeep();
    void connect(std::size_t device);
    void arrived(core::ConnectionId id);
    void cut(core::ConnectionId wire, bool serverNotices);
    void closeAtServer(core::ConnectionId id);
    void up(core::ConnectionId wire, QByteArray message);
    void serve(core::ConnectionId id, const QByteArray &message);
    void act(std::size_t device);
    void push(std::size_t device);
    void misbehave();
    void restoreBackup();
    void fail(const QByteArray &what);
    bool isV2(std::size_t device) const { return device < m_devices.size(); }
    core::ConnectionId &wireOf(std::size_t device);

    // fleetchecks.cpp
    void checkOutcomes();
    void checkReplicas();
    void checkHistory();
    quint64 lastDelivered() const;
    bool checkLateName(core::Entities &entities, const core::Alias &alias);
    void checkReplay();

    Random m_random;
    const bool m_trace;
    const bool m_slowDisk; ///< A commit may take longer than a device needs to come back.
    bool m_isSlow = false;
    bool m_retires = false;
    bool m_isHealing = false;
    qint64 m_nowUs = 0;
    quint64 m_order = 0;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> m_events;

    SimJournal m_journal;
    std::optional<SimJournal> m_backup;
    bool m_wasRestored = false;
    std::unique_ptr<core::Room> m_room;
    quint64 m_life = 0;
    bool m_isCommitScheduled = false;
    std::vector<quint64> m_blocksInFlight;

    std::vector<std::unique_ptr<FleetDevice>> m_devices;
    std::vector<core::ConnectionId> m_deviceWires;
    std::vector<Tablet> m_tablets;
    std::map<core::ConnectionId, Wire> m_wires;
    core::ConnectionId m_nextWire = 1;
    quint64 m_actions = 0; ///< Of classic tablets.
    FleetTally m_tally;
    QByteArray m_failure;
};

} // namespace possync::sim
