// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/access.h"

#include <QSemaphore>
#include <QTemporaryDir>
#include <QTest>

using namespace possync;
using namespace possync::security;

/// Single tokens of an identity provider that are not taken any more.
class RevokedJwtsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void holdUntilTheirEnd();
    void laterEndHolds();
    void areBounded();
    void outliveARestart();
};

void RevokedJwtsTest::holdUntilTheirEnd()
{
    RevokedJwts revoked;
    QVERIFY(revoked.add({"a", 100, 10, "o"}, 10));
    QVERIFY(revoked.add({"b", 200, 20, "o"}, 20));
    QVERIFY(revoked.holds("a", 99) && !revoked.holds("a", 100));
    QVERIFY(!revoked.holds("c", 50));
    QCOMPARE(revoked.list(50).size(), 2u);
    QCOMPARE(revoked.list(50).front().jti, QByteArray("b")); // newest first
    QCOMPARE(revoked.list(100).size(), 1u);
}

void RevokedJwtsTest::laterEndHolds()
{
    RevokedJwts revoked;
    QVERIFY(revoked.add({"a", 100, 10, "o"}, 10));
    QVERIFY(revoked.add({"a", 50, 20, "o"}, 20));
    QVERIFY(revoked.holds("a", 99));
    QVERIFY(revoked.add({"a", 300, 30, "o"}, 30));
    QVERIFY(revoked.holds("a", 299));
    QCOMPARE(revoked.list(30).size(), 1u);
}

void RevokedJwtsTest::areBounded()
{
    RevokedJwts revoked;
    for (qsizetype i = 0; i < RevokedJwts::most; ++i)
        QVERIFY(revoked.add({QByteArray::number(i), 100, 0, "o"}, 0));
    QVERIFY(!revoked.add({"one more", 100, 0, "o"}, 0));
    QVERIFY(revoked.add({"0", 200, 0, "o"}, 0)); // known
    // What is over makes room.
    QVERIFY(revoked.add({"one more", 300, 100, "o"}, 100));
    QCOMPARE(revoked.list(100).size(), 2u);
}

void RevokedJwtsTest::outliveARestart()
{
    const QTemporaryDir directory;
    const auto revoke = [](Access &access, const RevokedJwt &revoked) {
        QSemaphore done;
        bool isKept = false;
        const bool isTaken = access.revokeJwt(revoked, [&](const store::Outcome &kept) {
            isKept = kept.has_value();
            done.release();
        });
        return isTaken && done.tryAcquire(1, 20'000) && isKept;
    };
    {
        auto access = Access::open(directory.path());
        QVERIFY(access);
        QByteArrayList told;
        (*access)->setJwtRevokedObserver([&told](const QByteArray &jti) { told << jti; });
        QVERIFY(revoke(**access, {"over soon", 100, 10, "o"}));
        QVERIFY(revoke(**access, {"j\"1", 5'000, 20, "owner"}));
        QVERIFY(revoke(**access, {"j\"1", 900, 30, "other"}));
        QCOMPARE(told, QByteArrayList({"over soon", "j\"1", "j\"1"}));
        QVERIFY(!(*access)->endOfJwt("j\"1")); // nobody's tokens are taken
    }
    auto access = Access::open(directory.path());
    QVERIFY(access);
    const auto all = (*access)->revokedJwts(200);
    QCOMPARE(all.size(), 1u);
    QCOMPARE(all[0].jti, QByteArray("j\"1"));
    QCOMPARE(all[0].untilMs, 5'000);
    QCOMPARE(all[0].by, QByteArray("owner"));
}

QTEST_GUILESS_MAIN(RevokedJwtsTest)
#include "tst_revokedjwts.moc"
