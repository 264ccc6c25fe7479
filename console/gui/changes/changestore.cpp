// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/changes/changestore.h"

#include <limits>

namespace possync::gui {

quint32 NameTable::numberOf(QByteArrayView name)
{
    const QByteArray key = QByteArray::fromRawData(name.data(), name.size());
    if (const auto known = m_numbers.constFind(key); known != m_numbers.cend())
        return *known;
    const auto number = quint32(m_names.size());
    m_names.push_back(name.toByteArray());
    m_numbers.insert(m_names.back(), number);
    return number;
}

std::optional<quint32> NameTable::find(QByteArrayView name) const
{
    const auto known = m_numbers.constFind(QByteArray::fromRawData(name.data(), name.size()));
    return known == m_numbers.cend() ? std::nullopt : std::optional(*known);
}

void ChangeStore::append(std::span<const ChangeEntry> entries)
{
    // Foreign lengths are cut to what a row can hold; the longest legal id is far below.
    constexpr qsizetype longestId = std::numeric_limits<quint16>::max();
    const auto word = [this](const QByteArray &name) {
        const quint32 number = m_words.numberOf(name);
        // A peer that invents 65,536 words gets the last one for all further ones.
        return quint16(std::min<quint32>(number, std::numeric_limits<quint16>::max()));
    };
    for (const ChangeEntry &entry : entries) {
        if (m_chunks.empty() || m_chunks.back().rows.size() == chunkRows) {
            m_chunks.emplace_back();
            m_chunks.back().rows.reserve(chunkRows);
        }
        Chunk &chunk = m_chunks.back();
        const QByteArrayView entity =
            QByteArrayView(entry.entityId).first(std::min(entry.entityId.size(), longestId));
        const QByteArrayView change =
            QByteArrayView(entry.changeId).first(std::min(entry.changeId.size(), longestId));
        chunk.rows.push_back(Row{
            entry.seq, entry.sentMs, entry.receivedMs, m_restaurants.numberOf(entry.restaurant),
            m_devices.numberOf(entry.deviceId), m_users.numberOf(entry.userId),
            word(entry.dataType), word(entry.action), word(entry.outcome), quint16(entity.size()),
            quint16(change.size()), quint32(entry.data.size()), quint32(chunk.text.size())});
        chunk.text.append(entity);
        chunk.text.append(change);
        chunk.text.append(entry.data);
        if (chunk.rows.size() == chunkRows)
            chunk.text.squeeze();
        ++m_endRow;
        while (size() > m_capacity && m_chunks.size() > 1) {
            m_firstRow += m_chunks.front().rows.size();
            m_chunks.pop_front();
        }
    }
}

void ChangeStore::clear()
{
    m_chunks.clear();
    // Row numbers go on, so that a number held by somebody can never name another change.
    m_endRow += chunkRows - m_endRow % chunkRows;
    m_firstRow = m_endRow;
}

quint64 ChangeStore::firstRowAfter(quint64 added) const
{
    quint64 first = m_firstRow;
    while (m_endRow + added - first > m_capacity)
        first += chunkRows;
    return first;
}

ChangeView ChangeStore::at(quint64 row) const
{
    Q_ASSERT(row >= m_firstRow && row < m_endRow);
    const quint64 offset = row - m_firstRow;
    const Chunk &chunk = m_chunks[std::size_t(offset / chunkRows)];
    const Row &r = chunk.rows[std::size_t(offset % chunkRows)];
    const QByteArrayView text = QByteArrayView(chunk.text).sliced(r.textAt);
    return {.seq = r.seq,
            .sentMs = r.sentMs,
            .receivedMs = r.receivedMs,
            .restaurant = r.restaurant,
            .device = r.device,
            .user = r.user,
            .type = r.type,
            .action = r.action,
            .outcome = r.outcome,
            .entityId = text.first(r.entitySize),
            .changeId = text.sliced(r.entitySize, r.changeIdSize),
            .data = text.sliced(r.entitySize + r.changeIdSize, qsizetype(r.dataSize))};
}

std::vector<quint64> ChangeStore::historyOf(quint32 restaurant, quint32 type,
                                            QByteArrayView entityId, quint64 lastRow) const
{
    std::vector<quint64> rows;
    for (quint64 row = m_firstRow; row < std::min(m_endRow, lastRow + 1); ++row) {
        const ChangeView view = at(row);
        if (view.restaurant == restaurant && view.type == type && view.entityId == entityId)
            rows.push_back(row);
    }
    return rows;
}

} // namespace possync::gui
