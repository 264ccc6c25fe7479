// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/record.h"

#include "server/core/bytes.h"

namespace possync::core {
namespace {

/// Change is what versions without merge rules wrote.
enum class Kind : quint8 {
    Change = 1,
    Alias = 2,
    DeviceSeen = 3,
    RecordsSent = 4,
    MergedChange = 5,
    Decision = 6,
    Restored = 7,
};

enum ChangeFlag : quint8 {
    Typed = 1,
    ViaHttp = 2,
    HasUser = 4,
    HasTimestamp = 8,
    ViaV2 = 16,
};

/// Reserves room for the length, lets the caller write the record, then fills the length in.
/// `room`: how long it is going to be, about.
template<typename Write>
void framed(QByteArray &body, Kind kind, qsizetype room, Write &&write)
{
    const qsizetype start = body.size();
    {
        ByteWriter out(body, room);
        out.number(quint32(0)).number(static_cast<quint8>(kind));
        write(out);
    }
    const quint32 size = qToLittleEndian(static_cast<quint32>(body.size() - start - 4));
    std::copy_n(reinterpret_cast<const char *>(&size), 4, body.data() + start);
}

StoredChangePtr readChange(ByteReader &in, bool isMerged)
{
    auto stored = std::make_shared<StoredChange>();
    classic::Change &change = stored->change;
    const auto flags = in.number<quint8>();
    change.typed = flags & Typed;
    stored->viaHttp = flags & ViaHttp;
    stored->viaV2 = flags & ViaV2;
    change.dataType = static_cast<DataType>(in.number<quint8>());
    change.action = static_cast<Action>(in.number<quint8>());
    stored->originSlot = in.number<quint16>();
    stored->seq = in.number<quint64>();
    stored->receivedAtMs = in.number<qint64>();
    change.contentHash = in.number<quint64>();
    if (const auto timestamp = in.number<qint64>(); flags & HasTimestamp)
        change.timestampMs = timestamp;
    change.entityId = in.text();
    change.changeId = in.text();
    stored->originDevice = in.text();
    const QByteArrayView stated = in.view();
    change.deviceId = stated == stored->originDevice ? stored->originDevice : in.textOf(stated);
    if (const QByteArrayView user = in.view(); flags & HasUser)
        change.userId = in.textOf(user);
    change.dataOffset = in.number<quint32>();
    change.dataSize = in.number<quint32>();
    change.raw = in.text();
    stored->time = HybridTime(stored->receivedAtMs, 0);
    if (isMerged) {
        stored->time = HybridTime::fromPacked(in.number<quint64>());
        stored->rev = in.number<quint32>();
        stored->verdict = static_cast<sync::Verdict>(in.number<quint8>());
        stored->patch = in.text();
    }
    return stored;
}

Alias readAlias(ByteReader &in)
{
    Alias alias;
    alias.seq = in.number<quint64>();
    alias.contentHash = in.number<quint64>();
    alias.receivedAtMs = in.number<qint64>();
    alias.changeId = in.text();
    alias.effectText = in.text();
    if (!in.atEnd()) // older versions did not say
        alias.atSeq = in.number<quint64>();
    return alias;
}

DeviceSeen readDevice(ByteReader &in)
{
    DeviceSeen device;
    device.slot = in.number<quint16>();
    device.cursor = in.number<quint64>();
    device.atMs = in.number<qint64>();
    device.deviceId = in.text();
    device.host = in.text();
    device.shared = in.number<quint8>() != 0;
    return device;
}

RecordsSent readRecordsSent(ByteReader &in)
{
    RecordsSent sent;
    sent.seq = in.number<quint64>();
    sent.atMs = in.number<qint64>();
    sent.deviceId = in.text();
    return sent;
}

void writeKept(ByteWriter &out, const std::vector<v2::KeptField> &fields)
{
    out.number(static_cast<quint32>(fields.size()));
    for (const v2::KeptField &field : fields) {
        out.text(field.field)
            .text(field.kept)
            .text(field.lost)
            .text(field.keptBy)
            .number(field.keptAtMs)
            .text(field.lostBy)
            .number(field.lostAtMs);
    }
}

std::vector<v2::KeptField> readKept(ByteReader &in)
{
    std::vector<v2::KeptField> fields;
    for (auto left = in.number<quint32>(); left > 0 && in.ok(); --left) {
        v2::KeptField field;
        field.field = in.text();
        field.kept = in.text();
        field.lost = in.text();
        field.keptBy = in.text();
        field.keptAtMs = in.number<qint64>();
        field.lostBy = in.text();
        field.lostAtMs = in.number<qint64>();
        fields.push_back(std::move(field));
    }
    return fields;
}

void writeDecision(ByteWriter &out, const Decision &decision)
{
    out.number(decision.seq)
        .number(decision.rev)
        .number(decision.contentHash)
        .number(decision.atMs)
        .number(decision.time.packed())
        .number(static_cast<quint8>(decision.dataType))
        .number(static_cast<quint8>(decision.action))
        .number(static_cast<quint8>(decision.outcome))
        .text(decision.changeId)
        .text(decision.entityId)
        .text(decision.deviceId)
        .text(decision.userId)
        .text(decision.code)
        .text(decision.reason)
        .text(decision.proof)
        .text(decision.sent);
    writeKept(out, decision.kept);
    writeKept(out, decision.replaced);
    if (decision.restored.atMs != 0)
        out.number(decision.restored.seq).number(decision.restored.atMs).text(decision.restored.by);
}

DecisionPtr readDecisionFrom(ByteReader &in)
{
    auto decision = std::make_shared<Decision>();
    decision->seq = in.number<quint64>();
    decision->rev = in.number<quint32>();
    decision->contentHash = in.number<quint64>();
    decision->atMs = in.number<qint64>();
    decision->time = HybridTime::fromPacked(in.number<quint64>());
    decision->dataType = static_cast<DataType>(in.number<quint8>());
    decision->action = static_cast<Action>(in.number<quint8>());
    decision->outcome = static_cast<v2::Outcome>(in.number<quint8>());
    decision->changeId = in.text();
    decision->entityId = in.text();
    decision->deviceId = in.text();
    decision->userId = in.text();
    decision->code = in.text();
    decision->reason = in.text();
    decision->proof = in.text();
    decision->sent = in.text();
    decision->kept = readKept(in);
    decision->replaced = readKept(in);
    if (!in.atEnd()) {
        decision->restored.conflictId = decision->changeId;
        decision->restored.seq = in.number<quint64>();
        decision->restored.atMs = in.number<qint64>();
        decision->restored.by = in.text();
    }
    return decision;
}

Restored readRestored(ByteReader &in)
{
    Restored restored;
    restored.seq = in.number<quint64>();
    restored.atMs = in.number<qint64>();
    restored.conflictId = in.text();
    restored.by = in.text();
    return restored;
}

} // namespace

void appendRecord(QByteArray &body, const Restored &restored)
{
    framed(body, Kind::Restored, 256, [&](ByteWriter &out) {
        out.number(restored.seq).number(restored.atMs).text(restored.conflictId).text(restored.by);
    });
}

void appendRecord(QByteArray &body, const Decision &decision)
{
    framed(body, Kind::Decision, 256, [&](ByteWriter &out) { writeDecision(out, decision); });
}

QByteArray decisionText(const Decision &decision)
{
    QByteArray text;
    ByteWriter out(text);
    writeDecision(out, decision);
    return text;
}

DecisionPtr readDecision(const QByteArray &text)
{
    ByteReader in(text);
    DecisionPtr decision = readDecisionFrom(in);
    return in.ok() ? decision : nullptr;
}

void appendRecord(QByteArray &body, const StoredChange &stored)
{
    const classic::Change &change = stored.change;
    const qsizetype room = change.entityId.size() + change.changeId.size()
                           + stored.originDevice.size() + change.deviceId.size() + change.raw.size()
                           + stored.patch.size() + 160;
    framed(body, Kind::MergedChange, room, [&](ByteWriter &out) {
        const int flags = (change.typed ? Typed : 0) | (stored.viaHttp ? ViaHttp : 0)
                          | (change.userId ? HasUser : 0) | (change.timestampMs ? HasTimestamp : 0)
                          | (stored.viaV2 ? ViaV2 : 0);
        out.number(static_cast<quint8>(flags))
            .number(static_cast<quint8>(change.dataType))
            .number(static_cast<quint8>(change.action))
            .number(stored.originSlot)
            .number(stored.seq)
            .number(stored.receivedAtMs)
            .number(change.contentHash)
            .number(change.timestampMs.value_or(0))
            .text(change.entityId)
            .text(change.changeId)
            .text(stored.originDevice)
            .text(change.deviceId)
            .text(change.userId.value_or(QByteArray()))
            .number(static_cast<quint32>(change.dataOffset))
            .number(static_cast<quint32>(change.dataSize))
            .text(change.raw)
            .number(stored.time.packed())
            .number(stored.rev)
            .number(static_cast<quint8>(stored.verdict))
            .text(stored.patch);
    });
}

void appendRecord(QByteArray &body, const Alias &alias)
{
    framed(body, Kind::Alias, 256, [&](ByteWriter &out) {
        out.number(alias.seq)
            .number(alias.contentHash)
            .number(alias.receivedAtMs)
            .text(alias.changeId)
            .text(alias.effectText)
            .number(alias.atSeq);
    });
}

void appendRecord(QByteArray &body, const DeviceSeen &device)
{
    framed(body, Kind::DeviceSeen, 256, [&](ByteWriter &out) {
        out.number(device.slot)
            .number(device.cursor)
            .number(device.atMs)
            .text(device.deviceId)
            .text(device.host)
            .number(quint8(device.shared));
    });
}

void appendRecord(QByteArray &body, const RecordsSent &sent)
{
    framed(body, Kind::RecordsSent, 256,
           [&](ByteWriter &out) { out.number(sent.seq).number(sent.atMs).text(sent.deviceId); });
}

std::optional<std::vector<Record>> readRecords(const QByteArray &body, Texts texts)
{
    std::vector<Record> records;
    ByteReader in(body);
    while (!in.atEnd()) {
        ByteReader record(in.view(), texts == Texts::Borrowed);
        switch (static_cast<Kind>(record.number<quint8>())) {
        case Kind::Change:
            records.emplace_back(readChange(record, false));
            break;
        case Kind::MergedChange:
            records.emplace_back(readChange(record, true));
            break;
        case Kind::Decision:
            records.emplace_back(readDecisionFrom(record));
            break;
        case Kind::Restored:
            records.emplace_back(readRestored(record));
            break;
        case Kind::Alias:
            records.emplace_back(readAlias(record));
            break;
        case Kind::DeviceSeen:
            records.emplace_back(readDevice(record));
            break;
        case Kind::RecordsSent:
            records.emplace_back(readRecordsSent(record));
            break;
        default:
            return std::nullopt;
        }
        if (!in.ok() || !record.ok())
            return std::nullopt;
    }
    return records;
}

} // namespace possync::core
