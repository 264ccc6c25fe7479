// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/writergroup.h"

#include "server/store/rowwriting.h"

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

using Clock = std::chrono::steady_clock;

quint64 microsecondsSince(Clock::time_point start)
{
    return quint64(
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count());
}

} // namespace

void Writer::process(std::vector<WriterJob> &batch)
{
    Group group;
    // A save waits until the changes queued before it are on disk.
    std::list<SaveJob> saves;
    bool wantsCheckpoint = false;
    for (WriterJob &job : batch) {
        if (auto *append = std::get_if<AppendJob>(&job)) {
            admit(*append, group);
        } else if (auto *open = std::get_if<OpenJob>(&job)) {
            admit(*open, group);
        } else if (auto *save = std::get_if<SaveJob>(&job)) {
            save->coverPos = std::min<quint64>(m_nextPos - 1, save->save.uptoPos);
            saves.push_back(std::move(*save));
        } else if (auto *barrier = std::get_if<BarrierJob>(&job)) {
            barrier->reached();
        } else if (std::holds_alternative<CheckpointJob>(job)) {
            wantsCheckpoint = true;
        }
    }
    dropStaleSaves();
    if (group.hasWork()) {
        const Outcome committed = commit(group);
        if (committed)
            applied(group);
        else
            failed(group, committed.error());
    }
    m_saves.splice(m_saves.end(), saves);
    dropStaleSaves();
    report(group);
    if (wantsCheckpoint)
        finishCheckpoint();
    m_status.count([&](JournalStats &stats) { stats.pendingSaves = m_saves.size(); });
}

void Writer::admit(AppendJob &job, Group &group)
{
    const std::size_t number = group.appends.size();
    AppendResult result;
    for (std::size_t i = 0; i < job.blocks.size(); ++i) {
        core::JournalBlock &block = job.blocks[i];
        auto head = group.heads.find(block.restaurant);
        if (head == group.heads.end()) {
            const RestaurantEntry *entry = m_table.peek(block.restaurant);
            if (!entry) {
                result.failures.push_back(
                    {i,
                     block.restaurant,
                     {StoreErrorCode::UnknownRestaurant,
                      u"there is no restaurant number %1"_s.arg(block.restaurant)}});
                continue;
            }
            head = group.heads
                       .emplace(block.restaurant, Group::Head{entry->headSeq, entry->generation})
                       .first;
        }
        if (block.generation != head->second.generation) {
            result.failures.push_back(
                {i,
                 block.restaurant,
                 {StoreErrorCode::StaleGeneration,
                  u"the block builds on changes that were not stored; open the restaurant again"_s}});
            continue;
        }
        if (block.firstSeq != head->second.seq + 1 || block.lastSeq + 1 < block.firstSeq) {
            // Whatever else comes from that room builds on the same mistake.
            m_table.bumpGeneration(block.restaurant);
            head->second.generation = m_table.peek(block.restaurant)->generation;
            result.failures.push_back({i,
                                       block.restaurant,
                                       {StoreErrorCode::SequenceGap,
                                        u"changes %1 to %2 do not follow %3"_s.arg(block.firstSeq)
                                            .arg(block.lastSeq)
                                            .arg(head->second.seq)}});
            continue;
        }
        head->second.seq = block.lastSeq;
        group.accepted.push_back({std::move(block), m_nextPos++, number, i});
    }
    group.appends.push_back({std::move(job), std::move(result)});
}

void Writer::admit(OpenJob &job, Group &group)
{
    Group::Open open{std::move(job), 0, false, {}};
    open.no = m_table.numberOf(open.job.id);
    if (open.no == 0) {
        const auto created =
            std::find_if(group.created.begin(), group.created.end(),
                         [&](const RestaurantRow &row) { return row.id == open.job.id; });
        open.isNew = true;
        if (created != group.created.end()) {
            open.no = created->no;
        } else {
            RestaurantRow row;
            row.no =
                (group.created.empty() ? m_table.highestNumber() : group.created.back().no) + 1;
            row.id = open.job.id;
            row.epoch = newEpoch();
            row.createdAtMs = nowMs();
            open.no = row.no;
            group.created.push_back(std::move(row));
        }
    }
    group.opens.push_back(std::move(open));
}

