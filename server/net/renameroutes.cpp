// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What restaurants and devices are called: docs/protocol.md, "Names".
#include "server/net/bodyreader.h"
#include "server/net/renaming.h"
#include "server/net/restroutes.h"

namespace possync::net {
namespace {

Status statusOf(const RenameRefusal &refusal)
{
    return refusal.code == "storage_unavailable" ? Status::ServiceUnavailable
           : refusal.code == "unknown_device"    ? Status::NotFound
                                                 : Status::BadRequest;
}

} // namespace

void RestRoutes::addRenameRoutes(QHttpServer &server)
{
    using security::Route;
    add(server, Route::RenameRestaurant,
        [this](const QString &id, const QHttpServerRequest &request) {
            return renamed(segment(id), {}, request);
        });
    add(server, Route::RenameDevice,
        [this](const QString &id, const QString &device, const QHttpServerRequest &request) {
            return renamed(segment(id), segment(device), request);
        });
}

RestRoutes::Later RestRoutes::renamed(const QByteArray &restaurantId, const QByteArray &deviceId,
                                      const QHttpServerRequest &request)
{
    const QByteArray body = request.body();
    BodyReader reader(body);
    // Left out by mistake it must not take the name away.
    if (reader.isGood() && !reader.has("name"))
        reader.fail("name", "is missing; an empty one goes back to the id");
    const QByteArray name = reader.text("name");
    if (auto problem = reader.takeProblem())
        return ready(std::move(*problem));
    if (!isKnown(restaurantId))
        return ready(noSuchRestaurant());
    Answer answer;
    rename(m_context.hosts, m_context.names, {restaurantId, deviceId, name},
           [answer, restaurantId, deviceId](const Result<QByteArray, RenameRefusal> &kept) {
               answer.give(audited(kept ? jsonResponse(renamedJson(restaurantId, deviceId, *kept))
                                        : errorResponse(statusOf(kept.error()), kept.error().code,
                                                        kept.error().message),
                                   restaurantId, deviceId));
           });
    return answer.future();
}

} // namespace possync::net
