// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/merge.h"

#include <cstring>
#include <vector>

namespace possync::sync {
namespace {

/// The fields of a record in the making.
class Fields
{
public:
    explicit Fields(std::size_t most) { m_fields.reserve(most); }

    /// `key` is as in the text, without its quotes.
    void append(QByteArrayView key, QByteArrayView value) { m_fields.push_back({key, value}); }
    void set(QByteArrayView key, QByteArrayView value)
    {
        // Devices send the fields of a kind of record in one order: mostly it is the next one.
        const std::size_t count = m_fields.size();
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t at = m_next + i < count ? m_next + i : m_next + i - count;
            if (json::isSame(m_fields[at].key, key)) {
                m_fields[at].value = value;
                m_next = at + 1 < count ? at + 1 : 0;
                return;
            }
        }
        append(key, value);
    }
    QByteArray text() const
    {
        qsizetype size = 1;
        for (const Field &field : m_fields)
            size += field.key.size() + field.value.size() + 4;
        QByteArray text(size, Qt::Uninitialized);
        char *at = text.data();
        const auto put = [&at](QByteArrayView part) {
            std::memcpy(at, part.data(), static_cast<std::size_t>(part.size()));
            at += part.size();
        };
        char separator = '{';
        for (const Field &field : m_fields) {
            *at++ = separator;
            *at++ = '"';
            put(field.key);
            put("\":");
            put(field.value);
            separator = ',';
        }
        *at = '}';
        return text;
    }

private:
    struct Field {
        QByteArrayView key;
        QByteArrayView value;
    };
    std::vector<Field> m_fields;
    std::size_t m_next = 0; ///< Where to look first.
};

} // namespace

QByteArray mergedRecord(const json::Members &record, const json::Members &data, Action action,
                        QByteArrayView entityId)
{
    // A key may be written with escapes; the same key must not end up in a record twice.
    std::vector<QByteArray> rewritten; // Fields refer to their texts, which stay where they are.
    const auto keyOf = [&](const json::Member &member) {
        if (!member.keyHasEscapes)
            return member.key;
        const QByteArray &key = rewritten.emplace_back(json::quoted(json::plainKey(member)));
        return QByteArrayView(key).sliced(1, key.size() - 2);
    };
    const QByteArray id = json::quoted(entityId);
    Fields fields(record.size() + data.size() + 2);
    fields.append("id", id);
    // Checked texts name no field twice.
    for (const json::Member &member : record) {
        if (const QByteArrayView key = keyOf(member); !json::isSame(key, "id"))
            fields.append(key, member.value);
    }
    for (const json::Member &member : data)
        fields.set(keyOf(member), member.value);
    fields.set("id", id);
    QByteArray status;
    if (effectOf(action) == Effect::SetStatus) {
        status = json::quoted(actionName(action));
        fields.set("status", status);
    }
    return fields.text();
}

QByteArray mergedRecord(QByteArrayView record, QByteArrayView data, Action action,
                        QByteArrayView entityId)
{
    json::Members before;
    if (!record.isEmpty())
        json::splitObject(record, before);
    json::Members members;
    json::splitObject(data, members);
    return mergedRecord(before, members, action, entityId);
}

} // namespace possync::sync
