// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/bytes.h"
#include "server/core/record.h"

#include <QTest>
#include <QtEndian>

using namespace possync;
using namespace possync::core;

namespace {

StoredChange sample(bool full)
{
    StoredChange stored;
    stored.seq = 0x0102030405060708ULL;
    stored.receivedAtMs = 1'700'000'000'123;
    stored.change = *classic::decodeChange(
        full
            ? R"({"type":"data_change","data_type":"orders","action":"updated","data":{"id":"o","price":25.50},"device_id":"d","user_id":"u","timestamp":"2024-01-01T12:00:00.000","change_id":"c"})"
            : R"({"type":"order_update","order_id":"o","action":"created","data":{}})");
    stored.originDevice = full ? "d" : "connection";
    stored.originSlot = full ? 3 : unknownSlot;
    stored.viaHttp = full;
    return stored;
}

QByteArray mixedBody()
{
    QByteArray body;
    appendRecord(body, sample(true));
    appendRecord(body, Alias{7, "second", 99, 5, "{}", 6});
    appendRecord(body, DeviceSeen{"d", 2, 11, 12, "10.0.0.1", true});
    appendRecord(body, RecordsSent{"d", 13, 14});
    appendRecord(body, sample(false));
    return body;
}

} // namespace

class RecordTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void changeComesBackWhole_data();
    void changeComesBackWhole();
    void orderAndKindsAreKept();
    void emptyBodyHasNoRecords();
    void cutBodiesAreNeverMisread();
    void unknownKindIsRefused();
    void borrowedTextsAreTheSame();
    void roomThatWasGuessedIsNoPartOfIt();
    void storedFormDoesNotChange();
};

void RecordTest::changeComesBackWhole_data()
{
    QTest::addColumn<bool>("full");
    QTest::newRow("every field") << true;
    QTest::newRow("few fields") << false;
}

void RecordTest::changeComesBackWhole()
{
    QFETCH(bool, full);
    const StoredChange stored = sample(full);
    QByteArray body;
    appendRecord(body, stored);
    const auto records = readRecords(body);
    QVERIFY(records.has_value());
    QCOMPARE(records->size(), 1U);
    const StoredChange &back = *std::get<StoredChangePtr>(records->front());
    QCOMPARE(back.seq, stored.seq);
    QCOMPARE(back.receivedAtMs, stored.receivedAtMs);
    QCOMPARE(back.originDevice, stored.originDevice);
    QCOMPARE(back.originSlot, stored.originSlot);
    QCOMPARE(back.viaHttp, stored.viaHttp);
    QCOMPARE(back.change.raw, stored.change.raw);
    QCOMPARE(back.change.typed, stored.change.typed);
    QCOMPARE(back.change.dataType, stored.change.dataType);
    QCOMPARE(back.change.action, stored.change.action);
    QCOMPARE(back.change.entityId, stored.change.entityId);
    QCOMPARE(back.change.changeId, stored.change.changeId);
    QCOMPARE(back.change.deviceId, stored.change.deviceId);
    QCOMPARE(back.change.userId, stored.change.userId);
    QCOMPARE(back.change.timestampMs, stored.change.timestampMs);
    QCOMPARE(back.change.contentHash, stored.change.contentHash);
    QCOMPARE(back.change.data().toByteArray(), stored.change.data().toByteArray());
}

void RecordTest::orderAndKindsAreKept()
{
    const auto records = readRecords(mixedBody());
    QVERIFY(records.has_value());
    QCOMPARE(records->size(), 5U);
    QVERIFY(std::holds_alternative<StoredChangePtr>((*records)[0]));
    const auto &alias = std::get<Alias>((*records)[1]);
    QCOMPARE(alias.seq, 7U);
    QCOMPARE(alias.changeId, QByteArray("second"));
    QCOMPARE(alias.contentHash, 99U);
    QCOMPARE(alias.receivedAtMs, 5);
    QCOMPARE(alias.effectText, QByteArray("{}"));
    QCOMPARE(alias.atSeq, 6U);
    const auto &device = std::get<DeviceSeen>((*records)[2]);
    QCOMPARE(device.deviceId, QByteArray("d"));
    QCOMPARE(device.slot, quint16(2));
    QCOMPARE(device.cursor, 11U);
    QCOMPARE(device.atMs, 12);
    QCOMPARE(device.host, QByteArray("10.0.0.1"));
    QVERIFY(device.shared);
    const auto &sent = std::get<RecordsSent>((*records)[3]);
    QCOMPARE(sent.deviceId, QByteArray("d"));
    QCOMPARE(sent.seq, 13U);
    QCOMPARE(sent.atMs, 14);
    QVERIFY(std::holds_alternative<StoredChangePtr>((*records)[4]));
}

