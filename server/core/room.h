// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/classicmessage.h"
#include "server/core/decisions.h"
#include "server/core/devices.h"
#include "server/core/entities.h"
#include "server/core/idindex.h"
#include "server/core/journalport.h"
#include "server/core/latechange.h"
#include "server/core/pairing.h"
#include "server/core/record.h"
#include "server/core/v2peer.h"

#include <deque>
#include <functional>
#include <span>
#include <unordered_map>

namespace possync::core {

/// The time, passed in: rooms have no clock.
struct Now {
    qint64 wallMs = 0;      ///< UTC milliseconds; for stamps, may jump.
    qint64 monotonicUs = 0; ///< For durations, never goes back.
};

/// Number a host gives a request that waits for an answer.
using RequestId = quint64;

enum class Outcome : quint8 { Applied, Duplicate, Rejected };

/// What became of one change; promise 6 of the design: exactly one of these, always.
struct ChangeResult {
    Outcome outcome = Outcome::Applied;
    quint64 seq = 0;     ///< Of the change, or of the one it repeats.
    QByteArray changeId; ///< As the device knows it.
    classic::Refusal refusal;
};

/// Answer to one `POST /api/sync`.
struct SyncReply {
    bool stored = true; ///< False: nothing of it was stored, ask again later.
    std::vector<ChangeResult> results;
    /// Why nothing was stored, if it is not the store's fault.
    std::optional<classic::Refusal> refusal;
};

/// Where a room's effects go. All calls come from within the room's own calls.
class RoomOutput
{
public:
    virtual ~RoomOutput() = default;
    /// Send these messages, in order, to each of these connections.
    virtual void deliver(std::span<const ConnectionId> to,
                         std::span<const QByteArray> messages) = 0;
    /// Send a message to a connection that takes compressed ones; compressed if that pays.
    virtual void deliverPacked(ConnectionId to, const QByteArray &message)
    {
        deliver(std::span(&to, 1), std::span(&message, 1));
    }
    /// Send a WebSocket ping that carries `barrier`; its pong comes back as Room::confirmed().
    virtual void ping(ConnectionId connection, quint64 barrier) = 0;
    /// Close it; disconnected() follows later.
    virtual void close(ConnectionId connection, quint16 code, const QByteArray &reason) = 0;
    virtual void replySync(RequestId request, const SyncReply &reply) = 0;
    /// Read journal pages from `fromSeq` on and give them to Room::pageRead().
    virtual void readPage(ConnectionId connection, quint64 fromSeq) = 0;
    /// A change was applied and is stored; for feeds and counters. After its delivery was emitted.
    virtual void applied(const StoredChangePtr &change, std::size_t receivers) = 0;
    /// Whether recordChanged() is to be called; asked once for each commit.
    virtual bool wantsRecords() const { return false; }
    /// A stored change has been applied; the record before it (empty: there was none) and after.
    virtual void recordChanged(const StoredChange & /*change*/, const QByteArray & /*before*/,
                               const Entity & /*after*/)
    {
    }
    /// A change was refused or could not be stored.
    virtual void refused(const QByteArray &deviceId, const classic::Refusal &refusal) = 0;
    /// Two live tablets use one device id.
    virtual void sharedDeviceId(const QByteArray &deviceId) = 0;
};

/// One live connection as its restaurant sees it.
struct Connection {
    ConnectionId id = 0;
    Device *device = nullptr;
    quint16 slot = 0;
    QByteArray address; ///< "host:port".
    std::optional<QByteArray> userId;
    qint64 connectedAtMs = 0;
    qint64 lastSeenMs = 0;
    bool registered = false; ///< Has introduced itself as the app does.
    bool ambiguous = false;  ///< See Devices::Arrival.
    bool live = false;       ///< Up to date; otherwise catching up.
    bool isHeldBack = false; ///< Came back too often: catches up later.
    quint64 startSeq = 0;    ///< Where it was when it connected.
    /// Changes of its device up to this one were taken before it came, and no other tablet used the
    /// device id then: its tablet sent them without a doubt, on a connection that is over.
    quint64 ownUpTo = 0;
    quint64 readingFrom = 0;  ///< Waits for the page from this change on; 0: for none.
    bool unconfirmed = false; ///< Is in the room's list of connections that may be due a barrier.
    quint64 sentSeq = 0;      ///< Everything up to here has been sent, or was its own.
    quint64 confirmedSeq = 0;
    bool barrierOut = false; ///< A ping is on its way; its pong proves that all before it arrived.
    quint64 barrier = 0;     ///< Number of the newest ping.
    quint64 barrierSeq = 0;  ///< What its pong confirms.
    /// A ping sent because another connection came with the same device id; 0: none. Its pong
    /// proves that there are two tablets: what was on its way before could come from a dead one.
    quint64 proofBarrier = 0;
    qint64 barrierSentUs = 0;
    qint64 bytesSinceBarrier = 0;
    /// Set while it gets records instead of changes: those last touched up to here have been sent.
    std::optional<quint64> snapshotSeq;
    quint64 snapshotEnd = 0;  ///< It is stored that it may have records up to here; 0: not yet.
    bool awaitsStore = false; ///< Waits until `snapshotEnd` is stored.
    qint64 unconfirmedBytes = 0;
    /// Catch-up batches not yet confirmed: (number of the ping behind it, bytes).
    std::deque<std::pair<quint64, qint64>> batches;
    quint64 lateBarrier =
        0; ///< The first ping behind late records it was sent when it had all else.
    std::optional<qint64> roundTripUs;
    std::optional<qint64> clockSkewMs;
    std::unique_ptr<V2Peer> v2; ///< Null: speaks the classic protocol.
    quint64 sent = 0;           ///< Messages with changes sent to it.
    quint64 received = 0;       ///< Changes it sent.
};

/// Where a connection comes from.
struct Address {
    QByteArray host;
    QByteArray text; ///< "host:port".
};

/// The close code for a device whose id has connected again; docs/protocol-v2.md.
inline constexpr quint16 closeReplaced = 4010;

/// One restaurant: gives every change its place, recognises repeats and twins, knows who still
/// lacks what. Pure: events and the time come in, effects go to a RoomOutput, records wait in
/// takeBlock() until the host has stored them. Nothing is acknowledged or relayed before
/// committed() says that it is stored. Not thread-safe: one thread at a time.
class Room
{
public:
    struct Options {
        qint64 barrierIntervalUs = 500'000; ///< At most one ping per connection in this time …
        qint64 barrierBytes = 64 * 1024;    ///< … unless so much was sent since the last.
        int batchChanges = 500;             ///< Catch-up goes in batches of so many changes …
        qint64 batchBytes = 128 * 1024;     ///< … or so many bytes.
        qint64 windowBytes = 512 * 1024;    ///< Catch-up bytes on their way, unconfirmed.
        qint64 tailBytes = 128 * 1024;      ///< Newest changes kept in memory for catch-up.
        qint64 checksumIntervalUs = 30'000'000; ///< Of v2 devices that are up to date.
        qint64 presenceIntervalUs = 1'000'000;
        v2::Limits v2;
    };

