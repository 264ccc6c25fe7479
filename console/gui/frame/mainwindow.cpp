// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/frame/mainwindow.h"

#include "console/gui/access/accesspage.h"
#include "console/gui/base/icons.h"
#include "console/gui/base/language.h"
#include "console/gui/base/page.h"
#include "console/gui/base/words.h"
#include "console/gui/changes/changespage.h"
#include "console/gui/compose/composepage.h"
#include "console/gui/conflicts/conflictspage.h"
#include "console/gui/data/datapage.h"
#include "console/gui/devices/devicespage.h"
#include "console/gui/frame/banner.h"
#include "console/gui/frame/connectionpill.h"
#include "console/gui/frame/restaurantpanel.h"
#include "console/gui/lab/labpage.h"
#include "console/gui/logs/logspage.h"
#include "console/gui/names/renamedialog.h"
#include "console/gui/overview/overviewpage.h"
#include "console/gui/traffic/trafficpage.h"

#include <QActionGroup>
#include <QApplication>
#include <QButtonGroup>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QStyle>
#include <QToolButton>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

// Counted up when a saved layout would no longer fit the window.
const QString &layoutKey()
{
    static const QString key = u"layout/v1"_s;
    return key;
}

constexpr QSize usualSize(1360, 860);

} // namespace

MainWindow::MainWindow(Session &session, QSettings &settings)
    : m_session(session)
    , m_settings(settings)
    , m_restaurants(new RestaurantPanel(session, this))
    , m_pill(new ConnectionPill(session, this))
    , m_banner(new Banner(session, this))
    , m_stack(new QStackedWidget(this))
    , m_splitter(new QSplitter(Qt::Horizontal, this))
    , m_pageButtons(new QButtonGroup(this))
    , m_heading(plainLabel({}, this))
    , m_rate(plainLabel({}, this))
{
    setWindowIcon(applicationIcon());
    buildPages();
    auto *right = new QWidget(this);
    auto *rightColumn = new QVBoxLayout(right);
    rightColumn->setContentsMargins(0, 0, 0, 0);
    rightColumn->setSpacing(0);
    rightColumn->addWidget(buildPageBar());
    rightColumn->addWidget(m_stack, 1);
    m_splitter->addWidget(m_restaurants);
    m_splitter->addWidget(right);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(5);
    auto *central = new QWidget(this);
    auto *column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildTopStrip());
    column->addWidget(m_banner);
    m_guard = new QWidget(central);
    m_guard->setObjectName(u"guard"_s);
    m_guard->setAttribute(Qt::WA_StyledBackground);
    central->setAttribute(Qt::WA_StyledBackground);
    m_guardWords = plainLabel({}, m_guard);
    auto *lock = new QToolButton(m_guard);
    lock->setText(tr("Lock now"));
    lock->setProperty("framed", true);
    connect(lock, &QToolButton::clicked, this, [this] { m_session.lockAll(); });
    auto *guardRow = new QHBoxLayout(m_guard);
    guardRow->setContentsMargins(16, 5, 16, 5);
    guardRow->addWidget(m_guardWords, 1);
    guardRow->addWidget(lock);
    m_guard->hide();
    column->addWidget(m_guard);
    central->setObjectName(u"frame"_s);
    column->addWidget(m_splitter, 1);
    setCentralWidget(central);
    m_rate->setContentsMargins(0, 0, 14, 0);
    statusBar()->addPermanentWidget(m_rate);
    statusBar()->setSizeGripEnabled(false);
    buildMenus();
    connectPages();
    m_scheme = Scheme(std::clamp(m_settings.value("view/theme", 0).toInt(), 0, 2));
    takeUsualLayout();
    restoreLayout();
    refreshTitle();
    showIndex(0);
    m_restaurants->setFocus();
}

MainWindow::~MainWindow() = default;

QKeySequence MainWindow::resetKeys()
{
    return QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_0);
}

QKeySequence MainWindow::pageKeys(int index)
{
    return index < 10 ? QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_0 + (index + 1) % 10))
                      : QKeySequence();
}

void MainWindow::buildPages()
{
    m_overview = new OverviewPage(m_session, this);
    m_devices = new DevicesPage(m_session, this);
    m_changes = new ChangesPage(m_session, this);
    m_data = new DataPage(m_session, this);
    m_conflicts = new ConflictsPage(m_session, this);
    m_access = new AccessPage(m_session, this);
    m_compose = new ComposePage(m_session, this);
    m_pages = {m_overview,
               m_devices,
               new TrafficPage(m_session, this),
               m_changes,
               m_data,
               m_conflicts,
               new LogsPage(m_session, this),
               m_compose,
               new LabPage(m_session, this),
               m_access};
    for (Page *page : std::as_const(m_pages)) {
        page->setAccessibleName(page->title());
        m_stack->addWidget(page);
        connect(page, &Page::said, this,
                [this](const QString &news) { statusBar()->showMessage(news, 12000); });
    }
}

