// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/audit.h"
#include "tests/unit/v2device.h"

#include <QTest>

using namespace possync;
using core::ConnectionId;
using test::TestHost;
using Device = test::V2Device;
using test::classicOrder;
using test::record;

namespace {

core::Room::Options smallLimits()
{
    core::Room::Options options;
    options.tailBytes = 400; // what is older comes out of pages
    options.v2.windowBytes = 4000;
    return options;
}

} // namespace

class RoomV2Test : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void firstVisitGetsASnapshot();
    void changesReachEveryDeviceAlike();
    void resumesWhereItWas();
    void resumesOutOfPages();
    void wrongPositionsGetASnapshot_data();
    void wrongPositionsGetASnapshot();
    void cutSnapshotGoesOn();
    void repeatGetsTheFirstOutcome();
    void idsOfTheServerAreRefused();
    void otherContentUnderAKnownIdIsRefused();
    void oneBadChangeOfManyIsRefused();
    void failedCommitAsksToComeAgain();
    void unacknowledgedBytesAreBounded();
    void selectedTypesOnly();
    void checksumFindsADifference();
    void fourthResyncIsRefused();
    void secondConnectionReplacesTheFirst();
    void decisionsSurviveARestart();
    void skewedClockDoesNotWin();
    void batchesInFlightAreBounded();
    void presenceTellsWhoIsThere();
    void recordsFollowFromTheJournal();
};

void RoomV2Test::firstVisitGetsASnapshot()
{
    TestHost host;
    host.connect(1, "old");
    host.send(1, classicOrder("o1", "\"total\":25.50"));
    host.send(1, "{\"type\":\"table_update\",\"table_id\":\"t1\",\"action\":\"occupied\",\"data\":"
                 "{\"guests\":2},\"device_id\":\"old\"}");
    Device device(host, 2, "d");
    device.connect();
    QVERIFY(device.replica.welcome().isSnapshot);
    QVERIFY(device.replica.isUpToDate());
    QCOMPARE(device.replica.text(DataType::Orders, "o1"),
             QByteArray(R"({"id":"o1","total":25.50})"));
    QCOMPARE(device.replica.text(DataType::Tables, "t1"),
             QByteArray(R"({"id":"t1","guests":2,"status":"occupied"})"));
    QCOMPARE(device.replica.checksums(), 1);
    QVERIFY(device.replica.takeMismatches().empty());
}

void RoomV2Test::changesReachEveryDeviceAlike()
{
    TestHost host;
    Device a(host, 1, "a");
    Device b(host, 2, "b");
    a.connect();
    b.connect();
    const auto result = a.order("o1", R"("total":12.50,"note":"x")", R"("extra":{"k":1.0})");
    QCOMPARE(result.outcome, v2::Outcome::Applied);
    QCOMPARE(result.seq, 1u);
    QCOMPARE(result.rev, 1u);
    b.pump();
    QCOMPARE(a.replica.records(), b.replica.records());
    QCOMPARE(b.replica.text(DataType::Orders, "o1"),
             QByteArray(R"({"id":"o1","total":12.50,"note":"x"})"));
    QCOMPARE(b.replica.entries().at(0).otherMembers, QByteArray(R"("extra":{"k":1.0})"));
    QCOMPARE(b.replica.entries().at(0).deviceId, QByteArray("a"));
}

void RoomV2Test::resumesWhereItWas()
{
    TestHost host;
    Device a(host, 1, "a");
    Device b(host, 2, "b");
    a.connect();
    b.connect();
    a.order("o1", R"("n":1)");
    b.pump();
    b.disconnect();
    a.order("o1", R"("n":2)");
    a.order("o2", R"("n":3)");
    b.replica.forgetEntries();
    b.connect(3);
    QVERIFY(!b.replica.welcome().isSnapshot);
    QCOMPARE(b.replica.entries().size(), 2u);
    QCOMPARE(a.replica.records(), b.replica.records());
}

void RoomV2Test::resumesOutOfPages()
{
    TestHost host(TestHost::emptyImage(), smallLimits());
    Device a(host, 1, "a");
    Device b(host, 2, "b");
    a.connect();
    b.connect();
    b.disconnect();
    for (int i = 0; i < 200; ++i)
        a.order("o" + QByteArray::number(i % 7), "\"n\":" + QByteArray::number(i));
    b.connect(3);
    QVERIFY(!b.replica.welcome().isSnapshot);
    QCOMPARE(b.replica.entries().size(), 200u);
    QCOMPARE(a.replica.records(), b.replica.records());
    QVERIFY(b.replica.isUpToDate());
    a.order("o1", R"("n":"live")");
    b.pump();
    QCOMPARE(a.replica.records(), b.replica.records());
}

