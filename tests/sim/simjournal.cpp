// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/simjournal.h"

namespace possync::sim {

std::size_t SimJournal::commit()
{
    const std::size_t count = m_queued.size();
    for (core::JournalBlock &block : m_queued) {
        m_head = block.lastSeq;
        m_blocks.push_back(std::move(block));
    }
    m_queued.clear();
    return count;
}

void SimJournal::fail()
{
    m_queued.clear();
    // Rows waiting to be saved may reflect what was just refused.
    m_saves.clear();
    ++m_generation;
}

void SimJournal::crash(Random &random)
{
    const std::size_t kept = m_queued.empty() ? 0 : random() % (m_queued.size() + 1);
    m_queued.resize(kept);
    commit();
    writeSome(random);
    m_saves.clear();
    ++m_generation;
}

void SimJournal::save(std::vector<core::StateRow> rows)
{
    m_saves.push_back({std::move(rows), 0, m_blocks.size(), m_blocks.size() + m_queued.size()});
}

void SimJournal::write(const core::StateRow &row)
{
    if (row.removed)
        m_state.erase(row.key);
    else
        m_state[row.key] = row.value;
}

void SimJournal::writeSome(Random &random)
{
    // State never overtakes the commits it reflects.
    while (!m_saves.empty() && m_saves.front().after <= m_blocks.size()) {
        Save &save = m_saves.front();
        const std::size_t left = save.rows.size() - save.written;
        const std::size_t now = left == 0 ? 0 : random() % (left + 1);
        for (std::size_t i = 0; i < now; ++i)
            write(save.rows[save.written++]);
        if (save.written < save.rows.size())
            return;
        m_covered = save.covers;
        m_saves.erase(m_saves.begin());
    }
}

void SimJournal::retire(Random &random)
{
    if (m_covered > 0)
        m_floor = std::max(m_floor, quint64(m_blocks[random() % m_covered].lastSeq));
}

SimJournal SimJournal::restored(QByteArray epoch) const
{
    SimJournal journal = *this;
    journal.m_epoch = std::move(epoch);
    journal.m_queued.clear();
    journal.m_saves.clear();
    ++journal.m_generation;
    return journal;
}

core::RestaurantImage SimJournal::image() const
{
    core::RestaurantImage image = fullImage();
    image.floorSeq = m_floor;
    for (const auto &[key, value] : m_state)
        image.state.push_back({key, value, false});
    image.tail.erase(image.tail.begin(),
                     image.tail.begin() + static_cast<std::ptrdiff_t>(m_covered));
    return image;
}

core::RestaurantImage SimJournal::fullImage() const
{
    core::RestaurantImage image;
    image.restaurant = 1;
    image.generation = m_generation;
    image.epoch = m_epoch;
    image.headSeq = m_head;
    image.tail = m_blocks;
    return image;
}

std::vector<core::JournalBlock> SimJournal::read(quint64 fromSeq, std::size_t limit) const
{
    std::vector<core::JournalBlock> found;
    for (const core::JournalBlock &block : m_blocks) {
        if (block.lastSeq >= fromSeq && block.lastSeq > m_floor && block.firstSeq <= block.lastSeq
            && found.size() < limit)
            found.push_back(block);
    }
    return found;
}

} // namespace possync::sim
