// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/tokenstore.h"

#include "server/store/connection.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace possync::security {

using store::Connection;
using store::Outcome;
using store::StoreError;
using store::StoreErrorCode;

namespace {

constexpr int applicationId = 0x50534131; // "PSA1"
constexpr int schemaVersion = 3;
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

/// Null would become NULL.
QByteArray blob(const QByteArray &bytes)
{
    return bytes.isNull() ? QByteArray("") : bytes;
}

QVariant timeOrNull(qint64 ms)
{
    return ms == 0 ? QVariant(QMetaType(QMetaType::LongLong)) : QVariant(ms);
}

} // namespace

TokenStore::TokenStore(std::unique_ptr<Connection> connection)
    : m_connection(std::move(connection))
    , m_audit(*m_connection)
{
}

TokenStore::~TokenStore() = default;

Result<std::unique_ptr<TokenStore>, StoreError> TokenStore::open(const QString &file)
{
    if (const Outcome made = makeFile(file); !made)
        return Unexpected{made.error()};
    auto connection = Connection::open(file, Connection::Access::Write);
    if (!connection)
        return Unexpected{connection.error()};
    std::unique_ptr<TokenStore> opened(new TokenStore(std::move(*connection)));
    if (const Outcome prepared = opened->prepare(); !prepared)
        return Unexpected{
            StoreError{prepared.error().code, u"%1: %2"_s.arg(file, prepared.error().detail)}};
    return opened;
}

Outcome TokenStore::prepare()
{
    const auto application = m_connection->ask(u"PRAGMA application_id"_s);
    if (!application)
        return Unexpected{application.error()};
    const auto version = m_connection->ask(u"PRAGMA user_version"_s);
    if (!version)
        return Unexpected{version.error()};
    if (version->toInt() > schemaVersion)
        return Unexpected{StoreError{
            StoreErrorCode::NewerSchema,
            u"written by a newer version of this program (schema %1, this one knows %2)"_s
                .arg(version->toInt())
                .arg(schemaVersion)}};
    if (version->toInt() != 0 && application->toInt() != applicationId)
        return Unexpected{
            StoreError{StoreErrorCode::Corrupt, u"this is not a file of access tokens"_s}};
    // Few writes and long pauses: nothing is gained from checkpoints at chosen times.
    if (const Outcome set = m_connection->execute(u"PRAGMA wal_autocheckpoint=100"_s); !set)
        return set;
    for (int step = version->toInt() + 1; step <= schemaVersion; ++step) {
        if (const Outcome done = migrate(step); !done)
            return done;
    }
    return m_audit.open();
}

Outcome TokenStore::migrate(int step)
{
    store::Transaction transaction(*m_connection, store::Transaction::Kind::Write);
    if (!transaction.begun())
        return transaction.begun();
    const QByteArray name = "access_v" + QByteArray::number(step).rightJustified(3, '0');
    QStringList statements = store::statementsOf(store::sqlText(name.constData()));
    statements << u"PRAGMA application_id=%1"_s.arg(applicationId)
               << u"PRAGMA user_version=%1"_s.arg(step);
    for (const QString &statement : std::as_const(statements)) {
        if (const Outcome done = m_connection->execute(statement); !done)
            return done;
    }
    return transaction.commit();
}

Result<std::vector<Token>, StoreError> TokenStore::all()
{
    const auto rows = m_connection->query("access_all_tokens");
    if (!rows)
        return Unexpected{rows.error()};
    std::vector<Token> tokens;
    QSqlQuery &row = **rows;
    while (row.next()) {
        const auto kind = tokenKindFromName(row.value(2).toByteArray());
        const auto role = roleFromName(row.value(3).toByteArray());
        if (!kind || !role) {
            row.finish();
            return Unexpected{StoreError{
                StoreErrorCode::Corrupt,
                u"token %1 is of a kind or role that is not known"_s.arg(row.value(0).toString())}};
        }
        Token token;
        token.id = row.value(0).toByteArray();
        token.hash = row.value(1).toByteArray();
        token.spec = {*kind, *role, row.value(4).toByteArray(), row.value(5).toString(),
                      row.value(7).toLongLong()};
        token.createdAtMs = row.value(6).toLongLong();
        token.lastUsedAtMs = row.value(8).toLongLong();
        token.revokedAtMs = row.value(9).toLongLong();
        token.deviceId = row.value(10).toByteArray();
        token.replacedBy = row.value(11).toByteArray();
        tokens.push_back(std::move(token));
    }
    if (const Outcome ended = Connection::ended(row); !ended)
        return Unexpected{ended.error()};
    return tokens;
}

Outcome TokenStore::put(const Token &token)
{
    const TokenSpec &spec = token.spec;
    return m_connection->run("access_put_token",
                             {QString::fromLatin1(token.id), token.hash,
                              QString::fromLatin1(tokenKindName(spec.kind)),
                              QString::fromLatin1(roleName(spec.role)), blob(spec.restaurant),
                              u""_s + spec.name, token.createdAtMs, timeOrNull(spec.expiresAtMs),
                              timeOrNull(token.lastUsedAtMs), timeOrNull(token.revokedAtMs),
                              blob(token.deviceId), QString::fromLatin1(token.replacedBy)});
}

} // namespace possync::security
