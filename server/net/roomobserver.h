// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/room.h"

namespace possync::net {

/// Hears of everything that happens in rooms and at their door: metrics, logs, admin feeds. Called
/// on the threads of the room hosts and of the gate, so implementations are thread-safe and quick.
class RoomObserver
{
public:
    virtual ~RoomObserver() = default;
    virtual void changeApplied(const QByteArray &restaurantId, const core::StoredChangePtr &change,
                               std::size_t receivers) = 0;
    virtual void changeRefused(const QByteArray &restaurantId, const QByteArray &deviceId,
                               const classic::Refusal &refusal) = 0;
    /// A change, a batch or (no restaurant) a request was refused for its rate: `who` is the device
    /// or the address. Comes as often as they flood.
    virtual void rateExceeded(const QByteArray &restaurantId, const QByteArray &who) = 0;
    virtual void deviceIdShared(const QByteArray &restaurantId, const QByteArray &deviceId) = 0;
    virtual void deviceConnected(const QByteArray &restaurantId, const QByteArray &deviceId,
                                 const QByteArray &address) = 0;
    virtual void deviceDisconnected(const QByteArray &restaurantId, const QByteArray &deviceId,
                                    const QByteArray &address) = 0;
    /// Messages handed to sockets, and their bytes.
    virtual void delivered(const QByteArray &restaurantId, std::size_t messages, qint64 bytes) = 0;
    /// A group of changes was stored and relayed so long after its first one had arrived.
    virtual void committed(const QByteArray &restaurantId, std::size_t changes, qint64 tookUs) = 0;
    virtual void storeFailed(const QByteArray &restaurantId, const QString &reason) = 0;
};

} // namespace possync::net
