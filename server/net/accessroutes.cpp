// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The addresses for access tokens; docs/protocol.md, "Access".
#include "server/net/accessjson.h"
#include "server/net/bodyreader.h"
#include "server/net/restroutes.h"
#include "server/security/ownerfile.h"

#include <QUrlQuery>

namespace possync::net {
namespace {

using security::Token;

QByteArray stateOf(const Token &token, qint64 nowMs)
{
    if (token.revokedAtMs != 0)
        return token.replacedBy.isEmpty() ? "revoked" : "replaced";
    return token.spec.expiresAtMs != 0 && token.spec.expiresAtMs <= nowMs ? "expired" : "active";
}

security::TokenSpec specFrom(BodyReader &reader, const security::Grant &grant, qint64 nowMs)
{
    constexpr qint64 mostSeconds = 100LL * 366 * 86'400;
    security::TokenSpec spec;
    const auto role = security::roleFromName(reader.text("role"));
    if (role)
        spec.role = *role;
    else
        reader.fail("role", "must be admin, manager, server, cashier, kitchen, owner, tester or "
                            "viewer");
    const QByteArray kindText = reader.text("kind");
    const auto kind = security::tokenKindFromName(kindText);
    if (!kindText.isEmpty() && !kind)
        reader.fail("kind", "must be device, console or api-key");
    spec.kind = kind                                   ? *kind
                : security::deviceRoles.has(spec.role) ? security::TokenKind::Device
                                                       : security::TokenKind::Console;
    spec.restaurant = reader.text("restaurant");
    if (spec.restaurant.isEmpty())
        spec.restaurant = grant.restaurant;
    spec.name = QString::fromUtf8(reader.text("name"));
    if (spec.name == security::ownerTokenName)
        reader.fail("name", "is kept for the token of the server's own computer");
    if (const qint64 seconds = reader.number("expires_in_s", mostSeconds))
        spec.expiresAtMs = nowMs + seconds * 1000;
    if (const auto problem = security::problemOf(spec, nowMs))
        reader.fail(problem->field, problem->message);
    return spec;
}

} // namespace

QByteArray tokenJson(const Token &token, qint64 nowMs)
{
    return "{\"id\":" + json::quoted(token.id)
           + ",\"name\":" + json::quoted(token.spec.name.toUtf8()) + ",\"kind\":\""
           + tokenKindName(token.spec.kind) + "\",\"role\":\"" + roleName(token.spec.role)
           + "\",\"restaurant\":" + textOrNull(token.spec.restaurant) + ",\"created_at\":"
           + timeOrNull(token.createdAtMs) + ",\"expires_at\":" + timeOrNull(token.spec.expiresAtMs)
           + ",\"last_used_at\":" + timeOrNull(token.lastUsedAtMs) + ",\"state\":\""
           + stateOf(token, nowMs) + "\",\"device_id\":" + textOrNull(token.deviceId)
           + ",\"replaced_by\":" + textOrNull(token.replacedBy) + '}';
}

QHttpServerResponse notKept(const store::StoreError &error)
{
    return errorResponse(Status::ServiceUnavailable, "storage_unavailable",
                         "the token could not be kept: " + error.detail.toUtf8());
}

void RestRoutes::addAccessRoutes(QHttpServer &server)
{
    using security::Route;
    add(server, Route::Tokens,
        [this](const QHttpServerRequest &request) { return tokens(request); });
    add(server, Route::CreateToken,
        [this](const QHttpServerRequest &request) { return createToken(request); });
    add(server, Route::Audit, [this](const QHttpServerRequest &request) { return audit(request); });
    add(server, Route::RevokeToken, [this](const QString &id, const QHttpServerRequest &request) {
        return revokeToken(id.toUtf8(), request);
    });
    addJwtRoutes(server);
}

RestRoutes::Response RestRoutes::tokens(const QHttpServerRequest &request) const
{
    const security::Grant grant = grantOf(request);
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    QByteArray list;
    for (const Token &token : m_context.access.list()) {
        if (!grant.mayTouch(token.spec.restaurant))
            continue;
        list += (list.isEmpty() ? "" : ",") + tokenJson(token, nowMs);
    }
    return jsonResponse("{\"tokens\":[" + list + "]}");
}

RestRoutes::Later RestRoutes::createToken(const QHttpServerRequest &request)
{
    const security::Grant grant = grantOf(request);
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    const QByteArray body = request.body();
    BodyReader reader(body);
    const security::TokenSpec spec =
        reader.isGood() ? specFrom(reader, grant, nowMs) : security::TokenSpec();
    if (auto problem = reader.takeProblem())
        return ready(std::move(*problem));
    if (!grant.mayTouch(spec.restaurant))
        return ready(noSuchRestaurant());
    Answer answer;
    m_context.access.make(
        spec, nowMs,
        [answer, nowMs](const Result<security::Access::Made, store::StoreError> &made) {
            if (!made) {
                answer.give(
                    errorResponse(Status::ServiceUnavailable, "storage_unavailable",
                                  "the token could not be kept: " + made.error().detail.toUtf8()));
                return;
            }
            const Token &token = made.value().token;
            answer.give(
                audited(jsonResponse("{\"token\":" + tokenJson(token, nowMs)
                                         + ",\"secret\":" + json::quoted(made.value().secret) + '}',
                                     Status::Created),
                        token.spec.restaurant, token.id + " as " + roleName(token.spec.role)));
        });
    return answer.future();
}

RestRoutes::Later RestRoutes::revokeToken(const QByteArray &id, const QHttpServerRequest &request)
{
    const auto unknown = [] {
        return errorResponse(Status::NotFound, "unknown_token", "there is no token of that id");
    };
    const auto token = m_context.access.find(id);
    if (!token || !grantOf(request).mayTouch(token->spec.restaurant))
        return ready(unknown());
    Answer answer;
    const bool isKnown = m_context.access.revoke(
        id, QDateTime::currentMSecsSinceEpoch(),
        [answer, id, restaurant = token->spec.restaurant](const store::Outcome &kept) {
            if (kept)
                answer.give(audited(jsonResponse("{\"status\":\"revoked\"}"), restaurant, id));
            else
                answer.give(
                    errorResponse(Status::ServiceUnavailable, "storage_unavailable",
                                  "the token is refused from now on, but that could not be stored ("
                                      + kept.error().detail.toUtf8() + "): revoke it again later"));
        });
    return isKnown ? answer.future() : ready(unknown());
}

RestRoutes::Later RestRoutes::audit(const QHttpServerRequest &request)
{
    const QUrlQuery query = request.query();
    security::AuditQuery wanted;
    const auto since = number(query, QStringLiteral("since"), 0);
    const auto limit = number(query, QStringLiteral("limit"), 200);
    if (!since || !limit || *limit == 0)
        return ready(
            errorResponse(Status::BadRequest, "bad_field",
                          "\"since\" and \"limit\" must be whole numbers, \"limit\" above 0"));
    wanted.since = *since;
    wanted.newest = !query.hasQueryItem(QStringLiteral("since"));
    wanted.limit = static_cast<int>(std::min<quint64>(*limit, 1000));
    wanted.restaurant = grantOf(request).restaurant;
    wanted.text = query.queryItemValue(QStringLiteral("q"), QUrl::FullyDecoded).toUtf8();
    Answer answer;
    m_context.access.readAudit(wanted, [answer, last = wanted.since](const auto &entries) {
        if (!entries) {
            answer.give(errorResponse(Status::ServiceUnavailable, "storage_unavailable",
                                      entries.error().detail.toUtf8()));
            return;
        }
        QByteArray list;
        bool isIntact = true;
        for (const security::AuditEntry &entry : entries.value()) {
            list += (list.isEmpty() ? "" : ",") + entry.json;
            isIntact = isIntact && entry.isIntact;
        }
        const quint64 next = entries.value().empty() ? last : entries.value().back().no;
        answer.give(jsonResponse("{\"entries\":[" + list + "],\"next\":" + QByteArray::number(next)
                                 + ",\"intact\":" + (isIntact ? "true" : "false") + '}'));
    });
    return answer.future();
}

} // namespace possync::net
