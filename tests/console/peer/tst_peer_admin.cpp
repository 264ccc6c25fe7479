// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/adminclient.h"
#include "tests/console/peer/peer.h"

#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::remote {

using State = AdminClient::State;

/// The watching client against a server that goes, comes back, skips, and talks nonsense.
class AdminTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void saysWhoItIsAndWhatItWants();
    void whatArrivesIsHandedOn();
    void triesForAsLongAsItTakes();
    void waitsLongerWhileWelcomesLeadNowhere();
    void changesMissedWhileAwayAreFetched();
    void restaurantsSilentBeforeTheDropAreFetchedToo();
    void restaurantsBornWhileAwayAreFetchedFromTheStart();
    void skippedChangesAreFetched();
    void followsFromAskedNumberInPages();
    void anotherHistoryBeginsAnew();
    void unknownRestaurantDoesNotCostTheConnection();
    void failedFetchNeverLeavesAHole();
    void commandsAreAnsweredOnce();
    void commandsFailWithTheConnection();
    void silentServerIsLeft();
    void anotherProtocolIsRefused();
    void garbageOnlyCounts();
    void leavingForgetsTheServer();
};

namespace {

constexpr AdminTiming fast{.firstRetry = 20, .lastRetry = 80, .answer = 2000, .ping = 40};

/// A client and all it handed on.
struct Watcher {
    AdminClient client{fast};
    QHash<QString, std::vector<quint64>> seqs;
    QStringList replaced;

    explicit Watcher(const QUrl &server, const AdminTiming &timing = fast)
        : client(timing)
    {
        QObject::connect(
            &client, &AdminClient::changesArrived, &client,
            [this](const QString &restaurant, const std::vector<ChangeEntry> &changes) {
                for (const ChangeEntry &change : changes)
                    seqs[restaurant].push_back(change.seq);
            });
        QObject::connect(&client, &AdminClient::historyReplaced, &client,
                         [this](const QString &restaurant) { replaced.append(restaurant); });
        client.subscribe({u"restaurants"_s, u"changes"_s, u"logs"_s});
        client.connectTo(server);
    }
    bool isConnected() const { return client.state() == State::Connected; }
    bool has(quint64 first, quint64 last, const QString &restaurant = u"r1"_s) const
    {
        std::vector<quint64> expected;
        for (quint64 seq = first; seq <= last; ++seq)
            expected.push_back(seq);
        return seqs.value(restaurant) == expected;
    }
};

/// A peer with a journal of its own: answers the changes feed as the server does.
struct Shop : test::Peer {
    QHash<QByteArray, quint64> heads; ///< By restaurant; changes are numbered 1 to head.
    QByteArray epoch = "e1";
    quint64 pageSize = 1000;

    explicit Shop(quint16 port = 0)
        : Peer(port)
    {
        connect(this, &Peer::frameReceived, this, [this](const QByteArray &frame) {
            if (frame.contains(R"("type":"subscribe")") && frame.contains("\"restaurants\""))
                sendRestaurants();
        });
        answer = [this](const test::PeerRequest &request) {
            const QByteArray id = request.target.split('/').value(3);
            if (!heads.contains(id))
                return test::jsonAnswer(
                    R"({"status":"error","code":"unknown_restaurant","message":"No such."})", 404);
            const qsizetype at = request.target.indexOf("since=") + 6;
            const quint64 since =
                request.target.mid(at, request.target.indexOf('&', at) - at).toULongLong();
            const quint64 last = std::min(heads[id], since + pageSize);
            return test::jsonAnswer(test::pageText(test::changeTexts(since + 1, last),
                                                   std::max(last, since), heads[id],
                                                   last < heads[id], epoch));
        };
    }
    void sendRestaurants()
    {
        QByteArray list;
        for (auto it = heads.cbegin(); it != heads.cend(); ++it)
            list += (list.isEmpty() ? "{\"id\":\"" : ",{\"id\":\"") + it.key() + "\",\"head\":"
                    + QByteArray::number(it.value()) + ",\"epoch\":\"" + epoch + "\"}";
        send("{\"type\":\"restaurants\",\"restaurants\":[" + list + "]}");
    }
    /// New changes, told live.
    void happen(const QByteArray &restaurant, quint64 count = 1)
    {
        const quint64 first = heads[restaurant] + 1;
        heads[restaurant] += count;
        send(test::batchText(test::changeTexts(first, heads[restaurant]), restaurant));
    }
    void sendMarker()
    {
        send(R"({"type":"logs","lines":[{"no":1,"level":"info","text":"marker"}]})");
    }
};

} // namespace

