// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/pairing.h"

#include <QSet>
#include <QTest>
#include <sodium.h>

using namespace possync::security;
using namespace std::chrono_literals;

namespace {

constexpr qint64 now = 1'700'000'000'000;
const TokenSpec waiter{TokenKind::Device, Role::Server, "r", QStringLiteral("Tablet"), 0};

} // namespace

class PairingTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(sodium_init() >= 0); }
    void codeWorksOnceAndAsTyped();
    void codeIsOverAfterTenMinutes();
    void codesDiffer();
    void oldestMakesRoom();
    void guessesAreTenAMinute();
    void guessersMemoryIsBounded();
};

void PairingTest::codeWorksOnceAndAsTyped()
{
    PairingDesk desk;
    const PairingOffer first = desk.open(waiter, "old", now);
    const PairingOffer second = desk.open(waiter, {}, now);
    QCOMPARE(first.code.size(), 9);
    QCOMPARE(first.code[4], '-');
    QVERIFY(!desk.take("", now));
    QVERIFY(!desk.take("ABCD", now));
    QVERIFY(!desk.take(first.code + "A", now));
    QByteArray typed = first.code.toLower().replace('-', ' ') + ' ';
    const auto taken = desk.take(typed, now + 1);
    QVERIFY(taken);
    QCOMPARE(taken->replaces, QByteArray("old"));
    QVERIFY(taken->spec == waiter);
    QVERIFY(!desk.take(first.code, now + 1));
    QVERIFY(desk.take(second.code.toLower().remove(4, 1), now + 1));
    QVERIFY(desk.openOffers(now).empty());
}

void PairingTest::codeIsOverAfterTenMinutes()
{
    PairingDesk desk;
    const PairingOffer offer = desk.open(waiter, {}, now);
    QCOMPARE(offer.expiresAtMs, now + 600'000);
    QCOMPARE(desk.openOffers(now + 599'999).size(), std::size_t(1));
    QVERIFY(!desk.take(offer.code, now + 600'000));
    const PairingOffer other = desk.open(waiter, {}, now);
    QVERIFY(desk.take(other.code, now + 599'999));
}

void PairingTest::codesDiffer()
{
    PairingDesk desk;
    QSet<QByteArray> codes;
    for (int i = 0; i < 1'000; ++i)
        codes += desk.open(waiter, {}, now).code;
    QCOMPARE(codes.size(), 1'000);
}

void PairingTest::oldestMakesRoom()
{
    PairingDesk desk;
    const PairingOffer first = desk.open(waiter, {}, now);
    const PairingOffer second = desk.open(waiter, {}, now);
    for (std::size_t i = 1; i < PairingDesk::mostOffers; ++i)
        desk.open(waiter, {}, now);
    QCOMPARE(desk.openOffers(now).size(), PairingDesk::mostOffers);
    QVERIFY(!desk.take(first.code, now));
    QVERIFY(desk.take(second.code, now));
}

void PairingTest::guessesAreTenAMinute()
{
    GuessLimit limit;
    const std::chrono::nanoseconds start = 5s;
    int tried = 0;
    while (limit.wait("10.0.0.1", start).count() == 0 && tried < 100) {
        limit.failed("10.0.0.1", start);
        ++tried;
    }
    QCOMPARE(tried, 10);
    QVERIFY(limit.wait("10.0.0.1", start) == 6s);
    QVERIFY(limit.wait("10.0.0.2", start).count() == 0);
    // Over ten minutes of trying whenever it may: ten at once, then ten a minute.
    for (std::chrono::nanoseconds at = start; at < start + 10min; at += 100ms) {
        if (limit.wait("10.0.0.1", at).count() > 0)
            continue;
        limit.failed("10.0.0.1", at);
        ++tried;
    }
    QVERIFY2(tried >= 105 && tried <= 110, QByteArray::number(tried));
}

void PairingTest::guessersMemoryIsBounded()
{
    GuessLimit limit;
    for (int i = 0; i < 100'000; ++i)
        limit.failed(QByteArray::number(i), 1s);
    // The newest is remembered; those it displaced begin anew, which costs an attacker an address.
    for (int i = 0; i < 9; ++i)
        limit.failed("99999", 1s);
    QVERIFY(limit.wait("99999", 1s).count() > 0);
    QCOMPARE(limit.wait("0", 1s).count(), 0);
}

QTEST_GUILESS_MAIN(PairingTest)
#include "tst_pairingdesk.moc"
