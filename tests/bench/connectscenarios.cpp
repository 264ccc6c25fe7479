// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/crowd.h"
#include "tests/bench/scenarios.h"

#include <algorithm>

namespace possync::bench {
namespace {

void addDevices(Crowd &crowd, std::uint32_t devices, std::uint32_t perRoom)
{
    for (std::uint32_t i = 0; i < devices; ++i)
        crowd.add({.run = "c", .room = i / perRoom, .index = i % perRoom});
}

/// Remembers how long each device waited for its registration.
class TimedCrowd : public Crowd
{
public:
    using Crowd::Crowd;
    Durations waits;

    void registered(Device &device) override
    {
        waits.add(nowNs() - device.dialledNs());
        Crowd::registered(device);
    }
};

} // namespace

Report idle(const Options &options)
{
    Report report("idle");
    const std::uint32_t devices = options.count("devices", 10'000);
    const std::uint64_t descriptors = raiseDescriptorLimit();
    if (descriptors < devices + 100) {
        report.problem("only " + std::to_string(descriptors) + " descriptors are allowed");
        return report;
    }
    Crowd crowd(options.server);
    addDevices(crowd, devices, 5);
    ServerMeter meter(options.pid);
    const std::int64_t before = meter.rssKb();
    if (!crowd.connectAll(60'000, 200)) {
        report.problem("only " + std::to_string(crowd.registeredCount())
                       + " devices could connect: " + crowd.trouble());
        return report;
    }
    report.number("connect_s", meter.seconds());
    crowd.loop().pollUntil([] { return false; },
                           static_cast<int>(options.real("settle", 2) * 1000));
    const std::int64_t after = meter.rssKb();
    meter.start();
    crowd.loop().pollUntil([] { return false; },
                           static_cast<int>(options.real("seconds", 5) * 1000));
    report.number("cpu_percent", double(meter.cpuUs()) / meter.seconds() / 1e4);
    report.number("kb_per_connection", double(after - before) / devices);
    report.number("rss_mb", double(meter.rssKb()) / 1024);
    if (crowd.lostCount() != 0)
        report.problem(std::to_string(crowd.lostCount()) + " connections were cut");
    return report;
}

Report storm(const Options &options)
{
    Report report("storm");
    const std::uint32_t devices = options.count("devices", 1000);
    const double within = options.real("seconds", 1);
    raiseDescriptorLimit();
    TimedCrowd crowd(options.server);
    addDevices(crowd, devices, 5);
    if (!crowd.connectAll(30'000)) {
        report.problem("not all devices could connect: " + crowd.trouble());
        return report;
    }
    for (std::uint32_t i = 0; i < devices; ++i)
        crowd.at(i).cut();
    crowd.forgetCounts();
    crowd.waits = {};

    const ServerMeter meter(options.pid);
    std::uint32_t dialled = 0;
    const auto isDone = [&] {
        const auto due = static_cast<std::uint32_t>(meter.seconds() / within * devices);
        while (dialled < std::min(due + 1, devices))
            crowd.dial(dialled++);
        return crowd.registeredCount() + crowd.lostCount() == devices;
    };
    const std::int64_t deadline = nowNs() + 20'000'000'000;
    while (!isDone() && nowNs() < deadline)
        crowd.loop().poll(500'000);
    report.number("all_ready_s", meter.seconds());
    report.number("p50_ms", crowd.waits.percentileMs(0.5));
    report.number("p99_ms", crowd.waits.percentileMs(0.99));
    report.number("max_ms", crowd.waits.percentileMs(1));
    report.number("cpu_us", double(meter.cpuUs()) / devices);
    if (crowd.registeredCount() != devices)
        report.problem(std::to_string(crowd.registeredCount()) + " of " + std::to_string(devices)
                       + " came back: " + crowd.trouble());
    return report;
}

} // namespace possync::bench