void AdminTest::saysWhoItIsAndWhatItWants()
{
    test::Peer peer;
    AdminClient client(fast);
    client.subscribe({u"changes"_s, u"logs"_s}, u"r1"_s);
    client.connectTo(peer.url(), "secret"); // an address without a path
    QTRY_COMPARE(client.state(), State::Connected);
    QTRY_COMPARE(peer.frames.size(), 2);
    QVERIFY(peer.adminHead.startsWith("GET /admin HTTP/1.1\r\n"));
    QVERIFY(peer.adminHead.contains("possync.admin.v1"));
    QVERIFY(peer.adminHead.contains("Authorization: Bearer secret\r\n"));
    QVERIFY(peer.frames[0].contains(R"("type":"hello")"));
    QVERIFY(peer.frames[1].contains(R"("topics":["changes","logs"],"restaurant":"r1")"));
    QCOMPARE(client.welcome().version, u"0.1.0"_s);
    QVERIFY(client.reason().message.isEmpty());

    peer.cut();
    QTRY_COMPARE(peer.adminConnections, 2);
    QTRY_COMPARE(peer.frames.size(), 4); // hello and the same subscription
    QCOMPARE(peer.frames[3], peer.frames[1]);
    client.subscribe({u"traffic"_s});
    QTRY_COMPARE(peer.frames.size(), 5);
    QVERIFY(peer.frames[4].contains(R"("topics":["traffic"],"restaurant":null)"));
}

void AdminTest::whatArrivesIsHandedOn()
{
    Shop shop;
    shop.heads["r1"] = 3; // what was before is nobody's wish
    Watcher watcher(shop.url());
    QSignalSpy restaurants(&watcher.client, &AdminClient::restaurantsArrived);
    QSignalSpy devices(&watcher.client, &AdminClient::devicesArrived);
    QSignalSpy traffic(&watcher.client, &AdminClient::trafficArrived);
    QSignalSpy logs(&watcher.client, &AdminClient::logsArrived);
    QSignalSpy missed(&watcher.client, &AdminClient::logsMissed);
    QTRY_COMPARE(restaurants.size(), 1);
    shop.sendRestaurants();
    shop.send(
        R"({"type":"devices","restaurant":"r1","devices":[{"device_id":"d","connected":true}]})");
    shop.send(R"({"type":"traffic","restaurant":null,"deliveries":9})");
    shop.send(R"({"type":"gap","topic":"logs","missed":12})");
    shop.happen("r1", 2);
    shop.sendMarker();
    QTRY_COMPARE(logs.size(), 1);
    QCOMPARE(restaurants.size(), 2); // on subscription, and now
    QCOMPARE(devices.size(), 1);
    QCOMPARE(traffic.size(), 1);
    QCOMPARE(missed.at(0).at(0).toLongLong(), 12);
    QVERIFY(watcher.has(4, 5));
    QTRY_VERIFY(watcher.client.roundTripMs() >= 0);
}

void AdminTest::triesForAsLongAsItTakes()
{
    QUrl url;
    {
        test::Peer gone;
        url = gone.url();
    }
    Watcher watcher(url);
    QSignalSpy states(&watcher.client, &AdminClient::stateChanged);
    QTRY_VERIFY(watcher.client.attempt() >= 5);
    QTRY_COMPARE(watcher.client.state(), State::Waiting);
    QVERIFY2(watcher.client.reason().message.contains(u"nothing answers there"_s),
             qPrintable(watcher.client.reason().message));
    QVERIFY(watcher.client.retryAtMs() > 0);
    Shop shop(static_cast<quint16>(url.port()));
    QVERIFY(shop.isListening());
    QTRY_VERIFY(watcher.isConnected());
    QCOMPARE(watcher.client.retryAtMs(), 0);
}

