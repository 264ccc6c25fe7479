// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/outbox.h"

#include <QTest>

using namespace possync;
using namespace possync::sync;

namespace {

OutgoingChange change(quint64 number, const QByteArray &order = "o1")
{
    return {.number = number,
            .changeId = "c" + QByteArray::number(number),
            .entity = {DataType::Orders, order},
            .action = Action::Updated,
            .data = R"({"status":"pending"})",
            .userId = std::nullopt,
            .madeAtMs = 1000,
            .appliedSeq = 0};
}

QByteArrayList idsOf(const std::vector<const OutgoingChange *> &batch)
{
    QByteArrayList ids;
    for (const OutgoingChange *each : batch)
        ids.append(each->changeId);
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
    void rejectedChangeMovesOn();
    void appliedStaysOnTopUntilCaughtUp();
    void repeatedAnswerIsNoError();
    void postponedKeepsItsPlace();
    void findsTheChangeThatBreaksConnections();
    void changedHistorySendsAppliedAgain();
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
        QVERIFY(outbox.markApplied(id, 10));
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
    // Each is 20 bytes of data and 4 of ids.
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
    outbox.markApplied("c1", 7);
    outbox.connectionLost();
    QCOMPARE(idsOf(outbox.takeBatch({}, 0)), QByteArrayList({"c2", "c3"}));
}

void OutboxTest::rejectedChangeMovesOn()
{
    Outbox outbox;
    for (quint64 number = 1; number <= 3; ++number)
        outbox.add(change(number));
    outbox.takeBatch({}, 0);
    outbox.markApplied("c1", 7);
    const auto rejected = outbox.remove("c2");
    QVERIFY(rejected);
    QCOMPARE(rejected->number, quint64(2));
    outbox.markApplied("c3", 8);
    QCOMPARE(outbox.pendingCount(), std::size_t(0));
    QVERIFY(!outbox.isBatchOut());
    QVERIFY(!outbox.find("c2"));
    QVERIFY(!outbox.remove("c2"));
}

void OutboxTest::appliedStaysOnTopUntilCaughtUp()
{
    Outbox outbox;
    outbox.add(change(1));
    outbox.add(change(2));
    outbox.add(change(3, "o2"));
    outbox.takeBatch({}, 0);
    outbox.markApplied("c1", 7);
    outbox.markApplied("c3", 9);
    QCOMPARE(idsOf(outbox.changesOf({DataType::Orders, "o1"})), QByteArrayList({"c1", "c2"}));
    QCOMPARE(outbox.caughtUp(8), std::vector<quint64>({1}));
    QCOMPARE(idsOf(outbox.changesOf({DataType::Orders, "o1"})), QByteArrayList({"c2"}));
    QCOMPARE(outbox.entities().size(), std::size_t(2));
    QCOMPARE(outbox.caughtUp(9), std::vector<quint64>({3}));
    QVERIFY(outbox.changesOf({DataType::Orders, "o2"}).empty());
    QVERIFY(outbox.changesOf({DataType::Tables, "o1"}).empty());
    QCOMPARE(outbox.entities().size(), std::size_t(1));
}

void OutboxTest::repeatedAnswerIsNoError()
{
    Outbox outbox;
    outbox.add(change(1));
    outbox.takeBatch({}, 0);
    QVERIFY(outbox.markApplied("c1", 7));
    QVERIFY(outbox.markApplied("c1", 7));
    QCOMPARE(outbox.caughtUp(7).size(), std::size_t(1));
    QVERIFY(!outbox.markApplied("c1", 7));
    QVERIFY(outbox.caughtUp(7).empty());
}

void OutboxTest::postponedKeepsItsPlace()
{
    Outbox outbox;
    for (quint64 number = 1; number <= 3; ++number)
        outbox.add(change(number));
    outbox.takeBatch({}, 100);
    outbox.markApplied("c1", 7);
    outbox.postpone("c2", 500, 100);
    outbox.postpone("c3", 400, 100);
    QCOMPARE(outbox.waitsUntilMs(), std::optional<qint64>(600));
    outbox.add(change(4));
    QVERIFY(outbox.takeBatch({}, 599).empty());
    QCOMPARE(idsOf(outbox.takeBatch({}, 600)), QByteArrayList({"c2", "c3", "c4"}));
    QVERIFY(!outbox.waitsUntilMs());
}

void OutboxTest::findsTheChangeThatBreaksConnections()
{
    for (quint64 poison = 1; poison <= 100; ++poison) {
        Outbox outbox;
        for (quint64 number = 1; number <= 100; ++number)
            outbox.add(change(number));
        std::vector<quint64> lost;
        int connections = 0;
        while (outbox.pendingCount() > 0) {
            const auto batch = outbox.takeBatch({}, 0);
            const bool isRefused = std::ranges::any_of(
                batch, [&](const OutgoingChange *each) { return each->number == poison; });
            if (isRefused) {
                ++connections;
                if (const auto culprit = outbox.connectionRefusedBatch())
                    lost.push_back(culprit->number);
                continue;
            }
            QByteArrayList ids = idsOf(batch);
            for (const QByteArray &id : ids)
                outbox.markApplied(id, 1);
        }
        QCOMPARE(lost, std::vector<quint64>({poison}));
        QVERIFY2(connections <= 40, QByteArray::number(connections));
    }
}

void OutboxTest::changedHistorySendsAppliedAgain()
{
    Outbox outbox;
    for (quint64 number = 1; number <= 3; ++number)
        outbox.add(change(number));
    outbox.takeBatch({}, 0);
    outbox.markApplied("c1", 7);
    QCOMPARE(outbox.historyChanged(), std::vector<quint64>({1}));
    QCOMPARE(outbox.pendingCount(), std::size_t(3));
    QCOMPARE(idsOf(outbox.takeBatch({}, 0)), QByteArrayList({"c1", "c2", "c3"}));
    QVERIFY(outbox.caughtUp(100).empty());
}

QTEST_GUILESS_MAIN(OutboxTest)
#include "tst_outbox.moc"
