// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/flowlayout.h"

#include <QStyle>
#include <QWidget>

namespace possync::gui {

FlowLayout::FlowLayout(int spacing, int minimumItemWidth, QWidget *parent)
    : QLayout(parent)
    , m_spacing(spacing)
    , m_minimumItemWidth(minimumItemWidth)
{
    setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout()
{
    qDeleteAll(m_items);
}

QLayoutItem *FlowLayout::takeAt(int index)
{
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const QLayoutItem *item : m_items) {
        if (!item->isEmpty())
            size = size.expandedTo(item->minimumSize());
    }
    const QMargins margins = contentsMargins();
    return size.grownBy(margins);
}

void FlowLayout::setGeometry(const QRect &rect)
{
    QLayout::setGeometry(rect);
    arrange(rect, true);
}

int FlowLayout::arrange(const QRect &rect, bool apply) const
{
    const QRect area = rect.marginsRemoved(contentsMargins());
    const auto direction = parentWidget() ? parentWidget()->layoutDirection() : Qt::LeftToRight;
    int columnWidth = 0;
    if (m_minimumItemWidth > 0) {
        const int columns =
            std::max(1, (area.width() + m_spacing) / (m_minimumItemWidth + m_spacing));
        columnWidth = (area.width() - (columns - 1) * m_spacing) / columns;
    }
    int x = area.left();
    int y = area.top();
    int rowHeight = 0;
    QList<std::pair<QLayoutItem *, QRect>> row;
    const auto endRow = [&] {
        for (auto &[item, place] : row) {
            if (m_minimumItemWidth > 0)
                place.setHeight(rowHeight);
            else
                place.moveTop(y + (rowHeight - place.height()) / 2);
            if (apply)
                item->setGeometry(QStyle::visualRect(direction, area, place));
        }
        row.clear();
    };
    for (QLayoutItem *item : m_items) {
        if (item->isEmpty())
            continue;
        QSize size = item->sizeHint();
        if (columnWidth > 0) {
            size.setWidth(columnWidth);
            if (item->hasHeightForWidth())
                size.setHeight(item->heightForWidth(columnWidth));
        }
        if (x + size.width() > area.right() + 1 && rowHeight > 0) {
            endRow();
            x = area.left();
            y += rowHeight + m_spacing;
            rowHeight = 0;
        }
        row.append({item, QRect(QPoint(x, y), size)});
        x += size.width() + m_spacing;
        rowHeight = std::max(rowHeight, size.height());
    }
    endRow();
    return y + rowHeight - rect.top() + contentsMargins().bottom();
}

} // namespace possync::gui
