// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/logs/logmodel.h"

#include "console/gui/base/words.h"

namespace possync::gui {

using namespace Qt::StringLiterals;

QString logLevelWord(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return LogModel::tr("Debug");
    case LogLevel::Warning:
        return LogModel::tr("Warning");
    case LogLevel::Error:
        return LogModel::tr("Error");
    case LogLevel::Info:
        break;
    }
    return LogModel::tr("Info");
}

LogModel::LogModel(std::size_t capacity, QObject *parent)
    : QAbstractListModel(parent)
    , m_capacity(capacity)
{
}

bool LogModel::passes(const LogLine &line) const
{
    return m_shown[std::size_t(line.level)]
           && (m_needle.isEmpty() || line.text.contains(m_needle, Qt::CaseInsensitive)
               || line.component.contains(m_needle, Qt::CaseInsensitive));
}

void LogModel::append(const QList<LogLine> &lines)
{
    std::vector<quint64> fresh;
    for (const LogLine &line : lines) {
        // A repeat is neither newer by number nor by time; a restarted server counts from one
        // again.
        if (line.no != 0 && line.no <= m_lastNo && line.atMs <= m_lastAtMs)
            continue;
        m_lastNo = line.no;
        m_lastAtMs = line.atMs;
        m_lines.push_back(line);
        ++m_counts[std::size_t(line.level)];
        if (passes(line))
            fresh.push_back(m_first + m_lines.size() - 1);
    }
    if (!fresh.empty()) {
        beginInsertRows({}, int(m_rows.size()), int(m_rows.size() + fresh.size()) - 1);
        m_rows.insert(m_rows.end(), fresh.begin(), fresh.end());
        endInsertRows();
    }
    if (m_lines.size() > m_capacity) {
        const quint64 first = m_first + (m_lines.size() - m_capacity);
        const auto kept = std::ranges::lower_bound(m_rows, first);
        const int gone = int(kept - m_rows.begin());
        if (gone > 0)
            beginRemoveRows({}, 0, gone - 1);
        m_rows.erase(m_rows.begin(), kept);
        while (m_first < first) {
            --m_counts[std::size_t(m_lines.front().level)];
            m_lines.pop_front();
            ++m_first;
        }
        if (gone > 0)
            endRemoveRows();
    }
    Q_EMIT countsChanged();
}

void LogModel::clear()
{
    beginResetModel();
    m_first += m_lines.size();
    m_lines.clear();
    m_rows.clear();
    m_counts = {};
    m_lastNo = 0;
    m_lastAtMs = 0;
    endResetModel();
    Q_EMIT countsChanged();
}

void LogModel::setLevelShown(LogLevel level, bool shown)
{
    m_shown[std::size_t(level)] = shown;
    refilter();
}

void LogModel::setNeedle(const QString &needle)
{
    m_needle = needle.trimmed();
    refilter();
}

void LogModel::refilter()
{
    beginResetModel();
    m_rows.clear();
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        if (passes(m_lines[i]))
            m_rows.push_back(m_first + i);
    }
    endResetModel();
    Q_EMIT countsChanged();
}

int LogModel::find(const QString &needle, int row, bool forward) const
{
    const int count = rowCount();
    for (int step = 1; step <= count; ++step) {
        const int at = ((row + (forward ? step : -step)) % count + count) % count;
        if (line(at).text.contains(needle, Qt::CaseInsensitive)
            || line(at).component.contains(needle, Qt::CaseInsensitive))
            return at;
    }
    return -1;
}

int LogModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant LogModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const LogLine &l = line(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return plainLine(l.text, 1000);
    case Qt::ToolTipRole:
        return plainToolTip(l.text);
    case Qt::AccessibleTextRole:
        return logLevelWord(l.level) + u": "_s + plainLine(l.text, 400);
    case LevelRole:
        return int(l.level);
    case TimeRole:
        return preciseClockText(l.atMs);
    case ComponentRole:
        return plainLine(l.component, 60);
    case FullLineRole:
        return u"%1\t%2\t%3\t%4"_s.arg(preciseClockText(l.atMs), logLevelWord(l.level),
                                       plainLine(l.component, 60), plainLine(l.text, 1000000));
    default:
        return {};
    }
}

} // namespace possync::gui