    Room(QByteArray restaurantId, RoomOutput &output, Options options);
    Room(QByteArray restaurantId, RoomOutput &output)
        : Room(std::move(restaurantId), output, Options())
    {
    }

    /// Takes what the store has. Also after a failed commit: connections then stay, and who waits
    /// for an answer gets "not stored". Returns false if a record cannot be read.
    bool open(const RestaurantImage &image, const Now &now);

    // Events.
    /// `isHeldBack`: it is sent what it missed, and all that comes after, only once letCatchUp()
    /// says so.
    void connected(ConnectionId id, const QByteArray &deviceId, const QByteArray &host,
                   const QByteArray &address, const std::optional<QByteArray> &userId,
                   const Now &now, bool isHeldBack = false);
    void letCatchUp(ConnectionId id, const Now &now);
    /// The same for a device that speaks v2.
    void connectedV2(ConnectionId id, const v2::Hello &hello, const Address &address,
                     const Now &now);
    /// A message of a v2 device, after its hello.
    void receivedV2(ConnectionId id, v2::DeviceMessage &&message, const Now &now);
    /// A refusal goes to its sender.
    void refusedV2(ConnectionId id, const v2::MessageRefusal &refusal, const Now &now);
    void disconnected(ConnectionId id, const Now &now);
    /// One text frame of a classic device.
    void received(ConnectionId id, const QByteArray &frame, const Now &now);
    /// The same, decoded: a refusal goes to the sender.
    void received(ConnectionId id, Result<classic::Message, classic::Refusal> &&message,
                  const Now &now);
    void confirmed(ConnectionId id, quint64 barrier, const Now &now);
    void syncPosted(RequestId request, classic::SyncRequest &&sync, const Now &now);
    /// All blocks up to and including `block` (counted by takeBlock()) are stored.
    void committed(quint64 block, const Now &now);
    /// Pages asked for by readPage(). `gone` says that the journal no longer goes back that far.
    void pageRead(ConnectionId id, quint64 fromSeq, std::span<const JournalBlock> blocks, bool gone,
                  const Now &now);
    /// The change that would make the losing values of a conflict win; or why there is none.
    Result<v2::PushedChange, classic::Refusal> restoration(const QByteArray &conflictId) const;
    /// Gets the conflict, restored and stored, or why it could not be: the rule's code and reason.
    using RestoreReceiver = std::function<void(Result<DecisionPtr, classic::Refusal>)>;
    /// Makes the losing values of a conflict win, by a change of its own. Done before, it answers
    /// the same once more. `by`: who asked, for the conflict's record.
    void restore(const QByteArray &conflictId, const QByteArray &by, RestoreReceiver done,
                 const Now &now);
    /// Puts changes of a device that was replaced on the list of conflicts, instead of applying
    /// them: restore() then applies one, discard() does not. Answered by replySync(): those are
    /// rejected as `in_review`, and duplicates what was taken before.
    void review(RequestId request, LateBatch &&batch, const Now &now);
    void discard(const QByteArray &conflictId, const QByteArray &by, RestoreReceiver done,
                 const Now &now);
    /// Retention has gone on: changes up to `floorSeq` are gone from the journal.
    void raiseFloor(quint64 floorSeq) { m_floorSeq = std::max(m_floorSeq, floorSeq); }
    /// Lets time pass: due barriers go out. Every 50 ms or so while wantsTick().
    void tick(const Now &now);

