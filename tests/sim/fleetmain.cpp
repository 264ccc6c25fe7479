// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/simfleet.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

/// Runs seeded histories of v2 devices and classic tablets on all cores: `--count N` (default
/// 10000), `--first SEED` (default 1), `--seed SEED` for one history with a trace. Exits 1 at the
/// first broken promise and prints the seed that replays it.
int main(int argc, char **argv)
{
    using namespace possync::sim;
    using Number = unsigned long long;
    quint64 first = 1;
    quint64 count = 10000;
    bool single = false;
    for (int i = 1; i + 1 < argc; i += 2) {
        const quint64 value = std::strtoull(argv[i + 1], nullptr, 10);
        if (!std::strcmp(argv[i], "--count")) {
            count = value;
        } else if (!std::strcmp(argv[i], "--first")) {
            first = value;
        } else if (!std::strcmp(argv[i], "--seed")) {
            first = value;
            count = 1;
            single = true;
        } else {
            std::fprintf(stderr, "unknown option: %s\n", argv[i]);
            return 2;
        }
    }
    const auto started = std::chrono::steady_clock::now();
    std::atomic<quint64> next{first};
    std::atomic<bool> broken{false};
    std::mutex mutex; // guards total and the output
    FleetTally total;
    const auto work = [&] {
        while (!broken) {
            const quint64 seed = next++;
            if (seed >= first + count)
                return;
            Fleet fleet(seed, single);
            const QByteArray failure = fleet.run();
            const std::lock_guard lock(mutex);
            if (!failure.isEmpty()) {
                broken = true;
                std::printf("seed %llu: %s\nreplay with: possync_sim_fleet --seed %llu\n",
                            Number(seed), failure.constData(), Number(seed));
            }
            const FleetTally &one = fleet.tally();
            total.changes += one.changes;
            total.applied += one.applied;
            total.merged += one.merged;
            total.rejected += one.rejected;
            total.classicActions += one.classicActions;
            total.serverCrashes += one.serverCrashes;
            total.failedCommits += one.failedCommits;
            total.cuts += one.cuts;
            total.snapshots += one.snapshots;
            total.oldReplicas += one.oldReplicas;
            total.restores += one.restores;
            total.sdkDevices += one.sdkDevices;
        }
    };
    std::vector<std::thread> threads;
    const unsigned cores = single ? 1 : std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < cores; ++i)
        threads.emplace_back(work);
    for (std::thread &thread : threads)
        thread.join();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
    std::printf("%llu histories in %.1f s: %llu changes (%llu applied, %llu merged, %llu "
                "rejected), %llu classic actions, %llu server crashes, %llu failed commits, "
                "%llu cut connections, %llu snapshots, %llu old replicas, %llu restored backups, "
                "%llu devices with the SDK\n",
                Number(count), seconds.count(), Number(total.changes), Number(total.applied),
                Number(total.merged), Number(total.rejected), Number(total.classicActions),
                Number(total.serverCrashes), Number(total.failedCommits), Number(total.cuts),
                Number(total.snapshots), Number(total.oldReplicas), Number(total.restores),
                Number(total.sdkDevices));
    return broken ? 1 : 0;
}
