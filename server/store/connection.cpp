// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/connection.h"

#include <QFile>
#include <atomic>

using namespace Qt::StringLiterals;

namespace possync::store {

StoreError storeError(const QSqlError &error)
{
    // Extended codes carry the primary code in their low byte.
    const int code = error.nativeErrorCode().toInt() & 0xff;
    const QString text = error.databaseText().isEmpty() ? error.text() : error.databaseText();
    switch (code) {
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
        return {StoreErrorCode::Locked, u"another program keeps the database locked"_s};
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
        return {StoreErrorCode::Corrupt, u"the database is damaged: %1"_s.arg(text)};
    case 13: // SQLITE_FULL
        return {StoreErrorCode::DiskFull, u"no space left for the database"_s};
    default:
        return {StoreErrorCode::IoError,
                u"the database cannot be used: %1 (%2)"_s.arg(text, error.nativeErrorCode())};
    }
}

QString sqlText(std::string_view name)
{
    QFile file(
        u":/possync/sql/%1.sql"_s.arg(QLatin1StringView(name.data(), qsizetype(name.size()))));
    const bool opened = file.open(QIODevice::ReadOnly);
    Q_ASSERT(opened);
    return opened ? QString::fromUtf8(file.readAll()) : QString();
}

QStringList statementsOf(const QString &sql)
{
    QStringList all;
    QString current;
    const QStringList lines = sql.split(u'\n');
    for (const QString &line : lines) {
        const QString text = line.trimmed();
        if (text.isEmpty() || text.startsWith("--"_L1))
            continue;
        current += line + u'\n';
        if (text.endsWith(u';')) {
            all << current;
            current.clear();
        }
    }
    return all;
}

Connection::Connection(QString file, QString name, Keys keys)
    : m_file(std::move(file))
    , m_name(std::move(name))
    , m_cipher(std::move(keys))
{
    m_database = QSqlDatabase::addDatabase(u"QSQLITE"_s, m_name);
    m_database.setDatabaseName(m_file);
}

Connection::~Connection()
{
    m_statements.clear();
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
}

Result<std::unique_ptr<Connection>, StoreError> Connection::open(const QString &file, Access access,
                                                               Keys keys)
{
    static std::atomic<quint64> count = 0;
    std::unique_ptr<Connection> connection(
        new Connection(file, u"possync-store-%1"_s.arg(++count), std::move(keys)));
    // A writer that waits longer than this answers "locked" instead of holding up every room.
    connection->m_database.setConnectOptions(
        access == Access::Untouched ? u"QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=250"_s
                                    : u"QSQLITE_BUSY_TIMEOUT=250"_s);
    if (!connection->m_database.open())
        return Unexpected{storeError(connection->m_database.lastError())};
    if (const Outcome configured = connection->configure(access); !configured)
        return Unexpected{configured.error()};
    return connection;
}

Outcome Connection::configure(Access access)
{
    QStringList pragmas = {u"foreign_keys=ON"_s, u"cell_size_check=ON"_s, u"trusted_schema=OFF"_s,
                           u"temp_store=MEMORY"_s};
    if (access == Access::Read)
        pragmas << u"query_only=ON"_s << u"cache_size=-8192"_s;
    if (access == Access::Scratch)
        pragmas << u"page_size=%1"_s.arg(pageBytes) << u"journal_mode=OFF"_s
                << u"synchronous=OFF"_s;
    if (access == Access::Write) {
        // Debian's library zeroes every freed page; FAST does so only where it costs no extra
        // write.
        pragmas << u"page_size=%1"_s.arg(pageBytes) << u"secure_delete=FAST"_s
                << u"cache_size=-32768"_s << u"journal_size_limit=33554432"_s
                << u"wal_autocheckpoint=0"_s;
    }
    for (const QString &pragma : std::as_const(pragmas)) {
        if (const Outcome set = execute(u"PRAGMA "_s + pragma); !set)
            return set;
    }
    if (access != Access::Write)
        return Done{};
    const auto mode = ask(u"PRAGMA journal_mode=WAL"_s);
    if (!mode)
        return Unexpected{mode.error()};
    if (const Outcome set = execute(u"PRAGMA synchronous=FULL"_s); !set)
        return set;
    // What was asked for and what is in force differ, for example, on file systems without
    // shared memory; without both nothing we acknowledge would be safe.
    const auto synchronous = ask(u"PRAGMA synchronous"_s);
    if (!synchronous)
        return Unexpected{synchronous.error()};
    if (mode->toString() != "wal"_L1 || synchronous->toInt() != 2) {
        return Unexpected{
            StoreError{StoreErrorCode::UnusableDirectory,
                       u"the file system offers no safe commits (journal mode %1, "
                       "synchronous %2)"_s.arg(mode->toString(), synchronous->toString())}};
    }
    return Done{};
}

const QString &Connection::placeholder(std::size_t index)
{
    while (m_placeholders.size() <= index)
        m_placeholders.push_back(u":v%1"_s.arg(m_placeholders.size()));
    return m_placeholders[index];
}

QString Connection::named(const QString &sql)
{
    QString text;
    text.reserve(sql.size() + 32);
    std::size_t count = 0;
    for (const QChar c : sql) {
        if (c == u'?')
            text += placeholder(count++);
        else
            text += c;
    }
    return text;
}

Result<QSqlQuery *, StoreError> Connection::query(std::string_view name,
                                                  std::initializer_list<QVariant> values)
{
    auto found = m_statements.find(name);
    if (found == m_statements.end()) {
        QSqlQuery prepared(m_database);
        prepared.setForwardOnly(true);
        if (!prepared.prepare(named(sqlText(name))))
            return Unexpected{storeError(prepared.lastError())};
        found = m_statements.emplace(name, std::move(prepared)).first;
    }
    QSqlQuery &query = found->second;
    std::size_t index = 0;
    for (const QVariant &value : values)
        query.bindValue(placeholder(index++), value);
    if (!query.exec()) {
        const StoreError error = storeError(query.lastError());
        query.finish();
        return Unexpected{error};
    }
    return &query;
}

Outcome Connection::run(std::string_view name, std::initializer_list<QVariant> values)
{
    const auto executed = query(name, values);
    if (!executed)
        return Unexpected{executed.error()};
    return Done{};
}

Outcome Connection::ended(QSqlQuery &query)
{
    const QSqlError error = query.lastError();
    query.finish();
    if (error.isValid())
        return Unexpected{storeError(error)};
    return Done{};
}

Outcome Connection::execute(const QString &sql)
{
    QSqlQuery query(m_database);
    if (!query.exec(sql))
        return Unexpected{storeError(query.lastError())};
    return Done{};
}

Result<QVariant, StoreError> Connection::ask(const QString &sql)
{
    QSqlQuery query(m_database);
    if (!query.exec(sql))
        return Unexpected{storeError(query.lastError())};
    return query.next() ? query.value(0) : QVariant();
}

Transaction::Transaction(Connection &connection, Kind kind)
    : m_connection(connection)
    , m_begun(connection.run(kind == Kind::Write ? "begin_immediate" : "begin"))
    , m_open(m_begun.has_value())
{
}

Transaction::~Transaction()
{
    if (m_open)
        (void)m_connection.run("rollback");
}

Outcome Transaction::commit()
{
    const Outcome committed = m_connection.run("commit");
    if (committed)
        m_open = false;
    return committed;
}

} // namespace possync::store
