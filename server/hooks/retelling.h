// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/hooks/hookevent.h"

#include <set>

namespace possync::hooks {

/// Finds the events of changes whose events may not have been queued, because the server died
/// before: replays the journal's blocks from the floor on. What happened to a record that began
/// before the oldest change kept is told from its second change on, as it is not known what it was.
class Retelling
{
public:
    /// `afterSeq`: events up to this change are known to be queued.
    Retelling(QByteArray restaurantId, QByteArray epoch, quint64 afterSeq, quint64 floorSeq);

    /// Blocks in order. False: a record of the block cannot be read.
    bool addBlock(const core::JournalBlock &block);
    const std::vector<Event> &events() const { return m_events; }

private:
    void add(const core::StoredChange &change);

    const QByteArray m_restaurantId;
    const QByteArray m_epoch;
    const quint64 m_afterSeq;
    const bool m_isAllKept;
    core::Entities m_entities;
    std::set<std::pair<DataType, QByteArray>> m_seen;
    std::vector<Event> m_events;
};

} // namespace possync::hooks
