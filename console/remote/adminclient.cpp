// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/adminclient.h"

#include "common/model/jsontext.h"
#include "common/model/timestamp.h"

#include <QDateTime>
#include <QWebSocketHandshakeOptions>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

constexpr int pageSize = 5000;
/// Live changes kept while a fetch runs; beyond it they are fetched instead.
constexpr std::size_t maxHeld = 100000;
constexpr quint64 maxFrameBytes = 64ULL * 1024 * 1024;

qint64 nowMs()
{
    return QDateTime::currentMSecsSinceEpoch();
}

QByteArray connectionBody(const QString &restaurant, qint64 connection)
{
    return "{\"restaurant\":" + json::quoted(restaurant.toUtf8())
           + ",\"connection\":" + QByteArray::number(connection) + '}';
}

} // namespace

AdminClient::AdminClient(AdminTiming timing, QObject *parent)
    : QObject(parent)
    , m_timing(timing)
    , m_chance(std::random_device{}())
{
    m_retry.setSingleShot(true);
    m_handshake.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &AdminClient::open);
    connect(&m_beat, &QTimer::timeout, this, &AdminClient::beat);
    connect(&m_handshake, &QTimer::timeout, this, [this] {
        drop(State::Waiting, trouble(u"timeout"_s, {QT_TRANSLATE_NOOP("possync::remote",
                                                                      "%1 did not answer in time."),
                                                    {hostText(m_server)}}));
    });
}

AdminClient::~AdminClient()
{
    discardSocket();
}

void AdminClient::connectTo(const QUrl &server, const QByteArray &token, const ServerTrust &trust)
{
    disconnectFromServer();
    m_tails.clear();
    m_beginnings.clear();
    m_hasList = false;
    m_shortLived = 0;
    m_server = server;
    m_token = token;
    m_rest.setServer(server);
    m_rest.setToken(token);
    m_trust = trust;
    m_rest.setTrust(trust);
    m_attempt = 0;
    open();
}

void AdminClient::disconnectFromServer()
{
    drop(State::Idle, trouble(u"closed"_s, {QT_TRANSLATE_NOOP("possync::remote",
                                                              "The connection was closed.")}));
}

void AdminClient::retryNow()
{
    if (m_state == State::Waiting || m_state == State::Refused)
        open();
}

void AdminClient::open()
{
    m_retry.stop();
    m_retryAtMs = 0;
    ++m_attempt;
    QUrl url = m_server;
    url.setScheme(m_server.scheme() == u"https"_s ? u"wss"_s : u"ws"_s);
    QString path = m_server.path();
    while (path.endsWith(u'/'))
        path.chop(1);
    url.setPath(path + u"/admin"_s);
    url.setQuery(QString());
    QNetworkRequest request(url);
    if (!m_token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_token);
    QWebSocketHandshakeOptions options;
    options.setSubprotocols({u"possync.admin.v1"_s});
    setState(State::Connecting);
    m_handshake.start(m_timing.answer);
    // A new one each time, so that nothing of the last connection lingers.
    m_socket = new QWebSocket(QString(), QWebSocketProtocol::VersionLatest, this);
    m_socket->setMaxAllowedIncomingMessageSize(maxFrameBytes);
    m_socket->setMaxAllowedIncomingFrameSize(maxFrameBytes);
    connect(m_socket, &QWebSocket::connected, this, [this] {
        m_socket->sendTextMessage(QString::fromUtf8(wire::encodeHello(u"possync-console"_s)));
    });
    connect(m_socket, &QWebSocket::disconnected, this, [this] {
        // A failed try ends in this signal first; only the socket knows why.
        const QAbstractSocket::SocketError error = m_socket->error();
        if (m_state == State::Connecting && error != QAbstractSocket::UnknownSocketError) {
            handleError(error);
            return;
        }
        drop(State::Waiting,
             unreachable(m_server,
                         m_socket->closeReason().isEmpty() ? Phrase{QT_TRANSLATE_NOOP(
                             "possync::remote", "Could not reach %1: the connection was lost.")}
                                                           : systemsWord(m_socket->closeReason())));
    });
    connect(m_socket, &QWebSocket::textMessageReceived, this, &AdminClient::handleText);
    connect(m_socket, &QWebSocket::pong, this, [this](quint64 elapsedMs, const QByteArray &) {
        m_lastPongMs = nowMs();
        m_roundTripMs = static_cast<qint64>(elapsedMs);
        Q_EMIT roundTripMeasured(m_roundTripMs);
    });
    connect(m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this,
            &AdminClient::handleError);
    m_tlsErrors.clear();
    if (url.scheme() == u"wss"_s) {
        m_socket->setSslConfiguration(m_trust.configuration());
        connect(m_socket, &QWebSocket::sslErrors, this, [this](const QList<QSslError> &errors) {
            if (m_trust.answersFor(errors))
                m_socket->ignoreSslErrors();
            else
                m_tlsErrors = errors; // the handshake ends now, in an error
        });
    }
    m_socket->open(request, options);
}

