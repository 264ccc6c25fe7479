// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/restclient.h"
#include "tests/console/peer/peer.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::remote {

/// Questions over HTTP to a server that answers well, badly, or not at all.
class RestTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void questionsAreEncoded();
    void answersArriveDecoded();
    void troubleIsExplained_data();
    void troubleIsExplained();
    void absentServerIsExplained();
    void silenceEndsInTime();
    void endlessAnswerIsCutOff();
    void redirectionIsNotFollowed();
    void nobodyIsAnsweredAfterTheirEnd();
    void theClientMayGoWhileAsking();
};

namespace {

/// Waits for the answer to one question.
template<typename T>
struct Ear {
    std::optional<Answer<T>> heard;
    int count = 0;
    Receiver<T> receiver()
    {
        return [this](const Answer<T> &answer) {
            heard.emplace(answer);
            ++count;
        };
    }
};

} // namespace

void RestTest::questionsAreEncoded()
{
    test::Peer peer;
    peer.answer = [](const test::PeerRequest &) { return test::jsonAnswer("{}"); };
    RestClient rest(QUrl(peer.url().toString() + u'/'));
    rest.setToken("secret");
    Ear<ChangePage> page;
    rest.changes(u"oh/bombay & söhne?"_s, 12, 34, this, page.receiver());
    QTRY_VERIFY(page.heard);
    QCOMPARE(peer.requests[0].target,
             QByteArray("/api/restaurants/oh%2Fbombay%20%26%20s%C3%B6hne%3F/changes"
                        "?since=12&limit=34"));
    QVERIFY(peer.requests[0].head.contains("\r\nAuthorization: Bearer secret\r\n"));

    Ear<LogPage> logs;
    rest.logs(0, 50, u"warning"_s, this, logs.receiver());
    QTRY_VERIFY(logs.heard);
    QCOMPARE(peer.requests[1].target, QByteArray("/api/logs?limit=50&level=warning"));

    Ear<std::vector<SyncResult>> synced;
    rest.sync({{.restaurant = u"r1"_s,
                .dataType = u"orders"_s,
                .action = u"created"_s,
                .entityId = u"o1"_s,
                .userId = {},
                .data = R"({"total_amount":25.50})",
                .deviceId = u"possyncctl"_s,
                .changeId = "c1",
                .timestampMs = 0}},
              this, synced.receiver());
    QTRY_VERIFY(synced.heard);
    QCOMPARE(peer.requests[2].method, QByteArray("POST"));
    QCOMPARE(peer.requests[2].target, QByteArray("/api/sync"));
    QVERIFY(peer.requests[2].head.toLower().contains("content-type: application/json\r\n"));
    QVERIFY(peer.requests[2].body.contains("25.50"));
}

void RestTest::answersArriveDecoded()
{
    test::Peer peer;
    peer.answer = [](const test::PeerRequest &request) {
        if (request.target == "/api/health")
            return test::jsonAnswer(R"({"status":"ok","version":"0.1.0","uptime_s":3})");
        if (request.target == "/api/restaurants")
            return test::jsonAnswer(R"({"restaurants":[{"id":"r1","head":4}]})");
        if (request.target.endsWith("/devices"))
            return test::jsonAnswer(R"({"devices":[{"device_id":"till","connected":true}]})");
        if (request.target.endsWith("/data"))
            return test::jsonAnswer(R"({"data":{"orders":[{"id":"o1","total":25.50}]}})");
        return test::jsonAnswer(test::pageText(test::changeTexts(1, 2), 2, 2));
    };
    RestClient rest(peer.url());
    Ear<Health> health;
    Ear<QList<RestaurantSummary>> restaurants;
    Ear<QList<DeviceStatus>> devices;
    Ear<RecordList> records;
    Ear<ChangePage> page;
    rest.health(this, health.receiver());
    rest.restaurants(this, restaurants.receiver());
    rest.devices(u"r1"_s, this, devices.receiver());
    rest.records(u"r1"_s, this, records.receiver());
    rest.changes(u"r1"_s, 0, 10, this, page.receiver());
    QTRY_VERIFY(health.heard && restaurants.heard && devices.heard && records.heard && page.heard);
    QCOMPARE((*health.heard)->version, u"0.1.0"_s);
    QCOMPARE((*restaurants.heard)->front().head, 4u);
    QCOMPARE((*devices.heard)->front().restaurant, u"r1"_s);
    QCOMPARE((*records.heard)->front().second[0].data, QByteArray(R"({"id":"o1","total":25.50})"));
    QCOMPARE((*page.heard)->changes.size(), 2u);
}

void RestTest::troubleIsExplained_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("part");
    QTest::newRow("stated by the server")
        << test::jsonAnswer(R"({"status":"error","code":"unknown_restaurant","message":"No r9."})",
                            404)
               .bytes
        << u"unknown_restaurant"_s << u"No r9."_s;
    QTest::newRow("no token")
        << test::jsonAnswer(R"({"code":"unauthorized","message":"Token wanted."})", 401).bytes
        << u"unauthorized"_s << u"Token wanted."_s;
    QTest::newRow("another program's error page")
        << test::jsonAnswer("<html>Bad gateway</html>", 502).bytes << u"http_502"_s << u"502"_s;
    QTest::newRow("not JSON") << test::jsonAnswer("<html>hello</html>").bytes << u"bad_answer"_s
                              << u"makes no sense"_s;
    QTest::newRow("empty") << test::jsonAnswer("").bytes << u"bad_answer"_s << u"makes no sense"_s;
    QTest::newRow("a list") << test::jsonAnswer("[]").bytes << u"bad_answer"_s
                            << u"makes no sense"_s;
    QTest::newRow("field missing")
        << test::jsonAnswer(R"({"version":"1"})").bytes << u"bad_answer"_s << u"\"status\""_s;
    QTest::newRow("cut short") << QByteArray(
        "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"status\":\"ok\"")
                               << u"unreachable"_s << u"closed the connection"_s;
    QTest::newRow("hung up") << QByteArray() << u"unreachable"_s << u"closed the connection"_s;
    QTest::newRow("not HTTP") << QByteArray("220 mail.example ESMTP\r\n") << u"unreachable"_s
                              << u"Could not reach"_s;
}

