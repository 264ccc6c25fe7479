// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/devices/fleet.h"

/// What the facts mean, in words: pure functions of facts and time.
namespace possync::gui {

/// A connected device that has not moved for this long although changes wait is "behind".
inline constexpr qint64 stuckAfterMs = 10000;
/// More waiting changes than this is catching up rather than the ebb and flow of traffic.
inline constexpr quint64 usualLag = 50;
/// A clock that is off by more than this can put orders into the wrong order.
inline constexpr qint64 clockSkewLimitMs = 30000;

/// A device's name with its id, or the id alone, harmless to show.
QString titleWithId(const DeviceFacts &device);

State deviceState(const DeviceFacts &device, qint64 nowMs);
/// "In sync", "Behind, 7 waiting for 3 min", "Away since 14:02", …
QString deviceStateText(const DeviceFacts &device, qint64 nowMs);
/// Why the device is in its state and what to do about it; one or two short sentences.
QString deviceReason(const DeviceFacts &device, qint64 nowMs);

State restaurantState(const QList<DeviceFacts> &devices, qint64 nowMs);
/// One sentence that answers "can they take orders?", without the restaurant's name.
QString restaurantVerdict(const RestaurantFacts &restaurant, const QList<DeviceFacts> &devices,
                          qint64 nowMs);

/// How far one change came at one device.
struct JourneyStop {
    QString device = {};
    QString words = {}; ///< "has it", "does not have it yet: …"
    bool hasIt = false;
};

/// Where a change is, device by device: who lacks it comes first. `seq` is the change's number,
/// `sender` the device it came from.
QList<JourneyStop> journeyOf(const QList<DeviceFacts> &devices, const QString &sender, quint64 seq,
                             qint64 nowMs);

/// Something a person should look at.
struct Attention {
    enum Step { ShowDevices, ShowChanges, ShowConflicts, Ping };
    Tone tone = Tone::Warn;
    QString restaurant = {};
    QString deviceId = {};
    qint64 connection = 0;
    QString what = {};  ///< "Kitchen: pos_device_0042 is 7 changes behind."
    QString cause = {}; ///< Why, and what helps.
    Step step = ShowDevices;
    bool operator==(const Attention &) const = default;
};

/// Most serious first, then by restaurant.
QList<Attention> attentionOf(const Fleet &fleet, const QString &onlyRestaurant, qint64 nowMs);

} // namespace possync::gui
