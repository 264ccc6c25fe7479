// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/link/wire.h"

#include "common/model/jsontext.h"
#include "common/model/timestamp.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace possync::gui::wire {

using namespace Qt::StringLiterals;

namespace {

qint64 timeOf(const QJsonValue &value)
{
    return parseTimestamp(value.toString().toUtf8()).value_or(0);
}

std::optional<qint64> optionalMs(const QJsonValue &value)
{
    return value.isDouble() ? std::optional(qint64(value.toDouble())) : std::nullopt;
}

quint64 countOf(const QJsonValue &value)
{
    return quint64(std::max<qint64>(value.toInteger(), 0));
}

QString missing(QLatin1StringView field)
{
    return u"field \"%1\" is missing or of the wrong kind"_s.arg(field);
}

Result<Frame, QString> restaurants(const QJsonObject &frame)
{
    if (!frame.value("restaurants"_L1).isArray())
        return Unexpected(missing("restaurants"_L1));
    QList<RestaurantFacts> all;
    for (const QJsonValue &value : frame.value("restaurants"_L1).toArray()) {
        const QJsonObject r = value.toObject();
        if (r.value("id"_L1).toString().isEmpty())
            return Unexpected(missing("restaurants.id"_L1));
        RestaurantFacts facts{.id = r.value("id"_L1).toString(),
                              .name = r.value("name"_L1).toString(),
                              .deviceCount = r.value("device_count"_L1).toInt(),
                              .head = countOf(r.value("head"_L1)),
                              .epoch = r.value("epoch"_L1).toString(),
                              .changesPerSecond =
                                  std::max(0.0, r.value("changes_per_second"_L1).toDouble()),
                              .lastChangeMs = timeOf(r.value("last_change_at"_L1))};
        for (const QJsonValue &warning : r.value("warnings"_L1).toArray())
            facts.warnings.append(warning.toString());
        all.append(facts);
    }
    return Frame(all);
}

Result<Frame, QString> devices(const QJsonObject &frame)
{
    if (!frame.value("devices"_L1).isArray())
        return Unexpected(missing("devices"_L1));
    if (frame.value("restaurant"_L1).toString().isEmpty())
        return Unexpected(missing("restaurant"_L1));
    DeviceList list{frame.value("restaurant"_L1).toString(), {}};
    for (const QJsonValue &value : frame.value("devices"_L1).toArray()) {
        const QJsonObject d = value.toObject();
        if (!d.value("device_id"_L1).isString())
            return Unexpected(missing("devices.device_id"_L1));
        list.devices.append({.connection = d.value("connection"_L1).toInteger(),
                             .deviceId = d.value("device_id"_L1).toString(),
                             .userId = d.value("user_id"_L1).toString(),
                             .protocol = d.value("protocol"_L1).toString(),
                             .address = d.value("address"_L1).toString(),
                             .connectedMs = timeOf(d.value("connected_at"_L1)),
                             .lastSeenMs = timeOf(d.value("last_seen_at"_L1)),
                             .roundTripMs = optionalMs(d.value("round_trip_ms"_L1)),
                             .clockSkewMs = optionalMs(d.value("clock_skew_ms"_L1)),
                             .position = countOf(d.value("position"_L1)),
                             .lag = countOf(d.value("lag"_L1)),
                             .queuedBytes = qint64(countOf(d.value("queued_bytes"_L1))),
                             .isShared = d.value("shared_id"_L1).toBool(),
                             .isConnected = d.value("connected"_L1).toBool(),
                             .isCatchingUp = d.value("state"_L1).toString() == "catching_up"_L1});
    }
    return Frame(list);
}

TrafficSample sampleOf(const QJsonObject &frame)
{
    TrafficSample sample{.atMs = timeOf(frame.value("at"_L1)),
                         .intervalMs =
                             std::max<qint64>(frame.value("interval_ms"_L1).toInteger(1000), 1)};
    const double seconds = double(sample.intervalMs) / 1000;
    const QJsonObject changes = frame.value("changes"_L1).toObject();
    const auto rate = [seconds](const QJsonValue &value) {
        return float(std::max(0.0, value.toDouble()) / seconds);
    };
    const QLatin1StringView types[]{"orders"_L1, "menu_items"_L1, "inventory"_L1,
                                    "tables"_L1, "users"_L1,      "printers"_L1};
    for (std::size_t i = 0; i < std::size(types); ++i)
        sample.values[i] = rate(changes.value(types[i]));
    sample[TrafficLine::Deliveries] = rate(frame.value("deliveries"_L1));
    sample[TrafficLine::BytesIn] = rate(frame.value("bytes_in"_L1));
    sample[TrafficLine::BytesOut] = rate(frame.value("bytes_out"_L1));
    sample[TrafficLine::Rejected] = rate(frame.value("rejected"_L1));
    sample[TrafficLine::Connections] = float(frame.value("connections"_L1).toDouble());
    // Without a change there was no latency to measure: a gap, not a zero.
    const auto latency = [](const QJsonValue &value) {
        return value.toDouble() > 0 ? float(value.toDouble()) : -1.0F;
    };
    sample[TrafficLine::LatencyP50] = latency(frame.value("latency_p50_us"_L1));
    sample[TrafficLine::LatencyP99] = latency(frame.value("latency_p99_us"_L1));
    return sample;
}

Result<Frame, QString> logs(const QJsonObject &frame)
{
    if (!frame.value("lines"_L1).isArray())
        return Unexpected(missing("lines"_L1));
    QList<LogLine> lines;
    for (const QJsonValue &value : frame.value("lines"_L1).toArray()) {
        const QJsonObject l = value.toObject();
        const QString level = l.value("level"_L1).toString();
        lines.append({countOf(l.value("no"_L1)), timeOf(l.value("at"_L1)),
                      level == "debug"_L1     ? LogLevel::Debug
                      : level == "warning"_L1 ? LogLevel::Warning
                      : level == "error"_L1   ? LogLevel::Error
                                              : LogLevel::Info,
                      l.value("component"_L1).toString(), l.value("text"_L1).toString()});
    }
    return Frame(lines);
}

QByteArray textOf(const json::Members &members, QByteArrayView key)
{
    const json::Member *member = json::find(members, key);
    return member && member->type == json::Type::String ? json::unquoted(member->value)
                                                        : QByteArray();
}

/// Changes are cut from the text instead of parsed, so that `data` keeps its exact text.
Result<std::vector<ChangeEntry>, QString> changesOf(const json::Members &outer,
                                                    const QByteArray &restaurant)
{
    const json::Member *list = json::find(outer, "changes");
    if (!list || list->type != json::Type::Array)
        return Unexpected(missing("changes"_L1));
    std::vector<QByteArrayView> elements;
    json::splitArray(list->value, elements);
    std::vector<ChangeEntry> changes;
    changes.reserve(elements.size());
    json::Members members;
    for (const QByteArrayView element : elements) {
        members.clear();
        if (!json::splitObject(element, members))
            return Unexpected(missing("changes[]"_L1));
        const json::Member *seq = json::find(members, "seq");
        const json::Member *data = json::find(members, "data");
        ChangeEntry entry{.seq = seq ? seq->value.toByteArray().toULongLong() : 0,
                          .sentMs = parseTimestamp(textOf(members, "timestamp")).value_or(0),
                          .receivedMs = parseTimestamp(textOf(members, "received_at")).value_or(0),
                          .restaurant = restaurant,
                          .changeId = textOf(members, "change_id"),
                          .dataType = textOf(members, "data_type"),
                          .action = textOf(members, "action"),
                          .entityId = textOf(members, "entity_id"),
                          .deviceId = textOf(members, "device_id"),
                          .userId = textOf(members, "user_id"),
                          .outcome = textOf(members, "outcome"),
                          .data = data ? data->value.toByteArray() : QByteArray()};
        if (entry.seq == 0)
            return Unexpected(missing("changes.seq"_L1));
        changes.push_back(std::move(entry));
    }
    return changes;
}

} // namespace

