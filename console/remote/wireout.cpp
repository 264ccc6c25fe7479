// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/jsontext.h"
#include "common/model/timestamp.h"
#include "console/remote/wire.h"

namespace possync::remote::wire {

using namespace Qt::StringLiterals;

namespace {

void appendText(QByteArray &out, QByteArrayView key, const QString &value)
{
    out += out.endsWith('{') ? "\"" : ",\"";
    out += key;
    out += "\":";
    json::appendQuoted(out, value.toUtf8());
}

void appendTextOrNull(QByteArray &out, QByteArrayView key, const QString &value)
{
    if (value.isEmpty())
        out.append(",\"").append(key).append("\":null");
    else
        appendText(out, key, value);
}

QByteArray textOrNull(const QByteArray &text)
{
    return text.isEmpty() ? QByteArray("null") : json::quoted(text);
}

QByteArray timeOrNull(qint64 utcMs)
{
    return utcMs == 0 ? QByteArray("null") : '"' + formatTimestamp(utcMs) + '"';
}

} // namespace

QByteArray encodeHello(const QString &client)
{
    QByteArray out = "{\"type\":\"hello\"";
    appendText(out, "client", client);
    appendText(out, "version", QStringLiteral(POSSYNC_VERSION));
    return out + '}';
}

QByteArray encodeSubscribe(const QStringList &topics, const QString &restaurant)
{
    QByteArray out = "{\"type\":\"subscribe\",\"topics\":[";
    for (const QString &topic : topics) {
        if (!out.endsWith('['))
            out += ',';
        json::appendQuoted(out, topic.toUtf8());
    }
    out += ']';
    appendTextOrNull(out, "restaurant", restaurant);
    return out + '}';
}

QByteArray encodeCommand(const QString &id, const QString &command, const QByteArray &body)
{
    QByteArray out = "{\"type\":\"command\"";
    appendText(out, "id", id);
    appendText(out, "command", command);
    json::Members members;
    if (json::parseObject(body, members) && !members.empty()) {
        const QByteArray inner = body.trimmed();
        out.append(',').append(QByteArrayView(inner).sliced(1, inner.size() - 2));
    }
    return out + '}';
}

QByteArray encodePush(const NewChange &change)
{
    QByteArray out = "{";
    appendText(out, "restaurant", change.restaurant);
    out += ",\"change\":{";
    appendText(out, "data_type", change.dataType);
    appendText(out, "action", change.action);
    appendText(out, "entity_id", change.entityId);
    if (!change.userId.isEmpty())
        appendText(out, "user_id", change.userId);
    return out + ",\"data\":" + withId(change.data, change.entityId) + "}}";
}

QByteArray encodeChange(const ChangeEntry &c)
{
    return "{\"seq\":" + QByteArray::number(c.seq) + ",\"change_id\":" + textOrNull(c.changeId)
           + ",\"data_type\":" + textOrNull(c.dataType) + ",\"action\":" + textOrNull(c.action)
           + ",\"entity_id\":" + textOrNull(c.entityId)
           + ",\"data\":" + (c.data.isEmpty() ? QByteArray("null") : c.data)
           + ",\"device_id\":" + textOrNull(c.deviceId) + ",\"user_id\":" + textOrNull(c.userId)
           + ",\"timestamp\":" + timeOrNull(c.sentMs) + ",\"received_at\":"
           + timeOrNull(c.receivedMs) + ",\"outcome\":" + textOrNull(c.outcome) + '}';
}

QByteArray encodeSync(const std::vector<NewChange> &changes)
{
    QByteArray out = "{";
    appendText(out, "restaurant_id", changes.empty() ? QString() : changes.front().restaurant);
    appendText(out, "device_id", changes.empty() ? QString() : changes.front().deviceId);
    out += ",\"changes\":[";
    for (const NewChange &change : changes) {
        out += out.endsWith('[') ? "{\"type\":\"data_change\"" : ",{\"type\":\"data_change\"";
        appendText(out, "data_type", change.dataType);
        appendText(out, "action", change.action);
        out += ",\"data\":" + withId(change.data, change.entityId);
        appendText(out, "device_id", change.deviceId);
        appendText(out, "restaurant_id", change.restaurant);
        appendTextOrNull(out, "user_id", change.userId);
        appendText(out, "timestamp", QString::fromLatin1(formatTimestamp(change.timestampMs)));
        appendText(out, "change_id", QString::fromUtf8(change.changeId));
        out += '}';
    }
    return out + "]}";
}

QByteArray withId(const QByteArray &data, const QString &entityId)
{
    QByteArray out = "{\"id\":" + json::quoted(entityId.toUtf8());
    json::Members members;
    if (json::parseObject(data, members)) {
        for (const json::Member &member : members) {
            if (json::plainKey(member) == "id")
                continue;
            out += ",\"";
            out += member.key;
            out += "\":";
            out += member.value;
        }
    }
    return out + '}';
}

} // namespace possync::remote::wire
