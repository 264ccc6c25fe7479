// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/pairing.h"

#include <algorithm>
#include <sodium.h>

namespace possync::security {
namespace {

/// Without what looks or sounds alike.
constexpr QByteArrayView alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
constexpr qsizetype halfCode = 4;
constexpr qint64 guessCost = 6;

QByteArray newCode()
{
    QByteArray code;
    for (qsizetype i = 0; i < 2 * halfCode; ++i) {
        if (i == halfCode)
            code += '-';
        code += alphabet[randombytes_uniform(static_cast<uint32_t>(alphabet.size()))];
    }
    return code;
}

QByteArray normalized(const QByteArray &typed)
{
    QByteArray code;
    for (const char c : typed.toUpper()) {
        if (c == '-' || c == ' ')
            continue;
        if (code.size() == halfCode)
            code += '-';
        code += c;
    }
    return code;
}

} // namespace

void PairingDesk::dropExpired(qint64 nowMs)
{
    std::erase_if(m_offers,
                  [nowMs](const PairingOffer &offer) { return offer.expiresAtMs <= nowMs; });
}

PairingOffer PairingDesk::open(const TokenSpec &spec, const QByteArray &replaces, qint64 nowMs)
{
    dropExpired(nowMs);
    if (m_offers.size() >= mostOffers)
        m_offers.erase(m_offers.begin());
    m_offers.push_back({newCode(), spec, replaces, nowMs + validMs});
    return m_offers.back();
}

std::optional<PairingOffer> PairingDesk::take(const QByteArray &typed, qint64 nowMs)
{
    dropExpired(nowMs);
    const QByteArray code = normalized(typed);
    // Every offer is looked at, so that how long it takes tells nothing.
    auto found = m_offers.end();
    for (auto offer = m_offers.begin(); offer != m_offers.end(); ++offer) {
        if (areEqual(offer->code, code))
            found = offer;
    }
    if (found == m_offers.end())
        return std::nullopt;
    PairingOffer taken = std::move(*found);
    m_offers.erase(found);
    return taken;
}

std::vector<PairingOffer> PairingDesk::openOffers(qint64 nowMs)
{
    dropExpired(nowMs);
    return m_offers;
}

std::chrono::nanoseconds GuessLimit::wait(const QByteArray &address,
                                          std::chrono::nanoseconds now) const
{
    return m_table.wait(address, guessCost, now);
}

void GuessLimit::failed(const QByteArray &address, std::chrono::nanoseconds now)
{
    m_table.take(address, guessCost, now);
}

} // namespace possync::security
