// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/words.h"

#include "console/gui/base/language.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLabel>
#include <QLocale>
#include <cmath>

namespace possync::gui {
namespace {

using namespace Qt::StringLiterals;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(possync::gui::Words)
};

bool changesDirection(QChar c)
{
    const char16_t u = c.unicode();
    return u == 0x061c || u == 0x200e || u == 0x200f || (u >= 0x202a && u <= 0x202e)
           || (u >= 0x2066 && u <= 0x2069);
}

} // namespace

void installWords(QCoreApplication &application)
{
    installLanguage(application, {});
}

QString spanText(qint64 ms)
{
    ms = std::max<qint64>(ms, 0);
    const qint64 seconds = ms / 1000;
    if (ms < 950)
        return Words::tr("%1 s").arg(QLocale().toString(double(ms) / 1000, 'f', 1));
    if (seconds < 60)
        return Words::tr("%1 s").arg(std::max<qint64>(seconds, 1));
    if (seconds < 3600)
        return Words::tr("%1 min").arg(seconds / 60);
    if (seconds < 48 * 3600)
        return Words::tr("%1 h %2 min")
            .arg(seconds / 3600)
            .arg(seconds / 60 % 60, 2, 10, QLatin1Char('0'));
    return Words::tr("%n day(s)", nullptr, int(std::min<qint64>(seconds / 86400, 1000000)));
}

QString agoText(qint64 ms)
{
    return ms < 1000 ? Words::tr("just now") : Words::tr("%1 ago").arg(spanText(ms));
}

QString clockText(qint64 utcMs, qint64 nowMs)
{
    if (utcMs <= 0)
        return u"–"_s;
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(utcMs);
    const QDateTime now = QDateTime::fromMSecsSinceEpoch(nowMs);
    if (at.date() == now.date())
        return at.toString(u"HH:mm:ss"_s);
    return QLocale().toString(at.date(), QLocale::ShortFormat) + at.toString(u" HH:mm"_s);
}

QString preciseClockText(qint64 utcMs)
{
    return utcMs <= 0 ? u"–"_s : QDateTime::fromMSecsSinceEpoch(utcMs).toString(u"HH:mm:ss.zzz"_s);
}

QString countText(qint64 count)
{
    return QLocale().toString(count);
}

QString bytesText(qint64 bytes)
{
    return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeTraditionalFormat);
}

QString rateText(double perSecond)
{
    const bool fine =
        perSecond > 0 && perSecond < 10 && std::abs(perSecond - std::round(perSecond)) > 0.05;
    return Words::tr("%1/s").arg(QLocale().toString(perSecond, 'f', fine ? 1 : 0));
}

QString latencyText(double microseconds)
{
    if (microseconds < 1000)
        return Words::tr("%1 µs").arg(QLocale().toString(microseconds, 'f', 0));
    if (microseconds < 1e6)
        return Words::tr("%1 ms").arg(
            QLocale().toString(microseconds / 1e3, 'f', microseconds < 1e4 ? 1 : 0));
    return Words::tr("%1 s").arg(QLocale().toString(microseconds / 1e6, 'f', 1));
}

QString typeWord(const QByteArray &dataType)
{
    static const std::pair<const char *, const char *> words[]{
        {"orders", QT_TRANSLATE_NOOP("possync::gui::Words", "Orders")},
        {"menu_items", QT_TRANSLATE_NOOP("possync::gui::Words", "Menu")},
        {"inventory", QT_TRANSLATE_NOOP("possync::gui::Words", "Stock")},
        {"tables", QT_TRANSLATE_NOOP("possync::gui::Words", "Tables")},
        {"users", QT_TRANSLATE_NOOP("possync::gui::Words", "Users")},
        {"printers", QT_TRANSLATE_NOOP("possync::gui::Words", "Printers")}};
    for (const auto &[name, word] : words) {
        if (dataType == name)
            return Words::tr(word);
    }
    return plainLine(QString::fromUtf8(dataType), 40);
}

QString actionWord(const QByteArray &action)
{
    static const std::pair<const char *, const char *> words[]{
        {"created", QT_TRANSLATE_NOOP("possync::gui::Words", "created")},
        {"updated", QT_TRANSLATE_NOOP("possync::gui::Words", "updated")},
        {"status_changed", QT_TRANSLATE_NOOP("possync::gui::Words", "status changed")},
        {"completed", QT_TRANSLATE_NOOP("possync::gui::Words", "completed")},
        {"deleted", QT_TRANSLATE_NOOP("possync::gui::Words", "deleted")},
        {"availability_changed", QT_TRANSLATE_NOOP("possync::gui::Words", "availability changed")},
        {"stock_changed", QT_TRANSLATE_NOOP("possync::gui::Words", "stock changed")},
        {"item_added", QT_TRANSLATE_NOOP("possync::gui::Words", "item added")},
        {"item_removed", QT_TRANSLATE_NOOP("possync::gui::Words", "item removed")},
        {"low_stock_alert", QT_TRANSLATE_NOOP("possync::gui::Words", "low stock alert")},
        {"occupied", QT_TRANSLATE_NOOP("possync::gui::Words", "occupied")},
        {"available", QT_TRANSLATE_NOOP("possync::gui::Words", "available")},
        {"reserved", QT_TRANSLATE_NOOP("possync::gui::Words", "reserved")},
        {"cleaning", QT_TRANSLATE_NOOP("possync::gui::Words", "cleaning")},
        {"role_changed", QT_TRANSLATE_NOOP("possync::gui::Words", "role changed")},
        {"added", QT_TRANSLATE_NOOP("possync::gui::Words", "added")},
        {"removed", QT_TRANSLATE_NOOP("possync::gui::Words", "removed")},
        {"configured", QT_TRANSLATE_NOOP("possync::gui::Words", "configured")},
        {"assignment_changed", QT_TRANSLATE_NOOP("possync::gui::Words", "assignment changed")},
        {"upsert", QT_TRANSLATE_NOOP("possync::gui::Words", "upsert")}};
    for (const auto &[name, word] : words) {
        if (action == name)
            return Words::tr(word);
    }
    return plainLine(QString::fromUtf8(action), 40).replace(u'_', u' ');
}

QString plainLine(const QString &foreign, qsizetype limit)
{
    QString line = foreign.size() > limit ? foreign.first(limit) + u'…' : foreign;
    for (QChar &c : line) {
        if (c.unicode() < 0x20)
            c = c == u'\n' ? QChar(u'⏎') : c == u'\t' ? QChar(u' ') : QChar(0x2400 + c.unicode());
        else if (c.unicode() == 0x7f || changesDirection(c) || c.unicode() == 0x2028
                 || c.unicode() == 0x2029)
            c = QChar(u'�');
    }
    return line;
}

QString plainToolTip(const QString &foreign)
{
    return u"<p style='white-space:pre-wrap'>"_s + plainLine(foreign, 1000).toHtmlEscaped()
           + u"</p>"_s;
}

QLabel *plainLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setText(text);
    return label;
}

} // namespace possync::gui
