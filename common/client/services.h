// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/sync/devicesession.h"

/// What SyncIntegration calls in an app's own services when others changed something; the app
/// implements those it has. Each method gets what changed (`update.data`), by whom, and the whole
/// record as it is now (`update.record`), both exact JSON object text; after
/// the call the service must hold the record as it is in `update.record`, or no more if
/// `update.isRemoved`.
/// A service that tells of changes by a signal may do so for these as well, within the call:
/// SyncIntegration knows them from changes of the user. One that tells later, from a queue, is
/// understood only as long as the record is still as it says: it should rather be silent. All calls
/// come on the thread of the SyncClient.
namespace possync {

using sync::Update;

class OrderService
{
public:
    virtual ~OrderService() = default;
    virtual void orderCreated(const Update &update) = 0;
    /// Also for records that are new to this device, and for corrections: an order not known yet is
    /// to be created.
    virtual void orderUpdated(const Update &update) = 0;
    virtual void orderStatusChanged(const Update &update) = 0;
    virtual void orderCompleted(const Update &update) = 0;
    virtual void orderRemoved(const Update &update) = 0;
};

class MenuService
{
public:
    virtual ~MenuService() = default;
    virtual void menuItemCreated(const Update &update) = 0;
    /// Also for what is new to this device; see OrderService::orderUpdated().
    virtual void menuItemUpdated(const Update &update) = 0;
    virtual void menuAvailabilityChanged(const Update &update) = 0;
    virtual void menuItemRemoved(const Update &update) = 0;
};

class InventoryService
{
public:
    virtual ~InventoryService() = default;
    virtual void stockItemAdded(const Update &update) = 0;
    /// Also for what is new to this device; see OrderService::orderUpdated().
    virtual void stockItemUpdated(const Update &update) = 0;
    virtual void stockChanged(const Update &update) = 0;
    /// A notice; the record stays as it is.
    virtual void lowStockAlert(const Update &update) = 0;
    virtual void stockItemRemoved(const Update &update) = 0;
};

class TableService
{
public:
    virtual ~TableService() = default;
    virtual void tableOccupied(const Update &update) = 0;
    virtual void tableAvailable(const Update &update) = 0;
    virtual void tableReserved(const Update &update) = 0;
    virtual void tableCleaning(const Update &update) = 0;
    /// Anything else, also what is new to this device; see OrderService::orderUpdated().
    virtual void tableUpdated(const Update &update) = 0;
    virtual void tableRemoved(const Update &update) = 0;
};

class UserService
{
public:
    virtual ~UserService() = default;
    virtual void userCreated(const Update &update) = 0;
    /// Also for who is new to this device; see OrderService::orderUpdated().
    virtual void userUpdated(const Update &update) = 0;
    virtual void userRoleChanged(const Update &update) = 0;
    virtual void userRemoved(const Update &update) = 0;
};

class PrinterService
{
public:
    virtual ~PrinterService() = default;
    virtual void printerAdded(const Update &update) = 0;
    /// Also for what is new to this device; see OrderService::orderUpdated().
    virtual void printerConfigured(const Update &update) = 0;
    virtual void printerAssignmentChanged(const Update &update) = 0;
    virtual void printerRemoved(const Update &update) = 0;
};

} // namespace possync
