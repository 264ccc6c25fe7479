// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/merge.h"

#include "common/model/jsontext.h"

#include <deque>

namespace possync::sync {
namespace {

struct Field {
    QByteArrayView key;
    QByteArrayView value;
};

void setField(std::vector<Field> &fields, QByteArrayView key, QByteArrayView value)
{
    for (Field &field : fields) {
        if (field.key == key) {
            field.value = value;
            return;
        }
    }
    fields.push_back({key, value});
}

/// A key may be written with escapes; the same key must not end up in a record twice.
void setMember(std::vector<Field> &fields, const json::Member &member,
               std::deque<QByteArray> &rewritten)
{
    if (!member.keyHasEscapes) {
        setField(fields, member.key, member.value);
        return;
    }
    rewritten.push_back(json::quoted(json::plainKey(member)));
    const QByteArray &key = rewritten.back();
    setField(fields, QByteArrayView(key).sliced(1, key.size() - 2), member.value);
}

} // namespace

QByteArray mergedRecord(QByteArrayView record, QByteArrayView data, Action action,
                        QByteArrayView entityId)
{
    thread_local json::Members members; // reused: this runs for every change
    thread_local std::vector<Field> fields;
    fields.clear();
    std::deque<QByteArray>
        rewritten; // Keys that had escapes; a deque, because fields refer to them.

    const QByteArray id = json::quoted(entityId);
    fields.push_back({"id", id});
    if (!record.isEmpty()) {
        json::splitObject(record, members);
        for (const json::Member &member : members)
            setMember(fields, member, rewritten);
    }
    json::splitObject(data, members);
    for (const json::Member &member : members)
        setMember(fields, member, rewritten);
    setField(fields, "id", id);
    QByteArray status;
    if (effectOf(action) == Effect::SetStatus) {
        status = json::quoted(actionName(action));
        setField(fields, "status", status);
    }

    QByteArray text;
    text.reserve(record.size() + data.size() + id.size() + 8);
    text.append('{');
    for (const Field &field : fields) {
        if (text.size() > 1)
            text.append(',');
        text.append('"').append(field.key).append("\":").append(field.value);
    }
    return text.append('}');
}

} // namespace possync::sync
