// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/words.h"

#include "console/gui/base/language.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLabel>
#include <QLocale>
#include <algorithm>
#include <cmath>

namespace possync::gui {
namespace {

using namespace Qt::StringLiterals;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(possync::gui::Words)
};

/// The word beside a name of the protocol; null if it is not among them.
template<std::size_t count>
const char *wordFor(const std::pair<const char *, const char *> (&words)[count],
                    QByteArrayView name)
{
    const auto found = std::ranges::find_if(
        words, [name](const auto &one) { return name == QByteArrayView(one.first); });
    return found == std::end(words) ? nullptr : found->second;
}

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
    if (const char *word = wordFor(words, dataType))
        return Words::tr(word);
    return plainLine(QString::fromUtf8(dataType), 40);
}

QString recordWord(const QByteArray &dataType)
{
    static const std::pair<const char *, const char *> words[]{
        {"orders", QT_TRANSLATE_NOOP("possync::gui::Words", "Order")},
        {"menu_items", QT_TRANSLATE_NOOP("possync::gui::Words", "Dish")},
        {"inventory", QT_TRANSLATE_NOOP("possync::gui::Words", "Stock item")},
        {"tables", QT_TRANSLATE_NOOP("possync::gui::Words", "Table")},
        {"users", QT_TRANSLATE_NOOP("possync::gui::Words", "User")},
        {"printers", QT_TRANSLATE_NOOP("possync::gui::Words", "Printer")}};
    if (const char *word = wordFor(words, dataType))
        return Words::tr(word);
    return typeWord(dataType);
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
    if (const char *word = wordFor(words, action))
        return Words::tr(word);
    return plainLine(QString::fromUtf8(action), 40).replace(u'_', u' ');
}

QString fieldWord(const QString &field)
{
    static const std::pair<const char *, const char *> words[]{
        {"id", QT_TRANSLATE_NOOP("possync::gui::Words", "Id")},
        {"order_number", QT_TRANSLATE_NOOP("possync::gui::Words", "Order number")},
        {"name", QT_TRANSLATE_NOOP("possync::gui::Words", "Name")},
        {"number", QT_TRANSLATE_NOOP("possync::gui::Words", "Number")},
        {"status", QT_TRANSLATE_NOOP("possync::gui::Words", "Status")},
        {"type", QT_TRANSLATE_NOOP("possync::gui::Words", "Type")},
        {"role", QT_TRANSLATE_NOOP("possync::gui::Words", "Role")},
        {"category", QT_TRANSLATE_NOOP("possync::gui::Words", "Category")},
        {"category_id", QT_TRANSLATE_NOOP("possync::gui::Words", "Category")},
        {"price", QT_TRANSLATE_NOOP("possync::gui::Words", "Price")},
        {"total", QT_TRANSLATE_NOOP("possync::gui::Words", "Total")},
        {"total_amount", QT_TRANSLATE_NOOP("possync::gui::Words", "Total amount")},
        {"items_count", QT_TRANSLATE_NOOP("possync::gui::Words", "Items")},
        {"items", QT_TRANSLATE_NOOP("possync::gui::Words", "Items")},
        {"current_stock", QT_TRANSLATE_NOOP("possync::gui::Words", "In stock")},
        {"min_stock", QT_TRANSLATE_NOOP("possync::gui::Words", "Minimum")},
        {"unit", QT_TRANSLATE_NOOP("possync::gui::Words", "Unit")},
        {"is_available", QT_TRANSLATE_NOOP("possync::gui::Words", "Available")},
        {"is_active", QT_TRANSLATE_NOOP("possync::gui::Words", "Active")},
        {"payment_status", QT_TRANSLATE_NOOP("possync::gui::Words", "Payment")},
        {"guests", QT_TRANSLATE_NOOP("possync::gui::Words", "Guests")},
        {"table_id", QT_TRANSLATE_NOOP("possync::gui::Words", "Table")},
        {"order_id", QT_TRANSLATE_NOOP("possync::gui::Words", "Order")},
        {"station", QT_TRANSLATE_NOOP("possync::gui::Words", "Station")},
        {"address", QT_TRANSLATE_NOOP("possync::gui::Words", "Address")},
        {"pin", QT_TRANSLATE_NOOP("possync::gui::Words", "PIN")},
        {"created_at", QT_TRANSLATE_NOOP("possync::gui::Words", "Created")},
        {"updated_at", QT_TRANSLATE_NOOP("possync::gui::Words", "Updated")},
        {"last_sync", QT_TRANSLATE_NOOP("possync::gui::Words", "Last sync")}};
    if (const char *word = wordFor(words, field.toUtf8()))
        return Words::tr(word);
    QString word = plainLine(field, 60).replace(u'_', u' ');
    if (!word.isEmpty())
        word[0] = word[0].toUpper();
    return word;
}

