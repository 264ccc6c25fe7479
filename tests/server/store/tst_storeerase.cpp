// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/connection.h"
#include "tests/server/store/storefixture.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::store {

/// Erasing a restaurant, on a real disk.
class StoreEraseTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void nothingIsLeftOfIt();
    void othersGoOn();
    void itBeginsAnewAtOnce();
    void numbersAreNotGivenOutAgain();
    void whoIsNotThereCannotBeErased();
    void killInTheMiddleIsFinished();
    void backupOfAHalfErasedOneIsGood();

private:
    QString file(const QString &name) const { return m_dir->filePath(name); }
    quint64 fill(StoreFixture &store, const QByteArray &id, quint64 changes);
    /// Whether any file in the directory holds the text.
    bool isAnywhere(const QByteArray &text) const;
    qint64 count(const QString &sql) const;

    std::unique_ptr<QTemporaryDir> m_dir;
};

void StoreEraseTest::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
}

quint64 StoreEraseTest::fill(StoreFixture &store, const QByteArray &id, quint64 changes)
{
    const auto image = store.image(id);
    std::vector<core::JournalBlock> blocks;
    for (quint64 head = image->headSeq; head < image->headSeq + changes; ++head)
        blocks.push_back(blockAfter(*image, head));
    if (!store.append(blocks).isStored())
        return 0;
    const bool isSaved = store
                             .save({image->restaurant,
                                    image->generation,
                                    {{"key", "secret of " + id, false}},
                                    image->headSeq + changes / 2})
                             .has_value();
    return isSaved ? image->headSeq + changes : 0;
}

bool StoreEraseTest::isAnywhere(const QByteArray &text) const
{
    const QDir directory(m_dir->path());
    for (const QString &name : directory.entryList(QDir::Files)) {
        QFile content(directory.filePath(name));
        if (content.open(QIODevice::ReadOnly) && content.readAll().contains(text))
            return true;
    }
    return false;
}

qint64 StoreEraseTest::count(const QString &sql) const
{
    const auto connection = Connection::open(file(u"journal.db"_s), Connection::Access::Read);
    const auto found = connection ? (*connection)->ask(sql) : Unexpected{connection.error()};
    return found ? found->toLongLong() : -1;
}

void StoreEraseTest::nothingIsLeftOfIt()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    QCOMPARE(fill(store, "secret bistro", 700), 700u);
    QCOMPARE(fill(store, "other", 20), 20u);
    QVERIFY(isAnywhere("1/650."));
    const Outcome erased = store.erase("secret bistro");
    QVERIFY2(erased, erased ? "" : qPrintable(erased.error().detail));
    QCOMPARE(store.journal().restaurants().size(), 1);
    QCOMPARE(store.journal().restaurants().front().id, QByteArray("other"));
    QCOMPARE(store.verify()->problems, QStringList());
    QCOMPARE(count(u"SELECT count(*) FROM state WHERE restaurant = 1"_s), 0);
    QCOMPARE(count(u"SELECT count(*) FROM journal_index WHERE restaurant = 1"_s), 0);
    QCOMPARE(count(u"SELECT count(*) FROM journal WHERE restaurant = 1"_s), 1); // empty
    store.close();
    for (const QByteArray &text :
         {QByteArray("secret bistro"), QByteArray("1/1."), QByteArray("1/650.")})
        QVERIFY2(!isAnywhere(text), text);
    QVERIFY(isAnywhere("2/20."));
    // Also if nothing else was there.
    QVERIFY(!store.open());
    QVERIFY(store.erase("other"));
    QVERIFY(!store.open());
    QVERIFY(store.journal().restaurants().isEmpty());
    QCOMPARE(store.verify()->problems, QStringList());
}

void StoreEraseTest::othersGoOn()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    QCOMPARE(fill(store, "gone", 3000), 3000u);
    QCOMPARE(fill(store, "other", 100), 100u);
    std::promise<void> done;
    store.journal().eraseRestaurant("gone", [&done](const Outcome &) { done.set_value(); });
    auto future = done.get_future();
    quint64 head = 100;
    while (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
        QCOMPARE(fill(store, "other", 10), head += 10);
    QVERIFY(head > 100);
    QCOMPARE(store.readAll(2, 1).size(), head);
    QVERIFY(!store.open());
    QCOMPARE(quint64(store.image("other")->headSeq), head);
    QCOMPARE(store.verify()->problems, QStringList());
}

