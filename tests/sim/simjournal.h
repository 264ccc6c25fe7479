// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/journalport.h"

#include <map>
#include <random>

namespace possync::sim {

using Random = std::mt19937_64;

/// The disk of the simulated server: what was committed survives a crash, of the rest any beginning
/// may. Saved state is written row by row, so that a crash leaves it half new, half old.
class SimJournal
{
public:
    explicit SimJournal(QByteArray epoch)
        : m_epoch(std::move(epoch))
    {
    }

    /// Queues a block; it is not stored before commit().
    void append(core::JournalBlock block) { m_queued.push_back(std::move(block)); }
    bool hasQueued() const { return !m_queued.empty(); }
    /// Stores what is queued, as one group. Returns how many blocks that were.
    std::size_t commit();
    /// Refuses what is queued, as a full disk would.
    void fail();
    /// Power cut: some beginning of the queue made it to the disk.
    void crash(Random &random);

    /// Starts to save derived rows that reflect all blocks stored so far; they may also reflect
    /// some that are queued.
    void save(std::vector<core::StateRow> rows);
    /// Writes some of the rows still to be saved.
    void writeSome(Random &random);

    /// Drops some of the oldest blocks that saved state reflects, as retention does.
    void retire(Random &random);
    quint64 floor() const { return m_floor; }

    /// What a backup holds that is restored as `epoch`; what was never saved is replayed.
    SimJournal restored(QByteArray epoch) const;

    core::RestaurantImage image() const;
    /// All blocks, as if nothing had ever been saved or retired.
    core::RestaurantImage fullImage() const;
    /// Blocks with changes from `fromSeq` on that are not retired, up to about `limit` of them.
    std::vector<core::JournalBlock> read(quint64 fromSeq, std::size_t limit) const;
    const std::vector<core::JournalBlock> &blocks() const { return m_blocks; }
    quint64 head() const { return m_head; }

private:
    struct Save {
        std::vector<core::StateRow> rows;
        std::size_t written = 0;
        std::size_t covers = 0; ///< Blocks it reflects whole.
        std::size_t after = 0;  ///< Blocks it may reflect in part; those must be stored first.
    };
    void write(const core::StateRow &row);

    QByteArray m_epoch;
    quint32 m_generation = 1;
    quint64 m_head = 0;
    quint64 m_floor = 0; ///< Changes up to this one are retired; m_blocks keeps them for checks.
    std::vector<core::JournalBlock> m_blocks;
    std::vector<core::JournalBlock> m_queued;
    std::map<QByteArray, QByteArray> m_state;
    std::size_t m_covered = 0; ///< Blocks that saved state reflects whole.
    std::vector<Save> m_saves;
};

} // namespace possync::sim
