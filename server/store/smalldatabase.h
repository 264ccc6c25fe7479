// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/connection.h"

namespace possync::store {

/// A database of few rows beside the journal.
struct SmallSchema {
    const char *sqlPrefix; ///< Steps are resources/sql/<prefix>001.sql and so on.
    int version;           ///< Newest step.
    int applicationId;     ///< Tells the file from others.
    const char *fileHolds; ///< For errors: "access tokens".
};

/// Opens the file for writing, readable by the owner only, and brings it to the newest schema. One
/// line that names the file where that cannot be.
Result<std::unique_ptr<Connection>, StoreError> openSmallDatabase(const QString &file,
                                                                  const SmallSchema &schema,
                                                                  const Keys &keys = {});

} // namespace possync::store
