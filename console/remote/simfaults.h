// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"

#include <QStringList>

namespace possync::remote {

/// What goes wrong in a simulation; docs/testing.md says what each does to which devices.
struct SimulationFaults {
    bool offline = false;
    bool dup = false;
    bool reorder = false;
    bool delay = false;
    bool slowReader = false;
    bool clockSkew = false;
    bool killClient = false;
    bool killConnection = false;
    bool operator==(const SimulationFaults &) const = default;
};

/// As they are written in a list of faults.
QStringList simulationFaultNames();

/// Reads names with commas between them; none is no fault. The error is one sentence that names the
/// legal ones.
Result<SimulationFaults, QString> simulationFaultsFrom(const QString &list);

} // namespace possync::remote
