// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/catalogue.h"

#include <QByteArray>
#include <map>
#include <set>
#include <vector>

namespace possync::sim {

/// One thing a person did on a tablet.
struct UserAction {
    quint64 number = 0; ///< Unique in a history; travels inside `data` as "action_no".
    int tablet = 0;
    DataType dataType = DataType::Orders;
    Action action = Action::Updated;
    QByteArray entityId;
    QByteArray fields; ///< Members of `data` but `id`, without braces.
};

/// The unmodified app, as far as the wire shows it: docs/protocol.md, "Classic".
class SimApp
{
public:
    SimApp(int tablet, QByteArray deviceId)
        : m_tablet(tablet)
        , m_deviceId(std::move(deviceId))
    {
    }

    const QByteArray &deviceId() const { return m_deviceId; }
    int tablet() const { return m_tablet; }

    /// What one action puts on the socket, in order; the `data_change` also waits for the POST.
    struct Messages {
        QByteArray typed;
        QByteArray dataChange;
    };
    Messages perform(const UserAction &action, qint64 deviceClockMs);
    QByteArray registration(qint64 deviceClockMs) const;

    /// The body of `POST /api/sync`, or empty if nothing waits. What it carries leaves the queue …
    QByteArray takePost();
    /// … and comes back only for an answer other than 200. When the request throws, the app
    /// re-queues a list it has already emptied: the batch is gone.
    void postRefused() { m_pending.insert(m_pending.begin(), m_posted.begin(), m_posted.end()); }
    bool hasPending() const { return !m_pending.empty(); }

    /// One message from the server. Returns the action it applied, 0 if it dropped the message.
    quint64 receive(const QByteArray &message);

    /// A present record it was given instead of changes.
    struct Record {
        quint64 seq = 0; ///< Of the record's last change, as its change id says.
        quint64 rev = 0;
        QByteArray action;
        QByteArray data;
    };
    /// The newest it was given of each, by type and id.
    const std::map<std::pair<DataType, QByteArray>, Record> &records() const { return m_records; }

    /// Numbers of the actions it applied, in order.
    const std::vector<quint64> &applied() const { return m_applied; }
    /// The last change in the record that an action was applied over, for those it was given one
    /// of.
    const std::map<quint64, quint64> &appliedOver() const { return m_appliedOver; }

private:
    int m_tablet;
    QByteArray m_deviceId;
    std::vector<QByteArray> m_pending;
    std::vector<QByteArray> m_posted;
    std::set<QByteArray> m_processed;
    std::vector<quint64> m_applied;
    std::map<quint64, quint64> m_appliedOver;
    std::map<std::pair<DataType, QByteArray>, Record> m_records;
};

/// "action_no" inside the `data` of a message; 0 if there is none.
quint64 actionNumber(QByteArrayView data);

} // namespace possync::sim
