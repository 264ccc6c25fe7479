// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/hooks/retelling.h"

namespace possync::hooks {

Retelling::Retelling(QByteArray restaurantId, QByteArray epoch, quint64 afterSeq, quint64 floorSeq)
    : m_restaurantId(std::move(restaurantId))
    , m_epoch(std::move(epoch))
    , m_afterSeq(afterSeq)
    , m_isAllKept(floorSeq == 0)
{
}

bool Retelling::addBlock(const core::JournalBlock &block)
{
    const auto records = core::readRecords(block.body);
    if (!records)
        return false;
    for (const core::Record &record : *records) {
        if (const auto *change = std::get_if<core::StoredChangePtr>(&record))
            add(**change);
    }
    return true;
}

void Retelling::add(const core::StoredChange &change)
{
    const classic::Change &what = change.change;
    const core::Entity *entity = m_entities.find(what.dataType, what.entityId);
    const QByteArray before = entity ? entity->record : QByteArray();
    entity = m_entities.apply(change);
    if (!entity)
        return;
    const bool isFirst = m_seen.emplace(what.dataType, what.entityId).second;
    const bool isBeforeKnown = m_isAllKept || !isFirst || change.rev == 1;
    if (change.seq <= m_afterSeq || !isBeforeKnown)
        return;
    for (Event &event : eventsOf(m_restaurantId, m_epoch, change, before, *entity))
        m_events.push_back(std::move(event));
}

} // namespace possync::hooks
