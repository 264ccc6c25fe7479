// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/checksum.h"
#include "server/store/connection.h"
#include "tests/server/store/storefixture.h"

#include <QDirIterator>
#include <QProcess>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

const QByteArray first(64, 'a');
const QByteArray second(64, 'b');
const QByteArray marker = "saffron risotto for table nine";

core::JournalBlock blockWith(const core::RestaurantImage &image, quint64 head,
                             const QByteArray &text)
{
    core::JournalBlock block = blockAfter(image, head);
    block.body = text + ' ' + QByteArray::number(head + 1);
    return block;
}

/// Names of files below a directory that hold a text.
QStringList filesWith(const QString &directory, const QByteArray &text)
{
    QStringList found;
    QDirIterator files(directory, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (!file.open(QIODevice::ReadOnly))
            qFatal("cannot read %s", qPrintable(file.fileName()));
        if (file.readAll().contains(text))
            found << file.fileName();
    }
    return found;
}

} // namespace

/// docs/security.md, "Encryption at rest", at the journal.
class StoreKeysTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void noFileHoldsContent();
    void withoutKeysNothingIsSealed();
    void withoutItsKeyNothingIsTouched();
    void exchangedRowsAreFound();
    void damageIsFoundWithoutAKey();
    void plainJournalIsSealed();
    void killedSealingGoesOn();
    void rotationLeavesNoOldKey();
    void plainLineTakesEncryptionBack();
    void largeOnesAreWrittenAnewAtTheNextStart();
    void retentionAndErasingWork();
    void backupsStayEncrypted();
    void backupsOfAPlainJournalAreSealed();
    void damagedRowsAreInNoSealedBackup();
    void backupOfAnOlderVersionIsTaken();

private:
    QString file(const QString &name) const { return m_dir->filePath(name); }
    /// Changes and saved rows that hold the marker.
    void fill(StoreFixture &store, const QByteArray &id, quint64 changes);
    void check(StoreFixture &store, const QByteArray &id, quint64 changes);
    std::unique_ptr<StoreFixture> opened(const Keys &keys) const;
    static bool isSealed(StoreFixture &store) { return store.journal().stats().keysInUse == 1; }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void StoreKeysTest::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
}

void StoreKeysTest::fill(StoreFixture &store, const QByteArray &id, quint64 changes)
{
    const auto image = store.image(id);
    QVERIFY(image);
    std::vector<core::JournalBlock> blocks;
    StateSave save;
    for (quint64 head = 0; head < changes; ++head) {
        blocks.push_back(blockWith(*image, head, marker));
        save.rows.push_back({"key" + QByteArray::number(head),
                             marker + " saved " + QByteArray::number(head), false});
    }
    QVERIFY(store.append(std::move(blocks)).isStored());
    save.restaurant = image->restaurant;
    save.generation = image->generation;
    save.uptoSeq = changes / 2;
    QVERIFY(store.save(std::move(save)));
}

void StoreKeysTest::check(StoreFixture &store, const QByteArray &id, quint64 changes)
{
    const auto image = store.image(id);
    QVERIFY2(image, image ? "" : qPrintable(image.error().detail));
    QCOMPARE(quint64(image->headSeq), changes);
    QCOMPARE(image->state.size(), changes);
    for (const core::StateRow &row : image->state)
        QCOMPARE(row.value, marker + " saved " + row.key.mid(3));
    quint64 next = 1;
    while (next <= changes) {
        const auto page = store.read(image->restaurant, next);
        QVERIFY2(page, page ? "" : qPrintable(page.error().detail));
        QVERIFY(!page->blocks.empty());
        for (const core::JournalBlock &block : page->blocks)
            QCOMPARE(block.body, marker + ' ' + QByteArray::number(next++));
    }
    QCOMPARE(store.verify()->problems, QStringList());
}

std::unique_ptr<StoreFixture> StoreKeysTest::opened(const Keys &keys) const
{
    auto store = std::make_unique<StoreFixture>(m_dir->path());
    store->options().keys = keys;
    if (const auto refused = store->open())
        qFatal("%s", qPrintable(refused->detail));
    return store;
}

void StoreKeysTest::noFileHoldsContent()
{
    const auto store = opened(ringOf({first}));
    fill(*store, "r1", 300);
    check(*store, "r1", 300);
    QCOMPARE(store->journal().stats().keysInUse, 1u);
    QCOMPARE(filesWith(m_dir->path(), marker), QStringList());
    store->close();
    QCOMPARE(filesWith(m_dir->path(), marker), QStringList());
    check(*opened(ringOf({first})), "r1", 300);
}