    // For the host.
    /// Records that wait to be stored; empty body: none. Counts blocks from 1 since open().
    JournalBlock takeBlock();
    bool hasBlock() const { return !m_block.body.isEmpty(); }
    quint64 lastBlock() const { return m_blockCount; }
    /// Derived rows that changed since the last call. They hold the whole effect of every block
    /// that committed() has been told of, and part of that of later ones: replay evens that out.
    std::vector<StateRow> takeState();
    bool hasDirtyState() const;
    bool wantsTick() const { return !m_unconfirmed.empty() || (!m_liveV2.empty() && hasV2Work()); }

    // Questions.
    const QByteArray &restaurantId() const { return m_restaurantId; }
    const QByteArray &epoch() const { return m_epoch; }
    RestaurantNo number() const { return m_number; }
    quint32 generation() const { return m_generation; }
    quint64 head() const { return m_deliveredSeq; } ///< Last change stored and relayed.
    qint64 lastChangeAtMs() const { return m_lastChangeAtMs; }
    const Entities &entities() const { return m_entities; }
    const Devices &devices() const { return m_devices; }
    const Decisions &decisions() const { return m_decisions; }
    const std::unordered_map<ConnectionId, Connection> &connections() const
    {
        return m_connections;
    }

private:
    /// Runs once the records before it are stored, or (false) cannot be.
    using AfterStored = std::function<void(bool stored, const Now &now)>;

