// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/connection.h"
#include "server/store/restauranttable.h"

namespace possync::store {

struct Retired {
    quint64 blocks = 0;
    quint64 bytes = 0; ///< About what the WAL grew by.
    bool more = false; ///< There is more to remove right away.
};

/// Removes the oldest blocks, in journal order, as long as they are older than `cutoffMs` and lie
/// before `boundPos`; raises the floors of their restaurants in the same transaction. One short
/// slice per call, so that commits are not held up.
Result<Retired, StoreError> retireBlocks(Connection &connection, RestaurantTable &table,
                                         quint64 boundPos, qint64 cutoffMs);

} // namespace possync::store
