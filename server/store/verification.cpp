// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/verification.h"

#include "server/store/blockreading.h"
#include "server/store/erasing.h"
#include "server/store/schema.h"

#include <QElapsedTimer>
#include <QSet>

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

constexpr int rowsPerSlice = 1000;
constexpr qsizetype mostProblems = 1000;

class Verification
{
public:
    Verification(Connection &connection, const VerifyVisitor &visitor)
        : m_connection(connection)
        , m_visitor(visitor)
    {
    }

    Result<VerifyReport, StoreError> run(const RestaurantTable *live)
    {
        QElapsedTimer timer;
        timer.start();
        // Promised heads first: what is committed later may only add to them.
        const QList<RestaurantSummary> promised =
            live ? live->summaries() : QList<RestaurantSummary>();
        for (const Outcome &step :
             {readRestaurants(), readBlocks(), readState(), checkStructure()}) {
            if (!step)
                return Unexpected{step.error()};
        }
        for (const RestaurantSummary &summary : promised) {
            if (!m_erased.contains(summary.no) && m_seen[summary.no].head < summary.headSeq)
                problem(u"restaurant %1 ends at change %2, but %3 was acknowledged"_s
                            .arg(QString::fromUtf8(summary.id))
                            .arg(m_seen[summary.no].head)
                            .arg(summary.headSeq));
        }
        for (const auto &[no, seen] : m_seen) {
            if (seen.head < seen.row.headSeq)
                problem(u"restaurant %1 lacks its changes %2 to %3"_s.arg(no)
                            .arg(seen.head + 1)
                            .arg(seen.row.headSeq));
        }
        if (m_visitor.finished)
            m_visitor.finished(m_report.problems);
        m_report.durationMs = timer.elapsed();
        return m_report;
    }

private:
    struct Seen {
        RestaurantRow row;
        quint64 head = 0;
        bool hasBlocks = false;
    };

    void problem(const QString &text)
    {
        if (m_report.problems.size() < mostProblems)
            m_report.problems << text;
    }

    Outcome readRestaurants()
    {
        const auto executed = m_connection.query("all_restaurants");
        if (!executed)
            return Unexpected{executed.error()};
        QSqlQuery &query = **executed;
        while (query.next()) {
            const RestaurantEntry entry = restaurantEntry(query);
            if (entry.damage.isEmpty() && isErased(entry.row)) {
                m_erased.insert(entry.row.no);
                continue;
            }
            ++m_report.restaurants;
            if (!entry.damage.isEmpty())
                problem(u"restaurant %1: %2"_s.arg(QString::fromUtf8(entry.row.id), entry.damage));
            m_seen[entry.row.no] = {entry.row, entry.row.floorSeq, false};
        }
        return Connection::ended(query);
    }

    Outcome readBlocks()
    {
        quint64 from = 0;
        bool more = true;
        while (more) {
            const auto executed =
                m_connection.query("journal_with_index", {qint64(from), rowsPerSlice});
            if (!executed)
                return damaged(executed.error());
            QSqlQuery &query = **executed;
            int rows = 0;
            while (query.next()) {
                const StoredBlock stored = openedBlock(query, m_connection.cipher());
                const QVariant indexed = query.value(8);
                ++rows;
                from = stored.pos + 1;
                take(stored, indexed);
            }
            if (const Outcome ended = Connection::ended(query); !ended)
                return damaged(ended.error());
            more = rows == rowsPerSlice;
        }
        return Done{};
    }

    // A damaged page ends this part of the check, not the whole of it.
    Outcome damaged(const StoreError &error)
    {
        if (error.code != StoreErrorCode::Corrupt)
            return Unexpected{error};
        problem(error.detail);
        return Done{};
    }

    void take(const StoredBlock &stored, const QVariant &indexed)
    {
        ++m_report.blocks;
        m_report.bytes += quint64(stored.block.body.size());
        if (!stored.isIntact)
            return problem(u"journal row %1 is damaged"_s.arg(stored.pos));
        const core::JournalBlock &block = stored.block;
        const auto found = m_seen.find(block.restaurant);
        if (found == m_seen.end() && m_erased.contains(block.restaurant))
            return; // goes in slices, so anything may be missing
        if (found == m_seen.end()) {
            // Created after the restaurants were read, or lost.
            Outcome reread = readRestaurants();
            m_report.restaurants = m_seen.size();
            if (!reread || !m_seen.contains(block.restaurant))
                return problem(u"journal row %1 belongs to no restaurant"_s.arg(stored.pos));
            return take(stored, indexed);
        }
        Seen &seen = found->second;
        const bool follows = block.firstSeq == seen.head + 1;
        // The floor may have risen since, and the oldest block may reach below it.
        const bool isFirst = !seen.hasBlocks && block.firstSeq <= seen.head + 1;
        if (!follows && !isFirst)
            problem(u"restaurant %1: changes %2 to %3 are missing before journal row %4"_s
                        .arg(QString::fromUtf8(seen.row.id))
                        .arg(seen.head + 1)
                        .arg(block.firstSeq - 1)
                        .arg(stored.pos));
        seen.head = std::max<quint64>(seen.head, block.lastSeq);
        seen.hasBlocks = true;
        const bool needsIndex =
            block.firstSeq <= block.lastSeq && stored.pos <= seen.row.coveredPos;
        if (needsIndex && indexed.toULongLong() != stored.pos)
            problem(u"journal row %1 is missing from the index"_s.arg(stored.pos));
        if (m_visitor.block)
            m_visitor.block(block, m_report.problems);
    }

    Outcome readState()
    {
        core::RestaurantNo no = 0;
        QByteArray key("", 0);
        bool more = true;
        while (more) {
            const auto executed = m_connection.query("state_from", {no, key, rowsPerSlice});
            if (!executed)
                return damaged(executed.error());
            QSqlQuery &query = **executed;
            int rows = 0;
            while (query.next()) {
                ++rows;
                const StoredState stored = openedState(query, m_connection.cipher());
                no = stored.restaurant;
                key = stored.row.key;
                ++m_report.stateRows;
                if (!stored.isIntact)
                    problem(u"a saved row of restaurant %1 is damaged"_s.arg(no));
                else if (m_visitor.state && !m_erased.contains(no))
                    m_visitor.state(no, stored.row, m_report.problems);
            }
            if (const Outcome ended = Connection::ended(query); !ended)
                return damaged(ended.error());
            more = rows == rowsPerSlice;
        }
        return Done{};
    }

    Outcome checkStructure()
    {
        const auto found = m_connection.ask(u"PRAGMA quick_check(1)"_s);
        if (!found)
            return damaged(found.error());
        if (found->toString() != "ok"_L1)
            problem(u"SQLite: %1"_s.arg(found->toString()));
        return Done{};
    }

    Connection &m_connection;
    const VerifyVisitor &m_visitor;
    VerifyReport m_report;
    std::unordered_map<core::RestaurantNo, Seen> m_seen;
    QSet<core::RestaurantNo> m_erased;
};

} // namespace

Result<VerifyReport, StoreError> verifyDatabase(Connection &connection, const RestaurantTable *live,
                                                const VerifyVisitor &visitor)
{
    return Verification(connection, visitor).run(live);
}

Result<VerifyReport, StoreError> verifyFile(const QString &file, const Keys &keys)
{
    if (const auto version = schemaVersion(file); !version)
        return Unexpected{version.error()};
    const auto connection = Connection::open(file, Connection::Access::Untouched, keys);
    if (!connection)
        return Unexpected{connection.error()};
    return verifyDatabase(**connection, nullptr);
}

} // namespace possync::store
