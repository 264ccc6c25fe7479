// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/logs/logdelegate.h"

#include "console/gui/base/theme.h"
#include "console/gui/logs/logmodel.h"

#include <QFontDatabase>
#include <QPainter>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

Tone levelTone(LogLevel level)
{
    switch (level) {
    case LogLevel::Error:
        return Tone::Bad;
    case LogLevel::Warning:
        return Tone::Warn;
    case LogLevel::Debug:
        return Tone::Muted;
    case LogLevel::Info:
        break;
    }
    return Tone::Neutral;
}

} // namespace

QSize LogDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {200, option.fontMetrics.height() + 7};
}

void LogDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                        const QModelIndex &index) const
{
    painter->save();
    const auto level = LogLevel(index.data(LogModel::LevelRole).toInt());
    const Tone tone = levelTone(level);
    if (option.state & QStyle::State_Selected)
        painter->fillRect(option.rect, option.palette.color(QPalette::Highlight));
    else if (level == LogLevel::Error || level == LogLevel::Warning)
        painter->fillRect(option.rect, toneBackground(tone, option.palette));
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    fixed.setPointSizeF(option.font.pointSizeF());
    const QFontMetrics metrics(fixed);
    painter->setFont(fixed);
    int x = option.rect.left() + 8;
    const auto column = [&](const QString &text, int characters, const QColor &colour) {
        const int width = characters > 0 ? metrics.horizontalAdvance(QString(characters, u'0')) + 2
                                         : option.rect.right() - x - 6;
        const QRect cell(x, option.rect.top(), width, option.rect.height());
        painter->setPen(colour);
        painter->drawText(QStyle::visualRect(option.direction, option.rect, cell),
                          Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                          metrics.elidedText(text, Qt::ElideRight, width));
        x += width + 12;
    };
    const QColor muted = toneColour(Tone::Muted, option.palette);
    column(index.data(LogModel::TimeRole).toString(), 12, muted);
    column(logLevelWord(level), 7, toneColour(tone, option.palette));
    column(index.data(LogModel::ComponentRole).toString(), 10, muted);
    column(index.data().toString(), 0,
           level == LogLevel::Debug ? muted : option.palette.color(QPalette::Text));
    painter->restore();
}

} // namespace possync::gui
