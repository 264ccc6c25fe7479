// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/client/services.h"
#include "common/client/syncclient.h"

#include <unordered_set>

namespace possync {

/// Binds the services an app has already to a SyncClient, both ways. Outwards, the app connects its
/// services' own signals to the slots here, and each change of the user is broadcast. Inwards, each
/// change of others calls the method for its action on the bound service. What comes in does not go
/// out again, even if the service reports it as a change. Lives on the thread of its client.
class SyncIntegration : public QObject
{
    Q_OBJECT
public:
    /// `client` must outlive this.
    explicit SyncIntegration(SyncClient &client, QObject *parent = nullptr);

    /// Binds a service, which must outlive this or be unbound with nullptr. It is told of changes
    /// from now on, not of the records there are: see refresh().
    void bind(OrderService *service) { m_orders = service; }
    void bind(MenuService *service) { m_menu = service; }
    void bind(InventoryService *service) { m_inventory = service; }
    void bind(TableService *service) { m_tables = service; }
    void bind(UserService *service) { m_users = service; }
    void bind(PrinterService *service) { m_printers = service; }
    /// Tells the bound services of all records the device has, as updates.
    void refresh();

    bool isEnabled() const { return m_isEnabled; }
    /// Disabled, nothing goes either way: changes of the user stay with the app, those of others
    /// wait. Enabled again, the services get what they missed, as updates and removals.
    void setEnabled(bool enabled);

public Q_SLOTS:
    // Changes of the user; `data` as in SyncClient::Change. One that changes nothing in what the
    // device shows is not broadcast.
    void orderChanged(const QString &id, possync::Action action, const QByteArray &data);
    void menuItemChanged(const QString &id, possync::Action action, const QByteArray &data);
    void inventoryChanged(const QString &id, possync::Action action, const QByteArray &data);
    void tableChanged(const QString &id, possync::Action action, const QByteArray &data);
    void userChanged(const QString &id, possync::Action action, const QByteArray &data);
    void printerChanged(const QString &id, possync::Action action, const QByteArray &data);

Q_SIGNALS:
    /// A change of the user is queued under this id; SyncClient::changeSettled() says what became
    /// of it.
    void changeQueued(const QByteArray &changeId, possync::DataType type, const QString &entityId);
    /// A change of the user could not be queued, and is not.
    void changeRefused(possync::DataType type, const QString &entityId,
                       const possync::QueueFailure &failure);

private:
    void goOut(DataType type, const QString &id, Action action, const QByteArray &data);
    bool changesNothing(DataType type, const QString &id, Action action,
                        const QByteArray &data) const;
    void comeIn(const Update &update);
    void tell(const Update &update);
    void tellOrders(const Update &update, std::optional<Action> action);
    void tellMenu(const Update &update, std::optional<Action> action);
    void tellInventory(const Update &update, std::optional<Action> action);
    void tellTables(const Update &update, std::optional<Action> action);
    void tellUsers(const Update &update, std::optional<Action> action);
    void tellPrinters(const Update &update, std::optional<Action> action);

    SyncClient &m_client;
    OrderService *m_orders = nullptr;
    MenuService *m_menu = nullptr;
    InventoryService *m_inventory = nullptr;
    TableService *m_tables = nullptr;
    UserService *m_users = nullptr;
    PrinterService *m_printers = nullptr;
    bool m_isEnabled = true;
    std::optional<sync::EntityKey> m_comingIn; ///< What a service is being told of.
    std::unordered_set<sync::EntityKey, sync::EntityKeyHash> m_missed; ///< While disabled.
};

} // namespace possync
