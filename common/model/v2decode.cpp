// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/v2decode.h"

#include <algorithm>

#define XXH_INLINE_ALL
#include <xxhash.h>

/// From a device's text to messages.
namespace possync::v2 {

using namespace fields;

Result<QByteArray, Refusal> objectText(const json::Members &members, QByteArrayView field,
                                       bool required)
{
    const json::Member *member = json::find(members, field);
    if (!member || (!required && member->type == json::Type::Null)) {
        if (required)
            return Unexpected{missing(field)};
        return QByteArray();
    }
    if (member->type != json::Type::Object)
        return Unexpected{badField(field, "must be an object")};
    return member->value.toByteArray();
}

Result<std::optional<std::vector<QByteArrayView>>, Refusal>
optionalArray(const json::Members &members, QByteArrayView field)
{
    const json::Member *member = json::find(members, field);
    if (!member || member->type == json::Type::Null)
        return std::optional<std::vector<QByteArrayView>>();
    if (member->type != json::Type::Array)
        return Unexpected{badField(field, "must be an array")};
    std::vector<QByteArrayView> elements;
    json::splitArray(member->value, elements);
    return std::optional(std::move(elements));
}

Result<QByteArray, Refusal> optionalText(const json::Members &members, QByteArrayView field)
{
    const json::Member *member = json::find(members, field);
    if (!member || member->type == json::Type::Null)
        return QByteArray();
    if (member->type != json::Type::String)
        return Unexpected{badField(field, "must be a string")};
    return json::unquoted(member->value);
}

Result<std::optional<Position>, Refusal> optionalPosition(const json::Members &members)
{
    const auto text = objectText(members, "position", false);
    if (!text)
        return Unexpected{text.error()};
    if (text->isEmpty())
        return std::optional<Position>();
    json::Members inner;
    json::splitObject(*text, inner);
    auto epoch = requiredId(inner, "epoch", "position.epoch");
    if (!epoch)
        return Unexpected{epoch.error()};
    const auto seq = requiredNumber(inner, "seq", "position.seq");
    if (!seq)
        return Unexpected{seq.error()};
    return std::optional(Position{std::move(*epoch), static_cast<quint64>(*seq)});
}

Result<Capabilities, Refusal> readCapabilities(const json::Members &members)
{
    const auto names = optionalArray(members, "capabilities");
    if (!names)
        return Unexpected{names.error()};
    Capabilities capabilities;
    if (*names) {
        for (const QByteArrayView name : **names) {
            capabilities.presence = capabilities.presence || name == "\"presence\"";
            capabilities.checksum = capabilities.checksum || name == "\"checksum\"";
            capabilities.zstd = capabilities.zstd || name == "\"zstd\"";
        }
    }
    return capabilities;
}

Result<DataType, Refusal> dataTypeNamed(QByteArrayView name, QByteArrayView field)
{
    if (const auto type = dataTypeFromName(name))
        return *type;
    return Unexpected{Refusal{"unknown_data_type",
                              "field \"" + field.toByteArray() + "\": " + quotedForPeople(name)
                                  + " is not one of orders, menu_items, inventory, tables, "
                                    "users, printers",
                              {}}};
}

namespace {

/// Names by their length: only the few that are as long as the one in question are compared.
template<std::size_t Count>
class Names
{
public:
    constexpr explicit Names(std::array<QByteArrayView, Count> names)
        : m_names(names)
    {
        std::ranges::sort(m_names, {}, [](QByteArrayView name) { return name.size(); });
        for (const QByteArrayView name : m_names) {
            auto size = static_cast<std::size_t>(name.size()) + 1;
            for (; size < m_first.size(); ++size)
                ++m_first[size];
        }
    }
    bool contains(QByteArrayView name) const
    {
        const auto size = static_cast<std::size_t>(name.size());
        if (size + 1 >= m_first.size())
            return false;
        for (std::size_t i = m_first[size]; i < m_first[size + 1]; ++i) {
            if (json::isSame(m_names[i], name))
                return true;
        }
        return false;
    }

private:
    std::array<QByteArrayView, Count> m_names;
    std::array<quint8, 16> m_first{}; ///< For each length, how many names are shorter.
};

template<typename IsKnown>
QByteArray membersUnless(const json::Members &members, IsKnown &&isKnown)
{
    QByteArray text;
    for (const json::Member &member : members) {
        const QByteArray plain = member.keyHasEscapes ? json::plainKey(member) : QByteArray();
        if (isKnown(member.keyHasEscapes ? QByteArrayView(plain) : member.key))
            continue;
        if (!text.isEmpty())
            text.append(',');
        text.append('"').append(member.key).append("\":").append(member.value);
    }
    return text;
}

} // namespace

QByteArray otherMembersOf(const json::Members &members, std::span<const QByteArrayView> known)
{
    return membersUnless(members, [known](QByteArrayView name) {
        return std::ranges::any_of(
            known, [name](QByteArrayView other) { return json::isSame(other, name); });
    });
}

QByteArray otherMembersOfChange(const json::Members &members)
{
    // Names that the server writes itself, on delivery, or that a classic message has.
    static constexpr Names known(std::array<QByteArrayView, 25>{
        "type",       "change_id",   "data_type", "action",   "entity_id",
        "data",       "ops",         "base_rev",  "hlc",      "user_id",
        "timestamp",  "device_id",   "seq",       "effect",   "rev",
        "at_ms",      "order_id",    "item_id",   "table_id", "restaurant_id",
        "printer_id", "data_change", "changes",   "id",       "outcome"});
    return membersUnless(members, [](QByteArrayView name) { return known.contains(name); });
}

namespace {

template<typename T>
Unexpected<MessageRefusal> refused(const Result<T, Refusal> &failed)
{
    return Unexpected{MessageRefusal{failed.error(), std::nullopt}};
}

Result<TypeSet, Refusal> readTypes(const json::Members &members)
{
    const auto names = optionalArray(members, "data_types");
    if (!names)
        return Unexpected{names.error()};
    if (!*names)
        return TypeSet::all();
    TypeSet types;
    for (const QByteArrayView name : **names) {
        const auto type = dataTypeNamed(json::unquoted(name), "data_types");
        if (!type)
            return Unexpected{type.error()};
        types.add(*type);
    }
    return types;
}

Result<Hello, Refusal> readHello(const json::Members &members)
{
    Hello hello;
    auto device = requiredId(members, "device_id", "device_id");
    if (!device)
        return Unexpected{device.error()};
    hello.deviceId = std::move(*device);
    const auto user = optionalUser(members);
    if (!user)
        return Unexpected{user.error()};
    hello.userId = *user;

    const auto versions = optionalArray(members, "versions");
    if (!versions)
        return Unexpected{versions.error()};
    if (!*versions)
        return Unexpected{missing("versions")};
    bool lowOk = false;
    bool highOk = false;
    if ((*versions)->size() == 2) {
        hello.lowestVersion = (**versions)[0].toByteArray().toInt(&lowOk);
        hello.highestVersion = (**versions)[1].toByteArray().toInt(&highOk);
    }
    if (!lowOk || !highOk || hello.lowestVersion > hello.highestVersion)
        return Unexpected{badField("versions", "must be [lowest, highest]")};

    auto position = optionalPosition(members);
    if (!position)
        return Unexpected{position.error()};
    hello.position = std::move(*position);
    const auto types = readTypes(members);
    if (!types)
        return Unexpected{types.error()};
    hello.dataTypes = *types;
    const auto capabilities = readCapabilities(members);
    if (!capabilities)
        return Unexpected{capabilities.error()};
    hello.capabilities = *capabilities;
    const auto clock = requiredNumber(members, "clock_ms", "clock_ms");
    if (!clock)
        return Unexpected{clock.error()};
    hello.clockMs = *clock;
    auto client = optionalText(members, "client");
    if (!client)
        return Unexpected{client.error()};
    hello.client = client->left(classic::maxIdBytes);
    auto token = optionalText(members, "snapshot_token");
    if (!token)
        return Unexpected{token.error()};
    hello.snapshotToken = std::move(*token);
    return hello;
}

bool isOrderLine(const json::Members &line)
{
    const json::Member *id = json::find(line, "id");
    return id && id->type == json::Type::String && id->value.size() > 2;
}

Result<QByteArray, Refusal> numberText(const json::Members &members, QByteArrayView field)
{
    const json::Member *member = json::find(members, field);
    if (!member || member->type != json::Type::Number)
        return Unexpected{badField("ops." + field.toByteArray(), "must be a number")};
    return member->value.toByteArray();
}

Result<Operation, Refusal> readOperation(QByteArrayView text, DataType type)
{
    json::Members members;
    if (!json::splitObject(text, members))
        return Unexpected{badField("ops", "must hold objects only")};
    const auto name = requiredId(members, "op", "ops.op");
    if (!name)
        return Unexpected{name.error()};
    Operation operation;
    const auto take = [&](Operation::Kind kind, QByteArrayView targetField,
                          Result<QByteArray, Refusal> value) -> Result<Operation, Refusal> {
        operation.kind = kind;
        if (!targetField.isEmpty()) {
            auto target = requiredId(members, targetField, "ops." + targetField.toByteArray());
            if (!target)
                return Unexpected{target.error()};
            operation.target = std::move(*target);
        }
        if (!value)
            return Unexpected{value.error()};
        operation.value = std::move(*value);
        return operation;
    };
    using enum Operation::Kind;
    if (*name == "add") {
        auto taken = take(Add, "field", numberText(members, "by"));
        if (taken && (taken->target == "id" || taken->target == "items"))
            return Unexpected{badField("ops.field", "must not be \"id\" or \"items\"")};
        return taken;
    }
    if (!name->startsWith("line_") || type != DataType::Orders)
        return Unexpected{badField("ops.op", quotedForPeople(*name) + " is not known for "
                                                 + dataTypeName(type).toByteArray())};
    if (*name == "line_add") {
        auto taken = take(LineAdd, {}, objectText(members, "line", true));
        if (!taken)
            return taken;
        json::splitObject(taken->value, members);
        if (!isOrderLine(members))
            return Unexpected{badField("ops.line", "needs an \"id\"")};
        taken->target = json::unquoted(json::find(members, "id")->value);
        return taken;
    }
    if (*name == "line_set")
        return take(LineSet, "id", objectText(members, "fields", true));
    if (*name == "line_qty")
        return take(LineQuantity, "id", numberText(members, "by"));
    if (*name == "line_remove")
        return take(LineRemove, "id", QByteArray());
    if (*name == "line_void") {
        const json::Member *reason = json::find(members, "reason");
        return take(LineVoid, "id", reason ? reason->value.toByteArray() : QByteArray());
    }
    return Unexpected{badField("ops.op", quotedForPeople(*name) + " is not known")};
}

Result<Done, Refusal> readPayload(const json::Members &members, PushedChange &change)
{
    const auto data = objectText(members, "data", false);
    if (!data)
        return Unexpected{data.error()};
    const auto operations = optionalArray(members, "ops");
    if (!operations)
        return Unexpected{operations.error()};
    if (!data->isEmpty()) {
        change.data = *data;
        json::Members inner;
        json::splitObject(change.data, inner);
        const auto id = optionalId(inner, "id");
        if (!id)
            return Unexpected{id.error()};
        if (!id->isEmpty() && *id != change.entityId)
            return Unexpected{badField("data.id", "must be that of \"entity_id\"")};
    } else if (!*operations && effectOf(change.action) != Effect::Remove) {
        return Unexpected{missing("data")};
    }
    if (*operations) {
        constexpr std::size_t most = 1000;
        if ((*operations)->size() > most)
            return Unexpected{badField("ops", "must hold at most 1000 operations")};
        for (const QByteArrayView text : **operations) {
            auto operation = readOperation(text, change.dataType);
            if (!operation)
                return Unexpected{operation.error()};
            change.operations.push_back(std::move(*operation));
        }
    }
    return Done{};
}

Result<Done, Refusal> readContent(const json::Members &members, PushedChange &change)
{
    const auto type = readDataType(members);
    if (!type)
        return Unexpected{type.error()};
    change.dataType = *type;
    const auto action = readAction(members, *type);
    if (!action)
        return Unexpected{action.error()};
    change.action = *action;
    auto entity = requiredId(members, "entity_id", "entity_id");
    if (!entity)
        return Unexpected{entity.error()};
    change.entityId = std::move(*entity);
    if (const auto payload = readPayload(members, change); !payload)
        return payload;

    const auto base =
        optionalNumber(members, "base_rev", "base_rev", std::numeric_limits<quint32>::max());
    if (!base)
        return Unexpected{base.error()};
    if (*base)
        change.baseRev = static_cast<quint32>(**base);
    const auto time = optionalText(members, "hlc");
    if (!time)
        return Unexpected{time.error()};
    if (!time->isEmpty()) {
        change.time = HybridTime::fromText(*time);
        if (!change.time)
            return Unexpected{badField("hlc", "must be \"<ms>-<n>\" with n up to 65535")};
    }
    const auto user = optionalUser(members);
    if (!user)
        return Unexpected{user.error()};
    change.userId = *user;
    const auto timestamp = optionalText(members, "timestamp");
    if (!timestamp)
        return Unexpected{timestamp.error()};
    change.timestamp = *timestamp;
    return Done{};
}

quint64 hashOf(QByteArrayView text, quint64 seed)
{
    return XXH3_64bits_withSeed(text.data(), static_cast<size_t>(text.size()), seed);
}

quint64 contentHashOf(const PushedChange &change, const json::Members &members)
{
    quint64 hash = hashOf(change.entityId, static_cast<quint64>(change.action) << 8
                                               | static_cast<quint64>(change.dataType));
    hash = hashOf(change.data, hash);
    const json::Member *operations = json::find(members, "ops");
    return operations ? hashOf(operations->value, hash) : hash;
}

Result<PushedChange, Refusal> readPushed(QByteArrayView text, QByteArrayView restaurantId)
{
    json::Members members;
    if (!json::splitObject(text, members))
        return Unexpected{badField("changes", "must hold objects only")};
    auto id = requiredId(members, "change_id", "change_id");
    if (!id)
        return Unexpected{id.error()};
    PushedChange change;
    change.changeId = std::move(*id);
    const auto refuse = [&](Refusal refusal) {
        refusal.changeId = change.changeId;
        return Unexpected{std::move(refusal)};
    };
    if (const auto same = checkRestaurant(members, restaurantId); !same)
        return refuse(same.error());
    if (const auto content = readContent(members, change); !content)
        return refuse(content.error());
    change.otherMembers = otherMembersOfChange(members);
    change.contentHash = contentHashOf(change, members);
    return change;
}

Result<Push, MessageRefusal> readPush(const json::Members &members, QByteArrayView restaurantId)
{
    Push push;
    const auto batch = requiredNumber(members, "batch", "batch");
    if (!batch)
        return refused(batch);
    push.batch = static_cast<quint64>(*batch);
    const auto refuse = [&](Refusal refusal) {
        return Unexpected{MessageRefusal{std::move(refusal), push.batch}};
    };
    const auto changes = optionalArray(members, "changes");
    if (!changes)
        return refuse(changes.error());
    if (!*changes)
        return refuse(missing("changes"));
    if ((*changes)->size() > maxPushChanges)
        return refuse(badField("changes", "must hold at most 500 changes"));
    push.changes.reserve((*changes)->size());
    for (const QByteArrayView text : **changes)
        push.changes.push_back(readPushed(text, restaurantId));
    return push;
}

Result<Acked, Refusal> readAcked(const json::Members &members)
{
    Acked acked;
    auto position = optionalPosition(members);
    if (!position)
        return Unexpected{position.error()};
    acked.position = std::move(*position);
    auto token = optionalText(members, "token");
    if (!token)
        return Unexpected{token.error()};
    acked.token = std::move(*token);
    if (!acked.position && acked.token.isEmpty())
        return Unexpected{missing("position")};
    return acked;
}

Result<Heartbeat, Refusal> readHeartbeat(const json::Members &members)
{
    Heartbeat heartbeat;
    const auto clock = requiredNumber(members, "clock_ms", "clock_ms");
    if (!clock)
        return Unexpected{clock.error()};
    heartbeat.clockMs = *clock;
    const auto queue = optionalNumber(members, "queue", "queue");
    if (!queue)
        return Unexpected{queue.error()};
    heartbeat.queue = static_cast<quint64>(queue->value_or(0));
    auto position = optionalPosition(members);
    if (!position)
        return Unexpected{position.error()};
    heartbeat.position = std::move(*position);
    return heartbeat;
}

template<typename T>
Result<DeviceMessage, MessageRefusal> asMessage(Result<T, Refusal> &&content)
{
    if (!content)
        return refused(content);
    return DeviceMessage(std::move(*content));
}

} // namespace

Result<DeviceMessage, MessageRefusal> decodeFromDevice(const QByteArray &frame,
                                                       QByteArrayView restaurantId)
{
    thread_local json::Members members; // reused: this runs for every frame
    const auto refuse = [](Refusal refusal) {
        return Unexpected{MessageRefusal{std::move(refusal), std::nullopt}};
    };
    if (const auto parsed = json::parseObject(frame, members); !parsed)
        return refuse(fromJson(parsed.error()));
    const auto type = requiredId(members, "type", "type");
    if (!type)
        return refuse(type.error());
    if (const auto same = checkRestaurant(members, restaurantId); !same)
        return refuse(same.error());
    if (*type == "push") {
        auto push = readPush(members, restaurantId);
        if (!push)
            return Unexpected{push.error()};
        return DeviceMessage(std::move(*push));
    }
    if (*type == "acked")
        return asMessage(readAcked(members));
    if (*type == "heartbeat")
        return asMessage(readHeartbeat(members));
    if (*type == "hello")
        return asMessage(readHello(members));
    if (*type == "user") {
        const auto user = optionalUser(members);
        if (!user)
            return refuse(user.error());
        return DeviceMessage(UserChanged{*user});
    }
    if (*type == "resync") {
        const auto dataType = readDataType(members);
        if (!dataType)
            return refuse(dataType.error());
        return DeviceMessage(Resync{*dataType});
    }
    return refuse({"unknown_type", "message type " + quotedForPeople(*type) + " is not known", {}});
}

} // namespace possync::v2
