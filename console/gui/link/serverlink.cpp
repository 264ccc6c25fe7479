// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/link/serverlink.h"

#include "console/gui/base/words.h"
#include "console/gui/connect/address.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QRandomGenerator>
#include <QUrlQuery>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr quint64 longestFrame = 32 * 1024 * 1024;
constexpr qint64 longestAnswer = 64 * 1024 * 1024;
// What is loaded from before the console connected, per restaurant, and how much is caught up after
// a drop.
constexpr quint64 historyOnStart = 500;
constexpr int mostPages = 100;
constexpr int pageSize = 1000;

/// An id may hold any character, also a slash.
QString encoded(const QString &id)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(id));
}

qint64 now()
{
    return QDateTime::currentMSecsSinceEpoch();
}

} // namespace

ServerLink::ServerLink(Session &session, LinkTiming timing, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_timing(timing)
    , m_http(new QNetworkAccessManager(this))
{
    m_http->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_http->setTransferTimeout(timing.answer);
    m_socket.setMaxAllowedIncomingFrameSize(longestFrame);
    m_socket.setMaxAllowedIncomingMessageSize(longestFrame);
    m_retry.setSingleShot(true);
    m_handshake.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &ServerLink::open);
    connect(&m_beat, &QTimer::timeout, this, &ServerLink::beat);
    connect(&m_handshake, &QTimer::timeout, this,
            [this] { drop(tr("It did not answer in time.")); });
    connect(&m_socket, &QWebSocket::connected, this, [this] {
        send({{u"type"_s, u"hello"_s},
              {u"client"_s, u"possync-console"_s},
              {u"version"_s, QStringLiteral(POSSYNC_VERSION)}});
    });
    connect(&m_socket, &QWebSocket::disconnected, this, [this] {
        drop(m_socket.closeReason().isEmpty() ? m_socket.errorString() : m_socket.closeReason());
    });
    connect(&m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this,
            [this] { drop(m_socket.errorString()); });
    connect(&m_socket, &QWebSocket::textMessageReceived, this, &ServerLink::handleText);
    connect(&m_socket, &QWebSocket::pong, this, [this](quint64 elapsedMs) {
        m_lastPongMs = now();
        if (!m_isWelcome)
            return;
        LinkStatus link = m_session.link();
        link.roundTripMs = qint64(elapsedMs);
        m_session.setLink(link);
    });
    session.setPort(this);
}

ServerLink::~ServerLink()
{
    m_session.setPort(nullptr);
    m_socket.disconnect(this);
    m_socket.abort();
}

void ServerLink::connectTo(const QUrl &server)
{
    if (!m_server.isEmpty() && server != m_server) {
        m_session.forget();
        m_tails.clear();
    }
    m_server = server;
    m_attempt = 0;
    m_session.setLink({});
    open();
}

void ServerLink::retryNow()
{
    if (!m_server.isEmpty() && !m_isWelcome)
        open();
}

void ServerLink::open()
{
    m_retry.stop();
    m_isWelcome = false;
    m_misunderstood = 0;
    {
        const QSignalBlocker quiet(&m_socket); // leaving the old connection is no news
        m_socket.abort();
    }
    ++m_attempt;
    m_handshake.start(m_timing.answer);
    setPhase(LinkStatus::Connecting, m_dropReason);
    QUrl url = m_server;
    url.setScheme(m_server.scheme() == "https"_L1 ? u"wss"_s : u"ws"_s);
    url.setPath(u"/admin"_s);
    QNetworkRequest request(url);
    // QWebSocket 6.4 has no list of subprotocols; the header says the same.
    request.setRawHeader("Sec-WebSocket-Protocol", "possync.admin.v1");
    m_socket.open(request);
}

void ServerLink::drop(const QString &reason)
{
    if (m_retry.isActive())
        return; // abort() reports a second time
    m_handshake.stop();
    m_beat.stop();
    const bool wasWelcome = std::exchange(m_isWelcome, false);
    if (wasWelcome)
        m_attempt = 0;
    m_dropReason = plainLine(reason, 200);
    const int doublings = std::min(m_attempt, 12);
    const int wait =
        std::min(m_timing.lastRetry, m_timing.firstRetry << std::max(doublings - 1, 0));
    // Many consoles must not come back in the same instant.
    m_retry.start(wait + int(QRandomGenerator::global()->bounded(wait / 4 + 1)));
    LinkStatus link = m_session.link();
    if (wasWelcome)
        link.lostMs = m_session.nowMs();
    link.phase = LinkStatus::Waiting;
    link.host = hostText(m_server);
    link.reason = m_dropReason;
    link.attempt = m_attempt + 1;
    link.retryAtMs = m_session.nowMs() + m_retry.remainingTime();
    m_session.setLink(link);
    {
        const QSignalBlocker quiet(&m_socket);
        m_socket.abort();
    }
    for (const Pending &pending : std::exchange(m_pending, {})) {
        if (pending.context)
            pending.answer(Unexpected(tr("The connection was lost before the server answered; "
                                         "whether it was done is not known.")));
    }
    for (Tail &tail : m_tails)
        tail.held.clear(); // they are fetched with what is missed from now on
}