void RoomV2Test::wrongPositionsGetASnapshot_data()
{
    QTest::addColumn<QByteArray>("epoch");
    QTest::addColumn<quint64>("seq");
    QTest::newRow("other epoch") << QByteArray("another") << quint64(1);
    QTest::newRow("beyond the head") << QByteArray("0123456789") << quint64(99);
    QTest::newRow("nonsense") << QByteArray("'; --") << quint64(0);
}

void RoomV2Test::wrongPositionsGetASnapshot()
{
    QFETCH(QByteArray, epoch);
    QFETCH(quint64, seq);
    TestHost host;
    Device a(host, 1, "a");
    a.connect();
    a.order("o1", R"("n":1)");
    v2::Hello hello;
    hello.deviceId = "b";
    hello.position = v2::Position{epoch, seq};
    hello.clockMs = host.now.wallMs;
    host.room.connectedV2(2, hello, {"h", "h:1"}, host.now);
    const auto welcome = v2::decodeFromServer(host.got[2].at(0));
    QVERIFY(welcome);
    QVERIFY(std::get<v2::Welcome>(*welcome).isSnapshot);
    const auto part = v2::decodeFromServer(host.got[2].at(1));
    QCOMPARE(std::get<v2::SnapshotPart>(*part).records.size(), 1u);
}

void RoomV2Test::cutSnapshotGoesOn()
{
    TestHost host(TestHost::emptyImage(), smallLimits());
    host.connect(1, "old");
    const QByteArray note(3000, 'x');
    for (int i = 0; i < 100; ++i)
        host.send(1, classicOrder("o" + QByteArray::number(i), "\"note\":\"" + note + '"'));
    Device device(host, 2, "d");
    host.room.connectedV2(2, device.replica.hello("d", 1), {"h", "h:1"}, host.now);
    device.pump(false); // the window holds the rest back
    QVERIFY(!device.replica.position());
    device.disconnect();
    host.send(1, classicOrder("o5", "\"note\":\"changed meanwhile\""));
    host.send(1, "{\"type\":\"data_change\",\"data_type\":\"orders\",\"action\":\"deleted\","
                 "\"data\":{\"id\":\"o50\"},\"change_id\":\"x\",\"device_id\":\"old\"}");
    device.connect(3);
    QVERIFY(device.replica.welcome().isResumed);
    QVERIFY(device.replica.isUpToDate());
    QCOMPARE(device.replica.snapshots(), 1);
    QCOMPARE(device.replica.records().size(), 99u);
    QVERIFY(device.replica.takeMismatches().empty());
    QVERIFY(device.replica.text(DataType::Orders, "o5").contains("meanwhile"));
}

void RoomV2Test::repeatGetsTheFirstOutcome()
{
    TestHost host;
    Device a(host, 1, "a");
    Device b(host, 2, "b");
    a.connect();
    b.connect();
    a.order("o1", R"("note":"a")", R"("base_rev":0,"hlc":"1699999999000-0")");
    const QByteArray lost = b.changeText("orders", "updated", "o1", R"("note":"b")",
                                         R"("base_rev":0,"hlc":"1699999990000-0")");
    b.push({lost});
    QCOMPARE(b.results.back().outcome, v2::Outcome::Merged);
    QCOMPARE(b.results.back().seq, 0u);
    QCOMPARE(b.results.back().kept.at(0).kept, QByteArray("\"a\""));
    QCOMPARE(b.results.back().kept.at(0).keptBy, QByteArray("a"));
    const quint64 head = host.room.head();
    b.push({lost});
    QCOMPARE(b.results.back().outcome, v2::Outcome::Duplicate);
    QCOMPARE(b.results.back().original, v2::Outcome::Merged);
    QCOMPARE(b.results.back().kept.size(), 1u);
    const QByteArray good = b.changeText("orders", "updated", "o2", R"("n":1)");
    b.push({good, good});
    b.push({good});
    QCOMPARE(b.results.at(b.results.size() - 3).outcome, v2::Outcome::Applied);
    QCOMPARE(b.results.at(b.results.size() - 2).outcome, v2::Outcome::Duplicate);
    QCOMPARE(b.results.back().original, v2::Outcome::Applied);
    QCOMPARE(b.results.back().seq, head + 1);
    QCOMPARE(host.room.head(), head + 1);
}

