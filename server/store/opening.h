// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/datadirectory.h"
#include "server/store/schema.h"

namespace possync::store {

/// A database ready to be written, with what is in it.
struct OpenedDatabase {
    std::unique_ptr<Connection> connection;
    LoadedJournal journal;
};

/// Brings a data directory into service: puts a staged backup in place, refuses what must not be
/// served, migrates (after a copy), and loads the restaurants. Each refusal is one line that says
/// what to do. Runs on the thread that will own the connection.
Result<OpenedDatabase, StoreError> openDatabase(const DataDirectory &directory,
                                                const QList<Migration> &migrations);

} // namespace possync::store
