// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <cstdint>
#include <vector>

/// What a room and the store exchange. Values only; docs/architecture.md, "The journal seen from
/// outside".
namespace possync::core {

/// Number of a restaurant inside one database; never reused.
using RestaurantNo = std::uint32_t;

/// A run of records of one restaurant that becomes one journal row.
struct JournalBlock {
    RestaurantNo restaurant = 0;
    /// Increased by the store each time the room must be reopened after a failed commit; a block of
    /// an older generation is refused, because it builds on changes that were never stored.
    std::uint32_t generation = 0;
    /// Sequence numbers of the changes inside, both included. A block without changes has
    /// `firstSeq == lastSeq + 1`.
    std::uint64_t firstSeq = 1;
    std::uint64_t lastSeq = 0;
    qint64 atMs = 0; ///< Server time of the newest record, UTC milliseconds; retention goes by it.
    QByteArray body; ///< Length-prefixed records (server/core/record.h); opaque to the store.
};

/// One derived row: the newest value of a key, or its removal. Saved lazily, replaced by replay.
struct StateRow {
    QByteArray key;
    QByteArray value;
    bool removed = false;
};

/// Everything needed to open a room.
struct RestaurantImage {
    RestaurantNo restaurant = 0;
    std::uint32_t generation = 0;
    QByteArray epoch;           ///< Changes when history is no longer the same history.
    std::uint64_t headSeq = 0;  ///< Last committed sequence number.
    std::uint64_t floorSeq = 0; ///< Changes up to and including this one are gone from the journal.
    std::vector<StateRow> state;    ///< As last saved; may be newer than `tail`'s beginning.
    std::vector<JournalBlock> tail; ///< Committed blocks to replay over `state`, oldest first.
};

} // namespace possync::core
