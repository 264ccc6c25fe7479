// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/tokenstore.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

using namespace possync;
using namespace possync::security;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 now = 1'700'000'000'000;

AuditEvent eventOf(int number, const QByteArray &restaurant = "r")
{
    return {"abcdefghjk", "owner",    "127.0.0.1",
            "kick",       restaurant, "connection " + QByteArray::number(number),
            "asked"};
}

} // namespace

/// The audit log on a real disk, and what somebody with the file can do to it.
class AuditTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void entriesComeBackAsTheyWere();
    void chainGoesOnAfterARestart();
    void tamperingShows_data();
    void tamperingShows();
    void restaurantsAndTextAreLookedFor();
    void hostileTextStaysText();

private:
    std::unique_ptr<TokenStore> open() const
    {
        auto opened = TokenStore::open(m_directory->filePath(u"access.db"_s));
        return opened ? std::move(*opened) : nullptr;
    }
    void run(const QString &sql) const
    {
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"tamper"_s);
            database.setDatabaseName(m_directory->filePath(u"access.db"_s));
            QVERIFY(database.open());
            QSqlQuery query(database);
            QVERIFY(query.exec(sql));
        }
        QSqlDatabase::removeDatabase(u"tamper"_s);
    }
    static std::vector<AuditEntry> all(TokenStore &store)
    {
        AuditQuery query;
        query.limit = 1'000;
        auto read = store.audit().read(query);
        return read ? *read : std::vector<AuditEntry>();
    }

    std::unique_ptr<QTemporaryDir> m_directory;
};

void AuditTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    const auto store = open();
    QVERIFY(store);
    for (int i = 1; i <= 10; ++i)
        QVERIFY(store->audit().append(eventOf(i), now + i));
}

void AuditTest::entriesComeBackAsTheyWere()
{
    const auto store = open();
    const auto entries = all(*store);
    QCOMPARE(entries.size(), std::size_t(10));
    QCOMPARE(entries[2].json,
             QByteArray(R"({"no":3,"at":"2023-11-14T22:13:20.003Z","actor":"abcdefghjk",)"
                        R"("role":"owner","address":"127.0.0.1","act":"kick","restaurant":"r",)"
                        R"("target":"connection 3","outcome":"asked"})"));
    for (const AuditEntry &entry : entries)
        QVERIFY(entry.isIntact);
}

void AuditTest::chainGoesOnAfterARestart()
{
    {
        const auto store = open();
        QVERIFY(store->audit().append(eventOf(11), now));
    }
    const auto store = open();
    const auto entries = all(*store);
    QCOMPARE(entries.back().no, quint64(11));
    QVERIFY(entries.back().isIntact);
}

void AuditTest::tamperingShows_data()
{
    QTest::addColumn<QString>("sql");
    QTest::newRow("changed")
        << u"UPDATE audit SET body = replace(body, 'kick', 'ping') WHERE no = 5"_s;
    QTest::newRow("taken out") << u"DELETE FROM audit WHERE no = 5"_s;
    QTest::newRow("first taken out") << u"DELETE FROM audit WHERE no = 1"_s;
    QTest::newRow("renumbered") << u"UPDATE audit SET no = 11 WHERE no = 10"_s;
    QTest::newRow("copied")
        << u"INSERT INTO audit SELECT 11, restaurant, body, hash FROM audit WHERE no = 10"_s;
    QTest::newRow("hash changed") << u"UPDATE audit SET hash = zeroblob(32) WHERE no = 7"_s;
}

void AuditTest::tamperingShows()
{
    QFETCH(QString, sql);
    run(sql);
    const auto store = open();
    const auto entries = all(*store);
    QVERIFY(!std::ranges::all_of(entries, &AuditEntry::isIntact));
}

void AuditTest::restaurantsAndTextAreLookedFor()
{
    const auto store = open();
    QVERIFY(store->audit().append(eventOf(77, "other"), now));
    AuditQuery query;
    query.restaurant = "other";
    auto found = store->audit().read(query);
    QVERIFY(found);
    QCOMPARE(found->size(), std::size_t(1));
    QVERIFY(found->front().isIntact);
    query = {};
    query.text = "CONNECTION 7";
    found = store->audit().read(query);
    QCOMPARE(found->size(), std::size_t(2)); // 7 and 77
    query = {};
    query.newest = true;
    query.limit = 3;
    found = store->audit().read(query);
    QCOMPARE(found->front().no, quint64(9));
    QCOMPARE(found->back().no, quint64(11));
    query = {};
    query.since = 10;
    QCOMPARE(store->audit().read(query)->front().no, quint64(11));
}

void AuditTest::hostileTextStaysText()
{
    const auto store = open();
    AuditEvent hostile = eventOf(1);
    hostile.target = "\"},{\"no\":1, \n'; DROP TABLE audit; --" + QByteArray(10'000, 'x');
    QVERIFY(store->audit().append(hostile, now));
    const auto entries = all(*store);
    QCOMPARE(entries.size(), std::size_t(11));
    QVERIFY(entries.back().isIntact);
    QVERIFY(entries.back().json.size() < 1'000);
    QVERIFY(!entries.back().json.contains('\n'));
}

QTEST_GUILESS_MAIN(AuditTest)
#include "tst_audit.moc"
