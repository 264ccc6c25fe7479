// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/status.h"

#include <QApplication>
#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>

namespace possync::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(possync::gui::State)
};

} // namespace

QString stateWord(State state)
{
    switch (state) {
    case State::InSync:
        return Words::tr("In sync");
    case State::CatchingUp:
        return Words::tr("Catching up");
    case State::Behind:
        return Words::tr("Behind");
    case State::Away:
        return Words::tr("Away");
    case State::Lost:
        return Words::tr("Lost");
    case State::Idle:
        return Words::tr("No devices");
    case State::Unknown:
        break;
    }
    return Words::tr("Unknown");
}

Tone stateTone(State state)
{
    switch (state) {
    case State::InSync:
        return Tone::Good;
    case State::CatchingUp:
        return Tone::Busy;
    case State::Behind:
        return Tone::Warn;
    case State::Lost:
        return Tone::Bad;
    case State::Away:
    case State::Idle:
    case State::Unknown:
        break;
    }
    return Tone::Muted;
}

State worseOf(State a, State b)
{
    const auto rank = [](State s) {
        switch (s) {
        case State::Lost:
            return 6;
        case State::Behind:
            return 5;
        case State::CatchingUp:
            return 4;
        case State::InSync:
            return 3;
        case State::Away:
            return 2;
        case State::Idle:
            return 1;
        case State::Unknown:
            break;
        }
        return 0;
    };
    return rank(a) >= rank(b) ? a : b;
}

void paintState(QPainter &painter, const QRectF &rect, State state, const QPalette &palette)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor colour = toneColour(stateTone(state), palette);
    const double side = std::min(rect.width(), rect.height());
    QRectF box(0, 0, side, side);
    box.moveCenter(rect.center());
    const double w = std::max(1.4, side / 7);
    const QRectF inner = box.adjusted(w / 2, w / 2, -w / 2, -w / 2);
    painter.setPen(QPen(colour, w, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    switch (state) {
    case State::InSync:
        painter.setBrush(colour);
        painter.drawEllipse(inner);
        break;
    case State::CatchingUp:
        painter.drawEllipse(inner);
        painter.setBrush(colour);
        painter.drawPie(inner, -90 * 16, 180 * 16);
        break;
    case State::Behind: {
        painter.setBrush(colour);
        QPainterPath triangle(QPointF(inner.center().x(), inner.top()));
        triangle.lineTo(inner.bottomRight());
        triangle.lineTo(inner.bottomLeft());
        triangle.closeSubpath();
        painter.drawPath(triangle);
        break;
    }
    case State::Lost:
        painter.setPen(QPen(colour, w * 1.4, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(inner.topLeft(), inner.bottomRight());
        painter.drawLine(inner.topRight(), inner.bottomLeft());
        break;
    case State::Away:
    case State::Idle:
        painter.drawEllipse(inner);
        break;
    case State::Unknown:
        painter.setPen(QPen(colour, w, Qt::DotLine, Qt::RoundCap));
        painter.drawEllipse(inner);
        break;
    }
    painter.restore();
}

void StateDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                          const QModelIndex &index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const QString word = cell.text;
    cell.text.clear();
    const QWidget *view = option.widget;
    QStyle *style = view ? view->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, view);

    const QVariant value = index.data(StateRole);
    const State state = value.isValid() ? value.value<State>() : State::Unknown;
    const int side = option.fontMetrics.height() - 4;
    const bool mirrored = option.direction == Qt::RightToLeft;
    QRect shape(option.rect.left() + 8, option.rect.center().y() - side / 2 + 1, side, side);
    QRect text = option.rect.adjusted(side + 15, -1, -4, -1); // on the line of the other cells
    shape = QStyle::visualRect(option.direction, option.rect, shape);
    text = QStyle::visualRect(option.direction, option.rect, text);
    paintState(*painter, shape, state, option.palette);
    painter->save();
    painter->setPen(toneColour(stateTone(state), option.palette));
    painter->setFont(cell.font);
    painter->drawText(text, Qt::AlignVCenter | (mirrored ? Qt::AlignRight : Qt::AlignLeft),
                      cell.fontMetrics.elidedText(word, Qt::ElideRight, text.width()));
    painter->restore();
}

} // namespace possync::gui
