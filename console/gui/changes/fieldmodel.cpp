// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/changes/fieldmodel.h"

#include "common/model/jsontext.h"
#include "console/gui/base/tabletools.h"
#include "console/gui/base/theme.h"
#include "console/gui/base/words.h"

#include <QDateTime>
#include <QGuiApplication>
#include <QLocale>
#include <QRegularExpression>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

QString valueOf(const json::Member &member)
{
    return QString::fromUtf8(member.type == json::Type::String ? json::unquoted(member.value)
                                                               : member.value.toByteArray());
}

} // namespace

QList<FieldRow> fieldsOf(QByteArrayView json)
{
    json::Members members;
    if (!json::parseObject(json, members))
        return json.trimmed().isEmpty()
                   ? QList<FieldRow>()
                   : QList<FieldRow>{{QString(), QString(), QString::fromUtf8(json)}};
    QList<FieldRow> rows;
    for (const json::Member &member : members)
        rows.append({QString::fromUtf8(member.key), QString(), valueOf(member), FieldRow::Same});
    return rows;
}

QList<FieldRow> differences(const QList<QByteArray> &earlier, QByteArrayView now)
{
    QList<FieldRow> known; // the record as the earlier changes left it
    for (const QByteArray &data : earlier) {
        for (const FieldRow &field : fieldsOf(data)) {
            const auto at = std::ranges::find(known, field.name, &FieldRow::name);
            if (at == known.end())
                known.append(field);
            else
                at->after = field.after;
        }
    }
    QList<FieldRow> rows;
    for (const FieldRow &field : fieldsOf(now)) {
        const auto old = std::ranges::find(known, field.name, &FieldRow::name);
        FieldRow row{field.name, QString(), field.after, FieldRow::Added};
        if (old != known.end()) {
            row.before = old->after;
            row.kind = old->after == field.after ? FieldRow::Same : FieldRow::Changed;
            known.erase(old);
        }
        rows.append(row);
    }
    for (const FieldRow &field : std::as_const(known))
        rows.append({field.name, field.after, field.after, FieldRow::Same});
    std::ranges::stable_sort(
        rows, {}, [](const FieldRow &row) { return row.kind == FieldRow::Same ? 1 : 0; });
    return rows;
}

QString prettyJson(QByteArrayView json)
{
    if (!json::check(json))
        return QString::fromUtf8(json);
    QByteArray out;
    qsizetype depth = 0;
    bool inString = false;
    const auto newLine = [&] { out += '\n' + QByteArray(depth * 2, ' '); };
    for (qsizetype i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (inString) {
            out += c;
            if (c == '\\')
                out += json[++i];
            else if (c == '"')
                inString = false;
            continue;
        }
        switch (c) {
        case ' ':
        case '\t':
        case '\r':
        case '\n':
            break;
        case '"':
            inString = true;
            out += c;
            break;
        case '{':
        case '[': {
            const QByteArrayView rest = json.sliced(i + 1).trimmed();
            out += c;
            if (rest.startsWith('}') || rest.startsWith(']'))
                break;
            ++depth;
            newLine();
            break;
        }
        case '}':
        case ']':
            if (!out.endsWith('{') && !out.endsWith('[')) {
                --depth;
                newLine();
            }
            out += c;
            break;
        case ',':
            out += c;
            newLine();
            break;
        case ':':
            out += ": ";
            break;
        default:
            out += c;
        }
    }
    return QString::fromUtf8(out);
}

QString shownValue(const QString &field, const QString &text)
{
    static const QRegularExpression form(
        u"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z?$"_s);
    if (!form.match(text).hasMatch())
        return valueWord(field, text);
    const QDateTime local = QDateTime::fromString(text, Qt::ISODateWithMs).toLocalTime();
    const bool isWhole = local.time().msec() == 0;
    return !local.isValid()
               ? plainLine(text)
               : u"%1 %2"_s.arg(QLocale().toString(local.date(), QLocale::ShortFormat),
                                local.time().toString(isWhole ? u"HH:mm:ss"_s : u"HH:mm:ss.zzz"_s));
}

FieldModel::FieldModel(Shape shape, QObject *parent)
    : QAbstractTableModel(parent)
    , m_shape(shape)
{
}

void FieldModel::setRows(const QList<FieldRow> &rows)
{
    if (rows == m_rows)
        return;
    beginResetModel();
    m_rows = rows;
    endResetModel();
}

int FieldModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int FieldModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_shape == Shape::Comparison ? 3 : 2;
}

QVariant FieldModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const FieldRow &row = m_rows[index.row()];
    const bool isBefore = m_shape == Shape::Comparison && index.column() == 1;
    const QString &text = index.column() == 0 ? row.name : isBefore ? row.before : row.after;
    switch (role) {
    case Qt::DisplayRole:
        if (index.column() == 0 && m_shape != Shape::Devices)
            return fieldWord(text);
        return text.isNull()                ? u"–"_s
               : m_shape == Shape::Devices ? plainLine(text)
                                           : shownValue(row.name, text);
    case RawRole:
        return m_shape == Shape::Devices ? QVariant() : QVariant(plainLine(text));
    case Qt::ToolTipRole:
        return plainToolTip(text);
    case Qt::ForegroundRole:
        if (m_shape == Shape::Devices)
            return index.column() == 0
                       ? QVariant()
                       : toneColour(row.kind == FieldRow::Same ? Tone::Good : Tone::Warn,
                                    QGuiApplication::palette());
        if (index.column() == 0 || (m_shape == Shape::Comparison && row.kind == FieldRow::Same))
            return toneColour(Tone::Muted, QGuiApplication::palette());
        return {};
    case Qt::BackgroundRole:
        if (m_shape == Shape::Comparison && row.kind != FieldRow::Same && index.column() > 0
            && !text.isNull())
            return toneBackground(isBefore ? Tone::Bad : Tone::Good, QGuiApplication::palette());
        return {};
    default:
        return {};
    }
}

QVariant FieldModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    if (section == 0)
        return m_shape == Shape::Devices ? tr("Device") : tr("Field");
    if (m_shape == Shape::Values)
        return tr("Value");
    if (m_shape == Shape::Devices)
        return tr("State");
    return section == 1 ? tr("Before") : tr("After");
}

} // namespace possync::gui
