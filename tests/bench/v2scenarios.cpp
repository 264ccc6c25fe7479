// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/postload.h"
#include "tests/bench/scenarios.h"
#include "tests/bench/v2device.h"

#include <algorithm>

namespace possync::bench {
namespace {

/// Lets the device come, and reports what it took until it had everything.
void measure(Report &report, const Options &options, Loop &loop, V2Device &device,
             std::uint64_t expected, bool isSnapshot)
{
    const ServerMeter meter(options.pid);
    const std::int64_t rssBefore = meter.rssKb();
    std::int64_t rssPeak = rssBefore;
    const auto count = [&] { return isSnapshot ? device.records() : device.changes(); };
    int turn = 0;
    device.dial(options.server);
    loop.pollUntil(
        [&] {
            if (++turn % 64 == 0)
                rssPeak = std::max(rssPeak, meter.rssKb());
            return device.isUpToDate() || device.isLost();
        },
        static_cast<int>(options.real("patience", 60) * 1000));
    const double took = meter.seconds();
    rssPeak = std::max(rssPeak, meter.rssKb());
    report.number("rate", double(count()) / took);
    report.number("cpu_us", double(meter.cpuUs()) / double(std::max<std::uint64_t>(count(), 1)));
    report.number("seconds", took);
    report.number("first_ms",
                  device.firstNs() > 0 ? double(device.firstNs() - device.dialledNs()) / 1e6 : 0);
    report.number("received", double(count()));
    report.number("wire_mb", double(device.wireBytes()) / 1e6);
    report.number("text_mb", double(device.textBytes()) / 1e6);
    report.number("rss_growth_mb", double(rssPeak - rssBefore) / 1024);
    if (!device.fault().empty())
        report.problem(device.fault());
    else if (count() != expected || device.gotSnapshot() != isSnapshot)
        report.problem(std::to_string(count()) + " of " + std::to_string(expected) + " came");
}

/// Stores so many changes; false if it could not.
bool store(Report &report, const Options &options, std::uint32_t changes, bool ownOrders)
{
    PostLoad load(options.server,
                  {.connections = 4, .batch = options.count("batch", 100), .ownOrders = ownOrders});
    if (!load.connect()) {
        report.problem("cannot connect");
        return false;
    }
    load.run(changes, 120);
    if (load.confirmed() == changes)
        return true;
    report.problem("only " + std::to_string(load.confirmed()) + " stored: " + load.trouble());
    return false;
}

} // namespace

Report v2CatchUp(const Options &options)
{
    Report report("v2-catchup");
    const std::uint32_t changes = options.count("changes", 100'000);
    Loop loop;
    V2Device device(loop, {.run = "p", .room = 0, .index = 100}, options.count("zstd", 0) != 0);
    device.dial(options.server);
    if (!loop.pollUntil([&] { return device.isUpToDate(); }, 10'000)) {
        report.problem("the device could not connect. " + device.fault());
        return report;
    }
    device.cut(false);
    if (store(report, options, changes, false))
        measure(report, options, loop, device, changes, false);
    return report;
}

Report v2Snapshot(const Options &options)
{
    Report report("v2-snapshot");
    const std::uint32_t records = options.count("records", 20'000);
    if (!store(report, options, records, true))
        return report;
    Loop loop;
    V2Device device(loop, {.run = "p", .room = 0, .index = 100}, options.count("zstd", 0) != 0);
    measure(report, options, loop, device, records, true);
    return report;
}

} // namespace possync::bench
