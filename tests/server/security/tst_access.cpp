// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/ownerfile.h"
#include "server/store/connection.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <future>

using namespace possync;
using namespace possync::security;

namespace {

constexpr qint64 now = 1'700'000'000'000;
const TokenSpec waiter{TokenKind::Device, Role::Server, "r", QStringLiteral("Waiter 1"), 0};

Result<Access::Made, store::StoreError> tryMake(Access &access, const TokenSpec &spec)
{
    std::promise<Result<Access::Made, store::StoreError>> promise;
    auto future = promise.get_future();
    access.make(spec, now, [&promise](auto made) { promise.set_value(std::move(made)); });
    return future.get();
}

Access::Made make(Access &access, const TokenSpec &spec)
{
    return *tryMake(access, spec);
}

store::Outcome revoke(Access &access, const QByteArray &id, qint64 at = now)
{
    std::promise<store::Outcome> promise;
    auto future = promise.get_future();
    access.revoke(id, at, [&promise](store::Outcome done) { promise.set_value(std::move(done)); });
    return future.get();
}

constexpr auto ownerOnly =
    QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser;

} // namespace

/// Tokens on a real disk.
class AccessTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void goodTokenIsGranted();
    void whatIsNoTokenIsUnknown_data();
    void whatIsNoTokenIsUnknown();
    void expiredAndRevokedAreTold();
    void everythingSurvivesARestart();
    void lastUseIsKeptNowAndThen();
    void secretIsNotOnDisk();
    void transientTokensLeaveNoTrace();
    void revocationIsAnnouncedOnce();
    void replacedDevicesAreFencedForAWhile();
    void restaurantsAreForgotten();
    void specsAreChecked_data();
    void specsAreChecked();
    void fileOfTheFirstVersionIsTakenOver();
    void newerFileIsRefused();
    void foreignFileIsRefused();
    void damagedFileIsRefused();
    void ownerFileIsMadeOnceAndReplaced();

private:
    std::unique_ptr<Access> open() const
    {
        auto access = Access::open(m_directory->path());
        return access ? std::move(*access) : nullptr;
    }
    QString file(const QString &name) const { return m_directory->filePath(name); }
    QByteArray content(const QString &name) const
    {
        QFile source(file(name));
        return source.open(QIODevice::ReadOnly) ? source.readAll() : QByteArray();
    }

    std::unique_ptr<QTemporaryDir> m_directory;
};

void AccessTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
}

void AccessTest::goodTokenIsGranted()
{
    const auto access = open();
    QVERIFY(access);
    TokenSpec spec = waiter;
    spec.expiresAtMs = now + 1000;
    const Access::Made made = make(*access, spec);
    QCOMPARE(made.secret.size(), 57);
    QVERIFY(made.secret.startsWith("ps_" + made.token.id + '_'));
    const Access::Checked checked = access->check(made.secret, now + 999);
    QVERIFY(checked.verdict == Access::Verdict::Good);
    QCOMPARE(checked.grant, (Grant{Role::Server, "r", made.token.id, now + 1000}));
    QVERIFY(make(*access, spec).secret != made.secret);
}

void AccessTest::whatIsNoTokenIsUnknown_data()
{
    QTest::addColumn<QByteArray>("before"); // found in the good token
    QTest::addColumn<QByteArray>("after");  // and put in its place; both empty: all of it
    QTest::newRow("nothing") << QByteArray() << QByteArray();
    QTest::newRow("other prefix") << QByteArray("ps_") << QByteArray("px_");
    QTest::newRow("upper case") << QByteArray("ps_") << QByteArray("PS_");
    QTest::newRow("space in front") << QByteArray("ps_") << QByteArray(" ps_");
    QTest::newRow("end") << QByteArray("$") << QByteArray("A");
    QTest::newRow("NUL at the end") << QByteArray("$") << QByteArray(1, '\0');
    QTest::newRow("half") << QByteArray("half") << QByteArray();
    QTest::newRow("last character") << QByteArray("last") << QByteArray();
    QTest::newRow("other id") << QByteArray("id") << QByteArray();
    QTest::newRow("a megabyte") << QByteArray("$") << QByteArray(1 << 20, 'A');
}

