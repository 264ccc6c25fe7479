// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/appclient.h"
#include "tests/server/program/serverprocess.h"
#include "tests/server/program/wiresocket.h"
#include "tests/support/v2replica.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using possync::test::AppClient;
using possync::test::ServerProcess;
using possync::test::V2Replica;
using possync::test::WireSocket;

namespace {

const QByteArray changesLimited = "[limits]\nrates_on_loopback = true\n"
                                  "requests_per_second_address = 0\n"
                                  "changes_per_second_device = 2\n"; // 6 at once

QByteArray batch(const QByteArray &device, const QByteArray &prefix, int count)
{
    QByteArray changes;
    for (int i = 0; i < count; ++i) {
        const QByteArray id = prefix + QByteArray::number(i);
        changes += (i ? "," : "")
                   + QByteArray(R"({"type":"data_change","data_type":"orders","action":"updated",)")
                   + R"("change_id":")" + id + R"(","data":{"id":")" + id + R"("}})";
    }
    return R"({"restaurant_id":"r","device_id":")" + device + R"(","changes":[)" + changes + "]}";
}

QByteArray post(quint16 port, const QByteArray &body)
{
    WireSocket socket(port);
    socket.send("POST /api/sync HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                "Content-Type: application/json\r\nContent-Length: "
                + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    return socket.readUntilClosed();
}

int statusOf(const QByteArray &answer)
{
    return answer.mid(9, 3).toInt();
}

int retryAfterOf(const QByteArray &answer)
{
    const QByteArray field = "\r\nRetry-After: ";
    const qsizetype at = answer.indexOf(field);
    return at < 0 ? 0 : answer.mid(at + field.size(), 4).split('\r').front().toInt();
}

QJsonArray ordersOf(const ServerProcess &server)
{
    return QJsonDocument::fromJson(server.get(QStringLiteral("/api/restaurants/r/data")).body)
        .object()[u"data"][u"orders"]
        .toArray();
}

QJsonArray refusalLines(const ServerProcess &server)
{
    return QJsonDocument::fromJson(
               server.get(QStringLiteral("/api/logs?q=Too%20many%20changes")).body)
        .object()[u"lines"]
        .toArray();
}

} // namespace

/// docs/protocol.md, "Rates", against the real program.
class RatesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void refusesToTheSenderOnly();
    void refusesBatches();
    void passesLargeBatchesSomeDay();
    void countsTheWholeRestaurant();
    void logsAFloodOnceASecond();
    void refusesRequests();
    void refusesConnections();
    void holdsBackBytes();
    void refusesBytesOverHttp();
    void letsAppsCatchUpLater();
    void sendsV2DevicesBackLater();
    void refusesTheSameChangesAgainAndAgain();
    void refusesInventedRestaurants();
    void refusesInventedDevices();
    void sparesThisComputer();
};

void RatesTest::refusesToTheSenderOnly()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM), changesLimited);
    QVERIFY(server.start() >= 0);
    AppClient flooding(server, "flooding");
    AppClient listening(server, "listening");
    QVERIFY(flooding.join());
    QVERIFY(listening.join());
    constexpr int sent = 40;
    for (int i = 0; i < sent; ++i) {
        const QByteArray id = "c" + QByteArray::number(i);
        flooding.send(flooding.twinText("o" + QByteArray::number(i), R"("n":1)", id));
    }
    // Six at once, and what two a second add meanwhile.
    QTRY_VERIFY(flooding.messages().size() >= sent - 12);
    QTRY_VERIFY(ordersOf(server).size() + flooding.messages().size() == sent);
    const qsizetype taken = ordersOf(server).size();
    QVERIFY2(taken >= 6 && taken <= 12, QByteArray::number(taken));
    for (qsizetype i = 0; i < flooding.messages().size(); ++i) {
        const QJsonObject error = flooding.message(i);
        QCOMPARE(error[u"type"].toString(), QStringLiteral("error"));
        QCOMPARE(error[u"code"].toString(), QStringLiteral("rate_limited"));
        QVERIFY(error[u"message"].toString().contains(u"try again in"));
        QVERIFY(error[u"retry_after_ms"].toInt() > 0 && error[u"retry_after_ms"].toInt() <= 500);
        QVERIFY(error[u"change_id"].toString().startsWith(u'c'));
    }
    QTRY_COMPARE(listening.messages().size(), 2 * taken); // typed message and data_change
    QVERIFY(!listening.types().contains(QStringLiteral("error")));
    // The other device has a rate of its own.
    listening.send(listening.twinText("mine", R"("n":1)", "m1"));
    QTRY_COMPARE(ordersOf(server).size(), taken + 1);
    // After the wait it was told, at most half a second, and not only after more tries, the same
    // change is taken.
    const QString refused = flooding.message(0)[u"change_id"].toString();
    QTest::qWait(1'000);
    flooding.send(flooding.twinText("again", R"("n":1)", refused.toUtf8()));
    QTRY_COMPARE(ordersOf(server).size(), taken + 2);
    const QByteArray metrics = server.get(QStringLiteral("/metrics")).body;
    QVERIFY(metrics.contains("\npossync_rate_limited_total " + QByteArray::number(sent - taken)
                             + '\n'));
    QCOMPARE(server.stop(), 0);
}