Result<Frame, QString> decode(const QByteArray &text)
{
    json::Members members;
    const auto parsed = json::parseObject(text, members, {.depth = 64, .members = 200000});
    if (!parsed)
        return Unexpected(QString::fromUtf8(parsed.error().detail));
    const QByteArray type = textOf(members, "type");
    if (type == "changes") {
        const QByteArray restaurant = textOf(members, "restaurant");
        if (restaurant.isEmpty())
            return Unexpected(missing("restaurant"_L1));
        auto changes = changesOf(members, restaurant);
        if (!changes)
            return Unexpected(changes.error());
        return Frame(ChangeBatch{QString::fromUtf8(restaurant), std::move(changes).value()});
    }
    const QJsonObject frame = QJsonDocument::fromJson(text).object();
    if (type == "restaurants")
        return restaurants(frame);
    if (type == "devices")
        return devices(frame);
    if (type == "logs")
        return logs(frame);
    if (type == "traffic") {
        const TrafficSample sample = sampleOf(frame);
        if (sample.atMs == 0)
            return Unexpected(missing("at"_L1));
        return Frame(Traffic{frame.value("restaurant"_L1).toString(), sample});
    }
    if (type == "welcome")
        return Frame(Welcome{frame.value("version"_L1).toString(),
                             frame.value("protocol"_L1).toInt(), timeOf(frame.value("time"_L1))});
    if (type == "gap")
        return Frame(Gap{frame.value("topic"_L1).toString(), frame.value("missed"_L1).toInteger()});
    if (type == "result")
        return Frame(
            CommandResult{frame.value("id"_L1).toString(), frame.value("ok"_L1).toBool(),
                          frame.value("result"_L1).toObject(),
                          frame.value("error"_L1).toObject().value("message"_L1).toString()});
    if (type.isEmpty())
        return Unexpected(missing("type"_L1));
    return Frame(Unknown{QString::fromUtf8(type)});
}

Result<ChangePage, QString> decodeChangePage(const QByteArray &body, const QString &restaurant)
{
    json::Members members;
    const auto parsed = json::parseObject(body, members, {.depth = 64, .members = 200000});
    if (!parsed)
        return Unexpected(QString::fromUtf8(parsed.error().detail));
    auto changes = changesOf(members, restaurant.toUtf8());
    if (!changes)
        return Unexpected(changes.error());
    const json::Member *next = json::find(members, "next");
    const json::Member *more = json::find(members, "more");
    return ChangePage{std::move(changes).value(),
                      next ? next->value.toByteArray().toULongLong() : 0,
                      more && more->type == json::Type::True};
}

} // namespace possync::gui::wire
