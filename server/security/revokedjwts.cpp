// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/revokedjwts.h"

#include <algorithm>

namespace possync::security {

bool RevokedJwts::add(const RevokedJwt &revoked, qint64 nowMs)
{
    m_all.removeIf([nowMs](const auto &each) { return each->untilMs <= nowMs; });
    const auto found = m_all.find(revoked.jti);
    if (found != m_all.end()) {
        found->untilMs = std::max(found->untilMs, revoked.untilMs);
        return true;
    }
    if (m_all.size() >= most)
        return false;
    m_all.insert(revoked.jti, revoked);
    return true;
}

bool RevokedJwts::holds(const QByteArray &jti, qint64 nowMs) const
{
    const auto found = m_all.constFind(jti);
    return found != m_all.cend() && found->untilMs > nowMs;
}

std::vector<RevokedJwt> RevokedJwts::list(qint64 nowMs) const
{
    std::vector<RevokedJwt> all;
    for (const RevokedJwt &each : m_all) {
        if (each.untilMs > nowMs)
            all.push_back(each);
    }
    std::ranges::sort(all, [](const RevokedJwt &a, const RevokedJwt &b) {
        return std::pair(b.revokedAtMs, a.jti) < std::pair(a.revokedAtMs, b.jti);
    });
    return all;
}

} // namespace possync::security
