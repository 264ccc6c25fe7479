// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The addresses for pairing; docs/protocol.md, "Pairing".
#include "server/net/accessjson.h"
#include "server/net/bodyreader.h"
#include "server/net/restroutes.h"

#include <QFile>

namespace possync::net {
namespace {

using security::PairingDesk;
using security::PairingOffer;

std::chrono::nanoseconds monotonic()
{
    return std::chrono::steady_clock::now().time_since_epoch();
}

QByteArray offerJson(const PairingOffer &offer)
{
    return "{\"restaurant\":" + json::quoted(offer.spec.restaurant) + ",\"role\":\""
           + roleName(offer.spec.role) + "\",\"name\":" + json::quoted(offer.spec.name.toUtf8())
           + ",\"replaces\":" + textOrNull(offer.replaces)
           + ",\"expires_at\":" + timeOrNull(offer.expiresAtMs) + '}';
}

QByteArray urlsJson(bool isSecure, const QByteArray &host, const QByteArray &secret)
{
    const QByteArray rest = QByteArray(isSecure ? "s://" : "://") + host + "/t/" + secret;
    return "\"server_url\":" + json::quoted("ws" + rest)
           + ",\"api_url\":" + json::quoted("http" + rest + "/api");
}

} // namespace

void RestRoutes::addPairingRoutes(QHttpServer &server)
{
    using security::Route;
    add(server, Route::Pairings,
        [this](const QHttpServerRequest &request) { return pairings(request); });
    add(server, Route::OpenPairing,
        [this](const QHttpServerRequest &request) { return openPairing(request); });
    add(server, Route::Pair, [this](const QHttpServerRequest &request) { return pair(request); });
    add(server, Route::PairPage, [] {
        QFile file(QStringLiteral(":/possync/web/pair.html"));
        if (!file.open(QIODevice::ReadOnly))
            return errorResponse(Status::InternalServerError, "internal", "the page is missing");
        Response page("text/html; charset=utf-8", file.readAll());
        page.addHeader("Content-Security-Policy",
                       "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
                       "connect-src 'self'; base-uri 'none'; form-action 'none'; "
                       "frame-ancestors 'none'");
        page.addHeader("Referrer-Policy", "no-referrer");
        page.addHeader("Cache-Control", "no-store");
        return page;
    });
}

RestRoutes::Response RestRoutes::pairings(const QHttpServerRequest &request)
{
    const security::Grant grant = grantOf(request);
    QByteArray list;
    for (const PairingOffer &offer : m_pairing.openOffers(QDateTime::currentMSecsSinceEpoch())) {
        if (grant.mayTouch(offer.spec.restaurant))
            list += (list.isEmpty() ? "" : ",") + offerJson(offer);
    }
    return jsonResponse("{\"pairings\":[" + list + "]}");
}

RestRoutes::Response RestRoutes::openPairing(const QHttpServerRequest &request)
{
    const security::Grant grant = grantOf(request);
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    const QByteArray body = request.body();
    BodyReader reader(body);
    security::TokenSpec spec;
    const QByteArray replaces = reader.text("replaces");
    if (!replaces.isEmpty()) {
        const auto former = m_context.access.find(replaces);
        if (!former || !grant.mayTouch(former->spec.restaurant)
            || former->spec.kind != security::TokenKind::Device)
            return errorResponse(Status::NotFound, "unknown_token",
                                 "there is no device token of that id");
        spec = former->spec;
    } else {
        const QByteArray role = reader.text("role");
        const auto known = security::roleFromName(role);
        spec.role = known.value_or(security::Role::Server);
        if (!role.isEmpty() && !known)
            reader.fail("role", "must be admin, manager, server, cashier or kitchen");
        spec.restaurant = reader.text("restaurant");
        if (spec.restaurant.isEmpty())
            spec.restaurant = grant.restaurant;
        spec.name = QString::fromUtf8(reader.text("name"));
    }
    if (const auto problem = security::problemOf(spec, nowMs))
        reader.fail(problem->field, problem->message);
    if (auto problem = reader.takeProblem())
        return std::move(*problem);
    if (!grant.mayTouch(spec.restaurant))
        return noSuchRestaurant();
    const PairingOffer offer = m_pairing.open(spec, replaces, nowMs);
    QByteArray answer = offerJson(offer);
    answer.chop(1);
    answer += ",\"code\":" + json::quoted(offer.code) + ",\"reachable_from\":"
              + (m_context.isLocalOnly ? "\"this_computer\"}" : "\"network\"}");
    return audited(jsonResponse(answer, Status::Created), spec.restaurant,
                   "a device as " + roleName(spec.role));
}

RestRoutes::Later RestRoutes::pair(const QHttpServerRequest &request)
{
    const QByteArray client = request.value("x-possync-client");
    // Here the right guess has to wait as well: a code is short.
    if (const auto wait = m_guesses.wait(client, monotonic()); wait.count() > 0)
        return ready(tooMany(rateRefusal("too many wrong codes from this address", wait)));
    const QByteArray body = request.body();
    BodyReader reader(body);
    const QByteArray code = reader.text("code");
    const QByteArray deviceId = reader.text("device_id");
    const QString name = QString::fromUtf8(reader.text("name"));
    if (code.isEmpty())
        reader.fail("code", "is missing");
    if (deviceId.size() > classic::maxIdBytes)
        reader.fail("device_id", "is at most 256 bytes long");
    if (security::TokenSpec named; reader.isGood() && !name.isEmpty()) {
        named.restaurant = "r";
        named.name = name;
        if (const auto problem = security::problemOf(named, 0))
            reader.fail(problem->field, problem->message);
    }
    if (auto problem = reader.takeProblem())
        return ready(std::move(*problem));
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    auto offer = m_pairing.take(code, nowMs);
    if (!offer) {
        m_guesses.failed(client, monotonic());
        return ready(errorResponse(Status::NotFound, "unknown_code",
                                   "this code is not known, used up or over; ask for a new one"));
    }
    if (offer->spec.name.isEmpty())
        offer->spec.name = name;
    Answer answer;
    m_context.access.pair(
        offer->spec, deviceId, offer->replaces, nowMs,
        [answer, nowMs, isSecure = m_context.isSecure, host = request.value("x-possync-host")](
            const Result<security::Access::Made, store::StoreError> &made) {
            if (!made) {
                answer.give(notKept(made.error()));
                return;
            }
            const security::Token &token = made.value().token;
            answer.give(
                audited(jsonResponse("{\"token\":" + tokenJson(token, nowMs)
                                         + ",\"secret\":" + json::quoted(made.value().secret) + ','
                                         + urlsJson(isSecure, host, made.value().secret) + '}',
                                     Status::Created),
                        token.spec.restaurant, token.id + " as " + roleName(token.spec.role)));
        });
    return answer.future();
}

} // namespace possync::net
