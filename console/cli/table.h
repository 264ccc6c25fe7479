// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace possync::cli {

/// Rows under a headline, columns aligned. Control characters in a cell are shown as dots, so that
/// no device can write to the terminal through its data.
class Table
{
public:
    enum class Align { Left, Right };

    void addColumn(const QString &title, Align align = Align::Left);
    void addRow(const QStringList &cells) { m_rows.append(cells); }
    bool isEmpty() const { return m_rows.isEmpty(); }
    /// With a line break at the end; cells longer than `maxWidth` are cut with an ellipsis.
    QString text(qsizetype maxWidth = 48) const;

private:
    QStringList m_titles;
    QList<Align> m_aligns;
    QList<QStringList> m_rows;
};

/// One line of text without control characters.
QString printable(const QString &text);
/// What people call it, with the id that commands take: "Bar upstairs (pad1)"; without a name the id.
QString nameWithId(const QString &name, const QString &id);
/// "3 s ago", "5 min ago", "never" for 0.
QString ago(qint64 atMs, qint64 nowMs);
/// "2024-01-01 12:00:00.000" in UTC; "–" for 0.
QString timeText(qint64 utcMs);

} // namespace possync::cli
