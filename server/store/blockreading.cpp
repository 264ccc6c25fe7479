// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/blockreading.h"

#include "server/store/checksum.h"

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

StoreError damagedRow(quint64 pos)
{
    return {StoreErrorCode::Corrupt, u"journal row %1 is damaged"_s.arg(pos)};
}

StoreError unknown(core::RestaurantNo restaurant)
{
    return {StoreErrorCode::UnknownRestaurant,
            u"there is no restaurant number %1"_s.arg(restaurant)};
}

/// Collects blocks until a bound is reached or something is wrong.
class Page
{
public:
    Page(core::RestaurantNo restaurant, quint64 nextSeq, std::size_t maxBlocks,
         std::size_t maxBytes)
        : m_restaurant(restaurant)
        , m_nextSeq(nextSeq)
        , m_maxBlocks(maxBlocks)
        , m_maxBytes(maxBytes)
    {
    }

    bool isFull() const { return m_blocks.size() >= m_maxBlocks || m_bytes >= m_maxBytes; }
    bool hasFailed() const { return m_error.has_value(); }
    quint64 nextSeq() const { return m_nextSeq; }
    std::vector<core::JournalBlock> &blocks() { return m_blocks; }
    const std::optional<StoreError> &error() const { return m_error; }
    void fail(StoreError error)
    {
        if (!m_error)
            m_error = std::move(error);
    }

    void take(StoredBlock stored)
    {
        if (!stored.isIntact || stored.block.restaurant != m_restaurant)
            return fail(damagedRow(stored.pos));
        if (stored.block.lastSeq < m_nextSeq)
            return; // both in the index and in memory
        if (stored.block.firstSeq > m_nextSeq)
            return fail({StoreErrorCode::Corrupt,
                         u"change %1 is missing from the journal"_s.arg(m_nextSeq)});
        m_nextSeq = stored.block.lastSeq + 1;
        m_bytes += std::size_t(stored.block.body.size());
        m_blocks.push_back(std::move(stored.block));
    }

private:
    core::RestaurantNo m_restaurant;
    quint64 m_nextSeq;
    std::size_t m_maxBlocks;
    std::size_t m_maxBytes;
    std::size_t m_bytes = 0;
    std::vector<core::JournalBlock> m_blocks;
    std::optional<StoreError> m_error;
};

void takeRows(Page &page, const RowCipher &cipher,
              const Result<QSqlQuery *, StoreError> &executed)
{
    if (!executed)
        return page.fail(executed.error());
    QSqlQuery &query = **executed;
    while (!page.isFull() && !page.hasFailed() && query.next())
        page.take(openedBlock(query, cipher));
    if (const Outcome ended = Connection::ended(query); !ended)
        page.fail(ended.error());
}

void takeIndexed(Page &page, Connection &connection, core::RestaurantNo restaurant, quint64 lastSeq,
                 std::size_t limit)
{
    takeRows(page, connection.cipher(),
             connection.query("indexed_blocks", {restaurant, qint64(page.nextSeq()),
                                                 qint64(lastSeq), qint64(limit)}));
}

// A lone restaurant's rows lie side by side and are read in one sweep; those of one among hundreds
// are picked one by one.
void takeListed(Page &page, Connection &connection, core::RestaurantNo restaurant,
                const std::vector<TailEntry> &entries)
{
    const quint64 sweep = entries.back().pos - entries.front().pos + 1;
    if (sweep <= entries.size() * 4) {
        return takeRows(
            page, connection.cipher(),
            connection.query("blocks_between", {qint64(entries.front().pos),
                                                qint64(entries.back().pos), restaurant}));
    }
    for (const TailEntry &entry : entries) {
        if (page.isFull() || page.hasFailed())
            return;
        takeRows(page, connection.cipher(), connection.query("block_at", {qint64(entry.pos)}));
    }
}

} // namespace

StoredBlock storedBlock(const QSqlQuery &query)
{
    StoredBlock stored;
    stored.pos = query.value(0).toULongLong();
    stored.checksum = query.value(1).toLongLong();
    stored.block.restaurant = query.value(2).toUInt();
    stored.block.firstSeq = query.value(3).toULongLong();
    stored.block.lastSeq = query.value(4).toULongLong();
    stored.block.atMs = query.value(5).toLongLong();
    stored.block.body = query.value(6).toByteArray();
    stored.key = query.value(7).toUInt();
    stored.isIntact =
        blockChecksum(stored.pos, stored.block, {stored.key, stored.block.body, 0})
        == stored.checksum;
    return stored;
}

