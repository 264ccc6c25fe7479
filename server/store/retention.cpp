// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/retention.h"

#include "server/store/schema.h"

#include <chrono>
#include <map>

namespace possync::store {
namespace {

constexpr int blocksPerSlice = 256;
constexpr std::chrono::milliseconds sliceBudget(2);

struct OldBlock {
    quint64 pos = 0;
    core::RestaurantNo restaurant = 0;
    quint64 firstSeq = 0;
    quint64 lastSeq = 0;
};

Result<std::vector<OldBlock>, StoreError> oldBlocks(Connection &connection, quint64 boundPos,
                                                    qint64 cutoffMs)
{
    const auto executed = connection.query("retired_blocks", {qint64(boundPos), blocksPerSlice});
    if (!executed)
        return Unexpected{executed.error()};
    QSqlQuery &query = **executed;
    std::vector<OldBlock> old;
    // One floor in journal order: the first block that is young enough ends the search.
    while (query.next() && query.value(4).toLongLong() < cutoffMs) {
        old.push_back({query.value(0).toULongLong(), query.value(1).toUInt(),
                       query.value(2).toULongLong(), query.value(3).toULongLong()});
    }
    if (const Outcome ended = Connection::ended(query); !ended)
        return Unexpected{ended.error()};
    return old;
}

Outcome remove(Connection &connection, const OldBlock &block)
{
    if (const Outcome removed = connection.run("remove_block", {qint64(block.pos)}); !removed)
        return removed;
    if (block.firstSeq > block.lastSeq)
        return Done{};
    return connection.run("remove_index", {block.restaurant, qint64(block.lastSeq)});
}

} // namespace

Result<Retired, StoreError> retireBlocks(Connection &connection, RestaurantTable &table,
                                         quint64 boundPos, qint64 cutoffMs)
{
    Transaction transaction(connection, Transaction::Kind::Write);
    if (!transaction.begun())
        return Unexpected{transaction.begun().error()};
    const auto old = oldBlocks(connection, boundPos, cutoffMs);
    if (!old)
        return Unexpected{old.error()};
    if (old->empty())
        return Retired{};

    Retired retired;
    std::map<core::RestaurantNo, quint64> floors;
    const auto end = std::chrono::steady_clock::now() + sliceBudget;
    for (const OldBlock &block : *old) {
        if (const Outcome removed = remove(connection, block); !removed)
            return Unexpected{removed.error()};
        quint64 &floor = floors[block.restaurant];
        floor = std::max(floor, block.lastSeq);
        ++retired.blocks;
        if (std::chrono::steady_clock::now() >= end)
            break;
    }
    for (const auto &[no, floor] : floors) {
        const RestaurantEntry *entry = table.peek(no);
        if (!entry)
            continue;
        RestaurantRow row = entry->row;
        row.floorSeq = std::max(row.floorSeq, floor);
        if (const Outcome updated = updateRestaurant(connection, row); !updated)
            return Unexpected{updated.error()};
    }
    if (const Outcome committed = transaction.commit(); !committed)
        return Unexpected{committed.error()};
    for (const auto &[no, floor] : floors) {
        if (table.peek(no))
            table.raiseFloor(no, floor);
    }
    retired.bytes = retired.blocks * 512 + 16384;
    retired.more = retired.blocks < old->size() || old->size() == blocksPerSlice;
    return retired;
}

} // namespace possync::store
