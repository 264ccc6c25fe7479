// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/postload.h"
#include "tests/bench/scenarios.h"

#include <algorithm>

namespace possync::bench {

Report post(const Options &options)
{
    Report report("post");
    PostLoad load(options.server, {.restaurants = options.count("restaurants", 4),
                                   .connections = options.count("connections", 8),
                                   .batch = options.count("batch", 100)});
    if (!load.connect()) {
        report.problem("cannot connect");
        return report;
    }
    load.run(0, options.real("warm-up", 1));
    const std::uint64_t before = load.confirmed();
    const ServerMeter meter(options.pid);
    const ServerMeter ours(getpid());
    load.run(0, options.real("seconds", 4));
    const double took = meter.seconds();
    const auto changes = double(load.confirmed() - before);
    report.number("rate", changes / took);
    report.number("cpu_us", double(meter.cpuUs()) / changes);
    report.number("server_cores", double(meter.cpuUs()) / took / 1e6);
    report.number("generator_cores", double(ours.cpuUs()) / took / 1e6);
    report.number("rss_mb", double(meter.rssKb()) / 1024);
    if (!load.trouble().empty())
        report.problem(load.trouble());
    return report;
}

Report fill(const Options &options)
{
    Report report("fill");
    const std::uint64_t changes = options.count("changes", 1'000'000);
    PostLoad load(options.server, {.restaurants = options.count("restaurants", 50),
                                   .connections = options.count("connections", 50),
                                   .batch = options.count("batch", 100)});
    if (!load.connect()) {
        report.problem("cannot connect");
        return report;
    }
    const ServerMeter whole(options.pid);
    double slowest = 0;
    double first = 0;
    double last = 0;
    for (int slice = 0; slice < 10 && load.trouble().empty(); ++slice) {
        const ServerMeter meter(options.pid);
        const std::uint64_t before = load.confirmed();
        load.run(changes / 10, 600);
        last = double(meter.cpuUs()) / double(load.confirmed() - before);
        first = slice == 0 ? last : first;
        slowest = std::max(slowest, last);
    }
    report.number("rate", double(load.confirmed()) / whole.seconds());
    report.number("cpu_us", double(whole.cpuUs()) / double(load.confirmed()));
    report.number("first_tenth_cpu_us", first);
    report.number("last_tenth_cpu_us", last);
    report.number("slowest_tenth_cpu_us", slowest);
    report.number("rss_mb", double(whole.rssKb()) / 1024);
    if (load.confirmed() < changes)
        report.problem(std::to_string(load.confirmed()) + " changes stored: " + load.trouble());
    return report;
}

Report rest(const Options &options)
{
    Report report("rest");
    const bool data = options.text("what", "health") == "data";
    const std::uint32_t records = options.count("records", 500);
    PostLoad filling(options.server, {.connections = 1, .batch = 100, .ownOrders = true});
    if (!filling.connect()) {
        report.problem("cannot connect");
        return report;
    }
    filling.run(records, 20);
    const std::string target = data ? "/api/restaurants/"
                                          + Identity{.run = "p", .room = 0, .index = 0}.restaurant()
                                          + "/data"
                                    : "/api/health";
    const std::size_t leastSize = data ? std::size_t(records) * 200 : 20;

    Loop loop;
    std::uint64_t answers = 0;
    std::uint64_t bytes = 0;
    bool sending = true;
    std::vector<std::unique_ptr<HttpClient>> clients;
    for (std::uint32_t i = 0; i < options.count("connections", 8); ++i) {
        clients.push_back(std::make_unique<HttpClient>(
            loop, options.server, [&](HttpClient &client, const HttpClient::Answer &answer) {
                if (answer.status != 200 || answer.bodySize < leastSize) {
                    report.problem("status " + std::to_string(answer.status) + ", "
                                   + std::to_string(answer.bodySize) + " bytes");
                    return;
                }
                ++answers;
                bytes += answer.bodySize;
                if (sending)
                    client.get(target);
            }));
        clients.back()->dial();
        clients.back()->get(target);
    }
    const auto failed = [&] { return !report.isOk(); };
    loop.pollUntil(failed, static_cast<int>(options.real("warm-up", 0.5) * 1000));
    const std::uint64_t before = answers;
    const std::uint64_t bytesBefore = bytes;
    const ServerMeter meter(options.pid);
    const ServerMeter ours(getpid());
    loop.pollUntil(failed, static_cast<int>(options.real("seconds", 3) * 1000));
    const double took = meter.seconds();
    sending = false;
    const auto counted = double(answers - before);
    report.number("rate", counted / took);
    report.number("cpu_us", double(meter.cpuUs()) / counted);
    report.number("server_cores", double(meter.cpuUs()) / took / 1e6);
    report.number("generator_cores", double(ours.cpuUs()) / took / 1e6);
    report.number("bytes", double(bytes - bytesBefore) / counted);
    if (filling.confirmed() != records)
        report.problem("could not store the records: " + filling.trouble());
    return report;
}

} // namespace possync::bench
