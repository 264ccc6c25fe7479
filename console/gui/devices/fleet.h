// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/status.h"

#include <QHash>
#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>
#include <optional>

namespace possync::gui {

/// What the server says about one device of a restaurant. Times are UTC milliseconds, 0: unknown.
struct DeviceFacts {
    QString restaurant = {};
    qint64 connection = 0;
    QString deviceId = {};
    QString name = {}; ///< Empty: the id serves.
    QString userId = {};
    QString protocol = {};
    QString address = {};
    qint64 connectedMs = 0;
    qint64 lastSeenMs = 0;
    std::optional<qint64> roundTripMs = {};
    std::optional<qint64> clockSkewMs = {};
    quint64 position = 0;
    quint64 lag = 0;
    qint64 queuedBytes = 0;
    bool isShared = false; ///< Another live connection uses the same device id.
    bool isConnected = false;
    bool isCatchingUp = false;
    qint64 movedMs = 0; ///< When it last made progress or had nothing to do; kept by Fleet.
    bool operator==(const DeviceFacts &) const = default;

    const QString &title() const { return name.isEmpty() ? deviceId : name; }
};

/// What the server says about one restaurant.
struct RestaurantFacts {
    QString id = {};
    QString name = {}; ///< Empty: the id serves.
    int deviceCount = 0;
    quint64 head = 0;
    QString epoch = {};
    double changesPerSecond = 0;
    qint64 lastChangeMs = 0;
    QStringList warnings = {};
    bool operator==(const RestaurantFacts &) const = default;

    const QString &title() const { return name.isEmpty() ? id : name; }
};

/// Restaurants and their devices as last heard. Keeps what it has when the connection goes.
class Fleet : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    void setRestaurants(QList<RestaurantFacts> restaurants);
    void setDevices(const QString &restaurant, QList<DeviceFacts> devices, qint64 nowMs);
    void clear();

    /// Ordered by title.
    const QList<RestaurantFacts> &restaurants() const { return m_restaurants; }
    const RestaurantFacts *restaurant(const QString &id) const;
    QList<DeviceFacts> devices(const QString &restaurant) const
    {
        return m_devices.value(restaurant);
    }
    /// What people call a device; its id where there is no name, or no such device.
    QString deviceTitle(const QString &restaurant, const QString &deviceId) const;
    State stateOf(const QString &restaurant, qint64 nowMs) const;

Q_SIGNALS:
    void restaurantsChanged();
    void devicesChanged(const QString &restaurant);

private:
    QList<RestaurantFacts> m_restaurants;
    QHash<QString, QList<DeviceFacts>> m_devices;
};

} // namespace possync::gui
