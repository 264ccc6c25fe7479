// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/rights.h"

#include <QTest>

using namespace possync;
using namespace possync::security;

namespace {

QByteArray joined(Roles roles)
{
    QByteArray text;
    for (const Role role : allRoles) {
        if (roles.has(role))
            text += (text.isEmpty() ? "" : " ") + roleName(role);
    }
    return text;
}

constexpr char everyone[] = "admin manager server cashier kitchen owner tester viewer";
constexpr char house[] = "admin manager server cashier kitchen owner tester";
constexpr char chiefs[] = "admin manager owner tester";

} // namespace

/// The rights table: docs/protocol.md, "Access".
class RightsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void rolesHaveNames();
    void requestsFindTheirRow_data();
    void requestsFindTheirRow();
    void restaurantsAreDecoded();
    void serversOwnMattersNeedUnboundCallers();
    void everyChangeOfTheCatalogueHasARow();
    void changesAreForTheirRoles_data();
    void changesAreForTheirRoles();
    void onlyAdminsSetRolesAndPins();
};

void RightsTest::rolesHaveNames()
{
    for (const Role role : allRoles)
        QCOMPARE(roleFromName(roleName(role)), std::optional(role));
    for (const TokenKind kind : {TokenKind::Device, TokenKind::Console, TokenKind::ApiKey})
        QCOMPARE(tokenKindFromName(tokenKindName(kind)), std::optional(kind));
    QVERIFY(!roleFromName("Owner"));
    QVERIFY(!roleFromName(""));
    QVERIFY(!tokenKindFromName("apikey"));
}

void RightsTest::requestsFindTheirRow_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("route"); // -1: none
    const auto row = [](const char *method, const char *path, std::optional<Route> route) {
        QTest::addRow("%s %s", method, path)
            << QByteArray(method) << QByteArray(path) << (route ? static_cast<int>(*route) : -1);
    };
    row("GET", "/api/health", Route::Health);
    row("HEAD", "/api/health/", Route::Health);
    row("GET", "/api/restaurants", Route::Restaurants);
    row("GET", "/api/restaurants/r/data", Route::Data);
    row("GET", "/api/restaurants/r/traffic", Route::Traffic);
    row("GET", "/api/restaurants/r/entities/orders/o1", Route::Entity);
    row("GET", "/api/restaurants/r/data/orders/o1/history", Route::History);
    row("POST", "/api/restaurants/r/conflicts/c/restore", Route::RestoreConflict);
    row("POST", "/api/restaurants/r/name", Route::RenameRestaurant);
    row("POST", "/api/restaurants/r/devices/d/name", Route::RenameDevice);
    row("POST", "/api/restaurants/r/webhooks/wh_1/rotate", Route::RotateWebhook);
    row("GET", "/api/admin/tokens", Route::Tokens);
    row("POST", "/api/admin/tokens", Route::CreateToken);
    row("HEAD", "/api/admin/tokens", Route::Tokens);
    row("POST", "/api/admin/tokens/x/revoke", Route::RevokeToken);
    // Another method still finds the path's row: it is guarded before it is told off.
    row("GET", "/api/admin/restore", Route::Restore);
    row("DELETE", "/api/restaurants/r/data", Route::Data);
    row("GET", "/", std::nullopt);
    row("GET", "", std::nullopt);
    row("GET", "*", std::nullopt);
    row("GET", "/api", std::nullopt);
    row("GET", "/API/health", std::nullopt);
    row("GET", "//api/health", std::nullopt);
    row("GET", "/api//health", std::nullopt);
    row("GET", "/api/health//", std::nullopt);
    row("GET", "/api/restaurants//data", std::nullopt);
    row("GET", "/api/restaurants/r%2Fdata", std::nullopt);
    row("GET", "/api/restaurants/r/data/x", std::nullopt);
    row("GET", "/a/b/c/d/e/f/g/h/i/j", std::nullopt);
}

void RightsTest::requestsFindTheirRow()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(int, route);
    const FoundRoute found = findRoute(method, path);
    QCOMPARE(found.row ? static_cast<int>(found.row->route) : -1, route);
}

void RightsTest::restaurantsAreDecoded()
{
    QCOMPARE(findRoute("GET", "/api/restaurants/oh%20bombay%2F1/data").restaurant,
             QByteArray("oh bombay/1"));
    QCOMPARE(findRoute("GET", "/api/restaurants/a+b/entities/orders/o").restaurant,
             QByteArray("a+b"));
    QCOMPARE(findRoute("POST", "/api/admin/tokens/x/revoke").restaurant, QByteArray());
}

