// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/hybridtime.h"

namespace possync::sync {

/// A device's clock for its changes: follows its wall clock, and never stands or goes back when
/// that does. `last()` is to be kept with the outbox.
class HybridClock
{
public:
    explicit HybridClock(HybridTime last = {})
        : m_last(last)
    {
    }
    HybridTime tick(qint64 wallMs)
    {
        m_last = std::max(m_last.next(), HybridTime(wallMs, 0));
        return m_last;
    }
    HybridTime last() const { return m_last; }

private:
    HybridTime m_last;
};

/// A device's time as the server's clock would have shown it: without the skew that was measured
/// (`skewMs`: device minus server), and never in the future.
inline HybridTime serverTime(HybridTime deviceTime, qint64 skewMs, qint64 serverNowMs)
{
    return {std::min(deviceTime.ms() - skewMs, serverNowMs), deviceTime.counter()};
}

} // namespace possync::sync
