// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/v2client.h"

#include "common/model/v2packed.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDeadlineTimer>
#include <QWebSocketHandshakeOptions>

namespace possync::test {
namespace {

bool waitUntil(const std::function<bool()> &holds)
{
    const QDeadlineTimer deadline(10'000);
    while (!holds() && !deadline.hasExpired())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 20);
    return holds();
}

} // namespace

V2Client::V2Client(const ServerProcess &server, QByteArray deviceId, QByteArray restaurantId)
    : m_server(server)
    , m_deviceId(std::move(deviceId))
    , m_restaurantId(std::move(restaurantId))
{
    connect(&m_socket, &QWebSocket::textMessageReceived, this,
            [this](const QString &text) { received(text.toUtf8()); });
    connect(&m_socket, &QWebSocket::connected, this, [this] {
        m_replica.reconnected();
        if (m_greets)
            sendHello();
    });
    connect(&m_socket, &QWebSocket::binaryMessageReceived, this, [this](const QByteArray &message) {
        const auto text = v2::unpacked(message);
        if (!text) {
            m_fault = text.error();
            return;
        }
        ++m_packed.messages;
        m_packed.wireBytes += message.size();
        m_packed.textBytes += text->size();
        received(*text);
    });
    connect(&m_socket, &QWebSocket::disconnected, this,
            [this] { m_closeCode = m_socket.closeCode(); });
}

void V2Client::sendHello()
{
    v2::Hello hello = m_replica.hello(m_deviceId, QDateTime::currentMSecsSinceEpoch());
    hello.capabilities.zstd = packs;
    send(v2::encode(hello));
}

bool V2Client::open()
{
    m_greets = false;
    m_closeCode = 0;
    QWebSocketHandshakeOptions options;
    options.setSubprotocols({QStringLiteral("possync.v2")});
    m_socket.open(
        m_server.url(
            QString::fromUtf8(m_prefix + "/v2?restaurant_id=" + m_restaurantId)),
        options);
    return waitUntil([this] { return m_socket.state() == QAbstractSocket::ConnectedState; })
           && m_socket.subprotocol() == QStringLiteral("possync.v2");
}

bool V2Client::join()
{
    m_replica.reconnected();
    if (!open())
        return false;
    m_greets = true;
    sendHello();
    return waitUntil([this] { return m_replica.isUpToDate() || !m_fault.isEmpty(); })
           && m_fault.isEmpty();
}

void V2Client::leave()
{
    m_socket.abort();
    waitUntil([this] { return m_socket.state() == QAbstractSocket::UnconnectedState; });
}

void V2Client::push(const QByteArrayList &changes)
{
    send(v2::encodePush(++m_batch, std::vector<QByteArray>(changes.begin(), changes.end())));
}

QByteArray V2Client::change(const QByteArray &type, const QByteArray &action, const QByteArray &id,
                            const QByteArray &data, const QByteArray &more)
{
    QByteArray text = "{\"change_id\":\"" + m_deviceId + ':' + QByteArray::number(++m_change)
                      + "\",\"data_type\":\"" + type + "\",\"action\":\"" + action
                      + "\",\"entity_id\":\"" + id + "\",\"data\":{" + data + '}';
    return more.isEmpty() ? text + '}' : text + ',' + more + '}';
}

void V2Client::received(const QByteArray &text)
{
    const auto message = v2::decodeFromServer(text);
    if (!message) {
        m_fault = message.error().message + " in " + text;
        return;
    }
    if (const QByteArray fault = m_replica.take(*message); !fault.isEmpty() && m_greets)
        m_fault = fault + " in " + text.left(500);
    if (const auto *ack = std::get_if<v2::Ack>(&*message))
        m_results.insert(m_results.end(), ack->results.begin(), ack->results.end());
    else if (const auto *error = std::get_if<v2::Error>(&*message))
        m_errors.push_back(*error);
    else if (const auto *presence = std::get_if<v2::Presence>(&*message))
        m_present = presence->devices;
    else if (const auto *reply = std::get_if<v2::HeartbeatReply>(&*message))
        m_heartbeats.push_back(*reply);
    else if (const auto *retry = std::get_if<v2::RetryLater>(&*message))
        m_retries.push_back(*retry);
    const bool isContent = std::holds_alternative<v2::Changes>(*message)
                           || std::holds_alternative<v2::SnapshotPart>(*message);
    if (isContent && acknowledges)
        send(m_replica.acked());
}

} // namespace possync::test
