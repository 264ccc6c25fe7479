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
quint16 Pairing::Ring::findOldest(quint64 key, Fits &&fits) const
{
    quint16 found = none;
    if (m_entries.empty())
        return found;
    for (quint16 at = m_newest[key & (m_newest.size() - 1)]; at != none; at = m_entries[at].older) {
        if (m_entries[at].key == key && fits(m_entries[at].waiting))
            found = at;
    }
    return found;
}

template<typename Visit>
void Pairing::Ring::visit(Visit &&visit) const
{
    for (std::size_t age = 0; age < m_count; ++age) {
        const Entry &entry = m_entries[placeAt(age)];
        if (!entry.gone)
            visit(entry.key, entry.waiting);
    }
}

std::optional<Pairing::Waiting> Pairing::takeTwinOf(QByteArrayView device,
                                                    const classic::Change &change, qint64 nowMs)
{
    const qint64 timeMs = change.timestampMs.value_or(nowMs);
    Ring &ring = ringOf(!change.typed);
    // Of several, the oldest: the forms keep the order in which the device sent them.
    const quint16 twin =
        ring.findOldest(keyOf(device, change, !change.typed), [&](const Waiting &candidate) {
            return std::abs(candidate.timeMs - timeMs) <= windowMs;
        });
    if (twin == Ring::none)
        return std::nullopt;
    m_dirty = true;
    return ring.takeOut(twin);
}

void Pairing::add(QByteArrayView device, const classic::Change &change, quint64 seq, qint64 nowMs)
{
    ringOf(change.typed)
        .insert(keyOf(device, change, change.typed),
                {seq, change.timestampMs.value_or(nowMs), change.typed, change.entityId.isEmpty()});
    m_dirty = true;
}

void Pairing::replayAdd(QByteArrayView device, const classic::Change &change, quint64 seq,
                        qint64 nowMs)
{
    const auto isThis = [&](const Waiting &waiting) { return waiting.seq == seq; };
    if (ringOf(change.typed).findOldest(keyOf(device, change, change.typed), isThis) == Ring::none)
        add(device, change, seq, nowMs);
}

void Pairing::Ring::insert(quint64 key, const Waiting &waiting)
{
    if (waitingCount() == capacity)
        dropOldest();
    // Twice as long as what may wait: so half of a full ring is gone, and it is packed seldom.
    if (m_count == m_entries.size())
        pack(m_count == 2 * capacity ? m_count : std::max<std::size_t>(16, 2 * m_count));
    const auto place = static_cast<quint16>(placeAt(m_count++));
    m_entries[place] = {key, waiting, none, false};
    link(place);
}

void Pairing::Ring::link(quint16 place)
{
    quint16 &newest = m_newest[m_entries[place].key & (m_newest.size() - 1)];
    m_entries[place].older = newest;
    newest = place;
}

void Pairing::Ring::unlink(quint16 place)
{
    quint16 *at = &m_newest[m_entries[place].key & (m_newest.size() - 1)];
    while (*at != place)
        at = &m_entries[*at].older;
    *at = m_entries[place].older;
}

Pairing::Waiting Pairing::Ring::takeOut(quint16 place)
{
    const Waiting waiting = m_entries[place].waiting;
    unlink(place);
    m_entries[place].gone = true;
    ++m_goneCount;
    dropGoneOldest();
    return waiting;
}

void Pairing::Ring::dropGoneOldest()
{
    while (m_count > 0 && m_entries[m_first].gone) {
        m_first = placeAt(1);
        --m_count;
        --m_goneCount;
    }
}

void Pairing::Ring::dropOldest()
{
    // The oldest is never gone: those are dropped at once.
    unlink(static_cast<quint16>(m_first));
    m_first = placeAt(1);
    --m_count;
    dropGoneOldest();
}

void Pairing::Ring::pack(std::size_t size)
{
    std::vector<Entry> entries(size);
    std::size_t count = 0;
    for (std::size_t age = 0; age < m_count; ++age) {
        const Entry &entry = m_entries[placeAt(age)];
        if (!entry.gone)
            entries[count++] = entry;
    }
    m_entries = std::move(entries);
    m_first = 0;
    m_count = count;
    m_goneCount = 0;
    m_newest.assign(m_entries.size(), none);
    for (std::size_t place = 0; place < m_count; ++place)
        link(static_cast<quint16>(place));
}

bool Pairing::Ring::forget(quint64 seq)
{
    for (std::size_t age = 0; age < m_count; ++age) {
        const std::size_t place = placeAt(age);
        if (m_entries[place].waiting.seq == seq && !m_entries[place].gone) {
            takeOut(static_cast<quint16>(place));
            return true;
        }
    }
    return false;
}

void Pairing::forget(quint64 seq)
{
    if (std::ranges::any_of(m_rings, [seq](Ring &ring) { return ring.forget(seq); }))
        m_dirty = true;
}

void Pairing::takeState(std::vector<StateRow> &rows)
{
    constexpr qsizetype entryBytes = 25;
    StateRow row;
    row.key = QByteArray(1, stateKey);
    row.value.reserve(static_cast<qsizetype>(m_rings[0].waitingCount() + m_rings[1].waitingCount())
                      * entryBytes);
    ByteWriter value(row.value);
    for (const Ring &ring : m_rings) {
        ring.visit([&](quint64 key, const Waiting &waiting) {
            value.number(key)
                .number(waiting.seq)
                .number(waiting.timeMs)
                .number(quint8((waiting.typed ? 1 : 0) | (waiting.lacksEntity ? 2 : 0)));
        });
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
        ringOf(waiting.typed).insert(key, waiting);
    }
    m_dirty = false;
    return true;
}

} // namespace possync::core
