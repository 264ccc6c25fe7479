// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/v2packed.h"
#include "tests/server/program/appclient.h"
#include "tests/server/program/v2client.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>
#include <QWebSocketHandshakeOptions>

using namespace possync;
using test::AppClient;
using test::ServerProcess;
using test::V2Client;

/// docs/protocol-v2.md over real sockets.
class V2Test : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void mixedFleetAgrees();
    void resumesAfterAKill();
    void firstMessageMustBeHello_data();
    void firstMessageMustBeHello();
    void unknownMessagesDoNotClose();
    void binaryFramesAreRefused();
    void secondConnectionReplacesTheFirst();
    void heartbeatShowsInTheDeviceList();
    void presence();
    void conflictsAreListed();
    void conflictsAreRestored();
    void aDayOfOfflineWorkIsTakenQuickly();
    void longCatchUpIsStreamed();
    void largeMessagesAreCompressed();
    void badCompressionIsRefused_data();
    void badCompressionIsRefused();
    void tenantsAreApart();

private:
    QJsonObject getObject(const char *path) const
    {
        return QJsonDocument::fromJson(m_server->get(QString::fromLatin1(path)).body).object();
    }
    std::unique_ptr<ServerProcess> m_server;
};

void V2Test::init()
{
    m_server = std::make_unique<ServerProcess>(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(m_server->start() >= 0);
}

void V2Test::mixedFleetAgrees()
{
    AppClient old(*m_server, "old");
    V2Client a(*m_server, "a"), b(*m_server, "b");
    QVERIFY(old.join() && a.join() && b.join());
    a.push({a.change("orders", "created", "o1", R"("total_amount":25.50,"big":9007199254740993)")});
    QTRY_COMPARE(a.results().size(), 1u);
    QCOMPARE(a.results()[0].outcome, v2::Outcome::Applied);
    QTRY_COMPARE(old.messages().size(), 1);
    QVERIFY(old.messages()[0].startsWith(R"({"type":"order_update","order_id":"o1")"));
    old.sendTyped("o1", R"("note":"x")");
    old.sendTwin("o1", R"("note":"x")", "c1");
    const QByteArray truth =
        R"({"id":"o1","total_amount":25.50,"big":9007199254740993,"note":"x"})";
    QTRY_COMPARE(b.replica().text(DataType::Orders, "o1"), truth);
    QTRY_COMPARE(a.replica().records(), b.replica().records());
    QCOMPARE(b.replica().entries().size(), 2u); // typed and twin are one
    QVERIFY(
        m_server->get(QStringLiteral("/api/restaurants/r/data")).body.contains(truth.chopped(1)));
    QCOMPARE(a.fault() + b.fault(), QByteArray());
}

void V2Test::resumesAfterAKill()
{
    V2Client a(*m_server, "a");
    QVERIFY(a.join());
    QByteArrayList changes;
    for (int i = 0; i < 300; ++i)
        changes.append(a.change("orders", "updated", "o" + QByteArray::number(i % 20),
                                "\"n\":" + QByteArray::number(i)));
    a.push(changes);
    QTRY_COMPARE(a.results().size(), 300u);
    m_server->kill();
    QVERIFY(m_server->start() >= 0);
    V2Client b(*m_server, "b");
    QVERIFY(b.join());
    QVERIFY(a.join());
    QVERIFY(!a.replica().welcome().isSnapshot);
    QCOMPARE(a.replica().position()->seq, 300u);
    QCOMPARE(a.replica().records(), b.replica().records());
    a.push(changes); // all of it again, as after a lost answer
    QTRY_COMPARE(a.results().size(), 600u);
    QVERIFY(std::all_of(a.results().begin() + 300, a.results().end(), [](const auto &result) {
        return result.outcome == v2::Outcome::Duplicate && result.original == v2::Outcome::Applied;
    }));
    QCOMPARE(a.results()[300].seq, 1u);
    QCOMPARE(a.fault() + b.fault(), QByteArray());
}

void V2Test::firstMessageMustBeHello_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<int>("closeCode");
    QTest::newRow("another message")
        << QByteArray(R"({"type":"user","user_id":null})") << QByteArray("expected_hello") << 4004;
    QTest::newRow("not JSON") << QByteArray("hello") << QByteArray("bad_json") << 4004;
    QTest::newRow("newer versions only")
        << QByteArray(R"({"type":"hello","device_id":"d","versions":[3,4],"clock_ms":1})")
        << QByteArray("unsupported_version") << 4005;
}

