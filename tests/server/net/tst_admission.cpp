// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/admission.h"
#include "server/net/bytestream.h"
#include "server/net/connectioncounts.h"
#include "server/net/feedreaders.h"
#include "server/net/newcomers.h"

#include <QHostAddress>
#include <QTest>
#include <atomic>
#include <thread>
#include <vector>

namespace possync::net {

class AdmissionTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void countsPeersByTheirNetwork_data();
    void countsPeersByTheirNetwork();
    void namesIpv4InIpv6AsIpv4();
    void pushedChangesNeedTheirRole();
    void bytesHoldOnAverage_data();
    void bytesHoldOnAverage();
    void batchesWaitForTheirBytes();
    void replaysHoldOnAverage();
    void readersThatGoOnAreNotCounted();
    void spoofedKeysAreBounded();
    void newcomersAreLimited();
    void seatsAreLimitedAndGivenBack();
    void seatsOutliveTheCounts();
    void seatsMayEndOnOtherThreads();
};

void AdmissionTest::countsPeersByTheirNetwork_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QByteArray>("counted");
    const auto row = [](const char *host, const char *counted) {
        QTest::newRow(host) << QByteArray(host) << QByteArray(counted);
    };
    row("192.0.2.7", "192.0.2.7");
    row("::ffff:192.0.2.7", "192.0.2.7");
    row("::ffff:c000:207", "192.0.2.7");
    row("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64");
    row("2001:db8:1:2::1", "2001:db8:1:2::/64");
    row("2001:db8:1:3::1", "2001:db8:1:3::/64");
    row("2001:DB8:1:2:0:0:0:1", "2001:db8:1:2::/64");
    row("fe80::1%eth0", "fe80::/64");
    row("fe80::2", "fe80::/64");
    row("::1", "::/64");
    row("no address: at all", "no address: at all");
    row("", "");
}

void AdmissionTest::countsPeersByTheirNetwork()
{
    QFETCH(QByteArray, host);
    QFETCH(QByteArray, counted);
    QCOMPARE(countedPeer(host), counted);
}

void AdmissionTest::namesIpv4InIpv6AsIpv4()
{
    const auto name = [](const char *text) {
        return ByteStream::hostName(QHostAddress(QString::fromLatin1(text)));
    };
    QCOMPARE(name("::ffff:127.0.0.1"), QByteArray("127.0.0.1"));
    QVERIFY(isLoopback(name("::ffff:127.0.0.1")));
    QCOMPARE(name("192.0.2.7"), QByteArray("192.0.2.7"));
    QCOMPARE(name("2001:db8::1"), QByteArray("2001:db8::1"));
    QVERIFY(isLoopback(name("::1")));
    QVERIFY(!isLoopback(name("::2")));
}

void AdmissionTest::pushedChangesNeedTheirRole()
{
    v2::PushedChange change;
    change.changeId = "c";
    change.dataType = DataType::Users;
    change.action = Action::Updated;
    change.entityId = "u1";
    change.data = R"({"name":"Ann"})";
    QVERIFY(!rightsRefusal(security::Role::Manager, change));
    change.data = R"({"name":"Ann","role":"admin"})";
    const auto refusal = rightsRefusal(security::Role::Manager, change);
    QVERIFY(refusal);
    QCOMPARE(refusal->code, QByteArray("forbidden"));
    QCOMPARE(refusal->changeId, QByteArray("c"));
    QVERIFY(!rightsRefusal(security::Role::Admin, change));
    // Nor by an operation.
    change.data = "{}";
    change.operations = {{v2::Operation::Kind::Add, "pin", "1"}};
    QVERIFY(rightsRefusal(security::Role::Manager, change));
    change.operations = {{v2::Operation::Kind::Add, "tips", "1"}};
    QVERIFY(!rightsRefusal(security::Role::Manager, change));
}

