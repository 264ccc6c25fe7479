// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/schema.h"

#include "server/store/blockreading.h"
#include "server/store/checksum.h"
#include "server/store/erasing.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QSet>
#include <QtEndian>

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

constexpr int applicationId = 0x50534a31; // "PSJ1"

QByteArray randomBytes(qsizetype words)
{
    QList<quint32> numbers(words);
    QRandomGenerator::system()->fillRange(numbers.data(), words);
    return QByteArray(reinterpret_cast<const char *>(numbers.constData()),
                      words * qsizetype(sizeof(quint32)));
}

Outcome apply(Connection &connection, const Migration &migration)
{
    Transaction transaction(connection, Transaction::Kind::Write);
    if (!transaction.begun())
        return transaction.begun();
    const QStringList all = statementsOf(migration.sql);
    for (const QString &statement : all) {
        if (const Outcome executed = connection.execute(statement); !executed)
            return executed;
    }
    if (migration.version == 1) {
        if (const Outcome put = connection.run("put_meta", {u"database_id"_s, newDatabaseId()});
            !put)
            return put;
        const Outcome marked = connection.execute(u"PRAGMA application_id=%1"_s.arg(applicationId));
        if (!marked)
            return marked;
    }
    const Outcome numbered = connection.execute(u"PRAGMA user_version=%1"_s.arg(migration.version));
    return numbered ? transaction.commit() : numbered;
}

// The numbers stand at fixed places (https://sqlite.org/fileformat2.html, "The Database Header");
// 0 if this is not one of our databases.
int versionFromHeader(const QString &name)
{
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray header = file.read(100);
    if (header.size() < 100 || !header.startsWith("SQLite format 3")
        || qFromBigEndian<qint32>(header.constData() + 68) != applicationId)
        return 0;
    return qFromBigEndian<qint32>(header.constData() + 60);
}

class TailLoader
{
public:
    explicit TailLoader(LoadedJournal &journal)
        : m_journal(journal)
    {
        for (RestaurantEntry &entry : journal.restaurants)
            m_entries.emplace(entry.row.no, &entry);
        for (const RestaurantRow &row : journal.erased)
            m_erased.insert(row.no);
    }

    Outcome take(const StoredBlock &stored)
    {
        m_journal.lastPos = std::max(m_journal.lastPos, stored.pos);
        if (m_erased.contains(stored.block.restaurant))
            return Done{};
        const auto found = m_entries.find(stored.block.restaurant);
        if (!stored.isIntact) {
            const bool known = found != m_entries.end();
            // The damage may be in the owner's number: look for the one it would be right with.
            const bool claimed = markOwner(stored) || known;
            if (known)
                damage(*found->second, u"journal row %1 is damaged"_s.arg(stored.pos));
            if (!claimed)
                return unattributable(stored.pos);
            return Done{};
        }
        if (found == m_entries.end())
            return unattributable(stored.pos);
        RestaurantEntry &entry = *found->second;
        if (stored.pos <= entry.row.coveredPos)
            return Done{};
        if (stored.block.firstSeq != entry.headSeq + 1)
            damage(entry, u"changes before journal row %1 are missing"_s.arg(stored.pos));
        entry.tail.push_back({stored.block.firstSeq, stored.block.lastSeq, stored.pos});
        entry.headSeq = stored.block.lastSeq;
        entry.lastAtMs = std::max(entry.lastAtMs, stored.block.atMs);
        return Done{};
    }

private:
    void damage(RestaurantEntry &entry, const QString &why)
    {
        if (entry.damage.isEmpty())
            entry.damage = why;
        m_journal.damages << u"restaurant %1: %2"_s.arg(QString::fromUtf8(entry.row.id), why);
    }

    bool markOwner(const StoredBlock &stored)
    {
        core::JournalBlock candidate = stored.block;
        for (const auto &[no, entry] : m_entries) {
            candidate.restaurant = no;
            if (blockChecksum(stored.pos, candidate, {stored.key, candidate.body, 0})
                == stored.checksum) {
                damage(*entry, u"journal row %1 is damaged"_s.arg(stored.pos));
                return true;
            }
        }
        return false;
    }

    static Outcome unattributable(quint64 pos)
    {
        return Unexpected{StoreError{
            StoreErrorCode::Corrupt,
            u"journal row %1 is damaged and belongs to no restaurant; restore a backup"_s.arg(
                pos)}};
    }

    LoadedJournal &m_journal;
    std::unordered_map<core::RestaurantNo, RestaurantEntry *> m_entries;
    QSet<core::RestaurantNo> m_erased;
};

} // namespace

Outcome updateRestaurant(Connection &connection, const RestaurantRow &row)
{
    return connection.run("update_restaurant",
                          {row.epoch, qint64(row.floorSeq), qint64(row.headSeq), row.lastAtMs,
                           qint64(row.coveredPos), restaurantChecksum(row), row.no});
}

Outcome insertRestaurant(Connection &connection, const RestaurantRow &row)
{
    return connection.run("create_restaurant",
                          {row.no, row.id, row.epoch, row.createdAtMs, qint64(row.floorSeq),
                           qint64(row.headSeq), row.lastAtMs, qint64(row.coveredPos),
                           restaurantChecksum(row)});
}

