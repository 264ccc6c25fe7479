// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/v2decode.h"

/// From a server's text to messages. A server that sends nonsense is refused, never guessed at.
namespace possync::v2 {
namespace {

using namespace fields;

/// Reads members one after the other; the first that is wrong ends it.
class Reader
{
public:
    explicit Reader(const json::Members &members)
        : m_members(members)
    {
    }
    explicit Reader(QByteArrayView object)
        : m_members(m_own)
    {
        if (!json::splitObject(object, m_own))
            m_failure = badField("(element)", "must be an object");
    }
    Reader(const Reader &) = delete;
    Reader &operator=(const Reader &) = delete;

    quint64 number(QByteArrayView field)
    {
        return static_cast<quint64>(take(requiredNumber(m_members, field, field), qint64(0)));
    }
    qint64 time(QByteArrayView field) { return static_cast<qint64>(number(field)); }
    quint32 rev(QByteArrayView field)
    {
        return static_cast<quint32>(take(
            requiredNumber(m_members, field, field, std::numeric_limits<quint32>::max()), 0LL));
    }
    qint64 numberOr(QByteArrayView field, qint64 otherwise)
    {
        return take(optionalNumber(m_members, field, field), std::optional<qint64>())
            .value_or(otherwise);
    }
    QByteArray id(QByteArrayView field) { return take(requiredId(m_members, field, field), {}); }
    QByteArray text(QByteArrayView field) { return take(optionalText(m_members, field), {}); }
    QByteArray object(QByteArrayView field, bool required = true)
    {
        return take(objectText(m_members, field, required), {});
    }
    std::vector<QByteArrayView> array(QByteArrayView field, bool required = true)
    {
        auto elements = take(optionalArray(m_members, field), {});
        if (!elements && required)
            fail(missing(field));
        return elements ? std::move(*elements) : std::vector<QByteArrayView>();
    }
    /// The exact text of a member of any type.
    QByteArray any(QByteArrayView field)
    {
        const json::Member *member = json::find(m_members, field);
        if (!member)
            fail(missing(field));
        return member ? member->value.toByteArray() : QByteArray();
    }
    bool flag(QByteArrayView field)
    {
        const json::Member *member = json::find(m_members, field);
        return member && member->type == json::Type::True;
    }
    DataType dataType() { return take(readDataType(m_members), DataType::Orders); }
    Action action(DataType type) { return take(readAction(m_members, type), Action::Updated); }
    template<typename T>
    T take(Result<T, Refusal> result, T otherwise)
    {
        if (result)
            return std::move(*result);
        fail(result.error());
        return otherwise;
    }
    void fail(Refusal refusal)
    {
        if (!m_failure)
            m_failure = std::move(refusal);
    }
    const json::Members &members() const { return m_members; }
    const std::optional<Refusal> &failure() const { return m_failure; }

private:
    json::Members m_own;
    const json::Members &m_members;
    std::optional<Refusal> m_failure;
};

template<typename T>
Result<ServerMessage, Refusal> finished(const Reader &reader, T &&message)
{
    if (reader.failure())
        return Unexpected{*reader.failure()};
    return ServerMessage(std::forward<T>(message));
}

Result<ServerMessage, Refusal> readWelcome(Reader &in)
{
    Welcome welcome;
    welcome.session = in.text("session");
    welcome.version = static_cast<int>(in.rev("version"));
    welcome.epoch = in.id("epoch");
    welcome.head = in.number("head");
    welcome.floor = in.number("floor");
    const QByteArray mode = in.id("mode");
    if (mode != "snapshot" && mode != "resume")
        in.fail(badField("mode", "must be \"resume\" or \"snapshot\""));
    welcome.isSnapshot = mode == "snapshot";
    welcome.isResumed = in.flag("resumed");
    welcome.serverTimeMs = in.time("server_time_ms");
    welcome.server = in.text("server");
    welcome.capabilities = in.take(readCapabilities(in.members()), {});
    const QByteArray limitsText = in.object("limits");
    if (!in.failure()) {
        Reader inner{QByteArrayView(limitsText)};
        Limits &limits = welcome.limits;
        limits.messageBytes = inner.numberOr("message_bytes", limits.messageBytes);
        limits.pushChanges = static_cast<std::size_t>(
            inner.numberOr("push_changes", static_cast<qint64>(limits.pushChanges)));
        limits.pushBatches = static_cast<int>(inner.numberOr("push_batches", limits.pushBatches));
        limits.windowBytes = inner.numberOr("window_bytes", limits.windowBytes);
        limits.heartbeatMs = inner.numberOr("heartbeat_ms", limits.heartbeatMs);
        if (inner.failure())
            in.fail(*inner.failure());
    }
    return finished(in, std::move(welcome));
}

Result<ServerMessage, Refusal> readSnapshot(Reader &in)
{
    SnapshotPart part;
    if (const QByteArray scope = in.text("scope"); !scope.isEmpty())
        part.scope = in.take(dataTypeNamed(scope, "scope"), DataType::Orders);
    part.at = in.number("at");
    part.part = in.number("part");
    part.dataType = in.dataType();
    part.token = in.text("token");
    part.isLast = in.flag("last");
    for (const QByteArrayView element : in.array("records")) {
        Reader record(element);
        part.records.push_back({record.id("entity_id"), record.rev("rev"), record.number("seq"),
                                record.object("data")});
        if (record.failure())
            in.fail(*record.failure());
    }
    return finished(in, std::move(part));
}

Result<Entry, Refusal> readEntry(QByteArrayView text)
{
    Reader in(text);
    Entry entry;
    entry.seq = in.number("seq");
    entry.changeId = in.text("change_id");
    entry.dataType = in.dataType();
    entry.action = in.action(entry.dataType);
    entry.entityId = in.text("entity_id");
    const QByteArray effect = in.id("effect");
    entry.effect = effect == "set"      ? EntryEffect::Set
                   : effect == "remove" ? EntryEffect::Remove
                                        : EntryEffect::None;
    if (entry.effect == EntryEffect::None && effect != "none")
        in.fail(badField("effect", "must be \"set\", \"remove\" or \"none\""));
    if (entry.effect != EntryEffect::None && entry.entityId.isEmpty())
        in.fail(missing("entity_id"));
    entry.rev = in.rev("rev");
    entry.data = in.object("data");
    entry.deviceId = in.text("device_id");
    entry.userId = in.text("user_id");
    entry.atMs = in.time("at_ms");
    entry.timestamp = in.text("timestamp");
    constexpr std::array<QByteArrayView, 12> known{
        "seq", "change_id", "data_type", "action",  "entity_id", "effect",
        "rev", "data",      "device_id", "user_id", "at_ms",     "timestamp"};
    entry.otherMembers = otherMembersOf(in.members(), known);
    if (in.failure())
        return Unexpected{*in.failure()};
    return entry;
}

Result<ServerMessage, Refusal> readChanges(Reader &in)
{
    Changes changes;
    changes.from = in.number("from");
    changes.to = in.number("to");
    if (changes.to + 1 < changes.from)
        in.fail(badField("to", "must not lie before \"from\""));
    for (const QByteArrayView element : in.array("changes")) {
        auto entry = readEntry(element);
        if (!entry)
            return Unexpected{entry.error()};
        changes.entries.push_back(std::move(*entry));
    }
    return finished(in, std::move(changes));
}

Outcome outcomeNamed(Reader &in, QByteArrayView field)
{
    const QByteArray name = in.id(field);
    for (const Outcome outcome :
         {Outcome::Applied, Outcome::Merged, Outcome::Duplicate, Outcome::Rejected}) {
        if (name == outcomeName(outcome))
            return outcome;
    }
    in.fail(badField(field, "must be applied, merged, duplicate or rejected"));
    return Outcome::Applied;
}

ChangeResult readResult(QByteArrayView text, Reader &message)
{
    Reader in(text);
    ChangeResult result;
    result.changeId = in.text("change_id");
    result.outcome = outcomeNamed(in, "outcome");
    result.seq = static_cast<quint64>(in.numberOr("seq", 0));
    result.rev = static_cast<quint32>(in.numberOr("rev", 0));
    if (result.outcome == Outcome::Duplicate)
        result.original = outcomeNamed(in, "original");
    result.code = in.text("code");
    result.reason = in.text("reason");
    result.proof = in.object("proof", false);
    for (const QByteArrayView element : in.array("kept", false)) {
        Reader kept(element);
        KeptField field;
        field.field = kept.text("field");
        field.kept = kept.any("kept");
        field.lost = kept.any("lost");
        field.keptBy = kept.text("kept_by");
        field.keptAtMs = kept.time("kept_at_ms");
        result.kept.push_back(std::move(field));
        if (kept.failure())
            in.fail(*kept.failure());
    }
    if (in.failure())
        message.fail(*in.failure());
    return result;
}

Result<ServerMessage, Refusal> readAck(Reader &in)
{
    Ack ack;
    ack.batch = in.number("batch");
    for (const QByteArrayView element : in.array("results"))
        ack.results.push_back(readResult(element, in));
    return finished(in, std::move(ack));
}

Result<ServerMessage, Refusal> readPresence(Reader &in)
{
    Presence presence;
    for (const QByteArrayView element : in.array("devices")) {
        Reader device(element);
        presence.devices.push_back({device.id("device_id"), device.text("user_id"),
                                    device.text("protocol") == "v2", device.time("since_ms")});
        if (device.failure())
            in.fail(*device.failure());
    }
    return finished(in, std::move(presence));
}

Result<ServerMessage, Refusal> readChecksum(Reader &in)
{
    Checksum checksum;
    checksum.seq = in.number("seq");
    const QByteArray types = in.object("types");
    json::Members members;
    json::splitObject(types, members);
    for (const json::Member &member : members) {
        // A type that this version does not know: it has no records of it either.
        const auto type = dataTypeFromName(json::plainKey(member));
        if (!type)
            continue;
        Reader sum(member.value);
        TypeSum read;
        read.count = sum.number("count");
        const QByteArray digits = sum.id("sum");
        bool ok = false;
        read.sum = digits.toULongLong(&ok, 16);
        if (!ok || digits.size() != 16)
            in.fail(badField("sum", "must be 16 hexadecimal digits"));
        if (sum.failure())
            in.fail(*sum.failure());
        checksum.types.emplace_back(*type, read);
    }
    return finished(in, std::move(checksum));
}

Result<ServerMessage, Refusal> readError(Reader &in)
{
    Error error;
    error.refusal = {in.id("code"), in.text("message"), in.text("change_id")};
    if (const qint64 batch = in.numberOr("batch", -1); batch >= 0)
        error.batch = static_cast<quint64>(batch);
    error.refusal.retryAfterMs = std::max<qint64>(0, in.numberOr("retry_after_ms", 0));
    return finished(in, std::move(error));
}

} // namespace

Result<ServerMessage, Refusal> decodeFromServer(const QByteArray &frame)
{
    json::Members members;
    // One message can hold many records, each with many members.
    if (const auto parsed = json::parseObject(frame, members, {.depth = 66, .members = 200'000});
        !parsed)
        return Unexpected{fromJson(parsed.error())};
    Reader in(members);
    const QByteArray type = in.id("type");
    if (in.failure())
        return Unexpected{*in.failure()};
    if (type == "changes")
        return readChanges(in);
    if (type == "ack")
        return readAck(in);
    if (type == "snapshot")
        return readSnapshot(in);
    if (type == "welcome")
        return readWelcome(in);
    if (type == "checksum")
        return readChecksum(in);
    if (type == "presence")
        return readPresence(in);
    if (type == "error")
        return readError(in);
    if (type == "up_to_date")
        return finished(in, UpToDate{in.number("seq")});
    if (type == "retry_later") {
        RetryLater retry{in.number("batch"), in.id("code"), in.text("message"),
                         in.time("after_ms")};
        return finished(in, std::move(retry));
    }
    if (type == "heartbeat") {
        HeartbeatReply reply{in.time("clock_ms"), in.time("server_time_ms"), in.number("head")};
        return finished(in, reply);
    }
    return ServerMessage(Unknown{type});
}

} // namespace possync::v2
