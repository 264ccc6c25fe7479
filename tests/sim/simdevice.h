// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/sync/hybridclock.h"
#include "tests/sim/simjournal.h"
#include "tests/support/v2replica.h"

#include <deque>

namespace possync::sim {

/// A v2 device: what it keeps on its disk (replica, outbox, clock) and what it does with the
/// messages of one connection. docs/protocol-v2.md.
class SimDevice
{
public:
    SimDevice(int number, QByteArray id, qint64 skewMs)
        : m_number(number)
        , m_id(std::move(id))
        , m_skewMs(skewMs)
    {
    }

    /// A change that waits for its outcome.
    struct Pending {
        QByteArray changeId;
        QByteArray text;
        std::optional<quint64> batch; ///< On its way in this one.
        QByteArray item = {};         ///< Stock item it adds to …
        QByteArray amount = {};       ///< … and how much.
    };

    const QByteArray &id() const { return m_id; }
    int number() const { return m_number; }
    /// Does something on a record it sees, and queues it.
    void act(Random &random, qint64 wallMs);
    QByteArray hello(qint64 wallMs);
    /// Takes a message. Empty, or what the server did wrong.
    QByteArray receive(const QByteArray &text);
    /// What it sends now: acknowledgements, pushes, now and then a heartbeat.
    std::vector<QByteArray> messages(Random &random, qint64 wallMs);
    /// The connection is over, perhaps because the app was killed: what was on its way is open.
    void disconnected();

    const test::V2Replica &replica() const { return m_replica; }
    const std::deque<Pending> &outbox() const { return m_outbox; }
    /// Outcomes by change id; of a duplicate the first one.
    const std::map<QByteArray, v2::ChangeResult> &outcomes() const { return m_outcomes; }
    /// Amounts whose addition was acknowledged, by stock item.
    const std::vector<std::pair<QByteArray, QByteArray>> &added() const { return m_added; }
    /// The server was restored from a backup: what it said before may not hold any more.
    void forgetOutcomes()
    {
        m_outcomes.clear();
        m_added.clear();
    }
    /// Goes back to the replica it had when this was last called with `keep`.
    void keepCopy() { m_copy = m_replica; }
    void restoreCopy();
    bool isConnected = false;

private:
    QByteArray take(const v2::ChangeResult &result);
    QByteArray orderChange(Random &random, const QByteArray &entity);

    int m_number;
    QByteArray m_id;
    qint64 m_skewMs;
    test::V2Replica m_replica;
    std::optional<test::V2Replica> m_copy;
    sync::HybridClock m_clock;
    std::deque<Pending> m_outbox;
    std::map<QByteArray, v2::ChangeResult> m_outcomes;
    std::vector<std::pair<QByteArray, QByteArray>> m_added;
    quint64 m_made = 0;
    quint64 m_batch = 0;
    bool m_mayPush = false;
    bool m_owesAck = false;
};

} // namespace possync::sim
