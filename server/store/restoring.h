// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/datadirectory.h"
#include "server/store/journaltypes.h"

namespace possync::store {

/// Copies a file so that either all of it or nothing appears under the new name.
Outcome copyDurably(const QString &from, const QString &to);

/// Checks a backup (format, schema, keys, every checksum) and leaves a copy for the next open.
Outcome stageBackup(const QString &backup, const QString &staged, const Keys &keys);

/// If a backup is staged: gives each of its restaurants a new epoch and it a new identity, keeps
/// the present database aside, and puts the backup in its place. Goes on where it was interrupted.
Outcome putStagedInPlace(const DataDirectory &directory, const QList<Migration> &migrations,
                         const Keys &keys);

} // namespace possync::store
