// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/writer.h"

#include "server/store/checksum.h"
#include "server/store/writergroup.h"

#include <QFileInfo>
#include <QLoggingCategory>

using namespace Qt::StringLiterals;

namespace possync::store {

Q_LOGGING_CATEGORY(lcStore, "possync.server.store")

namespace {

using Clock = std::chrono::steady_clock;

template<typename... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
// Clang before 17 does not make it up by itself.
template<typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

void refuseJob(WriterJob &job)
{
    std::visit(
        Overloaded{
            [](AppendJob &append) {
                AppendResult result;
                for (std::size_t i = 0; i < append.blocks.size(); ++i)
                    result.failures.push_back({i, append.blocks[i].restaurant, closedError()});
                if (append.receiver)
                    append.receiver->appended({{append.ticket, result}});
                else if (append.callback)
                    append.callback(result);
            },
            [](SaveJob &save) {
                if (save.callback)
                    save.callback(Unexpected{closedError()});
            },
            [](OpenJob &open) { open.opened(Unexpected{closedError()}); }, [](CheckpointJob &) {},
            [](BarrierJob &barrier) { barrier.reached(); },
            [](EraseJob &erase) { erase.callback(Unexpected{closedError()}); }},
        job);
}

} // namespace

Writer::Writer(const JournalOptions &options, DataDirectory &directory, RestaurantTable &table,
               StoreStatus &status)
    : m_options(options)
    , m_directory(directory)
    , m_table(table)
    , m_status(status)
{
}

Writer::~Writer()
{
    stop();
}

Outcome Writer::start()
{
    std::promise<Outcome> ready;
    auto outcome = ready.get_future();
    m_thread = std::thread([this, &ready] { run(ready); });
    return outcome.get();
}

void Writer::drain()
{
    std::unique_lock lock(m_mutex);
    m_isStopping = true;
    m_wake.notify_all();
    if (m_thread.joinable())
        m_wake.wait(lock, [this] { return m_isDrained; });
}

void Writer::stop()
{
    drain();
    {
        const std::lock_guard lock(m_mutex);
        m_mayClose = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable())
        m_thread.join();
}

void Writer::post(WriterJob job)
{
    bool wasEmpty = false;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_isStopping) {
            wasEmpty = m_queue.empty();
            m_queue.push_back(std::move(job));
            // Only the first of a batch finds the writer asleep.
            if (wasEmpty)
                m_wake.notify_one();
            return;
        }
    }
    refuseJob(job);
}

std::size_t Writer::queueDepth()
{
    const std::lock_guard lock(m_mutex);
    return m_queue.size();
}

Outcome Writer::setUp()
{
    auto opened = openDatabase(m_directory,
                               m_options.migrations.isEmpty() ? builtInMigrations()
                                                              : m_options.migrations,
                               m_options.keys);
    if (!opened)
        return Unexpected{opened.error()};
    const Outcome marked =
        m_mark.open(m_directory.mark(), {opened->journal.databaseId, opened->journal.lastPos});
    if (!marked)
        return marked;
    m_connection = std::move(opened->connection);
    if (const Outcome looked = lookAtKeys(); !looked)
        return looked;
    m_storedPos = opened->journal.lastPos;
    m_nextPos = m_storedPos + 1;
    for (const QString &damage : std::as_const(opened->journal.damages)) {
        qCWarning(lcStore).noquote() << damage;
        m_status.foundDamage(damage);
    }
    m_table.replace(std::move(opened->journal.restaurants));
    adopt(opened->journal.erased);
    m_status.count([this](JournalStats &stats) { stats.lastPos = m_storedPos; });
    m_nextRetention = Clock::now() + m_options.retentionInterval;
    return Done{};
}

void Writer::run(std::promise<Outcome> &ready)
{
    const Outcome prepared = setUp();
    ready.set_value(prepared);
    if (!prepared) {
        m_connection.reset();
        const std::lock_guard lock(m_mutex);
        m_isDrained = true;
        m_wake.notify_all();
        return;
    }
    reserveWal(m_directory.database(), m_options.walRestartBytes + m_options.checkpointBytes);
    std::vector<WriterJob> batch;
    while (takeBatch(batch)) {
        if (!batch.empty())
            processInOrder(batch);
        workBetweenBatches();
    }
    abandonErasures();
    while (!m_saves.empty() && !m_isDegraded)
        saveSlice();
    while (!m_saves.empty())
        finishSave(Unexpected{closedError()});
    {
        std::unique_lock lock(m_mutex);
        m_isDrained = true;
        m_wake.notify_all();
        m_wake.wait(lock, [this] { return m_mayClose; });
    }
    m_connection.reset();
    m_mark.flush();
}

bool Writer::takeBatch(std::vector<WriterJob> &batch)
{
    batch.clear();
    std::unique_lock lock(m_mutex);
    const auto isDue = [this] { return m_isStopping || !m_queue.empty(); };
    if (m_isDegraded)
        m_wake.wait_until(lock, m_nextProbe, isDue);
    else if (m_saves.empty())
        m_wake.wait_until(lock, nextUpkeep(), isDue);
    batch.swap(m_queue);
    return !batch.empty() || !m_isStopping;
}

