// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QPointF>
#include <QString>
#include <QWidget>
#include <optional>

namespace possync::gui {

/// How the values of a chart are written.
enum class ValueKind { Rate, BytesPerSecond, Count, Microseconds };

struct ChartLine {
    QString name;
    int colour = 0; ///< Number for chartColour().
};

/// A stretch of time that was not observed.
struct TimeSpan {
    qint64 fromMs = 0;
    qint64 toMs = 0;
    bool operator==(const TimeSpan &) const = default;
};

/// One chart over time. The rest of the console knows only this class; the library that draws is
/// behind createChartPane(). x is UTC milliseconds; a y that is not a number is a gap.
class ChartPane : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

    /// Replaces the lines; points are gone afterwards.
    virtual void setLines(const QList<ChartLine> &lines) = 0;
    /// Replaces the points of a line. The caller limits how often (4 Hz is plenty).
    virtual void setPoints(int line, const QList<QPointF> &points) = 0;
    /// Shows this span and scales the values to what is visible.
    virtual void setTimeRange(qint64 fromMs, qint64 toMs) = 0;
    /// Shades what was not observed.
    virtual void setGaps(const QList<TimeSpan> &gaps) = 0;
    /// Marks one moment and shows the values there; nothing: the newest values.
    virtual void setCursor(std::optional<qint64> atMs) = 0;
    /// Shown in the middle when there is nothing to draw.
    virtual void setEmptyText(const QString &text) = 0;
    virtual QString title() const = 0;
    virtual QList<ChartLine> lines() const = 0;
    virtual QList<QPointF> points(int line) const = 0;

Q_SIGNALS:
    /// The mouse points at this moment.
    void cursorMoved(qint64 atMs);
    void cursorLeft();
    /// The person dragged over this span.
    void zoomRequested(qint64 fromMs, qint64 toMs);
};

/// Text of a value of this kind with its unit.
QString valueText(ValueKind kind, double value);

/// The one place that names a chart library.
ChartPane *createChartPane(const QString &title, ValueKind kind, QWidget *parent);

} // namespace possync::gui
