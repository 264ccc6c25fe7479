// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/revokedjwts.h"

#include <algorithm>
#include <tuple>

namespace possync::security {
namespace {

QByteArray keyOf(const QByteArray &jti, const QByteArray &subject)
{
    return jti.isEmpty() ? 's' + subject : 'j' + jti;
}

} // namespace

bool RevokedJwts::add(const RevokedJwt &revoked, qint64 nowMs)
{
    m_all.removeIf([nowMs](const auto &each) { return each->untilMs <= nowMs; });
    const QByteArray key = keyOf(revoked.jti, revoked.subject);
    const auto found = m_all.find(key);
    if (found != m_all.end()) {
        found->issuedBeforeMs = std::max(found->issuedBeforeMs, revoked.issuedBeforeMs);
        found->untilMs = std::max(found->untilMs, revoked.untilMs);
        return true;
    }
    if (m_all.size() >= most)
        return false;
    m_all.insert(key, revoked);
    return true;
}

bool RevokedJwts::remove(const QByteArray &jti, const QByteArray &subject)
{
    return m_all.remove(keyOf(jti, subject));
}

bool RevokedJwts::holds(const Grant &grant, qint64 nowMs) const
{
    const auto isRevoked = [&](const QByteArray &key) {
        const auto found = m_all.constFind(key);
        return found != m_all.cend() && found->untilMs > nowMs && found->isAbout(grant);
    };
    return (!grant.jti.isEmpty() && isRevoked('j' + grant.jti)) || isRevoked('s' + grant.subject);
}

std::vector<RevokedJwt> RevokedJwts::list(qint64 nowMs) const
{
    std::vector<RevokedJwt> all;
    for (const RevokedJwt &each : m_all) {
        if (each.untilMs > nowMs)
            all.push_back(each);
    }
    std::ranges::sort(all, [](const RevokedJwt &a, const RevokedJwt &b) {
        return std::tie(b.revokedAtMs, a.jti, a.subject)
               < std::tie(a.revokedAtMs, b.jti, b.subject);
    });
    return all;
}

} // namespace possync::security
