// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/v2device.h"

#include <QTest>

using namespace possync;
using test::TestHost;
using Device = test::V2Device;
using test::classicOrder;
using test::record;

namespace {

/// As the app says it: who was changed it does not tell.
QByteArray namelessUser(const QByteArray &action, const QByteArray &fields)
{
    return "{\"type\":\"user_update\",\"user_id\":\"boss\",\"action\":\"" + action + "\",\"data\":{"
           + fields + "},\"device_id\":\"old\",\"timestamp\":\"2024-01-01T12:00:00.000\"}";
}

/// The other form of the same, which does.
QByteArray userTwin(const QByteArray &action, const QByteArray &user, const QByteArray &fields)
{
    return "{\"type\":\"data_change\",\"data_type\":\"users\",\"action\":\"" + action
           + "\",\"data\":{\"id\":\"" + user + "\"," + fields
           + "},\"change_id\":\"c\",\"device_id\":\"old\","
             "\"timestamp\":\"2024-01-01T12:00:00.003\"}";
}

} // namespace

/// Classic and v2 devices in one restaurant.
class RoomMixedTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void recordsBehindAFailedCommitEndUpToDate();
    void classicAndV2ShareOneRestaurant();
    void lateTableStatusIsRelayedAsUpdate();
    void classicDevicesAreToldWhatStays();
    void lateTwinReachesV2Devices();
    void lateEffectReachesWhoWasAway();
    void lateEffectIsKnownBeforeItIsStored();
};

void RoomMixedTest::recordsBehindAFailedCommitEndUpToDate()
{
    TestHost host;
    Device device(host, 2, "v2");
    host.connect(1, "d1");
    device.connect();
    // It names nobody, so a device that is up to date is sent nothing, and stays where it is.
    host.send(1, test::userTyped("updated", "\"name\":\"Ann\"", "12:00:00.000"));
    QVERIFY(host.got[2].isEmpty());
    host.storesAtOnce = false;
    host.send(1, test::typed("o1", "\"a\":1"));
    host.fail(1);
    // Where it is is gone by now.
    QVERIFY(host.got[2].first().startsWith(R"({"type":"snapshot")"));
    QVERIFY(std::ranges::any_of(host.got[2], [](const QByteArray &message) {
        return message.startsWith(R"({"type":"up_to_date","seq":1})");
    }));
    device.pump();
    QVERIFY(device.replica.isUpToDate());
}

void RoomMixedTest::classicAndV2ShareOneRestaurant()
{
    TestHost host;
    host.connect(1, "old");
    Device device(host, 2, "d");
    device.connect();
    device.order("o1", R"("note":"x")");
    QCOMPARE(host.got[1].size(), 1);
    const QByteArray relayed = host.got[1].front();
    QVERIFY2(relayed.startsWith(R"({"type":"order_update","order_id":"o1",)"), relayed);
    QVERIFY(relayed.contains(R"("data":{"id":"o1","note":"x"})"));
    QVERIFY(relayed.contains(R"("change_id":"d:1")"));
    host.send(1, classicOrder("o1", R"("note":"y")"));
    device.pump();
    QCOMPARE(device.replica.text(DataType::Orders, "o1"), QByteArray(R"({"id":"o1","note":"y"})"));
    QCOMPARE(device.replica.entries().back().deviceId, QByteArray("old"));
    QCOMPARE(host.got[1].size(), 1);
}

void RoomMixedTest::lateTableStatusIsRelayedAsUpdate()
{
    TestHost host;
    host.connect(1, "old");
    Device a(host, 2, "a");
    Device b(host, 3, "b");
    a.connect();
    b.connect();
    a.push(
        {a.changeText("tables", "occupied", "t1", "", R"("base_rev":0,"hlc":"1699999999000-0")")});
    b.push({b.changeText("tables", "available", "t1", R"("note":"x")",
                         R"("base_rev":0,"hlc":"1699999990000-0")")});
    QCOMPARE(b.results.back().outcome, v2::Outcome::Merged);
    QCOMPARE(record(host, DataType::Tables, "t1"),
             QByteArray(R"({"id":"t1","status":"occupied","note":"x"})"));
    QCOMPARE(host.got[1].size(), 2);
    QVERIFY2(host.got[1].back().contains(R"("action":"updated")"), host.got[1].back());
}

