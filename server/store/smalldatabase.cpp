// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/smalldatabase.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner;

/// SQLite gives the files beside the database the permissions it has, so it is made first.
Outcome makeFile(const QString &name)
{
    QFile file(name);
    if (file.exists())
        return Done{};
    if (file.open(QIODevice::WriteOnly | QIODevice::NewOnly, ownerOnly))
        return Done{};
    return Unexpected{StoreError{StoreErrorCode::UnusableDirectory,
                                 u"cannot create %1: %2"_s.arg(name, file.errorString())}};
}

Outcome migrate(Connection &connection, const SmallSchema &schema, int step)
{
    Transaction transaction(connection, Transaction::Kind::Write);
    if (!transaction.begun())
        return transaction.begun();
    const QByteArray name = schema.sqlPrefix + QByteArray::number(step).rightJustified(3, '0');
    QStringList statements = statementsOf(sqlText(name.constData()));
    statements << u"PRAGMA application_id=%1"_s.arg(schema.applicationId)
               << u"PRAGMA user_version=%1"_s.arg(step);
    for (const QString &statement : std::as_const(statements)) {
        if (const Outcome done = connection.execute(statement); !done)
            return done;
    }
    return transaction.commit();
}

Outcome prepare(Connection &connection, const SmallSchema &schema)
{
    const auto application = connection.ask(u"PRAGMA application_id"_s);
    if (!application)
        return Unexpected{application.error()};
    const auto version = connection.ask(u"PRAGMA user_version"_s);
    if (!version)
        return Unexpected{version.error()};
    if (version->toInt() > schema.version)
        return Unexpected{StoreError{
            StoreErrorCode::NewerSchema,
            u"written by a newer version of this program (schema %1, this one knows %2)"_s
                .arg(version->toInt())
                .arg(schema.version)}};
    if (version->toInt() != 0 && application->toInt() != schema.applicationId)
        return Unexpected{
            StoreError{StoreErrorCode::Corrupt,
                       u"this is not a file of %1"_s.arg(QString::fromLatin1(schema.fileHolds))}};
    // Few writes and long pauses: nothing is gained from checkpoints at chosen times.
    if (const Outcome set = connection.execute(u"PRAGMA wal_autocheckpoint=100"_s); !set)
        return set;
    for (int step = version->toInt() + 1; step <= schema.version; ++step) {
        if (const Outcome done = migrate(connection, schema, step); !done)
            return done;
    }
    return Done{};
}

} // namespace

Result<std::unique_ptr<Connection>, StoreError> openSmallDatabase(const QString &file,
                                                                  const SmallSchema &schema,
                                                                  const Keys &keys)
{
    if (const Outcome made = makeFile(file); !made)
        return Unexpected{made.error()};
    auto connection = Connection::open(file, Connection::Access::Write, keys);
    if (!connection)
        return connection;
    if (const Outcome prepared = prepare(**connection, schema); !prepared)
        return Unexpected{
            StoreError{prepared.error().code, u"%1: %2"_s.arg(file, prepared.error().detail)}};
    return connection;
}

} // namespace possync::store
