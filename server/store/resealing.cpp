// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/resealing.h"

#include "server/store/blockreading.h"
#include "server/store/keyuse.h"
#include "server/store/rowwriting.h"

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

constexpr int rowsPerSlice = 256;
constexpr qsizetype bytesPerSlice = 256 * 1024;

/// What one slice does; its outcome counts once it is committed.
class Slice
{
public:
    Slice(Connection &connection, const Resealing &from)
        : m_connection(connection)
        , m_now(from)
    {
    }

    Result<Resealing, StoreError> run()
    {
        const Outcome done = m_now.stage == Resealing::Stage::Journal ? walkJournal() : walkState();
        if (!done)
            return Unexpected{done.error()};
        if (m_now.stage == Resealing::Stage::Done) {
            if (const Outcome settled = settleKey(m_connection); !settled)
                return Unexpected{settled.error()};
        }
        return std::move(m_now);
    }

    qsizetype bytes() const { return m_bytes; }

private:
    bool isCurrent(KeyId key) const { return key == m_connection.cipher().current(); }
    bool isFull() const { return m_bytes >= bytesPerSlice; }

    Outcome walkJournal()
    {
        const auto rows = m_connection.query("journal_from", {qint64(m_now.pos), rowsPerSlice});
        if (!rows)
            return Unexpected{rows.error()};
        std::vector<StoredBlock> blocks;
        int count = 0;
        while (!isFull() && (*rows)->next()) {
            ++count;
            StoredBlock stored = openedBlock(**rows, m_connection.cipher());
            m_now.pos = stored.pos + 1;
            m_bytes += stored.block.body.size();
            if (isCurrent(stored.key))
                continue;
            if (stored.isIntact)
                blocks.push_back(std::move(stored));
            else
                ++m_now.unreadable;
        }
        if (!isFull() && count < rowsPerSlice)
            m_now.stage = Resealing::Stage::State;
        if (const Outcome ended = Connection::ended(**rows); !ended)
            return ended;
        for (const StoredBlock &stored : blocks) {
            if (const Outcome written = resealBlock(m_connection, stored.pos, stored.block);
                !written)
                return written;
        }
        m_now.resealed += blocks.size();
        return Done{};
    }

    Outcome walkState()
    {
        const auto rows =
            m_connection.query("state_from", {m_now.restaurant, m_now.key, rowsPerSlice});
        if (!rows)
            return Unexpected{rows.error()};
        std::vector<StoredState> saved;
        int count = 0;
        while (!isFull() && (*rows)->next()) {
            ++count;
            StoredState stored = openedState(**rows, m_connection.cipher());
            m_now.restaurant = stored.restaurant;
            m_now.key = stored.row.key;
            m_bytes += stored.row.value.size();
            if (isCurrent(stored.key))
                continue;
            if (stored.isIntact)
                saved.push_back(std::move(stored));
            else
                ++m_now.unreadable;
        }
        if (!isFull() && count < rowsPerSlice)
            m_now.stage = Resealing::Stage::Done;
        if (const Outcome ended = Connection::ended(**rows); !ended)
            return ended;
        for (const StoredState &stored : saved) {
            if (const Outcome written = writeState(m_connection, stored.restaurant, stored.row);
                !written)
                return written;
        }
        m_now.resealed += saved.size();
        return Done{};
    }

    Connection &m_connection;
    Resealing m_now;
    qsizetype m_bytes = 0;
};

} // namespace

Result<quint64, StoreError> resealSlice(Connection &connection, Resealing &resealing)
{
    Transaction transaction(connection, Transaction::Kind::Write);
    if (!transaction.begun())
        return Unexpected{transaction.begun().error()};
    Slice slice(connection, resealing);
    auto reached = slice.run();
    if (!reached)
        return Unexpected{reached.error()};
    if (const Outcome committed = transaction.commit(); !committed)
        return Unexpected{committed.error()};
    const quint64 rows = reached->resealed - resealing.resealed;
    resealing = std::move(*reached);
    return rows == 0 ? 0 : quint64(slice.bytes()) * 2 + rows * 64;
}

} // namespace possync::store
