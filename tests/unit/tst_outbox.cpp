// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/outbox.h"

#include <QTest>

using namespace possync;
using namespace possync::sync;

namespace {

OutgoingChange change(quint64 number, const QByteArray &order = "o1")
{
    OutgoingChange outgoing{.number = number};
    outgoing.change.changeId = "c" + QByteArray::number(number);
    outgoing.change.entityId = order;
    outgoing.text = QByteArray(25, 'x');
    return outgoing;
}

QByteArrayList idsOf(const std::vector<const OutgoingChange *> &batch)
{
    QByteArrayList ids;
    for (const OutgoingChange *each : batch)
        ids.append(each->change.changeId);
    return ids;
}

} // namespace

class OutboxTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void sendsInOrderOneBatchAtATime();
    void keepsBatchesSmall();
    void oneChangeMayExceedTheBytes();
    void lostConnectionSendsAgain();
    void settledWithoutPlaceMovesOn();
    void acknowledgedStaysOnTopUntilDelivered();
    void deliveredIsNotOnTopButWaitsForItsOutcome();
    void repeatedAnswerIsNoError();
    void postponedBatchKeepsItsOrder();
    void findsTheChangeThatCannotBeRead();
    void changedHistorySendsAgain();
};

void OutboxTest::sendsInOrderOneBatchAtATime()
{
    Outbox outbox;
    for (quint64 number = 1; number <= 3; ++number)
        outbox.add(change(number));
    QCOMPARE(idsOf(outbox.takeBatch({}, 0)), QByteArrayList({"c1", "c2", "c3"}));
    outbox.add(change(4));
    QVERIFY(outbox.takeBatch({}, 0).empty());
    for (const char *id : {"c1", "c2", "c3"})
        QVERIFY(outbox.settle(id, 10));
    QCOMPARE(idsOf(outbox.takeBatch({}, 0)), QByteArrayList({"c4"}));
    QCOMPARE(outbox.pendingCount(), std::size_t(1));
}

void OutboxTest::keepsBatchesSmall()
{
    Outbox outbox;
    for (quint64 number = 1; number <= 10; ++number)
        outbox.add(change(number));
    QCOMPARE(outbox.takeBatch({.changes = 4, .bytes = 1000}, 0).size(), std::size_t(4));
    outbox.connectionLost();
    // Each has 25 bytes.
    QCOMPARE(outbox.takeBatch({.changes = 100, .bytes = 75}, 0).size(), std::size_t(3));
}

void OutboxTest::oneChangeMayExceedTheBytes()
{
    Outbox outbox;
    outbox.add(change(1));
    outbox.add(change(2));
    QCOMPARE(idsOf(outbox.takeBatch({.changes = 100, .bytes = 5}, 0)), QByteArrayList({"c1"}));
}

void OutboxTest::lostConnectionSendsAgain()
{
    Outbox outbox;
    for (quint64 number = 1; number <= 3; ++number)
        outbox.add(change(number));
    QCOMPARE(outbox.takeBatch({}, 0).size(), std::size_t(3));
    outbox.settle("c1", 7);
    outbox.connectionLost();
    QCOMPARE(idsOf(outbox.takeBatch({}, 0)), QByteArrayList({"c2", "c3"}));
}

void OutboxTest::settledWithoutPlaceMovesOn()
{
    Outbox outbox;
    for (quint64 number = 1; number <= 3; ++number)
        outbox.add(change(number));
    outbox.takeBatch({}, 0);
    outbox.settle("c1", 7);
    const auto rejected = outbox.settle("c2", 0);
    QVERIFY(rejected);
    QCOMPARE(rejected->number, quint64(2));
    outbox.settle("c3", 8);
    QCOMPARE(outbox.pendingCount(), std::size_t(0));
    QVERIFY(!outbox.isBatchOut());
    QCOMPARE(outbox.doneBy(0), std::vector<quint64>({2}));
    QCOMPARE(outbox.caughtUp(0), std::vector<quint64>({2}));
    QVERIFY(!outbox.find("c2"));
    QVERIFY(!outbox.settle("c2", 0));
}

void OutboxTest::acknowledgedStaysOnTopUntilDelivered()
{
    Outbox outbox;
    outbox.add(change(1));
    outbox.add(change(2));
    outbox.add(change(3, "o2"));
    outbox.takeBatch({}, 0);
    outbox.settle("c1", 7);
    outbox.settle("c3", 9);
    QCOMPARE(idsOf(outbox.onTop({DataType::Orders, "o1"})), QByteArrayList({"c1", "c2"}));
    QCOMPARE(outbox.caughtUp(8), std::vector<quint64>({1}));
    QCOMPARE(idsOf(outbox.onTop({DataType::Orders, "o1"})), QByteArrayList({"c2"}));
    QCOMPARE(outbox.entitiesOnTop().size(), std::size_t(2));
    QCOMPARE(outbox.caughtUp(9), std::vector<quint64>({3}));
    QVERIFY(outbox.onTop({DataType::Orders, "o2"}).empty());
    QVERIFY(outbox.onTop({DataType::Tables, "o1"}).empty());
    QCOMPARE(outbox.entitiesOnTop().size(), std::size_t(1));
}

