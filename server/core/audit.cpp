// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/audit.h"

namespace possync::core {

void Audit::report(const QString &problem)
{
    constexpr qsizetype most = 100;
    if (m_problems.size() < most)
        m_problems.append(problem);
}

void Audit::addBlock(const JournalBlock &block)
{
    Restaurant &restaurant = m_restaurants[block.restaurant];
    const auto records = readRecords(block.body);
    if (!records) {
        report(QStringLiteral("restaurant %1: a block at change %2 holds a record of unknown form")
                   .arg(block.restaurant)
                   .arg(block.firstSeq));
        return;
    }
    for (const Record &record : *records) {
        if (const auto *change = std::get_if<StoredChangePtr>(&record)) {
            const quint64 seq = (*change)->seq;
            ++m_changes;
            if (restaurant.lastSeq != 0 && seq != restaurant.lastSeq + 1)
                report(QStringLiteral("restaurant %1: change %2 follows change %3")
                           .arg(block.restaurant)
                           .arg(seq)
                           .arg(restaurant.lastSeq));
            restaurant.lastSeq = seq;
            restaurant.replayed.apply(**change);
        } else if (const auto *alias = std::get_if<Alias>(&record)) {
            restaurant.replayed.applyAlias(*alias);
        }
    }
}

void Audit::addState(RestaurantNo number, const StateRow &row)
{
    if (!row.key.startsWith(Entities::stateKey) || m_floors[number] > 0)
        return;
    Entities saved;
    if (!saved.loadState(row)) {
        report(QStringLiteral("restaurant %1: a saved record cannot be read").arg(number));
        return;
    }
    ++m_records;
    const Entity *record = saved.touchedAfter(0).empty() ? nullptr : saved.touchedAfter(0).front();
    if (!record)
        return;
    const Entity *replayed = m_restaurants[number].replayed.find(record->dataType, record->id);
    const QString name =
        QStringLiteral("restaurant %1: %2 %3")
            .arg(number)
            .arg(QString::fromUtf8(dataTypeName(record->dataType)), QString::fromUtf8(record->id));
    if (!replayed)
        report(name + QStringLiteral(" is saved, but no change made it"));
    else if (replayed->seq < record->seq)
        report(name
               + QStringLiteral(" was saved after change %1, which the journal lacks")
                     .arg(record->seq));
    else if (replayed->seq == record->seq && replayed->rev == record->rev
             && (replayed->record != record->record || replayed->deleted != record->deleted))
        report(name + QStringLiteral(" differs from what its changes make of it"));
}

} // namespace possync::core
