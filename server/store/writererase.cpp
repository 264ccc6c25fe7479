// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/writergroup.h"

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

using Clock = std::chrono::steady_clock;

/// Between two slices: others come first, but not for ever.
constexpr std::chrono::milliseconds erasePause(5);
/// Behind one that failed.
constexpr std::chrono::seconds faultPause(5);

} // namespace

void Writer::processInOrder(std::vector<WriterJob> &batch)
{
    const auto erase = std::ranges::find_if(
        batch, [](const WriterJob &job) { return std::holds_alternative<EraseJob>(job); });
    if (erase == batch.end())
        return process(batch);
    // What was asked for behind it finds the restaurant gone.
    EraseJob job = std::move(std::get<EraseJob>(*erase));
    std::vector<WriterJob> rest(std::move_iterator(erase + 1), std::move_iterator(batch.end()));
    batch.erase(erase, batch.end());
    if (!batch.empty())
        process(batch);
    startErasing(job);
    processInOrder(rest);
}

void Writer::startErasing(EraseJob &job)
{
    const auto unknown = [] {
        return Unexpected{
            StoreError{StoreErrorCode::UnknownRestaurant, u"there is no such restaurant"_s}};
    };
    const core::RestaurantNo no = m_table.numberOf(job.id);
    if (no == 0)
        return job.callback(unknown());
    const auto attempt = [&]() -> Result<RestaurantRow, StoreError> {
        if (const Outcome ready = ensureConnection(); !ready)
            return Unexpected{ready.error()};
        // A reload may have changed the table.
        const RestaurantEntry *entry = m_table.peek(no);
        if (!entry)
            return unknown();
        Transaction transaction(*m_connection, Transaction::Kind::Write);
        if (!transaction.begun())
            return Unexpected{transaction.begun().error()};
        auto erased = beginErasing(*m_connection, *entry, m_nextPos, nowMs());
        if (!erased)
            return erased;
        const Outcome committed = transaction.commit();
        return committed ? erased : Unexpected{committed.error()};
    };
    const auto erased = attempt();
    if (!erased) {
        if (erased.error().code != StoreErrorCode::UnknownRestaurant)
            (void)faulted(erased.error());
        return job.callback(Unexpected{erased.error()});
    }
    m_storedPos = m_nextPos++;
    if (!m_mark.advance(m_storedPos))
        qCWarning(lcStore) << "cannot write the high-water mark";
    m_status.count([this](JournalStats &stats) { stats.lastPos = m_storedPos; });
    m_table.remove(no);
    m_erasures.push_back({*erased, std::move(job.callback)});
    m_nextErasing = Clock::now();
}

void Writer::adopt(const std::vector<RestaurantRow> &erased)
{
    // Whoever waits for one of them keeps waiting for it.
    std::list<Erasure> waiting;
    waiting.swap(m_erasures);
    for (const RestaurantRow &row : erased) {
        m_table.reserve(row.no);
        if (!hasLeftovers(row))
            continue;
        const auto known = std::ranges::find(waiting, row.no,
                                             [](const Erasure &erasure) { return erasure.row.no; });
        m_erasures.push_back(
            {row, known == waiting.end() ? OutcomeCallback() : std::move(known->callback)});
    }
}

void Writer::eraseMore()
{
    m_nextErasing = Clock::now() + erasePause;
    if (m_retentionHolds.load() > 0 || !ensureConnection())
        return;
    // A reload may have changed the list.
    if (m_erasures.empty())
        return;
    Erasure &erasure = m_erasures.front();
    if (const Outcome removed = eraseSlice(*m_connection, erasure.row); !removed) {
        m_nextErasing = Clock::now() + faultPause;
        (void)faulted(removed.error());
        return;
    }
    grew(64 * pageBytes);
    if (hasLeftovers(erasure.row))
        return;
    const OutcomeCallback callback = std::move(erasure.callback);
    m_erasures.pop_front();
    finishCheckpoint();
    if (callback)
        callback(Done{});
}

void Writer::abandonErasures()
{
    for (const Erasure &erasure : std::exchange(m_erasures, {})) {
        if (erasure.callback)
            erasure.callback(Unexpected{closedError()});
    }
}

} // namespace possync::store
