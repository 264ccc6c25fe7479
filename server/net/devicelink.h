// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace possync::net {

/// What a room needs of a device's connection. Lives on the thread of its RoomHost.
class DeviceLink
{
public:
    virtual ~DeviceLink() = default;
    /// Sends encoded WebSocket frames; many links may share the same bytes. A link whose queue is
    /// full is cut off instead: the device comes back and catches up.
    virtual void sendFrames(const QByteArray &encodedFrames) = 0;
    virtual void ping(const QByteArray &payload) = 0;
    virtual void close(quint16 code, const QByteArray &reason) = 0;
};

/// WebSocket close codes the server uses; docs/protocol.md, "Close codes".
enum CloseCode : quint16 {
    GoingAway = 1001,      ///< Server stops; reconnect after the usual wait.
    InternalError = 1011,  ///< This restaurant cannot be served now.
    ServiceRestart = 1012, ///< Reconnect soon.
    TryAgainLater = 1013,  ///< Overloaded.
    TokenExpired = 4401,   ///< Reconnect with a new token.
    TokenRevoked = 4403,   ///< Do not reconnect with this token.
    SlowReader = 4008,     ///< Read too slowly; reconnect, what was missed is replayed.
    Kicked = 4009,         ///< Closed by an administrator; reconnect.
    Erased = 4013,         ///< The restaurant was erased; what comes back begins a new one.
    // Of protocol v2, docs/protocol-v2.md.
    ProtocolError = 4004,
    VersionNotSpoken = 4005,
    NoHello = 4011,
};

} // namespace possync::net
