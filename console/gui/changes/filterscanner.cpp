// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/changes/filterscanner.h"

namespace possync::gui {
namespace {

using namespace Qt::StringLiterals;

constexpr QLatin1StringView signs[]{"&&"_L1, "||"_L1, "=="_L1, "!="_L1, ">="_L1, "<="_L1,
                                    ">"_L1,  "<"_L1,  "("_L1,  ")"_L1,  "!"_L1,  "="_L1};

Token::Kind kindOfSign(QStringView sign)
{
    if (sign == "&&"_L1)
        return Token::And;
    if (sign == "||"_L1)
        return Token::Or;
    if (sign == "!"_L1)
        return Token::Not;
    if (sign == "("_L1)
        return Token::Open;
    return sign == ")"_L1 ? Token::Close : Token::Operator;
}

qsizetype signLength(QStringView rest)
{
    for (const QLatin1StringView sign : signs) {
        if (rest.startsWith(sign))
            return sign.size();
    }
    return 0;
}

Token quoted(const QString &line, qsizetype &at)
{
    Token token{Token::Unfinished, {}, at};
    for (++at; at < line.size(); ++at) {
        if (line[at] == u'\\' && at + 1 < line.size()) {
            token.text += line[++at];
        } else if (line[at] == u'"') {
            ++at;
            token.kind = Token::Quoted;
            break;
        } else {
            token.text += line[at];
        }
    }
    return token;
}

} // namespace

QList<Token> scanFilter(const QString &line)
{
    QList<Token> tokens;
    qsizetype at = 0;
    while (at < line.size()) {
        if (line[at].isSpace()) {
            ++at;
            continue;
        }
        if (line[at] == u'"') {
            tokens.append(quoted(line, at));
            continue;
        }
        const QStringView rest = QStringView(line).sliced(at);
        if (const qsizetype length = signLength(rest); length > 0) {
            tokens.append({kindOfSign(rest.first(length)), rest.first(length).toString(), at});
            at += length;
            continue;
        }
        qsizetype end = at;
        while (end < line.size() && !line[end].isSpace() && line[end] != u'"'
               && signLength(QStringView(line).sliced(end)) == 0)
            ++end;
        const QString word = line.sliced(at, end - at);
        const bool isOperator = word.compare("contains"_L1, Qt::CaseInsensitive) == 0
                                && !tokens.isEmpty() && tokens.last().kind == Token::Word;
        tokens.append({isOperator ? Token::Operator : Token::Word, word, at});
        at = end;
    }
    tokens.append({Token::End, {}, line.size()});
    return tokens;
}

} // namespace possync::gui