void AdminTest::waitsLongerWhileWelcomesLeadNowhere()
{
    // Welcomed and thrown out at once, again and again: that is no reason to hammer.
    test::Peer peer;
    AdminTiming timing = fast;
    timing.firstRetry = 2;
    timing.lastRetry = 100000;
    timing.ping = 100000;
    AdminClient client(timing);
    QList<qint64> waits;
    connect(&client, &AdminClient::stateChanged, &peer, [&](State state) {
        if (state == State::Connected)
            peer.cut();
        if (state == State::Waiting)
            waits.append(client.retryAtMs() - QDateTime::currentMSecsSinceEpoch());
    });
    client.connectTo(peer.url());
    QTRY_COMPARE(waits.size(), 7);
    QVERIFY2(waits.last() >= 64 - 10, qPrintable(QString::number(waits.last())));
}

void AdminTest::changesMissedWhileAwayAreFetched()
{
    auto shop = std::make_unique<Shop>();
    const quint16 port = shop->port();
    Watcher watcher(shop->url());
    QTRY_VERIFY(watcher.isConnected());
    shop->happen("r1", 3);
    QTRY_VERIFY(watcher.has(1, 3));
    shop.reset();
    QTRY_COMPARE(watcher.client.state(), State::Waiting);

    shop = std::make_unique<Shop>(port);
    QVERIFY(shop->isListening());
    shop->pageSize = 4;
    shop->heads["r1"] = 13; // ten happened meanwhile
    QTRY_VERIFY(watcher.isConnected());
    shop->happen("r1", 2); // live, while older ones are still being fetched
    QTRY_VERIFY(watcher.has(1, 15));
    shop->happen("r1");
    QTRY_VERIFY(watcher.has(1, 16));
}

void AdminTest::restaurantsSilentBeforeTheDropAreFetchedToo()
{
    Shop shop;
    shop.heads["r1"] = 7;
    Watcher watcher(shop.url());
    QSignalSpy restaurants(&watcher.client, &AdminClient::restaurantsArrived);
    QTRY_COMPARE(restaurants.size(), 1);
    shop.cut();
    shop.heads["r1"] = 9;
    QTRY_COMPARE(shop.adminConnections, 2);
    QTRY_VERIFY(watcher.has(8, 9));
}

void AdminTest::restaurantsBornWhileAwayAreFetchedFromTheStart()
{
    Shop shop;
    Watcher watcher(shop.url());
    QSignalSpy restaurants(&watcher.client, &AdminClient::restaurantsArrived);
    QTRY_COMPARE(restaurants.size(), 1);
    shop.cut();
    shop.heads["r2"] = 2;
    QTRY_COMPARE(shop.adminConnections, 2);
    QTRY_VERIFY(watcher.has(1, 2, u"r2"_s));
}

void AdminTest::skippedChangesAreFetched()
{
    Shop shop;
    Watcher watcher(shop.url());
    QTRY_VERIFY(watcher.isConnected());
    shop.happen("r1", 2);
    shop.heads["r1"] = 6; // 3 to 6 are never told live
    shop.send(R"({"type":"gap","topic":"changes","missed":4})");
    QTRY_VERIFY(watcher.has(1, 6));
    shop.heads["r1"] = 8; // nor are 7 and 8, and nobody says so
    shop.happen("r1");
    QTRY_VERIFY(watcher.has(1, 9));
    shop.send(test::batchText(test::changeTexts(8, 9), "r1")); // known ones again
    shop.happen("r1");
    QTRY_VERIFY(watcher.has(1, 10));
}

void AdminTest::followsFromAskedNumberInPages()
{
    Shop shop;
    shop.heads["r1"] = 50;
    shop.pageSize = 7;
    Watcher watcher(shop.url());
    watcher.client.followFrom(u"r1"_s, 20);
    QTRY_VERIFY(watcher.has(21, 50));
    shop.happen("r1");
    QTRY_VERIFY(watcher.has(21, 51));
}

