// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/sim/history.h"
#include "tests/sim/simjournal.h"

#include <map>
#include <set>

namespace possync::sim {

/// What one history did; summed up at the end of a run.
struct Tally {
    quint64 actions = 0;
    quint64 relayed = 0;
    quint64 serverCrashes = 0;
    quint64 failedCommits = 0;
    quint64 cuts = 0;
    quint64 lostPosts = 0;
    quint64 sharedIds = 0;
    quint64 records = 0; ///< Given to tablets that were away too long.

    static auto parts()
    {
        return std::to_array<std::pair<quint64 Tally::*, const char *>>(
            {{&Tally::actions, "actions"},
             {&Tally::relayed, "messages"},
             {&Tally::serverCrashes, "server crashes"},
             {&Tally::failedCommits, "failed commits"},
             {&Tally::cuts, "cut connections"},
             {&Tally::lostPosts, "lost posts"},
             {&Tally::sharedIds, "shared ids"},
             {&Tally::records, "records instead of changes"}});
    }
};

/// One restaurant in a box: tablets with the classic app, a network that delays, cuts and loses, a
/// server that crashes and a disk that fails, all in virtual time and all drawn from one seed.
class World : public History
{
public:
    /// `retiringPercent`: how likely it is that old changes leave the journal.
    explicit World(quint64 seed, bool trace = false, unsigned retiringPercent = 0);
    ~World() override;

    /// Runs the history and checks it. Empty if all promises held, otherwise what broke.
    QByteArray run();
    const Tally &tally() const { return m_tally; }

    // The room's effects.
    void deliver(std::span<const core::ConnectionId> to,
                 std::span<const QByteArray> messages) override;
    void ping(core::ConnectionId connection, quint64 barrier) override;
    void close(core::ConnectionId connection, quint16 code, const QByteArray &reason) override;
    void replySync(core::RequestId request, const core::SyncReply &reply) override;
    void readPage(core::ConnectionId connection, quint64 fromSeq) override;
    void applied(const core::StoredChangePtr &change, std::size_t receivers) override;
    void refused(const QByteArray &deviceId, const classic::Refusal &refusal) override;
    void sharedDeviceId(const QByteArray &deviceId) override;

private:
    struct Wire { ///< One WebSocket, seen from both ends; each direction keeps its order.
        core::ConnectionId id = 0;
        int tablet = 0;
        bool openAtDevice = true;
        bool openAtServer = false;
        qint64 lastUpUs = 0;
        qint64 lastDownUs = 0;
        quint64 life = 0; ///< The server life it belongs to.
        quint64 headAtConnect = 0;
    };
    struct Tablet {
        SimApp app;
        core::ConnectionId wire = 0;
        qint64 skewMs = 0;
        int attempt = 0;
        bool posting = false;
        bool joined = false;
        quint64 joinSeq = 0; ///< Changes after this one are owed to it.
    };
    struct Post {
        int tablet = 0;
        quint64 life = 0;
        std::vector<quint64> actions;
    };

    core::Now now() const { return {m_wallOffsetMs + m_nowUs / 1000, m_nowUs}; }
    qint64 delay() { return static_cast<qint64>(200 + pick(m_slowNetwork ? 400'000 : 20'000)); }

    void startServer();
    void crashServer();
    void flushServer();
    void commitQueued();
    void connect(int tablet);
    void cut(core::ConnectionId wire, bool serverNotices);
    void closeAtServer(core::ConnectionId wire);
    void up(core::ConnectionId wire, QByteArray message);
    void act(int tablet);
    void post(int tablet);
    void postArrived(core::RequestId request, QByteArray body);
    void misbehave();
    void checkJournal();
    void checkTablets();
    bool isOvertaken(quint64 seq) const;
    bool hasRecordSince(const SimApp &app, quint64 number) const;
    void checkReplay();
    void checkRecords();

    const bool m_slowDisk;   ///< A commit may take longer than a tablet needs to come back.
    const bool m_oneAddress; ///< Behind one router: no tablet is known by its address.
    bool m_slowNetwork = false;
    bool m_retires = false; ///< Old changes leave the journal.
    bool m_healing = false;
    qint64 m_wallOffsetMs = 1'700'000'000'000;

    SimJournal m_journal;
    std::unique_ptr<core::Room> m_room; ///< Null while the server is down.
    quint64 m_life = 0;
    bool m_commitScheduled = false;
    bool m_tickScheduled = false;
    std::vector<quint64> m_blocksInFlight;

    std::vector<Tablet> m_tablets;
    std::map<core::ConnectionId, Wire> m_wires;
    core::ConnectionId m_nextWire = 1;
    std::map<core::RequestId, Post> m_posts;
    core::RequestId m_nextPost = 1;

    std::vector<UserAction> m_actions;        ///< Index is number - 1.
    std::vector<core::ConnectionId> m_sentOn; ///< Wire the typed message went out on; 0: none.
    std::set<quint64> m_owed; ///< Relayed to someone or confirmed over HTTP: must never be lost.
    /// Relayed when the server knew that two tablets share the sender's id. Before that they are
    /// one tablet to it, which does not get its own changes back.
    std::set<quint64> m_knownShared;
    /// Head of the journal when it was last found out that an id is shared.
    quint64 m_knownSharedFrom = 0;
    /// Tablet and action: relayed while the tablet was up to date beside another with its id, which
    /// sent it, and the server did not know yet that they are two. And to which tablets it is owed,
    /// because that was found out while they were there.
    std::set<std::pair<int, quint64>> m_doubtful;
    std::set<std::pair<int, quint64>> m_doubtSettled;
    std::map<quint64, qint64> m_appliedUs;
    std::map<quint64, quint64> m_seqOf;
    /// How far records went that were given to a device instead of changes, as stored.
    std::map<QByteArray, quint64> m_recordsSeq;
    /// The changes in their order, each with what its twin said if it did not say whom it is about.
    std::map<quint64, core::StoredChange> m_changes;
    /// Of those, the ones that took effect with their twin; with the record's version after it.
    std::map<quint64, quint32> m_namedLate;
    Tally m_tally;
};

} // namespace possync::sim
