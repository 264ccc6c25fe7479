// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/journaltypes.h"
#include "server/store/keyring.h"

namespace possync::store {

class Connection;
class RestaurantTable;

/// Reads a whole database in short slices, so that neither commits nor checkpoints wait for it:
/// checksums, gaps in the order, index entries, saved rows, SQLite's own check. `live` gives the
/// heads that the open journal promises; without it only what the file itself says is checked.
Result<VerifyReport, StoreError> verifyDatabase(Connection &connection, const RestaurantTable *live,
                                                const VerifyVisitor &visitor = {});

/// The same for a database that no journal has open; the file stays untouched.
Result<VerifyReport, StoreError> verifyFile(const QString &file, const Keys &keys);

} // namespace possync::store
