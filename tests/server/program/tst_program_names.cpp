// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/appclient.h"
#include "tests/server/program/serverprocess.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>
#include <QWebSocketHandshakeOptions>

using namespace Qt::StringLiterals;
using possync::test::AppClient;
using possync::test::ServerProcess;

namespace {

constexpr int patienceMs = 60'000;

QJsonObject objectOf(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

QString pathOf(const QString &restaurant, const QString &device = {})
{
    const auto encoded = [](const QString &id) {
        return QString::fromLatin1(QUrl::toPercentEncoding(id));
    };
    return u"/api/restaurants/"_s + encoded(restaurant)
           + (device.isEmpty() ? QString() : u"/devices/"_s + encoded(device)) + u"/name"_s;
}

/// A console on the admin WebSocket.
class Console
{
public:
    Console(const ServerProcess &server, const QByteArray &token)
    {
        QObject::connect(&m_socket, &QWebSocket::textMessageReceived, &m_socket,
                         [this](const QString &text) { m_frames.append(objectOf(text.toUtf8())); });
        QNetworkRequest request(server.url(u"/admin"_s));
        request.setRawHeader("Authorization", "Bearer " + token);
        QWebSocketHandshakeOptions options;
        options.setSubprotocols({u"possync.admin.v1"_s});
        m_socket.open(request, options);
    }
    bool isConnected() const { return m_socket.state() == QAbstractSocket::ConnectedState; }
    void send(const QByteArray &text) { m_socket.sendTextMessage(QString::fromUtf8(text)); }
    /// Subscribes to what tells names, of all restaurants.
    void watch()
    {
        send(R"({"type":"subscribe","topics":["restaurants","devices"],"restaurant":null})");
    }
    /// The newest frame of a type for which it holds; empty if there is none.
    template<typename Holds>
    QJsonObject find(const QString &type, Holds holds) const
    {
        for (auto frame = m_frames.crbegin(); frame != m_frames.crend(); ++frame) {
            if ((*frame)[u"type"] == type && holds(*frame))
                return *frame;
        }
        return {};
    }
    /// Sends a command; what is answered.
    QJsonObject command(const QByteArray &name, const QByteArray &fields)
    {
        const QString id = u"c%1"_s.arg(++m_commands);
        send(R"({"type":"command","id":")" + id.toUtf8() + R"(","command":")" + name + "\","
             + fields + '}');
        QJsonObject result;
        (void)QTest::qWaitFor(
            [&] {
                result =
                    find(u"result"_s, [&](const QJsonObject &frame) { return frame[u"id"] == id; });
                return !result.isEmpty();
            },
            patienceMs);
        return result;
    }

private:
    QWebSocket m_socket;
    QList<QJsonObject> m_frames;
    int m_commands = 0;
};

} // namespace

/// docs/protocol.md, "Names", with the real program.
class NamesProgramTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void namesAreToldAndOutliveAKill();
    void emptyNameGoesBackToTheId();
    void exportHoldsThem();
    void badOnesAreNamed_data();
    void badOnesAreNamed();
    void strangersHaveNone();
    void onlyOwnersAndTestersRename();
    void renamingIsAudited();
    void unusableFileCostsTheNamesOnly();
    void demoHasAName();
    void consolesSeeItAtOnce();
    void commandRenames();
    void badCommandsAreNamed_data();
    void badCommandsAreNamed();
    void commandIsForOwnersAndTesters();

private:
    ServerProcess::HttpAnswer rename(const QString &path, const QString &name) const
    {
        return m_server->post(
            path, QJsonDocument(QJsonObject{{u"name"_s, name}}).toJson(QJsonDocument::Compact),
            m_server->ownerToken());
    }
    QJsonObject get(const QString &path) const
    {
        return objectOf(m_server->get(path, m_server->ownerToken()).body);
    }
    /// Null where it goes by its id.
    QJsonValue restaurantName(const QString &id) const
    {
        const QJsonArray all = get(u"/api/restaurants"_s)[u"restaurants"].toArray();
        for (const QJsonValue &each : all) {
            if (each[u"id"] == id)
                return each[u"name"];
        }
        return QJsonValue::Undefined;
    }
    QJsonValue deviceName(const QString &restaurant, const QString &id) const
    {
        const QJsonArray all =
            get(u"/api/restaurants/%1/devices"_s.arg(restaurant))[u"devices"].toArray();
        for (const QJsonValue &each : all) {
            if (each[u"device_id"] == id)
                return each[u"name"];
        }
        return QJsonValue::Undefined;
    }
    void bringDevice(const QByteArray &restaurant, const QByteArray &device) const
    {
        AppClient app(*m_server, device, restaurant);
        app.setToken(m_server->ownerToken());
        QVERIFY(app.join(patienceMs));
        app.sendTyped("o1", R"("total":7)");
        QTRY_VERIFY_WITH_TIMEOUT(restaurantName(QString::fromUtf8(restaurant))
                                     != QJsonValue(QJsonValue::Undefined),
                                 patienceMs);
    }

    const QStringList m_arguments{u"--auth"_s, u"required"_s};
    std::unique_ptr<ServerProcess> m_server;
};

