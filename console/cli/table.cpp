// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cli/table.h"

#include "common/model/timestamp.h"

namespace possync::cli {

using namespace Qt::StringLiterals;

void Table::addColumn(const QString &title, Align align)
{
    m_titles.append(title);
    m_aligns.append(align);
}

QString Table::text(qsizetype maxWidth) const
{
    QList<QStringList> lines{m_titles};
    lines += m_rows;
    QList<qsizetype> widths(m_titles.size(), 0);
    for (QStringList &line : lines) {
        for (qsizetype i = 0; i < widths.size(); ++i) {
            if (i >= line.size())
                line.append(QString());
            line[i] = printable(line[i]);
            if (line[i].size() > maxWidth)
                line[i] = line[i].first(maxWidth - 1) + u'…';
            widths[i] = std::max(widths[i], line[i].size());
        }
    }
    QString text;
    for (const QStringList &line : lines) {
        QString row;
        for (qsizetype i = 0; i < widths.size(); ++i) {
            if (i > 0)
                row += u"  "_s;
            row += m_aligns[i] == Align::Right ? line[i].rightJustified(widths[i])
                                               : line[i].leftJustified(widths[i]);
        }
        while (row.endsWith(u' '))
            row.chop(1);
        text += row + u'\n';
    }
    return text;
}

QString printable(const QString &text)
{
    QString plain = text;
    for (QChar &c : plain) {
        const bool isFormat = c.category() == QChar::Other_Format;
        if (c.category() == QChar::Other_Control || isFormat)
            c = u'·';
    }
    return plain;
}

QString nameWithId(const QString &name, const QString &id)
{
    return name.isEmpty() ? id : u"%1 (%2)"_s.arg(name, id);
}

QString ago(qint64 atMs, qint64 nowMs)
{
    if (atMs == 0)
        return u"never"_s;
    const qint64 seconds = std::max<qint64>(0, (nowMs - atMs) / 1000);
    if (seconds < 120)
        return u"%1 s ago"_s.arg(seconds);
    if (seconds < 120 * 60)
        return u"%1 min ago"_s.arg(seconds / 60);
    if (seconds < 48 * 3600)
        return u"%1 h ago"_s.arg(seconds / 3600);
    return u"%1 days ago"_s.arg(seconds / 86400);
}

QString timeText(qint64 utcMs)
{
    if (utcMs == 0)
        return u"–"_s;
    QString text = QString::fromLatin1(formatTimestamp(utcMs));
    text.replace(u'T', u' ').remove(u'Z');
    return text;
}

} // namespace possync::cli
