// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/store/storefixture.h"

#include <QCryptographicHash>
#include <QDir>
#include <QLoggingCategory>
#include <QProcess>
#include <QRandomGenerator>
#include <QScopeGuard>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::store {

class StoreDamageTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void flippedBlockIsReportedAndNotServed();
    void flippedBlockInTheTailClosesOnlyItsRestaurant();
    void flippedStateRowIsReportedAndNotServed();
    void noSingleFlippedBitIsServedAsGood();
    void missingWalIsRefused();
    void olderCopyIsRefused();
    void missingDatabaseIsRefused();
    void anotherDatabaseIsRefused();
    void damagedMarkIsRefused();
    void cutDatabaseIsRefused();
    void newerSchemaIsRefusedUntouched();
    void strangeFilesAreRefused_data();
    void strangeFilesAreRefused();
    void unusableDirectoryIsRefused();

private:
    /// Two restaurants with 200 changes each; saved up to `covered`.
    void fill(const QString &path, quint64 covered);
    /// Flips the lowest bit of the byte at the only place where `text` stands.
    void flipAt(const QByteArray &text);
    void checkRefused(StoreErrorCode code);
    QString file(const QString &name) const { return m_dir->filePath(name); }

    std::unique_ptr<QTemporaryDir> m_dir;
};

namespace {

void replaceContent(const QString &path, const QByteArray &content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QCOMPARE(file.write(content), content.size());
}

QByteArray stateValue(core::RestaurantNo no, int key)
{
    return "value " + QByteArray::number(no) + '.' + QByteArray::number(key) + ';';
}

} // namespace

void StoreDamageTest::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
}

void StoreDamageTest::fill(const QString &path, quint64 covered)
{
    StoreFixture store(path);
    QVERIFY(!store.open());
    const auto one = store.image("one");
    const auto two = store.image("two");
    QVERIFY(one && two);
    for (quint64 head = 0; head < 200; ++head)
        QVERIFY(store.append({blockAfter(*one, head), blockAfter(*two, head)}).isStored());
    for (const core::RestaurantImage &image : {*one, *two}) {
        std::vector<core::StateRow> rows;
        for (int key = 0; key < 50; ++key)
            rows.push_back({QByteArray::number(key), stateValue(image.restaurant, key), false});
        QVERIFY(store.save({image.restaurant, image.generation, rows, covered}));
    }
}

void StoreDamageTest::flipAt(const QByteArray &text)
{
    QByteArray content = contentOf(file(u"journal.db"_s));
    const qsizetype place = content.indexOf(text);
    QVERIFY(place > 0);
    QCOMPARE(content.indexOf(text, place + 1), -1);
    content[place] = char(content.at(place) ^ 1);
    replaceContent(file(u"journal.db"_s), content);
}

void StoreDamageTest::checkRefused(StoreErrorCode code)
{
    StoreFixture store(m_dir->path());
    const auto refused = store.open();
    QVERIFY(refused);
    QVERIFY2(refused->code == code, qPrintable(refused->detail));
    QVERIFY(!refused->detail.isEmpty() && !refused->detail.contains(u'\n'));
}

void StoreDamageTest::flippedBlockIsReportedAndNotServed()
{
    fill(m_dir->path(), 200);
    flipAt("2/57.");
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    QCOMPARE(store.readAll(1, 1).size(), 200u);
    QCOMPARE(store.readAll(2, 1).size(), 56u);
    const auto page = store.read(2, 57);
    QVERIFY(!page);
    QCOMPARE(page.error().code, StoreErrorCode::Corrupt);
    QCOMPARE(store.readAll(2, 58).size(), 143u);
    QVERIFY(!store.journal().health().ok);
    const auto report = store.verify();
    QVERIFY(report);
    QCOMPARE(report->problems.size(), 2); // the row, and what follows it does not fit on
    // Both rooms open: what they need is intact.
    QVERIFY(store.image("one"));
    QVERIFY(store.image("two"));
}

void StoreDamageTest::flippedBlockInTheTailClosesOnlyItsRestaurant()
{
    fill(m_dir->path(), 10);
    flipAt("2/57.");
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u".*journal row.*damaged"_s));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u".*are missing"_s));
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    const auto one = store.image("one");
    QVERIFY(one);
    QVERIFY(store.append({blockAfter(*one, 200)}).isStored());
    const auto two = store.image("two");
    QVERIFY(!two);
    QCOMPARE(two.error().code, StoreErrorCode::Corrupt);
    QVERIFY(!store.journal().health().ok);
    const auto all = store.journal().restaurants();
    QVERIFY(!all[0].damaged && all[1].damaged);
}

