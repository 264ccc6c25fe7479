// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/fields.h"
#include "console/remote/wire.h"

#include <QTest>
#include <random>

using namespace possync;
using namespace possync::remote;
using namespace Qt::StringLiterals;

class WireTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheExactTextOfData();
    void readsEveryFrame_data();
    void readsEveryFrame();
    void namesTheFieldThatIsWrong_data();
    void namesTheFieldThatIsWrong();
    void survivesMutilatedFrames();
    void readsRestAnswers();
    void takesTheWholeNumbersOthersWrite();
    void writesWhatTheServerReads();
    void putsTheIdFirstAndKeepsTheRest();
};

namespace {

const QByteArray changeText =
    R"({"seq":7,"change_id":"c-7","data_type":"orders","action":"updated","entity_id":"o1",)"
    R"("data":{"id":"o1", "total":25.50,"note":"चाय \u00e9"},"device_id":"d1","user_id":null,)"
    R"("timestamp":"2024-01-01T12:00:00.000","received_at":"2024-01-01T11:00:00.250Z",)"
    R"("outcome":"applied","via":"websocket"})";

} // namespace

void WireTest::keepsTheExactTextOfData()
{
    const auto frame =
        wire::decodeFrame(R"({"type":"changes","restaurant":"r","changes":[)" + changeText + "]}");
    QVERIFY2(frame, frame ? "" : qPrintable(frame.error()));
    const auto &batch = std::get<wire::ChangeBatch>(*frame);
    QCOMPARE(batch.restaurant, u"r"_s);
    const ChangeEntry &change = batch.changes.at(0);
    QCOMPARE(change.data, QByteArray(R"({"id":"o1", "total":25.50,"note":"चाय \u00e9"})"));
    QCOMPARE(change.seq, 7U);
    QCOMPARE(change.restaurant, "r"_ba);
    QCOMPARE(change.userId, QByteArray());
    QCOMPARE(change.receivedMs - change.sentMs, -3599750);
}

void WireTest::readsEveryFrame_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("index");
    QTest::newRow("welcome") << QByteArray(
        R"({"type":"welcome","server":"possync-server","version":"1","protocol":1,"time":"2024-01-01T11:00:00.250Z"})")
                             << 0;
    QTest::newRow("restaurants") << QByteArray(
        R"({"type":"restaurants","restaurants":[{"id":"r","name":null,"device_count":2,"head":9,"epoch":"e","changes_per_second":1.5,"last_change_at":null,"state":"online","warnings":["w"]}]})")
                                 << 1;
    QTest::newRow("devices") << QByteArray(
        R"({"type":"devices","restaurant":"r","devices":[{"connection":null,"device_id":"d","connected":false,"position":3,"lag":0}]})")
                             << 2;
    QTest::newRow("changes") << R"({"type":"changes","restaurant":"r","changes":[]})"_ba << 3;
    QTest::newRow("traffic") << QByteArray(
        R"({"type":"traffic","at":"2024-01-01T11:00:00.250Z","interval_ms":1000,"restaurant":null,"changes":{"orders":4},"deliveries":8})")
                             << 4;
    QTest::newRow("logs") << QByteArray(
        R"({"type":"logs","lines":[{"no":1,"at":"2024-01-01T11:00:00.250Z","level":"info","component":"gate","text":"hello"}]})")
                          << 5;
    QTest::newRow("gap") << R"({"type":"gap","topic":"logs","missed":4})"_ba << 6;
    QTest::newRow("result") << R"({"type":"result","id":"c1","ok":true,"result":{"seq":5}})"_ba
                            << 7;
    QTest::newRow("of the future") << R"({"type":"weather","sun":true})"_ba << 8;
}

void WireTest::readsEveryFrame()
{
    QFETCH(QByteArray, text);
    QFETCH(int, index);
    const auto frame = wire::decodeFrame(text);
    QVERIFY2(frame, frame ? "" : qPrintable(frame.error()));
    QCOMPARE(int(frame->index()), index);
}

void WireTest::namesTheFieldThatIsWrong_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("field");
    QTest::newRow("no type") << "{}"_ba << u"\"type\""_s;
    QTest::newRow("type is a number") << R"({"type":5})"_ba << u"\"type\""_s;
    QTest::newRow("no list") << R"({"type":"changes","restaurant":"r"})"_ba << u"\"changes\""_s;
    QTest::newRow("list of texts")
        << R"({"type":"changes","restaurant":"r","changes":["x"]})"_ba << u"changes"_s;
    QTest::newRow("negative number")
        << R"({"type":"logs","lines":[{"no":-1,"text":"x"}]})"_ba << u"\"no\""_s;
    QTest::newRow("broken number")
        << R"({"type":"logs","lines":[{"no":1.5,"text":"x"}]})"_ba << u"\"no\""_s;
    QTest::newRow("time") << R"({"type":"traffic","at":"noon"})"_ba << u"\"at\""_s;
    QTest::newRow("ok is a text") << R"({"type":"result","id":"c1","ok":"yes"})"_ba << u"\"ok\""_s;
    QTest::newRow("not JSON") << "hello"_ba << u"JSON"_s;
    QTest::newRow("empty") << QByteArray() << u"JSON"_s;
}

