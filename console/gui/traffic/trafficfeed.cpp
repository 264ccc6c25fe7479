// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/traffic/trafficfeed.h"

#include <cmath>

namespace possync::gui {

namespace {

/// Live samples arrive a little unevenly; remembered ones end where they end, but for the newest,
/// which is still growing.
bool isGap(const TrafficSample &a, const TrafficSample &b, qint64 stepMs)
{
    const qint64 usual = stepMs == TrafficFeed::liveStepMs
                             ? 3 * std::max(a.intervalMs, b.intervalMs)
                             : stepMs + stepMs / 2;
    return b.atMs - a.atMs > usual;
}

} // namespace

void TrafficFeed::append(const QString &restaurant, const TrafficSample &sample)
{
    Ring &ring = m_rings[{restaurant, liveStepMs}];
    // A clock set back on the server would break the order all readers rely on.
    if (!ring.empty() && sample.atMs <= ring.back().atMs)
        return;
    ring.push_back(sample);
    while (ring.front().atMs < sample.atMs - keptMs)
        ring.pop_front();
}

void TrafficFeed::takeHistory(const QString &restaurant, qint64 stepMs,
                              const QList<TrafficSample> &samples)
{
    Ring &ring = m_rings[{restaurant, stepMs}];
    if (stepMs != liveStepMs) {
        ring.assign(samples.begin(), samples.end());
        return;
    }
    // What was seen live is finer; history only goes where nothing was seen.
    Ring merged;
    auto live = ring.cbegin();
    for (const TrafficSample &sample : samples) {
        while (live != ring.cend() && live->atMs <= sample.atMs)
            merged.push_back(*live++);
        const bool isCovered =
            (!merged.empty() && merged.back().atMs > sample.atMs - sample.intervalMs)
            || (live != ring.cend() && live->atMs - live->intervalMs < sample.atMs - 300);
        if (!isCovered)
            merged.push_back(sample);
    }
    merged.insert(merged.end(), live, ring.cend());
    ring = std::move(merged);
}

const TrafficFeed::Ring *TrafficFeed::ring(const QString &restaurant, qint64 stepMs) const
{
    const auto found = m_rings.constFind({restaurant, stepMs});
    return found == m_rings.cend() || found->empty() ? nullptr : &*found;
}

QList<QPointF> TrafficFeed::points(const QString &restaurant, TrafficLine line, qint64 fromMs,
                                   qint64 toMs, qint64 stepMs) const
{
    QList<QPointF> points;
    const Ring *ring = this->ring(restaurant, stepMs);
    if (!ring)
        return points;
    const double nothing = std::nan("");
    auto at = std::ranges::lower_bound(*ring, fromMs, {}, &TrafficSample::atMs);
    if (at != ring->begin())
        --at; // the line enters from the left edge
    const TrafficSample *last = nullptr;
    for (; at != ring->end(); ++at) {
        if (last != nullptr && isGap(*last, *at, stepMs))
            points.append({double(last->atMs + at->intervalMs / 2), nothing});
        last = &*at;
        const auto value = double((*at)[line]);
        points.append({double(at->atMs), value < 0 ? nothing : value});
        if (at->atMs > toMs)
            break;
    }
    return points;
}

QList<std::pair<qint64, qint64>> TrafficFeed::gaps(const QString &restaurant, qint64 fromMs,
                                                   qint64 toMs, qint64 stepMs) const
{
    QList<std::pair<qint64, qint64>> all;
    const Ring *ring = this->ring(restaurant, stepMs);
    if (!ring)
        return all;
    for (std::size_t i = 1; i < ring->size(); ++i) {
        const TrafficSample &a = (*ring)[i - 1];
        const TrafficSample &b = (*ring)[i];
        if (isGap(a, b, stepMs) && b.atMs > fromMs && a.atMs < toMs)
            all.append({a.atMs, b.atMs});
    }
    // No sample for a while: the outage is still going on.
    const TrafficSample &last = ring->back();
    if (toMs - last.atMs > 3 * std::max(last.intervalMs, stepMs))
        all.append({last.atMs, toMs});
    return all;
}

qint64 TrafficFeed::newestMs(const QString &restaurant, qint64 stepMs) const
{
    const Ring *ring = this->ring(restaurant, stepMs);
    return ring ? ring->back().atMs : 0;
}

std::vector<double> TrafficFeed::recentChanges(const QString &restaurant, qint64 toMs,
                                               qint64 spanMs, int count) const
{
    std::vector<double> steps(std::size_t(count), -1);
    std::vector<int> seen(std::size_t(count), 0);
    const Ring *ring = this->ring(restaurant, liveStepMs);
    if (!ring)
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
