// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <cstring>
#include <optional>
#include <vector>

/// JSON as text: checked once, cut into spans, never re-written. What a device sent travels and is
/// stored byte for byte (25.50 stays 25.50), so nothing here turns numbers into doubles.
/// Strict RFC 8259, and stricter where a lenient reader would hide trouble: repeated keys, lone
/// surrogates, U+0000, numbers no double can hold and a byte order mark are errors.
/// Pure functions; any thread.
namespace possync::json {

enum class Type : char { Object, Array, String, Number, True, False, Null };

/// One `"key": value` of an object, as spans of the text it was cut from.
struct Member {
    QByteArrayView key;   ///< Between the quotes, still escaped if `keyHasEscapes`.
    QByteArrayView value; ///< Exact text of the value, quotes and brackets included.
    Type type = Type::Null;
    bool keyHasEscapes = false;
};

enum class Fault {
    NotJson,
    NotAnObject,
    TooDeep,
    TooManyMembers,
    RepeatedKey,
    BadNumber,
    BadString,
    BadUtf8,
};

struct Error {
    Fault fault = Fault::NotJson;
    qsizetype offset = 0; ///< Byte at which the text stopped making sense.
    QByteArray detail;    ///< One plain phrase, for example "key \"status\" appears twice".
};

struct Limits {
    int depth = 64;
    int members = 10000; ///< Of one object or array.
};

using Members = std::vector<Member>;

/// Checks the whole text and cuts its outermost object into members.
Result<Done, Error> parseObject(QByteArrayView text, Members &members, const Limits &limits = {});

/// Checks the whole text, whatever its outermost type.
Result<Type, Error> check(QByteArrayView text, const Limits &limits = {});

/// Cuts an object that has been checked before; quick, because it only skips. Returns false if the
/// text is not an object. If the place of an object inside it is known, such as `data` in a change,
/// that one is not looked through.
bool splitObject(QByteArrayView checkedObject, Members &members, QByteArrayView inner = {});

/// Cuts a checked array into the exact texts of its elements.
bool splitArray(QByteArrayView checkedArray, std::vector<QByteArrayView> &elements);

/// As ==, but settled without a call where length or first letter tell.
inline bool isSame(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size()
           && (a.isEmpty()
               || (*a.data() == *b.data()
                   && std::memcmp(a.data(), b.data(), std::size_t(a.size())) == 0));
}

/// The key without its escapes; refers to the member's text, which must outlive it.
QByteArray plainKey(const Member &member);
/// The same of the value of a string.
QByteArray plainText(const Member &member);
const Member *find(const Members &members, QByteArrayView key);

/// Text of a JSON string value without quotes and escapes, as UTF-8.
QByteArray unquoted(QByteArrayView quotedString);
/// The text's beginning, at most so many bytes and never half a character.
QByteArrayView shortened(QByteArrayView utf8, qsizetype mostBytes);
/// Text as JSON string with quotes; escapes what must be, keeps UTF-8.
QByteArray quoted(QByteArrayView utf8);
void appendQuoted(QByteArray &out, QByteArrayView utf8);

} // namespace possync::json