void RestTest::troubleIsExplained()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, code);
    QFETCH(QString, part);
    test::Peer peer;
    peer.answer = [&](const test::PeerRequest &) { return test::PeerAnswer{bytes, true}; };
    RestClient rest(peer.url());
    Ear<Health> ear;
    rest.health(this, ear.receiver());
    QTRY_VERIFY(ear.heard);
    QVERIFY(!*ear.heard);
    const RemoteError &error = ear.heard->error();
    QCOMPARE(error.code, code);
    QVERIFY2(error.message.contains(part), qPrintable(error.message));
    QCOMPARE(ear.count, 1);
}

void RestTest::absentServerIsExplained()
{
    QUrl url;
    {
        test::Peer gone;
        url = gone.url();
    }
    RestClient rest(url);
    Ear<Health> ear;
    rest.health(this, ear.receiver());
    QTRY_VERIFY(ear.heard);
    QVERIFY(!*ear.heard);
    QCOMPARE(ear.heard->error().code, u"unreachable"_s);
    QVERIFY(ear.heard->error().message.contains(u"127.0.0.1:%1"_s.arg(url.port())));
    QVERIFY(ear.heard->error().message.contains(u"nothing answers there"_s));
    QVERIFY(ear.heard->error().hint.contains(u"possync-server"_s));
}

void RestTest::silenceEndsInTime()
{
    test::Peer peer;
    peer.answer = [](const test::PeerRequest &) { return test::PeerAnswer{{}, false}; };
    RestClient rest(peer.url());
    Ear<QByteArray> ear;
    rest.get(u"/api/health"_s, this, ear.receiver(), std::chrono::milliseconds(100));
    QTRY_VERIFY(ear.heard);
    QVERIFY(!*ear.heard);
    QCOMPARE(ear.heard->error().code, u"timeout"_s);
}

void RestTest::endlessAnswerIsCutOff()
{
    test::Peer peer;
    peer.answer = [](const test::PeerRequest &) {
        return test::PeerAnswer{"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
                                    + QByteArray(4 << 20, '['),
                                false};
    };
    RestClient rest(peer.url());
    rest.setLargestAnswer(1 << 20);
    Ear<Health> ear;
    rest.health(this, ear.receiver());
    QTRY_VERIFY(ear.heard);
    QVERIFY(!*ear.heard);
    QCOMPARE(ear.heard->error().code, u"bad_answer"_s);
    QVERIFY2(ear.heard->error().message.contains(u"1 MiB"_s),
             qPrintable(ear.heard->error().message));
    QCOMPARE(ear.count, 1);
}

void RestTest::redirectionIsNotFollowed()
{
    test::Peer elsewhere;
    elsewhere.answer = [](const test::PeerRequest &) {
        return test::jsonAnswer(R"({"status":"ok"})");
    };
    test::Peer peer;
    peer.answer = [&](const test::PeerRequest &) {
        return test::PeerAnswer{"HTTP/1.1 307 Away\r\nContent-Length: 0\r\nConnection: close\r\n"
                                "Location: "
                                    + elsewhere.url().toEncoded() + "/api/health\r\n\r\n",
                                true};
    };
    RestClient rest(peer.url());
    rest.setToken("secret"); // must not travel to a machine nobody named
    Ear<Health> ear;
    rest.health(this, ear.receiver());
    QTRY_VERIFY(ear.heard);
    QVERIFY(!*ear.heard);
    QCOMPARE(ear.heard->error().code, u"http_307"_s);
    QVERIFY(elsewhere.requests.isEmpty());
}

void RestTest::nobodyIsAnsweredAfterTheirEnd()
{
    test::Peer peer;
    peer.answer = [](const test::PeerRequest &) { return test::jsonAnswer(R"({"status":"ok"})"); };
    RestClient rest(peer.url());
    Ear<Health> dead;
    Ear<Health> marker;
    auto asker = std::make_unique<QObject>();
    rest.health(asker.get(), dead.receiver());
    asker.reset();
    QTRY_COMPARE(peer.requests.size(), 1);
    rest.health(this, marker.receiver());
    QTRY_VERIFY(marker.heard);
    QCOMPARE(dead.count, 0);
}

void RestTest::theClientMayGoWhileAsking()
{
    test::Peer peer;
    peer.answer = [](const test::PeerRequest &) { return test::PeerAnswer{{}, false}; };
    Ear<Health> ear;
    {
        RestClient rest(peer.url());
        rest.health(this, ear.receiver());
        QTRY_COMPARE(peer.requests.size(), 1);
    }
    QCOMPARE(ear.count, 0);
    // An answer may end the client that brought it.
    peer.answer = [](const test::PeerRequest &) { return test::jsonAnswer(R"({"status":"ok"})"); };
    auto rest = std::make_unique<RestClient>(peer.url());
    bool isOver = false;
    rest->health(this, [&](const Answer<Health> &) {
        rest.release()->deleteLater();
        isOver = true;
    });
    QTRY_VERIFY(isOver);
}

} // namespace possync::remote

QTEST_GUILESS_MAIN(possync::remote::RestTest)
#include "tst_peer_rest.moc"