void NamesProgramTest::init()
{
    m_server = std::make_unique<ServerProcess>(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(m_server->start(m_arguments) >= 0);
}

void NamesProgramTest::namesAreToldAndOutliveAKill()
{
    bringDevice("r", "pad1");
    bringDevice("other", "pad1");
    QVERIFY(restaurantName(u"r"_s).isNull());
    QVERIFY(deviceName(u"r"_s, u"pad1"_s).isNull());
    const auto named = rename(pathOf(u"r"_s), u" Küche & „Bar“ "_s);
    QCOMPARE(named.status, 200);
    QCOMPARE(objectOf(named.body), (QJsonObject{{u"restaurant_id"_s, u"r"_s},
                                                {u"device_id"_s, QJsonValue::Null},
                                                {u"name"_s, u"Küche & „Bar“"_s}}));
    const auto device = rename(pathOf(u"r"_s, u"pad1"_s), u"Bar upstairs"_s);
    QCOMPARE(device.status, 200);
    QCOMPARE(objectOf(device.body), (QJsonObject{{u"restaurant_id"_s, u"r"_s},
                                                 {u"device_id"_s, u"pad1"_s},
                                                 {u"name"_s, u"Bar upstairs"_s}}));
    for (const bool isRestarted : {false, true}) {
        if (isRestarted) {
            m_server->kill();
            QVERIFY(m_server->start(m_arguments) >= 0);
        }
        QCOMPARE(restaurantName(u"r"_s), QJsonValue(u"Küche & „Bar“"_s));
        QCOMPARE(deviceName(u"r"_s, u"pad1"_s), QJsonValue(u"Bar upstairs"_s));
        QVERIFY(restaurantName(u"other"_s).isNull());
        QVERIFY(deviceName(u"other"_s, u"pad1"_s).isNull());
    }
    // One that is connected is told with its name as well.
    AppClient app(*m_server, "pad1", "r");
    app.setToken(m_server->ownerToken());
    QVERIFY(app.join(patienceMs));
    const QJsonObject shown = get(u"/api/restaurants/r/devices"_s)[u"devices"][0].toObject();
    QVERIFY(shown[u"connected"].toBool());
    QCOMPARE(shown[u"name"].toString(), u"Bar upstairs"_s);
}

void NamesProgramTest::emptyNameGoesBackToTheId()
{
    bringDevice("r", "pad 1/ä");
    QCOMPARE(rename(pathOf(u"r"_s), u"Milton"_s).status, 200);
    QCOMPARE(rename(pathOf(u"r"_s, u"pad 1/ä"_s), u"Bar"_s).status, 200);
    QCOMPARE(deviceName(u"r"_s, u"pad 1/ä"_s), QJsonValue(u"Bar"_s));
    const auto gone = rename(pathOf(u"r"_s, u"pad 1/ä"_s), {});
    QCOMPARE(gone.status, 200);
    QVERIFY(objectOf(gone.body)[u"name"].isNull());
    QVERIFY(deviceName(u"r"_s, u"pad 1/ä"_s).isNull());
    QCOMPARE(restaurantName(u"r"_s), QJsonValue(u"Milton"_s));
    QCOMPARE(rename(pathOf(u"r"_s), u"  "_s).status, 200);
    QVERIFY(restaurantName(u"r"_s).isNull());
}

void NamesProgramTest::exportHoldsThem()
{
    bringDevice("r", "pad1");
    QCOMPARE(rename(pathOf(u"r"_s), u"Milton"_s).status, 200);
    QCOMPARE(rename(pathOf(u"r"_s, u"pad1"_s), u"Bar"_s).status, 200);
    const QJsonObject head = get(u"/api/restaurants/r/export"_s)[u"lines"][0].toObject();
    QCOMPARE(head[u"type"].toString(), u"restaurant"_s);
    QCOMPARE(head[u"name"].toString(), u"Milton"_s);
    const QJsonObject device =
        get(u"/api/restaurants/r/export?cursor=devices:"_s)[u"lines"][0].toObject();
    QCOMPARE(device[u"device_id"].toString(), u"pad1"_s);
    QCOMPARE(device[u"name"].toString(), u"Bar"_s);
}

void NamesProgramTest::badOnesAreNamed_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char *title, const QByteArray &body, const QByteArray &message) {
        QTest::newRow(title) << body << message;
    };
    row("not JSON", "Bar", "");
    row("left out", "{}", "is missing; an empty one goes back to the id");
    row("a number", R"({"name":7})", "must be a string");
    row("too long", R"({"name":")" + QByteArray(81, 'x') + R"("})", "81 characters");
    row("two lines", R"({"name":"Bar\nKitchen"})", "U+000A");
    row("turned around", R"({"name":"Bar\u202eexe"})", "U+202E");
}

