// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/textwriter.h"
#include "common/sync/merge.h"
#include "server/core/room.h"

#include <algorithm>

/// What v2 devices are sent: docs/protocol-v2.md.
namespace possync::core {
namespace {

constexpr qsizetype groupBytes = 128 * 1024;
constexpr std::size_t groupEntries = 500;
constexpr qsizetype partBytes = 96 * 1024;

void appendEntry(json::TextWriter &out, const StoredChange &stored)
{
    const classic::Change &change = stored.change;
    v2::Entry entry;
    entry.seq = stored.seq;
    entry.changeId = change.changeId;
    entry.dataType = change.dataType;
    entry.action = change.action;
    entry.entityId = change.entityId;
    entry.rev = stored.rev;
    entry.deviceId = stored.originDevice;
    entry.userId = change.userId.value_or(QByteArray());
    entry.atMs = stored.receivedAtMs;
    const Effect effect = effectOf(change.action);
    // The change outlives the entry.
    entry.data = QByteArray::fromRawData(change.data().data(), change.data().size());
    if (effect == Effect::RecordOnly || stored.verdict == sync::Verdict::Nothing) {
        entry.effect = v2::EntryEffect::None;
    } else if (effect == Effect::Remove) {
        entry.effect = v2::EntryEffect::Remove;
    } else if (stored.verdict == sync::Verdict::Patch) {
        if (!stored.patch.isEmpty())
            entry.data = stored.patch;
    } else if (effect == Effect::SetStatus) {
        entry.data = sync::mergedRecord({}, change.data(), change.action, change.entityId);
    }
    thread_local json::Members members; // reused: this runs for every change
    json::splitObject(change.raw, members, change.data());
    // As `data`: the text that it refers to outlives it.
    if (const json::Member *timestamp = json::find(members, "timestamp");
        timestamp && timestamp->type == json::Type::String)
        entry.timestamp = json::plainText(*timestamp);
    entry.otherMembers = v2::otherMembersOfChange(members);
    v2::append(out, entry);
}

/// Cuts changes into groups of bounded size; each ends at the seq of its last change.
class Grouping
{
public:
    /// `changes`: how many are going to be added, at most.
    Grouping(v2::TypeSet types, quint64 after, std::size_t changes)
        : m_types(types)
        , m_after(after)
        , m_entries(std::min(groupBytes + 4096, qsizetype(changes) * 640))
    {
    }

    void add(const StoredChange &change, QByteArrayView text)
    {
        m_last = change.seq;
        // A classic user_update that did not say whom it is about: see sendLateV2().
        if (!m_types.has(change.change.dataType) || change.change.entityId.isEmpty())
            return;
        if (m_bytes + text.size() > groupBytes || m_count >= groupEntries)
            close(change.seq - 1);
        if (m_count > 0)
            m_entries.put(',');
        m_entries.put(text);
        ++m_count;
        m_bytes += text.size();
    }
    struct Group {
        quint64 to = 0;
        std::size_t entries = 0;
        QByteArray text;
    };
    /// Those closed so far and the rest; `evenEmpty`: also if nothing in the rest is wanted.
    std::vector<Group> finish(bool evenEmpty)
    {
        if (m_count > 0 || (evenEmpty && m_last > m_after))
            close(m_last);
        return std::move(m_groups);
    }

private:
    void close(quint64 to)
    {
        if (m_count == 0 && to <= m_after)
            return;
        m_groups.push_back({to, m_count, v2::encodeChanges(m_after + 1, to, m_entries.text())});
        m_entries.clear();
        m_count = 0;
        m_bytes = 0;
        m_after = to;
    }

