// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/changepage.h"

namespace possync::net {

void ChangePage::add(const core::JournalBlock &block, quint64 since, int limit)
{
    const auto records = core::readRecords(block.body);
    readable = readable && records.has_value();
    if (!records)
        return;
    for (const core::Record &record : *records) {
        const auto *change = std::get_if<core::StoredChangePtr>(&record);
        if (!change || (*change)->seq <= since)
            continue;
        if (count == limit) {
            full = true;
            return;
        }
        entries += (count == 0 ? QByteArray() : QByteArray(",")) + changeJson(**change);
        last = (*change)->seq;
        ++count;
    }
}

} // namespace possync::net
