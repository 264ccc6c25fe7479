// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/session/session.h"

#include <QComboBox>
#include <functional>

namespace possync::gui {

/// Gives restaurants in a list, whose data are their ids, their present titles; what is chosen
/// stays so.
inline void retitle(QComboBox &list, const Session &session)
{
    for (int i = 0; i < list.count(); ++i) {
        if (const QString id = list.itemData(i).toString(); !id.isEmpty())
            list.setItemText(i, session.restaurantTitle(id));
    }
}

/// What people call a device, or, without one, its restaurant. `session` must live longer.
inline std::function<QString(const QString &, const QString &)> titlesOf(const Session &session)
{
    return [&session](const QString &restaurant, const QString &device) {
        return device.isEmpty() ? session.restaurantTitle(restaurant)
                                : session.deviceTitle(restaurant, device);
    };
}

} // namespace possync::gui