void AdminClient::handleError(QAbstractSocket::SocketError error)
{
    if (!m_tlsErrors.isEmpty()) {
        drop(State::Refused, m_trust.explain(m_server, m_tlsErrors));
        return;
    }
    const QString text = m_socket->errorString();
    // A handshake answered with an HTTP error is reported as a refused connection as well.
    if (text.startsWith(u"QWebSocketPrivate::processHandshake"_s)) {
        if (text.contains(u"code: 401"_s)) {
            drop(
                State::Refused,
                m_token.isEmpty()
                    ? trouble(u"token_required"_s,
                              {QT_TRANSLATE_NOOP("possync::remote", "%1 asks for a token."),
                               {hostText(m_server)}})
                    : trouble(u"token_invalid"_s,
                              {QT_TRANSLATE_NOOP(
                                   "possync::remote",
                                   "%1 does not accept the token: it is unknown, over or revoked."),
                               {hostText(m_server)}}));
            return;
        }
        if (text.contains(u"code: 403"_s) && !m_token.isEmpty()) {
            drop(State::Refused,
                 trouble(u"forbidden"_s,
                         {QT_TRANSLATE_NOOP("possync::remote",
                                            "The token is good for %1, but not for watching it."),
                          {hostText(m_server)}}));
            return;
        }
        drop(State::Refused,
             trouble(u"refused"_s,
                     {QT_TRANSLATE_NOOP("possync::remote", "%1 does not let this program watch."),
                      {hostText(m_server)}},
                     {QT_TRANSLATE_NOOP("possync::remote",
                                        "Is it a PosSync server, and does it ask for a token?")}));
        return;
    }
    drop(State::Waiting, unreachable(m_server, error == QAbstractSocket::ConnectionRefusedError
                                                   ? noAnswer()
                                                   : systemsWord(text)));
}

void AdminClient::discardSocket()
{
    QWebSocket *socket = std::exchange(m_socket, nullptr);
    if (!socket)
        return;
    socket->disconnect(this);
    socket->abort();
    socket->deleteLater();
}

void AdminClient::drop(State next, const RemoteError &reason)
{
    if (m_state == State::Idle || m_state == State::Waiting || m_state == State::Refused) {
        if (next != State::Idle)
            return;
    }
    ++m_round;
    if (m_state == State::Connected)
        ++m_shortLived; // Until a ping says otherwise, the next wait is not the shortest.
    m_handshake.stop();
    m_beat.stop();
    m_retry.stop();
    m_roundTripMs = -1;
    m_retryAtMs = 0;
    for (Tail &tail : m_tails) {
        tail.isFetching = false;
        tail.held.clear();
    }
    if (next != State::Idle) {
        const qint64 doubled = qint64(m_timing.firstRetry)
                               << std::clamp(std::max(m_attempt - 1, m_shortLived), 0, 16);
        const int ceiling = static_cast<int>(std::min<qint64>(doubled, m_timing.lastRetry));
        const int wait = std::uniform_int_distribution(ceiling / 2, ceiling)(m_chance);
        m_retryAtMs = nowMs() + wait;
        m_retry.start(wait);
    }
    m_state = next;
    m_reason = reason;
    discardSocket();
    failPending(reason);
    Q_EMIT stateChanged(m_state);
}

void AdminClient::subscribe(const QStringList &topics, const QString &restaurant)
{
    m_topics = topics;
    m_restaurant = restaurant;
    if (m_state == State::Connected)
        m_socket->sendTextMessage(QString::fromUtf8(wire::encodeSubscribe(topics, restaurant)));
}

