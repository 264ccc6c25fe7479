// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/simapp.h"

#include "common/model/jsontext.h"
#include "common/model/timestamp.h"

namespace possync::sim {
namespace {

/// The app writes local time without a zone.
QByteArray appTime(qint64 clockMs)
{
    QByteArray text = formatTimestamp(clockMs);
    text.chop(1);
    return text;
}

} // namespace

SimApp::Messages SimApp::perform(const UserAction &action, qint64 clockMs)
{
    const QByteArray common =
        ",\"device_id\":\"" + m_deviceId
        + "\",\"restaurant_id\":\"r\",\"user_id\":\"waiter\",\"timestamp\":\"";
    const QByteArray name = actionName(action.action).toByteArray();
    Messages messages;
    messages.typed = "{\"type\":\"" + typedMessageName(action.dataType).toByteArray() + '"';
    // In a user_update the sender's id overwrites the key of the person changed.
    if (action.dataType != DataType::Users)
        messages.typed +=
            ",\"" + typedIdField(action.dataType).toByteArray() + "\":\"" + action.entityId + '"';
    messages.typed += ",\"action\":\"" + name + "\",\"data\":{" + action.fields + '}' + common
                      + appTime(clockMs) + "\"}";
    messages.dataChange =
        "{\"type\":\"data_change\",\"data_type\":\"" + dataTypeName(action.dataType).toByteArray()
        + "\",\"action\":\"" + name + "\",\"data\":{\"id\":\"" + action.entityId + "\","
        + action.fields + '}' + common + appTime(clockMs + 3) + "\",\"change_id\":\""
        + QByteArray::number(clockMs) + '_' + m_deviceId + '_' + action.entityId + "\"}";
    m_pending.push_back(messages.dataChange);
    return messages;
}

QByteArray SimApp::registration(qint64 clockMs) const
{
    return "{\"type\":\"register\",\"device_id\":\"" + m_deviceId
           + "\",\"restaurant_id\":\"r\",\"user_id\":null,\"timestamp\":\"" + appTime(clockMs)
           + "\"}";
}

QByteArray SimApp::takePost()
{
    if (m_pending.empty())
        return {};
    m_posted.swap(m_pending);
    m_pending.clear();
    QByteArray body = "{\"restaurant_id\":\"r\",\"device_id\":\"" + m_deviceId + "\",\"changes\":[";
    for (std::size_t i = 0; i < m_posted.size(); ++i)
        body += (i == 0 ? "" : ",") + m_posted[i];
    return body + "]}";
}

quint64 SimApp::receive(const QByteArray &message)
{
    json::Members members;
    if (!json::parseObject(message, members))
        return 0;
    const auto text = [&](QByteArrayView key) {
        const json::Member *member = json::find(members, key);
        return member && member->type == json::Type::String ? json::unquoted(member->value)
                                                            : QByteArray();
    };
    // It notes the id of every message, whatever it then does with it.
    const QByteArray changeId = text("change_id");
    if (!changeId.isEmpty() && !m_processed.insert(changeId).second)
        return 0;
    const auto type = dataTypeFromTypedMessage(text("type"));
    if (!type || text("device_id") == m_deviceId)
        return 0;
    const json::Member *data = json::find(members, "data");
    if (text("device_id") == "possync") {
        const QList<QByteArray> words = changeId.split('-');
        if (words.size() < 2 || !data || !changeId.contains("-record-"))
            return 0;
        m_records[{*type, text(typedIdField(*type))}] = {words[words.size() - 2].toULongLong(),
                                                         words.last().toULongLong(),
                                                         text("action"), data->value.toByteArray()};
        return 0;
    }
    const quint64 number = data ? actionNumber(data->value) : 0;
    if (number == 0)
        return 0;
    m_applied.push_back(number);
    const auto record = m_records.find({*type, text(typedIdField(*type))});
    if (record != m_records.end())
        m_appliedOver[number] = record->second.seq;
    return number;
}

quint64 actionNumber(QByteArrayView data)
{
    json::Members fields;
    if (!json::splitObject(data, fields))
        return 0;
    const json::Member *number = json::find(fields, "action_no");
    return number ? number->value.toByteArray().toULongLong() : 0;
}

} // namespace possync::sim
