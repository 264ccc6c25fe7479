// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/erasing.h"

#include "server/store/checksum.h"
#include "server/store/rowwriting.h"
#include "server/store/schema.h"

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

/// No id of a restaurant begins so: they are UTF-8.
constexpr char namelessPrefix[] = "\xff"
                                  "erased ";

constexpr int rowsPerSlice = 256;
/// Of other restaurants' blocks so many are passed over at once.
constexpr quint64 positionsPerSlice = 8192;

/// Whether some of it was left to remove.
Result<bool, StoreError> removeSaved(Connection &connection, core::RestaurantNo no)
{
    for (const auto &[has, remove] :
         {std::pair{"has_state", "erase_state"}, std::pair{"has_index", "erase_index"}}) {
        const auto found = connection.query(has, {no});
        if (!found)
            return Unexpected{found.error()};
        const bool isThere = (*found)->next() && (*found)->value(0).toBool();
        (*found)->finish();
        if (!isThere)
            continue;
        if (const Outcome removed = connection.run(remove, {no, no, rowsPerSlice}); !removed)
            return Unexpected{removed.error()};
        return true;
    }
    return false;
}

Outcome removeBlocks(Connection &connection, RestaurantRow &erased)
{
    const quint64 end = std::min(erased.coveredPos + positionsPerSlice, erased.headSeq);
    std::vector<quint64> found;
    {
        const auto blocks = connection.query(
            "erase_blocks", {qint64(erased.coveredPos), qint64(end), erased.no, rowsPerSlice});
        if (!blocks)
            return Unexpected{blocks.error()};
        while ((*blocks)->next())
            found.push_back((*blocks)->value(0).toULongLong());
        if (const Outcome ended = Connection::ended(**blocks); !ended)
            return ended;
    }
    for (const quint64 pos : found) {
        if (const Outcome removed = connection.run("remove_block", {qint64(pos)}); !removed)
            return removed;
    }
    erased.coveredPos = found.size() == rowsPerSlice ? found.back() : end;
    return Done{};
}

} // namespace

bool isErased(const RestaurantRow &row)
{
    return row.id.startsWith(namelessPrefix);
}

bool hasLeftovers(const RestaurantRow &erased)
{
    return erased.coveredPos < erased.headSeq;
}

Result<RestaurantRow, StoreError> beginErasing(Connection &connection,
                                               const RestaurantEntry &restaurant, quint64 markPos,
                                               qint64 nowMs)
{
    RestaurantRow erased;
    erased.no = restaurant.row.no;
    erased.id = namelessPrefix + QByteArray::number(erased.no);
    erased.epoch = "erased";
    erased.headSeq = markPos - 1;
    const Outcome renamed = connection.run(
        "erase_restaurant", {erased.id, erased.epoch, erased.createdAtMs, qint64(erased.floorSeq),
                             qint64(erased.headSeq), erased.lastAtMs, qint64(erased.coveredPos),
                             restaurantChecksum(erased), erased.no});
    if (!renamed)
        return Unexpected{renamed.error()};
    // The newest position must stay in the journal: a database that ends earlier counts as cut.
    core::JournalBlock mark;
    mark.restaurant = erased.no;
    mark.firstSeq = restaurant.headSeq + 1;
    mark.lastSeq = restaurant.headSeq;
    mark.atMs = nowMs;
    if (const Outcome marked = appendBlock(connection, markPos, mark); !marked)
        return Unexpected{marked.error()};
    return erased;
}

Outcome eraseSlice(Connection &connection, RestaurantRow &erased)
{
    if (const Outcome set = connection.execute(u"PRAGMA secure_delete=ON"_s); !set)
        return set;
    const auto attempt = [&]() -> Outcome {
        Transaction transaction(connection, Transaction::Kind::Write);
        if (!transaction.begun())
            return transaction.begun();
        const auto wasSaved = removeSaved(connection, erased.no);
        if (!wasSaved)
            return Unexpected{wasSaved.error()};
        RestaurantRow row = erased;
        if (!*wasSaved) {
            if (const Outcome removed = removeBlocks(connection, row); !removed)
                return removed;
            if (const Outcome updated = updateRestaurant(connection, row); !updated)
                return updated;
        }
        const Outcome committed = transaction.commit();
        if (committed)
            erased = row;
        return committed;
    };
    const Outcome done = attempt();
    // Zeros cost commits and retention too much.
    const Outcome reset = connection.execute(u"PRAGMA secure_delete=FAST"_s);
    return done ? reset : done;
}

} // namespace possync::store