void WireTest::namesTheFieldThatIsWrong()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, field);
    const auto frame = wire::decodeFrame(text);
    QVERIFY(!frame);
    QVERIFY2(frame.error().contains(field), qPrintable(frame.error()));
}

void WireTest::survivesMutilatedFrames()
{
    const QByteArray whole =
        R"({"type":"changes","restaurant":"r","changes":[)" + changeText + "]}";
    for (qsizetype size = 0; size < whole.size(); ++size)
        QVERIFY(!wire::decodeFrame(whole.first(size)));
    std::mt19937 chance(1);
    for (int round = 0; round < 20000; ++round) {
        QByteArray text = whole;
        for (int i = 0; i < 3; ++i)
            text[qsizetype(chance() % quint32(text.size()))] = char(chance());
        if (const auto frame = wire::decodeFrame(text); !frame)
            QVERIFY(!frame.error().isEmpty());
    }
}

void WireTest::readsRestAnswers()
{
    const auto page = wire::decodeChangePage(
        R"({"epoch":"e","changes":[)" + changeText + R"(],"next":7,"head":9,"more":true})", u"r"_s);
    QVERIFY(page);
    QCOMPARE(page->next, 7U);
    QCOMPARE(page->head, 9U);
    QVERIFY(page->hasMore);

    const auto records = wire::decodeRecords(
        R"({"restaurant_id":"r","data":{"orders":[{"id":"o1","x":1.50}],"tables":[]}})");
    QVERIFY(records);
    QCOMPARE(records->size(), 2U);
    QCOMPARE(records->at(0).second.at(0).data, R"({"id":"o1","x":1.50})"_ba);

    const auto results = wire::decodeSyncResults(
        R"({"status":"success","results":[{"change_id":"a","outcome":"rejected","code":"bad_field","message":"m"}]})");
    QVERIFY(results);
    QCOMPARE(results->at(0).code, u"bad_field"_s);

    const auto error = wire::decodeError(R"({"status":"error","code":"x","message":"y"})");
    QVERIFY(error);
    QCOMPARE(error->message, u"y"_s);
    QVERIFY(!wire::decodeError("<html>"));
}

void WireTest::takesTheWholeNumbersOthersWrite()
{
    const QByteArray text = R"({"a":5.0,"b":5e2,"c":1e300,"d":-3})";
    QCOMPARE(Fields(text).counter("a"), 5U);
    QCOMPARE(Fields(text).integer("b"), 500);
    Fields tooLarge(text);
    QCOMPARE(tooLarge.integer("c"), 0);
    QVERIFY(tooLarge.error().contains(u"\"c\""_s));
    QCOMPARE(Fields(text).integer("d"), -3);
    QCOMPARE(Fields(text).optionalInteger("e"), std::nullopt);
}

void WireTest::writesWhatTheServerReads()
{
    QCOMPARE(wire::encodeSubscribe({u"logs"_s, u"changes"_s}, {}),
             R"({"type":"subscribe","topics":["logs","changes"],"restaurant":null})"_ba);
    QCOMPARE(wire::encodeCommand(u"c1"_s, u"kick"_s, R"({"connection":5})"),
             R"({"type":"command","id":"c1","command":"kick","connection":5})"_ba);
    NewChange change;
    change.restaurant = u"Café \"1\""_s;
    change.dataType = u"orders"_s;
    change.action = u"updated"_s;
    change.entityId = u"o1"_s;
    change.deviceId = u"possyncctl"_s;
    change.changeId = "c-1";
    change.data = R"({"total":25.50})";
    const auto body = wire::encodeSync({change});
    json::Members members;
    QVERIFY(json::parseObject(body, members));
    QCOMPARE(json::unquoted(json::find(members, "restaurant_id")->value), "Café \"1\""_ba);
    QVERIFY(body.contains(R"("data":{"id":"o1","total":25.50})"));
}

void WireTest::putsTheIdFirstAndKeepsTheRest()
{
    QCOMPARE(wire::withId(R"({ "a": 1.50, "id":"other","b":[1, 2]})", u"o1"_s),
             R"({"id":"o1","a":1.50,"b":[1, 2]})"_ba);
    QCOMPARE(wire::withId("{}", u"o1"_s), R"({"id":"o1"})"_ba);
}

QTEST_GUILESS_MAIN(WireTest)
#include "tst_remote_wire.moc"
