// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/bytes.h"
#include "tests/unit/testhost.h"

#include <QTest>

using namespace possync;
using test::TestHost;
using test::typed;
using test::userTwin;
using test::userTyped;

namespace {

bool isRecord(const QByteArray &message)
{
    return message.contains("\"device_id\":\"possync\"");
}

QByteArray userRecord(const TestHost &host)
{
    const core::Entity *user = host.room.entities().find(DataType::Users, "u1");
    return user ? user->record : QByteArray();
}

/// d1 is there; d2 was there before change 1, under 10.0.0.2, and before change 3, under 10.0.0.3.
/// Change 1 is gone from the journal, so that one of its cursors is below the floor and one is not.
core::RestaurantImage twoCursors()
{
    TestHost host;
    host.connect(1, "d1");
    host.connect(2, "d2", "10.0.0.2");
    host.room.disconnected(2, host.now);
    host.send(1, typed("o", "\"a\":1"));
    host.send(1, typed("p", "\"a\":1"));
    host.connect(3, "d2", "10.0.0.3");
    host.confirm(3);
    host.room.disconnected(3, host.now);
    host.room.disconnected(1, host.now);
    core::RestaurantImage image = host.image(1);
    image.state = host.room.takeState();
    return image;
}

/// After twoCursors(): d2 has come back below the floor, has got records up to change 3, then
/// change 4, and is gone.
void giveRecords(TestHost &host)
{
    host.connect(1, "d1");
    host.send(1, typed("o", "\"a\":3"));
    host.connect(2, "d2", "10.0.0.2");
    host.confirm(2);
    host.send(1, typed("o", "\"a\":4"));
    host.room.disconnected(2, host.now);
}

} // namespace

/// A device that comes back and gets records instead of changes.
class ReturningTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void recordsWaitForTheirMark();
    void failedMarkIsStoredAgain();
    void changesDuringRecordsFollow();
    void anotherSlotGetsRecordsToo();
    void markOutlivesTheServer_data();
    void markOutlivesTheServer();
    void lateNameReachesWhoIsLive();
    void lateNameReachesWhoReturns();
    void lateNameIsOwedUntilItHasArrived();
    void olderLateChangeGoesUnderNewer();
    void olderLateRemovalGoesUnderNewer();
    void lateChangeBeforeARemovalIsNothing();
    void backBeforeTheCommitGetsNoEcho();
    void secondTabletGetsWhatItLacksOnceKnown();
    void oldDoubtsAreForgotten();
    void readsRowsOfOlderVersions();
    void readsRecordsOfOlderVersions();
};

void ReturningTest::recordsWaitForTheirMark()
{
    TestHost host(twoCursors());
    host.storesAtOnce = false;
    host.connect(2, "d2", "10.0.0.2");
    QVERIFY(host.got[2].isEmpty());
    QVERIFY(host.room.hasBlock());
    host.store();
    QCOMPARE(host.got[2].size(), 2);
    QVERIFY(isRecord(host.got[2][0]) && isRecord(host.got[2][1]));
    QCOMPARE(host.room.devices().all().at("d2").recordsSeq, 2U);
    // Confirmed only as a whole.
    QCOMPARE(host.room.connections().at(2).confirmedSeq, 0U);
    host.confirm(2);
    QCOMPARE(host.room.connections().at(2).confirmedSeq, 2U);
}

void ReturningTest::failedMarkIsStoredAgain()
{
    TestHost host(twoCursors());
    host.storesAtOnce = false;
    host.connect(2, "d2", "10.0.0.2");
    static_cast<void>(host.room.takeBlock());
    host.fail();
    QVERIFY(host.got[2].isEmpty());
    QCOMPARE(host.room.devices().all().at("d2").recordsSeq, 0U);
    host.store();
    QCOMPARE(host.got[2].size(), 2);
    QCOMPARE(host.room.devices().all().at("d2").recordsSeq, 2U);
    QVERIFY(host.room.connections().at(2).live);
}

void ReturningTest::changesDuringRecordsFollow()
{
    TestHost host(twoCursors());
    host.connect(1, "d1");
    host.storesAtOnce = false;
    host.connect(2, "d2", "10.0.0.2");
    host.send(1, typed("q", "\"a\":1"));
    host.store();
    // It came behind the mark, so no record holds it.
    QCOMPARE(host.got[2].size(), 3);
    QVERIFY(isRecord(host.got[2][0]) && isRecord(host.got[2][1]) && !isRecord(host.got[2][2]));
    QCOMPARE(host.room.devices().all().at("d2").recordsSeq, 2U);
    QVERIFY(host.room.connections().at(2).live);
}

