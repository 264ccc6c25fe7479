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
                                                const QList<Migration> &migrations,
                                                const Keys &keys);

/// Fills the empty WAL of an open, idle database with zeros up to `bytes`. A flush that also has to
/// record that a file grew takes more than twice as long; SQLite writes its WAL from the start
/// and takes zeros behind it for its end. On a disk without so much room the WAL stays as it is.
void reserveWal(const QString &database, quint64 bytes);

} // namespace possync::store
