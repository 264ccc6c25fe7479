// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/traffic.h"

namespace possync::net {
namespace {

constexpr std::size_t feedEntries = 50'000;
constexpr std::size_t historySamples = 3600;

} // namespace

Traffic::Shard &Traffic::shardOf(const QByteArray &restaurantId) const
{
    return m_shards[qHash(restaurantId) % m_shards.size()];
}

template<typename Count>
void Traffic::count(const QByteArray &restaurantId, Count &&change)
{
    Shard &shard = shardOf(restaurantId);
    const std::lock_guard lock(shard.mutex);
    change(shard.restaurants[restaurantId].open);
}

void Traffic::changeApplied(const QByteArray &restaurantId, const core::StoredChangePtr &change)
{
    count(restaurantId, [&](Counters &counters) {
        ++counters.changes[static_cast<std::size_t>(change->change.dataType) - 1];
        counters.bytesIn += static_cast<quint64>(change->change.raw.size());
    });
    if (m_readers.load(std::memory_order_relaxed) == 0)
        return;
    const std::lock_guard lock(m_feedMutex);
    m_feed.push_back({++m_feedEnd, restaurantId, change});
    if (m_feed.size() > feedEntries)
        m_feed.pop_front();
}

void Traffic::refused(const QByteArray &restaurantId)
{
    count(restaurantId, [](Counters &counters) { ++counters.rejected; });
}

void Traffic::delivered(const QByteArray &restaurantId, std::size_t messages, qint64 bytes)
{
    count(restaurantId, [&](Counters &counters) {
        counters.deliveries += messages;
        counters.bytesOut += static_cast<quint64>(bytes);
    });
}

std::vector<TrafficSample>
Traffic::sample(qint64 nowMs, int intervalMs, int connections,
                const std::function<int(const QByteArray &)> &connectionsOf)
{
    std::vector<TrafficSample> closed(1);
    const ops::LatencySnapshot now = m_metrics.snapshot().latency;
    const ops::LatencySnapshot latency = now.since(m_lastLatency);
    m_lastLatency = now;
    TrafficSample all;
    all.atMs = nowMs;
    all.intervalMs = intervalMs;
    all.connections = connections;
    all.latencyP50Us = static_cast<qint64>(latency.p50Us());
    all.latencyP99Us = static_cast<qint64>(latency.p99Us());
    for (Shard &shard : m_shards) {
        const std::lock_guard lock(shard.mutex);
        for (auto it = shard.restaurants.begin(); it != shard.restaurants.end(); ++it) {
            const Counters counters = std::exchange(it->open, {});
            TrafficSample one = all;
            one.restaurantId = it.key();
            one.connections = connectionsOf(it.key());
            one.changes = counters.changes;
            one.deliveries = counters.deliveries;
            one.bytesIn = counters.bytesIn;
            one.bytesOut = counters.bytesOut;
            one.rejected = counters.rejected;
            quint64 changes = 0;
            for (std::size_t i = 0; i < all.changes.size(); ++i) {
                all.changes[i] += counters.changes[i];
                changes += counters.changes[i];
            }
            all.deliveries += counters.deliveries;
            all.bytesIn += counters.bytesIn;
            all.bytesOut += counters.bytesOut;
            all.rejected += counters.rejected;
            const double rate = static_cast<double>(changes) * 1000 / intervalMs;
            it->changesPerSecond = 0.7 * it->changesPerSecond + 0.3 * rate;
            it->closed = one;
            if (one.isActive())
                closed.push_back(one);
        }
    }
    closed.front() = all;
    const std::lock_guard lock(m_feedMutex);
    m_history.push_back(all);
    if (m_history.size() > historySamples)
        m_history.pop_front();
    return closed;
}

TrafficSample Traffic::newest(const QByteArray &restaurantId) const
{
    if (restaurantId.isEmpty()) {
        const std::lock_guard lock(m_feedMutex);
        return m_history.empty() ? TrafficSample() : m_history.back();
    }
    Shard &shard = shardOf(restaurantId);
    const std::lock_guard lock(shard.mutex);
    TrafficSample sample = shard.restaurants.value(restaurantId).closed;
    sample.restaurantId = restaurantId;
    return sample;
}

std::vector<TrafficSample> Traffic::history() const
{
    const std::lock_guard lock(m_feedMutex);
    return {m_history.begin(), m_history.end()};
}

double Traffic::changesPerSecond(const QByteArray &restaurantId) const
{
    Shard &shard = shardOf(restaurantId);
    const std::lock_guard lock(shard.mutex);
    const double rate = shard.restaurants.value(restaurantId).changesPerSecond;
    return rate < 0.05 ? 0 : rate;
}

std::vector<Traffic::FeedEntry> Traffic::feedAfter(quint64 no, std::size_t limit,
                                                   quint64 &missed) const
{
    std::vector<FeedEntry> entries;
    const std::lock_guard lock(m_feedMutex);
    const quint64 first = m_feedEnd - m_feed.size() + 1;
    missed = no + 1 < first ? first - no - 1 : 0;
    for (auto i = static_cast<std::size_t>(std::max(no + 1, first) - first);
         i < m_feed.size() && entries.size() < limit; ++i)
        entries.push_back(m_feed[i]);
    return entries;
}

quint64 Traffic::feedEnd() const
{
    const std::lock_guard lock(m_feedMutex);
    return m_feedEnd;
}

} // namespace possync::net
