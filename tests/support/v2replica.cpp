// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/v2replica.h"

#include "common/sync/merge.h"
#include "common/sync/recordsum.h"

namespace possync::test {

v2::Hello V2Replica::hello(const QByteArray &deviceId, qint64 clockMs) const
{
    v2::Hello hello;
    hello.deviceId = deviceId;
    hello.position = m_position;
    hello.dataTypes = m_types;
    hello.capabilities = {.presence = true, .checksum = true};
    hello.clockMs = clockMs;
    hello.snapshotToken = m_token;
    return hello;
}

QByteArray V2Replica::take(const v2::ServerMessage &message)
{
    if (const auto *welcome = std::get_if<v2::Welcome>(&message))
        return taken(*welcome);
    if (!m_isGreeted)
        return "a message came before the welcome";
    if (const auto *part = std::get_if<v2::SnapshotPart>(&message))
        return taken(*part);
    if (const auto *changes = std::get_if<v2::Changes>(&message))
        return taken(*changes);
    if (const auto *upToDate = std::get_if<v2::UpToDate>(&message))
        return taken(*upToDate);
    if (const auto *checksum = std::get_if<v2::Checksum>(&message))
        return taken(*checksum);
    return {};
}

QByteArray V2Replica::acked() const
{
    v2::Acked acked;
    if (!m_token.isEmpty())
        acked.token = m_token;
    else
        acked.position = m_position;
    return v2::encode(acked);
}

QByteArray V2Replica::text(DataType type, const QByteArray &id) const
{
    const auto found = m_records.find({type, id});
    return found == m_records.end() ? QByteArray() : found->second.text;
}

quint32 V2Replica::rev(DataType type, const QByteArray &id) const
{
    const auto found = m_records.find({type, id});
    return found == m_records.end() ? 0 : found->second.rev;
}

void V2Replica::corrupt(DataType type, const QByteArray &id, const QByteArray &text)
{
    m_records[{type, id}].text = text;
}

QByteArray V2Replica::taken(const v2::Welcome &welcome)
{
    if (m_isGreeted)
        return "it was welcomed twice";
    m_isGreeted = true;
    m_welcome = welcome;
    if (!welcome.isSnapshot && (!m_position || m_position->epoch != welcome.epoch))
        return "the server resumes a position of another epoch";
    if (!welcome.isResumed) {
        m_staged.clear();
        m_token.clear();
    } else if (m_token.isEmpty()) {
        return "the server resumes a snapshot that was not begun";
    }
    return {};
}

QByteArray V2Replica::taken(const v2::SnapshotPart &part)
{
    for (const v2::SnapshotRecord &record : part.records)
        m_staged[{part.dataType, record.entityId}] = {record.rev, record.seq, record.data};
    m_token = part.token;
    if (!part.isLast)
        return {};
    std::erase_if(m_records, [&](const auto &record) {
        return !part.scope || record.first.first == *part.scope;
    });
    m_records.merge(m_staged);
    m_staged.clear();
    m_token.clear();
    ++m_snapshots;
    if (!part.scope)
        m_position = v2::Position{m_welcome.epoch, part.at};
    return {};
}

void V2Replica::apply(const v2::Entry &entry)
{
    const Key key{entry.dataType, entry.entityId};
    const auto found = m_records.find(key);
    if (found != m_records.end() && found->second.seq >= entry.seq)
        return; // came with a snapshot
    if (entry.effect == v2::EntryEffect::Remove) {
        m_records.erase(key);
    } else if (entry.effect == v2::EntryEffect::Set) {
        Record &record = m_records[key];
        record.text = sync::mergedRecord(record.text, entry.data, Action::Updated, entry.entityId);
        record.rev = entry.rev;
        record.seq = entry.seq;
    }
}

QByteArray V2Replica::taken(const v2::Changes &changes)
{
    if (!m_position)
        return "changes came without a position";
    if (changes.from != m_position->seq + 1 || changes.to < changes.from)
        return "a group from " + QByteArray::number(changes.from) + " to "
               + QByteArray::number(changes.to) + " came at " + QByteArray::number(m_position->seq);
    quint64 last = m_position->seq;
    for (const v2::Entry &entry : changes.entries) {
        if (entry.seq <= last || entry.seq > changes.to)
            return "change " + QByteArray::number(entry.seq) + " came out of order";
        if (!m_types.has(entry.dataType))
            return "change " + QByteArray::number(entry.seq) + " is of a type nobody asked for";
        last = entry.seq;
        apply(entry);
        m_entries.push_back(entry);
    }
    m_position->seq = changes.to;
    return {};
}

QByteArray V2Replica::taken(const v2::UpToDate &upToDate)
{
    m_isUpToDate = true;
    if (!m_position || m_position->seq != upToDate.seq)
        return "\"up to date\" came at another position";
    return {};
}

QByteArray V2Replica::taken(const v2::Checksum &checksum)
{
    ++m_checksums;
    if (!m_position || m_position->seq != checksum.seq)
        return "a checksum came at another position";
    for (const auto &[type, sum] : checksum.types) {
        v2::TypeSum own;
        for (const auto &[key, record] : m_records) {
            if (key.first == type)
                sync::addRecord(own, sync::recordHash(key.second, record.text));
        }
        if (own != sum)
            m_mismatches.push_back(type);
    }
    return {};
}

} // namespace possync::test
