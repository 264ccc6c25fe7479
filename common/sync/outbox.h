// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/catalogue.h"

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
    quint64 number = 0;  ///< Order on this device, from 1; never used again.
    QByteArray changeId; ///< Unique in the restaurant, for ever.
    EntityKey entity;
    Action action = Action::Updated;
    QByteArray data;                  ///< Exact JSON object text.
    std::optional<QByteArray> userId; ///< Who was signed in when it was made.
    qint64 madeAtMs = 0;              ///< UTC milliseconds by the device's clock.
    /// Set once the server applied it: it then waits for the device to catch up with this change.
    quint64 appliedSeq = 0;
    bool operator==(const OutgoingChange &) const = default;
};

/// The changes of a device that are not yet part of what it got from the server, in the order they
/// were made. Which go out next, which are on their way, which were applied but have not come back
/// yet. Nothing leaves it but by an outcome: a lost connection, "later" and refused batches leave
/// the queue as it is. Pure; the host keeps the durable copy.
class Outbox
{
public:
    struct BatchLimits {
        std::size_t changes = 100;
        qsizetype bytes = 128 * 1024; ///< Of ids and data; one change may exceed it.
    };

    void add(OutgoingChange change);

    /// The next batch, which is on its way from now on; nothing if one is already, if everything is
    /// applied, or if it is to wait. Pointers hold until the outbox is changed.
    std::vector<const OutgoingChange *> takeBatch(const BatchLimits &limits, qint64 nowSteadyMs);

    /// The server applied or merged it as `seq`, or had done so earlier. It leaves the queue but
    /// stays part of what the device shows until caughtUp(). Unknown ids are no error: the answer
    /// may come twice.
    const OutgoingChange *markApplied(const QByteArray &changeId, quint64 seq);
    /// It will never be applied; returns it for the last time.
    std::optional<OutgoingChange> remove(const QByteArray &changeId);
    /// The server asked to send it again after `waitMs`. It keeps its place in the order, and
    /// nothing behind it is sent before it.
    void postpone(const QByteArray &changeId, qint64 waitMs, qint64 nowSteadyMs);
    /// Whatever is on its way has to be sent again.
    void connectionLost();
    /// The connection was closed because of what was sent. Batches get smaller until the one change
    /// that does it stands alone; then it is returned, for the last time.
    std::optional<OutgoingChange> connectionRefusedBatch();
    /// The device has everything up to `seq`: what was applied up to there is no longer on top.
    /// Returns the numbers of those forgotten.
    std::vector<quint64> caughtUp(quint64 seq);
    /// What was applied under another history has to be sent again; the server knows its id if it
    /// still has it. Returns the numbers concerned.
    std::vector<quint64> historyChanged();

    const OutgoingChange *find(const QByteArray &changeId) const;
    /// Changes of one record not yet in what came from the server, oldest first.
    std::vector<const OutgoingChange *> changesOf(const EntityKey &entity) const;
    /// Records with such changes.
    std::vector<EntityKey> entities() const;
    /// Changes that have no outcome yet.
    std::size_t pendingCount() const { return m_waiting.size(); }
    bool isBatchOut() const { return !m_batch.empty(); }
    /// When takeBatch() may give something again after postpone(); nothing if it is not waiting.
    std::optional<qint64> waitsUntilMs() const { return m_notBeforeMs; }

private:
    void forget(std::map<quint64, OutgoingChange>::iterator at);
    void leaveBatch(quint64 number);

    std::map<quint64, OutgoingChange> m_changes;
    QHash<QByteArray, quint64> m_numbers; ///< By change id.
    std::unordered_map<EntityKey, std::vector<quint64>, EntityKeyHash> m_byEntity;
    std::vector<quint64> m_batch;              ///< On their way, in order.
    std::set<quint64> m_waiting;               ///< Without an outcome, on their way or not.
    std::multimap<quint64, quint64> m_applied; ///< Numbers by seq.
    std::size_t m_batchCap = 0;                ///< After a refused batch; 0: none.
    std::optional<qint64> m_notBeforeMs;
};

} // namespace possync::sync
