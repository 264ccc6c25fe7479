// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/v2message.h"

#include <map>

namespace possync::test {

/// The replica of a v2 device, as docs/protocol-v2.md tells a device to keep it. Says what a server
/// did that it must not do.
class V2Replica
{
public:
    struct Record {
        quint32 rev = 0;
        quint64 seq = 0;
        QByteArray text;
        bool operator==(const Record &) const = default;
    };
    using Key = std::pair<DataType, QByteArray>;

    explicit V2Replica(v2::TypeSet types = v2::TypeSet::all())
        : m_types(types)
    {
    }

    /// The first message of a connection.
    v2::Hello hello(const QByteArray &deviceId, qint64 clockMs) const;
    /// A new connection: nothing of the old one is on its way.
    void reconnected() { m_isGreeted = m_isUpToDate = false; }
    /// Takes a message that is not about pushed changes. Empty, or what is wrong with it.
    QByteArray take(const v2::ServerMessage &message);
    /// What to acknowledge now.
    QByteArray acked() const;

    const std::optional<v2::Position> &position() const { return m_position; }
    const std::map<Key, Record> &records() const { return m_records; }
    QByteArray text(DataType type, const QByteArray &id) const;
    quint32 rev(DataType type, const QByteArray &id) const;
    bool isUpToDate() const { return m_isUpToDate; }
    const v2::Welcome &welcome() const { return m_welcome; }
    /// Every change delivered, in order; those that came with a snapshot did not.
    const std::vector<v2::Entry> &entries() const { return m_entries; }
    void forgetEntries() { m_entries.clear(); }
    int checksums() const { return m_checksums; }
    int snapshots() const { return m_snapshots; }
    /// Lets a record be another than the server thinks.
    void corrupt(DataType type, const QByteArray &id, const QByteArray &text);
    /// Checksums that did not fit, by type, since last asked.
    std::vector<DataType> takeMismatches() { return std::exchange(m_mismatches, {}); }

private:
    QByteArray taken(const v2::Welcome &welcome);
    QByteArray taken(const v2::SnapshotPart &part);
    QByteArray taken(const v2::Changes &changes);
    QByteArray taken(const v2::UpToDate &upToDate);
    QByteArray taken(const v2::Checksum &checksum);
    void apply(const v2::Entry &entry);

    v2::TypeSet m_types;
    v2::Welcome m_welcome;
    bool m_isGreeted = false;
    bool m_isUpToDate = false;
    std::optional<v2::Position> m_position;
    std::map<Key, Record> m_records;
    std::map<Key, Record> m_staged; ///< Of a snapshot that is not complete.
    QByteArray m_token;             ///< Of its last part; empty: none under way.
    std::vector<v2::Entry> m_entries;
    std::vector<DataType> m_mismatches;
    int m_checksums = 0;
    int m_snapshots = 0;
};

} // namespace possync::test
