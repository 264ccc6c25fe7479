// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// All that is kept of a restaurant, page by page: docs/protocol.md, "Taking out and erasing".
#include "server/net/accessjson.h"
#include "server/net/changepage.h"
#include "server/net/restroutes.h"

namespace possync::net {
namespace {

constexpr qsizetype pageBytes = 1024 * 1024;
constexpr int pageLines = 1000;

enum class Section : quint8 { Head, Records, Devices, Conflicts, Tokens, Changes };
constexpr std::array sectionNames{"head", "records", "devices", "conflicts", "tokens", "changes"};

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
    if (!isNumber)
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
    return ready(lines.answer(cursorOf(Section::Changes)));
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
