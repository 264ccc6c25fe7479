// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/entities.h"

#include "common/model/jsontext.h"
#include "common/sync/merge.h"
#include "server/core/bytes.h"

#include <algorithm>

namespace possync::core {
namespace {

/// Every change that leaves a record sets this field, so that it tells when one last did.
constexpr QByteArrayView everyField = "id";

/// The name of a field, to keep: plainKey() refers to the text it came from.
QByteArray fieldOf(const json::Member &member)
{
    return QByteArrayView(json::plainKey(member)).toByteArray();
}

} // namespace

QByteArray Entities::keyOf(DataType type, QByteArrayView id)
{
    QByteArray key;
    key.reserve(id.size() + 2);
    key.append(stateKey).append(static_cast<char>(type)).append(id);
    return key;
}

Entities::Slot &Entities::slotOf(const classic::Change &change)
{
    auto [it, isNew] = m_entities.try_emplace(keyOf(change.dataType, change.entityId));
    Slot &slot = it->second;
    if (isNew) {
        slot.entity.dataType = change.dataType;
        slot.entity.id = change.entityId;
        slot.firstSeen = m_nextSeen++;
    }
    return slot;
}

const Entity *Entities::affect(Slot &slot, const StoredChange &stored)
{
    const classic::Change &change = stored.change;
    Entity &entity = slot.entity;
    entity.deleted = effectOf(change.action) == Effect::Remove;
    entity.record = entity.deleted ? QByteArray()
                                   : sync::mergedRecord(entity.record, change.data(), change.action,
                                                        change.entityId);
    if (entity.dataType == DataType::Users)
        noteFields(slot, stored);
    touch(slot, stored);
    return &entity;
}

void Entities::touch(Slot &slot, const StoredChange &stored)
{
    Entity &entity = slot.entity;
    entity.seq = std::max(entity.seq, stored.seq);
    ++entity.rev;
    ++m_version;
    entity.updatedAtMs = stored.receivedAtMs;
    entity.updatedBy = stored.originDevice;
    if (!slot.dirty) {
        slot.dirty = true;
        m_dirty.push_back(&slot);
    }
}

void Entities::noteFields(Slot &slot, const StoredChange &stored)
{
    if (slot.entity.deleted) {
        slot.removedSeq = stored.seq;
        slot.fieldSeqs.clear();
        return;
    }
    slot.fieldSeqs[everyField.toByteArray()] = stored.seq;
    json::Members members;
    json::splitObject(stored.change.data(), members);
    for (const json::Member &member : members)
        slot.fieldSeqs[fieldOf(member)] = stored.seq;
}

void Entities::assumeFields(Slot &slot)
{
    // Saved by a version that kept only the newest late change: nothing before that counts.
    const Entity &entity = slot.entity;
    if (entity.deleted) {
        slot.removedSeq = entity.seq;
        return;
    }
    slot.fieldSeqs[everyField.toByteArray()] = entity.lateAt;
    json::Members members;
    json::splitObject(entity.record, members);
    for (const json::Member &member : members)
        slot.fieldSeqs[fieldOf(member)] = entity.lateAt;
}

bool Entities::removeLate(Slot &slot, quint64 seq)
{
    if (seq <= slot.removedSeq)
        return false;
    slot.removedSeq = seq;
    std::erase_if(slot.fieldSeqs, [&](const auto &field) { return field.second < seq; });
    Entity &entity = slot.entity;
    entity.deleted = slot.fieldSeqs.empty();
    if (entity.deleted) {
        entity.record.clear();
        return true;
    }
    // Made anew since: what was set since then stays.
    QByteArray kept;
    json::Members members;
    json::splitObject(entity.record, members);
    for (const json::Member &member : members) {
        if (slot.fieldSeqs.contains(json::plainKey(member)))
            kept.append(kept.isEmpty() ? '{' : ',')
                .append('"')
                .append(member.key)
                .append("\":")
                .append(member.value);
    }
    entity.record = kept + '}';
    return true;
}

bool Entities::mergeLate(Slot &slot, const StoredChange &stored)
{
    if (stored.seq <= slot.removedSeq)
        return false;
    const auto isNewest = [&](const QByteArray &field) {
        quint64 &seq = slot.fieldSeqs[field];
        return seq < stored.seq ? (seq = stored.seq, true) : false;
    };
    bool merges = isNewest(everyField.toByteArray());
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
    slot.entity.deleted = false;
    slot.entity.record =
        sync::mergedRecord(slot.entity.record, winning.isEmpty() ? QByteArray("{}") : winning + '}',
                           stored.change.action, stored.change.entityId);
    return true;
}

const Entity *Entities::apply(const StoredChange &stored)
{
    if (effectOf(stored.change.action) == Effect::RecordOnly || stored.change.entityId.isEmpty())
        return nullptr;
    Slot &slot = slotOf(stored.change);
    if (slot.entity.seq >= stored.seq)
        return &slot.entity; // replay over a newer state
    return affect(slot, stored);
}

const Entity *Entities::applyLate(const StoredChange &stored, quint64 atSeq)
{
    Slot &slot = slotOf(stored.change);
    const bool changed = effectOf(stored.change.action) == Effect::Remove
                             ? removeLate(slot, stored.seq)
                             : mergeLate(slot, stored);
    if (!changed)
        return nullptr; // also when replayed over a state that has it
    slot.entity.lateAt = std::max(slot.entity.lateAt, atSeq);
    touch(slot, stored);
    return &slot.entity;
}

void Entities::applyAlias(const Alias &alias)
{
    if (alias.effectText.isEmpty())
        return;
    auto effect = classic::decodeChange(alias.effectText);
    if (!effect)
        return;
    StoredChange late{alias.seq, alias.receivedAtMs, std::move(*effect), {}, 0, false};
    late.originDevice = late.change.deviceId;
    applyLate(late, std::max(alias.seq, alias.atSeq));
}

const Entity *Entities::find(DataType type, QByteArrayView id) const
{
    const auto it = m_entities.find(keyOf(type, id));
    return it == m_entities.end() ? nullptr : &it->second.entity;
}

std::vector<const Entity *> Entities::live(DataType type) const
{
    std::vector<const Slot *> slots;
    for (const auto &[key, slot] : m_entities) {
        if (slot.entity.dataType == type && !slot.entity.deleted)
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
        ByteWriter value(row.value);
        value.number(entity.seq)
            .number(entity.lateAt)
            .number(entity.rev)
            .number(quint8(entity.deleted))
            .number(entity.updatedAtMs)
            .number(slot->firstSeen)
            .text(entity.updatedBy)
            .text(entity.record);
        if (entity.dataType == DataType::Users) {
            value.number(slot->removedSeq);
            for (const auto &[field, seq] : slot->fieldSeqs)
                value.number(seq).text(field);
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
    if (entity.dataType == DataType::Users) {
        if (value.atEnd())
            assumeFields(slot);
        else
            slot.removedSeq = value.number<quint64>();
        while (value.ok() && !value.atEnd()) {
            const auto seq = value.number<quint64>();
            slot.fieldSeqs[value.text()] = seq;
        }
        if (!value.ok())
            return false;
    }
    m_nextSeen = std::max(m_nextSeen, slot.firstSeen + 1);
    m_entities.insert_or_assign(row.key, std::move(slot));
    return true;
}

} // namespace possync::core
