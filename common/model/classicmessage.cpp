// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/classicmessage.h"

#include "common/model/messagefields.h"
#include "common/model/timestamp.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace possync::classic {
namespace {

using namespace fields;

namespace key {
constexpr QByteArrayView type = "type";
constexpr QByteArrayView action = "action";
constexpr QByteArrayView data = "data";
constexpr QByteArrayView dataType = "data_type";
constexpr QByteArrayView id = "id";
constexpr QByteArrayView changeId = "change_id";
constexpr QByteArrayView deviceId = "device_id";
constexpr QByteArrayView restaurantId = "restaurant_id";
constexpr QByteArrayView timestamp = "timestamp";
constexpr QByteArrayView changes = "changes";
} // namespace key

constexpr QByteArrayView dataChangeType = "data_change";

std::optional<qint64> timestampOf(const json::Members &members)
{
    const json::Member *member = json::find(members, key::timestamp);
    if (!member || member->type != json::Type::String)
        return std::nullopt;
    return parseTimestamp(member->value.sliced(1, member->value.size() - 2));
}

quint64 hashOf(QByteArrayView text, quint64 seed)
{
    return XXH3_64bits_withSeed(text.data(), static_cast<size_t>(text.size()), seed);
}

quint64 contentHashOf(Action action, const json::Members &fields)
{
    quint64 sum = static_cast<quint64>(action) * 0x9E3779B97F4A7C15ULL;
    for (const json::Member &field : fields) {
        if (field.key != key::id)
            sum += hashOf(field.value, hashOf(field.key, 1)); // a sum, so that order is no matter
    }
    return sum;
}

/// Fills what both wire forms share; `members` are those of the whole message.
Result<Done, Refusal> readChange(const json::Members &members, Change &change)
{
    const auto action = readAction(members, change.dataType);
    if (!action)
        return Unexpected{action.error()};
    change.action = *action;

    const json::Member *data = json::find(members, key::data);
    if (!data)
        return Unexpected{missing(key::data)};
    if (data->type != json::Type::Object)
        return Unexpected{badField(key::data, "must be an object")};
    change.dataOffset = data->value.data() - change.raw.constData();
    change.dataSize = data->value.size();

    thread_local json::Members dataFields; // reused: this runs for every change
    json::splitObject(data->value, dataFields);
    if (!change.typed || change.dataType == DataType::Users) {
        const bool mustNameEntity = !change.typed;
        const json::Member *id = json::find(dataFields, key::id);
        if (mustNameEntity || (id && id->type != json::Type::Null)) {
            auto entity = requiredId(dataFields, key::id, "data.id");
            if (!entity)
                return Unexpected{entity.error()};
            change.entityId = std::move(*entity);
        }
    } else {
        auto entity =
            requiredId(members, typedIdField(change.dataType), typedIdField(change.dataType));
        if (!entity)
            return Unexpected{entity.error()};
        change.entityId = std::move(*entity);
    }
    change.contentHash = contentHashOf(change.action, dataFields);

    auto device = optionalId(members, key::deviceId);
    if (!device)
        return Unexpected{device.error()};
    change.deviceId = std::move(*device);
    auto user = optionalUser(members);
    if (!user)
        return Unexpected{user.error()};
    change.userId = std::move(*user);
    change.timestampMs = timestampOf(members);
    return Done{};
}

/// Decides which form the message has and reads it. `typeName` is empty where the message has no
/// `type`, as in a queued change that lost it.
Result<Change, Refusal> changeFrom(const QByteArray &text, const json::Members &members,
                                   QByteArrayView typeName)
{
    Change change;
    change.raw = text;
    auto id = optionalId(members, key::changeId);
    if (!id)
        return Unexpected{id.error()};
    change.changeId = std::move(*id);
    change.lacksChangeId = !json::find(members, key::changeId);
    const auto refuse = [&](Refusal refusal) {
        refusal.changeId = change.changeId;
        return Unexpected{std::move(refusal)};
    };
    const auto typed = dataTypeFromTypedMessage(typeName);
    if (typed) {
        change.typed = true;
        change.dataType = *typed;
    } else if (const auto type = readDataType(members); type) {
        change.dataType = *type;
    } else {
        return refuse(type.error());
    }
    if (const auto read = readChange(members, change); !read)
        return refuse(read.error());
    return change;
}

QByteArray typeNameOf(const json::Members &members)
{
    const json::Member *member = json::find(members, key::type);
    return member && member->type == json::Type::String ? json::unquoted(member->value)
                                                        : QByteArray();
}

/// Lets members that were cut from `element` refer to its copy.
void moveTo(const QByteArray &copy, QByteArrayView element, json::Members &members)
{
    const auto moved = [&](QByteArrayView span) {
        return QByteArrayView(copy).sliced(span.data() - element.data(), span.size());
    };
    for (json::Member &member : members) {
        member.key = moved(member.key);
        member.value = moved(member.value);
    }
}

/// Copies the members that stay, with the rewrite applied; `skip` names those written elsewhere.
void copyMembers(ObjectWriter &out, const json::Members &members, const Rewrite &rewrite,
                 std::span<const QByteArrayView> skip)
{
    for (const json::Member &member : members) {
        const QByteArray plain = member.keyHasEscapes ? json::plainKey(member) : QByteArray();
        const QByteArrayView name = member.keyHasEscapes ? QByteArrayView(plain) : member.key;
        const auto isName = [name](QByteArrayView other) { return json::isSame(other, name); };
        if (std::ranges::any_of(skip, isName)
            || (!rewrite.changeId.isEmpty() && isName(key::changeId))
            || (!rewrite.deviceId.isEmpty() && isName(key::deviceId)))
            continue;
        out.add(member.key, member.value);
    }
    if (!rewrite.deviceId.isEmpty())
        out.text(key::deviceId, rewrite.deviceId);
    if (!rewrite.changeId.isEmpty())
        out.text(key::changeId, rewrite.changeId);
}

/// The common case, a typed message as the app sends it: only append.
QByteArray withChangeId(const QByteArray &raw, const QByteArray &changeId)
{
    json::TextWriter text(raw.size() + changeId.size() + 16);
    text.put(QByteArrayView(raw).first(raw.lastIndexOf('}'))).put(",\"change_id\":");
    return text.quoted(changeId).put('}').finish();
}

} // namespace

