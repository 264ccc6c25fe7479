// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/jsontext.h"
#include "server/security/rights.h"
#include "tests/server/program/appclient.h"
#include "tests/server/program/serverprocess.h"
#include "tests/server/program/wiresocket.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

using namespace possync::security;
using namespace Qt::StringLiterals;
using possync::test::AppClient;
using possync::test::ServerProcess;
using possync::test::WireSocket;

namespace {

const QStringList closed{QStringLiteral("--auth"), QStringLiteral("required")};
const QStringList local{QStringLiteral("--auth"), QStringLiteral("local")};

QByteArray codeOf(const ServerProcess::HttpAnswer &answer)
{
    return QJsonDocument::fromJson(answer.body)[u"code"].toString().toUtf8();
}

QByteArray syncBody(const QByteArray &restaurant, const QByteArray &changes)
{
    return R"({"restaurant_id":")" + restaurant + R"(","device_id":"d","changes":[)" + changes
           + "]}";
}

QByteArray change(const QByteArray &type, const QByteArray &action, const QByteArray &id)
{
    return R"({"type":"data_change","data_type":")" + type + R"(","action":")" + action
           + R"(","change_id":"c-)" + id + R"(","data":{"id":")" + id + R"("}})";
}

/// A path that fits the row and names restaurant `r`.
QString samplePath(const RouteRow &row, const QString &restaurant)
{
    QString path = QString::fromLatin1(row.path);
    const bool namesOne = row.scope == Scope::Restaurant;
    bool isFirst = true;
    while (path.contains(u"<arg>")) {
        const QString value = isFirst && namesOne ? restaurant : QStringLiteral("orders");
        path.replace(path.indexOf(u"<arg>"), 5, value);
        isFirst = false;
    }
    return path;
}

QByteArray tokenFields(Role role, const QByteArray &restaurant)
{
    QByteArray fields = R"("name":"test","role":)" + possync::json::quoted(roleName(role));
    if (!restaurant.isEmpty())
        fields += R"(,"restaurant":)" + possync::json::quoted(restaurant);
    return fields;
}

} // namespace

/// docs/protocol.md, "Access", against the real program.
class AccessProgramTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyRouteKeepsOthersOut_data();
    void everyRouteKeepsOthersOut();
    void descriptionNamesEveryRoute();
    void tokenMayComeInThreeWays();
    void otherRestaurantsAreNotFound();
    void rolesBindMessages();
    void webSocketsNeedTokens();
    void adminSessionsAreBound();
    void revocationCutsConnectionsOff();
    void expiryCutsConnectionsOff();
    void tokensSurviveAKill();
    void tokensNeverShow();
    void thisComputerIsAtHome();
    void offMeansOff();
    void openServersWarn();
    void badSpecsAreNamed();

private:
    static ServerProcess &closedServer();
};

ServerProcess &AccessProgramTest::closedServer()
{
    static ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    if (server.port() == 0)
        server.start(closed);
    return server;
}

void AccessProgramTest::everyRouteKeepsOthersOut_data()
{
    QTest::addColumn<int>("route");
    for (const RouteRow &row : routeRows())
        QTest::addRow("%s %s", row.method, row.path) << static_cast<int>(row.route);
}

void AccessProgramTest::everyRouteKeepsOthersOut()
{
    QFETCH(int, route);
    const RouteRow &row = rowOf(static_cast<Route>(route));
    ServerProcess &server = closedServer();
    const auto ask = [&](const QByteArray &token, const QString &restaurant = u"r"_s) {
        return server.ask(row.method, samplePath(row, restaurant), "{}", token);
    };
    if (row.scope == Scope::Open) {
        const int status = ask({}).status;
        QVERIFY(status == 200 || status == 400); // 400: it read the body, which is empty
        return;
    }
    const auto without = ask({});
    QCOMPARE(without.status, 401);
    QCOMPARE(codeOf(without), QByteArray("token_required"));
    QVERIFY(without.head.contains("\r\nWWW-Authenticate: Bearer realm=\"possync\"\r\n"));
    const QByteArray good = server.ownerToken();
    QByteArray wrong = good;
    wrong.back() = wrong.back() == 'A' ? 'Q' : 'A';
    for (const QByteArray &bad : {wrong, QByteArray("x"), QByteArray("owner")}) {
        const auto answer = ask(bad);
        QCOMPARE(answer.status, 401);
        QCOMPARE(codeOf(answer), QByteArray("token_invalid"));
        QVERIFY(answer.head.contains("error=\"invalid_token\""));
        QVERIFY(!answer.body.contains(bad) || bad.size() < 10);
    }
    const auto revoked = server.makeToken(tokenFields(Role::Owner, {}));
    QCOMPARE(
        server.post(QString::fromLatin1("/api/admin/tokens/" + revoked.id + "/revoke"), "{}", good)
            .status,
        200);
    QCOMPARE(codeOf(ask(revoked.secret)), QByteArray("token_revoked"));
    for (const Role role : allRoles) {
        const auto token = server.makeToken(tokenFields(role, "r"));
        const auto answer = ask(token.secret);
        if (!row.roles.has(role) || row.scope == Scope::Server) {
            QCOMPARE(answer.status, 403);
            QCOMPARE(codeOf(answer), QByteArray("forbidden"));
        } else {
            QVERIFY2(answer.status != 401 && answer.status != 403, roleName(role));
        }
        if (row.scope == Scope::Restaurant)
            QCOMPARE(ask(token.secret, u"other"_s).status, 404);
    }
}

