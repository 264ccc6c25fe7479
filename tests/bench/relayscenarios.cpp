// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/relayload.h"
#include "tests/bench/scenarios.h"

#include <time.h>

#include <fstream>

namespace possync::bench {
namespace {

void sleepSeconds(double seconds)
{
    const auto ns = static_cast<std::int64_t>(seconds * 1e9);
    const timespec time{.tv_sec = ns / 1'000'000'000, .tv_nsec = ns % 1'000'000'000};
    nanosleep(&time, nullptr);
}

std::string runName()
{
    return std::string("b").append(std::to_string(nowNs() / 1'000'000 % 1'000'000));
}

/// Full load for some seconds: deliveries a second, and what one costs the server.
Report relay(std::string_view name, const Options &options, LoadShape shape)
{
    Report report(name);
    shape.run = options.text("run", runName());
    for (std::ifstream list(options.text("tokens")); list;) {
        if (std::string token; std::getline(list, token))
            shape.tokens.push_back(token);
    }
    if (options.has("tokens") && shape.tokens.size() < shape.rooms) {
        report.problem("--tokens needs a line for each restaurant");
        return report;
    }
    shape.threads = options.count("threads", shape.threads);
    const double seconds = options.real("seconds", 4);
    RelayLoad load(options.server, shape);
    if (!load.connect(60'000)) {
        report.problem("not all devices could connect: " + load.trouble());
        return report;
    }
    load.start();
    sleepSeconds(options.real("warm-up", 1));
    ServerMeter meter(options.pid);
    const ServerMeter ours(getpid());
    const std::uint64_t before = load.deliveries();
    sleepSeconds(seconds);
    const double took = meter.seconds();
    const double deliveries = double(load.deliveries() - before);
    const auto cpuUs = double(meter.cpuUs());
    const auto ownUs = double(ours.cpuUs());
    report.number("rate", deliveries / took);
    report.number("cpu_us", cpuUs / deliveries);
    report.number("server_cores", cpuUs / took / 1e6);
    report.number("generator_us", ownUs / deliveries);
    report.number("generator_cores", ownUs / took / 1e6);
    report.number("rss_mb", double(meter.rssKb()) / 1024);
    if (!load.finish(5000))
        report.problem("messages were lost");
    if (load.wrong() != 0)
        report.problem(std::to_string(load.wrong()) + " deliveries were repeated or out of order");
    if (!load.trouble().empty())
        report.problem(load.trouble());
    if (deliveries == 0)
        report.problem("nothing was delivered");
    return report;
}

void reportPaced(Report &report, PacedLoad &load)
{
    if (load.missing() != 0)
        report.problem(std::to_string(load.missing()) + " deliveries are missing");
    if (load.wrong() != 0)
        report.problem(std::to_string(load.wrong()) + " deliveries were repeated or out of order");
    if (!load.trouble().empty())
        report.problem(load.trouble());
}

} // namespace

Report fanout(const Options &options)
{
    LoadShape shape;
    shape.devices = options.count("devices", 50);
    shape.inFlight = options.count("in-flight", 16);
    shape.rotate = true;
    return relay("fanout", options, shape);
}

Report many(const Options &options)
{
    LoadShape shape;
    shape.rooms = options.count("restaurants", 200);
    shape.devices = options.count("devices", 5);
    shape.inFlight = shape.devices * options.count("in-flight", 2);
    return relay("many", options, shape);
}

Report latency(const Options &options)
{
    Report report("latency");
    PacedLoad load(options.server, runName(), 0, options.count("receivers", 5) + 1);
    if (!load.connect(20'000)) {
        report.problem("not all devices could connect: " + load.trouble());
        return report;
    }
    ServerMeter meter(options.pid);
    const double warmUp = options.real("warm-up", 1);
    Durations times =
        load.run(options.real("rate", 2000), options.real("seconds", 4) + warmUp, warmUp);
    const double took = meter.seconds();
    report.number("p50_ms", times.percentileMs(0.5));
    report.number("p99_ms", times.percentileMs(0.99));
    report.number("max_ms", times.percentileMs(1));
    report.number("deliveries", double(times.count()));
    report.number("server_cores", double(meter.cpuUs()) / took / 1e6);
    report.number("cpu_us", double(meter.cpuUs()) / double(load.deliveries()));
    report.number("generator_late_p99_ms", load.lateness().percentileMs(0.99));
    reportPaced(report, load);
    if (times.empty())
        report.problem("nothing was delivered");
    return report;
}

Report noisy(const Options &options)
{
    Report report("noisy");
    const std::string run = runName();
    const double seconds = options.real("seconds", 3);
    const double rate = options.real("rate", 200);
    PacedLoad quiet(options.server, run, 0, 6);
    RelayLoad flood(options.server, {.run = run,
                                     .firstRoom = 1,
                                     .rooms = 1,
                                     .devices = options.count("devices", 20),
                                     .inFlight = options.count("in-flight", 256),
                                     .rotate = true,
                                     .threads = options.count("threads", 1)});
    if (!quiet.connect(20'000) || !flood.connect(20'000)) {
        report.problem("not all devices could connect: " + quiet.trouble() + flood.trouble());
        return report;
    }
    const double warmUp = options.real("warm-up", 0.5);
    Durations alone = quiet.run(rate, seconds + warmUp, warmUp);
    flood.start();
    const std::uint64_t before = flood.deliveries();
    const ServerMeter meter(options.pid);
    Durations beside = quiet.run(rate, seconds + warmUp, warmUp);
    report.number("flood_rate", double(flood.deliveries() - before) / meter.seconds());
    report.number("alone_p50_ms", alone.percentileMs(0.5));
    report.number("alone_p99_ms", alone.percentileMs(0.99));
    report.number("p50_ms", beside.percentileMs(0.5));
    report.number("p99_ms", beside.percentileMs(0.99));
    report.number("max_ms", beside.percentileMs(1));
    report.number("worse", beside.percentileMs(0.99) / alone.percentileMs(0.99));
    reportPaced(report, quiet);
    if (!flood.finish(5000))
        report.problem("messages of the flood were lost");
    if (flood.wrong() != 0)
        report.problem("deliveries of the flood were repeated or out of order");
    return report;
}

} // namespace possync::bench
