// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/httprequest.h"
#include "server/security/access.h"
#include "server/security/pairing.h"

#include <QHostAddress>

namespace possync::net {

/// Who needs a token.
enum class Posture : quint8 {
    Open,   ///< Nobody (`--auth off`).
    Local,  ///< Everybody but this computer itself (the default).
    Closed, ///< Everybody (`--auth required`).
};

/// Whom the door opens for, beside tokens.
struct DoorPolicy {
    Posture posture = Posture::Local;
    QStringList origins; ///< Of web pages; "*": all.
    QStringList hosts;   ///< Names with a dot that count as this server's.
    QStringList proxies; ///< Addresses and networks.
};

/// Decides at the head of a request who asks and whether he may; docs/protocol.md, "Access". Lives
/// on the gate's thread.
class Doorkeeper
{
public:
    Doorkeeper(const DoorPolicy &policy, security::Access &access);

    /// What is wrong with the policy, in one line.
    static std::optional<QString> problemOf(const DoorPolicy &policy);

    /// Who asks: the peer, or whom a trusted proxy names. Empty if a trusted proxy names nobody.
    QByteArray clientOf(const HttpRequest &request, const QByteArray &peerHost) const;
    /// Sets the request's grant, or says what to answer instead. `peerHost` is the other end of the
    /// connection. Of an upgrade only the token is
    /// judged, because what it asks for stands in its query and subprotocol.
    std::optional<HttpError> refusal(HttpRequest &request, const QByteArray &peerHost,
                                     qint64 nowMs);

private:
    std::optional<HttpError> identify(HttpRequest &request, const QByteArray &peerHost,
                                      qint64 nowMs);
    HttpError wrongToken(const QByteArray &client, const security::Checked &checked);

    /// Whether a program on this computer asks, straight and of its own accord.
    bool isAtHome(const HttpRequest &request, const QByteArray &peerHost) const;
    bool isTrusted(const QByteArray &host) const;
    std::optional<HttpError> originRefusal(const HttpRequest &request) const;
    std::optional<HttpError> hostRefusal(const HttpRequest &request) const;

    const Posture m_posture;
    QByteArrayList m_origins; ///< Lower case.
    QByteArrayList m_hosts;   ///< Lower case.
    QList<QPair<QHostAddress, int>> m_proxies;
    security::Access &m_access;
    security::GuessLimit m_guesses;
};

/// What is answered to a token that is not good.
HttpError badToken(const security::Checked &checked);
/// 404, as for a restaurant that is not there.
HttpError otherRestaurant();
/// 403: the token is for one device, and this is another.
HttpError otherDevice();
/// 403: the caller is known, but this is not for his role.
HttpError forbidden(const security::Grant &grant);

/// A grant as one line, for the way from the gate to the routes.
QByteArray grantText(const security::Grant &grant);
/// Reads it back; what is not one may do nothing.
security::Grant grantFromText(const QByteArray &text);

} // namespace possync::net
