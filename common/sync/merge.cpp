// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/merge.h"

#include "common/model/jsontext.h"

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

} // namespace

QByteArray mergedRecord(QByteArrayView record, QByteArrayView data, Action action,
                        QByteArrayView entityId)
{
    thread_local json::Members members; // reused: this runs for every change
    thread_local std::vector<Field> fields;
    fields.clear();

    const QByteArray id = json::quoted(entityId);
    fields.push_back({"id", id});
    if (!record.isEmpty()) {
        json::splitObject(record, members);
        for (const json::Member &member : members)
            setField(fields, member.key, member.value);
    }
    json::splitObject(data, members);
    for (const json::Member &member : members)
        setField(fields, member.key, member.value);
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
