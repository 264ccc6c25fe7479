// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/admission.h"

#include <mutex>

namespace possync::net {

/// Lets restaurants and devices that were never here come only so often, as each is kept for good:
/// whoever needs no token could make up as many as there is room for. Thread-safe.
class Newcomers
{
public:
    explicit Newcomers(const RateLimits &limits);

    /// Counts one more; or why it may not come now.
    std::optional<classic::Refusal> restaurant(const QByteArray &peerHost,
                                               std::chrono::nanoseconds now);
    std::optional<classic::Refusal> device(const QByteArray &peerHost,
                                           std::chrono::nanoseconds now);

private:
    /// Of one kind: from each address, and from all.
    struct Counts {
        core::RateTable ofAddress;
        core::RateTable ofAll;
    };
    std::optional<classic::Refusal> counted(Counts &counts, const QByteArray &what,
                                            const QByteArray &peerHost,
                                            std::chrono::nanoseconds now);

    const RateLimits m_limits;
    std::mutex m_mutex; // guards both below
    Counts m_restaurants;
    Counts m_devices;
};

} // namespace possync::net