void StoreDamageTest::flippedStateRowIsReportedAndNotServed()
{
    fill(m_dir->path(), 200);
    flipAt(stateValue(2, 7));
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    QVERIFY(store.image("one"));
    const auto two = store.image("two");
    QVERIFY(!two);
    QCOMPARE(two.error().code, StoreErrorCode::Corrupt);
    QCOMPARE(store.verify()->problems.size(), 1);
}

void StoreDamageTest::noSingleFlippedBitIsServedAsGood()
{
    fill(m_dir->path(), 150);
    const QByteArray good = contentOf(file(u"journal.db"_s));
    const QByteArray mark = contentOf(file(u"journal.mark"_s));
    QRandomGenerator random(20240817);
    int noticed = 0;
    QLoggingCategory::setFilterRules(u"possync.server.store.warning=false"_s);
    const auto restored = qScopeGuard([] { QLoggingCategory::setFilterRules(QString()); });
    for (int round = 0; round < 250; ++round) {
        QTemporaryDir dir;
        QByteArray bad = good;
        const auto byte = qsizetype(random.bounded(quint32(bad.size())));
        const int bit = int(random.bounded(8));
        bad[byte] = char(bad.at(byte) ^ (1 << bit));
        replaceContent(dir.filePath(u"journal.db"_s), bad);
        replaceContent(dir.filePath(u"journal.mark"_s), mark);
        const QByteArray where = QByteArray::number(byte) + " bit " + QByteArray::number(bit);
        StoreFixture store(dir.path());
        if (store.open()) {
            ++noticed;
            continue;
        }
        for (core::RestaurantNo no = 1; no <= 2; ++no) {
            const auto image = store.image(no == 1 ? "one" : "two");
            if (!image || image->restaurant != no)
                continue;
            QVERIFY2(image->headSeq == 200, where.constData());
            QVERIFY2(image->tail.size() == 50, where.constData());
            QVERIFY2(image->state.size() == 50 || !store.verify()->isGood(), where.constData());
            for (const core::StateRow &row : image->state)
                QVERIFY2(row.value == stateValue(no, row.key.toInt()), where.constData());
            quint64 next = 1;
            while (const auto page = store.read(no, next)) {
                for (const core::JournalBlock &block : page->blocks) {
                    QVERIFY2(block.firstSeq == next && block.lastSeq == next, where.constData());
                    QVERIFY2(block.body == bodyOf(no, next, 1, 100), where.constData());
                    ++next;
                }
                if (!page->more)
                    break;
            }
        }
        noticed += store.verify() && store.verify()->isGood() ? 0 : 1;
    }
    // The rest hit bytes that hold nothing.
    QVERIFY2(noticed > 100, QByteArray::number(noticed).constData());
}

void StoreDamageTest::missingWalIsRefused()
{
    QProcess victim;
    victim.start(QStringLiteral(STORE_VICTIM), {u"append"_s, m_dir->path(), u"0"_s});
    QByteArray output;
    while (output.count('\n') < 100 && victim.waitForReadyRead(10000))
        output += victim.readAllStandardOutput();
    victim.kill();
    QVERIFY(victim.waitForFinished());
    QVERIFY(QFile::remove(file(u"journal.db-wal"_s)));
    checkRefused(StoreErrorCode::BehindMark);
    // Whoever removes the mark accepts what is there.
    QVERIFY(QFile::remove(file(u"journal.mark"_s)));
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
}

void StoreDamageTest::olderCopyIsRefused()
{
    fill(m_dir->path(), 200);
    const QByteArray older = contentOf(file(u"journal.db"_s));
    {
        StoreFixture store(m_dir->path());
        QVERIFY(!store.open());
        QVERIFY(store.append({blockAfter(*store.image("one"), 200)}).isStored());
    }
    replaceContent(file(u"journal.db"_s), older);
    checkRefused(StoreErrorCode::BehindMark);
}

