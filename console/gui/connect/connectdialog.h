// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/connect/address.h"
#include "console/gui/connect/connectiontest.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QListView;
class QPushButton;
class QRadioButton;
class QStringListModel;

namespace possync::remote {
class SecretStore;
}

namespace possync::gui {

class ToneLabel;
class TrustPanel;

/// "Where is the server?": one found on this computer, a kept one or a typed address. Connecting
/// tests it step by step first; what fails is explained, and an unknown certificate is asked about.
class ConnectDialog : public QDialog
{
    Q_OBJECT

public:
    /// `secrets` must live longer. `current` is chosen first if it is among the profiles.
    ConnectDialog(QList<Profile> profiles, const QString &current, remote::SecretStore &secrets,
                  QWidget *parent);

    /// As it stands when the dialog was accepted, without what was forgotten.
    const QList<Profile> &profiles() const { return m_profiles; }
    /// The server to connect to, with the certificate that was agreed to; without a name if there
    /// is none.
    Profile chosen() const;
    /// The token that was typed; empty: what is kept, or this computer's owner's, goes on.
    QByteArray typedToken() const;
    /// The person wants to see the demo restaurant instead of a server of their own.
    bool wantsDemo() const;
    /// Its words or what is being done.
    QString stepText(ConnectionTest::Step step) const;

    /// Puts the question whether to trust what the server shows. Done by a test that comes to it.
    void askAbout(const QSslCertificate &shown, const QSslCertificate &former);

protected:
    void showEvent(QShowEvent *event) override;

private:
    struct StepRow {
        QLabel *mark;
        ToneLabel *words;
    };

    void buildChoices();
    void buildSteps();
    void buildButtons();
    void connectTest();
    void lookAround();
    void takeGlance(const QUrl &server, bool isThere);
    void adoptChoice();
    /// What is on the screen belongs to another choice now.
    void forgetTest();
    void runTest(bool thenAccept);
    void startTest(const QByteArray &token);
    void takeResult(bool ok);
    /// All of them, with nothing said yet.
    void showSteps();
    void showStep(ConnectionTest::Step step, const QString &iconName, int tone,
                  const QString &words);
    const Profile *keptProfile() const;
    QString typedAddress() const;
    void removeProfile();

    QList<Profile> m_profiles;
    remote::SecretStore &m_secrets;
    ConnectionTest *m_test;
    QRadioButton *m_local;
    QRadioButton *m_kept;
    QRadioButton *m_typed;
    QRadioButton *m_demo;
    QComboBox *m_found;
    QLabel *m_localState;
    QListView *m_list;
    QStringListModel *m_names;
    QPushButton *m_remove;
    QLineEdit *m_address;
    QLineEdit *m_name;
    QLineEdit *m_token;
    QList<StepRow> m_steps;
    TrustPanel *m_trust;
    QPushButton *m_testButton;
    QPushButton *m_connect;
    QByteArray m_agreed; ///< PEM of the certificate a person, or this computer, vouched for.
    int m_glances = 0;   ///< Servers of this computer that are still being looked at.
    bool m_acceptsAfter = false;
    bool m_mayGoOn = false; ///< It failed, but the person may want to wait for the server.
};

} // namespace possync::gui
