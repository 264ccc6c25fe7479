// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/writer.h"

#include <QLoggingCategory>

namespace possync::store {

Q_DECLARE_LOGGING_CATEGORY(lcStore)

/// What one commit holds and whom it is reported to.
struct Writer::Group {
    struct Accepted {
        core::JournalBlock block;
        quint64 pos = 0;
        std::size_t append = 0; ///< Index into `appends`.
        std::size_t index = 0;  ///< Position inside the append() call.
    };
    struct Append {
        AppendJob job;
        AppendResult result;
    };
    struct Open {
        OpenJob job;
        core::RestaurantNo no = 0;
        bool isNew = false;
        std::optional<StoreError> error;
    };
    /// Where a restaurant would be after the blocks accepted so far.
    struct Head {
        quint64 seq = 0;
        std::uint32_t generation = 0;
    };

    std::vector<Accepted> accepted;
    std::vector<Append> appends;
    std::vector<Open> opens;
    std::vector<RestaurantRow> created;
    std::unordered_map<core::RestaurantNo, Head> heads;
    bool hasWork() const { return !accepted.empty() || !created.empty(); }
};

/// How far a save would be once the transaction is committed.
struct Writer::Slice {
    std::size_t nextRow = 0;
    std::size_t nextIndex = 0;
    quint64 bytes = 0;
    bool isFinished = false;
    std::optional<RestaurantRow> covered;
};

} // namespace possync::store
