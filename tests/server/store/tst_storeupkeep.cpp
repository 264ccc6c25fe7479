// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/store/slowmigrations.h"
#include "tests/server/store/storefixture.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <thread>

using namespace Qt::StringLiterals;

namespace possync::store {

class StoreUpkeepTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void migrationKeepsContentsAndACopy();
    void interruptedMigrationIsFinished();
    void retentionRaisesTheFloor();
    void retentionKeepsWhatStateDoesNotCover();
    void backupUnderLoadIsComplete();
    void restoreBeginsANewEpoch();
    void unusableBackupIsNotStaged();
    void interruptedRestoreIsFinished();
    void startReplaysOnlyTheTail();
    void walHasItsRoomFromTheStart();
    void walStaysSmallUnderLoad();
    void verifyShowsBlocksAndState();

private:
    QString file(const QString &name) const { return m_dir->filePath(name); }
    quint64 fill(StoreFixture &store, const QByteArray &id, quint64 changes);

    std::unique_ptr<QTemporaryDir> m_dir;
};

void StoreUpkeepTest::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
}

quint64 StoreUpkeepTest::fill(StoreFixture &store, const QByteArray &id, quint64 changes)
{
    const auto image = store.image(id);
    std::vector<core::JournalBlock> blocks;
    for (quint64 head = image->headSeq; head < image->headSeq + changes; ++head)
        blocks.push_back(blockAfter(*image, head));
    return store.append(blocks).isStored() ? image->headSeq + changes : 0;
}

void StoreUpkeepTest::migrationKeepsContentsAndACopy()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    QCOMPARE(fill(store, "r1", 100), 100u);
    store.close();
    QVERIFY(QDir(m_dir->path()).entryList({u"journal-before-*"_s}).isEmpty());
    store.options().migrations = slowMigrations();
    QVERIFY(!store.open());
    QCOMPARE(store.readAll(1, 1).size(), 100u);
    QVERIFY(store.verify()->isGood());
    store.close();
    const QStringList copies = QDir(m_dir->path()).entryList({u"journal-before-v4*.db"_s});
    QCOMPARE(copies.size(), 1);
    const auto version = schemaVersion(file(copies[0]));
    QVERIFY(version);
    QCOMPARE(*version, 2);
    // The program of before knows versions up to 2 only.
    store.options().migrations.clear();
    const auto refused = store.open();
    QVERIFY(refused);
    QCOMPARE(refused->code, StoreErrorCode::NewerSchema);
}

void StoreUpkeepTest::interruptedMigrationIsFinished()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    QCOMPARE(fill(store, "r1", 100), 100u);
    store.close();
    int interrupted = 0;
    // Killed later and later, until it gets through.
    for (int patienceMs = 10; patienceMs < 10000; patienceMs += 10) {
        QProcess victim;
        victim.start(QStringLiteral(STORE_VICTIM), {u"migrate"_s, m_dir->path()});
        QVERIFY(victim.waitForStarted());
        if (victim.waitForFinished(patienceMs)) {
            QCOMPARE(victim.readAllStandardOutput(), "opened\n");
            break;
        }
        victim.kill();
        QVERIFY(victim.waitForFinished());
        ++interrupted;
    }
    QVERIFY(interrupted > 1);
    store.options().migrations = slowMigrations();
    QVERIFY(!store.open());
    QCOMPARE(store.readAll(1, 1).size(), 100u);
    QVERIFY(store.verify()->isGood());
    store.close();
    auto connection = Connection::open(file(u"journal.db"_s), Connection::Access::Untouched);
    QVERIFY(connection);
    QCOMPARE((*connection)->ask(u"SELECT count(*) FROM extra3"_s)->toInt(), 60000);
    QCOMPARE((*connection)->ask(u"SELECT count(*) FROM extra4"_s)->toInt(), 60000);
}