void AccessProgramTest::descriptionNamesEveryRoute()
{
    ServerProcess &server = closedServer();
    const auto answer = server.get(u"/api/openapi.json"_s, server.ownerToken());
    const QJsonObject paths = QJsonDocument::fromJson(answer.body).object()[u"paths"].toObject();
    QStringList described;
    for (auto path = paths.begin(); path != paths.end(); ++path) {
        QString pattern = path.key();
        static const QRegularExpression parameter(u"\\{[a-z]+\\}"_s);
        pattern.replace(parameter, u"<arg>"_s);
        for (const QString &method : path.value().toObject().keys())
            described << method.toUpper() + u' ' + pattern;
    }
    QStringList rows;
    for (const RouteRow &row : routeRows())
        rows << QString::fromLatin1(row.method) + u' ' + QString::fromLatin1(row.path);
    described.sort();
    rows.sort();
    QCOMPARE(described, rows);
}

void AccessProgramTest::tokenMayComeInThreeWays()
{
    ServerProcess &server = closedServer();
    const auto token = server.makeToken(tokenFields(Role::Server, "r"));
    QCOMPARE(server.get(u"/api/restaurants"_s, token.secret).status, 200);
    QCOMPARE(server.get(QString::fromLatin1("/t/" + token.secret + "/api/restaurants")).status,
             200);
    AppClient app(server, "d1");
    app.setToken(token.secret);
    QVERIFY(app.join());
    WireSocket socket(server.port());
    QCOMPARE(socket.upgrade("/?restaurant_id=r&device_id=d2",
                            "Authorization: bearer " + token.secret + "\r\n"),
             101);
    const QString path = QString::fromLatin1("/t/" + token.secret + "/api/restaurants");
    QCOMPARE(server.get(path, token.secret).status, 200);
    const auto two = server.get(path, server.ownerToken());
    QCOMPARE(two.status, 400);
    QVERIFY(!two.body.contains(token.secret));
    QCOMPARE(server.get(QString::fromLatin1("/api/restaurants?token=" + token.secret)).status, 401);
    QCOMPARE(server.get(u"/t//api/restaurants"_s).status, 401);
    WireSocket basic(server.port());
    basic.send("GET /api/restaurants HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YTpi\r\n\r\n");
    QVERIFY(basic.readUntilClosed().startsWith("HTTP/1.1 401 "));
    // A browser's question before the question carries no token.
    QCOMPARE(server.ask("OPTIONS", u"/api/sync"_s, {}, {}).status, 204);
}

