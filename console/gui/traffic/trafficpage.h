// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/page.h"
#include "console/gui/session/session.h"

#include <QElapsedTimer>
#include <QTimer>
#include <optional>

class QButtonGroup;
class QLabel;
class QToolButton;

namespace possync::gui {

class ChartPane;

/// Charts of what flows, with one time axis for all of them.
class TrafficPage : public Page
{
    Q_OBJECT

public:
    TrafficPage(Session &session, QWidget *parent);

    QString id() const override { return QStringLiteral("traffic"); }
    QString title() const override { return tr("Traffic"); }
    QString iconName() const override { return QStringLiteral("traffic"); }

    QList<ChartPane *> panes() const;
    /// Shows this span until zoomOut(); zooms nest.
    void zoomTo(qint64 fromMs, qint64 toMs);
    void zoomOut();
    bool isZoomed() const { return !m_zooms.isEmpty(); }
    /// What is visible as CSV: one row per moment, one column per line.
    QString asCsv() const;

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    struct Chart {
        ChartPane *pane;
        QList<TrafficLine> lines;
    };

    QLayout *buildTools();
    void addChart(const QString &title, int kind,
                  const QList<std::pair<QString, TrafficLine>> &lines, int row, int column);
    std::pair<qint64, qint64> shownSpan() const;
    /// Step of what the range shows: coarser the longer it is.
    qint64 wantedStepMs() const;
    /// The step that can be shown now; live samples where the server remembers nothing.
    qint64 shownStepMs() const;
    /// Asks the server for what the range shows, as often as it gets news.
    void fetchHistory();
    void redraw();
    /// Where there is something new, and not before it is a pixel further.
    void redrawIfDue();
    void setPaused(bool paused);
    void exportPng();
    void exportCsv();
    void saveTo(const QString &title, const QString &suggestion,
                const std::function<bool(const QString &)> &write);

    Session &m_session;
    QWidget *m_grid;
    QList<Chart> m_charts;
    QButtonGroup *m_ranges;
    QToolButton *m_pause;
    QToolButton *m_zoomOut;
    QLabel *m_note;
    QTimer m_redraw;
    QElapsedTimer m_sinceDrawn;
    bool m_hasNews = true;
    qint64 m_rangeMs = 5 * 60 * 1000;
    std::optional<qint64> m_pausedAtMs;
    QList<std::pair<qint64, qint64>> m_zooms;
    qint64 m_askedMs = 0; ///< When the server was last asked for the past.
    QString m_askedFor;   ///< Restaurant and step of that.
    bool m_isAsking = false;
};

} // namespace possync::gui
