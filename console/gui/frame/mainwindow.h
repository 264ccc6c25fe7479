// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/base/theme.h"
#include "console/gui/session/session.h"

#include <QMainWindow>

class QButtonGroup;
class QLabel;
class QMenu;
class QSettings;
class QSplitter;
class QStackedWidget;

namespace possync::gui {

class AccessPage;
class Banner;
class ChangesPage;
class CommandPalette;
class ComposePage;
class ConflictsPage;
class ConnectionPill;
class DataPage;
class DevicesPage;
class OverviewPage;
struct PaletteEntry;
class Page;
class RestaurantPanel;

/// The window: restaurants at the left, pages at the right, the connection always in sight.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    /// Both must live longer than the window.
    MainWindow(Session &session, QSettings &settings);
    ~MainWindow() override;

    const QList<Page *> &pages() const { return m_pages; }
    Page *page(const QString &id) const;
    void showPage(const QString &id);
    void setScheme(Scheme scheme);
    void resetLayout();
    CommandPalette *openPalette();
    const ConnectionPill &pill() const { return *m_pill; }
    const Banner &banner() const { return *m_banner; }

Q_SIGNALS:
    void connectRequested();
    void retryRequested();

protected:
    void closeEvent(QCloseEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void buildPages();
    void showBadge();
    QWidget *buildTopStrip();
    QWidget *buildPageBar();
    void buildMenus();
    void buildLanguages(QMenu &menu);
    void connectPages();
    void showIndex(int index);
    void refreshTitle();
    void markStale();
    void showGuard();
    /// An empty device: the restaurant itself.
    void rename(const QString &restaurant, const QString &device);
    QList<PaletteEntry> renameEntries();
    static QKeySequence resetKeys();
    /// Ctrl+1 … Ctrl+9 and, as on the keyboard, Ctrl+0 for the tenth.
    static QKeySequence pageKeys(int index);
    void takeUsualLayout();
    void saveLayout() const;
    void restoreLayout();

    Session &m_session;
    QSettings &m_settings;
    QList<Page *> m_pages;
    OverviewPage *m_overview = nullptr;
    DevicesPage *m_devices = nullptr;
    ChangesPage *m_changes = nullptr;
    DataPage *m_data = nullptr;
    ConflictsPage *m_conflicts = nullptr;
    AccessPage *m_access = nullptr;
    ComposePage *m_compose = nullptr;
    RestaurantPanel *m_restaurants;
    ConnectionPill *m_pill;
    Banner *m_banner;
    QStackedWidget *m_stack;
    QSplitter *m_splitter;
    QButtonGroup *m_pageButtons;
    QLabel *m_heading;
    QLabel *m_rate;
    QWidget *m_guard = nullptr; ///< "Unlocked for test changes", with the button that locks.
    QLabel *m_guardWords = nullptr;
    Scheme m_scheme = Scheme::System;
};

} // namespace possync::gui
