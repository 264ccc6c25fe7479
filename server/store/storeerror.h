// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"

#include <QString>

namespace possync::store {

/// What went wrong in the store; branch on this, show `StoreError::detail`.
enum class StoreErrorCode {
    UnusableDirectory, ///< Missing, not a directory, or not writable.
    InUse,             ///< Another process holds the data directory.
    NewerSchema,       ///< Written by a newer program; nothing was touched.
    Corrupt,           ///< Not our database, damaged file or a row whose checksum is wrong.
    MissingKey,        ///< Encrypted with a key that was not given; nothing was touched.
    BehindMark,        ///< The database is older than what was acknowledged from it.
    DiskFull,          ///< No space; the store takes changes again when there is.
    IoError,           ///< Reading, writing or flushing failed.
    Locked,            ///< Another program keeps the database locked.
    StaleGeneration,   ///< Built on changes that were never stored: reopen the room.
    SequenceGap,       ///< Does not follow the restaurant's head: reopen the room.
    UnknownRestaurant, ///< No restaurant of that number.
    InvalidArgument,   ///< The call itself makes no sense, for example an empty id.
    Closed,            ///< The journal is shutting down.
};

/// An expected failure: a code to branch on and one line for the log or an administrator.
struct StoreError {
    StoreErrorCode code = StoreErrorCode::IoError;
    QString detail;
    bool operator==(const StoreError &) const = default;
};

inline StoreError closedError()
{
    return {StoreErrorCode::Closed, QStringLiteral("the journal is closed")};
}

using Outcome = Result<Done, StoreError>;

} // namespace possync::store
