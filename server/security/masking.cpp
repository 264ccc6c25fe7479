// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/masking.h"

#include "common/model/jsontext.h"
#include "server/security/rights.h"

#include <algorithm>
#include <array>
#include <vector>

namespace possync::security {
namespace {

bool isSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// Goes through a JSON text once and copies what is not to be seen out of it.
class Masker
{
public:
    explicit Masker(const QByteArray &json)
        : m_in(json)
    {
    }

    QByteArray run()
    {
        qsizetype at = 0;
        while (at < m_in.size()) {
            switch (m_in[at]) {
            case '{':
            case '[':
                m_hides.push_back(false);
                ++at;
                break;
            case '}':
            case ']':
                if (!m_hides.empty())
                    m_hides.pop_back();
                ++at;
                break;
            case '"':
                at = behindText(at);
                break;
            default:
                ++at;
            }
        }
        if (m_copied == 0)
            return m_in;
        return m_out.append(m_in.constData() + m_copied, m_in.size() - m_copied);
    }

private:
    /// Behind a text, and behind its value too if it is a name whose value was dealt with.
    qsizetype behindText(qsizetype begin)
    {
        const qsizetype end = endOfText(begin);
        const qsizetype colon = behindSpaces(end);
        if (colon >= m_in.size() || m_in[colon] != ':')
            return end;
        const qsizetype value = behindSpaces(colon + 1);
        const QByteArray name = json::unquoted(QByteArrayView(m_in).sliced(begin, end - begin));
        constexpr std::array<QByteArrayView, 4> toldOf{"old", "new", "kept", "lost"};
        const bool isHidden = !m_hides.empty() && m_hides.back()
                              && std::ranges::find(toldOf, QByteArrayView(name)) != toldOf.end();
        if (isHidden || isSecretField(name)) {
            const qsizetype valueEnd = endOfValue(value);
            // null, true and false give nothing away.
            if (value < valueEnd && !QByteArrayView("ntf").contains(m_in[value])) {
                m_out.append(m_in.constData() + m_copied, value - m_copied).append("\"****\"");
                m_copied = valueEnd;
            }
            return valueEnd;
        }
        if (name == "field" && value < m_in.size() && m_in[value] == '"' && !m_hides.empty()) {
            const qsizetype valueEnd = endOfText(value);
            const QByteArrayView told = QByteArrayView(m_in).sliced(value, valueEnd - value);
            m_hides.back() =
                told.size() > 1 && told.endsWith('"') && isSecretField(json::unquoted(told));
            return valueEnd;
        }
        return value;
    }

    qsizetype behindSpaces(qsizetype at) const
    {
        while (at < m_in.size() && isSpace(m_in[at]))
            ++at;
        return at;
    }

    qsizetype endOfText(qsizetype at) const
    {
        for (++at; at < m_in.size(); ++at) {
            if (m_in[at] == '\\')
                ++at;
            else if (m_in[at] == '"')
                return at + 1;
        }
        return m_in.size();
    }

    qsizetype endOfValue(qsizetype at) const
    {
        if (at >= m_in.size())
            return at;
        if (m_in[at] == '"')
            return endOfText(at);
        qsizetype depth = 0;
        while (at < m_in.size()) {
            const char c = m_in[at];
            if (c == '"') {
                at = endOfText(at);
                continue;
            }
            if (depth == 0 && (c == ',' || c == '}' || c == ']' || isSpace(c)))
                return at;
            ++at;
            if (c == '{' || c == '[')
                ++depth;
            else if ((c == '}' || c == ']') && --depth == 0)
                return at;
        }
        return at;
    }

    const QByteArray &m_in;
    QByteArray m_out;
    qsizetype m_copied = 0;    ///< So much of m_in is in m_out, or was left out.
    std::vector<bool> m_hides; ///< Of each object or array around: it tells of a secret field.
};

} // namespace

bool seesSecrets(Role role)
{
    return rowOf(Act::DeviceConnect).roles.has(role);
}

bool isSecretField(QByteArrayView path)
{
    const QByteArray written = path.sliced(path.lastIndexOf('/') + 1).toByteArray();
    QByteArray name = written.toLower();
    const auto chopEnd = [&name](QByteArrayView end) {
        if (name.endsWith(end))
            name.chop(end.size());
    };
    for (const QByteArrayView suffix : {"code", "hash"}) {
        chopEnd(suffix);
        chopEnd("_");
        chopEnd("-");
    }
    constexpr std::array<QByteArrayView, 8> words{"password", "passwd",  "passphrase", "token",
                                                  "secret",   "api_key", "api-key",    "apikey"};
    if (std::ranges::any_of(words, [&](QByteArrayView word) { return name.endsWith(word); }))
        return true;
    // Three letters end many a word; here they are one of their own.
    if (!name.endsWith("pin"))
        return false;
    const qsizetype before = name.size() - 4;
    return before < 0 || !std::isalpha(static_cast<unsigned char>(name[before]))
           || written[before + 1] == 'P';
}

QByteArray maskedSecrets(const QByteArray &json)
{
    return Masker(json).run();
}

} // namespace possync::security