std::chrono::steady_clock::time_point Writer::nextUpkeep() const
{
    auto next = m_nextRetention;
    if (!m_erasures.empty())
        next = std::min(next, m_nextErasing);
    if (m_resealing)
        next = std::min(next, m_nextReseal);
    return next;
}

void Writer::workBetweenBatches()
{
    if (m_isDegraded) {
        if (Clock::now() >= m_nextProbe)
            probe();
        return;
    }
    if (!m_erasures.empty() && Clock::now() >= m_nextErasing)
        return eraseMore();
    if (m_resealing && Clock::now() >= m_nextReseal)
        return resealMore();
    {
        // Changes first: a slice rides along with their commit (see writeGroup).
        const std::lock_guard lock(m_mutex);
        if (!m_queue.empty())
            return;
    }
    if (!m_saves.empty())
        saveSlice();
    else if (m_options.retention.count() > 0 && Clock::now() >= m_nextRetention)
        retire();
}

Outcome Writer::ensureConnection()
{
    if (m_connection)
        return Done{};
    // Never create an empty database where a full one was.
    if (QFileInfo(m_directory.database()).size() == 0) {
        return Unexpected{
            StoreError{StoreErrorCode::IoError, u"%1 is gone"_s.arg(m_directory.database())}};
    }
    auto opened = Connection::open(m_directory.database(), Connection::Access::Write,
                                   m_options.keys);
    if (!opened)
        return Unexpected{opened.error()};
    const auto last = (*opened)->ask(u"SELECT max(pos) FROM journal"_s);
    if (!last)
        return Unexpected{last.error()};
    if (last->toULongLong() != m_storedPos) {
        // A commit that was reported as failed reached the disk after all: what is there counts,
        // and the rooms concerned have been told to reopen.
        auto journal = loadJournal(**opened);
        if (!journal)
            return Unexpected{journal.error()};
        m_table.replace(std::move(journal->restaurants));
        adopt(journal->erased);
        m_storedPos = last->toULongLong();
        m_nextPos = std::max(m_nextPos, m_storedPos + 1);
        // What is waiting was prepared for another past: it fails, the next attempt goes through.
        return Unexpected{
            StoreError{StoreErrorCode::IoError, u"a commit reported as failed was found stored"_s}};
    }
    m_connection = std::move(opened).value();
    return Done{};
}

Outcome Writer::faulted(const StoreError &error)
{
    m_status.commitFailed(error);
    if (!m_isDegraded)
        qCWarning(lcStore).noquote() << "cannot store changes:" << error.detail;
    m_isDegraded = true;
    m_nextProbe = Clock::now() + m_options.probeInterval;
    // After a failed write or flush nobody knows what the connection's cache is worth.
    if (error.code != StoreErrorCode::DiskFull && error.code != StoreErrorCode::Locked)
        m_connection.reset();
    return Unexpected{error};
}

void Writer::probe()
{
    const Outcome ready = ensureConnection();
    if (!ready) {
        (void)faulted(ready.error());
        return;
    }
    const auto attempt = [this]() -> Outcome {
        Transaction transaction(*m_connection, Transaction::Kind::Write);
        if (!transaction.begun())
            return transaction.begun();
        const Outcome put = m_connection->run("put_meta", {u"probed_at"_s, nowMs()});
        return put ? transaction.commit() : put;
    };
    if (const Outcome worked = attempt(); !worked) {
        (void)faulted(worked.error());
        return;
    }
    qCInfo(lcStore) << "changes are stored again";
    m_isDegraded = false;
    m_status.commitWorked();
}

void Writer::finishCheckpoint()
{
    Checkpointer *const beside = checkpointer();
    if (beside && m_connection && !beside->passOnWriter(*m_connection))
        m_connection.reset();
}

void Writer::retire()
{
    m_nextRetention = Clock::now() + m_options.retentionInterval;
    if (m_retentionHolds.load() > 0 || !ensureConnection())
        return;
    const quint64 boundPos = m_table.replayFrom(m_storedPos);
    const auto retired = retireBlocks(*m_connection, m_table, boundPos,
                                      nowMs() - qint64(m_options.retention.count()));
    if (!retired) {
        (void)faulted(retired.error());
        return;
    }
    if (retired->more)
        m_nextRetention = Clock::now() + std::chrono::milliseconds(5);
    grew(retired->bytes);
}

void Writer::setCheckpointer(Checkpointer *checkpointer)
{
    const std::lock_guard lock(m_mutex);
    m_checkpointer = checkpointer;
}

Checkpointer *Writer::checkpointer()
{
    const std::lock_guard lock(m_mutex);
    return m_checkpointer;
}

void Writer::grew(quint64 bytes)
{
    if (Checkpointer *const beside = checkpointer(); beside && bytes > 0)
        beside->walGrew(bytes);
}

qint64 Writer::nowMs() const
{
    if (m_options.nowMs)
        return m_options.nowMs();
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace possync::store