void ReturningTest::anotherSlotGetsRecordsToo()
{
    TestHost host(twoCursors());
    giveRecords(host);
    QCOMPARE(host.got[2].size(), 3);
    QVERIFY(isRecord(host.got[2][0]) && isRecord(host.got[2][1]) && !isRecord(host.got[2][2]));
    // Its other cursor, 2, is above the floor. Change 3 would go over the record, and change 4,
    // which it knows, would not come after it.
    host.connect(3, "d2", "10.0.0.3");
    QCOMPARE(host.got[3].size(), 1);
    QVERIFY(isRecord(host.got[3][0]));
    QVERIFY(host.got[3][0].contains(R"({"id":"o","a":4})"));
    host.confirm(3);
    host.send(1, typed("o", "\"a\":5"));
    QVERIFY(!isRecord(host.got[3].back()));
    // Above the mark there are changes again.
    host.room.disconnected(3, host.now);
    host.connect(4, "d2", "10.0.0.3");
    QCOMPARE(host.got[4].size(), 1);
    QVERIFY(!isRecord(host.got[4][0]));
}

void ReturningTest::markOutlivesTheServer_data()
{
    QTest::addColumn<bool>("isSaved");
    QTest::newRow("in the journal") << false;
    QTest::newRow("in saved state") << true;
}

void ReturningTest::markOutlivesTheServer()
{
    QFETCH(bool, isSaved);
    const core::RestaurantImage before = twoCursors();
    TestHost host(before);
    giveRecords(host);
    core::RestaurantImage image = host.image(1);
    image.state = before.state;
    if (isSaved) {
        std::map<QByteArray, core::StateRow> rows; // as the store keeps them
        for (const core::StateRow &row : before.state)
            rows[row.key] = row;
        for (const core::StateRow &row : host.room.takeState())
            rows[row.key] = row;
        image.state.clear();
        for (const auto &[key, row] : rows)
            image.state.push_back(row);
        image.tail.clear();
    }
    TestHost again(image);
    QCOMPARE(again.room.devices().all().at("d2").recordsSeq, 3U);
    again.connect(3, "d2", "10.0.0.3");
    QCOMPARE(again.got[3].size(), 1);
    QVERIFY(isRecord(again.got[3][0]));
}

void ReturningTest::lateNameReachesWhoIsLive()
{
    TestHost host(twoCursors());
    host.connect(1, "d1");
    host.connect(4, "d4");
    host.send(1, userTyped("updated", "\"name\":\"Ann\"", "12:00:00.000"));
    host.connect(2, "d2", "10.0.0.2");
    const auto before = host.got[2].size();
    QCOMPARE(host.got[4].size(), 1);
    host.send(1, userTwin("updated", "\"name\":\"Ann\"", "12:00:00.003"));
    QCOMPARE(host.got[2].size(), before + 1);
    QVERIFY(isRecord(host.got[2].back()));
    QVERIFY(host.got[2].back().contains(R"({"id":"u1","name":"Ann"})"));
    QCOMPARE(host.got[4].size(), 1); // has had the change itself
}

void ReturningTest::lateNameReachesWhoReturns()
{
    TestHost host(twoCursors());
    host.connect(1, "d1");
    host.send(1, userTyped("updated", "\"name\":\"Ann\"", "12:00:00.000"));
    host.connect(2, "d2", "10.0.0.2");
    host.confirm(2);
    host.room.disconnected(2, host.now);
    host.send(1, userTwin("updated", "\"name\":\"Ann\"", "12:00:00.003"));
    host.connect(3, "d2", "10.0.0.2");
    QCOMPARE(host.got[3].size(), 1);
    QVERIFY(host.got[3][0].contains(R"({"id":"u1","name":"Ann"})"));
    // The same from the journal alone.
    core::RestaurantImage image = host.image(1);
    image.state = twoCursors().state;
    TestHost again(image);
    again.connect(2, "d2", "10.0.0.2");
    QVERIFY(again.got[2].join().contains(R"({"id":"u1","name":"Ann"})"));
}