void StoreKeysTest::withoutKeysNothingIsSealed()
{
    const auto store = opened({});
    fill(*store, "r1", 10);
    store->close();
    QCOMPARE(filesWith(m_dir->path(), marker), QStringList{file(u"journal.db"_s)});
    const auto connection = Connection::open(file(u"journal.db"_s), Connection::Access::Untouched);
    QCOMPARE((*connection)->ask(u"SELECT sum(key_id) FROM journal"_s)->toInt(), 0);
    QCOMPARE((*connection)->ask(u"SELECT count(*) FROM meta WHERE key = 'keys'"_s)->toInt(), 0);
}

void StoreKeysTest::withoutItsKeyNothingIsTouched()
{
    const QString id = QString::fromLatin1(keyName(ringOf({first})->current()));
    QTemporaryDir killed;
    {
        const auto store = opened(ringOf({first}));
        fill(*store, "r1", 50);
        // As a killed server leaves it: the newest part is in the WAL.
        for (const QString &name : {u"journal.db"_s, u"journal.db-wal"_s, u"journal.mark"_s})
            QVERIFY(QFile::copy(file(name), killed.filePath(name)));
    }
    for (const QString &directory : {m_dir->path(), killed.path()}) {
        StoreFixture store(directory);
        const QString database = directory + u"/journal.db"_s;
        const QByteArray before = contentOf(database) + contentOf(database + u"-wal"_s);
        const auto missing = store.open();
        QVERIFY(missing);
        QCOMPARE(missing->code, StoreErrorCode::MissingKey);
        QCOMPARE(missing->detail,
                 u"%1 is encrypted with key %2, and no key is given; name the file that holds it: "
                 "--encryption-key-file"_s.arg(database, id));
        store.options().keys = ringOf({second});
        const auto wrong = store.open();
        QVERIFY(wrong);
        QCOMPARE(wrong->code, StoreErrorCode::MissingKey);
        QCOMPARE(wrong->detail, u"%1 is encrypted with key %2, which is not in pos.keys; add the "
                                "line with that key"_s.arg(database, id));
        QCOMPARE(contentOf(database) + contentOf(database + u"-wal"_s), before);
        store.options().keys = ringOf({first});
        QVERIFY(!store.open());
        check(store, "r1", 50);
    }
}

void StoreKeysTest::exchangedRowsAreFound()
{
    {
        const auto store = opened(ringOf({first}));
        fill(*store, "r1", 20);
    }
    {
        // Somebody who can write the file, and knows how checksums are made.
        const auto connection = Connection::open(file(u"journal.db"_s), Connection::Access::Write);
        QVERIFY(connection);
        const auto rows = (*connection)->query("journal_from", {15, 2});
        core::JournalBlock block;
        QByteArray body;
        KeyId key = 0;
        while ((*rows)->next()) {
            std::swap(body, block.body);
            block.restaurant = (*rows)->value(2).toUInt();
            block.firstSeq = (*rows)->value(3).toULongLong();
            block.lastSeq = (*rows)->value(4).toULongLong();
            block.atMs = (*rows)->value(5).toLongLong();
            block.body = (*rows)->value(6).toByteArray();
            key = (*rows)->value(7).toUInt();
        }
        (*rows)->finish();
        std::swap(body, block.body); // that of position 15 now
        QVERIFY((*connection)
                    ->run("reseal_block",
                          {blockChecksum(16, block, {key, block.body, 0}), block.body, key, 16}));
    }
    const auto store = opened(ringOf({first}));
    QCOMPARE(store->verify()->problems.value(0), u"journal row 16 is damaged"_s);
    const auto page = store->read(1, 16);
    QVERIFY(!page);
    QCOMPARE(page.error().code, StoreErrorCode::Corrupt);
    QCOMPARE(store->read(1, 1)->blocks.size(), std::size_t(15));
}

