// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/trafficstore.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <future>

using namespace possync;
using namespace possync::store;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 dayMs = 86'400'000;
constexpr qint64 startMs = 20'000 * dayMs; // midnight

TrafficStore::Page read(TrafficStore &store, const TrafficStore::Query &query)
{
    std::promise<TrafficStore::Page> promise;
    store.read(query, [&](const Result<TrafficStore::Page, StoreError> &page) {
        promise.set_value(page ? *page : TrafficStore::Page{.stepMs = -1, .samples = {}});
    });
    return promise.get_future().get();
}

/// A second in which `orders` orders came, in all and in one restaurant.
std::vector<TrafficSample> second(qint64 atMs, quint64 orders, qint64 p50 = 0)
{
    TrafficSample all;
    all.atMs = atMs;
    all.changes[0] = orders;
    all.deliveries = 4 * orders;
    all.bytesIn = 100 * orders;
    all.connections = 5;
    all.latencyP50Us = p50;
    all.latencyP99Us = 2 * p50;
    TrafficSample one = all;
    one.restaurantId = "r1";
    return orders > 0 ? std::vector{all, one} : std::vector{all};
}

quint64 sum(const TrafficStore::Page &page)
{
    quint64 orders = 0;
    for (const TrafficSample &sample : page.samples)
        orders += sample.changes[0];
    return orders;
}

} // namespace

/// The rolled-up traffic: sums, steps, gaps, bounds, damage.
class TrafficStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(m_dir.isValid()); }
    void stepsAddUp();
    void aQuietRestaurantIsNoGap();
    void downtimeIsAGap();
    void pagesLeaveNothingOut();
    void oldOnesGo();
    void survivesRestart();
    void damageCostsOnlyThePast();
    void unusableFileIsAnError();

private:
    QString file() const
    {
        return m_dir.filePath(u"%1.db"_s.arg(QString::fromLatin1(QTest::currentTestFunction())));
    }
    QTemporaryDir m_dir;
};

