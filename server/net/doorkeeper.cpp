// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/doorkeeper.h"

#include "common/model/v2message.h"
#include "server/net/admission.h"
#include "server/net/bytestream.h"
#include "server/security/rights.h"

#include <QUrl>

#include <algorithm>

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

/// Where a device that was replaced can get rid of what it had not sent.
bool maySendLate(const HttpRequest &request)
{
    if (request.isUpgrade())
        return request.field("sec-websocket-protocol").contains(v2::subprotocol);
    const security::FoundRoute found = security::findRoute(request.method, request.path);
    return found.row && found.row->route == security::Route::Sync;
}

HttpError unauthorized(const char *code, const char *message)
{
    return {401, code, message};
}

} // namespace

HttpError badToken(const security::Checked &checked)
{
    switch (checked.verdict) {
    case Access::Verdict::Expired:
        return unauthorized("token_expired", "this access token is over; ask for a new one");
    case Access::Verdict::Revoked:
        return unauthorized("token_revoked",
                            "this access token was revoked; ask the owner for a new one");
    case Access::Verdict::Good:
    case Access::Verdict::Unknown:
        break;
    }
    if (!checked.reason.isEmpty())
        return {401, "token_invalid", "this access token is not taken: " + checked.reason};
    return unauthorized("token_invalid", "this access token is not known here");
}

HttpError otherRestaurant()
{
    return {404, "unknown_restaurant", "Restaurant not found"};
}

HttpError otherDevice()
{
    return {403, "forbidden", "this access token is for a device of another id"};
}

HttpError forbidden(const security::Grant &grant)
{
    return {403, "forbidden",
            "this is not for the role " + security::roleName(grant.role)
                + (grant.restaurant.isEmpty() ? QByteArray() : QByteArray(" of one restaurant"))};
}

Doorkeeper::Doorkeeper(const DoorPolicy &policy, security::Access &access)
    : m_posture(policy.posture)
    , m_access(access)
{
    for (const QString &origin : policy.origins)
        m_origins += origin.toLower().toUtf8();
    for (const QString &host : policy.hosts)
        m_hosts += host.toLower().toUtf8();
    for (const QString &proxy : policy.proxies)
        m_proxies += QHostAddress::parseSubnet(proxy);
}

std::optional<QString> Doorkeeper::problemOf(const DoorPolicy &policy)
{
    for (const QString &proxy : policy.proxies) {
        if (QHostAddress::parseSubnet(proxy).second < 0)
            return QStringLiteral("access.trusted_proxies: \"%1\" is no address or network such "
                                  "as 10.0.0.0/8")
                .arg(proxy);
    }
    for (const QString &origin : policy.origins) {
        const QUrl url(origin, QUrl::StrictMode);
        const bool isOrigin = (url.scheme() == u"http" || url.scheme() == u"https")
                              && !url.host().isEmpty() && url.path().isEmpty() && !url.hasQuery();
        if (origin != u"*" && !isOrigin)
            return QStringLiteral("access.allowed_origins: \"%1\" is no origin such as "
                                  "https://pos.example.com")
                .arg(origin);
    }
    return std::nullopt;
}

bool Doorkeeper::isTrusted(const QByteArray &host) const
{
    if (m_proxies.isEmpty())
        return false;
    const QHostAddress address(QString::fromLatin1(host));
    return std::ranges::any_of(m_proxies, [&](const auto &net) { return address.isInSubnet(net); });
}

QByteArray Doorkeeper::clientOf(const HttpRequest &request, const QByteArray &peerHost) const
{
    if (!isTrusted(peerHost))
        return peerHost;
    QByteArrayList hops;
    for (const auto &[name, value] : request.fields) {
        if (name == "x-forwarded-for")
            hops += value.split(',');
    }
    // Each proxy adds whom it saw at the end, so only what trusted ones added can be believed.
    while (!hops.isEmpty()) {
        const QByteArray hop = hops.takeLast().trimmed();
        const QHostAddress address(QString::fromLatin1(hop));
        if (address.isNull())
            return {};
        const QByteArray client = address.toString().toLatin1();
        if (!isTrusted(client))
            return client;
    }
    return {};
}

bool Doorkeeper::isAtHome(const HttpRequest &request, const QByteArray &peerHost) const
{
    if (m_posture != Posture::Local || !isLoopback(peerHost) || isTrusted(peerHost))
        return false;
    // A proxy on this computer that nobody told us of: who is behind it is not at home.
    return std::ranges::none_of(request.fields, [](const auto &field) {
        return field.first == "x-forwarded-for" || field.first == "forwarded"
               || field.first == "x-real-ip" || field.first == "via";
    });
}

std::optional<HttpError> Doorkeeper::originRefusal(const HttpRequest &request) const
{
    const QByteArray origin = request.field("origin").toLower();
    if (origin.isEmpty() || m_origins.contains("*") || m_origins.contains(origin))
        return std::nullopt;
    const QByteArray host = request.field("host").toLower();
    if (!host.isEmpty() && (origin == "http://" + host || origin == "https://" + host))
        return std::nullopt;
    return HttpError{403, "origin_not_allowed",
                     "web pages of this origin may not connect; access.allowed_origins in the "
                     "server's configuration names those that may"};
}

