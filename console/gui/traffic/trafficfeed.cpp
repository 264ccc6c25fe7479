// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/traffic/trafficfeed.h"

#include <cmath>

namespace possync::gui {

void TrafficFeed::append(const QString &restaurant, const TrafficSample &sample)
{
    std::deque<TrafficSample> &ring = m_rings[restaurant];
    // A clock set back on the server would break the order all readers rely on.
    if (!ring.empty() && sample.atMs <= ring.back().atMs)
        return;
    ring.push_back(sample);
    while (ring.front().atMs < sample.atMs - keptMs)
        ring.pop_front();
}

QList<QPointF> TrafficFeed::points(const QString &restaurant, TrafficLine line, qint64 fromMs,
                                   qint64 toMs) const
{
    QList<QPointF> points;
    const auto ring = m_rings.constFind(restaurant);
    if (ring == m_rings.cend())
        return points;
    const double nothing = std::nan("");
    auto at = std::ranges::lower_bound(*ring, fromMs, {}, &TrafficSample::atMs);
    if (at != ring->begin())
        --at; // the line enters from the left edge
    qint64 last = 0;
    for (; at != ring->end(); ++at) {
        if (last != 0 && at->atMs - last > 3 * at->intervalMs)
            points.append({double(last + at->intervalMs / 2), nothing});
        last = at->atMs;
        const auto value = double((*at)[line]);
        points.append({double(at->atMs), value < 0 ? nothing : value});
        if (at->atMs > toMs)
            break;
    }
    return points;
}

QList<std::pair<qint64, qint64>> TrafficFeed::gaps(const QString &restaurant, qint64 fromMs,
                                                   qint64 toMs) const
{
    QList<std::pair<qint64, qint64>> all;
    const auto ring = m_rings.constFind(restaurant);
    if (ring == m_rings.cend())
        return all;
    for (std::size_t i = 1; i < ring->size(); ++i) {
        const TrafficSample &a = (*ring)[i - 1];
        const TrafficSample &b = (*ring)[i];
        if (b.atMs - a.atMs > 3 * a.intervalMs && b.atMs > fromMs && a.atMs < toMs)
            all.append({a.atMs, b.atMs});
    }
    // No sample for a while: the outage is still going on.
    const TrafficSample &last = ring->back();
    if (toMs - last.atMs > 3 * last.intervalMs)
        all.append({last.atMs, toMs});
    return all;
}

qint64 TrafficFeed::newestMs(const QString &restaurant) const
{
    const auto ring = m_rings.constFind(restaurant);
    return ring == m_rings.cend() || ring->empty() ? 0 : ring->back().atMs;
}

std::vector<double> TrafficFeed::recentChanges(const QString &restaurant, qint64 toMs,
                                               qint64 spanMs, int count) const
{
    std::vector<double> steps(std::size_t(count), -1);
    std::vector<int> seen(std::size_t(count), 0);
    const auto ring = m_rings.constFind(restaurant);
    if (ring == m_rings.cend())
        return steps;
    const qint64 from = toMs - spanMs;
    for (auto at = std::ranges::upper_bound(*ring, from, {}, &TrafficSample::atMs);
         at != ring->end() && at->atMs <= toMs; ++at) {
        const auto step =
            std::size_t(std::min<qint64>((at->atMs - from - 1) * count / spanMs, count - 1));
        double sum = 0;
        for (int type = 0; type < 6; ++type)
            sum += double(at->values[std::size_t(type)]);
        steps[step] = std::max(steps[step], 0.0) + sum;
        ++seen[step];
    }
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (seen[i] > 1)
            steps[i] /= seen[i];
    }
    return steps;
}

} // namespace possync::gui
