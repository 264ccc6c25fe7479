// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/store/storefixture.h"

#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <thread>

using namespace Qt::StringLiterals;

namespace possync::store {

using Blocks = std::vector<std::pair<quint64, quint64>>;

class JournalTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void newRestaurantIsEmptyAndKeepsItsEpoch();
    void blocksComeBackAsTheyWentIn();
    void imageHoldsTailAfterSavedState();
    void removedRowsStayRemoved();
    void changesAreReadFromIndexAndTail();
    void pagesEndAtTheirBounds();
    void blocksWithoutChangesAreReplayedButNotRead();
    void severalAppendsShareACommit();
    void receiverIsWokenOncePerCommit();
    void gapIsRefusedAndOthersAreStored();
    void staleGenerationIsRefused();
    void saveOfAStaleGenerationIsDropped();
    void openWaitsForEarlierAppends();
    void secondJournalOnTheDirectoryIsRefused();
    void closedJournalAnswersEveryCall();
    void callsAfterClosingAreRefused();

private:
    std::unique_ptr<QTemporaryDir> m_dir;
};

void JournalTest::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
}

void JournalTest::newRestaurantIsEmptyAndKeepsItsEpoch()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    const auto first = store.image("r1");
    QVERIFY(first);
    QCOMPARE(first->headSeq, 0u);
    QVERIFY(first->state.empty() && first->tail.empty());
    QCOMPARE(first->epoch.size(), 32);
    const auto second = store.image("r2");
    QVERIFY(second && second->restaurant != first->restaurant);
    QVERIFY(!store.open());
    const auto again = store.image("r1");
    QVERIFY(again);
    QCOMPARE(again->restaurant, first->restaurant);
    QCOMPARE(again->epoch, first->epoch);
    QCOMPARE(store.journal().restaurants().size(), 2);
    QVERIFY(!store.image(""));
}

void JournalTest::blocksComeBackAsTheyWentIn()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    const auto image = store.image("r1");
    QVERIFY(image);
    QByteArray body = bodyOf(image->restaurant, 1, 3, 700);
    body[5] = '\0';
    core::JournalBlock block = blockAfter(*image, 0, 3);
    block.body = body;
    const AppendResult result = store.append({block});
    QVERIFY(result.isStored());
    QCOMPARE(result.pos, 1u);
    QCOMPARE(store.journal().headSeq(image->restaurant), 3u);
    for (int round = 0; round < 2; ++round) {
        const auto page = store.read(image->restaurant, 2);
        QVERIFY(page);
        QCOMPARE(page->blocks.size(), 1u);
        QCOMPARE(page->blocks[0].body, body);
        QCOMPARE(page->blocks[0].atMs, block.atMs);
        QCOMPARE(page->headSeq, 3u);
        QVERIFY(!page->more);
        QVERIFY(!store.open());
    }
    const auto report = store.verify();
    QVERIFY(report && report->isGood());
    QCOMPARE(report->blocks, 1u);
}

void JournalTest::imageHoldsTailAfterSavedState()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    const auto image = store.image("r1");
    QVERIFY(image);
    for (quint64 head = 0; head < 10; ++head)
        QVERIFY(store.append({blockAfter(*image, head)}).isStored());
    // Covers changes 1 to 7, although ten were appended before.
    QVERIFY(store.save({image->restaurant, image->generation, {{"k", "v", false}}, 7}));
    for (int round = 0; round < 2; ++round) {
        const auto now = store.image("r1");
        QVERIFY(now);
        QCOMPARE(now->headSeq, 10u);
        QCOMPARE(now->state.size(), 1u);
        QCOMPARE(now->state[0].value, QByteArray("v"));
        QCOMPARE(now->tail.size(), 3u);
        QCOMPARE(now->tail[0].firstSeq, 8u);
        QCOMPARE(now->tail[0].body, bodyOf(image->restaurant, 8, 1, 100));
        QVERIFY(!store.open());
    }
    QCOMPARE(store.readAll(image->restaurant, 1).size(), 10u);
    const auto rest = store.image("r1");
    QVERIFY(store.save({rest->restaurant, rest->generation, {}, 10}));
    QVERIFY(!store.open());
    QVERIFY(store.image("r1")->tail.empty());
    QCOMPARE(store.journal().headSeq(image->restaurant), 10u);
    QCOMPARE(store.readAll(image->restaurant, 1).size(), 10u);
}

