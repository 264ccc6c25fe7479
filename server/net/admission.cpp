// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/admission.h"

#include "server/net/bytestream.h"

#include <QHostAddress>
#include <algorithm>

namespace possync::net {

bool RateLimits::holdFor(const QByteArray &peerHost) const
{
    return onLoopback || !isLoopback(peerHost);
}

Admission::Admission(const RateLimits &limits)
    : m_limits(limits)
    , m_devices(limits.changesOfDevice)
    , m_restaurants(limits.changesOfRestaurant)
    , m_deviceBytes(limits.bytesOfDevice)
    , m_restaurantBytes(limits.bytesOfRestaurant)
    , m_replays(limits.replaysOfDevice)
{
}

QByteArray Admission::keyOf(const QByteArray &peerHost, const QByteArray &restaurantId,
                            const QByteArray &deviceId) const
{
    const bool isAnyOn = m_devices.isOn() || m_restaurants.isOn() || m_deviceBytes.isOn()
                         || m_restaurantBytes.isOn() || m_replays.isOn();
    if (!isAnyOn || !m_limits.holdFor(peerHost))
        return {};
    return restaurantId + '\n' + deviceId;
}

std::optional<classic::Refusal> Admission::refusal(const QByteArray &restaurantId,
                                                   const QByteArray &key, qint64 count,
                                                   qint64 bytes, std::chrono::nanoseconds now)
{
    const std::pair<std::chrono::nanoseconds, const char *> waits[] = {
        {m_devices.wait(key, count, now), "too many changes of this device"},
        {m_restaurants.wait(restaurantId, count, now), "too many changes of this restaurant"},
        {m_deviceBytes.wait(key, bytes, now), "too many bytes of this device"},
        {m_restaurantBytes.wait(restaurantId, bytes, now), "too many bytes of this restaurant"},
    };
    const auto &longest = *std::ranges::max_element(
        waits, {}, [](const auto &wait) { return wait.first; });
    if (longest.first.count() > 0)
        return rateRefusal(longest.second, longest.first);
    m_devices.take(key, count, now);
    m_restaurants.take(restaurantId, count, now);
    m_deviceBytes.take(key, bytes, now);
    m_restaurantBytes.take(restaurantId, bytes, now);
    return std::nullopt;
}

std::chrono::nanoseconds Admission::tookBytes(const QByteArray &restaurantId,
                                              const QByteArray &key, qint64 bytes,
                                              std::chrono::nanoseconds now)
{
    m_deviceBytes.take(key, bytes, now);
    m_restaurantBytes.take(restaurantId, bytes, now);
    return std::max(m_deviceBytes.wait(key, 1, now), m_restaurantBytes.wait(restaurantId, 1, now));
}

std::chrono::nanoseconds Admission::replay(const QByteArray &key, std::chrono::nanoseconds now)
{
    const auto wait = m_replays.wait(key, core::perMinuteCost, now);
    if (wait.count() == 0)
        m_replays.take(key, core::perMinuteCost, now);
    return wait;
}

std::size_t Admission::size() const
{
    return m_devices.size() + m_restaurants.size() + m_deviceBytes.size()
           + m_restaurantBytes.size() + m_replays.size();
}

QByteArray countedPeer(const QByteArray &peerHost)
{
    if (!peerHost.contains(':'))
        return peerHost;
    const QHostAddress address(QString::fromLatin1(peerHost));
    if (bool isIpv4 = false; address.toIPv4Address(&isIpv4), isIpv4)
        return ByteStream::hostName(address);
    if (address.protocol() != QAbstractSocket::IPv6Protocol)
        return peerHost;
    Q_IPV6ADDR network = address.toIPv6Address();
    std::fill(std::begin(network.c) + 8, std::end(network.c), quint8(0));
    return QHostAddress(network).toString().toLatin1() + "/64";
}

std::optional<security::Role> checkedRole(const security::Grant &grant)
{
    return grant.tokenId.isEmpty() ? std::nullopt : std::optional(grant.role);
}

namespace {

classic::Refusal forbidden(security::Role role, DataType type, Action action,
                           const QByteArray &changeId)
{
    return {"forbidden",
            "the action " + actionName(action).toByteArray() + " on "
                + dataTypeName(type).toByteArray() + " with these fields is not for the role "
                + security::roleName(role),
            changeId};
}

} // namespace

std::optional<classic::Refusal> rightsRefusal(security::Role role, const classic::Change &change)
{
    if (security::mayChange(role, change.dataType, change.action, change.data()))
        return std::nullopt;
    return forbidden(role, change.dataType, change.action, change.changeId);
}

std::optional<classic::Refusal> rightsRefusal(security::Role role, const v2::PushedChange &change)
{
    bool may = security::mayChange(role, change.dataType, change.action, change.data);
    for (const v2::Operation &operation : change.operations) {
        // An operation on a field needs the right to set it.
        if (operation.kind == v2::Operation::Kind::Add)
            may = may
                  && security::mayChange(role, change.dataType, change.action,
                                         '{' + json::quoted(operation.target) + ":0}");
    }
    if (may)
        return std::nullopt;
    return forbidden(role, change.dataType, change.action, change.changeId);
}

classic::Refusal rateRefusal(const QByteArray &what, std::chrono::nanoseconds wait)
{
    classic::Refusal refusal{"rate_limited", {}, {}};
    refusal.retryAfterMs = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
    refusal.message = what + "; nothing was kept of it, try again in "
                      + QByteArray::number(retryAfterSeconds(refusal)) + " s";
    return refusal;
}

int retryAfterSeconds(const classic::Refusal &refusal)
{
    return static_cast<int>(std::clamp<qint64>((refusal.retryAfterMs + 999) / 1000, 1, 86'400));
}

} // namespace possync::net