void RoomMixedTest::classicDevicesAreToldWhatStays()
{
    TestHost host;
    host.connect(1, "old");
    host.connect(2, "other");
    host.send(2, classicOrder("o1", R"("status":"completed")"));
    host.got.clear();
    const QByteArray late = classicOrder("o1", R"("status":"preparing","note":"x")");
    host.send(1, late);
    // The other gets what was sent, as it was sent; then both what stays.
    QCOMPARE(host.got[2].size(), 2);
    QVERIFY(host.got[2].at(0).startsWith(late.chopped(1)));
    QCOMPARE(host.got[1].size(), 1);
    QCOMPARE(host.got[1].at(0), host.got[2].at(1));
    QVERIFY2(
        host.got[1].at(0).contains(
            R"("order_id":"o1","action":"updated","data":{"status":"completed"},"device_id":"possync")"),
        host.got[1].at(0));
    host.send(2, "{\"type\":\"data_change\",\"data_type\":\"orders\",\"action\":\"deleted\","
                 "\"data\":{\"id\":\"o1\"},\"change_id\":\"x\",\"device_id\":\"other\"}");
    host.got.clear();
    host.send(1, classicOrder("o1", R"("note":"y")"));
    QCOMPARE(host.got[1].size(), 1);
    QVERIFY2(host.got[1].at(0).contains(R"("action":"deleted","data":{})"), host.got[1].at(0));
    QCOMPARE(host.got[2].size(), 2);
}

void RoomMixedTest::lateTwinReachesV2Devices()
{
    TestHost host;
    host.connect(1, "old");
    host.connect(3, "other");
    Device device(host, 2, "d");
    device.connect();
    host.send(1, namelessUser("updated", R"("name":"Ann")"));
    device.pump();
    QVERIFY(device.replica.records().empty());
    device.order("o1", R"("n":1)");
    QCOMPARE(device.replica.entries().size(), 1u); // none for what nobody can place
    host.send(1, userTwin("updated", "u7", R"("name":"Ann")"));
    device.pump();
    QCOMPARE(device.replica.text(DataType::Users, "u7"), QByteArray(R"({"id":"u7","name":"Ann"})"));
    QCOMPARE(record(host, DataType::Users, "u7"), QByteArray(R"({"id":"u7","name":"Ann"})"));
    QCOMPARE(host.got[3].size(), 2); // the app hears of it once, and of the order
    Device late(host, 4, "e");
    late.connect();
    QCOMPARE(late.replica.records(), device.replica.records());
}

void RoomMixedTest::lateEffectReachesWhoWasAway()
{
    TestHost host;
    host.connect(1, "old");
    std::deque<Device> devices;
    for (core::ConnectionId id = 10; id < 18; ++id)
        devices.emplace_back(host, id, "d" + QByteArray::number(id)).connect();
    Device other(host, 2, "other");
    other.connect();
    other.push({other.changeText("users", "created", "u7", R"("name":"Ann")")});
    for (Device &device : devices) {
        device.pump();
        device.disconnect();
    }
    // While they are away a person is removed, and nothing says who until after the next change.
    other.push({other.changeText("users", "updated", "u7", R"("role":"cook")")});
    host.send(1, namelessUser("deleted", R"("reason":"left")"));
    other.order("o1", R"("n":1)");
    host.send(1, userTwin("deleted", "u7", R"("reason":"left")"));
    other.order("o1", R"("n":2)");
    QVERIFY(record(host, DataType::Users, "u7").isEmpty());
    // The connection breaks behind each message.
    core::ConnectionId next = 20;
    qsizetype taken = 0;
    for (Device &device : devices) {
        device.beginConnection(next++);
        device.take(taken++);
        device.disconnect();
        device.connect(next++);
        QCOMPARE(device.replica.records(), other.replica.records());
        QVERIFY(device.replica.takeMismatches().empty());
    }
}

void RoomMixedTest::lateEffectIsKnownBeforeItIsStored()
{
    TestHost host;
    host.connect(1, "old");
    Device device(host, 2, "d");
    device.connect();
    device.push({device.changeText("users", "created", "u7", R"("name":"Ann")")});
    host.storesAtOnce = false;
    host.send(1, namelessUser("deleted", R"("reason":"left")"));
    host.send(1, userTwin("deleted", "u7", R"("reason":"left")"));
    device.push({device.changeText("users", "updated", "u7", R"("role":"cook")")});
    host.store();
    device.pump();
    QCOMPARE(device.results.back().code, QByteArray("deleted"));
    QVERIFY(device.replica.records().empty());
}

QTEST_GUILESS_MAIN(RoomMixedTest)
#include "tst_roommixed.moc"
