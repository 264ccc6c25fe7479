// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/types.h"

#include <QHash>

namespace possync::cli {

/// What `top` shows: the newest of everything heard. Pure.
class TopView
{
public:
    void take(const QList<remote::RestaurantSummary> &restaurants) { m_restaurants = restaurants; }
    void take(const QString &restaurant, const QList<remote::DeviceStatus> &devices)
    {
        m_devices[restaurant] = devices;
    }
    void take(const remote::TrafficSample &sample)
    {
        if (sample.restaurant.isEmpty())
            m_traffic = sample;
    }

    /// At most `rows` lines; who needs a look comes first. Times are the server's.
    QString text(const QString &server, qint64 nowMs, int rows) const;
    /// One line of JSON.
    QByteArray json(qint64 nowMs) const;

private:
    QList<const remote::DeviceStatus *> ranked() const;
    QString restaurantName(const QString &id) const;

    QList<remote::RestaurantSummary> m_restaurants;
    QHash<QString, QList<remote::DeviceStatus>> m_devices;
    remote::TrafficSample m_traffic;
};

} // namespace possync::cli
