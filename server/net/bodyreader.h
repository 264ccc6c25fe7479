// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/jsontext.h"
#include "server/net/restanswer.h"

#include <optional>

namespace possync::net {

/// Reads single fields of a JSON body and remembers the first that does not fit, as the answer to
/// give then. An absent field and null are the same.
class BodyReader
{
public:
    /// `body` must outlive it.
    explicit BodyReader(const QByteArray &body)
    {
        if (const auto parsed = json::parseObject(body, m_members); !parsed)
            m_problem = errorResponse(Status::BadRequest, "bad_json", parsed.error().detail);
    }

    bool has(const char *name) const { return json::find(m_members, name) != nullptr; }
    /// Empty if it is absent.
    QByteArray text(const char *name)
    {
        const json::Member *member = json::find(m_members, name);
        if (!member || member->type == json::Type::Null)
            return {};
        if (member->type == json::Type::String)
            return json::unquoted(member->value);
        fail(name, "must be a string");
        return {};
    }
    /// An array of strings; empty if it is absent.
    QByteArrayList texts(const char *name)
    {
        const json::Member *member = json::find(m_members, name);
        if (!member || member->type == json::Type::Null)
            return {};
        QByteArrayList list;
        std::vector<QByteArrayView> elements;
        bool isGood = member->type == json::Type::Array && json::splitArray(member->value, elements);
        for (const QByteArrayView element : elements) {
            isGood = isGood && element.startsWith('"');
            if (isGood)
                list.append(json::unquoted(element));
        }
        if (!isGood)
            fail(name, "must be an array of strings");
        return isGood ? list : QByteArrayList();
    }
    /// From 1 to `most`; 0 if it is absent.
    qint64 number(const char *name, qint64 most) { return number(name, 1, most).value_or(0); }
    /// From `least` to `most`; nothing if it is absent.
    std::optional<qint64> number(const char *name, qint64 least, qint64 most)
    {
        const json::Member *member = json::find(m_members, name);
        if (!member || member->type == json::Type::Null)
            return std::nullopt;
        bool ok = false;
        const qint64 value = member->value.toByteArray().toLongLong(&ok);
        if (ok && value >= least && value <= most)
            return value;
        fail(name, "must be a whole number from " + QByteArray::number(least) + " to "
                       + QByteArray::number(most));
        return std::nullopt;
    }

    void fail(const QByteArray &name, const QByteArray &message)
    {
        if (!m_problem)
            m_problem = errorResponse(Status::BadRequest, "bad_field",
                                      "field " + json::quoted(name) + ": " + message);
    }
    bool isGood() const { return !m_problem; }
    std::optional<QHttpServerResponse> takeProblem() { return std::move(m_problem); }

private:
    json::Members m_members;
    std::optional<QHttpServerResponse> m_problem;
};

} // namespace possync::net
