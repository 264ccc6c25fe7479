// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/room.h"

#include <algorithm>

/// From stored to arrived: relaying, catching up, and knowing what has arrived.
namespace possync::core {
namespace {

qint64 sizeOf(std::span<const QByteArray> messages)
{
    qint64 bytes = 0;
    for (const QByteArray &message : messages)
        bytes += message.size();
    return bytes;
}

/// A device that was away too long gets records instead of changes; the app knows only actions.
Action snapshotAction(DataType type)
{
    switch (type) {
    case DataType::Inventory:
        return Action::ItemAdded;
    case DataType::Printers:
        return Action::Configured;
    default:
        return Action::Updated;
    }
}

Action removalAction(DataType type)
{
    switch (type) {
    case DataType::Inventory:
        return Action::ItemRemoved;
    case DataType::Printers:
        return Action::Removed;
    default:
        return Action::Deleted;
    }
}

/// A classic device sent it without the typed message that comes with it; who listens for the
/// data_change itself gets that too.
bool isLoneDataChange(const StoredChange &stored)
{
    return !stored.change.typed && !stored.viaHttp && !stored.viaV2;
}

} // namespace

bool Room::isOwn(const Connection &connection, const StoredChange &change, ConnectionId origin,
                 bool replay) const
{
    const Device &device = *connection.device;
    if (connection.id == origin)
        return true;
    if (change.originDevice != device.id)
        return false;
    // One tablet has this id, until two are proved to: it is its own. Of several, only a known slot
    // tells; where that is unknown an echo does less harm than a change that never arrives.
    if (!device.shared)
        return true;
    return replay && !connection.ambiguous && change.originSlot == connection.slot;
}

void Room::appendMessages(const Connection &connection, const StoredChange &stored, bool replay,
                          std::vector<QByteArray> &messages) const
{
    const classic::Change &change = stored.change;
    classic::Rewrite rewrite;
    if (change.deviceId == connection.device->id) {
        // The app takes a message with its own id for an echo and drops it.
        const int tablet = stored.originSlot == unknownSlot ? 2 : stored.originSlot + 1;
        rewrite.deviceId = change.deviceId + '~' + QByteArray::number(tablet);
    }
    const bool loneDataChange = !replay && isLoneDataChange(stored);
    // The typed form goes first: the app notes the change id of every message, even of a
    // data_change that it ignores, and would skip a typed message that came after it.
    messages.push_back(classic::asTyped(change, rewrite));
    if (loneDataChange)
        messages.push_back(classic::asReceived(change, rewrite));
}

/// A classic change that the rules let in only in part was relayed as it came: what every classic
/// device, its sender too, must be told to have the record as it is. Empty: nothing.
QByteArray Room::correction(const StoredChange &stored) const
{
    const bool isAltered =
        stored.verdict == sync::Verdict::Patch || stored.verdict == sync::Verdict::Nothing;
    if (!isAltered || stored.viaV2)
        return {};
    const classic::Change &change = stored.change;
    const Entity *entity = m_entities.find(change.dataType, change.entityId);
    if (!entity)
        return {};
    QByteArray fields;
    if (!entity->deleted) {
        json::Members record;
        json::splitObject(entity->record, record);
        json::Members data;
        json::splitObject(change.data(), data);
        for (const json::Member &member : data) {
            const json::Member *now = json::find(record, json::plainKey(member));
            if (!now || now->value == member.value)
                continue;
            fields += (fields.isEmpty() ? "\"" : ",\"") + member.key.toByteArray()
                      + "\":" + now->value.toByteArray();
        }
        if (fields.isEmpty())
            return {};
    }
    const Action action = entity->deleted ? removalAction(change.dataType) : Action::Updated;
    return "{\"type\":" + json::quoted(typedMessageName(change.dataType)) + ",\""
           + typedIdField(change.dataType).toByteArray() + "\":" + json::quoted(change.entityId)
           + ",\"action\":" + json::quoted(actionName(action)) + ",\"data\":{" + fields
           + "},\"device_id\":\"possync\",\"restaurant_id\":" + json::quoted(m_restaurantId)
           + ",\"change_id\":\"" + ownIdPrefix() + "kept-" + QByteArray::number(stored.seq) + "\"}";
}

void Room::applyWatched(const StoredChange &stored)
{
    const Entity *entity = m_entities.find(stored.change.dataType, stored.change.entityId);
    const QByteArray before = entity ? entity->record : QByteArray();
    entity = m_entities.apply(stored);
    if (entity && entity->seq == stored.seq)
        m_output.recordChanged(stored, before, *entity);
}

void Room::relay(std::span<const Released> released, const Now &now)
{
    ++m_mark;
    const auto mark = [&](const QByteArray &deviceId) {
        if (Device *device = m_devices.find(deviceId))
            device->mark = m_mark;
    };
    const bool isWatched = m_output.wantsRecords();
    std::vector<QByteArray> corrections(released.size());
    for (std::size_t i = 0; i < released.size(); ++i) {
        const StoredChange &stored = *released[i].change;
        if (isWatched)
            applyWatched(stored);
        else
            m_entities.apply(stored);
        mark(stored.originDevice);
        if (stored.change.deviceId != stored.originDevice)
            mark(stored.change.deviceId);
        corrections[i] = correction(stored);
    }
    m_deliveredSeq = released.back().change->seq;
    m_lastChangeAtMs = released.back().change->receivedAtMs;

    // All who had no part in these changes get the same messages, made once and only for somebody.
    std::vector<QByteArray> messages;
    if (std::ranges::any_of(m_live, [&](const Connection *connection) {
            return connection->device->mark != m_mark;
        })) {
        messages.reserve(released.size());
        for (std::size_t i = 0; i < released.size(); ++i) {
            const StoredChange &stored = *released[i].change;
            messages.push_back(classic::asTyped(stored.change, {}));
            if (isLoneDataChange(stored))
                messages.push_back(stored.change.raw);
            if (!corrections[i].isEmpty())
                messages.push_back(corrections[i]);
        }
    }
    thread_local std::vector<ConnectionId> strangers; // reused: this runs for every commit
    strangers.clear();
    std::vector<std::size_t> ownReceivers(released.size(), 0); // live connections that get none
    std::vector<QByteArray> own;
    for (Connection *connection : m_live) {
        if (connection->device->mark != m_mark) {
            strangers.push_back(connection->id);
            connection->sent += released.size();
            continue;
        }
        own.clear();
        for (std::size_t i = 0; i < released.size(); ++i) {
            const StoredChange &stored = *released[i].change;
            if (isOwn(*connection, stored, released[i].origin, false)) {
                ++ownReceivers[i];
                noteDoubt(*connection, stored.seq, released[i].origin, now);
            } else {
                appendMessages(*connection, stored, false, own);
                ++connection->sent;
            }
            if (!corrections[i].isEmpty())
                own.push_back(corrections[i]);
        }
        if (!own.empty())
            m_output.deliver(std::span(&connection->id, 1), own);
        noteSent(*connection, m_deliveredSeq, sizeOf(own), now);
    }
    if (!strangers.empty())
        m_output.deliver(strangers, messages);
    // Only now: a barrier must stand behind what it confirms.
    const qint64 bytes = sizeOf(messages);
    for (Connection *connection : m_live) {
        if (connection->device->mark != m_mark)
            noteSent(*connection, m_deliveredSeq, bytes, now);
    }
    for (const Released &effect : released)
        remember(effect.change);
    const std::size_t v2Receivers = m_liveV2.size();
    relayV2(released, now);
    for (std::size_t i = 0; i < released.size(); ++i) {
        m_output.applied(released[i].change, m_live.size() - ownReceivers[i] + v2Receivers);
    }
    for (auto &[id, connection] : m_connections) {
        // Devices that catch up read on; most rooms have none, and then this is a short loop.
        if (m_live.size() + m_liveV2.size() == m_connections.size())
            break;
        if (!connection.live)
            catchUp(connection, now);
    }
}

void Room::sendSyncUpdate(const std::vector<QByteArray> &changes, const Now &now)
{
    // What we send as text stays under 256 KiB; a single change may be larger than that by itself.
    constexpr qsizetype limit = 200 * 1024;
    if (changes.empty() || m_connections.empty())
        return;
    std::vector<ConnectionId> everyone;
    everyone.reserve(m_connections.size());
    for (const auto &[id, connection] : m_connections) {
        if (!connection.v2)
            everyone.push_back(id);
    }
    if (everyone.empty())
        return;
    std::size_t first = 0;
    while (first < changes.size()) {
        qsizetype bytes = changes[first].size();
        std::size_t last = first + 1;
        while (last < changes.size() && bytes + changes[last].size() < limit)
            bytes += changes[last++].size();
        const QByteArray message = classic::encodeSyncUpdate(
            m_restaurantId, std::span(changes).subspan(first, last - first), now.wallMs);
        m_output.deliver(everyone, std::span(&message, 1));
        first = last;
    }
}

void Room::remember(const StoredChangePtr &change)
{
    m_tail.push_back(change);
    m_tailBytes += change->change.raw.size();
    while (m_tailBytes > m_options.tailBytes && m_tail.size() > 1) {
        m_tailBytes -= m_tail.front()->change.raw.size();
        m_tail.pop_front();
    }
}

void Room::catchUp(Connection &connection, const Now &now)
{
    if (connection.v2) {
        catchUpV2(connection, now);
        return;
    }
    if (connection.isHeldBack)
        return;
    while (connection.readingFrom == 0 && !connection.awaitsStore
           && connection.unconfirmedBytes < m_options.windowBytes) {
        if (!connection.snapshotSeq && connection.sentSeq < m_floorSeq)
            beginSnapshot(connection);
        if (connection.snapshotSeq) {
            sendSnapshotPart(connection, now);
            continue;
        }
        if (connection.sentSeq >= m_deliveredSeq) {
            connection.live = true;
            m_live.push_back(&connection);
            connection.lateBarrier = connection.barrier + 1;
            if (connection.device->recordsSeq > 0)
                sendLateRecords(connection, m_entities.lateSince(connection.startSeq), now);
            return;
        }
        const quint64 next = connection.sentSeq + 1;
        if (m_tail.empty() || m_tail.front()->seq > next) {
            connection.readingFrom = next;
            m_output.readPage(connection.id, next);
            return;
        }
        std::vector<StoredChangePtr> batch;
        qint64 bytes = 0;
        for (auto i = static_cast<std::size_t>(next - m_tail.front()->seq);
             i < m_tail.size() && batch.size() < static_cast<std::size_t>(m_options.batchChanges)
             && bytes < m_options.batchBytes;
             ++i) {
            batch.push_back(m_tail[i]);
            bytes += m_tail[i]->change.raw.size();
        }
        sendBatch(connection, batch, now);
    }
}

void Room::letCatchUp(ConnectionId id, const Now &now)
{
    const auto it = m_connections.find(id);
    if (it == m_connections.end() || !std::exchange(it->second.isHeldBack, false))
        return;
    catchUp(it->second, now);
}

void Room::sendBatch(Connection &connection, std::span<const StoredChangePtr> changes,
                     const Now &now)
{
    std::vector<QByteArray> messages;
    messages.reserve(changes.size());
    for (const StoredChangePtr &change : changes) {
        if (!isOwn(connection, *change, 0, true)) {
            appendMessages(connection, *change, true, messages);
            ++connection.sent;
        } else {
            noteDoubt(connection, change->seq, 0, now);
        }
        if (QByteArray truth = correction(*change); !truth.isEmpty())
            messages.push_back(std::move(truth));
    }
    if (!messages.empty())
        m_output.deliver(std::span(&connection.id, 1), messages);
    connection.sentSeq = changes.back()->seq;
    noteBatch(connection, sizeOf(messages), now);
}

void Room::noteBatch(Connection &connection, qint64 bytes, const Now &now)
{
    connection.batches.emplace_back(connection.barrier + 1, bytes);
    connection.unconfirmedBytes += bytes;
    noteSent(connection, connection.sentSeq, bytes, now);
    if (!connection.barrierOut)
        sendBarrier(connection, now);
}

std::vector<StoredChangePtr> Room::changesOf(std::span<const JournalBlock> blocks,
                                             quint64 after, Texts texts) const
{
    std::vector<StoredChangePtr> changes;
    for (const JournalBlock &block : blocks) {
        const auto records = readRecords(block.body, texts);
        if (!records)
            continue; // the store has reported it; the snapshot below closes the gap
        for (const Record &record : *records) {
            const auto *change = std::get_if<StoredChangePtr>(&record);
            if (change && (*change)->seq > after && (*change)->seq <= m_deliveredSeq)
                changes.push_back(*change);
        }
    }
    return changes;
}

void Room::pageRead(ConnectionId id, quint64 fromSeq, std::span<const JournalBlock> blocks,
                    bool gone, const Now &now)
{
    const auto it = m_connections.find(id);
    // A page asked for before the room was reopened may come after one asked for since.
    if (it == m_connections.end() || it->second.readingFrom != fromSeq)
        return;
    Connection &connection = it->second;
    connection.readingFrom = 0;
    if (connection.v2) {
        pageReadV2(connection, blocks, gone, now);
        return;
    }
    // Copied: a typed message is delivered as the very text that was stored.
    const std::vector<StoredChangePtr> changes =
        changesOf(blocks, connection.sentSeq, Texts::Copied);
    const bool hole = changes.empty() || changes.front()->seq != connection.sentSeq + 1;
    if (gone || (hole && connection.sentSeq < m_deliveredSeq)) {
        beginSnapshot(connection);
    } else {
        for (std::size_t first = 0; first < changes.size();) {
            std::size_t last = first;
            qint64 bytes = 0;
            while (last < changes.size() && bytes < m_options.batchBytes
                   && last - first < static_cast<std::size_t>(m_options.batchChanges))
                bytes += changes[last++]->change.raw.size();
            sendBatch(connection, std::span(changes).subspan(first, last - first), now);
            first = last;
        }
    }
    catchUp(connection, now);
}

QByteArray Room::snapshotMessage(const Entity &entity) const
{
    const Action action =
        entity.deleted ? removalAction(entity.dataType) : snapshotAction(entity.dataType);
    return "{\"type\":" + json::quoted(typedMessageName(entity.dataType)) + ",\""
           + typedIdField(entity.dataType).toByteArray() + "\":" + json::quoted(entity.id)
           + ",\"action\":" + json::quoted(actionName(action)) + ",\"data\":"
           + (entity.deleted ? "{\"id\":" + json::quoted(entity.id) + '}' : entity.record)
           + ",\"device_id\":\"possync\",\"restaurant_id\":" + json::quoted(m_restaurantId)
           + ",\"change_id\":\"" + ownIdPrefix() + "record-" + QByteArray::number(entity.seq) + '-'
           + QByteArray::number(entity.rev) + "\"}";
}

void Room::sendLateRecords(Connection &connection, std::span<const Entity *const> late,
                           const Now &now)
{
    // A device that was given records has no part of a change that was none of a record yet. Sent
    // to live connections only: these have had, as changes, all else that is in the record.
    if (late.empty())
        return;
    std::vector<QByteArray> messages;
    for (const Entity *entity : late)
        messages.push_back(snapshotMessage(*entity));
    m_output.deliver(std::span(&connection.id, 1), messages);
    noteSent(connection, connection.sentSeq, sizeOf(messages), now);
}

void Room::beginSnapshot(Connection &connection)
{
    connection.snapshotSeq = connection.sentSeq;
    connection.snapshotEnd = 0;
}

void Room::storeSnapshotEnd(Connection &connection, const Now &now)
{
    // Everything that has a number: all of it is relayed when this runs, so that at that moment no
    // record goes further, however many changes come.
    const quint64 end = m_head;
    connection.awaitsStore = true;
    appendRecord(m_block.body, RecordsSent{connection.device->id, end, now.wallMs});
    m_block.atMs = now.wallMs;
    afterStored(
        [this, end, id = connection.id, device = connection.device->id](bool stored,
                                                                        const Now &then) {
            if (stored)
                m_devices.giveRecords(device, end);
            const auto it = m_connections.find(id);
            if (it == m_connections.end())
                return;
            if (!stored) {
                storeSnapshotEnd(it->second, then);
                return;
            }
            it->second.awaitsStore = false;
            it->second.snapshotEnd = end;
            catchUp(it->second, then);
        },
        now);
}

void Room::sendSnapshotPart(Connection &connection, const Now &now)
{
    // In order of the last change, so that a record touched meanwhile comes again at the end. The
    // cursor stays where it was until all have been sent: half a snapshot is no position.
    std::vector<QByteArray> messages;
    qint64 bytes = 0;
    bool complete = connection.snapshotEnd != 0;
    for (const Entity *entity : m_entities.touchedAfter(*connection.snapshotSeq)) {
        if (bytes >= m_options.batchBytes || entity->seq > connection.snapshotEnd) {
            complete = false;
            break;
        }
        messages.push_back(snapshotMessage(*entity));
        bytes += messages.back().size();
        connection.snapshotSeq = entity->seq;
    }
    if (!complete && messages.empty()) {
        storeSnapshotEnd(connection, now);
        return;
    }
    if (!messages.empty())
        m_output.deliver(std::span(&connection.id, 1), messages);
    if (complete) {
        connection.snapshotSeq.reset();
        connection.sentSeq = connection.snapshotEnd;
    }
    noteBatch(connection, bytes, now);
}

void Room::noteSent(Connection &connection, quint64 seq, qint64 bytes, const Now &now)
{
    connection.sentSeq = std::max(connection.sentSeq, seq);
    connection.bytesSinceBarrier += bytes;
    if (!connection.unconfirmed) {
        connection.unconfirmed = true;
        m_unconfirmed.push_back(&connection);
    }
    if (connection.bytesSinceBarrier >= m_options.barrierBytes && !connection.barrierOut)
        sendBarrier(connection, now);
}

void Room::sendBarrier(Connection &connection, const Now &now)
{
    connection.barrierOut = true;
    connection.barrierSeq = connection.sentSeq;
    connection.barrierSentUs = now.monotonicUs;
    connection.bytesSinceBarrier = 0;
    m_output.ping(connection.id, ++connection.barrier);
}

/// The position that the answer to a ping proves. Late records come last in a catch-up: until they
/// have arrived, too, a device stays where it would be given them again.
quint64 Room::reachedBy(const Connection &connection, quint64 barrier) const
{
    quint64 reached = connection.barrierSeq;
    if (connection.device->recordsSeq == 0
        || (connection.live && barrier >= connection.lateBarrier))
        return reached;
    for (const Entity *entity : m_entities.lateSince(connection.startSeq))
        reached = std::min(reached, entity->lateAt);
    return reached;
}

void Room::confirmed(ConnectionId id, quint64 barrier, const Now &now)
{
    const auto it = m_connections.find(id);
    if (it == m_connections.end())
        return;
    Connection &connection = it->second;
    connection.lastSeenMs = now.wallMs;
    if (connection.proofBarrier != 0 && barrier >= connection.proofBarrier) {
        connection.proofBarrier = 0;
        if (connection.device->slots.size() > 1 && m_devices.markShared(*connection.device)) {
            rememberDevice(*connection.device, connection.device->slot(connection.slot), now);
            m_output.sharedDeviceId(connection.device->id);
            settleDoubts(*connection.device, now);
        }
    }
    // A pong nobody asked for confirms nothing.
    if (!connection.barrierOut || barrier != connection.barrier)
        return;
    connection.barrierOut = false;
    connection.roundTripUs = now.monotonicUs - connection.barrierSentUs;
    if (const quint64 reached = reachedBy(connection, barrier); reached > connection.confirmedSeq) {
        connection.confirmedSeq = reached;
        m_devices.confirm(*connection.device, connection.slot, connection.confirmedSeq, now.wallMs);
    }
    while (!connection.batches.empty() && connection.batches.front().first <= barrier) {
        connection.unconfirmedBytes -= connection.batches.front().second;
        connection.batches.pop_front();
    }
    if (connection.live)
        return;
    catchUp(connection, now);
    if (!connection.barrierOut && !connection.batches.empty())
        sendBarrier(connection, now);
}

void Room::tick(const Now &now)
{
    if (!m_liveV2.empty())
        tickV2(now);
    std::erase_if(m_unconfirmed, [&](Connection *connection) {
        if (connection->confirmedSeq >= connection->sentSeq) {
            connection->unconfirmed = false;
            return true;
        }
        if (!connection->barrierOut
            && now.monotonicUs - connection->barrierSentUs >= m_options.barrierIntervalUs)
            sendBarrier(*connection, now);
        return false;
    });
}

} // namespace possync::core
