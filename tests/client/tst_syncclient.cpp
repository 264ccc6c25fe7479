// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/client/device.h"
#include "tests/support/v2peer.h"

#include <QSignalSpy>
#include <QTest>

using namespace possync;
using namespace possync::test;

/// A device against a server that speaks by the book, or breaks off, on real sockets.
class SyncClientTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void firstVisitBringsTheRecords();
    void changesReachOthersByTheirSignals();
    void ownWritesShowAtOnce();
    void batchCostsOneWriteOrNone();
    void badChangesAreRefusedAtOnce_data();
    void badChangesAreRefusedAtOnce();
    void rejectedChangeMovesOnAndIsUndone();
    void retryLaterLeavesTheQueue();
    void unreadableChangeIsGivenUp();
    void lostAckAppliesOnce();
    void snapshotGoesOnAfterACut();
    void belowTheFloorUnsentSurvives();
    void restoredServerGetsBackWhatItLost();
    void wrongChecksumResyncsThriceAtMost();
    void wantedTypesOnly();
    void clockOffsetAndPresenceAreKnown();
    void slotsMayCallBack();

private:
    std::unique_ptr<V2Peer> m_peer;
};

void SyncClientTest::init()
{
    m_peer = std::make_unique<V2Peer>();
    QVERIFY(m_peer->listen());
}

void SyncClientTest::firstVisitBringsTheRecords()
{
    m_peer->inject("other", DataType::Orders, Action::Created, "o1", R"({"total_amount":25.50})");
    m_peer->inject("other", DataType::Users, Action::Created, "u1", R"({"name":"Ann"})");
    m_peer->inject("other", DataType::Users, Action::Deleted, "u1", "{}");
    Device device(m_peer->url());
    QVERIFY(device.start());
    QTRY_VERIFY(device.isUpToDate());
    QCOMPARE(device.record(u"o1"_s), R"({"id":"o1","total_amount":25.50})");
    QCOMPARE(device.record(u"u1"_s, DataType::Users), QByteArray());
    QCOMPARE(device->position(), quint64(3));
    QCOMPARE(device.updates.size(), 1);
    QCOMPARE(device.updates[0].origin, Update::Origin::Snapshot);
    QCOMPARE(device.updates[0].record, device.record(u"o1"_s));
    // The next start goes on from there.
    device.close();
    m_peer->inject("other", DataType::Orders, Action::Updated, "o1", R"({"note":"hot"})");
    QVERIFY(device.start());
    QTRY_VERIFY(device.isUpToDate());
    QCOMPARE(m_peer->lastHello.position->seq, quint64(3));
    QCOMPARE(device.record(u"o1"_s), R"({"id":"o1","total_amount":25.50,"note":"hot"})");
    QCOMPARE(device.updates.size(), 2);
    QCOMPARE(device.updates[1].origin, Update::Origin::Change);
    QCOMPARE(device.updates[1].data, R"({"note":"hot"})");
    QCOMPARE(device.updates[1].deviceId, "other");
    QTRY_COMPARE(m_peer->lastAcked ? m_peer->lastAcked->seq : 0, quint64(4));
}

