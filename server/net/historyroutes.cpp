// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The past: docs/protocol.md, "The past".
#include "common/model/timestamp.h"
#include "server/core/past.h"
#include "server/net/journalwalk.h"
#include "server/net/restroutes.h"

#include <QUrlQuery>

namespace possync::net {
namespace {

using Response = QHttpServerResponse;

constexpr quint64 maxPageVersions = 1000;

Response busy()
{
    Response response =
        errorResponse(Status::ServiceUnavailable, "unavailable",
                      "others are reading the past, which takes a while; try again later");
    response.addHeader("Retry-After", "2");
    return response;
}

Response tooSlow()
{
    return errorResponse(Status::ServiceUnavailable, "unavailable",
                         "so many changes are kept that replaying them took too long; ask for one "
                         "record, or for a moment nearer to the oldest change kept");
}

/// `seq:N`, or a time with its zone.
std::optional<core::Moment> momentFrom(const QByteArray &text)
{
    core::Moment moment;
    if (text.startsWith("seq:")) {
        bool ok = false;
        moment.seq = text.sliced(4).toULongLong(&ok);
        return ok ? std::optional(moment) : std::nullopt;
    }
    // Without a zone it could be anybody's noon.
    static const QRegularExpression zoned(QStringLiteral("([zZ]|[+-][0-9]{2}:[0-9]{2})$"));
    moment.timeMs = parseTimestamp(text);
    return moment.timeMs && zoned.match(QString::fromUtf8(text)).hasMatch() ? std::optional(moment)
                                                                            : std::nullopt;
}

Response notKept(quint64 floorSeq)
{
    return errorResponse(Status::Gone, "history_gone",
                         "changes up to " + QByteArray::number(floorSeq)
                             + " are no longer kept, so this moment cannot be shown; the oldest "
                               "one that can is seq:"
                             + QByteArray::number(floorSeq));
}

QByteArray namesJson(const std::vector<QByteArray> &names)
{
    QByteArray list;
    for (const QByteArray &name : names)
        list += (list.isEmpty() ? "" : ",") + json::quoted(name);
    return '[' + list + ']';
}

/// What is missing in a record; null: nothing, `[]`: it is not known what.
QByteArray unknownJson(const core::PastRecord &past)
{
    return past.isWhole ? QByteArray("null") : namesJson(past.unknown);
}

QByteArray momentJson(const core::Past &past)
{
    return ",\"at\":{\"seq\":" + QByteArray::number(past.seq())
           + ",\"time\":" + timeOrNull(past.atMs()) + '}';
}

QByteArray pastDataJson(const QByteArray &restaurantId, const core::Past &past,
                        const std::vector<core::PastRecord> &records)
{
    QByteArray lists;
    QByteArray incomplete;
    for (const DataType type : allDataTypes) {
        QByteArray list;
        for (const core::PastRecord &record : records) {
            if (record.entity.dataType != type)
                continue;
            list += (list.isEmpty() ? "" : ",")
                    + withLastSync(record.entity.record, record.entity.updatedAtMs);
            if (!record.isWhole)
                incomplete += (incomplete.isEmpty() ? "{" : ",{") + QByteArray("\"data_type\":\"")
                              + dataTypeName(type).toByteArray()
                              + "\",\"entity_id\":" + json::quoted(record.entity.id)
                              + ",\"fields\":" + namesJson(record.unknown) + '}';
        }
        lists += (lists.isEmpty() ? "\"" : ",\"") + dataTypeName(type).toByteArray() + "\":[" + list
                 + ']';
    }
    return "{\"restaurant_id\":" + json::quoted(restaurantId) + momentJson(past) + ",\"data\":{"
           + lists + "},\"incomplete\":[" + incomplete + "],\"timestamp\":\""
           + formatTimestamp(QDateTime::currentMSecsSinceEpoch()) + "\"}";
}

QByteArray versionJson(const core::RecordVersion &version)
{
    const core::StoredChange &stored = *version.change;
    QByteArray fields;
    bool isRemoval = version.isDeleted;
    for (const core::RecordVersion::Field &field : version.fields) {
        fields += (fields.isEmpty() ? "{" : ",{") + QByteArray("\"field\":")
                  + json::quoted(field.name)
                  + ",\"old\":" + (field.before.isEmpty() ? QByteArray("null") : field.before)
                  + ",\"new\":" + (field.after.isEmpty() ? QByteArray("null") : field.after);
        if (!field.isBeforeKnown)
            fields += ",\"old_known\":false";
        fields += '}';
    }
    const char *effect = isRemoval && stored.verdict != sync::Verdict::Nothing ? "remove"
                         : version.fields.empty()                              ? "none"
                                                                               : "set";
    return "{\"seq\":" + QByteArray::number(stored.seq) + ",\"rev\":"
           + QByteArray::number(version.rev) + ",\"received_at\":" + timeOrNull(stored.receivedAtMs)
           + ",\"change_id\":" + textOrNull(stored.change.changeId) + ",\"action\":\""
           + actionName(stored.change.action).toByteArray() + "\",\"effect\":\"" + effect
           + "\",\"device_id\":" + textOrNull(stored.originDevice) + ",\"user_id\":"
           + textOrNull(stored.change.userId.value_or(QByteArray())) + ",\"via\":\""
           + (stored.viaHttp ? "http"
              : stored.viaV2 ? "v2"
                             : "websocket")
           + "\",\"late\":" + (version.isLate ? "true" : "false") + ",\"fields\":[" + fields + "]}";
}

/// A cursor as text: `seq.late`.
QByteArray cursorText(const core::RecordHistory::Cursor &cursor)
{
    return QByteArray::number(cursor.seq) + '.' + QByteArray::number(cursor.late);
}

std::optional<core::RecordHistory::Cursor> cursorFrom(const QByteArray &text)
{
    if (text.isEmpty())
        return core::RecordHistory::Cursor{};
    const QByteArrayList parts = text.split('.');
    bool isSeq = false;
    bool isLate = parts.size() == 1;
    core::RecordHistory::Cursor cursor;
    cursor.seq = parts.front().toULongLong(&isSeq);
    if (parts.size() == 2)
        cursor.late = parts.back().toUInt(&isLate);
    return isSeq && isLate && parts.size() <= 2 ? std::optional(cursor) : std::nullopt;
}

/// Copies of the records of a room, or of one; the bytes are shared.
std::vector<core::Entity> copied(const core::Entities &entities,
                                 const std::optional<std::pair<DataType, QByteArray>> &only)
{
    std::vector<core::Entity> all;
    if (only) {
        if (const core::Entity *entity = entities.find(only->first, only->second))
            all.push_back(*entity);
        return all;
    }
    for (const DataType type : allDataTypes) {
        for (const core::Entity *entity : entities.live(type))
            all.push_back(*entity);
    }
    for (const core::Entity *entity : entities.touchedAfter(0)) {
        if (entity->deleted)
            all.push_back(*entity);
    }
    return all;
}

/// What became of a conflict that somebody decided.
Response conflictResponse(const QByteArray &restaurantId,
                          const Result<core::DecisionPtr, classic::Refusal> &decided)
{
    if (decided)
        return jsonResponse("{\"restaurant_id\":" + json::quoted(restaurantId)
                            + ",\"conflict\":" + decisionJson(**decided) + '}');
    const classic::Refusal &refusal = decided.error();
    if (refusal.code == "storage_unavailable")
        return unavailable();
    return errorResponse(refusal.code == "unknown_conflict" ? Status::NotFound : Status::Conflict,
                         refusal.code, refusal.message);
}

} // namespace

void RestRoutes::addHistoryRoutes(QHttpServer &server)
{
    add(server, security::Route::History,
        [this](const QString &id, const QString &type, const QString &entityId,
               const QHttpServerRequest &request) {
            return history(segment(id), segment(type), segment(entityId), request);
        });
    add(server, security::Route::RestoreConflict,
        [this](const QString &id, const QString &conflict, const QHttpServerRequest &request) {
            return restoreConflict(segment(id), segment(conflict), request);
        });
    add(server, security::Route::DiscardConflict,
        [this](const QString &id, const QString &conflict, const QHttpServerRequest &request) {
            return discardConflict(segment(id), segment(conflict), request);
        });
}

RestRoutes::Later RestRoutes::past(const QByteArray &restaurantId,
                                   const QHttpServerRequest &request,
                                   std::optional<std::pair<DataType, QByteArray>> only)
{
    const QByteArray text =
        request.query().queryItemValue(QStringLiteral("at"), QUrl::FullyDecoded).toUtf8();
    const auto moment = momentFrom(text);
    if (!moment)
        return ready(errorResponse(Status::BadRequest, "bad_field",
                                   "\"at\" is a time with its zone, such as "
                                   "2026-01-31T18:00:00Z, or seq:N, not "
                                       + json::quoted(json::shortened(text, 60))));
    // Reading what was needs the same right as reading what went on.
    if (!security::rowOf(security::Route::History).roles.has(grantOf(request).role))
        return ready(errorResponse(Status::Forbidden, "forbidden",
                                   "the past is for those who may read the changes; this token is "
                                   "for another role"));
    const auto summary = summaryOf(restaurantId);
    if (!summary)
        return ready(noSuchRestaurant());
    if (moment->seq && *moment->seq > summary->headSeq)
        return ready(errorResponse(Status::BadRequest, "bad_field",
                                   "\"at\" is beyond the newest change, seq:"
                                       + QByteArray::number(summary->headSeq)));
    Answer answer;
    RoomHost &host = m_context.hosts.hostOf(restaurantId);
    // The records of now, of one moment; only the copying is done on the room's thread, and only
    // where changes are gone.
    const bool wantsPresent = summary->floorSeq > 0;
    host.post([&journal = m_context.journal, desk = m_walks, &host, restaurantId, answer,
               moment = *moment, only, wantsPresent, lastAtMs = summary->lastAtMs,
               number = summary->no] {
        HostedRoom &hosted = host.room(restaurantId);
        hosted.whenOpen([=, &journal, &hosted](bool open) {
            if (!open || desk->isClosed)
                return answer.give(unavailable());
            const core::Room &room = hosted.room();
            auto present = std::make_shared<std::vector<core::Entity>>();
            if (wantsPresent)
                *present = copied(room.entities(), only);
            const quint64 headSeq = room.head();
            auto state = std::make_shared<std::optional<core::Past>>();
            auto floor = std::make_shared<quint64>(0);
            JournalWalk::Reader reader;
            reader.begin = [=](quint64 floorSeq) {
                *floor = floorSeq;
                state->emplace(moment, floorSeq, headSeq, only);
            };
            reader.take = [state](const core::JournalBlock &block) {
                if (!(*state)->wantsMore())
                    return JournalWalk::Step::Enough;
                return (*state)->addBlock(block) ? JournalWalk::Step::More
                                                 : JournalWalk::Step::Unreadable;
            };
            reader.done = [=](JournalWalk::End end) {
                if (end != JournalWalk::End::Read)
                    return answer.give(end == JournalWalk::End::TooSlow ? tooSlow()
                                                                        : unavailable());
                if (*floor > 0 && !wantsPresent) // the first changes went meanwhile
                    return answer.give(busy());
                const core::Past &past = **state;
                const bool isAllGone = *floor > 0 && *floor == headSeq;
                if (past.isTooOld() || (isAllGone && moment.timeMs && *moment.timeMs < lastAtMs))
                    return answer.give(notKept(*floor));
                const auto records = past.records(*present);
                if (!only)
                    return answer.give(jsonResponse(pastDataJson(restaurantId, past, records)));
                if (records.empty())
                    return answer.give(errorResponse(
                        Status::NotFound, "unknown_entity",
                        "there was no record " + json::quoted(only->second) + " in "
                            + dataTypeName(only->first).toByteArray() + " at that moment"));
                const core::PastRecord &found = records.front();
                answer.give(jsonResponse(entityJson(restaurantId, found.entity).chopped(1)
                                         + momentJson(past)
                                         + ",\"incomplete\":" + unknownJson(found) + '}'));
            };
            const bool wantsBare = !only || only->first == DataType::Users;
            if (!JournalWalk::start(journal, desk, number, wantsBare, reader))
                answer.give(busy());
        });
    });
    return answer.future();
}

RestRoutes::Later RestRoutes::restoreConflict(const QByteArray &restaurantId,
                                              const QByteArray &conflictId,
                                              const QHttpServerRequest &request)
{
    if (!isKnown(restaurantId))
        return ready(noSuchRestaurant());
    Answer answer;
    const auto give = [answer, restaurantId, conflictId](QHttpServerResponse response) {
        answer.give(audited(std::move(response), restaurantId, conflictId));
    };
    RoomHost &host = m_context.hosts.hostOf(restaurantId);
    host.post([&host, restaurantId, conflictId, give, grant = grantOf(request)] {
        HostedRoom &hosted = host.room(restaurantId);
        hosted.whenOpen([=, &hosted](bool open) {
            if (!open)
                return give(unavailable());
            // What it does is a change like any other: it needs the right to make it.
            const auto change = hosted.room().restoration(conflictId);
            const auto role = checkedRole(grant);
            if (change && role)
                if (const auto refusal = rightsRefusal(*role, *change))
                    return give(errorResponse(Status::Forbidden, refusal->code, refusal->message));
            hosted.restoreConflict(
                conflictId, Auditor::actorOf(grant),
                [give, restaurantId](const Result<core::DecisionPtr, classic::Refusal> &restored) {
                    give(conflictResponse(restaurantId, restored));
                });
        });
    });
    return answer.future();
}

RestRoutes::Later RestRoutes::discardConflict(const QByteArray &restaurantId,
                                              const QByteArray &conflictId,
                                              const QHttpServerRequest &request)
{
    if (!isKnown(restaurantId))
        return ready(noSuchRestaurant());
    Answer answer;
    RoomHost &host = m_context.hosts.hostOf(restaurantId);
    host.post([&host, restaurantId, conflictId, answer,
               by = Auditor::actorOf(grantOf(request))] {
        HostedRoom &hosted = host.room(restaurantId);
        hosted.whenOpen([=, &hosted](bool open) {
            if (!open)
                return answer.give(unavailable());
            hosted.discardConflict(
                conflictId, by,
                [=](const Result<core::DecisionPtr, classic::Refusal> &discarded) {
                    answer.give(audited(conflictResponse(restaurantId, discarded), restaurantId,
                                        conflictId));
                });
        });
    });
    return answer.future();
}

RestRoutes::Later RestRoutes::history(const QByteArray &restaurantId, const QByteArray &type,
                                      const QByteArray &id, const QHttpServerRequest &request)
{
    const auto dataType = dataTypeFromName(type);
    if (!dataType)
        return ready(noSuchType(type));
    const QUrlQuery query = request.query();
    const auto limit = number(query, QStringLiteral("limit"), 100);
    const auto after = cursorFrom(query.queryItemValue(QStringLiteral("cursor")).toUtf8());
    if (!limit || *limit == 0 || !after)
        return ready(errorResponse(Status::BadRequest, "bad_field",
                                   "\"limit\" must be a whole number above 0, \"cursor\" the "
                                   "\"next\" of the page before"));
    const auto summary = summaryOf(restaurantId);
    if (!summary)
        return ready(noSuchRestaurant());
    Answer answer;
    auto history = std::make_shared<std::optional<core::RecordHistory>>();
    auto floor = std::make_shared<quint64>(0);
    JournalWalk::Reader reader;
    reader.begin = [=, limit = std::min(*limit, maxPageVersions)](quint64 floorSeq) {
        *floor = floorSeq;
        history->emplace(*dataType, id, floorSeq, *after, limit);
    };
    reader.take = [history](const core::JournalBlock &block) {
        if (!(*history)->addBlock(block))
            return JournalWalk::Step::Unreadable;
        return (*history)->wantsMore() ? JournalWalk::Step::More : JournalWalk::Step::Enough;
    };
    reader.done = [=, epoch = summary->epoch](JournalWalk::End end) {
        if (end != JournalWalk::End::Read)
            return answer.give(end == JournalWalk::End::TooSlow ? tooSlow() : unavailable());
        QByteArray list;
        for (const core::RecordVersion &version : (*history)->versions())
            list += (list.isEmpty() ? "" : ",") + versionJson(version);
        const auto &next = (*history)->next();
        answer.give(jsonResponse(
            "{\"restaurant_id\":" + json::quoted(restaurantId) + ",\"data_type\":"
            + json::quoted(type) + ",\"entity_id\":" + json::quoted(id) + ",\"epoch\":"
            + json::quoted(epoch) + ",\"floor\":" + QByteArray::number(*floor) + ",\"complete\":"
            + ((*history)->isFromBirth() ? "true" : "false") + ",\"versions\":[" + list
            + "],\"next\":" + (next ? json::quoted(cursorText(*next)) : QByteArray("null")) + '}'));
    };
    if (!JournalWalk::start(m_context.journal, m_walks, summary->no, *dataType == DataType::Users,
                            reader))
        return ready(busy());
    return answer.future();
}

} // namespace possync::net
