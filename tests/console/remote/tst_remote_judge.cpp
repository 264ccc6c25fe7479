// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/judge.h"

#include <QTest>

using namespace possync::remote;

/// Made-up histories: one restaurant with devices a, b, c, and one with device x.
class JudgeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_judge = {};
        a = m_judge.addDevice("r");
        b = m_judge.addDevice("r");
        c = m_judge.addDevice("r");
        x = m_judge.addDevice("s");
    }

    void everythingOnceIsClean();
    void missingDeliveryIsALoss();
    void secondDeliveryIsADuplicate();
    void laterBeforeEarlierIsReordered();
    void orderOfDeferredActionsIsExcused();
    void ordersOfTwoSendersAreIndependent();
    void ownOrForeignDeliveryIsAltered();
    void differentEndsAreFound();
    void serverIsComparedToo();
    void ownerIsNotAskedWhenItsOrderIsUnsure();
    void latencyIsTakenFromReceiversThatWereThere();
    void recordHoldsWhatWasDoneBefore();
    void recordMayComeBehindLaterChanges();
    void recordHoldsLaterActionsOnlyIfTheirOrderIsUnsure();
    void changeBehindItsRecordIsNoDuplicate();
    void refusedActionsAreExpectedNowhere();

private:
    void deliver(Judge::Marker marker, Judge::Device to, qint64 atUs = 0)
    {
        m_judge.addDelivery(to, marker, atUs, -1);
    }

    Judge m_judge;
    Judge::Device a = 0, b = 0, c = 0, x = 0;
};

void JudgeTest::everythingOnceIsClean()
{
    const auto first = m_judge.addAction(a, "e", 0, true);
    const auto second = m_judge.addAction(a, "e", 1, true);
    for (const auto device : {b, c}) {
        deliver(first, device);
        deliver(second, device);
    }
    m_judge.addAction(x, "e", 2, true); // alone in its restaurant: nobody to deliver to
    const Verdict v = m_judge.verdict();
    QCOMPARE(v.sent, 3);
    QCOMPARE(v.expected, 4);
    QCOMPARE(v.delivered, 4);
    QVERIFY(v.isClean());
}

void JudgeTest::missingDeliveryIsALoss()
{
    deliver(m_judge.addAction(a, "e", 0, true), b);
    const Verdict v = m_judge.verdict();
    QCOMPARE(v.lost, 1);
    QVERIFY(!v.identical);
    QVERIFY(!v.isClean());
}

void JudgeTest::secondDeliveryIsADuplicate()
{
    const auto action = m_judge.addAction(a, "e", 0, true);
    for (const auto device : {b, b, c})
        deliver(action, device);
    const Verdict v = m_judge.verdict();
    QCOMPARE(v.duplicated, 1);
    QCOMPARE(v.lost, 0);
    QVERIFY(!v.isClean());
}

void JudgeTest::laterBeforeEarlierIsReordered()
{
    const auto first = m_judge.addAction(a, "e", 0, true);
    const auto second = m_judge.addAction(a, "f", 1, true);
    deliver(second, b);
    deliver(first, b);
    deliver(first, c);
    deliver(second, c);
    const Verdict v = m_judge.verdict();
    QCOMPARE(v.reordered, 1);
    QVERIFY(v.identical);
    QVERIFY(!v.isClean());
}

void JudgeTest::orderOfDeferredActionsIsExcused()
{
    const auto first = m_judge.addAction(a, "e", 0, true);
    const auto second = m_judge.addAction(a, "f", 1, true);
    m_judge.defer(first);
    for (const auto device : {b, c}) {
        deliver(second, device);
        deliver(first, device);
    }
    QVERIFY(m_judge.verdict().isClean());
}

void JudgeTest::ordersOfTwoSendersAreIndependent()
{
    const auto first = m_judge.addAction(a, "e", 0, true);
    const auto second = m_judge.addAction(b, "f", 1, true);
    deliver(second, c);
    deliver(first, c);
    deliver(first, b);
    deliver(second, a);
    QVERIFY(m_judge.verdict().isClean());
}

void JudgeTest::ownOrForeignDeliveryIsAltered()
{
    const auto action = m_judge.addAction(a, "e", 0, true);
    deliver(action, b);
    deliver(action, c);
    deliver(action, a);
    deliver(action, x);
    deliver(99, b);
    QCOMPARE(m_judge.verdict().altered, 3);
}

void JudgeTest::differentEndsAreFound()
{
    const auto first = m_judge.addAction(a, "e", 0, false);
    const auto second = m_judge.addAction(a, "e", 1, false);
    deliver(first, b);
    deliver(second, b);
    deliver(second, c);
    deliver(first, c);
    const Verdict v = m_judge.verdict();
    QCOMPARE(v.differing, 1);
    QVERIFY(!v.identical);
}