void StoreDamageTest::missingDatabaseIsRefused()
{
    fill(m_dir->path(), 200);
    QVERIFY(QFile::remove(file(u"journal.db"_s)));
    checkRefused(StoreErrorCode::BehindMark);
}

void StoreDamageTest::anotherDatabaseIsRefused()
{
    fill(m_dir->path(), 200);
    QTemporaryDir other;
    fill(other.path(), 200);
    replaceContent(file(u"journal.db"_s), contentOf(other.filePath(u"journal.db"_s)));
    checkRefused(StoreErrorCode::BehindMark);
}

void StoreDamageTest::damagedMarkIsRefused()
{
    fill(m_dir->path(), 200);
    QByteArray mark = contentOf(file(u"journal.mark"_s));
    QVERIFY(mark.size() > 512);
    const QByteArray intact = mark;
    mark[20] = char(mark[20] ^ 1);
    replaceContent(file(u"journal.mark"_s), mark);
    {
        // One of the two copies is enough.
        StoreFixture store(m_dir->path());
        QVERIFY(!store.open());
    }
    mark = intact;
    mark[20] = char(mark[20] ^ 1);
    mark[532] = char(mark[532] ^ 1);
    replaceContent(file(u"journal.mark"_s), mark);
    checkRefused(StoreErrorCode::BehindMark);
}

void StoreDamageTest::cutDatabaseIsRefused()
{
    fill(m_dir->path(), 200);
    const QByteArray whole = contentOf(file(u"journal.db"_s));
    for (const qsizetype size :
         {whole.size() - 4096, whole.size() / 2, qsizetype(8192), qsizetype(1000)}) {
        replaceContent(file(u"journal.db"_s), whole.first(size));
        checkRefused(StoreErrorCode::Corrupt);
    }
}

void StoreDamageTest::newerSchemaIsRefusedUntouched()
{
    fill(m_dir->path(), 200);
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"newer"_s);
        database.setDatabaseName(file(u"journal.db"_s));
        QVERIFY(database.open());
        QVERIFY(QSqlQuery(database).exec(u"PRAGMA user_version=4711"_s));
        database.close();
    }
    QSqlDatabase::removeDatabase(u"newer"_s);
    const QByteArray before = contentOf(file(u"journal.db"_s));
    const QStringList files = QDir(m_dir->path()).entryList(QDir::Files);
    StoreFixture store(m_dir->path());
    const auto refused = store.open();
    QVERIFY(refused);
    QCOMPARE(refused->code, StoreErrorCode::NewerSchema);
    QVERIFY2(refused->detail.contains(u"4711"_s) && refused->detail.contains(u" 2;"_s),
             qPrintable(refused->detail));
    QCOMPARE(QDir(m_dir->path()).entryList(QDir::Files), files);
    QVERIFY(contentOf(file(u"journal.db"_s)) == before);
}

void StoreDamageTest::strangeFilesAreRefused_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("text") << QByteArray("hello, I am not a database\n").repeated(300);
    QTest::newRow("zeroes") << QByteArray(8192, '\0');
    QByteArray foreign;
    {
        QTemporaryDir dir;
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"foreign"_s);
        database.setDatabaseName(dir.filePath(u"foreign.db"_s));
        QVERIFY(database.open());
        QVERIFY(QSqlQuery(database).exec(u"CREATE TABLE orders(id INTEGER)"_s));
        database.close();
        foreign = contentOf(dir.filePath(u"foreign.db"_s));
    }
    QSqlDatabase::removeDatabase(u"foreign"_s);
    QTest::newRow("database of another program") << foreign;
}

void StoreDamageTest::strangeFilesAreRefused()
{
    QFETCH(QByteArray, content);
    replaceContent(file(u"journal.db"_s), content);
    checkRefused(StoreErrorCode::Corrupt);
    QVERIFY(contentOf(file(u"journal.db"_s)) == content);
}

void StoreDamageTest::unusableDirectoryIsRefused()
{
    replaceContent(file(u"plain"_s), "a file");
    for (const QString &path : {file(u"plain"_s), file(u"plain/below"_s), QString()}) {
        StoreFixture store(path);
        const auto refused = store.open();
        QVERIFY(refused);
        QCOMPARE(refused->code, StoreErrorCode::UnusableDirectory);
    }
}

} // namespace possync::store

QTEST_GUILESS_MAIN(possync::store::StoreDamageTest)
#include "tst_storedamage.moc"
