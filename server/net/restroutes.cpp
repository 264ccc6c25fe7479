// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/restroutes.h"

#include "common/model/timestamp.h"
#include "server/core/audit.h"
#include "server/net/changepage.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QThreadPool>
#include <QUrlQuery>

namespace possync::net {
namespace {

using Response = QHttpServerResponse;

/// Larger bodies are read beside the rooms' threads, so that nobody waits for them.
constexpr qsizetype inlineBodyBytes = 256 * 1024;
constexpr int maxPageChanges = 1000;
/// More than any level of the traffic store holds for the span it is used for.
constexpr int maxTrafficSamples = 4000;

/// What the role may not do becomes refused; the rest of the batch goes on.
void applyRights(security::Role role, classic::SyncRequest &sync)
{
    for (auto &change : sync.changes) {
        if (auto refusal = change ? rightsRefusal(role, *change) : std::nullopt)
            change = Unexpected{std::move(*refusal)};
    }
}

/// What a device that was replaced had not sent.
core::LateBatch lateBatch(classic::SyncRequest &&sync)
{
    core::LateBatch late{sync.deviceId, {}};
    late.changes.reserve(sync.changes.size());
    for (auto &change : sync.changes) {
        if (change)
            late.changes.emplace_back(core::LateChange(std::move(*change)));
        else
            late.changes.emplace_back(Unexpected{change.error()});
    }
    return late;
}

QByteArray listItem(QByteArray &list)
{
    return list.endsWith('[') ? QByteArray() : QByteArray(",");
}

} // namespace

RestRoutes::RestRoutes(QHttpServer &server, RestContext context)
    : m_context(std::move(context))
{
    addClassicRoutes(server);
    addFeedRoutes(server);
    addHistoryRoutes(server);
    addOperatorRoutes(server);
    addWebhookRoutes(server);
    addAccessRoutes(server);
    addPairingRoutes(server);
    addExportRoutes(server);
    addRenameRoutes(server);
    addMissing(server);
}

void RestRoutes::remember(const QString &pattern, const QByteArray &method)
{
    const QRegularExpression path(QRegularExpression::anchoredPattern(pattern));
    auto known =
        std::ranges::find_if(m_known, [&](const auto &entry) { return entry.first == path; });
    if (known == m_known.end())
        known = m_known.insert(known, {path, "OPTIONS"});
    // In the order of the rights table.
    known->second.insert(known->second.size() - qsizetype(qstrlen("OPTIONS")),
                         (method == "GET" ? QByteArray("GET, HEAD") : method) + ", ");
}

security::Grant RestRoutes::grantOf(const QHttpServerRequest &request)
{
    return grantFromText(request.value("x-possync-grant"));
}

void RestRoutes::addMissing(QHttpServer &server)
{
    server.setMissingHandler([this](const QHttpServerRequest &request,
                                    QHttpServerResponder &&responder) {
        const QString path = request.url().path();
        const auto known = std::ranges::find_if(
            m_known, [&](const auto &route) { return route.first.match(path).hasMatch(); });
        const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
        if (known == m_known.end()) {
            responder.write(errorJson("not_found", "there is nothing at " + path.toUtf8(), nowMs),
                            "application/json", Status::NotFound);
            return;
        }
        responder.write(
            errorJson("method_not_allowed", "this address takes " + known->second + " only", nowMs),
            {{"Content-Type", "application/json"}, {"Allow", known->second}},
            Status::MethodNotAllowed);
    });
}

void RestRoutes::addClassicRoutes(QHttpServer &server)
{
    using security::Route;
    add(server, Route::Health, [this] { return jsonResponse(healthJson()); });
    add(server, Route::Sync, [this](const QHttpServerRequest &request) { return sync(request); });
    add(server, Route::Status, [this](const QString &id) { return status(segment(id)); });
    add(server, Route::Data, [this](const QString &id, const QHttpServerRequest &request) {
        return asksForThePast(request) ? past(segment(id), request, std::nullopt)
                                       : data(segment(id));
    });
}

void RestRoutes::addFeedRoutes(QHttpServer &server)
{
    using security::Route;
    add(server, Route::Restaurants,
        [this](const QHttpServerRequest &request) { return restaurants(request); });
    add(server, Route::Devices, [this](const QString &id) { return devices(segment(id)); });
    add(server, Route::Changes, [this](const QString &id, const QHttpServerRequest &request) {
        return changes(segment(id), request);
    });
    add(server, Route::Conflicts, [this](const QString &id, const QHttpServerRequest &request) {
        return conflicts(segment(id), request);
    });
    add(server, Route::Traffic, [this](const QString &id, const QHttpServerRequest &request) {
        return traffic(segment(id), request);
    });
    add(server, Route::Entity,
        [this](const QString &id, const QString &type, const QString &entityId,
               const QHttpServerRequest &request) {
            const auto dataType = dataTypeFromName(segment(type));
            if (!dataType)
                return ready(noSuchType(segment(type)));
            return asksForThePast(request)
                       ? past(segment(id), request, std::pair(*dataType, segment(entityId)))
                       : entity(segment(id), *dataType, segment(entityId));
        });
}

void RestRoutes::addOperatorRoutes(QHttpServer &server)
{
    using security::Route;
    add(server, Route::Metrics, [this] {
        return Response("text/plain; version=0.0.4; charset=utf-8", m_context.metricsText());
    });
    add(server, Route::OpenApi, [] {
        QFile file(QStringLiteral(":/possync/server/openapi.json"));
        return file.open(QIODevice::ReadOnly) ? jsonResponse(file.readAll())
                                              : errorResponse(Status::InternalServerError,
                                                              "internal", "description is missing");
    });
    add(server, Route::Logs, [this](const QHttpServerRequest &request) {
        const QUrlQuery query = request.query();
        const auto since = number(query, QStringLiteral("since"), 0);
        const auto limit = number(query, QStringLiteral("limit"), 200);
        if (!since || !limit)
            return errorResponse(Status::BadRequest, "bad_field",
                                 "\"since\" and \"limit\" must be whole numbers");
        return jsonResponse(
            m_context.logsJson(*since, query.queryItemValue(QStringLiteral("level")),
                               query.queryItemValue(QStringLiteral("q"), QUrl::FullyDecoded),
                               static_cast<int>(std::min<quint64>(*limit, 10000))));
    });
    add(server, Route::Verify, [this] { return verify(); });
    add(server, Route::Backup, [this] { return backup(); });
    add(server, Route::Restore,
        [this](const QHttpServerRequest &request) { return restore(request); });
}

QByteArray RestRoutes::healthJson() const
{
    const auto [restaurantCount, connectionCount] = m_context.views.connectionCounts();
    const store::StoreHealth store = m_context.journal.health();
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    return "{\"status\":\"ok\",\"timestamp\":\"" + formatTimestamp(nowMs)
           + "\",\"connectedRestaurants\":" + QByteArray::number(restaurantCount)
           + ",\"totalConnections\":" + QByteArray::number(connectionCount)
           + ",\"version\":\"" POSSYNC_VERSION "\",\"uptime_s\":"
           + QByteArray::number((nowMs - m_context.startedAtMs) / 1000)
           + ",\"journal\":{\"state\":\"" + (store.ok ? "ok" : "degraded")
           + "\",\"reason\":" + textOrNull(store.reason.toUtf8()) + "}}";
}

std::vector<QByteArray> RestRoutes::quickAnswer(const QByteArray &path) const
{
    if (path == "/api/health")
        return {healthJson()};
    constexpr QByteArrayView prefix = "/api/restaurants/";
    constexpr QByteArrayView suffix = "/data";
    if (!path.startsWith(prefix) || !path.endsWith(suffix)
        || path.size() <= prefix.size() + suffix.size())
        return {};
    const QByteArray id = path.sliced(prefix.size(), path.size() - prefix.size() - suffix.size());
    if (id.contains('/'))
        return {};
    const auto view = m_context.views.find(QByteArray::fromPercentEncoding(id));
    const QByteArray body = view ? view->cachedData() : QByteArray();
    if (body.isEmpty())
        return {};
    return {body, '"' + formatTimestamp(QDateTime::currentMSecsSinceEpoch()) + "\"}"};
}

RestRoutes::Later RestRoutes::sync(const QHttpServerRequest &request)
{
    const QByteArray type = request.value("content-type");
    if (type.startsWith("multipart/"))
        return ready(errorResponse(Status::UnsupportedMediaType, "unsupported_media_type",
                                   "the body must be JSON (content-type application/json)"));
    Answer answer;
    const QByteArray peerHost = request.value("x-possync-client"); // the gate's word
    const auto take = [this, answer, peerHost, grant = grantOf(request), body = request.body()] {
        auto decoded = classic::decodeSync(body);
        if (!decoded) {
            answer.give(
                errorResponse(Status::BadRequest, decoded.error().code, decoded.error().message));
            return;
        }
        if (!grant.mayTouch(decoded->restaurantId)) {
            answer.give(noSuchRestaurant());
            return;
        }
        if (!grant.mayBeDevice(decoded->deviceId)) {
            const HttpError error = otherDevice();
            answer.give(errorResponse(Status::Forbidden, error.code, error.message));
            return;
        }
        if (!m_context.journal.hasRestaurant(decoded->restaurantId)) {
            const std::chrono::microseconds now(RoomHost::now().monotonicUs);
            if (const auto refusal = m_context.newcomers.restaurant(peerHost, now)) {
                m_context.observer.rateExceeded({}, peerHost);
                answer.give(tooMany(*refusal));
                return;
            }
        }
        if (const auto role = checkedRole(grant))
            applyRights(*role, *decoded);
        auto sync = std::make_shared<classic::SyncRequest>(std::move(*decoded));
        RoomHost &host = m_context.hosts.hostOf(sync->restaurantId);
        host.post([&host, sync, peerHost, answer, bytes = body.size(), isLate = grant.isFenced] {
            const HostedRoom::Counted counted{
                host.admission().keyOf(peerHost, sync->restaurantId, sync->deviceId), bytes};
            const auto give = [answer](const core::SyncReply &reply) {
                if (reply.stored)
                    answer.give(jsonResponse(
                        syncReplyJson(reply, QDateTime::currentMSecsSinceEpoch())));
                else
                    answer.give(reply.refusal ? tooMany(*reply.refusal) : unavailable());
            };
            HostedRoom &room = host.room(sync->restaurantId);
            if (isLate)
                room.review(lateBatch(std::move(*sync)), counted, give);
            else
                room.sync(std::move(*sync), counted, give);
        });
    };
    if (request.body().size() <= inlineBodyBytes)
        take();
    else
        QThreadPool::globalInstance()->start(take);
    return answer.future();
}

std::optional<store::RestaurantSummary> RestRoutes::summaryOf(const QByteArray &restaurantId) const
{
    for (store::RestaurantSummary &summary : m_context.journal.restaurants()) {
        if (summary.id == restaurantId)
            return std::move(summary);
    }
    return std::nullopt;
}

RestRoutes::Later RestRoutes::fromRoom(const QByteArray &restaurantId,
                                       std::function<Response(HostedRoom &)> answerFrom)
{
    if (!isKnown(restaurantId))
        return ready(noSuchRestaurant());
    Answer answer;
    RoomHost &host = m_context.hosts.hostOf(restaurantId);
    host.post([&host, restaurantId, answer, answerFrom = std::move(answerFrom)] {
        HostedRoom &room = host.room(restaurantId);
        room.whenOpen([&room, answer, answerFrom](bool open) {
            answer.give(open ? answerFrom(room) : unavailable());
        });
    });
    return answer.future();
}

RestRoutes::Later RestRoutes::status(const QByteArray &restaurantId)
{
    // An unknown restaurant has an empty list, as it always had; asking does not create it.
    if (!m_context.views.find(restaurantId))
        return ready(jsonResponse(statusJson(restaurantId, nullptr)));
    return fromRoom(restaurantId, [restaurantId](HostedRoom &room) {
        return jsonResponse(statusJson(restaurantId, &room.room()));
    });
}

RestRoutes::Later RestRoutes::data(const QByteArray &restaurantId)
{
    const auto stamped = [](QByteArray body) {
        return jsonResponse(body.append('"')
                                .append(formatTimestamp(QDateTime::currentMSecsSinceEpoch()))
                                .append("\"}"));
    };
    return fromRoom(restaurantId, [this, restaurantId, stamped](HostedRoom &room) {
        const QByteArray body = dataJson(room.room());
        if (const auto view = m_context.views.find(restaurantId))
            view->cacheData(body, room.room().entities().version());
        return stamped(body);
    });
}

RestRoutes::Later RestRoutes::devices(const QByteArray &restaurantId)
{
    return fromRoom(restaurantId, [restaurantId, &names = m_context.names](HostedRoom &room) {
        return jsonResponse("{\"restaurant_id\":" + json::quoted(restaurantId) + ",\"devices\":"
                            + devicesJson(room.room(), names.of(restaurantId)) + '}');
    });
}

RestRoutes::Later RestRoutes::entity(const QByteArray &restaurantId, DataType type,
                                     const QByteArray &id)
{
    return fromRoom(restaurantId, [=](HostedRoom &room) {
        const core::Entity *found = room.room().entities().find(type, id);
        return found ? jsonResponse(entityJson(restaurantId, *found))
                     : errorResponse(Status::NotFound, "unknown_entity",
                                     "there is no record " + json::quoted(id) + " in "
                                         + dataTypeName(type).toByteArray());
    });
}

RestRoutes::Response RestRoutes::restaurants(const QHttpServerRequest &request) const
{
    const security::Grant grant = grantOf(request);
    QByteArray list("[");
    for (const store::RestaurantSummary &summary : m_context.journal.restaurants()) {
        if (!grant.mayTouch(summary.id))
            continue;
        const auto view = m_context.views.find(summary.id);
        list += listItem(list) + "{\"id\":" + json::quoted(summary.id)
                + ",\"name\":" + textOrNull(m_context.names.of(summary.id).own)
                + ",\"device_count\":"
                + QByteArray::number(view ? view->connections.load() : 0) + ",\"head\":"
                + QByteArray::number(summary.headSeq) + ",\"epoch\":" + json::quoted(summary.epoch)
                + ",\"floor\":" + QByteArray::number(summary.floorSeq) + ",\"last_change_at\":"
                + timeOrNull(summary.headSeq == 0 ? 0 : summary.lastAtMs) + '}';
    }
    return jsonResponse("{\"restaurants\":" + list + "]}");
}

RestRoutes::Later RestRoutes::changes(const QByteArray &restaurantId,
                                      const QHttpServerRequest &request)
{
    const QUrlQuery query = request.query();
    const auto since = number(query, QStringLiteral("since"), 0);
    const auto wanted = number(query, QStringLiteral("limit"), 100);
    if (!since || !wanted || *wanted == 0)
        return ready(
            errorResponse(Status::BadRequest, "bad_field",
                          "\"since\" and \"limit\" must be whole numbers, \"limit\" above 0"));
    const auto summary = summaryOf(restaurantId);
    if (!summary)
        return ready(noSuchRestaurant());
    const int limit = static_cast<int>(std::min<quint64>(*wanted, maxPageChanges));
    if (*since < summary->floorSeq)
        return ready(errorResponse(Status::Gone, "snapshot_required",
                                   "changes up to " + QByteArray::number(summary->floorSeq)
                                       + " are no longer kept; read …/data and go on from there"));
    const std::chrono::microseconds now(RoomHost::now().monotonicUs);
    if (const auto refusal = m_context.feedReaders.refusal(
            {request.value("x-possync-client"), grantOf(request).tokenId, restaurantId}, *since,
            summary->headSeq, now))
        return ready(tooMany(*refusal));
    Answer answer;
    const QByteArray epoch = summary->epoch;
    m_context.journal.readChanges(
        summary->no, *since + 1,
        {.maxBlocks = static_cast<std::size_t>(limit), .maxBytes = std::size_t(4) << 20},
        [answer, since = *since, limit, epoch](Result<store::ReadResult, store::StoreError> read) {
            if (!read) {
                answer.give(unavailable());
                return;
            }
            ChangePage page;
            page.last = since;
            for (const core::JournalBlock &block : read->blocks)
                page.add(block, since, limit);
            if (!page.readable) {
                answer.give(unavailable());
                return;
            }
            const bool more = page.full || read->more || page.last < read->headSeq;
            answer.give(jsonResponse("{\"epoch\":" + json::quoted(epoch) + ",\"changes\":"
                                     + page.entries + "],\"next\":" + QByteArray::number(page.last)
                                     + ",\"head\":" + QByteArray::number(read->headSeq)
                                     + ",\"more\":" + (more ? "true" : "false") + '}'));
        });
    return answer.future();
}

RestRoutes::Later RestRoutes::conflicts(const QByteArray &restaurantId,
                                        const QHttpServerRequest &request)
{
    const auto wanted = number(request.query(), QStringLiteral("limit"), 100);
    if (!wanted || *wanted == 0)
        return ready(errorResponse(Status::BadRequest, "bad_field",
                                   "\"limit\" must be a whole number above 0"));
    const std::size_t limit = std::min<quint64>(*wanted, maxPageChanges);
    const QByteArray before =
        request.query().queryItemValue(QStringLiteral("before"), QUrl::FullyDecoded).toUtf8();
    return fromRoom(restaurantId, [limit, before](HostedRoom &room) {
        if (!before.isEmpty() && !room.room().decisions().find(before))
            return errorResponse(Status::NotFound, "unknown_conflict",
                                 "there is no conflict " + json::quoted(before));
        return jsonResponse(conflictsJson(room.room(), limit, before));
    });
}

RestRoutes::Later RestRoutes::traffic(const QByteArray &restaurantId,
                                      const QHttpServerRequest &request)
{
    // Whole numbers and a unit, as people say it: 90s, 5m, 6h, 30d.
    static const QRegularExpression form(QStringLiteral("^([0-9]{1,5})([smhd])$"));
    const QUrlQuery query = request.query();
    const QString text = query.hasQueryItem(QStringLiteral("range"))
                             ? query.queryItemValue(QStringLiteral("range"))
                             : QStringLiteral("1h");
    const auto match = form.match(text);
    const qint64 unitMs = match.captured(2) == QStringLiteral("s")   ? 1'000
                          : match.captured(2) == QStringLiteral("m") ? 60'000
                          : match.captured(2) == QStringLiteral("h") ? 3'600'000
                                                                     : 86'400'000;
    const qint64 spanMs = match.captured(1).toLongLong() * unitMs;
    if (!match.hasMatch() || spanMs == 0 || spanMs > store::TrafficStore::levels.back().keptMs)
        return ready(errorResponse(Status::BadRequest, "bad_field",
                                   "\"range\" is a span like 90s, 5m, 6h or 30d, at most 30d"));
    if (!summaryOf(restaurantId))
        return ready(noSuchRestaurant());
    Answer answer;
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    m_context.readTraffic({.restaurantId = restaurantId,
                           .fromMs = nowMs - spanMs,
                           .toMs = nowMs,
                           .stepMs = store::TrafficStore::stepFor(spanMs),
                           .limit = maxTrafficSamples},
                          [answer](const auto &page) {
                              answer.give(page ? jsonResponse(trafficPageJson(*page))
                                               : unavailable());
                          });
    return answer.future();
}

RestRoutes::Later RestRoutes::verify()
{
    Answer answer;
    std::map<core::RestaurantNo, quint64> floors;
    for (const store::RestaurantSummary &summary : m_context.journal.restaurants())
        floors[summary.no] = summary.floorSeq;
    auto audit = std::make_shared<core::Audit>(std::move(floors));
    store::VerifyVisitor visitor;
    visitor.block = [audit](const core::JournalBlock &block, QStringList &) {
        audit->addBlock(block);
    };
    visitor.state = [audit](core::RestaurantNo restaurant, const core::StateRow &row,
                            QStringList &) { audit->addState(restaurant, row); };
    visitor.finished = [audit](QStringList &problems) { problems += audit->problems(); };
    m_context.journal.verify(
        [answer, audit](Result<store::VerifyReport, store::StoreError> report) {
            if (!report) {
                answer.give(unavailable());
                return;
            }
            QByteArray problems("[");
            for (const QString &problem : report->problems)
                problems += listItem(problems) + json::quoted(problem.toUtf8());
            answer.give(jsonResponse(
                QByteArray("{\"ok\":") + (report->isGood() ? "true" : "false") + ",\"problems\":"
                + problems + "],\"restaurants\":" + QByteArray::number(report->restaurants)
                + ",\"changes\":" + QByteArray::number(audit->changes())
                + ",\"entities\":" + QByteArray::number(audit->records())
                + ",\"blocks\":" + QByteArray::number(report->blocks)
                + ",\"bytes\":" + QByteArray::number(report->bytes)
                + ",\"duration_ms\":" + QByteArray::number(report->durationMs) + '}'));
        },
        std::move(visitor));
    return answer.future();
}

RestRoutes::Later RestRoutes::backup()
{
    Answer answer;
    QDir().mkpath(m_context.backupDir);
    const QString file = QDir(m_context.backupDir)
                             .filePath(QStringLiteral("possync-%1.db")
                                           .arg(QDateTime::currentDateTimeUtc().toString(
                                               QStringLiteral("yyyyMMdd-HHmmss-zzz"))));
    m_context.journal.backup(
        file, [answer](Result<store::BackupSummary, store::StoreError> summary) {
            if (!summary) {
                answer.give(errorResponse(Status::InternalServerError, "backup_failed",
                                          summary.error().detail.toUtf8()));
                return;
            }
            const QByteArray written = summary->file.toUtf8();
            answer.give(audited(
                jsonResponse("{\"file\":" + json::quoted(written)
                             + ",\"bytes\":" + QByteArray::number(summary->bytes)
                             + ",\"restaurants\":" + QByteArray::number(summary->restaurants.size())
                             + ",\"last_pos\":" + QByteArray::number(summary->lastPos) + '}'),
                {}, QFileInfo(summary->file).fileName().toUtf8()));
        });
    return answer.future();
}

RestRoutes::Later RestRoutes::restore(const QHttpServerRequest &request)
{
    json::Members members;
    const json::Member *file = nullptr;
    if (json::parseObject(request.body(), members))
        file = json::find(members, "file");
    if (!file || file->type != json::Type::String)
        return ready(
            errorResponse(Status::BadRequest, "missing_field",
                          "the body must be {\"file\": \"name of a backup on the server\"}"));
    Answer answer;
    const QString name = QString::fromUtf8(json::unquoted(file->value));
    m_context.journal.stageRestore(
        name, [answer, name, restart = m_context.restart](const store::Outcome &staged) {
            if (!staged) {
                answer.give(errorResponse(Status::BadRequest, "restore_refused",
                                          staged.error().detail.toUtf8()));
                return;
            }
            answer.give(audited(jsonResponse("{\"status\":\"restarting\"}"), {}, name.toUtf8()));
            restart();
        });
    return answer.future();
}

} // namespace possync::net