void ReturningTest::lateNameIsOwedUntilItHasArrived()
{
    TestHost host(twoCursors());
    host.connect(1, "d1");
    host.send(1, userTyped("updated", "\"name\":\"Ann\"", "12:00:00.000"));
    host.connect(2, "d2", "10.0.0.2");
    host.confirm(2);
    host.room.disconnected(2, host.now);
    host.send(1, userTwin("updated", "\"name\":\"Ann\"", "12:00:00.003"));
    host.send(1, typed("o", "\"a\":9"));
    for (core::ConnectionId id = 3; id < 5; ++id) {
        host.connect(id, "d2", "10.0.0.2");
        QVERIFY(host.got[id].last().contains(R"({"id":"u1","name":"Ann"})"));
        // The ping went out with the change, before the record.
        host.confirm(id);
        host.room.disconnected(id, host.now);
    }
    host.connect(5, "d2", "10.0.0.2");
    host.confirm(5);
    host.now.monotonicUs += core::Room::Options().barrierIntervalUs;
    host.room.tick(host.now);
    host.confirm(5);
    host.room.disconnected(5, host.now);
    host.connect(6, "d2", "10.0.0.2");
    QVERIFY(host.got[6].isEmpty());
}

void ReturningTest::olderLateChangeGoesUnderNewer()
{
    TestHost host;
    host.connect(1, "d1");
    host.send(1, userTyped("updated", "\"name\":\"Ann\",\"phone\":\"1\"", "12:00:00.000"));
    host.send(1, userTyped("updated", "\"name\":\"Anne\"", "12:00:05.000"));
    QVERIFY(userRecord(host).isEmpty());
    host.send(1, userTwin("updated", "\"name\":\"Anne\"", "12:00:05.003"));
    const core::RestaurantImage half = [&] {
        core::RestaurantImage image = host.image();
        image.state = host.room.takeState();
        return image;
    }();
    host.send(1, userTwin("updated", "\"name\":\"Ann\",\"phone\":\"1\"", "12:00:00.003"));
    QCOMPARE(userRecord(host), QByteArray(R"({"id":"u1","name":"Anne","phone":"1"})"));
    QCOMPARE(userRecord(TestHost(host.image())), userRecord(host));
    // Over state saved in between, and over state that has it all.
    core::RestaurantImage image = host.image();
    image.state = half.state;
    QCOMPARE(userRecord(TestHost(image)), userRecord(host));
    image.state = TestHost(host.image()).room.takeState();
    const TestHost full(image);
    QCOMPARE(userRecord(full), userRecord(host));
    QCOMPARE(full.room.entities().find(DataType::Users, "u1")->rev,
             host.room.entities().find(DataType::Users, "u1")->rev);
}

void ReturningTest::olderLateRemovalGoesUnderNewer()
{
    TestHost host;
    host.connect(1, "d1");
    host.send(1, userTwin("created", "\"name\":\"Ann\",\"phone\":\"1\"", "11:00:00.000"));
    host.send(1, userTyped("deleted", "\"why\":\"left\"", "12:00:00.000"));
    host.send(1, userTwin("created", "\"name\":\"Anne\"", "12:00:05.003"));
    QCOMPARE(userRecord(host), QByteArray(R"({"id":"u1","name":"Anne","phone":"1"})"));
    host.send(1, userTwin("deleted", "\"why\":\"left\"", "12:00:00.003"));
    QCOMPARE(userRecord(host), QByteArray(R"({"id":"u1","name":"Anne"})"));
    QCOMPARE(userRecord(TestHost(host.image())), userRecord(host));
}

void ReturningTest::lateChangeBeforeARemovalIsNothing()
{
    TestHost host;
    host.connect(1, "d1");
    host.send(1, userTyped("updated", "\"name\":\"Ann\"", "12:00:00.000"));
    host.send(1, userTwin("deleted", "\"why\":\"left\"", "12:00:05.003"));
    host.send(1, userTwin("updated", "\"name\":\"Ann\"", "12:00:00.003"));
    const core::Entity *user = host.room.entities().find(DataType::Users, "u1");
    QVERIFY(user && user->deleted);
    QVERIFY(user->record.isEmpty());
}

void ReturningTest::backBeforeTheCommitGetsNoEcho()
{
    TestHost host;
    host.connect(1, "d");
    host.connect(2, "other");
    host.storesAtOnce = false;
    host.send(1, typed("o", "\"a\":1"));
    host.connect(3, "d"); // 1 seems alive
    host.room.disconnected(1, host.now);
    host.send(3, typed("o", "\"a\":2"));
    host.store();
    QVERIFY(host.got[3].isEmpty());
    QCOMPARE(host.got[2].size(), 2);
    QVERIFY(host.shared.isEmpty());
}

