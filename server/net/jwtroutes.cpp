// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The addresses for single tokens of an identity provider that are not to be taken any more;
// docs/protocol.md, "Access".
#include "server/net/bodyreader.h"
#include "server/net/restroutes.h"

namespace possync::net {
namespace {

constexpr qsizetype longestJti = 256;
constexpr qint64 longestLifeS = 400LL * 86'400;

} // namespace

void RestRoutes::addJwtRoutes(QHttpServer &server)
{
    using security::Route;
    add(server, Route::RevokedJwts, [this] { return revokedJwts(); });
    add(server, Route::RevokeJwt,
        [this](const QHttpServerRequest &request) { return revokeJwt(request); });
}

RestRoutes::Response RestRoutes::revokedJwts() const
{
    QByteArray list;
    for (const security::RevokedJwt &each :
         m_context.access.revokedJwts(QDateTime::currentMSecsSinceEpoch()))
        list += (list.isEmpty() ? "{\"jti\":" : ",{\"jti\":") + json::quoted(each.jti)
                + ",\"expires_at\":" + timeOrNull(each.untilMs) + ",\"revoked_at\":"
                + timeOrNull(each.revokedAtMs) + ",\"by\":" + json::quoted(each.by) + '}';
    return jsonResponse("{\"revoked\":[" + list + "]}");
}

RestRoutes::Later RestRoutes::revokeJwt(const QHttpServerRequest &request)
{
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    const QByteArray body = request.body();
    BodyReader reader(body);
    security::RevokedJwt revoked{reader.text("jti"), 0, nowMs, Auditor::actorOf(grantOf(request))};
    if (reader.isGood() && (revoked.jti.isEmpty() || revoked.jti.size() > longestJti))
        reader.fail("jti", "must be the token's \"jti\", of 1 to " + QByteArray::number(longestJti)
                               + " bytes");
    if (const qint64 seconds = reader.number("expires_in_s", longestLifeS))
        revoked.untilMs = nowMs + seconds * 1000 + security::Jwt::leewayMs;
    // What the token itself said counts for more than what somebody thinks it said.
    const auto known = m_context.access.endOfJwt(revoked.jti);
    revoked.untilMs = std::max(revoked.untilMs, known.value_or(0));
    if (reader.isGood() && revoked.untilMs == 0)
        reader.fail("expires_in_s", "is missing: this server has not seen the token lately, so it "
                                    "must be told how long the token would have held");
    else if (reader.isGood() && revoked.untilMs <= nowMs)
        reader.fail("jti", "names a token that is over already");
    if (auto problem = reader.takeProblem())
        return ready(std::move(*problem));
    Answer answer;
    const bool isTaken =
        m_context.access.revokeJwt(revoked, [answer, revoked](const store::Outcome &kept) {
            if (kept)
                answer.give(audited(
                    jsonResponse("{\"status\":\"revoked\",\"jti\":" + json::quoted(revoked.jti)
                                 + ",\"expires_at\":" + timeOrNull(revoked.untilMs) + '}'),
                    {}, revoked.jti));
            else
                answer.give(
                    errorResponse(Status::ServiceUnavailable, "storage_unavailable",
                                  "the token is refused from now on, but that could not be stored ("
                                      + kept.error().detail.toUtf8() + "): revoke it again later"));
        });
    if (isTaken)
        return answer.future();
    return ready(errorResponse(Status::Conflict, "too_many_revoked",
                               "there are " + QByteArray::number(security::RevokedJwts::most)
                                   + " revoked tokens that are not over; take out the key that "
                                     "signs them, or wait for their ends"));
}

} // namespace possync::net