void SyncClientTest::changesReachOthersByTheirSignals()
{
    Device till(m_peer->url(), u"till"_s);
    Device tablet(m_peer->url(), u"tablet"_s);
    QVERIFY(till.start());
    QVERIFY(tablet.start());
    QTRY_VERIFY(till.isUpToDate() && tablet.isUpToDate());
    SyncClient &to = *tablet.operator->();
    const QSignalSpy orders(&to, &SyncClient::orderUpdated);
    const QSignalSpy menu(&to, &SyncClient::menuUpdated);
    const QSignalSpy inventory(&to, &SyncClient::inventoryUpdated);
    const QSignalSpy tables(&to, &SyncClient::tableUpdated);
    const QSignalSpy users(&to, &SyncClient::userUpdated);
    const QSignalSpy printers(&to, &SyncClient::printerUpdated);
    till->updateUserId(u"u7"_s);
    QVERIFY(till->broadcastOrderUpdate(u"o1"_s, Action::Created, R"({"status":"pending"})"));
    QVERIFY(till->broadcastMenuUpdate(u"m1"_s, Action::Created, R"({"price":4.20})"));
    QVERIFY(
        till->broadcastInventoryUpdate(u"i1"_s, Action::StockChanged, R"({"current_stock":3})"));
    QVERIFY(till->broadcastTableUpdate(u"t1"_s, Action::Occupied, "{}"));
    QVERIFY(till->broadcastUserUpdate(u"w1"_s, Action::Created, R"({"name":"Ann"})"));
    QVERIFY(till->broadcastPrinterUpdate(u"p1"_s, Action::Added, R"({"by":"wifi"})"));
    QTRY_COMPARE(tablet.updates.size(), 6);
    for (const QSignalSpy *spy : {&orders, &menu, &inventory, &tables, &users, &printers})
        QCOMPARE(spy->size(), 1);
    const Update &update = tablet.updates[3];
    QCOMPARE(update.key, (sync::EntityKey{DataType::Tables, "t1"}));
    QCOMPARE(update.action, "occupied");
    QCOMPARE(update.deviceId, "till");
    QCOMPARE(update.userId, "u7");
    QCOMPARE(update.record, R"({"id":"t1","status":"occupied"})");
    QVERIFY(!update.isOwn && update.isVisible);
    // The sender gets its own back as such, and sees no difference.
    QTRY_COMPARE(till.updates.size(), 6);
    for (const Update &own : till.updates)
        QVERIFY(own.isOwn && !own.isVisible);
    QTRY_COMPARE(till.settled.size(), 6);
    QVERIFY(till.isInSync());
}

void SyncClientTest::ownWritesShowAtOnce()
{
    m_peer->inject("other", DataType::Orders, Action::Created, "o1", R"({"note":"mild","n":1})");
    Device device(m_peer->url());
    QVERIFY(device.start());
    QTRY_VERIFY(device.isUpToDate());
    m_peer->stop();
    QTRY_VERIFY(!device->isConnected());
    QVERIFY(!device.order(u"o1"_s, R"({"note":"hot"})").isEmpty());
    QVERIFY(!device.order(u"o2"_s, R"({"n":2})", Action::Created).isEmpty());
    const QByteArray mine = R"({"id":"o1","note":"hot","n":1})";
    QCOMPARE(device.record(u"o1"_s), mine);
    QCOMPARE(device->records(DataType::Orders).keys(), QStringList({u"o1"_s, u"o2"_s}));
    QCOMPARE(device->pendingCount(), 2);
    // Also after the program ended and began anew.
    device.close();
    QVERIFY(device.open());
    QCOMPARE(device.record(u"o1"_s), mine);
    QCOMPARE(device->pendingCount(), 2);
    m_peer->inject("other", DataType::Orders, Action::Updated, "o1", R"({"n":5})");
    QVERIFY(m_peer->listen(m_peer->port()));
    device->start();
    QTRY_VERIFY(device.isInSync());
    QCOMPARE(device.record(u"o1"_s), m_peer->record(DataType::Orders, "o1"));
    QCOMPARE(device.record(u"o1"_s), R"({"id":"o1","note":"hot","n":5})");
    QVERIFY(device.order(u"o2"_s, "{}", Action::Deleted).size() > 0);
    QCOMPARE(device.record(u"o2"_s), QByteArray());
}

void SyncClientTest::batchCostsOneWriteOrNone()
{
    Device device(m_peer->url());
    QVERIFY(device.open());
    QList<SyncClient::Change> changes;
    for (int i = 0; i < 10; ++i)
        changes.append({.entityId = u"o%1"_s.arg(i), .data = R"({"n":1})"});
    const auto ids = device->queueChanges(changes);
    QVERIFY(ids);
    QCOMPARE(QSet<QByteArray>(ids->begin(), ids->end()).size(), 10);
    QCOMPARE(device->pendingCount(), 10);
    changes[7].data = "[]";
    const auto refused = device->queueChanges(changes);
    QVERIFY(!refused);
    QCOMPARE(device->pendingCount(), 10);
    QVERIFY(device->queueChanges({})->isEmpty());
}

