// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <chrono>
#include <list>
#include <unordered_map>

namespace possync::core {

/// How much may come on average, and at once after a pause.
struct Rate {
    qint64 perSecond = 0; ///< 0: as much as there is.
    qint64 burst = 0;     ///< At least 1 if `perSecond` is not 0.

    bool isOn() const { return perSecond > 0; }
};

/// What is counted by the minute takes so much each of a rate per second …
inline constexpr qint64 perMinuteCost = 60;
/// … and a minute's worth may come at once.
constexpr Rate perMinute(qint64 count)
{
    return {count, count * perMinuteCost};
}

/// A token bucket that begins full. The time comes in, from any steady clock. What is one rate's
/// must always be asked with that rate.
class TokenBucket
{
public:
    using nanoseconds = std::chrono::nanoseconds;

    /// How long until `count` may be taken; zero: now. A count above half the burst has to wait
    /// only until the bucket is half full and then leaves it in debt, so that each passes some day.
    nanoseconds wait(const Rate &rate, qint64 count, nanoseconds now) const;
    void take(const Rate &rate, qint64 count, nanoseconds now);
    bool isFull(nanoseconds now) const { return m_fullAt <= now; }

private:
    nanoseconds m_fullAt{0}; ///< When it is full again if nothing more is taken.
};

/// Buckets of one rate by key. Its memory is bounded whatever keys come: full buckets are
/// forgotten, as a new one is full too, and beyond `maxKeys` the one that rested longest is.
class RateTable
{
public:
    using nanoseconds = TokenBucket::nanoseconds;

    explicit RateTable(const Rate &rate, std::size_t maxKeys = 10'000)
        : m_rate(rate)
        , m_maxKeys(maxKeys)
    {
    }

    bool isOn() const { return m_rate.isOn(); }
    /// As TokenBucket::wait(); always zero if the rate is off.
    nanoseconds wait(const QByteArray &key, qint64 count, nanoseconds now) const;
    void take(const QByteArray &key, qint64 count, nanoseconds now);
    std::size_t size() const { return m_buckets.size(); }

private:
    struct Entry {
        QByteArray key;
        TokenBucket bucket;
    };

    void makeRoom(nanoseconds now);

    Rate m_rate;
    std::size_t m_maxKeys;
    std::list<Entry> m_entries; ///< The one taken from last is the first.
    std::unordered_map<QByteArray, std::list<Entry>::iterator> m_buckets;
};

} // namespace possync::core
