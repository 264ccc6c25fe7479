// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/appclient.h"
#include "tests/server/program/serverprocess.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using possync::test::AppClient;
using possync::test::ServerProcess;

/// What the unmodified app relies on: docs/protocol.md, "Classic", "Twins", "Shared device ids".
class ClassicTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void relaysTypedOnceWithItsBytes();
    void twinAndCopyAreOneChange();
    void loneDataChangeComesTypedFirst();
    void postReachesEveryone();
    void oneBadChangeDoesNotWedgeTheQueue();
    void replaysWhatWasMissed();
    void aStrangerGetsNothing();
    void tenantsAreApart();
    void sharedIdsHearEachOther();
    void sameMillisecondSameId();
    void twinNamesTheUserChanged();
    void userChangeShowsInStatus();
    void shapesOfTheClassicFour();
    void deletingAndTables();

private:
    QJsonObject getObject(const char *path) const
    {
        return QJsonDocument::fromJson(m_server->get(QString::fromLatin1(path)).body).object();
    }
    std::unique_ptr<ServerProcess> m_server;
};

void ClassicTest::init()
{
    m_server = std::make_unique<ServerProcess>(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(m_server->start() >= 0);
}

void ClassicTest::relaysTypedOnceWithItsBytes()
{
    AppClient till(*m_server, "till"), kitchen(*m_server, "kitchen"), bar(*m_server, "bar");
    QVERIFY(till.join() && kitchen.join() && bar.join());
    till.sendTyped("o1", R"("total_amount":25.50,"big":9007199254740993,"extra":{"x":[1, 2]})");
    till.sendTyped("end", "\"n\":1");
    QTRY_COMPARE(kitchen.messages().size(), 2);
    QTRY_COMPARE(bar.messages().size(), 2);
    QVERIFY(till.messages().isEmpty());
    QVERIFY(kitchen.messages()[0].contains(
        R"("data":{"total_amount":25.50,"big":9007199254740993,"extra":{"x":[1, 2]}})"));
    QVERIFY(kitchen.message(0)
                .value(QStringLiteral("change_id"))
                .toString()
                .startsWith(QStringLiteral("ps-")));
    QCOMPARE(kitchen.message(0).value(QStringLiteral("device_id")).toString(),
             QStringLiteral("till"));
}

void ClassicTest::twinAndCopyAreOneChange()
{
    AppClient till(*m_server, "till"), kitchen(*m_server, "kitchen");
    QVERIFY(till.join() && kitchen.join());
    till.sendTyped("o1", "\"status\":\"ready\"");
    till.sendTwin("o1", "\"status\":\"ready\"", "c1");
    QTRY_COMPARE(kitchen.messages().size(), 1);
    const auto answer =
        m_server->post(QStringLiteral("/api/sync"),
                       "{\"restaurant_id\":\"r\",\"device_id\":\"till\",\"changes\":["
                           + till.twinText("o1", "\"status\":\"ready\"", "c1") + "]}");
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.body.contains("\"outcome\":\"duplicate\""));
    till.sendTyped("end", "\"n\":1");
    QTRY_COMPARE(kitchen.messages().size(), 2);
    QCOMPARE(kitchen.types(),
             QStringList({QStringLiteral("order_update"), QStringLiteral("order_update")}));
    QCOMPARE(
        getObject("/api/restaurants/r/changes?since=0").value(QStringLiteral("head")).toInteger(),
        2);
}

void ClassicTest::loneDataChangeComesTypedFirst()
{
    AppClient till(*m_server, "till"), kitchen(*m_server, "kitchen");
    QVERIFY(till.join() && kitchen.join());
    till.sendTwin("o1", "\"a\":1.50", "c1");
    QTRY_COMPARE(kitchen.types(),
                 QStringList({QStringLiteral("order_update"), QStringLiteral("data_change")}));
    for (int i = 0; i < 2; ++i)
        QCOMPARE(kitchen.message(i).value(QStringLiteral("change_id")).toString(),
                 QStringLiteral("c1"));
    QCOMPARE(kitchen.message(0).value(QStringLiteral("order_id")).toString(), QStringLiteral("o1"));
}

