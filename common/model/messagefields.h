// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/classicmessage.h"
#include "common/model/textwriter.h"

#include <limits>

/// What the codecs of both protocols read and write alike: each reader gives the field or the
/// refusal that names it. For common/model only.
namespace possync::fields {

using classic::Refusal;

/// Largest integer that every JSON reader keeps exact.
inline constexpr qint64 maxInteger = 9'007'199'254'740'991;

QByteArray quotedForPeople(QByteArrayView text);
Refusal missing(QByteArrayView field);
Refusal badField(QByteArrayView field, const QByteArray &expectation);
Refusal fromJson(const json::Error &error);

/// A non-empty id string of bounded length.
Result<QByteArray, Refusal> idText(const json::Member &member, QByteArrayView field);
/// `path` is how the refusal calls the field.
Result<QByteArray, Refusal> requiredId(const json::Members &members, QByteArrayView field,
                                       QByteArrayView path);
/// An id that may be absent or null (then empty), but not of another type.
Result<QByteArray, Refusal> optionalId(const json::Members &members, QByteArrayView field);
Result<std::optional<QByteArray>, Refusal> optionalUser(const json::Members &members);
/// A whole number from 0 to `largest`; nothing if absent or null.
Result<std::optional<qint64>, Refusal> optionalNumber(const json::Members &members,
                                                      QByteArrayView field, QByteArrayView path,
                                                      qint64 largest = maxInteger);
Result<qint64, Refusal> requiredNumber(const json::Members &members, QByteArrayView field,
                                       QByteArrayView path, qint64 largest = maxInteger);
Result<DataType, Refusal> readDataType(const json::Members &members);
Result<Action, Refusal> readAction(const json::Members &members, DataType type);
/// A message that names a restaurant must name this one.
Result<Done, Refusal> checkRestaurant(const json::Members &members, QByteArrayView restaurantId);

/// Writes an object member by member, all values by their exact text.
class ObjectWriter
{
public:
    explicit ObjectWriter(qsizetype expectedSize = 128)
        : m_out(expectedSize)
    {
        m_out.put('{');
    }

    ObjectWriter &add(QByteArrayView plainKey, QByteArrayView value)
    {
        key(plainKey);
        m_out.put(value);
        return *this;
    }
    ObjectWriter &text(QByteArrayView plainKey, QByteArrayView value)
    {
        key(plainKey);
        m_out.quoted(value);
        return *this;
    }
    ObjectWriter &textOrNull(QByteArrayView plainKey, QByteArrayView value)
    {
        return value.isEmpty() ? add(plainKey, "null") : text(plainKey, value);
    }
    template<std::integral T>
    ObjectWriter &number(QByteArrayView plainKey, T value)
    {
        key(plainKey);
        m_out.number(value);
        return *this;
    }

    QByteArray finish() { return m_out.put('}').finish(); }

private:
    void key(QByteArrayView plainKey)
    {
        if (m_out.size() > 1)
            m_out.put(',');
        m_out.put('"').put(plainKey).put("\":");
    }

    json::TextWriter m_out;
};

} // namespace possync::fields
