// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>
#include <algorithm>

namespace possync::sync {

/// How long a device waits before it dials again: by chance between nothing and a limit that
/// doubles with each failure, up to a longest one, never giving up; so a restaurant's devices do
/// not all come back in one moment. docs/protocol-v2.md, "Close codes". Pure: the chance is passed
/// in.
class Backoff
{
public:
    struct Limits {
        qint64 firstMs = 1000;
        qint64 longestMs = 60'000;
    };

    explicit Backoff(const Limits &limits)
        : m_limits(limits)
        , m_nextMs(limits.firstMs)
    {
    }

    /// The wait after one more failure; `chance` lies in [0, 1). What the other side asked for,
    /// `leastMs`, comes before it.
    qint64 next(double chance, qint64 leastMs = 0)
    {
        const qint64 waitMs = static_cast<qint64>(static_cast<double>(m_nextMs) * chance);
        m_nextMs = std::min(m_nextMs * 2, m_limits.longestMs);
        ++m_failures;
        return leastMs + waitMs;
    }

    /// It worked: the next failure is the first again.
    void reset()
    {
        m_nextMs = m_limits.firstMs;
        m_failures = 0;
    }

    /// Failures since the last success.
    int failures() const { return m_failures; }

private:
    Limits m_limits;
    qint64 m_nextMs;
    int m_failures = 0;
};

} // namespace possync::sync