void ClassicTest::postReachesEveryone()
{
    AppClient till(*m_server, "till"), kitchen(*m_server, "kitchen");
    QVERIFY(till.join() && kitchen.join());
    const auto answer = m_server->post(
        QStringLiteral("/api/sync"), "{\"restaurant_id\":\"r\",\"device_id\":\"till\",\"changes\":["
                                         + till.twinText("o1", "\"a\":1", "c1") + ','
                                         + till.twinText("o2", "\"a\":1", "c2") + "]}");
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.body.contains("\"synced_changes\":2"));
    QTRY_COMPARE(kitchen.types(),
                 QStringList({QStringLiteral("order_update"), QStringLiteral("order_update"),
                              QStringLiteral("sync_update")}));
    QTRY_COMPARE(till.types(), QStringList({QStringLiteral("sync_update")}));
    QCOMPARE(till.message(0).value(QStringLiteral("changes")).toArray().size(), 2);
}

void ClassicTest::oneBadChangeDoesNotWedgeTheQueue()
{
    AppClient till(*m_server, "till");
    const auto answer = m_server->post(
        QStringLiteral("/api/sync"),
        "{\"restaurant_id\":\"r\",\"device_id\":\"till\",\"changes\":["
            + till.twinText("o1", "\"a\":1", "c1")
            + R"(,{"type":"data_change","data_type":"orders","action":"evaporated","data":{"id":"x"},"change_id":"c2"},)"
            + till.twinText("o3", "\"a\":1", "c3") + "]}");
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.body.contains("\"synced_changes\":2"));
    QVERIFY(
        answer.body.contains(R"("change_id":"c2","outcome":"rejected","code":"unknown_action")"));
}

void ClassicTest::replaysWhatWasMissed()
{
    AppClient till(*m_server, "till");
    {
        AppClient kitchen(*m_server, "kitchen");
        QVERIFY(till.join() && kitchen.join());
        till.sendTyped("seen", "\"n\":0");
        QTRY_COMPARE(kitchen.messages().size(), 1);
        // The barrier's pong has to arrive: only then is it known that this one was received.
        QTRY_VERIFY(
            m_server->get(QStringLiteral("/api/restaurants/r/devices"))
                .body.contains("\"device_id\":\"kitchen\"")
            && m_server->get(QStringLiteral("/api/restaurants/r/devices")).body.count("\"lag\":0")
                   == 2);
    }
    QTRY_VERIFY(
        !m_server->get(QStringLiteral("/api/restaurants/r/status")).body.contains("kitchen"));
    till.sendTyped("m1", "\"n\":1");
    till.sendTwin("m2", "\"n\":2", "c2", "12:00:10.000");
    till.sendTyped("m3", "\"n\":3");
    QTRY_COMPARE(
        getObject("/api/restaurants/r/changes?since=0").value(QStringLiteral("head")).toInteger(),
        4);
    QCOMPARE(m_server->stop(), 0); // and all of it outlives the server
    QVERIFY(m_server->start() >= 0);
    AppClient kitchen(*m_server, "kitchen");
    QVERIFY(kitchen.join());
    QTRY_COMPARE(kitchen.messages().size(), 3);
    QStringList orders;
    for (int i = 0; i < 3; ++i) {
        orders.append(kitchen.message(i).value(QStringLiteral("order_id")).toString());
        QCOMPARE(kitchen.types()[i], QStringLiteral("order_update"));
        QVERIFY(!kitchen.message(i).value(QStringLiteral("change_id")).toString().isEmpty());
    }
    QCOMPARE(orders,
             QStringList({QStringLiteral("m1"), QStringLiteral("m2"), QStringLiteral("m3")}));
}

