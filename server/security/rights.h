// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/catalogue.h"
#include "server/security/role.h"

#include <span>

/// Who may do what, as data: one row for every address, message and admin command. What has no row
/// cannot be reached. docs/protocol.md, "Access". Pure; any thread.
namespace possync::security {

/// What an act touches, and so where a caller's restaurant is looked for.
enum class Scope : quint8 {
    Open,       ///< Nothing that needs guarding: no token is asked for.
    Any,        ///< Answers each caller with what is its own.
    Restaurant, ///< The one the address names: its first `<arg>`.
    Body,       ///< The one the body or the query names; who reads that checks.
    Server,     ///< The whole server: only callers not bound to a restaurant.
};

/// Every address of the HTTP interface.
enum class Route : quint8 {
    Health,
    Sync,
    Status,
    Data,
    Restaurants,
    Devices,
    Changes,
    Conflicts,
    Traffic,
    Entity,
    History,
    RestoreConflict,
    Metrics,
    OpenApi,
    Logs,
    Verify,
    Backup,
    Restore,
    Tokens,
    CreateToken,
    RevokeToken,
    Pairings,
    OpenPairing,
    Pair,
    PairPage,
    Audit,
    Webhooks,
    AddWebhook,
    RemoveWebhook,
    WebhookQueue,
    TestWebhook,
    Export,
    Erase,
    DiscardConflict,
    RenameRestaurant,
    RenameDevice,
    RotateWebhook,
    RevokedJwts,
    RevokeJwt,
    TakeBackJwt,
};
inline constexpr auto routeCount = static_cast<std::size_t>(Route::TakeBackJwt) + 1;

struct RouteRow {
    Route route;
    const char *method; ///< GET, POST or DELETE.
    const char *path;   ///< As QHttpServer takes it; `<arg>` is one segment.
    Scope scope;
    Roles roles;
};
std::span<const RouteRow, routeCount> routeRows();
const RouteRow &rowOf(Route route);

/// The row of a request, and the restaurant its path names. Without a row if there is nothing at
/// the path; `method` only chooses between rows of one path, so another method finds a row too.
struct FoundRoute {
    const RouteRow *row = nullptr;
    QByteArray restaurant; ///< Decoded; empty unless the scope is Restaurant.
};
FoundRoute findRoute(QByteArrayView method, QByteArrayView encodedPath);

/// What a WebSocket asks for, beside changes.
enum class Act : quint8 {
    DeviceConnect, ///< As a device: register, heartbeat, user_changed, and receiving changes.
    AdminConnect,
    WatchRestaurants,
    WatchDevices,
    WatchChanges,
    WatchTraffic,
    WatchLogs,
    CommandPush,
    CommandKick,
    CommandPing,
    CommandReadTraffic,
    CommandRename,
    CommandSetLogLevel,
};
inline constexpr auto actCount = static_cast<std::size_t>(Act::CommandSetLogLevel) + 1;

struct ActRow {
    Act act;
    const char *name; ///< On the wire: subprotocol, topic or command.
    Scope scope;
    Roles roles;
};
std::span<const ActRow, actCount> actRows();
const ActRow &rowOf(Act act);
/// Null if nothing has that name.
const ActRow *findAct(QByteArrayView name);

/// Whether the caller's role, and for the server's own matters its reach, allow it.
bool mayDo(const Grant &grant, Scope scope, Roles roles);
inline bool mayDo(const Grant &grant, Act act)
{
    return mayDo(grant, rowOf(act).scope, rowOf(act).roles);
}

/// Whose devices may send such a change; nobody's if the catalogue does not know it.
Roles rolesForChange(DataType type, Action action);
/// Whether a role may change a record so. A person's `role` and `pin` are for admins to set: a
/// change of `users` that carries one needs `Role::Admin` even where others may edit the rest.
bool mayChange(Role role, DataType type, Action action, QByteArrayView dataJson);

} // namespace possync::security
