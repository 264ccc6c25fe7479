// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/traffic/trafficpage.h"

#include "console/gui/base/card.h"
#include "console/gui/base/icons.h"
#include "console/gui/base/tabletools.h"
#include "console/gui/base/words.h"
#include "console/gui/charts/chartpane.h"

#include <QButtonGroup>
#include <QDateTime>
#include <QFileDialog>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMap>
#include <QSaveFile>
#include <QToolButton>
#include <cmath>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

// Four frames a second are plenty for values that arrive once a second.
constexpr int redrawMs = 500;
constexpr qint64 quietMs = 5000; // a gap grows without any news

} // namespace

TrafficPage::TrafficPage(Session &session, QWidget *parent)
    : Page(parent)
    , m_session(session)
    , m_grid(new QWidget(this))
    , m_ranges(new QButtonGroup(this))
    , m_pause(new QToolButton(this))
    , m_zoomOut(new QToolButton(this))
    , m_note(plainLabel({}, this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(18, 14, 18, 12);
    column->setSpacing(10);
    column->addLayout(buildTools());
    column->addWidget(m_grid, 1);
    auto *grid = new QGridLayout(m_grid);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(12);
    addChart(tr("Changes by type"), int(ValueKind::Rate),
             {{tr("Orders"), TrafficLine::Orders},
              {tr("Menu"), TrafficLine::MenuItems},
              {tr("Stock"), TrafficLine::Inventory},
              {tr("Tables"), TrafficLine::Tables},
              {tr("Users"), TrafficLine::Users},
              {tr("Printers"), TrafficLine::Printers}},
             0, 0);
    addChart(tr("Deliveries to devices"), int(ValueKind::Rate),
             {{tr("Delivered"), TrafficLine::Deliveries}, {tr("Rejected"), TrafficLine::Rejected}},
             0, 1);
    addChart(tr("Latency of a change"), int(ValueKind::Microseconds),
             {{tr("Half below"), TrafficLine::LatencyP50},
              {tr("99 of 100 below"), TrafficLine::LatencyP99}},
             1, 0);
    addChart(tr("Data"), int(ValueKind::BytesPerSecond),
             {{tr("In"), TrafficLine::BytesIn}, {tr("Out"), TrafficLine::BytesOut}}, 1, 1);
    addChart(tr("Connected devices"), int(ValueKind::Count),
             {{tr("Connected"), TrafficLine::Connections}}, 2, 0);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    // The last chart has its row to itself.
    grid->addWidget(m_charts.last().pane->parentWidget(), 2, 0, 1, 2);
    m_redraw.setInterval(redrawMs);
    connect(&m_redraw, &QTimer::timeout, this, &TrafficPage::redrawIfDue);
    connect(&session, &Session::trafficChanged, this, [this] { m_hasNews = true; });
    connect(&session, &Session::selectionChanged, this, &TrafficPage::redraw);
    connect(&session, &Session::linkChanged, this, [this] {
        m_askedMs = 0; // what was missed while away is asked for at once
        redraw();
    });
    setFocusPolicy(Qt::StrongFocus);
}

QLayout *TrafficPage::buildTools()
{
    auto *tools = new QHBoxLayout;
    tools->setSpacing(6);
    const std::pair<QString, int> ranges[]{{tr("1 min"), 60},
                                           {tr("5 min"), 300},
                                           {tr("15 min"), 900},
                                           {tr("1 h"), 3600},
                                           {tr("6 h"), 6 * 3600},
                                           {tr("24 h"), 24 * 3600},
                                           {tr("7 days"), 7 * 24 * 3600},
                                           {tr("30 days"), 30 * 24 * 3600}};
    for (const auto &[name, seconds] : ranges) {
        auto *button = new QToolButton(this);
        button->setText(name);
        button->setCheckable(true);
        button->setProperty("framed", true);
        button->setAccessibleName(tr("Show the last %1").arg(name));
        m_ranges->addButton(button, seconds);
        tools->addWidget(button);
    }
    m_ranges->button(300)->setChecked(true);
    connect(m_ranges, &QButtonGroup::idClicked, this, [this](int seconds) {
        m_rangeMs = qint64(seconds) * 1000;
        m_zooms.clear();
        redraw();
    });
    const auto tool = [&](QToolButton *button, const QString &name, const QString &text,
                          const QString &tip) {
        button->setIcon(icon(name));
        button->setText(text);
        button->setToolTip(tip);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setProperty("framed", true);
        tools->addWidget(button);
    };
    tools->addSpacing(8);
    m_pause->setCheckable(true);
    tool(m_pause, u"pause"_s, tr("Pause"), tr("Hold the picture still (Space); recording goes on"));
    connect(m_pause, &QToolButton::toggled, this, &TrafficPage::setPaused);
    tool(m_zoomOut, u"search"_s, tr("Zoom back"), tr("Undo the last zoom (Backspace)"));
    connect(m_zoomOut, &QToolButton::clicked, this, &TrafficPage::zoomOut);
    tools->addStretch(1);
    tools->addWidget(m_note);
    auto *png = new QToolButton(this);
    tool(png, u"export"_s, tr("Picture…"), tr("Save the charts as a PNG picture"));
    connect(png, &QToolButton::clicked, this, &TrafficPage::exportPng);
    auto *csv = new QToolButton(this);
    tool(csv, u"export"_s, tr("CSV…"), tr("Save the values shown as a table"));
    connect(csv, &QToolButton::clicked, this, &TrafficPage::exportCsv);
    return tools;
}

void TrafficPage::addChart(const QString &title, int kind,
                           const QList<std::pair<QString, TrafficLine>> &lines, int row, int column)
{
    auto *card = new Card(m_grid);
    auto *inside = new QVBoxLayout(card);
    inside->setContentsMargins(0, 0, 0, 0);
    ChartPane *pane = createChartPane(title, ValueKind(kind), card);
    inside->addWidget(pane);
    QList<ChartLine> described;
    Chart chart{pane, {}};
    for (const auto &[name, line] : lines) {
        described.append({name, int(chart.lines.size())});
        chart.lines.append(line);
    }
    pane->setLines(described);
    static_cast<QGridLayout *>(m_grid->layout())->addWidget(card, row, column);
    m_charts.append(chart);
    connect(pane, &ChartPane::cursorMoved, this, [this](qint64 at) {
        for (const Chart &c : std::as_const(m_charts))
            c.pane->setCursor(at);
    });
    connect(pane, &ChartPane::cursorLeft, this, [this] {
        for (const Chart &c : std::as_const(m_charts))
            c.pane->setCursor(std::nullopt);
    });
    connect(pane, &ChartPane::zoomRequested, this, &TrafficPage::zoomTo);
}

QList<ChartPane *> TrafficPage::panes() const
{
    QList<ChartPane *> all;
    for (const Chart &chart : m_charts)
        all.append(chart.pane);
    return all;
}

std::pair<qint64, qint64> TrafficPage::shownSpan() const
{
    if (!m_zooms.isEmpty())
        return m_zooms.last();
    const qint64 to = m_pausedAtMs.value_or(m_session.nowMs());
    return {to - m_rangeMs, to};
}

void TrafficPage::redrawIfDue()
{
    const qint64 pixelMs = std::min(m_rangeMs / 1000, quietMs);
    if (!m_sinceDrawn.isValid() || m_sinceDrawn.elapsed() >= (m_hasNews ? pixelMs : quietMs))
        redraw();
}

void TrafficPage::redraw()
{
    m_zoomOut->setEnabled(isZoomed());
    if (!isVisible())
        return;
    m_sinceDrawn.start();
    m_hasNews = false;
    fetchHistory();
    const auto [from, to] = shownSpan();
    const qint64 step = shownStepMs();
    const QString &restaurant = m_session.selected();
    const QString empty =
        !m_session.traffic().isEmpty(restaurant, step) ? tr("Nothing was measured in this time")
        : m_session.isConnected() ? tr("Measuring; the first values come within a second")
                                  : tr("No values: not connected to a server");
    QList<TimeSpan> gaps;
    for (const auto &[begin, end] : m_session.traffic().gaps(restaurant, from, to, step))
        gaps.append({begin, end});
    for (const Chart &chart : std::as_const(m_charts)) {
        chart.pane->setGaps(gaps);
        for (int line = 0; line < chart.lines.size(); ++line)
            chart.pane->setPoints(
                line, m_session.traffic().points(restaurant, chart.lines[line], from, to, step));
        chart.pane->setTimeRange(from, to);
        chart.pane->setEmptyText(empty);
    }
    m_note->setText(isZoomed() ? tr("Zoomed")
                    : m_pausedAtMs
                        ? tr("Paused at %1").arg(clockText(*m_pausedAtMs, m_session.nowMs()))
                        : QString());
}

qint64 TrafficPage::wantedStepMs() const
{
    return m_rangeMs <= 15 * 60'000LL          ? TrafficFeed::liveStepMs
           : m_rangeMs <= 6 * 3'600'000LL      ? 10'000
           : m_rangeMs <= 2 * 24 * 3'600'000LL ? 60'000
                                               : 900'000;
}

qint64 TrafficPage::shownStepMs() const
{
    const qint64 wanted = wantedStepMs();
    return m_session.traffic().isEmpty(m_session.selected(), wanted) ? TrafficFeed::liveStepMs
                                                                     : wanted;
}

void TrafficPage::fetchHistory()
{
    ServerPort *port = m_session.port();
    const QString restaurant = m_session.selected();
    const qint64 step = wantedStepMs();
    const bool isLive = step == TrafficFeed::liveStepMs; // its news come by themselves
    const QString wanted = u"%1 %2 %3"_s.arg(step).arg(isLive ? 0 : m_rangeMs).arg(restaurant);
    const qint64 now = m_session.nowMs();
    const bool isDue = m_askedMs == 0 || wanted != m_askedFor
                       || (!isLive && now - m_askedMs >= std::min<qint64>(step, 60'000));
    if (!port || m_isAsking || !isDue)
        return;
    m_isAsking = true;
    m_askedFor = wanted;
    m_askedMs = now;
    const qint64 span = isLive ? 15 * 60'000LL : m_rangeMs;
    port->fetchTraffic(restaurant, now - span, now, step, this,
                       [this, restaurant, step](const auto &samples) {
                           m_isAsking = false;
                           if (samples) {
                               m_session.takeTrafficHistory(restaurant, step, *samples);
                               redraw();
                           }
                       });
}

void TrafficPage::zoomTo(qint64 fromMs, qint64 toMs)
{
    if (toMs - fromMs < 2000) {
        const qint64 middle = (fromMs + toMs) / 2;
        fromMs = middle - 1000;
        toMs = middle + 1000;
    }
    m_zooms.append({fromMs, toMs});
    redraw();
}

void TrafficPage::zoomOut()
{
    if (!m_zooms.isEmpty())
        m_zooms.removeLast();
    redraw();
}

void TrafficPage::setPaused(bool paused)
{
    m_pausedAtMs = paused ? std::optional(m_session.nowMs()) : std::nullopt;
    m_pause->setIcon(icon(paused ? u"play"_s : u"pause"_s));
    m_pause->setText(paused ? tr("Go on") : tr("Pause"));
    redraw();
}

void TrafficPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    m_redraw.start();
    redraw();
}

void TrafficPage::hideEvent(QHideEvent *event)
{
    Page::hideEvent(event);
    m_redraw.stop(); // hidden charts cost nothing
}

void TrafficPage::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Backspace)
        zoomOut();
    else if (event->key() == Qt::Key_Space)
        m_pause->toggle();
    else
        Page::keyPressEvent(event);
}

