// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/client/syncclient.h"

#include <QDateTime>
#include <QLoggingCategory>
#include <QNetworkInformation>
#include <QNetworkRequest>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QUrlQuery>
#include <QUuid>
#include <QWebSocket>
#include <QWebSocketHandshakeOptions>

using namespace Qt::StringLiterals;

namespace possync {

using sync::LinkState;

namespace {

Q_LOGGING_CATEGORY(lcClient, "possync.client", QtWarningMsg)

/// One record alone may make a message of the server longer than the usual 256 KiB.
constexpr quint64 longestMessage = 16 * 1024 * 1024;
/// Longer messages would go in fragments, and may then be cut within a character.
constexpr quint64 longestFrame = 2 * 1024 * 1024;

SyncClient::State publicState(LinkState state)
{
    switch (state) {
    case LinkState::Stopped:
    case LinkState::Waiting:
    case LinkState::Refused:
        return SyncClient::State::Offline;
    case LinkState::Opening:
    case LinkState::Greeting:
        return SyncClient::State::Connecting;
    case LinkState::CatchingUp:
        return SyncClient::State::CatchingUp;
    case LinkState::UpToDate:
        return SyncClient::State::UpToDate;
    }
    return SyncClient::State::Offline;
}

/// The code the server closed with; 0 if it did not. Qt 6.4 takes 1012 and 1013 for no codes at all
/// and closes with 1002 by itself, so that only its words tell; and a message too large for us
/// looks as if ours had been too large for the server.
int closeCodeOf(const QWebSocket &socket)
{
    static const QRegularExpression notKnown(u"Invalid close code (\\d+) detected"_s);
    const QString reason = socket.closeReason();
    if (const auto match = notKnown.match(reason); match.hasMatch())
        return match.captured(1).toInt();
    if (reason == u"Received message is too big."_s || reason == u"Maximum framesize exceeded."_s)
        return 0;
    return socket.closeCode();
}

} // namespace

SyncClient::SyncClient(QObject *parent)
    : QObject(parent)
{
    m_steady.start();
    m_wake.setSingleShot(true);
    connect(&m_wake, &QTimer::timeout, this, [this] {
        m_session->tick(now());
        carryOut();
    });
}

SyncClient::~SyncClient()
{
    if (m_isCarryingOut) { // A slot deletes us, and the socket may be what called it.
        dropSocket(QWebSocketProtocol::CloseCodeGoingAway);
    } else if (m_socket) {
        m_socket->disconnect(this);
        m_socket->close(QWebSocketProtocol::CloseCodeGoingAway);
        m_socket->flush();
        delete m_socket;
    }
}

Result<Done, ReplicaError> SyncClient::configure(const Config &config)
{
    Q_ASSERT(!isConfigured());
    const QByteArray restaurantId = config.restaurantId.toUtf8();
    const QByteArray deviceId = config.deviceId.toUtf8();
    for (const auto &[id, name] :
         {std::pair(restaurantId, u"restaurantId"_s), std::pair(deviceId, u"deviceId"_s)}) {
        if (id.isEmpty() || id.size() > classic::maxIdBytes)
            return Unexpected{ReplicaError{
                ReplicaError::Code::OtherDevice,
                u"%1 must have from 1 to %2 bytes."_s.arg(name).arg(classic::maxIdBytes)}};
    }
    auto replica = Replica::open(config.databaseFile, restaurantId, deviceId);
    if (!replica)
        return Unexpected{replica.error()};
    auto image = (*replica)->image();
    if (!image)
        return Unexpected{image.error()};
    m_config = config;
    m_token = config.token;
    m_replica = std::move(*replica);
    sync::DeviceSession::Options options{.restaurantId = restaurantId,
                                         .deviceId = deviceId,
                                         .client = config.clientName.toUtf8(),
                                         .backoff = config.backoff,
                                         .heartbeatMs = config.heartbeatMs,
                                         .compresses = config.compresses};
    options.dataTypes.assign(config.dataTypes.begin(), config.dataTypes.end());
    m_session = std::make_unique<sync::DeviceSession>(
        std::move(options), *m_replica, std::move(*image),
        [] { return QRandomGenerator::global()->generateDouble(); });
    updateUserId(config.userId);
    if (config.watchesNetwork)
        watchNetwork();
    return Done{};
}

void SyncClient::start()
{
    Q_ASSERT(isConfigured());
    m_session->start(now());
    carryOut();
}

void SyncClient::stop()
{
    if (!isConfigured())
        return;
    m_session->stop();
    carryOut();
}

void SyncClient::forceReconnect()
{
    Q_ASSERT(isConfigured());
    m_session->reconnect(now());
    carryOut();
}

void SyncClient::cutConnection()
{
    if (!m_socket)
        return;
    QWebSocket *socket = m_socket;
    m_socket = nullptr;
    socket->disconnect(this);
    socket->setParent(nullptr);
    socket->abort();
    socket->deleteLater();
    m_session->closed(0, u"It was cut."_s, now());
    carryOut();
}

void SyncClient::updateUserId(const QString &userId)
{
    Q_ASSERT(isConfigured());
    m_session->setUser(userId.isEmpty() ? std::nullopt : std::optional(userId.toUtf8()));
    carryOut();
}

void SyncClient::updateToken(const QByteArray &token)
{
    m_token = token;
    if (isConfigured() && !isConnected())
        forceReconnect();
}

Result<QByteArray, QueueFailure>
SyncClient::broadcastOrderUpdate(const QString &orderId, Action action, const QByteArray &data)
{
    return queueOne(DataType::Orders, orderId, action, data);
}

Result<QByteArray, QueueFailure>
SyncClient::broadcastMenuUpdate(const QString &itemId, Action action, const QByteArray &data)
{
    return queueOne(DataType::MenuItems, itemId, action, data);
}

Result<QByteArray, QueueFailure>
SyncClient::broadcastInventoryUpdate(const QString &itemId, Action action, const QByteArray &data)
{
    return queueOne(DataType::Inventory, itemId, action, data);
}

Result<QByteArray, QueueFailure>
SyncClient::broadcastTableUpdate(const QString &tableId, Action action, const QByteArray &data)
{
    return queueOne(DataType::Tables, tableId, action, data);
}

Result<QByteArray, QueueFailure>
SyncClient::broadcastUserUpdate(const QString &userId, Action action, const QByteArray &data)
{
    return queueOne(DataType::Users, userId, action, data);
}

Result<QByteArray, QueueFailure>
SyncClient::broadcastPrinterUpdate(const QString &printerId, Action action, const QByteArray &data)
{
    return queueOne(DataType::Printers, printerId, action, data);
}

Result<QByteArray, QueueFailure> SyncClient::queueOne(DataType type, const QString &id,
                                                      Action action, const QByteArray &data)
{
    return queueChange({.dataType = type, .action = action, .entityId = id, .data = data});
}

Result<QByteArray, QueueFailure> SyncClient::queueChange(const Change &change)
{
    auto ids = queueChanges({change});
    if (!ids)
        return Unexpected{ids.error()};
    return ids->constFirst();
}

Result<QByteArrayList, QueueFailure> SyncClient::queueChanges(const QList<Change> &changes)
{
    Q_ASSERT(isConfigured());
    QByteArrayList ids;
    std::vector<sync::NewChange> queued;
    for (const Change &change : changes) {
        ids.append(QUuid::createUuid().toByteArray(QUuid::WithoutBraces));
        queued.push_back({.dataType = change.dataType,
                          .action = change.action,
                          .entityId = change.entityId.toUtf8(),
                          .data = change.data,
                          .operations = change.operations,
                          .changeId = ids.constLast()});
    }
    const auto done = m_session->queue(std::move(queued), now());
    carryOut();
    if (!done)
        return Unexpected{done.error()};
    return ids;
}

SyncClient::State SyncClient::state() const
{
    return isConfigured() ? publicState(m_session->state()) : State::Offline;
}

int SyncClient::pendingCount() const
{
    return isConfigured() ? static_cast<int>(m_session->pendingCount()) : 0;
}

QByteArray SyncClient::record(DataType type, const QString &entityId) const
{
    Q_ASSERT(isConfigured());
    return m_session->record({type, entityId.toUtf8()}).value_or(QByteArray());
}

QMap<QString, QByteArray> SyncClient::records(DataType type) const
{
    Q_ASSERT(isConfigured());
    QMap<QString, QByteArray> records;
    for (const auto &[id, record] : m_session->records(type))
        records.insert(QString::fromUtf8(id), record);
    return records;
}

std::optional<Settled> SyncClient::outcome(const QByteArray &changeId) const
{
    Q_ASSERT(isConfigured());
    return m_replica->outcome(changeId);
}

quint64 SyncClient::position() const
{
    return isConfigured() ? m_session->position().seq : 0;
}

std::optional<qint64> SyncClient::clockOffsetMs() const
{
    return isConfigured() ? m_session->clock().offsetMs() : std::nullopt;
}

void SyncClient::carryOut()
{
    // A slot may call back: what that causes is carried out by the loop that runs already, in
    // order.
    if (m_isCarryingOut)
        return;
    m_isCarryingOut = true;
    const QPointer<SyncClient> self(this);
    for (auto effects = m_session->takeEffects(); !effects.empty();
         effects = m_session->takeEffects()) {
        for (const sync::Effect &effect : effects) {
            carryOut(effect);
            if (!self) // A slot deleted the client.
                return;
        }
    }
    m_isCarryingOut = false;
    if (const auto at = m_session->wakeAtMs())
        m_wake.start(
            std::chrono::milliseconds(std::clamp<qint64>(*at - now().steadyMs, 0, 24 * 3'600'000)));
    else
        m_wake.stop();
}

void SyncClient::carryOut(const sync::Effect &effect)
{
    using namespace sync::effect;
    if (std::holds_alternative<Open>(effect)) {
        openSocket();
    } else if (const auto *send = std::get_if<Send>(&effect)) {
        if (m_socket && send->isPacked)
            m_socket->sendBinaryMessage(send->message);
        else if (m_socket)
            m_socket->sendTextMessage(QString::fromUtf8(send->message));
    } else if (const auto *close = std::get_if<Close>(&effect)) {
        dropSocket(close->code);
    } else if (std::holds_alternative<StateChanged>(effect)) {
        const State state = publicState(std::get<StateChanged>(effect).state);
        if (std::exchange(m_toldState, state) != state)
            Q_EMIT stateChanged(state);
    } else if (const auto *updated = std::get_if<Updated>(&effect)) {
        announce(updated->update);
    } else if (const auto *ended = std::get_if<ChangeSettled>(&effect)) {
        const QPointer<SyncClient> self(this);
        Q_EMIT settled(ended->settled);
        if (self)
            Q_EMIT changeSettled(ended->settled.changeId, ended->settled.outcome,
                                 QString::fromUtf8(ended->settled.reason));
    } else if (const auto *pending = std::get_if<PendingChanged>(&effect)) {
        Q_EMIT pendingCountChanged(static_cast<int>(pending->count));
    } else if (const auto *presence = std::get_if<PresenceChanged>(&effect)) {
        m_present = presence->devices;
        Q_EMIT presenceChanged();
    } else if (const auto *problem = std::get_if<ProblemReported>(&effect)) {
        qCInfo(lcClient) << problem->problem.code << problem->problem.message;
        Q_EMIT problemOccurred(problem->problem);
    }
}

void SyncClient::announce(const Update &update)
{
    const QPointer<SyncClient> self(this);
    switch (update.key.dataType) {
    case DataType::Orders:
        Q_EMIT orderUpdated(update);
        break;
    case DataType::MenuItems:
        Q_EMIT menuUpdated(update);
        break;
    case DataType::Inventory:
        Q_EMIT inventoryUpdated(update);
        break;
    case DataType::Tables:
        Q_EMIT tableUpdated(update);
        break;
    case DataType::Users:
        Q_EMIT userUpdated(update);
        break;
    case DataType::Printers:
        Q_EMIT printerUpdated(update);
        break;
    }
    if (self)
        Q_EMIT recordUpdated(update);
}

void SyncClient::openSocket()
{
    dropSocket(QWebSocketProtocol::CloseCodeNormal);
    QUrl url = m_config.url;
    // Without a path Qt would send "GET ?…", which no server takes.
    if (url.path().isEmpty() || url.path() == u"/"_s)
        url.setPath(u"/v2"_s);
    QUrlQuery query(url);
    query.addQueryItem(u"restaurant_id"_s,
                       QString::fromLatin1(QUrl::toPercentEncoding(m_config.restaurantId)));
    query.addQueryItem(u"device_id"_s,
                       QString::fromLatin1(QUrl::toPercentEncoding(m_config.deviceId)));
    url.setQuery(query);
    QNetworkRequest request(url);
    if (!m_token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_token);
    // A new one each time, so that nothing of the last connection lingers.
    m_socket = new QWebSocket(QString(), QWebSocketProtocol::VersionLatest, this);
    m_socket->setMaxAllowedIncomingMessageSize(longestMessage);
    m_socket->setMaxAllowedIncomingFrameSize(longestMessage);
    m_socket->setOutgoingFrameSize(longestFrame);
    if (m_tls) {
        m_socket->setSslConfiguration(*m_tls);
        connect(m_socket, &QWebSocket::sslErrors, this, [this](const QList<QSslError> &errors) {
            if (m_socket && m_ignoresTlsErrors && m_ignoresTlsErrors(errors))
                m_socket->ignoreSslErrors(errors);
        });
    }
    connect(m_socket, &QWebSocket::connected, this, [this] {
        m_session->opened(now());
        carryOut();
    });
    connect(m_socket, &QWebSocket::textMessageReceived, this, [this](const QString &text) {
        m_session->received(text.toUtf8(), now());
        carryOut();
    });
    connect(m_socket, &QWebSocket::binaryMessageReceived, this, [this](const QByteArray &message) {
        m_session->receivedPacked(message, now());
        carryOut();
    });
    connect(m_socket, &QWebSocket::disconnected, this, &SyncClient::socketEnded);
    connect(m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this,
            &SyncClient::socketEnded);
    QWebSocketHandshakeOptions options;
    options.setSubprotocols({QString::fromLatin1(v2::subprotocol)});
    m_socket->open(request, options);
}

void SyncClient::setTls(const QSslConfiguration &tls,
                        std::function<bool(const QList<QSslError> &errors)> ignores)
{
    m_tls = tls;
    m_ignoresTlsErrors = std::move(ignores);
}

void SyncClient::dropSocket(int code)
{
    QWebSocket *socket = m_socket;
    m_socket = nullptr;
    if (!socket)
        return;
    socket->disconnect(this);
    // It may be what called us, and must outlive the call even if this client does not.
    socket->setParent(nullptr);
    socket->close(static_cast<QWebSocketProtocol::CloseCode>(code));
    socket->deleteLater();
}

void SyncClient::socketEnded()
{
    if (!m_socket)
        return;
    const QString why = m_socket->errorString();
    const QString reason = m_socket->closeReason();
    const int code = closeCodeOf(*m_socket);
    const bool wasOpen = m_session->state() > LinkState::Opening;
    dropSocket(QWebSocketProtocol::CloseCodeNormal);
    // Qt tells the status of a refused handshake only in words.
    if (!wasOpen && (why.contains(u"401"_s) || why.contains(u"403"_s)))
        m_session->denied(why, now());
    else
        m_session->closed(wasOpen ? code : 0, reason.isEmpty() ? why : reason, now());
    carryOut();
}

void SyncClient::watchNetwork()
{
    // Only a hint: a system that knows of no network may well reach the server in the same room.
    if (!QNetworkInformation::loadBackendByFeatures(QNetworkInformation::Feature::Reachability))
        return;
    connect(QNetworkInformation::instance(), &QNetworkInformation::reachabilityChanged, this,
            [this](QNetworkInformation::Reachability reachability) {
                if (reachability == QNetworkInformation::Reachability::Disconnected)
                    return;
                m_session->networkReturned(now());
                carryOut();
            });
}

sync::DeviceTime SyncClient::now() const
{
    return {QDateTime::currentMSecsSinceEpoch() + m_clockSkewMs, m_steady.elapsed()};
}

} // namespace possync
