// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/classicmessage.h"
#include "console/remote/wire.h"
#include "tests/console/peer/peer.h"

#include <QRegularExpression>
#include <QTest>
#include <random>

using namespace Qt::StringLiterals;

namespace possync::remote {

/// Frames and answers of the admin protocol, read and written.
class WireTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void framesAreUnderstood();
    void badFieldsAreNamed_data();
    void badFieldsAreNamed();
    void dataKeepsItsText_data();
    void dataKeepsItsText();
    void unknownTypesAndFieldsPass();
    void answersAreUnderstood();
    void errorsAreRead();
    void damageIsAlwaysAnError();
    void aSentChangeIsWhatTheAppSends();
    void idIsSetOnce_data();
    void idIsSetOnce();
    void framesWrittenAreJson();
};

namespace {

template<typename T>
T decoded(const QByteArray &frame)
{
    auto result = wire::decodeFrame(frame);
    if (!result) {
        qWarning().noquote() << result.error();
        return {};
    }
    if (!std::holds_alternative<T>(*result)) {
        qWarning() << "another kind of frame";
        return {};
    }
    return std::get<T>(*result);
}

const QByteArray devices =
    R"({"type":"devices","restaurant":"r1","devices":[)"
    R"({"connection":7,"device_id":"till-1","user_id":"asha","protocol":"classic",)"
    R"("address":"127.0.0.1:5000","connected_at":"2026-06-12T20:00:00.000Z",)"
    R"("last_seen_at":"2026-06-12T20:14:00.000Z","round_trip_ms":3,"clock_skew_ms":-61000,)"
    R"("position":8,"lag":2,"queued_bytes":99,"shared_id":true,"state":"catching_up",)"
    R"("connected":true},)"
    R"({"connection":null,"device_id":"bar","connected":false,"last_seen_at":null,)"
    R"("position":1,"lag":9,"state":"offline"}]})";

const QByteArray traffic =
    R"({"type":"traffic","at":"2026-06-12T20:14:31.000Z","interval_ms":1000,"restaurant":"r1",)"
    R"("changes":{"orders":4,"printers":1},"deliveries":9,"bytes_in":100,"bytes_out":200,)"
    R"("connections":1,"rejected":2,"latency_p50_us":300,"latency_p99_us":900})";

} // namespace

void WireTest::framesAreUnderstood()
{
    const auto welcome = decoded<wire::Welcome>(
        R"({"type":"welcome","server":"possync-server","version":"0.1.0","protocol":1,)"
        R"("time":"1970-01-01T00:00:05.000Z","started_at":"1970-01-01T00:00:01.000Z"})");
    QCOMPARE(welcome.version, u"0.1.0"_s);
    QCOMPARE(welcome.serverMs, 5000);
    QCOMPARE(welcome.startedMs, 1000);

    const auto restaurants = decoded<QList<RestaurantSummary>>(
        R"({"type":"restaurants","restaurants":[{"id":"r/1","name":null,"device_count":3,)"
        R"("head":12,"epoch":"e1","changes_per_second":1.5,"last_change_at":null,)"
        R"("state":"lagging","warnings":["two tablets share an id"]}]})");
    QCOMPARE(restaurants.size(), 1);
    QCOMPARE(restaurants[0], (RestaurantSummary{.id = u"r/1"_s,
                                                .deviceCount = 3,
                                                .head = 12,
                                                .epoch = u"e1"_s,
                                                .changesPerSecond = 1.5,
                                                .state = u"lagging"_s,
                                                .warnings = {u"two tablets share an id"_s}}));

    const auto list = decoded<wire::DeviceList>(devices);
    QCOMPARE(list.devices.size(), 2);
    const DeviceStatus &till = list.devices[0];
    QCOMPARE(till.restaurant, u"r1"_s);
    QCOMPARE(till.roundTripMs, std::optional<qint64>(3));
    QCOMPARE(till.clockSkewMs, std::optional<qint64>(-61000));
    QCOMPARE(till.lag, 2u);
    QVERIFY(till.isShared && till.isConnected && till.isCatchingUp);
    QVERIFY(!list.devices[1].isConnected);
    QVERIFY(!list.devices[1].roundTripMs);

    const auto sample = decoded<TrafficSample>(traffic);
    QCOMPARE(sample.changes[0], 4);
    QCOMPARE(sample.changes[5], 1);
    QCOMPARE(sample.latencyP99Us, 900);
    QCOMPARE(sample.rejected, 2);

    const auto lines = decoded<QList<LogLine>>(
        R"({"type":"logs","lines":[{"no":4,"at":"1970-01-01T00:00:01.000Z","level":"warning",)"
        R"("component":"net","text":"\u0022hi\u0022"}]})");
    QCOMPARE(lines.size(), 1);
    QCOMPARE(lines[0].text, u"\"hi\""_s);
    QCOMPARE(lines[0].atMs, 1000);

    QCOMPARE(decoded<wire::Gap>(R"({"type":"gap","topic":"logs","missed":17})").missed, 17);

    const auto done = decoded<wire::CommandResult>(
        R"({"type":"result","id":"c1","ok":true,"result":{"seq":77}})");
    QCOMPARE(done.id, u"c1"_s);
    QVERIFY(done.result.has_value());
    QCOMPARE(*done.result, QByteArray("{\"seq\":77}"));
    const auto refused = decoded<wire::CommandResult>(
        R"({"type":"result","id":"c2","ok":false,"error":{"code":"unknown","message":"No."}})");
    QVERIFY(!refused.result.has_value());
    QCOMPARE(refused.result.error().code, u"unknown"_s);
    QCOMPARE(refused.result.error().message, u"No."_s);
}

