// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/v2replica.h"
#include "tests/unit/testhost.h"

#include <QTest>

namespace possync::test {

/// A v2 device at a room.
class V2Device
{
public:
    V2Device(TestHost &host, core::ConnectionId id, QByteArray name,
             v2::TypeSet types = v2::TypeSet::all())
        : m_host(host)
        , m_id(id)
        , m_name(std::move(name))
        , replica(types)
    {
    }

    void connect(core::ConnectionId id = 0, qint64 clockMs = 0)
    {
        beginConnection(id, clockMs);
        pump();
    }
    /// Says hello, and takes nothing yet.
    void beginConnection(core::ConnectionId id = 0, qint64 clockMs = 0)
    {
        if (id != 0)
            m_id = id;
        replica.reconnected();
        m_host.room.connectedV2(m_id,
                                replica.hello(m_name, clockMs != 0 ? clockMs : m_host.now.wallMs),
                                {"10.0.0.2", "10.0.0.2:1"}, m_host.now);
        m_host.store();
    }
    /// Takes so many messages of those sent, and loses the others.
    void take(qsizetype count)
    {
        m_host.readPages();
        for (const QByteArray &text : std::exchange(m_host.got[m_id], {}).mid(0, count)) {
            const auto message = v2::decodeFromServer(text);
            QVERIFY2(message.has_value(), text);
            QCOMPARE(replica.take(*message), QByteArray());
        }
    }
    void disconnect() { m_host.room.disconnected(m_id, m_host.now); }
    /// Takes what it was sent, and acknowledges.
    void pump(bool acknowledge = true)
    {
        for (bool more = true; more;) {
            m_host.readPages();
            QByteArrayList messages = std::exchange(m_host.got[m_id], {});
            more = !messages.isEmpty();
            for (const QByteArray &text : messages) {
                const auto message = v2::decodeFromServer(text);
                QVERIFY2(message.has_value(), text);
                const QByteArray fault = replica.take(*message);
                QVERIFY2(fault.isEmpty(), fault + " in " + text);
                if (const auto *ack = std::get_if<v2::Ack>(&*message))
                    results.insert(results.end(), ack->results.begin(), ack->results.end());
                else if (const auto *error = std::get_if<v2::Error>(&*message))
                    errors.append(error->refusal.code);
                else if (const auto *retry = std::get_if<v2::RetryLater>(&*message))
                    errors.append(retry->code);
                else if (const auto *presence = std::get_if<v2::Presence>(&*message))
                    present = presence->devices;
            }
            if (more && acknowledge)
                send(replica.acked());
        }
    }
    void send(const QByteArray &text)
    {
        auto message = v2::decodeFromDevice(text, "r");
        if (message)
            m_host.room.receivedV2(m_id, std::move(*message), m_host.now);
        else
            m_host.room.refusedV2(m_id, message.error(), m_host.now);
        if (m_host.storesAtOnce)
            m_host.store();
    }
    void push(const QByteArrayList &changes)
    {
        send(v2::encodePush(++m_batch, std::vector<QByteArray>(changes.begin(), changes.end())));
        pump();
    }
    /// Pushes one change of an order; the result.
    v2::ChangeResult order(const QByteArray &id, const QByteArray &fields,
                           const QByteArray &more = {}, const QByteArray &action = "updated")
    {
        push({changeText("orders", action, id, fields, more)});
        return results.empty() ? v2::ChangeResult() : results.back();
    }
    QByteArray changeText(const QByteArray &type, const QByteArray &action, const QByteArray &id,
                          const QByteArray &fields, const QByteArray &more = {})
    {
        QByteArray text = "{\"change_id\":\"" + m_name + ':' + QByteArray::number(++m_change)
                          + "\",\"data_type\":\"" + type + "\",\"action\":\"" + action
                          + "\",\"entity_id\":\"" + id + "\",\"data\":{" + fields + '}';
        return more.isEmpty() ? text + '}' : text + ',' + more + '}';
    }

private:
    TestHost &m_host;
    core::ConnectionId m_id;
    const QByteArray m_name;
    quint64 m_batch = 0;
    int m_change = 0;

public:
    V2Replica replica;
    std::vector<v2::ChangeResult> results;
    QByteArrayList errors;
    std::vector<v2::PresentDevice> present;
};

inline QByteArray record(const TestHost &host, DataType type, const QByteArray &id)
{
    const core::Entity *entity = host.room.entities().find(type, id);
    return entity ? entity->record : QByteArray();
}

inline QByteArray classicOrder(const QByteArray &order, const QByteArray &fields)
{
    return "{\"type\":\"order_update\",\"order_id\":\"" + order
           + "\",\"action\":\"updated\",\"data\":{" + fields
           + "},\"device_id\":\"old\",\"timestamp\":\"2024-01-01T12:00:00.000\"}";
}

} // namespace possync::test
