// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/simworld.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

/// Runs seeded histories on all cores: `--count N` (default 10000), `--first SEED` (default 1),
/// `--seed SEED` for one history with a trace, `--retiring PERCENT` of histories whose journal drops
/// old changes (default 0). Exits 1 at the first broken promise and prints the seed that replays it.
int main(int argc, char **argv)
{
    using namespace possync::sim;
    quint64 first = 1;
    quint64 count = 10000;
    unsigned retiring = 0;
    bool single = false;
    for (int i = 1; i + 1 < argc; i += 2) {
        const quint64 value = std::strtoull(argv[i + 1], nullptr, 10);
        if (!std::strcmp(argv[i], "--count")) {
            count = value;
        } else if (!std::strcmp(argv[i], "--first")) {
            first = value;
        } else if (!std::strcmp(argv[i], "--retiring") && value <= 100) {
            retiring = static_cast<unsigned>(value);
        } else if (!std::strcmp(argv[i], "--seed")) {
            first = value;
            count = 1;
            single = true;
        } else {
            std::fprintf(stderr, "unknown option or value: %s %s\n", argv[i], argv[i + 1]);
            return 2;
        }
    }
    const auto started = std::chrono::steady_clock::now();
    std::atomic<quint64> next{first};
    std::atomic<bool> broken{false};
    std::mutex mutex; // guards total and the output
    Tally total;
    const auto work = [&] {
        while (!broken) {
            const quint64 seed = next++;
            if (seed >= first + count)
                return;
            World world(seed, single, retiring);
            const QByteArray failure = world.run();
            const std::lock_guard lock(mutex);
            if (!failure.isEmpty()) {
                broken = true;
                std::printf("seed %llu: %s\nreplay with: possync_sim_run --seed %llu --retiring %u\n",
                            static_cast<unsigned long long>(seed), failure.constData(),
                            static_cast<unsigned long long>(seed), retiring);
            }
            const Tally &one = world.tally();
            total.actions += one.actions;
            total.relayed += one.relayed;
            total.serverCrashes += one.serverCrashes;
            total.failedCommits += one.failedCommits;
            total.cuts += one.cuts;
            total.lostPosts += one.lostPosts;
            total.sharedIds += one.sharedIds;
            total.records += one.records;
        }
    };
    std::vector<std::thread> threads;
    const unsigned cores = single ? 1 : std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < cores; ++i)
        threads.emplace_back(work);
    for (std::thread &thread : threads)
        thread.join();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
    std::printf("%llu histories in %.1f s: %llu actions, %llu messages, %llu server crashes, "
                "%llu failed commits, %llu cut connections, %llu lost posts, %llu shared ids, "
                "%llu records instead of changes\n",
                static_cast<unsigned long long>(count), seconds.count(),
                static_cast<unsigned long long>(total.actions),
                static_cast<unsigned long long>(total.relayed),
                static_cast<unsigned long long>(total.serverCrashes),
                static_cast<unsigned long long>(total.failedCommits),
                static_cast<unsigned long long>(total.cuts),
                static_cast<unsigned long long>(total.lostPosts),
                static_cast<unsigned long long>(total.sharedIds),
                static_cast<unsigned long long>(total.records));
    return broken ? 1 : 0;
}