QWidget *MainWindow::buildTopStrip()
{
    auto *strip = new QWidget(this);
    auto *row = new QHBoxLayout(strip);
    row->setContentsMargins(16, 8, 16, 8);
    row->setSpacing(12);
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.3);
    large.setWeight(QFont::DemiBold);
    m_heading->setFont(large);
    auto *mark = new QLabel(strip);
    const int side = fontMetrics().height() + 10;
    mark->setPixmap(applicationIcon().pixmap(QSize(side, side), devicePixelRatioF()));
    m_heading->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(mark);
    row->addWidget(m_heading, 1);
    auto *search = new QToolButton(strip);
    search->setIcon(icon(u"search"_s));
    search->setText(tr("Search or jump   Ctrl+K"));
    search->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    search->setProperty("framed", true);
    connect(search, &QToolButton::clicked, this, &MainWindow::openPalette);
    row->addWidget(search);
    row->addWidget(m_pill);
    connect(m_pill, &ConnectionPill::clicked, this, &MainWindow::connectRequested);
    connect(m_banner, &Banner::connectRequested, this, &MainWindow::connectRequested);
    connect(m_banner, &Banner::retryRequested, this, &MainWindow::retryRequested);
    return strip;
}

QWidget *MainWindow::buildPageBar()
{
    auto *bar = new QWidget(this);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(14, 0, 14, 0);
    row->setSpacing(2);
    for (int i = 0; i < m_pages.size(); ++i) {
        auto *button = new QToolButton(bar);
        button->setIcon(icon(m_pages[i]->iconName()));
        button->setText(m_pages[i]->title());
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setCheckable(true);
        button->setAutoRaise(true);
        button->setProperty("page", true);
        if (const QKeySequence keys = pageKeys(i); !keys.isEmpty())
            button->setToolTip(tr("%1 (%2)", "page, keys")
                                   .arg(m_pages[i]->title(),
                                        keys.toString(QKeySequence::NativeText)));
        m_pageButtons->addButton(button, i);
        row->addWidget(button);
    }
    row->addStretch(1);
    connect(m_pageButtons, &QButtonGroup::idClicked, this, &MainWindow::showIndex);
    return bar;
}

void MainWindow::buildMenus()
{
    QMenu *file = menuBar()->addMenu(tr("&File"));
    file->addAction(icon(u"connect"_s), tr("&Connect to a server…"),
                    QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O), this,
                    &MainWindow::connectRequested);
    file->addAction(icon(u"refresh"_s), tr("&Retry the connection now"), this,
                    &MainWindow::retryRequested);
    file->addSeparator();
    file->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);

    QMenu *go = menuBar()->addMenu(tr("&Go"));
    for (int i = 0; i < m_pages.size(); ++i)
        go->addAction(icon(m_pages[i]->iconName()), m_pages[i]->title(), pageKeys(i), this,
                      [this, i] { showIndex(i); });
    go->addSeparator();
    go->addAction(icon(u"search"_s), tr("Search or &jump…"), QKeySequence(Qt::CTRL | Qt::Key_K),
                  this, &MainWindow::openPalette);
    go->addAction(tr("Find a &restaurant"), QKeySequence(Qt::CTRL | Qt::Key_L), this,
                  [this] { m_restaurants->focusFilter(); });
    go->addAction(tr("&Find on this page"), QKeySequence::Find, this,
                  [this] { m_pages[m_stack->currentIndex()]->focusSearch(); });

    QMenu *view = menuBar()->addMenu(tr("&View"));
    auto *themes = new QActionGroup(this);
    const std::pair<QString, Scheme> schemes[]{{tr("Theme of the &system"), Scheme::System},
                                               {tr("&Light"), Scheme::Light},
                                               {tr("&Dark"), Scheme::Dark}};
    for (const auto &[name, scheme] : schemes) {
        QAction *action =
            view->addAction(name, this, [this, scheme = scheme] { setScheme(scheme); });
        action->setCheckable(true);
        action->setData(int(scheme));
        themes->addAction(action);
    }
    connect(view, &QMenu::aboutToShow, this, [this, themes] {
        for (QAction *action : themes->actions())
            action->setChecked(action->data().toInt() == int(m_scheme));
    });
    view->addSeparator();
    buildLanguages(*view->addMenu(tr("L&anguage")));
    view->addAction(tr("&Reset layout"), resetKeys(), this,
                    &MainWindow::resetLayout);

    QMenu *help = menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("&About PosSync"), this, [this] {
        QMessageBox::about(
            this, tr("About PosSync"),
            tr("<b>PosSync console %1</b><p>Shows what the devices of a restaurant agree on, and "
               "where they do not.</p>"
               "<p>Free software under the GNU General Public License, version 3 or later.</p>")
                .arg(QLatin1StringView(POSSYNC_VERSION)));
    });
    help->addAction(tr("About &Qt"), qApp, &QApplication::aboutQt);
}

