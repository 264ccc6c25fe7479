// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QCoreApplication;
class QLabel;
class QWidget;

/// Numbers, times and foreign text in the words of the console. GUI thread only.
namespace possync::gui {

/// Installs the translation for the person's language; English also has plural forms.
void installWords(QCoreApplication &application);

/// Length of time in its two leading units: "0.4 s", "3 s", "2 min", "1 h 05 min", "3 days".
QString spanText(qint64 ms);
/// spanText() with "ago", or "just now" below one second.
QString agoText(qint64 ms);
/// Local time of day of a UTC moment, with the date if it was not today; a dash for 0.
QString clockText(qint64 utcMs, qint64 nowMs);
/// Local time with milliseconds, for tables; a dash for 0.
QString preciseClockText(qint64 utcMs);
QString countText(qint64 count);
QString bytesText(qint64 bytes);
/// "12/s", "0.4/s", "0/s".
QString rateText(double perSecond);
/// Microseconds as "420 µs", "3.1 ms" or "1.2 s".
QString latencyText(double microseconds);

/// A data type or an action of the protocol as people call it: "Tables", "status changed".
QString typeWord(const QByteArray &dataType);
/// One record of that type: "Table".
QString recordWord(const QByteArray &dataType);
QString actionWord(const QByteArray &action);

/// A field of a record as people call it: "total_amount" is "Total amount".
QString fieldWord(const QString &field);
/// A value of a field that has few known ones, as people say it: "dineIn" is "Dine in". Other
/// values, and those of other fields, stay as they are.
QString valueWord(const QString &field, const QString &value);

/// One line of text from outside, harmless to show: control and direction-changing characters
/// become visible signs, at most `limit` characters are kept (an ellipsis marks a cut).
QString plainLine(const QString &foreign, qsizetype limit = 400);
/// The same for tool tips, which Qt would otherwise read as rich text.
QString plainToolTip(const QString &foreign);
/// Label that never reads its text as markup.
QLabel *plainLabel(const QString &text, QWidget *parent);

} // namespace possync::gui