void JournalTest::removedRowsStayRemoved()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    const auto image = store.image("r1");
    QVERIFY(image);
    std::vector<core::StateRow> rows;
    for (int i = 0; i < 2000; ++i)
        rows.push_back({QByteArray::number(i), "value", false});
    QVERIFY(store.save({image->restaurant, image->generation, rows, 0}));
    QVERIFY(store.save({image->restaurant,
                        image->generation,
                        {{"7", {}, true}, {"8", "new", false}, {"9", {}, false}},
                        0}));
    QVERIFY(!store.open());
    const auto now = store.image("r1");
    QVERIFY(now);
    QCOMPARE(now->state.size(), 1999u);
    std::map<QByteArray, QByteArray> found;
    for (const core::StateRow &row : now->state)
        found.emplace(row.key, row.value);
    QVERIFY(!found.contains("7"));
    QCOMPARE(found.at("8"), QByteArray("new"));
    QCOMPARE(found.at("9"), QByteArray(""));
}

void JournalTest::changesAreReadFromIndexAndTail()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    const auto image = store.image("r1");
    const auto other = store.image("r2");
    QVERIFY(image && other);
    quint64 head = 0;
    Blocks written;
    for (quint64 i = 0; i < 60; ++i) {
        const quint64 changes = 1 + i % 3;
        // Neighbours far apart in the journal as well as side by side.
        for (quint64 j = 0; j < (i < 20 ? 6 : 0); ++j)
            QVERIFY(store.append({blockAfter(*other, i * 6 + j)}).isStored());
        QVERIFY(store.append({blockAfter(*image, head, changes)}).isStored());
        written.emplace_back(head + 1, head + changes);
        head += changes;
        if (i == 9 || i == 39)
            QVERIFY(store.save({image->restaurant, image->generation, {}, head}));
    }
    for (quint64 from = 0; from <= head + 1; ++from) {
        Blocks expected;
        for (const auto &block : written) {
            if (block.second >= from)
                expected.push_back(block);
        }
        QCOMPARE(store.readAll(image->restaurant, from), expected);
        QCOMPARE(store.readAll(image->restaurant, from, {7, 1 << 20}), expected);
        QCOMPARE(store.readAll(image->restaurant, from, {100, 450}), expected);
    }
    QVERIFY(store.verify()->isGood());
    const auto unknown = store.read(77, 1);
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().code, StoreErrorCode::UnknownRestaurant);
}

void JournalTest::pagesEndAtTheirBounds()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    const auto image = store.image("r1");
    QVERIFY(image);
    std::vector<core::JournalBlock> blocks;
    for (quint64 head = 0; head < 50; ++head)
        blocks.push_back(blockAfter(*image, head, 1, 1000));
    QVERIFY(store.append(blocks).isStored());
    for (int round = 0; round < 2; ++round) {
        QCOMPARE(store.read(image->restaurant, 1, {10, 1 << 20})->blocks.size(), 10u);
        const auto bytes = store.read(image->restaurant, 1, {100, 4500});
        QCOMPARE(bytes->blocks.size(), 5u);
        QVERIFY(bytes->more);
        QCOMPARE(store.read(image->restaurant, 1, {0, 0})->blocks.size(), 1u);
        QVERIFY(store.save({image->restaurant, image->generation, {}, 50}));
    }
}

void JournalTest::blocksWithoutChangesAreReplayedButNotRead()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    const auto image = store.image("r1");
    QVERIFY(image);
    core::JournalBlock aside = blockAfter(*image, 0, 0);
    aside.body = "a device was seen";
    QVERIFY(store.append({aside, blockAfter(*image, 0, 2)}).isStored());
    aside.firstSeq = 3;
    aside.lastSeq = 2;
    QVERIFY(store.append({aside}).isStored());
    QVERIFY(!store.open());
    const auto now = store.image("r1");
    QCOMPARE(now->tail.size(), 3u);
    QCOMPARE(now->headSeq, 2u);
    QCOMPARE(store.readAll(now->restaurant, 1), (Blocks{{1, 2}}));
    // A save covers what was appended before it, also without changes, and nothing later.
    QVERIFY(store.save({now->restaurant, now->generation, {}, 2}));
    aside.generation = now->generation;
    QVERIFY(store.append({aside}).isStored());
    QCOMPARE(store.image("r1")->tail.size(), 1u);
    QVERIFY(store.verify()->isGood());
}

