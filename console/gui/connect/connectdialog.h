// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/connect/address.h"
#include "console/gui/connect/connectiontest.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QListView;
class QPushButton;
class QRadioButton;
class QStringListModel;

namespace possync::gui {

/// "Where is the server?": this computer, a kept profile or a typed address, tested step by step.
class ConnectDialog : public QDialog
{
    Q_OBJECT

public:
    ConnectDialog(QList<Profile> profiles, QWidget *parent);

    /// As it stands when the dialog was accepted.
    const QList<Profile> &profiles() const { return m_profiles; }
    Profile chosen() const;
    /// The person wants to see the demo restaurant instead of a server of their own.
    bool wantsDemo() const;
    /// Text of a step, for tests: its words or what is being done.
    QString stepText(ConnectionTest::Step step) const;

protected:
    void showEvent(QShowEvent *event) override;

private:
    struct StepRow {
        QLabel *mark;
        QLabel *words;
    };

    void adoptChoice();
    void runTest();
    void showStep(ConnectionTest::Step step, const QString &iconName, int tone,
                  const QString &words);
    QString typedAddress() const;
    void removeProfile();

    QList<Profile> m_profiles;
    ConnectionTest *m_test;
    ConnectionTest *m_probe;
    QRadioButton *m_local;
    QRadioButton *m_kept;
    QRadioButton *m_typed;
    QRadioButton *m_demo;
    QListView *m_list;
    QStringListModel *m_names;
    QPushButton *m_remove;
    QLineEdit *m_address;
    QLineEdit *m_name;
    QLabel *m_localState;
    QList<StepRow> m_steps;
    QPushButton *m_testButton;
    QPushButton *m_connect;
};

} // namespace possync::gui
