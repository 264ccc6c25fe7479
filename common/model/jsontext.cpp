// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/jsontext.h"

#include "common/model/jsonscan.h"

#include <QVarLengthArray>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace possync::json {
namespace {

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/// Length of the valid UTF-8 sequence at `at`, 0 if there is none.
int utf8Length(const char *at, const char *end)
{
    const auto byte = [&](int i) { return static_cast<unsigned char>(at[i]); };
    const auto follows = [&](int i) { return (byte(i) & 0xC0) == 0x80; };
    const auto left = end - at;
    if (byte(0) < 0x80)
        return 1;
    if (byte(0) >= 0xC2 && byte(0) <= 0xDF)
        return left >= 2 && follows(1) ? 2 : 0;
    if (byte(0) >= 0xE0 && byte(0) <= 0xEF) {
        if (left < 3 || !follows(1) || !follows(2))
            return 0;
        if ((byte(0) == 0xE0 && byte(1) < 0xA0) || (byte(0) == 0xED && byte(1) > 0x9F))
            return 0;
        return 3;
    }
    if (byte(0) >= 0xF0 && byte(0) <= 0xF4) {
        if (left < 4 || !follows(1) || !follows(2) || !follows(3))
            return 0;
        if ((byte(0) == 0xF0 && byte(1) < 0x90) || (byte(0) == 0xF4 && byte(1) > 0x8F))
            return 0;
        return 4;
    }
    return 0;
}

class Scanner
{
public:
    Scanner(QByteArrayView text, const Limits &limits)
        : m_begin(text.begin())
        , m_at(text.begin())
        , m_end(text.end())
        , m_limits(limits)
    {
    }

    /// Checks the whole text; fills `members` with those of the outermost object, if wanted.
    Result<Type, Error> run(Members *members)
    {
        m_members = members;
        Type type{};
        skipSpace();
        if (!value(0, type))
            return Unexpected{std::move(m_error)};
        skipSpace();
        if (m_at != m_end) {
            fail(Fault::NotJson, "text goes on after the value");
            return Unexpected{std::move(m_error)};
        }
        return type;
    }

private:
    bool fail(Fault fault, QByteArray detail)
    {
        m_error = {fault, m_at - m_begin, std::move(detail)};
        return false;
    }

    void skipSpace()
    {
        while (m_at != m_end && (*m_at == ' ' || *m_at == '\n' || *m_at == '\r' || *m_at == '\t'))
            ++m_at;
    }

    bool literal(QByteArrayView word, Type type, Type &found)
    {
        if (m_end - m_at < word.size() || std::memcmp(m_at, word.data(), size_t(word.size())) != 0)
            return fail(Fault::NotJson, "a value was expected");
        m_at += word.size();
        found = type;
        return true;
    }

    bool value(int depth, Type &type)
    {
        if (m_at == m_end)
            return fail(Fault::NotJson, "text ends where a value was expected");
        switch (*m_at) {
        case '{':
            type = Type::Object;
            return object(depth);
        case '[':
            type = Type::Array;
            return array(depth);
        case '"': {
            type = Type::String;
            bool escapes = false;
            return string(escapes);
        }
        case 't':
            return literal("true", Type::True, type);
        case 'f':
            return literal("false", Type::False, type);
        case 'n':
            return literal("null", Type::Null, type);
        default:
            type = Type::Number;
            return number();
        }
    }

