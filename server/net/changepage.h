// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/feedjson.h"

namespace possync::net {

/// Entries of the changes feed out of journal blocks, one page of them.
struct ChangePage {
    QByteArray entries = "["; ///< Without the bracket at the end.
    quint64 last = 0;         ///< Number of the last one in it.
    int count = 0;
    bool full = false;
    bool readable = true;

    /// Adds the block's changes after `since`, up to `limit` in all.
    void add(const core::JournalBlock &block, quint64 since, int limit);
};

} // namespace possync::net
