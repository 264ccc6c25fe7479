// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/lab/labmodels.h"

#include "console/gui/base/theme.h"
#include "console/gui/base/words.h"

#include <QCoreApplication>
#include <QGuiApplication>

namespace possync::gui {

using namespace Qt::StringLiterals;
using remote::FaultKind;
using remote::ScenarioCheck;

namespace {

// What a switch on the board means where a fault needs an amount.
constexpr qint64 usualDelayMs = 500;
constexpr qint64 usualSkewMs = -4 * 60'000;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(possync::gui::Faults)
};

} // namespace

QString faultWord(FaultKind kind)
{
    switch (kind) {
    case FaultKind::Offline:
        return Words::tr("Offline");
    case FaultKind::Drop:
        return Words::tr("Cut");
    case FaultKind::Delay:
        return Words::tr("Slow");
    case FaultKind::Duplicate:
        return Words::tr("Twice");
    case FaultKind::Reorder:
        return Words::tr("Mixed up");
    case FaultKind::Garbage:
        return Words::tr("Garbage");
    case FaultKind::SlowReader:
        return Words::tr("Slow reader");
    case FaultKind::ClockSkew:
        break;
    }
    return Words::tr("Clock off");
}

QString faultHelp(FaultKind kind)
{
    switch (kind) {
    case FaultKind::Offline:
        return Words::tr("The device leaves and goes on working.");
    case FaultKind::Drop:
        return Words::tr("Cuts the connection once; the device comes back by itself.");
    case FaultKind::Delay:
        return Words::tr("Everything takes half a second longer, both ways.");
    case FaultKind::Duplicate:
        return Words::tr("The device sends its changes twice.");
    case FaultKind::Reorder:
        return Words::tr("The copies of a change come in another order and by two ways.");
    case FaultKind::Garbage:
        return Words::tr("The device sends text that is no message, ten times a second.");
    case FaultKind::SlowReader:
        return Words::tr("The device takes in only a few bytes at a time.");
    case FaultKind::ClockSkew:
        break;
    }
    return Words::tr("The device's clock is four minutes behind.");
}

void CheckModel::setChecks(const QList<ScenarioCheck> &checks)
{
    const bool isSame = checks.size() == m_checks.size();
    if (!isSame)
        beginResetModel();
    m_checks = checks;
    if (!isSame)
        endResetModel();
    else if (!m_checks.isEmpty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int CheckModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_checks.size());
}

int CheckModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant CheckModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const ScenarioCheck &check = m_checks[index.row()];
    if (role == Qt::ForegroundRole && index.column() != Expectation)
        return toneColour(check.state == ScenarioCheck::Met      ? Tone::Good
                          : check.state == ScenarioCheck::Missed ? Tone::Bad
                                                                 : Tone::Muted,
                          QGuiApplication::palette());
    if (role == Qt::ToolTipRole)
        return plainToolTip(check.text.translated() + u": "_s + check.detail.translated());
    if (role != Qt::DisplayRole)
        return {};
    if (index.column() == Expectation)
        return plainLine(check.text.translated());
    if (index.column() == Detail)
        return plainLine(check.detail.translated());
    return check.state == ScenarioCheck::Met      ? tr("✓ met")
           : check.state == ScenarioCheck::Missed ? tr("✗ missed")
                                                  : tr("… waiting");
}

QVariant CheckModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    return section == Result        ? tr("Result")
           : section == Expectation ? tr("Expected")
                                    : tr("Outcome");
}

void BenchModel::setRun(remote::ScenarioRun *run)
{
    beginResetModel();
    m_run = run;
    m_count = run ? int(run->devices().size()) : 0;
    endResetModel();
}

void BenchModel::refresh()
{
    const int count = m_run ? int(m_run->devices().size()) : 0;
    if (count != m_count) {
        beginResetModel();
        m_count = count;
        endResetModel();
    } else if (count > 0) {
        Q_EMIT dataChanged(index(0, 0), index(count - 1, columnCount() - 1));
    }
}

remote::BenchDevice *BenchModel::deviceAt(int row) const
{
    return m_run && row >= 0 && row < int(m_run->devices().size())
               ? m_run->devices()[std::size_t(row)].get()
               : nullptr;
}

int BenchModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_count;
}

int BenchModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : FirstFault + int(remote::allFaultKinds.size());
}

QVariant BenchModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const remote::BenchDevice *device = deviceAt(index.row());
    if (!device)
        return {};
    if (index.column() >= FirstFault) {
        const FaultKind kind = remote::allFaultKinds[std::size_t(index.column() - FirstFault)];
        if (role == Qt::CheckStateRole && device->obstacle(kind).isEmpty())
            return device->has(kind) ? Qt::Checked : Qt::Unchecked;
        if (role == Qt::AccessibleTextRole)
            return tr("%1 for %2").arg(faultWord(kind), device->name());
        if (role == Qt::ToolTipRole) {
            const QString obstacle = device->obstacle(kind);
            return obstacle.isEmpty() ? faultHelp(kind) : obstacle;
        }
        return {};
    }
    const bool isConnected = device->device().isRegistered();
    if (role == Qt::ForegroundRole && index.column() == State)
        return toneColour(isConnected ? Tone::Good : Tone::Muted, QGuiApplication::palette());
    if (role == Qt::TextAlignmentRole && index.column() > State)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Name:
        return device->isV2() ? plainLine(device->name(), 60) + u" · v2"_s
                              : plainLine(device->name(), 60);
    case State:
        return isConnected                    ? tr("connected")
               : device->device().isOffline() ? tr("offline")
                                              : tr("connecting");
    case Received:
        return countText(device->receivedCount());
    default:
        return countText(qint64(device->device().pendingCount()));
    }
}

bool BenchModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    remote::BenchDevice *device = deviceAt(index.row());
    if (!device || role != Qt::CheckStateRole || index.column() < FirstFault)
        return false;
    const FaultKind kind = remote::allFaultKinds[std::size_t(index.column() - FirstFault)];
    if (!device->obstacle(kind).isEmpty())
        return false;
    if (value.toInt() == Qt::Checked)
        device->setFault(kind, kind == FaultKind::Delay       ? usualDelayMs
                               : kind == FaultKind::ClockSkew ? usualSkewMs
                                                              : 0);
    else
        device->heal(kind);
    Q_EMIT dataChanged(index, index);
    return true;
}

Qt::ItemFlags BenchModel::flags(const QModelIndex &index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    const remote::BenchDevice *device = deviceAt(index.row());
    if (!device || index.column() < FirstFault)
        return flags;
    const FaultKind kind = remote::allFaultKinds[std::size_t(index.column() - FirstFault)];
    return device->obstacle(kind).isEmpty() ? flags | Qt::ItemIsUserCheckable
                                            : flags & ~Qt::ItemIsEnabled;
}

QVariant BenchModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return QAbstractTableModel::headerData(section, orientation, role);
    if (section >= FirstFault) {
        const FaultKind kind = remote::allFaultKinds[std::size_t(section - FirstFault)];
        return role == Qt::DisplayRole   ? faultWord(kind).replace(u' ', u'\n') // in two lines
               : role == Qt::ToolTipRole ? faultHelp(kind)
                                         : QVariant();
    }
    if (role != Qt::DisplayRole)
        return {};
    return section == Name       ? tr("Device")
           : section == State    ? tr("State")
           : section == Received ? tr("Received")
                                 : tr("To send").replace(u' ', u'\n'); // in two lines
}

} // namespace possync::gui
