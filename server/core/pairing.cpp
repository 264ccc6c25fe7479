// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/pairing.h"

#include "server/core/bytes.h"

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

std::optional<Pairing::Waiting> Pairing::takeTwinOf(QByteArrayView device,
                                                    const classic::Change &change, qint64 nowMs)
{
    const auto found = m_waiting.find(keyOf(device, change, !change.typed));
    if (found == m_waiting.end())
        return std::nullopt;
    const qint64 timeMs = change.timestampMs.value_or(nowMs);
    // Of several, the oldest: the forms keep the order in which the device sent them.
    auto &candidates = found->second;
    const auto twin = std::ranges::find_if(candidates, [&](const Waiting &candidate) {
        return std::abs(candidate.timeMs - timeMs) <= windowMs;
    });
    if (twin == candidates.end())
        return std::nullopt;
    const Waiting waiting = *twin;
    candidates.erase(twin);
    if (candidates.empty())
        m_waiting.erase(found);
    m_dirty = true;
    return waiting;
}

void Pairing::add(QByteArrayView device, const classic::Change &change, quint64 seq, qint64 nowMs)
{
    insert(keyOf(device, change, change.typed),
           {seq, change.timestampMs.value_or(nowMs), change.typed, change.entityId.isEmpty()});
}

void Pairing::replayAdd(QByteArrayView device, const classic::Change &change, quint64 seq,
                        qint64 nowMs)
{
    const auto found = m_waiting.find(keyOf(device, change, change.typed));
    if (found == m_waiting.end() || !std::ranges::count(found->second, seq, &Waiting::seq))
        add(device, change, seq, nowMs);
}

void Pairing::insert(quint64 key, const Waiting &waiting)
{
    m_waiting[key].push_back(waiting);
    m_order.emplace_back(key, waiting.seq);
    m_dirty = true;
    while (m_order.size() > capacity) {
        erase(m_order.front().first, m_order.front().second);
        m_order.pop_front();
    }
}

bool Pairing::erase(quint64 key, quint64 seq)
{
    const auto found = m_waiting.find(key);
    if (found == m_waiting.end())
        return false;
    auto &candidates = found->second;
    const auto it = std::ranges::find(candidates, seq, &Waiting::seq);
    if (it == candidates.end())
        return false;
    candidates.erase(it);
    if (candidates.empty())
        m_waiting.erase(found);
    m_dirty = true;
    return true;
}

void Pairing::forget(quint64 seq)
{
    for (const auto &[key, candidates] : m_waiting) {
        if (std::ranges::count(candidates, seq, &Waiting::seq)) {
            erase(quint64(key), seq);
            return;
        }
    }
}

void Pairing::takeState(std::vector<StateRow> &rows)
{
    StateRow row;
    row.key = QByteArray(1, stateKey);
    ByteWriter value(row.value);
    for (const auto &[key, seq] : m_order) {
        const auto found = m_waiting.find(key);
        if (found == m_waiting.end())
            continue;
        const auto it = std::ranges::find(found->second, seq, &Waiting::seq);
        if (it == found->second.end())
            continue;
        value.number(key)
            .number(it->seq)
            .number(it->timeMs)
            .number(quint8((it->typed ? 1 : 0) | (it->lacksEntity ? 2 : 0)));
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
