// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/relayload.h"

#include "tests/bench/process.h"

#include <algorithm>

namespace possync::bench {
namespace {

constexpr std::uint32_t ring = 1024; ///< Numbers of one sender that can be under way.

} // namespace

struct RelayLoad::Room {
    Room(std::uint32_t devices)
        : missing(std::size_t(devices) * ring)
        , next(devices)
        , expected(std::size_t(devices) * devices)
    {
    }
    std::vector<std::atomic<std::uint32_t>> missing; ///< Receivers a message still has to reach.
    std::vector<std::uint32_t> next;                 ///< By sender; touched by its thread alone.
    std::vector<std::uint32_t> expected; ///< By receiver and sender; the receiver's thread alone.
};

/// The devices of one thread: whole rooms, or every n-th device where there is only one room.
class RelayLoad::Worker : public Crowd
{
public:
    Worker(RelayLoad &load, std::uint32_t number);
    void begin()
    {
        m_thread = std::jthread([this] { work(); });
    }
    void join() { m_thread.join(); }
    bool failed() const { return m_failed; }
    bool ready() const { return m_ready; }
    std::uint64_t deliveries() const { return m_deliveries.load(std::memory_order_relaxed); }
    std::uint64_t wrong() const { return m_wrong.load(std::memory_order_relaxed); }

private:
    void work();
    void sendFirst();
    void send(std::uint32_t room, std::size_t place);
    void received(Device &device, std::string_view message) override;
    std::size_t placeAfter(const Mark &mark);

    RelayLoad &m_load;
    std::uint32_t m_number;
    std::size_t m_turn = 0;
    std::atomic<bool> m_ready = false;
    std::atomic<bool> m_failed = false;
    alignas(64) std::atomic<std::uint64_t> m_deliveries = 0;
    std::atomic<std::uint64_t> m_wrong = 0;
    std::jthread m_thread;
};

RelayLoad::Worker::Worker(RelayLoad &load, std::uint32_t number)
    : Crowd(load.m_server)
    , m_load(load)
    , m_number(number)
{
    const LoadShape &shape = load.m_shape;
    for (std::uint32_t room = 0; room < shape.rooms; ++room) {
        for (std::uint32_t i = 0; i < shape.devices; ++i) {
            if ((shape.rooms == 1 ? i : room) % shape.threads == number)
                add({.run = shape.run,
                     .room = shape.firstRoom + room,
                     .index = i,
                     .token = shape.tokens.empty() ? std::string() : shape.tokens[room]});
        }
    }
}

void RelayLoad::Worker::work()
{
    m_failed = !connectAll(60'000);
    m_ready = true;
    loop().pollUntil([this] { return m_load.m_phase >= Running; }, 600'000);
    if (m_load.m_phase == Running)
        sendFirst();
    while (m_load.m_phase < Ending)
        loop().poll(20'000'000);
}

void RelayLoad::Worker::sendFirst()
{
    const LoadShape &shape = m_load.m_shape;
    for (std::uint32_t room = 0; room < shape.rooms; ++room) {
        for (std::uint32_t k = 0; k < shape.inFlight; ++k) {
            if (shape.rooms == 1 && k % shape.threads == m_number)
                send(room, (k / shape.threads) % size());
            else if (shape.rooms != 1 && room % shape.threads == m_number)
                send(room, std::size_t(room / shape.threads) * shape.devices + k % shape.devices);
        }
    }
}

void RelayLoad::Worker::send(std::uint32_t room, std::size_t place)
{
    Device &device = at(place);
    const std::uint32_t sender = device.who().index;
    Room &traffic = *m_load.m_rooms[room];
    const std::uint32_t number = traffic.next[sender]++;
    traffic.missing[std::size_t(sender) * ring + number % ring] = m_load.m_shape.devices - 1;
    m_load.m_underWay.fetch_add(1, std::memory_order_relaxed);
    device.sendOrderUpdate(number);
}

void RelayLoad::Worker::received(Device &device, std::string_view message)
{
    const std::optional<Mark> mark = orderMark(message);
    if (!mark) {
        Crowd::received(device, message);
        return;
    }
    const LoadShape &shape = m_load.m_shape;
    const Identity &who = device.who();
    const std::uint32_t room = who.room - shape.firstRoom;
    const auto count = [](std::atomic<std::uint64_t> &counter) {
        counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    };
    if (mark->room != who.room || mark->sender >= shape.devices || mark->sender == who.index) {
        count(m_wrong);
        return;
    }
    Room &traffic = *m_load.m_rooms[room];
    std::uint32_t &expected =
        traffic.expected[std::size_t(who.index) * shape.devices + mark->sender];
    if (mark->number != expected) {
        count(m_wrong);
        return;
    }
    ++expected;
    count(m_deliveries);
    auto &missing = traffic.missing[std::size_t(mark->sender) * ring + mark->number % ring];
    if (missing.fetch_sub(1, std::memory_order_acq_rel) != 1)
        return;
    m_load.m_underWay.fetch_sub(1, std::memory_order_relaxed);
    if (m_load.m_phase.load(std::memory_order_relaxed) == Running)
        send(room, placeAfter(*mark));
}

std::size_t RelayLoad::Worker::placeAfter(const Mark &mark)
{
    const LoadShape &shape = m_load.m_shape;
    const std::uint32_t room = mark.room - shape.firstRoom;
    if (shape.rooms == 1) // Whoever sees a message complete sends on with a device of its own.
        return shape.rotate || shape.threads > 1 ? m_turn++ % size() : mark.sender;
    const std::size_t first = std::size_t(room / shape.threads) * shape.devices;
    return first + (shape.rotate ? m_turn++ % shape.devices : mark.sender);
}

RelayLoad::RelayLoad(Endpoint server, LoadShape shape)
    : m_server(std::move(server))
    , m_shape(std::move(shape))
{
    for (std::uint32_t room = 0; room < m_shape.rooms; ++room)
        m_rooms.push_back(std::make_unique<Room>(m_shape.devices));
    for (std::uint32_t i = 0; i < m_shape.threads; ++i)
        m_workers.push_back(std::make_unique<Worker>(*this, i));
}

RelayLoad::~RelayLoad()
{
    m_phase = Ending;
}

bool RelayLoad::connect(int timeoutMs)
{
    for (const auto &worker : m_workers)
        worker->begin();
    Loop waiting;
    const auto allReady = [this] {
        return std::ranges::all_of(m_workers, [](const auto &worker) { return worker->ready(); });
    };
    return waiting.pollUntil(allReady, timeoutMs)
           && std::ranges::none_of(m_workers, [](const auto &worker) { return worker->failed(); });
}

void RelayLoad::start()
{
    m_phase = Running;
}

bool RelayLoad::finish(int timeoutMs)
{
    m_phase = Draining;
    Loop waiting;
    const bool arrived = waiting.pollUntil([this] { return m_underWay == 0; }, timeoutMs);
    m_phase = Ending;
    for (const auto &worker : m_workers)
        worker->join();
    return arrived;
}

std::uint64_t RelayLoad::deliveries() const
{
    std::uint64_t sum = 0;
    for (const auto &worker : m_workers)
        sum += worker->deliveries();
    return sum;
}

std::uint64_t RelayLoad::wrong() const
{
    std::uint64_t sum = 0;
    for (const auto &worker : m_workers)
        sum += worker->wrong();
    return sum;
}

std::string RelayLoad::trouble() const
{
    for (const auto &worker : m_workers) {
        if (!worker->trouble().empty())
            return worker->trouble();
    }
    return {};
}

} // namespace possync::bench