void V2Test::firstMessageMustBeHello()
{
    QFETCH(QByteArray, message);
    QFETCH(QByteArray, code);
    QFETCH(int, closeCode);
    V2Client a(*m_server, "a");
    QVERIFY(a.open());
    a.send(message);
    QTRY_COMPARE(a.closeCode(), closeCode);
    QCOMPARE(a.errors().size(), 1u);
    QCOMPARE(a.errors()[0].refusal.code, code);
}

void V2Test::unknownMessagesDoNotClose()
{
    V2Client a(*m_server, "a");
    QVERIFY(a.join());
    a.send(R"({"type":"dance"})");
    a.send(R"({"type":"push","batch":9,"changes":{}})");
    a.push({a.change("orders", "updated", "o1", "\"n\":1", R"("restaurant_id":"another")"),
            a.change("orders", "updated", "o1", "\"n\":2")});
    QTRY_COMPARE(a.results().size(), 2u);
    QCOMPARE(a.errors().size(), 2u);
    QCOMPARE(a.errors()[0].refusal.code, QByteArray("unknown_type"));
    QCOMPARE(a.errors()[1].batch, std::optional<quint64>(9));
    QCOMPARE(a.results()[0].code, QByteArray("wrong_restaurant"));
    QCOMPARE(a.results()[1].outcome, v2::Outcome::Applied);
}

void V2Test::binaryFramesAreRefused()
{
    QWebSocket socket;
    QWebSocketHandshakeOptions options;
    options.setSubprotocols({QStringLiteral("possync.v2")});
    socket.open(m_server->url(QStringLiteral("/v2?restaurant_id=r")), options);
    QTRY_COMPARE(socket.state(), QAbstractSocket::ConnectedState);
    socket.sendBinaryMessage("hello");
    QTRY_COMPARE(int(socket.closeCode()), 1003);
}

void V2Test::secondConnectionReplacesTheFirst()
{
    V2Client a(*m_server, "a"), again(*m_server, "a");
    QVERIFY(a.join() && again.join());
    QTRY_COMPARE(a.closeCode(), 4010);
    again.push({again.change("orders", "updated", "o1", "\"n\":1")});
    QTRY_COMPARE(again.results().size(), 1u);
}

void V2Test::heartbeatShowsInTheDeviceList()
{
    V2Client a(*m_server, "a");
    QVERIFY(a.join());
    a.push({a.change("orders", "updated", "o1", "\"n\":1")});
    QTRY_COMPARE(a.results().size(), 1u);
    v2::Heartbeat heartbeat;
    heartbeat.clockMs = QDateTime::currentMSecsSinceEpoch() + 3'600'000;
    heartbeat.queue = 17;
    heartbeat.position = a.replica().position();
    a.send(v2::encode(heartbeat));
    QTRY_COMPARE(a.heartbeats().size(), 1u);
    QCOMPARE(a.heartbeats()[0].clockMs, heartbeat.clockMs);
    QCOMPARE(a.heartbeats()[0].head, 1u);
    const QJsonObject device = getObject("/api/restaurants/r/devices")
                                   .value(QStringLiteral("devices"))
                                   .toArray()
                                   .at(0)
                                   .toObject();
    QCOMPARE(device.value(QStringLiteral("protocol")).toString(), QStringLiteral("v2"));
    QCOMPARE(device.value(QStringLiteral("queue")).toInt(), 17);
    QCOMPARE(device.value(QStringLiteral("lag")).toInt(), 0);
    const double skew = device.value(QStringLiteral("clock_skew_ms")).toDouble();
    QVERIFY2(skew > 3'590'000 && skew <= 3'600'000, qPrintable(QString::number(skew)));
}

void V2Test::presence()
{
    V2Client a(*m_server, "a");
    QVERIFY(a.join());
    {
        AppClient old(*m_server, "old");
        QVERIFY(old.join());
        QTRY_COMPARE(a.present().size(), 2u);
        QVERIFY(!a.present()[1].isV2);
        QCOMPARE(a.present()[1].deviceId, QByteArray("old"));
    }
    QTRY_COMPARE(a.present().size(), 1u);
}