Result<Message, Refusal> decode(const QByteArray &frame, QByteArrayView restaurantId)
{
    thread_local json::Members members; // reused: this runs for every frame
    if (const auto parsed = json::parseObject(frame, members); !parsed)
        return Unexpected{fromJson(parsed.error())};
    if (const auto same = checkRestaurant(members, restaurantId); !same)
        return Unexpected{same.error()};
    const json::Member *type = json::find(members, key::type);
    if (!type)
        return Unexpected{missing(key::type)};
    if (type->type != json::Type::String)
        return Unexpected{badField(key::type, "must be a string")};
    const QByteArray name = json::unquoted(type->value);

    if (name == dataChangeType || dataTypeFromTypedMessage(name)) {
        auto change = changeFrom(frame, members, name);
        if (!change)
            return Unexpected{change.error()};
        return Message(std::move(*change));
    }
    auto device = optionalId(members, key::deviceId);
    if (!device)
        return Unexpected{device.error()};
    if (name == "heartbeat")
        return Message(Heartbeat{std::move(*device), timestampOf(members)});
    if (name != "register" && name != "user_changed")
        return Unexpected{
            Refusal{"unknown_type", "message type " + quotedForPeople(name) + " is not known", {}}};
    auto user = optionalUser(members);
    if (!user)
        return Unexpected{user.error()};
    if (name == "register")
        return Message(Register{std::move(*device), std::move(*user)});
    return Message(UserChanged{std::move(*user)});
}

Result<Change, Refusal> decodeChange(const QByteArray &text)
{
    thread_local json::Members members;
    if (const auto parsed = json::parseObject(text, members); !parsed)
        return Unexpected{fromJson(parsed.error())};
    return changeFrom(text, members, typeNameOf(members));
}

Result<SyncRequest, Refusal> decodeSync(const QByteArray &body)
{
    json::Members members;
    const json::Limits limits{.depth = 64, .members = 200000};
    if (const auto parsed = json::parseObject(body, members, limits); !parsed)
        return Unexpected{fromJson(parsed.error())};
    SyncRequest request;
    auto restaurant = requiredId(members, key::restaurantId, key::restaurantId);
    if (!restaurant)
        return Unexpected{restaurant.error()};
    request.restaurantId = std::move(*restaurant);
    auto device = optionalId(members, key::deviceId);
    if (!device)
        return Unexpected{device.error()};
    request.deviceId = std::move(*device);
    const json::Member *changes = json::find(members, key::changes);
    if (!changes)
        return Unexpected{missing(key::changes)};
    if (changes->type != json::Type::Array)
        return Unexpected{badField(key::changes, "must be an array")};

    std::vector<QByteArrayView> elements;
    json::splitArray(changes->value, elements);
    request.changes.reserve(elements.size());
    for (const QByteArrayView element : elements) {
        if (!json::splitObject(element, members)) {
            request.changes.emplace_back(
                Unexpected{badField(key::changes, "must hold objects only")});
            continue;
        }
        if (const auto same = checkRestaurant(members, request.restaurantId); !same) {
            request.changes.emplace_back(Unexpected{same.error()});
            continue;
        }
        // The element's spans point into the body; the change needs its own text.
        const QByteArray text = element.toByteArray();
        moveTo(text, element, members);
        request.changes.push_back(changeFrom(text, members, typeNameOf(members)));
    }
    return request;
}

