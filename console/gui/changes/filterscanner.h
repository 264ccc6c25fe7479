// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace possync::gui {

/// Piece of a filter line.
struct Token {
    enum Kind { Word, Quoted, Unfinished, Operator, And, Or, Not, Open, Close, End };
    Kind kind = End;
    QString text;
    qsizetype position = 0;
};

/// Cuts a filter line; the last token is always End.
QList<Token> scanFilter(const QString &line);

} // namespace possync::gui
