// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/idindex.h"

#include "server/core/bytes.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace possync::core {
namespace {

/// Ids in one state row. The last row is written anew at each save until it is full.
constexpr std::size_t chunkIds = 512;

} // namespace

const IdIndex::Cell *IdIndex::cellOf(quint64 high, quint64 low) const
{
    if (m_cells.empty())
        return nullptr;
    const std::size_t mask = m_cells.size() - 1;
    for (std::size_t at = low & mask;; at = (at + 1) & mask) {
        const Cell &cell = m_cells[at];
        if (!cell.used)
            return nullptr;
        if (cell.low == low && cell.high == high)
            return &cell;
    }
}

std::optional<IdIndex::Entry> IdIndex::find(QByteArrayView changeId) const
{
    const auto hash = XXH3_128bits(changeId.data(), static_cast<size_t>(changeId.size()));
    const Cell *cell = cellOf(hash.high64, hash.low64);
    if (!cell)
        return std::nullopt;
    return Entry{cell->seq, cell->content};
}

void IdIndex::insert(QByteArrayView changeId, const Entry &entry)
{
    const auto hash = XXH3_128bits(changeId.data(), static_cast<size_t>(changeId.size()));
    if (cellOf(hash.high64, hash.low64))
        return;
    const Cell cell{hash.high64, hash.low64, entry.seq, entry.content, 1};
    put(cell);
    m_log.push_back(cell);
}

void IdIndex::put(const Cell &cell)
{
    if ((m_count + 1) * 4 > m_cells.size() * 3)
        grow();
    const std::size_t mask = m_cells.size() - 1;
    std::size_t at = cell.low & mask;
    while (m_cells[at].used)
        at = (at + 1) & mask;
    m_cells[at] = cell;
    ++m_count;
}

void IdIndex::grow()
{
    std::vector<Cell> old(m_cells.empty() ? 64 : m_cells.size() * 2);
    old.swap(m_cells);
    m_count = 0;
    for (const Cell &cell : old) {
        if (cell.used)
            put(cell);
    }
}

void IdIndex::takeState(std::vector<StateRow> &rows)
{
    std::size_t chunkStart = m_savedCount / chunkIds * chunkIds;
    const std::size_t total = m_logStart + m_log.size();
    while (chunkStart < total && m_savedCount < total) {
        const std::size_t chunkEnd = std::min(chunkStart + chunkIds, total);
        StateRow row;
        ByteWriter key(row.key);
        key.number(quint8(stateKey))
            .number(qToBigEndian(static_cast<quint32>(chunkStart / chunkIds)));
        row.value.reserve(static_cast<qsizetype>(chunkEnd - chunkStart) * 28);
        ByteWriter value(row.value);
        for (std::size_t i = chunkStart; i < chunkEnd; ++i) {
            const Cell &cell = m_log[i - m_logStart];
            value.number(cell.high).number(cell.low).number(cell.seq).number(cell.content);
        }
        rows.push_back(std::move(row));
        m_savedCount = chunkEnd;
        chunkStart = chunkEnd;
    }
    // Full chunks are never written again: forget their copy.
    const std::size_t keepFrom = m_savedCount / chunkIds * chunkIds;
    m_log.erase(m_log.begin(), m_log.begin() + static_cast<std::ptrdiff_t>(keepFrom - m_logStart));
    m_logStart = keepFrom;
}

bool IdIndex::loadState(const StateRow &row)
{
    ByteReader key(row.key);
    if (key.number<quint8>() != quint8(stateKey))
        return false;
    const std::size_t chunk = qFromBigEndian(key.number<quint32>());
    const std::size_t start = chunk * chunkIds;
    if (start >= m_logStart) {
        // Rows come in key order, so the last one seen is the newest chunk.
        m_log.clear();
        m_logStart = start;
    }
    ByteReader value(row.value);
    std::size_t count = 0;
    for (; !value.atEnd() && value.ok(); ++count) {
        Cell cell;
        cell.high = value.number<quint64>();
        cell.low = value.number<quint64>();
        cell.seq = value.number<quint64>();
        cell.content = value.number<quint32>();
        cell.used = 1;
        if (!value.ok())
            return false;
        if (!cellOf(cell.high, cell.low))
            put(cell);
        if (start >= m_logStart)
            m_log.push_back(cell);
    }
    m_savedCount = std::max(m_savedCount, start + count);
    return key.ok();
}

} // namespace possync::core