void StoreKeysTest::damageIsFoundWithoutAKey()
{
    {
        const auto store = opened(ringOf({first}));
        fill(*store, "r1", 20);
    }
    // The checksum is over what is stored: a copy can be checked where no key is.
    const auto connection = Connection::open(file(u"journal.db"_s), Connection::Access::Write);
    const auto problems = [&] {
        const auto rows = (*connection)->query("journal_from", {0, -1});
        QList<quint64> wrong;
        while ((*rows)->next()) {
            core::JournalBlock block;
            block.restaurant = (*rows)->value(2).toUInt();
            block.firstSeq = (*rows)->value(3).toULongLong();
            block.lastSeq = (*rows)->value(4).toULongLong();
            block.atMs = (*rows)->value(5).toLongLong();
            const SealedRow row{(*rows)->value(7).toUInt(), (*rows)->value(6).toByteArray(), 0};
            if (blockChecksum((*rows)->value(0).toULongLong(), block, row)
                != (*rows)->value(1).toLongLong())
                wrong << (*rows)->value(0).toULongLong();
        }
        (*rows)->finish();
        return wrong;
    };
    QCOMPARE(problems(), QList<quint64>());
    QVERIFY((*connection)->execute(u"UPDATE journal SET key_id = key_id + 1 WHERE pos = 4"_s));
    QVERIFY((*connection)
                ->execute(u"UPDATE journal SET body = x'00' || substr(body, 2) WHERE pos = 9"_s));
    QCOMPARE(problems(), QList<quint64>({4, 9}));
}

void StoreKeysTest::plainJournalIsSealed()
{
    {
        const auto store = opened({});
        fill(*store, "r1", 3000);
        fill(*store, "r2", 100);
    }
    QVERIFY(!filesWith(m_dir->path(), marker).isEmpty());
    const auto store = opened(ringOf({first}));
    QVERIFY(store->journal().stats().keysInUse == 2);
    // Served meanwhile.
    check(*store, "r1", 3000);
    fill(*store, "r3", 50);
    QTRY_VERIFY(isSealed(*store));
    // The last step writes the file anew: nothing is left in unused parts of it.
    QTRY_COMPARE(filesWith(m_dir->path(), marker), QStringList());
    QTRY_VERIFY(QFileInfo(file(u"journal.db-wal"_s)).size()
                >= qint64(store->options().walRestartBytes));
    check(*store, "r1", 3000);
    check(*store, "r2", 100);
    check(*store, "r3", 50);
    store->close();
    QCOMPARE(filesWith(m_dir->path(), marker), QStringList());
    StoreFixture without(m_dir->path());
    QCOMPARE(without.open()->code, StoreErrorCode::MissingKey);
}

