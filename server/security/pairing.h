// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/ratelimit.h"
#include "server/security/token.h"

#include <map>

namespace possync::security {

/// What a code turns into a token.
struct PairingOffer {
    QByteArray code; ///< Eight characters, as shown: "ABCD-EFGH".
    TokenSpec spec;
    QByteArray replaces; ///< Id of the token whose place it takes; empty: none.
    qint64 expiresAtMs = 0;
};

/// Codes that are read out to a device once and become its token. Held in memory: a restart takes
/// them back. Lives on the gate's thread.
class PairingDesk
{
public:
    static constexpr qint64 validMs = 10 * 60'000;
    /// Open codes at a time; the oldest makes room.
    static constexpr std::size_t mostOffers = 1'000;

    PairingOffer open(const TokenSpec &spec, const QByteArray &replaces, qint64 nowMs);
    /// The offer of a code, which is then used up. Case, spaces and dashes make no difference.
    std::optional<PairingOffer> take(const QByteArray &typed, qint64 nowMs);
    /// Takes back the codes of a restaurant.
    void drop(const QByteArray &restaurant)
    {
        std::erase_if(m_offers, [&](const PairingOffer &offer) {
            return offer.spec.restaurant == restaurant;
        });
    }
    std::vector<PairingOffer> openOffers(qint64 nowMs);

private:
    void dropExpired(qint64 nowMs);

    std::vector<PairingOffer> m_offers; ///< Oldest first.
};

/// Counts wrong codes and tokens: ten a minute from one address, then it waits. Memory is bounded.
class GuessLimit
{
public:
    /// How long this address has to wait; zero: it may try.
    std::chrono::nanoseconds wait(const QByteArray &address, std::chrono::nanoseconds now) const;
    void failed(const QByteArray &address, std::chrono::nanoseconds now);

private:
    core::RateTable m_table{core::Rate{1, 60}}; ///< A guess costs six of one a second.
};

} // namespace possync::security
