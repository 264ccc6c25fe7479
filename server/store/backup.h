// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/journaltypes.h"
#include "server/store/keyring.h"

namespace possync::store {

/// Copies a database that is in use into a new file, slice by slice, so that neither commits nor
/// checkpoints wait for it. Saved state is copied before the journal: replaying the journal over it
/// gives the state at the copy's last position. Retention must rest meanwhile.
/// `sealing`: its rows are then sealed with the newest of these keys; null: they stay as they are.
Result<BackupSummary, StoreError> writeBackup(const QString &database, const QString &file,
                                              const Keys &sealing = {});

/// Removes from this directory what backups left that were cut short by the server's end. Only for
/// who holds the data directory: to others a backup may be under way.
void removeUnfinishedBackups(const QString &directory);

} // namespace possync::store