void AdminClient::followFrom(const QString &restaurant, quint64 seq)
{
    Tail &tail = m_tails[restaurant];
    tail.lastSeq = seq;
    if (m_state == State::Connected)
        refill(restaurant);
}

void AdminClient::handleText(const QString &text)
{
    auto frame = wire::decodeFrame(text.toUtf8());
    if (!frame) {
        ++m_misunderstood;
        Q_EMIT frameMisunderstood(frame.error());
        return;
    }
    const bool isWelcome = std::holds_alternative<wire::Welcome>(*frame);
    if (m_state != State::Connected && !isWelcome)
        return;
    std::visit([this](auto &content) { handle(content); }, *frame);
}

void AdminClient::handle(const wire::Welcome &welcome)
{
    if (m_state == State::Connected)
        return;
    if (welcome.protocol != 1) {
        drop(
            State::Refused,
            trouble(
                u"version"_s,
                {QT_TRANSLATE_NOOP(
                     "possync::remote",
                     "The server speaks version %1 of the admin protocol, this program version 1."),
                 {QString::number(welcome.protocol)}},
                {QT_TRANSLATE_NOOP("possync::remote",
                                   "Use the console that came with the server.")}));
        return;
    }
    m_handshake.stop();
    m_welcome = welcome;
    m_clockOffsetMs = welcome.serverMs > 0 ? welcome.serverMs - nowMs() : 0;
    m_attempt = 0;
    m_misunderstood = 0;
    m_lastPongMs = nowMs();
    m_beat.start(m_timing.ping);
    if (!m_topics.isEmpty())
        m_socket->sendTextMessage(QString::fromUtf8(wire::encodeSubscribe(m_topics, m_restaurant)));
    m_awaitsList = m_topics.contains(u"restaurants"_s);
    m_socket->ping();
    if (!m_awaitsList) {
        const QStringList known = m_tails.keys();
        for (const QString &restaurant : known)
            refill(restaurant);
    }
    setState(State::Connected);
}

void AdminClient::handle(const QList<RestaurantSummary> &restaurants)
{
    const bool isFirst = std::exchange(m_awaitsList, false);
    for (const RestaurantSummary &restaurant : restaurants) {
        const QString &id = restaurant.id;
        const auto begun = m_beginnings.constFind(id);
        if (begun == m_beginnings.cend()) {
            // Where all restaurants were named before, this one is new and begins at its start.
            m_beginnings.insert(id, {restaurant.epoch, m_hasList ? 0 : restaurant.head});
        } else if (!m_tails.contains(id) && begun->epoch != restaurant.epoch) {
            m_beginnings.insert(id, {restaurant.epoch, restaurant.head});
        }
        const quint64 last = m_tails.contains(id) ? m_tails[id].lastSeq : m_beginnings[id].head;
        // Later lists run ahead of the live changes, which are gathered for a moment.
        if (isFirst && restaurant.head > last && wantsChangesOf(id))
            refill(id);
        const auto tail = m_tails.find(id);
        if (tail == m_tails.end() || restaurant.epoch.isEmpty())
            continue;
        if (tail->epoch.isEmpty())
            tail->epoch = restaurant.epoch;
        else if (tail->epoch != restaurant.epoch)
            refill(id);
    }
    m_hasList = true;
    Q_EMIT restaurantsArrived(restaurants);
}

void AdminClient::handle(const wire::DeviceList &list)
{
    Q_EMIT devicesArrived(list.restaurant, list.devices);
}

void AdminClient::handle(const TrafficSample &sample)
{
    Q_EMIT trafficArrived(sample);
}

void AdminClient::handle(const QList<LogLine> &lines)
{
    Q_EMIT logsArrived(lines);
}

void AdminClient::handle(const wire::Gap &gap)
{
    if (gap.topic == u"logs"_s) {
        Q_EMIT logsMissed(gap.missed);
        return;
    }
    const QStringList known = m_tails.keys();
    for (const QString &restaurant : known) {
        m_tails[restaurant].isStale = true;
        refill(restaurant);
    }
}

void AdminClient::handle(const wire::Unknown &unknown)
{
    Q_UNUSED(unknown)
}

