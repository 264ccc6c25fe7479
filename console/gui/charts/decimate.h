// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QPointF>

/// Reduction of long lines to what a screen can show. Pure; any thread.
namespace possync::gui {

/// A point whose y is not a number ends a run: what lies between two runs was not observed.
/// Empty runs are left out.
QList<QList<QPointF>> splitAtGaps(const QList<QPointF> &points);

/// At most `2 * buckets` points that keep the lowest and highest value of every bucket in their
/// order, and the first and last point. `points` must be ordered by x and hold no gap; a list that
/// is short enough comes back unchanged.
QList<QPointF> decimate(const QList<QPointF> &points, qsizetype buckets);

/// Distance of about `count` ticks over `range` that falls on 1, 2 or 5 times a power of ten.
double niceStep(double range, int count);
/// The same for times: seconds, minutes and hours people use. Milliseconds.
qint64 niceTimeStep(qint64 rangeMs, int count);

} // namespace possync::gui