void WireTest::badFieldsAreNamed_data()
{
    QTest::addColumn<QByteArray>("frame");
    QTest::addColumn<QString>("field");
    QTest::newRow("no type") << QByteArray("{}") << u"type"_s;
    QTest::newRow("type a number") << QByteArray(R"({"type":7})") << u"type"_s;
    QTest::newRow("welcome: no protocol") << QByteArray(R"({"type":"welcome"})") << u"protocol"_s;
    QTest::newRow("welcome: protocol a text")
        << QByteArray(R"({"type":"welcome","protocol":"1"})") << u"protocol"_s;
    QTest::newRow("welcome: half a protocol")
        << QByteArray(R"({"type":"welcome","protocol":1.5})") << u"protocol"_s;
    QTest::newRow("restaurants: no list")
        << QByteArray(R"({"type":"restaurants"})") << u"restaurants"_s;
    QTest::newRow("restaurants: an object")
        << QByteArray(R"({"type":"restaurants","restaurants":{}})") << u"restaurants"_s;
    QTest::newRow("restaurants: an element no object")
        << QByteArray(R"({"type":"restaurants","restaurants":[1]})") << u"restaurants"_s;
    QTest::newRow("restaurants: no id")
        << QByteArray(R"({"type":"restaurants","restaurants":[{"head":1}]})") << u"id"_s;
    QTest::newRow("restaurants: negative head")
        << QByteArray(R"({"type":"restaurants","restaurants":[{"id":"r","head":-1}]})")
        << u"head"_s;
    QTest::newRow("restaurants: warnings a text")
        << QByteArray(R"({"type":"restaurants","restaurants":[{"id":"r","warnings":"w"}]})")
        << u"warnings"_s;
    QTest::newRow("restaurants: warning a number")
        << QByteArray(R"({"type":"restaurants","restaurants":[{"id":"r","warnings":[1]}]})")
        << u"warnings"_s;
    QTest::newRow("devices: no restaurant")
        << QByteArray(R"({"type":"devices","devices":[]})") << u"restaurant"_s;
    QTest::newRow("devices: no device id")
        << QByteArray(R"({"type":"devices","restaurant":"r","devices":[{}]})") << u"device_id"_s;
    QTest::newRow("devices: flag a number") << QByteArray(
        R"({"type":"devices","restaurant":"r","devices":[{"device_id":"d","connected":1}]})")
                                            << u"connected"_s;
    QTest::newRow("devices: time nonsense") << QByteArray(
        R"({"type":"devices","restaurant":"r","devices":[{"device_id":"d","last_seen_at":"noon"}]})")
                                            << u"last_seen_at"_s;
    const QByteArray change = test::changeText(5);
    QTest::newRow("changes: no seq")
        << test::batchText(QByteArray(change).replace("\"seq\"", "\"x\"")) << u"seq"_s;
    QTest::newRow("changes: seq negative")
        << test::batchText(QByteArray(change).replace("\"seq\":5", "\"seq\":-5")) << u"seq"_s;
    QTest::newRow("changes: seq beyond exact doubles")
        << test::batchText(QByteArray(change).replace("\"seq\":5", "\"seq\":1e300")) << u"seq"_s;
    QTest::newRow("changes: no data type")
        << test::batchText(QByteArray(change).replace("\"data_type\"", "\"x\"")) << u"data_type"_s;
    QTest::newRow("changes: no action")
        << test::batchText(QByteArray(change).replace("\"action\"", "\"x\"")) << u"action"_s;
    QTest::newRow("changes: data a list")
        << test::batchText(test::changeText(5, "[]")) << u"data"_s;
    QTest::newRow("traffic: count a text")
        << QByteArray(traffic).replace("\"orders\":4", "\"orders\":\"4\"") << u"orders"_s;
    QTest::newRow("traffic: bytes a text")
        << QByteArray(traffic).replace("\"bytes_in\":100", "\"bytes_in\":\"x\"") << u"bytes_in"_s;
    QTest::newRow("logs: no number")
        << QByteArray(R"({"type":"logs","lines":[{"text":"x"}]})") << u"no"_s;
    QTest::newRow("logs: no text")
        << QByteArray(R"({"type":"logs","lines":[{"no":1}]})") << u"text"_s;
    QTest::newRow("gap: no topic") << QByteArray(R"({"type":"gap","missed":1})") << u"topic"_s;
    QTest::newRow("result: no id") << QByteArray(R"({"type":"result","ok":true})") << u"id"_s;
    QTest::newRow("result: no ok") << QByteArray(R"({"type":"result","id":"c1"})") << u"ok"_s;
    QTest::newRow("result: result a list")
        << QByteArray(R"({"type":"result","id":"c1","ok":true,"result":[]})") << u"result"_s;
}

