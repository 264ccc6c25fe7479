// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

class QCoreApplication;

namespace possync::gui {

struct Language {
    QString code; ///< "de"
    QString name; ///< In the language itself.
};

/// Those the console speaks.
QList<Language> languages();

/// Texts, numbers and dates in a language by its code; empty: that of the system, or English where
/// that is not spoken. Windows that are open keep what they say.
void installLanguage(QCoreApplication &application, const QString &code);

} // namespace possync::gui
