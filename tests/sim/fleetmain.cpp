// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/manyhistories.h"
#include "tests/sim/simfleet.h"

/// Histories of v2 devices and classic tablets; for the options see Selection.
int main(int argc, char **argv)
{
    using namespace possync::sim;
    Selection selection;
    if (!selection.read(argc, argv, false))
        return 2;
    return runHistories(selection, "possync_sim_fleet --seed SEED", [&](quint64 seed) {
        return std::make_unique<Fleet>(seed, selection.isSingle);
    });
}
