// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/backoff.h"
#include "common/sync/clockoffset.h"

#include <QTest>

using namespace possync::sync;

class BackoffTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void growsToALimitAndStaysThere();
    void chanceSpreadsFromNothingToAll();
    void whatWasAskedForIsKept();
    void successStartsOver();
    void offsetTakesTheQuickestAnswer();
    void offsetForgetsOldAnswers();
    void setClockSpoilsNothing();
    void withoutAnswersTheDeviceClockServes();
};

void BackoffTest::growsToALimitAndStaysThere()
{
    Backoff backoff({.firstMs = 100, .longestMs = 1000});
    std::vector<qint64> waits;
    for (int i = 0; i < 7; ++i)
        waits.push_back(backoff.next(0.5));
    QCOMPARE(waits, std::vector<qint64>({50, 100, 200, 400, 500, 500, 500}));
    for (int i = 0; i < 10000; ++i)
        QCOMPARE(backoff.next(0.5), qint64(500));
    QCOMPARE(backoff.failures(), 10007);
}

void BackoffTest::chanceSpreadsFromNothingToAll()
{
    for (const double chance : {0.0, 0.25, 0.5, 0.999}) {
        Backoff backoff({.firstMs = 1000, .longestMs = 1000});
        QCOMPARE(backoff.next(chance), static_cast<qint64>(1000 * chance));
    }
}

void BackoffTest::whatWasAskedForIsKept()
{
    Backoff backoff({.firstMs = 100, .longestMs = 1000});
    QCOMPARE(backoff.next(0.0, 4000), qint64(4000));
    QCOMPARE(backoff.next(0.5, 4000), qint64(4100));
}

void BackoffTest::successStartsOver()
{
    Backoff backoff({.firstMs = 100, .longestMs = 1000});
    for (int i = 0; i < 5; ++i)
        backoff.next(0.0);
    backoff.reset();
    QCOMPARE(backoff.failures(), 0);
    QCOMPARE(backoff.next(0.5), qint64(50));
}

void BackoffTest::offsetTakesTheQuickestAnswer()
{
    ClockOffset offset;
    // The server is 5 s ahead. The first answer was held up on its way back.
    offset.addSample({1'000'000, 100}, 1'005'010, {1'000'400, 500});
    QCOMPARE(offset.roundTripMs(), std::optional<qint64>(400));
    offset.addSample({1'001'000, 1100}, 1'006'010, {1'001'020, 1120});
    offset.addSample({1'002'000, 2100}, 1'007'150, {1'002'300, 2400});
    QCOMPARE(offset.offsetMs(), std::optional<qint64>(5000));
    QCOMPARE(offset.roundTripMs(), std::optional<qint64>(20));
    QCOMPARE(offset.serverMs({1'003'000, 3100}), qint64(1'008'000));
}

void BackoffTest::offsetForgetsOldAnswers()
{
    ClockOffset offset;
    offset.addSample({0, 0}, 5'001, {2, 2});
    for (qint64 i = 1; i <= 8; ++i)
        offset.addSample({i * 1000, i * 1000}, i * 1000 + 7'005, {i * 1000 + 10, i * 1000 + 10});
    QCOMPARE(offset.offsetMs(), std::optional<qint64>(7000));
}

void BackoffTest::setClockSpoilsNothing()
{
    ClockOffset offset;
    offset.addSample({1'000'000, 100}, 1'005'010, {1'000'020, 120});
    // Somebody sets the device's clock an hour ahead; a slow answer follows.
    offset.addSample({4'600'100, 200}, 1'005'110, {4'600'400, 500});
    QCOMPARE(offset.serverMs({4'600'400, 500}), qint64(1'005'400));
    QCOMPARE(offset.offsetMs(), std::optional<qint64>(5'000 - 3'600'000));
}

void BackoffTest::withoutAnswersTheDeviceClockServes()
{
    ClockOffset offset;
    QCOMPARE(offset.serverMs({1234, 99}), qint64(1234));
    QVERIFY(!offset.offsetMs());
    offset.addSample({0, 0}, 5'000, {0, 0});
    offset.clear();
    QVERIFY(!offset.roundTripMs());
}

QTEST_GUILESS_MAIN(BackoffTest)
#include "tst_backoff.moc"