void AccessProgramTest::otherRestaurantsAreNotFound()
{
    ServerProcess &server = closedServer();
    const QByteArray owner = server.ownerToken();
    for (const QByteArray &restaurant : {QByteArray("mine"), QByteArray("theirs")})
        QCOMPARE(server
                     .post(u"/api/sync"_s, syncBody(restaurant, change("orders", "created", "o1")),
                           owner)
                     .status,
                 200);
    const auto token = server.makeToken(tokenFields(Role::Manager, "mine"));
    QVERIFY(server.get(u"/api/restaurants/mine/data"_s, token.secret).body.contains("\"o1\""));
    const QJsonArray listed =
        QJsonDocument::fromJson(server.get(u"/api/restaurants"_s, token.secret).body)
            .object()[u"restaurants"]
            .toArray();
    QCOMPARE(listed.size(), 1);
    QCOMPARE(listed[0][u"id"].toString(), u"mine"_s);
    const auto answerTo = [&](const QString &restaurant, const QString &rest) {
        auto body = QJsonDocument::fromJson(
                        server.get(u"/api/restaurants/"_s + restaurant + rest, token.secret).body)
                        .object();
        body.remove(u"timestamp"_s);
        return body;
    };
    for (const QString &rest : {u"/data"_s, u"/status"_s, u"/devices"_s, u"/changes"_s,
                                u"/conflicts"_s, u"/entities/orders/o1"_s}) {
        const QJsonObject theirs = answerTo(u"theirs"_s, rest);
        QCOMPARE(theirs[u"code"].toString(), u"unknown_restaurant"_s);
        QCOMPARE(theirs, answerTo(u"nobody"_s, rest));
        QCOMPARE(theirs, answerTo(u"mine%2F..%2Ftheirs"_s, rest));
        QCOMPARE(theirs, answerTo(u"Mine"_s, rest));
    }
    const auto synced = server.post(
        u"/api/sync"_s, syncBody("theirs", change("orders", "created", "o2")), token.secret);
    QCOMPARE(synced.status, 404);
    QVERIFY(!server.get(u"/api/restaurants/theirs/data"_s, owner).body.contains("\"o2\""));
    QCOMPARE(server
                 .post(u"/api/sync"_s, syncBody("fresh", change("orders", "created", "o2")),
                       token.secret)
                 .status,
             404);
    QCOMPARE(server.get(u"/api/restaurants/fresh/data"_s, owner).status, 404);
    WireSocket socket(server.port());
    QCOMPARE(socket.upgrade("/t/" + token.secret + "/?restaurant_id=theirs&device_id=d"), 404);
    // A message on a connection of one's own that names another is refused, as it always was.
    AppClient app(server, "d", "mine");
    app.setToken(token.secret);
    QVERIFY(app.join());
    app.send(R"({"type":"data_change","data_type":"orders","action":"created","change_id":"x",)"
             R"("restaurant_id":"theirs","data":{"id":"o3"}})");
    QTRY_COMPARE(app.messages().size(), 1);
    QCOMPARE(app.message(0)[u"code"].toString(), u"wrong_restaurant"_s);
}

void AccessProgramTest::rolesBindMessages()
{
    ServerProcess &server = closedServer();
    const auto waiter = server.makeToken(tokenFields(Role::Server, "roles"));
    const auto manager = server.makeToken(tokenFields(Role::Manager, "roles"));
    const auto answer =
        server.post(u"/api/sync"_s,
                    syncBody("roles", change("orders", "created", "o1") + ','
                                          + change("menu_items", "deleted", "m1") + ','
                                          + change("users", "role_changed", "u1")),
                    waiter.secret);
    QCOMPARE(answer.status, 200);
    const QJsonArray results = QJsonDocument::fromJson(answer.body).object()[u"results"].toArray();
    QCOMPARE(results.size(), 3);
    QCOMPARE(results[0][u"outcome"].toString(), u"applied"_s);
    for (const int refused : {1, 2}) {
        QCOMPARE(results[refused][u"outcome"].toString(), u"rejected"_s);
        QCOMPARE(results[refused][u"code"].toString(), u"forbidden"_s);
    }
    QCOMPARE(results[1][u"change_id"].toString(), u"c-m1"_s);

    AppClient sender(server, "waiter", "roles");
    sender.setToken(waiter.secret);
    AppClient other(server, "manager", "roles");
    other.setToken(manager.secret);
    QVERIFY(sender.join());
    QVERIFY(other.join());
    sender.send(change("menu_items", "deleted", "m2"));
    sender.send(R"({"type":"menu_update","item_id":"m2","action":"deleted","data":{}})");
    sender.send(change("menu_items", "availability_changed", "m2")); // marks the end
    QTRY_VERIFY(!other.messages().isEmpty());
    QCOMPARE(other.message(0)[u"action"].toString(), u"availability_changed"_s);
    QTRY_COMPARE(sender.messages().size(), 2);
    QCOMPARE(sender.message(0)[u"code"].toString(), u"forbidden"_s);
    QCOMPARE(sender.message(0)[u"change_id"].toString(), u"c-m2"_s);
    QVERIFY(sender.isConnected());
    other.send(change("menu_items", "deleted", "m2"));
    QTRY_COMPARE(sender.messages().size(), 4); // as typed message and data_change
    QCOMPARE(sender.message(2)[u"action"].toString(), u"deleted"_s);
}