void AccessTest::whatIsNoTokenIsUnknown()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    const auto access = open();
    QVERIFY(access);
    const QByteArray good = make(*access, waiter).secret;
    QByteArray bad = good;
    if (before.isEmpty())
        bad.clear();
    else if (before == "$")
        bad += after;
    else if (before == "half")
        bad.truncate(bad.size() / 2);
    else if (before == "last")
        bad.back() = bad.back() == 'A' ? 'Q' : 'A';
    else if (before == "id")
        bad[3] = bad[3] == 'a' ? 'b' : 'a';
    else
        bad.replace(0, before.size(), after);
    QVERIFY(access->check(bad, now).verdict == Access::Verdict::Unknown);
    QVERIFY(access->check(good, now).verdict == Access::Verdict::Good);
}

void AccessTest::expiredAndRevokedAreTold()
{
    const auto access = open();
    QVERIFY(access);
    TokenSpec spec = waiter;
    spec.expiresAtMs = now + 10;
    const Access::Made made = make(*access, spec);
    QVERIFY(access->check(made.secret, now + 10).verdict == Access::Verdict::Expired);
    const Access::Made other = make(*access, waiter);
    QVERIFY(revoke(*access, other.token.id));
    QVERIFY(access->check(other.secret, now).verdict == Access::Verdict::Revoked);
    // Only the holder hears that; a guess at a known id is told nothing.
    QByteArray guess = other.secret;
    guess.back() = guess.back() == 'A' ? 'Q' : 'A';
    QVERIFY(access->check(guess, now).verdict == Access::Verdict::Unknown);
    QVERIFY(!access->revoke("nothing", now, {}));
}

void AccessTest::everythingSurvivesARestart()
{
    TokenSpec spec{TokenKind::ApiKey, Role::Viewer, QByteArray("Caf\xc3\xa9"),
                   QStringLiteral("Buchhaltung ✓"), now + 5000};
    QByteArray secret;
    QByteArray gone;
    std::vector<Token> before;
    {
        const auto access = open();
        QVERIFY(access);
        secret = make(*access, spec).secret;
        const Access::Made other = make(*access, waiter);
        gone = other.secret;
        QVERIFY(revoke(*access, other.token.id, now + 7));
        QVERIFY(revoke(*access, other.token.id, now + 9)); // again: the first time stays
        before = access->list();
    }
    const auto access = open();
    QVERIFY(access);
    const std::vector<Token> after = access->list();
    QCOMPARE(after.size(), std::size_t(2));
    for (std::size_t i = 0; i < after.size(); ++i) {
        QCOMPARE(after[i].id, before[i].id);
        QVERIFY(after[i].spec == before[i].spec);
        QCOMPARE(after[i].createdAtMs, now);
        QCOMPARE(after[i].revokedAtMs, after[i].spec.role == Role::Server ? now + 7 : 0);
    }
    QVERIFY(access->check(secret, now).verdict == Access::Verdict::Good);
    QVERIFY(access->check(gone, now).verdict == Access::Verdict::Revoked);
}

