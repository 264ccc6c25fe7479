// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QPointF>
#include <QString>
#include <array>
#include <deque>

namespace possync::gui {

/// The lines the traffic page can draw. The first six are changes by data type.
enum class TrafficLine {
    Orders,
    MenuItems,
    Inventory,
    Tables,
    Users,
    Printers,
    Deliveries,
    BytesIn,
    BytesOut,
    Connections,
    Rejected,
    LatencyP50,
    LatencyP99
};
inline constexpr int trafficLineCount = 13;

/// One interval of traffic; rates per second, latencies in microseconds (negative: nothing
/// measured).
struct TrafficSample {
    qint64 atMs = 0;
    qint64 intervalMs = 1000;
    std::array<float, trafficLineCount> values{};

    float &operator[](TrafficLine line) { return values[std::size_t(line)]; }
    float operator[](TrafficLine line) const { return values[std::size_t(line)]; }
};

/// What is known of the traffic, per restaurant and for all together (empty id): live samples of
/// the last three hours, and what the server remembers in coarser steps.
class TrafficFeed
{
public:
    static constexpr qint64 keptMs = 3 * 3600 * 1000 + 60000;
    /// The step of live samples.
    static constexpr qint64 liveStepMs = 1000;

    void append(const QString &restaurant, const TrafficSample &sample);
    /// In the live step: fills what is missing between the samples there are. In another: takes the
    /// place of what was known in it.
    void takeHistory(const QString &restaurant, qint64 stepMs, const QList<TrafficSample> &samples);
    void clear() { m_rings.clear(); }

    /// Points of a line between two moments, with a not-a-number point in every stretch without
    /// samples.
    QList<QPointF> points(const QString &restaurant, TrafficLine line, qint64 fromMs, qint64 toMs,
                          qint64 stepMs = liveStepMs) const;
    /// Stretches without samples between two moments, as pairs of begin and end.
    QList<std::pair<qint64, qint64>> gaps(const QString &restaurant, qint64 fromMs, qint64 toMs,
                                          qint64 stepMs = liveStepMs) const;
    /// The newest sample's moment, or 0.
    qint64 newestMs(const QString &restaurant, qint64 stepMs = liveStepMs) const;
    /// Changes per second of all types in `count` equal steps before `toMs`; -1 where nothing is
    /// known.
    std::vector<double> recentChanges(const QString &restaurant, qint64 toMs, qint64 spanMs,
                                      int count) const;
    bool isEmpty(const QString &restaurant, qint64 stepMs = liveStepMs) const
    {
        return !m_rings.contains({restaurant, stepMs});
    }

private:
    using Ring = std::deque<TrafficSample>;
    const Ring *ring(const QString &restaurant, qint64 stepMs) const;

    QHash<std::pair<QString, qint64>, Ring> m_rings; ///< By restaurant and step.
};

} // namespace possync::gui
