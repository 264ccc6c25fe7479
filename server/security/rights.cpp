// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/rights.h"

#include "common/model/jsontext.h"

#include <algorithm>

namespace possync::security {
namespace {

using enum Role;

constexpr Roles everyone = deviceRoles | consoleRoles;
constexpr Roles owner = Owner;
constexpr Roles testers = Owner | Tester;
/// Who may also read what went on, not only what is.
constexpr Roles overseers = consoleRoles | Admin | Manager;
constexpr Roles senders = deviceRoles | testers;
constexpr Roles chiefs = Admin | Manager | Owner | Tester;

constexpr std::array<RouteRow, routeCount> routes{{
    {Route::Health, "GET", "/api/health", Scope::Open, everyone},
    {Route::Sync, "POST", "/api/sync", Scope::Body, senders},
    {Route::Status, "GET", "/api/restaurants/<arg>/status", Scope::Restaurant, everyone},
    {Route::Data, "GET", "/api/restaurants/<arg>/data", Scope::Restaurant, everyone},
    {Route::Restaurants, "GET", "/api/restaurants", Scope::Any, everyone},
    {Route::Devices, "GET", "/api/restaurants/<arg>/devices", Scope::Restaurant, overseers},
    {Route::Changes, "GET", "/api/restaurants/<arg>/changes", Scope::Restaurant, overseers},
    {Route::Conflicts, "GET", "/api/restaurants/<arg>/conflicts", Scope::Restaurant, overseers},
    {Route::Traffic, "GET", "/api/restaurants/<arg>/traffic", Scope::Restaurant, overseers},
    {Route::Entity, "GET", "/api/restaurants/<arg>/entities/<arg>/<arg>", Scope::Restaurant,
     everyone},
    {Route::History, "GET", "/api/restaurants/<arg>/data/<arg>/<arg>/history", Scope::Restaurant,
     overseers},
    {Route::RestoreConflict, "POST", "/api/restaurants/<arg>/conflicts/<arg>/restore",
     Scope::Restaurant, chiefs},
    {Route::Metrics, "GET", "/metrics", Scope::Server, consoleRoles},
    {Route::OpenApi, "GET", "/api/openapi.json", Scope::Any, everyone},
    {Route::Logs, "GET", "/api/logs", Scope::Server, consoleRoles},
    {Route::Verify, "POST", "/api/admin/verify", Scope::Server, testers},
    {Route::Backup, "POST", "/api/admin/backup", Scope::Server, owner},
    {Route::Restore, "POST", "/api/admin/restore", Scope::Server, owner},
    {Route::Tokens, "GET", "/api/admin/tokens", Scope::Any, owner},
    {Route::CreateToken, "POST", "/api/admin/tokens", Scope::Any, owner},
    {Route::RevokeToken, "POST", "/api/admin/tokens/<arg>/revoke", Scope::Any, owner},
    {Route::Pairings, "GET", "/api/admin/pairings", Scope::Any, owner},
    {Route::OpenPairing, "POST", "/api/admin/pairings", Scope::Any, owner},
    {Route::Pair, "POST", "/api/pair", Scope::Open, everyone},
    {Route::PairPage, "GET", "/pair", Scope::Open, everyone},
    {Route::Audit, "GET", "/api/admin/audit", Scope::Any, owner},
    {Route::Webhooks, "GET", "/api/restaurants/<arg>/webhooks", Scope::Restaurant, owner},
    {Route::AddWebhook, "POST", "/api/restaurants/<arg>/webhooks", Scope::Restaurant, owner},
    {Route::RemoveWebhook, "DELETE", "/api/restaurants/<arg>/webhooks/<arg>", Scope::Restaurant,
     owner},
    {Route::WebhookQueue, "GET", "/api/restaurants/<arg>/webhooks/<arg>/queue", Scope::Restaurant,
     owner},
    {Route::TestWebhook, "POST", "/api/restaurants/<arg>/webhooks/<arg>/test", Scope::Restaurant,
     owner},
    {Route::Export, "GET", "/api/restaurants/<arg>/export", Scope::Restaurant, owner},
    {Route::Erase, "POST", "/api/restaurants/<arg>/erase", Scope::Restaurant, owner},
    {Route::DiscardConflict, "POST", "/api/restaurants/<arg>/conflicts/<arg>/discard",
     Scope::Restaurant, chiefs},
    {Route::RenameRestaurant, "POST", "/api/restaurants/<arg>/name", Scope::Restaurant, testers},
    {Route::RenameDevice, "POST", "/api/restaurants/<arg>/devices/<arg>/name", Scope::Restaurant,
     testers},
    {Route::RotateWebhook, "POST", "/api/restaurants/<arg>/webhooks/<arg>/rotate",
     Scope::Restaurant, owner},
    {Route::RevokedJwts, "GET", "/api/admin/jwts/revoked", Scope::Server, owner},
    {Route::RevokeJwt, "POST", "/api/admin/jwts/revoked", Scope::Server, owner},
    {Route::TakeBackJwt, "POST", "/api/admin/jwts/taken-back", Scope::Server, owner},
}};

constexpr std::array<ActRow, actCount> acts{{
    {Act::DeviceConnect, "classic", Scope::Body, senders},
    {Act::AdminConnect, "possync.admin.v1", Scope::Any, consoleRoles},
    {Act::WatchRestaurants, "restaurants", Scope::Any, consoleRoles},
    {Act::WatchDevices, "devices", Scope::Any, consoleRoles},
    {Act::WatchChanges, "changes", Scope::Any, consoleRoles},
    {Act::WatchTraffic, "traffic", Scope::Any, consoleRoles},
    {Act::WatchLogs, "logs", Scope::Server, consoleRoles},
    {Act::CommandPush, "push", Scope::Body, testers},
    {Act::CommandKick, "kick", Scope::Body, testers},
    {Act::CommandPing, "ping", Scope::Body, consoleRoles},
    {Act::CommandReadTraffic, "read_traffic", Scope::Body, consoleRoles},
    {Act::CommandRename, "rename", Scope::Body, testers},
    {Act::CommandSetLogLevel, "set_log_level", Scope::Server, testers},
}};

// A row left out or out of place does not compile.
consteval bool allInPlace()
{
    for (std::size_t i = 0; i < routes.size(); ++i) {
        if (routes[i].route != static_cast<Route>(i) || !routes[i].path
            || routes[i].roles.isEmpty())
            return false;
    }
    for (std::size_t i = 0; i < acts.size(); ++i) {
        if (acts[i].act != static_cast<Act>(i) || !acts[i].name || acts[i].roles.isEmpty())
            return false;
    }
    return true;
}
static_assert(allInPlace());

constexpr Roles heads = Admin | Owner | Tester;
constexpr Roles floor = chiefs | Server | Cashier;
constexpr Roles house = senders;

/// Rows by the numbers of type and action; what is not named is for nobody.
struct ChangeTable {
    std::array<std::array<Roles, 21>, 7> rows{};