/// Keeps out web pages whose own name has been made to point here (DNS rebinding): such a name has
/// a dot. Addresses, and names that only this network knows, cannot be had by strangers.
std::optional<HttpError> Doorkeeper::hostRefusal(const HttpRequest &request) const
{
    QByteArray host = request.field("host").toLower();
    if (const qsizetype colon = host.lastIndexOf(':'); colon >= 0 && !host.endsWith(']'))
        host.truncate(colon);
    if (host.endsWith('.'))
        host.chop(1);
    // Nothing but digits and dots is an address to every browser: no name ends in a number.
    const bool isAddress = host.startsWith('[') || std::ranges::all_of(host, [](char c) {
                               return (c >= '0' && c <= '9') || c == '.';
                           });
    if (isAddress || !host.contains('.') || host.endsWith(".localhost") || m_hosts.contains(host))
        return std::nullopt;
    return HttpError{403, "host_not_allowed",
                     "this server is not known by that name; access.allowed_hosts in its "
                     "configuration names others, or show a token"};
}

std::optional<HttpError> Doorkeeper::refusal(HttpRequest &request, const QByteArray &peerHost,
                                             qint64 nowMs)
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
    } else if (auto refused = originRefusal(request)) {
        return refused;
    }
    if (auto refused = identify(request, peerHost, nowMs))
        return refused;
    const security::Grant &grant = request.grant;
    // Whoever needs no token here could be a web page that borrows this computer.
    if (grant.tokenId.isEmpty()) {
        auto refused = originRefusal(request);
        return refused ? refused : hostRefusal(request);
    }
    if (isUpgrade)
        return std::nullopt;
    if (!found.row)
        return HttpError{404, "not_found", "there is nothing at " + request.path};
    if (found.row->scope == Scope::Restaurant && !grant.mayTouch(found.restaurant))
        return otherRestaurant();
    if (!security::mayDo(grant, found.row->scope, found.row->roles))
        return forbidden(grant);
    return std::nullopt;
}

HttpError Doorkeeper::wrongToken(const QByteArray &client, const security::Checked &checked)
{
    if (isLoopback(client))
        return badToken(checked);
    const std::chrono::nanoseconds now = std::chrono::steady_clock::now().time_since_epoch();
    if (const auto wait = m_guesses.wait(client, now); wait.count() > 0) {
        const classic::Refusal refusal =
            rateRefusal("too many wrong tokens from this address", wait);
        return {429, refusal.code, refusal.message, retryAfterSeconds(refusal)};
    }
    m_guesses.failed(client, now);
    return badToken(checked);
}

std::optional<HttpError> Doorkeeper::identify(HttpRequest &request, const QByteArray &peerHost,
                                              qint64 nowMs)
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
    const bool home = isAtHome(request, peerHost);
    if (!secret.isEmpty()) {
        const Access::Checked checked = m_access.check(secret, nowMs);
        if (checked.verdict == Access::Verdict::Good) {
            request.grant = checked.grant;
            return std::nullopt;
        }
        if (checked.grant.isFenced && maySendLate(request)) {
            request.grant = checked.grant;
            return std::nullopt;
        }
        // At home what is no token of ours counts as none: without it the same would be served.
        if (!home || checked.verdict != Access::Verdict::Unknown)
            return checked.verdict == Access::Verdict::Unknown ? wrongToken(request.client, checked)
                                                               : badToken(checked);
    }
    if (home)
        return std::nullopt;
    return unauthorized("token_required", "an access token is needed; the owner makes one with "
                                          "\"possyncctl token create\" on the server's computer");
}

QByteArray grantText(const security::Grant &grant)
{
    QByteArray text = security::roleName(grant.role) + ' '
                      + (grant.tokenId.isEmpty() ? "-" : grant.tokenId)
                      + (grant.restaurant.isEmpty() ? " *"
                                                    : " =" + grant.restaurant.toPercentEncoding());
    for (const QByteArray &other : grant.others)
        text += ',' + other.toPercentEncoding();
    if (!grant.deviceId.isEmpty() || grant.isFenced)
        text += ' ' + grant.deviceId.toPercentEncoding();
    return grant.isFenced ? text + " fenced" : text;
}

security::Grant grantFromText(const QByteArray &text)
{
    const QByteArrayList parts = text.split(' ');
    const auto role = security::roleFromName(parts.front());
    const bool isWhole = parts.size() >= 3 && parts.size() <= 5
                         && (parts[2] == "*" || parts[2].startsWith('='));
    // No restaurant has an id with this character in it, and a viewer changes nothing.
    if (!role || !isWhole)
        return {security::Role::Viewer, QByteArray(1, '\0'), "?", 0};
    security::Grant grant{*role, {}, parts[1] == "-" ? QByteArray() : parts[1], 0};
    if (parts[2] != "*") {
        for (const QByteArray &restaurant : parts[2].sliced(1).split(','))
            grant.others += QByteArray::fromPercentEncoding(restaurant);
        grant.restaurant = grant.others.takeFirst();
    }
    grant.deviceId = QByteArray::fromPercentEncoding(parts.value(3));
    grant.isFenced = parts.size() == 5;
    return grant;
}

} // namespace possync::net