    bool object(int depth)
    {
        if (depth >= m_limits.depth)
            return fail(Fault::TooDeep, "nested too deeply");
        ++m_at;
        const qsizetype firstKey = m_keys.size();
        skipSpace();
        if (m_at != m_end && *m_at == '}') {
            ++m_at;
            return true;
        }
        while (true) {
            if (m_at == m_end || *m_at != '"')
                return fail(Fault::NotJson, "a key in quotes was expected");
            const char *const keyStart = m_at + 1;
            bool escapes = false;
            if (!string(escapes))
                return false;
            const QByteArrayView key(keyStart, m_at - 1 - keyStart);
            if (!rememberKey(key, escapes, firstKey))
                return false;
            skipSpace();
            if (m_at == m_end || *m_at != ':')
                return fail(Fault::NotJson, "':' was expected after a key");
            ++m_at;
            skipSpace();
            const char *const valueStart = m_at;
            Type type{};
            if (!value(depth + 1, type))
                return false;
            if (depth == 0 && m_members)
                m_members->push_back(
                    {key, QByteArrayView(valueStart, m_at - valueStart), type, escapes});
            skipSpace();
            if (m_at != m_end && *m_at == ',') {
                ++m_at;
                skipSpace();
                continue;
            }
            if (m_at != m_end && *m_at == '}') {
                ++m_at;
                break;
            }
            return fail(Fault::NotJson, "',' or '}' was expected");
        }
        return forgetKeys(firstKey);
    }

    bool array(int depth)
    {
        if (depth >= m_limits.depth)
            return fail(Fault::TooDeep, "nested too deeply");
        ++m_at;
        skipSpace();
        if (m_at != m_end && *m_at == ']') {
            ++m_at;
            return true;
        }
        for (int count = 1;; ++count) {
            if (count > m_limits.members)
                return fail(Fault::TooManyMembers, "too many elements in one array");
            Type type{};
            if (!value(depth + 1, type))
                return false;
            skipSpace();
            if (m_at != m_end && *m_at == ',') {
                ++m_at;
                skipSpace();
                continue;
            }
            if (m_at != m_end && *m_at == ']') {
                ++m_at;
                return true;
            }
            return fail(Fault::NotJson, "',' or ']' was expected");
        }
    }

    /// Moves from the opening quote to behind the closing one.
    bool string(bool &escapes)
    {
        ++m_at;
        while (true) {
            m_at = skipPlainText<false>(m_at, m_end);
            if (m_at == m_end)
                return fail(Fault::BadString, "text ends inside a string");
            const auto c = static_cast<unsigned char>(*m_at);
            if (c == '"') {
                ++m_at;
                return true;
            }
            if (c == '\\') {
                escapes = true;
                if (!escape())
                    return false;
            } else if (c < 0x20) {
                return fail(Fault::BadString, "control character inside a string");
            } else if (c >= 0x80) {
                const int length = utf8Length(m_at, m_end);
                if (length == 0)
                    return fail(Fault::BadUtf8, "text is not valid UTF-8");
                m_at += length;
            } else {
                ++m_at;
            }
        }
    }

    int unicodeEscape()
    {
        if (m_end - m_at < 6 || m_at[0] != '\\' || m_at[1] != 'u')
            return -1;
        int code = 0;
        for (int i = 2; i < 6; ++i) {
            const int digit = hexDigit(m_at[i]);
            if (digit < 0)
                return -1;
            code = code * 16 + digit;
        }
        m_at += 6;
        return code;
    }

    bool escape()
    {
        if (m_end - m_at < 2)
            return fail(Fault::BadString, "text ends inside a string");
        if (m_at[1] != 'u') {
            if (!std::strchr("\"\\/bfnrt", m_at[1]) || m_at[1] == '\0')
                return fail(Fault::BadString, "unknown escape in a string");
            m_at += 2;
            return true;
        }
        const int code = unicodeEscape();
        if (code < 0)
            return fail(Fault::BadString, "\\u needs four hexadecimal digits");
        if (code == 0)
            return fail(Fault::BadString, "U+0000 is not allowed in a string");
        if (code >= 0xD800 && code <= 0xDBFF) {
            const int low = unicodeEscape();
            if (low < 0xDC00 || low > 0xDFFF)
                return fail(Fault::BadString, "half of a surrogate pair in a string");
        } else if (code >= 0xDC00 && code <= 0xDFFF) {
            return fail(Fault::BadString, "half of a surrogate pair in a string");
        }
        return true;
    }

