// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/messagefields.h"

namespace possync::fields {

QByteArray quotedForPeople(QByteArrayView text)
{
    return json::quoted(json::shortened(text, 64));
}

Refusal missing(QByteArrayView field)
{
    return {"missing_field", "field \"" + field.toByteArray() + "\" is missing", {}};
}

Refusal badField(QByteArrayView field, const QByteArray &expectation)
{
    return {"bad_field", "field \"" + field.toByteArray() + "\" " + expectation, {}};
}

Refusal fromJson(const json::Error &error)
{
    return {"bad_json",
            "not valid JSON at byte " + QByteArray::number(error.offset) + ": " + error.detail,
            {}};
}

Result<QByteArray, Refusal> idText(const json::Member &member, QByteArrayView field)
{
    if (member.type != json::Type::String)
        return Unexpected{badField(field, "must be a string")};
    QByteArray text = json::unquoted(member.value);
    if (text.isEmpty())
        return Unexpected{badField(field, "must not be empty")};
    if (text.size() > classic::maxIdBytes)
        return Unexpected{badField(field, "is longer than 256 bytes")};
    return text;
}

Result<QByteArray, Refusal> requiredId(const json::Members &members, QByteArrayView field,
                                       QByteArrayView path)
{
    const json::Member *member = json::find(members, field);
    if (!member || member->type == json::Type::Null)
        return Unexpected{missing(path)};
    return idText(*member, path);
}

Result<QByteArray, Refusal> optionalId(const json::Members &members, QByteArrayView field)
{
    const json::Member *member = json::find(members, field);
    if (!member || member->type == json::Type::Null
        || (member->type == json::Type::String && member->value.size() == 2))
        return QByteArray();
    return idText(*member, field);
}

Result<std::optional<QByteArray>, Refusal> optionalUser(const json::Members &members)
{
    auto user = optionalId(members, "user_id");
    if (!user)
        return Unexpected{user.error()};
    if (user->isEmpty())
        return std::optional<QByteArray>();
    return std::optional(std::move(*user));
}

Result<std::optional<qint64>, Refusal> optionalNumber(const json::Members &members,
                                                      QByteArrayView field, QByteArrayView path,
                                                      qint64 largest)
{
    const json::Member *member = json::find(members, field);
    if (!member || member->type == json::Type::Null)
        return std::optional<qint64>();
    bool ok = member->type == json::Type::Number;
    const qint64 value = ok ? member->value.toByteArray().toLongLong(&ok) : 0;
    if (!ok || value < 0 || value > largest)
        return Unexpected{
            badField(path, "must be a whole number from 0 to " + QByteArray::number(largest))};
    return std::optional(value);
}

Result<qint64, Refusal> requiredNumber(const json::Members &members, QByteArrayView field,
                                       QByteArrayView path, qint64 largest)
{
    auto number = optionalNumber(members, field, path, largest);
    if (!number)
        return Unexpected{number.error()};
    if (!*number)
        return Unexpected{missing(path)};
    return **number;
}

Result<DataType, Refusal> readDataType(const json::Members &members)
{
    const json::Member *member = json::find(members, "data_type");
    if (!member)
        return Unexpected{missing("data_type")};
    if (member->type != json::Type::String)
        return Unexpected{badField("data_type", "must be a string")};
    const QByteArray name = json::unquoted(member->value);
    const auto type = dataTypeFromName(name);
    if (!type)
        return Unexpected{Refusal{"unknown_data_type",
                                  "field \"data_type\": " + quotedForPeople(name)
                                      + " is not one of orders, menu_items, inventory, tables, "
                                        "users, printers",
                                  {}}};
    return *type;
}

Result<Action, Refusal> readAction(const json::Members &members, DataType type)
{
    const json::Member *action = json::find(members, "action");
    if (!action)
        return Unexpected{missing("action")};
    if (action->type != json::Type::String)
        return Unexpected{badField("action", "must be a string")};
    const QByteArray actionText = json::unquoted(action->value);
    const auto known = actionFromName(actionText);
    if (!known || !isActionAllowed(type, *known)) {
        QByteArray legal;
        for (const Action a : actionsOf(type))
            legal += (legal.isEmpty() ? "" : ", ") + actionName(a).toByteArray();
        return Unexpected{Refusal{"unknown_action",
                                  "field \"action\": " + quotedForPeople(actionText)
                                      + " is not an action of " + dataTypeName(type).toByteArray()
                                      + " (" + legal + ")",
                                  {}}};
    }
    return *known;
}

Result<Done, Refusal> checkRestaurant(const json::Members &members, QByteArrayView restaurantId)
{
    const json::Member *member = json::find(members, "restaurant_id");
    if (!member || member->type == json::Type::Null)
        return Done{};
    if (member->type != json::Type::String)
        return Unexpected{badField("restaurant_id", "must be a string")};
    if (json::unquoted(member->value) != restaurantId) {
        const json::Member *id = json::find(members, "change_id");
        return Unexpected{Refusal{
            "wrong_restaurant",
            "field \"restaurant_id\" names another restaurant than this connection belongs to",
            id && id->type == json::Type::String ? json::unquoted(id->value) : QByteArray()}};
    }
    return Done{};
}

} // namespace possync::fields
