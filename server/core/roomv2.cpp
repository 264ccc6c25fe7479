// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/messagefields.h"
#include "common/model/timestamp.h"
#include "common/sync/cursor.h"
#include "common/sync/hybridclock.h"
#include "server/core/room.h"

/// What v2 devices send: docs/protocol-v2.md.
namespace possync::core {
namespace {

constexpr qint64 retryStorageMs = 1000;
constexpr qint64 retryBatchesMs = 200;
constexpr std::size_t resyncsPerHour = 3;
constexpr qint64 hourUs = 3'600'000'000;

/// The entity's id alone, as data of a change that has no fields.
QByteArray idOnly(const QByteArray &entityId)
{
    return "{\"id\":" + json::quoted(entityId) + '}';
}

} // namespace

void Room::connectedV2(ConnectionId id, const v2::Hello &hello, const Address &address,
                       const Now &now)
{
    for (const auto &[other, connection] : m_connections) {
        if (connection.v2 && connection.device->id == hello.deviceId)
            m_output.close(other, closeReplaced, "this device has connected again");
    }
    const Devices::Arrival arrival =
        m_devices.arrive(hello.deviceId, id, address.host, m_deliveredSeq, now.wallMs);
    Connection &connection = m_connections[id];
    connection.id = id;
    connection.device = arrival.device;
    connection.device->isV2 = true;
    connection.slot = arrival.slot;
    connection.address = address.text;
    connection.connectedAtMs = connection.lastSeenMs = now.wallMs;
    connection.v2 = std::make_unique<V2Peer>();
    V2Peer &peer = *connection.v2;
    peer.dataTypes = hello.dataTypes;
    peer.capabilities = hello.capabilities;
    peer.skewMs = hello.clockMs - now.wallMs;
    connection.clockSkewMs = peer.skewMs;
    setUser(connection, hello.userId);
    m_isPresenceDue = true;
    if (arrival.isNewSlot)
        rememberDevice(*connection.device, connection.device->slot(connection.slot), now);

    v2::Welcome welcome;
    welcome.session = 'c' + QByteArray::number(id);
    welcome.epoch = m_epoch;
    welcome.head = m_deliveredSeq;
    welcome.floor = m_floorSeq;
    welcome.serverTimeMs = now.wallMs;
    welcome.server = "possync " POSSYNC_VERSION;
    welcome.capabilities = hello.capabilities;
    welcome.limits = m_options.v2;
    if (sync::canResume(hello.position, {m_epoch, m_floorSeq, m_deliveredSeq})) {
        connection.startSeq = connection.sentSeq = connection.confirmedSeq = hello.position->seq;
        m_devices.confirm(*connection.device, connection.slot, connection.confirmedSeq, now.wallMs);
        oweLateV2(connection);
    } else {
        welcome.isSnapshot = true;
        welcome.isResumed = resumeSnapshot(connection, hello.snapshotToken);
        if (welcome.isResumed)
            oweLateV2(connection);
        else
            startSnapshot(connection, std::nullopt, m_deliveredSeq, std::nullopt);
    }
    send(id, v2::encode(welcome));
    catchUp(connection, now);
}

void Room::receivedV2(ConnectionId id, v2::DeviceMessage &&message, const Now &now)
{
    const auto it = m_connections.find(id);
    if (it == m_connections.end() || !it->second.v2)
        return;
    it->second.lastSeenMs = now.wallMs;
    std::visit([&](auto &&content) { received(it->second, std::move(content), now); },
               std::move(message));
}

void Room::refusedV2(ConnectionId id, const v2::MessageRefusal &refusal, const Now &now)
{
    const auto it = m_connections.find(id);
    if (it == m_connections.end() || !it->second.v2)
        return;
    it->second.lastSeenMs = now.wallMs;
    m_output.refused(it->second.device->id, refusal.refusal);
    if (refusal.refusal.retryAfterMs > 0 && refusal.batch)
        send(id, v2::encode(v2::RetryLater{*refusal.batch, refusal.refusal.code,
                                           refusal.refusal.message, refusal.refusal.retryAfterMs}));
    else
        sendErrorV2(it->second, refusal.refusal, refusal.batch);
}

void Room::sendErrorV2(const Connection &connection, classic::Refusal refusal,
                       std::optional<quint64> batch)
{
    send(connection.id, v2::encode(v2::Error{std::move(refusal), batch}));
}

void Room::received(Connection &connection, v2::Hello &&, const Now &)
{
    sendErrorV2(connection,
                {"unexpected_hello", "\"hello\" is the first message of a connection only", {}},
                std::nullopt);
}

void Room::received(Connection &connection, v2::Acked &&message, const Now &now)
{
    V2Peer &peer = *connection.v2;
    const auto pop = [&] {
        peer.unackedBytes -= peer.unacked.front().bytes;
        peer.unacked.pop_front();
    };
    if (!message.token.isEmpty()
        && std::ranges::count(peer.unacked, message.token, &V2Peer::Unacked::token) > 0) {
        while (peer.unacked.front().token != message.token)
            pop();
        pop();
    }
    if (message.position && message.position->epoch == m_epoch) {
        const quint64 seq = std::min(message.position->seq, connection.sentSeq);
        while (!peer.unacked.empty() && peer.unacked.front().seq <= seq)
            pop();
        if (seq > connection.confirmedSeq) {
            connection.confirmedSeq = seq;
            m_devices.confirm(*connection.device, connection.slot, seq, now.wallMs);
        }
    }
    if (!connection.live)
        catchUp(connection, now);
}

void Room::received(Connection &connection, v2::Heartbeat &&message, const Now &now)
{
    V2Peer &peer = *connection.v2;
    peer.skewMs = message.clockMs - now.wallMs;
    connection.clockSkewMs = peer.skewMs;
    peer.queue = message.queue;
    send(connection.id,
         v2::encode(v2::HeartbeatReply{message.clockMs, now.wallMs, m_deliveredSeq}));
    if (message.position)
        received(connection, v2::Acked{std::move(message.position), {}}, now);
}

void Room::received(Connection &connection, v2::UserChanged &&message, const Now &)
{
    connection.userId.reset();
    setUser(connection, message.userId);
    m_isPresenceDue = true;
}

void Room::received(Connection &connection, v2::Resync &&message, const Now &now)
{
    V2Peer &peer = *connection.v2;
    if (!peer.dataTypes.has(message.dataType)) {
        sendErrorV2(connection,
                    {"bad_field", "field \"data_type\" is none that this device takes", {}},
                    std::nullopt);
        return;
    }
    std::deque<qint64> &times = peer.resyncs.at(static_cast<std::size_t>(message.dataType));
    while (!times.empty() && now.monotonicUs - times.front() > hourUs)
        times.pop_front();
    if (times.size() >= resyncsPerHour) {
        const classic::Refusal refusal{
            "resync_refused",
            dataTypeName(message.dataType).toByteArray()
                + " was sent anew three times within the hour and still differs: a fault in the "
                  "device or in the server",
            {}};
        m_output.refused(connection.device->id, refusal);
        sendErrorV2(connection, refusal, std::nullopt);
        return;
    }
    times.push_back(now.monotonicUs);
    if (peer.snapshot && !peer.snapshot->scope)
        return; // it gets everything anew as it is
    peer.resyncQueue.push_back(message.dataType);
    leaveLive(connection);
    nextSnapshot(connection);
    catchUp(connection, now);
}

void Room::received(Connection &connection, v2::Push &&push, const Now &now)
{
    V2Peer &peer = *connection.v2;
    if (peer.batchesWaiting >= m_options.v2.pushBatches) {
        send(connection.id,
             v2::encode(v2::RetryLater{
                 push.batch, "too_many_batches",
                 "wait for the answers to earlier batches before sending more", retryBatchesMs}));
        return;
    }
    ++peer.batchesWaiting;
    auto ack = std::make_shared<v2::Ack>();
    ack->batch = push.batch;
    ack->results.reserve(push.changes.size());
    for (const Result<v2::PushedChange, classic::Refusal> &change : push.changes) {
        ++connection.received;
        if (change) {
            ack->results.push_back(takeV2(*change, connection, now));
            continue;
        }
        m_output.refused(connection.device->id, change.error());
        v2::ChangeResult result;
        result.changeId = change.error().changeId;
        result.outcome = v2::Outcome::Rejected;
        result.code = change.error().code;
        result.reason = change.error().message;
        ack->results.push_back(std::move(result));
    }
    afterStored(
        [this, id = connection.id, ack](bool stored, const Now &) {
            const auto it = m_connections.find(id);
            if (it == m_connections.end())
                return;
            --it->second.v2->batchesWaiting;
            if (stored)
                send(id, v2::encode(*ack));
            else
                send(id, v2::encode(v2::RetryLater{
                             ack->batch, "storage_unavailable",
                             "the server could not store this batch; nothing was kept of it",
                             retryStorageMs}));
        },
        now);
}

std::optional<v2::ChangeResult> Room::repeated(const v2::PushedChange &change) const
{
    const auto known = m_ids.find(change.changeId);
    if (!known && !change.changeId.startsWith(ownIdPrefix()))
        return std::nullopt;
    v2::ChangeResult result;
    result.changeId = change.changeId;
    if (!known) {
        result.outcome = v2::Outcome::Rejected;
        result.code = "bad_field";
        result.reason = "field \"change_id\": ids that begin with \"" + ownIdPrefix()
                        + "\" are given by the server";
        return result;
    }
    if (known->content != foldedHash(change.contentHash)) {
        result.outcome = v2::Outcome::Rejected;
        result.code = "id_reused";
        result.reason = "change id \"" + change.changeId + "\" names another change already";
        return result;
    }
    result.outcome = v2::Outcome::Duplicate;
    result.seq = known->seq;
    result.original = known->seq == 0 ? v2::Outcome::Rejected : v2::Outcome::Applied;
    if (const Decision *decision = m_decisions.find(change.changeId)) {
        result.rev = decision->rev;
        result.original = decision->outcome;
        result.code = decision->code;
        result.reason = decision->reason;
        result.proof = decision->proof;
        result.kept = decision->kept;
    }
    return result;
}

StoredChange Room::storedFrom(const v2::PushedChange &pushed, const Connection &connection,
                              const Now &now) const
{
    StoredChange stored;
    stored.receivedAtMs = now.wallMs;
    stored.originDevice = connection.device->id;
    stored.originSlot = connection.slot;
    stored.viaV2 = true;
    stored.time = pushed.time ? sync::serverTime(*pushed.time, connection.v2->skewMs, now.wallMs)
                              : HybridTime(now.wallMs, 0);
    classic::Change &change = stored.change;
    change.dataType = pushed.dataType;
    change.action = pushed.action;
    change.entityId = pushed.entityId;
    change.changeId = pushed.changeId;
    change.deviceId = stored.originDevice;
    change.userId = pushed.userId ? pushed.userId : connection.userId;
    change.timestampMs = stored.time.ms();
    change.contentHash = pushed.contentHash;
    return stored;
}

void Room::writeText(StoredChange &stored, const v2::PushedChange &pushed,
                     const QByteArray &data) const
{
    classic::Change &change = stored.change;
    QByteArray text =
        fields::ObjectWriter(data.size() + pushed.otherMembers.size() + 400)
            .add("type", "\"data_change\"")
            .text("data_type", dataTypeName(change.dataType))
            .text("action", actionName(change.action))
            .add("data", data)
            .text("device_id", change.deviceId)
            .text("restaurant_id", m_restaurantId)
            .textOrNull("user_id", change.userId.value_or(QByteArray()))
            .text("timestamp",
                  pushed.timestamp.isEmpty() ? formatTimestamp(stored.time.ms()) : pushed.timestamp)
            .text("change_id", change.changeId)
            .finish();
    if (!pushed.otherMembers.isEmpty()) {
        text.chop(1);
        text.append(',').append(pushed.otherMembers).append('}');
    }
    change.raw = text;
    json::Members members;
    json::splitObject(change.raw, members);
    const QByteArrayView value = json::find(members, "data")->value;
    change.dataOffset = value.data() - change.raw.constData();
    change.dataSize = value.size();
}

void Room::letIn(StoredChange &stored, const v2::PushedChange &pushed,
                 const sync::Resolution &resolution)
{
    stored.seq = ++m_head;
    // Where another's status stays, what got in is an update: a classic device would take the
    // status from the action.
    if (effectOf(pushed.action) == Effect::SetStatus
        && std::ranges::count(resolution.kept, "status", &v2::KeptField::field) > 0)
        stored.change.action = Action::Updated;
    writeText(stored, pushed,
              resolution.patch.isEmpty() ? idOnly(pushed.entityId) : resolution.patch);
    if (resolution.verdict == sync::Verdict::Patch)
        stored.verdict = sync::Verdict::Patch;
    if (effectOf(pushed.action) != Effect::RecordOnly)
        stored.rev = m_entities.expect(stored);
}

v2::ChangeResult Room::takeV2(const v2::PushedChange &pushed, Connection &connection,
                              const Now &now)
{
    if (auto result = repeated(pushed))
        return std::move(*result);
    auto stored = std::make_shared<StoredChange>(storedFrom(pushed, connection, now));
    sync::Proposal proposal;
    proposal.dataType = pushed.dataType;
    proposal.action = pushed.action;
    proposal.entityId = pushed.entityId;
    proposal.data = pushed.data;
    proposal.operations = pushed.operations;
    proposal.baseRev = pushed.baseRev;
    proposal.time = stored->time;
    proposal.device = stored->originDevice;
    const sync::Resolution resolution = m_entities.resolve(proposal);

    v2::ChangeResult result;
    result.changeId = pushed.changeId;
    result.outcome = resolution.outcome;
    result.kept = resolution.kept;
    result.code = resolution.code;
    result.reason = resolution.reason;
    result.proof = resolution.proof;
    const bool changesNothing = resolution.outcome == v2::Outcome::Rejected
                                || (resolution.outcome == v2::Outcome::Merged
                                    && resolution.verdict == sync::Verdict::Nothing);
    if (!changesNothing) {
        letIn(*stored, pushed, resolution);
    }
    m_ids.insert(pushed.changeId, {stored->seq, foldedHash(pushed.contentHash)});
    result.seq = stored->seq;
    result.rev = stored->rev;
    if (!changesNothing) {
        appendRecord(m_block.body, *stored);
        m_block.atMs = now.wallMs;
    }
    if (resolution.outcome != v2::Outcome::Applied || !resolution.replaced.empty())
        noteDecision(*stored, resolution, v2::encode(pushed));
    if (!changesNothing)
        m_waiting.push_back(
            {m_blockCount + 1, {}, std::move(stored), connection.id, pushed.changeId});
    return result;
}

} // namespace possync::core
