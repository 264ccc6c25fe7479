// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <algorithm>
#include <compare>
#include <optional>

namespace possync {

/// A point of a hybrid logical clock: milliseconds and a counter for what happens within one or
/// while the clock stands or goes back. Ordered. On the wire `"<ms>-<n>"`; docs/protocol-v2.md.
class HybridTime
{
public:
    static constexpr quint64 maxCounter = 0xFFFF;
    static constexpr qint64 maxMs = (qint64(1) << 47) - 1;

    constexpr HybridTime() = default;
    /// Values out of range become the nearest in range.
    constexpr HybridTime(qint64 ms, quint64 counter)
        : m_packed(static_cast<quint64>(std::clamp<qint64>(ms, 0, maxMs)) << 16
                   | std::min(counter, maxCounter))
    {
    }
    static constexpr HybridTime fromPacked(quint64 packed)
    {
        HybridTime time;
        time.m_packed = packed;
        return time;
    }
    static std::optional<HybridTime> fromText(QByteArrayView text);

    constexpr qint64 ms() const { return static_cast<qint64>(m_packed >> 16); }
    constexpr quint64 counter() const { return m_packed & maxCounter; }
    /// For storing; keeps the order.
    constexpr quint64 packed() const { return m_packed; }
    constexpr bool isNull() const { return m_packed == 0; }
    QByteArray toText() const;
    /// The next point after this one.
    constexpr HybridTime next() const { return fromPacked(m_packed + 1); }

    constexpr auto operator<=>(const HybridTime &) const = default;

private:
    quint64 m_packed = 0;
};

} // namespace possync
