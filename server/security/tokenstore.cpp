// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/tokenstore.h"

#include "server/store/smalldatabase.h"

using namespace Qt::StringLiterals;

namespace possync::security {

using store::Connection;
using store::Outcome;
using store::StoreError;
using store::StoreErrorCode;

namespace {

constexpr store::SmallSchema schema{"access_v", 5, 0x50534131, "access tokens"}; // "PSA1"

/// Null would become NULL.
QByteArray blob(const QByteArray &bytes)
{
    return bytes.isNull() ? QByteArray("") : bytes;
}

constexpr QByteArrayView jtiClaim = "jti";

/// What a revocation is about, as stored.
std::pair<QString, QByteArray> claimOf(const QByteArray &jti, const QByteArray &subject)
{
    return jti.isEmpty() ? std::pair(u"sub"_s, subject) : std::pair(u"jti"_s, jti);
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
    auto connection = store::openSmallDatabase(file, schema);
    if (!connection)
        return Unexpected{connection.error()};
    std::unique_ptr<TokenStore> opened(new TokenStore(std::move(*connection)));
    if (const Outcome audit = opened->m_audit.open(); !audit)
        return Unexpected{
            StoreError{audit.error().code, u"%1: %2"_s.arg(file, audit.error().detail)}};
    return opened;
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

Outcome TokenStore::forget(const QByteArray &restaurant)
{
    const Outcome set = m_connection->execute(u"PRAGMA secure_delete=ON"_s);
    return set ? m_connection->run("access_forget", {restaurant}) : set;
}

Result<std::vector<RevokedJwt>, StoreError> TokenStore::revokedJwts()
{
    const auto rows = m_connection->query("access_revoked_jwts");
    if (!rows)
        return Unexpected{rows.error()};
    std::vector<RevokedJwt> all;
    QSqlQuery &row = **rows;
    while (row.next()) {
        RevokedJwt revoked{{}, row.value(3).toLongLong(), row.value(4).toLongLong(),
                           row.value(5).toByteArray()};
        (row.value(0).toByteArray() == jtiClaim ? revoked.jti : revoked.subject) =
            row.value(1).toByteArray();
        revoked.issuedBeforeMs = row.value(2).toLongLong();
        all.push_back(std::move(revoked));
    }
    if (const Outcome ended = Connection::ended(row); !ended)
        return Unexpected{ended.error()};
    return all;
}

Outcome TokenStore::putRevokedJwt(const RevokedJwt &revoked, qint64 nowMs)
{
    if (const Outcome forgot = m_connection->run("access_forget_revoked_jwts", {nowMs}); !forgot)
        return forgot;
    const auto [claim, value] = claimOf(revoked.jti, revoked.subject);
    return m_connection->run("access_put_revoked_jwt",
                             {claim, value, revoked.issuedBeforeMs, revoked.untilMs,
                              revoked.revokedAtMs, QString::fromLatin1(revoked.by)});
}

Outcome TokenStore::takeBackJwt(const QByteArray &jti, const QByteArray &subject)
{
    const auto [claim, value] = claimOf(jti, subject);
    return m_connection->run("access_take_back_jwt", {claim, value});
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