void NamesProgramTest::badOnesAreNamed()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, message);
    bringDevice("r", "pad1");
    for (const QString &path : {pathOf(u"r"_s), pathOf(u"r"_s, u"pad1"_s)}) {
        QCOMPARE(rename(path, u"Milton"_s).status, 200);
        const auto refused = m_server->post(path, body, m_server->ownerToken());
        QCOMPARE(refused.status, 400);
        QVERIFY2(refused.body.contains(message), refused.body);
    }
    QCOMPARE(restaurantName(u"r"_s), QJsonValue(u"Milton"_s));
    QCOMPARE(deviceName(u"r"_s, u"pad1"_s), QJsonValue(u"Milton"_s));
}

void NamesProgramTest::strangersHaveNone()
{
    bringDevice("r", "pad1");
    QCOMPARE(rename(pathOf(u"nobody"_s), u"Bar"_s).status, 404);
    const auto device = rename(pathOf(u"r"_s, u"pad2"_s), u"Bar"_s);
    QCOMPARE(device.status, 404);
    QCOMPARE(objectOf(device.body)[u"code"].toString(), u"unknown_device"_s);
    QVERIFY(device.body.contains("pad2"));
    QCOMPARE(rename(pathOf(u"nobody"_s, u"pad1"_s), u"Bar"_s).status, 404);
    QCOMPARE(restaurantName(u"nobody"_s), QJsonValue(QJsonValue::Undefined));
}

void NamesProgramTest::onlyOwnersAndTestersRename()
{
    bringDevice("r", "pad1");
    const QByteArray body = R"({"name":"Bar"})";
    for (const QByteArray &role : {QByteArray("owner"), QByteArray("tester"), QByteArray("viewer"),
                                   QByteArray("admin"), QByteArray("cashier")}) {
        const auto token = m_server->makeToken(R"("restaurant":"r","role":")" + role + '"');
        const int expected = role == "owner" || role == "tester" ? 200 : 403;
        QCOMPARE(m_server->post(pathOf(u"r"_s), body, token.secret).status, expected);
        QCOMPARE(m_server->post(pathOf(u"r"_s, u"pad1"_s), body, token.secret).status, expected);
    }
    const auto elsewhere = m_server->makeToken(R"("restaurant":"other","role":"owner")");
    QCOMPARE(m_server->post(pathOf(u"r"_s), body, elsewhere.secret).status, 404);
}

void NamesProgramTest::renamingIsAudited()
{
    bringDevice("r", "pad1");
    QCOMPARE(rename(pathOf(u"r"_s), u"Annas"_s).status, 200);
    QCOMPARE(rename(pathOf(u"r"_s, u"pad1"_s), u"Berts"_s).status, 200);
    QCOMPARE(rename(pathOf(u"r"_s, u"pad2"_s), u"Berts"_s).status, 404);
    const QByteArray audit =
        m_server->get(u"/api/admin/audit?q=/name"_s, m_server->ownerToken()).body;
    const QJsonArray entries = objectOf(audit)[u"entries"].toArray();
    QCOMPARE(entries.size(), 3);
    const auto told = [&entries](qsizetype index) {
        const QJsonObject entry = entries[index].toObject();
        return QStringList{entry[u"act"].toString(), entry[u"restaurant"].toString(),
                           entry[u"target"].toString(), entry[u"outcome"].toString()};
    };
    const QString device = u"POST /api/restaurants/<arg>/devices/<arg>/name"_s;
    QCOMPARE(told(0), (QStringList{u"POST /api/restaurants/<arg>/name"_s, u"r"_s, {}, u"done"_s}));
    QCOMPARE(told(1), (QStringList{device, u"r"_s, u"pad1"_s, u"done"_s}));
    QCOMPARE(told(2), (QStringList{device, u"r"_s, u"pad2"_s, u"HTTP 404"_s}));
    // It outlives the restaurant, names must not.
    QVERIFY(!audit.contains("Annas") && !audit.contains("Berts"));
}