void AdminClient::command(const QString &name, const QByteArray &body, QObject *context,
                          Receiver<QByteArray> receiver)
{
    if (m_state != State::Connected) {
        const RemoteError error =
            m_reason.message.isEmpty() ? trouble(
                u"not_connected"_s,
                {QT_TRANSLATE_NOOP("possync::remote", "There is no connection to the server.")})
                                       : m_reason;
        QTimer::singleShot(
            0, context, [receiver = std::move(receiver), error] { receiver(Unexpected{error}); });
        return;
    }
    const QString id = u"c%1"_s.arg(m_nextCommand++);
    m_pending.insert(id, {context, std::move(receiver), nowMs() + m_timing.answer});
    m_socket->sendTextMessage(QString::fromUtf8(wire::encodeCommand(id, name, body)));
}

void AdminClient::push(const NewChange &change, QObject *context, Receiver<QByteArray> receiver)
{
    command(u"push"_s, wire::encodePush(change), context, std::move(receiver));
}

void AdminClient::kick(const QString &restaurant, qint64 connection, QObject *context,
                       Receiver<QByteArray> receiver)
{
    command(u"kick"_s, connectionBody(restaurant, connection), context, std::move(receiver));
}

void AdminClient::ping(const QString &restaurant, qint64 connection, QObject *context,
                       Receiver<QByteArray> receiver)
{
    command(u"ping"_s, connectionBody(restaurant, connection), context, std::move(receiver));
}

void AdminClient::rename(const QString &restaurant, const QString &device, const QString &name,
                         QObject *context, Receiver<QByteArray> receiver)
{
    const QByteArray body =
        "{\"restaurant\":" + json::quoted(restaurant.toUtf8())
        + ",\"device\":" + (device.isEmpty() ? "null" : json::quoted(device.toUtf8()))
        + ",\"name\":" + json::quoted(name.toUtf8()) + '}';
    command(u"rename"_s, body, context, std::move(receiver));
}

void AdminClient::traffic(const QString &restaurant, qint64 fromMs, qint64 toMs, int stepS,
                          QObject *context, Receiver<TrafficPage> receiver)
{
    const QByteArray body =
        "{\"restaurant\":" + (restaurant.isEmpty() ? "null" : json::quoted(restaurant.toUtf8()))
        + ",\"from\":\"" + formatTimestamp(fromMs) + "\",\"to\":\"" + formatTimestamp(toMs)
        + "\",\"step_s\":" + QByteArray::number(stepS) + '}';
    command(
        u"read_traffic"_s, body, context,
        [receiver = std::move(receiver)](const Answer<QByteArray> &answer) {
            if (!answer) {
                receiver(Unexpected{answer.error()});
                return;
            }
            const auto page = wire::decodeTrafficPage(*answer);
            if (page)
                receiver(*page);
            else
                receiver(Unexpected{trouble(
                    u"bad_answer"_s, {QT_TRANSLATE_NOOP("possync::remote",
                                                        "The server's answer makes no sense: %1."),
                                      {page.error()}})});
        });
}

void AdminClient::handle(const wire::CommandResult &result)
{
    const Pending pending = m_pending.take(result.id);
    if (pending.context && pending.receiver)
        pending.receiver(result.result);
}

void AdminClient::failPending(const RemoteError &error)
{
    const auto pending = std::exchange(m_pending, {});
    for (const Pending &command : pending) {
        if (command.context)
            command.receiver(Unexpected{error});
    }
}

void AdminClient::beat()
{
    const qint64 now = nowMs();
    if (now - m_lastPongMs > 3LL * m_timing.ping) {
        drop(State::Waiting,
             trouble(u"timeout"_s, {QT_TRANSLATE_NOOP("possync::remote", "%1 no longer answers."),
                                    {hostText(m_server)}}));
        return;
    }
    QStringList late;
    for (auto it = m_pending.cbegin(); it != m_pending.cend(); ++it) {
        if (it->deadlineMs < now)
            late.append(it.key());
    }
    for (const QString &id : late) {
        const Pending pending = m_pending.take(id);
        if (pending.context)
            pending.receiver(Unexpected{trouble(
                u"timeout"_s,
                {QT_TRANSLATE_NOOP("possync::remote", "The server did not answer in time.")})});
    }
    m_shortLived = 0;
    m_socket->ping();
}

