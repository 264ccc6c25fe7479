// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/v2peer.h"

#include "common/sync/merge.h"
#include "common/sync/recordsum.h"

#include <QDateTime>
#include <QTcpSocket>
#include <QWebSocket>

using namespace Qt::StringLiterals;

namespace possync::test {
namespace {

v2::SnapshotPart emptyPart(std::optional<DataType> scope, quint64 at, DataType type)
{
    v2::SnapshotPart part;
    part.scope = scope;
    part.at = at;
    part.dataType = type;
    return part;
}

v2::ChangeResult rejection(const QByteArray &changeId, const QByteArray &code,
                           const QByteArray &reason)
{
    v2::ChangeResult result;
    result.changeId = changeId;
    result.outcome = v2::Outcome::Rejected;
    result.code = code;
    result.reason = reason;
    return result;
}

} // namespace

V2Peer::V2Peer()
    : m_server(u"v2peer"_s, QWebSocketServer::NonSecureMode)
{
    connect(&m_tcp, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *socket = m_tcp.nextPendingConnection())
            accept(socket);
    });
    connect(&m_server, &QWebSocketServer::newConnection, this, [this] {
        while (QWebSocket *socket = m_server.nextPendingConnection())
            welcome(socket);
    });
}

V2Peer::~V2Peer()
{
    stop();
}

bool V2Peer::listen(quint16 port)
{
    if (!m_tcp.listen(QHostAddress::LocalHost, port))
        return false;
    m_port = m_tcp.serverPort();
    return true;
}

void V2Peer::stop()
{
    m_tcp.close();
    closeAll(0);
}

QUrl V2Peer::url() const
{
    return QUrl(u"ws://127.0.0.1:%1"_s.arg(m_port));
}

