// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/record.h"

#include "server/core/bytes.h"

namespace possync::core {
namespace {

enum class Kind : quint8 { Change = 1, Alias = 2, DeviceSeen = 3, RecordsSent = 4 };

enum ChangeFlag : quint8 { Typed = 1, ViaHttp = 2, HasUser = 4, HasTimestamp = 8 };

/// Reserves room for the length, lets the caller write the record, then fills the length in.
template<typename Write>
void framed(QByteArray &body, Kind kind, Write &&write)
{
    const qsizetype start = body.size();
    ByteWriter out(body);
    out.number(quint32(0)).number(static_cast<quint8>(kind));
    write(out);
    const quint32 size = qToLittleEndian(static_cast<quint32>(body.size() - start - 4));
    std::copy_n(reinterpret_cast<const char *>(&size), 4, body.data() + start);
}

StoredChangePtr readChange(ByteReader &in)
{
    auto stored = std::make_shared<StoredChange>();
    classic::Change &change = stored->change;
    const auto flags = in.number<quint8>();
    change.typed = flags & Typed;
    stored->viaHttp = flags & ViaHttp;
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
    change.deviceId = stated == stored->originDevice ? stored->originDevice : stated.toByteArray();
    if (const QByteArrayView user = in.view(); flags & HasUser)
        change.userId = user.toByteArray();
    change.dataOffset = in.number<quint32>();
    change.dataSize = in.number<quint32>();
    change.raw = in.text();
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

} // namespace

void appendRecord(QByteArray &body, const StoredChange &stored)
{
    const classic::Change &change = stored.change;
    framed(body, Kind::Change, [&](ByteWriter &out) {
        const int flags = (change.typed ? Typed : 0) | (stored.viaHttp ? ViaHttp : 0)
                          | (change.userId ? HasUser : 0) | (change.timestampMs ? HasTimestamp : 0);
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
            .text(change.raw);
    });
}

void appendRecord(QByteArray &body, const Alias &alias)
{
    framed(body, Kind::Alias, [&](ByteWriter &out) {
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
    framed(body, Kind::DeviceSeen, [&](ByteWriter &out) {
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
    framed(body, Kind::RecordsSent,
           [&](ByteWriter &out) { out.number(sent.seq).number(sent.atMs).text(sent.deviceId); });
}

std::optional<std::vector<Record>> readRecords(const QByteArray &body)
{
    std::vector<Record> records;
    ByteReader in(body);
    while (!in.atEnd()) {
        ByteReader record(in.view());
        switch (static_cast<Kind>(record.number<quint8>())) {
        case Kind::Change:
            records.emplace_back(readChange(record));
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
