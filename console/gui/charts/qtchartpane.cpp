// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/charts/qtchartpane.h"

#include "console/gui/base/flowlayout.h"
#include "console/gui/base/theme.h"
#include "console/gui/base/words.h"
#include "console/gui/charts/decimate.h"

#include <QCategoryAxis>
#include <QChart>
#include <QDateTime>
#include <QEvent>
#include <QGraphicsLayout>
#include <QGraphicsLineItem>
#include <QGraphicsScene>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPointer>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

namespace possync::gui {

using namespace Qt::StringLiterals;

QString valueText(ValueKind kind, double value)
{
    if (std::isnan(value))
        return u"–"_s;
    switch (kind) {
    case ValueKind::Rate:
        return rateText(value);
    case ValueKind::BytesPerSecond:
        return QtChartPane::tr("%1/s").arg(bytesText(qint64(value)));
    case ValueKind::Microseconds:
        return latencyText(value);
    case ValueKind::Count:
        break;
    }
    return QLocale().toString(value, 'f', 0);
}

ChartPane *createChartPane(const QString &title, ValueKind kind, QWidget *parent)
{
    return new QtChartPane(title, kind, parent);
}

QtChartPane::QtChartPane(const QString &title, ValueKind kind, QWidget *parent)
    : ChartPane(parent)
    , m_title(title)
    , m_kind(kind)
    , m_view(new TimeChartView(this))
    , m_timeAxis(new QCategoryAxis(this))
    , m_valueAxis(new QCategoryAxis(this))
    , m_legend(new QWidget(this))
    , m_heading(plainLabel(title, this))
    , m_empty(plainLabel(QString(), m_view))
    , m_cursorLine(nullptr)
{
    QFont bold = font();
    bold.setBold(true);
    m_heading->setFont(bold);
    m_legend->setLayout(new FlowLayout(2));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 6);
    column->setSpacing(4);
    column->addWidget(m_heading);
    column->addWidget(m_legend);
    column->addWidget(m_view, 1);
    setAccessibleName(title);
    m_view->setAccessibleName(tr("%1, chart over time").arg(title));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    buildChart();
    m_drawing.setSingleShot(true);
    connect(&m_drawing, &QTimer::timeout, this, [this] {
        drawStaleLines();
        scaleValues();
    });
    connect(m_view, &TimeChartView::pointedAt, this,
            [this](double x) { Q_EMIT cursorMoved(qint64(x)); });
    connect(m_view, &TimeChartView::left, this, &ChartPane::cursorLeft);
    connect(m_view, &TimeChartView::dragged, this,
            [this](double from, double to) { Q_EMIT zoomRequested(qint64(from), qint64(to)); });
}

void QtChartPane::buildChart()
{
    QChart *chart = m_view->chart(); // made by the view; another one would leave this to nobody
    chart->legend()->hide();
    chart->setBackgroundVisible(false);
    chart->setMargins(QMargins(0, 8, 6, 0)); // half a label sticks out at the top
    chart->layout()->setContentsMargins(0, 0, 0, 0);
    chart->addAxis(m_timeAxis, Qt::AlignBottom);
    chart->addAxis(m_valueAxis, Qt::AlignLeft);
    m_timeAxis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    m_valueAxis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    m_timeAxis->setTruncateLabels(false);
    m_valueAxis->setTruncateLabels(false);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setBackgroundBrush(Qt::NoBrush);
    m_view->viewport()->setAutoFillBackground(false);
    m_view->setRenderHint(QPainter::Antialiasing);
    m_view->setMouseTracking(true);
    m_view->setMinimumHeight(130);
    m_cursorLine = m_view->scene()->addLine(QLineF());
    m_cursorLine->setZValue(20);
    m_cursorLine->hide();
    connect(chart, &QChart::plotAreaChanged, this, &QtChartPane::placeOverlays);
    adoptPalette();
    setTimeRange(m_from, m_to);
}

