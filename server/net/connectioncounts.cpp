// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/connectioncounts.h"

namespace possync::net {

ConnectionCounts::Seat ConnectionCounts::take(const QByteArray &peer)
{
    const std::lock_guard lock(m_taken->mutex);
    int &count = m_taken->counts[peer];
    if (count >= m_most)
        return nullptr;
    ++count;
    return Seat(m_taken.get(), [taken = m_taken, peer](const void *) {
        const std::lock_guard returning(taken->mutex);
        const auto it = taken->counts.find(peer);
        if (--*it == 0)
            taken->counts.erase(it);
    });
}

} // namespace possync::net