RestaurantEntry restaurantEntry(const QSqlQuery &query)
{
    RestaurantEntry entry;
    entry.row.no = query.value(0).toUInt();
    entry.row.id = query.value(1).toByteArray();
    entry.row.epoch = query.value(2).toByteArray();
    entry.row.createdAtMs = query.value(3).toLongLong();
    entry.row.floorSeq = query.value(4).toULongLong();
    entry.row.headSeq = query.value(5).toULongLong();
    entry.row.lastAtMs = query.value(6).toLongLong();
    entry.row.coveredPos = query.value(7).toULongLong();
    entry.headSeq = entry.row.headSeq;
    entry.lastAtMs = entry.row.lastAtMs;
    if (restaurantChecksum(entry.row) != query.value(8).toLongLong())
        entry.damage = u"its row in the restaurant table is damaged"_s;
    return entry;
}

QByteArray newDatabaseId()
{
    return randomBytes(4);
}

QByteArray newEpoch()
{
    return randomBytes(4).toHex();
}

QList<Migration> builtInMigrations()
{
    QList<Migration> all;
    const QStringList names =
        QDir(u":/possync/sql"_s).entryList({u"v???_*.sql"_s}, QDir::Files, QDir::Name);
    for (const QString &name : names) {
        QFile file(u":/possync/sql/"_s + name);
        const bool opened = file.open(QIODevice::ReadOnly);
        Q_ASSERT(opened);
        if (opened)
            all.append({name.mid(1, 3).toInt(), QString::fromUtf8(file.readAll())});
    }
    return all;
}

Result<int, StoreError> schemaVersion(const QString &file)
{
    // Even a read-only connection leaves files beside a database in WAL mode, so without a WAL the
    // header is read directly.
    if (QFileInfo(file + u"-wal"_s).size() == 0) {
        if (const auto version = versionFromHeader(file); version > 0)
            return version;
    }
    const auto connection = Connection::open(file, Connection::Access::Untouched);
    if (!connection)
        return Unexpected{connection.error()};
    const auto version = (*connection)->ask(u"PRAGMA user_version"_s);
    const auto application = (*connection)->ask(u"PRAGMA application_id"_s);
    if (!version || !application)
        return Unexpected{!version ? version.error() : application.error()};
    const bool isEmpty = version->toInt() == 0 && application->toInt() == 0;
    if (isEmpty) {
        const auto tables = (*connection)->ask(u"SELECT count(*) FROM sqlite_schema"_s);
        if (!tables)
            return Unexpected{tables.error()};
        if (tables->toInt() == 0)
            return 0;
    }
    if (application->toInt() != applicationId) {
        return Unexpected{
            StoreError{StoreErrorCode::Corrupt, u"%1 is not a PosSync database"_s.arg(file)}};
    }
    return version->toInt();
}

Outcome migrate(Connection &connection, const QList<Migration> &migrations)
{
    const auto version = connection.ask(u"PRAGMA user_version"_s);
    if (!version)
        return Unexpected{version.error()};
    for (const Migration &migration : migrations) {
        if (migration.version <= version->toInt())
            continue;
        if (const Outcome applied = apply(connection, migration); !applied)
            return applied;
    }
    return Done{};
}

Result<LoadedJournal, StoreError> loadJournal(Connection &connection)
{
    LoadedJournal journal;
    Transaction snapshot(connection, Transaction::Kind::Read);
    if (!snapshot.begun())
        return Unexpected{snapshot.begun().error()};
    const auto id = connection.ask(u"SELECT value FROM meta WHERE key = 'database_id'"_s);
    const auto from = connection.ask(u"SELECT value FROM meta WHERE key = 'replay_from'"_s);
    const auto last = connection.ask(u"SELECT max(pos) FROM journal"_s);
    for (const auto *asked : {&id, &from, &last}) {
        if (!*asked)
            return Unexpected{asked->error()};
    }
    journal.databaseId = id->toByteArray();
    journal.lastPos = last->toULongLong();

    const auto restaurants = connection.query("all_restaurants");
    if (!restaurants)
        return Unexpected{restaurants.error()};
    while ((*restaurants)->next()) {
        RestaurantEntry read = restaurantEntry(**restaurants);
        if (read.damage.isEmpty() && isErased(read.row)) {
            journal.erased.push_back(std::move(read.row));
            continue;
        }
        journal.restaurants.push_back(std::move(read));
        const RestaurantEntry &entry = journal.restaurants.back();
        if (!entry.damage.isEmpty())
            journal.damages << u"restaurant %1: %2"_s.arg(QString::fromUtf8(entry.row.id),
                                                          entry.damage);
    }
    if (const Outcome ended = Connection::ended(**restaurants); !ended)
        return Unexpected{ended.error()};

    TailLoader loader(journal);
    const auto blocks = connection.query("journal_from", {from->toLongLong(), -1});
    if (!blocks)
        return Unexpected{blocks.error()};
    while ((*blocks)->next()) {
        if (const Outcome taken = loader.take(storedBlock(**blocks)); !taken) {
            (*blocks)->finish();
            return Unexpected{taken.error()};
        }
    }
    if (const Outcome ended = Connection::ended(**blocks); !ended)
        return Unexpected{ended.error()};
    return journal;
}

} // namespace possync::store