void StoreUpkeepTest::retentionRaisesTheFloor()
{
    std::atomic<qint64> nowMs = 1'700'000'000'000;
    StoreFixture store(m_dir->path());
    store.options().retention = std::chrono::milliseconds(1000);
    store.options().retentionInterval = std::chrono::milliseconds(5);
    store.options().nowMs = [&] { return nowMs.load(); };
    QVERIFY(!store.open());
    // Blocks carry 1'700'000'000'000 + their number as time.
    QCOMPARE(fill(store, "r1", 1000), 1000u);
    QCOMPARE(fill(store, "r2", 300), 300u);
    for (const char *id : {"r1", "r2"}) {
        const auto image = store.image(id);
        QVERIFY(store.save(
            {image->restaurant, image->generation, {{"k", "v", false}}, image->headSeq}));
    }
    nowMs += 1000 + 400;
    QTRY_COMPARE(quint64(store.journal().restaurants()[0].floorSeq), 400u);
    QCOMPARE(quint64(store.journal().restaurants()[1].floorSeq), 0u);
    const auto page = store.read(1, 1);
    QVERIFY(page);
    QCOMPARE(quint64(page->floorSeq), 400u);
    QCOMPARE(quint64(page->blocks.front().firstSeq), 401u);
    QCOMPARE(store.readAll(1, 1).size(), 600u);
    nowMs += 1'000'000;
    QTRY_COMPARE(quint64(store.journal().restaurants()[0].floorSeq), 1000u);
    // The newest row of all stays: it shows how far the database has come.
    QTRY_COMPARE(quint64(store.journal().restaurants()[1].floorSeq), 299u);
    QVERIFY(store.verify()->isGood());
    QVERIFY(!store.open());
    QCOMPARE(quint64(store.image("r1")->floorSeq), 1000u);
    QCOMPARE(quint64(store.image("r1")->headSeq), 1000u);
    QCOMPARE(quint64(store.image("r2")->headSeq), 300u);
    QCOMPARE(fill(store, "r1", 10), 1010u);
    QVERIFY(store.verify()->isGood());
}

void StoreUpkeepTest::retentionKeepsWhatStateDoesNotCover()
{
    StoreFixture store(m_dir->path());
    store.options().retention = std::chrono::milliseconds(1);
    store.options().retentionInterval = std::chrono::milliseconds(5);
    QVERIFY(!store.open());
    QCOMPARE(fill(store, "r1", 500), 500u);
    const auto image = store.image("r1");
    QVERIFY(store.save({image->restaurant, image->generation, {}, 123}));
    QTRY_COMPARE(quint64(store.journal().restaurants()[0].floorSeq), 123u);
    QVERIFY(!store.open());
    QCOMPARE(store.image("r1")->tail.size(), 377u);
    QCOMPARE(quint64(store.journal().restaurants()[0].floorSeq), 123u);
}

void StoreUpkeepTest::backupUnderLoadIsComplete()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    QCOMPARE(fill(store, "r1", 3000), 3000u);
    const auto start = store.image("r1");
    QVERIFY(store.save({start->restaurant, start->generation, {}, 3000}));
    std::atomic<bool> isDone = false;
    std::atomic<quint64> head = 3000;
    std::thread producer([&] {
        while (!isDone) {
            const quint64 seq = head;
            if (!store.append({blockAfter(*start, seq)}).isStored())
                return;
            head = seq + 1;
            store.journal().saveState(
                {start->restaurant,
                 start->generation,
                 {{QByteArray::number(seq % 700), QByteArray::number(seq), false}},
                 seq + 1});
            if (seq % 40 == 0)
                fill(store, "born " + QByteArray::number(seq), 2);
        }
    });
    const quint64 headBefore = head;
    const auto summary = store.backup(file(u"copy.db"_s));
    const quint64 headAfter = head;
    isDone = true;
    producer.join();
    QVERIFY2(summary, summary ? "" : qPrintable(summary.error().detail));
    const quint64 contained = summary->restaurants[0].headSeq;
    QVERIFY(contained >= headBefore && contained <= headAfter + 1);
    QVERIFY(summary->bytes > 0 && summary->lastPos > 0);
    QVERIFY(!store.backup(file(u"copy.db"_s)));

    QTemporaryDir other;
    const Outcome staged = Journal::stageRestore(other.path(), file(u"copy.db"_s));
    QVERIFY2(staged, staged ? "" : qPrintable(staged.error().detail));
    StoreFixture restored(other.path());
    const auto refused = restored.open();
    QVERIFY2(!refused, refused ? qPrintable(refused->detail) : "");
    QCOMPARE(quint64(restored.image("r1")->headSeq), contained);
    QCOMPARE(restored.readAll(1, 1).size(), contained);
    QCOMPARE(restored.verify()->problems, QStringList());
    // Every saved row is explained by state plus tail: nothing newer than the head.
    const auto image = restored.image("r1");
    for (const core::StateRow &row : image->state)
        QVERIFY(row.value.toULongLong() < contained);
}

