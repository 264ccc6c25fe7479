// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/crowd.h"
#include "tests/bench/postload.h"
#include "tests/bench/scenarios.h"

#include <algorithm>
#include <sstream>

namespace possync::bench {
namespace {

/// One device that counts what it is sent and checks that nothing comes twice or out of order.
class Returning : public Crowd
{
public:
    Returning(Endpoint server, std::uint32_t senders)
        : Crowd(std::move(server))
        , m_expected(senders + 1)
    {
        add({.run = "p", .room = 0, .index = 0});
    }
    void received(Device &device, std::string_view message) override
    {
        const std::optional<Mark> mark = orderMark(message);
        if (!mark) {
            Crowd::received(device, message);
            return;
        }
        if (mark->sender >= m_expected.size() || mark->number != m_expected[mark->sender]) {
            ++wrong;
            return;
        }
        ++m_expected[mark->sender];
        if (count++ == 0)
            firstNs = nowNs();
    }
    std::uint64_t count = 0;
    std::uint64_t wrong = 0;
    std::int64_t firstNs = 0;

private:
    std::vector<std::uint32_t> m_expected;
};

void waitFor(Crowd &crowd, int ms)
{
    crowd.loop().pollUntil([] { return false; }, ms);
}

std::vector<std::string> words(const std::string &command)
{
    std::istringstream stream(command);
    std::vector<std::string> list;
    for (std::string word; stream >> word;)
        list.push_back(word);
    return list;
}

/// Starts the server and waits until it says that it is ready; where it listens.
std::optional<Endpoint> startServer(Child &server, const std::vector<std::string> &command)
{
    if (!server.start(command))
        return std::nullopt;
    const std::optional<std::string> line = server.waitForLine(" ready on http://", 120'000);
    return line ? parseUrl(line->substr(line->find("http://"))) : std::nullopt;
}

} // namespace

Report catchUp(const Options &options)
{
    Report report("catchup");
    const std::uint32_t changes = options.count("changes", 100'000);
    constexpr std::uint32_t senders = 4;
    Returning device(options.server, senders);
    if (!device.connectAll(10'000)) {
        report.problem("the device could not connect: " + device.trouble());
        return report;
    }
    waitFor(device, 700); // Long enough for the server to learn where it stands.
    device.at(0).cut(false);
    waitFor(device, 200);

    PostLoad load(options.server, {.connections = senders, .batch = options.count("batch", 100)});
    if (!load.connect()) {
        report.problem("cannot connect");
        return report;
    }
    load.run(changes, 120);
    if (load.confirmed() != changes) {
        report.problem("only " + std::to_string(load.confirmed()) + " stored: " + load.trouble());
        return report;
    }
    device.forgetCounts();
    const ServerMeter meter(options.pid);
    const std::int64_t rssBefore = meter.rssKb();
    std::int64_t rssPeak = rssBefore;
    device.dial(0);
    const int patienceMs = static_cast<int>(options.real("patience", 30) * 1000);
    device.loop().pollUntil(
        [&] { return device.count == changes || device.wrong > 0 || device.lostCount() > 0; },
        patienceMs);
    const double took = meter.seconds();
    rssPeak = std::max(rssPeak, meter.rssKb());
    const auto counted = double(std::max<std::uint64_t>(device.count, 1));
    report.number("rate", double(device.count) / took);
    report.number("cpu_us", double(meter.cpuUs()) / counted);
    report.number("seconds", took);
    report.number("first_ms",
                  device.count > 0 ? double(device.firstNs - device.at(0).dialledNs()) / 1e6 : 0);
    report.number("received", double(device.count));
    report.number("rss_growth_mb", double(rssPeak - rssBefore) / 1024);
    report.number("pings", double(Device::pingsAnswered()));
    if (device.wrong > 0)
        report.problem("something came twice or out of order");
    else if (device.count != changes)
        report.problem(std::to_string(device.count) + " of " + std::to_string(changes)
                       + " changes came. " + device.trouble());
    return report;
}

Report startUp(const Options &options)
{
    Report report("startup");
    const std::uint64_t changes = options.count("changes", 1'000'000);
    const std::uint32_t restaurants = options.count("restaurants", 50);
    const std::vector<std::string> command = words(options.text("exec"));
    const std::string target =
        "/api/restaurants/" + Identity{.run = "p", .room = 0, .index = 0}.restaurant() + "/data";
    {
        Child server;
        const std::optional<Endpoint> at = startServer(server, command);
        if (!at) {
            report.problem("the server did not start");
            return report;
        }
        const ServerMeter meter(server.pid());
        PostLoad load(*at, {.restaurants = restaurants, .connections = restaurants, .batch = 500});
        if (load.connect())
            load.run(changes, 300);
        report.number("fill_rate", double(load.confirmed()) / meter.seconds());
        report.number("fill_cpu_us", double(meter.cpuUs()) / double(load.confirmed()));
        report.number("fill_rss_mb", double(meter.rssKb()) / 1024);
        if (load.confirmed() != changes) {
            report.problem("only " + std::to_string(load.confirmed())
                           + " stored: " + load.trouble());
            return report;
        }
        const std::int64_t stopping = nowNs();
        if (server.stop(30'000) != 0)
            report.problem("the server did not stop cleanly");
        report.number("stop_ms", double(nowNs() - stopping) / 1e6);
    }
    Child server;
    const std::int64_t started = nowNs();
    const std::optional<Endpoint> at = startServer(server, command);
    report.number("ready_ms", double(nowNs() - started) / 1e6);
    if (!at) {
        report.problem("the server did not start again");
        return report;
    }
    report.number("rss_mb", double(ServerMeter(server.pid()).rssKb()) / 1024);
    Loop loop;
    HttpClient::Answer answer{.status = -1, .bodySize = 0, .body = {}};
    HttpClient client(loop, *at, [&](HttpClient &, const HttpClient::Answer &got) {
        answer = {.status = got.status, .bodySize = got.bodySize, .body = {}};
    });
    client.dial();
    client.get(target);
    loop.pollUntil([&] { return answer.status >= 0; }, 60'000);
    report.number("first_data_ms", double(nowNs() - started) / 1e6);
    report.number("first_data_bytes", double(answer.bodySize));
    report.number("rss_after_data_mb", double(ServerMeter(server.pid()).rssKb()) / 1024);
    const std::size_t orders = std::size_t(changes) / restaurants / changesPerOrder;
    if (answer.status != 200 || answer.bodySize < orders * 100)
        report.problem("status " + std::to_string(answer.status) + " with "
                       + std::to_string(answer.bodySize) + " bytes for the first data");
    return report;
}

} // namespace possync::bench
