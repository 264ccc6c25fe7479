// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/manyhistories.h"
#include "tests/sim/simworld.h"

/// Histories of classic tablets; for the options see Selection.
int main(int argc, char **argv)
{
    using namespace possync::sim;
    Selection selection;
    if (!selection.read(argc, argv, true))
        return 2;
    const QByteArray retiring = QByteArray::number(selection.retiring);
    return runHistories(
        selection, "possync_sim_run --seed SEED --retiring " + retiring, [&](quint64 seed) {
            return std::make_unique<World>(seed, selection.isSingle, selection.retiring);
        });
}
