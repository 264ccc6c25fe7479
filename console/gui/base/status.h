// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/theme.h"

#include <QRectF>
#include <QString>
#include <QStyledItemDelegate>

class QPainter;

/// One vocabulary of states for the whole console: a shape, a colour and a word each.
namespace possync::gui {

enum class State {
    InSync,     ///< Connected, nothing waiting.
    CatchingUp, ///< Connected, receiving what it missed.
    Behind,     ///< Connected, but does not confirm what it was sent.
    Away,       ///< Not connected, missing nothing.
    Lost,       ///< Not connected while changes wait for it.
    Idle,       ///< A restaurant without any connected device.
    Unknown,    ///< Nothing heard yet.
};

QString stateWord(State state);
Tone stateTone(State state);
/// The worse of two states, for summaries.
State worseOf(State a, State b);

/// Draws the state's shape into `rect`.
void paintState(QPainter &painter, const QRectF &rect, State state, const QPalette &palette);

/// Paints the shape given by StateRole in front of a cell's word.
class StateDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    static constexpr int StateRole = Qt::UserRole + 50;

    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
};

} // namespace possync::gui

Q_DECLARE_METATYPE(possync::gui::State)
