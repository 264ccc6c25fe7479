// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QByteArrayView>
#include <QList>
#include <QString>

namespace possync::gui {

/// One field of a record before and after a change. A missing side is a null string.
struct FieldRow {
    enum Kind { Same, Changed, Added, Removed };
    QString name;
    QString before;
    QString after;
    Kind kind = Same;
    bool operator==(const FieldRow &) const = default;
};

/// Top-level fields of a JSON object, in the order written; not an object: one row without a name.
QList<FieldRow> fieldsOf(QByteArrayView json);

/// What a change did to a record: `earlier` are the data of all changes before it, oldest first,
/// whose fields merge. Only fields the change mentions are compared; the others are listed as Same.
QList<FieldRow> differences(const QList<QByteArray> &earlier, QByteArrayView now);

/// JSON text with line breaks and indentation; numbers and strings stay as written.
QString prettyJson(QByteArrayView json);

/// A field's text for people: a moment as machines write it becomes local time, and a known value its
/// word. The app writes some moments without a zone: those are local already.
QString shownValue(const QString &field, const QString &text);

/// Fields as a table: either name and value, or name, before and after, or devices and how far
/// something came at each (Changed: not there yet).
class FieldModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Shape { Values, Comparison, Devices };

    explicit FieldModel(Shape shape, QObject *parent);

    void setRows(const QList<FieldRow> &rows);
    const QList<FieldRow> &rows() const { return m_rows; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Shape m_shape;
    QList<FieldRow> m_rows;
};

} // namespace possync::gui