void RatesTest::refusesBatches()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM), changesLimited);
    QVERIFY(server.start() >= 0);
    QCOMPARE(statusOf(post(server.port(), batch("d", "a", 6))), 200);
    const QByteArray refused = post(server.port(), batch("d", "b", 3));
    QCOMPARE(statusOf(refused), 429);
    QVERIFY(refused.startsWith("HTTP/1.1 429 Too Many Requests\r\n"));
    QVERIFY(refused.contains(R"("code":"rate_limited")"));
    QVERIFY(retryAfterOf(refused) >= 1 && retryAfterOf(refused) <= 2);
    QCOMPARE(ordersOf(server).size(), 6);
    QCOMPARE(statusOf(post(server.port(), batch("other", "c", 3))), 200);
    // Exactly the wait that was promised is what must suffice.
    QTest::qWait(retryAfterOf(refused) * 1'000);
    QCOMPARE(statusOf(post(server.port(), batch("d", "b", 3))), 200);
    QCOMPARE(ordersOf(server).size(), 12);
    QCOMPARE(server.stop(), 0);
}

void RatesTest::passesLargeBatchesSomeDay()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM), changesLimited);
    QVERIFY(server.start() >= 0);
    QCOMPARE(statusOf(post(server.port(), batch("d", "a", 100))), 200);
    const QByteArray refused = post(server.port(), batch("d", "b", 1));
    QCOMPARE(statusOf(refused), 429);
    // 94 owed at two a second, and one more.
    QVERIFY(retryAfterOf(refused) >= 40 && retryAfterOf(refused) <= 48);
    QCOMPARE(statusOf(post(server.port(), batch("d", "b", 0))), 200);
    QCOMPARE(server.stop(), 0);
}

void RatesTest::countsTheWholeRestaurant()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM),
                         "[limits]\nrates_on_loopback = true\nchanges_per_second_device = 0\n"
                         "changes_per_second_restaurant = 2\n");
    QVERIFY(server.start() >= 0);
    QCOMPARE(statusOf(post(server.port(), batch("d1", "a", 3))), 200);
    QCOMPARE(statusOf(post(server.port(), batch("d2", "b", 3))), 200);
    const QByteArray refused = post(server.port(), batch("d3", "c", 3));
    QCOMPARE(statusOf(refused), 429);
    QVERIFY(refused.contains("this restaurant"));
    const QByteArray elsewhere =
        batch("d3", "c", 3).replace(R"("restaurant_id":"r")", R"("restaurant_id":"other")");
    QCOMPARE(statusOf(post(server.port(), elsewhere)), 200);
    QCOMPARE(server.stop(), 0);
}

void RatesTest::logsAFloodOnceASecond()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM), changesLimited);
    QVERIFY(server.start() >= 0);
    AppClient flooding(server, "flooding");
    QVERIFY(flooding.join());
    for (int i = 0; i < 1'000; ++i) {
        const QByteArray number = QByteArray::number(i);
        flooding.send(flooding.twinText("o" + number, R"("n":1)", "c" + number));
    }
    QTRY_VERIFY(flooding.messages().size() > 900);
    QTRY_VERIFY(!refusalLines(server).isEmpty());
    // Lines come once a second: whatever is left to say has been said by then.
    QTest::qWait(1'000);
    const QJsonArray lines = refusalLines(server);
    QVERIFY2(lines.size() <= 4, QByteArray::number(lines.size()));
    QVERIFY(lines[0][u"text"].toString().endsWith(u"the newest from flooding in r"));
    QCOMPARE(server.stop(), 0);
}

