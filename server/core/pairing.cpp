// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/pairing.h"

#include "server/core/bytes.h"

#include <algorithm>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace possync::core {

quint64 Pairing::keyOf(QByteArrayView device, const classic::Change &change, bool typed)
{
    const quint64 seed = XXH3_64bits_withSeed(device.data(), static_cast<size_t>(device.size()),
                                              static_cast<quint64>(change.dataType) * 2 + typed);
    // A typed user_update may not name its user, so users pair by fields and time alone.
    const QByteArrayView entity =
        change.dataType == DataType::Users ? QByteArrayView() : QByteArrayView(change.entityId);
    return XXH3_64bits_withSeed(entity.data(), static_cast<size_t>(entity.size()),
                                seed ^ change.contentHash);
}

template<typename Fits>
quint16 Pairing::findOldest(quint64 key, Fits &&fits) const
{
    quint16 found = none;
    if (m_ring.empty())
        return found;
    for (quint16 at = m_newest[key & (m_newest.size() - 1)]; at != none; at = m_ring[at].older) {
        if (m_ring[at].key == key && fits(m_ring[at].waiting))
            found = at;
    }
    return found;
}

std::optional<Pairing::Waiting> Pairing::takeTwinOf(QByteArrayView device,
                                                    const classic::Change &change, qint64 nowMs)
{
    const qint64 timeMs = change.timestampMs.value_or(nowMs);
    // Of several, the oldest: the forms keep the order in which the device sent them.
    const quint16 twin =
        findOldest(keyOf(device, change, !change.typed), [&](const Waiting &candidate) {
            return std::abs(candidate.timeMs - timeMs) <= windowMs;
        });
    if (twin == none)
        return std::nullopt;
    takeOut(twin);
    return m_ring[twin].waiting;
}

void Pairing::add(QByteArrayView device, const classic::Change &change, quint64 seq, qint64 nowMs)
{
    insert(keyOf(device, change, change.typed),
           {seq, change.timestampMs.value_or(nowMs), change.typed, change.entityId.isEmpty()});
}

void Pairing::replayAdd(QByteArrayView device, const classic::Change &change, quint64 seq,
                        qint64 nowMs)
{
    const auto isThis = [&](const Waiting &waiting) { return waiting.seq == seq; };
    if (findOldest(keyOf(device, change, change.typed), isThis) == none)
        add(device, change, seq, nowMs);
}

void Pairing::insert(quint64 key, const Waiting &waiting)
{
    if (m_count == capacity)
        dropOldest();
    else if (m_count == m_ring.size())
        grow();
    const auto place = static_cast<quint16>(placeAt(m_count++));
    m_ring[place] = {key, waiting, none, false};
    link(place);
    m_dirty = true;
}

void Pairing::link(quint16 place)
{
    quint16 &newest = m_newest[m_ring[place].key & (m_newest.size() - 1)];
    m_ring[place].older = newest;
    newest = place;
}

void Pairing::unlink(quint16 place)
{
    quint16 *at = &m_newest[m_ring[place].key & (m_newest.size() - 1)];
    while (*at != place)
        at = &m_ring[*at].older;
    *at = m_ring[place].older;
}

void Pairing::takeOut(quint16 place)
{
    unlink(place);
    m_ring[place].gone = true;
    m_dirty = true;
}

void Pairing::dropOldest()
{
    if (!m_ring[m_first].gone)
        unlink(static_cast<quint16>(m_first));
    m_first = placeAt(1);
    --m_count;
}

void Pairing::grow()
{
    std::vector<Entry> ring(std::max<std::size_t>(16, m_ring.size() * 2));
    for (std::size_t age = 0; age < m_count; ++age)
        ring[age] = m_ring[placeAt(age)];
    m_ring = std::move(ring);
    m_first = 0;
    m_newest.assign(m_ring.size(), none);
    for (std::size_t place = 0; place < m_count; ++place) {
        if (!m_ring[place].gone)
            link(static_cast<quint16>(place));
    }
}

void Pairing::forget(quint64 seq)
{
    for (std::size_t age = 0; age < m_count; ++age) {
        const std::size_t place = placeAt(age);
        if (m_ring[place].waiting.seq == seq && !m_ring[place].gone) {
            takeOut(static_cast<quint16>(place));
            return;
        }
    }
}

void Pairing::takeState(std::vector<StateRow> &rows)
{
    constexpr qsizetype entryBytes = 25;
    StateRow row;
    row.key = QByteArray(1, stateKey);
    row.value.reserve(static_cast<qsizetype>(m_count) * entryBytes);
    ByteWriter value(row.value);
    for (std::size_t age = 0; age < m_count; ++age) {
        const Entry &entry = m_ring[placeAt(age)];
        if (entry.gone)
            continue;
        value.number(entry.key)
            .number(entry.waiting.seq)
            .number(entry.waiting.timeMs)
            .number(quint8((entry.waiting.typed ? 1 : 0) | (entry.waiting.lacksEntity ? 2 : 0)));
    }
    rows.push_back(std::move(row));
    m_dirty = false;
}

bool Pairing::loadState(const StateRow &row)
{
    if (row.key != QByteArray(1, stateKey))
        return false;
    ByteReader value(row.value);
    while (!value.atEnd()) {
        const auto key = value.number<quint64>();
        Waiting waiting;
        waiting.seq = value.number<quint64>();
        waiting.timeMs = value.number<qint64>();
        const auto flags = value.number<quint8>();
        waiting.typed = flags & 1;
        waiting.lacksEntity = flags & 2;
        if (!value.ok())
            return false;
        insert(key, waiting);
    }
    m_dirty = false;
    return true;
}

} // namespace possync::core
