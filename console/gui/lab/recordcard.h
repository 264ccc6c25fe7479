// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/card.h"
#include "console/gui/session/session.h"
#include "console/remote/recorder.h"

class QComboBox;
class QPushButton;

namespace possync::gui {

class ToneLabel;

/// Writes what the devices of one restaurant do into a file, and says how far it is. Goes on while
/// other pages are shown, and over lost connections.
class RecordCard : public Card
{
    Q_OBJECT

public:
    /// `session` must live longer.
    RecordCard(Session &session, QWidget *parent);
    ~RecordCard() override;

    /// Begins with what the chosen restaurant's devices do from now on, or with all that is kept.
    /// A file that is there already is not touched; the card says so.
    void record(const QString &fileName);
    /// While one is written.
    const remote::Recorder *recorder() const { return m_recorder.get(); }
    /// What it says, in one line.
    QString words() const;

public Q_SLOTS:
    /// Ends with what there is at this moment.
    void stop();

Q_SIGNALS:
    /// A file is complete and holds something.
    void recorded(const QString &fileName);
    void runningChanged(bool isRunning);

private:
    void adoptRestaurants();
    void askForFile();
    void take(const remote::Answer<remote::RecorderReport> &report);
    void showProgress();

    Session &m_session;
    QComboBox *m_restaurant;
    QComboBox *m_since;
    QPushButton *m_start;
    QPushButton *m_stop;
    ToneLabel *m_state;
    QStringList m_restaurants; ///< Ids, as listed.
    std::unique_ptr<remote::Recorder> m_recorder;
    QString m_title; ///< Of the restaurant that is recorded.
    QString m_fileName;
    qint64 m_startedMs = 0;
    QTimer m_refresh;
};

} // namespace possync::gui