void RatesTest::refusesRequests()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM),
                         "[limits]\nrates_on_loopback = true\nrequests_per_second_address = 2\n");
    QVERIFY(server.start() >= 0);
    int answered = 0;
    QByteArray refused;
    QElapsedTimer elapsed;
    elapsed.start();
    for (int i = 0; i < 20; ++i) {
        WireSocket socket(server.port());
        socket.send("GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        const QByteArray answer = socket.readUntilClosed();
        if (statusOf(answer) == 200)
            ++answered;
        else
            refused = answer;
    }
    // Six at once, and what two a second add meanwhile.
    QVERIFY2(answered >= 6 && answered <= 7 + 2 * elapsed.elapsed() / 1'000,
             QByteArray::number(answered));
    QCOMPARE(statusOf(refused), 429);
    QCOMPARE(retryAfterOf(refused), 1);
    QVERIFY(refused.contains(R"("code":"rate_limited")"));
    QCOMPARE(WireSocket(server.port()).upgrade(), 429);
    // Exactly the wait that was promised is what must suffice.
    QTest::qWait(1'000);
    QCOMPARE(server.get(QStringLiteral("/api/health")).status, 200);
    QCOMPARE(server.stop(), 0);
}

void RatesTest::refusesConnections()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM),
                         "[limits]\nrates_on_loopback = true\nrequests_per_second_address = 0\n"
                         "connections_per_second_address = 2\n");
    QVERIFY(server.start() >= 0);
    const QHostAddress flooding(QStringLiteral("127.0.0.2"));
    const int patienceMs = 20'000;
    int open = 0;
    QElapsedTimer elapsed;
    elapsed.start();
    std::vector<std::unique_ptr<WireSocket>> sockets;
    for (int i = 0; i < 30; ++i)
        sockets.push_back(std::make_unique<WireSocket>(server.port(), flooding));
    // Who is let in is answered, whatever it says.
    for (const auto &socket : sockets) {
        socket->send("this is no request\r\n\r\n");
        open += socket->readUntilClosed(patienceMs).isEmpty() ? 0 : 1;
    }
    // Six at once, and what two a second add meanwhile.
    QVERIFY2(open >= 6 && open <= 7 + 2 * elapsed.elapsed() / 1'000, QByteArray::number(open));
    // Another address has a rate of its own.
    WireSocket other(server.port(), QHostAddress(QStringLiteral("127.0.0.3")));
    other.send("this is no request\r\n\r\n");
    QVERIFY(!other.readUntilClosed(patienceMs).isEmpty());
    QByteArray log;
    QTRY_VERIFY_WITH_TIMEOUT(
        (log += server.errors())
            .contains("the last from 127.0.0.2: an address may open 2 a second"),
        patienceMs);
    QCOMPARE(server.stop(), 0);
}

