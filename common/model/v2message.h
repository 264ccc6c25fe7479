// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/classicmessage.h"
#include "common/model/hybridtime.h"

namespace possync::json {
class TextWriter;
}

/// Messages of protocol v2, read and written; docs/protocol-v2.md. Values inside `data` are exact
/// JSON text throughout. Pure functions; any thread.
namespace possync::v2 {

using classic::Refusal;

inline constexpr QByteArrayView subprotocol = "possync.v2";
inline constexpr int version = 2;

/// A set of data types.
class TypeSet
{
public:
    constexpr TypeSet() = default;
    static constexpr TypeSet all()
    {
        TypeSet set;
        for (const DataType type : allDataTypes)
            set.add(type);
        return set;
    }
    constexpr void add(DataType type) { m_bits = static_cast<quint8>(m_bits | bit(type)); }
    constexpr bool has(DataType type) const { return (m_bits & bit(type)) != 0; }
    constexpr quint8 bits() const { return m_bits; }
    constexpr bool operator==(const TypeSet &) const = default;

private:
    static constexpr int bit(DataType type) { return 1 << static_cast<int>(type); }
    quint8 m_bits = 0;
};

/// The order of snapshots: what a waiter misses most comes first.
inline constexpr std::array snapshotOrder{DataType::Orders,    DataType::Tables,
                                          DataType::MenuItems, DataType::Inventory,
                                          DataType::Users,     DataType::Printers};

/// Where a replica is.
struct Position {
    QByteArray epoch;
    quint64 seq = 0;
    bool operator==(const Position &) const = default;
};

struct Capabilities {
    bool presence = false;
    bool checksum = false;
    bool zstd = false; ///< Either side may compress: v2packed.h.
    bool operator==(const Capabilities &) const = default;
};

// What a device sends.

struct Hello {
    QByteArray deviceId;
    std::optional<QByteArray> userId;
    int lowestVersion = version;
    int highestVersion = version;
    std::optional<Position> position;
    TypeSet dataTypes = TypeSet::all();
    Capabilities capabilities;
    qint64 clockMs = 0;
    QByteArray client;
    QByteArray snapshotToken; ///< Empty: none.
};

struct Acked {
    std::optional<Position> position; ///< Applied up to here …
    QByteArray token;                 ///< … or snapshot parts kept up to this one.
};

/// What the user did where the new value alone would not say it.
struct Operation {
    enum class Kind : quint8 { LineAdd, LineSet, LineQuantity, LineVoid, LineRemove, Add };
    Kind kind = Kind::Add;
    QByteArray target; ///< Line id, or for Add the field.
    QByteArray value;  ///< JSON text: the line, its fields, the number, the reason (or empty).
};

/// One change as a device wrote it.
struct PushedChange {
    QByteArray changeId;
    DataType dataType = DataType::Orders;
    Action action = Action::Updated;
    QByteArray entityId;
    QByteArray data = "{}"; ///< JSON object, as it came.
    std::vector<Operation> operations;
    std::optional<quint32> baseRev;
    std::optional<HybridTime> time;
    std::optional<QByteArray> userId;
    QByteArray timestamp; ///< Plain text; empty: none.
    /// Members the protocol does not know, as `"key":value` texts with commas between.
    QByteArray otherMembers;
    quint64 contentHash = 0; ///< Tells a repeat from another change under the same id.
};

struct Push {
    quint64 batch = 0;
    /// In order; each read for itself, so that one bad change does not take others with it.
    std::vector<Result<PushedChange, Refusal>> changes;
};

/// From a device; and its answer, which has `serverTimeMs` and `head` instead of the queue.
struct Heartbeat {
    qint64 clockMs = 0;
    quint64 queue = 0;
    std::optional<Position> position;
};

struct UserChanged {
    std::optional<QByteArray> userId;
};

struct Resync {
    DataType dataType = DataType::Orders;
};

using DeviceMessage = std::variant<Hello, Acked, Push, Heartbeat, UserChanged, Resync>;

/// Refusal of a message, with the batch it was, if it was one and could be read so far.
struct MessageRefusal {
    Refusal refusal;
    std::optional<quint64> batch;
};

/// Reads one text frame of a device that belongs to `restaurantId`.
Result<DeviceMessage, MessageRefusal> decodeFromDevice(const QByteArray &frame,
                                                       QByteArrayView restaurantId);

/// The members of a change, in whichever protocol it was written, that are its sender's own.
QByteArray otherMembersOfChange(const json::Members &members);

/// Most changes in one push.
inline constexpr std::size_t maxPushChanges = 500;

QByteArray encode(const Hello &hello);
QByteArray encode(const Acked &acked);
/// A change as it goes into a push; the text can be kept and sent as often as needed.
QByteArray encode(const PushedChange &change);
QByteArray encodePush(quint64 batch, std::span<const QByteArray> changes);
QByteArray encode(const Heartbeat &heartbeat);
QByteArray encode(const UserChanged &user);
QByteArray encode(const Resync &resync);

// What the server sends.

struct Limits {
    qint64 messageBytes = 1024 * 1024;
    std::size_t pushChanges = maxPushChanges;
    int pushBatches = 4;
    qint64 windowBytes = 512 * 1024;
    qint64 heartbeatMs = 20'000;
};

struct Welcome {
    QByteArray session;
    int version = v2::version;
    QByteArray epoch;
    quint64 head = 0;
    quint64 floor = 0;
    bool isSnapshot = false; ///< Mode.
    bool isResumed = false;  ///< The snapshot goes on behind `Hello::snapshotToken`.
    qint64 serverTimeMs = 0;
    QByteArray server;
    Capabilities capabilities;
    Limits limits;
};

/// A record in a snapshot.
struct SnapshotRecord {
    QByteArray entityId;
    quint32 rev = 0;
    quint64 seq = 0;
    QByteArray data;
};

struct SnapshotPart {
    std::optional<DataType> scope;
    quint64 at = 0;
    quint64 part = 1;
    DataType dataType = DataType::Orders;
    std::vector<SnapshotRecord> records;
    QByteArray token;
    bool isLast = false;
};

/// What a delivered change does to the record.
enum class EntryEffect : quint8 { None, Set, Remove };

/// One change as it is delivered.
struct Entry {
    quint64 seq = 0;
    QByteArray changeId;
    DataType dataType = DataType::Orders;
    Action action = Action::Updated;
    QByteArray entityId; ///< Empty only if `effect` is None.
    EntryEffect effect = EntryEffect::Set;
    quint32 rev = 0;
    QByteArray data;
    QByteArray deviceId;
    QByteArray userId; ///< Empty: not known.
    qint64 atMs = 0;
    QByteArray timestamp;    ///< Plain text; empty: none.
    QByteArray otherMembers; ///< As in PushedChange.
};

struct Changes {
    quint64 from = 0;
    quint64 to = 0;
    std::vector<Entry> entries;
};

struct UpToDate {
    quint64 seq = 0;
};

enum class Outcome : quint8 { Applied = 1, Merged = 2, Duplicate = 3, Rejected = 4 };
QByteArrayView outcomeName(Outcome outcome);

/// A value that lost against another.
struct KeptField {
    QByteArray field;
    QByteArray kept; ///< JSON text that stays.
    QByteArray lost; ///< JSON text that does not.
    QByteArray keptBy;
    qint64 keptAtMs = 0;
    QByteArray lostBy; ///< Not on the wire of an ack: who lost is who asked.
    qint64 lostAtMs = 0;
};

struct ChangeResult {
    QByteArray changeId;
    Outcome outcome = Outcome::Applied;
    quint64 seq = 0;
    quint32 rev = 0;
    Outcome original = Outcome::Applied; ///< Of a duplicate.
    std::vector<KeptField> kept;
    QByteArray code;
    QByteArray reason;
    QByteArray proof; ///< JSON object; empty: none.
};

struct Ack {
    quint64 batch = 0;
    std::vector<ChangeResult> results;
};

struct RetryLater {
    quint64 batch = 0;
    QByteArray code;
    QByteArray message;
    qint64 afterMs = 0;
};

struct HeartbeatReply {
    qint64 clockMs = 0;
    qint64 serverTimeMs = 0;
    quint64 head = 0;
};

struct PresentDevice {
    QByteArray deviceId;
    QByteArray userId; ///< Empty: nobody.
    bool isV2 = false;
    qint64 sinceMs = 0;
};

struct Presence {
    std::vector<PresentDevice> devices;
};

struct TypeSum {
    quint64 count = 0;
    quint64 sum = 0;
    bool operator==(const TypeSum &) const = default;
};

struct Checksum {
    quint64 seq = 0;
    std::vector<std::pair<DataType, TypeSum>> types;
};

struct Error {
    Refusal refusal;
    std::optional<quint64> batch;
};

/// A message of a type this version does not know: to be ignored.
struct Unknown {
    QByteArray type;
};

using ServerMessage = std::variant<Welcome, SnapshotPart, Changes, UpToDate, Ack, RetryLater,
                                   HeartbeatReply, Presence, Checksum, Error, Unknown>;

/// Reads one text frame of a server.
Result<ServerMessage, Refusal> decodeFromServer(const QByteArray &frame);

QByteArray encode(const Welcome &welcome);
QByteArray encode(const SnapshotPart &part);
QByteArray encode(const Entry &entry);
/// Puts the text of encode() behind what is there.
void append(json::TextWriter &out, const Entry &entry);
/// A group out of entries that have been encoded.
QByteArray encodeChanges(quint64 from, quint64 to, std::span<const QByteArray> entries);
/// The same out of their texts with commas between.
QByteArray encodeChanges(quint64 from, quint64 to, QByteArrayView entries);
QByteArray encode(const UpToDate &upToDate);
QByteArray encode(const Ack &ack);
QByteArray encode(const RetryLater &retry);
QByteArray encode(const HeartbeatReply &reply);
QByteArray encode(const Presence &presence);
QByteArray encode(const Checksum &checksum);
QByteArray encode(const Error &error);
/// As an array of `kept`; for lists of conflicts also `lost_by` and `lost_at_ms`.
QByteArray keptText(std::span<const KeptField> kept, bool withLosers);

} // namespace possync::v2