void AdminTest::anotherHistoryBeginsAnew()
{
    Shop shop;
    shop.heads["r1"] = 0;
    Watcher watcher(shop.url());
    QTRY_VERIFY(watcher.isConnected());
    shop.happen("r1", 5);
    QTRY_VERIFY(watcher.has(1, 5));
    shop.epoch = "e2"; // a backup was restored
    shop.heads["r1"] = 3;
    shop.sendRestaurants();
    QTRY_COMPARE(watcher.replaced, QStringList(u"r1"_s));
    QTRY_COMPARE(watcher.seqs.value(u"r1"_s), (std::vector<quint64>{1, 2, 3, 4, 5, 1, 2, 3}));
    shop.happen("r1");
    QTRY_COMPARE(watcher.seqs.value(u"r1"_s).size(), 9u);
    QCOMPARE(watcher.replaced.size(), 1);
}

void AdminTest::unknownRestaurantDoesNotCostTheConnection()
{
    Shop shop;
    Watcher watcher(shop.url());
    QTRY_VERIFY(watcher.isConnected());
    watcher.client.followFrom(u"r9"_s, 0); // nobody has made a change there yet
    QTRY_COMPARE(shop.requests.size(), 1);
    shop.happen("r9", 2);
    QTRY_VERIFY(watcher.has(1, 2, u"r9"_s));
    QCOMPARE(shop.adminConnections, 1);
}

void AdminTest::failedFetchNeverLeavesAHole()
{
    Shop shop;
    Watcher watcher(shop.url());
    QTRY_VERIFY(watcher.isConnected());
    shop.happen("r1", 2);
    QTRY_VERIFY(watcher.has(1, 2));
    const auto honest = std::exchange(shop.answer, [](const test::PeerRequest &) {
        return test::jsonAnswer("<html>out of order</html>", 500);
    });
    shop.heads["r1"] = 4;
    shop.happen("r1");
    QTRY_VERIFY(shop.adminConnections >= 3); // begins again instead of going on without 3 and 4
    QVERIFY(watcher.has(1, 2));
    shop.answer = honest;
    QTRY_VERIFY(watcher.has(1, 5));
}

void AdminTest::commandsAreAnsweredOnce()
{
    Shop shop;
    Watcher watcher(shop.url());
    QTRY_VERIFY(watcher.isConnected());
    connect(&shop, &test::Peer::frameReceived, &shop, [&](const QByteArray &frame) {
        if (frame.contains(R"("command":"push")"))
            shop.send(R"({"type":"result","id":"c1","ok":true,"result":{"seq":77}})");
        if (frame.contains(R"("command":"kick")"))
            shop.send(
                R"({"type":"result","id":"c2","ok":false,"error":{"code":"unknown_connection","message":"Gone."}})");
    });
    QList<Answer<QByteArray>> answers;
    const auto keep = [&](const Answer<QByteArray> &answer) { answers.append(answer); };
    watcher.client.push({.restaurant = u"r1"_s,
                         .dataType = u"orders"_s,
                         .action = u"created"_s,
                         .entityId = u"o\"1"_s,
                         .userId = {},
                         .data = R"({"total_amount":25.50})",
                         .deviceId = {},
                         .changeId = {},
                         .timestampMs = 0},
                        this, keep);
    QTRY_COMPARE(answers.size(), 1);
    QCOMPARE(*answers[0], QByteArray("{\"seq\":77}"));
    QVERIFY(shop.frames.last().contains("25.50"));
    watcher.client.kick(u"r1"_s, 7, this, keep);
    QTRY_COMPARE(answers.size(), 2);
    QCOMPARE(answers[1].error().code, u"unknown_connection"_s);
    QVERIFY(shop.frames.last().contains(R"("restaurant":"r1","connection":7)"));

    // Answers to nobody, and to the same question again.
    QSignalSpy logs(&watcher.client, &AdminClient::logsArrived);
    shop.send(R"({"type":"result","id":"c1","ok":true,"result":{}})");
    shop.send(R"({"type":"result","id":"c99","ok":true,"result":{}})");
    shop.sendMarker();
    QTRY_COMPARE(logs.size(), 1);
    QCOMPARE(answers.size(), 2);
}

