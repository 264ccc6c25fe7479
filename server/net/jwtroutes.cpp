// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The addresses for tokens of an identity provider that are not to be taken any more, or again;
// docs/protocol.md, "Access".
#include "common/model/timestamp.h"
#include "server/net/bodyreader.h"
#include "server/net/restroutes.h"

namespace possync::net {
namespace {

constexpr qsizetype longestId = 256;
constexpr qint64 longestLifeS = 400LL * 86'400;

/// `jti` or `sub` of a body, and what is wrong with it.
security::RevokedJwt namedIn(BodyReader &reader)
{
    security::RevokedJwt named{reader.text("jti"), 0, 0, {}};
    named.subject = reader.text("sub");
    const char *name = reader.has("jti") ? "jti" : "sub";
    const QByteArray &id = reader.has("jti") ? named.jti : named.subject;
    if (reader.has("jti") && reader.has("sub"))
        reader.fail("sub", "and \"jti\" exclude each other");
    else if (id.isEmpty() || id.size() > longestId)
        reader.fail(name, "must be the token's \"" + QByteArray(name) + "\", of 1 to "
                              + QByteArray::number(longestId) + " bytes");
    return named;
}

QByteArray nameJson(const security::RevokedJwt &revoked)
{
    return (revoked.jti.isEmpty() ? "\"sub\":" + json::quoted(revoked.subject)
                                  : "\"jti\":" + json::quoted(revoked.jti));
}

/// For the audit log.
QByteArray targetOf(const security::RevokedJwt &revoked)
{
    return revoked.jti.isEmpty() ? "sub " + revoked.subject : revoked.jti;
}

} // namespace

void RestRoutes::addJwtRoutes(QHttpServer &server)
{
    using security::Route;
    add(server, Route::RevokedJwts, [this] { return revokedJwts(); });
    add(server, Route::RevokeJwt,
        [this](const QHttpServerRequest &request) { return revokeJwt(request); });
    add(server, Route::TakeBackJwt,
        [this](const QHttpServerRequest &request) { return takeBackJwt(request); });
}

RestRoutes::Response RestRoutes::revokedJwts() const
{
    QByteArray list;
    for (const security::RevokedJwt &each :
         m_context.access.revokedJwts(QDateTime::currentMSecsSinceEpoch()))
        list += (list.isEmpty() ? "{" : ",{") + nameJson(each) + ",\"issued_before\":"
                + timeOrNull(each.issuedBeforeMs) + ",\"expires_at\":" + timeOrNull(each.untilMs)
                + ",\"revoked_at\":" + timeOrNull(each.revokedAtMs)
                + ",\"by\":" + json::quoted(each.by) + '}';
    return jsonResponse("{\"revoked\":[" + list + "]}");
}

RestRoutes::Later RestRoutes::revokeJwt(const QHttpServerRequest &request)
{
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    const QByteArray body = request.body();
    BodyReader reader(body);
    security::RevokedJwt revoked = namedIn(reader);
    revoked.revokedAtMs = nowMs;
    revoked.by = Auditor::actorOf(grantOf(request));
    const qint64 seconds = reader.number("expires_in_s", longestLifeS);
    if (seconds > 0)
        revoked.untilMs = nowMs + seconds * 1000 + security::Jwt::leewayMs;
    if (revoked.jti.isEmpty()) {
        const QByteArray moment = reader.text("issued_before");
        const auto before = parseTimestamp(moment);
        if (!moment.isEmpty() && (!before || *before <= 0 || *before > nowMs))
            reader.fail("issued_before",
                        "must be a time that is over, such as 2026-11-28T18:00:00Z");
        revoked.issuedBeforeMs = before.value_or(nowMs);
        if (seconds == 0) // nobody knows how long those that are out there hold
            revoked.untilMs = nowMs + longestLifeS * 1000;
    } else {
        // What the token itself said counts for more than what somebody thinks it said.
        const auto known = m_context.access.endOfJwt(revoked.jti);
        revoked.untilMs = std::max(revoked.untilMs, known.value_or(0));
    }
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
                    jsonResponse("{\"status\":\"revoked\"," + nameJson(revoked)
                                 + ",\"expires_at\":" + timeOrNull(revoked.untilMs) + '}'),
                    {}, targetOf(revoked)));
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

RestRoutes::Later RestRoutes::takeBackJwt(const QHttpServerRequest &request)
{
    const QByteArray body = request.body();
    BodyReader reader(body);
    const security::RevokedJwt named = namedIn(reader);
    if (auto problem = reader.takeProblem())
        return ready(std::move(*problem));
    Answer answer;
    const bool isTaken = m_context.access.takeBackJwt(
        named.jti, named.subject, [answer, named](const store::Outcome &kept) {
            if (kept)
                answer.give(audited(
                    jsonResponse("{\"status\":\"taken_back\"," + nameJson(named) + '}'), {},
                    targetOf(named)));
            else
                answer.give(errorResponse(
                    Status::ServiceUnavailable, "storage_unavailable",
                    "it is taken again, but that could not be stored ("
                        + kept.error().detail.toUtf8()
                        + "): it is refused again behind the next start. Revoke it and take that "
                          "back later"));
        });
    if (isTaken)
        return answer.future();
    return ready(errorResponse(
        Status::NotFound, "not_revoked",
        "no token of this \"" + QByteArray(named.jti.isEmpty() ? "sub" : "jti") + "\" is revoked"));
}

} // namespace possync::net
