// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/storeerror.h"

#include <QByteArray>
#include <vector>

namespace possync::store {
class Connection;
}

namespace possync::security {

/// Something that was done or refused, without secrets.
struct AuditEvent {
    QByteArray actor;      ///< Id of the token; "local" or "anybody" without one.
    QByteArray role;       ///< Its name.
    QByteArray address;    ///< Where it came from.
    QByteArray act;        ///< "POST /api/admin/backup", "kick".
    QByteArray restaurant; ///< Empty: the server itself.
    QByteArray target;     ///< What it was done to; may be empty.
    QByteArray outcome;    ///< "done", "asked", or an error code.
};

/// An event as it is kept.
struct AuditEntry {
    quint64 no = 0;
    QByteArray json;       ///< The whole entry as JSON text.
    bool isIntact = false; ///< It is what was written, and follows the one before.
};

struct AuditQuery {
    quint64 since = 0; ///< Number of the last entry known; 0 with `newest`: ignored.
    int limit = 200;
    bool newest = false;   ///< The last ones instead of the first ones after `since`.
    QByteArray restaurant; ///< Empty: all.
    QByteArray text;       ///< Searched in the entry, case of ASCII ignored; empty: all.
};

/// The audit log: entries that are only ever added, each with a hash over itself and the hash of
/// the one before (BLAKE2b-256), so that one changed, taken out or put in shows. Whoever can write
/// the file can write a new chain, but not one that ends in a hash noted elsewhere. On the
/// connection's thread.
class AuditTable
{
public:
    explicit AuditTable(store::Connection &connection)
        : m_connection(connection)
    {
    }

    /// Finds the end of the chain.
    store::Outcome open();
    store::Outcome append(const AuditEvent &event, qint64 nowMs);
    Result<std::vector<AuditEntry>, store::StoreError> read(const AuditQuery &query);

private:
    store::Connection &m_connection;
    quint64 m_lastNo = 0;
    QByteArray m_lastHash;
};

} // namespace possync::security
