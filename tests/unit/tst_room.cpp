// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/audit.h"
#include "tests/unit/testhost.h"

#include <QTest>

using namespace possync;
using test::TestHost;
using test::twin;
using test::typed;

namespace {

classic::SyncRequest post(const QByteArrayList &changes)
{
    return *classic::decodeSync("{\"restaurant_id\":\"r\",\"device_id\":\"d1\",\"changes\":["
                                + changes.join(',') + "]}");
}

} // namespace

class RoomTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void relaysNothingBeforeItIsStored();
    void twinIsOneChange();
    void copyOverHttpIsADuplicate();
    void sameIdOtherContentIsAnotherChange();
    void idsOfTheServerAreItsOwn();
    void failedCommitTellsTheSender();
    void ownChangeIsKnownOnANewConnection();
    void numbersGivenOutAgainAreNobodysOwn();
    void deviceNeverSeenGetsNothing();
    void missedChangesComeAfterReconnecting();
    void heldBackDeviceMissesNothing();
    void pongConfirmsOnlyWhatWasBeforeThePing();
    void auditFindsAChangedRecord();
};

void RoomTest::relaysNothingBeforeItIsStored()
{
    TestHost host;
    host.connect(1, "d1");
    host.connect(2, "d2");
    host.storesAtOnce = false;
    host.send(1, typed("o", "\"a\":1"));
    QVERIFY(host.got[2].isEmpty());
    host.store();
    QCOMPARE(host.got[2].size(), 1);
    QVERIFY(host.got[1].isEmpty());
}

void RoomTest::twinIsOneChange()
{
    TestHost host;
    host.connect(1, "d1");
    host.connect(2, "d2");
    host.send(1, typed("o", "\"a\":1"));
    host.send(1, twin("o", "\"a\":1", "c1"));
    QCOMPARE(host.got[2].size(), 1);
    QCOMPARE(host.room.head(), 1U);
    // The same fields seconds later are another action of the user.
    host.send(1, typed("o", "\"a\":1", "12:00:09.000"));
    QCOMPARE(host.room.head(), 2U);
}

void RoomTest::copyOverHttpIsADuplicate()
{
    TestHost host;
    host.connect(1, "d1");
    host.connect(2, "d2");
    host.send(1, typed("o", "\"a\":1"));
    host.send(1, twin("o", "\"a\":1", "c1"));
    host.room.syncPosted(
        7, post({twin("o", "\"a\":1", "c1"), twin("p", "\"b\":2", "c2", "12:00:01.000")}),
        host.now);
    QVERIFY(host.replies.empty());
    host.store();
    QCOMPARE(host.replies.size(), 1U);
    QCOMPARE(host.replies[0].results[0].outcome, core::Outcome::Duplicate);
    QCOMPARE(host.replies[0].results[0].seq, 1U);
    QCOMPARE(host.replies[0].results[1].outcome, core::Outcome::Applied);
    // Typed for the new one, and one sync_update, which the sender's socket gets as well.
    QCOMPARE(host.got[2].size(), 3);
    QVERIFY(host.got[2][1].startsWith("{\"type\":\"order_update\""));
    QVERIFY(host.got[2][2].startsWith("{\"type\":\"sync_update\""));
    QCOMPARE(host.got[1].size(), 1);
}

void RoomTest::sameIdOtherContentIsAnotherChange()
{
    TestHost host;
    host.connect(2, "d2");
    const QByteArrayList both{twin("o", "\"a\":1", "c1"), twin("o", "\"a\":2", "c1")};
    host.room.syncPosted(1, post(both), host.now);
    host.store();
    QCOMPARE(host.room.head(), 2U);
    host.room.syncPosted(2, post(both), host.now);
    host.store();
    QCOMPARE(host.room.head(), 2U);
    QCOMPARE(host.replies.back().results[1].outcome, core::Outcome::Duplicate);
    QCOMPARE(host.room.entities().find(DataType::Orders, "o")->record,
             QByteArray(R"({"id":"o","a":2})"));
}

void RoomTest::idsOfTheServerAreItsOwn()
{
    TestHost host;
    host.connect(1, "d1");
    host.connect(2, "d2");
    // What the next change without an id will be called, and a message of the server's own.
    const QByteArrayList taken{twin("a", "\"n\":1", "ps-01234567-3"),
                               twin("b", "\"n\":1", "ps-01234567-kept-4")};
    for (const QByteArray &text : taken)
        host.send(1, text);
    host.send(1, typed("c", "\"n\":1"));
    for (const QByteArray &text : taken)
        host.send(1, text); // a repeat is one, by its own name
    QCOMPARE(host.room.head(), 3U);
    QCOMPARE(host.got[2].size(), 5);
    QVERIFY(host.got[2][0].contains("\"change_id\":\"ps-01234567-3~"));
    QVERIFY(host.got[2][2].contains("\"change_id\":\"ps-01234567-kept-4~"));
    QVERIFY(host.got[2][4].contains("\"change_id\":\"ps-01234567-3\""));
    // Given, it is known like any other.
    host.send(1, host.got[2][4]);
    QCOMPARE(host.room.head(), 3U);
}

void RoomTest::failedCommitTellsTheSender()
{
    TestHost host;
    host.connect(1, "d1");
    host.connect(2, "d2");
    host.storesAtOnce = false;
    host.send(1, twin("o", "\"a\":1", "c1"));
    host.room.syncPosted(1, post({twin("p", "\"a\":1", "c2")}), host.now);
    static_cast<void>(host.room.takeBlock());
    host.fail();
    QVERIFY(host.got[2].isEmpty());
    QCOMPARE(host.got[1].size(), 1);
    QVERIFY(host.got[1][0].contains("storage_unavailable"));
    QVERIFY(!host.replies[0].stored);
    QCOMPARE(host.room.head(), 0U);
    host.storesAtOnce = true;
    host.send(1, twin("o", "\"a\":1", "c1"));
    QCOMPARE(host.room.head(), 1U);
    QCOMPARE(host.got[2].size(), 2); // typed first, then as it came
    QVERIFY(host.got[2][0].startsWith("{\"type\":\"order_update\""));
}

