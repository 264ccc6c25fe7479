// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/classicdevice.h"

#include "common/model/jsontext.h"
#include "common/model/timestamp.h"
#include "common/sync/merge.h"
#include "console/remote/wire.h"

#include <QDateTime>
#include <QNetworkReply>
#include <QUrlQuery>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

constexpr int postTimeoutMs = 10000;

/// Time as the app writes it: milliseconds, no zone.
QByteArray deviceTime(qint64 ms)
{
    QByteArray text = formatTimestamp(ms);
    text.chop(1);
    return text;
}

QByteArray member(QByteArrayView key, const QByteArray &json)
{
    return "\"" + key.toByteArray() + "\":" + json;
}

QByteArray textOf(const json::Members &members, QByteArrayView key)
{
    const json::Member *found = json::find(members, key);
    return found && found->type == json::Type::String ? json::unquoted(found->value) : QByteArray();
}

} // namespace

ClassicDevice::ClassicDevice(const QUrl &server, const QString &restaurant, const QString &deviceId,
                             QNetworkAccessManager &network, const ClassicHabits &habits,
                             QObject *parent)
    : VirtualDevice(parent)
    , m_server(server)
    , m_restaurant(restaurant)
    , m_deviceId(deviceId)
    , m_network(network)
    , m_habits(habits)
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &ClassicDevice::connectToServer);
    connect(&m_sync, &QTimer::timeout, this, &ClassicDevice::syncNow);
    connect(&m_heartbeat, &QTimer::timeout, this, [this] {
        if (m_isRegistered)
            m_socket->sendTextMessage(
                QString::fromUtf8("{\"type\":\"heartbeat\"," + envelope() + '}'));
    });
    m_sync.start(m_habits.syncMs);
    m_heartbeat.start(m_habits.heartbeatMs);
}

ClassicDevice::~ClassicDevice()
{
    discardSocket();
}

QByteArray ClassicDevice::envelope() const
{
    return member("device_id", json::quoted(m_deviceId.toUtf8())) + ','
           + member("restaurant_id", json::quoted(m_restaurant.toUtf8())) + ','
           + member("timestamp", '"' + deviceTime(clockMs()) + '"');
}

void ClassicDevice::connectToServer()
{
    m_retry.stop();
    if (m_wantsConnection && m_socket)
        return;
    discardSocket(); // It may still be saying goodbye.
    m_wantsConnection = true;
    QUrl url = m_server;
    url.setScheme(m_server.scheme() == u"https"_s ? u"wss"_s : u"ws"_s);
    url.setPath(u"/"_s);
    QUrlQuery query;
    // Encoded by hand: QUrlQuery would leave a plus sign, which a server reads as a space.
    query.addQueryItem(u"device_id"_s, QString::fromLatin1(QUrl::toPercentEncoding(m_deviceId)));
    query.addQueryItem(u"restaurant_id"_s,
                       QString::fromLatin1(QUrl::toPercentEncoding(m_restaurant)));
    url.setQuery(query);
    QNetworkRequest request(url);
    if (!m_token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_token);
    openSocket(request);
}

void ClassicDevice::openSocket(const QNetworkRequest &request)
{
    // A new one each time, so that nothing of the last connection lingers.
    m_socket = new QWebSocket(QString(), QWebSocketProtocol::VersionLatest, this);
    connect(m_socket, &QWebSocket::connected, this, [this] {
        m_socket->sendTextMessage(
            QString::fromUtf8("{\"type\":\"register\"," + envelope() + ",\"user_id\":null}"));
    });
    connect(m_socket, &QWebSocket::textMessageReceived, this, &ClassicDevice::handleText);
    connect(m_socket, &QWebSocket::disconnected, this, &ClassicDevice::handleClosed);
    connect(m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this,
            &ClassicDevice::handleClosed);
    if (request.url().scheme() == u"wss"_s) {
        m_socket->setSslConfiguration(m_trust.configuration());
        connect(m_socket, &QWebSocket::sslErrors, this, [this](const QList<QSslError> &errors) {
            if (m_socket && m_trust.answersFor(errors))
                m_socket->ignoreSslErrors(errors);
        });
    }
    m_socket->open(request);
}