void WireTest::badFieldsAreNamed()
{
    QFETCH(QByteArray, frame);
    QFETCH(QString, field);
    const auto result = wire::decodeFrame(frame);
    QVERIFY(!result);
    QVERIFY2(result.error().contains(u'"' + field + u'"') || result.error().contains(field + u':'),
             qPrintable(result.error()));
}

void WireTest::dataKeepsItsText_data()
{
    QTest::addColumn<QByteArray>("data");
    QTest::newRow("money") << QByteArray(R"({"total_amount":25.50})");
    QTest::newRow("large integer") << QByteArray(R"({"n":123456789012345678901234567890})");
    QTest::newRow("blanks and order") << QByteArray("{ \"b\" : 1 ,\t\"a\":[ 1, 2 ] }");
    QTest::newRow("escapes") << QByteArray(R"({"a":"\u00e9\/\"}"})");
    QTest::newRow("braces in text") << QByteArray(R"({"a":"}]{[","b":{"c":"\\"}})");
    QTest::newRow("unicode") << QByteArray(R"({"dish":"Gulab jamun – गुलाब जामुन"})");
    QTest::newRow("empty") << QByteArray("{}");
}

void WireTest::dataKeepsItsText()
{
    QFETCH(QByteArray, data);
    const auto batch = decoded<wire::ChangeBatch>(test::batchText(test::changeText(5, data)));
    QCOMPARE(batch.changes.size(), 1u);
    QCOMPARE(batch.changes[0].data, data);
    QCOMPARE(batch.changes[0].restaurant, QByteArray("r1"));
    QCOMPARE(batch.changes[0].entityId, QByteArray("order_5"));
    QCOMPARE(batch.changes[0].receivedMs - batch.changes[0].sentMs, 1250);
}

void WireTest::unknownTypesAndFieldsPass()
{
    QCOMPARE(decoded<wire::Unknown>(R"({"type":"conflicts","conflicts":[]})").type, u"conflicts"_s);
    QCOMPARE(
        decoded<wire::Gap>(R"({"type":"gap","topic":"logs","missed":1,"why":{"a":[1]}})").topic,
        u"logs"_s);
    // What the device's clock said is its own word, however strange.
    for (const char *clock : {"\"noon\"", "1781295240000", "null", "{}"}) {
        const QByteArray change = test::changeText(1).replace("\"2026-06-12T20:14:00.000\"", clock);
        const auto batch = decoded<wire::ChangeBatch>(test::batchText(change));
        QCOMPARE(batch.changes.size(), 1u);
        QCOMPARE(batch.changes[0].sentMs, 0);
    }
}

