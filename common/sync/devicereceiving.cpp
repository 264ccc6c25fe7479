// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/jsontext.h"
#include "common/model/v2packed.h"
#include "common/sync/devicesession.h"
#include "common/sync/merge.h"
#include "common/sync/recordsum.h"

using namespace Qt::StringLiterals;

/// What a device does with each message of the server; docs/protocol-v2.md, "Messages".
namespace possync::sync {
namespace {

constexpr qint64 hourMs = 3'600'000;
constexpr std::size_t resyncsPerHour = 3;

OutboxMark markOf(const OutgoingChange &change)
{
    return {change.number, change.seq, change.isSettled, change.isRepeat};
}

/// How it ended for the app: a repeat has the outcome it had when it came first.
v2::Outcome outcomeOf(const v2::ChangeResult &result)
{
    return result.outcome == v2::Outcome::Duplicate ? result.original : result.outcome;
}

std::optional<QByteArray> dataOf(const std::optional<Record> &record)
{
    return record ? std::optional(record->data) : std::nullopt;
}

v2::TypeSum sumOf(const std::vector<Record> &records)
{
    v2::TypeSum sum;
    for (const Record &record : records)
        addRecord(sum, recordHash(record.key.entityId, record.data));
    return sum;
}

} // namespace

void DeviceSession::take(const v2::Welcome &welcome, const DeviceTime &now)
{
    if (m_state != LinkState::Greeting) {
        breakOff(1002, u"The server welcomed twice."_s, now);
        return;
    }
    const bool hasPosition = !m_position.epoch.isEmpty();
    const bool isOtherHistory =
        hasPosition && (welcome.epoch != m_position.epoch || welcome.head < m_position.seq);
    if (!welcome.isSnapshot && (!hasPosition || isOtherHistory)) {
        breakOff(1002, u"The server would go on from where this device is not."_s, now);
        return;
    }
    if (m_askedAt)
        m_clock.addSample(*std::exchange(m_askedAt, std::nullopt), welcome.serverTimeMs, now);
    if (welcome.isSnapshot) {
        StoreEdit edit;
        if (!welcome.isResumed) {
            edit.clearsStaged = true;
            edit.token = QByteArray();
        }
        if (isOtherHistory ? !startOver(std::move(edit), now) : !commit(edit, now))
            return;
        if (!welcome.isResumed)
            m_token.clear();
    }
    m_limits = welcome.limits;
    m_isPacking = m_options.compresses && welcome.capabilities.zstd;
    m_epoch = welcome.epoch;
    m_isReceivingSnapshot = welcome.isSnapshot;
    m_beatMs = now.steadyMs;
    setState(LinkState::CatchingUp);
    push(now);
}

/// The history is another one: the server was restored from a backup. What it had acknowledged
/// since that backup may be gone from it, so the device's latest changes go out again under their
/// ids; those it still has it knows.
bool DeviceSession::startOver(StoreEdit edit, const DeviceTime &now)
{
    std::vector<OutgoingChange> lost = m_store.sentBefore();
    for (OutgoingChange &change : lost) {
        change.seq = 0;
        change.isSettled = false;
        change.isRepeat = true;
        edit.marked.push_back(markOf(change));
    }
    for (const OutgoingChange *change : m_outbox.historyChanged())
        edit.marked.push_back(markOf(*change));
    edit.position = v2::Position();
    if (!commit(edit, now))
        return false;
    m_position = {};
    for (OutgoingChange &change : lost)
        m_outbox.add(std::move(change));
    pendingChanged();
    return true;
}

void DeviceSession::take(const v2::SnapshotPart &part, const DeviceTime &now)
{
    // Where the changes are gone by now that a device was to have, it gets the records in their
    // place, whatever the welcome said.
    const bool isUnasked = !part.scope && !m_isReceivingSnapshot;
    if (!isConnected() || (isUnasked && part.part != 1)) {
        breakOff(1002, u"The server sent a part of a snapshot that had not begun."_s, now);
        return;
    }
    StoreEdit edit;
    edit.clearsStaged = (part.scope || isUnasked) && part.part == 1;
    edit.staged.reserve(part.records.size());
    for (const v2::SnapshotRecord &record : part.records)
        edit.staged.push_back(
            {{part.dataType, record.entityId}, record.rev, record.seq, record.data});
    // A snapshot of one type is not gone on with after a cut: the checksum asks for it again.
    if (!part.scope)
        edit.token = part.token;
    if (!commit(edit, now))
        return;
    if (isUnasked) {
        m_isReceivingSnapshot = true;
        setState(LinkState::CatchingUp);
    }
    if (!part.scope)
        m_token = part.token;
    m_partToken = part.token;
    ackSoon(now);
    if (part.isLast)
        completeSnapshot(part, now);
}

void DeviceSession::completeSnapshot(const v2::SnapshotPart &last, const DeviceTime &now)
{
    StoreEdit edit;
    std::vector<std::pair<Update, std::optional<QByteArray>>> updates;
    const auto differs = [&](const EntityKey &key, const QByteArray &action) {
        Update update{.key = key, .action = action};
        update.origin = Update::Origin::Snapshot;
        updates.emplace_back(std::move(update), record(key));
    };
    for (const DataType type : v2::snapshotOrder) {
        if (last.scope && *last.scope != type)
            continue;
        std::map<QByteArray, Record> held;
        for (Record &record : m_store.records(type))
            held.emplace(record.key.entityId, std::move(record));
        for (Record &record : m_store.staged(type)) {
            const auto old = held.find(record.key.entityId);
            const bool isSame = old != held.end() && old->second == record;
            const bool isShownSame = old != held.end() && old->second.data == record.data;
            if (old != held.end())
                held.erase(old);
            if (!isShownSame)
                differs(record.key, "upsert");
            if (!isSame)
                edit.put.push_back(std::move(record));
        }
        for (const auto &[id, record] : held) {
            if (isWanted(type))
                differs(record.key, "deleted");
            edit.removed.push_back(record.key);
        }
    }
    edit.clearsStaged = true;
    if (!last.scope) {
        edit.token = QByteArray();
        edit.position = v2::Position{m_epoch, last.at};
        edit.done = m_outbox.doneBy(last.at);
    }
    if (!commit(edit, now))
        return;
    if (!last.scope) {
        m_token.clear();
        m_position = *edit.position;
        m_outbox.caughtUp(m_position.seq);
        m_isReceivingSnapshot = false;
    }
    acknowledge(now);
    for (auto &[update, before] : updates) {
        update.seq = last.at;
        const auto shownNow = record(update.key);
        report(std::move(update), before, shownNow);
    }
}

void DeviceSession::take(const v2::Changes &changes, const DeviceTime &now)
{
    if (!isConnected() || changes.from != m_position.seq + 1 || changes.to < changes.from) {
        breakOff(
            1002,
            u"The server sent changes from %1 on to a device that is at %2."_s.arg(changes.from)
                .arg(m_position.seq),
            now);
        return;
    }
    StoreEdit edit;
    std::unordered_map<EntityKey, std::optional<Record>, EntityKeyHash> touched;
    std::unordered_map<EntityKey, std::optional<QByteArray>, EntityKeyHash> before;
    std::vector<const v2::Entry *> reported;
    for (const v2::Entry &entry : changes.entries) {
        // A classic user_update that does not say whom it is about; the entry of its twin does.
        if (entry.entityId.isEmpty())
            continue;
        const EntityKey key{entry.dataType, entry.entityId};
        if (const OutgoingChange *own = m_outbox.find(entry.changeId); own && !own->isSettled)
            edit.marked.push_back({own->number, entry.seq, false, own->isRepeat});
        auto held = touched.find(key);
        if (held == touched.end()) {
            held = touched.emplace(key, m_store.record(key)).first;
            before.emplace(key, shown(key, dataOf(held->second)));
        }
        std::optional<Record> &record = held->second;
        if (record && record->seq >= entry.seq)
            continue; // It came with a snapshot.
        reported.push_back(&entry);
        if (entry.effect == v2::EntryEffect::Set) {
            const QByteArray text = mergedRecord(record ? record->data : QByteArray(), entry.data,
                                                 Action::Updated, entry.entityId);
            record = Record{key, entry.rev, entry.seq, text};
        } else if (entry.effect == v2::EntryEffect::Remove) {
            record.reset();
        }
    }
    for (auto &[key, record] : touched) {
        if (record)
            edit.put.push_back(*record);
        else
            edit.removed.push_back(key);
    }
    edit.position = v2::Position{m_position.epoch, changes.to};
    edit.done = m_outbox.doneBy(changes.to);
    if (!commit(edit, now))
        return;
    m_position = *edit.position;
    for (const v2::Entry &entry : changes.entries)
        m_outbox.delivered(entry.changeId, entry.seq);
    m_outbox.caughtUp(m_position.seq);
    ackSoon(now);
    for (const v2::Entry *entry : reported) {
        const EntityKey key{entry->dataType, entry->entityId};
        Update update{.key = key, .action = actionName(entry->action).toByteArray()};
        update.data = entry->data;
        update.changeId = entry->changeId;
        update.deviceId = entry->deviceId;
        update.userId = entry->userId;
        update.seq = entry->seq;
        update.atMs = entry->atMs;
        update.isOwn = entry->deviceId == m_options.deviceId;
        report(std::move(update), before.at(key), shown(key, dataOf(touched.at(key))));
    }
}

void DeviceSession::take(const v2::UpToDate &, const DeviceTime &now)
{
    if (!isConnected())
        return;
    m_backoff.reset();
    if (!acknowledge(now))
        return;
    setState(LinkState::UpToDate);
}

void DeviceSession::take(const v2::Ack &ack, const DeviceTime &now)
{
    StoreEdit edit;
    std::vector<std::pair<EntityKey, std::optional<QByteArray>>> before;
    std::vector<Effect> settled;
    for (const v2::ChangeResult &result : ack.results) {
        const OutgoingChange *change = m_outbox.find(result.changeId);
        if (!change || change->isSettled)
            continue;
        const EntityKey key = change->entity();
        const v2::Outcome outcome = outcomeOf(result);
        const quint64 seq = outcome == v2::Outcome::Rejected ? 0 : result.seq;
        if (seq == 0)
            edit.dropped.push_back(change->number);
        else if (seq <= m_position.seq)
            edit.done.push_back(change->number);
        else
            edit.marked.push_back({change->number, seq, true, change->isRepeat});
        if (change->isRepeat) {
            if (outcome == v2::Outcome::Rejected)
                report(Problem::Kind::Server, result.code,
                       u"A change of %1 that had been taken before the server was restored is "
                       "refused now: %2"_s.arg(QString::fromUtf8(key.entityId),
                                               QString::fromUtf8(result.reason)));
            continue;
        }
        before.emplace_back(key, record(key));
        const Settled ended{.number = change->number,
                            .changeId = result.changeId,
                            .outcome = outcome,
                            .seq = seq,
                            .code = result.code,
                            .reason = result.reason,
                            .kept = result.kept.empty() ? QByteArray()
                                                        : v2::keptText(result.kept, false),
                            .proof = result.proof};
        edit.settled.push_back(ended);
        settled.push_back(effect::ChangeSettled{ended, key});
    }
    if (!commit(edit, now))
        return;
    for (const v2::ChangeResult &result : ack.results)
        m_outbox.settle(result.changeId,
                        outcomeOf(result) == v2::Outcome::Rejected ? 0 : result.seq);
    m_outbox.caughtUp(m_position.seq);
    std::ranges::move(settled, std::back_inserter(m_effects));
    for (const auto &[key, shownBefore] : before)
        correct(key, shownBefore);
    pendingChanged();
    push(now);
}

void DeviceSession::take(const v2::RetryLater &retry, const DeviceTime &now)
{
    if (retry.batch == m_batch && m_outbox.isBatchOut())
        m_outbox.postponeBatch(retry.afterMs, now.steadyMs);
}

void DeviceSession::take(const v2::HeartbeatReply &reply, const DeviceTime &now)
{
    if (m_askedAt && reply.clockMs == m_askedAt->wallMs)
        m_clock.addSample(*std::exchange(m_askedAt, std::nullopt), reply.serverTimeMs, now);
}

void DeviceSession::take(const v2::Presence &presence, const DeviceTime &)
{
    m_effects.push_back(effect::PresenceChanged{presence.devices});
}

void DeviceSession::take(const v2::Checksum &checksum, const DeviceTime &now)
{
    if (!isConnected() || m_isReceivingSnapshot || checksum.seq != m_position.seq)
        return;
    for (const auto &[type, sum] : checksum.types) {
        if (sumOf(m_store.records(type)) == sum)
            continue;
        const QString name = QString::fromLatin1(dataTypeName(type));
        if (!mayResync(type, now)) {
            report(Problem::Kind::Diverged, "resync_refused",
                   u"Records of %1 differ from the server's, again and again."_s.arg(name));
            continue;
        }
        m_effects.push_back(effect::Send{v2::encode(v2::Resync{type})});
    }
}

bool DeviceSession::mayResync(DataType type, const DeviceTime &now)
{
    std::deque<qint64> &times = m_resyncs[type];
    while (!times.empty() && times.front() + hourMs <= now.steadyMs)
        times.pop_front();
    if (times.size() >= resyncsPerHour)
        return false;
    times.push_back(now.steadyMs);
    return true;
}

void DeviceSession::take(const v2::Error &error, const DeviceTime &now)
{
    const QString message = QString::fromUtf8(error.refusal.message);
    if (error.batch && *error.batch == m_batch && m_outbox.isBatchOut()) {
        refuseBatch(message, now);
        push(now);
        return;
    }
    report(error.refusal.code == "resync_refused" ? Problem::Kind::Diverged : Problem::Kind::Server,
           error.refusal.code, message);
}

/// The batch could not be taken as such. One change at the end stands alone and is given up, so
/// that those behind it are not held up for ever; the app is told like of any refusal.
void DeviceSession::refuseBatch(const QString &why, const DeviceTime &now)
{
    const auto culprit = m_outbox.batchRefused();
    const OutgoingChange *change = culprit ? m_outbox.find(*culprit) : nullptr;
    if (!change)
        return;
    const EntityKey key = change->entity();
    const auto before = record(key);
    const Settled ended{.number = change->number,
                        .changeId = *culprit,
                        .outcome = v2::Outcome::Rejected,
                        .code = "unreadable",
                        .reason = "the server cannot read this change: " + why.toUtf8()};
    StoreEdit edit;
    edit.settled.push_back(ended);
    edit.dropped.push_back(change->number);
    if (!commit(edit, now))
        return;
    m_outbox.settle(*culprit, 0);
    m_outbox.caughtUp(m_position.seq);
    m_effects.push_back(effect::ChangeSettled{ended, key});
    correct(key, before);
    pendingChanged();
}

void DeviceSession::push(const DeviceTime &now)
{
    if (!isConnected())
        return;
    const auto batch =
        m_outbox.takeBatch({.changes = std::min(m_options.batchChanges, m_limits.pushChanges),
                            .bytes = std::min(m_options.batchBytes,
                                              static_cast<qsizetype>(m_limits.messageBytes / 2))},
                           now.steadyMs);
    if (batch.empty())
        return;
    std::vector<QByteArray> texts;
    texts.reserve(batch.size());
    for (const OutgoingChange *change : batch)
        texts.push_back(change->text);
    const QByteArray message = v2::encodePush(++m_batch, texts);
    const QByteArray packed = m_isPacking ? v2::packed(message) : QByteArray();
    m_effects.push_back(packed.isEmpty() ? effect::Send{message} : effect::Send{packed, true});
}

void DeviceSession::ackSoon(const DeviceTime &now)
{
    if (m_unackedBytes >= m_options.ackBytes)
        acknowledge(now);
    else if (!m_ackDueMs)
        m_ackDueMs = now.steadyMs + m_options.ackMs;
}

bool DeviceSession::acknowledge(const DeviceTime &now)
{
    m_ackDueMs.reset();
    m_unackedBytes = 0;
    if (!hasStored(m_store.flush(), now))
        return false;
    v2::Acked acked;
    acked.token = std::exchange(m_partToken, {});
    if (!m_isReceivingSnapshot && !m_position.epoch.isEmpty())
        acked.position = m_position;
    if (acked.position || !acked.token.isEmpty())
        m_effects.push_back(effect::Send{v2::encode(acked)});
    return true;
}

void DeviceSession::beat(const DeviceTime &now)
{
    if (!hasStored(m_store.flush(), now)) // It says where we are.
        return;
    m_beatMs = now.steadyMs;
    m_askedAt = now;
    v2::Heartbeat heartbeat;
    heartbeat.clockMs = now.wallMs;
    heartbeat.queue = m_outbox.pendingCount();
    if (!m_position.epoch.isEmpty())
        heartbeat.position = m_position;
    m_effects.push_back(effect::Send{v2::encode(heartbeat)});
}

bool DeviceSession::isWanted(DataType type) const
{
    return m_options.dataTypes.empty()
           || std::ranges::find(m_options.dataTypes, type) != m_options.dataTypes.end();
}

void DeviceSession::report(Update update, const std::optional<QByteArray> &before,
                           const std::optional<QByteArray> &now)
{
    update.isVisible = now != before;
    update.isRemoved = before && !now;
    update.record = now.value_or(QByteArray());
    m_effects.push_back(effect::Updated{std::move(update)});
}

/// A change of this device was settled in another way than it was shown.
void DeviceSession::correct(const EntityKey &key, const std::optional<QByteArray> &before)
{
    const auto now = record(key);
    if (now == before)
        return;
    Update update{.key = key, .action = now ? "upsert" : "deleted"};
    update.data = now.value_or(QByteArray());
    update.seq = m_position.seq;
    update.origin = Update::Origin::Correction;
    report(std::move(update), before, now);
}

} // namespace possync::sync
