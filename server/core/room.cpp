// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/room.h"

#include <algorithm>

namespace possync::core {
namespace {

classic::Refusal notStored(const QByteArray &changeId)
{
    return {"storage_unavailable",
            "the server could not store this change; nothing was kept of it, send it again later",
            changeId};
}

/// Difference of two clocks of which one is in an unknown time zone: zones differ by quarter hours.
qint64 skewWithoutZone(qint64 deviceMs, qint64 serverMs)
{
    constexpr qint64 quarterHour = 15 * 60 * 1000;
    const qint64 difference = deviceMs - serverMs;
    const qint64 half = difference >= 0 ? quarterHour / 2 : -quarterHour / 2;
    return difference - (difference + half) / quarterHour * quarterHour;
}

} // namespace

Room::Room(QByteArray restaurantId, RoomOutput &output, Options options)
    : m_restaurantId(std::move(restaurantId))
    , m_output(output)
    , m_options(options)
{
}

bool Room::open(const RestaurantImage &image, const Now &now)
{
    m_number = image.restaurant;
    m_generation = image.generation;
    m_epoch = image.epoch;
    m_floorSeq = image.floorSeq;
    m_head = 0;
    m_ids = {};
    m_pairing = {};
    m_entities = {};
    m_decisions = {};
    // Live connections point at their devices: their state in memory is newer than the image's.
    const bool reopened = !m_connections.empty() || !m_waiting.empty();
    Devices liveDevices;
    if (reopened)
        std::swap(liveDevices, m_devices);
    m_devices = {};

    for (const StateRow &row : image.state) {
        const bool known = m_ids.loadState(row) || m_pairing.loadState(row)
                           || m_entities.loadState(row) || m_devices.loadState(row)
                           || m_decisions.loadState(row);
        if (!known)
            return false;
    }
    m_decisions.sort();
    for (const JournalBlock &block : image.tail) {
        const auto records = readRecords(block.body);
        if (!records)
            return false;
        for (const Record &record : *records)
            replayRecord(record);
        m_lastChangeAtMs = std::max(m_lastChangeAtMs, block.atMs);
    }
    m_head = image.headSeq;
    m_block = {};
    m_blockCount = 0;
    m_committedBlock = 0;

    std::deque<Released> failed;
    failed.swap(m_waiting);
    if (reopened) {
        std::swap(m_devices, liveDevices);
        m_devices.touchAll();
        m_tail.clear();
        m_tailBytes = 0;
    }
    m_deliveredSeq = m_head;
    for (auto &[id, connection] : m_connections) {
        connection.sentSeq = std::min(connection.sentSeq, m_head);
        connection.ownUpTo = std::min(connection.ownUpTo, m_head); // the rest is given out again
        if (connection.live && connection.sentSeq < m_head) {
            std::erase(connection.v2 ? m_liveV2 : m_live, &connection);
            connection.live = false;
            if (connection.v2) // may get records now, and is told when it has them
                connection.v2->isUpToDate = false;
        }
        connection.readingFrom = 0;
    }
    // First visits may be among what was not stored, also of tablets that have left again.
    const auto isStored = [&stored = liveDevices.all()](const Device &device,
                                                        const DeviceSlot &slot) {
        const auto known = stored.find(device.id);
        return known != stored.end() && known->second.shared == device.shared
               && std::ranges::any_of(known->second.slots, [&](const DeviceSlot &other) {
                      return other.number == slot.number && other.host == slot.host;
                  });
    };
    for (const auto &[id, device] : m_devices.all()) {
        for (const DeviceSlot &slot : device.slots) {
            if (reopened && !isStored(device, slot))
                rememberDevice(device, slot, now);
        }
    }
    for (const Released &effect : failed) {
        if (effect.action) {
            effect.action(false, now);
        } else {
            // Never an id of our own making: the app notes the id of every message, and the same
            // id will name another change once this sequence number is given out again.
            const classic::Refusal refusal = notStored(effect.statedId);
            m_output.refused(effect.change->originDevice, refusal);
            // A v2 device hears of it by its batch.
            const auto origin = m_connections.find(effect.origin);
            if (origin != m_connections.end() && !origin->second.v2)
                send(effect.origin, classic::encodeError(refusal));
        }
    }
    for (auto &[id, connection] : m_connections) {
        if (!connection.live)
            catchUp(connection, now);
    }
    return true;
}

void Room::replayRecord(const Record &record)
{
    if (const auto *change = std::get_if<StoredChangePtr>(&record)) {
        const StoredChange &stored = **change;
        m_ids.insert(stored.change.changeId, {stored.seq, foldedHash(stored.change.contentHash)});
        if (!stored.viaV2)
            m_pairing.replayAdd(stored.originDevice, stored.change, stored.seq,
                                stored.receivedAtMs);
        m_entities.apply(stored);
    } else if (const auto *alias = std::get_if<Alias>(&record)) {
        if (!alias->changeId.isEmpty())
            m_ids.insert(alias->changeId, {alias->seq, foldedHash(alias->contentHash)});
        m_pairing.forget(alias->seq);
        m_entities.applyAlias(*alias);
    } else if (const auto *device = std::get_if<DeviceSeen>(&record)) {
        m_devices.replay(*device);
    } else if (const auto *sent = std::get_if<RecordsSent>(&record)) {
        m_devices.giveRecords(sent->deviceId, sent->seq);
    } else if (const auto *decision = std::get_if<DecisionPtr>(&record)) {
        m_ids.insert((*decision)->changeId,
                     {(*decision)->seq, foldedHash((*decision)->contentHash)});
        m_decisions.add(*decision);
    } else if (const auto *restored = std::get_if<Restored>(&record)) {
        m_decisions.markRestored(*restored);
    }
}

void Room::connected(ConnectionId id, const QByteArray &deviceId, const QByteArray &host,
                     const QByteArray &address, const std::optional<QByteArray> &userId,
                     const Now &now, bool isHeldBack)
{
    const Devices::Arrival arrival =
        m_devices.arrive(deviceId, id, host, m_deliveredSeq, now.wallMs);
    Connection &connection = m_connections[id];
    connection.id = id;
    connection.device = arrival.device;
    connection.device->isV2 = false;
    connection.slot = arrival.slot;
    connection.ambiguous = arrival.ambiguous;
    connection.isHeldBack = isHeldBack;
    connection.address = address;
    connection.connectedAtMs = connection.lastSeenMs = now.wallMs;
    connection.startSeq = connection.sentSeq = connection.confirmedSeq = arrival.cursor;
    connection.ownUpTo = arrival.device->slots.size() == 1 ? m_head : 0;
    setUser(connection, userId);
    m_isPresenceDue = true;
    if (arrival.cursor < arrival.device->recordsSeq)
        beginSnapshot(connection);
    if (arrival.isNewSlot) {
        // Stored before anything is sent to it: a device the server forgot would miss what came
        // between its first visit and its second.
        rememberDevice(*connection.device, connection.device->slot(connection.slot), now);
    }
    if (arrival.neighbour != 0) {
        if (const auto it = m_connections.find(arrival.neighbour); it != m_connections.end()) {
            sendBarrier(it->second, now);
            it->second.proofBarrier = it->second.barrier;
        }
    }
    catchUp(connection, now);
}

void Room::rememberDevice(const Device &device, const DeviceSlot &slot, const Now &now)
{
    appendRecord(m_block.body, DeviceSeen{device.id, slot.number, slot.cursor, now.wallMs,
                                          slot.host, device.shared});
    m_block.atMs = now.wallMs;
}

void Room::disconnected(ConnectionId id, const Now &now)
{
    const auto it = m_connections.find(id);
    if (it == m_connections.end())
        return;
    Connection &connection = it->second;
    if (connection.live)
        std::erase(connection.v2 ? m_liveV2 : m_live, &connection);
    m_isPresenceDue = true;
    if (connection.unconfirmed)
        std::erase(m_unconfirmed, &connection);
    m_devices.leave(*connection.device, connection.slot, now.wallMs);
    m_connections.erase(it);
}

void Room::received(ConnectionId id, const QByteArray &frame, const Now &now)
{
    received(id, classic::decode(frame, m_restaurantId), now);
}

void Room::received(ConnectionId id, Result<classic::Message, classic::Refusal> &&message,
                    const Now &now)
{
    const auto it = m_connections.find(id);
    if (it == m_connections.end())
        return;
    Connection &connection = it->second;
    connection.lastSeenMs = now.wallMs;
    if (!message) {
        m_output.refused(connection.device->id, message.error());
        send(id, classic::encodeError(message.error()));
        return;
    }
    std::visit(
        [&](auto &&content) {
            receivedMessage(connection, std::forward<decltype(content)>(content), now);
        },
        std::move(*message));
}

void Room::receivedMessage(Connection &connection, classic::Register &&message, const Now &now)
{
    connection.registered = true;
    setUser(connection, message.userId);
    sendRegistered(connection.id,
                   message.deviceId.isEmpty() ? connection.device->id : message.deviceId, now);
}

void Room::sendRegistered(ConnectionId id, const QByteArray &deviceId, const Now &now)
{
    // Only once the device is remembered; if that fails, with the next try.
    afterStored(
        [this, id, deviceId](bool stored, const Now &then) {
            if (!m_connections.contains(id))
                return;
            if (stored)
                send(id, classic::encodeRegistered(deviceId, m_restaurantId, then.wallMs));
            else
                sendRegistered(id, deviceId, then);
        },
        now);
}

void Room::receivedMessage(Connection &connection, classic::Heartbeat &&message, const Now &now)
{
    if (message.deviceClockMs)
        connection.clockSkewMs = skewWithoutZone(*message.deviceClockMs, now.wallMs);
    send(connection.id,
         classic::encodeHeartbeatResponse(
             message.deviceId.isEmpty() ? connection.device->id : message.deviceId, now.wallMs));
}

void Room::receivedMessage(Connection &connection, classic::UserChanged &&message, const Now &)
{
    connection.userId.reset();
    setUser(connection, message.userId);
}

void Room::receivedMessage(Connection &connection, classic::Change &&change, const Now &now)
{
    ++connection.received;
    static_cast<void>(
        take(std::move(change), connection.device->id, connection.slot, connection.id, now));
}

void Room::setUser(Connection &connection, const std::optional<QByteArray> &userId)
{
    if (!userId)
        return;
    connection.userId = userId;
    m_devices.setUser(*connection.device, *userId);
}

QByteArray Room::ownIdPrefix() const
{
    return "ps-" + m_epoch.first(std::min<qsizetype>(8, m_epoch.size())) + '-';
}

std::optional<quint64> Room::knownSeq(classic::Change &change) const
{
    const quint32 content = foldedHash(change.contentHash);
    const auto known = m_ids.find(change.changeId);
    if (!known && !change.changeId.startsWith(ownIdPrefix()))
        return std::nullopt;
    if (known && known->content == content)
        return known->seq;
    // The app makes its ids from the millisecond: two changes of one entity can share one. The
    // second goes on under a name of its own, the same whenever it is repeated. So does what comes
    // under an id that is for the server to give.
    const QByteArray ownName = change.changeId + '~' + QByteArray::number(content, 16);
    classic::restate(change, {.changeId = ownName, .deviceId = {}});
    if (const auto again = m_ids.find(ownName))
        return again->seq;
    return std::nullopt;
}

ChangeResult Room::take(classic::Change &&change, const QByteArray &device, quint16 slot,
                        ConnectionId origin, const Now &now)
{
    ChangeResult result;
    result.changeId = change.changeId;
    if (!change.changeId.isEmpty()) {
        if (const auto seq = knownSeq(change)) {
            result.outcome = Outcome::Duplicate;
            result.seq = *seq;
            return result;
        }
    }
    if (const auto twin = m_pairing.takeTwinOf(device, change, now.wallMs)) {
        adoptTwin(*twin, change, device, now);
        result.outcome = Outcome::Duplicate;
        result.seq = twin->seq;
        return result;
    }

    const QByteArray stated = change.changeId;
    auto stored = std::make_shared<StoredChange>();
    stored->seq = ++m_head;
    stored->receivedAtMs = now.wallMs;
    stored->originDevice = device;
    stored->originSlot = slot;
    stored->viaHttp = origin == 0;
    if (change.changeId.isEmpty())
        classic::restate(change,
                         {.changeId = ownIdPrefix() + QByteArray::number(m_head), .deviceId = {}});
    if (change.deviceId.isEmpty())
        change.deviceId = device;
    stored->change = std::move(change);
    stored->time = HybridTime(now.wallMs, 0);
    decide(*stored);

    m_ids.insert(stored->change.changeId, {m_head, foldedHash(stored->change.contentHash)});
    m_pairing.add(device, stored->change, m_head, now.wallMs);
    appendRecord(m_block.body, *stored);
    m_block.atMs = now.wallMs;
    if (result.changeId.isEmpty())
        result.changeId = stored->change.changeId;
    result.seq = m_head;
    m_waiting.push_back({m_blockCount + 1, {}, std::move(stored), origin, stated});
    return result;
}

void Room::decide(StoredChange &stored)
{
    const classic::Change &change = stored.change;
    if (effectOf(change.action) == Effect::RecordOnly || change.entityId.isEmpty())
        return;
    sync::Proposal proposal;
    proposal.dataType = change.dataType;
    proposal.action = change.action;
    proposal.entityId = change.entityId;
    proposal.data = change.data();
    proposal.time = stored.time;
    proposal.device = stored.originDevice;
    proposal.isClassic = true;
    sync::Resolution resolution = m_entities.resolve(proposal);
    stored.verdict = resolution.verdict;
    stored.patch = std::move(resolution.patch);
    stored.rev = m_entities.expect(stored);
    if (resolution.outcome != v2::Outcome::Applied)
        noteDecision(stored, resolution, change.raw);
}

void Room::noteDecision(const StoredChange &stored, const sync::Resolution &resolution,
                        const QByteArray &sent)
{
    const classic::Change &change = stored.change;
    auto decision = std::make_shared<Decision>();
    decision->seq = stored.seq;
    decision->rev = stored.rev;
    decision->changeId = change.changeId;
    decision->contentHash = change.contentHash;
    decision->atMs = stored.receivedAtMs;
    decision->time = stored.time;
    decision->dataType = change.dataType;
    decision->action = change.action;
    decision->entityId = change.entityId;
    decision->deviceId = stored.originDevice;
    decision->userId = change.userId.value_or(QByteArray());
    decision->outcome = resolution.outcome;
    decision->code = resolution.code;
    decision->reason = resolution.reason;
    decision->proof = resolution.proof;
    decision->sent = sent;
    decision->kept = resolution.kept;
    decision->replaced = resolution.replaced;
    appendRecord(m_block.body, *decision);
    m_block.atMs = stored.receivedAtMs;
    m_decisions.add(std::move(decision));
}

void Room::adoptTwin(const Pairing::Waiting &twin, const classic::Change &change,
                     const QByteArray &device, const Now &now)
{
    Alias alias{twin.seq, change.changeId, change.contentHash, now.wallMs, {}, m_head};
    if (!change.changeId.isEmpty())
        m_ids.insert(change.changeId, {twin.seq, foldedHash(change.contentHash)});
    if (twin.lacksEntity && !change.entityId.isEmpty()) {
        auto late = std::make_shared<StoredChange>(
            StoredChange{twin.seq, now.wallMs, change, device, unknownSlot, false});
        late->time = HybridTime(now.wallMs, 0);
        if (m_entities.refusesLate(*late)) {
            refuseLate(alias, *late);
            return;
        }
        alias.effectText = change.raw;
        m_entities.expectLate(*late, m_head);
        appendRecord(m_block.body, alias);
        m_block.atMs = now.wallMs;
        afterStored(
            [this, late, atSeq = m_head](bool stored, const Now &then) {
                const Entity *entity = stored ? m_entities.applyLate(*late, atSeq) : nullptr;
                if (!entity)
                    return;
                for (Connection *connection : m_live) {
                    if (late->seq <= connection->device->recordsSeq)
                        sendLateRecords(*connection, std::span(&entity, 1), then);
                }
                sendLateV2(then);
            },
            now);
        return;
    }
    appendRecord(m_block.body, alias);
    m_block.atMs = now.wallMs;
}

/// Decided here and now, and so for good: what becomes known later does not let it in after all.
void Room::refuseLate(const Alias &alias, const StoredChange &late)
{
    appendRecord(m_block.body, alias);
    m_block.atMs = late.receivedAtMs;
    if (alias.changeId.isEmpty())
        return;
    sync::Resolution refused;
    refused.verdict = sync::Verdict::Nothing;
    refused.outcome = v2::Outcome::Merged;
    refused.reason =
        "User " + json::quoted(late.change.entityId) + " had been deleted before this change";
    noteDecision(late, refused, late.change.raw);
}

void Room::syncPosted(RequestId request, classic::SyncRequest &&sync, const Now &now)
{
    SyncReply reply;
    reply.results.reserve(sync.changes.size());
    auto applied = std::make_shared<std::vector<QByteArray>>();
    const QByteArray &device = sync.deviceId;
    for (auto &change : sync.changes) {
        if (!change) {
            m_output.refused(device, change.error());
            reply.results.push_back(
                {Outcome::Rejected, 0, change.error().changeId, change.error()});
            continue;
        }
        const QByteArray from = device.isEmpty() ? change->deviceId : device;
        reply.results.push_back(take(std::move(*change), from, unknownSlot, 0, now));
        if (reply.results.back().outcome == Outcome::Applied)
            applied->push_back(classic::asDataChange(m_waiting.back().change->change, {}));
    }
    afterStored(
        [this, request, applied, reply = std::move(reply)](bool stored, const Now &then) mutable {
            reply.stored = stored;
            if (stored)
                sendSyncUpdate(*applied, then);
            m_output.replySync(request, reply);
        },
        now);
}

void Room::afterStored(AfterStored action, const Now &now)
{
    const bool nothingPending = m_block.body.isEmpty() && m_committedBlock == m_blockCount;
    if (nothingPending) {
        action(true, now);
        return;
    }
    m_waiting.push_back(
        {m_block.body.isEmpty() ? m_blockCount : m_blockCount + 1, std::move(action), {}, 0, {}});
}

JournalBlock Room::takeBlock()
{
    JournalBlock block = std::move(m_block);
    m_block = {};
    block.restaurant = m_number;
    block.generation = m_generation;
    block.lastSeq = m_head;
    block.firstSeq = m_head + 1;
    // Changes wait in order of seq; those of this block are at the end.
    for (auto it = m_waiting.rbegin(); it != m_waiting.rend() && it->block > m_blockCount; ++it) {
        if (it->change)
            block.firstSeq = it->change->seq;
    }
    ++m_blockCount;
    return block;
}

void Room::committed(quint64 block, const Now &now)
{
    m_committedBlock = std::max(m_committedBlock, block);
    std::vector<Released> changes;
    const auto relayChanges = [&] {
        if (!changes.empty())
            relay(changes, now);
        changes.clear();
    };
    // In the order of the records: replay applies their effects in that order too.
    while (!m_waiting.empty() && m_waiting.front().block <= m_committedBlock) {
        Released effect = std::move(m_waiting.front());
        m_waiting.pop_front();
        if (!effect.action) {
            changes.push_back(std::move(effect));
            continue;
        }
        relayChanges();
        effect.action(true, now);
    }
    relayChanges();
}

std::vector<StateRow> Room::takeState()
{
    std::vector<StateRow> rows;
    if (m_ids.isDirty())
        m_ids.takeState(rows);
    if (m_pairing.isDirty())
        m_pairing.takeState(rows);
    if (m_entities.isDirty())
        m_entities.takeState(rows);
    if (m_devices.isDirty())
        m_devices.takeState(rows);
    if (m_decisions.isDirty())
        m_decisions.takeState(rows);
    return rows;
}

bool Room::hasDirtyState() const
{
    return m_ids.isDirty() || m_pairing.isDirty() || m_entities.isDirty() || m_devices.isDirty()
           || m_decisions.isDirty();
}

void Room::send(ConnectionId to, const QByteArray &message)
{
    m_output.deliver(std::span(&to, 1), std::span(&message, 1));
}

} // namespace possync::core
