// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/security/jwtkey.h"
#include "server/security/verdict.h"

#include <QCache>
#include <QStringList>
#include <mutex>
#include <optional>
#include <vector>

namespace possync::security {

/// Whose tokens are taken, beside those of this server.
struct JwtOptions {
    QStringList keys; ///< See JwtKey::load(); empty: nobody's.
    QString issuer;
    QString audience;
    QString claimPrefix; ///< In front of the claims that are PosSync's own.
};

/// Checks the tokens (RFC 7519, signed as RFC 7515 has it) of a fleet's own identity provider;
/// docs/protocol.md, "Tokens of an identity provider". Thread-safe.
class Jwt
{
public:
    static constexpr qsizetype mostBytes = 4096;
    static constexpr qint64 leewayMs = 60'000;
    static constexpr qsizetype mostRestaurants = 50;

    /// The error is one line that names the setting. Options without keys give a null pointer.
    static Result<std::shared_ptr<Jwt>, QString> load(const JwtOptions &options);

    /// Whether a text is to be judged as one: no token of this server holds a point.
    static bool isFormedLike(QByteArrayView text) { return text.contains('.'); }

    /// Nothing in a token is used before its signature has proved good.
    Checked check(QByteArrayView token, qint64 nowMs);

    /// The latest end, leeway included, of the tokens with this `jti` that are remembered; nothing
    /// if none is.
    std::optional<qint64> endOf(const QByteArray &jti);

    QByteArrayList kids() const;
    /// The kids whose tokens `later` would not take any more; all of them if it is null or expects
    /// another issuer or audience.
    QByteArrayList kidsMissingIn(const Jwt *later) const;

private:
    struct Claims {
        Grant grant; ///< Its end includes the leeway.
        qint64 notBeforeMs = 0;
    };
    using Read = Result<Claims, QByteArray>;

    explicit Jwt(const JwtOptions &options);
    Read verified(QByteArrayView token) const;
    const JwtKey *keyFor(QByteArrayView header) const;
    Read claimsIn(const QByteArray &payload, const QByteArray &kid) const;

    std::vector<JwtKey> m_keys;
    QByteArray m_issuer;
    QByteArray m_audience;
    QByteArray m_claimPrefix;

    std::mutex m_mutex;                 // guards m_known
    QCache<QByteArray, Claims> m_known; ///< By the token's hash: a signature is checked once.
};

} // namespace possync::security
