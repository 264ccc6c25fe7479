// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/appclient.h"
#include "tests/server/program/serverprocess.h"
#include "tests/server/program/wiresocket.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using possync::test::AppClient;
using possync::test::ServerProcess;
using possync::test::WireSocket;

namespace {

const QByteArray quickly = "[storage]\nroom_idle_seconds = 1\n";

QByteArray batchOf(const QByteArray &restaurant, const QByteArray &id)
{
    return R"({"restaurant_id":")" + restaurant
           + R"(","device_id":"poster","changes":[{"type":"data_change","data_type":"orders",)"
             R"("action":"updated","change_id":")"
           + id + R"(","data":{"id":"o-)" + id + R"(","price":25.50}}]})";
}

int roomsOpen(const ServerProcess &server)
{
    const QByteArray name = "\npossync_rooms_open ";
    const QByteArray metrics = server.get(u"/metrics"_s).body;
    const qsizetype at = metrics.indexOf(name);
    return at < 0 ? -1 : metrics.mid(at + name.size()).split('\n').front().toInt();
}

QJsonObject resultOf(const ServerProcess::HttpAnswer &answer)
{
    return QJsonDocument::fromJson(answer.body).object()[u"results"][0].toObject();
}

QByteArray ordersOf(const ServerProcess &server, const QString &restaurant)
{
    const auto answer = server.get(u"/api/restaurants/%1/data"_s.arg(restaurant));
    return answer.body.left(answer.body.indexOf(R"("timestamp":)"));
}

} // namespace

/// Restaurants that nobody uses leave memory and come back as they were.
class UnloadingTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void comesBackAsItWas();
    void staysWhileSomebodyIsConnected();
    void staysForWhoHasYetToSayHello();
    void remembersWhoIsMissingWhat();
    void losesNothingAtTheMomentOfUnloading();
};

