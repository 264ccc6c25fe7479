// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/feedjson.h"

#include "common/model/textwriter.h"
#include "common/model/timestamp.h"

#include <algorithm>

namespace possync::net {
namespace {

QByteArray numberOrNull(const std::optional<qint64> &number, qint64 divisor = 1)
{
    return number ? QByteArray::number(*number / divisor) : QByteArray("null");
}

QByteArray protocolName(bool isV2)
{
    return isV2 ? "\"v2\"" : "\"classic\"";
}

QByteArray connectedDevice(const core::Connection &connection, const QByteArray &name, quint64 head)
{
    const quint64 lag = head - std::min(head, connection.confirmedSeq);
    return "{\"connection\":" + QByteArray::number(connection.id)
           + ",\"device_id\":" + json::quoted(connection.device->id) + ",\"name\":" + textOrNull(name)
           + ",\"user_id\":" + textOrNull(connection.userId.value_or(QByteArray()))
           + ",\"protocol\":" + protocolName(connection.v2 != nullptr)
           + ",\"address\":" + json::quoted(connection.address)
           + ",\"connected\":true,\"connected_at\":" + timeOrNull(connection.connectedAtMs)
           + ",\"last_seen_at\":" + timeOrNull(connection.lastSeenMs)
           + ",\"round_trip_ms\":" + numberOrNull(connection.roundTripUs, 1000)
           + ",\"clock_skew_ms\":" + numberOrNull(connection.clockSkewMs) + ",\"position\":"
           + QByteArray::number(connection.confirmedSeq) + ",\"lag\":" + QByteArray::number(lag)
           + ",\"queued_bytes\":"
           + QByteArray::number(connection.v2 ? connection.v2->unackedBytes
                                              : connection.unconfirmedBytes)
           + ",\"queue\":"
           + (connection.v2 ? QByteArray::number(connection.v2->queue) : QByteArray("null"))
           + ",\"sent\":" + QByteArray::number(connection.sent)
           + ",\"received\":" + QByteArray::number(connection.received)
           + ",\"shared_id\":" + (connection.device->shared ? "true" : "false") + ",\"state\":\""
           + (connection.live ? "live" : "catching_up") + "\"}";
}

QByteArray absentDevice(const core::Device &device, const QByteArray &name, quint64 head)
{
    quint64 position = head;
    qint64 lastSeenMs = 0;
    for (const core::DeviceSlot &slot : device.slots) {
        position = std::min(position, slot.cursor);
        lastSeenMs = std::max(lastSeenMs, slot.lastSeenMs);
    }
    return "{\"connection\":null,\"device_id\":" + json::quoted(device.id) + ",\"name\":" + textOrNull(name)
           + ",\"user_id\":" + textOrNull(device.userId)
           + ",\"protocol\":" + protocolName(device.isV2) + ",\"connected\":false,\"last_seen_at\":"
           + timeOrNull(lastSeenMs) + ",\"position\":" + QByteArray::number(position)
           + ",\"lag\":" + QByteArray::number(head - position)
           + ",\"shared_id\":" + (device.shared ? "true" : "false") + ",\"state\":\"offline\"}";
}

void join(QByteArray &list, const QByteArray &item)
{
    if (!list.endsWith('['))
        list.append(',');
    list.append(item);
}

} // namespace

QByteArray textOrNull(QByteArrayView text)
{
    return text.isEmpty() ? QByteArray("null") : json::quoted(text);
}

QByteArray timeOrNull(qint64 utcMs)
{
    return utcMs == 0 ? QByteArray("null") : '"' + formatTimestamp(utcMs) + '"';
}

QByteArray changeJson(const core::StoredChange &stored)
{
    const classic::Change &change = stored.change;
    json::Members members;
    json::splitObject(change.raw, members);
    const json::Member *timestamp = json::find(members, "timestamp");
    QByteArray text;
    text.reserve(change.dataSize + 400);
    text.append("{\"seq\":")
        .append(QByteArray::number(stored.seq))
        .append(",\"change_id\":")
        .append(json::quoted(change.changeId))
        .append(",\"data_type\":\"")
        .append(dataTypeName(change.dataType))
        .append("\",\"action\":\"")
        .append(actionName(change.action))
        .append("\",\"entity_id\":")
        .append(textOrNull(change.entityId))
        .append(",\"data\":")
        .append(change.data())
        .append(",\"device_id\":")
        .append(textOrNull(stored.originDevice))
        .append(",\"user_id\":")
        .append(textOrNull(change.userId.value_or(QByteArray())))
        .append(",\"timestamp\":")
        .append(timestamp ? timestamp->value : QByteArrayView("null"))
        .append(",\"received_at\":")
        .append(timeOrNull(stored.receivedAtMs))
        .append(",\"outcome\":\"applied\",\"via\":\"")
        .append(stored.viaHttp ? "http" : stored.viaV2 ? "v2" : "websocket")
        .append("\"}");
    return text;
}

QByteArray devicesJson(const core::Room &room, const store::RestaurantNames &names)
{
    QByteArray list("[");
    std::vector<const core::Connection *> connections;
    for (const auto &[id, connection] : room.connections())
        connections.push_back(&connection);
    std::ranges::sort(connections, {}, &core::Connection::id);
    for (const core::Connection *connection : connections)
        join(list, connectedDevice(*connection, names.devices.value(connection->device->id),
                                   room.head()));
    for (const auto &[id, device] : room.devices().all()) {
        const bool connected = std::ranges::any_of(
            device.slots, [](const core::DeviceSlot &slot) { return slot.connection != 0; });
        if (!connected)
            join(list, absentDevice(device, names.devices.value(id), room.head()));
    }
    return list.append(']');
}

QByteArray statusJson(const QByteArray &restaurantId, const core::Room *room)
{
    QByteArray list("[");
    std::size_t count = 0;
    if (room) {
        count = room->connections().size();
        std::vector<const core::Connection *> connections;
        for (const auto &[id, connection] : room->connections())
            connections.push_back(&connection);
        std::ranges::sort(connections, {}, &core::Connection::id);
        for (const core::Connection *connection : connections) {
            join(list, "{\"device_id\":" + json::quoted(connection->device->id)
                           + ",\"user_id\":" + textOrNull(connection->userId.value_or(QByteArray()))
                           + ",\"connected_at\":" + timeOrNull(connection->connectedAtMs) + '}');
        }
    }
    return "{\"restaurant_id\":" + json::quoted(restaurantId) + ",\"connected_devices\":" + list
           + "],\"device_count\":" + QByteArray::number(count) + '}';
}

QByteArray withLastSync(const QByteArray &record, qint64 updatedAtMs)
{
    QByteArray text = record.chopped(1);
    json::Members members;
    // A record that was read here and written back holds the field already.
    if ((record.contains("last_sync") || record.contains("\\u"))
        && json::splitObject(record, members) && json::find(members, "last_sync")) {
        text = "{";
        for (const json::Member &member : members) {
            if (json::plainKey(member) != "last_sync")
                text += (text.size() > 1 ? ",\"" : "\"") + member.key.toByteArray()
                        + "\":" + member.value.toByteArray();
        }
    }
    return text + ",\"last_sync\":" + timeOrNull(updatedAtMs) + '}';
}

QByteArray dataJson(const core::Room &room)
{
    QByteArray text = "{\"restaurant_id\":" + json::quoted(room.restaurantId()) + ",\"data\":{";
    for (const DataType type : allDataTypes) {
        if (type != allDataTypes.front())
            text += ',';
        text += '"' + dataTypeName(type).toByteArray() + "\":[";
        for (const core::Entity *entity : room.entities().live(type)) {
            join(text, withLastSync(entity->record, entity->updatedAtMs));
        }
        text += ']';
    }
    return text + "},\"timestamp\":";
}

QByteArray entityJson(const QByteArray &restaurantId, const core::Entity &entity)
{
    return "{\"restaurant_id\":" + json::quoted(restaurantId)
           + ",\"data_type\":" + json::quoted(dataTypeName(entity.dataType)) + ",\"entity_id\":"
           + json::quoted(entity.id) + ",\"rev\":" + QByteArray::number(entity.rev) + ",\"seq\":"
           + QByteArray::number(entity.seq) + ",\"deleted\":" + (entity.deleted ? "true" : "false")
           + ",\"data\":" + (entity.deleted ? QByteArray("null") : entity.record)
           + ",\"updated_at\":" + timeOrNull(entity.updatedAtMs)
           + ",\"updated_by\":" + textOrNull(entity.updatedBy) + '}';
}

QByteArray syncReplyJson(const core::SyncReply &reply, qint64 nowMs)
{
    const auto accepted = std::ranges::count_if(reply.results, [](const core::ChangeResult &result) {
        return result.outcome != core::Outcome::Rejected;
    });
    json::TextWriter out(qsizetype(reply.results.size()) * 112 + 128);
    out.put(R"({"status":"success","synced_changes":)").number(accepted);
    out.put(R"(,"timestamp":")").put(formatTimestamp(nowMs)).put(R"(","results":[)");
    for (const core::ChangeResult &result : reply.results) {
        if (&result != &reply.results.front())
            out.put(',');
        out.put(R"({"change_id":)");
        if (result.changeId.isEmpty())
            out.put("null");
        else
            out.quoted(result.changeId);
        switch (result.outcome) {
        case core::Outcome::Rejected:
            out.put(R"(,"outcome":"rejected","code":)").quoted(result.refusal.code);
            out.put(R"(,"message":)").quoted(result.refusal.message);
            break;
        case core::Outcome::Applied:
            out.put(R"(,"outcome":"applied","seq":)").number(result.seq);
            break;
        case core::Outcome::Duplicate:
            out.put(R"(,"outcome":"duplicate","seq":)").number(result.seq);
            break;
        }
        out.put('}');
    }
    return out.put("]}").finish();
}

QByteArray decisionJson(const core::Decision &decision)
{
    QByteArray sent("null");
    if (!decision.sent.isEmpty())
        sent = decision.sent;
    const bool isDecided = decision.restored.atMs != 0;
    const bool isRestored = isDecided && decision.restored.seq != 0;
    QByteArray restored("null");
    if (isDecided)
        restored = "{\"at\":" + timeOrNull(decision.restored.atMs)
                   + ",\"by\":" + json::quoted(decision.restored.by)
                   + ",\"seq\":" + QByteArray::number(decision.restored.seq) + '}';
    return "{\"change_id\":" + json::quoted(decision.changeId) + ",\"outcome\":\""
           + v2::outcomeName(decision.outcome).toByteArray()
           + "\",\"seq\":" + QByteArray::number(decision.seq) + ",\"data_type\":\""
           + dataTypeName(decision.dataType).toByteArray() + "\",\"action\":\""
           + actionName(decision.action).toByteArray()
           + "\",\"entity_id\":" + textOrNull(decision.entityId)
           + ",\"device_id\":" + textOrNull(decision.deviceId)
           + ",\"user_id\":" + textOrNull(decision.userId)
           + ",\"received_at\":" + timeOrNull(decision.atMs)
           + ",\"made_at\":" + timeOrNull(decision.time.ms())
           + ",\"code\":" + textOrNull(decision.code)
           + ",\"reason\":" + textOrNull(decision.reason)
           + ",\"proof\":" + (decision.proof.isEmpty() ? QByteArray("null") : decision.proof)
           + ",\"kind\":" + (decision.code == core::inReview ? "\"review\"" : "\"conflict\"")
           + ",\"state\":"
           + (isRestored  ? "\"restored\""
              : isDecided ? "\"discarded\""
                          : "\"open\"")
           + ",\"restored\":" + restored + ",\"kept\":" + v2::keptText(decision.kept, true)
           + ",\"replaced\":" + v2::keptText(decision.replaced, true) + ",\"sent\":" + sent + '}';
}

QByteArray conflictsJson(const core::Room &room, std::size_t limit, const QByteArray &before)
{
    QByteArray list("[");
    const auto &all = room.decisions().all();
    auto it = all.rbegin();
    if (!before.isEmpty()) {
        it = std::find_if(it, all.rend(),
                          [&before](const auto &kept) { return kept->changeId == before; });
        if (it != all.rend())
            ++it;
    }
    for (; it != all.rend() && limit > 0; ++it, --limit)
        join(list, decisionJson(**it));
    return "{\"restaurant_id\":" + json::quoted(room.restaurantId()) + ",\"conflicts\":" + list
           + "],\"total\":" + QByteArray::number(all.size())
           + ",\"more\":" + (it != all.rend() ? "true" : "false") + '}';
}

QByteArray errorJson(QByteArrayView code, QByteArrayView message, qint64 nowMs)
{
    return "{\"status\":\"error\",\"type\":\"error\",\"code\":" + json::quoted(code)
           + ",\"message\":" + json::quoted(message) + ",\"timestamp\":\"" + formatTimestamp(nowMs)
           + "\"}";
}

QByteArray trafficJson(const store::TrafficSample &sample)
{
    QByteArray changes;
    for (std::size_t i = 0; i < sample.changes.size(); ++i)
        changes += (i == 0 ? "\"" : ",\"") + dataTypeName(allDataTypes[i]).toByteArray()
                   + "\":" + QByteArray::number(sample.changes[i]);
    return "{\"type\":\"traffic\",\"at\":" + timeOrNull(sample.atMs)
           + ",\"interval_ms\":" + QByteArray::number(sample.intervalMs)
           + ",\"restaurant\":" + textOrNull(sample.restaurantId) + ",\"changes\":{" + changes
           + "},\"deliveries\":" + QByteArray::number(sample.deliveries)
           + ",\"bytes_in\":" + QByteArray::number(sample.bytesIn)
           + ",\"bytes_out\":" + QByteArray::number(sample.bytesOut)
           + ",\"connections\":" + QByteArray::number(sample.connections)
           + ",\"rejected\":" + QByteArray::number(sample.rejected)
           + ",\"latency_p50_us\":" + QByteArray::number(sample.latencyP50Us)
           + ",\"latency_p99_us\":" + QByteArray::number(sample.latencyP99Us) + '}';
}

QByteArray trafficPageJson(const store::TrafficStore::Page &page)
{
    QByteArray samples;
    for (const store::TrafficSample &sample : page.samples)
        samples += (samples.isEmpty() ? "" : ",") + trafficJson(sample);
    return "{\"step_ms\":" + QByteArray::number(page.stepMs) + ",\"samples\":[" + samples
           + "],\"next\":" + timeOrNull(page.nextMs) + '}';
}

} // namespace possync::net