void RecordTest::emptyBodyHasNoRecords()
{
    const auto records = readRecords({});
    QVERIFY(records.has_value());
    QVERIFY(records->empty());
}

void RecordTest::cutBodiesAreNeverMisread()
{
    const QByteArray whole = mixedBody();
    // Where a record ends, what is before it is a body of its own; anywhere else it is none.
    std::vector<qsizetype> ends{0};
    while (ends.back() < whole.size())
        ends.push_back(ends.back() + 4
                       + qFromLittleEndian<qint32>(whole.constData() + ends.back()));
    QCOMPARE(ends.back(), whole.size());
    QCOMPARE(ends.size(), 6U);
    for (qsizetype size = 0; size <= whole.size(); ++size) {
        const auto records = readRecords(whole.first(size));
        const auto end = std::ranges::find(ends, size);
        QCOMPARE(records.has_value(), end != ends.end());
        if (records)
            QCOMPARE(records->size(), static_cast<std::size_t>(end - ends.begin()));
    }
}

void RecordTest::unknownKindIsRefused()
{
    QByteArray body = mixedBody();
    body[4] = 77;
    QVERIFY(!readRecords(body));
    QByteArray later = mixedBody();
    later.append(QByteArray::fromHex("0100000009"));
    QVERIFY(!readRecords(later));
}

void RecordTest::borrowedTextsAreTheSame()
{
    const QByteArray body = mixedBody();
    const auto copied = readRecords(body);
    const auto borrowed = readRecords(body, Texts::Borrowed);
    QVERIFY(copied && borrowed);
    // Written again, each field comes out as it went in.
    QByteArray again;
    for (const Record &record : *borrowed) {
        if (const auto *change = std::get_if<StoredChangePtr>(&record)) {
            const QByteArray &raw = (*change)->change.raw;
            QVERIFY(raw.constData() > body.constData()
                    && raw.constData() + raw.size() <= body.constData() + body.size());
            appendRecord(again, **change);
        }
    }
    QByteArray expected;
    for (const Record &record : *copied) {
        if (const auto *change = std::get_if<StoredChangePtr>(&record)) {
            const QByteArray &raw = (*change)->change.raw;
            QVERIFY(raw.constData() < body.constData()
                    || raw.constData() >= body.constData() + body.size());
            appendRecord(expected, **change);
        }
    }
    QCOMPARE(again, expected);
    QVERIFY(!again.isEmpty());
    const auto &alias = std::get<Alias>((*borrowed)[1]);
    QCOMPARE(alias.changeId, QByteArray("second"));
    QCOMPARE(std::get<DeviceSeen>((*borrowed)[2]).host, QByteArray("10.0.0.1"));
}

void RecordTest::roomThatWasGuessedIsNoPartOfIt()
{
    QByteArray exact("before");
    ByteWriter(exact).number(quint64(7)).text("a text").number(quint8(1));
    for (const qsizetype room : {1, 8, 19, 20, 1000}) {
        QByteArray body("before");
        ByteWriter(body, room).number(quint64(7)).text("a text").number(quint8(1));
        QCOMPARE(body, exact);
    }
    QByteArray body("before");
    ByteWriter(body, 100);
    QCOMPARE(body, QByteArray("before"));
}

void RecordTest::storedFormDoesNotChange()
{
    // Databases in the field hold these bytes: a failure here means a new record kind is due.
    // Only the end of a kind may grow, as long as it is read without the new part too.
    QByteArray body;
    appendRecord(body, Alias{1, "ab", 2, 3, {}, 4});
    QCOMPARE(body.toHex(), QByteArray("2b000000"
                                      "02"
                                      "0100000000000000"
                                      "0200000000000000"
                                      "0300000000000000"
                                      "02000000"
                                      "6162"
                                      "00000000"
                                      "0400000000000000"));
    body.clear();
    appendRecord(body, DeviceSeen{"d", 1, 2, 3, "h", true});
    QCOMPARE(body.toHex(), QByteArray("1e000000"
                                      "03"
                                      "0100"
                                      "0200000000000000"
                                      "0300000000000000"
                                      "01000000"
                                      "64"
                                      "01000000"
                                      "68"
                                      "01"));
    body.clear();
    appendRecord(body, RecordsSent{"d", 1, 2});
    QCOMPARE(body.toHex(), QByteArray("16000000"
                                      "04"
                                      "0100000000000000"
                                      "0200000000000000"
                                      "01000000"
                                      "64"));
}

QTEST_GUILESS_MAIN(RecordTest)
#include "tst_record.moc"
