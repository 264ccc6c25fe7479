// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/entities.h"

#include "common/sync/merge.h"
#include "server/core/bytes.h"

#include <algorithm>

namespace possync::core {

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
    entity.seq = std::max(entity.seq, stored.seq);
    ++entity.rev;
    ++m_version;
    entity.updatedAtMs = stored.receivedAtMs;
    entity.updatedBy = stored.originDevice;
    entity.deleted = effectOf(change.action) == Effect::Remove;
    entity.record = entity.deleted ? QByteArray()
                                   : sync::mergedRecord(entity.record, change.data(), change.action,
                                                        change.entityId);
    if (!slot.dirty) {
        slot.dirty = true;
        m_dirty.push_back(&slot);
    }
    return &entity;
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

const Entity *Entities::applyLate(const StoredChange &stored)
{
    Slot &slot = slotOf(stored.change);
    if (slot.entity.lateSeq >= stored.seq)
        return &slot.entity;
    slot.entity.lateSeq = stored.seq;
    return affect(slot, stored);
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
    applyLate(late);
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

void Entities::takeState(std::vector<StateRow> &rows)
{
    rows.reserve(rows.size() + m_dirty.size());
    for (Slot *slot : m_dirty) {
        const Entity &entity = slot->entity;
        StateRow row;
        row.key = keyOf(entity.dataType, entity.id);
        ByteWriter(row.value)
            .number(entity.seq)
            .number(entity.lateSeq)
            .number(entity.rev)
            .number(quint8(entity.deleted))
            .number(entity.updatedAtMs)
            .number(slot->firstSeen)
            .text(entity.updatedBy)
            .text(entity.record);
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
    entity.lateSeq = value.number<quint64>();
    entity.rev = value.number<quint32>();
    entity.deleted = value.number<quint8>() != 0;
    entity.updatedAtMs = value.number<qint64>();
    slot.firstSeen = value.number<quint64>();
    entity.updatedBy = value.text();
    entity.record = value.text();
    if (!value.ok())
        return false;
    m_nextSeen = std::max(m_nextSeen, slot.firstSeen + 1);
    m_entities.insert_or_assign(row.key, std::move(slot));
    return true;
}

} // namespace possync::core