QString valueWord(const QString &field, const QString &value)
{
    static const QStringList choices{u"status"_s, u"type"_s,           u"role"_s,
                                     u"unit"_s,   u"payment_status"_s, u"order_type"_s};
    if (!choices.contains(field))
        return plainLine(value);
    static const std::pair<const char *, const char *> words[]{
        {"pending", QT_TRANSLATE_NOOP("possync::gui::Words", "Pending")},
        {"confirmed", QT_TRANSLATE_NOOP("possync::gui::Words", "Confirmed")},
        {"preparing", QT_TRANSLATE_NOOP("possync::gui::Words", "Preparing")},
        {"inProgress", QT_TRANSLATE_NOOP("possync::gui::Words", "In progress")},
        {"ready", QT_TRANSLATE_NOOP("possync::gui::Words", "Ready")},
        {"served", QT_TRANSLATE_NOOP("possync::gui::Words", "Served")},
        {"completed", QT_TRANSLATE_NOOP("possync::gui::Words", "Completed")},
        {"cancelled", QT_TRANSLATE_NOOP("possync::gui::Words", "Cancelled")},
        {"refunded", QT_TRANSLATE_NOOP("possync::gui::Words", "Refunded")},
        {"paid", QT_TRANSLATE_NOOP("possync::gui::Words", "Paid")},
        {"failed", QT_TRANSLATE_NOOP("possync::gui::Words", "Failed")},
        {"dineIn", QT_TRANSLATE_NOOP("possync::gui::Words", "Dine in")},
        {"takeaway", QT_TRANSLATE_NOOP("possync::gui::Words", "Takeaway")},
        {"delivery", QT_TRANSLATE_NOOP("possync::gui::Words", "Delivery")},
        {"catering", QT_TRANSLATE_NOOP("possync::gui::Words", "Catering")},
        {"available", QT_TRANSLATE_NOOP("possync::gui::Words", "Free")},
        {"occupied", QT_TRANSLATE_NOOP("possync::gui::Words", "Occupied")},
        {"reserved", QT_TRANSLATE_NOOP("possync::gui::Words", "Reserved")},
        {"cleaning", QT_TRANSLATE_NOOP("possync::gui::Words", "Being cleaned")},
        {"server", QT_TRANSLATE_NOOP("possync::gui::Words", "Waiter")},
        {"cashier", QT_TRANSLATE_NOOP("possync::gui::Words", "Cashier")},
        {"kitchen", QT_TRANSLATE_NOOP("possync::gui::Words", "Kitchen")},
        {"manager", QT_TRANSLATE_NOOP("possync::gui::Words", "Manager")},
        {"admin", QT_TRANSLATE_NOOP("possync::gui::Words", "Administrator")},
        {"kilograms", QT_TRANSLATE_NOOP("possync::gui::Words", "Kilograms")},
        {"grams", QT_TRANSLATE_NOOP("possync::gui::Words", "Grams")},
        {"pieces", QT_TRANSLATE_NOOP("possync::gui::Words", "Pieces")},
        {"liters", QT_TRANSLATE_NOOP("possync::gui::Words", "Litres")},
        {"milliliters", QT_TRANSLATE_NOOP("possync::gui::Words", "Millilitres")},
        {"pounds", QT_TRANSLATE_NOOP("possync::gui::Words", "Pounds")},
        {"ounces", QT_TRANSLATE_NOOP("possync::gui::Words", "Ounces")},
        {"units", QT_TRANSLATE_NOOP("possync::gui::Words", "Units")},
        {"wifi", QT_TRANSLATE_NOOP("possync::gui::Words", "Wi-Fi")},
        {"ethernet", QT_TRANSLATE_NOOP("possync::gui::Words", "Ethernet")},
        {"bluetooth", QT_TRANSLATE_NOOP("possync::gui::Words", "Bluetooth")},
        {"usb", QT_TRANSLATE_NOOP("possync::gui::Words", "USB")},
        {"remote", QT_TRANSLATE_NOOP("possync::gui::Words", "Remote")},
        {"vpn", QT_TRANSLATE_NOOP("possync::gui::Words", "VPN")}};
    if (const char *word = wordFor(words, value.toUtf8()))
        return Words::tr(word);
    return plainLine(value);
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
