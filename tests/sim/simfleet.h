// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/sim/fleetdevice.h"
#include "tests/sim/history.h"
#include "tests/sim/simjournal.h"

#include <set>

namespace possync::sim {

/// What one history did; summed up at the end of a run.
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

    static auto parts()
    {
        return std::to_array<std::pair<quint64 FleetTally::*, const char *>>(
            {{&FleetTally::changes, "changes"},
             {&FleetTally::applied, "applied"},
             {&FleetTally::merged, "merged"},
             {&FleetTally::rejected, "rejected"},
             {&FleetTally::classicActions, "classic actions"},
             {&FleetTally::serverCrashes, "server crashes"},
             {&FleetTally::failedCommits, "failed commits"},
             {&FleetTally::cuts, "cut connections"},
             {&FleetTally::snapshots, "snapshots"},
             {&FleetTally::oldReplicas, "old replicas"},
             {&FleetTally::restores, "restored backups"},
             {&FleetTally::sdkDevices, "devices with the SDK"}});
    }
};

/// One restaurant of v2 devices, half of them with the SDK's rules, with classic tablets among
/// them: a network that delays and cuts, a server that crashes and whose disk fails, a journal that
/// drops old changes, apps that are killed, tablets that come back with the replica of last week,
/// clocks days off. Virtual time, one seed.
class Fleet : public History
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
    bool isV2(std::size_t device) const { return device < m_devices.size(); }
    core::ConnectionId &wireOf(std::size_t device);

    // fleetchecks.cpp
    void checkOutcomes();
    void checkReplicas();
    void checkHistory();
    quint64 lastDelivered() const;
    bool checkLateName(core::Entities &entities, const core::Alias &alias);
    void checkReplay();

    const bool m_slowDisk; ///< A commit may take longer than a device needs to come back.
    bool m_isSlow = false;
    bool m_retires = false;
    bool m_isHealing = false;

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
};

} // namespace possync::sim
