// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/ops/logtext.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace possync::ops {

namespace {

/// Every piece is possessive or bounded by a character class, so that hostile text costs linear
/// time. A value that the cut left without its end is still taken whole.
QString keyedSecretPattern()
{
    const QString key = u"((?:pin|pass(?:word|wd|phrase)|token|secret|api[_-]?key|authorization"
                        "|cookie)(?:[_-]?(?:code|hash))?"
                        "\\\\*+[\"']?+\\s*+[:=]\\s*+)"_s;
    const QString escapedQuotes = u"\\\\++\"[^\"\\\\]*+(?:\\\\++\")?+"_s;
    const QString doubleQuotes = u"\"(?:[^\"\\\\]|\\\\.)*+\"?+"_s;
    const QString singleQuotes = u"'[^']*+'?+"_s;
    const QString nested = u"[\\[{][^\\]}]*+[\\]}]?+"_s;
    const QString bare = u"(?:(?:bearer|basic|digest|token)\\s++)?+[^\\s,;&}\\])\"']++"_s;
    return key + u"(?:"_s
           + QStringList{escapedQuotes, doubleQuotes, singleQuotes, nested, bare}.join(u'|') + u')';
}

QString masked(QString text)
{
    static const QRegularExpression keyed(keyedSecretPattern(),
                                          QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression bearer(u"\\b(bearer\\s++)[^\\s,;\"']++"_s,
                                           QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression inPath(u"(/t/)[^/\\s?#\"']++"_s);
    static const QRegularExpression accessToken(u"\\b(ps_[a-z0-9]{10}_)[\\w-]++"_s);
    static const QRegularExpression jwt(u"\\beyJ[\\w-]{8,}+\\.[\\w.-]*+"_s);
    text.replace(jwt, u"***"_s);
    text.replace(accessToken, u"\\1***"_s);
    text.replace(keyed, u"\\1***"_s);
    text.replace(bearer, u"\\1***"_s);
    text.replace(inPath, u"\\1***"_s);
    return text;
}

/// Would end the line, steer a terminal or make the line read differently than it is.
bool isDeceptive(QChar c)
{
    switch (c.category()) {
    case QChar::Other_Control:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    case QChar::Other_Format:
        return (c >= u'\u200e' && c <= u'\u200f') || (c >= u'\u202a' && c <= u'\u202e')
               || (c >= u'\u2066' && c <= u'\u2069');
    default:
        return false;
    }
}

QString escaped(const QString &text)
{
    if (std::none_of(text.begin(), text.end(), isDeceptive))
        return text;
    QString result;
    result.reserve(text.size() + 16);
    for (const QChar c : text) {
        if (!isDeceptive(c))
            result += c;
        else if (c == u'\n')
            result += "\\n"_L1;
        else if (c == u'\r')
            result += "\\r"_L1;
        else if (c == u'\t')
            result += "\\t"_L1;
        else
            result += u"\\u%1"_s.arg(static_cast<uint>(c.unicode()), 4, 16, '0'_L1);
    }
    return result;
}

} // namespace

QString logText(QStringView text)
{
    const bool isCut = text.size() > longestLogText;
    if (isCut) {
        text.truncate(longestLogText);
        if (text.back().isHighSurrogate())
            text.chop(1);
    }
    QString result = escaped(masked(text.toString()));
    if (isCut)
        result += u'…';
    return result;
}

} // namespace possync::ops
