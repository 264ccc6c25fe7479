// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/connection.h"

#include <QList>

namespace possync::store {

/// The keys that rows of a journal database may be encrypted with, 0 among them while some may be
/// as they are. Kept in the database; at least as many as it has.
Result<QList<KeyId>, StoreError> keysInUse(Connection &connection);

/// MissingKey if a database file, which stays untouched, needs a key that is not there; `what`
/// begins the sentence.
Outcome admitKeys(const QString &file, const Keys &keys, const QString &what);

/// Notes, before the first row is written, that rows will be sealed with the newest key of the
/// connection. Is a transaction of its own.
Outcome claimKey(Connection &connection);

/// All rows are sealed with the newest key: notes that no other is needed, and that what they were
/// before may still stand in unused parts of the file. Inside the caller's transaction.
Outcome settleKey(Connection &connection);

/// Whether unused parts of the file are still to be overwritten.
Result<bool, StoreError> isCompactionDue(Connection &connection);

/// Writes the whole file anew without unused parts, and empties the WAL. False, to be asked again,
/// while somebody still reads an older state. Takes seconds for each gigabyte.
Result<bool, StoreError> compact(Connection &connection);

} // namespace possync::store