void ServerLink::setPhase(LinkStatus::Phase phase, const QString &reason)
{
    LinkStatus link = m_session.link();
    link.phase = phase;
    link.host = hostText(m_server);
    link.reason = reason;
    link.attempt = m_attempt;
    link.retryAtMs = 0;
    m_session.setLink(link);
}

void ServerLink::handleText(const QString &text)
{
    auto frame = wire::decode(text.toUtf8());
    if (!frame) {
        ++m_misunderstood;
        if (!m_isWelcome)
            drop(tr("It answers, but not as a PosSync server does: %1.").arg(frame.error()));
        return;
    }
    if (!m_isWelcome && !std::holds_alternative<wire::Welcome>(*frame))
        return;
    std::visit(
        [this](auto &content) {
            using Content = std::decay_t<decltype(content)>;
            if constexpr (std::is_same_v<Content, wire::DeviceList>)
                m_session.takeDevices(content.restaurant, content.devices);
            else if constexpr (std::is_same_v<Content, wire::Traffic>)
                m_session.takeTraffic(content.restaurant, content.sample);
            else if constexpr (std::is_same_v<Content, QList<LogLine>>)
                m_session.takeLogs(content);
            else if constexpr (std::is_same_v<Content, wire::Gap>)
                m_session.takeGap(content.topic, content.missed);
            else if constexpr (!std::is_same_v<Content, wire::Unknown>)
                handle(content);
        },
        *frame);
}

void ServerLink::handle(const wire::Welcome &welcome)
{
    if (welcome.protocol != 1) {
        drop(tr("It speaks version %1 of the admin protocol, this console version 1. Update the "
                "older of the two.")
                 .arg(welcome.protocol));
        return;
    }
    m_handshake.stop();
    m_isWelcome = true;
    m_attempt = 1;
    m_dropReason.clear();
    m_lastPongMs = now();
    for (Tail &tail : m_tails)
        tail.pages = 0; // what was missed while away is fetched again
    m_session.setClockOffset(welcome.serverMs > 0 ? welcome.serverMs - now() : 0);
    LinkStatus link{.phase = LinkStatus::Connected, .host = hostText(m_server)};
    m_session.setLink(link);
    send({{u"type"_s, u"subscribe"_s},
          {u"topics"_s,
           QJsonArray{u"restaurants"_s, u"devices"_s, u"changes"_s, u"traffic"_s, u"logs"_s}},
          {u"restaurant"_s, QJsonValue::Null}});
    m_beat.start(m_timing.ping);
    m_socket.ping();
}

void ServerLink::handle(const QList<RestaurantFacts> &restaurants)
{
    m_session.takeRestaurants(restaurants);
    for (const RestaurantFacts &restaurant : restaurants) {
        Tail &tail = m_tails[restaurant.id];
        const bool isNew = tail.epoch != restaurant.epoch;
        if (isNew) {
            tail.epoch = restaurant.epoch;
            tail.lastSeq = restaurant.head > historyOnStart ? restaurant.head - historyOnStart : 0;
        }
        // Only the first list after a connect can be ahead of the live changes for good.
        if (restaurant.head > tail.lastSeq && (isNew || tail.pages == 0) && !tail.isFetching)
            fetchMissed(restaurant.id, tail.lastSeq);
    }
}

void ServerLink::handle(wire::ChangeBatch &batch)
{
    Tail &tail = m_tails[batch.restaurant];
    const bool hasHole =
        tail.lastSeq > 0 && !batch.changes.empty() && batch.changes.front().seq > tail.lastSeq + 1;
    if (tail.isFetching || hasHole) {
        std::ranges::move(batch.changes, std::back_inserter(tail.held));
        if (!tail.isFetching)
            fetchMissed(batch.restaurant, tail.lastSeq);
        return;
    }
    take(tail, std::move(batch.changes));
}

void ServerLink::take(Tail &tail, std::vector<ChangeEntry> changes)
{
    std::erase_if(changes,
                  [&tail](const ChangeEntry &change) { return change.seq <= tail.lastSeq; });
    if (changes.empty())
        return;
    tail.lastSeq = changes.back().seq;
    m_session.takeChanges(std::move(changes));
}

void ServerLink::fetchMissed(const QString &restaurant, quint64 since)
{
    Tail &tail = m_tails[restaurant];
    tail.isFetching = true;
    ++tail.pages;
    QNetworkReply *reply =
        get(u"/api/restaurants/%1/changes"_s.arg(encoded(restaurant)),
            {{u"since"_s, QString::number(since)}, {u"limit"_s, QString::number(pageSize)}});
    connect(reply, &QNetworkReply::finished, this,
            [this, reply, restaurant, since, epoch = tail.epoch] {
                reply->deleteLater();
                Tail &current = m_tails[restaurant];
                if (current.epoch != epoch)
                    return endFetch(restaurant);
                auto page = wire::decodeChangePage(reply->readAll(), restaurant);
                if (reply->error() != QNetworkReply::NoError || !page)
                    return endFetch(restaurant);
                const quint64 next = page->next;
                const bool goOn = page->hasMore && next > since && current.pages < mostPages;
                take(current, std::move(page->changes));
                if (goOn)
                    fetchMissed(restaurant, next);
                else
                    endFetch(restaurant);
            });
}