void QtChartPane::setLines(const QList<ChartLine> &lines)
{
    for (Line &line : m_lines) {
        for (QLineSeries *run : std::as_const(line.runs))
            delete run;
        delete line.legend;
    }
    m_lines.clear();
    for (const ChartLine &description : lines) {
        auto *legend = new QToolButton(m_legend);
        legend->setCheckable(true);
        legend->setChecked(true);
        legend->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        legend->setAutoRaise(true);
        legend->setFocusPolicy(Qt::TabFocus);
        legend->setAccessibleName(tr("Show the line %1").arg(description.name));
        legend->setToolTip(tr("Show or hide this line"));
        legend->setStyleSheet(
            u"QToolButton, QToolButton:checked { background: transparent; padding: 1px 4px; }"_s);
        m_legend->layout()->addWidget(legend);
        m_lines.append({description, {}, {}, legend});
        const qsizetype index = m_lines.size() - 1;
        connect(legend, &QToolButton::toggled, this, [this, index](bool on) {
            m_lines[index].isVisible = on;
            drawLine(m_lines[index]);
            scaleValues();
            showValues();
        });
    }
    adoptPalette();
    showValues();
}

void QtChartPane::setPoints(int line, const QList<QPointF> &points)
{
    m_lines[line].points = points;
    m_lines[line].isStale = true;
    // The library works out a line anew whenever its points change and whenever the axis moves: a
    // range that is set now does both at once.
    if (!m_drawing.isActive())
        m_drawing.start(0);
}

void QtChartPane::drawStaleLines()
{
    m_drawing.stop();
    for (Line &line : m_lines) {
        if (line.isStale)
            drawLine(line);
    }
}

void QtChartPane::drawLine(Line &line)
{
    line.isStale = false;
    const auto runs = line.isVisible ? splitAtGaps(line.points) : QList<QList<QPointF>>();
    const auto width = std::max(m_view->chart()->plotArea().width(), 100.0);
    const double span = double(std::max<qint64>(m_to - m_from, 1));
    while (line.runs.size() > runs.size())
        delete line.runs.takeLast();
    while (line.runs.size() < runs.size()) {
        auto *series = new QLineSeries;
        m_view->chart()->addSeries(series);
        series->attachAxis(m_timeAxis);
        series->attachAxis(m_valueAxis);
        series->setPen(QPen(chartColour(line.description.colour, palette()), 1.8));
        line.runs.append(series);
    }
    for (qsizetype i = 0; i < runs.size(); ++i) {
        const double share = (runs[i].last().x() - runs[i].first().x()) / span;
        line.runs[i]->replace(
            decimate(runs[i], qsizetype(std::ceil(width * std::min(share, 1.0) / 2))));
    }
}

void QtChartPane::setTimeRange(qint64 fromMs, qint64 toMs)
{
    // The library takes a lesser move for none.
    constexpr qint64 leastMoveMs = 100;
    const bool isMoved =
        std::abs(m_from - fromMs) >= leastMoveMs || std::abs(m_to - toMs) >= leastMoveMs;
    m_from = fromMs;
    m_to = std::max(toMs, fromMs + 1);
    // A line with fewer gaps than before loses runs while it is drawn.
    QList<QPointer<QLineSeries>> quiet;
    for (const Line &line : std::as_const(m_lines)) {
        for (QLineSeries *run : line.runs) {
            if (!isMoved || !line.isStale)
                continue;
            run->blockSignals(true);
            quiet.append(run);
        }
    }
    drawStaleLines();
    for (const QPointer<QLineSeries> &run : std::as_const(quiet)) {
        if (run)
            run->blockSignals(false);
    }
    labelTimes();
    scaleValues();
    placeOverlays();
    showValues();
}