void JournalTest::severalAppendsShareACommit()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    constexpr int threads = 4;
    constexpr quint64 each = 500;
    std::vector<core::RestaurantImage> images;
    for (int i = 0; i < threads; ++i)
        images.push_back(*store.image(QByteArray::number(i)));
    const quint64 commitsBefore = store.journal().stats().commits;
    std::atomic<quint64> stored = 0;
    std::atomic<bool> inOrder = true;
    std::vector<std::thread> producers;
    for (const core::RestaurantImage &image : images) {
        producers.emplace_back([&, image] {
            auto last = std::make_shared<quint64>(0);
            for (quint64 head = 0; head < each; ++head) {
                store.journal().append({blockAfter(image, head)},
                                       [&, last](const AppendResult &result) {
                                           if (!result.isStored() || result.pos <= *last)
                                               inOrder = false;
                                           *last = result.pos;
                                           ++stored;
                                       });
            }
        });
    }
    for (std::thread &producer : producers)
        producer.join();
    QTRY_COMPARE(stored.load(), threads * each);
    QVERIFY(inOrder);
    const JournalStats stats = store.journal().stats();
    QCOMPARE(stats.appends, threads * each);
    QVERIFY2(stats.commits - commitsBefore < threads * each / 4,
             qPrintable(QString::number(stats.commits)));
    QVERIFY(stats.largestGroup > 1);
    for (const core::RestaurantImage &image : images)
        QCOMPARE(store.readAll(image.restaurant, 1).size(), each);
}

void JournalTest::receiverIsWokenOncePerCommit()
{
    struct Receiver : AppendReceiver {
        void appended(std::vector<Appended> results) override
        {
            const std::lock_guard lock(mutex);
            ++calls;
            for (const Appended &result : results) {
                tickets.push_back(result.ticket);
                allStored = allStored && result.result.isStored();
            }
        }
        std::size_t count()
        {
            const std::lock_guard lock(mutex);
            return tickets.size();
        }
        std::mutex mutex;
        std::vector<std::uint64_t> tickets;
        quint64 calls = 0;
        bool allStored = true;
    };
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    const auto image = store.image("r1");
    QVERIFY(image);
    const quint64 commitsBefore = store.journal().stats().commits;
    const auto receiver = std::make_shared<Receiver>();
    std::vector<std::uint64_t> expected;
    for (quint64 head = 0; head < 300; ++head) {
        store.journal().append({blockAfter(*image, head)}, receiver, head);
        expected.push_back(head);
    }
    QTRY_COMPARE(receiver->count(), expected.size());
    const quint64 commits = store.journal().stats().commits - commitsBefore;
    store.close();
    QCOMPARE(receiver->tickets, expected);
    QVERIFY(receiver->allStored);
    QCOMPARE(receiver->calls, commits);
}

void JournalTest::gapIsRefusedAndOthersAreStored()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    const auto good = store.image("good");
    const auto bad = store.image("bad");
    QVERIFY(good && bad);
    const AppendResult result =
        store.append({blockAfter(*good, 0), blockAfter(*bad, 1), blockAfter(*bad, 0)});
    QCOMPARE(result.failures.size(), 2u);
    QCOMPARE(result.failures[0].index, 1u);
    QCOMPARE(result.failures[0].restaurant, bad->restaurant);
    QCOMPARE(result.failures[0].error.code, StoreErrorCode::SequenceGap);
    QCOMPARE(result.failures[1].error.code, StoreErrorCode::StaleGeneration);
    QCOMPARE(store.journal().headSeq(good->restaurant), 1u);
    QCOMPARE(store.journal().headSeq(bad->restaurant), 0u);
    const auto reopened = store.image("bad");
    QVERIFY(reopened->generation > bad->generation);
    QVERIFY(store.append({blockAfter(*reopened, 0)}).isStored());
}

