// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/adminsession.h"

#include "common/model/timestamp.h"
#include "server/net/auditor.h"
#include "server/net/doorkeeper.h"
#include "server/net/feedjson.h"
#include "server/security/masking.h"

#include <QDateTime>
#include <QPointer>
#include <QTimerEvent>
#include <map>

namespace possync::net {
namespace {

constexpr int fastMs = 100;
constexpr int slowMs = 1000;
constexpr std::size_t changesAtOnce = 2000;
/// More than this waiting for the console: it gets a gap instead of ever more.
constexpr qint64 behindBytes = 512 * 1024;
constexpr qsizetype messageBytes = 200 * 1024;
/// Who watches all restaurants gets the details of so many; for others it asks.
constexpr int mostAtOnce = 50;
constexpr int trafficAtOnce = 600;

QByteArray textOf(const json::Members &members, QByteArrayView key)
{
    const json::Member *member = json::find(members, key);
    return member && member->type == json::Type::String ? json::unquoted(member->value)
                                                        : QByteArray();
}

qint64 numberOf(const json::Members &members, QByteArrayView key)
{
    const json::Member *member = json::find(members, key);
    return member && member->type == json::Type::Number ? member->value.toByteArray().toLongLong()
                                                        : 0;
}

/// What a command is about, in a word or two.
QByteArray targetOf(const json::Members &members)
{
    if (const json::Member *change = json::find(members, "change")) {
        json::Members fields;
        json::splitObject(change->value, fields);
        return textOf(fields, "data_type") + ' ' + textOf(fields, "action") + ' '
               + textOf(fields, "entity_id");
    }
    if (const json::Member *connection = json::find(members, "connection"))
        return "connection " + connection->value.toByteArray();
    if (json::find(members, "device"))
        return textOf(members, "device");
    return textOf(members, "level");
}

bool isTopic(security::Act act)
{
    return act >= security::Act::WatchRestaurants && act <= security::Act::WatchLogs;
}

} // namespace

AdminSession::AdminSession(IoThread &thread, std::unique_ptr<ByteStream> stream,
                           security::Grant grant, AdminContext &context)
    : Session(thread, std::move(stream), std::move(grant))
    , m_context(context)
    , m_renewal(context.access)
{
}

AdminSession::~AdminSession()
{
    if (m_reads)
        m_context.traffic.removeReader();
}

void AdminSession::start(const QByteArray &answer, const QByteArray &early)
{
    m_link.start(this, answer);
    m_link.takeEarly(early);
}

void AdminSession::closed(quint16, const QByteArray &)
{
    m_thread.remove(this); // destroys this
}

void AdminSession::textReceived(const QByteArray &utf8)
{
    json::Members members;
    const auto parsed = json::parseObject(utf8, members);
    if (!parsed) {
        sendError("bad_json", parsed.error().detail);
        return;
    }
    const QByteArray type = textOf(members, "type");
    if (type == "hello")
        hello();
    else if (type == "subscribe")
        subscribe(members);
    else if (type == "command")
        command(members);
    else if (type == "renew")
        renew(textOf(members, "token"));
    else
        sendError("unknown_type",
                  "message type " + json::quoted(json::shortened(type, 64)) + " is not known");
}

void AdminSession::sendError(const QByteArray &code, const QByteArray &message)
{
    m_link.sendText(classic::encodeError({code, message, {}}));
}

void AdminSession::renew(const QByteArray &token)
{
    const auto next = m_renewal.take(token, m_grant, QDateTime::currentMSecsSinceEpoch());
    if (!next) {
        m_link.sendText(classic::encodeError(next.error()));
        return;
    }
    m_grant = *next;
    m_link.sendText(Renewal::answer(m_grant));
}

void AdminSession::hello()
{
    m_link.sendText(
        "{\"type\":\"welcome\",\"server\":\"possync-server\",\"version\":\"" POSSYNC_VERSION
        "\",\"protocol\":1,\"time\":"
        + timeOrNull(QDateTime::currentMSecsSinceEpoch()) + ",\"started_at\":"
        + timeOrNull(m_context.startedAtMs) + ",\"role\":\"" + security::roleName(m_grant.role)
        + "\",\"restaurant\":" + textOrNull(m_grant.restaurant) + '}');
}

void AdminSession::subscribe(const json::Members &members)
{
    QByteArray restaurantId = textOf(members, "restaurant");
    if (restaurantId.isEmpty())
        restaurantId = m_grant.restaurant;
    m_topics.clear();
    std::vector<QByteArrayView> topics;
    if (const json::Member *list = json::find(members, "topics"))
        json::splitArray(list->value, topics);
    for (const QByteArrayView text : topics) {
        const QByteArray topic = json::unquoted(text);
        const security::ActRow *row = security::findAct(topic);
        if (!row || !isTopic(row->act))
            continue; // of a newer console
        if (security::mayDo(m_grant, row->act) && m_grant.mayTouch(restaurantId))
            m_topics.insert(topic);
        else
            sendError("forbidden", "the topic " + json::quoted(topic)
                                       + " is not for this role, or not of this restaurant");
    }
    const QByteArray before = std::exchange(m_restaurantId, restaurantId);
    m_lastRestaurants.clear();
    if (wants("changes") != m_reads) {
        m_reads = !m_reads;
        m_reads ? m_context.traffic.addReader() : m_context.traffic.removeReader();
        m_feedNo = m_context.traffic.feedEnd();
    } else if (before != m_restaurantId) {
        m_feedNo = m_context.traffic.feedEnd();
    }
    m_logNo = 0;
    m_namesVersion = m_context.names.version();
    if (wants("traffic") && m_restaurantId.isEmpty()) {
        for (const TrafficSample &sample : m_context.traffic.history())
            m_link.sendText(trafficJson(sample));
    }
    m_fast.start(fastMs, this);
    m_slow.start(slowMs, this);
    sendRestaurants();
    sendDevices();
    sendLogs();
}

bool AdminSession::isBehind() const
{
    return m_link.queuedBytes() > behindBytes;
}

void AdminSession::timerEvent(QTimerEvent *event)
{
    if (isBehind())
        return;
    if (event->timerId() == m_fast.timerId()) {
        sendNames();
        sendChanges();
        sendLogs();
    } else if (event->timerId() == m_slow.timerId()) {
        sendRestaurants();
        sendDevices();
        sendTraffic();
    }
}

void AdminSession::sendChanges()
{
    if (!wants("changes"))
        return;
    quint64 missed = 0;
    const auto entries = m_context.traffic.feedAfter(m_feedNo, changesAtOnce, missed);
    if (missed > 0)
        m_link.sendText("{\"type\":\"gap\",\"topic\":\"changes\",\"missed\":"
                        + QByteArray::number(missed) + '}');
    if (entries.empty())
        return;
    m_feedNo = entries.back().no;
    std::map<QByteArray, QByteArray> lists;
    const auto send = [this](const QByteArray &restaurantId, const QByteArray &list) {
        const QByteArray text = "{\"type\":\"changes\",\"restaurant\":" + json::quoted(restaurantId)
                                + ",\"changes\":[" + list + "]}";
        m_link.sendText(security::seesSecrets(m_grant.role) ? text : security::maskedSecrets(text));
    };
    for (const Traffic::FeedEntry &entry : entries) {
        if (!m_restaurantId.isEmpty() && entry.restaurantId != m_restaurantId)
            continue;
        QByteArray &list = lists[entry.restaurantId];
        if (!list.isEmpty())
            list += ',';
        list += changeJson(*entry.change);
        if (list.size() > messageBytes)
            send(entry.restaurantId, std::exchange(list, {}));
    }
    for (const auto &[restaurantId, list] : lists) {
        if (!list.isEmpty())
            send(restaurantId, list);
    }
}

void AdminSession::sendLogs()
{
    if (!wants("logs"))
        return;
    quint64 newest = m_logNo;
    const QByteArray lines = m_context.logLines(m_logNo, 500, newest);
    if (newest == m_logNo)
        return;
    m_logNo = newest;
    m_link.sendText("{\"type\":\"logs\",\"lines\":" + lines + '}');
}

void AdminSession::sendNames()
{
    const quint64 version = m_context.names.version();
    if (std::exchange(m_namesVersion, version) == version)
        return;
    sendRestaurants();
    sendDevices();
}

void AdminSession::sendRestaurants()
{
    if (!wants("restaurants"))
        return;
    QByteArray list;
    for (const store::RestaurantSummary &summary : m_context.journal.restaurants()) {
        if (!m_grant.mayTouch(summary.id))
            continue;
        const auto view = m_context.views.find(summary.id);
        const int connections = view ? view->connections.load() : 0;
        const int behind = view ? view->behind.load() : 0;
        QByteArray warnings;
        if (view && view->hasSharedIds)
            warnings = "\"two tablets use the same device id\"";
        if (summary.damaged)
            warnings += QByteArray(warnings.isEmpty() ? "" : ",")
                        + "\"stored data is damaged: run possyncctl verify\"";
        if (!list.isEmpty())
            list += ',';
        list += "{\"id\":" + json::quoted(summary.id)
                + ",\"name\":" + textOrNull(m_context.names.of(summary.id).own)
                + ",\"device_count\":" + QByteArray::number(connections)
                + ",\"head\":" + QByteArray::number(summary.headSeq)
                + ",\"epoch\":" + json::quoted(summary.epoch) + ",\"changes_per_second\":"
                + QByteArray::number(m_context.traffic.changesPerSecond(summary.id), 'f', 1)
                + ",\"last_change_at\":" + timeOrNull(summary.headSeq == 0 ? 0 : summary.lastAtMs)
                + ",\"state\":\""
                + (connections == 0 ? "offline"
                   : behind > 0     ? "lagging"
                                    : "online")
                + "\",\"warnings\":[" + warnings + "]}";
    }
    if (list == m_lastRestaurants && !list.isEmpty())
        return;
    m_lastRestaurants = list;
    m_link.sendText("{\"type\":\"restaurants\",\"restaurants\":[" + list + "]}");
}

bool AdminSession::isKnown(const QByteArray &restaurantId) const
{
    return m_context.views.find(restaurantId)
           || std::ranges::any_of(m_context.journal.restaurants(),
                                  [&](const auto &known) { return known.id == restaurantId; });
}

void AdminSession::askRoom(const QByteArray &restaurantId,
                           std::function<QByteArray(HostedRoom &)> ask,
                           std::function<void(QByteArray)> then)
{
    RoomHost &theirs = m_context.hosts.hostOf(restaurantId);
    RoomHost &mine = m_thread.host();
    theirs.post([&theirs, &mine, restaurantId, ask = std::move(ask), then = std::move(then),
                 self = QPointer(this)] {
        HostedRoom *room = theirs.find(restaurantId);
        const QByteArray answer = room && room->isOpen() ? ask(*room) : QByteArray();
        mine.post([self, then, answer] {
            if (self)
                then(answer);
        });
    });
}

void AdminSession::sendDevices()
{
    if (!wants("devices"))
        return;
    const auto ask = [this](const QByteArray &restaurantId) {
        askRoom(
            restaurantId,
            [names = m_context.names.of(restaurantId)](HostedRoom &room) {
                return devicesJson(room.room(), names);
            },
            [this, restaurantId](const QByteArray &devices) {
                if (devices.isEmpty())
                    return;
                m_link.sendText("{\"type\":\"devices\",\"restaurant\":" + json::quoted(restaurantId)
                                + ",\"devices\":" + devices + '}');
            });
    };
    if (!m_restaurantId.isEmpty()) {
        // The devices of a restaurant that left memory are still known: it comes back for them.
        if (!m_context.views.find(m_restaurantId) && isKnown(m_restaurantId)) {
            RoomHost &theirs = m_context.hosts.hostOf(m_restaurantId);
            theirs.post([&theirs, id = m_restaurantId] { theirs.room(id); });
        }
        ask(m_restaurantId);
        return;
    }
    int left = mostAtOnce;
    for (const store::RestaurantSummary &summary : m_context.journal.restaurants()) {
        const auto view = m_context.views.find(summary.id);
        if (view && (view->connections > 0 || summary.headSeq > 0) && left-- > 0)
            ask(summary.id);
    }
}

void AdminSession::sendTraffic()
{
    if (!wants("traffic"))
        return;
    const TrafficSample sample = m_context.traffic.newest(m_restaurantId);
    if (sample.atMs == 0)
        return;
    m_link.sendText(trafficJson(sample));
    if (!m_restaurantId.isEmpty())
        return;
    int left = mostAtOnce;
    for (const store::RestaurantSummary &summary : m_context.journal.restaurants()) {
        if (left-- == 0)
            break;
        TrafficSample part = m_context.traffic.newest(summary.id);
        part.atMs = sample.atMs; // of one that never spoke, too: it was quiet
        m_link.sendText(trafficJson(part));
    }
}

void AdminSession::trafficRange(const QByteArray &id, const QByteArray &restaurantId,
                                const json::Members &members)
{
    const auto from = parseTimestamp(textOf(members, "from"));
    const auto to = parseTimestamp(textOf(members, "to"));
    if (!from || !to || *from > *to) {
        sendResult(id, false, "bad_field",
                   "fields \"from\" and \"to\" must be times, the earlier one first");
        return;
    }
    const qint64 stepS = numberOf(members, "step_s");
    store::TrafficStore::Query query;
    query.restaurantId = restaurantId;
    query.fromMs = *from;
    query.toMs = *to;
    query.stepMs = stepS > 0 ? static_cast<int>(std::min<qint64>(stepS, 86'400) * 1000)
                             : store::TrafficStore::stepFor(*to - *from);
    query.limit = trafficAtOnce;
    m_context.trafficStore.read(
        std::move(query), [&mine = m_thread.host(), id, self = QPointer(this)](
                              const Result<store::TrafficStore::Page, store::StoreError> &page) {
            const QByteArray result = page ? trafficPageJson(*page) : QByteArray();
            mine.post([self, id, result] {
                if (!self)
                    return;
                if (result.isEmpty())
                    self->sendResult(id, false, "storage_unavailable",
                                     "the traffic of the past cannot be read at the moment");
                else
                    self->sendResult(id, true, result);
            });
        });
}

void AdminSession::sendResult(const QByteArray &id, bool ok, const QByteArray &resultOrCode,
                              const QByteArray &message)
{
    m_link.sendText("{\"type\":\"result\",\"id\":" + json::quoted(id)
                    + (ok ? ",\"ok\":true,\"result\":" + resultOrCode
                          : ",\"ok\":false,\"error\":{\"code\":" + json::quoted(resultOrCode)
                                + ",\"message\":" + json::quoted(message) + '}')
                    + '}');
}

void AdminSession::command(const json::Members &members)
{
    const json::Member *given = json::find(members, "id");
    if (given && given->type != json::Type::String) {
        sendError("bad_field", "field \"id\" of a command must be text; its result carries it");
        return;
    }
    const QByteArray id = textOf(members, "id");
    const QByteArray name = textOf(members, "command");
    const QByteArray restaurantId = textOf(members, "restaurant");
    const auto connection = static_cast<core::ConnectionId>(numberOf(members, "connection"));
    if (refused(id, name, restaurantId))
        return;
    audit(name, restaurantId, targetOf(members), "asked");
    if (name == "push") {
        const json::Member *change = json::find(members, "change");
        if (!change || change->type != json::Type::Object)
            sendResult(id, false, "missing_field", "field \"change\" must be an object");
        else
            push(id, restaurantId, change->value);
    } else if (name == "kick") {
        onConnection(id, restaurantId, connection, [](DeviceLink &link) {
            link.close(CloseCode::Kicked, "closed by an administrator, reconnect");
        });
    } else if (name == "ping") {
        onConnection(id, restaurantId, connection, [](DeviceLink &link) { link.ping("admin"); });
    } else if (name == "read_traffic") {
        trafficRange(id, restaurantId, members);
    } else if (name == "rename") {
        rename(id, restaurantId, members);
    } else { // what is not known is refused above
        setLogLevel(id, members);
    }
}

void AdminSession::setLogLevel(const QByteArray &id, const json::Members &members)
{
    constexpr int longest = 30 * 86'400;
    bool isNumber = true;
    int seconds = 0;
    if (const json::Member *given = json::find(members, "seconds"))
        seconds = given->value.toByteArray().toInt(&isNumber);
    if (!isNumber || seconds < 0 || seconds > longest)
        sendResult(id, false, "bad_field",
                   "field \"seconds\" must be a whole number from 0, for good, to "
                       + QByteArray::number(longest));
    else if (m_context.setLogLevel(QString::fromUtf8(textOf(members, "level")), seconds))
        sendResult(id, true, "{}");
    else
        sendResult(id, false, "bad_field", "levels are debug, info, warning, error");
}

void AdminSession::audit(const QByteArray &act, const QByteArray &restaurantId,
                         const QByteArray &target, const QByteArray &outcome)
{
    m_context.access.record({Auditor::actorOf(m_grant), security::roleName(m_grant.role),
                             m_link.peerHost(), act, restaurantId, target, outcome},
                            QDateTime::currentMSecsSinceEpoch());
}

bool AdminSession::refused(const QByteArray &id, const QByteArray &name,
                           const QByteArray &restaurantId)
{
    const security::ActRow *row = security::findAct(name);
    if (!row || isTopic(row->act)) {
        sendResult(id, false, "unknown_command",
                   "command " + json::quoted(json::shortened(name, 64)) + " is not known");
        return true;
    }
    if (!security::mayDo(m_grant, row->act)) {
        audit(name, m_grant.restaurant, {}, "forbidden");
        sendResult(id, false, "forbidden", forbidden(m_grant).message);
        return true;
    }
    if (row->scope == security::Scope::Body && !m_grant.mayTouch(restaurantId)) {
        audit(name, m_grant.restaurant, {}, "unknown_restaurant");
        sendResult(id, false, "unknown_restaurant", "there is no such restaurant");
        return true;
    }
    return false;
}

void AdminSession::onConnection(const QByteArray &id, const QByteArray &restaurantId,
                                core::ConnectionId connection,
                                std::function<void(DeviceLink &)> act)
{
    if (!isKnown(restaurantId)) {
        sendResult(id, false, "unknown_restaurant", "there is no such restaurant");
        return;
    }
    askRoom(
        restaurantId,
        [connection, act = std::move(act)](HostedRoom &room) {
            DeviceLink *link = room.link(connection);
            if (!link)
                return QByteArray();
            act(*link);
            return QByteArray("{}");
        },
        [this, id](const QByteArray &done) {
            if (done.isEmpty())
                sendResult(id, false, "unknown_connection", "this connection is already gone");
            else
                sendResult(id, true, done);
        });
}

void AdminSession::push(const QByteArray &id, const QByteArray &restaurantId, QByteArrayView change)
{
    if (restaurantId.isEmpty()) {
        sendResult(id, false, "missing_field", "field \"restaurant\" is missing");
        return;
    }
    json::Members members;
    json::splitObject(change, members);
    const json::Member *data = json::find(members, "data");
    const QByteArray entityId = textOf(members, "entity_id");
    json::Members fields;
    if (!data || !json::splitObject(data->value, fields)) {
        sendResult(id, false, "bad_field", "field \"change.data\" must be an object");
        return;
    }
    QByteArray body = "{\"id\":" + json::quoted(entityId);
    for (const json::Member &field : fields) {
        if (field.key != "id")
            body += ",\"" + field.key.toByteArray() + "\":" + field.value.toByteArray();
    }
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    const QByteArray stated = textOf(members, "change_id");
    const QByteArray changeId =
        stated.isEmpty() ? QByteArray::number(nowMs) + "_possync-console_" + entityId + '_' + id
                         : stated;
    const QByteArray text =
        "{\"type\":\"data_change\",\"data_type\":" + json::quoted(textOf(members, "data_type"))
        + ",\"action\":" + json::quoted(textOf(members, "action")) + ",\"data\":" + body
        + "},\"device_id\":\"possync-console\",\"restaurant_id\":" + json::quoted(restaurantId)
        + ",\"user_id\":" + textOrNull(textOf(members, "user_id")) + ",\"timestamp\":"
        + timeOrNull(nowMs) + ",\"change_id\":" + json::quoted(changeId) + ",\"injected\":true}";
    auto sync = std::make_shared<classic::SyncRequest>();
    sync->restaurantId = restaurantId;
    sync->deviceId = "possync-console";
    sync->changes.push_back(classic::decodeChange(text));
    RoomHost &theirs = m_context.hosts.hostOf(restaurantId);
    RoomHost &mine = m_thread.host();
    theirs.post([&theirs, &mine, sync, restaurantId, id, self = QPointer(this)] {
        theirs.room(restaurantId)
            .sync(std::move(*sync), {}, [&mine, id, self](const core::SyncReply &reply) {
                mine.post([self, id, reply] {
                    if (!self)
                        return;
                    if (!reply.stored || reply.results.empty()) {
                        self->sendResult(id, false, "storage_unavailable",
                                         "the server could not store the change");
                        return;
                    }
                    const core::ChangeResult &result = reply.results.front();
                    if (result.outcome == core::Outcome::Rejected)
                        self->sendResult(id, false, result.refusal.code, result.refusal.message);
                    else
                        self->sendResult(
                            id, true,
                            "{\"seq\":" + QByteArray::number(result.seq) + ",\"change_id\":"
                                + json::quoted(result.changeId) + ",\"outcome\":\""
                                + (result.outcome == core::Outcome::Applied ? "applied"
                                                                            : "duplicate")
                                + "\"}");
                });
            });
    });
}

} // namespace possync::net