Outcome Writer::writeGroup(Group &group, std::optional<Slice> &slice)
{
    Transaction transaction(*m_connection, Transaction::Kind::Write);
    if (!transaction.begun())
        return transaction.begun();
    for (const RestaurantRow &row : group.created) {
        if (const Outcome inserted = insertRestaurant(*m_connection, row); !inserted)
            return inserted;
    }
    for (const Group::Accepted &accepted : group.accepted) {
        const core::JournalBlock &block = accepted.block;
        const Outcome inserted = appendBlock(*m_connection, accepted.pos, block);
        if (!inserted)
            return inserted;
    }
    // Under load the saved state advances inside the commits: a flush of its own would cost more
    // than the few rows do here.
    if (!m_saves.empty() && !m_isDegraded) {
        slice.emplace();
        // Each block will need an index row: the slice grows with the group, or saving falls
        // behind.
        const std::size_t blocks = group.accepted.size();
        const Outcome written =
            writeSlice(*slice, 64 + blocks, std::chrono::microseconds(500 + 2 * blocks));
        if (!written)
            return written;
    }
    return transaction.commit();
}

Outcome Writer::commit(Group &group)
{
    const auto start = Clock::now();
    if (Checkpointer *const beside = checkpointer(); beside && beside->isWalFull())
        finishCheckpoint();
    if (const Outcome ready = ensureConnection(); !ready)
        return faulted(ready.error());
    std::optional<Slice> slice;
    if (const Outcome written = writeGroup(group, slice); !written)
        return faulted(written.error());
    if (slice)
        applied(*slice);
    if (m_isDegraded) {
        m_isDegraded = false;
        m_status.commitWorked();
        qCInfo(lcStore) << "changes are stored again";
    }
    quint64 bytes = 0;
    for (const Group::Accepted &accepted : group.accepted)
        bytes += quint64(accepted.block.body.size()) + 64;
    const quint64 tookUs = microsecondsSince(start);
    m_status.count([&](JournalStats &stats) {
        ++stats.commits;
        stats.appends += group.appends.size();
        stats.blocks += group.accepted.size();
        stats.bytes += bytes;
        stats.lastCommitUs = tookUs;
        stats.commitUsTotal += tookUs;
        stats.largestGroup = std::max<quint64>(stats.largestGroup, group.appends.size());
        const auto bucket = std::lower_bound(JournalStats::commitBoundsUs.begin(),
                                             JournalStats::commitBoundsUs.end(), tookUs);
        ++stats.commitHistogram[std::size_t(bucket - JournalStats::commitBoundsUs.begin())];
    });
    grew(bytes + bytes / 8 + 3 * pageBytes);
    return Done{};
}

void Writer::applied(Group &group)
{
    for (const RestaurantRow &row : group.created) {
        RestaurantEntry entry;
        entry.row = row;
        m_table.add(std::move(entry));
    }
    for (const Group::Accepted &accepted : group.accepted) {
        const core::JournalBlock &block = accepted.block;
        m_table.appended(block.restaurant, {block.firstSeq, block.lastSeq, accepted.pos},
                         block.atMs);
        group.appends[accepted.append].result.pos = accepted.pos;
        m_storedPos = accepted.pos;
    }
    if (!group.accepted.empty()) {
        if (!m_mark.advance(m_storedPos))
            qCWarning(lcStore) << "cannot write the high-water mark";
        m_status.count([this](JournalStats &stats) { stats.lastPos = m_storedPos; });
    }
}

void Writer::failed(Group &group, const StoreError &error)
{
    std::vector<core::RestaurantNo> bumped;
    for (const Group::Accepted &accepted : group.accepted) {
        const core::RestaurantNo no = accepted.block.restaurant;
        if (std::find(bumped.begin(), bumped.end(), no) == bumped.end()) {
            m_table.bumpGeneration(no);
            bumped.push_back(no);
        }
        group.appends[accepted.append].result.failures.push_back({accepted.index, no, error});
    }
    for (Group::Open &open : group.opens) {
        if (open.isNew)
            open.error = error;
    }
}

void Writer::report(Group &group)
{
    std::vector<std::pair<std::shared_ptr<AppendReceiver>, std::vector<AppendReceiver::Appended>>>
        gathered;
    for (Group::Append &append : group.appends) {
        std::sort(append.result.failures.begin(), append.result.failures.end(),
                  [](const BlockFailure &a, const BlockFailure &b) { return a.index < b.index; });
        if (!append.job.receiver) {
            if (append.job.callback)
                append.job.callback(std::move(append.result));
            continue;
        }
        auto found = std::find_if(gathered.begin(), gathered.end(), [&](const auto &entry) {
            return entry.first == append.job.receiver;
        });
        if (found == gathered.end())
            found = gathered.insert(gathered.end(), {append.job.receiver, {}});
        found->second.push_back({append.job.ticket, std::move(append.result)});
    }
    for (auto &[receiver, results] : gathered)
        receiver->appended(std::move(results));
    for (Group::Open &open : group.opens) {
        if (open.error)
            open.job.opened(Unexpected{*open.error});
        else
            open.job.opened(open.no);
    }
}

} // namespace possync::store
