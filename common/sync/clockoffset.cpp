// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/clockoffset.h"

#include <algorithm>

namespace possync::sync {

void ClockOffset::addSample(const DeviceTime &asked, qint64 serverMs, const DeviceTime &heard)
{
    const qint64 roundTripMs = std::max<qint64>(0, heard.steadyMs - asked.steadyMs);
    // Against the steady clock: a wall clock that is set between two samples spoils neither.
    m_samples[m_count % kept] = {roundTripMs, serverMs - (asked.steadyMs + roundTripMs / 2)};
    ++m_count;
    m_wallMinusSteadyMs = heard.wallMs - heard.steadyMs;
}

const ClockOffset::Sample *ClockOffset::best() const
{
    const auto end = m_samples.begin() + static_cast<qsizetype>(std::min(m_count, kept));
    const auto found =
        std::min_element(m_samples.begin(), end, [](const Sample &a, const Sample &b) {
            return a.roundTripMs < b.roundTripMs;
        });
    return found == end ? nullptr : &*found;
}

std::optional<qint64> ClockOffset::offsetMs() const
{
    const Sample *sample = best();
    if (!sample)
        return std::nullopt;
    return sample->serverMinusSteadyMs - m_wallMinusSteadyMs;
}

std::optional<qint64> ClockOffset::roundTripMs() const
{
    const Sample *sample = best();
    return sample ? std::optional(sample->roundTripMs) : std::nullopt;
}

qint64 ClockOffset::serverMs(const DeviceTime &now) const
{
    const Sample *sample = best();
    return sample ? sample->serverMinusSteadyMs + now.steadyMs : now.wallMs;
}

} // namespace possync::sync