QString TrafficPage::asCsv() const
{
    const auto [from, to] = shownSpan();
    QStringList header{tr("Time (UTC)")};
    QMap<qint64, QStringList> rows;
    qsizetype column = 0;
    for (const Chart &chart : m_charts) {
        const QList<ChartLine> lines = chart.pane->lines();
        for (int line = 0; line < lines.size(); ++line, ++column) {
            header.append(u"%1: %2"_s.arg(chart.pane->title(), lines[line].name));
            for (const QPointF &point : chart.pane->points(line)) {
                if (std::isnan(point.y()) || point.x() < double(from) || point.x() > double(to))
                    continue;
                QStringList &row = rows[qint64(point.x())];
                row.resize(column + 1);
                row[column] = QString::number(point.y(), 'g', 8);
            }
        }
    }
    QString csv = csvLine(header);
    for (auto row = rows.begin(); row != rows.end(); ++row) {
        row->resize(column);
        csv += csvLine(QStringList(QDateTime::fromMSecsSinceEpoch(row.key()).toUTC().toString(
                           Qt::ISODateWithMs))
                       + *row);
    }
    return csv;
}

void TrafficPage::saveTo(const QString &heading, const QString &suggestion,
                         const std::function<bool(const QString &)> &write)
{
    auto *dialog = new QFileDialog(this, heading);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(suggestion);
    connect(dialog, &QFileDialog::fileSelected, this, [this, write](const QString &name) {
        Q_EMIT said(write(name) ? tr("Wrote %1.").arg(name) : tr("Could not write %1.").arg(name));
    });
    dialog->open();
}

void TrafficPage::exportPng()
{
    const QPixmap picture = m_grid->grab();
    saveTo(tr("Save the charts"), u"possync-traffic.png"_s,
           [picture](const QString &name) { return picture.save(name, "PNG"); });
}

void TrafficPage::exportCsv()
{
    saveTo(tr("Save the values"), u"possync-traffic.csv"_s, [csv = asCsv()](const QString &name) {
        QSaveFile file(name);
        return file.open(QIODevice::WriteOnly) && file.write(csv.toUtf8()) >= 0 && file.commit();
    });
}

} // namespace possync::gui
