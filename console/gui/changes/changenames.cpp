// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/changes/changenames.h"

#include <algorithm>

namespace possync::gui {
namespace {

QByteArrayList inOrder(QByteArrayList names)
{
    std::ranges::sort(names);
    const auto rest = std::ranges::unique(names);
    names.erase(rest.begin(), rest.end());
    return names;
}

} // namespace

bool ChangeNames::setRestaurants(const Names &names)
{
    if (names == m_restaurants)
        return false;
    m_restaurants = names;
    ++m_version;
    return true;
}

bool ChangeNames::setDevices(const QByteArray &restaurant, const Names &names)
{
    if (names == m_devices.value(restaurant))
        return false;
    if (names.isEmpty())
        m_devices.remove(restaurant);
    else
        m_devices.insert(restaurant, names);
    ++m_version;
    return true;
}

QByteArrayList ChangeNames::restaurants() const
{
    return inOrder(m_restaurants.values());
}

QByteArrayList ChangeNames::devices() const
{
    QByteArrayList all;
    for (const Names &names : m_devices)
        all += names.values();
    return inOrder(all);
}

} // namespace possync::gui