void AccessProgramTest::webSocketsNeedTokens()
{
    ServerProcess &server = closedServer();
    const QByteArray device = "/?restaurant_id=r&device_id=d";
    QCOMPARE(WireSocket(server.port()).upgrade(device), 401);
    QCOMPARE(WireSocket(server.port()).upgrade("/t/ps_nonsense" + device), 401);
    for (const Role role : allRoles) {
        const auto token = server.makeToken(tokenFields(role, "r"));
        QCOMPARE(WireSocket(server.port()).upgrade("/t/" + token.secret + device),
                 rowOf(Act::DeviceConnect).roles.has(role) ? 101 : 403);
        QCOMPARE(WireSocket(server.port())
                     .upgrade("/t/" + token.secret, "Sec-WebSocket-Protocol: possync.admin.v1\r\n"),
                 rowOf(Act::AdminConnect).roles.has(role) ? 101 : 403);
    }
    QCOMPARE(
        WireSocket(server.port()).upgrade("/admin", "Sec-WebSocket-Protocol: possync.admin.v1\r\n"),
        401);
}

void AccessProgramTest::adminSessionsAreBound()
{
    ServerProcess &server = closedServer();
    for (const QByteArray &restaurant : {QByteArray("here"), QByteArray("there")})
        QCOMPARE(server
                     .post(u"/api/sync"_s, syncBody(restaurant, change("orders", "created", "o1")),
                           server.ownerToken())
                     .status,
                 200);
    for (const Role role : {Role::Owner, Role::Tester, Role::Viewer}) {
        const auto token = server.makeToken(tokenFields(role, "here"));
        WireSocket socket(server.port());
        QCOMPARE(
            socket.upgrade("/t/" + token.secret, "Sec-WebSocket-Protocol: possync.admin.v1\r\n"),
            101);
        const auto send = [&](const QByteArray &text) { socket.sendFrame(0x81, text); };
        const auto next = [&](const QString &type) {
            QJsonObject message;
            do {
                const auto [opcode, payload] = socket.readFrame();
                if (opcode == 0xFF)
                    return QJsonObject();
                message = QJsonDocument::fromJson(payload).object();
            } while (message[u"type"].toString() != type);
            return message;
        };
        send(R"({"type":"subscribe","topics":["restaurants","logs"],"restaurant":null})");
        QCOMPARE(next(u"error"_s)[u"code"].toString(), u"forbidden"_s);
        const QJsonArray seen = next(u"restaurants"_s)[u"restaurants"].toArray();
        QCOMPARE(seen.size(), 1);
        QCOMPARE(seen[0][u"id"].toString(), u"here"_s);
        for (const ActRow &row : actRows()) {
            if (row.act < Act::CommandPush)
                continue;
            const auto answerIn = [&](const QByteArray &restaurant) {
                send(R"({"type":"command","id":"1","command":")" + QByteArray(row.name)
                     + R"(","restaurant":")" + restaurant + R"(","connection":99})");
                return next(u"result"_s)[u"error"][u"code"].toString();
            };
            const bool may = row.roles.has(role) && row.scope != Scope::Server;
            QCOMPARE(answerIn("here") == u"forbidden", !may);
            QCOMPARE(answerIn("there"), may ? u"unknown_restaurant"_s : u"forbidden"_s);
        }
        send(R"({"type":"subscribe","topics":["changes"],"restaurant":"there"})");
        QCOMPARE(next(u"error"_s)[u"code"].toString(), u"forbidden"_s);
    }
}