void RightsTest::serversOwnMattersNeedUnboundCallers()
{
    const Grant everywhere{Role::Owner, {}, "t", 0};
    const Grant here{Role::Owner, "r", "t", 0};
    for (const RouteRow &row : routeRows()) {
        QVERIFY(row.roles.has(Role::Owner));
        QVERIFY(mayDo(everywhere, row.scope, row.roles));
        QCOMPARE(mayDo(here, row.scope, row.roles), row.scope != Scope::Server);
    }
    QVERIFY(mayDo(everywhere, Act::CommandSetLogLevel));
    QVERIFY(!mayDo(here, Act::CommandSetLogLevel));
    QVERIFY(mayDo(here, Act::CommandKick));
    QVERIFY(mayDo(here, Act::CommandRename));
    QVERIFY(!mayDo(Grant{Role::Viewer, "r", "t", 0}, Act::CommandRename));
    QVERIFY(here.mayTouch("r"));
    QVERIFY(!here.mayTouch("R"));
    QVERIFY(!here.mayTouch(""));
    QVERIFY(everywhere.mayTouch("anything"));
}

void RightsTest::everyChangeOfTheCatalogueHasARow()
{
    for (const DataType type : allDataTypes) {
        for (int number = 1; number <= 20; ++number) {
            const auto action = static_cast<Action>(number);
            const Roles roles = rolesForChange(type, action);
            QCOMPARE(roles.isEmpty(), !isActionAllowed(type, action));
            QVERIFY(!roles.has(Role::Viewer));
            QCOMPARE(roles.has(Role::Admin), !roles.isEmpty());
        }
    }
}

void RightsTest::changesAreForTheirRoles_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("action");
    QTest::addColumn<QByteArray>("roles");
    const auto row = [](const char *type, const char *action, const char *roles) {
        QTest::addRow("%s %s", type, action)
            << QByteArray(type) << QByteArray(action) << QByteArray(roles);
    };
    row("orders", "created", "admin manager server cashier owner tester");
    row("orders", "status_changed", house);
    row("orders", "deleted", chiefs);
    row("menu_items", "deleted", chiefs);
    row("menu_items", "availability_changed", house);
    row("inventory", "stock_changed", house);
    row("inventory", "item_removed", chiefs);
    row("tables", "occupied", "admin manager server cashier owner tester");
    row("tables", "deleted", chiefs);
    row("users", "created", chiefs);
    row("users", "role_changed", "admin owner tester");
    row("users", "deleted", "admin owner tester");
    row("printers", "configured", chiefs);
}

void RightsTest::changesAreForTheirRoles()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, action);
    QFETCH(QByteArray, roles);
    QCOMPARE(joined(rolesForChange(*dataTypeFromName(type), *actionFromName(action))), roles);
    for (const Role role : allRoles)
        QCOMPARE(mayChange(role, *dataTypeFromName(type), *actionFromName(action), "{}"),
                 roles.split(' ').contains(roleName(role)));
}

void RightsTest::onlyAdminsSetRolesAndPins()
{
    const auto may = [](Role role, QByteArrayView data) {
        return mayChange(role, DataType::Users, Action::Updated, data);
    };
    QVERIFY(may(Role::Manager, R"({"id":"u","name":"Asha"})"));
    QVERIFY(!may(Role::Manager, R"({"id":"u","role":"admin"})"));
    QVERIFY(!may(Role::Manager, R"({"id":"u","pin":"1234"})"));
    QVERIFY(!may(Role::Manager, R"({"id":"u","r\u006fle":"admin"})"));
    QVERIFY(may(Role::Admin, R"({"id":"u","role":"admin","pin":"1234"})"));
    QVERIFY(!may(Role::Server, R"({"id":"u"})"));
    QCOMPARE(joined(rolesForChange(DataType::Orders, Action::Updated)), QByteArray(house));
    QVERIFY(mayChange(Role::Server, DataType::Orders, Action::Updated, R"({"role":"x"})"));
    QCOMPARE(joined(rowOf(Route::Data).roles), QByteArray(everyone));
}

QTEST_GUILESS_MAIN(RightsTest)
#include "tst_rights.moc"
