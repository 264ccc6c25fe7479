// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/classicmessage.h"
#include "server/security/access.h"

#include <chrono>

namespace possync::net {

/// Lets a connection go on with a newer token; docs/protocol.md, "Renewing a token". One for each
/// connection, on its thread.
class Renewal
{
public:
    explicit Renewal(security::Access &access)
        : m_access(access)
    {
    }

    /// The token of a message `renew`; nothing if the text is another message.
    static std::optional<QByteArray> tokenIn(const QByteArray &message);
    /// The grant to go on with, or the refusal to answer with; the connection lives on either way.
    Result<security::Grant, classic::Refusal> take(const QByteArray &token,
                                                   const security::Grant &current, qint64 nowMs);
    /// What is answered when a token was taken.
    static QByteArray answer(const security::Grant &grant);

private:
    security::Access &m_access;
    std::chrono::steady_clock::time_point m_minute;
    int m_tries = 0; ///< Since then.
};

} // namespace possync::net
