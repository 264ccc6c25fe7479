// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/access.h"

#include <QSemaphore>
#include <QSqlDatabase>
#include <QSqlQuery>
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
    void subjectsGoByTheTimeOfIssue();
    void areTakenBack();
    void outliveARestart();
    void formerVersionsListStays();
};

namespace {

Grant withJti(const QByteArray &jti)
{
    Grant grant;
    grant.jti = jti;
    grant.subject = "somebody";
    return grant;
}

Grant ofSubject(const QByteArray &subject, qint64 issuedAtMs)
{
    Grant grant;
    grant.subject = subject;
    grant.issuedAtMs = issuedAtMs;
    return grant;
}

} // namespace

void RevokedJwtsTest::holdUntilTheirEnd()
{
    RevokedJwts revoked;
    QVERIFY(revoked.add({"a", 100, 10, "o"}, 10));
    QVERIFY(revoked.add({"b", 200, 20, "o"}, 20));
    QVERIFY(revoked.holds(withJti("a"), 99) && !revoked.holds(withJti("a"), 100));
    QVERIFY(!revoked.holds(withJti("c"), 50));
    QVERIFY(!revoked.holds(withJti({}), 50));
    QCOMPARE(revoked.list(50).size(), 2u);
    QCOMPARE(revoked.list(50).front().jti, QByteArray("b")); // newest first
    QCOMPARE(revoked.list(100).size(), 1u);
}

void RevokedJwtsTest::laterEndHolds()
{
    RevokedJwts revoked;
    QVERIFY(revoked.add({"a", 100, 10, "o"}, 10));
    QVERIFY(revoked.add({"a", 50, 20, "o"}, 20));
    QVERIFY(revoked.holds(withJti("a"), 99));
    QVERIFY(revoked.add({"a", 300, 30, "o"}, 30));
    QVERIFY(revoked.holds(withJti("a"), 299));
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

void RevokedJwtsTest::subjectsGoByTheTimeOfIssue()
{
    RevokedJwts revoked;
    QVERIFY(revoked.add({{}, 9'000, 500, "o", "anna", 500}, 500));
    QVERIFY(revoked.holds(ofSubject("anna", 499), 600));
    QVERIFY(!revoked.holds(ofSubject("anna", 500), 600));
    QVERIFY(revoked.holds(ofSubject("anna", 0), 600)); // does not say when
    QVERIFY(!revoked.holds(ofSubject("ben", 0), 600));
    QVERIFY(!revoked.holds(ofSubject({}, 0), 600)); // a token of this server's own
    QVERIFY(!revoked.holds(withJti("anna"), 600));
    // Of two moments the later one holds, in whatever order they are said.
    QVERIFY(revoked.add({{}, 9'000, 700, "o", "anna", 700}, 700));
    QVERIFY(revoked.add({{}, 9'000, 800, "o", "anna", 300}, 800));
    QVERIFY(revoked.holds(ofSubject("anna", 699), 900));
    QVERIFY(!revoked.holds(ofSubject("anna", 1), 9'000));
    QCOMPARE(revoked.list(900).size(), 1u);
}

void RevokedJwtsTest::areTakenBack()
{
    RevokedJwts revoked;
    QVERIFY(revoked.add({"a", 100, 10, "o"}, 10));
    QVERIFY(revoked.add({{}, 100, 10, "o", "a", 10}, 10));
    QVERIFY(!revoked.remove("b", {}) && !revoked.remove({}, "b"));
    QVERIFY(revoked.remove("a", {}));
    QVERIFY(!revoked.holds(withJti("a"), 50));
    QVERIFY(revoked.holds(ofSubject("a", 5), 50));
    QVERIFY(revoked.remove({}, "a"));
    QVERIFY(!revoked.holds(ofSubject("a", 5), 50) && revoked.list(50).empty());
    QVERIFY(!revoked.remove("a", {}));
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
        (*access)->setJwtRevokedObserver([&told](const RevokedJwt &each) { told << each.jti; });
        QVERIFY(revoke(**access, {"over soon", 100, 10, "o"}));
        QVERIFY(revoke(**access, {"j\"1", 5'000, 20, "owner"}));
        QVERIFY(revoke(**access, {"j\"1", 900, 30, "other"}));
        QCOMPARE(told, QByteArrayList({"over soon", "j\"1", "j\"1"}));
        QVERIFY(!(*access)->endOfJwt("j\"1")); // nobody's tokens are taken
        QVERIFY(revoke(**access, {{}, 6'000, 10, "owner", "anna", 70}));
        QVERIFY(revoke(**access, {{}, 6'000, 40, "owner", "anna", 60}));
        for (const RevokedJwt &gone : {RevokedJwt{"mistake", 5'000, 20, "owner"},
                                       RevokedJwt{{}, 5'000, 20, "owner", "mistake", 9}}) {
            QVERIFY(revoke(**access, gone));
            QSemaphore done;
            QVERIFY((*access)->takeBackJwt(gone.jti, gone.subject, [&](const store::Outcome &kept) {
                if (kept)
                    done.release();
            }));
            QVERIFY(done.tryAcquire(1, 20'000));
            QVERIFY(!(*access)->takeBackJwt(gone.jti, gone.subject, {}));
        }
    }
    auto access = Access::open(directory.path());
    QVERIFY(access);
    const auto all = (*access)->revokedJwts(200);
    QCOMPARE(all.size(), 2u);
    QCOMPARE(all[0].jti, QByteArray("j\"1"));
    QCOMPARE(all[0].untilMs, 5'000);
    QCOMPARE(all[0].by, QByteArray("owner"));
    QVERIFY(all[0].subject.isEmpty());
    QVERIFY(all[1].jti.isEmpty());
    QCOMPARE(all[1].subject, QByteArray("anna"));
    QCOMPARE(all[1].issuedBeforeMs, 70);
}

void RevokedJwtsTest::formerVersionsListStays()
{
    const QTemporaryDir directory;
    {
        auto access = Access::open(directory.path());
        QVERIFY(access);
    }
    {
        // As schema 4 left it.
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"),
                                                          QStringLiteral("former"));
        database.setDatabaseName(directory.filePath(QStringLiteral("access.db")));
        QVERIFY(database.open());
        for (const char *statement :
             {"DROP TABLE revoked_claim",
              "CREATE TABLE revoked_jwt(jti BLOB PRIMARY KEY, until INTEGER NOT NULL, revoked_at "
              "INTEGER NOT NULL, revoked_by TEXT NOT NULL) WITHOUT ROWID",
              "INSERT INTO revoked_jwt VALUES (CAST('old' AS BLOB), 5000, 20, 'owner')",
              "PRAGMA user_version=4"})
            QVERIFY(QSqlQuery(database).exec(QLatin1StringView(statement)));
        database.close();
    }
    QSqlDatabase::removeDatabase(QStringLiteral("former"));
    auto access = Access::open(directory.path());
    QVERIFY(access);
    const auto all = (*access)->revokedJwts(200);
    QCOMPARE(all.size(), 1u);
    QCOMPARE(all[0].jti, QByteArray("old"));
    QCOMPARE(all[0].untilMs, 5'000);
}

QTEST_GUILESS_MAIN(RevokedJwtsTest)
#include "tst_revokedjwts.moc"
