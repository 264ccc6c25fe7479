// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/client/replica.h"

#include <QFile>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>
#include <sys/syscall.h>
#include <unistd.h>

using namespace possync;
using namespace Qt::StringLiterals;

namespace {

sync::OutgoingChange change(quint64 number)
{
    sync::OutgoingChange outgoing{.number = number};
    outgoing.change.changeId = "c" + QByteArray::number(number);
    outgoing.change.entityId = "o1";
    outgoing.change.data = R"({"total_amount":25.50,"id":"o1"})";
    outgoing.change.time = HybridTime(1000 + qint64(number), 2);
    outgoing.text = v2::encode(outgoing.change);
    return outgoing;
}

std::vector<quint64> numbersOf(const std::vector<sync::OutgoingChange> &changes)
{
    std::vector<quint64> numbers;
    for (const sync::OutgoingChange &each : changes)
        numbers.push_back(each.number);
    return numbers;
}

/// What a file is after a power cut: as long as it was when it was last flushed.
QHash<QByteArray, qint64> flushedSizes;
int flushes = 0;

} // namespace

/// Stands in front of the system's, for SQLite in this process.
extern "C" int fdatasync(int descriptor)
{
    ++flushes;
    const QByteArray link = "/proc/self/fd/" + QByteArray::number(descriptor);
    flushedSizes.insert(QFile::symLinkTarget(QString::fromLatin1(link)).toUtf8(),
                        QFile(QString::fromLatin1(link)).size());
    return static_cast<int>(syscall(SYS_fdatasync, descriptor));
}

class ReplicaTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void keepsWhatWasCommitted();
    void editIsWholeOrNot();
    void outboxGoesThroughItsStates();
    void stagedRecordsAreApart();
    void refusesNewer();
    void refusesForeignFiles();
    void refusesASecondProcess();
    void refusesAnotherDevice();
    void saysWhatIsWrongWithTheDirectory();
    void powerCutKeepsWhatWasQueued();

private:
    std::unique_ptr<Replica> open();
    std::optional<ReplicaError::Code> refusal(const QByteArray &restaurant = "r1",
                                              const QByteArray &device = "d1");
    QString file() const { return m_dir->filePath(u"below/device.sqlite"_s); }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::vector<std::unique_ptr<QTemporaryDir>> m_copies;
};

void ReplicaTest::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
}

std::unique_ptr<Replica> ReplicaTest::open()
{
    auto replica = Replica::open(file(), "r1", "d1");
    if (!replica)
        qWarning("%s", qPrintable(replica.error().detail));
    return replica ? std::move(*replica) : nullptr;
}

std::optional<ReplicaError::Code> ReplicaTest::refusal(const QByteArray &restaurant,
                                                       const QByteArray &device)
{
    const auto replica = Replica::open(file(), restaurant, device);
    if (replica)
        return std::nullopt;
    return replica.error().code;
}

void ReplicaTest::keepsWhatWasCommitted()
{
    sync::StoreEdit edit;
    edit.queued = {change(1), change(2)};
    edit.put = {{{DataType::Orders, "o1"}, 3, 17, R"({"id":"o1","total_amount":25.50})"},
                {{DataType::Tables, "t1"}, 1, 18, "{}"}};
    edit.position = v2::Position{"epoch", 18};
    edit.token = "t";
    edit.wantedTypes = "orders ";
    edit.settled = {{.number = 1,
                     .changeId = "c1",
                     .outcome = v2::Outcome::Merged,
                     .seq = 17,
                     .code = {},
                     .reason = "kept",
                     .kept = "[1]",
                     .proof = "{}"}};
    {
        const auto replica = open();
        QVERIFY(replica);
        QVERIFY(replica->commit(edit));
    }
    const auto replica = open();
    QVERIFY(replica);
    const auto image = replica->image();
    QVERIFY(image);
    QCOMPARE(image->position, *edit.position);
    QCOMPARE(image->token, "t");
    QCOMPARE(image->wantedTypes, "orders ");
    QCOMPARE(image->lastNumber, quint64(2));
    QCOMPARE(image->lastMadeAt.toText(), HybridTime(1002, 2).toText());
    QCOMPARE(numbersOf(image->outbox), std::vector<quint64>({1, 2}));
    QCOMPARE(image->outbox[0].text, edit.queued[0].text);
    QCOMPARE(image->outbox[0].change.data, edit.queued[0].change.data);
    QCOMPARE(*replica->record({DataType::Orders, "o1"}), edit.put[0]);
    QVERIFY(!replica->record({DataType::Orders, "t1"}));
    QCOMPARE(replica->records(DataType::Tables).size(), std::size_t(1));
    QCOMPARE(*replica->outcome("c1"), edit.settled[0]);
    QVERIFY(!replica->outcome("c2"));
}

