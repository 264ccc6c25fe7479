// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/options.h"
#include "tests/bench/report.h"

/// The scenarios, each one run against one server. docs/performance.md says what each one means.
namespace possync::bench {

Report fanout(const Options &options);
Report many(const Options &options);
Report latency(const Options &options);
Report noisy(const Options &options);
Report idle(const Options &options);
Report storm(const Options &options);
Report catchUp(const Options &options);
Report v2CatchUp(const Options &options);
Report v2Snapshot(const Options &options);
Report post(const Options &options);
Report rest(const Options &options);
Report fill(const Options &options);
Report startUp(const Options &options);

/// Serves as a relay that reads no message, until it is ended: the most any server could deliver
/// to this generator. Returns an exit code.
int echoRelay(const Options &options);
/// Checks the wire formats and the messages; returns an exit code.
int selfTest();

} // namespace possync::bench