    /// An effect that waits for its block to be stored.
    struct Released {
        quint64 block = 0;
        AfterStored action; ///< Set: run it. Otherwise relay `change`.
        StoredChangePtr change;
        ConnectionId origin = 0;
        QByteArray statedId; ///< Change id the device gave; empty if it gave none.
    };

    // room.cpp: from frame to record.
    void receivedMessage(Connection &connection, classic::Register &&message, const Now &now);
    void receivedMessage(Connection &connection, classic::Heartbeat &&message, const Now &now);
    void receivedMessage(Connection &connection, classic::UserChanged &&message, const Now &now);
    void receivedMessage(Connection &connection, classic::Change &&message, const Now &now);
    ChangeResult take(classic::Change &&change, const QByteArray &device, quint16 slot,
                      ConnectionId origin, const Now &now);
    std::optional<quint64> knownSeq(classic::Change &change) const;
    /// What the ids begin with that this server gives to changes and messages without one. Nobody
    /// else may use such an id, or the app would skip what comes under it later.
    QByteArray ownIdPrefix() const;
    void decide(StoredChange &stored);
    void noteDecision(const StoredChange &stored, const sync::Resolution &resolution,
                      const QByteArray &sent);
    void adoptTwin(const Pairing::Waiting &twin, const classic::Change &change,
                   const QByteArray &device, const Now &now);
    void refuseLate(const Alias &alias, const StoredChange &late);
    void replayRecord(const Record &record);
    void afterStored(AfterStored action, const Now &now);
    void send(ConnectionId to, const QByteArray &message);
    void sendRegistered(ConnectionId id, const QByteArray &deviceId, const Now &now);
    void rememberDevice(const Device &device, const DeviceSlot &slot, const Now &now);
    void setUser(Connection &connection, const std::optional<QByteArray> &userId);

    // roomrestore.cpp, roomreview.cpp: decisions of people.
    void answerWithConflict(const QByteArray &conflictId, RestoreReceiver done, const Now &now);
    std::optional<classic::Refusal> reviewRefusal(const LateBatch &batch) const;
    ChangeResult review(LateChange &&late, const QByteArray &device, const Now &now);

    // roomdelivery.cpp: from stored to arrived.
    void relay(std::span<const Released> released, const Now &now);
    void applyWatched(const StoredChange &stored);
    void sendSyncUpdate(const std::vector<QByteArray> &changes, const Now &now);
    bool isOwn(const Connection &connection, const StoredChange &change, ConnectionId origin,
               bool replay) const;
    void appendMessages(const Connection &connection, const StoredChange &change, bool replay,
                        std::vector<QByteArray> &messages) const;
    QByteArray correction(const StoredChange &stored) const;
    void catchUp(Connection &connection, const Now &now);
    void sendBatch(Connection &connection, std::span<const StoredChangePtr> changes,
                   const Now &now);
    void beginSnapshot(Connection &connection);
    void storeSnapshotEnd(Connection &connection, const Now &now);
    void sendSnapshotPart(Connection &connection, const Now &now);
    quint64 reachedBy(const Connection &connection, quint64 barrier) const;
    void sendLateRecords(Connection &connection, std::span<const Entity *const> late,
                         const Now &now);
    QByteArray snapshotMessage(const Entity &entity) const;
    void noteBatch(Connection &connection, qint64 bytes, const Now &now);
    void noteSent(Connection &connection, quint64 seq, qint64 bytes, const Now &now);
    void sendBarrier(Connection &connection, const Now &now);
    void remember(const StoredChangePtr &change);
    std::vector<StoredChangePtr> changesOf(std::span<const JournalBlock> blocks, quint64 after,
                                           Texts texts) const;

    // roomdoubts.cpp: whether it is one tablet that came back, or two with one id.
    void noteDoubt(const Connection &connection, quint64 seq, ConnectionId origin, const Now &now);
    void settleDoubts(Device &device, const Now &now);

