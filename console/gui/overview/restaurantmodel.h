// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/devices/fleet.h"

#include <QAbstractListModel>
#include <QStyledItemDelegate>

namespace possync::gui {

/// "All restaurants" and then every restaurant, for the list at the left.
class RestaurantModel : public QAbstractListModel
{
    Q_OBJECT

public:
    static constexpr int IdRole = Qt::UserRole + 1;   ///< Empty for "All restaurants".
    static constexpr int LineRole = Qt::UserRole + 2; ///< Second line: devices and rate.

    /// `fleet` must live longer.
    RestaurantModel(const Fleet &fleet, QObject *parent);

    void setNow(qint64 nowMs);
    int rowOf(const QString &id) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    void adopt();
    QString line(const RestaurantFacts &restaurant) const;

    const Fleet &m_fleet;
    QStringList m_ids; ///< Without "All restaurants".
    qint64 m_nowMs = 0;
};

/// Two lines and a status shape per restaurant.
class RestaurantDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace possync::gui
