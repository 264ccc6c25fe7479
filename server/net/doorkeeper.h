// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/httprequest.h"
#include "server/security/access.h"

namespace possync::net {

/// Who needs a token.
enum class Posture : quint8 {
    Open,   ///< Nobody (`--auth off`).
    Local,  ///< Everybody but this computer itself (the default).
    Closed, ///< Everybody (`--auth required`).
};

/// Decides at the head of a request who asks and whether he may; docs/protocol.md, "Access". Lives
/// on the gate's thread.
class Doorkeeper
{
public:
    Doorkeeper(Posture posture, security::Access &access)
        : m_posture(posture)
        , m_access(access)
    {
    }

    /// Sets the request's grant, or says what to answer instead. Of an upgrade only the token is
    /// judged, because what it asks for stands in its query and subprotocol.
    std::optional<HttpError> refusal(HttpRequest &request, const QByteArray &peerHost,
                                     qint64 nowMs) const;

private:
    std::optional<HttpError> identify(HttpRequest &request, const QByteArray &peerHost,
                                      qint64 nowMs) const;

    const Posture m_posture;
    security::Access &m_access;
};

/// 404, as for a restaurant that is not there.
HttpError otherRestaurant();
/// 403: the caller is known, but this is not for his role.
HttpError forbidden(const security::Grant &grant);

/// A grant as one line, for the way from the gate to the routes.
QByteArray grantText(const security::Grant &grant);
/// Reads it back; what is not one may do nothing.
security::Grant grantFromText(const QByteArray &text);

} // namespace possync::net
