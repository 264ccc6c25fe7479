// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/demo/demodevice.h"

#include "common/model/jsontext.h"

#include <QDateTime>
#include <QUrlQuery>

namespace possync::demo {
namespace {

/// The app writes local time without a zone.
QByteArray appTime()
{
    return QDateTime::currentDateTime()
        .toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss.zzz"))
        .toUtf8();
}

} // namespace

DemoDevice::DemoDevice(QUrl server, QByteArray restaurantId, QByteArray deviceId, QByteArray userId,
                       QObject *parent)
    : QObject(parent)
    , m_server(std::move(server))
    , m_restaurantId(std::move(restaurantId))
    , m_deviceId(std::move(deviceId))
    , m_userId(std::move(userId))
{
    connect(&m_socket, &QWebSocket::connected, this, [this] { connected(); });
    connect(&m_socket, &QWebSocket::disconnected, this, [this] {
        m_heartbeat.stop();
        m_retry.start(1000);
    });
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, [this] { start(); });
    connect(&m_heartbeat, &QTimer::timeout, this, [this] {
        m_socket.sendTextMessage(
            QString::fromUtf8("{\"type\":\"heartbeat\",\"device_id\":" + json::quoted(m_deviceId)
                              + ",\"restaurant_id\":" + json::quoted(m_restaurantId)
                              + ",\"timestamp\":\"" + appTime() + "\"}"));
    });
}

DemoDevice::~DemoDevice()
{
    // The socket closes while it is destroyed, and the timers are gone by then.
    m_socket.disconnect(this);
}

void DemoDevice::start()
{
    QUrl url = m_server;
    url.setPath(url.path() + u'/');
    QUrlQuery query;
    query.addQueryItem(QStringLiteral("device_id"), QString::fromUtf8(m_deviceId));
    query.addQueryItem(QStringLiteral("restaurant_id"), QString::fromUtf8(m_restaurantId));
    url.setQuery(query);
    if (url.scheme() == u"wss")
        m_socket.ignoreSslErrors(); // this process talks to itself over loopback
    m_socket.open(url);
}

void DemoDevice::connected()
{
    m_socket.sendTextMessage(
        QString::fromUtf8("{\"type\":\"register\",\"device_id\":" + json::quoted(m_deviceId)
                          + ",\"restaurant_id\":" + json::quoted(m_restaurantId) + ",\"user_id\":"
                          + json::quoted(m_userId) + ",\"timestamp\":\"" + appTime() + "\"}"));
    m_heartbeat.start(30'000);
    for (const QByteArray &change : std::exchange(m_offline, {}))
        m_socket.sendTextMessage(QString::fromUtf8(change));
}

void DemoDevice::send(DataType type, Action action, const QByteArray &entityId,
                      const QByteArray &fields)
{
    const QByteArray now = appTime();
    const QByteArray common = ",\"device_id\":" + json::quoted(m_deviceId) + ",\"restaurant_id\":"
                              + json::quoted(m_restaurantId) + ",\"user_id\":"
                              + json::quoted(m_userId) + ",\"timestamp\":\"" + now + '"';
    const QByteArray name = json::quoted(actionName(action));
    const QByteArray typed = "{\"type\":" + json::quoted(typedMessageName(type)) + ','
                             + json::quoted(typedIdField(type)) + ':' + json::quoted(entityId)
                             + ",\"action\":" + name + ",\"data\":{" + fields + '}' + common + '}';
    const QByteArray twin =
        "{\"type\":\"data_change\",\"data_type\":" + json::quoted(dataTypeName(type))
        + ",\"action\":" + name + ",\"data\":{\"id\":" + json::quoted(entityId)
        + (fields.isEmpty() ? "" : ",") + fields + '}' + common + ",\"change_id\":\""
        + QByteArray::number(QDateTime::currentMSecsSinceEpoch()) + '_' + m_deviceId + '_'
        + entityId + "\"}";
    if (!isConnected()) {
        m_offline.push_back(twin);
        return;
    }
    m_socket.sendTextMessage(QString::fromUtf8(typed));
    m_socket.sendTextMessage(QString::fromUtf8(twin));
}

} // namespace possync::demo