void ClassicDevice::discardSocket()
{
    QWebSocket *socket = std::exchange(m_socket, nullptr);
    if (!socket)
        return;
    socket->disconnect(this);
    socket->abort();
    socket->deleteLater();
}

void ClassicDevice::goOffline()
{
    m_wantsConnection = false;
    m_attempt = 0;
    m_retry.stop();
    if (std::exchange(m_isRegistered, false)) {
        m_socket->close();
        Q_EMIT connectionLost();
    } else {
        discardSocket();
    }
}

void ClassicDevice::killConnection()
{
    if (m_wantsConnection)
        handleClosed();
}

void ClassicDevice::handleClosed()
{
    discardSocket();
    if (std::exchange(m_isRegistered, false))
        Q_EMIT connectionLost();
    if (m_wantsConnection)
        scheduleReconnect();
}

void ClassicDevice::scheduleReconnect()
{
    if (m_retry.isActive())
        return;
    if (++m_attempt > m_habits.maxAttempts) {
        m_wantsConnection = false;
        return;
    }
    m_retry.start(static_cast<int>(m_habits.retryMs * m_habits.retryScale * m_attempt));
}

QByteArray ClassicDevice::send(const Action &action, const SendFault &fault)
{
    const qint64 nowMs = clockMs();
    const QByteArray type = dataTypeName(action.dataType).toByteArray();
    const QByteArray verb = member("action", '"' + actionName(action.action).toByteArray() + '"');
    const QByteArray common = ',' + member("device_id", json::quoted(m_deviceId.toUtf8())) + ','
                              + member("restaurant_id", json::quoted(m_restaurant.toUtf8()))
                              + ",\"user_id\":null,";
    const QByteArray id = json::quoted(action.entityId);
    QByteArray typed = "{\"type\":\"" + typedMessageName(action.dataType).toByteArray() + "\",";
    if (action.dataType != DataType::Users) // There the signed-in user's id wins, and it is null.
        typed += member(typedIdField(action.dataType), id) + ',';
    typed += verb + ',' + member("data", action.data) + common
             + member("timestamp", '"' + deviceTime(nowMs) + '"') + '}';
    if (action.entityId.isEmpty()) { // A twin would name nobody.
        sendText(typed);
        return {};
    }
    const QByteArray changeId =
        QByteArray::number(nowMs) + '_' + m_deviceId.toUtf8() + '_' + action.entityId;
    const QByteArray twin =
        "{\"type\":\"data_change\",\"data_type\":\"" + type + "\"," + verb + ','
        + member("data", wire::withId(action.data, QString::fromUtf8(action.entityId))) + common
        + member("timestamp", '"' + deviceTime(nowMs + 1) + '"') + ','
        + member("change_id", json::quoted(changeId)) + '}';
    keep(action.dataType, action.action, action.entityId, action.data);
    m_pending.push_back(twin);
    if (m_isRegistered) {
        const QString typedText = QString::fromUtf8(typed);
        const QString twinText = QString::fromUtf8(twin);
        m_socket->sendTextMessage(fault.twinFirst ? twinText : typedText);
        m_socket->sendTextMessage(fault.twinFirst ? typedText : twinText);
        if (fault.repeatsTwin)
            m_socket->sendTextMessage(twinText);
    }
    m_repeatsNextPost = m_repeatsNextPost || fault.repeatsTwin;
    if (fault.syncsAtOnce)
        syncNow();
    return changeId;
}

ClassicDevice::Memory ClassicDevice::memory() const
{
    // Nobody answered what is being posted yet.
    Memory memory{m_posted, m_seenIds, m_records};
    memory.pending.insert(memory.pending.end(), m_pending.begin(), m_pending.end());
    return memory;
}

void ClassicDevice::restore(Memory memory)
{
    m_pending = std::move(memory.pending);
    m_seenIds = std::move(memory.seenIds);
    m_records = std::move(memory.records);
}

void ClassicDevice::sendText(const QByteArray &utf8)
{
    if (m_isRegistered)
        m_socket->sendTextMessage(QString::fromUtf8(utf8));
}

qint64 ClassicDevice::clockMs() const
{
    return QDateTime::currentMSecsSinceEpoch() + m_clockSkewMs;
}

