// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Devices that come to a room, and go.
#include "server/net/hostedroom.h"
#include "server/net/roomhost.h"
#include "server/net/websocketlink.h"

namespace possync::net {

bool HostedRoom::isRefusing(DeviceLink &link) const
{
    if (m_isRetired)
        link.close(CloseCode::Erased, "this restaurant was erased");
    return m_isRetired;
}

std::optional<classic::Refusal> HostedRoom::strangerRefusal(const QByteArray &deviceId,
                                                            const QByteArray &host)
{
    if (m_room.devices().all().contains(deviceId))
        return std::nullopt;
    auto refusal = m_host.newcomers().device(host, std::chrono::microseconds(
                                                       RoomHost::now().monotonicUs));
    if (refusal)
        m_host.observer().rateExceeded(m_room.restaurantId(), deviceId);
    return refusal;
}

void HostedRoom::turnAway(core::ConnectionId id, const QByteArray &message,
                          const classic::Refusal &why)
{
    DeviceLink *stranger = link(id);
    if (!stranger)
        return;
    QByteArray frame;
    WebSocketLink::appendTextFrame(frame, message);
    stranger->sendFrames(frame);
    stranger->close(CloseCode::TryAgainLater, why.message);
}

void HostedRoom::join(core::ConnectionId id, DeviceLink &link, const QByteArray &deviceId,
                      const QByteArray &host, const QByteArray &address,
                      const std::optional<QByteArray> &userId)
{
    if (isRefusing(link))
        return;
    m_links.emplace(id, &link);
    whenOpen([=, this](bool open) {
        if (!open || !m_links.contains(id))
            return;
        if (const auto refusal = strangerRefusal(deviceId, host)) {
            turnAway(id, classic::encodeError(*refusal), *refusal);
            return;
        }
        m_room.raiseFloor(m_host.journal().floorSeq(m_room.number()));
        const core::Now now = RoomHost::now();
        const QByteArray rateKey = m_host.admission().keyOf(host, m_room.restaurantId(), deviceId);
        // It is served all the same: what it sends is taken, what it missed comes a little later.
        const bool isHeldBack =
            !rateKey.isEmpty()
            && m_host.admission()
                       .replay(rateKey, std::chrono::microseconds(now.monotonicUs))
                       .count()
                   > 0;
        if (isHeldBack) {
            m_heldBack.emplace_back(id, rateKey);
            m_host.observer().rateExceeded(m_room.restaurantId(), deviceId);
        }
        m_room.connected(id, deviceId, host, address, userId, now, isHeldBack);
        joined(deviceId, address);
    });
}

void HostedRoom::joinV2(core::ConnectionId id, DeviceLink &link, const v2::Hello &hello,
                        const core::Address &address)
{
    if (isRefusing(link))
        return;
    m_links.emplace(id, &link);
    whenOpen([=, this](bool open) {
        if (!open || !m_links.contains(id))
            return;
        if (const auto refusal = strangerRefusal(hello.deviceId, address.host)) {
            turnAway(id, v2::encode(v2::Error{*refusal, std::nullopt}), *refusal);
            return;
        }
        m_room.raiseFloor(m_host.journal().floorSeq(m_room.number()));
        m_room.connectedV2(id, hello, address, RoomHost::now());
        joined(hello.deviceId, address.text);
    });
}

void HostedRoom::joined(const QByteArray &deviceId, const QByteArray &address)
{
    m_host.observer().deviceConnected(m_room.restaurantId(), deviceId, address);
    m_host.hooks().deviceConnected(m_room.restaurantId(), deviceId);
    publish();
    m_host.wantTicks();
    m_host.markDirty(*this);
}

void HostedRoom::leave(core::ConnectionId id)
{
    m_links.erase(id);
    std::erase_if(m_heldBack, [id](const auto &held) { return held.first == id; });
    m_lastUsedUs = RoomHost::now().monotonicUs;
    const auto it = m_room.connections().find(id);
    if (it == m_room.connections().end() || m_isRetired)
        return;
    m_host.observer().deviceDisconnected(m_room.restaurantId(), it->second.device->id,
                                         it->second.address);
    m_host.hooks().deviceDisconnected(m_room.restaurantId(), it->second.device->id,
                                      RoomHost::now().wallMs);
    m_room.disconnected(id, RoomHost::now());
    m_host.wantTicks();
    publish();
}

void HostedRoom::letCatchUp(const core::Now &now)
{
    std::erase_if(m_heldBack, [&](const auto &held) {
        const std::chrono::microseconds at(now.monotonicUs);
        if (m_host.admission().replay(held.second, at).count() > 0)
            return false;
        m_room.letCatchUp(held.first, now);
        return true;
    });
    if (m_room.hasBlock())
        m_host.markDirty(*this);
}

} // namespace possync::net
