// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/newcomers.h"

#include <algorithm>

namespace possync::net {

Newcomers::Newcomers(const RateLimits &limits)
    : m_limits(limits)
    , m_restaurants{core::RateTable(limits.newRestaurantsOfAddress),
                    core::RateTable(limits.newRestaurants)}
    , m_devices{core::RateTable(limits.newDevicesOfAddress), core::RateTable(limits.newDevices)}
{
}

std::optional<classic::Refusal> Newcomers::restaurant(const QByteArray &peerHost,
                                                      std::chrono::nanoseconds now)
{
    return counted(m_restaurants, "restaurants", peerHost, now);
}

std::optional<classic::Refusal> Newcomers::device(const QByteArray &peerHost,
                                                  std::chrono::nanoseconds now)
{
    return counted(m_devices, "devices", peerHost, now);
}

std::optional<classic::Refusal> Newcomers::counted(Counts &counts, const QByteArray &what,
                                                   const QByteArray &peerHost,
                                                   std::chrono::nanoseconds now)
{
    if (!m_limits.holdFor(peerHost))
        return std::nullopt;
    const QByteArray peer = countedPeer(peerHost);
    const std::lock_guard lock(m_mutex);
    const auto address = counts.ofAddress.wait(peer, core::perMinuteCost, now);
    const auto all = counts.ofAll.wait({}, core::perMinuteCost, now);
    if (const auto wait = std::max(address, all); wait.count() > 0)
        return rateRefusal("too many " + what + " that were never here before come "
                               + (address >= all ? "from this address" : "at once"),
                           wait);
    counts.ofAddress.take(peer, core::perMinuteCost, now);
    counts.ofAll.take({}, core::perMinuteCost, now);
    return std::nullopt;
}

} // namespace possync::net
