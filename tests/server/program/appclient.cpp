// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/appclient.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QJsonDocument>

namespace possync::test {

AppClient::AppClient(const ServerProcess &server, QByteArray deviceId, QByteArray restaurantId)
    : m_server(server)
    , m_deviceId(std::move(deviceId))
    , m_restaurantId(std::move(restaurantId))
{
    connect(&m_socket, &QWebSocket::textMessageReceived, this, [this](const QString &text) {
        if (text.startsWith(QStringLiteral("{\"type\":\"registered\"")))
            m_isRegistered = true;
        else if (!text.startsWith(QStringLiteral("{\"type\":\"heartbeat_response\"")))
            m_messages.append(text.toUtf8());
    });
    connect(&m_socket, &QWebSocket::connected, this, [this] {
        send("{\"type\":\"register\",\"device_id\":\"" + m_deviceId + "\",\"restaurant_id\":\""
             + m_restaurantId + "\",\"user_id\":null,\"timestamp\":\"2024-01-01T12:00:00.000\"}");
    });
}

bool AppClient::join(int atMostMs)
{
    m_isRegistered = false;
    if (m_server.tls())
        m_socket.setSslConfiguration(*m_server.tls());
    m_socket.open(m_server.url(
        QString::fromUtf8(m_prefix + "/?device_id=" + m_deviceId + "&restaurant_id=" + m_restaurantId)));
    const QDeadlineTimer deadline(atMostMs);
    while (!m_isRegistered && !deadline.hasExpired())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 20);
    return m_isRegistered;
}

void AppClient::sendTyped(const QByteArray &order, const QByteArray &fields, const QByteArray &time)
{
    send("{\"type\":\"order_update\",\"order_id\":\"" + order
         + "\",\"action\":\"updated\",\"data\":{" + fields + "},\"device_id\":\"" + m_deviceId
         + "\",\"restaurant_id\":\"" + m_restaurantId
         + "\",\"user_id\":\"u\",\"timestamp\":\"2024-01-01T" + time + "\"}");
}

QByteArray AppClient::twinText(const QByteArray &order, const QByteArray &fields,
                               const QByteArray &changeId, const QByteArray &time) const
{
    return "{\"type\":\"data_change\",\"data_type\":\"orders\",\"action\":\"updated\",\"data\":{"
           "\"id\":\""
           + order + "\"," + fields + "},\"device_id\":\"" + m_deviceId + "\",\"restaurant_id\":\""
           + m_restaurantId + "\",\"user_id\":\"u\",\"timestamp\":\"2024-01-01T" + time
           + "\",\"change_id\":\"" + changeId + "\"}";
}

void AppClient::sendTwin(const QByteArray &order, const QByteArray &fields,
                         const QByteArray &changeId, const QByteArray &time)
{
    send(twinText(order, fields, changeId, time));
}

QStringList AppClient::types() const
{
    QStringList types;
    for (qsizetype i = 0; i < m_messages.size(); ++i)
        types.append(message(i).value(QStringLiteral("type")).toString());
    return types;
}

QJsonObject AppClient::message(qsizetype index) const
{
    return QJsonDocument::fromJson(m_messages.value(index)).object();
}

} // namespace possync::test
