// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/tokenplaces.h"

namespace possync::net {

TokenPlaces::Entered TokenPlaces::enter(const QByteArray &tokenId, const QByteArray &address)
{
    const std::lock_guard lock(m_taken->mutex);
    Places &places = m_taken->tokens[tokenId];
    Entered entered;
    for (auto place = places.keyBegin(); place != places.keyEnd(); ++place) {
        if (*place != address)
            entered.elsewhere = *place;
    }
    ++places[address];
    entered.seat =
        Seat(m_taken.get(), [taken = m_taken, tokenId, address](const void *) {
            const std::lock_guard leaving(taken->mutex);
            const auto token = taken->tokens.find(tokenId);
            const auto place = token->find(address);
            if (--*place == 0)
                token->erase(place);
            if (token->isEmpty())
                taken->tokens.erase(token);
        });
    return entered;
}

} // namespace possync::net