void StoreUpkeepTest::restoreBeginsANewEpoch()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    QCOMPARE(fill(store, "r1", 10), 10u);
    const QByteArray epoch = store.image("r1")->epoch;
    QVERIFY(store.backup(file(u"copy.db"_s)));
    QCOMPARE(fill(store, "r1", 10), 20u);
    QVERIFY(store.stageRestore(file(u"copy.db"_s)));
    // Until the next open everything is as it was.
    QCOMPARE(fill(store, "r1", 10), 30u);
    QVERIFY(!store.open());
    const auto image = store.image("r1");
    QVERIFY(image);
    QCOMPARE(quint64(image->headSeq), 10u);
    QVERIFY(image->epoch != epoch);
    QCOMPARE(QDir(m_dir->path()).entryList({u"journal-replaced-*.db"_s}).size(), 1);
    QVERIFY(!QFile::exists(file(u"journal.restore"_s)));
    QCOMPARE(fill(store, "r1", 5), 15u);
    QVERIFY(!store.open());
    QCOMPARE(store.image("r1")->epoch, image->epoch);
    QCOMPARE(quint64(store.image("r1")->headSeq), 15u);
}

void StoreUpkeepTest::unusableBackupIsNotStaged()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    QCOMPARE(fill(store, "r1", 50), 50u);
    QVERIFY(store.backup(file(u"copy.db"_s)));
    QVERIFY(!store.stageRestore(file(u"absent.db"_s)));
    QFile copy(file(u"copy.db"_s));
    QVERIFY(copy.open(QIODevice::ReadWrite));
    QByteArray content = copy.readAll();
    const qsizetype place = content.indexOf("1/17.");
    QVERIFY(place > 0);
    content[place] = '7';
    copy.seek(0);
    copy.write(content);
    copy.close();
    const Outcome staged = store.stageRestore(file(u"copy.db"_s));
    QVERIFY(!staged);
    QCOMPARE(staged.error().code, StoreErrorCode::Corrupt);
    QVERIFY(!store.open());
    QCOMPARE(quint64(store.image("r1")->headSeq), 50u);
}

void StoreUpkeepTest::interruptedRestoreIsFinished()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    QCOMPARE(fill(store, "r1", 10), 10u);
    QVERIFY(store.backup(file(u"copy.db"_s)));
    QCOMPARE(fill(store, "r1", 10), 20u);
    QVERIFY(store.stageRestore(file(u"copy.db"_s)));
    store.close();
    // As after a power cut between moving the old database away and the new one in.
    QVERIFY(QFile::rename(file(u"journal.db"_s), file(u"journal-replaced-then.db"_s)));
    QVERIFY(!store.open());
    QCOMPARE(quint64(store.image("r1")->headSeq), 10u);
}