void ClassicDevice::syncNow()
{
    if (m_isPosting || m_pending.empty() || !m_wantsConnection)
        return;
    QByteArray body = "{" + member("restaurant_id", json::quoted(m_restaurant.toUtf8())) + ','
                      + member("device_id", json::quoted(m_deviceId.toUtf8())) + ",\"changes\":[";
    for (const QByteArray &change : m_pending) {
        if (!body.endsWith('['))
            body += ',';
        body += change;
    }
    body += "]}";
    m_posted = std::exchange(m_pending, {});
    m_isPosting = true;
    const bool repeats = std::exchange(m_repeatsNextPost, false);
    post(body, false);
    if (repeats)
        post(body, true);
}

void ClassicDevice::post(QByteArray body, bool isRepeat)
{
    QUrl url = m_server;
    url.setPath(u"/api/sync"_s);
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setTransferTimeout(postTimeoutMs);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    if (!m_token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_token);
    if (url.scheme() == u"https"_s)
        request.setSslConfiguration(m_trust.configuration());
    QNetworkReply *reply = m_network.post(request, body);
    connect(reply, &QNetworkReply::sslErrors, this, [this, reply](const QList<QSslError> &errors) {
        if (m_trust.answersFor(errors))
            reply->ignoreSslErrors(errors);
    });
    connect(reply, &QNetworkReply::finished, this, [this, reply, isRepeat] {
        reply->deleteLater();
        if (isRepeat)
            return;
        m_isPosting = false;
        const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (status == 200) {
            m_posted.clear();
            Q_EMIT syncConfirmed();
        } else if (status == 0 && m_habits.losesBatchOnNetworkError) {
            m_givenUp += m_posted.size();
            m_posted.clear();
        } else {
            m_posted.insert(m_posted.end(), m_pending.begin(), m_pending.end());
            m_pending = std::exchange(m_posted, {});
        }
    });
}

void ClassicDevice::handleText(const QString &text)
{
    const QByteArray frame = text.toUtf8();
    json::Members members;
    if (!json::parseObject(frame, members))
        return;
    const QByteArray type = textOf(members, "type");
    if (type == "registered") {
        m_attempt = 0;
        if (!std::exchange(m_isRegistered, true))
            Q_EMIT registered();
        return;
    }
    // The app marks the id of every message, also of those it ignores.
    const QByteArray changeId = textOf(members, "change_id");
    if (!changeId.isEmpty()) {
        if (m_seenIds.contains(changeId)) {
            ++m_repeatsDropped;
            return;
        }
        m_seenIds.insert(changeId);
    }
    if (type == "error") {
        Q_EMIT errorReceived(textOf(members, "message"));
        return;
    }
    const auto dataType = dataTypeFromTypedMessage(type);
    const QByteArray sender = textOf(members, "device_id");
    if (!dataType || sender == m_deviceId.toUtf8())
        return;
    Applied change{.dataType = *dataType,
                   .action = textOf(members, "action"),
                   .entityId = textOf(members, typedIdField(*dataType)),
                   .changeId = changeId,
                   .deviceId = sender,
                   .data = {}};
    if (const json::Member *data = json::find(members, "data"))
        change.data = data->value.toByteArray();
    json::Members fields;
    if (json::splitObject(change.data, fields)) {
        // Where `data` names the entity it is right, also for a user.
        if (const QByteArray id = textOf(fields, "id"); !id.isEmpty())
            change.entityId = id;
        if (const auto action = actionFromName(change.action))
            keep(*dataType, *action, change.entityId, change.data);
    }
    m_applied.push_back(change);
    Q_EMIT changeApplied(change);
}

void ClassicDevice::keep(DataType type, possync::Action action, const QByteArray &entityId,
                         const QByteArray &data)
{
    if (entityId.isEmpty())
        return;
    if (effectOf(action) == Effect::Remove) {
        m_records.remove(recordKey(type, entityId));
    } else if (effectOf(action) != Effect::RecordOnly) {
        QByteArray &record = m_records[recordKey(type, entityId)];
        record = sync::mergedRecord(record, data, action, entityId);
    }
}

} // namespace possync::remote