void WireTest::answersAreUnderstood()
{
    const auto page =
        wire::decodeChangePage(test::pageText(test::changeTexts(4, 6), 6, 9, true, "e7"), u"r1"_s);
    QVERIFY(page);
    QCOMPARE(page->epoch, u"e7"_s);
    QCOMPARE(page->changes.size(), 3u);
    QCOMPARE(page->changes[2].seq, 6u);
    QCOMPARE(page->next, 6u);
    QCOMPARE(page->head, 9u);
    QVERIFY(page->hasMore);
    QVERIFY(!wire::decodeChangePage(R"({"epoch":"e","changes":[]})", u"r1"_s)); // no next

    const auto health = wire::decodeHealth(
        R"({"status":"ok","timestamp":"1970-01-01T00:00:01.000Z","connectedRestaurants":2,)"
        R"("totalConnections":5,"version":"0.1.0","uptime_s":61.5,"journal":{"state":"ok"}})");
    QVERIFY(health);
    QCOMPARE(health->uptimeS, 61);
    QCOMPARE(health->journalState, u"ok"_s);
    const auto oldHealth = wire::decodeHealth(R"({"status":"ok","uptime_s":1e300})");
    QVERIFY(oldHealth); // an absurd number must not be undefined behaviour
    QCOMPARE(wire::decodeHealth(R"({"status":"ok"})")->uptimeS, -1);

    const auto records = wire::decodeRecords(
        R"({"restaurant_id":"r1","data":{"orders":[{"id":"o1","total":25.50}, {"id":"o2"}],)"
        R"("tables":[]},"timestamp":"x"})");
    QVERIFY(records);
    QCOMPARE(records->size(), 2u);
    QCOMPARE((*records)[0].second[0].data, QByteArray(R"({"id":"o1","total":25.50})"));
    QCOMPARE((*records)[0].second[1].id, QByteArray("o2"));
    QVERIFY(!wire::decodeRecords(R"({"data":[]})"));

    const auto results = wire::decodeSyncResults(
        R"({"status":"success","synced_changes":1,"results":[)"
        R"({"change_id":"a","outcome":"applied","seq":3},)"
        R"({"change_id":"b","outcome":"rejected","code":"bad_field","message":"no"}]})");
    QVERIFY(results);
    QCOMPARE((*results)[0].seq, 3u);
    QCOMPARE((*results)[1].code, u"bad_field"_s);
    QVERIFY(!wire::decodeSyncResults(R"({"status":"success","synced_changes":1})"));
}

void WireTest::errorsAreRead()
{
    const auto error = wire::decodeError(
        R"({"status":"error","type":"error","code":"unknown_restaurant","message":"No such."})");
    QVERIFY(error);
    QCOMPARE(error->code, u"unknown_restaurant"_s);
    QVERIFY(!wire::decodeError("<html>502</html>"));
    QVERIFY(!wire::decodeError("{}"));
    QVERIFY(!wire::decodeError(R"({"message":7})"));
}

void WireTest::damageIsAlwaysAnError()
{
    const QList<QByteArray> good{devices, traffic, test::batchText(test::changeTexts(1, 3)),
                                 R"({"type":"result","id":"c1","ok":true,"result":null})",
                                 R"({"type":"gap","topic":"changes","missed":-99999999999})"};
    for (const QByteArray &frame : good) {
        QVERIFY(wire::decodeFrame(frame));
        for (qsizetype length = 0; length < frame.size(); ++length)
            QVERIFY(!wire::decodeFrame(frame.left(length)));
    }
    QVERIFY(!wire::decodeFrame(QByteArray(200000, '[')));
    QVERIFY(!wire::decodeFrame("{\"type\":" + QByteArray(5000, '[') + QByteArray(5000, ']') + '}'));
    QVERIFY(!wire::decodeFrame("{\"type\":\"gap\xff\"}"));

    // Whatever bytes come, the answer is a frame or an error; the sanitizers watch.
    std::mt19937 random(20260612);
    const auto below = [&](qsizetype n) {
        return static_cast<qsizetype>(random() % static_cast<quint64>(std::max<qsizetype>(n, 1)));
    };
    int understood = 0;
    constexpr int rounds = 20000;
    for (int i = 0; i < rounds; ++i) {
        QByteArray frame = good[below(good.size())];
        for (qsizetype edits = 1 + below(3); edits > 0; --edits) {
            const qsizetype at = below(frame.size());
            switch (below(4)) {
            case 0:
                frame.insert(at, "{[\"-0,:}]\\"[below(10)]);
                break;
            case 1:
                frame.remove(at, 1 + below(6));
                break;
            case 2:
                frame.replace("1", "-9223372036854775808");
                break;
            default:
                frame[at] = static_cast<char>(random());
            }
        }
        understood += wire::decodeFrame(frame) ? 1 : 0;
        (void)wire::decodeChangePage(frame, u"r1"_s).has_value();
        (void)wire::decodeRecords(frame).has_value();
    }
    QVERIFY(understood > 0 && understood < rounds);
}

