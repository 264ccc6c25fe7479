// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/store/storefixture.h"

#include <QProcess>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <map>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace possync::store {

using Heads = std::map<QByteArray, quint64>;

class StoreFaultsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void nothingAcknowledgedIsLostToKill();
    void failedFlushIsNeverAcknowledged();
    void lockedDatabaseRefusesAndRecovers();
    void failedWriteRefusesAndRecovers();
    void fullDiskRefusesAndRecovers();

private:
    /// Takes "A id seq" lines; returns how many refusals were among them.
    static int take(const QByteArray &output, Heads &heads);
    void checkContents(const Heads &acknowledged);
    QString path() const { return m_dir->path(); }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void StoreFaultsTest::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
}

int StoreFaultsTest::take(const QByteArray &output, Heads &heads)
{
    int refused = 0;
    const QList<QByteArray> lines = output.split('\n');
    for (const QByteArray &line : lines) {
        const QList<QByteArray> words = line.split(' ');
        if (words.size() == 3 && words[0] == "A")
            heads[words[1]] = std::max(heads[words[1]], words[2].toULongLong());
        else if (!line.isEmpty())
            ++refused;
    }
    return refused;
}

void StoreFaultsTest::checkContents(const Heads &acknowledged)
{
    StoreFixture store(path());
    const auto refused = store.open();
    QVERIFY2(!refused, refused ? qPrintable(refused->detail) : "");
    for (const auto &[id, head] : acknowledged) {
        const auto image = store.image(id);
        QVERIFY(image);
        QVERIFY2(image->headSeq >= head, qPrintable(u"%1 of %2"_s.arg(image->headSeq).arg(head)));
        quint64 next = 1;
        while (next <= image->headSeq) {
            const auto page = store.read(image->restaurant, next);
            QVERIFY(page);
            for (const core::JournalBlock &block : page->blocks) {
                QCOMPARE(quint64(block.firstSeq), next);
                QCOMPARE(block.body, bodyOf(image->restaurant, next, 1, 100));
                ++next;
            }
        }
    }
    const auto report = store.verify();
    QVERIFY(report);
    QCOMPARE(report->problems, QStringList());
}

void StoreFaultsTest::nothingAcknowledgedIsLostToKill()
{
    Heads acknowledged;
    for (int round = 0; round < 20; ++round) {
        QProcess victim;
        victim.start(QStringLiteral(STORE_VICTIM), {u"append"_s, path(), u"0"_s});
        QByteArray output;
        const int enough = 20 + round * 97;
        while (output.count('\n') < enough && victim.waitForReadyRead(10000))
            output += victim.readAllStandardOutput();
        victim.kill();
        QVERIFY(victim.waitForFinished());
        output += victim.readAllStandardOutput();
        QVERIFY2(output.count('\n') >= enough, output.right(300).constData());
        QCOMPARE(take(output, acknowledged), 0);
        checkContents(acknowledged);
        if (QTest::currentTestFailed())
            return;
    }
    QCOMPARE(acknowledged.size(), 3u);
}

void StoreFaultsTest::failedFlushIsNeverAcknowledged()
{
    QProcess victim;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"LD_PRELOAD"_s, QStringLiteral(FAULTY_FLUSH));
    // AddressSanitizer would rather be the first library itself.
    environment.insert(u"ASAN_OPTIONS"_s, u"verify_asan_link_order=0"_s);
    environment.insert(u"FAULTY_FLUSHES"_s, u"20,40,41,90,150"_s);
    victim.setProcessEnvironment(environment);
    victim.start(QStringLiteral(STORE_VICTIM), {u"append"_s, path(), u"3000"_s});
    QVERIFY(victim.waitForFinished(60000));
    QCOMPARE(victim.exitCode(), 0);
    Heads acknowledged;
    QVERIFY(take(victim.readAllStandardOutput(), acknowledged) > 0);
    quint64 total = 0;
    for (const auto &[id, head] : acknowledged)
        total += head;
    QVERIFY(total >= 3000);
    checkContents(acknowledged);
}

