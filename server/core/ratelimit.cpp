// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/ratelimit.h"

#include <algorithm>

namespace possync::core {
namespace {

using std::chrono::nanoseconds;

/// How long the rate takes to fill in `count`.
nanoseconds timeFor(const Rate &rate, qint64 count)
{
    constexpr qint64 second = 1'000'000'000;
    return nanoseconds(count / rate.perSecond * second
                       + count % rate.perSecond * second / rate.perSecond);
}

} // namespace

nanoseconds TokenBucket::wait(const Rate &rate, qint64 count, nanoseconds now) const
{
    if (count == 0)
        return nanoseconds(0);
    const nanoseconds whole = timeFor(rate, rate.burst);
    const nanoseconds missing = m_fullAt - now;
    const nanoseconds needed =
        std::max(std::min(timeFor(rate, count), whole / 2), timeFor(rate, 1));
    return std::max(nanoseconds(0), missing + needed - whole);
}

void TokenBucket::take(const Rate &rate, qint64 count, nanoseconds now)
{
    m_fullAt = std::max(m_fullAt, now) + timeFor(rate, count);
}

nanoseconds RateTable::wait(const QByteArray &key, qint64 count, nanoseconds now) const
{
    if (!isOn())
        return nanoseconds(0);
    const auto it = m_buckets.find(key);
    return it == m_buckets.end() ? nanoseconds(0) : it->second->bucket.wait(m_rate, count, now);
}

void RateTable::take(const QByteArray &key, qint64 count, nanoseconds now)
{
    if (!isOn() || count == 0)
        return;
    auto it = m_buckets.find(key);
    if (it == m_buckets.end()) {
        makeRoom(now);
        m_entries.push_front({key, {}});
        it = m_buckets.emplace(key, m_entries.begin()).first;
    } else {
        m_entries.splice(m_entries.begin(), m_entries, it->second);
    }
    it->second->bucket.take(m_rate, count, now);
}

void RateTable::makeRoom(nanoseconds now)
{
    // Two for each that comes: the table shrinks to those in use, and no call takes long.
    for (int i = 0; i < 2 && !m_entries.empty(); ++i) {
        const Entry &oldest = m_entries.back();
        if (!oldest.bucket.isFull(now) && m_buckets.size() < m_maxKeys)
            return;
        m_buckets.erase(oldest.key);
        m_entries.pop_back();
    }
}

} // namespace possync::core
