// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTimer>
#include <QUrl>

namespace possync::gui {

/// A real server with the demo restaurant, next to this program, on a free port and a folder that
/// goes with it. Ends with this object.
class DemoServer : public QObject
{
    Q_OBJECT

public:
    /// `program`: path of possync-server.
    DemoServer(const QString &program, QObject *parent);
    ~DemoServer() override;

    void start();

Q_SIGNALS:
    void ready(const QUrl &server);
    /// A sentence for people.
    void failed(const QString &why);

private:
    void readLine();

    QString m_program;
    QTemporaryDir m_data;
    QProcess m_process;
    QTimer m_deadline;
    bool m_isReady = false;
};

} // namespace possync::gui
