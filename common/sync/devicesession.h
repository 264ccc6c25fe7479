// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/sync/backoff.h"
#include "common/sync/clockoffset.h"
#include "common/sync/devicestore.h"
#include "common/sync/hybridclock.h"

#include <deque>
#include <functional>
#include <variant>

namespace possync::sync {

/// How a device stands with its server.
enum class LinkState {
    Stopped,    ///< Not wanted.
    Waiting,    ///< Not connected; dials again by itself, see nextDialMs().
    Refused,    ///< Not connected, and will not dial by itself: see the problem reported.
    Opening,    ///< Dialling.
    Greeting,   ///< Connected, waiting for the welcome.
    CatchingUp, ///< Welcome; getting what was missed.
    UpToDate,   ///< Has everything there is.
};

/// A change of a record, to be shown.
struct Update {
    enum class Origin {
        Change,    ///< Somebody's change, in the order of the restaurant.
        Snapshot,  ///< The whole copy was replaced, and this record differs.
        Correction ///< A change of this device was refused, and no longer shows.
    };
    EntityKey key = {};
    /// As the sender wrote it. Snapshot and Correction: "upsert" or "deleted".
    QByteArray action = {};
    bool isRemoved = false; ///< There was a record, and now there is none.
    QByteArray data = {};   ///< What changed: exact JSON object text; may be empty.
    /// The whole record as the device shows it now, its own pending changes on top; empty if there
    /// is none.
    QByteArray record = {};
    QByteArray changeId = {};
    QByteArray deviceId = {}; ///< Who did it; empty if not known.
    QByteArray userId = {};   ///< Who did it; empty if not known.
    quint64 seq = 0;
    qint64 atMs = 0;    ///< When the server took it.
    bool isOwn = false; ///< A change of this device, come back.
    /// The record shown differs from what was shown before. Not so for most own changes, which were
    /// on top already, and for what own pending changes hide.
    bool isVisible = false;
    Origin origin = Origin::Change;
};

/// Something the person at the device, or who looks after it, should know.
struct Problem {
    enum class Kind {
        Storage,   ///< Something could not be stored here; tried again later.
        Access,    ///< Token refused, expired or without the right.
        Version,   ///< Server and device have no protocol version in common.
        Replaced,  ///< Another device came with the same id.
        Server,    ///< The server said that something is wrong.
        Diverged,  ///< Records differed from the server's and could not be mended.
        Connection ///< The connection could not be made or broke; dialled again.
    };
    Kind kind = Kind::Server;
    QByteArray code; ///< For programs.
    QString message; ///< One sentence for people.
};

namespace effect {

struct Open {
}; ///< Dial.
struct Send {
    QByteArray message;    ///< One text frame …
    bool isPacked = false; ///< … or a binary one, see v2packed.h.
};
/// Close the connection, if there is one, and forget it: what it still says is not to be reported.
struct Close {
    int code = 1000;
};
struct StateChanged {
    LinkState state = LinkState::Stopped;
};
struct Updated {
    Update update;
};
/// Exactly one for each change queued.
struct ChangeSettled {
    Settled settled;
    EntityKey key;
};
struct PendingChanged {
    std::size_t count = 0;
};
struct PresenceChanged {
    std::vector<v2::PresentDevice> devices;
};
struct ProblemReported {
    Problem problem;
};

} // namespace effect

using Effect = std::variant<effect::Open, effect::Send, effect::Close, effect::StateChanged,
                            effect::Updated, effect::ChangeSettled, effect::PendingChanged,
                            effect::PresenceChanged, effect::ProblemReported>;

/// A change of the app, to be queued.
struct NewChange {
    DataType dataType = DataType::Orders;
    Action action = Action::Updated;
    QByteArray entityId;
    QByteArray data; ///< JSON object text with the fields that change; may be empty.
    std::vector<v2::Operation> operations = {};
    QByteArray changeId; ///< Unique in the restaurant, for ever.
};

/// Why a change could not be queued. It is not in the outbox.
struct QueueFailure {
    QByteArray code; ///< As of a rejection, or `storage`.
    QString message; ///< One sentence; names the field.
};

/// One device of protocol v2, without its sockets, clocks and files: events and the time come in,
/// effects wait in takeEffects(), what must last goes to a DeviceStore before it counts. Follows
/// docs/protocol-v2.md. Not thread-safe: one thread at a time.
class DeviceSession
{
public:
    /// Largest change taken, as text: it must fit into one message with room to spare.
    static constexpr qsizetype maxChangeBytes = 512 * 1024;

    struct Options {
        QByteArray restaurantId;
        QByteArray deviceId;
        std::vector<DataType> dataTypes = {}; ///< Wanted; empty: all.
        QByteArray client = {};               ///< Free text for the server's console.
        Backoff::Limits backoff = {};
        qint64 openMs = 15'000;   ///< Longest time from dialling to the welcome.
        qint64 ackMs = 500;       ///< Longest time from applying to telling the server.
        qint64 ackBytes = 64'000; ///< Or so many bytes.
        qint64 heartbeatMs = 0;   ///< 0: as the server asks.
        std::size_t batchChanges = 500;
        qsizetype batchBytes = 256 * 1024;
        bool compresses = true; ///< If the server can, too.
    };

    /// `chance` gives numbers in [0, 1).
    DeviceSession(Options options, DeviceStore &store, StoreImage image,
                  std::function<double()> chance);