void RoomV2Test::idsOfTheServerAreRefused()
{
    TestHost host;
    Device a(host, 1, "a");
    a.connect();
    const QByteArray mended = a.changeText("orders", "updated", "o1", R"("n":1)");
    QByteArray change = mended;
    change.replace("a:1", "ps-01234567-1");
    a.push({change, change, mended});
    QCOMPARE(a.results.size(), 3U);
    QCOMPARE(a.results[0].code, QByteArray("bad_field"));
    QCOMPARE(a.results[1].code, QByteArray("bad_field"));
    QCOMPARE(a.results[2].outcome, v2::Outcome::Applied);
    QCOMPARE(host.room.head(), 1U);
}

void RoomV2Test::otherContentUnderAKnownIdIsRefused()
{
    TestHost host;
    Device a(host, 1, "a");
    a.connect();
    const QByteArray first = a.changeText("orders", "updated", "o1", R"("n":1)");
    QByteArray second = first;
    second.replace("\"n\":1", "\"n\":2");
    a.push({first, second});
    QCOMPARE(a.results.back().outcome, v2::Outcome::Rejected);
    QCOMPARE(a.results.back().code, QByteArray("id_reused"));
    QCOMPARE(a.replica.text(DataType::Orders, "o1"), QByteArray(R"({"id":"o1","n":1})"));
}

void RoomV2Test::oneBadChangeOfManyIsRefused()
{
    TestHost host;
    Device a(host, 1, "a");
    a.connect();
    QByteArrayList changes;
    for (int i = 0; i < 100; ++i)
        changes.append(
            i == 50 ? a.changeText("orders", "exploded", "o1", "")
                    : a.changeText("orders", "updated", "o" + QByteArray::number(i), R"("n":1)"));
    a.push(changes);
    QCOMPARE(a.results.size(), 100u);
    QCOMPARE(a.results.at(50).code, QByteArray("unknown_action"));
    QCOMPARE(std::ranges::count(a.results, v2::Outcome::Applied, &v2::ChangeResult::outcome), 99);
    QCOMPARE(host.blocks.back().firstSeq, 1u); // one commit
    QCOMPARE(host.blocks.back().lastSeq, 99u);
    QCOMPARE(a.replica.records().size(), 99u);
}

void RoomV2Test::failedCommitAsksToComeAgain()
{
    TestHost host;
    Device a(host, 1, "a");
    a.connect();
    a.order("o1", R"("n":1)");
    host.storesAtOnce = false;
    const QByteArray lost = a.changeText("orders", "updated", "o1", R"("n":2)");
    a.push({lost});
    QCOMPARE(a.results.size(), 1u);
    static_cast<void>(host.room.takeBlock());
    host.fail();
    host.storesAtOnce = true;
    a.pump();
    QCOMPARE(a.errors, QByteArrayList{"storage_unavailable"});
    QCOMPARE(a.replica.text(DataType::Orders, "o1"), QByteArray(R"({"id":"o1","n":1})"));
    a.push({lost});
    QCOMPARE(a.results.back().outcome, v2::Outcome::Applied);
    QCOMPARE(a.results.back().rev, 2u);
    QCOMPARE(a.replica.text(DataType::Orders, "o1"), QByteArray(R"({"id":"o1","n":2})"));
}

void RoomV2Test::unacknowledgedBytesAreBounded()
{
    TestHost host(TestHost::emptyImage(), smallLimits());
    Device a(host, 1, "a");
    Device b(host, 2, "b");
    a.connect();
    b.connect();
    const QByteArray note(500, 'x');
    for (int i = 0; i < 100; ++i)
        a.order("o" + QByteArray::number(i), "\"note\":\"" + note + '"');
    qsizetype bytes = 0;
    for (const QByteArray &message : host.got[2])
        bytes += message.size();
    QVERIFY2(bytes < 6000, QByteArray::number(bytes));
    b.pump();
    QCOMPARE(a.replica.records(), b.replica.records());
    QVERIFY(b.replica.isUpToDate());
}

