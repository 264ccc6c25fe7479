// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/v2message.h"
#include "tests/sim/simjournal.h"

#include <map>

namespace possync::sim {

/// A v2 device as its fleet sees it: what it keeps on its disk, and what it does with the messages
/// of one connection. Times are the true ones; its own clock is off.
class FleetDevice
{
public:
    FleetDevice(QByteArray id, qint64 skewMs)
        : m_id(std::move(id))
        , m_skewMs(skewMs)
    {
    }
    virtual ~FleetDevice() = default;

    const QByteArray &id() const { return m_id; }
    /// Does something on a record it sees, and queues it. Returns it as it was queued.
    QByteArray act(Random &random, qint64 wallMs);
    /// It has a connection.
    virtual QByteArray hello(Random &random, qint64 wallMs) = 0;
    /// Takes a message. Empty, or what the server, or the device, did wrong.
    virtual QByteArray receive(const QByteArray &text, qint64 wallMs) = 0;
    /// What it sends now.
    virtual std::vector<QByteArray> messages(Random &random, qint64 wallMs) = 0;
    /// The connection is over, perhaps because the app was killed: what was on its way is open.
    virtual void disconnected(qint64 wallMs) = 0;
    /// Whether it has ended the connection by itself since it was last asked.
    virtual bool hasHungUp() { return false; }
    /// Goes back to the replica it had when keepCopy() was last called, if it can.
    virtual void keepCopy() {}
    virtual void restoreCopy() {}

    /// A change that has no outcome yet; empty: there is none.
    virtual QByteArray waiting() const = 0;
    virtual bool isUpToDate() const = 0;
    virtual QByteArray text(DataType type, const QByteArray &entity) const = 0;
    virtual quint32 rev(DataType type, const QByteArray &entity) const = 0;
    virtual std::size_t recordCount() const = 0;
    virtual quint64 position() const = 0;
    virtual quint64 snapshots() const = 0;
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
    bool isConnected = false;

protected:
    struct Made {
        QByteArray changeId;
        DataType type = DataType::Orders;
        QByteArray entity;
        QByteArray text;   ///< Of the change, without what only its device knows, and not closed.
        QByteArray amount; ///< Added to a stock item; empty: none is.
    };
    virtual QByteArray queue(const Made &made, Random &random, qint64 wallMs) = 0;
    /// Notes an outcome; `made` is null if the device did not wait for it. Empty, or what is wrong.
    QByteArray settle(const v2::ChangeResult &result, const Made *made);

    const QByteArray m_id;
    const qint64 m_skewMs;

private:
    QByteArray orderChange(Random &random, const QByteArray &entity);

    std::map<QByteArray, v2::ChangeResult> m_outcomes;
    std::vector<std::pair<QByteArray, QByteArray>> m_added;
    quint64 m_made = 0;
};

} // namespace possync::sim
