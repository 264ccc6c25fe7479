// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/connection.h"

namespace possync::store {

/// How far the rows of a database were looked at for those that are not sealed with the newest key.
/// Kept in memory: a new run looks at all again and writes only what is left.
struct Resealing {
    enum class Stage { Journal, State, Done };
    Stage stage = Stage::Journal;
    quint64 pos = 0;
    core::RestaurantNo restaurant = 0;
    QByteArray key{"", 0};
    bool fromPlain = false; ///< Some were not encrypted at all.
    quint64 resealed = 0;
    quint64 unreadable = 0; ///< Left as they are; verify() names them.
};

/// One short slice, in a transaction of its own. Behind the last row no other key is needed any
/// more. About the bytes by which the WAL grew.
Result<quint64, StoreError> resealSlice(Connection &connection, Resealing &resealing);

} // namespace possync::store