void AdminClient::setState(State state, const RemoteError &reason)
{
    m_state = state;
    m_reason = reason;
    Q_EMIT stateChanged(state);
}

// ---- changes without a hole --------------------------------------------------------------------

bool AdminClient::wantsChangesOf(const QString &restaurant) const
{
    return m_topics.contains(u"changes"_s)
           && (m_restaurant.isEmpty() || m_restaurant == restaurant);
}

AdminClient::Tail &AdminClient::tailOf(const QString &restaurant)
{
    if (const auto tail = m_tails.find(restaurant); tail != m_tails.end())
        return *tail;
    const Beginning beginning = m_beginnings.value(restaurant);
    Tail tail;
    tail.epoch = beginning.epoch;
    tail.lastSeq = beginning.head;
    return *m_tails.insert(restaurant, tail);
}

void AdminClient::handle(wire::ChangeBatch &batch)
{
    if (batch.changes.empty())
        return;
    const quint64 first = batch.changes.front().seq;
    const bool isNew = !m_tails.contains(batch.restaurant);
    const bool hasBeginning = m_beginnings.contains(batch.restaurant);
    Tail &tail = tailOf(batch.restaurant);
    // A list may run ahead of the changes gathered for us; nobody told us of older ones.
    if (isNew && first > 0 && (!hasBeginning || first <= tail.lastSeq))
        tail.lastSeq = first - 1;
    if (tail.isFetching) {
        if (tail.held.size() + batch.changes.size() > maxHeld) {
            tail.held.clear();
            tail.isStale = true;
        } else if (!tail.isStale || tail.held.empty()) {
            std::ranges::move(batch.changes, std::back_inserter(tail.held));
        }
        return;
    }
    if (first > tail.lastSeq + 1) {
        tail.held = std::move(batch.changes);
        refill(batch.restaurant);
        return;
    }
    handOn(batch.restaurant, std::move(batch.changes));
}

void AdminClient::refill(const QString &restaurant)
{
    Tail &tail = tailOf(restaurant);
    if (tail.isFetching)
        return;
    tail.isFetching = true;
    tail.isStale = false;
    m_rest.changes(restaurant, tail.lastSeq, pageSize, this,
                   [this, restaurant, round = m_round](const Answer<ChangePage> &page) {
                       if (round == m_round)
                           takePage(restaurant, page);
                   });
}

void AdminClient::takePage(const QString &restaurant, const Answer<ChangePage> &answer)
{
    Tail &tail = m_tails[restaurant];
    tail.isFetching = false;
    if (!answer && answer.error().code == u"unknown_restaurant"_s) {
        handOn(restaurant, std::exchange(tail.held, {})); // It has no changes yet.
        return;
    }
    if (!answer) {
        // A hole must not be papered over: begin again with a new connection.
        drop(State::Waiting, answer.error());
        return;
    }
    if (!tail.epoch.isEmpty() && !answer->epoch.isEmpty() && tail.epoch != answer->epoch) {
        tail = Tail{.epoch = answer->epoch, .lastSeq = 0, .held = {}};
        refill(restaurant);
        Q_EMIT historyReplaced(restaurant, answer->epoch);
        return;
    }
    if (!answer->epoch.isEmpty())
        tail.epoch = answer->epoch;
    const bool goesOn = (answer->hasMore && answer->next > tail.lastSeq) || tail.isStale;
    const quint64 round = m_round;
    handOn(restaurant, answer->changes);
    if (round != m_round)
        return; // Who was told of the changes has left this server.
    Tail &after = m_tails[restaurant];
    after.lastSeq = std::max(after.lastSeq, answer->next);
    if (goesOn)
        refill(restaurant);
    else
        handOn(restaurant, std::exchange(after.held, {}));
}

void AdminClient::handOn(const QString &restaurant, std::vector<ChangeEntry> changes)
{
    Tail &tail = m_tails[restaurant];
    std::erase_if(changes, [&](const ChangeEntry &change) {
        if (change.seq <= tail.lastSeq)
            return true;
        tail.lastSeq = change.seq;
        return false;
    });
    if (!changes.empty())
        Q_EMIT changesArrived(restaurant, changes);
}

} // namespace possync::remote