void ClassicTest::aStrangerGetsNothing()
{
    AppClient till(*m_server, "till");
    QVERIFY(till.join());
    till.sendTyped("past", "\"n\":1");
    QTRY_COMPARE(
        getObject("/api/restaurants/r/changes?since=0").value(QStringLiteral("head")).toInteger(),
        1);
    AppClient stranger(*m_server, "stranger");
    QVERIFY(stranger.join());
    till.sendTyped("now", "\"n\":2");
    QTRY_COMPARE(stranger.messages().size(), 1);
    QCOMPARE(stranger.message(0).value(QStringLiteral("order_id")).toString(),
             QStringLiteral("now"));
}

void ClassicTest::tenantsAreApart()
{
    AppClient till(*m_server, "till", "r"), kitchen(*m_server, "kitchen", "r"),
        neighbour(*m_server, "till", "s");
    QVERIFY(till.join() && kitchen.join() && neighbour.join());
    till.sendTyped("o1", "\"n\":1");
    neighbour.sendTyped("o1", "\"n\":2");
    till.send(
        R"({"type":"order_update","order_id":"o2","action":"updated","data":{},"restaurant_id":"s"})");
    QTRY_COMPARE(till.types(), QStringList({QStringLiteral("error")}));
    QCOMPARE(till.message(0).value(QStringLiteral("code")).toString(),
             QStringLiteral("wrong_restaurant"));
    QTRY_COMPARE(kitchen.messages().size(), 1);
    QVERIFY(neighbour.messages().isEmpty());
    QCOMPARE(
        getObject("/api/restaurants/s/changes?since=0").value(QStringLiteral("head")).toInteger(),
        1);
}

void ClassicTest::sharedIdsHearEachOther()
{
    AppClient one(*m_server, "same"), two(*m_server, "same");
    QVERIFY(one.join() && two.join());
    one.sendTyped("o1", "\"n\":1");
    QTRY_COMPARE(two.messages().size(), 1);
    const QString id = two.message(0).value(QStringLiteral("device_id")).toString();
    QVERIFY(id.startsWith(QStringLiteral("same~")));
    two.sendTyped("o2", "\"n\":2");
    QTRY_COMPARE(one.messages().size(), 1);
    QTRY_VERIFY(m_server->get(QStringLiteral("/api/restaurants/r/devices"))
                    .body.contains("\"shared_id\":true"));
    QCOMPARE(getObject("/api/restaurants/r/status").value(QStringLiteral("device_count")).toInt(),
             2);
}

void ClassicTest::sameMillisecondSameId()
{
    AppClient till(*m_server, "till"), kitchen(*m_server, "kitchen");
    QVERIFY(till.join() && kitchen.join());
    till.sendTwin("o1", "\"a\":1", "c1");
    till.sendTwin("o1", "\"b\":2", "c1");
    QTRY_COMPARE(kitchen.messages().size(), 4);
    QVERIFY(kitchen.message(2).value(QStringLiteral("change_id")).toString()
            != kitchen.message(0).value(QStringLiteral("change_id")).toString());
    QCOMPARE(m_server->get(QStringLiteral("/api/restaurants/r/entities/orders/o1"))
                 .body.contains(R"({"id":"o1","a":1,"b":2})"),
             true);
}

void ClassicTest::twinNamesTheUserChanged()
{
    AppClient till(*m_server, "till"), kitchen(*m_server, "kitchen");
    QVERIFY(till.join() && kitchen.join());
    till.send(
        R"({"type":"user_update","user_id":"boss","action":"updated","data":{"name":"Nina"},"device_id":"till","restaurant_id":"r","timestamp":"2024-01-01T12:00:00.000"})");
    till.send(
        R"({"type":"data_change","data_type":"users","action":"updated","data":{"id":"nina","name":"Nina"},"device_id":"till","restaurant_id":"r","user_id":"boss","timestamp":"2024-01-01T12:00:00.004","change_id":"c1"})");
    QTRY_COMPARE(kitchen.messages().size(), 1);
    QTRY_COMPARE(m_server->get(QStringLiteral("/api/restaurants/r/entities/users/nina")).status,
                 200);
    QCOMPARE(m_server->get(QStringLiteral("/api/restaurants/r/entities/users/boss")).status, 404);
}