void StoreKeysTest::killedSealingGoesOn()
{
    constexpr quint64 many = 12'000;
    {
        const auto store = opened(ringOf({first}));
        fill(*store, "r1", many);
    }
    const QString keyFile = file(u"pos.keys"_s);
    {
        QFile keys(keyFile);
        QVERIFY(keys.open(QIODevice::WriteOnly) && keys.write(first + '\n' + second) > 0);
        keys.close();
        QVERIFY(keys.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
    }
    const KeyId newest = ringOf({second})->current();
    const auto sealed = [&] {
        const auto connection = Connection::open(file(u"journal.db"_s), Connection::Access::Read);
        return (*connection)
            ->ask(u"SELECT count(*) FROM journal WHERE key_id = %1"_s.arg(newest))
            ->toULongLong();
    };
    quint64 former = 0;
    for (int round = 0; round < 3; ++round) {
        QProcess victim;
        victim.start(QStringLiteral(STORE_VICTIM), {u"keep"_s, m_dir->path(), keyFile});
        QVERIFY(victim.waitForReadyRead(10'000));
        QCOMPARE(victim.readAll(), QByteArray("open\n"));
        QTRY_VERIFY(sealed() > former);
        victim.kill();
        QVERIFY(victim.waitForFinished());
        former = sealed();
        QVERIFY2(former < many, "killed too late to show anything");
        // Half-way both keys are needed.
        StoreFixture store(m_dir->path());
        store.options().keys = ringOf({second});
        const auto refused = store.open();
        QVERIFY(refused);
        QVERIFY2(refused->detail.contains(QString::fromLatin1(keyName(ringOf({first})->current()))),
                 qPrintable(refused->detail));
    }
    const auto store = opened(ringOf({first, second}));
    check(*store, "r1", many);
    QTRY_VERIFY_WITH_TIMEOUT(isSealed(*store), 30'000);
    check(*store, "r1", many);
    store->close();
    check(*opened(ringOf({second})), "r1", many);
}

void StoreKeysTest::rotationLeavesNoOldKey()
{
    fill(*opened(ringOf({first})), "r1", 700);
    {
        const auto store = opened(ringOf({first, second}));
        QTRY_VERIFY(isSealed(*store));
        check(*store, "r1", 700);
    }
    StoreFixture old(m_dir->path());
    old.options().keys = ringOf({first});
    QCOMPARE(old.open()->code, StoreErrorCode::MissingKey);
    const auto store = opened(ringOf({second}));
    check(*store, "r1", 700);
    QCOMPARE(store->journal().stats().keysInUse, 1u);
}

void StoreKeysTest::plainLineTakesEncryptionBack()
{
    fill(*opened(ringOf({first})), "r1", 300);
    {
        const auto store = opened(ringOf({first, "plain"}));
        QTRY_VERIFY(isSealed(*store));
        check(*store, "r1", 300);
    }
    check(*opened({}), "r1", 300);
}

void StoreKeysTest::largeOnesAreWrittenAnewAtTheNextStart()
{
    {
        const auto store = opened({});
        const auto image = store->image("r1");
        for (quint64 head = 0; head < 110; ++head) {
            core::JournalBlock block = blockAfter(*image, head);
            block.body = marker.repeated(30'000);
            QVERIFY(store->append({block}).isStored());
        }
    }
    {
        const auto store = opened(ringOf({first}));
        QTRY_VERIFY_WITH_TIMEOUT(isSealed(*store), 60'000);
        QCOMPARE(store->verify()->problems, QStringList());
    }
    const auto connection = Connection::open(file(u"journal.db"_s), Connection::Access::Untouched);
    const auto due = [&] {
        return (*connection)
            ->ask(u"SELECT value FROM meta WHERE key = 'compaction_due'"_s)
            ->toInt();
    };
    QCOMPARE(due(), 1);
    const auto store = opened(ringOf({first}));
    QCOMPARE(due(), 0);
    QCOMPARE(filesWith(m_dir->path(), marker), QStringList());
    QCOMPARE(store->readAll(1, 1).size(), std::size_t(110));
    QCOMPARE(store->verify()->problems, QStringList());
}

void StoreKeysTest::retentionAndErasingWork()
{
    StoreFixture store(m_dir->path());
    store.options().keys = ringOf({first});
    store.options().retention = std::chrono::milliseconds(1);
    store.options().retentionInterval = std::chrono::milliseconds(5);
    QVERIFY(!store.open());
    fill(store, "r1", 400);
    fill(store, "r2", 100);
    QTRY_VERIFY(store.journal().restaurants()[0].floorSeq >= 200);
    QCOMPARE(store.verify()->problems, QStringList());
    QVERIFY(store.erase("r2"));
    QCOMPARE(store.journal().restaurants().size(), 1);
    QCOMPARE(store.verify()->problems, QStringList());
    QVERIFY(!store.open());
    QCOMPARE(quint64(store.image("r1")->headSeq), 400u);
    QCOMPARE(store.image("r1")->state.size(), std::size_t(400));
}

void StoreKeysTest::backupsStayEncrypted()
{
    const auto store = opened(ringOf({first}));
    fill(*store, "r1", 300);
    const auto made = store->backup(file(u"copy.db"_s));
    QVERIFY(made);
    QCOMPARE(quint64(made->restaurants[0].headSeq), 300u);
    QCOMPARE(filesWith(m_dir->path(), marker), QStringList());
    QTemporaryDir other;
    const QString id = QString::fromLatin1(keyName(ringOf({first})->current()));
    for (const auto &[keys, why] :
         {std::pair{Keys(), u"no key is given; name the file that holds it: "
                            "--encryption-key-file"_s},
          std::pair{ringOf({second}), u"which is not in pos.keys; add the line with that key"_s}}) {
        const Outcome refused = Journal::stageRestore(other.path(), file(u"copy.db"_s), keys);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, StoreErrorCode::MissingKey);
        QVERIFY2(refused.error().detail.contains(id) && refused.error().detail.endsWith(why),
                 qPrintable(refused.error().detail));
        QCOMPARE(QDir(other.path()).entryList({u"*restore*"_s}), QStringList());
    }
    // By a key that came since, as long as the old one is kept for it.
    QVERIFY(Journal::stageRestore(other.path(), file(u"copy.db"_s), ringOf({first, second})));
    StoreFixture restored(other.path());
    // Taken away between staging and start: nothing is lost by it.
    restored.options().keys = ringOf({second});
    QCOMPARE(restored.open()->code, StoreErrorCode::MissingKey);
    QVERIFY(QFile::exists(other.filePath(u"journal.restore"_s)));
    restored.options().keys = ringOf({first, second});
    QVERIFY(!restored.open());
    QTRY_VERIFY(isSealed(restored));
    check(restored, "r1", 300);
    QCOMPARE(filesWith(other.path(), marker), QStringList());
}

void StoreKeysTest::backupsOfAPlainJournalAreSealed()
{
    const auto forBackups = [](const QByteArrayList &keys) {
        return *KeyRing::parse(keys.join('\n'), u"pos.keys"_s, KeyRing::Use::Backups);
    };
    QVERIFY(!KeyRing::parse("plain\n", u"pos.keys"_s, KeyRing::Use::Backups));
    const Keys ring = forBackups({first, second, "plain"});
    QCOMPARE(ring->current(), KeyId(0));
    QVERIFY(!ringOf({first})->forBackups());
    const auto store = opened(ring);
    fill(*store, "r1", 700); // more than a slice
    QVERIFY(isSealed(*store));
    const auto made = store->backup(file(u"copy.db"_s));
    QVERIFY2(made, made ? "" : qPrintable(made.error().detail));
    QCOMPARE(quint64(made->restaurants[0].headSeq), 700u);
    QVERIFY(!filesWith(m_dir->path(), marker).contains(u"copy.db"_s));
    QVERIFY(!filesWith(m_dir->path(), marker).isEmpty()); // what is served is as it was
    check(*store, "r1", 700);
    QTemporaryDir other;
    const QString id = QString::fromLatin1(keyName(ring->newest()));
    for (const Keys &keys : {Keys(), ringOf({first})}) {
        const Outcome refused = Journal::stageRestore(other.path(), file(u"copy.db"_s), keys);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, StoreErrorCode::MissingKey);
        QVERIFY2(refused.error().detail.contains(u"encrypted with key "_s + id),
                 qPrintable(refused.error().detail));
    }
    // The newest key alone opens it, and what is served is plain again.
    const Keys newest = forBackups({second});
    QVERIFY(Journal::stageRestore(other.path(), file(u"copy.db"_s), newest));
    StoreFixture restored(other.path());
    restored.options().keys = newest;
    QVERIFY(!restored.open());
    check(restored, "r1", 700);
    QTRY_VERIFY_WITH_TIMEOUT(isSealed(restored), 20'000);
    restored.close();
    restored.options().keys = {};
    QVERIFY(!restored.open());
    check(restored, "r1", 700);
}

void StoreKeysTest::damagedRowsAreInNoSealedBackup()
{
    {
        const auto store = opened({});
        fill(*store, "r1", 50);
    }
    {
        const auto journal = Connection::open(file(u"journal.db"_s), Connection::Access::Write);
        QVERIFY((*journal)->execute(u"UPDATE journal SET body = body || 'x' WHERE pos = 20"_s));
    }
    const auto store = opened(*KeyRing::parse(first, u"pos.keys"_s, KeyRing::Use::Backups));
    const auto refused = store->backup(file(u"copy.db"_s));
    QVERIFY(!refused);
    QVERIFY2(refused.error().detail.contains(u"1 damaged rows cannot be sealed"_s),
             qPrintable(refused.error().detail));
    QCOMPARE(QDir(m_dir->path()).entryList({u"copy*"_s}), QStringList());
}

void StoreKeysTest::backupOfAnOlderVersionIsTaken()
{
    const auto store = opened({});
    fill(*store, "r1", 100);
    QVERIFY(store->backup(file(u"copy.db"_s)));
    {
        const auto copy = Connection::open(file(u"copy.db"_s), Connection::Access::Scratch);
        for (const QString &step :
             {u"ALTER TABLE journal DROP COLUMN key_id"_s,
              u"ALTER TABLE state DROP COLUMN key_id"_s, u"PRAGMA user_version=1"_s})
            QVERIFY((*copy)->execute(step));
    }
    QTemporaryDir other;
    const Outcome staged = Journal::stageRestore(other.path(), file(u"copy.db"_s));
    QVERIFY2(staged, staged ? "" : qPrintable(staged.error().detail));
    QCOMPARE(QDir(other.path()).entryList({u"journal.restore*"_s}),
             QStringList{u"journal.restore"_s});
    StoreFixture restored(other.path());
    QVERIFY(!restored.open());
    check(restored, "r1", 100);
    restored.close();
    // And a whole data directory of that version; it is copied before.
    QTemporaryDir third;
    QVERIFY(QFile::copy(file(u"copy.db"_s), third.filePath(u"journal.db"_s)));
    StoreFixture migrated(third.path());
    migrated.options().keys = ringOf({first});
    QVERIFY(!migrated.open());
    QCOMPARE(QDir(third.path()).entryList({u"journal-before-v2-*.db"_s}).size(), 1);
    QTRY_VERIFY(isSealed(migrated));
    check(migrated, "r1", 100);
}

} // namespace possync::store

QTEST_GUILESS_MAIN(possync::store::StoreKeysTest)
#include "tst_storekeys.moc"
