// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/admission.h"
#include "server/net/roomobserver.h"

#include <QCache>

namespace possync::net {

/// Lets readers of the changes feed go on as fast as they like, and begin again only so often:
/// each beginning makes the server read its journal anew. Lives on the gate's thread.
class FeedReaders
{
public:
    /// Who asks. Several programs that share a token and an address are one reader.
    struct Reader {
        QByteArray client; ///< Address, see HttpRequest::client.
        QByteArray tokenId;
        QByteArray restaurantId;
    };

    FeedReaders(const RateLimits &limits, RoomObserver &observer);

    /// Nothing if the changes behind `since` may be read now; `head` is the restaurant's newest.
    std::optional<classic::Refusal> refusal(const Reader &reader, quint64 since, quint64 head,
                                            std::chrono::nanoseconds now);
    /// Readers that are remembered now.
    std::size_t size() const { return m_replays.size() + std::size_t(m_reached.size()); }

private:
    const RateLimits m_limits;
    RoomObserver &m_observer;
    core::RateTable m_replays;
    QCache<QByteArray, quint64> m_reached{10'000}; ///< The furthest each has asked for.
};

} // namespace possync::net
