// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The addresses for webhooks; docs/protocol.md, "Webhooks".
#include "common/model/timestamp.h"
#include "server/net/bodyreader.h"
#include "server/net/hookjson.h"
#include "server/net/restroutes.h"

namespace possync::net {
namespace {

using hooks::Delivery;
using hooks::Hook;
using hooks::HookDesk;

constexpr int mostListed = 1000;
constexpr qint64 usualOverlapS = 24 * 3600;
constexpr qint64 longestOverlapS = 30 * 24 * 3600;

QHttpServerResponse refusalOf(const hooks::HookRefusal &refusal)
{
    if (refusal.code == "storage_unavailable")
        return unavailable();
    return errorResponse(refusal.code == "unknown_webhook"    ? Status::NotFound
                         : refusal.code == "too_many_secrets" ? Status::Conflict
                                                              : Status::BadRequest,
                         refusal.code, refusal.message.toUtf8());
}

/// Until when a former secret signs beside the present one; 0: none does.
qint64 overlapEndOf(const Hook &hook, qint64 nowMs)
{
    qint64 end = nowMs;
    for (const hooks::FormerSecret &former : hook.former)
        end = std::max(end, former.untilMs);
    return end > nowMs ? end : 0;
}

QByteArray hookJson(const Hook &hook, const QByteArray &rest)
{
    QByteArray events;
    for (const hooks::EventKind kind : hook.events)
        events += (events.isEmpty() ? "\"" : ",\"") + eventName(kind) + '"';
    return "{\"id\":" + json::quoted(hook.id) + ",\"url\":" + json::quoted(hook.url.toEncoded())
           + ",\"events\":[" + events + "],\"created_at\":" + timeOrNull(hook.createdAtMs)
           + ",\"secret\":\"whsec_****\",\"overlap_ends_at\":"
           + timeOrNull(overlapEndOf(hook, QDateTime::currentMSecsSinceEpoch())) + rest + '}';
}

/// A hook with a secret of its own making, shown this once.
QByteArray madeJson(const Hook &hook)
{
    return "{\"webhook\":" + hookJson(hook, {}) + ",\"secret\":" + json::quoted(hook.secret) + '}';
}

QByteArray deliveryJson(const Delivery &delivery)
{
    return "{\"id\":" + json::quoted(delivery.eventId) + ",\"event\":"
           + json::quoted(delivery.event) + ",\"state\":\"" + stateName(delivery.state)
           + "\",\"created_at\":" + timeOrNull(delivery.createdAtMs) + ",\"attempts\":"
           + QByteArray::number(delivery.attempts) + ",\"next_at\":" + timeOrNull(delivery.nextAtMs)
           + ",\"last_at\":" + timeOrNull(delivery.lastAtMs) + ",\"last_status\":"
           + (delivery.lastStatus == 0 ? QByteArray("null")
                                       : QByteArray::number(delivery.lastStatus))
           + ",\"last_error\":" + textOrNull(delivery.lastError.toUtf8()) + '}';
}

/// The events of the body; empty after it has failed.
std::vector<hooks::EventKind> eventsIn(BodyReader &reader)
{
    std::vector<hooks::EventKind> events;
    for (const QByteArray &name : reader.texts("events")) {
        const auto kind = hooks::eventFromName(name);
        if (!kind) {
            QByteArray known;
            for (const hooks::EventKind each : hooks::subscribable)
                known += (known.isEmpty() ? "" : ", ") + eventName(each);
            reader.fail("events",
                        "there is no event " + json::quoted(name) + "; there are " + known);
            return {};
        }
        if (std::ranges::find(events, *kind) == events.end())
            events.push_back(*kind);
    }
    if (events.empty())
        reader.fail("events", "must name at least one event");
    return events;
}

} // namespace

QByteArray webhookJson(const HookDesk::Shown &shown)
{
    return hookJson(shown.hook, ",\"queue\":{\"due\":" + QByteArray::number(shown.queue.due)
                                    + ",\"sent\":" + QByteArray::number(shown.queue.sent)
                                    + ",\"dead\":" + QByteArray::number(shown.queue.dead)
                                    + ",\"dropped\":" + QByteArray::number(shown.hook.dropped)
                                    + '}');
}

void RestRoutes::addWebhookRoutes(QHttpServer &server)
{
    using security::Route;
    add(server, Route::Webhooks, [this](const QString &id) { return webhooks(segment(id)); });
    add(server, Route::AddWebhook, [this](const QString &id, const QHttpServerRequest &request) {
        return addWebhook(segment(id), request);
    });
    add(server, Route::RotateWebhook,
        [this](const QString &id, const QString &hook, const QHttpServerRequest &request) {
            return rotateWebhook(segment(id), segment(hook), request);
        });
    add(server, Route::RemoveWebhook, [this](const QString &id, const QString &hook) {
        return removeWebhook(segment(id), segment(hook));
    });
    add(server, Route::WebhookQueue,
        [this](const QString &id, const QString &hook, const QHttpServerRequest &request) {
            return webhookQueue(segment(id), segment(hook), request);
        });
    add(server, Route::TestWebhook, [this](const QString &id, const QString &hook) {
        return testWebhook(segment(id), segment(hook));
    });
}

bool RestRoutes::isKnown(const QByteArray &restaurantId) const
{
    return m_context.views.find(restaurantId) || summaryOf(restaurantId);
}

RestRoutes::Later RestRoutes::webhooks(const QByteArray &restaurantId)
{
    if (!isKnown(restaurantId))
        return ready(noSuchRestaurant());
    Answer answer;
    m_context.hooks.list(
        restaurantId, [answer, restaurantId](
                          const Result<std::vector<HookDesk::Shown>, hooks::HookRefusal> &all) {
            if (!all)
                return answer.give(refusalOf(all.error()));
            QByteArray list;
            for (const HookDesk::Shown &shown : *all)
                list += (list.isEmpty() ? "" : ",") + webhookJson(shown);
            answer.give(jsonResponse("{\"restaurant_id\":" + json::quoted(restaurantId)
                                     + ",\"webhooks\":[" + list + "]}"));
        });
    return answer.future();
}

RestRoutes::Later RestRoutes::addWebhook(const QByteArray &restaurantId,
                                         const QHttpServerRequest &request)
{
    const auto summary = summaryOf(restaurantId);
    if (!summary)
        return ready(noSuchRestaurant());
    const QByteArray body = request.body();
    BodyReader reader(body);
    const QByteArray url = reader.text("url");
    if (reader.isGood() && url.isEmpty())
        reader.fail("url", "is missing");
    std::vector<hooks::EventKind> events = eventsIn(reader);
    if (auto problem = reader.takeProblem())
        return ready(std::move(*problem));
    Answer answer;
    m_context.hooks.add(restaurantId, QString::fromUtf8(url), std::move(events),
                        [answer, restaurantId, &desk = m_context.hooks,
                         summary = *summary](const Result<Hook, hooks::HookRefusal> &hook) {
                            if (!hook)
                                return answer.give(refusalOf(hook.error()));
                            // What happened before is nothing to tell.
                            desk.passed(restaurantId, summary.epoch, summary.headSeq);
                            answer.give(audited(jsonResponse(madeJson(*hook), Status::Created),
                                                restaurantId, hook->id));
                        });
    return answer.future();
}

RestRoutes::Later RestRoutes::rotateWebhook(const QByteArray &restaurantId,
                                            const QByteArray &hookId,
                                            const QHttpServerRequest &request)
{
    const QByteArray body = request.body().isEmpty() ? QByteArray("{}") : request.body();
    BodyReader reader(body);
    const qint64 overlapS = reader.number("overlap_s", 0, longestOverlapS).value_or(usualOverlapS);
    if (auto problem = reader.takeProblem())
        return ready(std::move(*problem));
    Answer answer;
    m_context.hooks.rotate(
        restaurantId, hookId, std::chrono::seconds(overlapS),
        [answer, restaurantId, hookId](const Result<Hook, hooks::HookRefusal> &hook) {
            answer.give(audited(hook ? jsonResponse(madeJson(*hook)) : refusalOf(hook.error()),
                                restaurantId, hookId));
        });
    return answer.future();
}

RestRoutes::Later RestRoutes::removeWebhook(const QByteArray &restaurantId,
                                            const QByteArray &hookId)
{
    Answer answer;
    m_context.hooks.remove(
        restaurantId, hookId,
        [answer, restaurantId, hookId](const Result<Done, hooks::HookRefusal> &removed) {
            answer.give(audited(removed ? jsonResponse("{\"status\":\"removed\"}")
                                        : refusalOf(removed.error()),
                                restaurantId, hookId));
        });
    return answer.future();
}

RestRoutes::Later RestRoutes::webhookQueue(const QByteArray &restaurantId, const QByteArray &hookId,
                                           const QHttpServerRequest &request)
{
    const auto wanted = number(request.query(), QStringLiteral("limit"), 100);
    if (!wanted || *wanted == 0)
        return ready(errorResponse(Status::BadRequest, "bad_field",
                                   "\"limit\" must be a whole number above 0"));
    Answer answer;
    m_context.hooks.queue(
        restaurantId, hookId, static_cast<int>(std::min<quint64>(*wanted, mostListed)),
        [answer, hookId](const Result<std::vector<Delivery>, hooks::HookRefusal> &queue) {
            if (!queue)
                return answer.give(refusalOf(queue.error()));
            QByteArray list;
            for (const Delivery &delivery : *queue)
                list += (list.isEmpty() ? "" : ",") + deliveryJson(delivery);
            answer.give(jsonResponse("{\"id\":" + json::quoted(hookId) + ",\"deliveries\":[" + list
                                     + "]}"));
        });
    return answer.future();
}

RestRoutes::Later RestRoutes::testWebhook(const QByteArray &restaurantId, const QByteArray &hookId)
{
    Answer answer;
    m_context.hooks.test(
        restaurantId, hookId,
        [answer, restaurantId, hookId](const Result<QByteArray, hooks::HookRefusal> &eventId) {
            answer.give(audited(eventId ? jsonResponse("{\"id\":" + json::quoted(*eventId) + '}')
                                        : refusalOf(eventId.error()),
                                restaurantId, hookId));
        });
    return answer.future();
}

} // namespace possync::net
