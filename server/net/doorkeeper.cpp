// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/doorkeeper.h"

#include "server/net/bytestream.h"
#include "server/security/rights.h"

namespace possync::net {
namespace {

using security::Access;
using security::Scope;

/// The token of `Authorization: Bearer …`; nothing if there is another or a malformed field.
std::optional<QByteArray> bearerOf(const QByteArray &field)
{
    constexpr QByteArrayView scheme = "bearer ";
    if (field.first(std::min(field.size(), scheme.size())).toLower() != scheme)
        return std::nullopt;
    return field.sliced(scheme.size()).trimmed();
}

HttpError unauthorized(const char *code, const char *message)
{
    return {401, code, message};
}

HttpError badToken(Access::Verdict verdict)
{
    switch (verdict) {
    case Access::Verdict::Expired:
        return unauthorized("token_expired", "this access token is over; ask for a new one");
    case Access::Verdict::Revoked:
        return unauthorized("token_revoked",
                            "this access token was revoked; ask the owner for a new one");
    case Access::Verdict::Good:
    case Access::Verdict::Unknown:
        break;
    }
    return unauthorized("token_invalid", "this access token is not known here");
}

} // namespace

HttpError otherRestaurant()
{
    return {404, "unknown_restaurant", "Restaurant not found"};
}

HttpError forbidden(const security::Grant &grant)
{
    return {403, "forbidden",
            "this is not for the role " + security::roleName(grant.role)
                + (grant.restaurant.isEmpty() ? QByteArray() : QByteArray(" of one restaurant"))};
}

std::optional<HttpError> Doorkeeper::refusal(HttpRequest &request, const QByteArray &peerHost,
                                             qint64 nowMs) const
{
    if (m_posture == Posture::Open)
        return std::nullopt;
    const bool isUpgrade = request.isUpgrade();
    security::FoundRoute found;
    if (!isUpgrade) {
        // A browser asks with OPTIONS first, and never with a token.
        if (request.method == "OPTIONS")
            return std::nullopt;
        found = security::findRoute(request.method, request.path);
        if (found.row && found.row->scope == Scope::Open)
            return std::nullopt;
    }
    if (auto refused = identify(request, peerHost, nowMs))
        return refused;
    const security::Grant &grant = request.grant;
    if (isUpgrade || grant.tokenId.isEmpty())
        return std::nullopt;
    if (!found.row)
        return HttpError{404, "not_found", "there is nothing at " + request.path};
    if (found.row->scope == Scope::Restaurant && !grant.mayTouch(found.restaurant))
        return otherRestaurant();
    if (!security::mayDo(grant, found.row->scope, found.row->roles))
        return forbidden(grant);
    return std::nullopt;
}

std::optional<HttpError> Doorkeeper::identify(HttpRequest &request, const QByteArray &peerHost,
                                              qint64 nowMs) const
{
    QByteArray secret = request.token;
    if (const QByteArray field = request.field("authorization"); !field.isEmpty()) {
        const auto bearer = bearerOf(field);
        if (!bearer)
            return unauthorized("token_invalid",
                                "the Authorization field must read \"Bearer \" and a token");
        if (!secret.isEmpty() && secret != *bearer)
            return HttpError{400, "bad_request", "the path and Authorization name two tokens"};
        secret = *bearer;
    }
    const bool isAtHome = m_posture == Posture::Local && isLoopback(peerHost);
    if (!secret.isEmpty()) {
        const Access::Checked checked = m_access.check(secret, nowMs);
        if (checked.verdict == Access::Verdict::Good) {
            request.grant = checked.grant;
            return std::nullopt;
        }
        // At home what is no token of ours counts as none: without it the same would be served.
        if (!isAtHome || checked.verdict != Access::Verdict::Unknown)
            return badToken(checked.verdict);
    }
    if (isAtHome)
        return std::nullopt;
    return unauthorized("token_required", "an access token is needed; the owner makes one with "
                                          "\"possyncctl token create\" on the server's computer");
}

QByteArray grantText(const security::Grant &grant)
{
    return security::roleName(grant.role) + ' ' + (grant.tokenId.isEmpty() ? "-" : grant.tokenId)
           + (grant.restaurant.isEmpty() ? " *" : " =" + grant.restaurant.toPercentEncoding());
}

security::Grant grantFromText(const QByteArray &text)
{
    const QByteArrayList parts = text.split(' ');
    const auto role = security::roleFromName(parts.front());
    const bool isWhole = parts.size() == 3 && (parts[2] == "*" || parts[2].startsWith('='));
    // No restaurant has an id with this character in it, and a viewer changes nothing.
    if (!role || !isWhole)
        return {security::Role::Viewer, QByteArray(1, '\0'), "?", 0};
    return {*role,
            parts[2] == "*" ? QByteArray() : QByteArray::fromPercentEncoding(parts[2].sliced(1)),
            parts[1] == "-" ? QByteArray() : parts[1], 0};
}

} // namespace possync::net
