// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/admission.h"
#include "server/net/bytestream.h"
#include "server/net/connectioncounts.h"

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