void V2Test::conflictsAreListed()
{
    V2Client a(*m_server, "a"), b(*m_server, "b");
    QVERIFY(a.join() && b.join());
    a.push({a.change("orders", "updated", "o1",
                     R"("payment_status":"paid","payment_method":"card")", R"("base_rev":0)")});
    QTRY_COMPARE(a.results().size(), 1u);
    b.push(
        {b.change("orders", "updated", "o1", R"("payment_status":"paid","payment_method":"cash")",
                  R"("base_rev":0,"user_id":"ann")")});
    QTRY_COMPARE(b.results().size(), 1u);
    QCOMPARE(b.results()[0].code, QByteArray("already_paid"));
    m_server->kill();
    QVERIFY(m_server->start() >= 0);
    const QJsonObject list = getObject("/api/restaurants/r/conflicts");
    QCOMPARE(list.value(QStringLiteral("total")).toInt(), 1);
    const QJsonObject conflict = list.value(QStringLiteral("conflicts")).toArray().at(0).toObject();
    QCOMPARE(conflict.value(QStringLiteral("outcome")).toString(), QStringLiteral("rejected"));
    QCOMPARE(conflict.value(QStringLiteral("device_id")).toString(), QStringLiteral("b"));
    QCOMPARE(conflict.value(QStringLiteral("user_id")).toString(), QStringLiteral("ann"));
    QVERIFY(conflict.value(QStringLiteral("reason")).toString().contains(QStringLiteral("paid")));
    QCOMPARE(conflict.value(QStringLiteral("proof"))
                 .toObject()
                 .value(QStringLiteral("payment_method"))
                 .toString(),
             QStringLiteral("card"));
    // The rest comes in pages.
    V2Client c(*m_server, "c");
    QVERIFY(c.join());
    const auto pay = [&c](const QByteArray &method) {
        return c.change("orders", "updated", "o1",
                        R"("payment_status":"paid","payment_method":")" + method + '"',
                        R"("base_rev":0)");
    };
    c.push({pay("cash"), pay("voucher")});
    QTRY_COMPARE(c.results().size(), 2u);
    const auto page = [this](const QByteArray &query) {
        const QJsonObject answer = getObject(("/api/restaurants/r/conflicts?" + query).constData());
        QStringList ids;
        for (const QJsonValue &one : answer[QStringLiteral("conflicts")].toArray())
            ids.append(one[QStringLiteral("change_id")].toString());
        return std::pair(ids, answer[QStringLiteral("more")].toBool());
    };
    const auto [all, isMoreThanAll] = page("limit=9");
    QCOMPARE(all.size(), 3);
    QVERIFY(!isMoreThanAll);
    QCOMPARE(page("limit=2"), std::pair(all.first(2), true));
    QCOMPARE(page("limit=2&before=" + all[1].toUtf8().toPercentEncoding()),
             std::pair(all.sliced(2), false));
    QVERIFY(page("limit=2&before=" + all[2].toUtf8().toPercentEncoding()).first.isEmpty());
    const auto unknown =
        m_server->get(QStringLiteral("/api/restaurants/r/conflicts?before=nothing"));
    QCOMPARE(unknown.status, 404);
    QVERIFY2(unknown.body.contains("unknown_conflict"), unknown.body);
}