    constexpr void set(DataType type, std::initializer_list<Action> actions, Roles roles)
    {
        for (const Action action : actions)
            rows[static_cast<std::size_t>(type)][static_cast<std::size_t>(action)] = roles;
    }
    consteval ChangeTable()
    {
        using enum Action;
        set(DataType::Orders, {Created, Upsert}, floor);
        set(DataType::Orders, {Updated, StatusChanged, Completed}, house);
        set(DataType::Orders, {Deleted}, chiefs);
        set(DataType::MenuItems, {Created, Updated, Upsert, Deleted}, chiefs);
        set(DataType::MenuItems, {AvailabilityChanged}, house);
        set(DataType::Inventory, {StockChanged, LowStockAlert}, house);
        set(DataType::Inventory, {Created, Updated, Upsert, Deleted, ItemAdded, ItemRemoved},
            chiefs);
        set(DataType::Tables, {Occupied, Available, Reserved, Cleaning, Updated}, floor);
        set(DataType::Tables, {Created, Upsert, Deleted}, chiefs);
        set(DataType::Users, {Created, Updated, Upsert}, chiefs);
        set(DataType::Users, {Deleted, RoleChanged}, heads);
        set(DataType::Printers,
            {Created, Updated, Upsert, Deleted, Added, Removed, Configured, AssignmentChanged},
            chiefs);
    }
};
constexpr ChangeTable changes;

struct Segments {
    std::array<QByteArrayView, 8> parts;
    std::size_t count = 0;
};

/// Cuts "/a/b" into "a" and "b"; a slash at the end counts for nothing. Nothing if there are more
/// than any address has.
std::optional<Segments> segmentsOf(QByteArrayView path)
{
    if (!path.startsWith('/'))
        return std::nullopt;
    if (path.size() > 1 && path.endsWith('/'))
        path.chop(1);
    Segments segments;
    while (!path.isEmpty()) {
        path = path.sliced(1);
        qsizetype end = path.indexOf('/');
        end = end < 0 ? path.size() : end;
        if (segments.count == segments.parts.size())
            return std::nullopt;
        segments.parts[segments.count++] = path.first(end);
        path = path.sliced(end);
    }
    return segments;
}

/// Cut once: every request is looked up.
const std::array<Segments, routeCount> &patterns()
{
    static const auto all = [] {
        std::array<Segments, routeCount> cut;
        std::ranges::transform(routes, cut.begin(), [](const RouteRow &row) {
            return segmentsOf(row.path).value_or(Segments());
        });
        return cut;
    }();
    return all;
}

bool fits(const RouteRow &row, const Segments &asked, QByteArray &restaurant)
{
    const Segments &pattern = patterns()[static_cast<std::size_t>(row.route)];
    if (pattern.count != asked.count)
        return false;
    bool isFirst = true;
    for (std::size_t i = 0; i < asked.count; ++i) {
        if (pattern.parts[i] != "<arg>") {
            if (pattern.parts[i] != asked.parts[i])
                return false;
            continue;
        }
        if (asked.parts[i].isEmpty())
            return false;
        if (std::exchange(isFirst, false) && row.scope == Scope::Restaurant)
            restaurant = QByteArray::fromPercentEncoding(asked.parts[i].toByteArray());
    }
    return true;
}

} // namespace

std::span<const RouteRow, routeCount> routeRows()
{
    return routes;
}

const RouteRow &rowOf(Route route)
{
    return routes[static_cast<std::size_t>(route)];
}

FoundRoute findRoute(QByteArrayView method, QByteArrayView encodedPath)
{
    FoundRoute found;
    const auto asked = segmentsOf(encodedPath);
    if (!asked)
        return found;
    for (const RouteRow &row : routes) {
        QByteArray restaurant;
        if (!fits(row, *asked, restaurant))
            continue;
        const bool isExact =
            method == row.method || (method == "HEAD" && QByteArrayView(row.method) == "GET");
        if (isExact)
            return {&row, restaurant};
        if (!found.row)
            found = {&row, restaurant};
    }
    return found;
}

std::span<const ActRow, actCount> actRows()
{
    return acts;
}

const ActRow &rowOf(Act act)
{
    return acts[static_cast<std::size_t>(act)];
}

const ActRow *findAct(QByteArrayView name)
{
    const auto found =
        std::ranges::find_if(acts, [name](const ActRow &row) { return name == row.name; });
    return found == acts.end() ? nullptr : &*found;
}

bool mayDo(const Grant &grant, Scope scope, Roles roles)
{
    return roles.has(grant.role) && (scope != Scope::Server || grant.restaurant.isEmpty());
}

Roles rolesForChange(DataType type, Action action)
{
    return changes.rows[static_cast<std::size_t>(type)][static_cast<std::size_t>(action)];
}

bool mayChange(Role role, DataType type, Action action, QByteArrayView dataJson)
{
    if (!rolesForChange(type, action).has(role))
        return false;
    if (type != DataType::Users || heads.has(role))
        return true;
    json::Members members;
    return json::splitObject(dataJson, members)
           && std::ranges::none_of(members, [](const json::Member &member) {
                  const QByteArray key = json::plainKey(member);
                  return key == "role" || key == "pin";
              });
}

} // namespace possync::security