StoredBlock openedBlock(const QSqlQuery &query, const RowCipher &cipher)
{
    StoredBlock stored = storedBlock(query);
    if (!stored.isIntact || stored.key == 0)
        return stored;
    auto body = cipher.openBlock(stored.key, stored.pos, stored.block);
    stored.isIntact = body.has_value();
    if (body)
        stored.block.body = std::move(*body);
    return stored;
}

StoredState openedState(const QSqlQuery &query, const RowCipher &cipher)
{
    StoredState stored;
    stored.restaurant = query.value(0).toUInt();
    stored.row.key = query.value(1).toByteArray();
    stored.row.value = query.value(3).toByteArray();
    stored.key = query.value(4).toUInt();
    stored.isIntact = stateChecksum(stored.restaurant, stored.row.key,
                                    {stored.key, stored.row.value, 0})
                      == query.value(2).toLongLong();
    if (!stored.isIntact || stored.key == 0)
        return stored;
    auto value = cipher.openState(stored.key, stored.restaurant, stored.row.key, stored.row.value);
    stored.isIntact = value.has_value();
    if (value)
        stored.row.value = std::move(*value);
    return stored;
}

Result<ReadResult, StoreError> readPage(Connection &connection, const RestaurantTable &table,
                                        core::RestaurantNo restaurant, quint64 fromSeq,
                                        const ReadLimits &limits)
{
    // Memory first: blocks only ever move from there to the index, so none can be missed.
    const std::size_t maxBlocks = std::max<std::size_t>(limits.maxBlocks, 1);
    const auto view = table.view(restaurant, fromSeq, maxBlocks);
    if (!view)
        return Unexpected{unknown(restaurant)};
    const quint64 start = std::max(fromSeq, view->row.floorSeq + 1);
    if (start > view->headSeq)
        return ReadResult{{}, false, view->row.floorSeq, view->headSeq};

    Page page(restaurant, start, maxBlocks, std::max<std::size_t>(limits.maxBytes, 1));
    const quint64 indexedUpto =
        view->tail.empty() ? view->headSeq : view->tail.front().firstSeq - 1;
    {
        Transaction snapshot(connection, Transaction::Kind::Read);
        if (!snapshot.begun())
            return Unexpected{snapshot.begun().error()};
        if (start <= indexedUpto) {
            takeIndexed(page, connection, restaurant, indexedUpto, maxBlocks);
            if (!page.hasFailed() && !page.isFull() && page.nextSeq() <= indexedUpto)
                page.fail({StoreErrorCode::Corrupt,
                           u"change %1 is missing from the index"_s.arg(page.nextSeq())});
        }
        if (!view->tail.empty() && !page.isFull() && !page.hasFailed())
            takeListed(page, connection, restaurant, view->tail);
    }
    if (page.hasFailed() && page.blocks().empty()) {
        // Retention may have taken the rows between the look at memory and the look at the disk.
        const auto now = table.view(restaurant, fromSeq, 0);
        if (now && now->row.floorSeq > view->row.floorSeq)
            return readPage(connection, table, restaurant, fromSeq, limits);
        return Unexpected{*page.error()};
    }
    const bool more = page.nextSeq() <= view->headSeq;
    return ReadResult{std::move(page.blocks()), more, view->row.floorSeq, view->headSeq};
}

