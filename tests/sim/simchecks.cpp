// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/rules.h"
#include "tests/sim/simworld.h"

#include <algorithm>

/// The promises, checked when a history has come to rest.
namespace possync::sim {

void World::checkJournal()
{
    std::map<core::ConnectionId, quint64> lastOnWire;
    quint64 expectedSeq = 1;
    core::Entities replayed;
    for (const core::JournalBlock &block : m_journal.blocks()) {
        const auto records = core::readRecords(block.body);
        if (!records)
            return fail("a stored record cannot be read");
        for (const core::Record &record : *records) {
            if (const auto *sent = std::get_if<core::RecordsSent>(&record)) {
                quint64 &seq = m_recordsSeq[sent->deviceId];
                seq = std::max(seq, sent->seq);
            } else if (const auto *alias = std::get_if<core::Alias>(&record)) {
                if (!alias->effectText.isEmpty()) {
                    const classic::Change change = *classic::decodeChange(alias->effectText);
                    m_changes[alias->seq].change = change;
                    replayed.applyAlias(*alias);
                    const core::Entity *entity = replayed.find(change.dataType, change.entityId);
                    m_namedLate[alias->seq] = entity ? entity->rev : 0;
                }
            }
            const auto *stored = std::get_if<core::StoredChangePtr>(&record);
            if (!stored)
                continue;
            const core::StoredChange &change = **stored;
            replayed.apply(change);
            if (change.seq != expectedSeq++)
                return fail("sequence numbers have a gap at " + QByteArray::number(change.seq));
            m_changes.emplace(change.seq, change);
            const quint64 number = actionNumber(change.change.data());
            if (!m_seqOf.emplace(number, change.seq).second)
                return fail("action " + QByteArray::number(number) + " was applied twice");
            if (const auto wire = m_sentOn[number - 1]; wire != 0 && !change.viaHttp) {
                if (lastOnWire[wire] > number)
                    return fail("action " + QByteArray::number(number) + " lost its place");
                lastOnWire[wire] = number;
            }
        }
    }
    for (const quint64 number : m_owed) {
        if (!m_seqOf.contains(number))
            return fail("action " + QByteArray::number(number)
                        + " was acknowledged or relayed and is lost");
    }
}

/// Whether nothing is left of a change: later ones removed the record or set all the same fields.
bool World::isOvertaken(quint64 seq) const
{
    const classic::Change &change = m_changes.at(seq).change;
    const auto namesOf = [](const classic::Change &of) {
        json::Members members;
        json::splitObject(of.data(), members);
        std::set<QByteArrayView> names;
        for (const json::Member &member : members)
            names.insert(member.key);
        return names;
    };
    std::set<QByteArrayView> left = namesOf(change);
    for (auto later = m_changes.upper_bound(seq); later != m_changes.end(); ++later) {
        const classic::Change &other = later->second.change;
        if (other.dataType != change.dataType || other.entityId != change.entityId)
            continue;
        if (effectOf(other.action) == Effect::Remove)
            return true;
        for (const QByteArrayView name : namesOf(other))
            left.erase(name);
    }
    return left.empty();
}

/// Whether a tablet that was away too long was told of an action by the record it led to.
bool World::hasRecordSince(const SimApp &app, quint64 number) const
{
    const UserAction &action = m_actions[number - 1];
    const quint64 seq = m_seqOf.at(number);
    // What leaves no record is in no record: who gets records goes without it.
    if (effectOf(action.action) == Effect::RecordOnly
        || m_changes.at(seq).change.entityId.isEmpty()) {
        const auto sent = m_recordsSeq.find(app.deviceId());
        return sent != m_recordsSeq.end() && sent->second >= seq;
    }
    const auto late = m_namedLate.find(seq);
    if (late != m_namedLate.end() && isOvertaken(seq))
        return true;
    const auto given = app.records().find({action.dataType, action.entityId});
    // What came late is in no record that was given before.
    return given != app.records().end() && given->second.seq >= seq
           && (late == m_namedLate.end() || given->second.rev >= late->second);
}

void World::checkTablets()
{
    for (const Tablet &device : m_tablets) {
        const bool sharedId =
            std::ranges::count_if(
                m_tablets,
                [&](const Tablet &other) { return other.app.deviceId() == device.app.deviceId(); })
            > 1;
        const QByteArray who = "tablet " + QByteArray::number(device.app.tablet());
        quint64 lastSeq = 0;
        std::set<quint64> have;
        for (const quint64 number : device.app.applied()) {
            const bool own = m_actions[number - 1].tablet == device.app.tablet();
            // Where it cannot be told which tablet came back, an echo is the lesser evil.
            if (sharedId && (own || !m_knownShared.contains(number))) {
                have.insert(number);
                continue;
            }
            if (own)
                return fail(who + " was given its own action " + QByteArray::number(number));
            if (!have.insert(number).second)
                return fail(who + " applied action " + QByteArray::number(number) + " twice");
            if (m_seqOf[number] < lastSeq)
                return fail(who + " got action " + QByteArray::number(number) + " out of order");
            lastSeq = m_seqOf[number];
        }
        for (const auto &[number, recordSeq] : device.app.appliedOver()) {
            if (m_seqOf[number] <= recordSeq)
                return fail(who + " applied action " + QByteArray::number(number)
                            + " over a record that held it");
        }
        if (!device.joined)
            return fail(who + " could not join");
        for (const auto &[number, seq] : m_seqOf) {
            const int sender = m_actions[number - 1].tablet;
            const bool sameId =
                m_tablets[static_cast<std::size_t>(sender)].app.deviceId() == device.app.deviceId();
            if (sender == device.app.tablet())
                continue;
            if (m_doubtSettled.contains({device.app.tablet(), number})) {
                if (!have.contains(number) && !hasRecordSince(device.app, number))
                    return fail(who + " never got action " + QByteArray::number(number)
                                + " of the tablet with its id");
                continue;
            }
            if (sameId && !m_knownShared.contains(number))
                continue;
            // One tablet after the other from one address, never both at once: they are one.
            if (sharedId && m_oneAddress && seq <= m_knownSharedFrom)
                continue;
            if (seq > device.joinSeq && !have.contains(number)
                && !hasRecordSince(device.app, number))
                return fail(who + " never got action " + QByteArray::number(number));
        }
        for (const auto &[key, given] : device.app.records()) {
            ++m_tally.records;
            const core::Entity *entity = m_room->entities().find(key.first, key.second);
            if (!entity || given.seq > entity->seq)
                return fail(who + " was given a record nobody has: " + key.second);
            // What changed since reached it as changes: that was checked above.
            if (given.seq != entity->seq || given.rev != entity->rev)
                continue;
            const bool removed = given.action == "deleted" || given.action == "item_removed"
                                 || given.action == "removed";
            if (removed != entity->deleted || (!removed && given.data != entity->record))
                return fail(who + " was given another record than there is: " + key.second);
        }
    }
}

void World::checkReplay()
{
    // What the server holds must follow from the journal alone.
    core::Room fromJournal("r", *this);
    if (!fromJournal.open(m_journal.fullImage(), now()))
        return fail("the journal cannot be replayed");
    for (const DataType type : allDataTypes) {
        const auto live = m_room->entities().live(type);
        const auto replayed = fromJournal.entities().live(type);
        if (live.size() != replayed.size())
            return fail("records differ in number from the replayed journal");
        for (const core::Entity *entity : live) {
            const core::Entity *other = fromJournal.entities().find(type, entity->id);
            if (!other || other->record != entity->record || other->seq != entity->seq
                || other->rev != entity->rev || other->lateAt != entity->lateAt)
                return fail("record " + entity->id + " differs from the replayed journal:\n  "
                            + entity->record + "\n  " + (other ? other->record : "none"));
        }
    }
}

void World::checkRecords()
{
    // Whenever a twin told whom a change is about: records are what the changes make in their
    // order.
    core::Entities inOrder;
    for (const auto &[seq, change] : m_changes) {
        // An edit of what had been removed is none, whenever the removal became known.
        const core::Entity *known = inOrder.find(change.change.dataType, change.change.entityId);
        if (!known || !known->deleted || sync::isCreation(change.change.action)
            || effectOf(change.change.action) == Effect::Remove)
            inOrder.apply(change);
    }
    const auto fieldsOf = [](const QByteArray &record) {
        json::Members members;
        json::splitObject(record, members);
        std::map<QByteArrayView, QByteArrayView> fields;
        for (const json::Member &member : members)
            fields[member.key] = member.value;
        return fields;
    };
    for (const core::Entity *expected : inOrder.touchedAfter(0)) {
        const core::Entity *entity = m_room->entities().find(expected->dataType, expected->id);
        if (!entity || entity->deleted != expected->deleted
            || fieldsOf(entity->record) != fieldsOf(expected->record))
            return fail("record " + expected->id + " is not what its changes make it:\n  "
                        + (entity ? entity->record : "none") + "\n  " + expected->record);
    }
}

} // namespace possync::sim