void SyncClientTest::badChangesAreRefusedAtOnce_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<Action>("action");
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("code");
    const auto row = [](const char *name, const QString &id, Action action, const QByteArray &data,
                        const QByteArray &code) {
        QTest::newRow(name) << id << action << data << code;
    };
    row("no id", {}, Action::Updated, "{}", "bad_field");
    row("long id", QString(300, u'x'), Action::Updated, "{}", "bad_field");
    row("action of another type", u"o1"_s, Action::Occupied, "{}", "unknown_action");
    row("no json", u"o1"_s, Action::Updated, "{\"a\":", "bad_json");
    row("no object", u"o1"_s, Action::Updated, "[1]", "bad_json");
    row("more than an object", u"o1"_s, Action::Updated, "{},\"action\":\"deleted\"", "bad_json");
    row("key twice", u"o1"_s, Action::Updated, R"({"a":1,"a":2})", "bad_json");
    row("other id", u"o1"_s, Action::Updated, R"({"id":"o2"})", "bad_field");
    row("too large", u"o1"_s, Action::Updated, "{\"a\":\"" + QByteArray(600'000, 'x') + "\"}",
        "bad_field");
}

void SyncClientTest::badChangesAreRefusedAtOnce()
{
    QFETCH(QString, id);
    QFETCH(Action, action);
    QFETCH(QByteArray, data);
    QFETCH(QByteArray, code);
    Device device(m_peer->url());
    QVERIFY(device.open());
    const auto refused = device->broadcastOrderUpdate(id, action, data);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, code);
    QVERIFY(!refused.error().message.isEmpty());
    QCOMPARE(device->pendingCount(), 0);
    QVERIFY(device->broadcastOrderUpdate(u"o1"_s, Action::Updated, R"({"a":1})"));
}

void SyncClientTest::rejectedChangeMovesOnAndIsUndone()
{
    Device device(m_peer->url());
    QVERIFY(device.open());
    QByteArray bad;
    for (int i = 0; i < 100; ++i) {
        const QByteArray id =
            device.order(u"o%1"_s.arg(i), i == 41 ? R"({"refuse":1})" : R"({"a":1})");
        if (i == 41)
            bad = id;
    }
    QVERIFY(!device.record(u"o41"_s).isEmpty());
    const QSignalSpy settled(device.operator->(), &SyncClient::changeSettled);
    device->start();
    QTRY_VERIFY(device.isInSync());
    QCOMPARE(m_peer->head(), quint64(99));
    QCOMPARE(device.settled.size(), 100);
    QCOMPARE(settled.size(), 100);
    QCOMPARE(settled[41][0].toByteArray(), bad);
    QCOMPARE(settled[41][1].value<Outcome>(), Outcome::Rejected);
    QCOMPARE(settled[41][2].toString(), u"the order is paid"_s);
    const auto outcome = device->outcome(bad);
    QVERIFY(outcome);
    QCOMPARE(outcome->code, "already_paid");
    // The app is told to take back what it showed.
    QCOMPARE(device.record(u"o41"_s), QByteArray());
    const auto correction =
        std::ranges::find(device.updates, Update::Origin::Correction, &Update::origin);
    QVERIFY(correction != device.updates.end());
    QCOMPARE(correction->key.entityId, "o41");
    QVERIFY(correction->isRemoved);
}

void SyncClientTest::retryLaterLeavesTheQueue()
{
    m_peer->habits().retryLaterMs = 20;
    Device device(m_peer->url());
    QVERIFY(device.start());
    const QByteArray first = device.order(u"o1"_s, R"({"a":1})");
    const QByteArray second = device.order(u"o1"_s, R"({"a":2})");
    QTRY_VERIFY(m_peer->pushCount >= 3);
    QCOMPARE(device->pendingCount(), 2);
    QVERIFY(device->isConnected());
    QVERIFY(device.settled.isEmpty());
    m_peer->habits().retryLaterMs = 0;
    QTRY_VERIFY(device.isInSync());
    QCOMPARE(m_peer->history(), QByteArrayList({first, second}));
}

