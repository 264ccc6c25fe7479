// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/app/console.h"

#include "console/gui/app/demoserver.h"
#include "console/gui/base/page.h"
#include "console/gui/base/words.h"
#include "console/gui/connect/connectdialog.h"

#include <QCoreApplication>
#include <QDir>
#include <QMenu>
#include <QMenuBar>
#include <QStatusBar>
#include <QSystemTrayIcon>
#include <QTimer>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

// Long enough for the first data and a few points in the charts.
constexpr int pictureDelayMs = 6000;
constexpr int betweenPicturesMs = 700;

} // namespace

Console::Console(const Options &options, QSettings &settings)
    : m_options(options)
    , m_settings(settings)
    , m_link(m_session)
    , m_window(m_session, settings)
    , m_notices(m_session)
{
    prepareServers();
    prepareNotices();
    connect(&m_window, &MainWindow::connectRequested, this, &Console::chooseServer);
    connect(&m_window, &MainWindow::retryRequested, &m_link, &ServerLink::retryNow);
    if (options.resetLayout)
        m_window.resetLayout();
}

Console::~Console() = default;

void Console::prepareNotices()
{
    m_notices.setEnabled(m_settings.value("notices/on", true).toBool());
    const auto quieten = [this](bool atNight) {
        m_notices.setQuietHours(atNight ? QTime(23, 0) : QTime(), atNight ? QTime(8, 0) : QTime());
    };
    quieten(m_settings.value("notices/quietAtNight", true).toBool());
    auto *menu = new QMenu(tr("&Notifications"), &m_window);
    QMenuBar *bar = m_window.menuBar();
    bar->insertMenu(bar->actions().constLast(), menu); // help stays last
    QAction *on = menu->addAction(tr("&Tell me when a device needs attention"));
    on->setCheckable(true);
    on->setChecked(m_notices.isEnabled());
    connect(on, &QAction::toggled, this, [this](bool enabled) {
        m_notices.setEnabled(enabled);
        m_settings.setValue("notices/on", enabled);
    });
    QAction *quiet = menu->addAction(tr("&Quiet from 23:00 to 8:00, with a summary afterwards"));
    quiet->setCheckable(true);
    quiet->setChecked(m_settings.value("notices/quietAtNight", true).toBool());
    connect(quiet, &QAction::toggled, this, [this, quieten](bool atNight) {
        quieten(atNight);
        m_settings.setValue("notices/quietAtNight", atNight);
    });
    if (QSystemTrayIcon::isSystemTrayAvailable()) {
        m_tray = new QSystemTrayIcon(m_window.windowIcon(), this);
        m_tray->setToolTip(tr("PosSync console"));
        m_tray->show();
        const auto raise = [this] {
            m_window.show();
            m_window.raise();
            m_window.activateWindow();
        };
        connect(m_tray, &QSystemTrayIcon::activated, this, raise);
        connect(m_tray, &QSystemTrayIcon::messageClicked, this, [this, raise] {
            raise();
            m_window.showPage(u"overview"_s);
        });
    }
    connect(&m_notices, &Notices::notice, this, [this](const QString &title, const QString &text) {
        if (m_tray)
            m_tray->showMessage(title, text, QSystemTrayIcon::Warning);
        else
            m_window.statusBar()->showMessage(title, 15000);
    });
}

void Console::start()
{
    m_window.setScheme(Scheme(std::clamp(m_settings.value("view/theme", 0).toInt(), 0, 2)));
    m_window.show();
    if (!m_options.screenshots.isEmpty())
        QTimer::singleShot(pictureDelayMs, this, &Console::takePictures);
    if (m_options.demo) {
        startDemo();
        return;
    }
    if (!m_options.server.isEmpty()) {
        m_link.connectTo(m_options.server, m_options.token);
        return;
    }
    const QList<Profile> profiles = loadProfiles(m_settings);
    const QString wanted = m_options.profile.isEmpty() ? m_settings.value("lastProfile").toString()
                                                       : m_options.profile;
    const auto found = std::ranges::find(profiles, wanted, &Profile::name);
    if (found != profiles.end()) {
        connectTo(*found);
        return;
    }
    if (!m_options.profile.isEmpty())
        m_window.statusBar()->showMessage(
            tr("No server is kept under the name “%1”.").arg(plainLine(m_options.profile, 60)),
            15000);
    QTimer::singleShot(0, this, &Console::chooseServer);
}

