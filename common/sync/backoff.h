// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>
#include <algorithm>

namespace possync::sync {

/// How long a device waits before it dials again: longer after each failure, up to a limit, never
/// giving up, and by chance a little shorter, so that a restaurant's devices do not all come back
/// in one moment. Pure: the chance is passed in.
class Backoff
{
public:
    struct Limits {
        qint64 firstMs = 500;
        qint64 longestMs = 30'000;
        double growth = 2.0;
    };

    explicit Backoff(const Limits &limits)
        : m_limits(limits)
        , m_nextMs(static_cast<double>(limits.firstMs))
    {
    }

    /// The wait after one more failure: from half to the whole of what is due, by `chance` in
    /// [0, 1). `askedMs` is what the other side asked for, if it did: the wait is never shorter.
    qint64 next(double chance, qint64 askedMs = 0)
    {
        const double due = m_nextMs;
        m_nextMs = std::min(due * m_limits.growth, static_cast<double>(m_limits.longestMs));
        ++m_failures;
        const qint64 waitMs = static_cast<qint64>(due * (0.5 + 0.5 * chance));
        if (askedMs <= 0)
            return waitMs;
        // All devices were asked for the same: spread them behind it.
        return std::max(
            waitMs, askedMs + static_cast<qint64>(static_cast<double>(askedMs) * 0.25 * chance));
    }

    /// It worked: the next failure is the first again.
    void reset()
    {
        m_nextMs = static_cast<double>(m_limits.firstMs);
        m_failures = 0;
    }

    /// Failures since the last success.
    int failures() const { return m_failures; }

private:
    Limits m_limits;
    double m_nextMs;
    int m_failures = 0;
};

} // namespace possync::sync
