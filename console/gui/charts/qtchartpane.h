// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/charts/chartpane.h"

#include <QChartView>
#include <QLineSeries>
#include <QTimer>

class QCategoryAxis;
class QLabel;
class QRubberBand;
class QToolButton;

namespace possync::gui {

/// Chart view that reports the time under the mouse and the span dragged over.
class TimeChartView : public QChartView
{
    Q_OBJECT

public:
    using QChartView::QChartView;

Q_SIGNALS:
    void pointedAt(double x);
    void left();
    void dragged(double fromX, double toX);

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    double xAt(int viewX) const;

    QRubberBand *m_band = nullptr;
    std::optional<int> m_pressedX;
};

/// ChartPane drawn by QtCharts.
class QtChartPane : public ChartPane
{
    Q_OBJECT

public:
    QtChartPane(const QString &title, ValueKind kind, QWidget *parent);

    void setLines(const QList<ChartLine> &lines) override;
    void setPoints(int line, const QList<QPointF> &points) override;
    void setTimeRange(qint64 fromMs, qint64 toMs) override;
    void setGaps(const QList<TimeSpan> &gaps) override;
    void setCursor(std::optional<qint64> atMs) override;
    void setEmptyText(const QString &text) override;
    QString title() const override { return m_title; }
    QList<ChartLine> lines() const override;
    QList<QPointF> points(int line) const override;

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Line {
        ChartLine description;
        QList<QPointF> points;
        QList<QLineSeries *> runs; ///< One per unbroken stretch; owned by the chart.
        QToolButton *legend = nullptr;
        bool isVisible = true;
        bool isStale = false; ///< Its points are not drawn yet.
    };

    void buildChart();
    void drawLine(Line &line);
    void drawStaleLines();
    void scaleValues();
    void labelTimes();
    void showValues();
    void placeOverlays();
    void adoptPalette();
    double valueAt(const Line &line, qint64 atMs) const;

    QString m_title;
    ValueKind m_kind;
    QList<Line> m_lines;
    TimeChartView *m_view;
    QCategoryAxis *m_timeAxis;
    QCategoryAxis *m_valueAxis;
    QWidget *m_legend;
    QLabel *m_heading;
    QLabel *m_empty;
    QGraphicsLineItem *m_cursorLine;
    QList<TimeSpan> m_gaps;
    QList<QGraphicsRectItem *> m_gapBands;
    std::optional<qint64> m_cursor;
    qint64 m_from = 0;
    qint64 m_to = 60000;
    QList<std::pair<QString, qint64>> m_timeLabels; ///< As the axis has them.
    QTimer m_drawing;
    double m_top = 0;
};

} // namespace possync::gui
