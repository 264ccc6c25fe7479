// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/charts/decimate.h"

#include <cmath>

namespace possync::gui {

QList<QList<QPointF>> splitAtGaps(const QList<QPointF> &points)
{
    QList<QList<QPointF>> runs;
    QList<QPointF> run;
    for (const QPointF &point : points) {
        if (!std::isnan(point.y())) {
            run.append(point);
        } else if (!run.isEmpty()) {
            runs.append(std::move(run));
            run = {};
        }
    }
    if (!run.isEmpty())
        runs.append(std::move(run));
    return runs;
}

QList<QPointF> decimate(const QList<QPointF> &points, qsizetype buckets)
{
    if (buckets < 2 || points.size() <= 2 * buckets)
        return points;
    QList<QPointF> kept;
    kept.reserve(2 * buckets);
    kept.append(points.first());
    // First and last point have their place; the buckets share what lies between.
    const qsizetype inner = points.size() - 2;
    const qsizetype groups = buckets - 1;
    for (qsizetype group = 0; group < groups; ++group) {
        const qsizetype from = 1 + inner * group / groups;
        const qsizetype to = 1 + inner * (group + 1) / groups;
        qsizetype low = from;
        qsizetype high = from;
        for (qsizetype i = from + 1; i < to; ++i) {
            if (points[i].y() < points[low].y())
                low = i;
            if (points[i].y() > points[high].y())
                high = i;
        }
        kept.append(points[std::min(low, high)]);
        if (low != high)
            kept.append(points[std::max(low, high)]);
    }
    kept.append(points.last());
    return kept;
}

double niceStep(double range, int count)
{
    if (!(range > 0) || count < 1)
        return 1;
    const double raw = range / count;
    const double magnitude = std::pow(10, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (raw <= factor * magnitude * 1.0001)
            return factor * magnitude;
    }
    return 10 * magnitude;
}

qint64 niceTimeStep(qint64 rangeMs, int count)
{
    constexpr qint64 second = 1000;
    constexpr qint64 minute = 60 * second;
    constexpr qint64 hour = 60 * minute;
    constexpr std::array<qint64, 21> steps{
        second,     2 * second, 5 * second,  10 * second, 15 * second, 30 * second, minute,
        2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute, hour,        2 * hour,
        3 * hour,   6 * hour,   12 * hour,   24 * hour,   48 * hour,   120 * hour,  240 * hour};
    const qint64 raw = rangeMs / std::max(count, 1);
    const auto step = std::ranges::lower_bound(steps, raw);
    return step == steps.end() ? steps.back() : *step;
}

} // namespace possync::gui
