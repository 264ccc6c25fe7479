// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/readerpool.h"

namespace possync::store {

ReaderPool::ReaderPool(QString database, int threads, Keys keys)
    : m_database(std::move(database))
    , m_keys(std::move(keys))
{
    for (int i = 0; i < std::max(threads, 1); ++i)
        m_threads.emplace_back([this] { run(); });
}

ReaderPool::~ReaderPool()
{
    stop();
}

void ReaderPool::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isStopping = true;
    }
    m_wake.notify_all();
    for (std::thread &thread : m_threads) {
        if (thread.joinable())
            thread.join();
    }
}

void ReaderPool::post(Job job)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_isStopping) {
            m_jobs.push_back(std::move(job));
            m_wake.notify_one();
            return;
        }
    }
    job(Unexpected{closedError()});
}

void ReaderPool::run()
{
    std::unique_ptr<Connection> connection;
    while (true) {
        Job job;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_isStopping || !m_jobs.empty(); });
            if (m_jobs.empty())
                return;
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
        if (!connection) {
            auto opened = Connection::open(m_database, Connection::Access::Read, m_keys);
            if (!opened) {
                job(Unexpected{opened.error()});
                continue;
            }
            connection = std::move(opened).value();
        }
        job(connection.get());
    }
}

} // namespace possync::store
