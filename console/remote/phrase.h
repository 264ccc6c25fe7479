// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QStringList>

namespace possync::remote {

/// A sentence for people that other programs can say in their language: an English pattern, with
/// the places %1 to %4 for what is filled in. Patterns are literals marked with
/// `QT_TRANSLATE_NOOP("possync::remote", …)`: that is the context they are translated in.
struct Phrase {
    const char *pattern = ""; ///< Lives as long as the program.
    QStringList values = {};

    bool isEmpty() const { return *pattern == 0; }
    QString english() const { return filled(QString::fromUtf8(pattern)); }
    /// By the translations that the program has installed; without one in English.
    QString translated() const
    {
        return isEmpty() ? QString()
                         : filled(QCoreApplication::translate("possync::remote", pattern));
    }
    bool operator==(const Phrase &other) const { return english() == other.english(); }

private:
    QString filled(const QString &text) const
    {
        // All at once: what is filled in may look like a place.
        switch (values.size()) {
        case 0:
            return text;
        case 1:
            return text.arg(values[0]);
        case 2:
            return text.arg(values[0], values[1]);
        case 3:
            return text.arg(values[0], values[1], values[2]);
        default:
            Q_ASSERT(values.size() == 4);
            return text.arg(values[0], values[1], values[2], values[3]);
        }
    }
};

/// What somebody else said: it is not translated.
inline Phrase foreignPhrase(const QString &said)
{
    return {"%1", {said}};
}

} // namespace possync::remote
