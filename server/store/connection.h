// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/rowcipher.h"
#include "server/store/storeerror.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariant>
#include <initializer_list>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

namespace possync::store {

/// Page size of new databases. Against 4096 it stores and reads runs of blocks a third faster at
/// the same latency of a lone commit; 16384 gains little more and doubles what a lone commit
/// writes.
inline constexpr int pageBytes = 8192;

/// One SQLite connection with its prepared statements, named after the files in resources/sql.
/// Opened, used and destroyed on one thread. Knows the keys of its database.
class Connection
{
public:
    enum class Access {
        Write,     ///< WAL, synchronous=FULL, both read back.
        Read,      ///< query_only on a database that a writer has open.
        Untouched, ///< Opened read-only: the file stays as it is.
        Scratch ///< A new file that is thrown away unless it is finished: no journal, no flushes.
    };

    static Result<std::unique_ptr<Connection>, StoreError> open(const QString &file, Access access,
                                                                Keys keys = {});
    ~Connection();
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    /// Runs the named statement for its effect.
    Outcome run(std::string_view name, std::initializer_list<QVariant> values = {});
    /// Runs the named query; step with `next()` and call `finish()` so that its snapshot ends.
    Result<QSqlQuery *, StoreError> query(std::string_view name,
                                          std::initializer_list<QVariant> values = {});
    /// After stepping: the error that ended it early, if any.
    static Outcome ended(QSqlQuery &query);

    /// Runs SQL text once.
    Outcome execute(const QString &sql);
    /// First column of the first row of SQL text; an invalid variant without rows.
    Result<QVariant, StoreError> ask(const QString &sql);

    const QString &file() const { return m_file; }
    /// Seals what is written to the database and opens what is read from it.
    const RowCipher &cipher() const { return m_cipher; }

private:
    Connection(QString file, QString name, Keys keys);
    /// Qt makes a name for each value that is bound by its place, each time anew, which costs more
    /// than to bind it; so the statements get names that are made once. In resources/sql a
    /// question mark is nothing but a value's place.
    QString named(const QString &sql);
    const QString &placeholder(std::size_t index);
    Outcome configure(Access access);

    QString m_file;
    QString m_name;
    RowCipher m_cipher;
    QSqlDatabase m_database;
    std::map<std::string_view, QSqlQuery> m_statements;
    std::vector<QString> m_placeholders;
};

/// Starts a transaction and rolls it back unless it was committed.
class Transaction
{
public:
    enum class Kind { Read, Write };
    Transaction(Connection &connection, Kind kind);
    ~Transaction();
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;

    const Outcome &begun() const { return m_begun; }
    Outcome commit();

private:
    Connection &m_connection;
    Outcome m_begun;
    bool m_open = false;
};

/// Translates what SQLite said.
StoreError storeError(const QSqlError &error);

/// Text of resources/sql/<name>.sql.
QString sqlText(std::string_view name);
/// The single statements of such a text; each ends with a semicolon at the end of a line.
QStringList statementsOf(const QString &sql);

} // namespace possync::store
