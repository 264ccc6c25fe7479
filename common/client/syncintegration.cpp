// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/client/syncintegration.h"

#include "common/model/jsontext.h"

#include <QScopeGuard>

namespace possync {

SyncIntegration::SyncIntegration(SyncClient &client, QObject *parent)
    : QObject(parent)
    , m_client(client)
{
    connect(&client, &SyncClient::recordUpdated, this, &SyncIntegration::comeIn);
}

void SyncIntegration::refresh()
{
    for (const DataType type : v2::snapshotOrder) {
        const QMap<QString, QByteArray> records = m_client.records(type);
        for (auto record = records.cbegin(); record != records.cend(); ++record)
            tell({.key = {type, record.key().toUtf8()},
                  .action = "upsert",
                  .data = record.value(),
                  .record = record.value(),
                  .isVisible = true,
                  .origin = Update::Origin::Snapshot});
    }
}

void SyncIntegration::setEnabled(bool enabled)
{
    if (m_isEnabled == enabled)
        return;
    m_isEnabled = enabled;
    if (!enabled)
        return;
    for (const sync::EntityKey &key : std::exchange(m_missed, {})) {
        const QByteArray record = m_client.record(key.dataType, QString::fromUtf8(key.entityId));
        tell({.key = key,
              .action = record.isEmpty() ? "deleted" : "upsert",
              .isRemoved = record.isEmpty(),
              .data = record,
              .record = record,
              .isVisible = true,
              .origin = Update::Origin::Snapshot});
    }
}

void SyncIntegration::orderChanged(const QString &id, Action action, const QByteArray &data)
{
    goOut(DataType::Orders, id, action, data);
}

void SyncIntegration::menuItemChanged(const QString &id, Action action, const QByteArray &data)
{
    goOut(DataType::MenuItems, id, action, data);
}

void SyncIntegration::inventoryChanged(const QString &id, Action action, const QByteArray &data)
{
    goOut(DataType::Inventory, id, action, data);
}

void SyncIntegration::tableChanged(const QString &id, Action action, const QByteArray &data)
{
    goOut(DataType::Tables, id, action, data);
}

void SyncIntegration::userChanged(const QString &id, Action action, const QByteArray &data)
{
    goOut(DataType::Users, id, action, data);
}

void SyncIntegration::printerChanged(const QString &id, Action action, const QByteArray &data)
{
    goOut(DataType::Printers, id, action, data);
}

void SyncIntegration::goOut(DataType type, const QString &id, Action action, const QByteArray &data)
{
    if (!m_isEnabled || m_comingIn == sync::EntityKey{type, id.toUtf8()})
        return;
    // A service may report later what it was told before.
    if (changesNothing(type, id, action, data))
        return;
    const auto queued =
        m_client.queueChange({.dataType = type, .action = action, .entityId = id, .data = data});
    if (queued)
        Q_EMIT changeQueued(*queued, type, id);
    else
        Q_EMIT changeRefused(type, id, queued.error());
}

bool SyncIntegration::changesNothing(DataType type, const QString &id, Action action,
                                     const QByteArray &data) const
{
    const QByteArray record = m_client.record(type, id);
    switch (effectOf(action)) {
    case Effect::RecordOnly:
        return false;
    case Effect::Remove:
        return record.isEmpty();
    case Effect::MergeFields:
    case Effect::SetStatus:
        break;
    }
    json::Members held;
    json::Members given;
    if (record.isEmpty() || !json::splitObject(record, held))
        return false;
    if (!data.isEmpty() && !json::parseObject(data, given))
        return false; // The client says what is wrong with it.
    if (effectOf(action) == Effect::SetStatus) {
        const json::Member *status = json::find(held, "status");
        if (!status || json::unquoted(status->value) != actionName(action))
            return false;
    }
    return std::ranges::all_of(given, [&held](const json::Member &member) {
        const json::Member *same = json::find(held, json::plainKey(member));
        return same && same->value == member.value;
    });
}

void SyncIntegration::comeIn(const Update &update)
{
    // What the user did here the service knows, unless it came back otherwise.
    const bool isNotice = update.action == actionName(Action::LowStockAlert);
    if (!update.isVisible && !(isNotice && !update.isOwn))
        return;
    if (m_isEnabled)
        tell(update);
    else
        m_missed.insert(update.key);
}

void SyncIntegration::tell(const Update &update)
{
    m_comingIn = update.key;
    const auto done = qScopeGuard([this] { m_comingIn.reset(); });
    // An own change that came back otherwise is no more what its action says.
    const auto action =
        update.isOwn ? std::optional(Action::Upsert) : actionFromName(update.action);
    switch (update.key.dataType) {
    case DataType::Orders:
        tellOrders(update, action);
        break;
    case DataType::MenuItems:
        tellMenu(update, action);
        break;
    case DataType::Inventory:
        tellInventory(update, action);
        break;
    case DataType::Tables:
        tellTables(update, action);
        break;
    case DataType::Users:
        tellUsers(update, action);
        break;
    case DataType::Printers:
        tellPrinters(update, action);
        break;
    }
}

void SyncIntegration::tellOrders(const Update &update, std::optional<Action> action)
{
    if (!m_orders)
        return;
    if (update.isRemoved)
        m_orders->orderRemoved(update);
    else if (action == Action::Created)
        m_orders->orderCreated(update);
    else if (action == Action::StatusChanged)
        m_orders->orderStatusChanged(update);
    else if (action == Action::Completed)
        m_orders->orderCompleted(update);
    else
        m_orders->orderUpdated(update);
}

void SyncIntegration::tellMenu(const Update &update, std::optional<Action> action)
{
    if (!m_menu)
        return;
    if (update.isRemoved)
        m_menu->menuItemRemoved(update);
    else if (action == Action::Created)
        m_menu->menuItemCreated(update);
    else if (action == Action::AvailabilityChanged)
        m_menu->menuAvailabilityChanged(update);
    else
        m_menu->menuItemUpdated(update);
}

void SyncIntegration::tellInventory(const Update &update, std::optional<Action> action)
{
    if (!m_inventory)
        return;
    if (update.isRemoved)
        m_inventory->stockItemRemoved(update);
    else if (action == Action::ItemAdded || action == Action::Created)
        m_inventory->stockItemAdded(update);
    else if (action == Action::StockChanged)
        m_inventory->stockChanged(update);
    else if (action == Action::LowStockAlert)
        m_inventory->lowStockAlert(update);
    else
        m_inventory->stockItemUpdated(update);
}

void SyncIntegration::tellTables(const Update &update, std::optional<Action> action)
{
    if (!m_tables)
        return;
    if (update.isRemoved)
        m_tables->tableRemoved(update);
    else if (action == Action::Occupied)
        m_tables->tableOccupied(update);
    else if (action == Action::Available)
        m_tables->tableAvailable(update);
    else if (action == Action::Reserved)
        m_tables->tableReserved(update);
    else if (action == Action::Cleaning)
        m_tables->tableCleaning(update);
    else
        m_tables->tableUpdated(update);
}

void SyncIntegration::tellUsers(const Update &update, std::optional<Action> action)
{
    if (!m_users)
        return;
    if (update.isRemoved)
        m_users->userRemoved(update);
    else if (action == Action::Created)
        m_users->userCreated(update);
    else if (action == Action::RoleChanged)
        m_users->userRoleChanged(update);
    else
        m_users->userUpdated(update);
}

void SyncIntegration::tellPrinters(const Update &update, std::optional<Action> action)
{
    if (!m_printers)
        return;
    if (update.isRemoved)
        m_printers->printerRemoved(update);
    else if (action == Action::Added || action == Action::Created)
        m_printers->printerAdded(update);
    else if (action == Action::AssignmentChanged)
        m_printers->printerAssignmentChanged(update);
    else
        m_printers->printerConfigured(update);
}

} // namespace possync
