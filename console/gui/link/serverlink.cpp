// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/link/serverlink.h"

#include "console/gui/base/words.h"
#include "console/gui/connect/address.h"
#include "console/gui/link/convert.h"
#include "console/remote/conflicts.h"
#include "console/remote/ownertoken.h"

#include <QJsonDocument>

namespace possync::gui {

using namespace Qt::StringLiterals;
using remote::AdminClient;

namespace {

// What is loaded from before the console connected, for each of so many restaurants.
constexpr quint64 historyOnStart = 500;
constexpr qsizetype mostFollowed = 200;
constexpr qint64 recentTrafficMs = 5 * 60 * 1000;
// A refused change moves no head, so restaurants are asked now and then in any case.
constexpr int conflictProbeMs = 500;
constexpr qint64 quietProbeMs = 5000;
constexpr int mostConflicts = 300; // of each restaurant; older ones are loaded by the page

/// The command may have reached the server although no answer came back.
bool isUnanswered(const remote::RemoteError &error)
{
    return error.code == "unreachable"_L1 || error.code == "timeout"_L1;
}

std::optional<remote::ConflictPage> conflictsIn(const remote::Answer<QByteArray> &body)
{
    if (!body)
        return std::nullopt;
    auto page = remote::wire::decodeConflicts(*body);
    return page ? std::optional(*std::move(page)) : std::nullopt;
}

remote::Receiver<QByteArray> resultFor(ServerPort::Answer answer)
{
    return [answer = std::move(answer)](const remote::Answer<QByteArray> &result) {
        if (result)
            answer(QJsonDocument::fromJson(*result).object());
        else
            answer(Unexpected(isUnanswered(result.error())
                                  ? ServerLink::tr("%1 Whether it was done is not known.")
                                        .arg(sentenceOf(result.error()))
                                  : sentenceOf(result.error())));
    };
}

} // namespace

ServerLink::ServerLink(Session &session, remote::AdminTiming timing, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_client(timing)
{
    connect(&m_client, &AdminClient::stateChanged, this, &ServerLink::takeState);
    connect(&m_client, &AdminClient::restaurantsArrived, this, &ServerLink::takeRestaurants);
    connect(&m_client, &AdminClient::devicesArrived, this,
            [this](const QString &restaurant, const QList<remote::DeviceStatus> &devices) {
                QList<DeviceFacts> facts;
                for (const remote::DeviceStatus &device : devices)
                    facts.append(factsOf(device));
                m_session.takeDevices(restaurant, facts);
            });
    connect(&m_client, &AdminClient::changesArrived, this,
            [this](const QString &restaurant, const std::vector<remote::ChangeEntry> &changes) {
                for (const remote::ChangeEntry &change : changes)
                    takeRestored(restaurant, change.changeId);
                std::vector<ChangeEntry> entries;
                entries.reserve(changes.size());
                std::ranges::transform(changes, std::back_inserter(entries), entryOf);
                m_session.takeChanges(std::move(entries));
            });
    connect(&m_client, &AdminClient::trafficArrived, this,
            [this](const remote::TrafficSample &sample) {
                m_session.takeTraffic(sample.restaurant, sampleOf(sample));
            });
    connect(&m_client, &AdminClient::logsArrived, this,
            [this](const QList<remote::LogLine> &lines) {
                QList<LogLine> all;
                for (const remote::LogLine &line : lines)
                    all.append(lineOf(line));
                m_session.takeLogs(all);
            });
    connect(&m_client, &AdminClient::logsMissed, this,
            [this](qint64 count) { m_session.takeGap(tr("log"), count); });
    connect(&m_client, &AdminClient::historyReplaced, this, [this](const QString &restaurant) {
        m_followed.remove(restaurant); // its recent changes are asked for again
    });
    connect(&m_client, &AdminClient::roundTripMeasured, this, [this](qint64 ms) {
        LinkStatus link = m_session.link();
        link.roundTripMs = ms;
        if (m_session.isConnected())
            m_session.setLink(link);
    });
    m_conflictTimer.setInterval(conflictProbeMs);
    connect(&m_conflictTimer, &QTimer::timeout, this, &ServerLink::probeConflicts);
    m_conflictTimer.start();
    session.setPort(this);
}

ServerLink::~ServerLink()
{
    m_client.disconnect(this);
    m_session.setPort(nullptr);
}

void ServerLink::connectTo(const QUrl &server, const QByteArray &token,
                           const remote::ServerTrust &trust)
{
    if (!m_server.isEmpty() && server != m_server)
        m_session.forget();
    m_server = server;
    m_token = token.isEmpty() ? remote::localOwnerToken(server) : token;
    m_trust = trust;
    m_followed.clear();
    m_conflictsKnown.clear();
    m_lostMs = 0;
    m_client.subscribe({u"restaurants"_s, u"devices"_s, u"changes"_s, u"traffic"_s, u"logs"_s});
    m_client.connectTo(server, m_token, trust);
}

void ServerLink::retryNow()
{
    m_client.retryNow();
}

void ServerLink::takeState()
{
    LinkStatus link{.host = hostText(m_server), .lostMs = m_lostMs, .attempt = m_client.attempt()};
    switch (m_client.state()) {
    case AdminClient::State::Idle:
        link.phase = LinkStatus::NoServer;
        break;
    case AdminClient::State::Connecting:
        link.phase = LinkStatus::Connecting;
        break;
    case AdminClient::State::Connected:
        link.phase = LinkStatus::Connected;
        link.role = m_client.welcome().role;
        link.lostMs = 0;
        m_session.setClockOffset(m_client.clockOffsetMs());
        break;
    case AdminClient::State::Waiting:
    case AdminClient::State::Refused:
        if (m_session.isConnected())
            link.lostMs = m_session.nowMs();
        link.phase = m_client.state() == AdminClient::State::Refused ? LinkStatus::Refused
                                                                     : LinkStatus::Waiting;
        link.reason = plainLine(sentenceOf(m_client.reason()), 300);
        link.attempt = m_client.attempt() + 1;
        link.retryAtMs =
            m_client.retryAtMs() + m_client.clockOffsetMs(); // the session's clock is the server's
        break;
    }
    m_lostMs = link.lostMs;
    const bool isBack = link.phase == LinkStatus::Connected && !m_session.isConnected();
    m_session.setLink(link);
    if (isBack) {
        m_recentWanted.clear();
        for (const RestaurantFacts &restaurant : m_session.fleet().restaurants())
            m_recentWanted.append(restaurant.id);
        fetchRecentTraffic();
    }
}

void ServerLink::takeRestaurants(const QList<remote::RestaurantSummary> &restaurants)
{
    QList<RestaurantFacts> facts;
    for (const remote::RestaurantSummary &restaurant : restaurants)
        facts.append(factsOf(restaurant));
    m_session.takeRestaurants(facts);
    for (const RestaurantFacts &restaurant : std::as_const(facts)) {
        if (m_followed.contains(restaurant.id) || m_followed.size() >= mostFollowed)
            continue;
        m_followed.insert(restaurant.id);
        m_recentWanted.append(restaurant.id);
        m_client.followFrom(
            restaurant.id, restaurant.head > historyOnStart ? restaurant.head - historyOnStart : 0);
    }
    if (!m_isFetchingRecent)
        fetchRecentTraffic();
}

void ServerLink::fetchRecentTraffic()
{
    // One after the other: all at once would be more than the server lets wait for us.
    m_isFetchingRecent = !m_recentWanted.isEmpty() && m_session.isConnected();
    if (!m_isFetchingRecent)
        return;
    const QString restaurant = m_recentWanted.takeFirst();
    const qint64 now = m_session.nowMs();
    fetchTraffic(restaurant, now - recentTrafficMs, now, 10'000, this,
                 [this, restaurant](const Result<QList<TrafficSample>, QString> &samples) {
                     if (!samples) {
                         m_isFetchingRecent = false;
                         m_recentWanted.clear(); // gone, or a server that does not know
                         return;
                     }
                     m_session.takeTrafficHistory(restaurant, TrafficFeed::liveStepMs, *samples);
                     fetchRecentTraffic();
                 });
}

void ServerLink::fetchTraffic(const QString &restaurant, qint64 fromMs, qint64 toMs, qint64 stepMs,
                              QObject *context, TrafficAnswer answer)
{
    fetchTrafficPage(restaurant, fromMs, toMs, stepMs, context, std::move(answer), {});
}

void ServerLink::fetchTrafficPage(const QString &restaurant, qint64 fromMs, qint64 toMs,
                                  qint64 stepMs, QPointer<QObject> context, TrafficAnswer answer,
                                  QList<TrafficSample> before)
{
    if (!context)
        return;
    m_client.traffic(restaurant, fromMs, toMs, int(stepMs / 1000), context,
                     [this, self = QPointer(this), restaurant, fromMs, toMs, stepMs, context,
                      answer = std::move(answer), all = std::move(before)](
                         const remote::Answer<remote::TrafficPage> &page) mutable {
                         if (!self)
                             return;
                         if (!page) {
                             answer(Unexpected(sentenceOf(page.error())));
                             return;
                         }
                         for (const remote::TrafficSample &sample : page->samples)
                             all.append(sampleOf(sample));
                         if (page->nextMs > fromMs)
                             fetchTrafficPage(restaurant, page->nextMs, toMs, stepMs, context,
                                              std::move(answer), std::move(all));
                         else
                             answer(all);
                     });
}

void ServerLink::get(const QString &path, QObject *context, remote::Receiver<QByteArray> receiver)
{
    m_client.rest().get(path, context, std::move(receiver));
}

void ServerLink::post(const QString &path, const QByteArray &body, QObject *context,
                      remote::Receiver<QByteArray> receiver)
{
    m_client.rest().post(path, body, context, std::move(receiver));
}

void ServerLink::probeConflicts()
{
    if (m_isProbing || !m_session.isConnected())
        return;
    // Whose head moved, and of the others who waits longest; one at a time.
    const qint64 now = m_session.nowMs();
    const RestaurantFacts *next = nullptr;
    qint64 nextAsked = now;
    for (const RestaurantFacts &restaurant : m_session.fleet().restaurants()) {
        const ConflictsKnown known = m_conflictsKnown.value(restaurant.id);
        const bool isDue = known.head != restaurant.head || known.askedMs == 0
                           || now - known.askedMs >= quietProbeMs;
        if (isDue && known.askedMs < nextAsked) {
            next = &restaurant;
            nextAsked = known.askedMs;
        }
    }
    if (!next)
        return;
    ConflictsKnown &asked = m_conflictsKnown[next->id];
    asked.head = next->head;
    asked.askedMs = now;
    m_isProbing = true;
    const QString id = next->id;
    const QString path = remote::RestClient::restaurantPath(id, u"/conflicts?limit=1"_s);
    get(path, this, [this, id](const remote::Answer<QByteArray> &body) {
        m_isProbing = false;
        const auto page = conflictsIn(body);
        const auto known = m_conflictsKnown.find(id);
        if (!page || known == m_conflictsKnown.end())
            return; // a later probe tells, or the page on its own asking
        const remote::Conflict newest = page->conflicts.value(0);
        if (page->total != known->total || newest != known->newest)
            refreshConflicts(id);
        else
            rereadConflicts(id);
    });
}

void ServerLink::rereadConflicts(const QString &restaurant)
{
    ConflictsKnown &known = m_conflictsKnown[restaurant];
    const qsizetype count = m_session.conflicts().ids(restaurant).size();
    if (known.reread >= count)
        known.reread = 0;
    if (count > 0)
        rereadConflicts(restaurant, known.reread, mostConflicts);
    known.reread += mostConflicts;
}

void ServerLink::rereadConflicts(const QString &restaurant, qsizetype from, int count)
{
    QString query = u"/conflicts?limit=%1"_s.arg(count);
    if (from > 0) {
        const QString before = m_session.conflicts().ids(restaurant).value(from - 1);
        query += u"&before="_s + QString::fromLatin1(QUrl::toPercentEncoding(before));
    }
    get(remote::RestClient::restaurantPath(restaurant, query), this,
        [this, restaurant](const remote::Answer<QByteArray> &body) {
            if (const auto page = conflictsIn(body))
                m_session.conflicts().renew(restaurant, page->conflicts);
        });
}

void ServerLink::takeRestored(const QString &restaurant, const QByteArray &changeId)
{
    const QByteArray mark = "restore:"; // docs/protocol.md, "Conflicts"
    if (!changeId.startsWith(mark))
        return;
    const QStringList ids = m_session.conflicts().ids(restaurant);
    if (const qsizetype at = ids.indexOf(QString::fromUtf8(changeId.sliced(mark.size()))); at >= 0)
        rereadConflicts(restaurant, at, 1);
}

void ServerLink::refreshConflicts(const QString &restaurant)
{
    const QString path = remote::RestClient::restaurantPath(
        restaurant, u"/conflicts?limit=%1"_s.arg(mostConflicts));
    get(path, this, [this, restaurant](const remote::Answer<QByteArray> &body) {
        const auto known = m_conflictsKnown.find(restaurant);
        const auto page = conflictsIn(body);
        if (!page || known == m_conflictsKnown.end())
            return;
        known->total = page->total;
        known->newest = page->conflicts.value(0);
        m_session.takeConflicts(restaurant, page->conflicts, page->total);
    });
}

void ServerLink::push(const ComposedChange &change, QObject *context, Answer answer)
{
    const remote::NewChange fresh{.restaurant = change.restaurant,
                                  .dataType = change.dataType,
                                  .action = change.action,
                                  .entityId = change.entityId,
                                  .userId = change.userId,
                                  .data = change.data,
                                  .deviceId = {},
                                  .changeId = {}};
    m_client.push(fresh, context, resultFor(std::move(answer)));
}

void ServerLink::kick(const QString &restaurant, qint64 connection, QObject *context, Answer answer)
{
    m_client.kick(restaurant, connection, context, resultFor(std::move(answer)));
}

void ServerLink::ping(const QString &restaurant, qint64 connection, QObject *context, Answer answer)
{
    m_client.ping(restaurant, connection, context, resultFor(std::move(answer)));
}

void ServerLink::rename(const QString &restaurant, const QString &device, const QString &name,
                        QObject *context, Answer answer)
{
    m_client.rename(restaurant, device, name, context, resultFor(std::move(answer)));
}

void ServerLink::fetchRecords(const QString &restaurant, QObject *context, Answer answer)
{
    m_client.rest().records(restaurant, context,
                            [answer](const remote::Answer<remote::RecordList> &records) {
                                if (records)
                                    answer(recordsOf(*records));
                                else
                                    answer(Unexpected(sentenceOf(records.error())));
                            });
}

} // namespace possync::gui