    // roomv2.cpp: what v2 devices send.
    void received(Connection &connection, v2::Hello &&message, const Now &now);
    void received(Connection &connection, v2::Acked &&message, const Now &now);
    void received(Connection &connection, v2::Push &&message, const Now &now);
    void received(Connection &connection, v2::Heartbeat &&message, const Now &now);
    void received(Connection &connection, v2::UserChanged &&message, const Now &now);
    void received(Connection &connection, v2::Resync &&message, const Now &now);
    v2::ChangeResult takeV2(const v2::PushedChange &change, Connection &connection, const Now &now);
    StoredChange storedFrom(const v2::PushedChange &change, const Connection &connection,
                            const Now &now) const;
    void letIn(StoredChange &stored, const v2::PushedChange &change,
               const sync::Resolution &resolution);
    void writeText(StoredChange &stored, const v2::PushedChange &change,
                   const QByteArray &data) const;
    std::optional<v2::ChangeResult> repeated(const v2::PushedChange &change) const;
    void sendErrorV2(const Connection &connection, classic::Refusal refusal,
                     std::optional<quint64> batch);

    // roomv2delivery.cpp: what they are sent.
    void relayV2(std::span<const Released> released, const Now &now);
    void catchUpV2(Connection &connection, const Now &now);
    void sendGroups(Connection &connection, std::span<const StoredChangePtr> changes);
    void pageReadV2(Connection &connection, std::span<const JournalBlock> blocks, bool gone,
                    const Now &now);
    void startSnapshot(Connection &connection, std::optional<DataType> scope, quint64 at,
                       std::optional<std::pair<DataType, QByteArray>> after);
    void sendSnapshotPartV2(Connection &connection);
    QByteArray tokenOf(const V2Peer::Snapshot &snapshot, DataType type,
                       const QByteArray &entity) const;
    bool resumeSnapshot(Connection &connection, const QByteArray &token);
    void sendUnacked(Connection &connection, const QByteArray &message, quint64 seq,
                     const QByteArray &token);
    void becomeLive(Connection &connection, const Now &now);
    void sendChecksum(Connection &connection, const Now &now);
    void nextSnapshot(Connection &connection);
    void oweLateV2(Connection &connection);
    void sendLateV2(const Now &now);
    void leaveLive(Connection &connection);
    bool hasV2Work() const { return m_isPresenceDue || m_isChecksumDue; }
    void sendPresence();
    void tickV2(const Now &now);

    const QByteArray m_restaurantId;
    RoomOutput &m_output;
    const Options m_options;

    RestaurantNo m_number = 0;
    quint32 m_generation = 0;
    QByteArray m_epoch;
    quint64 m_head = 0;         ///< Last sequence number given out.
    quint64 m_deliveredSeq = 0; ///< Last one stored and relayed.
    quint64 m_floorSeq = 0;
    qint64 m_lastChangeAtMs = 0;

    IdIndex m_ids;
    Pairing m_pairing;
    Entities m_entities;
    Devices m_devices;
    Decisions m_decisions;

    std::unordered_map<ConnectionId, Connection> m_connections;
    std::vector<Connection *> m_live;   ///< For relaying without a lookup; nodes do not move.
    std::vector<Connection *> m_liveV2; ///< The same, of v2 devices.
    bool m_isPresenceDue = false;       ///< Who is there has changed.
    bool m_isChecksumDue = false;       ///< Some v2 device has changes that no checksum covered.
    qint64 m_presenceAtUs = 0;
    std::vector<Connection *> m_unconfirmed; ///< Connections that may be due a barrier.
    quint64 m_mark = 0;

    JournalBlock m_block;
    quint64 m_blockCount = 0;
    quint64 m_committedBlock = 0;
    std::deque<Released> m_waiting; ///< Effects that wait for their block to be stored.

    std::deque<StoredChangePtr> m_tail; ///< Newest relayed changes, without gaps.
    qint64 m_tailBytes = 0;
};

} // namespace possync::core
