// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/ratelimit.h"
#include "server/net/httprequest.h"
#include "server/security/access.h"

namespace possync::net {

/// Tells the audit log what is done and refused at the gate. Lives on the gate's thread.
class Auditor
{
public:
    explicit Auditor(security::Access &access)
        : m_access(access)
    {
    }

    /// One with 401, 403, or a restaurant that is not the caller's. Of one kind from one address
    /// two at once and then two a minute are kept, so that a flood does not become the log.
    void refused(const HttpRequest &request, const HttpError &error);
    /// A device came with a token that is in use at another address. Of one token two at once and
    /// then two a minute are kept; whether this one is.
    bool seenElsewhere(const HttpRequest &request, const QByteArray &restaurantId,
                       const QByteArray &deviceId, const QByteArray &otherAddress);
    /// Keeps what changes the server; the rest is none of its business. `then` is called on the
    /// main thread: at once if nothing is kept, else when it is on disk, so that nobody is told of
    /// an act of which the log knows nothing.
    void answered(const HttpRequest &request, int status, const QByteArray &about,
                  std::function<void()> then);

    /// What a route tells of an act in the header that the gate takes off.
    static QByteArray about(const QByteArray &restaurant, const QByteArray &target);
    /// Who that is in the audit log.
    static QByteArray actorOf(const security::Grant &grant);

private:
    security::Access &m_access;
    core::RateTable m_refusals{core::Rate{1, 60}};
};

} // namespace possync::net