void ServerLink::endFetch(const QString &restaurant)
{
    Tail &tail = m_tails[restaurant];
    tail.isFetching = false;
    take(tail, std::exchange(tail.held, {}));
}

void ServerLink::handle(const wire::CommandResult &result)
{
    const auto found = m_pending.constFind(result.id);
    if (found == m_pending.cend())
        return;
    const Pending pending = *found;
    m_pending.erase(found);
    if (!pending.context)
        return;
    if (result.isOk)
        pending.answer(result.result);
    else
        pending.answer(Unexpected(
            result.error.isEmpty() ? tr("The server refused without saying why.") : result.error));
}

void ServerLink::beat()
{
    if (now() - m_lastPongMs > 3 * m_timing.ping + 1000) {
        drop(tr("It stopped answering."));
        return;
    }
    m_socket.ping();
    for (auto it = m_pending.begin(); it != m_pending.end();) {
        if (it->deadlineMs > now()) {
            ++it;
            continue;
        }
        const Pending pending = *it;
        it = m_pending.erase(it);
        if (pending.context)
            pending.answer(Unexpected(
                tr("The server did not answer in time; whether it was done is not known.")));
    }
}

void ServerLink::send(const QJsonObject &frame)
{
    m_socket.sendTextMessage(
        QString::fromUtf8(QJsonDocument(frame).toJson(QJsonDocument::Compact)));
}

void ServerLink::command(QJsonObject body, QObject *context, Answer answer)
{
    const QString id = u"c%1"_s.arg(m_nextCommand++);
    body.insert(u"type"_s, u"command"_s);
    body.insert(u"id"_s, id);
    m_pending.insert(id, {context, std::move(answer), now() + m_timing.answer});
    send(body);
}

void ServerLink::push(const ComposedChange &change, QObject *context, Answer answer)
{
    // Numbers keep the text they were written in: the data goes into the frame as text, not as a
    // value.
    const QString id = u"c%1"_s.arg(m_nextCommand++);
    const auto quoted = [](const QString &text) {
        QByteArray list = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
        return list.sliced(1, list.size() - 2);
    };
    QByteArray frame = R"({"type":"command","command":"push","id":)" + quoted(id)
                       + R"(,"restaurant":)" + quoted(change.restaurant)
                       + R"(,"change":{"data_type":)" + quoted(change.dataType) + R"(,"action":)"
                       + quoted(change.action) + R"(,"entity_id":)" + quoted(change.entityId);
    if (!change.userId.isEmpty())
        frame += R"(,"user_id":)" + quoted(change.userId);
    frame += R"(,"data":)" + change.data + "}}";
    m_pending.insert(id, {context, std::move(answer), now() + m_timing.answer});
    m_socket.sendTextMessage(QString::fromUtf8(frame));
}

void ServerLink::kick(const QString &restaurant, qint64 connection, QObject *context, Answer answer)
{
    command(
        {{u"command"_s, u"kick"_s}, {u"restaurant"_s, restaurant}, {u"connection"_s, connection}},
        context, std::move(answer));
}

void ServerLink::ping(const QString &restaurant, qint64 connection, QObject *context, Answer answer)
{
    command(
        {{u"command"_s, u"ping"_s}, {u"restaurant"_s, restaurant}, {u"connection"_s, connection}},
        context, std::move(answer));
}

QNetworkReply *ServerLink::get(const QString &path, const QList<std::pair<QString, QString>> &query)
{
    QUrl url = m_server;
    url.setPath(path);
    QUrlQuery parameters;
    for (const auto &[key, value] : query)
        parameters.addQueryItem(key, value);
    url.setQuery(parameters);
    QNetworkReply *reply = m_http->get(QNetworkRequest(url));
    connect(reply, &QNetworkReply::downloadProgress, reply, [reply](qint64 received) {
        if (received > longestAnswer)
            reply->abort();
    });
    return reply;
}

void ServerLink::fetchRecords(const QString &restaurant, QObject *context, Answer answer)
{
    QNetworkReply *reply = get(u"/api/restaurants/%1/data"_s.arg(encoded(restaurant)), {});
    connect(reply, &QNetworkReply::finished, context, [reply, answer] {
        reply->deleteLater();
        const QByteArray body = reply->readAll();
        QJsonParseError error;
        const QJsonObject object = QJsonDocument::fromJson(body, &error).object();
        if (reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() == 404)
            return answer(QJsonObject{{u"data"_s, QJsonObject()}}); // nothing stored yet
        if (reply->error() != QNetworkReply::NoError)
            return answer(Unexpected(object.value("message"_L1).toString(reply->errorString())));
        if (!object.value("data"_L1).isObject())
            return answer(
                Unexpected(tr("The server's answer makes no sense: %1.").arg(error.errorString())));
        answer(object);
    });
}

} // namespace possync::gui