void StoreEraseTest::itBeginsAnewAtOnce()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    QCOMPARE(fill(store, "r", 2000), 2000u);
    const auto former = store.image("r");
    std::promise<Outcome> done;
    store.journal().eraseRestaurant("r",
                                    [&done](const Outcome &erased) { done.set_value(erased); });
    // In line behind it, and long before its rows are gone.
    const auto image = store.image("r");
    QVERIFY(image);
    QCOMPARE(quint64(image->headSeq), 0u);
    QVERIFY(image->epoch != former->epoch);
    QVERIFY(image->restaurant != former->restaurant);
    QVERIFY(image->state.empty());
    // Whoever builds on what was is refused.
    const AppendResult late = store.append({blockAfter(*former, 2000)});
    QCOMPARE(late.failures.size(), 1u);
    QCOMPARE(late.failures[0].error.code, StoreErrorCode::UnknownRestaurant);
    QVERIFY(!store.save({former->restaurant, former->generation, {{"key", "late", false}}, 2000}));
    QCOMPARE(fill(store, "r", 5), 5u);
    QVERIFY(done.get_future().get());
    QCOMPARE(quint64(store.image("r")->headSeq), 5u);
    QVERIFY(!store.open());
    QCOMPARE(quint64(store.image("r")->headSeq), 5u);
    QCOMPARE(store.verify()->problems, QStringList());
}

void StoreEraseTest::numbersAreNotGivenOutAgain()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    QCOMPARE(fill(store, "a", 5), 5u);
    QVERIFY(store.erase("a"));
    QCOMPARE(store.image("b")->restaurant, 2u);
    QVERIFY(store.erase("b"));
    QVERIFY(!store.open());
    QCOMPARE(store.image("c")->restaurant, 3u);
}

void StoreEraseTest::whoIsNotThereCannotBeErased()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    const Outcome erased = store.erase("nobody");
    QVERIFY(!erased);
    QCOMPARE(erased.error().code, StoreErrorCode::UnknownRestaurant);
    QVERIFY(store.journal().health().ok);
}

void StoreEraseTest::killInTheMiddleIsFinished()
{
    QProcess victim;
    victim.start(QStringLiteral(STORE_VICTIM), {u"erase"_s, m_dir->path()});
    QVERIFY(victim.waitForReadyRead(60'000));
    QCOMPARE(victim.readLine(), QByteArray("gone\n"));
    victim.kill();
    QVERIFY(victim.waitForFinished());
    const QString ofIt = u"SELECT count(*) FROM journal WHERE restaurant = 1"_s;
    // SQLite makes good the log of a killed process when the next one opens it for writing.
    {
        auto connection = Connection::open(file(u"journal.db"_s), Connection::Access::Write);
        QVERIFY(connection);
        const auto left = (*connection)->ask(ofIt);
        QVERIFY2(left && left->toLongLong() > 1000, "the kill came too late");
    }
    StoreFixture store(m_dir->path());
    const auto refused = store.open();
    QVERIFY2(!refused, refused ? qPrintable(refused->detail) : "");
    // It is unknown from the first moment, and the journal sound all the way.
    QCOMPARE(store.journal().restaurants().size(), 1);
    QCOMPARE(store.verify()->problems, QStringList());
    QTRY_COMPARE_WITH_TIMEOUT(count(ofIt), 1, 30'000);
    QCOMPARE(store.verify()->problems, QStringList());
    QCOMPARE(quint64(store.image("r1")->headSeq), 100u);
    store.close();
    QVERIFY(!isAnywhere("1/19000."));
}

void StoreEraseTest::backupOfAHalfErasedOneIsGood()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    QCOMPARE(fill(store, "gone", 20'000), 20'000u);
    QCOMPARE(fill(store, "other", 10), 10u);
    std::promise<void> done;
    store.journal().eraseRestaurant("gone", [&done](const Outcome &) { done.set_value(); });
    const auto copy = store.backup(file(u"copy.db"_s));
    QVERIFY2(copy, copy ? "" : qPrintable(copy.error().detail));
    QCOMPARE(copy->restaurants.size(), 1);
    QVERIFY(store.stageRestore(file(u"copy.db"_s)));
    done.get_future().wait();
    QVERIFY(!store.open());
    QCOMPARE(store.journal().restaurants().size(), 1);
    QCOMPARE(quint64(store.image("other")->headSeq), 10u);
    QTRY_COMPARE_WITH_TIMEOUT(count(u"SELECT count(*) FROM journal WHERE restaurant = 1"_s), 1,
                              30'000);
    QCOMPARE(store.verify()->problems, QStringList());
}

} // namespace possync::store

QTEST_GUILESS_MAIN(possync::store::StoreEraseTest)
#include "tst_storeerase.moc"
