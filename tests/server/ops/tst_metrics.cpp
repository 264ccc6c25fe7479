// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/ops/metrics.h"

#include <QTest>
#include <cmath>
#include <limits>
#include <thread>

namespace possync::ops {

class MetricsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void bucketsAreNarrowAndWithoutGaps();
    void quantilesAreWithinThreePercent();
    void oddDurationsAreCounted();
    void differenceHoldsOnlyWhatCameSince();
    void threadsLoseNoCount();
    void expositionNamesEveryCounter();
    void latencyIsAProperHistogram();
    void figuresOfOneNameShareAHeading();
    void labelsAndValuesAreEscaped();
};

void MetricsTest::bucketsAreNarrowAndWithoutGaps()
{
    std::uint64_t lower = 0;
    for (std::size_t i = 0; i < LatencyBuckets::count; ++i) {
        const std::uint64_t upper = LatencyBuckets::upperBound(i);
        QVERIFY(upper >= lower);
        QCOMPARE(LatencyBuckets::indexOf(lower), i);
        QCOMPARE(LatencyBuckets::indexOf(upper), i);
        QVERIFY((upper - lower) * LatencyBuckets::perDoubling <= lower);
        lower = upper + 1;
    }
}

void MetricsTest::quantilesAreWithinThreePercent()
{
    LatencyHistogram histogram;
    QCOMPARE(histogram.snapshot().p99Us(), quint64(0));
    for (int i = 1; i <= 10'000; ++i)
        histogram.record(i);
    const LatencySnapshot snapshot = histogram.snapshot();
    QCOMPARE(snapshot.count, quint64(10'000));
    QCOMPARE(snapshot.sumUs, quint64(50'005'000));
    const auto isNear = [](std::uint64_t found, double exact) {
        const double ratio = static_cast<double>(found) / exact;
        return ratio >= 1.0 && ratio <= 1.032;
    };
    QVERIFY2(isNear(snapshot.p50Us(), 5'000), qPrintable(QString::number(snapshot.p50Us())));
    QVERIFY2(isNear(snapshot.p99Us(), 9'900), qPrintable(QString::number(snapshot.p99Us())));
    QCOMPARE(snapshot.quantileUs(0), quint64(1));
    QVERIFY(isNear(snapshot.quantileUs(1), 10'000));
    QCOMPARE(snapshot.countBelow(1024), quint64(1023));
}

void MetricsTest::oddDurationsAreCounted()
{
    LatencyHistogram histogram;
    histogram.record(-5);
    histogram.record(std::numeric_limits<qint64>::max());
    const LatencySnapshot snapshot = histogram.snapshot();
    QCOMPARE(snapshot.count, quint64(2));
    QCOMPARE(snapshot.quantileUs(0.5), quint64(0));
    QCOMPARE(snapshot.buckets.back(), quint64(1));
}

void MetricsTest::differenceHoldsOnlyWhatCameSince()
{
    Metrics metrics;
    metrics.countChange(DataType::Orders, 5);
    metrics.count(Counter::BytesIn, 100);
    metrics.recordLatency(1'000'000);
    const MetricsSnapshot before = metrics.snapshot();
    metrics.countChange(DataType::Orders);
    metrics.countChange(DataType::Printers, 2);
    metrics.count(Counter::BytesIn, 11);
    metrics.recordLatency(20);

    const MetricsSnapshot news = metrics.snapshot().since(before);
    QCOMPARE(news.changesOf(DataType::Orders), quint64(1));
    QCOMPARE(news.changesOf(DataType::Printers), quint64(2));
    QCOMPARE(news.changesOf(DataType::Tables), quint64(0));
    QCOMPARE(news.of(Counter::BytesIn), quint64(11));
    QCOMPARE(news.of(Counter::BytesOut), quint64(0));
    QCOMPARE(news.latency.count, quint64(1));
    QCOMPARE(news.latency.sumUs, quint64(20));
    // Without the difference the slow one would be the 99th percentile.
    QCOMPARE(news.latency.p99Us(), quint64(20));
}

void MetricsTest::threadsLoseNoCount()
{
    Metrics metrics;
    constexpr int each = 20'000;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&metrics] {
            for (int n = 0; n < each; ++n) {
                metrics.countChange(DataType::Inventory);
                metrics.count(Counter::Deliveries, 3);
                metrics.recordLatency(n);
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    const MetricsSnapshot snapshot = metrics.snapshot();
    QCOMPARE(snapshot.changesOf(DataType::Inventory), quint64(4 * each));
    QCOMPARE(snapshot.of(Counter::Deliveries), quint64(12 * each));
    QCOMPARE(snapshot.latency.count, quint64(4 * each));
}

void MetricsTest::expositionNamesEveryCounter()
{
    Metrics metrics;
    metrics.countChange(DataType::MenuItems, 7);
    for (std::size_t i = 0; i < counterCount; ++i)
        metrics.count(static_cast<Counter>(i), 100 + i);
    const QByteArray text = metrics.prometheusText({});
    for (const QByteArray expected : {
             "# TYPE possync_changes_total counter",
             "possync_changes_total{type=\"orders\"} 0",
             "possync_changes_total{type=\"menu_items\"} 7",
             "possync_changes_refused_total 100",
             "possync_changes_duplicate_total 101",
             "possync_deliveries_total 102",
             "possync_bytes_out_total 103",
             "possync_bytes_in_total 104",
             "possync_connections_opened_total 105",
             "possync_connections_closed_total 106",
             "possync_commits_total 107",
             "possync_store_failures_total 108",
             "possync_http_requests_total 109",
             "possync_rate_limited_total 110",
         })
        QVERIFY2(text.contains('\n' + expected + '\n'), expected.constData());
    QVERIFY(text.startsWith("# HELP "));
    QVERIFY(text.endsWith('\n'));
}

void MetricsTest::latencyIsAProperHistogram()
{
    Metrics metrics;
    metrics.recordLatency(63);
    metrics.recordLatency(64);
    metrics.recordLatency(1'500'000);
    const QByteArray text = metrics.prometheusText({});
    QVERIFY(text.contains("# TYPE possync_commit_latency_seconds histogram\n"));
    QVERIFY(text.contains("possync_commit_latency_seconds_bucket{le=\"+Inf\"} 3\n"));
    QVERIFY(text.contains("possync_commit_latency_seconds_sum 1.500127\n"));
    QVERIFY(text.contains("possync_commit_latency_seconds_count 3\n"));
    const QByteArray prefix = "possync_commit_latency_seconds_bucket{le=\"";
    std::vector<std::pair<double, int>> buckets;
    for (const QByteArray &line : text.split('\n')) {
        if (!line.startsWith(prefix))
            continue;
        const QByteArray bound =
            line.mid(prefix.size(), line.indexOf('"', prefix.size()) - prefix.size());
        buckets.emplace_back(bound == "+Inf" ? HUGE_VAL : bound.toDouble(),
                             line.mid(line.lastIndexOf(' ') + 1).toInt());
    }
    QVERIFY(buckets.size() > 10);
    QVERIFY(std::is_sorted(buckets.begin(), buckets.end()));
    QCOMPARE(buckets[0], (std::pair{0.000064, 1}));
    QCOMPARE(buckets[1], (std::pair{0.000128, 2}));
}

void MetricsTest::figuresOfOneNameShareAHeading()
{
    const std::vector<Figure> figures{
        {"possync_devices", "Devices.", Figure::Type::Gauge, {{"restaurant", "a"}}, 1},
        {"possync_rooms", "Rooms.", Figure::Type::Gauge, {}, 2},
        {"possync_devices", "Devices.", Figure::Type::Gauge, {{"restaurant", "b"}, {"v", "2"}}, 3},
        {"possync_restarts_total", "Restarts.", Figure::Type::Counter, {}, 4},
    };
    const QByteArray text = Metrics().prometheusText(figures);
    QVERIFY2(text.endsWith("# HELP possync_devices Devices.\n"
                           "# TYPE possync_devices gauge\n"
                           "possync_devices{restaurant=\"a\"} 1\n"
                           "possync_devices{restaurant=\"b\",v=\"2\"} 3\n"
                           "# HELP possync_rooms Rooms.\n"
                           "# TYPE possync_rooms gauge\n"
                           "possync_rooms 2\n"
                           "# HELP possync_restarts_total Restarts.\n"
                           "# TYPE possync_restarts_total counter\n"
                           "possync_restarts_total 4\n"),
             text.constData());
}

void MetricsTest::labelsAndValuesAreEscaped()
{
    const auto lastLine = [](const Figure &figure) {
        return Metrics().prometheusText({figure}).chopped(1).split('\n').last();
    };
    QCOMPARE(lastLine({"x", "", Figure::Type::Gauge, {{"l", "a\"b\\c\nd"}}, 0.1}),
             QByteArray("x{l=\"a\\\"b\\\\c\\nd\"} 0.1"));
    QCOMPARE(lastLine({"x", "", Figure::Type::Gauge, {}, 1e6}), QByteArray("x 1000000"));
    QCOMPARE(lastLine({"x", "", Figure::Type::Gauge, {}, std::nan("")}), QByteArray("x NaN"));
    QCOMPARE(lastLine({"x", "", Figure::Type::Gauge, {}, -HUGE_VAL}), QByteArray("x -Inf"));
    QVERIFY(Metrics()
                .prometheusText({{"x", "two\nlines", Figure::Type::Gauge, {}, 0}})
                .contains("# HELP x two\\nlines\n"));
}

} // namespace possync::ops

QTEST_GUILESS_MAIN(possync::ops::MetricsTest)
#include "tst_metrics.moc"
