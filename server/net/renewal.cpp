// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/renewal.h"

#include "server/net/admission.h"
#include "server/net/doorkeeper.h"

namespace possync::net {
namespace {

/// Each costs a signature to check.
constexpr int mostTriesAMinute = 10;

} // namespace

std::optional<QByteArray> Renewal::tokenIn(const QByteArray &message)
{
    json::Members members;
    if (!json::parseObject(message, members))
        return std::nullopt;
    const json::Member *type = json::find(members, "type");
    if (!type || type->value != "\"renew\"")
        return std::nullopt;
    const json::Member *token = json::find(members, "token");
    return token && token->type == json::Type::String ? json::unquoted(token->value)
                                                      : QByteArray("");
}

Result<security::Grant, classic::Refusal>
Renewal::take(const QByteArray &token, const security::Grant &current, qint64 nowMs)
{
    using std::chrono::minutes;
    const auto now = std::chrono::steady_clock::now();
    if (now - m_minute >= minutes(1)) {
        m_minute = now;
        m_tries = 0;
    }
    if (++m_tries > mostTriesAMinute)
        return Unexpected{
            rateRefusal("too many tokens in this connection", m_minute + minutes(1) - now)};
    const auto refused = [](const HttpError &error) {
        return Unexpected{classic::Refusal{error.code, error.message, {}}};
    };
    const security::Checked checked = m_access.check(token, nowMs);
    if (checked.verdict != security::Verdict::Good)
        return refused(badToken(checked));
    const security::Grant &next = checked.grant;
    // What was decided when the connection came stays decided.
    if (current.tokenId.isEmpty() || next.role != current.role
        || next.restaurant != current.restaurant || next.others != current.others
        || next.deviceId != current.deviceId)
        return refused({403, "forbidden",
                        "a connection goes on only with a token of the role, restaurants and "
                        "device of the one it came with; connect anew with another"});
    return next;
}

QByteArray Renewal::answer(const security::Grant &grant)
{
    return "{\"type\":\"renewed\",\"expires_at_ms\":"
           + (grant.expiresAtMs == 0 ? QByteArray("null") : QByteArray::number(grant.expiresAtMs))
           + '}';
}

} // namespace possync::net