void AdminTest::commandsFailWithTheConnection()
{
    Shop shop;
    Watcher watcher(shop.url());
    QList<Answer<QByteArray>> answers;
    const auto keep = [&](const Answer<QByteArray> &answer) { answers.append(answer); };
    watcher.client.ping(u"r1"_s, 1, this, keep); // not connected yet
    QTRY_COMPARE(answers.size(), 1);
    QVERIFY(!answers[0]);
    QTRY_VERIFY(watcher.isConnected());
    watcher.client.ping(u"r1"_s, 1, this, keep); // the server never answers
    auto asker = std::make_unique<QObject>();
    bool isGhostAnswered = false;
    watcher.client.ping(u"r1"_s, 2, asker.get(),
                        [&](const Answer<QByteArray> &) { isGhostAnswered = true; });
    asker.reset();
    shop.cut();
    QTRY_COMPARE(answers.size(), 2);
    QCOMPARE(answers[1].error().code, u"unreachable"_s);
    QVERIFY(!isGhostAnswered);

    AdminTiming impatient = fast;
    impatient.answer = 60;
    Watcher second(shop.url(), impatient);
    QTRY_VERIFY(second.isConnected());
    second.client.ping(u"r1"_s, 1, this, keep);
    QTRY_COMPARE(answers.size(), 3);
    QCOMPARE(answers[2].error().code, u"timeout"_s);
    QVERIFY(second.isConnected());
}

void AdminTest::silentServerIsLeft()
{
    test::Peer peer;
    peer.welcomes = false;
    AdminTiming impatient = fast;
    impatient.answer = 50;
    Watcher watcher(peer.url(), impatient);
    QTRY_COMPARE(watcher.client.reason().code, u"timeout"_s);
    QVERIFY(!watcher.isConnected());
    peer.welcomes = true;
    QTRY_VERIFY(watcher.isConnected());
}

void AdminTest::anotherProtocolIsRefused()
{
    test::Peer peer;
    peer.welcomes = false;
    connect(&peer, &test::Peer::frameReceived, &peer, [&] { peer.sendWelcome(2); });
    Watcher watcher(peer.url());
    QTRY_COMPARE(watcher.client.state(), State::Refused);
    QVERIFY(watcher.client.reason().message.contains(u"version 2"_s));
}

void AdminTest::garbageOnlyCounts()
{
    Shop shop;
    Watcher watcher(shop.url());
    QTRY_VERIFY(watcher.isConnected());
    QSignalSpy logs(&watcher.client, &AdminClient::logsArrived);
    QSignalSpy errors(&watcher.client, &AdminClient::frameMisunderstood);
    shop.send("");
    shop.send("null");
    shop.send(QByteArray(1000000, '['));
    shop.send(R"({"type":"changes","restaurant":"r1","changes":[{"seq":-1}]})");
    shop.send(R"({"type":"from the future","x":{}})");
    shop.send(R"({"type":"welcome","protocol":99})");
    shop.sendMarker();
    QTRY_COMPARE(logs.size(), 1);
    QCOMPARE(errors.size(), 4);
    QCOMPARE(watcher.client.misunderstood(), 4);
    QVERIFY(watcher.isConnected());
    QVERIFY(watcher.seqs.isEmpty());
}

void AdminTest::leavingForgetsTheServer()
{
    Shop first;
    Shop second;
    Watcher watcher(first.url());
    QTRY_VERIFY(watcher.isConnected());
    first.happen("r1", 3);
    QTRY_VERIFY(watcher.has(1, 3));
    // Another server's numbers mean nothing here, also when one leaves in the middle of a batch.
    watcher.seqs.clear();
    connect(&watcher.client, &AdminClient::changesArrived, this, [&] {
        if (watcher.client.rest().server() == first.url())
            watcher.client.connectTo(second.url());
    });
    first.happen("r1");
    QTRY_COMPARE(second.adminConnections, 1);
    QTRY_VERIFY(watcher.isConnected());
    watcher.seqs.clear();
    second.happen("r1", 2);
    QTRY_VERIFY(watcher.has(1, 2));
    QVERIFY(second.requests.isEmpty());

    watcher.client.disconnectFromServer();
    QCOMPARE(watcher.client.state(), State::Idle);
    QTRY_VERIFY(!second.hasAdmin());
    QCOMPARE(watcher.client.retryAtMs(), 0);
}

} // namespace possync::remote

QTEST_GUILESS_MAIN(possync::remote::AdminTest)
#include "tst_peer_admin.moc"
