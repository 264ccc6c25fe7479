// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/messagefields.h"
#include "common/model/v2message.h"

namespace possync::v2 {
namespace {

using fields::ObjectWriter;

ObjectWriter message(QByteArrayView type, qsizetype expectedSize = 128)
{
    ObjectWriter out(expectedSize);
    out.text("type", type);
    return out;
}

/// `[a,b]` out of the texts that `write` makes of the items.
template<typename Range, typename Write>
QByteArray array(const Range &items, Write &&write)
{
    QByteArray text("[");
    for (const auto &item : items) {
        if (text.size() > 1)
            text.append(',');
        text.append(write(item));
    }
    return text.append(']');
}

QByteArray joined(std::span<const QByteArray> items)
{
    qsizetype size = 2;
    for (const QByteArray &item : items)
        size += item.size() + 1;
    QByteArray text;
    text.reserve(size);
    text.append('[');
    for (const QByteArray &item : items) {
        if (text.size() > 1)
            text.append(',');
        text.append(item);
    }
    return text.append(']');
}

QByteArray positionText(const std::optional<Position> &position)
{
    if (!position)
        return "null";
    return ObjectWriter().text("epoch", position->epoch).number("seq", position->seq).finish();
}

QByteArray capabilitiesText(const Capabilities &capabilities)
{
    std::vector<QByteArray> names;
    if (capabilities.presence)
        names.emplace_back("\"presence\"");
    if (capabilities.checksum)
        names.emplace_back("\"checksum\"");
    if (capabilities.zstd)
        names.emplace_back("\"zstd\"");
    return joined(names);
}

QByteArrayView operationName(Operation::Kind kind)
{
    switch (kind) {
    case Operation::Kind::LineAdd:
        return "line_add";
    case Operation::Kind::LineSet:
        return "line_set";
    case Operation::Kind::LineQuantity:
        return "line_qty";
    case Operation::Kind::LineVoid:
        return "line_void";
    case Operation::Kind::LineRemove:
        return "line_remove";
    case Operation::Kind::Add:
        break;
    }
    return "add";
}

QByteArray operationText(const Operation &operation)
{
    ObjectWriter out;
    out.text("op", operationName(operation.kind));
    switch (operation.kind) {
    case Operation::Kind::LineAdd:
        return out.add("line", operation.value).finish();
    case Operation::Kind::LineSet:
        return out.text("id", operation.target).add("fields", operation.value).finish();
    case Operation::Kind::LineQuantity:
        return out.text("id", operation.target).add("by", operation.value).finish();
    case Operation::Kind::LineVoid:
        out.text("id", operation.target);
        if (!operation.value.isEmpty())
            out.add("reason", operation.value);
        return out.finish();
    case Operation::Kind::LineRemove:
        return out.text("id", operation.target).finish();
    case Operation::Kind::Add:
        break;
    }
    return out.text("field", operation.target).add("by", operation.value).finish();
}

/// The object with more members at its end.
QByteArray withMembers(QByteArray object, const QByteArray &members)
{
    if (members.isEmpty())
        return object;
    object.chop(1);
    if (object.size() > 1)
        object.append(',');
    return object.append(members).append('}');
}

QByteArrayView effectName(EntryEffect effect)
{
    switch (effect) {
    case EntryEffect::Set:
        return "set";
    case EntryEffect::Remove:
        return "remove";
    case EntryEffect::None:
        break;
    }
    return "none";
}

QByteArray sumText(quint64 sum)
{
    return QByteArray::number(sum, 16).rightJustified(16, '0');
}

QByteArray resultText(const ChangeResult &result)
{
    ObjectWriter out(160);
    out.textOrNull("change_id", result.changeId).text("outcome", outcomeName(result.outcome));
    out.number("seq", result.seq).number("rev", result.rev);
    if (result.outcome == Outcome::Duplicate)
        out.text("original", outcomeName(result.original));
    if (!result.kept.empty())
        out.add("kept", keptText(result.kept, false));
    if (!result.code.isEmpty())
        out.text("code", result.code);
    if (!result.reason.isEmpty())
        out.text("reason", result.reason);
    if (!result.proof.isEmpty())
        out.add("proof", result.proof);
    return out.finish();
}

} // namespace

QByteArrayView outcomeName(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Applied:
        return "applied";
    case Outcome::Merged:
        return "merged";
    case Outcome::Duplicate:
        return "duplicate";
    case Outcome::Rejected:
        break;
    }
    return "rejected";
}

