// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>
#include <array>
#include <optional>

namespace possync::sync {

/// A device's two clocks at one moment.
struct DeviceTime {
    qint64 wallMs = 0;   ///< UTC milliseconds as the device believes; may jump.
    qint64 steadyMs = 0; ///< Never goes back; its zero has no meaning.
};

/// How far the server's clock is ahead of the device's, from questions and answers: an answer says
/// what the server's clock showed, somewhere between asking and hearing. Of the last answers the
/// quickest tells best. Kept against the steady clock, so that setting the device's clock spoils
/// nothing. Pure.
class ClockOffset
{
public:
    /// `asked` and `heard` by the device's clocks, `serverMs` by the server's in between.
    void addSample(const DeviceTime &asked, qint64 serverMs, const DeviceTime &heard);

    /// Forgets what was measured: the steady clock may have stood still since, as in a device that
    /// slept.
    void clear() { m_count = 0; }

    /// Milliseconds to add to the device's wall clock to get the server's; nothing before the first
    /// answer.
    std::optional<qint64> offsetMs() const;
    /// Time from question to answer of the best sample, in milliseconds: the offset is off by at
    /// most half of it.
    std::optional<qint64> roundTripMs() const;
    /// The server's clock now; the device's own before the first answer.
    qint64 serverMs(const DeviceTime &now) const;

private:
    struct Sample {
        qint64 roundTripMs = 0;
        qint64 serverMinusSteadyMs = 0;
    };

    const Sample *best() const;

    static constexpr std::size_t kept = 8;
    std::array<Sample, kept> m_samples{};
    std::size_t m_count = 0; ///< Ever added.
    qint64 m_wallMinusSteadyMs = 0;
};

} // namespace possync::sync