void QtChartPane::labelTimes()
{
    const int room =
        std::max(2, int(m_view->width() / (fontMetrics().horizontalAdvance(u"00:00:00"_s) * 2)));
    const qint64 step = niceTimeStep(m_to - m_from, room);
    constexpr qint64 hourMs = 3'600'000;
    // Two labels of one axis must not be the same text.
    const QString format = step < 60000                  ? u"HH:mm:ss"_s
                           : step >= 24 * hourMs         ? u"d MMM"_s
                           : m_to - m_from > 24 * hourMs ? u"ddd HH:mm"_s
                                                         : u"HH:mm"_s;
    const qint64 zoneMs = QDateTime::fromMSecsSinceEpoch(m_from).offsetFromUtc() * 1000LL;
    QList<std::pair<QString, qint64>> labels;
    for (qint64 at = ((m_from + zoneMs) / step + 1) * step - zoneMs; at < m_to; at += step)
        labels.append({QDateTime::fromMSecsSinceEpoch(at).toString(format), at});
    // Mostly the same ones have only moved; new ones cost a layout of the chart each.
    if (labels != m_timeLabels) {
        m_timeLabels = labels;
        for (const QString &label : m_timeAxis->categoriesLabels())
            m_timeAxis->remove(label);
        m_timeAxis->setStartValue(double(m_from));
        for (const auto &[text, at] : std::as_const(labels))
            m_timeAxis->append(text, double(at));
    }
    m_timeAxis->setRange(double(m_from), double(m_to));
}

void QtChartPane::scaleValues()
{
    double top = 0;
    bool any = false;
    for (const Line &line : std::as_const(m_lines)) {
        if (!line.isVisible)
            continue;
        for (const QPointF &point : line.points) {
            if (!std::isnan(point.y()) && point.x() >= double(m_from)
                && point.x() <= double(m_to)) {
                top = std::max(top, point.y());
                any = true;
            }
        }
    }
    m_empty->setVisible(!any && !m_empty->text().isEmpty());
    m_valueAxis->setGridLineVisible(any);
    m_empty->setGeometry(m_view->rect().adjusted(40, 0, -40, -20));
    const double least = m_kind == ValueKind::Microseconds     ? 100
                         : m_kind == ValueKind::BytesPerSecond ? 1024
                                                               : 4;
    double unit = 1; // bytes are counted in powers of 1024
    while (m_kind == ValueKind::BytesPerSecond && std::max(top, least) / unit >= 1024)
        unit *= 1024;
    const double step = niceStep(std::max(top * 1.08, least) / unit, 4) * unit;
    const double ceiling = step * std::ceil(std::max(top * 1.02, least) / step);
    if (ceiling == m_top)
        return;
    m_top = ceiling;
    for (const QString &label : m_valueAxis->categoriesLabels())
        m_valueAxis->remove(label);
    m_valueAxis->setRange(0, ceiling);
    m_valueAxis->setStartValue(-step);
    for (double value = 0; value <= ceiling + step / 2; value += step)
        m_valueAxis->append(valueText(m_kind, value), value);
}

double QtChartPane::valueAt(const Line &line, qint64 atMs) const
{
    if (line.points.isEmpty())
        return std::nan("");
    auto after = std::ranges::lower_bound(line.points, double(atMs), {}, &QPointF::x);
    if (after == line.points.end())
        return line.points.last().y();
    if (after != line.points.begin() && double(atMs) - (after - 1)->x() < after->x() - double(atMs))
        --after;
    return after->y();
}

void QtChartPane::showValues()
{
    for (const Line &line : std::as_const(m_lines)) {
        const double value = valueAt(line, m_cursor.value_or(m_to));
        line.legend->setText(line.isVisible
                                 ? tr("%1 %2").arg(line.description.name, valueText(m_kind, value))
                                 : line.description.name);
    }
}

void QtChartPane::setCursor(std::optional<qint64> atMs)
{
    m_cursor = atMs;
    m_heading->setText(
        atMs ? tr("%1 at %2")
                   .arg(m_title, QDateTime::fromMSecsSinceEpoch(*atMs).toString(u"HH:mm:ss"_s))
             : m_title);
    placeOverlays();
    showValues();
}

