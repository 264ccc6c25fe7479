// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/connection.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace possync::store {

/// Threads that each hold a read connection and work off one queue in order.
class ReaderPool
{
public:
    /// Gets the thread's connection, or why there is none.
    using Job = std::function<void(Result<Connection *, StoreError>)>;

    ReaderPool(QString database, int threads, Keys keys);
    /// Finishes what was queued.
    ~ReaderPool();
    ReaderPool(const ReaderPool &) = delete;
    ReaderPool &operator=(const ReaderPool &) = delete;

    /// Thread-safe; runs `job` on one of the threads, after stop() at once with Closed.
    void post(Job job);
    void stop();

private:
    void run();

    const QString m_database;
    const Keys m_keys;
    std::mutex m_mutex; // guards m_jobs and m_isStopping
    std::condition_variable m_wake;
    std::deque<Job> m_jobs;
    bool m_isStopping = false;
    std::vector<std::thread> m_threads;
};

} // namespace possync::store
