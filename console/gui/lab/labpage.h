// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/page.h"
#include "console/gui/lab/labmodels.h"
#include "console/gui/session/session.h"

class QComboBox;
class QLabel;
class QListView;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;
class QStandardItemModel;
class QTabWidget;

namespace possync::gui {

class RecordCard;
class ReplayPane;
class ToneLabel;

/// The test bench: plays scenarios with virtual devices, with a board of faults, and judges; records
/// restaurants and replays them.
class LabPage : public Page
{
    Q_OBJECT

public:
    LabPage(Session &session, QWidget *parent);
    ~LabPage() override;

    QString id() const override { return QStringLiteral("lab"); }
    QString title() const override { return tr("Test bench"); }
    QString iconName() const override { return QStringLiteral("lab"); }

    /// Adds a scenario file to the list and chooses it; says what is wrong with it.
    bool openFile(const QString &fileName);
    void choose(int row);
    /// Why nothing can be started now; empty if it can.
    QString problem() const;
    /// Of the last run that ended.
    const std::optional<remote::ScenarioReport> &report() const { return m_report; }
    remote::ScenarioRun *run() const { return m_run.get(); }
    RecordCard &recording() { return *m_recording; }
    ReplayPane &replay() { return *m_replay; }
    void showRecordings();

public Q_SLOTS:
    void start();
    void stop();

protected:
    void changeEvent(QEvent *event) override;

private:
    QWidget *buildList();
    QWidget *buildRun();
    QWidget *buildRecordings();
    void addScenario(const QString &title, const remote::Scenario &scenario);
    remote::Scenario chosen() const;
    /// The list's first entry: as many devices as wanted, at work.
    remote::Scenario freePlay() const;
    void showChosen();
    void showProgress();
    void showVerdict();
    void take(const remote::Answer<remote::ScenarioReport> &report);
    void saveReport();

    Session &m_session;
    QList<remote::Scenario> m_scenarios; ///< The first is a place holder for freePlay().
    QStandardItemModel *m_list;
    QListView *m_view;
    QWidget *m_free;
    QSpinBox *m_devices;
    QSpinBox *m_rate;
    QSpinBox *m_seconds;
    QComboBox *m_protocol;
    QLabel *m_heading;
    QLabel *m_about;
    ToneLabel *m_state;
    QLabel *m_verdict;
    QPushButton *m_start;
    QPushButton *m_stop;
    QPushButton *m_save;
    CheckModel *m_checks;
    BenchModel *m_bench;
    QTabWidget *m_tabs;
    RecordCard *m_recording;
    ReplayPane *m_replay;
    QPlainTextEdit *m_log;
    qsizetype m_logShown = 0;
    std::unique_ptr<remote::ScenarioRun> m_run;
    std::optional<remote::ScenarioReport> m_report;
    QString m_failure;
    QTimer m_refresh;
};

} // namespace possync::gui
