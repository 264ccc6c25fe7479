// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/timestamp.h"

#include <QTest>

using namespace possync;

class TimestampTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void reads_data();
    void reads();
    void refuses_data();
    void refuses();
    void whatIsWrittenReadsBack();
};

void TimestampTest::reads_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("ms");
    const auto row = [](const char *text, qint64 ms) {
        QTest::newRow(text) << QByteArray(text) << ms;
    };
    row("1970-01-01T00:00:00Z", 0);
    row("1970-01-01T00:00:00", 0);
    row("1970-01-01 00:00:00.5", 500);
    row("1969-12-31T23:59:59.999Z", -1);
    row("2000-02-29T00:00:00.000Z", 951782400000);
    row("2026-11-23T20:00:00.000+01:00", 1795460400000);
    row("2026-11-23T14:30:00.000-04:30", 1795460400000);
    row("2026-11-23T19:00:00.123456789Z", 1795460400123);
    row("2016-12-31T23:59:60Z", 1483228800000);
}

void TimestampTest::reads()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, ms);
    QCOMPARE(parseTimestamp(text), std::optional<qint64>(ms));
}

void TimestampTest::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"",
                             "now",
                             "2026-11-23",
                             "2026-11-23T20",
                             "2026-11-23T20:00",
                             "2026-11-23T20:00:0",
                             "2026-11-23T20:00:00.",
                             "2026-11-23T20:00:00.Z",
                             "2026-11-23T20:00:00ZZ",
                             "2026-11-23T20:00:00+1",
                             "2026-11-23T20:00:00+0100",
                             "2026-11-23T20:00:00 Z",
                             "2026-13-01T00:00:00Z",
                             "2026-00-01T00:00:00Z",
                             "2026-02-29T00:00:00Z",
                             "2100-02-29T00:00:00Z",
                             "2026-04-31T00:00:00Z",
                             "2026-11-23T24:00:00Z",
                             "2026-11-23T20:60:00Z",
                             "2026-11-23T20:00:61Z",
                             "2026-1-23T20:00:00Z",
                             "-2026-11-23T20:00:00Z",
                             "2026-11-23t20:00:00Z",
                             " 2026-11-23T20:00:00Z"})
        QTest::newRow(*text ? text : "empty") << QByteArray(text);
}

void TimestampTest::refuses()
{
    QFETCH(QByteArray, text);
    QCOMPARE(parseTimestamp(text), std::optional<qint64>());
}

void TimestampTest::whatIsWrittenReadsBack()
{
    QCOMPARE(formatTimestamp(1709210096789), QByteArray("2024-02-29T12:34:56.789Z"));
    // A prime step, so that every month, hour and millisecond digit has its turn.
    for (qint64 ms = -86'400'000'000; ms < 4'102'444'800'000; ms += 9'876'543'211) {
        const QByteArray text = formatTimestamp(ms);
        QCOMPARE(text.size(), 24);
        QCOMPARE(parseTimestamp(text), std::optional<qint64>(ms));
    }
}

QTEST_GUILESS_MAIN(TimestampTest)
#include "tst_timestamp.moc"
