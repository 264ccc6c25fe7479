// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/roomhosts.h"
#include "server/store/names.h"

namespace possync::net {

/// What is to be called something else.
struct Renaming {
    QByteArray restaurantId; ///< One that is known.
    QByteArray deviceId;     ///< Empty: the restaurant itself.
    QByteArray name;         ///< As it was asked for; empty: by its id.
};

/// Why it was not done: a code of docs/protocol.md and a sentence.
struct RenameRefusal {
    QByteArray code;
    QByteArray message;
};

/// The name as it is kept now, or why it is as before.
using Renamed = std::function<void(const Result<QByteArray, RenameRefusal> &)>;

/// Gives a name to a restaurant or to a device that it knows; `done` once, on whichever thread.
/// Both ends must outlive what they are given.
void rename(RoomHosts &hosts, store::Names &names, Renaming renaming, Renamed done);

/// `{"restaurant_id","device_id","name"}`, null where there is none.
QByteArray renamedJson(const QByteArray &restaurantId, const QByteArray &deviceId,
                       const QByteArray &name);

} // namespace possync::net
