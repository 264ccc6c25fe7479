// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QString>
#include <array>
#include <deque>
#include <vector>

namespace possync::gui {

enum class LogLevel { Debug, Info, Warning, Error };
inline constexpr int logLevelCount = 4;

/// One line of the server's log.
struct LogLine {
    quint64 no = 0;
    qint64 atMs = 0;
    LogLevel level = LogLevel::Info;
    QString component;
    QString text;
};

/// Ring of log lines, filtered by level and text through an index vector.
class LogModel : public QAbstractListModel
{
    Q_OBJECT

public:
    static constexpr int LevelRole = Qt::UserRole + 1;
    static constexpr int TimeRole = Qt::UserRole + 2;
    static constexpr int ComponentRole = Qt::UserRole + 3;
    static constexpr int FullLineRole =
        Qt::UserRole + 4; ///< As copied: time, level, component, text.

    explicit LogModel(std::size_t capacity = 100000, QObject *parent = nullptr);

    /// Adds lines; those neither newer by number nor by time than the last one are repeats and left
    /// out.
    void append(const QList<LogLine> &lines);
    void clear();
    void setLevelShown(LogLevel level, bool shown);
    bool isLevelShown(LogLevel level) const { return m_shown[std::size_t(level)]; }
    void setNeedle(const QString &needle);
    qsizetype countOf(LogLevel level) const { return m_counts[std::size_t(level)]; }
    std::size_t total() const { return m_lines.size(); }
    /// Next row from `row` (excluded) that contains the text, wrapping around; -1 if none.
    int find(const QString &needle, int row, bool forward) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

Q_SIGNALS:
    void countsChanged();

private:
    bool passes(const LogLine &line) const;
    void refilter();
    const LogLine &line(int row) const
    {
        return m_lines[std::size_t(m_rows[std::size_t(row)] - m_first)];
    }

    std::size_t m_capacity;
    std::deque<LogLine> m_lines;
    quint64 m_first = 0; ///< Number of m_lines.front().
    std::vector<quint64> m_rows;
    std::array<bool, logLevelCount> m_shown{true, true, true, true};
    std::array<qsizetype, logLevelCount> m_counts{};
    QString m_needle;
    quint64 m_lastNo = 0;
    qint64 m_lastAtMs = 0;
};

QString logLevelWord(LogLevel level);

} // namespace possync::gui