void ReturningTest::secondTabletGetsWhatItLacksOnceKnown()
{
    TestHost host;
    host.connect(1, "d");
    host.storesAtOnce = false;
    host.send(1, typed("o", "\"a\":1"));
    host.connect(2, "d", "10.0.0.2");
    host.send(1, typed("p", "\"a\":1"));
    host.store();
    QVERIFY(host.got[2].isEmpty());
    host.storesAtOnce = true;
    host.now.monotonicUs += core::Room::Options().barrierIntervalUs;
    host.room.tick(host.now);
    host.confirm(2);
    QCOMPARE(host.room.connections().at(2).confirmedSeq, 2U);
    host.confirm(1);
    QCOMPARE(host.shared, QByteArrayList{"d"});
    QCOMPARE(host.got[2].size(), 2);
    QVERIFY(isRecord(host.got[2][0]) && isRecord(host.got[2][1]));
    QVERIFY(host.room.connections().at(2).live);
    // Until it has them, it is where it was; also in another slot.
    QCOMPARE(host.room.connections().at(2).confirmedSeq, 0U);
    host.room.disconnected(2, host.now);
    host.connect(3, "d", "10.0.0.3");
    QCOMPARE(host.got[3].size(), 2);
    host.send(1, typed("o", "\"a\":2"));
    QVERIFY(!isRecord(host.got[3].last()));
}

void ReturningTest::oldDoubtsAreForgotten()
{
    TestHost host;
    host.connect(1, "d");
    host.storesAtOnce = false;
    host.send(1, typed("o", "\"a\":1"));
    host.connect(2, "d", "10.0.0.2");
    host.storesAtOnce = true;
    host.store();
    host.confirm(2);
    host.now.wallMs += 6 * 60'000;
    host.confirm(1);
    QCOMPARE(host.shared, QByteArrayList{"d"});
    QVERIFY(host.got[2].isEmpty());
}

void ReturningTest::readsRowsOfOlderVersions()
{
    core::StateRow device{"dold", {}, false};
    core::ByteWriter(device.value)
        .number(quint8(1)) // shared
        .number(quint16(1))
        .text("user")
        .number(quint16(0))
        .number(quint64(5))
        .number(qint64(7))
        .text("10.0.0.9");
    core::StateRow user{QByteArray("e") + char(DataType::Users) + "u1", {}, false};
    core::ByteWriter(user.value)
        .number(quint64(9)) // last change
        .number(quint64(8)) // newest that took effect late
        .number(quint32(3))
        .number(quint8(0))
        .number(qint64(1))
        .number(quint64(1))
        .text("d1")
        .text(R"({"id":"u1","name":"Ann"})");
    core::RestaurantImage image = TestHost::emptyImage();
    image.headSeq = 9;
    image.state = {device, user};
    const TestHost host(image);
    const core::Device &read = host.room.devices().all().at("old");
    QVERIFY(read.shared);
    QCOMPARE(read.recordsSeq, 0U);
    QCOMPARE(read.userId, QByteArray("user"));
    QCOMPARE(read.slots.size(), 1U);
    QCOMPARE(read.slots[0].cursor, 5U);
    QCOMPARE(userRecord(host), QByteArray(R"({"id":"u1","name":"Ann"})"));
    // That version dropped late changes older than the newest; so they stay.
    const auto applyLate = [](core::Entities &entities, quint64 seq) {
        core::StoredChange late;
        late.seq = seq;
        late.change = *classic::decodeChange(
            userTwin("updated", "\"name\":\"A" + QByteArray::number(seq) + '"', "12:00:00.000"));
        return entities.applyLate(late, 9);
    };
    core::Entities entities = host.room.entities();
    QVERIFY(!applyLate(entities, 7));
    QVERIFY(applyLate(entities, 9));
    QCOMPARE(entities.find(DataType::Users, "u1")->record,
             QByteArray(R"({"id":"u1","name":"A9"})"));
}

void ReturningTest::readsRecordsOfOlderVersions()
{
    QByteArray alias;
    core::ByteWriter(alias)
        .number(quint8(2))
        .number(quint64(4))
        .number(quint64(5))
        .number(qint64(6))
        .text("c1")
        .text({});
    QByteArray body;
    core::ByteWriter(body).text(alias);
    const auto records = core::readRecords(body);
    QVERIFY(records);
    QCOMPARE(records->size(), 1U);
    const auto &first = std::get<core::Alias>(records->at(0));
    QCOMPARE(first.seq, 4U);
    QCOMPARE(first.changeId, QByteArray("c1"));
    QCOMPARE(first.atSeq, 0U);
}

QTEST_GUILESS_MAIN(ReturningTest)
#include "tst_returning.moc"
