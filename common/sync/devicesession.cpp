// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/devicesession.h"

#include "common/model/jsontext.h"
#include "common/model/v2packed.h"
#include "common/sync/overlay.h"

using namespace Qt::StringLiterals;

namespace possync::sync {
namespace {

QByteArray typesText(const std::vector<DataType> &types)
{
    QByteArray text;
    for (const DataType type : types)
        text.append(dataTypeName(type)).append(' ');
    return text;
}

/// What a close code asks for; docs/protocol-v2.md, "Close codes".
struct Advice {
    qint64 leastMs = 0;
    qint64 spreadMs = 0; ///< Random on top; 0: by back-off.
};

Advice adviceFor(int code)
{
    switch (code) {
    case 1001:
    case 1012:
        return {1'000, 4'000};
    case 1011:
    case 4004:
        return {10'000, 0};
    case 1013:
        return {5'000, 25'000};
    case 4008:
    case 4011:
    case 4012:
        return {0, 1'000};
    case 4009:
        return {5'000, 1'000};
    default:
        return {};
    }
}

/// Closed because of one message of the device: too large, or against the protocol.
bool blamesMessage(int code)
{
    return code == 1009 || code == 4004;
}

/// Nobody said why it ended.
bool isBroken(int code)
{
    return code == 0 || code == 1000 || code == 1006;
}

} // namespace

DeviceSession::DeviceSession(Options options, DeviceStore &store, StoreImage image,
                             std::function<double()> chance)
    : m_options(std::move(options))
    , m_store(store)
    , m_chance(std::move(chance))
    , m_position(std::move(image.position))
    , m_token(std::move(image.token))
    , m_lastNumber(image.lastNumber)
    , m_hybrid(image.lastMadeAt)
    , m_backoff(m_options.backoff)
{
    m_outbox.caughtUp(m_position.seq);
    for (OutgoingChange &change : image.outbox)
        m_outbox.add(std::move(change));
    m_pendingTold = m_outbox.pendingCount();
    if (image.wantedTypes == typesText(m_options.dataTypes))
        return;
    // Another choice of data types: what is held is not what is wanted.
    StoreEdit edit;
    edit.wantedTypes = typesText(m_options.dataTypes);
    if (!m_position.epoch.isEmpty()) {
        edit.position = m_position = {};
        edit.token = m_token = {};
        edit.clearsStaged = true;
    }
    if (const auto stored = m_store.commit(edit); !stored)
        report(Problem::Kind::Storage, "storage", stored.error().detail);
}

void DeviceSession::start(const DeviceTime &now)
{
    if (m_state == LinkState::Stopped)
        dial(now);
}

void DeviceSession::stop()
{
    if (m_state == LinkState::Stopped)
        return;
    endConnection();
    m_effects.push_back(effect::Close{1000});
    setState(LinkState::Stopped);
}

void DeviceSession::reconnect(const DeviceTime &now)
{
    if (m_state == LinkState::Stopped)
        return;
    endConnection();
    m_effects.push_back(effect::Close{1000});
    m_backoff.reset();
    dial(now);
}

void DeviceSession::networkReturned(const DeviceTime &now)
{
    if (m_state != LinkState::Waiting)
        return;
    m_backoff.reset();
    dial(now);
}

void DeviceSession::setUser(const std::optional<QByteArray> &userId)
{
    if (m_userId == userId)
        return;
    m_userId = userId;
    if (isConnected())
        m_effects.push_back(effect::Send{v2::encode(v2::UserChanged{userId})});
}

Result<Done, QueueFailure> DeviceSession::queue(std::vector<NewChange> changes,
                                                const DeviceTime &now)
{
    StoreEdit edit;
    HybridClock hybrid = m_hybrid;
    for (NewChange &change : changes) {
        OutgoingChange outgoing{.number = m_lastNumber + edit.queued.size() + 1};
        v2::PushedChange &pushed = outgoing.change;
        pushed.changeId = std::move(change.changeId);
        pushed.dataType = change.dataType;
        pushed.action = change.action;
        pushed.entityId = std::move(change.entityId);
        if (!change.data.isEmpty())
            pushed.data = std::move(change.data);
        pushed.operations = std::move(change.operations);
        const auto record = m_store.record(outgoing.entity());
        pushed.baseRev = record ? record->rev : 0;
        pushed.time = hybrid.tick(now.wallMs);
        pushed.userId = m_userId;
        if (const auto refusal = check(outgoing))
            return Unexpected{*refusal};
        edit.queued.push_back(std::move(outgoing));
    }
    if (edit.queued.empty())
        return Done{};
    if (const auto stored = m_store.commit(edit); !stored)
        return Unexpected{QueueFailure{"storage", stored.error().detail}};
    m_lastNumber = edit.queued.back().number;
    m_hybrid = hybrid;
    for (OutgoingChange &change : edit.queued)
        m_outbox.add(std::move(change));
    pendingChanged();
    push(now);
    return Done{};
}

std::optional<QueueFailure> DeviceSession::check(OutgoingChange &change) const
{
    const QByteArray &id = change.change.changeId;
    if (m_outbox.find(id))
        return QueueFailure{"id_reused", u"A change with the id %1 is queued already."_s.arg(
                                             QString::fromUtf8(id))};
    // The text is built from what the app gave, so it must be sound before it can be embedded.
    json::Members members;
    if (const auto parsed = json::parseObject(change.change.data, members); !parsed)
        return QueueFailure{"bad_json", u"\"data\" is no JSON object: %1."_s.arg(
                                            QString::fromUtf8(parsed.error().detail))};
    change.text = v2::encode(change.change);
    if (change.text.size() > maxChangeBytes)
        return QueueFailure{
            "bad_field",
            u"The change has %1 bytes, more than the %2 that one may."_s.arg(change.text.size())
                .arg(maxChangeBytes)};
    const auto message =
        v2::decodeFromDevice(v2::encodePush(0, std::span(&change.text, 1)), m_options.restaurantId);
    if (!message)
        return QueueFailure{message.error().refusal.code,
                            QString::fromUtf8(message.error().refusal.message)};
    const auto &read = std::get<v2::Push>(message.value()).changes.front();
    if (!read)
        return QueueFailure{read.error().code, QString::fromUtf8(read.error().message)};
    return std::nullopt;
}

void DeviceSession::opened(const DeviceTime &now)
{
    if (m_state != LinkState::Opening)
        return;
    m_clock.clear();
    m_isPacking = false;
    m_askedAt = now;
    m_heardMs = now.steadyMs;
    v2::Hello hello;
    hello.deviceId = m_options.deviceId;
    hello.userId = m_userId;
    hello.clockMs = now.wallMs;
    hello.client = m_options.client;
    hello.snapshotToken = m_token;
    hello.capabilities = {
        .presence = true, .checksum = true, .zstd = m_options.compresses};
    if (!m_position.epoch.isEmpty())
        hello.position = m_position;
    if (!m_options.dataTypes.empty()) {
        hello.dataTypes = {};
        for (const DataType type : m_options.dataTypes)
            hello.dataTypes.add(type);
    }
    m_effects.push_back(effect::Send{v2::encode(hello)});
    setState(LinkState::Greeting);
}

void DeviceSession::closed(int code, const QString &why, const DeviceTime &now)
{
    if (m_state < LinkState::Opening)
        return;
    const bool wasOpen = m_state > LinkState::Opening;
    if (blamesMessage(code) && m_outbox.isBatchOut())
        refuseBatch(why, now);
    endConnection();
    switch (code) {
    case 4005:
        refuse(Problem::Kind::Version, "unsupported_version",
               u"Server and device speak no common protocol version; update one of them. %1"_s.arg(
                   why));
        return;
    case 4010:
        refuse(Problem::Kind::Replaced, "replaced",
               u"Another device connected with the id of this one. %1"_s.arg(why));
        return;
    case 4403:
        refuse(Problem::Kind::Access, "access_refused", u"Access was refused. %1"_s.arg(why));
        return;
    case 4401:
        report(Problem::Kind::Access, "token_refused",
               u"The access token expired or was revoked. %1"_s.arg(why));
        break;
    default:
        if (wasOpen && blamesMessage(code))
            report(Problem::Kind::Server, "protocol_error",
                   u"The server closed the connection (%1). %2"_s.arg(code).arg(why));
        else if (m_backoff.failures() == 0 && isBroken(code)) // Once, not at every attempt.
            report(Problem::Kind::Connection, wasOpen ? "connection_lost" : "unreachable",
                   u"The connection was lost or could not be made: %1"_s.arg(why));
    }
    if (code == 4012) {
        StoreEdit edit;
        edit.position = v2::Position();
        edit.token = QByteArray();
        edit.clearsStaged = true;
        if (commit(edit, now)) {
            m_position = {};
            m_token.clear();
        }
    }
    const Advice advice = adviceFor(code);
    if (advice.spreadMs == 0) {
        waitToDial(advice.leastMs, now);
        return;
    }
    m_dialAtMs = now.steadyMs + advice.leastMs
                 + static_cast<qint64>(static_cast<double>(advice.spreadMs) * m_chance());
    setState(LinkState::Waiting);
}

void DeviceSession::denied(const QString &why, const DeviceTime &now)
{
    if (m_state < LinkState::Opening)
        return;
    endConnection();
    report(Problem::Kind::Access, "token_refused",
           u"The server refused access: %1. Unsent changes are kept."_s.arg(why));
    waitToDial(0, now);
}

void DeviceSession::received(const QByteArray &text, const DeviceTime &now)
{
    if (m_state < LinkState::Greeting)
        return;
    m_heardMs = now.steadyMs;
    m_unackedBytes += text.size();
    const auto message = v2::decodeFromServer(text);
    if (!message) {
        breakOff(1002,
                 u"A message of the server cannot be read: %1"_s.arg(
                     QString::fromUtf8(message.error().message)),
                 now);
        return;
    }
    std::visit([this, &now](const auto &each) { take(each, now); }, message.value());
}

void DeviceSession::receivedPacked(const QByteArray &message, const DeviceTime &now)
{
    if (m_state < LinkState::Greeting)
        return;
    const auto text = m_isPacking ? v2::unpacked(message)
                                  : Unexpected{QByteArray("it is compressed, and was not to be")};
    if (text)
        received(*text, now);
    else
        breakOff(1002,
                 u"A message of the server cannot be read: %1"_s.arg(
                     QString::fromUtf8(text.error())),
                 now);
}

void DeviceSession::tick(const DeviceTime &now)
{
    if (m_state == LinkState::Waiting && now.steadyMs >= m_dialAtMs) {
        dial(now);
        return;
    }
    if ((m_state == LinkState::Opening || m_state == LinkState::Greeting)
        && now.steadyMs >= m_giveUpAtMs) {
        breakOff(1001, u"The server did not answer in time."_s, now);
        return;
    }
    if (!isConnected())
        return;
    if (now.steadyMs >= m_heardMs + 2 * heartbeatMs()) {
        breakOff(
            1001,
            u"Nothing was heard from the server for %1 s."_s.arg((now.steadyMs - m_heardMs) / 1000),
            now);
        return;
    }
    if (now.steadyMs >= m_beatMs + heartbeatMs())
        beat(now);
    if (m_ackDueMs && now.steadyMs >= *m_ackDueMs)
        acknowledge(now);
    push(now);
}

std::optional<qint64> DeviceSession::wakeAtMs() const
{
    switch (m_state) {
    case LinkState::Stopped:
    case LinkState::Refused:
        return std::nullopt;
    case LinkState::Waiting:
        return m_dialAtMs;
    case LinkState::Opening:
    case LinkState::Greeting:
        return m_giveUpAtMs;
    case LinkState::CatchingUp:
    case LinkState::UpToDate:
        break;
    }
    qint64 at = std::min(m_heardMs + 2 * heartbeatMs(), m_beatMs + heartbeatMs());
    if (m_ackDueMs)
        at = std::min(at, *m_ackDueMs);
    if (const auto wait = m_outbox.waitsUntilMs())
        at = std::min(at, *wait);
    return at;
}

std::optional<QByteArray> DeviceSession::record(const EntityKey &key) const
{
    auto held = m_store.record(key);
    return shown(key, held ? std::optional(std::move(held->data)) : std::nullopt);
}

std::map<QByteArray, QByteArray> DeviceSession::records(DataType type) const
{
    std::map<QByteArray, QByteArray> records;
    for (Record &record : m_store.records(type))
        records.emplace(std::move(record.key.entityId), std::move(record.data));
    for (const EntityKey &key : m_outbox.entitiesOnTop()) {
        if (key.dataType != type)
            continue;
        const auto held = records.find(key.entityId);
        auto now = shown(key, held == records.end() ? std::nullopt : std::optional(held->second));
        if (now)
            records.insert_or_assign(key.entityId, *std::move(now));
        else
            records.erase(key.entityId);
    }
    return records;
}

std::optional<QByteArray> DeviceSession::shown(const EntityKey &key,
                                               std::optional<QByteArray> record) const
{
    for (const OutgoingChange *change : m_outbox.onTop(key))
        record = withChange(record, change->change);
    return record;
}

void DeviceSession::setState(LinkState state)
{
    if (state == m_state)
        return;
    m_state = state;
    m_effects.push_back(effect::StateChanged{state});
}

void DeviceSession::report(Problem::Kind kind, const QByteArray &code, const QString &message)
{
    m_effects.push_back(effect::ProblemReported{{kind, code, message.trimmed()}});
}

void DeviceSession::dial(const DeviceTime &now)
{
    m_giveUpAtMs = now.steadyMs + m_options.openMs;
    setState(LinkState::Opening);
    m_effects.push_back(effect::Open{});
}

void DeviceSession::endConnection()
{
    m_outbox.connectionLost();
    m_askedAt.reset();
    m_ackDueMs.reset();
    m_unackedBytes = 0;
    m_isReceivingSnapshot = false;
}

void DeviceSession::waitToDial(qint64 leastMs, const DeviceTime &now)
{
    m_dialAtMs = now.steadyMs + m_backoff.next(m_chance(), leastMs);
    setState(LinkState::Waiting);
}

void DeviceSession::breakOff(int code, const QString &why, const DeviceTime &now)
{
    endConnection();
    m_effects.push_back(effect::Close{code});
    report(Problem::Kind::Connection, "broken_off", why);
    waitToDial(0, now);
}

void DeviceSession::refuse(Problem::Kind kind, const QByteArray &code, const QString &message)
{
    report(kind, code, message);
    setState(LinkState::Refused);
}

bool DeviceSession::hasStored(const Result<Done, StoreFailure> &stored, const DeviceTime &now)
{
    if (stored)
        return true;
    report(Problem::Kind::Storage, "storage", stored.error().detail);
    // Without the connection nothing more comes that cannot be kept; what this was about comes
    // again.
    if (m_state >= LinkState::Opening) {
        endConnection();
        m_effects.push_back(effect::Close{1001});
        waitToDial(0, now);
    }
    return false;
}

bool DeviceSession::commit(const StoreEdit &edit, const DeviceTime &now)
{
    return hasStored(m_store.commit(edit), now);
}

void DeviceSession::pendingChanged()
{
    const std::size_t count = m_outbox.pendingCount();
    if (count == std::exchange(m_pendingTold, count))
        return;
    m_effects.push_back(effect::PendingChanged{count});
}

} // namespace possync::sync