void RoomV2Test::selectedTypesOnly()
{
    TestHost host;
    v2::TypeSet tables;
    tables.add(DataType::Tables);
    Device a(host, 1, "a");
    Device b(host, 2, "b", tables);
    a.connect();
    a.order("o1", R"("n":1)");
    b.connect();
    a.order("o2", R"("n":1)");
    a.push({a.changeText("tables", "reserved", "t1", "")});
    a.order("o3", R"("n":1)");
    b.pump();
    QCOMPARE(b.replica.records().size(), 1u);
    QCOMPARE(b.replica.text(DataType::Tables, "t1"),
             QByteArray(R"({"id":"t1","status":"reserved"})"));
    b.disconnect();
    b.connect(3);
    QVERIFY(!b.replica.welcome().isSnapshot);
    QVERIFY(b.replica.isUpToDate());
    QVERIFY(b.replica.takeMismatches().empty());
    QCOMPARE(b.replica.position()->seq, host.room.head());
}

void RoomV2Test::checksumFindsADifference()
{
    TestHost host;
    Device a(host, 1, "a");
    a.connect();
    a.order("o1", R"("n":1)");
    a.push({a.changeText("tables", "reserved", "t1", "")});
    a.replica.corrupt(DataType::Orders, "o1", R"({"id":"o1","n":7})");
    host.now.monotonicUs += 31'000'000;
    QVERIFY(host.room.wantsTick());
    host.room.tick(host.now);
    a.pump();
    QCOMPARE(a.replica.takeMismatches(), std::vector{DataType::Orders});
    a.send(v2::encode(v2::Resync{DataType::Orders}));
    a.pump();
    QCOMPARE(a.replica.text(DataType::Orders, "o1"), QByteArray(R"({"id":"o1","n":1})"));
    QVERIFY(a.replica.takeMismatches().empty());
    host.now.monotonicUs += 2'000'000;
    host.room.tick(host.now); // presence
    QVERIFY(!host.room.wantsTick());
    a.order("o2", R"("n":1)");
    QCOMPARE(a.replica.records().size(), 3u);
}

void RoomV2Test::fourthResyncIsRefused()
{
    TestHost host;
    Device a(host, 1, "a");
    a.connect();
    for (int i = 0; i < 4; ++i) {
        a.send(v2::encode(v2::Resync{DataType::Orders}));
        a.pump();
    }
    QCOMPARE(a.errors, QByteArrayList{"resync_refused"});
    QCOMPARE(a.replica.snapshots(), 4); // the first was that of the first visit
    a.order("o1", R"("n":1)");
    QCOMPARE(a.replica.records().size(), 1u);
}

void RoomV2Test::secondConnectionReplacesTheFirst()
{
    TestHost host;
    Device a(host, 1, "a");
    a.connect();
    a.connect(2);
    QCOMPARE(host.closed[1], core::closeReplaced);
    QVERIFY(!host.closed.contains(2));
    QVERIFY(a.replica.isUpToDate());
}

void RoomV2Test::decisionsSurviveARestart()
{
    TestHost host;
    Device a(host, 1, "a");
    Device b(host, 2, "b");
    a.connect();
    b.connect();
    a.order("o1", R"("status":"completed")");
    const QByteArray late =
        b.changeText("orders", "status_changed", "o1", R"("status":"preparing")");
    b.push({late});
    QCOMPARE(b.results.back().outcome, v2::Outcome::Merged);
    QCOMPARE(host.room.decisions().all().size(), 1u);
    for (const bool fromState : {false, true}) {
        core::RestaurantImage image;
        image.restaurant = 1;
        image.epoch = "0123456789";
        image.headSeq = host.room.head();
        if (fromState)
            image.state = host.room.takeState();
        else
            image.tail = host.blocks;
        core::Room again("r", host);
        QVERIFY(again.open(image, host.now));
        QCOMPARE(again.decisions().all().size(), 1u);
        const core::Decision &decision = *again.decisions().all().front();
        QCOMPARE(decision.kept.at(0).kept, QByteArray("\"completed\""));
        QCOMPARE(decision.kept.at(0).lost, QByteArray("\"preparing\""));
        QCOMPARE(decision.kept.at(0).lostBy, QByteArray("b"));
        QVERIFY(!decision.reason.isEmpty());
        again.connectedV2(9, b.replica.hello("b", 1), {"h", "h:1"}, host.now);
        auto push = v2::decodeFromDevice(v2::encodePush(1, std::vector{late}), "r");
        host.got.clear();
        again.receivedV2(9, std::move(*push), host.now);
        static_cast<void>(again.takeBlock()); // the device's first visit
        again.committed(again.lastBlock(), host.now);
        const auto ack = v2::decodeFromServer(host.got[9].back());
        QCOMPARE(std::get<v2::Ack>(*ack).results.at(0).original, v2::Outcome::Merged);
    }
}

