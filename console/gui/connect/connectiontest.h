// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/adminclient.h"

#include <QObject>
#include <QSslCertificate>
#include <QTimer>
#include <QUrl>
#include <memory>

class QNetworkReply;
class QTcpSocket;

namespace possync::gui {

/// What is to be tried.
struct TestTarget {
    QString address = {};
    QByteArray token = {};       ///< Empty: that of this computer's owner, where there is one.
    QByteArray certificate = {}; ///< PEM of the one to trust; empty: whom the system trusts.
    bool isGlance = false;       ///< Only whether there is a PosSync server: no token is sent.
};

/// Tries a server step by step and explains the step that fails. Asynchronous; start() begins
/// afresh.
class ConnectionTest : public QObject
{
    Q_OBJECT

public:
    enum Step { Address, Name, Port, Encryption, Server, Version, Token, Role };
    Q_ENUM(Step)
    static constexpr int stepCount = Role + 1;
    enum class Outcome {
        Passed,
        Noted, ///< It goes on, but the words are worth reading.
        Failed
    };
    Q_ENUM(Outcome)

    explicit ConnectionTest(QObject *parent);
    ~ConnectionTest() override;

    void start(const TestTarget &target);
    void stop();
    const QUrl &server() const { return m_server; }
    /// What the server showed; empty before, and without TLS.
    const QList<QSslCertificate> &chain() const { return m_chain; }
    /// It failed because the certificate is not trusted, and a person may decide to.
    bool isTrustQuestion() const { return m_isTrustQuestion; }

Q_SIGNALS:
    void stepStarted(possync::gui::ConnectionTest::Step step);
    void stepFinished(possync::gui::ConnectionTest::Step step,
                      possync::gui::ConnectionTest::Outcome outcome, const QString &words);
    void finished(bool ok);

private:
    void begin(Step step);
    void resolve();
    void reach();
    void encrypt();
    void ask();
    void takeHealth(QNetworkReply &reply);
    void compareVersions(const QString &theirs);
    void logIn();
    void takeState(remote::AdminClient::State state);
    void takeRole(const remote::wire::Welcome &welcome);
    void pass(Step step, const QString &words, Outcome outcome = Outcome::Passed);
    void fail(Step step, const QString &words);

    TestTarget m_target;
    remote::ServerTrust m_trust;
    QUrl m_server;
    QNetworkAccessManager *m_http;
    QTcpSocket *m_socket = nullptr;
    std::unique_ptr<remote::AdminClient> m_client;
    QList<QSslCertificate> m_chain;
    QTimer m_deadline;
    Step m_step = Address;
    int m_lookup = -1;
    int m_run = 0; ///< Answers of an earlier run are ignored.
    bool m_isTrustQuestion = false;
    bool m_isOwnersToken = false;
};

} // namespace possync::gui