void TrafficStoreTest::stepsAddUp()
{
    TrafficStore store(file());
    for (int s = 1; s <= 600; ++s)
        store.add(second(startMs + s * 1000, 3, s % 2 == 0 ? 200 : 400));
    for (const int step : {1000, 10'000, 60'000, 900'000}) {
        const auto page = read(store, {.fromMs = startMs, .toMs = startMs + dayMs, .stepMs = step});
        QCOMPARE(page.stepMs, step);
        QCOMPARE(page.samples.size(), std::size_t(std::max(600'000 / step, 1)));
        QCOMPARE(sum(page), quint64(1800));
        QCOMPARE(page.samples.front().intervalMs, std::min(step, 600'000));
        QCOMPARE(page.samples.front().connections, 5);
        QCOMPARE(page.samples.back().latencyP99Us, 800 - (step == 1000 ? 400 : 0));
    }
    const auto minutes =
        read(store, {.fromMs = startMs, .toMs = startMs + dayMs, .stepMs = 60'000});
    QVERIFY(std::abs(minutes.samples[3].latencyP50Us - 300) <= 10);
    // A step nobody keeps is answered in the next coarser one; a running one ends now.
    const auto odd = read(store, {.fromMs = startMs, .toMs = startMs + dayMs, .stepMs = 61'000});
    QCOMPARE(odd.stepMs, 900'000);
    QCOMPARE(odd.samples.front().atMs, startMs + 600'000);
}

void TrafficStoreTest::aQuietRestaurantIsNoGap()
{
    TrafficStore store(file());
    for (int s = 1; s <= 60; ++s)
        store.add(second(startMs + s * 1000, s > 30 && s <= 40 ? 2 : 0));
    const auto page =
        read(store,
             {.restaurantId = "r1", .fromMs = startMs, .toMs = startMs + dayMs, .stepMs = 10'000});
    QCOMPARE(page.samples.size(), std::size_t(6));
    QCOMPARE(sum(page), quint64(20));
    QCOMPARE(page.samples[3].changes[0], quint64(20));
    QCOMPARE(page.samples[0].connections, 0);
    QCOMPARE(page.samples[0].restaurantId, QByteArray("r1"));
}

void TrafficStoreTest::downtimeIsAGap()
{
    TrafficStore store(file());
    for (int s = 1; s <= 30; ++s)
        store.add(second(startMs + s * 1000, 1));
    for (int s = 91; s <= 120; ++s)
        store.add(second(startMs + s * 1000, 1));
    const auto page = read(store, {.fromMs = startMs, .toMs = startMs + dayMs, .stepMs = 10'000});
    QCOMPARE(page.samples.size(), std::size_t(6));
    QCOMPARE(page.samples[2].atMs, startMs + 30'000);
    QCOMPARE(page.samples[3].atMs, startMs + 100'000);
}

void TrafficStoreTest::pagesLeaveNothingOut()
{
    TrafficStore store(file());
    for (int s = 1; s <= 100; ++s)
        store.add(second(startMs + s * 1000, quint64(s)));
    for (const QByteArray &restaurant : {QByteArray(), QByteArray("r1")}) {
        TrafficStore::Query query{.restaurantId = restaurant,
                                  .fromMs = startMs,
                                  .toMs = startMs + dayMs,
                                  .stepMs = 1000,
                                  .limit = 33};
        quint64 orders = 0;
        std::size_t samples = 0;
        int pages = 0;
        while (query.fromMs > 0) {
            const auto page = read(store, query);
            orders += sum(page);
            samples += page.samples.size();
            query.fromMs = page.nextMs;
            ++pages;
        }
        QCOMPARE(orders, quint64(5050));
        QCOMPARE(samples, std::size_t(100));
        QCOMPARE(pages, 4);
    }
}

void TrafficStoreTest::oldOnesGo()
{
    TrafficStore store(file());
    for (int hour = 0; hour < 40 * 24; ++hour)
        store.add(second(startMs + hour * 3'600'000LL + 1000, 1));
    const qint64 endMs = startMs + 40 * dayMs;
    for (const TrafficStore::Level &level : TrafficStore::levels) {
        const auto page = read(
            store, {.fromMs = startMs, .toMs = endMs, .stepMs = level.stepMs, .limit = 10'000});
        QVERIFY(!page.samples.empty());
        QVERIFY(page.samples.front().atMs >= endMs - level.keptMs - 2 * 3'600'000);
        QVERIFY(qint64(page.samples.size()) <= level.keptMs / 3'600'000 + 3);
    }
}

void TrafficStoreTest::survivesRestart()
{
    {
        TrafficStore store(file());
        store.add(second(startMs + 1000, 7));
    }
    TrafficStore store(file());
    store.add(second(startMs + 2000, 8));
    const auto page = read(store, {.fromMs = startMs, .toMs = startMs + dayMs, .stepMs = 900'000});
    QCOMPARE(page.samples.size(), std::size_t(1));
    QCOMPARE(sum(page), quint64(15));
    QCOMPARE(page.samples.front().intervalMs, 2000);
}

void TrafficStoreTest::damageCostsOnlyThePast()
{
    QFile damaged(file());
    QVERIFY(damaged.open(QIODevice::WriteOnly));
    damaged.write(QByteArray(20'000, 'x'));
    damaged.close();
    TrafficStore store(file());
    store.add(second(startMs + 1000, 7));
    const auto page = read(store, {.fromMs = startMs, .toMs = startMs + dayMs, .stepMs = 1000});
    QCOMPARE(sum(page), quint64(7));
}

void TrafficStoreTest::unusableFileIsAnError()
{
    TrafficStore store(m_dir.filePath(u"no/such/folder.db"_s));
    store.add(second(startMs + 1000, 7));
    QCOMPARE(read(store, {.fromMs = startMs, .toMs = startMs + dayMs}).stepMs, -1);
}

QTEST_GUILESS_MAIN(TrafficStoreTest)
#include "tst_trafficstore.moc"
