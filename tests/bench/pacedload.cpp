// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/process.h"
#include "tests/bench/relayload.h"

#include <sys/prctl.h>

namespace possync::bench {

PacedLoad::PacedLoad(Endpoint server, std::string run, std::uint32_t room, std::uint32_t devices)
    : Crowd(std::move(server))
    , m_sentNs(devices)
    , m_expected(std::size_t(devices) * devices)
{
    for (std::uint32_t i = 0; i < devices; ++i)
        add({.run = run, .room = room, .index = i});
}

Durations PacedLoad::run(double rate, double seconds, double warmUp)
{
    prctl(PR_SET_TIMERSLACK, 1000UL); // ns: wake up when asked to
    m_times = {};
    m_lateness = {};
    const std::int64_t start = nowNs();
    const std::int64_t end = start + static_cast<std::int64_t>(seconds * 1e9);
    const auto step = static_cast<std::int64_t>(1e9 / rate);
    m_timedFromNs = start + static_cast<std::int64_t>(warmUp * 1e9);
    std::int64_t due = start;
    for (std::int64_t now = start; now < end; now = nowNs()) {
        if (now < due) {
            loop().poll(due - now);
            continue;
        }
        m_lateness.add(now - due);
        sendNext();
        due += step;
        loop().poll(0); // Arrivals are looked at even while sends are late.
    }
    loop().pollUntil([this] { return m_due == 0; }, 5000);
    return std::move(m_times);
}

void PacedLoad::sendNext()
{
    const std::uint32_t sender = m_turn++ % static_cast<std::uint32_t>(size());
    std::vector<std::int64_t> &sent = m_sentNs[sender];
    const auto number = static_cast<std::uint32_t>(sent.size());
    m_due += size() - 1;
    sent.push_back(nowNs());
    at(sender).sendOrderUpdate(number);
}

void PacedLoad::received(Device &device, std::string_view message)
{
    const std::int64_t now = nowNs();
    const std::optional<Mark> mark = orderMark(message);
    if (!mark) {
        Crowd::received(device, message);
        return;
    }
    const Identity &who = device.who();
    if (mark->room != who.room || mark->sender >= size() || mark->sender == who.index) {
        ++m_wrong;
        return;
    }
    std::uint32_t &expected = m_expected[std::size_t(who.index) * size() + mark->sender];
    if (mark->number != expected || mark->number >= m_sentNs[mark->sender].size()) {
        ++m_wrong;
        return;
    }
    ++expected;
    ++m_deliveries;
    --m_due;
    const std::int64_t sent = m_sentNs[mark->sender][mark->number];
    if (sent >= m_timedFromNs)
        m_times.add(now - sent);
}

} // namespace possync::bench
