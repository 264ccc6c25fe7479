// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <array>
#include <cstdint>
#include <optional>
#include <span>

/// The catalogue of data types and actions. One table for server, devices and console;
/// docs/protocol.md, "Data types and actions".
namespace possync {

/// Kind of record a change is about. The numbers are stored: append only, never reuse.
enum class DataType : std::uint8_t {
    Orders = 1,
    MenuItems = 2,
    Inventory = 3,
    Tables = 4,
    Users = 5,
    Printers = 6,
};

/// What happened to the record. The numbers are stored: append only, never reuse.
enum class Action : std::uint8_t {
    Created = 1,
    Updated = 2,
    StatusChanged = 3,
    Completed = 4,
    Deleted = 5,
    AvailabilityChanged = 6,
    StockChanged = 7,
    ItemAdded = 8,
    ItemRemoved = 9,
    LowStockAlert = 10,
    Occupied = 11,
    Available = 12,
    Reserved = 13,
    Cleaning = 14,
    RoleChanged = 15,
    Added = 16,
    Removed = 17,
    Configured = 18,
    AssignmentChanged = 19,
    Upsert = 20,
};

/// What an action does to the stored record.
enum class Effect : std::uint8_t {
    MergeFields, ///< Fields of `data` replace those of the record; the rest stays.
    Remove,      ///< The record becomes a tombstone.
    SetStatus,   ///< As MergeFields, and `status` becomes the action's name.
    RecordOnly,  ///< Recorded and relayed; the record stays as it is.
};

inline constexpr std::array allDataTypes{DataType::Orders, DataType::MenuItems, DataType::Inventory,
                                         DataType::Tables, DataType::Users,     DataType::Printers};

/// Wire name in `data_type`, for example "orders".
QByteArrayView dataTypeName(DataType type);
/// Wire name of the typed message, for example "order_update".
QByteArrayView typedMessageName(DataType type);
/// Name of the typed message's id field, for example "order_id".
QByteArrayView typedIdField(DataType type);
QByteArrayView actionName(Action action);

std::optional<DataType> dataTypeFromName(QByteArrayView name);
std::optional<DataType> dataTypeFromTypedMessage(QByteArrayView name);
std::optional<Action> actionFromName(QByteArrayView name);

/// Actions the app sends for a data type, in the order of the specification. Every type also takes
/// the generic `created`, `updated`, `deleted` and `upsert` of `POST /api/sync`.
std::span<const Action> actionsOf(DataType type);
bool isActionAllowed(DataType type, Action action);
Effect effectOf(Action action);

} // namespace possync