void RatesTest::holdsBackBytes()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM),
                         "[limits]\nrates_on_loopback = true\nrequests_per_second_address = 0\n"
                         "bytes_per_second_device = 100_000\n"); // 300 KB at once
    QVERIFY(server.start() >= 0);
    AppClient flooding(server, "flooding");
    AppClient listening(server, "listening");
    QVERIFY(flooding.join());
    QVERIFY(listening.join());
    constexpr int sent = 60;
    const QByteArray note(10'000, 'n');
    QElapsedTimer elapsed;
    elapsed.start();
    for (int i = 0; i < sent; ++i) {
        const QByteArray number = QByteArray::number(i);
        flooding.send(flooding.twinText("o" + number, R"("note":")" + note + '"', "c" + number));
    }
    // Another device is not held up meanwhile.
    listening.send(listening.twinText("mine", R"("n":1)", "m1"));
    QTRY_VERIFY(!flooding.messages().isEmpty());
    QVERIFY(ordersOf(server).size() <= sent || elapsed.elapsed() >= 2'500);
    QTRY_VERIFY_WITH_TIMEOUT(ordersOf(server).size() == sent + 1, 60'000);
    // 600 KB, of which 300 and one read came at once.
    QVERIFY2(elapsed.elapsed() >= 2'000, QByteArray::number(elapsed.elapsed()));
    // Nothing was refused, and all that was sent has been relayed in its order.
    QTRY_COMPARE_WITH_TIMEOUT(listening.messages().size(), 2 * sent, 30'000);
    for (int i = 0; i < sent; ++i)
        QCOMPARE(listening.message(2 * i)[u"order_id"].toString(),
                 QStringLiteral("o%1").arg(i));
    QVERIFY(flooding.isConnected());
    QVERIFY(!flooding.types().contains(QStringLiteral("error")));
    QCOMPARE(server.stop(), 0);
}

void RatesTest::refusesBytesOverHttp()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM),
                         "[limits]\nrates_on_loopback = true\nrequests_per_second_address = 0\n"
                         "bytes_per_second_device = 200\n");
    QVERIFY(server.start() >= 0);
    QCOMPARE(statusOf(post(server.port(), batch("d", "a", 6))), 200); // more than 600 bytes
    const QByteArray refused = post(server.port(), batch("d", "b", 1));
    QCOMPARE(statusOf(refused), 429);
    QVERIFY(refused.contains("too many bytes of this device"));
    QVERIFY(retryAfterOf(refused) >= 1 && retryAfterOf(refused) <= 3);
    QCOMPARE(ordersOf(server).size(), 6);
    QCOMPARE(statusOf(post(server.port(), batch("other", "c", 1))), 200);
    // Exactly the wait that was promised is what must suffice.
    QTest::qWait(retryAfterOf(refused) * 1'000);
    QCOMPARE(statusOf(post(server.port(), batch("d", "b", 1))), 200);
    QCOMPARE(server.stop(), 0);
}

namespace {

const QByteArray replaysLimited = "[limits]\nrates_on_loopback = true\n"
                                  "requests_per_second_address = 0\n"
                                  "replays_per_minute_device = 12\n"; // one in 5 s

} // namespace

void RatesTest::letsAppsCatchUpLater()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM), replaysLimited);
    QVERIFY(server.start() >= 0);
    AppClient working(server, "working");
    QVERIFY(working.join());
    QElapsedTimer elapsed;
    elapsed.start();
    for (int i = 0; i < 12; ++i) {
        AppClient flapping(server, "flapping");
        QVERIFY(flapping.join());
    }
    working.send(working.twinText("missed", R"("n":1)", "c1"));
    QTRY_COMPARE(ordersOf(server).size(), 1);
    AppClient back(server, "flapping");
    QVERIFY(back.join());
    // It is served at once …
    back.send(back.twinText("mine", R"("n":1)", "c2"));
    QTRY_VERIFY(!working.messages().isEmpty());
    // … and gets what it missed when its turn comes, unless the test was so slow that it has come.
    QVERIFY(back.messages().isEmpty() || elapsed.elapsed() >= 4'500);
    QTRY_COMPARE_WITH_TIMEOUT(back.messages().size(), 1, 30'000);
    QVERIFY(elapsed.elapsed() >= 4'500);
    QCOMPARE(back.message(0)[u"order_id"].toString(), QStringLiteral("missed"));
    working.send(working.twinText("later", R"("n":1)", "c3"));
    QTRY_COMPARE(back.messages().size(), 3);
    QVERIFY(back.isConnected());
    QCOMPARE(server.stop(), 0);
}

void RatesTest::sendsV2DevicesBackLater()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM), replaysLimited);
    QVERIFY(server.start() >= 0);
    const auto greeted = [&](WireSocket &socket, const QByteArray &device) {
        socket.upgrade("/v2?restaurant_id=r", "Sec-WebSocket-Protocol: possync.v2\r\n");
        socket.sendFrame(0x81, possync::v2::encode(V2Replica().hello(
                                   device, QDateTime::currentMSecsSinceEpoch())));
        return QJsonDocument::fromJson(socket.readFrame().second).object();
    };
    QElapsedTimer elapsed;
    elapsed.start();
    int welcomed = 0;
    QJsonObject answer;
    for (; welcomed < 40 && answer[u"type"].toString() != u"error"; ++welcomed) {
        WireSocket socket(server.port());
        answer = greeted(socket, "v2");
        if (answer[u"type"].toString() == u"error")
            QCOMPARE(socket.readCloseCode(), 1013);
    }
    --welcomed;
    // Twelve at once, and what comes in a slow test.
    QVERIFY2(welcomed >= 12 && welcomed <= 13 + elapsed.elapsed() / 5'000,
             QByteArray::number(welcomed));
    QCOMPARE(answer[u"code"].toString(), QStringLiteral("rate_limited"));
    const int retryAfterMs = answer[u"retry_after_ms"].toInt();
    QVERIFY2(retryAfterMs > 0 && retryAfterMs <= 5'000, QByteArray::number(retryAfterMs));
    // Another is another, and the wait that was told suffices.
    WireSocket other(server.port());
    QCOMPARE(greeted(other, "other")[u"type"].toString(), QStringLiteral("welcome"));
    QTest::qWait(retryAfterMs);
    WireSocket again(server.port());
    QCOMPARE(greeted(again, "v2")[u"type"].toString(), QStringLiteral("welcome"));
    QCOMPARE(server.stop(), 0);
}

void RatesTest::refusesTheSameChangesAgainAndAgain()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM), replaysLimited);
    QVERIFY(server.start() >= 0);
    QCOMPARE(statusOf(post(server.port(), batch("d", "a", 30))), 200);
    const auto ask = [&](int since) {
        WireSocket socket(server.port());
        socket.send("GET /api/restaurants/r/changes?limit=1&since=" + QByteArray::number(since)
                    + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        return socket.readUntilClosed();
    };
    // Whoever goes on is read to as fast as it likes.
    for (int since = 0; since < 30; ++since)
        QCOMPARE(statusOf(ask(since)), 200);
    QByteArray refused;
    for (int i = 0; i < 40 && refused.isEmpty(); ++i) {
        const QByteArray answer = ask(0);
        if (statusOf(answer) != 200)
            refused = answer;
        else
            QVERIFY(i < 39);
    }
    QCOMPARE(statusOf(refused), 429);
    QVERIFY(refused.contains(R"("code":"rate_limited")"));
    QVERIFY(retryAfterOf(refused) >= 1 && retryAfterOf(refused) <= 5);
    QCOMPARE(statusOf(ask(30)), 200);
    QTest::qWait(retryAfterOf(refused) * 1'000);
    QCOMPARE(statusOf(ask(0)), 200);
    QCOMPARE(server.stop(), 0);
}

void RatesTest::refusesInventedRestaurants()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM),
                         "[limits]\nrates_on_loopback = true\nrequests_per_second_address = 0\n"
                         "new_restaurants_per_minute_address = 3\n"
                         "new_restaurants_per_minute = 5\n");
    QVERIFY(server.start(QStringList{QStringLiteral("--auth"), QStringLiteral("off")}) >= 0);
    QElapsedTimer elapsed;
    elapsed.start();
    const auto statusOfNew = [&](const QByteArray &restaurant, const QHostAddress &from = {}) {
        WireSocket socket(server.port(), from);
        const int status =
            socket.upgrade("/?device_id=d&restaurant_id=" + restaurant);
        if (status == 101)
            socket.readFrame(1); // nothing has to come
        return status;
    };
    const auto known = [&] {
        return QJsonDocument::fromJson(server.get(QStringLiteral("/api/restaurants")).body)
            .object()[u"restaurants"]
            .toArray()
            .size();
    };
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(statusOfNew("r" + QByteArray::number(i)), 101);
        QTRY_COMPARE(known(), i + 1);
    }
    int refused = 0;
    for (int i = 3; i < 20; ++i)
        refused += statusOfNew("r" + QByteArray::number(i)) == 429 ? 1 : 0;
    QVERIFY2(refused >= 16 - elapsed.elapsed() / 12'000, QByteArray::number(refused));
    // Over HTTP too, with a word to it; and those that are here are served as ever.
    const QByteArray answer =
        post(server.port(), batch("d", "a", 1).replace(R"("restaurant_id":"r")",
                                                       R"("restaurant_id":"posted")"));
    QVERIFY(statusOf(answer) == 429 || elapsed.elapsed() > 12'000);
    if (statusOf(answer) == 429) {
        QVERIFY2(answer.contains("restaurants that were never here before"), answer);
        QVERIFY(retryAfterOf(answer) >= 1 && retryAfterOf(answer) <= 20);
    }
    for (int i = 0; i < 10; ++i)
        QCOMPARE(statusOfNew("r1"), 101);
    // Another address has a count of its own, as far as all together go.
    const QHostAddress elsewhere(QStringLiteral("127.0.0.2"));
    QCOMPARE(statusOfNew("s1", elsewhere), 101);
    QTRY_VERIFY(known() >= 4);
    QCOMPARE(server.stop(), 0);
}

void RatesTest::refusesInventedDevices()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM),
                         "[limits]\nrates_on_loopback = true\nrequests_per_second_address = 0\n"
                         "new_devices_per_minute_address = 3\n");
    QVERIFY(server.start() >= 0);
    QElapsedTimer elapsed;
    elapsed.start();
    for (int i = 0; i < 3; ++i)
        QVERIFY(AppClient(server, "d" + QByteArray::number(i)).join());
    const auto errorOf = [](WireSocket &socket) {
        return QJsonDocument::fromJson(socket.readFrame().second).object();
    };
    for (const bool isV2 : {false, true}) {
        WireSocket stranger(server.port());
        const QByteArray name = isV2 ? "v2" : "classic";
        QCOMPARE(stranger.upgrade("/?restaurant_id=r&device_id=" + name,
                                  isV2 ? "Sec-WebSocket-Protocol: possync.v2\r\n" : ""),
                 101);
        if (isV2)
            stranger.sendFrame(0x81, possync::v2::encode(V2Replica().hello(
                                         name, QDateTime::currentMSecsSinceEpoch())));
        const QJsonObject error = errorOf(stranger);
        QVERIFY(error[u"code"].toString() == u"rate_limited" || elapsed.elapsed() > 20'000);
        if (error[u"code"].toString() != u"rate_limited")
            continue;
        QVERIFY(error[u"message"].toString().contains(u"devices that were never here before"));
        QVERIFY(error[u"retry_after_ms"].toInt() > 0
                && error[u"retry_after_ms"].toInt() <= 20'000);
        QCOMPARE(stranger.readCloseCode(), 1013);
    }
    // Those that are here come as ever, and nobody else is remembered.
    for (int i = 0; i < 10; ++i)
        QVERIFY(AppClient(server, "d" + QByteArray::number(i % 3)).join());
    QCOMPARE(server.stop(), 0);
}

void RatesTest::sparesThisComputer()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM),
                         "[limits]\nrequests_per_second_address = 1\n"
                         "connections_per_second_address = 1\n"
                         "changes_per_second_device = 1\nchanges_per_second_restaurant = 1\n"
                         "bytes_per_second_device = 1\nbytes_per_second_restaurant = 1\n"
                         "replays_per_minute_device = 1\n"
                         "new_restaurants_per_minute_address = 1\n"
                         "new_restaurants_per_minute = 1\n"
                         "new_devices_per_minute_address = 1\nnew_devices_per_minute = 1\n");
    QVERIFY(server.start() >= 0);
    for (int i = 0; i < 10; ++i)
        QCOMPARE(statusOf(post(server.port(), batch("d", QByteArray::number(i) + '-', 10))), 200);
    QCOMPARE(ordersOf(server).size(), 100);
    for (int i = 0; i < 3; ++i) {
        AppClient device(server, "d");
        AppClient other(server, "d" + QByteArray::number(i), "r" + QByteArray::number(i));
        QVERIFY(device.join());
        QVERIFY(other.join());
        QCOMPARE(server.get(QStringLiteral("/api/restaurants/r/changes?since=0")).status, 200);
        device.send(device.twinText("of a socket", R"("n":1)", "s" + QByteArray::number(i)));
        QTRY_COMPARE(ordersOf(server).size(), 101);
    }
    QCOMPARE(server.stop(), 0);
}

QTEST_GUILESS_MAIN(RatesTest)
#include "tst_program_rates.moc"
