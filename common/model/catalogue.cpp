// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/catalogue.h"

#include <algorithm>

namespace possync {
namespace {

struct TypeRow {
    DataType type;
    QByteArrayView name;
    QByteArrayView message;
    QByteArrayView idField;
    std::array<Action, 4> actions;
};

using enum Action;

constexpr std::array<TypeRow, 6> typeRows{{
    {DataType::Orders,
     "orders",
     "order_update",
     "order_id",
     {Created, Updated, StatusChanged, Completed}},
    {DataType::MenuItems,
     "menu_items",
     "menu_update",
     "item_id",
     {Created, Updated, Deleted, AvailabilityChanged}},
    {DataType::Inventory,
     "inventory",
     "inventory_update",
     "item_id",
     {StockChanged, ItemAdded, ItemRemoved, LowStockAlert}},
    {DataType::Tables,
     "tables",
     "table_update",
     "table_id",
     {Occupied, Available, Reserved, Cleaning}},
    {DataType::Users, "users", "user_update", "user_id", {Created, Updated, Deleted, RoleChanged}},
    {DataType::Printers,
     "printers",
     "printer_update",
     "printer_id",
     {Added, Removed, Configured, AssignmentChanged}},
}};

struct ActionRow {
    Action action;
    QByteArrayView name;
    Effect effect;
};

constexpr std::array<ActionRow, 20> actionRows{{
    {Created, "created", Effect::MergeFields},
    {Updated, "updated", Effect::MergeFields},
    {StatusChanged, "status_changed", Effect::MergeFields},
    {Completed, "completed", Effect::MergeFields},
    {Deleted, "deleted", Effect::Remove},
    {AvailabilityChanged, "availability_changed", Effect::MergeFields},
    {StockChanged, "stock_changed", Effect::MergeFields},
    {ItemAdded, "item_added", Effect::MergeFields},
    {ItemRemoved, "item_removed", Effect::Remove},
    {LowStockAlert, "low_stock_alert", Effect::RecordOnly},
    {Occupied, "occupied", Effect::SetStatus},
    {Available, "available", Effect::SetStatus},
    {Reserved, "reserved", Effect::SetStatus},
    {Cleaning, "cleaning", Effect::SetStatus},
    {RoleChanged, "role_changed", Effect::MergeFields},
    {Added, "added", Effect::MergeFields},
    {Removed, "removed", Effect::Remove},
    {Configured, "configured", Effect::MergeFields},
    {AssignmentChanged, "assignment_changed", Effect::MergeFields},
    {Upsert, "upsert", Effect::MergeFields},
}};

const TypeRow &rowOf(DataType type)
{
    return typeRows[static_cast<std::size_t>(type) - 1];
}

const ActionRow &rowOf(Action action)
{
    return actionRows[static_cast<std::size_t>(action) - 1];
}

} // namespace

QByteArrayView dataTypeName(DataType type)
{
    return rowOf(type).name;
}

QByteArrayView typedMessageName(DataType type)
{
    return rowOf(type).message;
}

QByteArrayView typedIdField(DataType type)
{
    return rowOf(type).idField;
}

QByteArrayView actionName(Action action)
{
    return rowOf(action).name;
}

std::optional<DataType> dataTypeFromName(QByteArrayView name)
{
    const auto row = std::ranges::find(typeRows, name, &TypeRow::name);
    return row == typeRows.end() ? std::nullopt : std::optional(row->type);
}

std::optional<DataType> dataTypeFromTypedMessage(QByteArrayView name)
{
    const auto row = std::ranges::find(typeRows, name, &TypeRow::message);
    return row == typeRows.end() ? std::nullopt : std::optional(row->type);
}

std::optional<Action> actionFromName(QByteArrayView name)
{
    const auto row = std::ranges::find(actionRows, name, &ActionRow::name);
    return row == actionRows.end() ? std::nullopt : std::optional(row->action);
}

std::span<const Action> actionsOf(DataType type)
{
    return rowOf(type).actions;
}

bool isActionAllowed(DataType type, Action action)
{
    if (action == Created || action == Updated || action == Deleted || action == Upsert)
        return true;
    return std::ranges::find(rowOf(type).actions, action) != rowOf(type).actions.end();
}

Effect effectOf(Action action)
{
    return rowOf(action).effect;
}

} // namespace possync
