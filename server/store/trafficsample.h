// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/catalogue.h"

#include <QByteArray>
#include <array>

namespace possync::store {

/// What happened in one interval, in one restaurant or (empty id) in all.
struct TrafficSample {
    QByteArray restaurantId;
    qint64 atMs = 0; ///< End of the interval, UTC.
    int intervalMs = 1000;
    std::array<quint64, allDataTypes.size()> changes{};
    quint64 deliveries = 0;
    quint64 bytesIn = 0;
    quint64 bytesOut = 0;
    quint64 rejected = 0;
    int connections = 0;
    qint64 latencyP50Us = 0; ///< From arrival to relayed, of all restaurants.
    qint64 latencyP99Us = 0;
    bool operator==(const TrafficSample &) const = default;

    /// Something flowed, or somebody was there.
    bool isActive() const
    {
        return connections > 0 || deliveries > 0 || bytesIn > 0 || rejected > 0;
    }
};

} // namespace possync::store
