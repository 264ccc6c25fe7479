// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/crowd.h"
#include "tests/bench/report.h"

#include <atomic>
#include <thread>

namespace possync::bench {

/// Which restaurants and how much of each is under way.
struct LoadShape {
    std::string run;
    std::uint32_t firstRoom = 0;
    std::uint32_t rooms = 1;
    std::uint32_t devices = 5;  ///< Per room; at least 2.
    std::uint32_t inFlight = 1; ///< Messages of one room on their way, at most 1024.
    /// The next message comes from the next device; otherwise from the one whose message arrived.
    bool rotate = false;
    std::uint32_t threads = 1;
    std::vector<std::string> tokens{}; ///< One of each room; empty: none is shown.
};

/// As many messages as the server takes: each time one has reached all other devices of its room,
/// the next is sent. Checks that every device gets every message of every other once, in order.
class RelayLoad
{
public:
    RelayLoad(Endpoint server, LoadShape shape);
    ~RelayLoad();

    /// Connects and registers all devices, each thread its own.
    bool connect(int timeoutMs);
    void start();
    /// Sends nothing more and waits until what is under way has arrived; false if some did not.
    bool finish(int timeoutMs);

    std::uint64_t deliveries() const;
    std::uint64_t wrong() const; ///< Deliveries that were not due: repeated, out of order, foreign.
    std::string trouble() const; ///< Empty if there was none. After finish().

private:
    struct Room;
    class Worker;
    enum Phase { Connecting, Ready, Running, Draining, Ending };

    Endpoint m_server;
    LoadShape m_shape;
    std::vector<std::unique_ptr<Room>> m_rooms;
    std::vector<std::unique_ptr<Worker>> m_workers;
    std::atomic<int> m_phase = Connecting;
    std::atomic<std::int64_t> m_underWay = 0;
};

/// A steady rate of changes in one room from all its devices in turn, each timed to its receipt.
class PacedLoad : private Crowd
{
public:
    PacedLoad(Endpoint server, std::string run, std::uint32_t room, std::uint32_t devices);

    using Crowd::trouble;
    bool connect(int timeoutMs) { return connectAll(timeoutMs); }
    /// Sends for `seconds`, then waits for what is under way. What arrived within the first
    /// `warmUp` seconds is not timed.
    Durations run(double rate, double seconds, double warmUp);
    std::uint64_t missing() const { return m_due; }
    std::uint64_t wrong() const { return m_wrong; }
    std::uint64_t deliveries() const { return m_deliveries; }
    /// How late the generator itself was with its sends.
    Durations &lateness() { return m_lateness; }

private:
    void received(Device &device, std::string_view message) override;
    void sendNext();

    std::vector<std::vector<std::int64_t>> m_sentNs; ///< By sender and number.
    std::vector<std::uint32_t> m_expected;           ///< By receiver and sender.
    std::uint32_t m_turn = 0;
    std::uint64_t m_due = 0;
    std::uint64_t m_wrong = 0;
    std::uint64_t m_deliveries = 0;
    std::int64_t m_timedFromNs = 0;
    Durations m_times;
    Durations m_lateness;
};

} // namespace possync::bench
