// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Erasing a restaurant: docs/protocol.md, "Taking out and erasing".
#include "server/net/bodyreader.h"
#include "server/net/restroutes.h"

namespace possync::net {
namespace {

void notErased(const Answer &answer, const QString &why)
{
    answer.give(
        errorResponse(Status::ServiceUnavailable, "storage_unavailable",
                      "the restaurant could not be erased (" + why.toUtf8() + "); do so again"));
}

} // namespace

RestRoutes::Later RestRoutes::erase(const QByteArray &restaurantId,
                                    const QHttpServerRequest &request)
{
    const QByteArray body = request.body();
    BodyReader reader(body);
    if (reader.isGood() && reader.text("confirm") != restaurantId)
        reader.fail("confirm", "must be the restaurant's id: what is erased cannot be had again");
    if (auto problem = reader.takeProblem())
        return ready(std::move(*problem));
    if (!isKnown(restaurantId))
        return ready(noSuchRestaurant());
    Answer answer;
    RoomHost &host = m_context.hosts.hostOf(restaurantId);
    store::Journal &journal = m_context.journal;
    // The journal comes last: while there is anything left, the restaurant is known, and whoever
    // was interrupted can do it again.
    const auto eraseJournal = [answer, restaurantId, &host, &journal] {
        host.post([answer, restaurantId, &host, &journal] {
            // Also of those who came meanwhile. In one go with the journal's order of work: who
            // comes behind this finds a new restaurant.
            host.retire(restaurantId);
            journal.eraseRestaurant(
                restaurantId, [answer, restaurantId](const store::Outcome &done) {
                    if (done)
                        answer.give(audited(jsonResponse("{\"status\":\"erased\"}"), restaurantId,
                                            "erased"));
                    else if (done.error().code == store::StoreErrorCode::UnknownRestaurant)
                        answer.give(noSuchRestaurant());
                    else
                        notErased(answer, done.error().detail);
                });
        });
    };
    const auto eraseNames = [answer, restaurantId, eraseJournal, lifeline = m_lifeline,
                             &names = m_context.names] {
        names.forget(restaurantId, [answer, eraseJournal, lifeline](const store::Outcome &done) {
            if (done)
                lifeline->whileAlive(eraseJournal);
            else
                notErased(answer, done.error().detail);
        });
    };
    const auto eraseHooks = [answer, restaurantId, eraseNames, lifeline = m_lifeline,
                             &desk = m_context.hooks] {
        desk.forget(restaurantId,
                    [answer, eraseNames, lifeline](const Result<Done, hooks::HookRefusal> &done) {
                        if (done)
                            lifeline->whileAlive(eraseNames);
                        else
                            notErased(answer, done.error().message);
                    });
    };
    const auto eraseTokens = [answer, restaurantId, eraseHooks, lifeline = m_lifeline, &host,
                              &access = m_context.access] {
        host.post([answer, restaurantId, eraseHooks, lifeline, &host, &access] {
            // Devices hear why, and not that their tokens are gone.
            host.retire(restaurantId);
            access.forget(restaurantId, [answer, eraseHooks, lifeline](const store::Outcome &done) {
                if (done)
                    lifeline->whileAlive(eraseHooks);
                else
                    notErased(answer, done.error().detail);
            });
        });
    };
    m_pairing.drop(restaurantId);
    m_context.eraseTraffic(
        restaurantId, [answer, eraseTokens, lifeline = m_lifeline](const store::Outcome &done) {
            if (done)
                lifeline->whileAlive(eraseTokens);
            else
                notErased(answer, done.error().detail);
        });
    return answer.future();
}

} // namespace possync::net
