// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/connection.h"

namespace possync::store {

/// Adds a block to the journal, sealed with the newest key.
Outcome appendBlock(Connection &connection, quint64 pos, const core::JournalBlock &block);

/// Writes the checksum and content of a block that is in the journal, sealed with the newest key.
Outcome resealBlock(Connection &connection, quint64 pos, const core::JournalBlock &block);

/// Writes or removes a row of saved state, sealed with the newest key.
Outcome writeState(Connection &connection, core::RestaurantNo restaurant,
                   const core::StateRow &row);

} // namespace possync::store
