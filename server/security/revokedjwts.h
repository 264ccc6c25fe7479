// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <vector>

namespace possync::security {

/// One token of an identity provider that is not taken any more although it is not over.
struct RevokedJwt {
    QByteArray jti;
    qint64 untilMs = 0; ///< UTC; behind it the token is over anyway.
    qint64 revokedAtMs = 0;
    QByteArray by; ///< The id of the token of whoever did so; "-": none was needed.
};

/// Those tokens, by their `jti`. Not thread-safe.
class RevokedJwts
{
public:
    static constexpr qsizetype most = 10'000;

    /// Also what is over at `nowMs` goes. False: there are too many. Of two ends of one `jti` the
    /// later one holds.
    bool add(const RevokedJwt &revoked, qint64 nowMs);
    bool holds(const QByteArray &jti, qint64 nowMs) const;
    /// Those that are not over, newest first.
    std::vector<RevokedJwt> list(qint64 nowMs) const;

private:
    QHash<QByteArray, RevokedJwt> m_all;
};

} // namespace possync::security