void SyncClientTest::unreadableChangeIsGivenUp()
{
    m_peer->habits().poison = "poison";
    Device device(m_peer->url());
    QVERIFY(device.open());
    QByteArray bad;
    for (int i = 0; i < 20; ++i) {
        const QByteArray id =
            device.order(u"o%1"_s.arg(i), i == 13 ? R"({"poison":1})" : R"({"a":1})");
        if (i == 13)
            bad = id;
    }
    device->start();
    QTRY_VERIFY(device.isInSync());
    QCOMPARE(m_peer->head(), quint64(19));
    QCOMPARE(device.settled.size(), 20);
    const auto outcome = device->outcome(bad);
    QVERIFY(outcome);
    QCOMPARE(outcome->outcome, Outcome::Rejected);
    QCOMPARE(outcome->code, "unreadable");
}

void SyncClientTest::lostAckAppliesOnce()
{
    Device device(m_peer->url());
    QVERIFY(device.start());
    QTRY_VERIFY(device.isUpToDate());
    m_peer->habits().losesAcks = true;
    const QByteArray id = device.order(u"o1"_s, R"({"a":1})");
    QTRY_VERIFY(m_peer->duplicateCount >= 2);
    m_peer->habits().losesAcks = false;
    QTRY_VERIFY(device.isInSync());
    QCOMPARE(m_peer->history(), QByteArrayList({id}));
    QCOMPARE(device.settled.size(), 1);
    QCOMPARE(device.settled[0].outcome, Outcome::Applied);
    QCOMPARE(device.settled[0].seq, quint64(1));
}

void SyncClientTest::snapshotGoesOnAfterACut()
{
    for (int i = 0; i < 100; ++i)
        m_peer->inject("other", DataType::Orders, Action::Created, "o" + QByteArray::number(i),
                       R"({"a":1})");
    m_peer->habits().partRecords = 10;
    m_peer->habits().cutsAfterParts = 4;
    Device device(m_peer->url());
    QVERIFY(device.start());
    QTRY_VERIFY(device.isUpToDate());
    QCOMPARE(device->records(DataType::Orders).size(), 100);
    QCOMPARE(m_peer->helloCount, 2);
    QCOMPARE(m_peer->snapshotPartsSent, 10);
    // Nothing shows of a snapshot that is not complete.
    for (const Update &update : device.updates)
        QCOMPARE(update.seq, quint64(100));
    QCOMPARE(device.updates.size(), 100);
}

void SyncClientTest::belowTheFloorUnsentSurvives()
{
    m_peer->inject("other", DataType::Orders, Action::Created, "gone", "{}");
    Device device(m_peer->url());
    QVERIFY(device.start());
    QTRY_VERIFY(device.isUpToDate());
    device->stop();
    QCOMPARE(device->state(), SyncClient::State::Offline);
    device.updates.clear();
    const QByteArray id = device.order(u"mine"_s, R"({"a":1})");
    m_peer->inject("other", DataType::Orders, Action::Deleted, "gone", "{}");
    m_peer->inject("other", DataType::Orders, Action::Created, "new", "{}");
    m_peer->habits().floor = 3;
    device->start();
    QTRY_VERIFY(device.isInSync());
    QCOMPARE(device->records(DataType::Orders).keys(), QStringList({u"mine"_s, u"new"_s}));
    QVERIFY(m_peer->history().contains(id));
    QVERIFY(std::ranges::any_of(device.updates, [](const Update &update) {
        return update.key.entityId == "gone" && update.isRemoved;
    }));
}

