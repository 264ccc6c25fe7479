// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/trafficstore.h"

#include "server/store/connection.h"

#include <QFile>

namespace possync::store {

using namespace Qt::StringLiterals;

namespace {

// A transaction each ten seconds is nothing; one each second would wake the disk all day.
constexpr qint64 flushAfterMs = 10'000;
constexpr qint64 retireAfterMs = 60'000;
// While the disk takes nothing, so much is kept in memory and no more.
constexpr std::size_t mostPending = 100'000;

qint64 bucketOf(qint64 atMs, int stepMs)
{
    return (atMs - 1) / stepMs * stepMs;
}

} // namespace

int TrafficStore::stepFor(qint64 spanMs)
{
    for (const Level &level : levels) {
        if (spanMs <= level.keptMs)
            return level.stepMs;
    }
    return levels.back().stepMs;
}

TrafficStore::TrafficStore(const QString &file)
    : m_file(file)
    , m_thread([this] { work(); })
{
}

TrafficStore::~TrafficStore()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isStopping = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void TrafficStore::post(Job job)
{
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.push_back(std::move(job));
    }
    m_wake.notify_one();
}

void TrafficStore::work()
{
    open();
    while (true) {
        Job job;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_isStopping || !m_jobs.empty(); });
            if (m_jobs.empty())
                break;
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
        job();
    }
    flush();
    m_connection.reset(); // on the thread that opened it
}

void TrafficStore::open()
{
    Outcome opened = openFile();
    if (!opened && opened.error().code == StoreErrorCode::Corrupt) {
        // Charts with a gap are better than charts that stay empty for ever.
        m_connection.reset();
        for (const QString &ending : {u""_s, u"-wal"_s, u"-shm"_s})
            QFile::remove(m_file + ending);
        opened = openFile();
    }
    if (!opened) {
        m_connection.reset();
        m_trouble = opened.error();
    }
}

Outcome TrafficStore::openFile()
{
    auto connection = Connection::open(m_file, Connection::Access::Write);
    if (!connection)
        return Unexpected{connection.error()};
    m_connection = std::move(*connection);
    for (const QString &sql : {u"PRAGMA synchronous=NORMAL"_s, u"PRAGMA wal_autocheckpoint=500"_s,
                               sqlText("traffic_table"), sqlText("traffic_index")}) {
        if (Outcome done = m_connection->execute(sql); !done)
            return done;
    }
    return Done{};
}

void TrafficStore::add(std::vector<TrafficSample> samples)
{
    post([this, samples = std::move(samples)] {
        if (m_pending.size() + samples.size() > mostPending)
            m_pending.clear();
        m_pending.insert(m_pending.end(), samples.begin(), samples.end());
        if (m_pending.empty())
            return;
        m_newestMs = m_pending.back().atMs;
        if (std::abs(m_newestMs - m_pending.front().atMs) >= flushAfterMs)
            flush();
    });
}

void TrafficStore::flush()
{
    if (m_pending.empty() || !m_connection)
        return;
    if (const Outcome written = write(); written)
        m_pending.clear();
}

Outcome TrafficStore::write()
{
    Transaction transaction(*m_connection, Transaction::Kind::Write);
    if (!transaction.begun())
        return transaction.begun();
    for (const TrafficSample &sample : m_pending) {
        const QString restaurant = QString::fromUtf8(sample.restaurantId);
        const auto number = [](quint64 value) { return QVariant(static_cast<qint64>(value)); };
        for (const Level &level : levels) {
            const Outcome done = m_connection->run(
                "traffic_add",
                {level.stepMs, restaurant.isNull() ? u""_s : restaurant,
                 bucketOf(sample.atMs, level.stepMs), sample.intervalMs, number(sample.changes[0]),
                 number(sample.changes[1]), number(sample.changes[2]), number(sample.changes[3]),
                 number(sample.changes[4]), number(sample.changes[5]), number(sample.deliveries),
                 number(sample.bytesIn), number(sample.bytesOut), number(sample.rejected),
                 sample.connections, sample.latencyP50Us, sample.latencyP99Us});
            if (!done)
                return done;
        }
    }
    const qint64 nowMs = m_pending.back().atMs;
    if (std::abs(nowMs - m_retiredMs) >= retireAfterMs) {
        m_retiredMs = nowMs;
        for (const Level &level : levels) {
            const Outcome done =
                m_connection->run("traffic_retire", {level.stepMs, nowMs - level.keptMs});
            if (!done)
                return done;
        }
    }
    return transaction.commit();
}

