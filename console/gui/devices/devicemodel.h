// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/devices/fleet.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

namespace possync::gui {

/// Devices of the fleet, one row each. A device keeps its row while it comes and goes.
class DeviceModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        StateColumn,
        Device,
        Restaurant,
        User,
        Why,
        LastSeen,
        RoundTrip,
        Lag,
        Skew,
        Queue,
        Protocol,
        Address,
        ConnectedSince,
        Position,
        ColumnCount
    };
    static constexpr int SortRole = Qt::UserRole + 1;

    /// `fleet` must live longer.
    DeviceModel(const Fleet &fleet, QObject *parent);

    /// Moves all ages on.
    void setNow(qint64 nowMs);
    const DeviceFacts &device(int row) const { return m_rows[row]; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void adopt(const QString &restaurant);
    QString text(const DeviceFacts &device, int column) const;
    QString toolTip(const DeviceFacts &device, int column) const;
    QVariant sortValue(const DeviceFacts &device, int column) const;
    QString restaurantTitle(const QString &id) const;

    const Fleet &m_fleet;
    QList<DeviceFacts> m_rows;
    qint64 m_nowMs = 0;
};

/// Sorts and filters devices, but only when told: rows never move under the mouse by themselves.
class DeviceProxy : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit DeviceProxy(QObject *parent);

    void setRestaurant(const QString &restaurant);
    void setNeedle(const QString &needle);
    void setOnlyTroubled(bool on, qint64 nowMs);
    /// Sorts and filters afresh.
    void refresh();

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    QString m_restaurant;
    QString m_needle;
    bool m_onlyTroubled = false;
    qint64 m_nowMs = 0;
};

} // namespace possync::gui
