// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/sparkline.h"

#include "console/gui/base/theme.h"

#include <QPainter>
#include <QPainterPath>

namespace possync::gui {

Sparkline::Sparkline(QWidget *parent)
    : QWidget(parent)
{
    setMinimumHeight(28);
}

void Sparkline::setValues(std::vector<double> values)
{
    if (values == m_values)
        return;
    m_values = std::move(values);
    update();
}

void Sparkline::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = QRectF(rect()).adjusted(1, 3, -1, -2);
    painter.setPen(QPen(lineColour(palette()), 1));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    if (m_values.size() < 2)
        return;
    const double top = std::max(1.0, *std::ranges::max_element(m_values));
    const double step = area.width() / double(m_values.size() - 1);
    const QColor colour = toneColour(isEnabled() ? Tone::Accent : Tone::Muted, palette());
    QColor under = colour;
    under.setAlphaF(0.14F);
    QPainterPath line;
    double runStart = 0;
    bool open = false;
    const auto closeRun = [&](double x) {
        QPainterPath fill = line;
        fill.lineTo(x, area.bottom());
        fill.lineTo(runStart, area.bottom());
        fill.closeSubpath();
        painter.fillPath(fill, under);
        painter.strokePath(line, QPen(colour, 1.6));
        line = {};
        open = false;
    };
    double x = area.left();
    for (const double value : m_values) {
        if (value < 0) {
            if (open)
                closeRun(x - step);
        } else {
            const QPointF point(x, area.bottom() - value / top * area.height());
            if (!open) {
                line.moveTo(point);
                runStart = x;
                open = true;
            } else {
                line.lineTo(point);
            }
        }
        x += step;
    }
    if (open)
        closeRun(x - step);
}

} // namespace possync::gui
