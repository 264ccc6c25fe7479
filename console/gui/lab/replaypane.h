// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/lab/labmodels.h"
#include "console/gui/session/session.h"
#include "console/remote/recordingfile.h"
#include "console/remote/replay.h"

#include <QFutureWatcher>
#include <QWidget>

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;

namespace possync::gui {

class ToneLabel;

/// Lets virtual devices do again in a restaurant what a recording holds, and shows how it went.
class ReplayPane : public QWidget
{
    Q_OBJECT

public:
    /// `session` must live longer.
    ReplayPane(Session &session, QWidget *parent);
    ~ReplayPane() override;

    /// Reads a recording to be played, on another thread; says how far it is, and in the end what
    /// it holds or what is wrong with it. What was open before is closed.
    void openFile(const QString &fileName);
    bool isReading() const { return m_isReading; }
    /// What can be played.
    bool isOpen() const { return m_recording != nullptr; }
    /// Where to: the id of a restaurant, which need not be there yet.
    void setRestaurant(const QString &id);
    QString restaurant() const;
    /// Why nothing can be played now; empty if it can.
    QString problem() const;
    /// While one is played.
    const remote::Replay *replay() const { return m_replay.get(); }
    /// Of the last one that ended.
    const std::optional<remote::ReplayReport> &report() const { return m_report; }
    /// What it says, in one line.
    QString words() const;
    void showReport(const remote::ReplayReport &report);

public Q_SLOTS:
    /// Asks first where real devices work or other changes are.
    void start();
    /// Ends at once; what has not arrived is lost.
    void stop();
    /// Nothing is open then.
    void stopReading();

private:
    using Loaded = Result<remote::LoadedRecording, remote::RecordingTrouble>;

    QWidget *buildCard();
    void chooseFile();
    void takeFile();
    QString describe(const remote::LoadedRecording &loaded) const;
    void adoptRestaurants();
    bool isLive(const QString &restaurant) const;
    void play(const QString &restaurant, bool isForced);
    void take(const remote::Answer<remote::ReplayReport> &report);
    void showProgress();

    Session &m_session;
    QLabel *m_file;
    QPushButton *m_open;
    QComboBox *m_into;
    QComboBox *m_speed;
    QComboBox *m_protocol;
    QPushButton *m_start;
    QPushButton *m_stop;
    QProgressBar *m_bar;
    ToneLabel *m_state;
    QLabel *m_notes;
    CheckModel *m_checks;
    QStringList m_offered; ///< Ids, as listed.
    QString m_suggestion;  ///< A restaurant of the recording's own.
    QString m_fileName;
    QFutureWatcher<Loaded> m_reading;
    bool m_isReading = false;
    std::shared_ptr<const remote::Recording> m_recording;
    std::unique_ptr<remote::Replay> m_replay;
    std::optional<remote::ReplayReport> m_report;
    QString m_failure;
    QTimer m_refresh;
};

/// What a replay must come to, and what it came to.
QList<remote::ScenarioCheck> checksOf(const remote::ReplayReport &report);

} // namespace possync::gui