void AccessProgramTest::revocationCutsConnectionsOff()
{
    ServerProcess &server = closedServer();
    const auto gone = server.makeToken(tokenFields(Role::Server, "r"));
    const auto kept = server.makeToken(tokenFields(Role::Server, "r"));
    WireSocket stolen(server.port());
    QCOMPARE(stolen.upgrade("/t/" + gone.secret + "/?restaurant_id=r&device_id=stolen"), 101);
    AppClient other(server, "other");
    other.setToken(kept.secret);
    QVERIFY(other.join());
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(server
                 .post(QString::fromLatin1("/api/admin/tokens/" + gone.id + "/revoke"), "{}",
                       server.ownerToken())
                 .status,
             200);
    QCOMPARE(stolen.readCloseCode(2'000), 4403);
    QVERIFY2(timer.elapsed() < 2'000, QByteArray::number(timer.elapsed()));
    QVERIFY(stolen.waitClosed(2'000));
    QCOMPARE(WireSocket(server.port())
                 .upgrade("/t/" + gone.secret + "/?restaurant_id=r&device_id=stolen"),
             401);
    QCOMPARE(
        server.post(u"/api/sync"_s, syncBody("r", change("orders", "created", "late")), gone.secret)
            .status,
        401);
    QVERIFY(other.isConnected());
    QCOMPARE(server.post(u"/api/admin/tokens/nobody/revoke"_s, "{}", server.ownerToken()).status,
             404);
}

void AccessProgramTest::expiryCutsConnectionsOff()
{
    ServerProcess &server = closedServer();
    const auto token = server.makeToken(tokenFields(Role::Server, "r") + R"(,"expires_in_s":1)");
    WireSocket socket(server.port());
    QCOMPARE(socket.upgrade("/t/" + token.secret + "/?restaurant_id=r&device_id=d"), 101);
    QCOMPARE(socket.readCloseCode(5'000), 4401);
    const auto answer = server.get(u"/api/restaurants"_s, token.secret);
    QCOMPARE(answer.status, 401);
    QCOMPARE(codeOf(answer), QByteArray("token_expired"));
}

void AccessProgramTest::tokensSurviveAKill()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start(closed) >= 0);
    const QByteArray owner = server.ownerToken();
    const auto kept = server.makeToken(tokenFields(Role::Server, "r"));
    const auto gone = server.makeToken(tokenFields(Role::Server, "r"));
    QCOMPARE(
        server.post(QString::fromLatin1("/api/admin/tokens/" + gone.id + "/revoke"), "{}", owner)
            .status,
        200);
    server.kill();
    QVERIFY(server.start(closed) >= 0);
    QCOMPARE(server.ownerToken(), owner);
    QCOMPARE(server.get(u"/api/restaurants"_s, kept.secret).status, 200);
    QCOMPARE(codeOf(server.get(u"/api/restaurants"_s, gone.secret)), QByteArray("token_revoked"));
    QCOMPARE(server.stop(), 0);
}

void AccessProgramTest::tokensNeverShow()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start(closed + QStringList{u"--log-level"_s, u"debug"_s}) >= 0);
    const auto token = server.makeToken(tokenFields(Role::Server, "r"));
    const QByteArray owner = server.ownerToken();
    AppClient app(server, "d");
    app.setToken(token.secret);
    QVERIFY(app.join());
    QByteArray seen;
    for (const QByteArray &target :
         {"/t/" + token.secret + "/api/nothing", "/t/" + token.secret + "/api/logs",
          "/api/restaurants?token=" + token.secret, "/t/" + token.secret + "/api/restaurants/r/x",
          "/t/" + token.secret + "x/api/restaurants"}) {
        const auto answer = server.get(QString::fromLatin1(target));
        QVERIFY(answer.status >= 400);
        seen += answer.head + answer.body;
    }
    // A device may send it in a message; what is refused of that goes into the log.
    app.send(R"({"type":"odd","token":")" + token.secret + R"("})");
    app.send(R"({"type":")" + token.secret + R"("})");
    QTRY_COMPARE(app.messages().size(), 2);
    seen += server.get(u"/metrics"_s, owner).body;
    seen += server.get(u"/api/logs?limit=10000"_s, owner).body;
    seen += server.get(u"/api/admin/tokens"_s, owner).body;
    QCOMPARE(server.stop(), 0);
    seen += server.errors();
    const QDir logs(server.dataDir() + QStringLiteral("/logs"));
    for (const QString &name : logs.entryList(QDir::Files)) {
        QFile file(logs.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        seen += file.readAll();
    }
    QVERIFY(seen.contains("Refused a message of d"));
    for (const QByteArray &secret : {token.secret, owner})
        QVERIFY2(!seen.contains(secret.last(43)),
                 seen.sliced(std::max<qsizetype>(0, seen.indexOf(secret.last(43)) - 200), 300));
}

void AccessProgramTest::thisComputerIsAtHome()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start(local) >= 0);
    QCOMPARE(server.get(u"/api/restaurants"_s).status, 200);
    QCOMPARE(server.get(u"/metrics"_s).status, 200);
    QCOMPARE(server.get(u"/t/whatever/api/restaurants"_s).status, 200);
    AppClient app(server, "d");
    QVERIFY(app.join());
    // Who shows a token is held to it.
    const auto token = server.makeToken(tokenFields(Role::Server, "r"));
    QCOMPARE(server.get(u"/metrics"_s, token.secret).status, 403);
    QCOMPARE(server.get(u"/api/restaurants/r/data"_s, token.secret).status, 200);
    QCOMPARE(server.get(u"/api/restaurants/x/data"_s, token.secret).status, 404);
    QCOMPARE(
        server.post(QString::fromLatin1("/api/admin/tokens/" + token.id + "/revoke"), "{}").status,
        200);
    QCOMPARE(codeOf(server.get(u"/metrics"_s, token.secret)), QByteArray("token_revoked"));
    QCOMPARE(server.stop(), 0);
}

void AccessProgramTest::offMeansOff()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start() >= 0);
    const auto token = server.makeToken(tokenFields(Role::Server, "r"));
    QVERIFY(!token.secret.isEmpty());
    QCOMPARE(server.get(u"/metrics"_s, token.secret).status, 200);
    QCOMPARE(server.get(u"/metrics"_s, "nonsense").status, 200);
    QVERIFY(!server.errors().contains("Access control is off"));
    QCOMPARE(server.stop(), 0);
}