void QtChartPane::placeOverlays()
{
    const QRectF plot = m_view->chart()->plotArea();
    const double perMs = plot.width() / double(m_to - m_from);
    const auto xOf = [&](double at) { return plot.left() + (at - double(m_from)) * perMs; };
    m_cursorLine->setVisible(m_cursor && *m_cursor >= m_from && *m_cursor <= m_to);
    if (m_cursor)
        m_cursorLine->setLine(xOf(double(*m_cursor)), plot.top(), xOf(double(*m_cursor)),
                              plot.bottom());

    qDeleteAll(m_gapBands);
    m_gapBands.clear();
    QColor band = toneColour(Tone::Muted, palette());
    band.setAlphaF(0.16F);
    for (const TimeSpan &gap : std::as_const(m_gaps)) {
        const auto from = double(std::max(gap.fromMs, m_from));
        const auto to = double(std::min(gap.toMs, m_to));
        if (to <= from)
            continue;
        auto *rect = m_view->scene()->addRect(
            QRectF(QPointF(xOf(from), plot.top()), QPointF(xOf(to), plot.bottom())), Qt::NoPen,
            band);
        rect->setZValue(5);
        rect->setToolTip(
            tr("Not observed: the console was not connected from %1 to %2.")
                .arg(QDateTime::fromMSecsSinceEpoch(qint64(from)).toString(u"HH:mm:ss"_s),
                     QDateTime::fromMSecsSinceEpoch(qint64(to)).toString(u"HH:mm:ss"_s)));
        m_gapBands.append(rect);
    }
}

void QtChartPane::setGaps(const QList<TimeSpan> &gaps)
{
    if (gaps == m_gaps)
        return;
    m_gaps = gaps;
    placeOverlays();
}

void QtChartPane::setEmptyText(const QString &text)
{
    m_empty->setText(text);
    scaleValues();
}

QList<ChartLine> QtChartPane::lines() const
{
    QList<ChartLine> all;
    for (const Line &line : m_lines)
        all.append(line.description);
    return all;
}

QList<QPointF> QtChartPane::points(int line) const
{
    return m_lines.value(line).points;
}

void QtChartPane::adoptPalette()
{
    const QColor muted = toneColour(Tone::Muted, palette());
    const QColor grid = lineColour(palette());
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.9);
    for (QCategoryAxis *axis : {m_timeAxis, m_valueAxis}) {
        axis->setLabelsColor(muted);
        axis->setLabelsFont(small);
        axis->setGridLinePen(QPen(grid, 1));
        axis->setLinePen(QPen(grid, 1));
    }
    m_timeAxis->setGridLineVisible(false);
    if (m_cursorLine)
        m_cursorLine->setPen(QPen(toneColour(Tone::Neutral, palette()), 1, Qt::DashLine));
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, muted);
    m_empty->setPalette(quiet);
    for (const Line &line : std::as_const(m_lines)) {
        const QColor colour = chartColour(line.description.colour, palette());
        for (QLineSeries *run : line.runs)
            run->setPen(QPen(colour, 1.8));
        QPixmap swatch(QSize(24, 24));
        swatch.fill(Qt::transparent);
        QPainter painter(&swatch);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(colour);
        painter.setPen(Qt::NoPen);
        painter.drawRoundedRect(QRectF(2, 9, 20, 7), 3, 3);
        line.legend->setIcon(QIcon(swatch));
    }
}

void QtChartPane::changeEvent(QEvent *event)
{
    ChartPane::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        adoptPalette();
        placeOverlays();
        update();
    }
}

void QtChartPane::resizeEvent(QResizeEvent *event)
{
    ChartPane::resizeEvent(event);
    labelTimes();
    m_empty->setGeometry(m_view->rect().adjusted(40, 0, -40, -20));
}

} // namespace possync::gui
