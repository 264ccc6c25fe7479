// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/wire.h"

#include "common/model/timestamp.h"
#include "console/remote/fields.h"

namespace possync::remote::wire {

using namespace Qt::StringLiterals;

namespace {

RestaurantSummary readRestaurant(Fields &f)
{
    RestaurantSummary r;
    r.id = f.text("id");
    r.name = f.optionalText("name");
    r.deviceCount = static_cast<int>(std::min<quint64>(f.optionalCounter("device_count"), 1000000));
    r.head = f.optionalCounter("head");
    r.epoch = f.optionalText("epoch");
    r.changesPerSecond = f.optionalNumber("changes_per_second");
    r.lastChangeMs = f.optionalTime("last_change_at");
    r.state = f.optionalText("state");
    r.warnings = f.optionalTexts("warnings");
    return r;
}

DeviceStatus readDevice(Fields &f)
{
    DeviceStatus d;
    d.connection = f.optionalInteger("connection").value_or(0);
    d.deviceId = f.text("device_id");
    d.name = f.optionalText("name");
    d.userId = f.optionalText("user_id");
    d.protocol = f.optionalText("protocol");
    d.address = f.optionalText("address");
    d.connectedMs = f.optionalTime("connected_at");
    d.lastSeenMs = f.optionalTime("last_seen_at");
    d.roundTripMs = f.optionalInteger("round_trip_ms");
    d.clockSkewMs = f.optionalInteger("clock_skew_ms");
    d.position = f.optionalCounter("position");
    d.lag = f.optionalCounter("lag");
    d.queuedBytes = f.optionalInteger("queued_bytes").value_or(0);
    d.isShared = f.optionalFlag("shared_id");
    d.isConnected = f.optionalFlag("connected");
    d.isCatchingUp = f.optionalText("state") == u"catching_up"_s;
    return d;
}

ChangeEntry readChange(Fields &f)
{
    ChangeEntry c;
    c.seq = f.counter("seq");
    c.changeId = f.optionalBytes("change_id");
    c.dataType = f.bytes("data_type");
    c.action = f.bytes("action");
    c.entityId = f.optionalBytes("entity_id");
    c.data = f.optionalObject("data").toByteArray();
    c.deviceId = f.optionalBytes("device_id");
    c.userId = f.optionalBytes("user_id");
    c.receivedMs = f.optionalTime("received_at");
    // A device's clock is the device's word: a strange one is no reason to refuse the entry.
    const json::Member *sent = json::find(f.members(), "timestamp");
    if (sent && sent->type == json::Type::String)
        c.sentMs = parseTimestamp(json::unquoted(sent->value)).value_or(0);
    c.outcome = f.optionalBytes("outcome");
    return c;
}

LogLine readLogLine(Fields &f)
{
    LogLine line;
    line.no = f.counter("no");
    line.atMs = f.optionalTime("at");
    line.level = f.optionalText("level");
    line.component = f.optionalText("component");
    line.text = f.text("text");
    return line;
}

/// Reads every element of `key` with `read`; an element's error becomes the object's.
template<typename List, typename Read>
List readList(Fields &f, QByteArrayView key, Read read)
{
    List list;
    const auto elements = f.list(key);
    list.reserve(static_cast<typename List::size_type>(elements.size()));
    for (const QByteArrayView element : elements) {
        Fields fields(element);
        auto value = read(fields);
        if (!fields.isGood()) {
            f.fail(u"%1: %2"_s.arg(QString::fromUtf8(key), fields.error()));
            return {};
        }
        list.push_back(std::move(value));
    }
    return list;
}

std::vector<ChangeEntry> readChanges(Fields &f, const QString &restaurant)
{
    auto changes = readList<std::vector<ChangeEntry>>(f, "changes", readChange);
    const QByteArray id = restaurant.toUtf8();
    for (ChangeEntry &change : changes)
        change.restaurant = id;
    return changes;
}

QList<DeviceStatus> readDevices(Fields &f, const QString &restaurant)
{
    auto devices = readList<QList<DeviceStatus>>(f, "devices", readDevice);
    for (DeviceStatus &device : devices)
        device.restaurant = restaurant;
    return devices;
}

TrafficSample readTraffic(Fields &f)
{
    TrafficSample t;
    t.restaurant = f.optionalText("restaurant");
    t.atMs = f.optionalTime("at");
    t.intervalMs = f.optionalInteger("interval_ms").value_or(1000);
    if (const QByteArrayView changes = f.optionalObject("changes"); !changes.isEmpty()) {
        Fields counts(changes);
        for (std::size_t i = 0; i < allDataTypes.size(); ++i)
            t.changes[i] = counts.optionalInteger(dataTypeName(allDataTypes[i])).value_or(0);
        if (!counts.isGood())
            f.fail(u"changes: "_s + counts.error());
    }
    t.deliveries = f.optionalInteger("deliveries").value_or(0);
    t.bytesIn = f.optionalInteger("bytes_in").value_or(0);
    t.bytesOut = f.optionalInteger("bytes_out").value_or(0);
    t.connections = f.optionalInteger("connections").value_or(0);
    t.rejected = f.optionalInteger("rejected").value_or(0);
    t.latencyP50Us = f.optionalInteger("latency_p50_us").value_or(0);
    t.latencyP99Us = f.optionalInteger("latency_p99_us").value_or(0);
    return t;
}

CommandResult readResult(Fields &f)
{
    CommandResult r;
    r.id = f.text("id");
    if (f.flag("ok")) {
        r.result = f.optionalObject("result").toByteArray();
        return r;
    }
    const QByteArrayView error = f.optionalObject("error");
    if (error.isEmpty()) {
        r.result =
            Unexpected{RemoteError{u"failed"_s, u"The server refused without a reason."_s, {}}};
        return r;
    }
    Fields e(error);
    r.result = Unexpected{RemoteError{e.optionalText("code"), e.optionalText("message"), {}}};
    return r;
}

template<typename T>
Decoded<T> finished(const Fields &f, T value)
{
    if (!f.isGood())
        return Unexpected{f.error()};
    return value;
}

} // namespace

Decoded<Frame> decodeFrame(const QByteArray &frame)
{
    Fields f(frame);
    const QByteArray type = f.bytes("type");
    Frame result = Unknown{QString::fromUtf8(type)};
    if (type == "welcome")
        result = Welcome{f.optionalText("server"), f.optionalText("version"), f.integer("protocol"),
                         f.optionalTime("time"), f.optionalTime("started_at"),
                         f.optionalText("role"),
                         f.optionalText("restaurant")};
    else if (type == "restaurants")
        result = readList<QList<RestaurantSummary>>(f, "restaurants", readRestaurant);
    else if (type == "devices") {
        const QString restaurant = f.text("restaurant");
        result = DeviceList{restaurant, readDevices(f, restaurant)};
    } else if (type == "changes") {
        const QString restaurant = f.text("restaurant");
        result = ChangeBatch{restaurant, readChanges(f, restaurant)};
    } else if (type == "traffic")
        result = readTraffic(f);
    else if (type == "logs")
        result = readList<QList<LogLine>>(f, "lines", readLogLine);
    else if (type == "gap")
        result = Gap{f.text("topic"), f.optionalInteger("missed").value_or(0)};
    else if (type == "result")
        result = readResult(f);
    return finished(f, std::move(result));
}

Decoded<Health> decodeHealth(const QByteArray &body)
{
    Fields f(body);
    Health h;
    h.status = f.text("status");
    h.version = f.optionalText("version");
    h.atMs = f.optionalTime("timestamp");
    if (f.has("uptime_s"))
        h.uptimeS = static_cast<qint64>(std::clamp(f.optionalNumber("uptime_s"), -1.0, 1e12));
    h.restaurants = f.optionalInteger("connectedRestaurants").value_or(0);
    h.connections = f.optionalInteger("totalConnections").value_or(0);
    if (const QByteArrayView journal = f.optionalObject("journal"); !journal.isEmpty())
        h.journalState = Fields(journal).optionalText("state");
    return finished(f, h);
}

Decoded<QList<RestaurantSummary>> decodeRestaurants(const QByteArray &body)
{
    Fields f(body);
    auto list = readList<QList<RestaurantSummary>>(f, "restaurants", readRestaurant);
    return finished(f, std::move(list));
}

Decoded<QList<DeviceStatus>> decodeDevices(const QByteArray &body, const QString &restaurant)
{
    Fields f(body);
    auto list = readDevices(f, restaurant);
    return finished(f, std::move(list));
}

Decoded<ChangeEntry> decodeChange(QByteArrayView object)
{
    Fields f(object);
    ChangeEntry change = readChange(f);
    return finished(f, std::move(change));
}

Decoded<ChangePage> decodeChangePage(const QByteArray &body, const QString &restaurant)
{
    Fields f(body);
    ChangePage page;
    page.epoch = f.optionalText("epoch");
    page.changes = readChanges(f, restaurant);
    page.next = f.counter("next");
    page.head = f.optionalCounter("head");
    page.hasMore = f.optionalFlag("more");
    return finished(f, std::move(page));
}

Decoded<TrafficPage> decodeTrafficPage(const QByteArray &body)
{
    Fields f(body);
    TrafficPage page;
    page.stepMs = std::max<qint64>(f.integer("step_ms"), 1);
    page.samples = readList<QList<TrafficSample>>(f, "samples", readTraffic);
    page.nextMs = f.optionalTime("next");
    return finished(f, std::move(page));
}

Decoded<LogPage> decodeLogPage(const QByteArray &body)
{
    Fields f(body);
    LogPage page;
    page.lines = readList<QList<LogLine>>(f, "lines", readLogLine);
    page.next = f.optionalCounter("next");
    return finished(f, std::move(page));
}

Decoded<RecordList> decodeRecords(const QByteArray &body)
{
    Fields f(body);
    const QByteArrayView data = f.object("data");
    RecordList records;
    if (f.isGood()) {
        Fields types(data);
        for (const json::Member &member : types.members()) {
            const QByteArray type = json::plainKey(member);
            records.emplace_back(
                type, readList<std::vector<EntityRecord>>(types, type, [&](Fields &record) {
                    return EntityRecord{record.optionalBytes("id"), {}};
                }));
            const auto texts = types.list(type);
            for (std::size_t i = 0; i < texts.size() && i < records.back().second.size(); ++i)
                records.back().second[i].data = texts[i].toByteArray();
        }
        if (!types.isGood())
            f.fail(u"data: "_s + types.error());
    }
    return finished(f, std::move(records));
}

Decoded<PastRecords> decodePastRecords(const QByteArray &body)
{
    auto records = decodeRecords(body);
    if (!records)
        return Unexpected{records.error()};
    Fields f(body);
    const bool isWhole = f.optionalList("incomplete").empty();
    return finished(f, PastRecords{std::move(*records), isWhole});
}

Decoded<std::vector<SyncResult>> decodeSyncResults(const QByteArray &body)
{
    Fields f(body);
    auto results = readList<std::vector<SyncResult>>(f, "results", [](Fields &r) {
        return SyncResult{r.optionalBytes("change_id"), r.text("outcome"), r.optionalCounter("seq"),
                          r.optionalText("code"), r.optionalText("message")};
    });
    return finished(f, std::move(results));
}

std::optional<RemoteError> decodeError(const QByteArray &body)
{
    Fields f(body);
    RemoteError error{f.optionalText("code"), f.text("message"), {}};
    if (!f.isGood())
        return std::nullopt;
    return error;
}

} // namespace possync::remote::wire