void OutboxTest::deliveredIsNotOnTopButWaitsForItsOutcome()
{
    Outbox outbox;
    outbox.add(change(1));
    outbox.takeBatch({}, 0);
    QCOMPARE(outbox.delivered("c1", 5), std::optional<quint64>(1));
    QVERIFY(!outbox.delivered("somebody's", 5));
    QVERIFY(outbox.caughtUp(5).empty());
    // A sum would be counted twice if it were still on top.
    QVERIFY(outbox.onTop({DataType::Orders, "o1"}).empty());
    QCOMPARE(outbox.pendingCount(), std::size_t(1));
    outbox.connectionLost();
    QCOMPARE(idsOf(outbox.takeBatch({}, 0)), QByteArrayList({"c1"}));
    QVERIFY(outbox.settle("c1", 5));
    QCOMPARE(outbox.caughtUp(5), std::vector<quint64>({1}));
}

void OutboxTest::repeatedAnswerIsNoError()
{
    Outbox outbox;
    outbox.add(change(1));
    outbox.takeBatch({}, 0);
    QVERIFY(outbox.settle("c1", 7));
    QVERIFY(!outbox.settle("c1", 7));
    QCOMPARE(outbox.caughtUp(7).size(), std::size_t(1));
    QVERIFY(!outbox.settle("c1", 7));
    QVERIFY(outbox.caughtUp(7).empty());
}

void OutboxTest::postponedBatchKeepsItsOrder()
{
    Outbox outbox;
    for (quint64 number = 1; number <= 3; ++number)
        outbox.add(change(number));
    outbox.takeBatch({}, 100);
    outbox.postponeBatch(500, 100);
    QCOMPARE(outbox.waitsUntilMs(), std::optional<qint64>(600));
    outbox.add(change(4));
    QVERIFY(outbox.takeBatch({}, 599).empty());
    QCOMPARE(idsOf(outbox.takeBatch({}, 600)), QByteArrayList({"c1", "c2", "c3", "c4"}));
    QVERIFY(!outbox.waitsUntilMs());
}

void OutboxTest::findsTheChangeThatCannotBeRead()
{
    for (quint64 poison = 1; poison <= 100; ++poison) {
        Outbox outbox;
        for (quint64 number = 1; number <= 100; ++number)
            outbox.add(change(number));
        QByteArrayList refused;
        int attempts = 0; // Each costs a connection.
        while (outbox.pendingCount() > 0) {
            const auto batch = outbox.takeBatch({}, 0);
            const bool isRefused = std::ranges::any_of(
                batch, [&](const OutgoingChange *each) { return each->number == poison; });
            if (isRefused) {
                ++attempts;
                if (const auto culprit = outbox.batchRefused()) {
                    refused.append(*culprit);
                    outbox.settle(*culprit, 0);
                }
                continue;
            }
            const QByteArrayList ids = idsOf(batch);
            for (const QByteArray &id : ids)
                outbox.settle(id, 1);
        }
        QCOMPARE(refused, QByteArrayList({"c" + QByteArray::number(poison)}));
        QVERIFY2(attempts <= 40, QByteArray::number(attempts));
    }
}

void OutboxTest::changedHistorySendsAgain()
{
    Outbox outbox;
    for (quint64 number = 1; number <= 3; ++number)
        outbox.add(change(number));
    outbox.takeBatch({}, 0);
    outbox.settle("c1", 7);
    outbox.delivered("c2", 8);
    QCOMPARE(idsOf(outbox.historyChanged()), QByteArrayList({"c1", "c2"}));
    QCOMPARE(outbox.pendingCount(), std::size_t(3));
    // What had its outcome must not hide what the server has now.
    QCOMPARE(idsOf(outbox.onTop({DataType::Orders, "o1"})), QByteArrayList({"c2", "c3"}));
    QCOMPARE(idsOf(outbox.takeBatch({}, 0)), QByteArrayList({"c1", "c2", "c3"}));
    QVERIFY(outbox.caughtUp(100).empty());
}

QTEST_GUILESS_MAIN(OutboxTest)
#include "tst_outbox.moc"