void ReplicaTest::editIsWholeOrNot()
{
    const auto replica = open();
    sync::StoreEdit edit;
    edit.queued = {change(1)};
    QVERIFY(replica->commit(edit));
    edit.position = v2::Position{"epoch", 1};
    edit.put = {{{DataType::Orders, "o1"}, 1, 1, "{}"}};
    const auto failed = replica->commit(edit); // The number is taken.
    QVERIFY(!failed);
    QVERIFY(!replica->record({DataType::Orders, "o1"}));
    QCOMPARE(replica->image()->position, v2::Position());
    edit.queued = {change(2)};
    QVERIFY(replica->commit(edit));
    QCOMPARE(replica->image()->outbox.size(), std::size_t(2));
}

void ReplicaTest::outboxGoesThroughItsStates()
{
    const auto replica = open();
    sync::StoreEdit edit;
    edit.queued = {change(1), change(2), change(3), change(4)};
    QVERIFY(replica->commit(edit));
    edit = {};
    edit.marked = {{.number = 1, .seq = 9, .isSettled = true}};
    edit.done = {2};
    edit.dropped = {3};
    QVERIFY(replica->commit(edit));
    auto image = replica->image();
    QCOMPARE(numbersOf(image->outbox), std::vector<quint64>({1, 4}));
    QVERIFY(image->outbox[0].isSettled);
    QCOMPARE(image->outbox[0].seq, quint64(9));
    QVERIFY(!image->outbox[1].isSettled);
    QCOMPARE(numbersOf(replica->sentBefore()), std::vector<quint64>({2}));
    edit = {};
    edit.marked = {{.number = 2, .seq = 0, .isSettled = false, .isRepeat = true}};
    QVERIFY(replica->commit(edit));
    image = replica->image();
    QCOMPARE(numbersOf(image->outbox), std::vector<quint64>({1, 2, 4}));
    QVERIFY(image->outbox[1].isRepeat);
    edit = {};
    edit.done = {2 + Replica::changesKept};
    QVERIFY(replica->commit(edit));
    edit = {};
    edit.done = {1, 2, 4};
    QVERIFY(replica->commit(edit));
    QCOMPARE(numbersOf(replica->sentBefore()), std::vector<quint64>({1, 2, 4}));
    edit = {};
    edit.done = {2 + Replica::changesKept};
    QVERIFY(replica->commit(edit));
    QCOMPARE(numbersOf(replica->sentBefore()), std::vector<quint64>({4}));
}

void ReplicaTest::stagedRecordsAreApart()
{
    const auto replica = open();
    sync::StoreEdit edit;
    edit.staged = {{{DataType::Orders, "o2"}, 1, 1, "{}"}, {{DataType::Orders, "o1"}, 1, 1, "{}"}};
    QVERIFY(replica->commit(edit));
    QVERIFY(replica->records(DataType::Orders).empty());
    QCOMPARE(replica->staged(DataType::Orders).front().key.entityId, "o1");
    edit.clearsStaged = true;
    edit.staged.pop_back();
    QVERIFY(replica->commit(edit));
    QCOMPARE(replica->staged(DataType::Orders).size(), std::size_t(1));
}

void ReplicaTest::refusesNewer()
{
    QVERIFY(open());
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"newer"_s);
        database.setDatabaseName(file());
        QVERIFY(database.open());
        QVERIFY(
            QSqlQuery(database).exec(u"PRAGMA user_version=%1"_s.arg(Replica::schemaVersion + 1)));
        database.close();
    }
    QSqlDatabase::removeDatabase(u"newer"_s);
    QFile before(file());
    QVERIFY(before.open(QIODevice::ReadOnly));
    const QByteArray bytes = before.readAll();
    QCOMPARE(refusal(), std::optional(ReplicaError::Code::Newer));
    QFile after(file());
    QVERIFY(after.open(QIODevice::ReadOnly));
    QCOMPARE(after.readAll(), bytes);
}

