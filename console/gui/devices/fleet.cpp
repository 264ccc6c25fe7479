// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/devices/fleet.h"

#include "console/gui/devices/insight.h"

namespace possync::gui {

void Fleet::setRestaurants(QList<RestaurantFacts> restaurants)
{
    std::ranges::sort(restaurants, [](const RestaurantFacts &a, const RestaurantFacts &b) {
        const int order =
            QString::localeAwareCompare(a.title().toCaseFolded(), b.title().toCaseFolded());
        return order != 0 ? order < 0 : a.id < b.id;
    });
    if (restaurants == m_restaurants)
        return;
    m_restaurants = std::move(restaurants);
    Q_EMIT restaurantsChanged();
}

void Fleet::setDevices(const QString &restaurant, QList<DeviceFacts> devices, qint64 nowMs)
{
    const QList<DeviceFacts> before = m_devices.value(restaurant);
    for (DeviceFacts &device : devices) {
        device.restaurant = restaurant;
        device.movedMs = nowMs;
        if (device.lag == 0)
            continue;
        const auto old = std::ranges::find_if(before, [&](const DeviceFacts &d) {
            return d.deviceId == device.deviceId && d.connection == device.connection;
        });
        if (old != before.end() && old->lag > 0 && old->position >= device.position)
            device.movedMs = old->movedMs;
    }
    m_devices.insert(restaurant, std::move(devices));
    Q_EMIT devicesChanged(restaurant);
}

void Fleet::clear()
{
    const QStringList known = m_devices.keys();
    m_devices.clear();
    m_restaurants.clear();
    Q_EMIT restaurantsChanged();
    for (const QString &restaurant : known)
        Q_EMIT devicesChanged(restaurant);
}

const RestaurantFacts *Fleet::restaurant(const QString &id) const
{
    const auto found = std::ranges::find(m_restaurants, id, &RestaurantFacts::id);
    return found == m_restaurants.end() ? nullptr : &*found;
}

QString Fleet::deviceTitle(const QString &restaurant, const QString &deviceId) const
{
    for (const DeviceFacts &device : devices(restaurant)) {
        if (device.deviceId == deviceId)
            return device.title();
    }
    return deviceId;
}

State Fleet::stateOf(const QString &restaurant, qint64 nowMs) const
{
    return restaurantState(devices(restaurant), nowMs);
}

} // namespace possync::gui
