// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/words.h"
#include "console/gui/frame/mainwindow.h"
#include "console/gui/link/serverlink.h"
#include "tests/server/program/serverprocess.h"
#include "tests/support/withprograms.h"

#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>

namespace possync::gui {

/// A server of its own and the console's window with all that it takes, for tests to inherit from.
class LiveConsole
{
protected:
    explicit LiveConsole(const QString &program)
        : m_program(program)
    {
    }

    bool startServer(const QStringList &arguments = {})
    {
        m_server = std::make_unique<test::ServerProcess>(m_program);
        return m_server->start(arguments) >= 0;
    }
    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_server->port())); }
    /// Neither shown nor connected yet.
    void buildWindow()
    {
        installWords(*qApp);
        m_settings = std::make_unique<QSettings>(m_dir.filePath(QStringLiteral("settings.ini")),
                                                 QSettings::IniFormat);
        m_session = std::make_unique<Session>();
        m_link = std::make_unique<ServerLink>(*m_session);
        m_window = std::make_unique<MainWindow>(*m_session, *m_settings);
    }

    QString m_program;
    QTemporaryDir m_dir;
    std::unique_ptr<test::ServerProcess> m_server;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<ServerLink> m_link;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace possync::gui