QByteArray encode(const Hello &hello)
{
    ObjectWriter out = message("hello", 400);
    out.text("device_id", hello.deviceId)
        .textOrNull("user_id", hello.userId.value_or(QByteArray()));
    out.add("versions", '[' + QByteArray::number(hello.lowestVersion) + ','
                            + QByteArray::number(hello.highestVersion) + ']');
    out.add("position", positionText(hello.position));
    if (hello.dataTypes != TypeSet::all()) {
        std::vector<QByteArray> names;
        for (const DataType type : snapshotOrder) {
            if (hello.dataTypes.has(type))
                names.push_back(json::quoted(dataTypeName(type)));
        }
        out.add("data_types", joined(names));
    }
    out.add("capabilities", capabilitiesText(hello.capabilities)).number("clock_ms", hello.clockMs);
    if (!hello.client.isEmpty())
        out.text("client", hello.client);
    if (!hello.snapshotToken.isEmpty())
        out.text("snapshot_token", hello.snapshotToken);
    return out.finish();
}

QByteArray encode(const Acked &acked)
{
    ObjectWriter out = message("acked");
    if (acked.position)
        out.add("position", positionText(acked.position));
    if (!acked.token.isEmpty())
        out.text("token", acked.token);
    return out.finish();
}

QByteArray encode(const PushedChange &change)
{
    ObjectWriter out(change.data.size() + 300);
    out.text("change_id", change.changeId)
        .text("data_type", dataTypeName(change.dataType))
        .text("action", actionName(change.action))
        .text("entity_id", change.entityId)
        .add("data", change.data);
    if (!change.operations.empty())
        out.add("ops", array(change.operations, operationText));
    if (change.baseRev)
        out.number("base_rev", *change.baseRev);
    if (change.time)
        out.text("hlc", change.time->toText());
    if (change.userId)
        out.text("user_id", *change.userId);
    if (!change.timestamp.isEmpty())
        out.text("timestamp", change.timestamp);
    return withMembers(out.finish(), change.otherMembers);
}

QByteArray encodePush(quint64 batch, std::span<const QByteArray> changes)
{
    return message("push").number("batch", batch).add("changes", joined(changes)).finish();
}

QByteArray encode(const Heartbeat &heartbeat)
{
    return message("heartbeat")
        .number("clock_ms", heartbeat.clockMs)
        .number("queue", heartbeat.queue)
        .add("position", positionText(heartbeat.position))
        .finish();
}

QByteArray encode(const UserChanged &user)
{
    return message("user").textOrNull("user_id", user.userId.value_or(QByteArray())).finish();
}

QByteArray encode(const Resync &resync)
{
    return message("resync").text("data_type", dataTypeName(resync.dataType)).finish();
}

QByteArray encode(const Welcome &welcome)
{
    ObjectWriter out = message("welcome", 500);
    out.text("session", welcome.session)
        .number("version", welcome.version)
        .text("epoch", welcome.epoch)
        .number("head", welcome.head)
        .number("floor", welcome.floor)
        .text("mode", welcome.isSnapshot ? "snapshot" : "resume");
    if (welcome.isResumed)
        out.add("resumed", "true");
    out.number("server_time_ms", welcome.serverTimeMs)
        .text("server", welcome.server)
        .add("capabilities", capabilitiesText(welcome.capabilities));
    const Limits &limits = welcome.limits;
    out.add("limits", ObjectWriter()
                          .number("message_bytes", limits.messageBytes)
                          .number("push_changes", limits.pushChanges)
                          .number("push_batches", limits.pushBatches)
                          .number("window_bytes", limits.windowBytes)
                          .number("heartbeat_ms", limits.heartbeatMs)
                          .finish());
    return out.finish();
}

QByteArray encode(const SnapshotPart &part)
{
    ObjectWriter out = message("snapshot", 64 * 1024);
    if (part.scope)
        out.text("scope", dataTypeName(*part.scope));
    else
        out.add("scope", "null");
    out.number("at", part.at)
        .number("part", part.part)
        .text("data_type", dataTypeName(part.dataType));
    out.add("records", array(part.records, [](const SnapshotRecord &record) {
                return ObjectWriter(record.data.size() + 80)
                    .text("entity_id", record.entityId)
                    .number("rev", record.rev)
                    .number("seq", record.seq)
                    .add("data", record.data)
                    .finish();
            }));
    return out.text("token", part.token).add("last", part.isLast ? "true" : "false").finish();
}

QByteArray encode(const Entry &entry)
{
    json::TextWriter out(entry.data.size() + entry.otherMembers.size() + entry.changeId.size()
                         + entry.entityId.size() + entry.deviceId.size() + entry.userId.size()
                         + entry.timestamp.size() + 320);
    append(out, entry);
    return out.finish();
}

