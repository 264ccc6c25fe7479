// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/connection.h"
#include "server/store/restauranttable.h"

#include <QList>

namespace possync::store {

/// The steps compiled in from resources/sql/vNNN_*.sql, oldest first.
QList<Migration> builtInMigrations();

/// Schema version of a database file, which stays untouched; 0 if it is empty. An error if the file
/// is damaged or belongs to another program.
Result<int, StoreError> schemaVersion(const QString &file);

/// Runs the steps a database lacks, each in its own transaction together with its version number,
/// so that an interrupted run goes on where it stopped.
Outcome migrate(Connection &connection, const QList<Migration> &migrations);

/// What a database says about itself when it is opened.
struct LoadedJournal {
    QByteArray databaseId;
    quint64 lastPos = 0;
    std::vector<RestaurantEntry> restaurants;
    std::vector<RestaurantRow> erased; ///< Without a name; see erasing.h.
    QStringList damages;
};

/// Reads the restaurants and the headers of all blocks that saved state does not cover.
Result<LoadedJournal, StoreError> loadJournal(Connection &connection);

/// Takes the row a query over all restaurants stands on; a wrong checksum becomes its damage.
RestaurantEntry restaurantEntry(const QSqlQuery &query);
/// Writes a restaurant's row with a fresh checksum.
Outcome updateRestaurant(Connection &connection, const RestaurantRow &row);
/// Adds a restaurant's row.
Outcome insertRestaurant(Connection &connection, const RestaurantRow &row);

/// 16 random bytes that tell one database from another.
QByteArray newDatabaseId();
/// Identity of a history, 32 hexadecimal digits.
QByteArray newEpoch();

} // namespace possync::store