void V2Test::conflictsAreRestored()
{
    QCOMPARE(m_server->stop(), 0);
    QVERIFY(m_server->start({QStringLiteral("--auth"), QStringLiteral("local")}) >= 0);
    V2Client a(*m_server, "a"), b(*m_server, "b");
    QVERIFY(a.join() && b.join());
    const auto blind = [](int secondsAgo) {
        return R"("base_rev":0,"hlc":")"
               + QByteArray::number(QDateTime::currentMSecsSinceEpoch() - secondsAgo * 1000)
               + R"(-0")";
    };
    a.push({a.change("orders", "updated", "o1", R"("note":"extra hot")", blind(10)),
            a.change("users", "updated", "u1", R"("role":"server")", blind(10))});
    QTRY_COMPARE(a.results().size(), 2u);
    b.push({b.change("orders", "updated", "o1", R"("note":"no onions")", blind(60)),
            b.change("users", "updated", "u1", R"("role":"admin")", blind(60))});
    QTRY_COMPARE(b.results().size(), 2u);
    const QByteArray lost = b.results()[0].changeId;
    const auto restore = [&](const QByteArray &id, const QByteArray &token) {
        return m_server->post(QStringLiteral("/api/restaurants/r/conflicts/%1/restore")
                                  .arg(QString::fromLatin1(id.toPercentEncoding())),
                              "{}", token);
    };
    const auto manager = m_server->makeToken(R"("role":"manager","restaurant":"r")");
    const auto first = restore(lost, manager.secret);
    QCOMPARE(first.status, 200);
    QCOMPARE(restore(lost, m_server->ownerToken()).body, first.body);
    QTRY_COMPARE(a.replica().text(DataType::Orders, "o1"),
                 QByteArray(R"({"id":"o1","note":"no onions"})"));
    QCOMPARE(a.fault() + b.fault(), QByteArray());
    const QJsonObject conflict =
        getObject("/api/restaurants/r/conflicts")[QStringLiteral("conflicts")].toArray().last().toObject();
    QCOMPARE(conflict[QStringLiteral("state")].toString(), QStringLiteral("restored"));
    QCOMPARE(conflict[QStringLiteral("restored")][QStringLiteral("by")].toString().toUtf8(),
             manager.id);
    QCOMPARE(restore("nothing", {}).status, 404);
    // A manager does not make admins, this way neither.
    QCOMPARE(restore(b.results()[1].changeId, manager.secret).status, 403);
    QVERIFY(a.replica().text(DataType::Users, "u1").contains("server"));
    // What loses to a rule is told, and every try is in the audit log.
    a.push({a.change("orders", "deleted", "o1", {})});
    QTRY_COMPARE(a.results().size(), 3u);
    b.push({b.change("orders", "updated", "o1", R"("note":"again")", R"("base_rev":0)")});
    QTRY_COMPARE(b.results().size(), 3u);
    const auto refused = restore(b.results()[2].changeId, {});
    QCOMPARE(refused.status, 409);
    QVERIFY2(refused.body.contains(R"("code":"deleted")"), refused.body);
    const auto audited = [&] {
        return m_server->get(QStringLiteral("/api/admin/audit?q=restore"), m_server->ownerToken())
            .body;
    };
    QTRY_VERIFY(audited().contains(R"("target":")" + lost + R"(","outcome":"done")"));
    QTRY_VERIFY(audited().contains(R"("outcome":"HTTP 409")"));
}

