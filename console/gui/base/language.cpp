// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace possync::gui {

using namespace Qt::StringLiterals;

QList<Language> languages()
{
    return {{u"en"_s, u"English"_s}, {u"de"_s, u"Deutsch"_s}};
}

void installLanguage(QCoreApplication &application, const QString &code)
{
    if (!code.isEmpty())
        QLocale::setDefault(QLocale(code));
    // What Qt itself says, on the buttons of its dialogs for example. Nothing of its network
    // modules: their texts are told apart by their English words.
    auto *ofQt = new QTranslator(&application);
    if (ofQt->load(QLocale(), u"qtbase"_s, u"_"_s,
                   QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(ofQt);
    // English as well: it has plural forms.
    auto *ours = new QTranslator(&application);
    if (ours->load(QLocale(), u"possync_console"_s, u"_"_s, u":/possync/translations"_s)
        || ours->load(u":/possync/translations/possync_console_en.qm"_s))
        QCoreApplication::installTranslator(ours);
}

} // namespace possync::gui