    const v2::TypeSet m_types;
    quint64 m_after;
    quint64 m_last = 0;
    json::TextWriter m_entries; ///< With commas between.
    std::size_t m_count = 0;
    qsizetype m_bytes = 0; ///< Of the entries without commas.
    std::vector<Group> m_groups;
};

} // namespace

void Room::sendUnacked(Connection &connection, const QByteArray &message, quint64 seq,
                       const QByteArray &token)
{
    V2Peer &peer = *connection.v2;
    peer.unacked.push_back({seq, token, message.size()});
    peer.unackedBytes += message.size();
    if (peer.capabilities.zstd)
        m_output.deliverPacked(connection.id, message);
    else
        send(connection.id, message);
}

void Room::leaveLive(Connection &connection)
{
    if (connection.live)
        std::erase(m_liveV2, &connection);
    connection.live = false;
    connection.v2->isUpToDate = false;
}

void Room::relayV2(std::span<const Released> released, const Now &)
{
    if (m_liveV2.empty())
        return;
    std::vector<QByteArray> texts;
    texts.reserve(released.size());
    for (const Released &effect : released) {
        json::TextWriter text(effect.change->change.raw.size() + 320);
        appendEntry(text, *effect.change);
        texts.push_back(text.finish());
    }
    struct Bucket {
        std::vector<Grouping::Group> groups;
        std::vector<ConnectionId> to;
    };
    // Who takes the same types and stands at the same place gets the same bytes.
    std::map<std::pair<quint8, quint64>, Bucket> buckets;
    const std::vector<Connection *> live = m_liveV2;
    for (Connection *connection : live) {
        V2Peer &peer = *connection->v2;
        if (peer.unackedBytes >= m_options.v2.windowBytes) {
            leaveLive(*connection); // goes on when it has acknowledged something
            continue;
        }
        const auto [it, isNew] = buckets.try_emplace({peer.dataTypes.bits(), connection->sentSeq});
        Bucket &bucket = it->second;
        if (isNew) {
            Grouping grouping(peer.dataTypes, connection->sentSeq, released.size());
            for (std::size_t i = 0; i < released.size(); ++i)
                grouping.add(*released[i].change, texts[i]);
            bucket.groups = grouping.finish(false);
        }
        if (bucket.groups.empty()) {
            if (peer.unacked.empty()) // lacks nothing it wants
                connection->confirmedSeq = m_deliveredSeq;
            continue;
        }
        bucket.to.push_back(connection->id);
        for (const Grouping::Group &group : bucket.groups) {
            peer.unacked.push_back({group.to, {}, group.text.size()});
            peer.unackedBytes += group.text.size();
            connection->sent += group.entries;
            connection->sentSeq = group.to;
        }
        m_isChecksumDue = m_isChecksumDue || peer.capabilities.checksum;
    }
    for (const auto &[key, bucket] : buckets) {
        for (const Grouping::Group &group : bucket.groups) {
            if (!bucket.to.empty())
                m_output.deliver(bucket.to, std::span(&group.text, 1));
        }
    }
}

void Room::catchUpV2(Connection &connection, const Now &now)
{
    V2Peer &peer = *connection.v2;
    while (connection.readingFrom == 0 && !connection.live
           && peer.unackedBytes < m_options.v2.windowBytes) {
        if (peer.snapshot) {
            sendSnapshotPartV2(connection);
            continue;
        }
        if (peer.usersOwedAt && connection.sentSeq >= *peer.usersOwedAt) {
            peer.usersOwedAt.reset();
            peer.resyncQueue.push_back(DataType::Users);
            nextSnapshot(connection);
            continue;
        }
        if (connection.sentSeq >= m_deliveredSeq) {
            becomeLive(connection, now);
            return;
        }
        if (connection.sentSeq < m_floorSeq) {
            startSnapshot(connection, std::nullopt, m_deliveredSeq, std::nullopt);
            continue;
        }
        const quint64 next = connection.sentSeq + 1;
        if (m_tail.empty() || m_tail.front()->seq > next) {
            connection.readingFrom = next;
            m_output.readPage(connection.id, next);
            return;
        }
        const auto first = static_cast<std::size_t>(next - m_tail.front()->seq);
        const std::vector<StoredChangePtr> changes(
            m_tail.begin() + static_cast<std::ptrdiff_t>(first), m_tail.end());
        sendGroups(connection, changes);
    }
}

void Room::sendGroups(Connection &connection, std::span<const StoredChangePtr> changes)
{
    const std::optional<quint64> owedAt = connection.v2->usersOwedAt;
    Grouping grouping(connection.v2->dataTypes, connection.sentSeq, changes.size());
    json::TextWriter entry(1024);
    for (const StoredChangePtr &change : changes) {
        if (owedAt && change->seq > *owedAt)
            break;
        entry.clear();
        if (connection.v2->dataTypes.has(change->change.dataType))
            appendEntry(entry, *change);
        grouping.add(*change, entry.text());
    }
    for (const Grouping::Group &group : grouping.finish(true)) {
        sendUnacked(connection, group.text, group.to, {});
        connection.sent += group.entries;
        connection.sentSeq = group.to;
    }
}

void Room::pageReadV2(Connection &connection, std::span<const JournalBlock> blocks, bool gone,
                      const Now &now)
{
    // Borrowed: of a change nothing is kept but the text that is made of it here.
    const std::vector<StoredChangePtr> changes =
        changesOf(blocks, connection.sentSeq, Texts::Borrowed);
    const bool hole = changes.empty() || changes.front()->seq != connection.sentSeq + 1;
    if (gone || (hole && connection.sentSeq < m_deliveredSeq))
        startSnapshot(connection, std::nullopt, m_deliveredSeq, std::nullopt);
    else if (!connection.v2->snapshot) // one that was asked for meanwhile comes first
        sendGroups(connection, changes);
    catchUpV2(connection, now);
}

void Room::startSnapshot(Connection &connection, std::optional<DataType> scope, quint64 at,
                         std::optional<std::pair<DataType, QByteArray>> after)
{
    V2Peer::Snapshot snapshot;
    snapshot.scope = scope;
    snapshot.at = at;
    bool behind = !after.has_value();
    for (const DataType type : v2::snapshotOrder) {
        const bool isAfterType = after && after->first == type;
        behind = behind || isAfterType;
        if (!behind || !connection.v2->dataTypes.has(type) || (scope && *scope != type))
            continue;
        std::vector<QByteArray> ids;
        for (const Entity *entity : m_entities.live(type)) {
            if (!isAfterType || entity->id > after->second)
                ids.push_back(entity->id);
        }
        std::ranges::sort(ids);
        for (QByteArray &id : ids)
            snapshot.left.emplace_back(type, std::move(id));
    }
    std::ranges::reverse(snapshot.left);
    connection.v2->snapshot = std::move(snapshot);
    if (scope)
        return;
    connection.startSeq = at;
    connection.v2->resyncQueue.clear();
    connection.v2->usersOwedAt.reset();
}

/// Effects that came late, while the device was away, are in no change it will get.
void Room::oweLateV2(Connection &connection)
{
    V2Peer &peer = *connection.v2;
    if (!peer.dataTypes.has(DataType::Users))
        return;
    for (const Entity *entity : m_entities.lateSince(connection.startSeq))
        peer.usersOwedAt = std::max(peer.usersOwedAt.value_or(0), entity->lateAt);
}

void Room::sendLateV2(const Now &now)
{
    // The twin of a classic user_update changed a record under what came since: no change says
    // that, so who keeps records gets those of the users again.
    for (auto &[id, connection] : m_connections) {
        if (!connection.v2 || !connection.v2->dataTypes.has(DataType::Users))
            continue;
        connection.v2->usersOwedAt = m_deliveredSeq;
        leaveLive(connection);
        catchUp(connection, now);
    }
}

void Room::nextSnapshot(Connection &connection)
{
    V2Peer &peer = *connection.v2;
    if (peer.snapshot || peer.resyncQueue.empty())
        return;
    const DataType type = peer.resyncQueue.front();
    peer.resyncQueue.pop_front();
    startSnapshot(connection, type, m_deliveredSeq, std::nullopt);
}

void Room::sendSnapshotPartV2(Connection &connection)
{
    V2Peer &peer = *connection.v2;
    V2Peer::Snapshot &snapshot = *peer.snapshot;
    v2::SnapshotPart part;
    part.scope = snapshot.scope;
    part.at = snapshot.at;
    part.part = ++snapshot.part;
    part.dataType = !snapshot.left.empty() ? snapshot.left.back().first
                                           : snapshot.scope.value_or(v2::snapshotOrder.front());
    qsizetype bytes = 0;
    QByteArray lastId;
    while (!snapshot.left.empty() && snapshot.left.back().first == part.dataType) {
        const Entity *entity = m_entities.find(part.dataType, snapshot.left.back().second);
        const bool isLive = entity && !entity->deleted;
        if (isLive && bytes > 0 && bytes + entity->record.size() > partBytes)
            break;
        lastId = snapshot.left.back().second;
        if (isLive) {
            part.records.push_back({entity->id, entity->rev, entity->seq, entity->record});
            bytes += entity->record.size() + entity->id.size() + 80;
        }
        snapshot.left.pop_back();
    }
    part.isLast = snapshot.left.empty();
    part.token = tokenOf(snapshot, part.dataType, lastId);
    // A device that has the last part of one type acknowledges its position, which stayed.
    sendUnacked(connection, v2::encode(part), snapshot.scope ? connection.sentSeq : snapshot.at,
                part.token);
    if (!part.isLast)
        return;
    if (!snapshot.scope)
        connection.sentSeq = snapshot.at;
    peer.snapshot.reset();
    nextSnapshot(connection);
}

QByteArray Room::tokenOf(const V2Peer::Snapshot &snapshot, DataType type,
                         const QByteArray &entity) const
{
    return m_epoch.first(std::min<qsizetype>(8, m_epoch.size())) + '.'
           + QByteArray::number(snapshot.at) + '.' + QByteArray::number(int(type)) + '.'
           + (snapshot.scope ? QByteArray("s") : QByteArray("a"))
           + QByteArray::number(snapshot.part) + '.' + entity.toHex();
}

bool Room::resumeSnapshot(Connection &connection, const QByteArray &token)
{
    const QByteArrayList parts = token.split('.');
    if (parts.size() != 5 || parts[0] != m_epoch.first(std::min<qsizetype>(8, m_epoch.size()))
        || !parts[3].startsWith('a'))
        return false;
    bool atOk = false;
    bool typeOk = false;
    const quint64 at = parts[1].toULongLong(&atOk);
    const auto type = static_cast<DataType>(parts[2].toInt(&typeOk));
    if (!atOk || !typeOk || at < m_floorSeq || at > m_deliveredSeq
        || std::ranges::count(v2::snapshotOrder, type) == 0)
        return false;
    startSnapshot(connection, std::nullopt, at, std::pair(type, QByteArray::fromHex(parts[4])));
    return true;
}

void Room::becomeLive(Connection &connection, const Now &now)
{
    V2Peer &peer = *connection.v2;
    connection.live = true;
    m_liveV2.push_back(&connection);
    if (peer.isUpToDate)
        return;
    peer.isUpToDate = true;
    send(connection.id, v2::encode(v2::UpToDate{connection.sentSeq}));
    if (peer.capabilities.checksum)
        sendChecksum(connection, now);
    m_isPresenceDue = m_isPresenceDue || peer.capabilities.presence;
}

void Room::sendChecksum(Connection &connection, const Now &now)
{
    V2Peer &peer = *connection.v2;
    v2::Checksum checksum;
    checksum.seq = connection.sentSeq;
    for (const DataType type : v2::snapshotOrder) {
        if (peer.dataTypes.has(type))
            checksum.types.emplace_back(type, m_entities.sum(type));
    }
    peer.checksumAtUs = now.monotonicUs;
    peer.checksumSeq = checksum.seq;
    send(connection.id, v2::encode(checksum));
}

void Room::sendPresence()
{
    v2::Presence presence;
    std::vector<ConnectionId> to;
    std::vector<const Connection *> connections;
    for (const auto &[id, connection] : m_connections)
        connections.push_back(&connection);
    std::ranges::sort(connections, {}, &Connection::id);
    for (const Connection *connection : connections) {
        presence.devices.push_back({connection->device->id,
                                    connection->userId.value_or(QByteArray()),
                                    connection->v2 != nullptr, connection->connectedAtMs});
        if (connection->live && connection->v2 && connection->v2->capabilities.presence)
            to.push_back(connection->id);
    }
    if (to.empty())
        return;
    const QByteArray message = v2::encode(presence);
    m_output.deliver(to, std::span(&message, 1));
}

void Room::tickV2(const Now &now)
{
    if (m_isPresenceDue && now.monotonicUs - m_presenceAtUs >= m_options.presenceIntervalUs) {
        m_isPresenceDue = false;
        m_presenceAtUs = now.monotonicUs;
        sendPresence();
    }
    if (!m_isChecksumDue)
        return;
    m_isChecksumDue = false;
    for (Connection *connection : m_liveV2) {
        V2Peer &peer = *connection->v2;
        if (!peer.capabilities.checksum || peer.checksumSeq == connection->sentSeq)
            continue;
        if (now.monotonicUs - peer.checksumAtUs >= m_options.checksumIntervalUs)
            sendChecksum(*connection, now);
        else
            m_isChecksumDue = true;
    }
}

} // namespace possync::core