void RoomTest::ownChangeIsKnownOnANewConnection()
{
    TestHost host;
    host.connect(1, "d1");
    host.connect(2, "d2");
    host.storesAtOnce = false;
    host.send(1, typed("o", "\"a\":1"));
    host.room.disconnected(1, host.now);
    host.connect(3, "d1");
    host.store();
    QCOMPARE(host.got[2].size(), 1);
    QVERIFY(host.got[3].isEmpty());
}

void RoomTest::numbersGivenOutAgainAreNobodysOwn()
{
    TestHost host;
    host.connect(1, "d1");
    host.storesAtOnce = false;
    host.send(1, typed("o", "\"a\":1"));
    host.room.disconnected(1, host.now);
    host.connect(2, "d1");
    static_cast<void>(host.room.takeBlock());
    host.fail();
    host.store();
    // A second tablet with the id: its change has the number of the one that was not stored.
    host.connect(3, "d1", "10.0.0.2");
    host.send(3, typed("p", "\"a\":1"));
    host.store();
    QCOMPARE(host.room.head(), 1U);
    host.confirm(2);
    host.store();
    QCOMPARE(host.got[2].size(), 1);
    QVERIFY(host.got[2][0].contains("\"p\""));
}

void RoomTest::deviceNeverSeenGetsNothing()
{
    TestHost host;
    host.connect(1, "d1");
    host.send(1, typed("o", "\"a\":1"));
    host.connect(2, "d2");
    QVERIFY(host.got[2].isEmpty());
}

void RoomTest::missedChangesComeAfterReconnecting()
{
    TestHost host;
    host.connect(1, "d1");
    host.connect(2, "d2");
    host.room.disconnected(2, host.now);
    host.send(1, typed("o", "\"a\":1"));
    host.send(1, twin("p", "\"b\":2", "c2"));
    host.connect(3, "d2");
    QCOMPARE(host.got[3].size(), 2);
    QVERIFY(host.got[3][0].contains("\"change_id\":\"ps-01234567-1\""));
    QVERIFY(host.got[3][1].startsWith("{\"type\":\"order_update\",\"order_id\":\"p\""));
}

void RoomTest::heldBackDeviceMissesNothing()
{
    TestHost host;
    host.connect(1, "d1");
    host.connect(2, "d2");
    host.room.disconnected(2, host.now);
    host.send(1, typed("o", "\"a\":1"));
    host.room.connected(3, "d2", "10.0.0.1", "10.0.0.1:1", std::nullopt, host.now, true);
    host.store();
    // It is served, and told nothing out of order.
    host.send(3, typed("mine", "\"b\":2"));
    host.send(1, typed("p", "\"a\":1", "12:00:05.000"));
    host.confirm(3);
    QCOMPARE(host.got[1].size(), 1);
    QVERIFY(host.got[3].isEmpty());
    host.fail(); // a commit that fails lets nobody in either
    QVERIFY(host.got[3].isEmpty());
    host.room.letCatchUp(3, host.now);
    host.readPages();
    QCOMPARE(host.got[3].size(), 2);
    QVERIFY(host.got[3][0].contains("\"order_id\":\"o\""));
    QVERIFY(host.got[3][1].contains("\"order_id\":\"p\""));
    host.send(1, typed("q", "\"a\":1", "12:00:09.000"));
    QCOMPARE(host.got[3].size(), 3);
    host.room.letCatchUp(3, host.now);
    host.room.letCatchUp(99, host.now);
    QCOMPARE(host.got[3].size(), 3);
}

void RoomTest::pongConfirmsOnlyWhatWasBeforeThePing()
{
    TestHost host;
    host.connect(1, "d1");
    host.connect(2, "d2");
    host.send(1, typed("o", "\"a\":1"));
    host.now.monotonicUs += 1'000'000;
    host.room.tick(host.now);
    const quint64 barrier = host.pings[2];
    host.send(1, typed("p", "\"a\":1", "12:00:05.000"));
    host.room.confirmed(2, barrier + 5, host.now); // nobody asked for this one
    QCOMPARE(host.room.connections().at(2).confirmedSeq, 0U);
    host.room.confirmed(2, barrier, host.now);
    QCOMPARE(host.room.connections().at(2).confirmedSeq, 1U);
    // Never confirmed: comes again.
    host.room.disconnected(2, host.now);
    host.connect(3, "d2");
    QCOMPARE(host.got[3].size(), 1);
}

void RoomTest::auditFindsAChangedRecord()
{
    TestHost host;
    host.connect(1, "d1");
    host.send(1, typed("o", "\"a\":1"));
    const auto audited = [&](std::vector<core::StateRow> rows) {
        core::Audit audit(std::map<core::RestaurantNo, quint64>{{1, 0}});
        for (const core::JournalBlock &block : host.blocks)
            audit.addBlock(block);
        for (const core::StateRow &row : rows)
            audit.addState(1, row);
        return audit.problems();
    };
    std::vector<core::StateRow> rows = host.room.takeState();
    QCOMPARE(audited(rows), QStringList());
    for (core::StateRow &row : rows)
        row.value.replace("\"a\":1", "\"a\":2");
    QCOMPARE(audited(rows).size(), 1);
}

QTEST_GUILESS_MAIN(RoomTest)
#include "tst_room.moc"