void NamesProgramTest::unusableFileCostsTheNamesOnly()
{
    bringDevice("r", "pad1");
    QCOMPARE(rename(pathOf(u"r"_s), u"Milton"_s).status, 200);
    QCOMPARE(m_server->stop(), 0);
    const QString path = m_server->dataDir() + u"/names.db"_s;
    QVERIFY(QFile::rename(path, path + u".good"_s));
    QFile broken(path);
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write(QByteArray("no database\n").repeated(1000));
    broken.close();
    QVERIFY(m_server->start(m_arguments) >= 0);
    QVERIFY(restaurantName(u"r"_s).isNull());
    QCOMPARE(m_server->get(u"/api/restaurants/r/data"_s, m_server->ownerToken()).status, 200);
    for (const QString &each : {pathOf(u"r"_s), pathOf(u"r"_s, u"pad1"_s)}) {
        const auto refused = rename(each, u"Bar"_s);
        QCOMPARE(refused.status, 503);
        QVERIFY2(refused.body.contains("names.db"), refused.body);
    }
    const QByteArray log = m_server->get(u"/api/logs?level=warning"_s, m_server->ownerToken()).body;
    QVERIFY2(log.contains(path.toUtf8()), log);
    QCOMPARE(m_server->stop(), 0);
    QVERIFY(QFile::remove(path) && QFile::rename(path + u".good"_s, path));
    QVERIFY(m_server->start(m_arguments) >= 0);
    QCOMPARE(restaurantName(u"r"_s), QJsonValue(u"Milton"_s));
}

void NamesProgramTest::demoHasAName()
{
    QCOMPARE(m_server->stop(), 0);
    const QStringList demo = m_arguments + QStringList{u"--demo"_s};
    const QString id = u"oh-bombay-milton"_s;
    QVERIFY(m_server->start(demo) >= 0);
    QTRY_COMPARE_WITH_TIMEOUT(restaurantName(id), QJsonValue(u"Oh Bombay Milton"_s), patienceMs);
    // So have its devices, who are there in a moment.
    QTRY_COMPARE_WITH_TIMEOUT(deviceName(id, u"bar-tablet"_s), QJsonValue(u"Bar tablet"_s),
                              patienceMs);
    QCOMPARE(rename(pathOf(id), u"Our own"_s).status, 200);
    QCOMPARE(m_server->stop(), 0);
    QVERIFY(m_server->start(demo) >= 0);
    QCOMPARE(restaurantName(id), QJsonValue(u"Our own"_s));
}

