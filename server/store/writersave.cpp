// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/rowwriting.h"
#include "server/store/writergroup.h"

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t rowsPerSlice = 256;
constexpr std::chrono::microseconds sliceBudget = std::chrono::milliseconds(2);

} // namespace

void Writer::dropStaleSaves()
{
    for (auto job = m_saves.begin(); job != m_saves.end();) {
        const RestaurantEntry *entry = m_table.peek(job->save.restaurant);
        if (entry && entry->generation == job->save.generation) {
            ++job;
            continue;
        }
        const OutcomeCallback callback = std::move(job->callback);
        job = m_saves.erase(job);
        if (callback) {
            callback(Unexpected{StoreError{
                StoreErrorCode::StaleGeneration,
                u"the state builds on changes that were not stored; open the restaurant again"_s}});
        }
    }
}

void Writer::finishSave(const Outcome &outcome)
{
    const OutcomeCallback callback = std::move(m_saves.front().callback);
    m_saves.pop_front();
    if (callback)
        callback(outcome);
}

Outcome Writer::writeSlice(Slice &slice, std::size_t maxRows, std::chrono::microseconds budget)
{
    SaveJob &job = m_saves.front();
    slice.nextRow = job.nextRow;
    slice.nextIndex = job.nextIndex;
    const auto end = Clock::now() + budget;
    std::size_t written = 0;
    const auto isSpent = [&] {
        return written >= maxRows || (written % 16 == 15 && Clock::now() >= end);
    };
    for (; slice.nextRow < job.save.rows.size() && !isSpent(); ++slice.nextRow, ++written) {
        const core::StateRow &row = job.save.rows[slice.nextRow];
        if (const Outcome put = writeState(*m_connection, job.save.restaurant, row); !put)
            return put;
        slice.bytes += quint64(row.key.size() + row.value.size()) + 64;
    }
    // The tail only shrinks when a save is finished, so a position in it keeps its meaning.
    const std::deque<TailEntry> &tail = m_table.peek(job.save.restaurant)->tail;
    const auto isCovered = [&](std::size_t index) {
        return index < tail.size() && tail[index].pos <= job.coverPos
               && tail[index].lastSeq <= job.save.uptoSeq;
    };
    for (; slice.nextRow == job.save.rows.size() && isCovered(slice.nextIndex) && !isSpent();
         ++slice.nextIndex) {
        const TailEntry &entry = tail[slice.nextIndex];
        if (!entry.hasChanges())
            continue;
        const Outcome put = m_connection->run(
            "put_index", {job.save.restaurant, qint64(entry.lastSeq), qint64(entry.pos)});
        if (!put)
            return put;
        ++written;
    }
    if (slice.nextRow < job.save.rows.size() || isCovered(slice.nextIndex))
        return Done{};
    return writeCoverage(job, slice);
}

Outcome Writer::writeCoverage(SaveJob &job, Slice &slice)
{
    slice.isFinished = true;
    if (slice.nextIndex == 0)
        return Done{};
    const RestaurantEntry &entry = *m_table.peek(job.save.restaurant);
    const TailEntry &last = entry.tail[slice.nextIndex - 1];
    RestaurantRow row = entry.row;
    row.coveredPos = last.pos;
    row.headSeq = last.lastSeq;
    row.lastAtMs = entry.lastAtMs;
    if (const Outcome updated = updateRestaurant(*m_connection, row); !updated)
        return updated;
    // Not from m_nextPos: the commit that this slice rides on may hold blocks of its own.
    const quint64 replayFrom = m_table.replayFrom(m_storedPos + 1, &row);
    const Outcome put = m_connection->run("put_meta", {u"replay_from"_s, qint64(replayFrom)});
    slice.covered = std::move(row);
    return put;
}

void Writer::applied(const Slice &slice)
{
    SaveJob &job = m_saves.front();
    m_status.count([&](JournalStats &stats) { stats.stateRows += slice.nextRow - job.nextRow; });
    job.nextRow = slice.nextRow;
    job.nextIndex = slice.nextIndex;
    grew(slice.bytes * 2);
    if (slice.covered)
        m_table.covered(*slice.covered);
    if (slice.isFinished)
        finishSave(Done{});
}

void Writer::saveSlice()
{
    if (const Outcome ready = ensureConnection(); !ready) {
        (void)faulted(ready.error());
        return;
    }
    dropStaleSaves();
    if (m_saves.empty())
        return;
    Slice slice;
    const auto attempt = [&]() -> Outcome {
        Transaction transaction(*m_connection, Transaction::Kind::Write);
        if (!transaction.begun())
            return transaction.begun();
        const Outcome written = writeSlice(slice, rowsPerSlice, sliceBudget);
        return written ? transaction.commit() : written;
    };
    if (const Outcome saved = attempt(); !saved)
        (void)faulted(saved.error());
    else
        applied(slice);
    m_status.count([&](JournalStats &stats) { stats.pendingSaves = m_saves.size(); });
}

} // namespace possync::store
