// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/roomobserver.h"
#include "server/ops/metrics.h"
#include "server/store/trafficsample.h"

#include <QHash>
#include <array>
#include <atomic>
#include <deque>
#include <mutex>

namespace possync::net {

using store::TrafficSample;

/// Counts what flows, per restaurant and in all, and keeps the newest changes for live feeds.
/// Rooms report on their threads; sessions read from theirs.
class Traffic
{
public:
    /// A change in the live feed; numbers grow by one and are the server process's own.
    struct FeedEntry {
        quint64 no = 0;
        QByteArray restaurantId;
        core::StoredChangePtr change;
    };

    /// Latencies are taken from `metrics`, which outlives this.
    explicit Traffic(const ops::Metrics &metrics)
        : m_metrics(metrics)
    {
    }

    void changeApplied(const QByteArray &restaurantId, const core::StoredChangePtr &change);
    void refused(const QByteArray &restaurantId);
    void delivered(const QByteArray &restaurantId, std::size_t messages, qint64 bytes);

    /// Closes the interval: once a second, on one thread. Returns what it was: all restaurants
    /// together, and each where something happened.
    std::vector<TrafficSample> sample(qint64 nowMs, int intervalMs, int connections,
                                      const std::function<int(const QByteArray &)> &connectionsOf);
    /// Newest closed interval; of the restaurant, or of all if the id is empty. A restaurant
    /// nothing was heard of yet has one of zeros.
    TrafficSample newest(const QByteArray &restaurantId) const;
    /// Closed intervals of all restaurants together, oldest first, at most an hour.
    std::vector<TrafficSample> history() const;
    /// Changes of a second, smoothed over the last intervals.
    double changesPerSecond(const QByteArray &restaurantId) const;

    /// Feed entries after `no`; `missed` says how many of them are gone.
    std::vector<FeedEntry> feedAfter(quint64 no, std::size_t limit, quint64 &missed) const;
    quint64 feedEnd() const;
    /// Live feeds cost a copy per change: only kept while somebody looks.
    void addReader() { ++m_readers; }
    void removeReader() { --m_readers; }

private:
    struct Counters {
        std::array<quint64, allDataTypes.size()> changes{};
        quint64 deliveries = 0;
        quint64 bytesIn = 0;
        quint64 bytesOut = 0;
        quint64 rejected = 0;
    };
    struct PerRestaurant {
        Counters open; ///< Of the interval under way.
        TrafficSample closed;
        double changesPerSecond = 0;
    };
    struct Shard {
        mutable std::mutex mutex; // guards restaurants
        QHash<QByteArray, PerRestaurant> restaurants;
    };
    Shard &shardOf(const QByteArray &restaurantId) const;
    template<typename Count>
    void count(const QByteArray &restaurantId, Count &&change);

    mutable std::array<Shard, 16> m_shards;
    const ops::Metrics &m_metrics;
    ops::LatencySnapshot m_lastLatency; ///< Of the thread that samples.
    std::atomic<int> m_readers{0};
    mutable std::mutex m_feedMutex; // guards the three below
    std::deque<FeedEntry> m_feed;
    quint64 m_feedEnd = 0;
    std::deque<TrafficSample> m_history;
};

} // namespace possync::net
