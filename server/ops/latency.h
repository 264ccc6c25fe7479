// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace possync::ops {

/// The buckets of a latency histogram: exact below 32 µs, then 32 for every doubling, so that a
/// bucket is at most 1/32 (3 %) wide. The last one also takes everything above about 19 hours.
struct LatencyBuckets {
    static constexpr int perDoublingBits = 5;
    static constexpr std::size_t perDoubling = std::size_t{1} << perDoublingBits;
    static constexpr std::size_t count = perDoubling * 32;

    static std::size_t indexOf(std::uint64_t micros);
    /// Largest value that falls into the bucket.
    static std::uint64_t upperBound(std::size_t index);
};

/// The figures of a histogram at one moment. A value.
struct LatencySnapshot {
    std::array<std::uint64_t, LatencyBuckets::count> buckets{};
    std::uint64_t count = 0;
    std::uint64_t sumUs = 0;

    /// What came in since `earlier`, an older snapshot of the same histogram.
    LatencySnapshot since(const LatencySnapshot &earlier) const;
    /// Microseconds that a share (0 to 1) of the values did not exceed, up to 3 % too high; 0 if
    /// there are no values.
    std::uint64_t quantileUs(double share) const;
    std::uint64_t p50Us() const { return quantileUs(0.50); }
    std::uint64_t p99Us() const { return quantileUs(0.99); }
    /// Number of values below `micros`, a power of two.
    std::uint64_t countBelow(std::uint64_t micros) const;
};

/// Counts durations without locks. Thread-safe.
class LatencyHistogram
{
public:
    /// Negative durations, from a clock set back, count as zero.
    void record(std::int64_t micros);
    LatencySnapshot snapshot() const;

private:
    std::array<std::atomic<std::uint64_t>, LatencyBuckets::count> m_buckets{};
    alignas(64) std::atomic<std::uint64_t> m_sumUs = 0;
};

} // namespace possync::ops