void MainWindow::buildLanguages(QMenu &menu)
{
    auto *group = new QActionGroup(this);
    const QString chosen = m_settings.value("view/language").toString();
    const auto add = [&](const QString &code, const QString &name) {
        QAction *action = menu.addAction(name, this, [this, code] {
            m_settings.setValue("view/language", code);
            statusBar()->showMessage(tr("The language changes when the console is started again."),
                                     15000);
        });
        action->setCheckable(true);
        action->setChecked(code == chosen);
        group->addAction(action);
    };
    add(QString(), tr("As the &system"));
    menu.addSeparator();
    for (const Language &language : languages())
        add(language.code, language.name); // each in its own words, so that it is found
}

void MainWindow::connectPages()
{
    connect(m_overview, &OverviewPage::showRequested, this,
            [this](const QString &page, const QString &restaurant, const QString &needle) {
                m_session.select(restaurant);
                if (page == m_devices->id())
                    m_devices->setNeedle(needle);
                showPage(page);
            });
    connect(m_overview, &OverviewPage::searchRequested, this, &MainWindow::openPalette);
    connect(m_restaurants, &RestaurantPanel::renameRequested, this,
            [this](const QString &restaurant) { rename(restaurant, {}); });
    connect(m_overview, &OverviewPage::troubleRequested, this, [this] {
        showPage(m_devices->id());
        m_devices->showTrouble();
    });
    connect(m_data, &DataPage::changesRequested, this,
            [this](const QString &restaurant, const QString &filter) {
                m_session.select(restaurant);
                m_changes->setFilter(filter);
                showPage(m_changes->id());
            });
    connect(m_changes, &ChangesPage::composeRequested, this,
            [this](const QByteArray &type, const QByteArray &action, const QByteArray &entity,
                   const QByteArray &text) {
                m_compose->compose(type, action, entity, text);
                showPage(m_compose->id());
            });
    connect(&m_session.conflicts(), &ConflictModel::conflictsChanged, this,
            &MainWindow::showBadge);
    connect(&m_session, &Session::guardChanged, this, &MainWindow::showGuard);
    connect(&m_session, &Session::ticked, this, &MainWindow::showGuard);
    connect(&m_session, &Session::selectionChanged, this, &MainWindow::refreshTitle);
    connect(&m_session, &Session::linkChanged, this, &MainWindow::markStale);
    connect(&m_session.fleet(), &Fleet::restaurantsChanged, this, &MainWindow::refreshTitle);
    connect(&m_session, &Session::ticked, this, [this] {
        m_rate->setText(tr("Changes: %1 now · %2 recorded")
                            .arg(rateText(m_session.changesPerSecond()),
                                 countText(qint64(m_session.changes().store().size()))));
    });
    connect(&m_session, &Session::gapNoticed, this, [this](const QString &topic, qint64 missed) {
        statusBar()->showMessage(
            tr("The console could not keep up: %n message(s) of “%1” were left out of the view.",
               nullptr, int(missed))
                .arg(plainLine(topic, 20)),
            15000);
    });
}

Page *MainWindow::page(const QString &id) const
{
    for (Page *page : m_pages) {
        if (page->id() == id)
            return page;
    }
    return nullptr;
}

void MainWindow::showBadge()
{
    const int unseen = m_session.conflicts().unseen();
    QAbstractButton *button = m_pageButtons->button(int(m_pages.indexOf(m_conflicts)));
    const QString title = m_conflicts->title();
    button->setText(unseen > 0 ? tr("%1 · %2", "page, news").arg(title, countText(unseen)) : title);
    button->setAccessibleName(unseen > 0 ? tr("%1, %n new", nullptr, unseen).arg(title) : title);
}

