// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/storeerror.h"
#include "server/store/trafficsample.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace possync::store {

class Connection;

/// Traffic of the last thirty days, summed up in steps that grow with age, in a file of its own
/// beside the journal. The figures are for looking at: losing the last seconds of them in a crash,
/// or a damaged file, costs a gap in a chart and nothing else. All functions are thread-safe.
class TrafficStore
{
public:
    struct Level {
        int stepMs;
        qint64 keptMs;
    };
    static constexpr std::array<Level, 4> levels{{{1'000, 15 * 60'000LL},
                                                  {10'000, 6 * 3'600'000LL},
                                                  {60'000, 48 * 3'600'000LL},
                                                  {900'000, 30 * 86'400'000LL}}};
    /// The finest step that is kept for so long.
    static int stepFor(qint64 spanMs);

    struct Query {
        QByteArray restaurantId = {}; ///< Empty: all together.
        qint64 fromMs = 0;
        qint64 toMs = 0;
        int stepMs = 1000; ///< One of the levels'; others are taken for the next coarser one.
        int limit = 1000;
    };
    struct Page {
        int stepMs = 1000;
        std::vector<TrafficSample> samples; ///< Oldest first. Missing ones: the server was down.
        qint64 nextMs = 0;                  ///< `fromMs` of the next page; 0: that was all.
    };
    using Receiver = std::function<void(Result<Page, StoreError>)>;

    explicit TrafficStore(const QString &file);
    /// Writes what is not written yet.
    ~TrafficStore();
    TrafficStore(const TrafficStore &) = delete;
    TrafficStore &operator=(const TrafficStore &) = delete;

    /// Samples of one interval: that of all restaurants, and of those where something happened.
    void add(std::vector<TrafficSample> samples);
    /// Includes everything added before. Called back on the store's thread.
    void read(Query query, Receiver receiver);
    /// Removes what is kept of a restaurant, everything added before included. Called back on the
    /// store's thread.
    void erase(const QByteArray &restaurantId, std::function<void(Outcome)> done);

private:
    using Job = std::function<void()>;

    void post(Job job);
    void work();
    void open();
    Outcome openFile();
    void flush();
    Outcome write();
    Result<Page, StoreError> find(const Query &query);
    Result<std::vector<TrafficSample>, StoreError> rows(const Query &query, int stepMs);

    const QString m_file;
    // Of the worker thread.
    std::unique_ptr<Connection> m_connection;
    StoreError m_trouble;
    std::vector<TrafficSample> m_pending;
    qint64 m_retiredMs = 0;
    qint64 m_newestMs = 0; ///< End of the newest interval added.

    std::mutex m_mutex; // guards the two below
    std::deque<Job> m_jobs;
    bool m_isStopping = false;
    std::condition_variable m_wake;
    std::thread m_thread;
};

} // namespace possync::store