void SyncClientTest::restoredServerGetsBackWhatItLost()
{
    Device device(m_peer->url());
    QVERIFY(device.start());
    QTRY_VERIFY(device.isUpToDate());
    const QByteArray kept = device.order(u"o1"_s, R"({"a":1})");
    QTRY_VERIFY(device.isInSync());
    const QByteArray lost = device.order(u"o2"_s, R"({"a":2})");
    QTRY_VERIFY(device.isInSync());
    m_peer->inject("other", DataType::Orders, Action::Created, "o3", "{}");
    QTRY_COMPARE(device->position(), quint64(3));
    m_peer->restore(1);
    const QByteArray later = device.order(u"o4"_s, R"({"a":4})");
    QTRY_VERIFY_WITH_TIMEOUT(m_peer->helloCount == 2 && device.isInSync(), 10'000);
    QCOMPARE(m_peer->history(), QByteArrayList({kept, lost, later}));
    QCOMPARE(device->records(DataType::Orders).keys(), QStringList({u"o1"_s, u"o2"_s, u"o4"_s}));
    // Each has had its outcome once.
    QCOMPARE(device.settled.size(), 3);
    QVERIFY(std::ranges::any_of(device.updates, [](const Update &update) {
        return update.key.entityId == "o3" && update.isRemoved;
    }));
}

void SyncClientTest::wrongChecksumResyncsThriceAtMost()
{
    m_peer->inject("other", DataType::Orders, Action::Created, "o1", R"({"a":1})");
    Device device(m_peer->url());
    QVERIFY(device.start());
    QTRY_VERIFY(device.isUpToDate());
    for (int i = 1; i <= 3; ++i) {
        m_peer->sendWrongChecksum(DataType::Orders);
        QTRY_COMPARE(m_peer->resyncCount, i);
    }
    QVERIFY(device.problems.isEmpty());
    m_peer->sendWrongChecksum(DataType::Orders);
    QTRY_COMPARE(device.problems.size(), 1);
    QCOMPARE(device.problems[0].kind, Problem::Kind::Diverged);
    QCOMPARE(m_peer->resyncCount, 3);
    // Another type has its own count, and work goes on.
    m_peer->sendWrongChecksum(DataType::Tables);
    QTRY_COMPARE(m_peer->resyncCount, 4);
    QVERIFY(!device.order(u"o1"_s, R"({"a":2})").isEmpty());
    QTRY_VERIFY(device.isInSync());
    QCOMPARE(device.record(u"o1"_s), m_peer->record(DataType::Orders, "o1"));
}

void SyncClientTest::wantedTypesOnly()
{
    m_peer->inject("other", DataType::Orders, Action::Created, "o1", "{}");
    m_peer->inject("other", DataType::Tables, Action::Created, "t1", "{}");
    Device device(m_peer->url());
    QVERIFY(device.start());
    QTRY_VERIFY(device.isUpToDate());
    device.close();
    device.config().dataTypes = {DataType::Orders};
    QVERIFY(device.start());
    QTRY_VERIFY(device.isUpToDate());
    QCOMPARE(m_peer->helloCount, 2);
    QVERIFY(!m_peer->lastHello.position);
    QVERIFY(m_peer->lastHello.dataTypes.has(DataType::Orders));
    QVERIFY(!m_peer->lastHello.dataTypes.has(DataType::Tables));
}

void SyncClientTest::clockOffsetAndPresenceAreKnown()
{
    m_peer->habits().heartbeatMs = 20;
    Device device(m_peer->url());
    QVERIFY(device.open());
    QVERIFY(!device->clockOffsetMs());
    device->start();
    QTRY_VERIFY(device.isUpToDate());
    // The peer's clock is five seconds ahead.
    QTRY_VERIFY(device->clockOffsetMs() && qAbs(*device->clockOffsetMs() - 5000) < 200);
    QTRY_COMPARE(device->presentDevices().size(), std::size_t(1));
    QCOMPARE(device->presentDevices()[0].deviceId, "till");
}

void SyncClientTest::slotsMayCallBack()
{
    Device device(m_peer->url());
    QVERIFY(device.open());
    SyncClient *client = device.operator->();
    int answered = 0;
    QObject::connect(client, &SyncClient::changeSettled, client, [&] {
        if (++answered < 5)
            QVERIFY(client->broadcastOrderUpdate(u"o1"_s, Action::Updated, R"({"a":1})"));
    });
    QVERIFY(!device.order(u"o1"_s, R"({"a":0})").isEmpty());
    client->start();
    QTRY_COMPARE(m_peer->head(), quint64(5));
    QTRY_COMPARE(answered, 5);
    // A slot may even end it all.
    QObject::connect(client, &SyncClient::recordUpdated, this, [&device] { device.close(); });
    m_peer->inject("other", DataType::Orders, Action::Updated, "o1", "{}");
    QTRY_COMPARE(m_peer->liveCount(), std::size_t(0));
}

QTEST_GUILESS_MAIN(SyncClientTest)
#include "tst_syncclient.moc"
