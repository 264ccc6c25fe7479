// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QHash>

namespace possync::gui {

/// What people call restaurants and their devices, beside a store of changes that holds their ids.
/// All texts are UTF-8. GUI thread only.
class ChangeNames
{
public:
    /// Name by id; who has none is not in it.
    using Names = QHash<QByteArray, QByteArray>;

    // Each tells whether anything is other than before.
    bool setRestaurants(const Names &names);
    bool setDevices(const QByteArray &restaurant, const Names &names);

    bool isEmpty() const { return m_restaurants.isEmpty() && m_devices.isEmpty(); }
    /// Empty: the id serves.
    QByteArray restaurant(const QByteArray &id) const { return m_restaurants.value(id); }
    QByteArray device(const QByteArray &restaurant, const QByteArray &id) const
    {
        return m_devices.value(restaurant).value(id);
    }
    bool hasDevices() const { return !m_devices.isEmpty(); }
    /// All names of restaurants, and all of devices, each once and in order.
    QByteArrayList restaurants() const;
    QByteArrayList devices() const;
    /// Another number after every change: what was found out about names before is void.
    quint64 version() const { return m_version; }

private:
    Names m_restaurants;
    QHash<QByteArray, Names> m_devices; ///< By restaurant; those without names are not in it.
    quint64 m_version = 0;
};

} // namespace possync::gui
