// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/security/role.h"

#include <QHash>
#include <vector>

namespace possync::security {

/// Tokens of an identity provider that are not taken any more although they are not over: one, by
/// its `jti`, or all of a subject that were issued before a moment.
struct RevokedJwt {
    QByteArray jti;     ///< Empty: it is about a subject.
    qint64 untilMs = 0; ///< UTC; behind it they are over anyway.
    qint64 revokedAtMs = 0;
    QByteArray by; ///< The id of the token of whoever did so; "-": none was needed.
    QByteArray subject{};
    /// Of a subject's: those issued before, and those that do not say when they were.
    qint64 issuedBeforeMs = 0;

    bool isAbout(const Grant &grant) const
    {
        if (!jti.isEmpty())
            return grant.jti == jti;
        return !subject.isEmpty() && grant.subject == subject && grant.issuedAtMs < issuedBeforeMs;
    }
};

/// Those tokens. Not thread-safe.
class RevokedJwts
{
public:
    static constexpr qsizetype most = 10'000;

    /// Also what is over at `nowMs` goes. False: there are too many. Of two ends of one `jti`, and
    /// two ends or moments of a subject, the later one holds.
    bool add(const RevokedJwt &revoked, qint64 nowMs);
    /// False: neither this `jti` nor, if that is empty, this subject is revoked.
    bool remove(const QByteArray &jti, const QByteArray &subject);
    bool holds(const Grant &grant, qint64 nowMs) const;
    /// Those that are not over, newest first.
    std::vector<RevokedJwt> list(qint64 nowMs) const;

private:
    QHash<QByteArray, RevokedJwt> m_all; ///< By "j" and `jti`, or "s" and subject.
};

} // namespace possync::security