void Console::prepareServers()
{
    auto *menu = new QMenu(tr("&Servers"), &m_window);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { listServers(*menu); });
    QMenu *file = m_window.menuBar()->actions().constFirst()->menu();
    file->insertMenu(file->actions().at(1), menu);
}

void Console::listServers(QMenu &menu)
{
    menu.clear();
    const QList<Profile> profiles = loadProfiles(m_settings);
    for (const Profile &profile : profiles) {
        QString title = tr("%1 (%2)").arg(plainLine(profile.name, 60), hostText(profile.server));
        title.replace(u'&', u"&&"_s); // a menu would read one as a mnemonic
        QAction *action = menu.addAction(title, this, [this, profile] { useProfile(profile, {}); });
        action->setCheckable(true);
        action->setChecked(profile.server == m_link.server()
                           && profile.name == m_settings.value("lastProfile").toString());
    }
    if (profiles.isEmpty())
        menu.addAction(tr("None is kept yet"))->setEnabled(false);
}

void Console::chooseServer()
{
    auto *dialog = new ConnectDialog(
        loadProfiles(m_settings), m_settings.value("lastProfile").toString(), m_secrets, &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        saveProfiles(m_settings, dialog->profiles());
        if (dialog->wantsDemo()) {
            startDemo();
            return;
        }
        useProfile(dialog->chosen(), dialog->typedToken());
    });
    dialog->open();
}

void Console::useProfile(const Profile &profile, const QByteArray &typedToken)
{
    if (profile.name.isEmpty())
        return;
    QList<Profile> profiles = loadProfiles(m_settings);
    profiles.removeIf([&](const Profile &p) { return p.name == profile.name; });
    profiles.prepend(profile);
    saveProfiles(m_settings, profiles);
    m_settings.setValue("lastProfile", profile.name);
    if (!typedToken.isEmpty()) {
        m_secrets.keep(profile, typedToken, this, [this](const remote::Phrase &problem) {
            m_window.statusBar()->showMessage(
                problem.isEmpty() ? tr("The token is in the keychain of this computer.")
                                  : tr("The token is kept until the console ends: %1.")
                                        .arg(plainLine(problem.translated(), 160)),
                30000);
        });
    }
    connectTo(profile);
}

void Console::connectTo(const Profile &profile)
{
    if (!m_session.isConnected())
        m_session.setLink({.phase = LinkStatus::Connecting,
                           .host = hostText(profile.server),
                           .reason = tr("The keychain is asked for the token.")});
    m_secrets.read(profile, this, [this, profile, choice = ++m_choice](const QByteArray &token, const remote::Phrase &) {
        if (choice == m_choice)
            m_link.connectTo(profile.server, token,
                             remote::ServerTrust(remote::certificateIn(profile.certificate)));
    });
}

void Console::startDemo()
{
    m_demo = std::make_unique<DemoServer>(
        QDir(QCoreApplication::applicationDirPath()).filePath(u"possync-server"_s), nullptr);
    connect(m_demo.get(), &DemoServer::ready, this, [this](const QUrl &server) {
        ++m_choice;
        m_link.connectTo(server);
    });
    connect(m_demo.get(), &DemoServer::failed, this, [this](const QString &why) {
        m_session.setLink({.phase = LinkStatus::NoServer, .reason = why});
    });
    m_demo->start();
}

void Console::takePictures()
{
    QDir().mkpath(m_options.screenshots);
    int delay = 0;
    for (const Page *page : m_window.pages()) {
        QTimer::singleShot(delay, this, [this, id = page->id()] { m_window.showPage(id); });
        delay += betweenPicturesMs;
        QTimer::singleShot(delay, this, [this, id = page->id()] {
            m_window.grab().save(QDir(m_options.screenshots).filePath(id + u".png"_s));
        });
    }
    QTimer::singleShot(delay + betweenPicturesMs, qApp, &QCoreApplication::quit);
}

} // namespace possync::gui
