// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <QUrl>

class QNetworkAccessManager;
class QTcpSocket;

namespace possync::gui {

/// Tries a server step by step and explains the step that fails. Asynchronous; start() begins
/// afresh.
class ConnectionTest : public QObject
{
    Q_OBJECT

public:
    enum Step { Address, Name, Port, Server };
    Q_ENUM(Step)

    explicit ConnectionTest(QObject *parent);
    ~ConnectionTest() override;

    void start(const QString &typedAddress);
    void stop();
    const QUrl &server() const { return m_server; }

Q_SIGNALS:
    void stepStarted(possync::gui::ConnectionTest::Step step);
    void stepFinished(possync::gui::ConnectionTest::Step step, bool ok, const QString &words);
    void finished(bool ok);

private:
    void resolve();
    void reach();
    void ask();
    void pass(Step step, const QString &words);
    void fail(Step step, const QString &words);

    QUrl m_server;
    QNetworkAccessManager *m_http;
    QTcpSocket *m_socket = nullptr;
    QTimer m_deadline;
    Step m_step = Address;
    int m_lookup = -1;
    int m_run = 0; ///< Answers of an earlier run are ignored.
};

} // namespace possync::gui