void JournalTest::staleGenerationIsRefused()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    auto image = *store.image("r1");
    ++image.generation;
    const AppendResult result = store.append({blockAfter(image, 0)});
    QCOMPARE(result.failures.size(), 1u);
    QCOMPARE(result.failures[0].error.code, StoreErrorCode::StaleGeneration);
    QCOMPARE(store.journal().stats().blocks, 0u);
    image.restaurant = 99;
    QCOMPARE(store.append({blockAfter(image, 0)}).failures[0].error.code,
             StoreErrorCode::UnknownRestaurant);
}

void JournalTest::saveOfAStaleGenerationIsDropped()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    const auto image = store.image("r1");
    QVERIFY(!store.append({blockAfter(*image, 5)}).isStored());
    const Outcome saved =
        store.save({image->restaurant, image->generation, {{"k", "v", false}}, 0});
    QVERIFY(!saved);
    QCOMPARE(saved.error().code, StoreErrorCode::StaleGeneration);
    QVERIFY(store.image("r1")->state.empty());
}

void JournalTest::openWaitsForEarlierAppends()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    const auto image = store.image("r1");
    QVERIFY(image);
    for (quint64 head = 0; head < 100; ++head) {
        store.journal().append({blockAfter(*image, head)}, {});
        const auto now = store.image("r1");
        QVERIFY(now);
        QCOMPARE(now->headSeq, head + 1);
        QCOMPARE(now->tail.size(), head + 1);
    }
}

void JournalTest::secondJournalOnTheDirectoryIsRefused()
{
    StoreFixture store(m_dir->path());
    StoreFixture second(m_dir->path());
    QVERIFY(!store.open());
    const auto refused = second.open();
    QVERIFY(refused);
    QCOMPARE(refused->code, StoreErrorCode::InUse);
    QVERIFY(!refused->detail.contains(u'\n'));
    store.close();
    QVERIFY(!second.open());
}

void JournalTest::closedJournalAnswersEveryCall()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    const auto image = store.image("r1");
    std::atomic<int> answers = 0;
    std::atomic<int> stored = 0;
    for (quint64 head = 0; head < 200; ++head) {
        store.journal().append({blockAfter(*image, head)}, [&](const AppendResult &result) {
            ++answers;
            stored += result.isStored() ? 1 : 0;
        });
    }
    store.journal().saveState({image->restaurant, image->generation, {}, 200},
                              [&](const Outcome &) { ++answers; });
    store.journal().openRestaurant("r3", [&](const auto &) { ++answers; });
    store.journal().readChanges(image->restaurant, 1, {}, [&](const auto &) { ++answers; });
    store.close();
    QCOMPARE(answers.load(), 203);
    QVERIFY(!QFile::exists(m_dir->filePath(u"journal.db-wal"_s)));
    QVERIFY(!store.open());
    QCOMPARE(store.journal().headSeq(image->restaurant), quint64(stored.load()));
    QCOMPARE(stored.load(), 200);
}

void JournalTest::callsAfterClosingAreRefused()
{
    StoreFixture store(m_dir->path());
    QVERIFY(!store.open());
    const auto image = store.image("r1");
    QVERIFY(image);
    Journal &journal = store.journal();
    journal.close();
    journal.close(); // once is enough
    // From the thread that calls; nothing of the journal runs any more.
    int refused = 0;
    const auto answer = [&refused](const auto &outcome) {
        refused += !outcome && outcome.error().code == StoreErrorCode::Closed ? 1 : 0;
    };
    journal.append({blockAfter(*image, 0)}, [&](const AppendResult &result) {
        QCOMPARE(result.failures.size(), 1u);
        refused += result.failures[0].error.code == StoreErrorCode::Closed ? 1 : 0;
    });
    journal.saveState({image->restaurant, image->generation, {}, 0}, answer);
    journal.openRestaurant("r2", answer);
    journal.readChanges(image->restaurant, 1, {}, answer);
    journal.verify(answer, {});
    journal.backup(m_dir->filePath(u"copy.db"_s), answer);
    journal.stageRestore(m_dir->filePath(u"copy.db"_s), answer);
    QCOMPARE(refused, 7);
    store.close();
    QVERIFY(!store.open());
    QCOMPARE(store.journal().headSeq(image->restaurant), quint64(0));
}

} // namespace possync::store

QTEST_GUILESS_MAIN(possync::store::JournalTest)
#include "tst_journal.moc"
