// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/sync/hybridclock.h"
#include "tests/sim/fleetdevice.h"
#include "tests/support/v2replica.h"

#include <deque>

namespace possync::sim {

/// A v2 device of another make than the SDK: written out of docs/protocol-v2.md alone, leaves out
/// what may be left out, and at times comes back with the replica of last week.
class SimDevice : public FleetDevice
{
public:
    using FleetDevice::FleetDevice;

    QByteArray hello(Random &random, qint64 wallMs) override;
    QByteArray receive(const QByteArray &text, qint64 wallMs) override;
    /// Acknowledgements, pushes, now and then a heartbeat.
    std::vector<QByteArray> messages(Random &random, qint64 wallMs) override;
    void disconnected(qint64 wallMs) override;
    void keepCopy() override { m_copy = m_replica; }
    void restoreCopy() override;

    QByteArray waiting() const override
    {
        return m_outbox.empty() ? QByteArray() : m_outbox.front().made.changeId;
    }
    bool isUpToDate() const override { return m_replica.isUpToDate(); }
    QByteArray text(DataType type, const QByteArray &entity) const override
    {
        return m_replica.text(type, entity);
    }
    quint32 rev(DataType type, const QByteArray &entity) const override
    {
        return m_replica.rev(type, entity);
    }
    std::size_t recordCount() const override { return m_replica.records().size(); }
    quint64 position() const override { return m_replica.position()->seq; }
    quint64 snapshots() const override { return static_cast<quint64>(m_replica.snapshots()); }

private:
    /// A change that waits for its outcome.
    struct Pending {
        Made made;
        QByteArray text;
        std::optional<quint64> batch; ///< On its way in this one.
    };

    QByteArray queue(const Made &made, Random &random, qint64 wallMs) override;
    QByteArray take(const v2::ChangeResult &result);

    test::V2Replica m_replica;
    std::optional<test::V2Replica> m_copy;
    sync::HybridClock m_clock;
    std::deque<Pending> m_outbox;
    quint64 m_batch = 0;
    bool m_mayPush = false;
    bool m_owesAck = false;
};

} // namespace possync::sim