void NamesProgramTest::consolesSeeItAtOnce()
{
    bringDevice("r", "pad1");
    Console console(*m_server, m_server->ownerToken());
    QTRY_VERIFY_WITH_TIMEOUT(console.isConnected(), patienceMs);
    console.watch();
    const auto toldRestaurant = [&](const QJsonValue &name) {
        return !console
                    .find(u"restaurants"_s,
                          [&](const QJsonObject &frame) {
                              return frame[u"restaurants"][0][u"name"] == name;
                          })
                    .isEmpty();
    };
    const auto toldDevice = [&](const QJsonValue &name) {
        return !console
                    .find(u"devices"_s,
                          [&](const QJsonObject &frame) {
                              return frame[u"devices"][0][u"name"] == name;
                          })
                    .isEmpty();
    };
    QTRY_VERIFY_WITH_TIMEOUT(toldRestaurant(QJsonValue::Null), patienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(toldDevice(QJsonValue::Null), patienceMs);
    QCOMPARE(rename(pathOf(u"r"_s), u"Milton"_s).status, 200);
    QTRY_VERIFY_WITH_TIMEOUT(toldRestaurant(u"Milton"_s), patienceMs);
    QCOMPARE(rename(pathOf(u"r"_s, u"pad1"_s), u"Bar"_s).status, 200);
    QTRY_VERIFY_WITH_TIMEOUT(toldDevice(u"Bar"_s), patienceMs);
}

void NamesProgramTest::commandRenames()
{
    bringDevice("r", "pad1");
    Console console(*m_server, m_server->ownerToken());
    QTRY_VERIFY_WITH_TIMEOUT(console.isConnected(), patienceMs);
    const QJsonObject restaurant =
        console.command("rename", R"("restaurant":"r","name":" Milton ")");
    QVERIFY(restaurant[u"ok"].toBool());
    QCOMPARE(restaurant[u"result"].toObject(), (QJsonObject{{u"restaurant_id"_s, u"r"_s},
                                                            {u"device_id"_s, QJsonValue::Null},
                                                            {u"name"_s, u"Milton"_s}}));
    const QJsonObject device =
        console.command("rename", R"("restaurant":"r","device":"pad1","name":"Bar")");
    QVERIFY(device[u"ok"].toBool());
    QCOMPARE(device[u"result"][u"name"].toString(), u"Bar"_s);
    QCOMPARE(restaurantName(u"r"_s), QJsonValue(u"Milton"_s));
    QCOMPARE(deviceName(u"r"_s, u"pad1"_s), QJsonValue(u"Bar"_s));
    QVERIFY(
        console.command("rename", R"("restaurant":"r","device":null,"name":"")")[u"ok"].toBool());
    QVERIFY(restaurantName(u"r"_s).isNull());
    QCOMPARE(deviceName(u"r"_s, u"pad1"_s), QJsonValue(u"Bar"_s));
    const QJsonArray entries = get(u"/api/admin/audit?q=rename"_s)[u"entries"].toArray();
    QCOMPARE(entries.size(), 3);
    QCOMPARE(entries[0][u"act"].toString(), u"rename"_s);
    QCOMPARE(entries[0][u"restaurant"].toString(), u"r"_s);
    QCOMPARE(entries[1][u"target"].toString(), u"pad1"_s);
}

void NamesProgramTest::badCommandsAreNamed_data()
{
    QTest::addColumn<QByteArray>("fields");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *title, const QByteArray &fields, const QString &code,
                        const QString &message) {
        QTest::newRow(title) << fields << code << message;
    };
    row("no restaurant", R"("name":"Bar")", u"unknown_restaurant"_s, {});
    row("strange restaurant", R"("restaurant":"x","name":"Bar")", u"unknown_restaurant"_s, {});
    row("strange device", R"("restaurant":"r","device":"pad2","name":"Bar")", u"unknown_device"_s,
        u"pad2"_s);
    row("device of another kind", R"("restaurant":"r","device":7,"name":"Bar")", u"bad_field"_s,
        u"device"_s);
    row("no name", R"("restaurant":"r")", u"missing_field"_s, u"name"_s);
    row("name is a number", R"("restaurant":"r","name":7)", u"missing_field"_s, u"name"_s);
    row("name too long", R"("restaurant":"r","name":")" + QByteArray(81, 'x') + '"', u"bad_field"_s,
        u"81 characters"_s);
}

void NamesProgramTest::badCommandsAreNamed()
{
    QFETCH(QByteArray, fields);
    QFETCH(QString, code);
    QFETCH(QString, message);
    bringDevice("r", "pad1");
    Console console(*m_server, m_server->ownerToken());
    QTRY_VERIFY_WITH_TIMEOUT(console.isConnected(), patienceMs);
    QVERIFY(console.command("rename", R"("restaurant":"r","name":"Milton")")[u"ok"].toBool());
    const QJsonObject refused = console.command("rename", fields);
    QCOMPARE(refused[u"ok"], QJsonValue(false));
    QCOMPARE(refused[u"error"][u"code"].toString(), code);
    QVERIFY2(refused[u"error"][u"message"].toString().contains(message),
             qPrintable(refused[u"error"][u"message"].toString()));
    QCOMPARE(restaurantName(u"r"_s), QJsonValue(u"Milton"_s));
}

void NamesProgramTest::commandIsForOwnersAndTesters()
{
    bringDevice("r", "pad1");
    for (const QByteArray &role :
         {QByteArray("owner"), QByteArray("tester"), QByteArray("viewer")}) {
        const auto token = m_server->makeToken(R"("restaurant":"r","role":")" + role + '"');
        Console console(*m_server, token.secret);
        QTRY_VERIFY_WITH_TIMEOUT(console.isConnected(), patienceMs);
        const QJsonObject result =
            console.command("rename", R"("restaurant":"r","name":")" + role + '"');
        QCOMPARE(result[u"ok"], QJsonValue(role != "viewer"));
        if (role == "viewer")
            QCOMPARE(result[u"error"][u"code"].toString(), u"forbidden"_s);
        const QJsonObject other = console.command("rename", R"("restaurant":"other","name":"Bar")");
        QCOMPARE(other[u"ok"], QJsonValue(false));
    }
    QCOMPARE(restaurantName(u"r"_s), QJsonValue(u"tester"_s));
}

QTEST_GUILESS_MAIN(NamesProgramTest)
#include "tst_program_names.moc"
