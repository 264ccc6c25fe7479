// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/scenarios.h"

#include <cstdio>
#include <string_view>

namespace {

using namespace possync::bench;

struct Scenario {
    std::string_view name;
    Report (*run)(const Options &);
    std::string_view what;
};

constexpr Scenario scenarios[] = {
    {"fanout", fanout, "one restaurant, --devices 50 --in-flight 16"},
    {"many", many, "--restaurants 200 of --devices 5, --in-flight 2 of each device; --tokens FILE"
     " (a token of each restaurant a line), --run NAME (they are restaurant_NAME_0 and so on)"},
    {"latency", latency, "--rate 2000 changes/s to --receivers 5"},
    {"noisy", noisy, "one restaurant's latency while another floods"},
    {"idle", idle, "--devices 10000 that say nothing"},
    {"storm", storm, "--devices 1000 that come back within --seconds 1"},
    {"catchup", catchUp, "one device that missed --changes 100000"},
    {"v2-catchup", v2CatchUp, "one v2 device that missed --changes 100000; --zstd 1: compressed"},
    {"v2-snapshot", v2Snapshot, "one v2 device new to --records 20000; --zstd 1: compressed"},
    {"post", post, "POST /api/sync in batches of --batch 100"},
    {"rest", rest, "GET, --what health|data with --records 500"},
    {"fill", fill, "POST --changes 1000000 and watch the cost of each"},
    {"startup", startUp, "--exec \"SERVER ARGS\" with --changes 1000000 stored"},
};

int usage()
{
    std::fputs("possync_bench SCENARIO --url http://HOST:PORT [--pid SERVER] [--seconds S] "
               "[--warm-up S] [--threads N] [--cores LIST] …\n"
               "possync_bench echo-relay [--port N]\n"
               "possync_bench --selftest\n\nScenarios:\n",
               stderr);
    for (const Scenario &scenario : scenarios) {
        std::fprintf(stderr, "  %-11s %s\n", scenario.name.data(), scenario.what.data());
    }
    return 2;
}

} // namespace

int main(int count, char **arguments)
{
    if (count < 2)
        return usage();
    const std::string_view name = arguments[1];
    if (name == "--selftest")
        return selfTest();
    std::string error;
    const Options options = Options::parse(count - 2, arguments + 2, error);
    if (!error.empty()) {
        std::fprintf(stderr, "possync_bench: %s\n", error.c_str());
        return 2;
    }
    if (options.has("cores") && !pinTo(options.text("cores"))) {
        std::fprintf(stderr, "possync_bench: cannot run on these cores\n");
        return 2;
    }
    if (name == "echo-relay")
        return echoRelay(options);
    raiseDescriptorLimit();
    for (const Scenario &scenario : scenarios) {
        if (scenario.name != name)
            continue;
        if (!options.has("url") && name != "startup") {
            std::fprintf(stderr, "possync_bench: --url is missing\n");
            return 2;
        }
        const Report report = scenario.run(options);
        std::printf("%s\n", report.line().c_str());
        return report.isOk() ? 0 : 1;
    }
    return usage();
}