void StoreFaultsTest::lockedDatabaseRefusesAndRecovers()
{
    StoreFixture store(path());
    store.options().probeInterval = std::chrono::milliseconds(20);
    QVERIFY(!store.open());
    const auto image = store.image("r1");
    QVERIFY(store.append({blockAfter(*image, 0)}).isStored());
    {
        QSqlDatabase other = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"other"_s);
        other.setDatabaseName(path() + u"/journal.db"_s);
        QVERIFY(other.open());
        QSqlQuery query(other);
        QVERIFY2(query.exec(u"BEGIN IMMEDIATE"_s), qPrintable(query.lastError().text()));

        auto saved = std::make_shared<std::promise<Outcome>>();
        auto savedOutcome = saved->get_future();
        auto first = std::make_shared<std::promise<AppendResult>>();
        auto firstResult = first->get_future();
        store.journal().append({blockAfter(*image, 1)}, [first](AppendResult result) {
            first->set_value(std::move(result));
        });
        store.journal().saveState(
            {image->restaurant, image->generation, {{"k", "v", false}}, 2},
            [saved](Outcome outcome) { saved->set_value(std::move(outcome)); });
        const AppendResult result = firstResult.get();
        QCOMPARE(result.failures.size(), 1u);
        QCOMPARE(result.failures[0].error.code, StoreErrorCode::Locked);
        const Outcome outcome = savedOutcome.get();
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, StoreErrorCode::StaleGeneration);
        QVERIFY(!store.journal().health().ok);
        QVERIFY(!store.journal().health().reason.isEmpty());
        // Reading goes on, and the room can be opened as it was.
        QCOMPARE(store.readAll(image->restaurant, 1).size(), 1u);
        const auto reopened = store.image("r1");
        QVERIFY(reopened);
        QCOMPARE(quint64(reopened->headSeq), 1u);
        QVERIFY(reopened->generation > image->generation);
        QVERIFY(query.exec(u"ROLLBACK"_s));
        other.close();
    }
    QSqlDatabase::removeDatabase(u"other"_s);
    QTRY_VERIFY(store.journal().health().ok);
    const AppendResult stale = store.append({blockAfter(*image, 1)});
    QCOMPARE(stale.failures.size(), 1u);
    QCOMPARE(stale.failures[0].error.code, StoreErrorCode::StaleGeneration);
    const auto reopened = store.image("r1");
    QVERIFY(store.append({blockAfter(*reopened, 1)}).isStored());
    QVERIFY(store.verify()->isGood());
}

void StoreFaultsTest::failedWriteRefusesAndRecovers()
{
    StoreFixture store(path());
    store.options().probeInterval = std::chrono::milliseconds(20);
    QVERIFY(!store.open());
    const auto image = store.image("r1");
    QVERIFY(store.append({blockAfter(*image, 0, 1, 5000)}).isStored());

    rlimit before = {};
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit tight = before;
    tight.rlim_cur = 150'000;
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &tight), 0);
    quint64 head = 1;
    AppendResult result;
    while (head < 200 && (result = store.append({blockAfter(*image, head, 1, 5000)})).isStored())
        ++head;
    const AppendResult next = store.append({blockAfter(*store.image("r1"), head, 1, 50000)});
    const bool wasOk = store.journal().health().ok;
    const std::size_t readable = store.readAll(image->restaurant, 1).size();
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);

    QCOMPARE(result.failures.size(), 1u);
    QCOMPARE(result.failures[0].error.code, StoreErrorCode::IoError);
    QVERIFY(!next.isStored());
    QVERIFY(!wasOk);
    QCOMPARE(readable, std::size_t(head));
    QTRY_VERIFY(store.journal().health().ok);
    const auto reopened = store.image("r1");
    QVERIFY(reopened);
    QCOMPARE(quint64(reopened->headSeq), head);
    QVERIFY(store.append({blockAfter(*reopened, head, 1, 5000)}).isStored());
    QVERIFY(!store.open());
    QCOMPARE(quint64(store.image("r1")->headSeq), head + 1);
    QVERIFY(store.verify()->isGood());
}

void StoreFaultsTest::fullDiskRefusesAndRecovers()
{
    const QByteArray mountPoint = path().toLocal8Bit();
    if (mount("tmpfs", mountPoint.constData(), "tmpfs", 0, "size=3m") != 0)
        QSKIP("mounting a small file system needs root");
    const auto unmount = qScopeGuard([&] { umount2(mountPoint.constData(), MNT_DETACH); });
    StoreFixture store(path());
    store.options().probeInterval = std::chrono::milliseconds(20);
    QVERIFY(!store.open());
    const auto image = store.image("r1");
    QVERIFY(image);
    quint64 head = 0;
    AppendResult result;
    while (head < 2000 && (result = store.append({blockAfter(*image, head, 1, 20000)})).isStored())
        ++head;
    QCOMPARE(result.failures.size(), 1u);
    QCOMPARE(result.failures[0].error.code, StoreErrorCode::DiskFull);
    QCOMPARE(store.readAll(image->restaurant, 1).size(), std::size_t(head));
    QCOMPARE(mount("tmpfs", mountPoint.constData(), "tmpfs", MS_REMOUNT, "size=64m"), 0);
    QTRY_VERIFY(store.journal().health().ok);
    const auto reopened = store.image("r1");
    QCOMPARE(quint64(reopened->headSeq), head);
    QVERIFY(store.append({blockAfter(*reopened, head, 1, 20000)}).isStored());
    QVERIFY(store.verify()->isGood());
    store.close();
}

} // namespace possync::store

QTEST_GUILESS_MAIN(possync::store::StoreFaultsTest)
#include "tst_storefaults.moc"
