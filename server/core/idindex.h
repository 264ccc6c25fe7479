// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/journalport.h"

#include <QByteArrayView>
#include <optional>

namespace possync::core {

/// A content hash as the index keeps it.
constexpr quint32 foldedHash(quint64 contentHash)
{
    return static_cast<quint32>(contentHash ^ (contentHash >> 32));
}

/// Every change id a restaurant has ever taken, and the change it names: for ever, not for a while,
/// because a device may repeat itself after any time. 128-bit hashes in an open-addressing table,
/// 32 bytes an id at most three quarters full, so that a million ids are some 45 MB and a look-up
/// is one cache miss.
class IdIndex
{
public:
    struct Entry {
        quint64 seq = 0;
        quint32 content = 0; ///< Folded content hash: tells a repeat from another change.
    };

    std::optional<Entry> find(QByteArrayView changeId) const;
    /// Adds the id, or keeps what is there.
    void insert(QByteArrayView changeId, const Entry &entry);
    std::size_t size() const { return m_count; }

    /// Rows for ids added since the last call; the last, partly filled chunk is written again.
    void takeState(std::vector<StateRow> &rows);
    bool isDirty() const { return m_savedCount != m_log.size() + m_logStart; }
    /// Takes one row of takeState(); false if it is not one.
    bool loadState(const StateRow &row);

    static constexpr char stateKey = 'i';

private:
    struct Cell {
        quint64 high = 0;
        quint64 low = 0;
        quint64 seq = 0;
        quint32 content = 0;
        quint32 used = 0;
    };

    const Cell *cellOf(quint64 high, quint64 low) const;
    void put(const Cell &cell);
    void grow();

    std::vector<Cell> m_cells;
    std::size_t m_count = 0;
    /// Ids in order of arrival from chunk `m_logStart / chunkIds` on, for saving.
    std::vector<Cell> m_log;
    std::size_t m_logStart = 0;
    std::size_t m_savedCount = 0;
};

} // namespace possync::core
