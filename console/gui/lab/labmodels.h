// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/scenariorun.h"

#include <QAbstractTableModel>

namespace possync::gui {

/// What a scenario expects, and how it came out.
class CheckModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Result, Expectation, Detail, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setChecks(const QList<remote::ScenarioCheck> &checks);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QList<remote::ScenarioCheck> m_checks;
};

/// The virtual devices of a run with a switch for every fault: the fault board.
class BenchModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, State, Received, Waiting, FirstFault };

    using QAbstractTableModel::QAbstractTableModel;

    /// The run whose devices are shown, or nothing. Must be told before the run goes.
    void setRun(remote::ScenarioRun *run);
    /// Numbers and states may have changed.
    void refresh();

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    remote::BenchDevice *deviceAt(int row) const;

    remote::ScenarioRun *m_run = nullptr;
    int m_count = 0;
};

/// "slow reader" in the person's language, and what the fault does.
QString faultWord(remote::FaultKind kind);
QString faultHelp(remote::FaultKind kind);

} // namespace possync::gui
