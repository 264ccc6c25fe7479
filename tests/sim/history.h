// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/room.h"
#include "tests/sim/simapp.h"
#include "tests/sim/simjournal.h"

#include <functional>
#include <queue>

namespace possync::sim {

inline constexpr qint64 second = 1'000'000;

/// What every history stands on: one seed that draws all that happens, virtual time, and the first
/// promise that broke. It is the restaurant's host.
class History : public core::RoomOutput
{
public:
    explicit History(quint64 seed, bool trace)
        : m_trace(trace)
        , m_random(seed)
    {
    }

protected:
    /// Of two things at one moment the one asked for first happens first.
    void at(qint64 delayUs, std::function<void()> run)
    {
        m_events.push({m_nowUs + delayUs, m_order++, std::move(run)});
    }
    /// Does what is due until then, or until a promise broke; `afterEach` after each.
    template<typename AfterEach>
    void runUntil(qint64 endUs, AfterEach afterEach)
    {
        while (!m_events.empty() && m_events.top().atUs <= endUs && m_failure.isEmpty()) {
            const Event event = m_events.top();
            m_events.pop();
            m_nowUs = event.atUs;
            event.run();
            afterEach();
        }
    }
    quint64 pick(quint64 below) { return m_random() % below; }
    bool chance(int percent) { return static_cast<int>(pick(100)) < percent; }
    void fail(const QByteArray &what)
    {
        if (m_failure.isEmpty())
            m_failure = what;
    }

    const bool m_trace;
    Random m_random;
    qint64 m_nowUs = 0;
    QByteArray m_failure; ///< Empty: all promises held so far.

private:
    struct Event {
        qint64 atUs = 0;
        quint64 order = 0;
        std::function<void()> run;
        bool operator>(const Event &other) const
        {
            return std::tie(atUs, order) > std::tie(other.atUs, other.order);
        }
    };

    quint64 m_order = 0;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> m_events;
};

} // namespace possync::sim