void UnloadingTest::comesBackAsItWas()
{
    constexpr int restaurants = 40;
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM), quickly);
    QVERIFY(server.start() >= 0);
    QList<QByteArray> before;
    for (int i = 0; i < restaurants; ++i) {
        const QByteArray number = QByteArray::number(i);
        QCOMPARE(server.post(u"/api/sync"_s, batchOf("r" + number, "a" + number)).status, 200);
        before.append(ordersOf(server, u"r%1"_s.arg(i)));
        QVERIFY(before.back().contains("25.50"));
    }
    QTRY_COMPARE_WITH_TIMEOUT(roomsOpen(server), 0, 60'000);
    for (int i = 0; i < restaurants; ++i) {
        const QByteArray number = QByteArray::number(i);
        QCOMPARE(ordersOf(server, u"r%1"_s.arg(i)), before[i]);
        const auto again =
            resultOf(server.post(u"/api/sync"_s, batchOf("r" + number, "a" + number)));
        QCOMPARE(again[u"outcome"].toString(), u"duplicate"_s);
        QCOMPARE(again[u"seq"].toInt(), 1);
        const auto next =
            resultOf(server.post(u"/api/sync"_s, batchOf("r" + number, "b" + number)));
        QCOMPARE(next[u"outcome"].toString(), u"applied"_s);
        QCOMPARE(next[u"seq"].toInt(), 2);
    }
    QTRY_COMPARE_WITH_TIMEOUT(roomsOpen(server), 0, 60'000);
    QVERIFY(server.post(u"/api/admin/verify"_s, {}).body.startsWith("{\"ok\":true"));
    QCOMPARE(server.stop(), 0);
}

void UnloadingTest::staysWhileSomebodyIsConnected()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM), quickly);
    QVERIFY(server.start() >= 0);
    AppClient waiter(server, "waiter", "used");
    QVERIFY(waiter.join());
    QCOMPARE(server.post(u"/api/sync"_s, batchOf("unused", "a")).status, 200);
    QCOMPARE(roomsOpen(server), 2);
    QTRY_COMPARE_WITH_TIMEOUT(roomsOpen(server), 1, 60'000);
    // The other went first, though both were silent for as long.
    QCOMPARE(server.post(u"/api/sync"_s, batchOf("unused", "b")).status, 200);
    QTRY_COMPARE_WITH_TIMEOUT(roomsOpen(server), 1, 60'000);
    QVERIFY(waiter.isConnected());
    AppClient kitchen(server, "kitchen", "used");
    QVERIFY(kitchen.join());
    kitchen.sendTyped("o1", R"("n":1)");
    QTRY_COMPARE(waiter.messages().size(), 1);
    QCOMPARE(server.stop(), 0);
}

void UnloadingTest::staysForWhoHasYetToSayHello()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM), quickly);
    QVERIFY(server.start() >= 0);
    WireSocket silent(server.port());
    QCOMPARE(silent.upgrade("/?restaurant_id=r", "Sec-WebSocket-Protocol: possync.v2\r\n"), 101);
    // Ten seconds for a hello, and one until an idle room is forgotten.
    QCOMPARE(silent.readCloseCode(15'000), 4011);
    QCOMPARE(roomsOpen(server), 1);
    QTRY_COMPARE_WITH_TIMEOUT(roomsOpen(server), 0, 10'000);
    QCOMPARE(server.stop(), 0);
}

void UnloadingTest::remembersWhoIsMissingWhat()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM), quickly);
    QVERIFY(server.start() >= 0);
    const auto visit = [&](const QByteArrayList &missing) {
        AppClient waiter(server, "waiter", "r");
        QVERIFY(waiter.join());
        QTRY_COMPARE(waiter.messages().size(), missing.size());
        for (qsizetype i = 0; i < missing.size(); ++i)
            QCOMPARE(waiter.message(i)[u"change_id"].toString(), QString::fromUtf8(missing[i]));
        // What it has confirmed shows in its position.
        QTRY_VERIFY(server.get(u"/api/restaurants/r/devices"_s).body.contains(R"("lag":0)"));
    };
    visit({});
    for (int round = 0; round < 3; ++round) {
        const QByteArray first = "a" + QByteArray::number(round);
        const QByteArray second = "b" + QByteArray::number(round);
        QTRY_COMPARE_WITH_TIMEOUT(roomsOpen(server), 0, 60'000);
        QCOMPARE(server.post(u"/api/sync"_s, batchOf("r", first)).status, 200);
        QTRY_COMPARE_WITH_TIMEOUT(roomsOpen(server), 0, 60'000);
        QCOMPARE(server.post(u"/api/sync"_s, batchOf("r", second)).status, 200);
        QTRY_COMPARE_WITH_TIMEOUT(roomsOpen(server), 0, 60'000);
        visit({first, second});
        if (QTest::currentTestFailed())
            return;
    }
    QCOMPARE(server.stop(), 0);
}

void UnloadingTest::losesNothingAtTheMomentOfUnloading()
{
    constexpr int restaurants = 25;
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM), quickly);
    QVERIFY(server.start() >= 0);
    QList<int> posted(restaurants, 0);
    int reopened = 0;
    QElapsedTimer since;
    since.start();
    // Each restaurant is used at a rhythm of its own around the second after which it goes.
    QList<qint64> due(restaurants, 0);
    while (reopened < 60 && since.elapsed() < 60'000) {
        const int openBefore = roomsOpen(server);
        for (int i = 0; i < restaurants; ++i) {
            if (since.elapsed() < due[i])
                continue;
            due[i] = since.elapsed() + 1'000 + 60 * i;
            const QByteArray name = "r" + QByteArray::number(i);
            AppClient visitor(server, "visitor", name);
            QVERIFY(visitor.join());
            const QByteArray id = "c" + QByteArray::number(posted[i]);
            const auto result = resultOf(server.post(u"/api/sync"_s, batchOf(name, id)));
            QCOMPARE(result[u"outcome"].toString(), u"applied"_s);
            QCOMPARE(result[u"seq"].toInt(), ++posted[i]);
            QTRY_VERIFY(!visitor.messages().isEmpty());
        }
        reopened += std::max(0, roomsOpen(server) - openBefore);
    }
    QVERIFY2(reopened >= 60, QByteArray::number(reopened));
    for (int i = 0; i < restaurants; ++i) {
        const auto page = server.get(u"/api/restaurants/r%1/changes?limit=1000"_s.arg(i));
        const QJsonArray changes =
            QJsonDocument::fromJson(page.body).object()[u"changes"].toArray();
        QCOMPARE(changes.size(), posted[i]);
        for (int n = 0; n < posted[i]; ++n)
            QCOMPARE(changes[n][u"change_id"].toString(), u'c' + QString::number(n));
    }
    QVERIFY(server.post(u"/api/admin/verify"_s, {}).body.startsWith("{\"ok\":true"));
    QCOMPARE(server.stop(), 0);
}

QTEST_GUILESS_MAIN(UnloadingTest)
#include "tst_program_unloading.moc"
