// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/app/options.h"
#include "console/gui/connect/address.h"
#include "console/gui/frame/mainwindow.h"
#include "console/gui/frame/notices.h"
#include "console/gui/link/serverlink.h"
#include "console/gui/session/session.h"
#include "console/remote/secretstore.h"

#include <QObject>
#include <QSettings>
#include <memory>

class QMenu;
class QSystemTrayIcon;

namespace possync::gui {

class DemoServer;

/// The program: settings, session, connection and window, and what connects them.
class Console : public QObject
{
    Q_OBJECT

public:
    /// `settings` must live longer.
    Console(const Options &options, QSettings &settings);
    ~Console() override;

    void start();
    MainWindow &window() { return m_window; }
    Session &session() { return m_session; }

private:
    void chooseServer();
    void prepareServers();
    void listServers(QMenu &menu);
    /// Keeps the profile, and the token if one was typed, and connects.
    void useProfile(const Profile &profile, const QByteArray &typedToken);
    void connectTo(const Profile &profile);
    void startDemo();
    void takePictures();
    void prepareNotices();

    Options m_options;
    QSettings &m_settings;
    Session m_session;
    remote::SecretStore m_secrets;
    ServerLink m_link;
    MainWindow m_window;
    Notices m_notices;
    QSystemTrayIcon *m_tray = nullptr; ///< Only where there is one.
    std::unique_ptr<DemoServer> m_demo;
    int m_choice = 0; ///< A keychain that answers after the next choice is not listened to.
};

} // namespace possync::gui