void AdmissionTest::bytesHoldOnAverage_data()
{
    QTest::addColumn<qint64>("perSecond");
    QTest::addColumn<qint64>("read");
    QTest::addColumn<int>("connections");
    QTest::addColumn<bool>("ofRestaurant");
    const auto row = [](const char *name, qint64 perSecond, qint64 read, int connections,
                        bool ofRestaurant) {
        QTest::newRow(name) << perSecond << read << connections << ofRestaurant;
    };
    row("as shipped", 8'388'608, 64 * 1024, 1, false);
    row("little by little", 100'000, 100, 1, false);
    row("more at once than in a second", 10'000, 64 * 1024, 1, false);
    row("many connections", 1'000'000, 64 * 1024, 20, false);
    row("a restaurant", 1'000'000, 64 * 1024, 20, true);
}

/// A device that sends as fast as it is read, on a clock that the test turns.
void AdmissionTest::bytesHoldOnAverage()
{
    QFETCH(qint64, perSecond);
    QFETCH(qint64, read);
    QFETCH(int, connections);
    QFETCH(bool, ofRestaurant);
    RateLimits limits;
    (ofRestaurant ? limits.bytesOfRestaurant : limits.bytesOfDevice) = {perSecond, 3 * perSecond};
    Admission admission(limits);
    const std::chrono::nanoseconds start = std::chrono::hours(300);
    const std::chrono::nanoseconds end = start + std::chrono::seconds(600);
    std::vector<std::chrono::nanoseconds> next(static_cast<std::size_t>(connections), start);
    qint64 taken = 0;
    for (auto now = start; now < end; now = *std::ranges::min_element(next)) {
        for (std::size_t i = 0; i < next.size(); ++i) {
            if (next[i] > now)
                continue;
            const QByteArray key =
                ofRestaurant ? "r\nd" + QByteArray::number(qsizetype(i)) : "r\nd";
            QCOMPARE(admission.keyOf("192.0.2.7", "r", key.sliced(2)), key);
            const auto wait = admission.tookBytes("r", key, read, now);
            taken += read;
            next[i] = now + std::max(wait, std::chrono::nanoseconds(std::chrono::microseconds(50)));
        }
    }
    // What was saved up comes at once.
    const double average = double(taken - 3 * perSecond) / 600;
    QVERIFY2(average >= double(perSecond) * 0.95 && average <= double(perSecond) * 1.05,
             QByteArray::number(average));
}

void AdmissionTest::batchesWaitForTheirBytes()
{
    RateLimits limits;
    limits.bytesOfDevice = {1'000, 3'000};
    limits.bytesOfRestaurant = {10'000, 30'000};
    Admission admission(limits);
    const std::chrono::nanoseconds start = std::chrono::hours(300);
    QVERIFY(!admission.refusal("r", "r\nd", 5, 3'000, start));
    const auto refused = admission.refusal("r", "r\nd", 5, 1'000, start);
    QVERIFY(refused);
    QCOMPARE(refused->code, QByteArray("rate_limited"));
    QVERIFY(refused->message.startsWith("too many bytes of this device"));
    QCOMPARE(refused->retryAfterMs, 1'000);
    // What was refused was not counted, and the wait that was told suffices.
    QVERIFY(!admission.refusal("r", "r\nd", 5, 1'000, start + std::chrono::seconds(1)));
    QVERIFY(!admission.refusal("r", "r\nother", 5, 3'000, start));
}

void AdmissionTest::replaysHoldOnAverage()
{
    RateLimits limits;
    limits.replaysOfDevice = core::perMinute(60);
    Admission admission(limits);
    const std::chrono::nanoseconds start = std::chrono::hours(300);
    int passed = 0;
    for (int tenth = 0; tenth < 36'000; ++tenth) { // an hour
        const auto now = start + tenth * std::chrono::milliseconds(100);
        if (admission.replay("r\nd", now).count() == 0)
            ++passed;
    }
    QVERIFY2(std::abs(passed - 60 - 3'600) <= 3'600 / 20, QByteArray::number(passed));
    const auto wait = admission.replay("r\nd", start + std::chrono::hours(1));
    QVERIFY(wait.count() == 0 || wait <= std::chrono::seconds(1));
    QVERIFY(admission.replay("r\nother", start).count() == 0);
}

namespace {

class Listening final : public RoomObserver
{
public:
    void changeApplied(const QByteArray &, const core::StoredChangePtr &, std::size_t) override {}
    void changeRefused(const QByteArray &, const QByteArray &, const classic::Refusal &) override {}
    void rateExceeded(const QByteArray &restaurantId, const QByteArray &who) override
    {
        exceeded.append(restaurantId + ' ' + who);
    }
    void deviceIdShared(const QByteArray &, const QByteArray &) override {}
    void deviceConnected(const QByteArray &, const QByteArray &, const QByteArray &) override {}
    void deviceDisconnected(const QByteArray &, const QByteArray &, const QByteArray &) override {}
    void delivered(const QByteArray &, std::size_t, qint64) override {}
    void committed(const QByteArray &, std::size_t, qint64) override {}
    void storeFailed(const QByteArray &, const QString &) override {}

    QByteArrayList exceeded;
};

} // namespace

void AdmissionTest::readersThatGoOnAreNotCounted()
{
    RateLimits limits;
    limits.replaysOfDevice = core::perMinute(2);
    Listening observer;
    FeedReaders readers(limits, observer);
    const std::chrono::nanoseconds now = std::chrono::hours(300);
    const FeedReaders::Reader reader{"192.0.2.7", "t1", "r"};
    for (quint64 since = 0; since < 1'000; ++since)
        QVERIFY(!readers.refusal(reader, since, 1'000, now));
    // Nothing new, asked again and again; then something is.
    for (int i = 0; i < 100; ++i)
        QVERIFY(!readers.refusal(reader, 1'000, 1'000, now));
    QVERIFY(!readers.refusal(reader, 1'000, 1'005, now));
    QVERIFY(!readers.refusal(reader, 0, 1'005, now)); // the second beginning
    const auto refused = readers.refusal(reader, 0, 1'005, now);
    QVERIFY(refused && refused->code == "rate_limited");
    QCOMPARE(refused->retryAfterMs, 30'000);
    QCOMPARE(observer.exceeded, QByteArrayList({"r 192.0.2.7"}));
    // Others are others, and this computer is spared.
    QVERIFY(!readers.refusal({"192.0.2.8", "t1", "r"}, 0, 1'005, now));
    QVERIFY(!readers.refusal({"192.0.2.7", "t2", "r"}, 0, 1'005, now));
    QVERIFY(!readers.refusal({"192.0.2.7", "t1", "s"}, 0, 1'005, now));
    for (int i = 0; i < 10; ++i)
        QVERIFY(!readers.refusal({"127.0.0.1", "t1", "r"}, 0, 1'005, now));
    QVERIFY(!readers.refusal(reader, 0, 1'005, now + std::chrono::seconds(30)));
}

void AdmissionTest::spoofedKeysAreBounded()
{
    RateLimits limits;
    limits.changesOfDevice = limits.changesOfRestaurant = {1, 3};
    limits.bytesOfDevice = limits.bytesOfRestaurant = {1, 3};
    limits.replaysOfDevice = core::perMinute(1);
    Admission admission(limits);
    Listening observer;
    FeedReaders readers(limits, observer);
    const std::chrono::nanoseconds now = std::chrono::hours(300);
    for (int i = 0; i < 100'000; ++i) {
        const QByteArray name = QByteArray::number(i);
        const QByteArray key = admission.keyOf("192.0.2.7", "r" + name, "d" + name);
        QVERIFY(!admission.refusal("r" + name, key, 1, 1, now));
        admission.tookBytes("r" + name, key, 100, now);
        admission.replay(key, now);
        readers.refusal({"192.0.2.7", {}, "r" + name}, 0, 1, now);
        QVERIFY(admission.size() <= 50'000 && readers.size() <= 20'000);
    }
    // Those that came last are known.
    QVERIFY(admission.refusal("r99999", "r99999\nd99999", 1, 1, now));
    QVERIFY(admission.replay("r99999\nd99999", now).count() > 0);
}

void AdmissionTest::newcomersAreLimited()
{
    RateLimits limits;
    limits.newRestaurantsOfAddress = core::perMinute(3);
    limits.newRestaurants = core::perMinute(5);
    limits.newDevices = core::perMinute(2);
    Newcomers newcomers(limits);
    const std::chrono::nanoseconds now = std::chrono::hours(300);
    for (int i = 0; i < 3; ++i)
        QVERIFY(!newcomers.restaurant("2001:db8::1", now));
    const auto address = newcomers.restaurant("2001:db8::2", now); // the same network
    QVERIFY(address);
    QCOMPARE(address->retryAfterMs, 20'000);
    QVERIFY2(address->message.contains("from this address"), address->message);
    QVERIFY(!newcomers.restaurant("192.0.2.7", now));
    QVERIFY(!newcomers.restaurant("192.0.2.7", now));
    const auto all = newcomers.restaurant("192.0.2.8", now);
    QVERIFY(all && all->message.contains("at once"));
    QCOMPARE(all->retryAfterMs, 12'000);
    QVERIFY(!newcomers.restaurant("192.0.2.8", now + std::chrono::seconds(12)));
    // Devices are counted apart, and this computer is not counted.
    QVERIFY(!newcomers.device("192.0.2.7", now) && !newcomers.device("192.0.2.7", now));
    QVERIFY(newcomers.device("192.0.2.9", now));
    for (int i = 0; i < 20; ++i)
        QVERIFY(!newcomers.restaurant("127.0.0.1", now) && !newcomers.device("::1", now));
    int passed = 0;
    for (int second = 60; second < 3'660; ++second)
        passed += newcomers.device("192.0.2.7", now + std::chrono::seconds(second)) ? 0 : 1;
    QVERIFY2(std::abs(passed - 2 - 120) <= 6, QByteArray::number(passed));
}

void AdmissionTest::seatsAreLimitedAndGivenBack()
{
    ConnectionCounts counts(2);
    auto first = counts.take("a");
    const auto second = counts.take("a");
    QVERIFY(first && second);
    QVERIFY(!counts.take("a"));
    QVERIFY(counts.take("b"));
    auto copy = first;
    first.reset();
    QVERIFY(!counts.take("a"));
    copy.reset();
    QVERIFY(counts.take("a"));
}

void AdmissionTest::seatsOutliveTheCounts()
{
    ConnectionCounts::Seat seat;
    {
        ConnectionCounts counts(1);
        seat = counts.take("a");
        QVERIFY(!counts.take("a"));
    }
    seat.reset(); // gives back what is still there, says AddressSanitizer
    ConnectionCounts others(1);
    QVERIFY(others.take("a"));
}

void AdmissionTest::seatsMayEndOnOtherThreads()
{
    constexpr int most = 3;
    ConnectionCounts counts(most);
    std::atomic<int> taken = 0;
    std::atomic<bool> overtaken = false;
    const auto work = [&] {
        for (int i = 0; i < 20'000; ++i) {
            const auto seat = counts.take("a");
            if (seat && ++taken > most)
                overtaken = true;
            if (seat)
                --taken;
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back(work);
    for (std::thread &thread : threads)
        thread.join();
    QVERIFY(!overtaken);
    std::vector<ConnectionCounts::Seat> seats;
    for (int i = 0; i < most; ++i) {
        seats.push_back(counts.take("a"));
        QVERIFY(seats.back());
    }
    QVERIFY(!counts.take("a"));
}

} // namespace possync::net

QTEST_GUILESS_MAIN(possync::net::AdmissionTest)
#include "tst_admission.moc"
