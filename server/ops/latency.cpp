// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/ops/latency.h"

#include <bit>
#include <cmath>

namespace possync::ops {

std::size_t LatencyBuckets::indexOf(std::uint64_t micros)
{
    if (micros < perDoubling)
        return static_cast<std::size_t>(micros);
    const int shift = static_cast<int>(std::bit_width(micros)) - 1 - perDoublingBits;
    // micros >> shift lies in [perDoubling, 2 * perDoubling).
    const auto index =
        static_cast<std::size_t>(shift) * perDoubling + static_cast<std::size_t>(micros >> shift);
    return std::min(index, count - 1);
}

std::uint64_t LatencyBuckets::upperBound(std::size_t index)
{
    if (index < 2 * perDoubling)
        return index;
    const std::size_t shift = index / perDoubling - 1;
    const std::uint64_t mantissa = perDoubling + index % perDoubling;
    return ((mantissa + 1) << shift) - 1;
}

LatencySnapshot LatencySnapshot::since(const LatencySnapshot &earlier) const
{
    LatencySnapshot difference;
    for (std::size_t i = 0; i < buckets.size(); ++i)
        difference.buckets[i] = buckets[i] - earlier.buckets[i];
    difference.count = count - earlier.count;
    difference.sumUs = sumUs - earlier.sumUs;
    return difference;
}

std::uint64_t LatencySnapshot::quantileUs(double share) const
{
    if (count == 0)
        return 0;
    const double wanted = std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count));
    const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, count);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        seen += buckets[i];
        if (seen >= rank)
            return LatencyBuckets::upperBound(i);
    }
    return LatencyBuckets::upperBound(buckets.size() - 1);
}

std::uint64_t LatencySnapshot::countBelow(std::uint64_t micros) const
{
    const std::size_t end = LatencyBuckets::indexOf(micros);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < end; ++i)
        below += buckets[i];
    return below;
}

void LatencyHistogram::record(std::int64_t micros)
{
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(micros, 0));
    m_buckets[LatencyBuckets::indexOf(value)].fetch_add(1, std::memory_order_relaxed);
    m_sumUs.fetch_add(value, std::memory_order_relaxed);
}

LatencySnapshot LatencyHistogram::snapshot() const
{
    LatencySnapshot result;
    for (std::size_t i = 0; i < m_buckets.size(); ++i) {
        result.buckets[i] = m_buckets[i].load(std::memory_order_relaxed);
        // Counted from the buckets, so that both always agree.
        result.count += result.buckets[i];
    }
    result.sumUs = m_sumUs.load(std::memory_order_relaxed);
    return result;
}

} // namespace possync::ops