void ReplicaTest::refusesForeignFiles()
{
    QVERIFY(QDir(m_dir->path()).mkdir(u"below"_s));
    for (const QByteArray &content : {QByteArray("notes of last week"), QByteArray(4096, '\0')}) {
        QFile foreign(file());
        QVERIFY(foreign.open(QIODevice::WriteOnly));
        foreign.write(content);
        foreign.close();
        QCOMPARE(refusal(), std::optional(ReplicaError::Code::Foreign));
        QVERIFY(foreign.open(QIODevice::ReadOnly));
        QCOMPARE(foreign.readAll(), content);
    }
}

void ReplicaTest::refusesASecondProcess()
{
    const auto replica = open();
    QCOMPARE(refusal(), std::optional(ReplicaError::Code::InUse));
    sync::StoreEdit edit;
    edit.queued = {change(1)};
    QVERIFY(replica->commit(edit));
}

void ReplicaTest::refusesAnotherDevice()
{
    QVERIFY(open());
    QCOMPARE(refusal("r1", "d2"), std::optional(ReplicaError::Code::OtherDevice));
    QCOMPARE(refusal("r2", "d1"), std::optional(ReplicaError::Code::OtherDevice));
    QVERIFY(!refusal());
}

void ReplicaTest::saysWhatIsWrongWithTheDirectory()
{
    QFile inTheWay(m_dir->filePath(u"below"_s));
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    inTheWay.close();
    const auto replica = Replica::open(file(), "r1", "d1");
    QVERIFY(!replica);
    QCOMPARE(replica.error().code, ReplicaError::Code::Unusable);
    QVERIFY(replica.error().detail.contains(file()));
}

void ReplicaTest::powerCutKeepsWhatWasQueued()
{
    auto replica = open();
    QVERIFY(replica);
    const auto record = [](quint64 seq) {
        return sync::Record{{DataType::Orders, "o1"}, quint32(seq), seq, R"({"id":"o1"})"};
    };
    const auto deliver = [&](quint64 seq) {
        sync::StoreEdit edit;
        edit.put.push_back(record(seq));
        edit.position = v2::Position{"e", seq};
        return replica->commit(edit).has_value();
    };
    flushes = 0;
    for (quint64 seq = 1; seq <= 5; ++seq)
        QVERIFY(deliver(seq));
    QCOMPARE(flushes, 0);
    sync::StoreEdit edit;
    edit.queued.push_back(change(1));
    QVERIFY(replica->commit(edit));
    QCOMPARE(flushes, 1);
    QVERIFY(deliver(6));
    QCOMPARE(flushes, 1);

    const auto afterPowerCut = [&]() -> std::unique_ptr<Replica> {
        m_copies.push_back(std::make_unique<QTemporaryDir>());
        const QString copy = m_copies.back()->filePath(u"device.sqlite"_s);
        const QString wal = file() + u"-wal"_s;
        if (!QFile::copy(file(), copy) || !QFile::copy(wal, copy + u"-wal"_s)
            || !QFile::resize(copy + u"-wal"_s, flushedSizes.value(wal.toUtf8())))
            return nullptr;
        auto opened = Replica::open(copy, "r1", "d1");
        return opened ? std::move(*opened) : nullptr;
    };
    const auto cut = afterPowerCut();
    QVERIFY(cut);
    QCOMPARE(numbersOf(cut->image()->outbox), std::vector<quint64>{1});
    QCOMPARE(cut->image()->position, (v2::Position{"e", 5})); // and the records are of that place
    QCOMPARE(cut->record({DataType::Orders, "o1"}), std::optional(record(5)));

    flushes = 0;
    QVERIFY(replica->flush());
    QVERIFY(replica->flush()); // nothing is left to do
    QCOMPARE(flushes, 1);
    const auto flushed = afterPowerCut();
    QVERIFY(flushed);
    QCOMPARE(flushed->image()->position, (v2::Position{"e", 6}));
}

QTEST_GUILESS_MAIN(ReplicaTest)
#include "tst_replica.moc"
