// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/decimal.h"
#include "common/sync/rules.h"
#include "tests/sim/simfleet.h"

/// The promises to v2 devices, checked when a history has come to rest.
namespace possync::sim {
namespace {

QByteArray fieldOf(const QByteArray &record, QByteArrayView field)
{
    json::Members members;
    json::splitObject(record, members);
    const json::Member *member = json::find(members, field);
    return member ? member->value.toByteArray() : QByteArray();
}

} // namespace

void Fleet::checkOutcomes()
{
    std::map<QByteArray, quint64> seqs;
    std::set<QByteArray> decided;
    for (const core::JournalBlock &block : m_journal.blocks()) {
        const auto records = core::readRecords(block.body);
        if (!records)
            return fail("a stored record cannot be read");
        for (const core::Record &record : *records) {
            if (const auto *change = std::get_if<core::StoredChangePtr>(&record)) {
                const core::StoredChange &stored = **change;
                if (stored.viaV2 && !seqs.emplace(stored.change.changeId, stored.seq).second)
                    return fail("change " + stored.change.changeId + " was applied twice");
            } else if (const auto *decision = std::get_if<core::DecisionPtr>(&record)) {
                if (!decided.insert((*decision)->changeId).second)
                    return fail("change " + (*decision)->changeId + " was decided twice");
            }
        }
    }
    for (const auto &each : m_devices) {
        const FleetDevice &device = *each;
        if (const QByteArray waiting = device.waiting(); !waiting.isEmpty())
            return fail(device.id() + " still waits for the outcome of " + waiting);
        for (const auto &[changeId, result] : device.outcomes()) {
            const auto found = seqs.find(changeId);
            const quint64 seq = found == seqs.end() ? 0 : found->second;
            if (seq != result.seq)
                return fail("change " + changeId + " was acknowledged as "
                            + QByteArray::number(result.seq) + " and is stored as "
                            + QByteArray::number(seq));
            switch (result.outcome) {
            case v2::Outcome::Applied:
                ++m_tally.applied;
                break;
            case v2::Outcome::Merged:
                ++m_tally.merged;
                break;
            default:
                ++m_tally.rejected;
            }
            const bool changesNothing = result.outcome == v2::Outcome::Rejected
                                        || (result.outcome == v2::Outcome::Merged && seq == 0);
            if (changesNothing != (seq == 0))
                return fail("change " + changeId + " is stored against its outcome");
            if (result.outcome != v2::Outcome::Applied && !decided.contains(changeId))
                return fail("nothing says why change " + changeId + " did not get in");
        }
    }
}

/// The last change that devices are sent: a person's that names nobody has no entry.
quint64 Fleet::lastDelivered() const
{
    quint64 last = 0;
    for (const core::JournalBlock &block : m_journal.blocks()) {
        const auto records = core::readRecords(block.body);
        for (const core::Record &record : *records) {
            const auto *change = std::get_if<core::StoredChangePtr>(&record);
            if (change && !(*change)->change.entityId.isEmpty())
                last = (*change)->seq;
        }
    }
    return last;
}

void Fleet::checkReplicas()
{
    const quint64 last = lastDelivered();
    for (const auto &each : m_devices) {
        const FleetDevice &device = *each;
        if (!device.isConnected || !device.isUpToDate())
            return fail(device.id() + " is not up to date");
        std::size_t records = 0;
        for (const DataType type : allDataTypes) {
            for (const core::Entity *entity : m_room->entities().live(type)) {
                ++records;
                if (device.text(type, entity->id) != entity->record)
                    return fail(device.id() + " has another record " + entity->id
                                + " than the server:\n  " + device.text(type, entity->id)
                                + "\n  " + entity->record);
                if (device.rev(type, entity->id) != entity->rev)
                    return fail(device.id() + " has another version of " + entity->id);
            }
        }
        if (device.recordCount() != records)
            return fail(device.id() + " has records that were deleted");
        if (device.position() < last || device.position() > m_room->head())
            return fail(device.id() + " is not at the head");
    }
}

/// Applies what a twin names; false if that raises a person from the dead.
bool Fleet::checkLateName(core::Entities &entities, const core::Alias &alias)
{
    const auto late = classic::decodeChange(alias.effectText);
    if (!late)
        return true;
    const core::Entity *known = entities.find(late->dataType, late->entityId);
    const bool wasDeleted = known && known->deleted;
    entities.applyAlias(alias);
    known = entities.find(late->dataType, late->entityId);
    if (!wasDeleted || known->deleted || sync::isCreation(late->action))
        return true;
    fail(late->entityId + " was raised from the dead by the late name of change "
         + QByteArray::number(alias.seq));
    return false;
}

void Fleet::checkHistory()
{
    // Change by change, what no record may do.
    core::Entities entities;
    std::map<QByteArray, QByteArray> stock;
    for (const core::JournalBlock &block : m_journal.blocks()) {
        const auto records = core::readRecords(block.body);
        for (const core::Record &record : *records) {
            if (const auto *alias = std::get_if<core::Alias>(&record)) {
                if (!checkLateName(entities, *alias))
                    return;
            }
            const auto *change = std::get_if<core::StoredChangePtr>(&record);
            if (!change || (*change)->change.entityId.isEmpty())
                continue;
            const core::StoredChange &stored = **change;
            const DataType type = stored.change.dataType;
            const QByteArray &id = stored.change.entityId;
            const core::Entity *known = entities.find(type, id);
            const core::Entity before = known ? *known : core::Entity();
            const core::Entity *after = entities.apply(stored);
            if (!after)
                continue;
            const QByteArray at = " by change " + QByteArray::number(stored.seq);
            if (before.deleted && !after->deleted && !sync::isCreation(stored.change.action))
                return fail(id + " was raised from the dead" + at);
            if (type != DataType::Orders || before.deleted || after->deleted)
                continue;
            const auto rank = [](const core::Entity &entity) {
                return sync::orderStatusRank(json::unquoted(fieldOf(entity.record, "status")));
            };
            if (rank(before) && rank(*after) && *rank(*after) < *rank(before))
                return fail("the status of " + id + " went back" + at);
            if (fieldOf(before.record, "payment_status") == "\"paid\"" && stored.viaV2) {
                const QByteArray how = fieldOf(before.record, "payment_method");
                const QByteArray now = fieldOf(after->record, "payment_method");
                if (how != now && !how.startsWith('"' + stored.originDevice))
                    return fail("order " + id + " was paid again by another" + at);
            }
        }
    }
    if (m_wasRestored)
        return;
    // Every amount that was acknowledged is in the stock, once.
    for (const auto &each : m_devices) {
        const FleetDevice &device = *each;
        for (const auto &[item, amount] : device.added()) {
            QByteArray &sum = stock[item];
            sum = sync::decimalSum(sum.isEmpty() ? QByteArray("0") : sum, amount).value_or("?");
        }
    }
    for (const auto &[item, sum] : stock) {
        const core::Entity *entity = m_room->entities().find(DataType::Inventory, item);
        if (!entity || fieldOf(entity->record, "current_stock") != sum)
            return fail("the stock of " + item + " is not " + sum);
    }
}

void Fleet::checkReplay()
{
    core::Room fromJournal("r", *this);
    if (!fromJournal.open(m_journal.fullImage(), now()))
        return fail("the journal cannot be replayed");
    for (const DataType type : allDataTypes) {
        const auto live = m_room->entities().live(type);
        if (live.size() != fromJournal.entities().live(type).size())
            return fail("records differ in number from the replayed journal");
        for (const core::Entity *entity : live) {
            const core::Entity *other = fromJournal.entities().find(type, entity->id);
            if (!other || other->record != entity->record || other->seq != entity->seq
                || other->rev != entity->rev || other->born != entity->born)
                return fail("record " + entity->id + " differs from the replayed journal");
            for (const sync::FieldStamps::Field &field : entity->fields.fields()) {
                const sync::Stamp *same = other->fields.find(field.key);
                if (!same || *same != entity->fields.stamps()[field.stamp])
                    return fail("a stamp of " + entity->id + " differs from the replayed journal");
            }
        }
    }
    if (fromJournal.decisions().all().size() != m_room->decisions().all().size())
        return fail("decisions differ from the replayed journal");
}

} // namespace possync::sim
