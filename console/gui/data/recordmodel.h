// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QStringList>

namespace possync::gui {

/// Records of one data type; the columns are the fields that occur. Secrets never enter.
class RecordModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    /// Replaces the records. Columns that stay keep their place.
    void setRecords(const QJsonArray &records);
    void setNeedle(const QString &needle);
    qsizetype total() const { return m_records.size(); }
    QString recordId(int row) const;
    QJsonObject record(int row) const { return m_records[m_rows[row]]; }
    int rowOf(const QString &id) const;
    const QStringList &fields() const { return m_fields; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

private:
    void rebuild();

    QList<QJsonObject> m_records;
    QStringList m_fields;
    QList<qsizetype> m_rows;
    QString m_needle;
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

/// A JSON value as a person reads it: text without quotes, yes and no, lists as their length or
/// items.
QString recordText(const QJsonValue &value);
/// The same for a field: sums of money have two decimals, as on a bill.
QString recordText(const QString &field, const QJsonValue &value);

} // namespace possync::gui
