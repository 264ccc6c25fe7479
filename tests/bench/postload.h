// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/httpclient.h"
#include "tests/bench/messages.h"

#include <memory>
#include <string>
#include <vector>

namespace possync::bench {

/// `POST /api/sync` over some keep-alive connections, each sending its next batch when the last was
/// answered. One thread, one loop.
class PostLoad
{
public:
    struct Shape {
        std::string run = "p";
        std::uint32_t restaurants = 1;
        std::uint32_t connections = 4; ///< Spread over the restaurants.
        std::uint32_t batch = 100;     ///< Changes in one request.
        bool ownOrders = false;        ///< Each change makes a new order.
    };

    PostLoad(Endpoint server, Shape shape);
    bool connect();
    /// Posts until so many changes were confirmed or so many seconds are over; can be called again.
    /// What is under way then is waited for.
    void run(std::uint64_t changes, double seconds);

    std::uint64_t confirmed() const { return m_confirmed; }
    /// Sends nothing itself: lets answers in.
    Loop &loop() { return m_loop; }
    const std::string &trouble() const { return m_trouble; }

private:
    void post(std::size_t place);
    void answered(std::size_t place, const HttpClient::Answer &answer);

    Loop m_loop;
    Shape m_shape;
    std::vector<std::unique_ptr<HttpClient>> m_clients;
    std::vector<std::uint32_t> m_next; ///< Number of the next change, by connection.
    std::uint64_t m_begun = 0;
    std::uint64_t m_limit = 0;
    std::uint64_t m_confirmed = 0;
    std::uint32_t m_underWay = 0;
    bool m_sending = false;
    std::string m_trouble;
};

} // namespace possync::bench