void append(json::TextWriter &out, const Entry &entry)
{
    // A device that catches up gets a hundred thousand of these a second: in few pieces.
    const auto textOrNull = [&out](QByteArrayView key, QByteArrayView value) {
        out.put(key);
        if (value.isEmpty())
            out.put("null");
        else
            out.quoted(value);
    };
    out.put(R"({"seq":)").number(entry.seq).put(R"(,"change_id":)").quoted(entry.changeId);
    out.put(R"(,"data_type":")").put(dataTypeName(entry.dataType));
    out.put(R"(","action":")").put(actionName(entry.action));
    textOrNull(R"(","entity_id":)", entry.entityId);
    out.put(R"(,"effect":")").put(effectName(entry.effect));
    out.put(R"(","rev":)").number(entry.rev).put(R"(,"data":)").put(entry.data);
    textOrNull(R"(,"device_id":)", entry.deviceId);
    textOrNull(R"(,"user_id":)", entry.userId);
    out.put(R"(,"at_ms":)").number(entry.atMs);
    if (!entry.timestamp.isEmpty())
        out.put(R"(,"timestamp":)").quoted(entry.timestamp);
    if (!entry.otherMembers.isEmpty())
        out.put(',').put(entry.otherMembers);
    out.put('}');
}

QByteArray encodeChanges(quint64 from, quint64 to, std::span<const QByteArray> entries)
{
    json::TextWriter text(1024);
    for (const QByteArray &entry : entries) {
        if (&entry != &entries.front())
            text.put(',');
        text.put(entry);
    }
    return encodeChanges(from, to, text.text());
}

QByteArray encodeChanges(quint64 from, quint64 to, QByteArrayView entries)
{
    json::TextWriter text(entries.size() + 96);
    text.put(R"({"type":"changes","from":)").number(from);
    text.put(R"(,"to":)").number(to).put(R"(,"changes":[)").put(entries);
    return text.put("]}").finish();
}

QByteArray encode(const UpToDate &upToDate)
{
    return message("up_to_date").number("seq", upToDate.seq).finish();
}

QByteArray keptText(std::span<const KeptField> kept, bool withLosers)
{
    return array(kept, [withLosers](const KeptField &field) {
        ObjectWriter out;
        out.text("field", field.field)
            .add("kept", field.kept.isEmpty() ? QByteArrayView("null") : field.kept)
            .add("lost", field.lost.isEmpty() ? QByteArrayView("null") : field.lost)
            .textOrNull("kept_by", field.keptBy)
            .number("kept_at_ms", field.keptAtMs);
        if (withLosers)
            out.textOrNull("lost_by", field.lostBy).number("lost_at_ms", field.lostAtMs);
        return out.finish();
    });
}

QByteArray encode(const Ack &ack)
{
    return message("ack")
        .number("batch", ack.batch)
        .add("results", array(ack.results, resultText))
        .finish();
}

QByteArray encode(const RetryLater &retry)
{
    return message("retry_later")
        .number("batch", retry.batch)
        .text("code", retry.code)
        .text("message", retry.message)
        .number("after_ms", retry.afterMs)
        .finish();
}

QByteArray encode(const HeartbeatReply &reply)
{
    return message("heartbeat")
        .number("clock_ms", reply.clockMs)
        .number("server_time_ms", reply.serverTimeMs)
        .number("head", reply.head)
        .finish();
}

QByteArray encode(const Presence &presence)
{
    return message("presence")
        .add("devices", array(presence.devices,
                              [](const PresentDevice &device) {
                                  return ObjectWriter()
                                      .text("device_id", device.deviceId)
                                      .textOrNull("user_id", device.userId)
                                      .text("protocol", device.isV2 ? "v2" : "classic")
                                      .number("since_ms", device.sinceMs)
                                      .finish();
                              }))
        .finish();
}

QByteArray encode(const Checksum &checksum)
{
    ObjectWriter types;
    for (const auto &[type, sum] : checksum.types) {
        types.add(dataTypeName(type),
                  ObjectWriter().number("count", sum.count).text("sum", sumText(sum.sum)).finish());
    }
    return message("checksum").number("seq", checksum.seq).add("types", types.finish()).finish();
}

QByteArray encode(const Error &error)
{
    ObjectWriter out = message("error");
    out.text("code", error.refusal.code).text("message", error.refusal.message);
    if (!error.refusal.changeId.isEmpty())
        out.text("change_id", error.refusal.changeId);
    if (error.batch)
        out.number("batch", *error.batch);
    if (error.refusal.retryAfterMs > 0)
        out.number("retry_after_ms", error.refusal.retryAfterMs);
    return out.finish();
}

} // namespace possync::v2