void MainWindow::showPage(const QString &id)
{
    showIndex(int(m_pages.indexOf(page(id))));
}

void MainWindow::showIndex(int index)
{
    if (index < 0)
        return;
    m_pageButtons->button(index)->setChecked(true);
    m_stack->setCurrentIndex(index);
}

void MainWindow::refreshTitle()
{
    const QString title = m_session.restaurantTitle(m_session.selected());
    m_heading->setText(title);
    m_heading->setToolTip(title == m_session.selected() ? QString()
                                                        : plainToolTip(m_session.selected()));
    setWindowTitle(tr("%1 – PosSync").arg(title));
}

void MainWindow::markStale()
{
    // What was known stays, in grey: it may no longer be so.
    const LinkStatus &link = m_session.link();
    QPalette grey;
    if (link.phase != LinkStatus::Connected && link.lostMs > 0) {
        grey = QApplication::palette();
        for (const auto role : {QPalette::WindowText, QPalette::Text})
            grey.setColor(QPalette::Active, role, toneColour(Tone::Muted, grey));
        for (const auto role : {QPalette::WindowText, QPalette::Text})
            grey.setColor(QPalette::Inactive, role, toneColour(Tone::Muted, grey));
    }
    m_stack->setPalette(grey);
    m_restaurants->setPalette(grey);
}

void MainWindow::showGuard()
{
    const QStringList open = m_session.unlocked();
    QStringList titles;
    for (const QString &restaurant : open)
        titles.append(m_session.restaurantTitle(restaurant));
    const QString words = open.isEmpty()
                              ? QString()
                              : tr("LIVE: %1 unlocked for test changes, locked again in %2.")
                                    .arg(titles.join(u", "_s),
                                         spanText(m_session.lockedAgainMs() - m_session.nowMs()));
    if (words == m_guardWords->text())
        return;
    m_guardWords->setText(words);
    m_guard->setVisible(!open.isEmpty());
    // A property, so that the theme's sheet draws the frame in its own red.
    if (centralWidget()->property("unlocked").toBool() == open.isEmpty()) {
        centralWidget()->setProperty("unlocked", !open.isEmpty());
        const int frame = open.isEmpty() ? 0 : 5;
        centralWidget()->layout()->setContentsMargins(frame, frame, frame, frame);
        centralWidget()->style()->unpolish(centralWidget());
        centralWidget()->style()->polish(centralWidget());
        centralWidget()->update();
    }
}

void MainWindow::setScheme(Scheme scheme)
{
    m_scheme = scheme;
    m_settings.setValue("view/theme", int(scheme));
    applyScheme(*qApp, scheme);
    markStale();
}

void MainWindow::rename(const QString &restaurant, const QString &device)
{
    auto *dialog = new RenameDialog(m_session, restaurant, device, this);
    connect(dialog, &RenameDialog::renamed, this,
            [this](const QString &news) { statusBar()->showMessage(news, 12000); });
    dialog->open();
}

void MainWindow::takeUsualLayout()
{
    resize(usualSize);
    m_splitter->setSizes({270, 1090});
}

void MainWindow::resetLayout()
{
    m_settings.remove(layoutKey());
    takeUsualLayout();
    for (Page *page : std::as_const(m_pages))
        page->resetLayout();
    statusBar()->showMessage(tr("The layout is as it was at first."), 5000);
}

void MainWindow::saveLayout() const
{
    m_settings.beginGroup(layoutKey());
    m_settings.setValue("geometry", saveGeometry());
    m_settings.setValue("splitter", m_splitter->saveState());
    m_settings.setValue("page", m_pages[m_stack->currentIndex()]->id());
    for (const Page *page : m_pages) {
        m_settings.beginGroup(page->id());
        page->saveLayout(m_settings);
        m_settings.endGroup();
    }
    m_settings.endGroup();
}

void MainWindow::restoreLayout()
{
    m_settings.beginGroup(layoutKey());
    restoreGeometry(m_settings.value("geometry").toByteArray());
    m_splitter->restoreState(m_settings.value("splitter").toByteArray());
    for (Page *page : std::as_const(m_pages)) {
        m_settings.beginGroup(page->id());
        page->restoreLayout(m_settings);
        m_settings.endGroup();
    }
    m_settings.endGroup();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    saveLayout();
    QMainWindow::closeEvent(event);
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    // The desktop switched between light and dark while we follow it.
    if (event->type() == QEvent::ThemeChange && m_scheme == Scheme::System)
        applyScheme(*qApp, m_scheme);
}

} // namespace possync::gui