void TrafficStore::read(Query query, Receiver receiver)
{
    post([this, query = std::move(query), receiver = std::move(receiver)] {
        flush();
        receiver(find(query));
    });
}

void TrafficStore::erase(const QByteArray &restaurantId, std::function<void(Outcome)> done)
{
    post([this, restaurantId, done = std::move(done)] {
        std::erase_if(m_pending, [&](const TrafficSample &sample) {
            return sample.restaurantId == restaurantId;
        });
        done(m_connection
                 ? m_connection->run("traffic_erase", {QString::fromUtf8(restaurantId)})
                 : Unexpected{m_trouble});
    });
}

Result<TrafficStore::Page, StoreError> TrafficStore::find(const Query &query)
{
    if (!m_connection)
        return Unexpected{m_trouble};
    Page page;
    page.stepMs = levels.back().stepMs;
    for (const Level &level : levels) {
        if (query.stepMs <= level.stepMs) {
            page.stepMs = level.stepMs;
            break;
        }
    }
    // What ran in the whole server says when it ran at all: a restaurant without a row then was
    // quiet, and has a row of zeros.
    Query all = query;
    all.restaurantId.clear();
    auto frame = rows(all, page.stepMs);
    if (!frame)
        return Unexpected{frame.error()};
    page.samples = std::move(*frame);
    if (static_cast<int>(page.samples.size()) >= query.limit)
        page.nextMs = bucketOf(page.samples.back().atMs, page.stepMs) + page.stepMs;
    if (query.restaurantId.isEmpty())
        return page;
    Query own = query;
    own.toMs = page.nextMs > 0 ? page.nextMs : query.toMs;
    const auto busy = rows(own, page.stepMs);
    if (!busy)
        return Unexpected{busy.error()};
    auto next = busy->begin();
    for (TrafficSample &sample : page.samples) {
        while (next != busy->end() && next->atMs < sample.atMs)
            ++next;
        TrafficSample quiet;
        quiet.atMs = sample.atMs;
        quiet.intervalMs = sample.intervalMs;
        const bool isBusy = next != busy->end() && next->atMs == sample.atMs;
        sample = isBusy ? *next : quiet;
        sample.restaurantId = query.restaurantId;
        sample.intervalMs = quiet.intervalMs; // of which it may have been quiet for a part
    }
    return page;
}

Result<std::vector<TrafficSample>, StoreError> TrafficStore::rows(const Query &query, int stepMs)
{
    const QString restaurant = QString::fromUtf8(query.restaurantId);
    const auto found = m_connection->query(
        "traffic_between", {stepMs, restaurant.isNull() ? u""_s : restaurant,
                            query.fromMs / stepMs * stepMs, query.toMs, query.limit});
    if (!found)
        return Unexpected{found.error()};
    std::vector<TrafficSample> samples;
    QSqlQuery &row = **found;
    while (row.next()) {
        TrafficSample sample;
        sample.restaurantId = query.restaurantId;
        // The interval under way ends now, and not in the future.
        const qint64 startMs = row.value(0).toLongLong();
        sample.atMs = startMs + stepMs;
        if (m_newestMs > startMs)
            sample.atMs = std::min(sample.atMs, m_newestMs);
        sample.intervalMs = row.value(1).toInt();
        int column = 2;
        for (quint64 &count : sample.changes)
            count = row.value(column++).toULongLong();
        sample.deliveries = row.value(column++).toULongLong();
        sample.bytesIn = row.value(column++).toULongLong();
        sample.bytesOut = row.value(column++).toULongLong();
        sample.rejected = row.value(column++).toULongLong();
        sample.connections = row.value(column++).toInt();
        sample.latencyP50Us = row.value(column++).toLongLong();
        sample.latencyP99Us = row.value(column).toLongLong();
        samples.push_back(std::move(sample));
    }
    const Outcome ended = Connection::ended(row);
    row.finish();
    if (!ended)
        return Unexpected{ended.error()};
    return samples;
}

} // namespace possync::store