void AccessTest::lastUseIsKeptNowAndThen()
{
    QByteArray id;
    {
        const auto access = open();
        QVERIFY(access);
        const Access::Made made = make(*access, waiter);
        id = made.token.id;
        for (const qint64 later : {5, 70'000, 70'001})
            QVERIFY(access->check(made.secret, now + later).verdict == Access::Verdict::Good);
        QCOMPARE(access->find(id)->lastUsedAtMs, now + 70'001);
    }
    // A minute is the grain on disk, so that a busy token does not cost a commit each time.
    const qint64 onDisk = open()->find(id)->lastUsedAtMs;
    QVERIFY2(onDisk >= now + 70'000, QByteArray::number(onDisk - now));
}

void AccessTest::secretIsNotOnDisk()
{
    const auto access = open();
    QVERIFY(access);
    const QByteArray secret = make(*access, waiter).secret;
    const QStringList names = QDir(m_directory->path()).entryList(QDir::Files);
    QVERIFY(names.contains(QStringLiteral("access.db")));
    for (const QString &name : names) {
        QVERIFY(!content(name).contains(secret.last(43)));
        QVERIFY2(QFile::permissions(file(name)) == ownerOnly, qPrintable(name));
    }
}

void AccessTest::transientTokensLeaveNoTrace()
{
    QByteArray secret;
    {
        const auto access = open();
        QVERIFY(access);
        secret = access->makeTransient(waiter, now);
        QVERIFY(access->check(secret, now + 100'000).verdict == Access::Verdict::Good);
        QVERIFY(access->list().empty());
        QVERIFY(!access->revoke(idInSecret(secret), now, {}));
    }
    const auto access = open();
    QVERIFY(access->check(secret, now).verdict == Access::Verdict::Unknown);
    QVERIFY(access->list().empty());
}

void AccessTest::revocationIsAnnouncedOnce()
{
    const auto access = open();
    QVERIFY(access);
    QByteArrayList announced;
    access->setRevokedObserver([&announced](const QByteArray &id) { announced << id; });
    const Access::Made made = make(*access, waiter);
    QVERIFY(revoke(*access, made.token.id));
    QCOMPARE(announced, QByteArrayList{made.token.id});
}

void AccessTest::replacedDevicesAreFencedForAWhile()
{
    const auto access = open();
    QVERIFY(access);
    TokenSpec ending = waiter;
    ending.expiresAtMs = now + 5000;
    for (const TokenSpec &spec : {waiter, ending}) {
        const Access::Made former = make(*access, spec);
        std::promise<Result<Access::Made, store::StoreError>> promise;
        access->pair(waiter, "pad", former.token.id, now,
                     [&promise](auto made) { promise.set_value(std::move(made)); });
        QVERIFY(promise.get_future().get());
        const qint64 endMs = spec.expiresAtMs != 0 ? spec.expiresAtMs : now + Access::lateMs;
        for (const auto &[at, isFenced] : {std::pair{now + 1, true}, {endMs - 1, true},
                                           {endMs, false}}) {
            const Access::Checked checked = access->check(former.secret, at);
            QCOMPARE(checked.verdict, Verdict::Revoked);
            QCOMPARE(checked.grant.isFenced, isFenced);
            QCOMPARE(checked.grant.tokenId, isFenced ? former.token.id : QByteArray());
        }
        QVERIFY(revoke(*access, former.token.id));
        QCOMPARE(access->check(former.secret, now + 1).grant, Grant());
    }
}

void AccessTest::restaurantsAreForgotten()
{
    QByteArray theirs;
    QByteArray others;
    {
        const auto access = open();
        QVERIFY(access);
        QByteArrayList announced;
        access->setRevokedObserver([&announced](const QByteArray &id) { announced << id; });
        const Access::Made gone = make(*access, waiter);
        TokenSpec other = waiter;
        other.restaurant = "other";
        theirs = gone.secret;
        others = make(*access, other).secret;
        std::promise<bool> done;
        access->forget(waiter.restaurant,
                       [&done](const store::Outcome &kept) { done.set_value(kept.has_value()); });
        QVERIFY(done.get_future().get());
        QCOMPARE(announced, QByteArrayList{gone.token.id});
        QCOMPARE(access->check(theirs, now).verdict, Verdict::Unknown);
    }
    const auto access = open();
    QVERIFY(access);
    QCOMPARE(access->check(theirs, now).verdict, Verdict::Unknown);
    QCOMPARE(access->check(others, now).verdict, Verdict::Good);
    QCOMPARE(access->list().size(), 1u);
}

void AccessTest::specsAreChecked_data()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QByteArray>("role");
    QTest::addColumn<QByteArray>("restaurant");
    QTest::addColumn<QString>("name");
    QTest::addColumn<qint64>("expires");
    QTest::addColumn<QByteArray>("field"); // empty: fine
    const auto row = [](const char *title, const char *kind, const char *role,
                        const QByteArray &restaurant, const char *field,
                        const QString &name = QStringLiteral("n"), qint64 expires = 0) {
        QTest::newRow(title) << QByteArray(kind) << QByteArray(role) << restaurant << name
                             << expires << QByteArray(field);
    };
    row("device", "device", "server", "r", "");
    row("console of all", "console", "owner", "", "");
    row("console of one", "console", "viewer", "r", "");
    row("api key", "api-key", "cashier", "r", "");
    row("device as owner", "device", "owner", "r", "role");
    row("console as waiter", "console", "server", "r", "role");
    row("api key as owner", "api-key", "owner", "", "role");
    row("device of all", "device", "server", "", "restaurant");
    row("slash", "device", "server", "a/b", "restaurant");
    row("long", "device", "server", QByteArray(257, 'r'), "restaurant");
    row("long name", "device", "server", "r", "name", QString(101, u'x'));
    row("line break", "device", "server", "r", "name", QStringLiteral("a\nb"));
    row("over", "device", "server", "r", "expires_at", QStringLiteral("n"), now);
}

void AccessTest::specsAreChecked()
{
    QFETCH(QByteArray, kind);
    QFETCH(QByteArray, role);
    QFETCH(QByteArray, restaurant);
    QFETCH(QString, name);
    QFETCH(qint64, expires);
    QFETCH(QByteArray, field);
    const TokenSpec spec{*tokenKindFromName(kind), *roleFromName(role), restaurant, name, expires};
    const auto problem = problemOf(spec, now);
    QCOMPARE(problem ? problem->field : QByteArray(), field);
}

void AccessTest::fileOfTheFirstVersionIsTakenOver()
{
    const NewSecret secret = newSecret();
    {
        auto connection = store::Connection::open(file(QStringLiteral("access.db")),
                                                  store::Connection::Access::Write);
        QVERIFY(connection);
        QVERIFY((*connection)->execute(store::sqlText("access_v001")));
        QVERIFY((*connection)->execute(QStringLiteral("PRAGMA application_id=1347633457")));
        QVERIFY((*connection)->execute(QStringLiteral("PRAGMA user_version=1")));
        QVERIFY((*connection)
                    ->execute(QStringLiteral(
                                  "INSERT INTO token VALUES ('%1', x'%2', 'device', 'cashier', "
                                  "CAST('r' AS BLOB), 'Till', 5, NULL, NULL, NULL)")
                                  .arg(QString::fromLatin1(secret.id),
                                       QString::fromLatin1(secret.hash.toHex()))));
    }
    const auto access = open();
    QVERIFY(access);
    const Access::Checked checked = access->check(secret.text, now);
    QVERIFY(checked.verdict == Access::Verdict::Good);
    QCOMPARE(checked.grant.role, Role::Cashier);
    QCOMPARE(access->find(secret.id)->replacedBy, QByteArray());
    QVERIFY(revoke(*access, secret.id));
}

void AccessTest::newerFileIsRefused()
{
    QVERIFY(open());
    QFile database(file(QStringLiteral("access.db")));
    QVERIFY(database.open(QIODevice::ReadWrite));
    database.seek(60); // user_version, https://sqlite.org/fileformat2.html
    database.write(QByteArray("\0\0\0\7", 4));
    database.close();
    const auto access = Access::open(m_directory->path());
    QVERIFY(!access);
    QVERIFY2(access.error().contains(u"schema 7"), qPrintable(access.error()));
}

void AccessTest::foreignFileIsRefused()
{
    QVERIFY(open());
    QFile database(file(QStringLiteral("access.db")));
    QVERIFY(database.open(QIODevice::ReadWrite));
    database.seek(68); // application_id
    database.write("ABCD");
    database.close();
    const auto access = Access::open(m_directory->path());
    QVERIFY(!access);
    QVERIFY2(access.error().contains(u"not a file of access tokens"), qPrintable(access.error()));
}

void AccessTest::damagedFileIsRefused()
{
    QFile database(file(QStringLiteral("access.db")));
    QVERIFY(database.open(QIODevice::WriteOnly));
    database.write(QByteArray(5000, 'x'));
    database.close();
    const auto access = Access::open(m_directory->path());
    QVERIFY(!access);
    QVERIFY2(access.error().contains(u"damaged"), qPrintable(access.error()));
}

void AccessTest::ownerFileIsMadeOnceAndReplaced()
{
    const auto access = open();
    QVERIFY(access);
    const QString name = QStringLiteral("owner.token");
    const auto provide = [&](const QString &url) {
        return !provideOwnerFile(*access, m_directory->path(), url, now);
    };
    QVERIFY(provide(QStringLiteral("http://127.0.0.1:1")));
    QVERIFY(QFile::permissions(file(name)) == ownerOnly);
    const QByteArray first = content(name);
    QVERIFY(first.endsWith("\nhttp://127.0.0.1:1\n"));
    const QByteArray secret = first.split('\n').front();
    QCOMPARE(access->check(secret, now).grant.role, Role::Owner);
    // The same token at another address.
    QVERIFY(provide(QStringLiteral("http://127.0.0.1:2")));
    QCOMPARE(content(name), secret + "\nhttp://127.0.0.1:2\n");
    QCOMPARE(access->list().size(), std::size_t(1));
    // Removing the file is how its token is changed.
    QVERIFY(QFile::remove(file(name)));
    QVERIFY(provide(QStringLiteral("http://127.0.0.1:2")));
    QVERIFY(!content(name).startsWith(secret));
    QVERIFY(access->check(secret, now).verdict == Access::Verdict::Revoked);
    // What is no owner's token does not stay either.
    QFile other(file(name));
    QVERIFY(other.open(QIODevice::WriteOnly));
    other.write(make(*access, waiter).secret + '\n');
    other.close();
    QVERIFY(provide(QStringLiteral("http://127.0.0.1:2")));
    QCOMPARE(access->check(content(name).split('\n').front(), now).grant.role, Role::Owner);
    QVERIFY(QFile::permissions(file(name)) == ownerOnly);
}

QTEST_GUILESS_MAIN(AccessTest)
#include "tst_access.moc"