void ClassicTest::userChangeShowsInStatus()
{
    AppClient till(*m_server, "till");
    QVERIFY(till.join());
    till.send(
        R"({"type":"user_changed","user_id":"meera","device_id":"till","restaurant_id":"r"})");
    QTRY_VERIFY(m_server->get(QStringLiteral("/api/restaurants/r/status"))
                    .body.contains("\"user_id\":\"meera\""));
}

void ClassicTest::shapesOfTheClassicFour()
{
    AppClient till(*m_server, "till");
    QVERIFY(till.join());
    const QJsonObject health = getObject("/api/health");
    QCOMPARE(health.value(QStringLiteral("status")).toString(), QStringLiteral("ok"));
    QCOMPARE(health.value(QStringLiteral("connectedRestaurants")).toInt(), 1);
    QCOMPARE(health.value(QStringLiteral("totalConnections")).toInt(), 1);
    const QJsonObject status = getObject("/api/restaurants/nobody/status");
    QCOMPARE(status.value(QStringLiteral("device_count")).toInt(-1), 0);
    QVERIFY(status.value(QStringLiteral("connected_devices")).toArray().isEmpty());
    QCOMPARE(getObject("/api/restaurants/nobody/data").value(QStringLiteral("message")).toString(),
             QStringLiteral("Restaurant not found"));
    till.sendTyped("o1", "\"total\":9.90");
    QTRY_VERIFY(m_server->get(QStringLiteral("/api/restaurants/r/data"))
                    .body.contains(R"("total":9.90,"last_sync":)"));
    // A record that was read there and written back says so once.
    till.sendTyped("o2", R"("last_sync":"mine","total":1.10)");
    QByteArray body;
    QTRY_VERIFY((body = m_server->get(QStringLiteral("/api/restaurants/r/data")).body)
                    .contains(R"("total":1.10,"last_sync":"2)"));
    QCOMPARE(body.count("last_sync"), 2);
    QCOMPARE(m_server->get(QStringLiteral("/api/restaurants/r/data?at=seq:2"))
                 .body.count("last_sync"),
             2);
    const QJsonObject data =
        getObject("/api/restaurants/r/data").value(QStringLiteral("data")).toObject();
    QCOMPARE(data.keys(), QStringList({QStringLiteral("inventory"), QStringLiteral("menu_items"),
                                       QStringLiteral("orders"), QStringLiteral("printers"),
                                       QStringLiteral("tables"), QStringLiteral("users")}));
}

void ClassicTest::deletingAndTables()
{
    AppClient till(*m_server, "till");
    QVERIFY(till.join());
    till.send(R"({"type":"table_update","table_id":"t1","action":"occupied","data":{"guests":4}})");
    till.send(R"({"type":"menu_update","item_id":"m1","action":"created","data":{"name":"Naan"}})");
    till.send(R"({"type":"menu_update","item_id":"m1","action":"deleted","data":{}})");
    QTRY_COMPARE(
        getObject("/api/restaurants/r/changes?since=0").value(QStringLiteral("head")).toInteger(),
        3);
    QVERIFY(m_server->get(QStringLiteral("/api/restaurants/r/entities/tables/t1"))
                .body.contains(R"({"id":"t1","guests":4,"status":"occupied"})"));
    QVERIFY(m_server->get(QStringLiteral("/api/restaurants/r/entities/menu_items/m1"))
                .body.contains("\"deleted\":true"));
    QVERIFY(!m_server->get(QStringLiteral("/api/restaurants/r/data")).body.contains("Naan"));
}

QTEST_GUILESS_MAIN(ClassicTest)
#include "tst_program_classic.moc"
