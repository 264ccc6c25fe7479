// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/catalogue.h"
#include "common/model/result.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>
#include <optional>
#include <variant>

/// Scenarios: what virtual devices do, what goes wrong, and what must come of it. The file format
/// is described in docs/scenarios.md.
namespace possync::remote {

/// What can be wrong with one virtual device.
enum class FaultKind {
    Offline,    ///< Left, and goes on working.
    Drop,       ///< Its connection breaks, and it comes back as the app does.
    Delay,      ///< Everything takes so many milliseconds longer, both ways.
    Duplicate,  ///< Sends its changes twice.
    Reorder,    ///< Sends the copies of a change in another order and by two ways at once.
    Garbage,    ///< Sends text that is no message.
    SlowReader, ///< Takes in a few bytes at a time.
    ClockSkew,  ///< Its clock is off by so many milliseconds.
};
inline constexpr std::array allFaultKinds{
    FaultKind::Offline, FaultKind::Drop,    FaultKind::Delay,      FaultKind::Duplicate,
    FaultKind::Reorder, FaultKind::Garbage, FaultKind::SlowReader, FaultKind::ClockSkew};

/// Whether only a device that speaks as the app does can have it: the SDK sends each change by one
/// way, and no garbage.
constexpr bool isClassicOnly(FaultKind kind)
{
    return kind == FaultKind::Reorder || kind == FaultKind::Garbage;
}
/// "slow-reader"; the name in scenario files.
QString faultName(FaultKind kind);
std::optional<FaultKind> faultFromName(const QString &name);

struct ScenarioDevice {
    QString name;
    QString role;
    bool isV2 = false; ///< Has the device SDK in it; otherwise it speaks as the app does.
};

/// "Kitchen and Bar have it within 800 ms".
struct ScenarioExpectation {
    QStringList devices; ///< Names.
    int withinMs = 0;
};

/// One change, at every device of its step.
struct SendStep {
    DataType type = DataType::Orders;
    Action action = Action::Created;
    QByteArray id;   ///< In a run it gets an ending of its own.
    QByteArray data; ///< JSON object text.
    QList<ScenarioExpectation> expectations;
};

/// The devices do what an evening brings.
struct WorkStep {
    double rate = 1; ///< Changes a second, the step's devices together.
    int forMs = 0;
};

struct FaultStep {
    FaultKind kind = FaultKind::Offline;
    qint64 amountMs = 0;
    int forMs = -1; ///< Heals after this; -1: at the end.
};

struct ScenarioStep {
    int atMs = 0; ///< Since all devices are connected.
    QStringList devices;
    std::variant<SendStep, WorkStep, FaultStep> what;
};

struct Scenario {
    QString name;
    QString about;
    QString restaurant;
    quint64 seed = 1;
    int settleMs = 10000; ///< After this long without any movement what is missing is lost.
    QList<ScenarioDevice> devices;
    QList<ScenarioStep> steps; ///< In the order of their time.

    /// When the last step has begun, worked and healed.
    int lengthMs() const;
};

/// An error says where and what: "line 12: there is no device or role “Kitchn”".
Result<Scenario, QString> parseScenario(const QByteArray &toml);

/// What a step does, for people: "Till sends orders created order-1".
QString stepText(const ScenarioStep &step);

} // namespace possync::remote
