// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/feedreaders.h"

namespace possync::net {

FeedReaders::FeedReaders(const RateLimits &limits, RoomObserver &observer)
    : m_limits(limits)
    , m_observer(observer)
    , m_replays(limits.replaysOfDevice)
{
}

std::optional<classic::Refusal> FeedReaders::refusal(const Reader &reader, quint64 since,
                                                     quint64 head, std::chrono::nanoseconds now)
{
    // Who has all there is costs nothing, however often it looks whether something has come.
    if (!m_replays.isOn() || since >= head || !m_limits.holdFor(reader.client))
        return std::nullopt;
    const QByteArray key = countedPeer(reader.client) + '\n' + reader.tokenId + '\n'
                           + reader.restaurantId;
    const quint64 *reached = m_reached.object(key);
    const bool goesOn = reached && since > *reached;
    if (!goesOn) {
        const auto wait = m_replays.wait(key, core::perMinuteCost, now);
        if (wait.count() > 0) {
            m_observer.rateExceeded(reader.restaurantId, reader.client);
            return rateRefusal("the same changes were asked for too often", wait);
        }
        m_replays.take(key, core::perMinuteCost, now);
    }
    m_reached.insert(key, new quint64(since));
    return std::nullopt;
}

} // namespace possync::net
