// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/data/recordmodel.h"

#include "console/gui/base/tabletools.h"
#include "console/gui/base/words.h"
#include "console/gui/changes/fieldmodel.h"

#include <QCollator>
#include <QJsonDocument>
#include <QSet>
#include <cmath>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

// What a person looks for first, in the order they look for it; other fields follow alphabetically.
const QStringList &leadingFields()
{
    static const QStringList fields{
        u"id"_s,           u"order_number"_s,  u"name"_s,          u"number"_s,      u"status"_s,
        u"type"_s,         u"role"_s,          u"category"_s,      u"category_id"_s, u"price"_s,
        u"total_amount"_s, u"items_count"_s,   u"current_stock"_s, u"min_stock"_s,   u"unit"_s,
        u"is_available"_s, u"payment_status"_s};
    return fields;
}

bool isSecretField(const QString &name)
{
    return name == "pin"_L1 || name == "password"_L1 || name == "token"_L1;
}

int compareValues(const QJsonValue &a, const QJsonValue &b)
{
    if (a.isDouble() && b.isDouble())
        return a.toDouble() < b.toDouble() ? -1 : a.toDouble() > b.toDouble() ? 1 : 0;
    // order_9 comes before order_10.
    static const QCollator collator = [] {
        QCollator c;
        c.setNumericMode(true);
        return c;
    }();
    return collator.compare(recordText(a), recordText(b));
}

} // namespace

QString recordText(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Bool:
        return value.toBool() ? RecordModel::tr("yes") : RecordModel::tr("no");
    case QJsonValue::Double: {
        const double number = value.toDouble();
        const bool isWhole = number == std::floor(number) && std::abs(number) < 1e15;
        return isWhole ? QString::number(qint64(number)) : QString::number(number, 'g', 12);
    }
    case QJsonValue::String:
        return plainLine(value.toString());
    case QJsonValue::Array:
        return RecordModel::tr("%n item(s)", nullptr, int(value.toArray().size()));
    case QJsonValue::Object:
        return plainLine(
            QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact)), 120);
    case QJsonValue::Null:
    case QJsonValue::Undefined:
        break;
    }
    return {};
}

QString recordText(const QString &field, const QJsonValue &value)
{
    const bool isMoney = field == "price"_L1 || field == "total"_L1 || field.endsWith("_price"_L1)
                         || field.endsWith("_amount"_L1);
    if (!isMoney || !value.isDouble())
        return recordText(value);
    const QString text = recordText(value);
    const QString cents = QString::number(value.toDouble(), 'f', 2);
    // What is finer than cents stays as it is.
    return cents.toDouble() == value.toDouble() ? cents : text;
}

void RecordModel::setRecords(const QJsonArray &records)
{
    beginResetModel();
    m_records.clear();
    QSet<QString> seen;
    for (const QJsonValue &value : records) {
        QJsonObject record = value.toObject();
        for (const QString &key : record.keys()) {
            if (isSecretField(key))
                record[key] = u"••••"_s;
            seen.insert(key);
        }
        m_records.append(record);
    }
    QStringList fields;
    for (const QString &field : leadingFields()) {
        if (seen.remove(field))
            fields.append(field);
    }
    QStringList rest(seen.begin(), seen.end());
    rest.sort();
    m_fields = fields + rest;
    rebuild();
    endResetModel();
}

void RecordModel::setNeedle(const QString &needle)
{
    beginResetModel();
    m_needle = needle.trimmed();
    rebuild();
    endResetModel();
}

void RecordModel::rebuild()
{
    m_rows.clear();
    for (qsizetype i = 0; i < m_records.size(); ++i) {
        const QJsonObject &record = m_records[i];
        const bool matches =
            m_needle.isEmpty()
            || std::ranges::any_of(record.keys(), [&](const QString &field) {
                   const QJsonValue value = record.value(field);
                   return recordText(value).contains(m_needle, Qt::CaseInsensitive)
                          || (value.isString()
                              && valueWord(field, value.toString())
                                     .contains(m_needle, Qt::CaseInsensitive));
               });
        if (matches)
            m_rows.append(i);
    }
    if (m_sortColumn < 0 || m_sortColumn >= m_fields.size())
        return;
    const QString field = m_fields[m_sortColumn];
    std::ranges::stable_sort(m_rows, [&](qsizetype a, qsizetype b) {
        const int order = compareValues(m_records[a].value(field), m_records[b].value(field));
        return m_sortOrder == Qt::AscendingOrder ? order < 0 : order > 0;
    });
}

void RecordModel::sort(int column, Qt::SortOrder order)
{
    beginResetModel();
    m_sortColumn = column;
    m_sortOrder = order;
    rebuild();
    endResetModel();
}

QString RecordModel::recordId(int row) const
{
    return record(row).value("id"_L1).toVariant().toString();
}

int RecordModel::rowOf(const QString &id) const
{
    for (int row = 0; row < m_rows.size(); ++row) {
        if (recordId(row) == id)
            return row;
    }
    return -1;
}

int RecordModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int RecordModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_fields.size());
}

QVariant RecordModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const QString &field = m_fields[index.column()];
    const QJsonValue value = m_records[m_rows[index.row()]].value(field);
    switch (role) {
    case Qt::DisplayRole:
        return value.isString() ? shownValue(field, value.toString()) : recordText(field, value);
    case RawRole:
    case Qt::ToolTipRole: {
        const QString raw = recordText(field, value);
        return role == RawRole ? raw : plainToolTip(raw);
    }
    case Qt::TextAlignmentRole:
        return value.isDouble() ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    default:
        return {};
    }
}

QVariant RecordModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0
        || section >= m_fields.size())
        return QAbstractTableModel::headerData(section, orientation, role);
    return fieldWord(m_fields[section]);
}

} // namespace possync::gui
