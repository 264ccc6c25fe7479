// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// All that is kept of a restaurant, page by page: docs/protocol.md, "Taking out and erasing".
#include "server/net/accessjson.h"
#include "server/net/changepage.h"
#include "server/net/hookjson.h"
#include "server/net/restroutes.h"

namespace possync::net {
namespace {

constexpr qsizetype pageBytes = 1024 * 1024;
constexpr int pageLines = 1000;

enum class Section : quint8 {
    Head,
    Records,
    Devices,
    Conflicts,
    Tokens,
    Webhooks,
    Traffic,
    Changes,
};
constexpr std::array sectionNames{"head",   "records",  "devices", "conflicts",
                                  "tokens", "webhooks", "traffic", "changes"};

/// Where an export goes on: in a section, behind something.
struct Place {
    Section section = Section::Head;
    QByteArray after;
};

std::optional<Place> placeFrom(const QByteArray &cursor)
{
    if (cursor.isEmpty())
        return Place();
    const qsizetype colon = cursor.indexOf(':');
    const QByteArray name = cursor.first(std::max<qsizetype>(colon, 0));
    const auto found =
        std::ranges::find_if(sectionNames, [&name](const char *known) { return name == known; });
    if (found == sectionNames.end())
        return std::nullopt;
    return Place{static_cast<Section>(found - sectionNames.begin()),
                 QByteArray::fromPercentEncoding(cursor.sliced(colon + 1))};
}

QByteArray cursorOf(Section section, const QByteArray &after = {})
{
    return sectionNames[static_cast<std::size_t>(section)] + QByteArray(":")
           + after.toPercentEncoding();
}

/// Lines of one page.
class Lines
{
public:
    /// `object` without a member `type`.
    void add(const char *type, QByteArrayView object)
    {
        m_text += (m_count == 0 ? "{\"type\":\"" : ",{\"type\":\"") + QByteArray(type) + "\","
                  + object.sliced(1).toByteArray();
        ++m_count;
    }
    /// One that has its type as its first member.
    void addTyped(QByteArrayView object)
    {
        m_text.append(m_count == 0 ? "" : ",").append(object);
        ++m_count;
    }
    bool isFull() const { return m_count >= pageLines || m_text.size() >= pageBytes; }
    /// `next` empty: that was all.
    QHttpServerResponse answer(const QByteArray &next) const
    {
        return jsonResponse("{\"lines\":[" + m_text + "],\"next\":" + textOrNull(next) + '}');
    }

private:
    QByteArray m_text;
    int m_count = 0;
};

QHttpServerResponse headPage(const core::Room &room, const QByteArray &name, quint64 floorSeq)
{
    Lines lines;
    lines.add("restaurant", "{\"format\":1,\"restaurant_id\":" + json::quoted(room.restaurantId())
                                + ",\"name\":" + textOrNull(name)
                                + ",\"epoch\":" + json::quoted(room.epoch())
                                + ",\"head\":" + QByteArray::number(room.head())
                                + ",\"floor\":" + QByteArray::number(floorSeq) + ",\"exported_at\":"
                                + timeOrNull(QDateTime::currentMSecsSinceEpoch())
                                + ",\"server\":\"possync " POSSYNC_VERSION "\"}");
    return lines.answer(cursorOf(Section::Records));
}

/// Tombstones too. A record that changes meanwhile comes once more.
QHttpServerResponse recordsPage(const core::Room &room, quint64 after)
{
    Lines lines;
    quint64 last = after;
    for (const core::Entity *entity : room.entities().touchedAfter(after)) {
        if (lines.isFull() && entity->seq != last)
            return lines.answer(cursorOf(Section::Records, QByteArray::number(last)));
        lines.add("record", entityJson(room.restaurantId(), *entity));
        last = entity->seq;
    }
    return lines.answer(cursorOf(Section::Devices));
}

QHttpServerResponse devicesPage(const core::Room &room, const store::RestaurantNames &names)
{
    const QByteArray devices = devicesJson(room, names);
    std::vector<QByteArrayView> all;
    json::splitArray(devices, all);
    Lines lines;
    for (const QByteArrayView device : all)
        lines.add("device", device);
    return lines.answer(cursorOf(Section::Conflicts));
}

QHttpServerResponse conflictsPage(const core::Room &room, const QByteArray &after)
{
    const auto &all = room.decisions().all();
    auto next = std::ranges::find(all, after, [](const auto &kept) { return kept->changeId; });
    // Where that one is not kept any more, some come twice.
    next = after.isEmpty() || next == all.end() ? all.begin() : next + 1;
    Lines lines;
    QByteArray last = after;
    for (; next != all.end(); ++next) {
        if (lines.isFull())
            return lines.answer(cursorOf(Section::Conflicts, last));
        lines.add("conflict", decisionJson(**next));
        last = (*next)->changeId;
    }
    return lines.answer(cursorOf(Section::Tokens));
}

/// Where an export of traffic goes on.
struct TrafficPlace {
    qint64 nowMs = 0;
    qint64 fromMs = 0;
};

std::optional<TrafficPlace> trafficPlaceFrom(const QByteArray &text)
{
    if (text.isEmpty())
        return TrafficPlace{QDateTime::currentMSecsSinceEpoch(), 0};
    const qsizetype dot = text.indexOf('.');
    bool isNow = false;
    bool isFrom = false;
    const TrafficPlace place{text.first(std::max<qsizetype>(dot, 0)).toLongLong(&isNow),
                             text.sliced(dot + 1).toLongLong(&isFrom)};
    const bool isGood = isNow && isFrom && place.fromMs >= 0 && place.fromMs <= place.nowMs;
    return isGood ? std::optional(place) : std::nullopt;
}

/// A part of the past, and the finest step in which all of it is kept.
struct TrafficPart {
    qint64 fromMs = 0;
    qint64 toMs = 0;
    int stepMs = 0;
};

/// The part that holds `fromMs`, or the first one behind it. The parts follow each other without a
/// gap, each from a whole step to a whole step of its own, so that nothing is told twice.
TrafficPart trafficPartAt(qint64 nowMs, qint64 fromMs)
{
    using store::TrafficStore;
    const TrafficStore::Level &coarsest = TrafficStore::levels.back();
    TrafficPart part;
    part.toMs = (nowMs - coarsest.keptMs) / coarsest.stepMs * coarsest.stepMs;
    for (std::size_t level = TrafficStore::levels.size(); level-- > 0;) {
        const qint64 step = TrafficStore::levels[level].stepMs;
        part.fromMs = part.toMs;
        part.stepMs = static_cast<int>(step);
        part.toMs = level == 0
                        ? nowMs + step
                        : (nowMs - TrafficStore::levels[level - 1].keptMs + step - 1) / step * step;
        if (fromMs < part.toMs)
            break;
    }
    part.fromMs = std::max(part.fromMs, fromMs);
    return part;
}

} // namespace

void RestRoutes::addExportRoutes(QHttpServer &server)
{
    using security::Route;
    add(server, Route::Export, [this](const QString &id, const QHttpServerRequest &request) {
        return exported(segment(id), request);
    });
    add(server, Route::Erase, [this](const QString &id, const QHttpServerRequest &request) {
        return erase(segment(id), request);
    });
}

RestRoutes::Later RestRoutes::exported(const QByteArray &restaurantId,
                                       const QHttpServerRequest &request)
{
    const auto place = placeFrom(
        request.query().queryItemValue(QStringLiteral("cursor"), QUrl::FullyDecoded).toUtf8());
    bool isNumber = place.has_value();
    if (place && (place->section == Section::Records || place->section == Section::Changes)
        && !place->after.isEmpty())
        place->after.toULongLong(&isNumber);
    const auto traffic = place && place->section == Section::Traffic
                             ? trafficPlaceFrom(place->after)
                             : std::optional(TrafficPlace());
    if (!isNumber || !traffic)
        return ready(errorResponse(Status::BadRequest, "bad_field",
                                   "\"cursor\" must be the \"next\" of the page before"));
    const quint64 after = place->after.toULongLong();
    const auto summary = summaryOf(restaurantId);
    if (!summary)
        return ready(noSuchRestaurant());
    const store::RestaurantNames names = m_context.names.of(restaurantId);
    switch (place->section) {
    case Section::Head: {
        // Reading is not noted down; taking all of it out is.
        const security::Grant grant = grantOf(request);
        m_context.access.record({Auditor::actorOf(grant), security::roleName(grant.role),
                                 request.value("x-possync-client"),
                                 QByteArray("GET ") + security::rowOf(security::Route::Export).path,
                                 restaurantId, "everything", "done"},
                                QDateTime::currentMSecsSinceEpoch());
        return fromRoom(restaurantId, [floor = summary->floorSeq, name = names.own](HostedRoom &room) {
            return headPage(room.room(), name, floor);
        });
    }
    case Section::Records:
        return fromRoom(restaurantId,
                        [after](HostedRoom &room) { return recordsPage(room.room(), after); });
    case Section::Devices:
        return fromRoom(restaurantId,
                        [names](HostedRoom &room) { return devicesPage(room.room(), names); });
    case Section::Conflicts:
        return fromRoom(restaurantId, [after = place->after](HostedRoom &room) {
            return conflictsPage(room.room(), after);
        });
    case Section::Tokens:
        return exportedTokens(restaurantId);
    case Section::Webhooks:
        return exportedWebhooks(restaurantId);
    case Section::Traffic:
        return exportedTraffic(restaurantId, traffic->nowMs, traffic->fromMs);
    case Section::Changes:
        break;
    }
    return exportedChanges(restaurantId, after);
}

RestRoutes::Later RestRoutes::exportedTokens(const QByteArray &restaurantId) const
{
    Lines lines;
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    for (const security::Token &token : m_context.access.list()) {
        if (token.spec.restaurant == restaurantId)
            lines.add("token", tokenJson(token, nowMs));
    }
    return ready(lines.answer(cursorOf(Section::Webhooks)));
}

RestRoutes::Later RestRoutes::exportedWebhooks(const QByteArray &restaurantId)
{
    Answer answer;
    m_context.hooks.list(
        restaurantId,
        [answer](const Result<std::vector<hooks::HookDesk::Shown>, hooks::HookRefusal> &all) {
            if (!all)
                return answer.give(unavailable());
            Lines lines;
            for (const hooks::HookDesk::Shown &shown : *all)
                lines.add("webhook", webhookJson(shown));
            answer.give(lines.answer(cursorOf(Section::Traffic)));
        });
    return answer.future();
}

RestRoutes::Later RestRoutes::exportedTraffic(const QByteArray &restaurantId, qint64 nowMs,
                                              qint64 fromMs)
{
    const TrafficPart part = trafficPartAt(nowMs, fromMs);
    Answer answer;
    m_context.readTraffic(
        {.restaurantId = restaurantId,
         .fromMs = part.fromMs,
         .toMs = part.toMs,
         .stepMs = part.stepMs,
         .limit = pageLines},
        [answer, nowMs, part](const Result<store::TrafficStore::Page, store::StoreError> &page) {
            if (!page)
                return answer.give(unavailable());
            Lines lines;
            // Where nothing happened there is nothing to take out.
            for (const store::TrafficSample &sample : page->samples) {
                if (sample.isActive())
                    lines.addTyped(trafficJson(sample));
            }
            const qint64 next = page->nextMs > 0 ? page->nextMs : part.toMs;
            answer.give(lines.answer(
                next < nowMs ? cursorOf(Section::Traffic,
                                        QByteArray::number(nowMs) + '.' + QByteArray::number(next))
                             : cursorOf(Section::Changes)));
        });
    return answer.future();
}

RestRoutes::Later RestRoutes::exportedChanges(const QByteArray &restaurantId, quint64 after)
{
    const auto summary = summaryOf(restaurantId);
    if (!summary)
        return ready(noSuchRestaurant());
    const quint64 since = std::max<quint64>(after, summary->floorSeq);
    Answer answer;
    m_context.journal.readPast(
        summary->no, since + 1, {.maxBlocks = pageLines, .maxBytes = std::size_t(pageBytes)},
        [answer, since](Result<store::ReadResult, store::StoreError> read) {
            ChangePage page;
            page.last = since;
            if (read) {
                for (const core::JournalBlock &block : read->blocks)
                    page.add(block, since, pageLines);
            }
            if (!read || !page.readable) {
                answer.give(unavailable());
                return;
            }
            std::vector<QByteArrayView> changes;
            const QByteArray entries = page.entries + ']';
            json::splitArray(entries, changes);
            Lines lines;
            for (const QByteArrayView change : changes)
                lines.add("change", change);
            const bool more =
                page.count > 0 && (page.full || read->more || page.last < read->headSeq);
            answer.give(lines.answer(
                more ? cursorOf(Section::Changes, QByteArray::number(page.last)) : QByteArray()));
        });
    return answer.future();
}

} // namespace possync::net
