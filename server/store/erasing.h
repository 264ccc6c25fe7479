// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/connection.h"
#include "server/store/restauranttable.h"

namespace possync::store {

// A restaurant is erased in two steps. First its row becomes one without a name, in one transaction
// with an empty block at the journal's end: from then on it is unknown, whatever happens. Then its
// rows go, slice by slice; the nameless row says how far that has come, and stays, so that the
// number is never given out again.

/// Whether this is such a row.
bool isErased(const RestaurantRow &row);
/// Whether rows of it are left in the database.
bool hasLeftovers(const RestaurantRow &erased);
/// The first step, in the transaction that the caller commits; `markPos` is the next position of
/// the journal and gets the empty block. Returns the nameless row.
Result<RestaurantRow, StoreError> beginErasing(Connection &connection,
                                               const RestaurantEntry &restaurant, quint64 markPos,
                                               qint64 nowMs);
/// Removes some of what is left in a transaction of its own, overwriting it, and moves `erased` on.
Outcome eraseSlice(Connection &connection, RestaurantRow &erased);

} // namespace possync::store
