// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/catalogue.h"
#include "server/ops/latency.h"

#include <QByteArray>
#include <utility>
#include <vector>

namespace possync::ops {

/// What is counted besides changes by data type. Counts since the start, never falling.
enum class Counter : std::size_t {
    Refused,
    Duplicates,
    Deliveries, ///< Messages handed to sockets.
    BytesOut,
    BytesIn,
    ConnectionsOpened,
    ConnectionsClosed,
    Commits,
    StoreFailures,
    HttpRequests,
    RateLimited, ///< Changes, batches and requests.
};
inline constexpr std::size_t counterCount = 11;

/// A figure that its owner knows and that is asked for only when the metrics are shown.
struct Figure {
    enum class Type { Gauge, Counter };

    QByteArray name; ///< Letters, digits and '_', for example "possync_rooms".
    QByteArray help;
    Type type = Type::Gauge;
    std::vector<std::pair<QByteArray, QByteArray>> labels; ///< Values are any UTF-8.
    double value = 0;
};

/// All counters at one moment. A value.
struct MetricsSnapshot {
    std::array<quint64, allDataTypes.size()> changes{}; ///< In the order of `allDataTypes`.
    std::array<quint64, counterCount> counters{};
    LatencySnapshot latency;

    quint64 changesOf(DataType type) const;
    quint64 of(Counter counter) const { return counters[static_cast<std::size_t>(counter)]; }
    /// What was counted since `earlier`, an older snapshot of the same metrics.
    MetricsSnapshot since(const MetricsSnapshot &earlier) const;
};

/// The server's counters. Every method is thread-safe and lock-free.
class Metrics
{
public:
    void countChange(DataType type, quint64 by = 1);
    void count(Counter counter, quint64 by = 1);
    /// From a change's arrival to its being stored and relayed.
    void recordLatency(qint64 micros) { m_latency.record(micros); }

    MetricsSnapshot snapshot() const;
    /// Everything in Prometheus' text format 0.0.4, `figures` behind the counters. Figures of one
    /// name are gathered under one heading, which the first of them words.
    QByteArray prometheusText(const std::vector<Figure> &figures) const;

private:
    /// A cache line each: I/O threads count side by side.
    struct alignas(64) Cell {
        std::atomic<quint64> value = 0;
    };

    std::array<Cell, allDataTypes.size()> m_changes;
    std::array<Cell, counterCount> m_counters;
    LatencyHistogram m_latency;
};

} // namespace possync::ops
