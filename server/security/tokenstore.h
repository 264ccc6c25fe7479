// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/security/audit.h"
#include "server/security/revokedjwts.h"
#include "server/security/token.h"
#include "server/store/storeerror.h"

#include <memory>
#include <vector>

namespace possync::store {
class Connection;
}

namespace possync::security {

/// The tokens and the audit log on disk: `access.db` in the data directory, apart from the journal, so that restoring
/// a backup does not bring a revoked token back. What returned without an error is on disk. Opened,
/// used and destroyed on one thread.
class TokenStore
{
public:
    static Result<std::unique_ptr<TokenStore>, store::StoreError> open(const QString &file);
    ~TokenStore();

    Result<std::vector<Token>, store::StoreError> all();
    /// Adds the token, or takes the place of the one with its id.
    store::Outcome put(const Token &token);
    /// Removes all tokens of a restaurant, overwriting them.
    store::Outcome forget(const QByteArray &restaurant);
    Result<std::vector<RevokedJwt>, store::StoreError> revokedJwts();
    /// Adds one and removes those that are over at `nowMs`.
    store::Outcome putRevokedJwt(const RevokedJwt &revoked, qint64 nowMs);
    /// By `jti`, or by subject if that is empty.
    store::Outcome takeBackJwt(const QByteArray &jti, const QByteArray &subject);
    AuditTable &audit() { return m_audit; }

private:
    explicit TokenStore(std::unique_ptr<store::Connection> connection);

    std::unique_ptr<store::Connection> m_connection;
    AuditTable m_audit;
};

} // namespace possync::security
