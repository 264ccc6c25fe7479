// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/checkpointer.h"

#include "server/store/connection.h"

namespace possync::store {

Checkpointer::Checkpointer(QString database, const JournalOptions &options, HighWaterMark &mark,
                           StoreStatus &status, std::function<void()> finishOnWriter)
    : m_database(std::move(database))
    , m_passBytes(options.checkpointBytes)
    , m_restartBytes(options.walRestartBytes)
    , m_mark(mark)
    , m_status(status)
    , m_finishOnWriter(std::move(finishOnWriter))
    , m_thread([this] { run(); })
{
}

Checkpointer::~Checkpointer()
{
    stop();
}

void Checkpointer::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isStopping = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable())
        m_thread.join();
}

void Checkpointer::walGrew(quint64 bytes)
{
    bool isEnough = false;
    {
        const std::lock_guard lock(m_mutex);
        m_grownBytes += bytes;
        isEnough = m_grownBytes >= m_passBytes;
    }
    if (isEnough)
        m_wake.notify_one();
}

bool Checkpointer::isWalFull()
{
    // A disk that cannot keep up slows commits down from here on; the WAL itself stays bounded.
    constexpr quint64 fullBytes = quint64(48) << 20;
    const std::lock_guard lock(m_mutex);
    return m_walBytes + m_grownBytes > fullBytes;
}

Outcome Checkpointer::passOnWriter(Connection &connection)
{
    return pass(connection, true);
}

Outcome Checkpointer::pass(Connection &connection, bool isWriter)
{
    const std::lock_guard passing(m_passMutex);
    {
        const std::lock_guard lock(m_mutex);
        m_grownBytes = 0;
    }
    const auto executed = connection.query("checkpoint");
    if (!executed)
        return Unexpected{executed.error()};
    QSqlQuery &query = **executed;
    constexpr quint64 frameBytes = pageBytes + 24;
    if (query.next() && query.value(0).toInt() == 0) {
        const quint64 frames = query.value(1).toULongLong();
        const bool startsOver = isWriter && frames == query.value(2).toULongLong();
        {
            const std::lock_guard lock(m_mutex);
            m_walBytes = startsOver ? 0 : frames * frameBytes;
        }
        m_status.count([&](JournalStats &stats) {
            ++stats.checkpoints;
            stats.walBytes = startsOver ? 0 : frames * frameBytes;
            stats.largestWalBytes = std::max(stats.largestWalBytes, frames * frameBytes);
        });
    }
    return Connection::ended(query);
}

void Checkpointer::run()
{
    std::unique_ptr<Connection> connection;
    bool wasIdle = false;
    while (true) {
        bool isDue = false;
        {
            std::unique_lock lock(m_mutex);
            const bool woken = m_wake.wait_for(lock, std::chrono::seconds(1), [this] {
                return m_isStopping || m_grownBytes >= m_passBytes;
            });
            if (m_isStopping)
                break;
            // A quiet second is a good moment to bring the database up to date.
            isDue = woken || (m_grownBytes > 0 && wasIdle);
            wasIdle = !woken;
        }
        m_mark.flush();
        if (!isDue)
            continue;
        if (!connection) {
            auto opened = Connection::open(m_database, Connection::Access::Write);
            if (!opened)
                continue;
            connection = std::move(opened).value();
        }
        if (!pass(*connection, false)) {
            connection.reset();
            continue;
        }
        if (m_status.stats().walBytes > m_restartBytes)
            m_finishOnWriter();
    }
    m_mark.flush();
}

} // namespace possync::store
