// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

namespace possync::sim {

/// Which histories a program runs, from its arguments.
struct Selection {
    quint64 first = 1;
    quint64 count = 10000;
    unsigned retiring = 0;
    bool isSingle = false; ///< One, with a trace.

    /// `--count N`, `--first SEED`, `--seed SEED` for one history with a trace and, where
    /// `canRetire`, `--retiring PERCENT` of histories whose journal drops old changes. False: an
    /// argument makes no sense, and a line has said which.
    bool read(int argc, char **argv, bool canRetire)
    {
        for (int i = 1; i < argc; i += 2) {
            const bool hasValue = i + 1 < argc;
            const quint64 value = hasValue ? std::strtoull(argv[i + 1], nullptr, 10) : 0;
            const auto is = [&](const char *name) {
                return hasValue && !std::strcmp(argv[i], name);
            };
            if (is("--count")) {
                count = value;
            } else if (is("--first")) {
                first = value;
            } else if (canRetire && is("--retiring") && value <= 100) {
                retiring = static_cast<unsigned>(value);
            } else if (is("--seed")) {
                first = value;
                count = 1;
                isSingle = true;
            } else {
                std::fprintf(stderr, "unknown option or value: %s %s\n", argv[i],
                             hasValue ? argv[i + 1] : "");
                return false;
            }
        }
        return true;
    }
};

/// Runs them on all cores; `make` gives the history of a seed. Prints what they did and, at the
/// first broken promise, the seed and how to `replay` it. Returns the program's exit code: 1 if a
/// promise broke.
template<typename Make>
int runHistories(const Selection &selection, const QByteArray &replay, Make make)
{
    using Number = unsigned long long;
    const auto started = std::chrono::steady_clock::now();
    std::atomic<quint64> next{selection.first};
    std::atomic<bool> isBroken{false};
    std::mutex mutex; // guards total and the output
    std::remove_cvref_t<decltype(make(quint64())->tally())> total;
    const auto work = [&] {
        while (!isBroken) {
            const quint64 seed = next++;
            if (seed >= selection.first + selection.count)
                return;
            const auto history = make(seed);
            const QByteArray failure = history->run();
            const std::lock_guard lock(mutex);
            if (!failure.isEmpty()) {
                isBroken = true;
                std::printf(
                    "seed %llu: %s\nreplay with: %s\n", Number(seed), failure.constData(),
                    QByteArray(replay).replace("SEED", QByteArray::number(seed)).constData());
            }
            for (const auto &[part, name] : total.parts())
                total.*part += history->tally().*part;
        }
    };
    std::vector<std::thread> threads;
    const unsigned cores =
        selection.isSingle ? 1 : std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < cores; ++i)
        threads.emplace_back(work);
    for (std::thread &thread : threads)
        thread.join();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
    std::printf("%llu histories in %.1f s", Number(selection.count), seconds.count());
    const char *separator = ": ";
    for (const auto &[part, name] : total.parts())
        std::printf("%s%llu %s", std::exchange(separator, ", "), Number(total.*part), name);
    std::printf("\n");
    return isBroken ? 1 : 0;
}

} // namespace possync::sim