void V2Peer::accept(QTcpSocket *socket)
{
    if (!m_habits.denies) {
        m_server.handleConnection(socket);
        return;
    }
    connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    connect(socket, &QTcpSocket::readyRead, socket, [socket] {
        if (!socket->peek(16'384).contains("\r\n\r\n"))
            return;
        socket->readAll();
        socket->write(
            "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        socket->disconnectFromHost();
    });
}

void V2Peer::welcome(QWebSocket *socket)
{
    socket->setParent(this);
    tokens.append(socket->request().rawHeader("Authorization"));
    m_links[socket] = Link{.socket = socket, .deviceId = {}, .isLive = false};
    connect(socket, &QWebSocket::textMessageReceived, this,
            [this, socket](const QString &text) { take(socket, text); });
    connect(socket, &QWebSocket::disconnected, this, [this, socket] {
        m_links.erase(socket);
        socket->deleteLater();
    });
}

void V2Peer::closeAll(int code)
{
    for (auto &[socket, link] : std::exchange(m_links, {})) {
        socket->disconnect(this);
        if (code == 0)
            socket->abort();
        else
            socket->close(static_cast<QWebSocketProtocol::CloseCode>(code));
        socket->deleteLater();
    }
}

void V2Peer::take(QWebSocket *socket, const QString &text)
{
    const auto found = m_links.find(socket);
    if (found == m_links.end() || m_habits.isSilent)
        return;
    const QByteArray bytes = text.toUtf8();
    if (!m_habits.poison.isEmpty() && bytes.contains(m_habits.poison)) {
        socket->close(QWebSocketProtocol::CloseCodeTooMuchData);
        return;
    }
    const auto message = v2::decodeFromDevice(bytes, "r1");
    if (!message) {
        send(found->second, v2::encode(v2::Error{message.error().refusal, message.error().batch}));
        return;
    }
    Link &link = found->second;
    if (const auto *hello = std::get_if<v2::Hello>(&message.value()))
        take(link, *hello);
    else if (const auto *push = std::get_if<v2::Push>(&message.value()))
        take(link, *push);
    else if (const auto *heartbeat = std::get_if<v2::Heartbeat>(&message.value()))
        take(link, *heartbeat);
    else if (const auto *resync = std::get_if<v2::Resync>(&message.value()))
        take(link, *resync);
    else if (const auto *acked = std::get_if<v2::Acked>(&message.value()))
        lastAcked = acked->position ? acked->position : lastAcked;
}

void V2Peer::take(Link &link, const v2::Hello &hello)
{
    ++helloCount;
    lastHello = hello;
    if (m_habits.closesAtHello != 0) {
        link.socket->close(static_cast<QWebSocketProtocol::CloseCode>(m_habits.closesAtHello));
        return;
    }
    link.deviceId = hello.deviceId;
    v2::Welcome welcome;
    welcome.session = "s1";
    welcome.epoch = m_epoch;
    welcome.head = head();
    welcome.floor = m_habits.floor;
    welcome.serverTimeMs = QDateTime::currentMSecsSinceEpoch() + 5000;
    welcome.server = "v2peer";
    welcome.limits.heartbeatMs = m_habits.heartbeatMs;
    const bool canResume = hello.position && hello.position->epoch == m_epoch
                           && hello.position->seq <= head()
                           && hello.position->seq >= m_habits.floor;
    welcome.isSnapshot = !canResume;
    // A token is "<head>.<records sent>": good while nothing has changed.
    const QByteArrayList token = hello.snapshotToken.split('.');
    const bool isResumed = !canResume && token.size() == 2 && token[0].toULongLong() == head();
    welcome.isResumed = isResumed;
    send(link, v2::encode(welcome));
    if (canResume) {
        sendChanges(link, hello.position->seq + 1);
    } else {
        QWebSocket *socket = link.socket;
        sendSnapshot(link, std::nullopt, isResumed ? token[1].toULongLong() : 0);
        if (!m_links.contains(socket))
            return;
    }
    send(link, v2::encode(v2::UpToDate{head()}));
    sendChecksum(link);
    link.isLive = true;
    v2::Presence presence;
    for (const auto &[socket, other] : m_links)
        presence.devices.push_back({other.deviceId, "u1", true, 1});
    send(link, v2::encode(presence));
}

void V2Peer::sendSnapshot(Link &link, std::optional<DataType> scope, quint64 skip)
{
    quint64 sent = 0;
    std::vector<v2::SnapshotPart> parts;
    for (const DataType type : v2::snapshotOrder) {
        if (scope && *scope != type)
            continue;
        bool needsPart = true;
        for (const auto &[id, record] : m_records[type]) {
            if (++sent <= skip)
                continue;
            if (needsPart || parts.back().records.size() >= m_habits.partRecords) {
                parts.push_back(emptyPart(scope, head(), type));
                needsPart = false;
            }
            const auto [rev, seq] = m_versions[{type, id}];
            parts.back().records.push_back({id, rev, seq, record});
            parts.back().token = QByteArray::number(head()) + '.' + QByteArray::number(sent);
        }
    }
    if (parts.empty())
        parts.push_back(emptyPart(scope, head(), scope.value_or(DataType::Orders)));
    parts.back().isLast = true;
    quint64 number = 0;
    for (v2::SnapshotPart &part : parts) {
        part.part = ++number;
        ++snapshotPartsSent;
        send(link, v2::encode(part));
        if (m_habits.cutsAfterParts > 0 && number == quint64(m_habits.cutsAfterParts)) {
            m_habits.cutsAfterParts = 0;
            link.socket->flush();
            QWebSocket *socket = link.socket;
            m_links.erase(socket);
            socket->disconnect(this);
            socket->close();
            socket->deleteLater();
            return;
        }
    }
}

void V2Peer::sendChanges(Link &link, quint64 from)
{
    while (from <= head()) {
        const quint64 to = std::min<quint64>(head(), from + m_habits.groupChanges - 1);
        std::vector<QByteArray> entries;
        for (quint64 seq = from; seq <= to; ++seq)
            entries.push_back(v2::encode(m_history[seq - 1].entry));
        send(link, v2::encodeChanges(from, to, entries));
        from = to + 1;
    }
}

void V2Peer::sendChecksum(Link &link)
{
    v2::Checksum checksum{.seq = head(), .types = {}};
    for (const DataType type : v2::snapshotOrder) {
        v2::TypeSum sum;
        for (const auto &[id, record] : m_records[type])
            sync::addRecord(sum, sync::recordHash(id, record));
        checksum.types.emplace_back(type, sum);
    }
    send(link, v2::encode(checksum));
}

void V2Peer::sendWrongChecksum(DataType type)
{
    for (auto &[socket, link] : m_links)
        send(link, v2::encode(v2::Checksum{head(), {{type, {.count = 1, .sum = 2}}}}));
}

void V2Peer::take(Link &link, const v2::Push &push)
{
    ++pushCount;
    if (m_habits.retryLaterMs > 0) {
        send(link, v2::encode(v2::RetryLater{push.batch, "storage_unavailable", "later",
                                             m_habits.retryLaterMs}));
        Q_EMIT pushed();
        return;
    }
    v2::Ack ack{.batch = push.batch, .results = {}};
    const quint64 before = head();
    for (const auto &change : push.changes) {
        if (!change) {
            ack.results.push_back(
                rejection(change.error().changeId, change.error().code, change.error().message));
            continue;
        }
        ack.results.push_back(apply(*change, link.deviceId));
    }
    QWebSocket *socket = link.socket;
    for (auto &[other, each] : m_links) {
        if (each.isLive && head() > before && !(m_habits.losesAcks && other == socket))
            sendChanges(each, before + 1);
    }
    if (m_habits.losesAcks)
        socket->close();
    else
        send(link, v2::encode(ack));
    Q_EMIT pushed();
}

v2::ChangeResult V2Peer::apply(const v2::PushedChange &change, const QByteArray &deviceId)
{
    if (const auto known = m_results.constFind(change.changeId); known != m_results.cend()) {
        ++duplicateCount;
        v2::ChangeResult result = *known;
        result.original = result.outcome;
        result.outcome = v2::Outcome::Duplicate;
        return result;
    }
    v2::ChangeResult result;
    result.changeId = change.changeId;
    if (change.data.contains("\"refuse\"")) {
        result = rejection(change.changeId, "already_paid", "the order is paid");
        m_results.insert(change.changeId, result);
        return result;
    }
    const auto key = std::pair(change.dataType, change.entityId);
    v2::Entry entry;
    entry.seq = head() + 1;
    entry.changeId = change.changeId;
    entry.dataType = change.dataType;
    entry.action = change.action;
    entry.entityId = change.entityId;
    entry.data = change.data;
    entry.deviceId = deviceId;
    entry.userId = change.userId.value_or(QByteArray());
    entry.atMs = QDateTime::currentMSecsSinceEpoch();
    switch (effectOf(change.action)) {
    case Effect::MergeFields:
        entry.effect = v2::EntryEffect::Set;
        break;
    case Effect::SetStatus:
        entry.effect = v2::EntryEffect::Set;
        entry.data = sync::mergedRecord({}, change.data, change.action, change.entityId);
        break;
    case Effect::Remove:
        entry.effect = v2::EntryEffect::Remove;
        break;
    case Effect::RecordOnly:
        entry.effect = v2::EntryEffect::None;
        break;
    }
    if (entry.effect != v2::EntryEffect::None)
        entry.rev = m_versions[key].first + 1;
    result.seq = entry.seq;
    result.rev = entry.rev;
    effect(entry);
    m_results.insert(change.changeId, result);
    m_history.push_back({entry, result});
    return result;
}

void V2Peer::effect(const v2::Entry &entry)
{
    const auto key = std::pair(entry.dataType, entry.entityId);
    auto &records = m_records[entry.dataType];
    if (entry.effect == v2::EntryEffect::Set)
        records[entry.entityId] = sync::mergedRecord(records[entry.entityId], entry.data,
                                                     Action::Updated, entry.entityId);
    else if (entry.effect == v2::EntryEffect::Remove)
        records.erase(entry.entityId);
    if (entry.effect != v2::EntryEffect::None)
        m_versions[key] = {entry.rev, entry.seq};
}

void V2Peer::take(Link &link, const v2::Heartbeat &heartbeat)
{
    send(link, v2::encode(v2::HeartbeatReply{heartbeat.clockMs,
                                             QDateTime::currentMSecsSinceEpoch() + 5000, head()}));
}

void V2Peer::take(Link &link, const v2::Resync &resync)
{
    ++resyncCount;
    sendSnapshot(link, resync.dataType, 0);
}

void V2Peer::inject(const QByteArray &deviceId, DataType type, Action action, const QByteArray &id,
                    const QByteArray &data)
{
    v2::PushedChange change;
    change.changeId = "injected-" + QByteArray::number(m_results.size() + 1) + '-' + m_epoch;
    change.dataType = type;
    change.action = action;
    change.entityId = id;
    change.data = data;
    const quint64 before = head();
    apply(change, deviceId);
    for (auto &[socket, link] : m_links) {
        if (link.isLive && head() > before)
            sendChanges(link, before + 1);
    }
}

void V2Peer::restore(quint64 seq)
{
    m_epoch += "+";
    for (std::size_t i = seq; i < m_history.size(); ++i)
        m_results.remove(m_history[i].entry.changeId);
    m_history.resize(seq);
    m_records.clear();
    m_versions.clear();
    for (const StoredEntry &stored : m_history)
        effect(stored.entry);
    closeAll(1012);
}

QByteArray V2Peer::record(DataType type, const QByteArray &id) const
{
    const auto records = m_records.find(type);
    if (records == m_records.end())
        return {};
    const auto record = records->second.find(id);
    return record == records->second.end() ? QByteArray() : record->second;
}

QByteArrayList V2Peer::history() const
{
    QByteArrayList ids;
    for (const StoredEntry &stored : m_history)
        ids.append(stored.entry.changeId);
    return ids;
}

void V2Peer::send(Link &link, const QByteArray &text)
{
    if (!m_habits.isSilent)
        link.socket->sendTextMessage(QString::fromUtf8(text));
}

} // namespace possync::test
