// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/changes/changefilter.h"
#include "console/gui/changes/changestore.h"

#include <QAbstractTableModel>
#include <QTimer>
#include <vector>

namespace possync::gui {

/// Table over a ChangeStore through an index vector: filtering and sorting never move a row, only
/// numbers. Filtering runs in slices of the event loop; the old result stays visible until the new
/// one is complete.
class ChangeModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        Time,
        Restaurant,
        Type,
        ActionColumn,
        Record,
        What,
        Device,
        User,
        Outcome,
        Seq,
        Size,
        ColumnCount
    };
    static constexpr int RowNumberRole = Qt::UserRole + 1; ///< quint64 number in the store.
    static constexpr int FilterFieldRole =
        Qt::UserRole + 2; ///< Filter field of a cell, empty if none.
    static constexpr int FilterValueRole = Qt::UserRole + 3; ///< Text to compare that field with.

    explicit ChangeModel(quint64 capacity = 1000000, QObject *parent = nullptr);

    /// Records a batch; shows what passes the filter unless paused or sorted otherwise than by
    /// arrival.
    void append(std::span<const ChangeEntry> entries);
    void clear();

    void setFilter(const ChangeFilter &filter);
    /// Empty: all restaurants.
    void setRestaurant(const QByteArray &restaurant);
    void setPaused(bool paused);
    bool isPaused() const { return m_paused; }
    /// Recorded but not shown yet, because of pause or sorting.
    quint64 heldCount() const { return m_store.endRow() - m_shownEnd; }
    /// Shows what is held without leaving the sorting.
    void showHeld();
    bool isFiltering() const { return m_scan.isActive(); }
    bool isInArrivalOrder() const
    {
        return m_sortColumn == Time && m_sortOrder == Qt::AscendingOrder;
    }

    /// What people call the restaurants, and the devices of one. Cells show it; the ids are in
    /// their tooltips, in what is copied or exported, and in FilterValueRole.
    void setRestaurantNames(const ChangeNames::Names &names);
    void setDeviceNames(const QByteArray &restaurant, const ChangeNames::Names &names);

    const ChangeStore &store() const { return m_store; }
    quint64 storeRow(int row) const { return m_rows[std::size_t(row)]; }
    /// Visible row of a store row, or -1.
    int visibleRow(quint64 storeRow) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

Q_SIGNALS:
    /// A filter run is complete, or new rows were shown or held.
    void contentChanged();

private:
    bool passes(quint64 row) const;
    void startScan();
    void scanSlice();
    void finishScan();
    /// Lets go of rows below `first`; before the store does, so that views can still read them.
    void releaseRows(quint64 first);
    void sortRows(std::vector<quint64> &rows) const;
    // Each puts rows in order of arrival into rising order of the column sorted by.
    void sortByName(std::vector<quint64> &rows) const;
    void sortByDeviceName(std::vector<quint64> &rows) const;
    void sortByText(std::vector<quint64> &rows) const;
    void sortByNumber(std::vector<quint64> &rows) const;
    void adoptNames();
    QString text(int column, const ChangeView &view) const;
    /// Of a restaurant or a device; empty where its id serves.
    QString givenName(int column, const ChangeView &view) const;
    QString filterField(int column) const;
    /// Empty if the cell says all.
    QString toolTip(int column, const ChangeView &view) const;

    ChangeStore m_store;
    ChangeFilter m_filter;
    QByteArray m_restaurant;
    std::vector<quint64> m_rows;    ///< Shown, in order.
    std::vector<quint64> m_scanned; ///< Result of the scan under way.
    quint64 m_scanAt = 0;
    quint64 m_shownEnd = 0; ///< First store row not yet considered for showing.
    QTimer m_scan;
    bool m_paused = false;
    int m_sortColumn = Time;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

/// What a change says in one line, what a person knows it by first: "ORD-0042, Ready, total amount
/// 45.50".
QString changeSummary(QByteArrayView data);
/// What people know the record of a change by, such as the number of an order; empty if the change
/// does not tell.
QString recordLabel(QByteArrayView data);

} // namespace possync::gui