void V2Test::aDayOfOfflineWorkIsTakenQuickly()
{
    V2Client a(*m_server, "a"), b(*m_server, "b");
    QVERIFY(a.join() && b.join());
    QElapsedTimer clock;
    clock.start();
    for (int batch = 0; batch < 10; ++batch) {
        QByteArrayList changes;
        for (int i = 0; i < 500; ++i)
            changes.append(a.change("orders", "updated", "o" + QByteArray::number(i % 100),
                                    "\"n\":" + QByteArray::number(i)));
        a.push(changes);
        QTRY_COMPARE(a.results().size(), static_cast<std::size_t>(500 * (batch + 1)));
    }
    QTRY_COMPARE(b.replica().position()->seq, 5000u);
    const qint64 took = clock.elapsed();
    QVERIFY2(took < 10'000, qPrintable(QString::number(took)));
    qInfo("5,000 changes pushed and received in %lld ms", static_cast<long long>(took));
    QTRY_COMPARE(a.replica().records(), b.replica().records());
    QCOMPARE(a.fault() + b.fault(), QByteArray());
}

void V2Test::longCatchUpIsStreamed()
{
    V2Client a(*m_server, "a"), b(*m_server, "b");
    QVERIFY(a.join() && b.join());
    b.leave();
    const QByteArray note(400, 'x');
    for (int batch = 0; batch < 20; ++batch) {
        QByteArrayList changes;
        for (int i = 0; i < 500; ++i)
            changes.append(a.change("menu_items", "updated", "m" + QByteArray::number(i),
                                    "\"note\":\"" + note + QByteArray::number(batch) + '"'));
        a.push(changes);
        QTRY_COMPARE(a.results().size(), static_cast<std::size_t>(500 * (batch + 1)));
    }
    QVERIFY(b.join());
    QVERIFY(!b.replica().welcome().isSnapshot);
    QCOMPARE(b.replica().entries().size(), 10'000u);
    QTRY_COMPARE(a.replica().records(), b.replica().records());
    QCOMPARE(a.fault() + b.fault(), QByteArray());
}

void V2Test::largeMessagesAreCompressed()
{
    V2Client plain(*m_server, "plain"), packing(*m_server, "packing");
    packing.packs = true;
    QVERIFY(plain.join() && packing.join());
    QVERIFY(packing.replica().welcome().capabilities.zstd);
    QVERIFY(!plain.replica().welcome().capabilities.zstd);
    const auto batch = [](V2Client &client, const QByteArray &round) {
        std::vector<QByteArray> changes;
        for (int i = 0; i < 400; ++i)
            changes.push_back(client.change(
                "menu_items", "updated", "m" + QByteArray::number(i),
                "\"name\":\"Dal " + QByteArray::number(i) + "\",\"price\":25.50,\"round\":" + round));
        return v2::encodePush(1, changes);
    };
    // A device may compress what it pushes …
    packing.sendBinary(v2::packed(batch(packing, "1")));
    QTRY_COMPARE(packing.results().size(), 400u);
    QTRY_COMPARE(plain.replica().records().size(), 400u);
    QCOMPARE(plain.replica().text(DataType::MenuItems, "m7"),
             R"({"id":"m7","name":"Dal 7","price":25.50,"round":1})");
    // … and gets compressed what it missed, …
    QCOMPARE(packing.packed().messages, 0); // live changes are small and not its alone
    packing.leave();
    plain.send(batch(plain, "2"));
    QTRY_COMPARE(plain.results().size(), 400u);
    QVERIFY(packing.join());
    QTRY_COMPARE(packing.replica().records(), plain.replica().records());
    QVERIFY(packing.packed().messages > 0);
    QVERIFY2(packing.packed().wireBytes * 4 < packing.packed().textBytes,
             QByteArray::number(packing.packed().wireBytes));
    // … and snapshots; one that did not ask for it gets text.
    V2Client fresh(*m_server, "fresh"), old(*m_server, "old");
    fresh.packs = true;
    QVERIFY(fresh.join() && old.join());
    QVERIFY(fresh.packed().messages > 0);
    QCOMPARE(old.packed().messages, 0);
    QCOMPARE(fresh.replica().records(), plain.replica().records());
    QCOMPARE(old.replica().records(), plain.replica().records());
    QCOMPARE(plain.fault() + packing.fault() + fresh.fault() + old.fault(), QByteArray());
}

void V2Test::badCompressionIsRefused_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("no zstd") << QByteArray("{\"type\":\"heartbeat\"}");
    QTest::newRow("nothing") << QByteArray();
    const QByteArray large = v2::packed(QByteArray(v2::maxPackedText, ' '));
    QByteArray bomb = large;
    // The size it states: four bytes behind magic and descriptor.
    QVERIFY(bomb.size() > 9);
    bomb[8] = '\x7f';
    QTest::newRow("states a gigabyte") << bomb;
    QTest::newRow("cut") << large.chopped(1);
    QTest::newRow("two in one") << large + large;
}

void V2Test::badCompressionIsRefused()
{
    QFETCH(QByteArray, message);
    V2Client device(*m_server, "a"), other(*m_server, "b");
    device.packs = true;
    QVERIFY(device.join() && other.join());
    device.sendBinary(message);
    QTRY_COMPARE(device.closeCode(), 4004);
    QCOMPARE(device.errors().size(), 1u);
    QCOMPARE(device.errors()[0].refusal.code, "bad_compression");
    other.push({other.change("orders", "updated", "o1", "\"n\":1")});
    QTRY_COMPARE(other.results().size(), 1u);
}

void V2Test::tenantsAreApart()
{
    V2Client a(*m_server, "a"), other(*m_server, "a", "another");
    QVERIFY(a.join() && other.join());
    a.push({a.change("orders", "updated", "o1", "\"n\":1")});
    other.push({other.change("tables", "reserved", "end", "")});
    QTRY_COMPARE(a.results().size(), 1u);
    QTRY_COMPARE(other.replica().records().size(), 1u);
    QCOMPARE(other.replica().text(DataType::Orders, "o1"), QByteArray());
    QCOMPARE(a.closeCode(), 0);
}

QTEST_GUILESS_MAIN(V2Test)
#include "tst_program_v2.moc"