    // Wishes.
    void start(const DeviceTime &now);
    void stop();
    /// Drops the connection if there is one and dials at once.
    void reconnect(const DeviceTime &now);
    /// The network is back or another: if the session waits, it dials at once.
    void networkReturned(const DeviceTime &now);
    void setUser(const std::optional<QByteArray> &userId);
    /// Stores all of them in one transaction, or none. They are checked as the server checks them.
    Result<Done, QueueFailure> queue(std::vector<NewChange> changes, const DeviceTime &now);

    // Events.
    void opened(const DeviceTime &now);
    /// The connection ended or could not be made. `code` as in a close frame, 0: none; `why` for
    /// people.
    void closed(int code, const QString &why, const DeviceTime &now);
    /// The server answered the dialling with 401 or 403.
    void denied(const QString &why, const DeviceTime &now);
    void received(const QByteArray &text, const DeviceTime &now);
    /// A binary message.
    void receivedPacked(const QByteArray &message, const DeviceTime &now);
    /// To be called at wakeAtMs(), or whenever.
    void tick(const DeviceTime &now);

    // For the host.
    std::vector<Effect> takeEffects() { return std::exchange(m_effects, {}); }
    /// When tick() is due next, by the steady clock; nothing: not before something happens.
    std::optional<qint64> wakeAtMs() const;

    // Questions.
    LinkState state() const { return m_state; }
    const v2::Position &position() const { return m_position; }
    std::size_t pendingCount() const { return m_outbox.pendingCount(); }
    const ClockOffset &clock() const { return m_clock; }
    /// A record as the device shows it: the server's with the own pending changes on top. Nothing
    /// if there is none.
    std::optional<QByteArray> record(const EntityKey &key) const;
    /// All records of a type as the device shows them, by id.
    std::map<QByteArray, QByteArray> records(DataType type) const;

private:
    bool isConnected() const
    {
        return m_state == LinkState::CatchingUp || m_state == LinkState::UpToDate;
    }
    void setState(LinkState state);
    void report(Problem::Kind kind, const QByteArray &code, const QString &message);
    void dial(const DeviceTime &now);
    void endConnection();
    void waitToDial(qint64 leastMs, const DeviceTime &now);
    /// Drops the connection because of what it said or did, and dials again later.
    void breakOff(int code, const QString &why, const DeviceTime &now);
    void refuse(Problem::Kind kind, const QByteArray &code, const QString &message);
    bool commit(const StoreEdit &edit, const DeviceTime &now);
    bool hasStored(const Result<Done, StoreFailure> &stored, const DeviceTime &now);

    void take(const v2::Welcome &welcome, const DeviceTime &now);
    void take(const v2::SnapshotPart &part, const DeviceTime &now);
    void take(const v2::Changes &changes, const DeviceTime &now);
    void take(const v2::UpToDate &upToDate, const DeviceTime &now);
    void take(const v2::Ack &ack, const DeviceTime &now);
    void take(const v2::RetryLater &retry, const DeviceTime &now);
    void take(const v2::HeartbeatReply &reply, const DeviceTime &now);
    void take(const v2::Presence &presence, const DeviceTime &now);
    void take(const v2::Checksum &checksum, const DeviceTime &now);
    void take(const v2::Error &error, const DeviceTime &now);
    void take(const v2::Unknown &, const DeviceTime &) {}

    void completeSnapshot(const v2::SnapshotPart &last, const DeviceTime &now);
    bool startOver(StoreEdit edit, const DeviceTime &now);
    void refuseBatch(const QString &why, const DeviceTime &now);
    void push(const DeviceTime &now);
    /// False if the disk refused; then the connection has been dropped.
    bool acknowledge(const DeviceTime &now);
    void beat(const DeviceTime &now);
    void correct(const EntityKey &key, const std::optional<QByteArray> &before);
    std::optional<QByteArray> shown(const EntityKey &key, std::optional<QByteArray> record) const;
    std::optional<QueueFailure> check(OutgoingChange &change) const;
    bool isWanted(DataType type) const;
    bool mayResync(DataType type, const DeviceTime &now);
    void report(Update update, const std::optional<QByteArray> &before,
                const std::optional<QByteArray> &now);
    void ackSoon(const DeviceTime &now);
    qint64 heartbeatMs() const
    {
        return m_options.heartbeatMs > 0 ? m_options.heartbeatMs : m_limits.heartbeatMs;
    }
    void pendingChanged();

    Options m_options;
    DeviceStore &m_store;
    std::function<double()> m_chance;
    Outbox m_outbox;
    v2::Position m_position; ///< Without an epoch: nowhere yet.
    QByteArray m_token;      ///< Of the last part kept of a snapshot of everything.
    QByteArray m_epoch;      ///< The server's, as it welcomed.
    quint64 m_lastNumber = 0;
    HybridClock m_hybrid;
    std::optional<QByteArray> m_userId;

    LinkState m_state = LinkState::Stopped;
    Backoff m_backoff;
    ClockOffset m_clock;
    v2::Limits m_limits;
    bool m_isPacking = false; ///< Agreed on this connection.
    std::optional<DeviceTime> m_askedAt; ///< Of the hello or heartbeat not answered yet.
    qint64 m_dialAtMs = 0;
    qint64 m_giveUpAtMs = 0;
    qint64 m_heardMs = 0;
    qint64 m_beatMs = 0;
    std::optional<qint64> m_ackDueMs;
    qint64 m_unackedBytes = 0;
    bool m_isReceivingSnapshot = false;
    QByteArray m_partToken; ///< Of the last part kept on this connection.
    quint64 m_batch = 0;
    std::size_t m_pendingTold = 0;
    /// When each data type was resynced.
    std::map<DataType, std::deque<qint64>> m_resyncs;
    std::vector<Effect> m_effects;
};

} // namespace possync::sync