void JudgeTest::serverIsComparedToo()
{
    const auto first = m_judge.addAction(a, "e", 0, true);
    const auto second = m_judge.addAction(a, "e", 1, true);
    for (const auto device : {b, c}) {
        deliver(first, device);
        deliver(second, device);
    }
    m_judge.setServerRecord("r", "e", second);
    QVERIFY(m_judge.verdict().isClean());
    m_judge.setServerRecord("r", "e", first);
    QVERIFY(!m_judge.verdict().identical);
}

void JudgeTest::ownerIsNotAskedWhenItsOrderIsUnsure()
{
    const auto offline = m_judge.addAction(a, "e", 0, false);
    const auto direct = m_judge.addAction(a, "e", 1, true);
    for (const auto device : {b, c}) {
        deliver(direct, device);
        deliver(offline, device); // came later, by HTTP: the last one for everybody but the owner
    }
    m_judge.setServerRecord("r", "e", offline);
    QVERIFY(m_judge.verdict().isClean());
}

void JudgeTest::latencyIsTakenFromReceiversThatWereThere()
{
    for (int i = 0; i < 100; ++i) {
        const auto action = m_judge.addAction(a, "e" + QByteArray::number(i), 1000 * i, true);
        m_judge.addDelivery(b, action, 1000 * i + i + 1, 0);
        m_judge.addDelivery(c, action, 1000 * i + 500000, 1000 * i + 400000); // came back later
    }
    const Verdict v = m_judge.verdict();
    // The first action was at 0, when b had only just come.
    QCOMPARE(v.maxUs, 100);
    QCOMPARE(v.p50Us, 51);
    QCOMPARE(v.p90Us, 90);
    QCOMPARE(v.p99Us, 99);
}

void JudgeTest::recordHoldsWhatWasDoneBefore()
{
    const auto first = m_judge.addAction(a, "e", 0, true);
    const auto other = m_judge.addAction(a, "f", 1, true);
    const auto last = m_judge.addAction(a, "e", 2, true);
    for (const auto marker : {first, other, last})
        deliver(marker, b);
    m_judge.addRecord(c, last, 3, -1);
    QCOMPARE(m_judge.verdict().lost, 1); // the other record is not in it
    deliver(other, c);
    QCOMPARE(m_judge.deliveredCount(), m_judge.expectedCount());
    QVERIFY(m_judge.verdict().isClean());
    QCOMPARE(m_judge.verdict().maxUs, 1); // from `last` to its record
}

void JudgeTest::recordMayComeBehindLaterChanges()
{
    const auto first = m_judge.addAction(a, "e", 0, true);
    const auto second = m_judge.addAction(a, "f", 1, true);
    deliver(first, b);
    deliver(second, b);
    deliver(second, c);
    m_judge.addRecord(c, first, 2, -1);
    QVERIFY(m_judge.verdict().isClean());
}

void JudgeTest::recordHoldsLaterActionsOnlyIfTheirOrderIsUnsure()
{
    const auto first = m_judge.addAction(a, "e", 0, true);
    const auto second = m_judge.addAction(a, "e", 1, true);
    deliver(second, b);
    deliver(first, b);
    m_judge.addRecord(c, first, 2, -1);
    QCOMPARE(m_judge.verdict().lost, 1);
    m_judge.defer(first);
    QVERIFY(m_judge.verdict().isClean());
}

void JudgeTest::changeBehindItsRecordIsNoDuplicate()
{
    const auto action = m_judge.addAction(a, "e", 0, true);
    deliver(action, b);
    m_judge.addRecord(c, action, 1, -1);
    deliver(action, c);
    QVERIFY(m_judge.verdict().isClean());
    deliver(action, c);
    QCOMPARE(m_judge.verdict().duplicated, 1);
}

void JudgeTest::refusedActionsAreExpectedNowhere()
{
    const auto first = m_judge.addAction(a, "e", 0, true);
    const auto given = m_judge.addAction(a, "e", 1, true);
    deliver(first, b);
    deliver(first, c);
    QCOMPARE(m_judge.verdict().lost, 2);
    m_judge.refuse(given);
    m_judge.refuse(given); // told twice
    QCOMPARE(m_judge.expectedCount(), 2);
    QVERIFY(m_judge.verdict().isClean());
    deliver(given, b); // all the same: nobody should have it
    QCOMPARE(m_judge.verdict().altered, 1);
    QCOMPARE(m_judge.verdict().lost, 0);
}

QTEST_GUILESS_MAIN(JudgeTest)
#include "tst_remote_judge.moc"