    bool digits()
    {
        const char *const first = m_at;
        while (m_at != m_end && *m_at >= '0' && *m_at <= '9')
            ++m_at;
        return m_at != first;
    }

    bool number()
    {
        const char *const first = m_at;
        if (*m_at == '-')
            ++m_at;
        if (m_at != m_end && *m_at == '0')
            ++m_at;
        else if (!digits())
            return fail(Fault::NotJson, "a value was expected");
        bool exponent = false;
        if (m_at != m_end && *m_at == '.') {
            ++m_at;
            if (!digits())
                return fail(Fault::BadNumber, "digits were expected after the decimal point");
        }
        if (m_at != m_end && (*m_at == 'e' || *m_at == 'E')) {
            exponent = true;
            ++m_at;
            if (m_at != m_end && (*m_at == '+' || *m_at == '-'))
                ++m_at;
            if (!digits())
                return fail(Fault::BadNumber, "digits were expected in the exponent");
        }
        // Only these can leave the range of a double, which is what every device reads them into.
        if ((exponent || m_at - first > 300)
            && !std::isfinite(std::strtod(QByteArray(first, m_at - first).constData(), nullptr)))
            return fail(Fault::BadNumber, "number is out of range");
        return true;
    }

    bool rememberKey(QByteArrayView key, bool escapes, qsizetype firstKey)
    {
        if (escapes) {
            m_decodedKeys.push_back(unquoted(QByteArrayView(key.begin() - 1, key.size() + 2)));
            key = m_decodedKeys.back();
        }
        const qsizetype count = m_keys.size() - firstKey;
        if (count >= m_limits.members)
            return fail(Fault::TooManyMembers, "too many keys in one object");
        if (count < pairwiseLimit) {
            for (qsizetype i = firstKey; i < m_keys.size(); ++i) {
                if (isSame(m_keys[i], key))
                    return repeatedKey(key);
            }
        }
        m_keys.push_back(key);
        return true;
    }

    bool repeatedKey(QByteArrayView key)
    {
        return fail(Fault::RepeatedKey,
                    "key \"" + shortened(key, 64).toByteArray() + "\" appears twice");
    }

    bool forgetKeys(qsizetype firstKey)
    {
        if (m_keys.size() - firstKey > pairwiseLimit) {
            const auto first = m_keys.begin() + firstKey;
            const auto less = [](QByteArrayView a, QByteArrayView b) {
                return std::string_view(a.data(), size_t(a.size()))
                       < std::string_view(b.data(), size_t(b.size()));
            };
            std::sort(first, m_keys.end(), less);
            const auto twin = std::adjacent_find(first, m_keys.end());
            if (twin != m_keys.end())
                return repeatedKey(*twin);
        }
        m_keys.resize(firstKey);
        return true;
    }

    static constexpr qsizetype pairwiseLimit = 16; ///< More keys than this are sorted.

    const char *m_begin;
    const char *m_at;
    const char *m_end;
    Limits m_limits;
    Members *m_members = nullptr;
    Error m_error;
    /// Keys of all objects still open, innermost last.
    QVarLengthArray<QByteArrayView, 64> m_keys;
    std::vector<QByteArray> m_decodedKeys; ///< What some of them refer to.
};

} // namespace

Result<Done, Error> parseObject(QByteArrayView text, Members &members, const Limits &limits)
{
    members.clear();
    const auto type = Scanner(text, limits).run(&members);
    if (!type)
        return Unexpected{type.error()};
    if (*type != Type::Object)
        return Unexpected{Error{Fault::NotAnObject, 0, "an object { … } was expected"}};
    return Done{};
}

Result<Type, Error> check(QByteArrayView text, const Limits &limits)
{
    return Scanner(text, limits).run(nullptr);
}

QByteArray plainKey(const Member &member)
{
    if (!member.keyHasEscapes)
        return QByteArray::fromRawData(member.key.data(), member.key.size());
    return unquoted(QByteArrayView(member.key.begin() - 1, member.key.size() + 2));
}

