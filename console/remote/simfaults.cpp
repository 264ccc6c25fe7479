// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/simfaults.h"

#include <algorithm>
#include <array>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

struct NamedFault {
    const char *name;
    bool SimulationFaults::*flag;
};

constexpr std::array namedFaults{
    NamedFault{"offline", &SimulationFaults::offline},
    NamedFault{"dup", &SimulationFaults::dup},
    NamedFault{"reorder", &SimulationFaults::reorder},
    NamedFault{"delay", &SimulationFaults::delay},
    NamedFault{"slow-reader", &SimulationFaults::slowReader},
    NamedFault{"clock-skew", &SimulationFaults::clockSkew},
    NamedFault{"kill-client", &SimulationFaults::killClient},
    NamedFault{"kill-connection", &SimulationFaults::killConnection},
};

} // namespace

QStringList simulationFaultNames()
{
    QStringList names;
    for (const NamedFault &fault : namedFaults)
        names.append(QString::fromLatin1(fault.name));
    return names;
}

Result<SimulationFaults, QString> simulationFaultsFrom(const QString &list)
{
    SimulationFaults faults;
    const QStringList names = list.split(u',', Qt::SkipEmptyParts);
    for (const QString &each : names) {
        const QByteArray name = each.trimmed().toLatin1();
        const auto found = std::ranges::find_if(
            namedFaults, [&](const NamedFault &fault) { return name == fault.name; });
        if (found == namedFaults.end())
            return Unexpected{u"There is no fault \"%1\". There are: %2"_s.arg(
                each.trimmed(), simulationFaultNames().join(u", "_s))};
        faults.*found->flag = true;
    }
    return faults;
}

} // namespace possync::remote
