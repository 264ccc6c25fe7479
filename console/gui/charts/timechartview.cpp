// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/charts/qtchartpane.h"

#include <QChart>
#include <QMouseEvent>
#include <QRubberBand>

namespace possync::gui {

double TimeChartView::xAt(int viewX) const
{
    const QRectF plot = chart()->plotArea();
    const double inside = std::clamp(mapToScene(viewX, 0).x(), plot.left(), plot.right());
    return chart()->mapToValue(chart()->mapFromScene(QPointF(inside, plot.center().y()))).x();
}

void TimeChartView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton) {
        m_pressedX = event->position().toPoint().x();
        if (!m_band)
            m_band = new QRubberBand(QRubberBand::Rectangle, this);
    }
    event->accept();
}

void TimeChartView::mouseMoveEvent(QMouseEvent *event)
{
    const int x = event->position().toPoint().x();
    if (m_pressedX && std::abs(x - *m_pressedX) > 5) {
        const QRect plot = mapFromScene(chart()->plotArea()).boundingRect();
        m_band->setGeometry(
            QRect(QPoint(*m_pressedX, plot.top()), QPoint(x, plot.bottom())).normalized());
        m_band->show();
    }
    Q_EMIT pointedAt(xAt(x));
}

void TimeChartView::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !m_pressedX)
        return;
    const int x = event->position().toPoint().x();
    const auto [from, to] = std::minmax({x, *m_pressedX});
    m_pressedX.reset();
    m_band->hide();
    if (to - from > 5)
        Q_EMIT dragged(xAt(from), xAt(to));
}

void TimeChartView::leaveEvent(QEvent *event)
{
    QChartView::leaveEvent(event);
    Q_EMIT left();
}

} // namespace possync::gui
