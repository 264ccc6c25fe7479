// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/connection.h"
#include "server/store/restauranttable.h"

namespace possync::store {

/// A journal row as found, good or not.
struct StoredBlock {
    quint64 pos = 0;
    qint64 checksum = 0;
    KeyId key = 0;
    core::JournalBlock block;
    bool isIntact = false;
};

/// Takes the row a query over the journal stands on and checks it; its body stays as stored.
StoredBlock storedBlock(const QSqlQuery &query);
/// The same with the body opened; what cannot be opened is not intact.
StoredBlock openedBlock(const QSqlQuery &query, const RowCipher &cipher);

/// A saved row as found, good or not.
struct StoredState {
    core::RestaurantNo restaurant = 0;
    core::StateRow row;
    KeyId key = 0;
    bool isIntact = false;
};

/// Takes the row a query over saved state stands on, opened and checked.
StoredState openedState(const QSqlQuery &query, const RowCipher &cipher);

/// One page of a restaurant's changes, from the index on disk and what memory knows beyond it.
/// Fails with Corrupt at a damaged row, after pages with everything before it.
Result<ReadResult, StoreError> readPage(Connection &connection, const RestaurantTable &table,
                                        core::RestaurantNo restaurant, quint64 fromSeq,
                                        const ReadLimits &limits);

/// One page of a restaurant's blocks by position, those without changes too; looks at so many
/// positions at most. Fails with Corrupt at a damaged row.
Result<SweepResult, StoreError> sweepPage(Connection &connection, const RestaurantTable &table,
                                          core::RestaurantNo restaurant, quint64 fromPos,
                                          const ReadLimits &limits);

/// Everything a room needs to open.
Result<core::RestaurantImage, StoreError>
readImage(Connection &connection, const RestaurantTable &table, core::RestaurantNo restaurant);

} // namespace possync::store
