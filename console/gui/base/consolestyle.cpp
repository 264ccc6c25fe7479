// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/consolestyle.h"

#include "console/gui/base/theme.h"

#include <QPainter>
#include <QStyleFactory>
#include <QStyleOptionComplex>

namespace possync::gui {
namespace {

using namespace Qt::StringLiterals;

constexpr int fieldInset = 5; // a choice's text begins where that of a line edit does

QColor edgeColour(const QStyleOption &option)
{
    const bool isFocused =
        (option.state & QStyle::State_HasFocus) && option.state & QStyle::State_Enabled;
    return isFocused ? toneColour(Tone::Accent, option.palette) : lineColour(option.palette);
}

/// The ring or box of a radio button or check box, and what is in it.
void paintChoice(QPainter &painter, const QStyleOption &option, bool isRound)
{
    const bool isEnabled = option.state & QStyle::State_Enabled;
    const bool isOn = option.state & (QStyle::State_On | QStyle::State_NoChange);
    const QColor edge = toneColour(isOn && isEnabled ? Tone::Accent : Tone::Muted, option.palette);
    const QRectF box = QRectF(option.rect).adjusted(1, 1, -1, -1);
    const double side = std::min(box.width(), box.height());
    QRectF shape(0, 0, side, side);
    shape.moveCenter(box.center());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setOpacity(isEnabled ? 1 : 0.5);
    painter.setPen(QPen(edge, 1.2));
    painter.setBrush(isOn ? edge : option.palette.color(QPalette::Base));
    if (isRound)
        painter.drawEllipse(shape);
    else
        painter.drawRoundedRect(shape, 3, 3);
    if (isOn) {
        const QColor mark = option.palette.color(QPalette::BrightText);
        const double s = side / 10;
        if (isRound) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(mark);
            painter.drawEllipse(shape.center(), 2 * s, 2 * s);
        } else {
            painter.setPen(QPen(mark, 1.4 * s, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            const QPointF o = shape.topLeft();
            if (option.state & QStyle::State_NoChange)
                painter.drawLine(o + QPointF(2.5, 5) * s, o + QPointF(7.5, 5) * s);
            else
                painter.drawPolyline(QPolygonF{o + QPointF(2.4, 5.2) * s, o + QPointF(4.3, 7.1) * s,
                                               o + QPointF(7.7, 3.1) * s});
        }
    }
    painter.restore();
}

} // namespace

ConsoleStyle::ConsoleStyle()
    : QProxyStyle(QStyleFactory::create(u"Fusion"_s))
{
}

int ConsoleStyle::pixelMetric(PixelMetric metric, const QStyleOption *option,
                              const QWidget *widget) const
{
    return metric == PM_FocusFrameHMargin ? 7 : QProxyStyle::pixelMetric(metric, option, widget);
}

QRect ConsoleStyle::subControlRect(ComplexControl control, const QStyleOptionComplex *option,
                                   SubControl part, const QWidget *widget) const
{
    const QRect rect = QProxyStyle::subControlRect(control, option, part, widget);
    if (control != CC_ComboBox || part != SC_ComboBoxEditField)
        return rect;
    return option->direction == Qt::RightToLeft ? rect.adjusted(0, 0, -fieldInset, 0)
                                                : rect.adjusted(fieldInset, 0, 0, 0);
}

void ConsoleStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option,
                                      QPainter *painter, const QWidget *widget) const
{
    const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option);
    if (control != CC_ComboBox || !combo) {
        QProxyStyle::drawComplexControl(control, option, painter, widget);
        return;
    }
    const bool isEnabled = option->state & State_Enabled;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(edgeColour(*option), 1));
    painter->setBrush(option->palette.color(isEnabled ? QPalette::Base : QPalette::Window));
    painter->drawRoundedRect(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    painter->setPen(QPen(toneColour(Tone::Muted, option->palette), 1.5, Qt::SolidLine, Qt::RoundCap,
                         Qt::RoundJoin));
    const QPointF middle =
        QRectF(subControlRect(CC_ComboBox, option, SC_ComboBoxArrow, widget)).center();
    painter->drawPolyline(QPolygonF{middle + QPointF(-3.5, -1.5), middle + QPointF(0, 2),
                                    middle + QPointF(3.5, -1.5)});
    painter->restore();
}

void ConsoleStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option,
                                 QPainter *painter, const QWidget *widget) const
{
    if (element == PE_IndicatorRadioButton || element == PE_IndicatorCheckBox)
        paintChoice(*painter, *option, element == PE_IndicatorRadioButton);
    else
        QProxyStyle::drawPrimitive(element, option, painter, widget);
}

} // namespace possync::gui
