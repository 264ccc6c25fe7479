// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/postload.h"

#include "tests/bench/process.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace possync::bench {

PostLoad::PostLoad(Endpoint server, Shape shape)
    : m_shape(std::move(shape))
    , m_next(m_shape.connections)
{
    for (std::size_t place = 0; place < m_shape.connections; ++place) {
        m_clients.push_back(std::make_unique<HttpClient>(
            m_loop, server, [this, place](HttpClient &, const HttpClient::Answer &answer) {
                answered(place, answer);
            }));
        m_clients.back()->keepBodies(true);
    }
}

bool PostLoad::connect()
{
    for (const auto &client : m_clients) {
        if (!client->dial())
            return false;
    }
    const auto allOpen = [this] {
        return std::ranges::all_of(m_clients, [](const auto &client) { return client->isOpen(); });
    };
    return m_loop.pollUntil(allOpen, 5000);
}

void PostLoad::run(std::uint64_t changes, double seconds)
{
    m_limit = changes == 0 ? std::numeric_limits<std::uint64_t>::max() : m_begun + changes;
    m_sending = true;
    const std::int64_t end = nowNs() + static_cast<std::int64_t>(seconds * 1e9);
    for (std::size_t place = 0; place < m_clients.size(); ++place)
        post(place);
    while (m_underWay > 0 && m_trouble.empty()) {
        m_loop.poll(20'000'000);
        if (nowNs() > end && m_sending)
            m_sending = false;
        if (nowNs() > end + 20'000'000'000) {
            m_trouble = "a POST was not answered within 20 s";
            break;
        }
    }
}

void PostLoad::post(std::size_t place)
{
    if (!m_sending || m_begun >= m_limit)
        return;
    const auto connection = static_cast<std::uint32_t>(place);
    // Device 0 of a room is left to the scenario; each connection is a device of its own.
    const Identity who{
        .run = m_shape.run, .room = connection % m_shape.restaurants, .index = 1 + connection};
    const auto count =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(m_shape.batch, m_limit - m_begun));
    m_begun += count;
    ++m_underWay;
    const std::uint32_t first = m_next[place];
    m_next[place] += count;
    m_clients[place]->post("/api/sync", syncBody(who, first, count, m_shape.ownOrders));
}

void PostLoad::answered(std::size_t place, const HttpClient::Answer &answer)
{
    --m_underWay;
    constexpr std::string_view key = "\"synced_changes\":";
    const std::size_t at = answer.body.find(key);
    if (answer.status != 200 || at == std::string_view::npos) {
        m_trouble = "POST was answered with status " + std::to_string(answer.status) + ": "
                    + std::string(answer.body.substr(0, 200));
        return;
    }
    m_confirmed += std::strtoul(answer.body.data() + at + key.size(), nullptr, 10);
    post(place);
}

} // namespace possync::bench
