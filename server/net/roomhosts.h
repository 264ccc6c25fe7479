// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/roomhost.h"

namespace possync::net {

/// Which host serves which restaurant. Fixed after start, so any thread may ask.
class RoomHosts
{
public:
    explicit RoomHosts(std::vector<RoomHost *> hosts)
        : m_hosts(std::move(hosts))
    {
    }

    std::size_t indexOf(const QByteArray &restaurantId) const
    {
        return qHash(restaurantId, 0x5eed) % m_hosts.size();
    }
    RoomHost &hostOf(const QByteArray &restaurantId) const
    {
        return *m_hosts[indexOf(restaurantId)];
    }
    const std::vector<RoomHost *> &all() const { return m_hosts; }

private:
    std::vector<RoomHost *> m_hosts;
};

} // namespace possync::net