Result<SweepResult, StoreError> sweepPage(Connection &connection, const RestaurantTable &table,
                                          core::RestaurantNo restaurant, quint64 fromPos,
                                          const ReadLimits &limits)
{
    constexpr quint64 positionsPerPage = 8192;
    const auto view = table.view(restaurant);
    if (!view)
        return Unexpected{unknown(restaurant)};
    SweepResult result;
    result.floorSeq = view->row.floorSeq;
    const quint64 lastPos = view->tail.empty() ? view->row.coveredPos : view->tail.back().pos;

    Transaction snapshot(connection, Transaction::Kind::Read);
    if (!snapshot.begun())
        return Unexpected{snapshot.begun().error()};
    quint64 pos = fromPos;
    if (pos == 0) {
        const auto first = connection.query("first_block", {});
        if (!first)
            return Unexpected{first.error()};
        pos = (*first)->next() ? (*first)->value(0).toULongLong() : lastPos + 1;
        if (const Outcome ended = Connection::ended(**first); !ended)
            return Unexpected{ended.error()};
    }
    const quint64 endPos = std::min(lastPos, pos + positionsPerPage - 1);
    result.nextPos = endPos + 1;
    result.more = endPos < lastPos;
    if (pos > endPos)
        return result;
    const auto rows =
        connection.query("blocks_between", {qint64(pos), qint64(endPos), restaurant});
    if (!rows)
        return Unexpected{rows.error()};
    std::size_t bytes = 0;
    while ((*rows)->next()) {
        StoredBlock stored = openedBlock(**rows, connection.cipher());
        if (!stored.isIntact) {
            (*rows)->finish();
            return Unexpected{damagedRow(stored.pos)};
        }
        bytes += std::size_t(stored.block.body.size());
        result.nextPos = stored.pos + 1;
        result.blocks.push_back(std::move(stored.block));
        if (result.blocks.size() >= limits.maxBlocks || bytes >= limits.maxBytes) {
            result.more = result.nextPos <= lastPos;
            (*rows)->finish();
            return result;
        }
    }
    result.nextPos = endPos + 1;
    if (const Outcome ended = Connection::ended(**rows); !ended)
        return Unexpected{ended.error()};
    return result;
}

Result<core::RestaurantImage, StoreError>
readImage(Connection &connection, const RestaurantTable &table, core::RestaurantNo restaurant)
{
    const auto view = table.view(restaurant);
    if (!view)
        return Unexpected{unknown(restaurant)};
    if (!view->damage.isEmpty()) {
        return Unexpected{StoreError{StoreErrorCode::Corrupt,
                                     u"restaurant %1 cannot be opened: %2"_s.arg(
                                         QString::fromUtf8(view->row.id), view->damage)}};
    }
    core::RestaurantImage image;
    image.restaurant = restaurant;
    image.generation = view->generation;
    image.epoch = view->row.epoch;
    image.headSeq = view->headSeq;
    image.floorSeq = view->row.floorSeq;

    Transaction snapshot(connection, Transaction::Kind::Read);
    if (!snapshot.begun())
        return Unexpected{snapshot.begun().error()};
    const auto rows = connection.query("state_of", {restaurant});
    if (!rows)
        return Unexpected{rows.error()};
    while ((*rows)->next()) {
        StoredState stored = openedState(**rows, connection.cipher());
        if (!stored.isIntact) {
            (*rows)->finish();
            return Unexpected{
                StoreError{StoreErrorCode::Corrupt,
                           u"restaurant %1 cannot be opened: a saved row is damaged"_s.arg(
                               QString::fromUtf8(view->row.id))}};
        }
        image.state.push_back(std::move(stored.row));
    }
    if (const Outcome ended = Connection::ended(**rows); !ended)
        return Unexpected{ended.error()};

    std::vector<TailEntry> wanted = view->tail;
    std::size_t next = 0;
    const auto take = [&](const Result<QSqlQuery *, StoreError> &executed) -> Outcome {
        if (!executed)
            return Unexpected{executed.error()};
        while ((*executed)->next()) {
            StoredBlock stored = openedBlock(**executed, connection.cipher());
            if (!stored.isIntact) {
                (*executed)->finish();
                return Unexpected{damagedRow(stored.pos)};
            }
            if (next < wanted.size() && stored.pos == wanted[next].pos) {
                stored.block.generation = view->generation;
                image.tail.push_back(std::move(stored.block));
                ++next;
            }
        }
        return Connection::ended(**executed);
    };
    if (!wanted.empty() && wanted.back().pos - wanted.front().pos < wanted.size() * 4) {
        const Outcome taken = take(connection.query(
            "blocks_between", {qint64(wanted.front().pos), qint64(wanted.back().pos), restaurant}));
        if (!taken)
            return Unexpected{taken.error()};
    } else {
        for (const TailEntry &entry : wanted) {
            if (const Outcome taken = take(connection.query("block_at", {qint64(entry.pos)}));
                !taken)
                return Unexpected{taken.error()};
        }
    }
    if (next != wanted.size())
        return Unexpected{damagedRow(wanted[next].pos)};
    return image;
}

} // namespace possync::store