void AccessProgramTest::openServersWarn()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    for (int start = 0; start < 2; ++start) {
        QVERIFY(server.start({u"--host"_s, u"0.0.0.0"_s}) >= 0);
        QVERIFY(server.get(u"/api/logs"_s).body.contains("Access control is off"));
        QCOMPARE(server.stop(), 0);
        QVERIFY(server.errors().contains("Access control is off"));
    }
}

void AccessProgramTest::badSpecsAreNamed()
{
    ServerProcess &server = closedServer();
    const auto create = [&](const QByteArray &body) {
        const auto answer = server.post(u"/api/admin/tokens"_s, body, server.ownerToken());
        return QByteArray::number(answer.status) + ' ' + codeOf(answer) + ' '
               + QJsonDocument::fromJson(answer.body)[u"message"].toString().toUtf8();
    };
    QVERIFY(create("[]").startsWith("400 bad_json"));
    QVERIFY(create("{}").startsWith("400 bad_field field \"role\""));
    QVERIFY(create(R"({"role":7})").startsWith("400 bad_field field \"role\": must be a string"));
    QVERIFY(create(R"({"role":"chef"})").startsWith("400 bad_field field \"role\""));
    QVERIFY(create(R"({"role":"server"})").startsWith("400 bad_field field \"restaurant\""));
    QVERIFY(create(R"({"role":"server","restaurant":"r","kind":"x"})").contains("\"kind\""));
    QVERIFY(create(R"({"role":"server","restaurant":"r","expires_in_s":-1})")
                .contains("\"expires_in_s\""));
    QVERIFY(create(R"({"role":"owner","name":"owner.token"})").contains("\"name\""));
    QVERIFY(create(R"({"role":"owner","kind":"api-key"})").contains("\"role\""));
    // A restaurant's own owner makes tokens for it and sees no others.
    const auto bound = server.makeToken(tokenFields(Role::Owner, "r"));
    const auto asBound = [&](const QByteArray &body) {
        return server.post(u"/api/admin/tokens"_s, body, bound.secret);
    };
    QCOMPARE(asBound(R"({"role":"server","restaurant":"other"})").status, 404);
    const auto made = asBound(R"({"role":"viewer"})");
    QCOMPARE(made.status, 201);
    QCOMPARE(QJsonDocument::fromJson(made.body)[u"token"][u"restaurant"].toString(), u"r"_s);
    const auto elsewhere = server.makeToken(tokenFields(Role::Server, "other"));
    QCOMPARE(server
                 .post(QString::fromLatin1("/api/admin/tokens/" + elsewhere.id + "/revoke"), "{}",
                       bound.secret)
                 .status,
             404);
    const QByteArray list = server.get(u"/api/admin/tokens"_s, bound.secret).body;
    QVERIFY(list.contains(bound.id));
    QVERIFY(!list.contains(elsewhere.id));
    QVERIFY(!list.contains("owner.token"));
}

QTEST_GUILESS_MAIN(AccessProgramTest)
#include "tst_program_access.moc"
