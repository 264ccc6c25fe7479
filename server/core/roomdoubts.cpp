// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/room.h"

#include <algorithm>

namespace possync::core {

/// A tablet may be back before its old connection is found dead, and a commit may take longer than
/// that: its own change then seems to come from another one. Given back to it, it would go over
/// what was done at the tablet since. So it is not, but kept until it is known who was who.
void Room::noteDoubt(const Connection &connection, quint64 seq, ConnectionId origin, const Now &now)
{
    Device &device = *connection.device;
    if (connection.id == origin || device.shared || seq <= connection.ownUpTo)
        return;
    // A request says who sent it, not on which of two connections; the journal says neither.
    if (origin != 0 || device.slots.size() > 1)
        m_devices.noteDoubt(device, {seq, now.wallMs});
}

/// Two tablets use this id after all. Changes that come late would go over newer ones; records do
/// not.
void Room::settleDoubts(Device &device, const Now &now)
{
    if (!m_devices.settleDoubts(device, now.wallMs))
        return;
    m_devices.giveRecords(device.id, m_head);
    appendRecord(m_block.body, RecordsSent{device.id, m_head, now.wallMs});
    m_block.atMs = now.wallMs;
    for (auto &[id, connection] : m_connections) {
        if (connection.device != &device || connection.v2)
            continue;
        const quint64 cursor = device.slot(connection.slot).cursor;
        connection.confirmedSeq = cursor;
        connection.barrierSeq = std::min(connection.barrierSeq, cursor);
        connection.sentSeq = cursor;
        connection.readingFrom = 0;
        if (std::exchange(connection.live, false))
            std::erase(m_live, &connection);
        beginSnapshot(connection);
        catchUp(connection, now);
    }
}

} // namespace possync::core
