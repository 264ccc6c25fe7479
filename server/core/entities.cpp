// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/entities.h"

#include "common/model/jsontext.h"
#include "common/sync/merge.h"
#include "common/sync/recordsum.h"
#include "server/core/bytes.h"

#include <algorithm>

namespace possync::core {
namespace {

/// Every change that leaves a record sets this field, so that it tells when one last did.
constexpr QByteArrayView everyField = "id";

/// A creation is kept in mind because a removal before it may become known late. That is a matter
/// of seconds: of very many in one life of a record, the first and the newest will do.
constexpr std::size_t mostCreations = 32;

/// The name of a field, to keep: plainKey() refers to the text it came from.
QByteArray fieldOf(const json::Member &member)
{
    return QByteArrayView(json::plainKey(member)).toByteArray();
}

void writeStamp(ByteWriter &out, const sync::Stamp &stamp)
{
    out.number(stamp.time.packed()).number(stamp.rev).text(stamp.device);
}

sync::Stamp readStamp(ByteReader &in)
{
    sync::Stamp stamp;
    stamp.time = HybridTime::fromPacked(in.number<quint64>());
    stamp.rev = in.number<quint32>();
    stamp.device = in.text();
    return stamp;
}

void writeStamps(QByteArray &row, const Entity &entity)
{
    ByteWriter out(row, qsizetype((entity.fields.stamps().size() + 2) * 48
                                  + entity.fields.fields().size() * 8));
    writeStamp(out, entity.born);
    writeStamp(out, entity.died);
    out.number(static_cast<quint32>(entity.fields.stamps().size()));
    for (const sync::Stamp &stamp : entity.fields.stamps())
        writeStamp(out, stamp);
    for (const sync::FieldStamps::Field &field : entity.fields.fields())
        out.number(field.key).number(field.stamp);
}

bool readStamps(QByteArrayView text, Entity &entity)
{
    ByteReader in(text);
    entity.born = readStamp(in);
    entity.died = readStamp(in);
    std::vector<sync::Stamp> stamps;
    for (auto left = in.number<quint32>(); left > 0 && in.ok(); --left)
        stamps.push_back(readStamp(in));
    std::vector<sync::FieldStamps::Field> fields;
    while (in.ok() && !in.atEnd()) {
        const auto key = in.number<quint32>();
        fields.push_back({key, in.number<quint32>()});
    }
    return in.ok() && entity.fields.load(std::move(fields), std::move(stamps));
}

} // namespace

const QByteArray &Entities::keyOf(DataType type, QByteArrayView id)
{
    thread_local QByteArray key; // reused: every change looks its record up three times
    key.resize(id.size() + 2);
    char *const text = key.data();
    text[0] = stateKey;
    text[1] = static_cast<char>(type);
    std::copy(id.begin(), id.end(), text + 2);
    return key;
}

Entities::Slot &Entities::slotOf(DataType type, QByteArrayView id)
{
    auto [it, isNew] = m_entities.try_emplace(keyOf(type, id));
    Slot &slot = it->second;
    if (isNew) {
        slot.entity.dataType = type;
        slot.entity.id = id.toByteArray();
        slot.firstSeen = m_nextSeen++;
    }
    return slot;
}

sync::Resolution Entities::resolve(const sync::Proposal &proposal)
{
    const Slot &slot = slotOf(proposal.dataType, proposal.entityId);
    return sync::resolve(newest(slot).entity, proposal);
}

quint32 Entities::expect(const StoredChange &taken)
{
    State &state = expected(slotOf(taken.change.dataType, taken.change.entityId));
    affect(state.entity, taken);
    if (taken.change.dataType == DataType::Users && taken.verdict != sync::Verdict::Nothing)
        noteFields(state.entity, state.course, taken);
    return state.entity.rev;
}

bool Entities::refusesLate(const StoredChange &taken) const
{
    const classic::Change &change = taken.change;
    const auto found = m_entities.find(keyOf(change.dataType, change.entityId));
    if (found == m_entities.end() || sync::isCreation(change.action)
        || effectOf(change.action) == Effect::Remove)
        return false;
    const auto &[entity, course] = newest(found->second);
    if (course.removedSeq == 0 || taken.seq < course.removedSeq)
        return false;
    return course.creations.empty() ? entity.deleted : taken.seq < course.creations.front();
}

void Entities::expectLate(const StoredChange &taken, quint64 atSeq)
{
    State &state = expected(slotOf(taken.change.dataType, taken.change.entityId));
    affectLate(state.entity, state.course, taken, atSeq);
}

const Entities::State &Entities::newest(const Slot &slot)
{
    if (slot.ahead)
        return slot.ahead->states.back();
    return slot;
}

Entities::State &Entities::expected(Slot &slot)
{
    State state = newest(slot);
    if (!slot.ahead)
        slot.ahead = std::make_shared<Ahead>();
    return slot.ahead->states.emplace_back(std::move(state));
}

bool Entities::arrived(Slot &slot)
{
    if (!slot.ahead)
        return false;
    Ahead &ahead = *slot.ahead;
    static_cast<State &>(slot) = std::move(ahead.states[ahead.next++]);
    if (ahead.next == ahead.states.size())
        slot.ahead.reset();
    return true;
}

void Entities::affect(Entity &entity, const StoredChange &stored)
{
    const classic::Change &change = stored.change;
    entity.seq = std::max(entity.seq, stored.seq);
    if (stored.verdict == sync::Verdict::Nothing)
        return;
    const sync::Stamp stamp{stored.time, stored.rev != 0 ? stored.rev : entity.rev + 1,
                            stored.originDevice};
    if (stored.verdict == sync::Verdict::Remove || effectOf(change.action) == Effect::Remove)
        sync::applyRemoval(entity, stamp);
    else if (stored.verdict == sync::Verdict::Patch)
        sync::applyPatch(entity, change.dataType, Action::Updated, change.entityId,
                         stored.patch.isEmpty() ? change.data() : QByteArrayView(stored.patch),
                         stamp);
    else
        sync::applyPatch(entity, change.dataType, change.action, change.entityId, change.data(),
                         stamp);
    entity.updatedAtMs = stored.receivedAtMs;
    entity.updatedBy = stored.originDevice;
}

const Entity *Entities::changed(Slot &slot)
{
    ++m_version;
    if (!slot.dirty) {
        slot.dirty = true;
        m_dirty.push_back(&slot);
    }
    return &slot.entity;
}

void Entities::noteFields(const Entity &entity, Course &course, const StoredChange &stored)
{
    if (entity.deleted) {
        course.removedSeq = stored.seq;
        course.creations.clear();
        course.fieldSeqs.clear();
        return;
    }
    if (sync::isCreation(stored.change.action))
        noteCreation(course, stored.seq);
    course.fieldSeqs[everyField.toByteArray()] = stored.seq;
    json::Members members;
    json::splitObject(stored.patch.isEmpty() ? stored.change.data() : QByteArrayView(stored.patch),
                      members);
    for (const json::Member &member : members)
        course.fieldSeqs[fieldOf(member)] = stored.seq;
}

bool Entities::noteCreation(Course &course, quint64 seq)
{
    std::vector<quint64> &seqs = course.creations;
    const auto place = std::ranges::lower_bound(seqs, seq);
    if (place != seqs.end() && *place == seq)
        return false;
    seqs.insert(place, seq);
    if (seqs.size() > mostCreations)
        seqs.erase(seqs.begin() + 1);
    return true;
}

void Entities::assumeFields(Slot &slot)
{
    // Saved by a version that kept only the newest late change: nothing before that counts.
    const Entity &entity = slot.entity;
    if (entity.deleted) {
        slot.course.removedSeq = entity.seq;
        return;
    }
    slot.course.fieldSeqs[everyField.toByteArray()] = entity.lateAt;
    json::Members members;
    json::splitObject(entity.record, members);
    for (const json::Member &member : members)
        slot.course.fieldSeqs[fieldOf(member)] = entity.lateAt;
}

bool Entities::removeLate(Entity &entity, Course &course, quint64 seq)
{
    if (seq <= course.removedSeq)
        return false;
    course.removedSeq = seq;
    std::erase_if(course.creations, [&](quint64 creation) { return creation < seq; });
    entity.deleted = course.creations.empty();
    if (entity.deleted) {
        course.fieldSeqs.clear();
        entity.record.clear();
        return true;
    }
    // Made anew since: what was set since then stays. Edits of the removed record do not.
    std::erase_if(course.fieldSeqs, [&](const auto &field) {
        return field.second < course.creations.front();
    });
    QByteArray kept;
    json::Members members;
    json::splitObject(entity.record, members);
    for (const json::Member &member : members) {
        if (course.fieldSeqs.contains(json::plainKey(member)))
            kept.append(kept.isEmpty() ? '{' : ',')
                .append('"')
                .append(member.key)
                .append("\":")
                .append(member.value);
    }
    entity.record = kept + '}';
    return true;
}

bool Entities::mergeLate(Entity &entity, Course &course, const StoredChange &stored)
{
    if (stored.seq <= course.removedSeq)
        return false;
    const auto isNewest = [&](const QByteArray &field) {
        quint64 &seq = course.fieldSeqs[field];
        return seq < stored.seq ? (seq = stored.seq, true) : false;
    };
    bool merges =
        sync::isCreation(stored.change.action) && noteCreation(course, stored.seq);
    merges = isNewest(everyField.toByteArray()) || merges;
    QByteArray winning;
    json::Members members;
    json::splitObject(stored.change.data(), members);
    for (const json::Member &member : members) {
        const QByteArray field = fieldOf(member);
        if (field == everyField || !isNewest(field))
            continue;
        merges = true;
        winning.append(winning.isEmpty() ? '{' : ',')
            .append('"')
            .append(member.key)
            .append("\":")
            .append(member.value);
    }
    if (!merges)
        return false;
    entity.deleted = false;
    entity.record =
        sync::mergedRecord(entity.record, winning.isEmpty() ? QByteArray("{}") : winning + '}',
                           stored.change.action, stored.change.entityId);
    return true;
}

const Entity *Entities::apply(const StoredChange &stored)
{
    if (effectOf(stored.change.action) == Effect::RecordOnly || stored.change.entityId.isEmpty())
        return nullptr;
    Slot &slot = slotOf(stored.change.dataType, stored.change.entityId);
    if (slot.entity.seq >= stored.seq)
        return &slot.entity; // replay over a newer state
    if (arrived(slot))
        return changed(slot);
    affect(slot.entity, stored);
    if (slot.entity.dataType == DataType::Users && stored.verdict != sync::Verdict::Nothing)
        noteFields(slot.entity, slot.course, stored);
    return changed(slot);
}

const Entity *Entities::applyLate(const StoredChange &stored, quint64 atSeq)
{
    Slot &slot = slotOf(stored.change.dataType, stored.change.entityId);
    const quint32 before = slot.entity.rev;
    if (!arrived(slot))
        affectLate(slot.entity, slot.course, stored, atSeq);
    return slot.entity.rev != before ? changed(slot) : nullptr;
}

bool Entities::affectLate(Entity &entity, Course &course, const StoredChange &stored, quint64 atSeq)
{
    const bool hasChanged = effectOf(stored.change.action) == Effect::Remove
                                ? removeLate(entity, course, stored.seq)
                                : mergeLate(entity, course, stored);
    if (!hasChanged)
        return false; // also when replayed over a state that has it
    entity.lateAt = std::max(entity.lateAt, atSeq);
    entity.seq = std::max(entity.seq, stored.seq);
    ++entity.rev;
    entity.updatedAtMs = stored.receivedAtMs;
    entity.updatedBy = stored.originDevice;
    if (entity.deleted) {
        entity.fields.clear();
        entity.died = {stored.time, entity.rev, stored.originDevice};
    }
    return true;
}

v2::TypeSum Entities::sum(DataType type) const
{
    auto &[version, sum] = m_sums[type];
    if (version == m_version + 1)
        return sum;
    sum = {};
    for (const auto &[key, slot] : m_entities) {
        const Entity &entity = slot.entity;
        if (entity.dataType == type && entity.seq != 0 && !entity.deleted)
            sync::addRecord(sum, sync::recordHash(entity.id, entity.record));
    }
    version = m_version + 1; // 0: never computed
    return sum;
}

void Entities::applyAlias(const Alias &alias)
{
    if (alias.effectText.isEmpty())
        return;
    auto effect = classic::decodeChange(alias.effectText);
    if (!effect)
        return;
    StoredChange late;
    late.seq = alias.seq;
    late.receivedAtMs = alias.receivedAtMs;
    late.time = HybridTime(alias.receivedAtMs, 0);
    late.change = std::move(*effect);
    late.originDevice = late.change.deviceId;
    applyLate(late, std::max(alias.seq, alias.atSeq));
}

const Entity *Entities::find(DataType type, QByteArrayView id) const
{
    const auto it = m_entities.find(keyOf(type, id));
    return it == m_entities.end() || it->second.entity.seq == 0 ? nullptr : &it->second.entity;
}

std::vector<const Entity *> Entities::live(DataType type) const
{
    std::vector<const Slot *> slots;
    for (const auto &[key, slot] : m_entities) {
        if (slot.entity.dataType == type && slot.entity.seq != 0 && !slot.entity.deleted)
            slots.push_back(&slot);
    }
    std::ranges::sort(slots, {}, &Slot::firstSeen);
    std::vector<const Entity *> found;
    found.reserve(slots.size());
    for (const Slot *slot : slots)
        found.push_back(&slot->entity);
    return found;
}

std::vector<const Entity *> Entities::touchedAfter(quint64 seq) const
{
    std::vector<const Entity *> found;
    for (const auto &[key, slot] : m_entities) {
        if (slot.entity.seq > seq)
            found.push_back(&slot.entity);
    }
    std::ranges::sort(found, {}, &Entity::seq);
    return found;
}

std::vector<const Entity *> Entities::lateSince(quint64 seq) const
{
    std::vector<const Entity *> found;
    for (const auto &[key, slot] : m_entities) {
        if (slot.entity.lateAt != 0 && slot.entity.lateAt >= seq)
            found.push_back(&slot.entity);
    }
    std::ranges::sort(found, {}, &Entity::seq);
    return found;
}

void Entities::takeState(std::vector<StateRow> &rows)
{
    rows.reserve(rows.size() + m_dirty.size());
    for (Slot *slot : m_dirty) {
        const Entity &entity = slot->entity;
        StateRow row;
        row.key = keyOf(entity.dataType, entity.id);
        ByteWriter(row.value, entity.record.size() + entity.updatedBy.size() + 64)
            .number(entity.seq)
            .number(entity.lateAt)
            .number(entity.rev)
            .number(quint8(entity.deleted))
            .number(entity.updatedAtMs)
            .number(slot->firstSeen)
            .text(entity.updatedBy)
            .text(entity.record);
        QByteArray stamps;
        writeStamps(stamps, entity);
        ByteWriter value(row.value);
        value.text(stamps);
        if (entity.dataType == DataType::Users) {
            value.number(slot->course.removedSeq);
            for (const auto &[field, seq] : slot->course.fieldSeqs)
                value.number(seq).text(field);
            // No field has been set by change 0: the creations follow.
            value.number(quint64(0));
            for (const quint64 seq : slot->course.creations)
                value.number(seq);
        }
        rows.push_back(std::move(row));
        slot->dirty = false;
    }
    m_dirty.clear();
}

bool Entities::loadState(const StateRow &row)
{
    if (row.key.size() < 3 || row.key[0] != stateKey)
        return false;
    ByteReader value(row.value);
    Slot slot;
    Entity &entity = slot.entity;
    entity.dataType = static_cast<DataType>(row.key[1]);
    entity.id = row.key.sliced(2);
    entity.seq = value.number<quint64>();
    entity.lateAt = value.number<quint64>();
    entity.rev = value.number<quint32>();
    entity.deleted = value.number<quint8>() != 0;
    entity.updatedAtMs = value.number<qint64>();
    slot.firstSeen = value.number<quint64>();
    entity.updatedBy = value.text();
    entity.record = value.text();
    if (!value.ok())
        return false;
    // Absent in rows of versions that knew no stamps.
    if (value.atEnd()) {
        if (entity.dataType == DataType::Users)
            assumeFields(slot);
    } else if (!readStamps(value.view(), entity)) {
        return false;
    } else if (entity.dataType == DataType::Users) {
        slot.course.removedSeq = value.number<quint64>();
        // Rows of versions that kept no creations end with the fields.
        bool areFields = true;
        while (value.ok() && !value.atEnd()) {
            const auto seq = value.number<quint64>();
            if (seq == 0)
                areFields = false;
            else if (areFields)
                slot.course.fieldSeqs[value.text()] = seq;
            else
                slot.course.creations.push_back(seq);
        }
        if (!value.ok())
            return false;
    }
    m_nextSeen = std::max(m_nextSeen, slot.firstSeen + 1);
    m_entities.insert_or_assign(row.key, std::move(slot));
    return true;
}

} // namespace possync::core
