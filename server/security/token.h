// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"
#include "server/security/role.h"

#include <QString>

namespace possync::security {

/// What a token is to be.
struct TokenSpec {
    TokenKind kind = TokenKind::Device;
    Role role = Role::Server;
    QByteArray restaurant;  ///< Empty: all; not for the roles of devices.
    QString name;           ///< For people.
    qint64 expiresAtMs = 0; ///< UTC; 0: never.
    bool operator==(const TokenSpec &) const = default;
};

/// The field that is wrong, and one sentence that says how.
struct SpecError {
    QByteArray field;
    QByteArray message;
};
/// Nothing if the parts fit together and it is not over at `nowMs`.
std::optional<SpecError> problemOf(const TokenSpec &spec, qint64 nowMs);

/// A token as it is kept: everything but its secret.
struct Token {
    QByteArray id; ///< Public: names the token in lists and logs.
    TokenSpec spec;
    QByteArray hash; ///< Of the secret text, 32 bytes.
    qint64 createdAtMs = 0;
    qint64 lastUsedAtMs = 0; ///< 0: never.
    qint64 revokedAtMs = 0;  ///< 0: not.
    QByteArray deviceId;     ///< Stated when it was paired; empty: it was not.
    QByteArray replacedBy;   ///< Id of the token that took its place; it is then revoked too.
};

/// `ps_<id>_<secret>`: ten characters that may be seen and 256 random bits that may not. Holds only
/// characters that a path takes as they are.
struct NewSecret {
    QByteArray id;
    QByteArray text; ///< Shown once, never kept.
    QByteArray hash;
};
NewSecret newSecret();
/// The id in a token's text; empty if it is not formed like one.
QByteArray idInSecret(QByteArrayView text);
/// BLAKE2b-256. No slow hash: the secret is random, there is nothing to guess.
QByteArray hashOfSecret(QByteArrayView text);
/// Takes equally long wherever the two differ.
bool areEqual(const QByteArray &hash, const QByteArray &other);

} // namespace possync::security