void RoomV2Test::skewedClockDoesNotWin()
{
    TestHost host;
    Device right(host, 1, "right");
    Device ahead(host, 2, "ahead");
    const qint64 dayMs = 86'400'000;
    right.connect();
    ahead.connect(2, host.now.wallMs + dayMs);
    const auto at = [&](qint64 ms) {
        return "\"base_rev\":0,\"hlc\":\"" + QByteArray::number(ms) + "-0\"";
    };
    // Made first on the tablet whose clock is a day ahead, then on the other.
    right.order("o1", R"("note":"second")", at(host.now.wallMs - 1000));
    const auto result = ahead.order("o1", R"("note":"first")", at(host.now.wallMs + dayMs - 5000));
    QCOMPARE(result.outcome, v2::Outcome::Merged);
    QCOMPARE(record(host, DataType::Orders, "o1"), QByteArray(R"({"id":"o1","note":"second"})"));
}

void RoomV2Test::batchesInFlightAreBounded()
{
    TestHost host;
    Device a(host, 1, "a");
    a.connect();
    host.storesAtOnce = false;
    for (int i = 0; i < 6; ++i)
        a.push({a.changeText("orders", "updated", "o1", R"("n":1)")});
    QCOMPARE(a.errors, (QByteArrayList{"too_many_batches", "too_many_batches"}));
    host.store();
    a.pump();
    QCOMPARE(a.results.size(), 4u);
}

void RoomV2Test::presenceTellsWhoIsThere()
{
    TestHost host;
    host.connect(1, "old");
    Device a(host, 2, "a");
    a.connect();
    host.now.monotonicUs += 2'000'000;
    host.room.tick(host.now);
    a.pump();
    QCOMPARE(a.present.size(), 2u);
    QVERIFY(!a.present.at(0).isV2);
    QVERIFY(a.present.at(1).isV2);
    a.send(R"({"type":"user","user_id":"u3"})");
    host.room.disconnected(1, host.now);
    host.now.monotonicUs += 2'000'000;
    host.room.tick(host.now);
    a.pump();
    QCOMPARE(a.present.size(), 1u);
    QCOMPARE(a.present.at(0).userId, QByteArray("u3"));
}

void RoomV2Test::recordsFollowFromTheJournal()
{
    TestHost host;
    host.connect(1, "old");
    Device a(host, 2, "a");
    a.connect();
    host.send(1, classicOrder("o1", R"("status":"served","note":"x")"));
    a.order("o1", R"("status":"completed","guests":3)", R"("base_rev":1)");
    host.send(1, classicOrder("o1", R"("status":"preparing","note":"y")")); // late
    a.push({a.changeText("inventory", "stock_changed", "i1", "",
                         R"("ops":[{"op":"add","field":"current_stock","by":-2.5}])")});
    a.push({a.changeText("menu_items", "deleted", "m1", "")});
    QCOMPARE(record(host, DataType::Orders, "o1"),
             QByteArray(R"({"id":"o1","status":"completed","note":"y","guests":3})"));
    // The app got what the other app sent, as it was sent; the v2 device the truth.
    a.pump();
    QCOMPARE(a.replica.text(DataType::Orders, "o1"), record(host, DataType::Orders, "o1"));
    QCOMPARE(record(host, DataType::Inventory, "i1"),
             QByteArray(R"({"id":"i1","current_stock":-2.5})"));

    core::Audit audit({});
    for (const core::JournalBlock &block : host.blocks)
        audit.addBlock(block);
    for (const core::StateRow &row : host.room.takeState())
        audit.addState(1, row);
    QCOMPARE(audit.problems(), QStringList());
    QCOMPARE(audit.records(), 3u);
}

QTEST_GUILESS_MAIN(RoomV2Test)
#include "tst_roomv2.moc"
