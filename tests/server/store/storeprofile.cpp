// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Measures the journal on this machine, encrypted if a key file is given:
// storeprofile DIRECTORY [KEYFILE]
#include "server/store/rowcipher.h"
#include "tests/server/store/storefixture.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <algorithm>
#include <cstdio>
#include <semaphore>
#include <thread>

namespace possync::store {
namespace {

void printRate(const char *what, quint64 count, qint64 nanoseconds, const JournalStats &before,
               const JournalStats &after)
{
    const double seconds = double(nanoseconds) / 1e9;
    const auto commits = double(after.commits - before.commits);
    std::printf("%-46s %9.0f /s  %7.0f commits/s  %6.1f appends/commit  %6.0f us/commit  wal max "
                "%.1f MiB\n",
                what, double(count) / seconds, commits / seconds,
                double(after.appends - before.appends) / std::max(commits, 1.0),
                double(after.commitUsTotal - before.commitUsTotal) / std::max(commits, 1.0),
                double(after.largestWalBytes) / (1 << 20));
}

/// `threads` producers, each with up to `inFlight` calls under way, over their restaurants in turn.
void appendLoad(StoreFixture &store, const char *what, int threads, int restaurantsEach,
                quint64 blocksEach, quint64 changes, int inFlight, bool saves)
{
    std::vector<std::vector<core::RestaurantImage>> images(static_cast<std::size_t>(threads));
    for (std::size_t t = 0; t < images.size(); ++t) {
        for (int r = 0; r < restaurantsEach; ++r)
            images[t].push_back(*store.image(QByteArray(what).left(6) + QByteArray::number(int(t))
                                             + '/' + QByteArray::number(r)));
    }
    const JournalStats before = store.journal().stats();
    QElapsedTimer timer;
    timer.start();
    std::vector<std::thread> producers;
    for (std::size_t t = 0; t < images.size(); ++t) {
        producers.emplace_back([&, t] {
            std::counting_semaphore<100000> free(inFlight);
            std::vector<quint64> heads(images[t].size(), 0);
            for (quint64 n = 0; n < blocksEach; ++n) {
                const std::size_t r = n % heads.size();
                free.acquire();
                store.journal().append({blockAfter(images[t][r], heads[r], changes, 700)},
                                       [&free](const AppendResult &) { free.release(); });
                heads[r] += changes;
                if (saves && n % 2000 == 1999) {
                    std::vector<core::StateRow> rows;
                    for (int i = 0; i < 500; ++i)
                        rows.push_back({QByteArray::number(i), QByteArray(700, 'x'), false});
                    store.journal().saveState({images[t][r].restaurant, images[t][r].generation,
                                               std::move(rows), heads[r]});
                }
            }
            for (int i = 0; i < inFlight; ++i)
                free.acquire();
        });
    }
    for (std::thread &producer : producers)
        producer.join();
    const qint64 took = timer.nsecsElapsed();
    const quint64 pending = store.journal().stats().pendingSaves;
    if (pending > 0)
        std::printf("%llu saves pending at the end\n", pending);
    printRate(what, blocksEach * changes * quint64(threads), took, before, store.journal().stats());
}

void latency(StoreFixture &store, int count)
{
    const auto image = *store.image("latency");
    std::vector<qint64> took;
    for (quint64 head = 0; head < quint64(count); ++head) {
        QElapsedTimer timer;
        timer.start();
        (void)store.append({blockAfter(image, head, 1, 700)});
        took.push_back(timer.nsecsElapsed());
    }
    std::sort(took.begin(), took.end());
    std::printf("one append in flight: p50 %.0f us, p99 %.0f us, max %.0f us\n",
                double(took[took.size() / 2]) / 1e3, double(took[took.size() * 99 / 100]) / 1e3,
                double(took.back()) / 1e3);
}

void reading(StoreFixture &store, const char *what, const QByteArray &id, bool save)
{
    const auto image = *store.image(id);
    if (save)
        (void)store.save({image.restaurant, image.generation, {}, image.headSeq});
    QElapsedTimer timer;
    timer.start();
    const auto blocks = store.readAll(image.restaurant, 1);
    std::printf("%-46s %9.0f changes/s in %zu blocks\n", what,
                double(image.headSeq) * 1e9 / double(timer.nsecsElapsed()), blocks.size());
}

/// What encryption adds to a row, apart from the database.
void sealing(const Keys &keys)
{
    const RowCipher plain;
    const RowCipher sealed(keys);
    for (const qsizetype bytes : {100, 300, 700, 70'000}) {
        constexpr int rounds = 20'000;
        core::JournalBlock block;
        block.body = QByteArray(bytes, 'x');
        quint64 sum = 0;
        const auto perRow = [&](const auto &action) {
            QElapsedTimer timer;
            timer.start();
            for (int i = 0; i < rounds; ++i)
                sum += action(quint64(i));
            return double(timer.nsecsElapsed()) / rounds / 1e3;
        };
        const double without = perRow([&](quint64 pos) {
            return quint64(plain.block(pos, block).checksum);
        });
        const double with = perRow([&](quint64 pos) {
            return quint64(sealed.block(pos, block).checksum);
        });
        core::JournalBlock stored = block;
        stored.body = sealed.block(1, block).bytes;
        const double opening = perRow([&](quint64) {
            return quint64(sealed.openBlock(keys->current(), 1, stored)->size());
        });
        std::printf("row of %6lld bytes: %5.2f us plain, %5.2f us sealed, %5.2f us to open (%llx)\n",
                    bytes, without, with, opening, sum & 1);
    }
}

} // namespace
} // namespace possync::store

int main(int argc, char *argv[])
{
    using namespace possync::store;
    QCoreApplication application(argc, argv);
    QTemporaryDir dir(QString::fromLocal8Bit(argc > 1 ? argv[1] : ".")
                      + QStringLiteral("/profile-XXXXXX"));
    StoreFixture store(dir.path());
    if (argc > 2) {
        const auto keys = KeyRing::read(QString::fromLocal8Bit(argv[2]), KeyRing::Guard::OwnerOnly);
        if (!keys) {
            std::printf("%s\n", qPrintable(keys.error()));
            return 1;
        }
        store.options().keys = *keys;
        sealing(*keys);
    }
    if (const auto refused = store.open()) {
        std::printf("%s\n", qPrintable(refused->detail));
        return 1;
    }
    latency(store, 3000);
    appendLoad(store, "one   restaurant, 100-change blocks, 4 in flight", 1, 1, 5000, 100, 4,
               false);
    appendLoad(store, "single: 2 x 100 restaurants, 1 change, 64 in fl", 2, 100, 100000, 1, 64,
               false);
    appendLoad(store, "again1: the same, 1000 in flight", 2, 100, 200000, 1, 1000, false);
    appendLoad(store, "saving: the same with saves", 2, 100, 100000, 1, 1000, true);
    appendLoad(store, "dense : 1 restaurant, 1 change, 1000 in flight", 1, 1, 200000, 1, 1000,
               false);
    appendLoad(store, "inflt1: 1 restaurant, 1 in flight", 1, 1, 5000, 1, 1, false);
    const JournalStats stats = store.journal().stats();
    for (std::size_t i = 0; i < stats.commitHistogram.size(); ++i) {
        if (stats.commitHistogram[i] > 0)
            std::printf("commits up to %u us: %llu\n", JournalStats::commitBoundsUs[i],
                        stats.commitHistogram[i]);
    }
    reading(store, "catch-up, 100-change blocks, tail", "one   0/0", false);
    reading(store, "catch-up, 100-change blocks, index", "one   0/0", true);
    reading(store, "catch-up, single-change blocks, dense, tail", "dense 0/0", false);
    reading(store, "catch-up, single-change blocks, dense, index", "dense 0/0", true);
    reading(store, "catch-up, single-change, 1 of 200, tail", "again10/7", false);
    reading(store, "catch-up, single-change, 1 of 200, index", "again10/7", true);
    QElapsedTimer timer;
    timer.start();
    const auto report = store.verify();
    std::printf("verify %lld ms, %llu blocks, %.0f MiB, %s\n", timer.elapsed(), report->blocks,
                double(report->bytes) / (1 << 20), report->isGood() ? "good" : "BAD");
    timer.start();
    const auto refused = store.open();
    std::printf("close and open %lld ms%s\n", timer.elapsed(),
                refused ? qPrintable(refused->detail) : "");
    return 0;
}
