// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"
#include "common/sync/outbox.h"

#include <QString>

/// What a device keeps: its copy of the restaurant's records, where it is in their history, and the
/// changes it made that are not part of that history yet.
namespace possync::sync {

/// One live record as the server has it.
struct Record {
    EntityKey key;
    quint32 rev = 0; ///< Counts the record's own changes.
    quint64 seq = 0; ///< Of the change that made it so.
    QByteArray data; ///< Exact JSON object text.
    bool operator==(const Record &) const = default;
};

/// The end of a change made on this device.
struct Settled {
    quint64 number = 0;
    QByteArray changeId = {};
    v2::Outcome outcome = v2::Outcome::Applied;
    quint64 seq = 0;        ///< 0: no place in the history.
    QByteArray code = {};   ///< Of a rejection, for programs.
    QByteArray reason = {}; ///< For people: why it was rejected, or what the merge kept.
    QByteArray kept = {};   ///< What a merge kept: JSON array text as in `ack`; empty: nothing.
    QByteArray proof = {};  ///< Of a rejection: JSON object text; empty: none.
    bool operator==(const Settled &) const = default;
};

/// What is to be written of a change in the outbox.
struct OutboxMark {
    quint64 number = 0;
    quint64 seq = 0;
    bool isSettled = false;
    bool isRepeat = false;
};

/// One transaction: all of it is stored, or nothing.
struct StoreEdit {
    std::vector<OutgoingChange> queued; ///< New in the outbox.
    std::vector<OutboxMark> marked;     ///< Changed in the outbox, or back in it.
    std::vector<Settled> settled;       ///< Outcomes to remember.
    std::vector<quint64> done;          ///< Leave the outbox and are kept for sentBefore().
    std::vector<quint64> dropped;       ///< Leave the outbox: no part of the history.
    std::vector<Record> put;
    std::vector<EntityKey> removed;
    std::vector<Record> staged;      ///< Parts of a snapshot that is not complete yet.
    bool clearsStaged = false;       ///< Before `staged` is added.
    std::optional<QByteArray> token; ///< Of the last part staged; empty: no snapshot to go on with.
    std::optional<v2::Position> position;
    std::optional<QByteArray> wantedTypes; ///< Text that names the data types kept.
};

/// Why something could not be stored. Nothing of it was.
struct StoreFailure {
    enum class Kind { DiskFull, Broken };
    Kind kind = Kind::Broken;
    QString detail;
};

/// The durable side of a device. Called by the session's own calls only; answers at once.
class DeviceStore
{
public:
    virtual ~DeviceStore() = default;
    /// On return it outlives the process. If it queues changes it is on disk, and so is all before
    /// it. Otherwise a power cut may take it back until flush(), and all behind it with it: that
    /// is a state the device was in, and from there the server tells it the rest again.
    virtual Result<Done, StoreFailure> commit(const StoreEdit &edit) = 0;
    /// On return all of it is on disk.
    virtual Result<Done, StoreFailure> flush() = 0;
    virtual std::optional<Record> record(const EntityKey &key) const = 0;
    /// Live records of a type, in the order of their ids' bytes.
    virtual std::vector<Record> records(DataType type) const = 0;
    /// The same of the snapshot that is not complete yet.
    virtual std::vector<Record> staged(DataType type) const = 0;
    /// The latest of the device's own changes that are done with, oldest first. A server restored
    /// from a backup may have lost them.
    virtual std::vector<OutgoingChange> sentBefore() const = 0;
};

/// What a store holds when it is opened.
struct StoreImage {
    v2::Position position; ///< Without an epoch: nowhere yet.
    QByteArray token;
    QByteArray wantedTypes;
    std::vector<OutgoingChange> outbox; ///< In their order.
    quint64 lastNumber = 0;             ///< Highest number ever given to a change.
    HybridTime lastMadeAt;              ///< Latest stamp ever given to a change.
};

} // namespace possync::sync
