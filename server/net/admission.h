// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/v2message.h"
#include "server/core/ratelimit.h"
#include "server/security/rights.h"

namespace possync::net {

/// How much peers may send; docs/protocol.md, "Limits".
struct RateLimits {
    core::Rate changesOfDevice;
    core::Rate changesOfRestaurant;
    core::Rate requestsOfAddress; ///< HTTP.
    core::Rate connectionsOfAddress;
    core::Rate bytesOfDevice;
    core::Rate bytesOfRestaurant;
    // By the minute, see core::perMinute().
    core::Rate replaysOfDevice;
    core::Rate newRestaurantsOfAddress;
    core::Rate newRestaurants; ///< Of all addresses.
    core::Rate newDevicesOfAddress;
    core::Rate newDevices;
    bool onLoopback = false;      ///< Whether they also hold for this computer itself.

    /// Whether any holds for this peer.
    bool holdFor(const QByteArray &peerHost) const;
};

/// Lets changes in, or says when to come again. One per I/O thread, used on it.
class Admission
{
public:
    explicit Admission(const RateLimits &limits);

    /// Whom to count a device's changes for; empty: nobody counts them.
    QByteArray keyOf(const QByteArray &peerHost, const QByteArray &restaurantId,
                     const QByteArray &deviceId) const;
    /// Counts `count` changes, and the bytes they came in unless tookBytes() heard of those, if all
    /// of them may come now. Otherwise the refusal to answer with, and nothing is counted.
    std::optional<classic::Refusal> refusal(const QByteArray &restaurantId, const QByteArray &key,
                                            qint64 count, qint64 bytes,
                                            std::chrono::nanoseconds now);
    /// Counts bytes that were read already; how long to leave what comes next where it is. What
    /// was too much is made up for by that, so the average holds however much is read at once.
    std::chrono::nanoseconds tookBytes(const QByteArray &restaurantId, const QByteArray &key,
                                       qint64 bytes, std::chrono::nanoseconds now);
    /// Counts a device that asks for what it missed, if it may now; else how long it has to wait.
    std::chrono::nanoseconds replay(const QByteArray &key, std::chrono::nanoseconds now);
    /// Keys that are remembered now, of all rates together.
    std::size_t size() const;

private:
    const RateLimits m_limits;
    core::RateTable m_devices;
    core::RateTable m_restaurants;
    core::RateTable m_deviceBytes;
    core::RateTable m_restaurantBytes;
    core::RateTable m_replays;
};

/// Whom to count what comes from ByteStream::peerHost() for: of IPv6 the network of 64 bits, which
/// is what one customer has at least, of everything else the address itself.
QByteArray countedPeer(const QByteArray &peerHost);
/// Whose change it is to the checks in front of a room.
struct Sender {
    QByteArray rateKey; ///< See Admission::keyOf().
    /// Nothing: may send all.
    std::optional<security::Role> role;
};
/// The role that a grant's changes are checked against.
std::optional<security::Role> checkedRole(const security::Grant &grant);
/// The refusal of a change its sender's role does not allow.
std::optional<classic::Refusal> rightsRefusal(security::Role role, const classic::Change &change);
std::optional<classic::Refusal> rightsRefusal(security::Role role, const v2::PushedChange &change);

/// "… try again in 3 s", for programs and for people.
classic::Refusal rateRefusal(const QByteArray &what, std::chrono::nanoseconds wait);
/// For `Retry-After`: whole seconds, at least one.
int retryAfterSeconds(const classic::Refusal &refusal);

} // namespace possync::net
