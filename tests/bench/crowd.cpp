// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/crowd.h"

namespace possync::bench {

Crowd::Crowd(Endpoint server)
    : m_server(std::move(server))
{
}

Device &Crowd::add(Identity who)
{
    m_devices.push_back(std::make_unique<Device>(m_loop, *this, std::move(who)));
    return *m_devices.back();
}

void Crowd::dial(std::size_t place)
{
    constexpr std::uint32_t loopback = 0x7f000002; // 127.0.0.2
    const auto source = loopback + static_cast<std::uint32_t>(place % 200);
    if (!m_devices[place]->dial(m_server, source))
        lost(*m_devices[place]);
}

bool Crowd::connectAll(int timeoutMs, std::size_t atOnce)
{
    std::size_t next = 0;
    const auto isDone = [&] {
        while (next < m_devices.size() && next - m_registered < atOnce)
            dial(next++);
        return m_registered == m_devices.size() || m_lost > 0;
    };
    return m_loop.pollUntil(isDone, timeoutMs) && m_lost == 0;
}

void Crowd::registered(Device &)
{
    ++m_registered;
}

void Crowd::received(Device &, std::string_view message)
{
    if (m_trouble.empty() && isOfType(message, "error"))
        m_trouble = "the server said " + std::string(message.substr(0, 300));
}

void Crowd::lost(Device &device)
{
    ++m_lost;
    if (m_trouble.empty())
        m_trouble = "connection of " + device.who().device() + " was refused or cut";
}

} // namespace possync::bench
