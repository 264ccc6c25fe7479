// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/rowcipher.h"

namespace possync::store {

struct RestaurantRow;

/// 64-bit checksum (XXH3) of a journal row, its header fields included, so that a row is also
/// recognised as wrong when it turns up in another place. Over what is stored, so that no key is
/// needed to check it; of `stored` key and bytes count.
qint64 blockChecksum(quint64 pos, const core::JournalBlock &block, const SealedRow &stored);

/// 64-bit checksum of a saved state row.
qint64 stateChecksum(core::RestaurantNo restaurant, const QByteArray &key, const SealedRow &stored);

/// 64-bit checksum of a row of the restaurant table.
qint64 restaurantChecksum(const RestaurantRow &row);

/// 64-bit checksum of bytes.
quint64 bytesChecksum(QByteArrayView bytes);

} // namespace possync::store