QByteArray encodeRegistered(QByteArrayView deviceId, QByteArrayView restaurantId, qint64 nowMs)
{
    return "{\"type\":\"registered\",\"device_id\":" + json::quoted(deviceId)
           + ",\"restaurant_id\":" + json::quoted(restaurantId) + ",\"timestamp\":\""
           + formatTimestamp(nowMs) + "\"}";
}

QByteArray encodeHeartbeatResponse(QByteArrayView deviceId, qint64 nowMs)
{
    return "{\"type\":\"heartbeat_response\",\"device_id\":" + json::quoted(deviceId)
           + ",\"timestamp\":\"" + formatTimestamp(nowMs) + "\"}";
}

QByteArray encodeError(const Refusal &refusal)
{
    QByteArray text = "{\"type\":\"error\",\"code\":" + json::quoted(refusal.code)
                      + ",\"message\":" + json::quoted(refusal.message);
    if (!refusal.changeId.isEmpty())
        text += ",\"change_id\":" + json::quoted(refusal.changeId);
    if (refusal.retryAfterMs > 0)
        text += ",\"retry_after_ms\":" + QByteArray::number(refusal.retryAfterMs);
    return text + '}';
}

QByteArray encodeSyncUpdate(QByteArrayView restaurantId, std::span<const QByteArray> changes,
                            qint64 nowMs)
{
    QByteArray text = "{\"type\":\"sync_update\",\"restaurant_id\":" + json::quoted(restaurantId)
                      + ",\"changes\":[";
    for (const QByteArray &change : changes) {
        if (&change != &changes.front())
            text += ',';
        text += change;
    }
    return text + "],\"timestamp\":\"" + formatTimestamp(nowMs) + "\"}";
}

QByteArray asReceived(const Change &change, const Rewrite &rewrite)
{
    if (rewrite.deviceId.isEmpty()
        && (rewrite.changeId.isEmpty() || rewrite.changeId == change.changeId))
        return change.raw;
    if (rewrite.deviceId.isEmpty() && change.lacksChangeId)
        return withChangeId(change.raw, rewrite.changeId);
    json::Members members;
    json::splitObject(change.raw, members);
    ObjectWriter out(change.raw.size() + 64);
    copyMembers(out, members, rewrite, {});
    return out.finish();
}

void restate(Change &change, const Rewrite &rewrite)
{
    const bool onlyAppends = rewrite.deviceId.isEmpty() && change.lacksChangeId;
    change.raw = asReceived(change, rewrite);
    if (!rewrite.changeId.isEmpty())
        change.changeId = rewrite.changeId;
    if (!rewrite.deviceId.isEmpty())
        change.deviceId = rewrite.deviceId;
    change.lacksChangeId = change.lacksChangeId && rewrite.changeId.isEmpty();
    if (onlyAppends)
        return; // `data` is where it was
    json::Members members;
    json::splitObject(change.raw, members);
    if (const json::Member *data = json::find(members, key::data)) {
        change.dataOffset = data->value.data() - change.raw.constData();
        change.dataSize = data->value.size();
    }
}

QByteArray asTyped(const Change &change, const Rewrite &rewrite)
{
    if (change.typed)
        return asReceived(change, rewrite);
    thread_local json::Members members; // reused: this runs for every change
    json::splitObject(change.raw, members, change.data());
    const QByteArrayView idField = typedIdField(change.dataType);
    ObjectWriter out(change.raw.size() + 64);
    out.text(key::type, typedMessageName(change.dataType)).text(idField, change.entityId);
    // In a user_update the id field is `user_id`: it must name the person changed, as receivers
    // read it, and not the sender whom the data_change carries under the same key.
    const std::array<QByteArrayView, 3> skip{key::type, key::dataType, idField};
    copyMembers(out, members, rewrite, skip);
    return out.finish();
}

QByteArray asDataChange(const Change &change, const Rewrite &rewrite)
{
    if (!change.typed)
        return asReceived(change, rewrite);
    json::Members members;
    json::splitObject(change.raw, members, change.data());
    json::Members fields;
    json::splitObject(change.data(), fields);
    ObjectWriter data(change.dataSize + 32);
    if (!change.entityId.isEmpty() && !json::find(fields, key::id))
        data.add(key::id, json::quoted(change.entityId));
    for (const json::Member &field : fields)
        data.add(field.key, field.value);

    ObjectWriter out(change.raw.size() + 64);
    out.add(key::type, "\"data_change\"");
    out.add(key::dataType, json::quoted(dataTypeName(change.dataType)));
    out.add(key::action, json::quoted(actionName(change.action)));
    out.add(key::data, data.finish());
    // `user_id` of a user_update is the sender, in both forms: it stays.
    const QByteArrayView idField =
        change.dataType == DataType::Users ? key::type : typedIdField(change.dataType);
    // A typed message may hold a `data_type` of its own making; it must not follow the true one.
    const std::array<QByteArrayView, 5> skip{key::type, key::dataType, key::action, key::data,
                                             idField};
    copyMembers(out, members, rewrite, skip);
    return out.finish();
}

} // namespace possync::classic