void WireTest::aSentChangeIsWhatTheAppSends()
{
    const NewChange change{.restaurant = u"café \"7\""_s,
                           .dataType = u"orders"_s,
                           .action = u"status_changed"_s,
                           .entityId = u"order_\\1"_s,
                           .userId = {},
                           .data = R"({"total_amount":25.50,"n":12345678901234567890})",
                           .deviceId = u"possyncctl"_s,
                           .changeId = "1_possyncctl_order",
                           .timestampMs = 1000};
    NewChange second = change;
    second.changeId = "2_possyncctl_order";
    const QByteArray body = wire::encodeSync({change, second});
    const auto request = classic::decodeSync(body);
    QVERIFY(request);
    QCOMPARE(request->restaurantId, u"café \"7\""_s.toUtf8());
    QCOMPARE(request->deviceId, QByteArray("possyncctl"));
    QCOMPARE(request->changes.size(), 2u);
    const auto &decodedChange = request->changes[0];
    QVERIFY2(decodedChange.has_value(),
             decodedChange ? "" : decodedChange.error().message.constData());
    QCOMPARE(decodedChange->dataType, DataType::Orders);
    QCOMPARE(decodedChange->action, Action::StatusChanged);
    QCOMPARE(decodedChange->entityId, QByteArray("order_\\1"));
    QCOMPARE(decodedChange->timestampMs, std::optional<qint64>(1000));
    QVERIFY(!decodedChange->userId);
    QVERIFY(decodedChange->data().contains("25.50"));
    QVERIFY(decodedChange->data().contains("12345678901234567890"));
    QCOMPARE(request->changes[1]->changeId, QByteArray("2_possyncctl_order"));
}

void WireTest::idIsSetOnce_data()
{
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("none") << QByteArray() << QByteArray(R"({"id":"o\"1"})");
    QTest::newRow("empty") << QByteArray("{}") << QByteArray(R"({"id":"o\"1"})");
    QTest::newRow("added") << QByteArray(R"({"a":1.50})")
                           << QByteArray(R"({"id":"o\"1","a":1.50})");
    QTest::newRow("replaced") << QByteArray(R"({"a":1,"id":"x","b":2})")
                              << QByteArray(R"({"id":"o\"1","a":1,"b":2})");
    QTest::newRow("escaped key") << QByteArray(R"({"\u0069d":"x","\u0061":2})")
                                 << QByteArray(R"({"id":"o\"1","\u0061":2})");
    QTest::newRow("not an object") << QByteArray("[1]") << QByteArray(R"({"id":"o\"1"})");
}

void WireTest::idIsSetOnce()
{
    QFETCH(QByteArray, data);
    QFETCH(QByteArray, expected);
    QCOMPARE(wire::withId(data, u"o\"1"_s), expected);
}

void WireTest::framesWrittenAreJson()
{
    json::Members members;
    const QByteArray hello = wire::encodeHello(u"con\"sole"_s);
    QVERIFY(json::parseObject(hello, members));
    QCOMPARE(json::unquoted(json::find(members, "client")->value), QByteArray("con\"sole"));

    QVERIFY(json::parseObject(wire::encodeSubscribe({u"changes"_s, u"logs"_s}, {}), members));
    QCOMPARE(json::find(members, "topics")->value.toByteArray(),
             QByteArray(R"(["changes","logs"])"));
    QCOMPARE(json::find(members, "restaurant")->type, json::Type::Null);

    const QByteArray push =
        wire::encodeCommand(u"c1"_s, u"push"_s,
                            wire::encodePush({.restaurant = u"r1"_s,
                                              .dataType = u"orders"_s,
                                              .action = u"created"_s,
                                              .entityId = u"o1"_s,
                                              .userId = u"asha"_s,
                                              .data = R"({"total_amount":25.50})",
                                              .deviceId = {},
                                              .changeId = {},
                                              .timestampMs = 0}));
    QVERIFY(json::parseObject(push, members));
    QCOMPARE(json::find(members, "change")->value.toByteArray(),
             QByteArray(R"({"data_type":"orders","action":"created","entity_id":"o1",)"
                        R"("user_id":"asha","data":{"id":"o1","total_amount":25.50}})"));
    QVERIFY(json::parseObject(wire::encodeCommand(u"c2"_s, u"x"_s, "{}"), members));
    QVERIFY(json::parseObject(wire::encodeCommand(u"c2"_s, u"x"_s, " { \"a\" : 1 } "), members));
    QVERIFY(json::find(members, "a"));
}

} // namespace possync::remote

QTEST_GUILESS_MAIN(possync::remote::WireTest)
#include "tst_peer_wire.moc"