QByteArray plainText(const Member &member)
{
    const QByteArrayView value = member.value;
    if (!std::memchr(value.data(), '\\', size_t(value.size())))
        return QByteArray::fromRawData(value.data() + 1, value.size() - 2);
    return unquoted(value);
}

const Member *find(const Members &members, QByteArrayView key)
{
    for (const Member &member : members) {
        if (isSame(member.keyHasEscapes ? QByteArrayView(plainKey(member)) : member.key, key))
            return &member;
    }
    return nullptr;
}

QByteArray unquoted(QByteArrayView quotedString)
{
    const QByteArrayView inner = quotedString.size() >= 2
                                     ? quotedString.sliced(1, quotedString.size() - 2)
                                     : QByteArrayView();
    if (inner.isEmpty() || !std::memchr(inner.data(), '\\', size_t(inner.size())))
        return inner.toByteArray();
    QByteArray out;
    out.reserve(inner.size());
    for (qsizetype i = 0; i < inner.size(); ++i) {
        if (inner[i] != '\\' || i + 1 >= inner.size()) {
            out.append(inner[i]);
            continue;
        }
        const char kind = inner[++i];
        if (kind != 'u') {
            constexpr char from[] = "bfnrt";
            constexpr char to[] = "\b\f\n\r\t";
            const char *const found = std::strchr(from, kind);
            out.append(found && kind != '\0' ? to[found - from] : kind);
            continue;
        }
        const auto codeAt = [&](qsizetype at) {
            int code = 0;
            for (qsizetype k = at; k < at + 4 && k < inner.size(); ++k)
                code = code * 16 + std::max(0, hexDigit(inner[k]));
            return code;
        };
        int code = codeAt(i + 1);
        i += 4;
        if (code >= 0xD800 && code <= 0xDBFF && i + 6 < inner.size()) {
            code = 0x10000 + ((code - 0xD800) << 10) + (codeAt(i + 3) - 0xDC00);
            i += 6;
        }
        const char32_t point = static_cast<char32_t>(code);
        out.append(QString::fromUcs4(&point, 1).toUtf8());
    }
    return out;
}

void appendQuoted(QByteArray &out, QByteArrayView utf8)
{
    const char *run = utf8.begin();
    const char *at = firstToEscape(run, utf8.end());
    if (at == utf8.end()) { // nearly always
        const qsizetype before = out.size();
        out.resize(before + utf8.size() + 2);
        char *to = out.data() + before;
        *to++ = '"';
        to = std::copy(run, at, to);
        *to = '"';
        return;
    }
    out.append('"');
    for (; at != utf8.end(); at = firstToEscape(run, utf8.end())) {
        const auto c = static_cast<unsigned char>(*at);
        out.append(run, at - run);
        run = at + 1;
        switch (c) {
        case '"':
            out.append("\\\"");
            break;
        case '\\':
            out.append("\\\\");
            break;
        case '\n':
            out.append("\\n");
            break;
        case '\r':
            out.append("\\r");
            break;
        case '\t':
            out.append("\\t");
            break;
        default:
            out.append("\\u00")
                .append("0123456789abcdef"[c >> 4])
                .append("0123456789abcdef"[c & 15]);
        }
    }
    out.append(run, utf8.end() - run);
    out.append('"');
}

QByteArrayView shortened(QByteArrayView utf8, qsizetype mostBytes)
{
    if (utf8.size() <= mostBytes)
        return utf8;
    qsizetype cut = mostBytes;
    while (cut > 0 && (static_cast<unsigned char>(utf8[cut]) & 0xC0) == 0x80)
        --cut;
    return utf8.first(cut);
}

QByteArray quoted(QByteArrayView utf8)
{
    QByteArray out;
    out.reserve(utf8.size() + 2);
    appendQuoted(out, utf8);
    return out;
}

} // namespace possync::json