void StoreUpkeepTest::startReplaysOnlyTheTail()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    for (int restaurant = 0; restaurant < 20; ++restaurant) {
        const QByteArray id = "r" + QByteArray::number(restaurant);
        QCOMPARE(fill(store, id, 500), 500u);
        const auto image = store.image(id);
        QVERIFY(
            store.save({image->restaurant, image->generation, {}, restaurant == 7 ? 490u : 500u}));
    }
    store.close();
    auto connection = Connection::open(file(u"journal.db"_s), Connection::Access::Untouched);
    QVERIFY(connection);
    const auto from = (*connection)->ask(u"SELECT value FROM meta WHERE key = 'replay_from'"_s);
    QCOMPARE(from->toULongLong(), 7u * 500u + 491u);
    connection->reset();
    QVERIFY(!store.open());
    QCOMPARE(store.image("r7")->tail.size(), 10u);
    QVERIFY(store.image("r8")->tail.empty());
}

void StoreUpkeepTest::walHasItsRoomFromTheStart()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    const auto image = store.image("r1");
    QVERIFY(image);
    const QFileInfo wal(file(u"journal.db-wal"_s));
    const qint64 reserved = wal.size();
    const JournalOptions &options = store.options();
    QVERIFY(reserved >= qint64(options.walRestartBytes + options.checkpointBytes));
    // More than goes into it at once.
    for (quint64 head = 0; head < 500; ++head)
        QVERIFY(store.append({blockAfter(*image, head * 100, 100, 700)}).isStored());
    QVERIFY(store.journal().stats().checkpoints > 2);
    QCOMPARE(QFileInfo(wal.filePath()).size(), reserved);
}

void StoreUpkeepTest::walStaysSmallUnderLoad()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    const auto image = store.image("r1");
    std::atomic<int> answered = 0;
    constexpr int blocks = 2500;
    std::atomic<int> inFlight = 0;
    for (quint64 head = 0; head < blocks; ++head) {
        ++inFlight;
        store.journal().append({blockAfter(*image, head * 100, 100, 700)},
                               [&](const AppendResult &result) {
                                   answered += result.isStored() ? 1 : 0;
                                   --inFlight;
                               });
        while (inFlight > 16)
            std::this_thread::yield();
    }
    QTRY_COMPARE(answered.load(), blocks);
    const JournalStats stats = store.journal().stats();
    QVERIFY(stats.checkpoints > 2);
    QVERIFY2(stats.largestWalBytes < (quint64(64) << 20),
             QByteArray::number(stats.largestWalBytes >> 20).constData());
    QVERIFY(QFileInfo(file(u"journal.db-wal"_s)).size() < (64 << 20));
}

void StoreUpkeepTest::verifyShowsBlocksAndState()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    QCOMPARE(fill(store, "r1", 2500), 2500u);
    const auto image = store.image("r1");
    std::vector<core::StateRow> rows;
    for (int i = 0; i < 1500; ++i)
        rows.push_back({QByteArray::number(i), "v", false});
    QVERIFY(store.save({image->restaurant, image->generation, rows, 2000}));
    quint64 seen = 0;
    int states = 0;
    VerifyVisitor visitor;
    visitor.block = [&](const core::JournalBlock &block, QStringList &) {
        seen = block.firstSeq == seen + 1 ? seen + 1 : 0;
    };
    visitor.state = [&](core::RestaurantNo no, const core::StateRow &, QStringList &problems) {
        if (++states == 1500)
            problems << u"restaurant %1: seen enough"_s.arg(no);
    };
    const auto report = store.verify(visitor);
    QVERIFY(report);
    QCOMPARE(seen, 2500u);
    QCOMPARE(states, 1500);
    QCOMPARE(report->problems, QStringList{u"restaurant 1: seen enough"_s});
    QCOMPARE(report->stateRows, 1500u);
    QCOMPARE(report->restaurants, 1u);
}

} // namespace possync::store

QTEST_GUILESS_MAIN(possync::store::StoreUpkeepTest)
#include "tst_storeupkeep.moc"
