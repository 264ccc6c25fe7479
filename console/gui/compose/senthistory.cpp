// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/compose/senthistory.h"

#include "console/gui/base/theme.h"
#include "console/gui/base/words.h"

#include <QGuiApplication>

namespace possync::gui {

using namespace Qt::StringLiterals;

int SentHistory::add(const SentChange &sent)
{
    beginInsertRows({}, 0, 0);
    m_sent.append(sent);
    endInsertRows();
    return int(m_sent.size()) - 1;
}

void SentHistory::setResult(int number, SentChange::Outcome outcome, const QString &result)
{
    m_sent[number].outcome = outcome;
    m_sent[number].result = result;
    const int row = int(m_sent.size()) - 1 - number;
    Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

int SentHistory::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_sent.size());
}

int SentHistory::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant SentHistory::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const SentChange &sent = at(index.row());
    if (role == Qt::ForegroundRole && index.column() == Result) {
        const Tone tone = sent.outcome == SentChange::Applied  ? Tone::Good
                          : sent.outcome == SentChange::Failed ? Tone::Bad
                                                               : Tone::Muted;
        return toneColour(tone, QGuiApplication::palette());
    }
    if (role == Qt::ToolTipRole)
        return plainToolTip(index.column() == Change ? QString::fromUtf8(sent.change.data)
                                                     : index.data().toString());
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Time:
        return preciseClockText(sent.atMs).left(8);
    case Restaurant:
        return sent.restaurantTitle;
    case Change:
        return plainLine(
            u"%1 %2 %3"_s.arg(sent.change.dataType, sent.change.action, sent.change.entityId));
    case Result:
        return plainLine(sent.result);
    default:
        return {};
    }
}

QVariant SentHistory::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    static const char *const titles[]{QT_TR_NOOP("Sent"), QT_TR_NOOP("Restaurant"),
                                      QT_TR_NOOP("Change"), QT_TR_NOOP("Result")};
    return section >= 0 && section < ColumnCount ? tr(titles[section]) : QVariant();
}

} // namespace possync::gui
