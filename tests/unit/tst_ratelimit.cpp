// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/ratelimit.h"

#include <QTest>

using namespace possync::core;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// The clock does not begin at zero.
constexpr nanoseconds start = 1'000'000s;

class RateLimitTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void passesTheRate_data();
    void passesTheRate();
    void waitIsExact();
    void largeBatchPassesIntoDebt();
    void offLimitsNothing();
    void keysDoNotShare();
    void forgetsFullBuckets();
    void spoofedKeysAreBounded();
};

void RateLimitTest::passesTheRate_data()
{
    QTest::addColumn<qint64>("perSecond");
    QTest::addColumn<qint64>("burst");
    QTest::addColumn<qint64>("offeredPerSecond");
    QTest::addColumn<qint64>("batch");
    QTest::addColumn<double>("expectedPerSecond");
    const auto row = [](const char *name, qint64 perSecond, qint64 burst, qint64 offered,
                        qint64 batch, double expected) {
        QTest::newRow(name) << perSecond << burst << offered << batch << expected;
    };
    row("below the rate", 100, 300, 50, 1, 50);
    row("at the rate", 100, 300, 100, 1, 100);
    row("twice the rate", 100, 300, 200, 1, 100);
    row("hundred times the rate", 100, 300, 10'000, 1, 100);
    row("one a second", 1, 3, 20, 1, 1);
    row("burst of one", 10, 1, 1'000, 1, 10);
    row("odd rate", 333, 999, 1'000, 1, 333);
    row("fast", 7'000, 7'000, 20'000, 1, 7'000);
    row("batches", 100, 300, 1'000, 50, 100);
    row("batches above the burst", 100, 300, 10'000, 1'000, 100);
}

void RateLimitTest::passesTheRate()
{
    QFETCH(qint64, perSecond);
    QFETCH(qint64, burst);
    QFETCH(qint64, offeredPerSecond);
    QFETCH(qint64, batch);
    QFETCH(double, expectedPerSecond);
    const Rate rate{perSecond, burst};
    constexpr qint64 seconds = 200;
    const qint64 tries = offeredPerSecond * seconds / batch;
    TokenBucket bucket;
    qint64 passed = 0;
    for (qint64 i = 0; i < tries; ++i) {
        const nanoseconds now = start + nanoseconds(1s) * seconds * i / tries;
        if (bucket.wait(rate, batch, now) > 0ns)
            continue;
        bucket.take(rate, batch, now);
        passed += batch;
    }
    // What was saved up, and the debt of a last batch, come on top of the rate.
    const double saved = expectedPerSecond < static_cast<double>(perSecond)
                             ? 0
                             : static_cast<double>(std::max(burst, batch));
    const double average = static_cast<double>(passed) / seconds;
    QVERIFY2(average >= expectedPerSecond * 0.95, QByteArray::number(average));
    QVERIFY2(average - saved / seconds <= expectedPerSecond * 1.05, QByteArray::number(average));
}

void RateLimitTest::waitIsExact()
{
    const Rate rate{10, 5};
    TokenBucket bucket;
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(bucket.wait(rate, 1, start), 0ns);
        bucket.take(rate, 1, start);
    }
    QCOMPARE(bucket.wait(rate, 1, start), nanoseconds(100ms));
    QCOMPARE(bucket.wait(rate, 1, start + 60ms), nanoseconds(40ms));
    QCOMPARE(bucket.wait(rate, 1, start + 100ms), 0ns);
    QVERIFY(!bucket.isFull(start + 499ms));
    QVERIFY(bucket.isFull(start + 500ms));
}

void RateLimitTest::largeBatchPassesIntoDebt()
{
    const Rate rate{10, 30};
    TokenBucket bucket;
    bucket.take(rate, 30, start);
    QCOMPARE(bucket.wait(rate, 1'000, start), nanoseconds(1500ms));
    QCOMPARE(bucket.wait(rate, 1'000, start + 1500ms), 0ns);
    bucket.take(rate, 1'000, start + 1500ms);
    // 15 were there, 985 are owed, and one more must have come.
    QCOMPARE(bucket.wait(rate, 1, start + 1500ms), nanoseconds(98'600ms));
    // A batch of nothing does not wait.
    QCOMPARE(bucket.wait(rate, 0, start + 1500ms), 0ns);
}

void RateLimitTest::offLimitsNothing()
{
    RateTable table({0, 0});
    QVERIFY(!table.isOn());
    for (int i = 0; i < 1'000; ++i) {
        QCOMPARE(table.wait("d", 1'000'000, start), 0ns);
        table.take("d", 1'000'000, start);
    }
    QCOMPARE(table.size(), std::size_t(0));
}

void RateLimitTest::keysDoNotShare()
{
    RateTable table({1, 2});
    table.take("a", 2, start);
    QVERIFY(table.wait("a", 1, start) > 0ns);
    QCOMPARE(table.wait("b", 1, start), 0ns);
    QCOMPARE(table.wait("a", 1, start + 1s), 0ns);
}

void RateLimitTest::forgetsFullBuckets()
{
    RateTable table({10, 10}, 1'000'000);
    for (int i = 0; i < 1'000; ++i)
        table.take(QByteArray::number(i), 1, start);
    QCOMPARE(table.size(), std::size_t(1'000));
    for (int i = 0; i < 1'000; ++i)
        table.take("late " + QByteArray::number(i), 10, start + 1s);
    QCOMPARE(table.size(), std::size_t(1'000));
    QVERIFY(table.wait("late 0", 1, start + 1s) > 0ns);
}

void RateLimitTest::spoofedKeysAreBounded()
{
    RateTable table({1, 10}, 10'000);
    for (int i = 0; i < 100'000; ++i) {
        const nanoseconds now = start + i * 10us;
        table.take("spoofed " + QByteArray::number(i), 10, now);
        // One that goes on is not pushed out, however many come.
        if (i % 1'000 == 0)
            table.take("busy", i == 0 ? 10 : 1, now);
        QVERIFY(table.size() <= 10'000);
    }
    QVERIFY(table.wait("busy", 1, start + 1s) > nanoseconds(1s));
    QVERIFY(table.wait("spoofed 99999", 1, start + 1s) > 0ns);
}

QTEST_GUILESS_MAIN(RateLimitTest)
#include "tst_ratelimit.moc"
