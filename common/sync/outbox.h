// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/catalogue.h"
#include "common/model/v2message.h"

#include <QByteArray>
#include <QHash>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace possync::sync {

/// Which record: data type and id.
struct EntityKey {
    DataType dataType = DataType::Orders;
    QByteArray entityId;
    bool operator==(const EntityKey &) const = default;
};

struct EntityKeyHash {
    std::size_t operator()(const EntityKey &key) const noexcept
    {
        return qHash(key.entityId, static_cast<std::size_t>(key.dataType));
    }
};

/// A change made on this device.
struct OutgoingChange {
    quint64 number = 0; ///< Order on this device, from 1; never used again.
    v2::PushedChange change = {};
    QByteArray text = {}; ///< The change as it is pushed, byte for byte the same each time.
    /// Its place in the history, once that is known; 0: not yet, or it has none.
    quint64 seq = 0;
    bool isSettled = false; ///< Its outcome is known.
    /// Sent once more because the server lost it; had its outcome before, is not shown on top.
    bool isRepeat = false;

    EntityKey entity() const { return {change.dataType, change.entityId}; }
};

/// The changes of a device that are not yet part of what it got from the server, in the order they
/// were made: which go out next, which are on their way, which have their outcome but have not come
/// back yet. Nothing leaves it without an outcome: a lost connection, "later" and refused batches
/// leave the queue as it is. Pure; the host keeps the durable copy.
class Outbox
{
public:
    struct BatchLimits {
        std::size_t changes = 100;
        qsizetype bytes = 128 * 1024; ///< Of their texts; one change may exceed it.
    };

    void add(OutgoingChange change);

    /// The next batch, which is on its way from now on; nothing if one is already, if nothing waits
    /// for an outcome, or if it is too early. Pointers hold until the outbox is changed.
    std::vector<const OutgoingChange *> takeBatch(const BatchLimits &limits, qint64 nowSteadyMs);

    /// The change came back in the history as `seq`, perhaps before its outcome. Returns its number
    /// if it is one of ours.
    std::optional<quint64> delivered(const QByteArray &changeId, quint64 seq);
    /// It has its outcome, with its place in the history or 0 if it has none. Returns it as it is
    /// now; nothing if it is unknown or settled already: answers may come twice.
    std::optional<OutgoingChange> settle(const QByteArray &changeId, quint64 seq);
    /// The device has everything up to `seq`. Returns the numbers of the changes done with: settled
    /// and part of the history, or settled without a place in it.
    std::vector<quint64> caughtUp(quint64 seq);

    /// What caughtUp(seq) would return.
    std::vector<quint64> doneBy(quint64 seq) const;

    /// The server asked for the batch on its way again after `waitMs`.
    void postponeBatch(qint64 waitMs, qint64 nowSteadyMs);
    /// Whatever is on its way has to be sent again.
    void connectionLost() { m_batch.clear(); }
    /// The batch on its way could not be taken as such. Batches get smaller until the one change
    /// that is the reason stands alone. If it is refused alone a third time its id is returned, to
    /// be settled: once or twice may have had another reason.
    std::optional<QByteArray> batchRefused();
    /// What was acknowledged belongs to a history that is no more: all of it goes out again.
    /// Returns those that have no outcome any more; the pointers hold until the outbox is changed.
    std::vector<const OutgoingChange *> historyChanged();

    const OutgoingChange *find(const QByteArray &changeId) const;
    /// Changes of one record to be shown on top of what came from the server, oldest first.
    std::vector<const OutgoingChange *> onTop(const EntityKey &entity) const;
    /// Records with such changes.
    std::vector<EntityKey> entitiesOnTop() const;
    /// Changes that have no outcome yet.
    std::size_t pendingCount() const { return m_waiting.size(); }
    bool isBatchOut() const { return !m_batch.empty(); }
    /// When takeBatch() may give something again after postponeBatch(); nothing if it may now.
    std::optional<qint64> waitsUntilMs() const { return m_notBeforeMs; }

private:
    bool isOnTop(const OutgoingChange &change) const
    {
        return !change.isRepeat && (change.seq == 0 || change.seq > m_seq);
    }
    void forget(quint64 number);
    void leaveBatch(quint64 number);

    std::map<quint64, OutgoingChange> m_changes;
    QHash<QByteArray, quint64> m_numbers; ///< By change id.
    std::unordered_map<EntityKey, std::vector<quint64>, EntityKeyHash> m_byEntity;
    std::vector<quint64> m_batch;              ///< On their way, in order.
    std::set<quint64> m_waiting;               ///< Without an outcome, on their way or not.
    std::multimap<quint64, quint64> m_settled; ///< Numbers by seq.
    quint64 m_seq = 0;                         ///< What the device has caught up with.
    quint64 m_refusedAlone = 0; ///< Number of the change that was, and how often in a row.
    int m_refusals = 0;
    std::size_t m_batchCap = 0; ///< After a refused batch; 0: none.
    std::optional<qint64> m_notBeforeMs;
};

} // namespace possync::sync
