// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/base/tabletools.h"
#include "console/gui/changes/changedetail.h"
#include "console/gui/changes/changespage.h"
#include "console/gui/changes/filteredit.h"
#include "console/gui/devices/devicespage.h"
#include "console/gui/frame/commandpalette.h"
#include "console/gui/frame/restaurantpanel.h"
#include "console/gui/names/renamedialog.h"
#include "tests/console/gui/liveconsole.h"
#include "tests/server/program/appclient.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStatusBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::gui {

namespace {

constexpr int patienceMs = 60'000;

} // namespace

/// Renaming restaurants and devices, through the widgets, against the real server.
class NamesTest : public QObject, private LiveConsole
{
    Q_OBJECT

public:
    explicit NamesTest(const QString &server)
        : LiveConsole(server)
    {
    }

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void listMovesARenamedOne();
    void keyRenamesTheRestaurant();
    void menuAndPaletteRename();
    void allTogetherHasNoName();
    void refusedNameStaysInTheDialog();
    void deviceIsRenamed();
    void emptyNameGoesBackToTheId();
    void paletteRenamesDevicesAndOtherRestaurants();
    void viewerCannotRenameAndIsToldWhy();
    void lostConnectionLosesNothing();

private:
    RenameDialog *dialog() const { return m_window->findChild<RenameDialog *>(); }
    /// Presses F2 in a view, once the window has the keyboard again.
    void pressRename(QWidget *view) const;
    /// Types a name into the open dialog and confirms it.
    void enter(const QString &name) const;
    /// The list's row of a restaurant.
    QModelIndex rowOf(const QString &id) const;
    QString titleOf(const QString &id) const { return rowOf(id).data().toString(); }
    /// The device table's row.
    QModelIndex deviceRow(const QString &id, DeviceModel::Column column) const;

    std::unique_ptr<test::AppClient> m_tablet;
    QListView *m_list = nullptr;
    QTableView *m_table = nullptr;
    DevicesPage *m_page = nullptr;
};

void NamesTest::initTestCase()
{
    QVERIFY(startServer());
    for (const QByteArray &id : {QByteArray("annex"), QByteArray("bistro")}) {
        const auto posted = m_server->post(
            u"/api/sync"_s,
            R"({"restaurant_id":")" + id
                + R"(","device_id":"poster","changes":[{"type":)"
                  R"("data_change","data_type":"orders","action":"created","data":{"id":"o1"}}]})");
        QCOMPARE(posted.status, 200);
    }
    m_tablet = std::make_unique<test::AppClient>(*m_server, "pad1", "bistro");
    QVERIFY(m_tablet->join(patienceMs));
    buildWindow();
    m_list = m_window->findChild<RestaurantPanel *>()->findChild<QListView *>();
    m_page = m_window->findChild<DevicesPage *>();
    m_table = m_page->findChild<QTableView *>();
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    m_link->connectTo(url());
    QTRY_VERIFY_WITH_TIMEOUT(m_session->isConnected(), patienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(m_list->model()->rowCount(), 3, patienceMs);
}

void NamesTest::init()
{
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support).*"_s));
}

void NamesTest::cleanup()
{
    if (RenameDialog *open = dialog())
        open->reject();
    QTRY_VERIFY_WITH_TIMEOUT(!dialog(), patienceMs);
}

void NamesTest::pressRename(QWidget *view) const
{
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get(), patienceMs));
    view->setFocus();
    QTRY_VERIFY_WITH_TIMEOUT(view->hasFocus(), patienceMs);
    QTest::keyClick(view, Qt::Key_F2);
}

void NamesTest::enter(const QString &name) const
{
    QVERIFY(dialog());
    auto *edit = dialog()->findChild<QLineEdit *>();
    edit->selectAll();
    QTest::keyClick(edit, Qt::Key_Delete);
    edit->insert(name);
    QTest::keyClick(edit, Qt::Key_Return);
}

QModelIndex NamesTest::rowOf(const QString &id) const
{
    const QAbstractItemModel *model = m_list->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        if (model->index(row, 0).data(RestaurantModel::IdRole).toString() == id)
            return model->index(row, 0);
    }
    return {};
}

QModelIndex NamesTest::deviceRow(const QString &id, DeviceModel::Column column) const
{
    const QAbstractItemModel *model = m_table->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        const QString shown =
            model->index(row, DeviceModel::Device).data(Qt::ToolTipRole).toString();
        if (shown.contains(id))
            return model->index(row, column);
    }
    return {};
}

void NamesTest::listMovesARenamedOne()
{
    Fleet fleet;
    RestaurantModel model(fleet, nullptr);
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto set = [&fleet](const QString &firstName, const QString &lastName) {
        fleet.setRestaurants(
            {{.id = u"a"_s, .name = firstName}, {.id = u"b"_s}, {.id = u"c"_s, .name = lastName}});
    };
    set({}, {});
    const QPersistentModelIndex c = model.index(model.rowOf(u"c"_s));
    const QPersistentModelIndex a = model.index(model.rowOf(u"a"_s));
    set(u"Zorba"_s, u"Aaa"_s);
    QCOMPARE(model.rowOf(u"c"_s), 1);
    QCOMPARE(model.rowOf(u"b"_s), 2);
    QCOMPARE(model.rowOf(u"a"_s), 3);
    // Whoever had chosen one still has.
    QVERIFY(c.isValid() && a.isValid());
    QCOMPARE(c.row(), 1);
    QCOMPARE(a.row(), 3);
    QCOMPARE(c.data().toString(), u"Aaa"_s);
    QVERIFY(c.data(Qt::ToolTipRole).toString().contains(u"c · "_s));
}

void NamesTest::keyRenamesTheRestaurant()
{
    m_list->setCurrentIndex(rowOf(u"bistro"_s));
    m_session->select(u"bistro"_s);
    pressRename(m_list);
    QVERIFY(dialog());
    QCOMPARE(dialog()->findChild<QLineEdit *>()->text(), QString());
    QCOMPARE(dialog()->findChild<QLineEdit *>()->placeholderText(), u"bistro"_s);
    enter(u"  Aunt Mary's <b>Bistro</b> "_s);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog(), patienceMs);
    const QString name = u"Aunt Mary's <b>Bistro</b>"_s;
    QVERIFY(m_window->statusBar()->currentMessage().contains(name));
    QTRY_COMPARE_WITH_TIMEOUT(titleOf(u"bistro"_s), name, patienceMs);
    QVERIFY(m_window->windowTitle().startsWith(name));
    QVERIFY(rowOf(u"bistro"_s).data(Qt::ToolTipRole).toString().contains(u"bistro · "_s));
    // It stands behind "annex" still, or elsewhere: it is the one that is selected.
    QCOMPARE(m_session->selected(), u"bistro"_s);
    QCOMPARE(m_list->currentIndex(), rowOf(u"bistro"_s));
    pressRename(m_list);
    QVERIFY(dialog());
    QCOMPARE(dialog()->findChild<QLineEdit *>()->text(), name);
    enter(u"Aaa Bistro"_s);
    QTRY_COMPARE_WITH_TIMEOUT(titleOf(u"bistro"_s), u"Aaa Bistro"_s, patienceMs);
    QCOMPARE(rowOf(u"bistro"_s).row(), 1);
    QCOMPARE(m_session->selected(), u"bistro"_s);
}

void NamesTest::menuAndPaletteRename()
{
    QCOMPARE(m_list->contextMenuPolicy(), Qt::ActionsContextMenu);
    m_list->setCurrentIndex(rowOf(u"annex"_s));
    m_session->select(u"annex"_s);
    QVERIFY(m_list->actions().constFirst()->isEnabled());
    m_list->actions().constFirst()->trigger();
    enter(u"The Annex"_s);
    QTRY_COMPARE_WITH_TIMEOUT(titleOf(u"annex"_s), u"The Annex"_s, patienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog(), patienceMs);
    CommandPalette *palette = m_window->openPalette();
    palette->setText(u"rename"_s);
    QVERIFY2(palette->shown().contains(u"Rename The Annex…"_s),
             qPrintable(palette->shown().join(u'|')));
    QTest::keyClick(palette->findChild<QLineEdit *>(), Qt::Key_Return);
    QVERIFY(dialog());
    enter(u"Annexe"_s);
    QTRY_COMPARE_WITH_TIMEOUT(titleOf(u"annex"_s), u"Annexe"_s, patienceMs);
}

void NamesTest::allTogetherHasNoName()
{
    m_list->setCurrentIndex(rowOf({}));
    QVERIFY(!m_list->actions().constFirst()->isEnabled());
    pressRename(m_list);
    QVERIFY(!dialog());
}

void NamesTest::refusedNameStaysInTheDialog()
{
    m_session->select(u"annex"_s);
    m_list->setCurrentIndex(rowOf(u"annex"_s));
    const QString before = titleOf(u"annex"_s);
    m_list->actions().constFirst()->trigger();
    const QString longer(81, u'x');
    enter(longer);
    const auto problem = [this] {
        QStringList shown;
        for (const QLabel *label : dialog()->findChildren<QLabel *>()) {
            if (label->isVisible())
                shown.append(label->text());
        }
        return shown.join(u'\n');
    };
    QTRY_VERIFY_WITH_TIMEOUT(problem().contains(u"81 characters"_s), patienceMs);
    QCOMPARE(dialog()->findChild<QLineEdit *>()->text(), longer);
    QCOMPARE(titleOf(u"annex"_s), before);
    // Mended, it goes through.
    enter(u"Annexe 2"_s);
    QTRY_COMPARE_WITH_TIMEOUT(titleOf(u"annex"_s), u"Annexe 2"_s, patienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog(), patienceMs);
}

void NamesTest::deviceIsRenamed()
{
    m_session->select(u"bistro"_s);
    m_window->showPage(m_page->id());
    QTRY_VERIFY_WITH_TIMEOUT(deviceRow(u"pad1"_s, DeviceModel::Device).isValid(), patienceMs);
    m_table->setCurrentIndex(deviceRow(u"pad1"_s, DeviceModel::Device));
    const auto *button = m_page->findChild<QPushButton *>(u"rename"_s);
    QTRY_VERIFY_WITH_TIMEOUT(button->isEnabled(), patienceMs);
    pressRename(m_table);
    QVERIFY(dialog());
    enter(u"Bar upstairs"_s);
    const auto shown = [this] {
        return deviceRow(u"pad1"_s, DeviceModel::Device).data().toString();
    };
    QTRY_COMPARE_WITH_TIMEOUT(shown(), u"Bar upstairs"_s, patienceMs);
    QVERIFY(deviceRow(u"pad1"_s, DeviceModel::Device)
                .data(Qt::ToolTipRole)
                .toString()
                .contains(u"Bar upstairs · pad1"_s));
    QCOMPARE(deviceRow(u"pad1"_s, DeviceModel::Restaurant).data().toString(), u"Aaa Bistro"_s);
    // Found by what is read and by the id.
    for (const QString &needle : {u"upstairs"_s, u"pad1"_s}) {
        m_page->setNeedle(needle);
        QCOMPARE(m_table->model()->rowCount(), 1);
    }
    m_page->setNeedle({});
    QCOMPARE(m_session->deviceTitle(u"bistro"_s, u"pad1"_s), u"Bar upstairs"_s);
    QTRY_VERIFY_WITH_TIMEOUT(
        [this] {
            for (const QLabel *label : m_page->findChildren<QLabel *>()) {
                if (label->text().startsWith(u"Bar upstairs (pad1) in Aaa Bistro"_s))
                    return true;
            }
            return false;
        }(),
        patienceMs);
    // Changes show the names; ids are in their tooltips, in what filters take and what is copied.
    m_tablet->sendTyped("o7", R"("total":7)");
    const ChangeModel &changes = m_session->changes();
    QTRY_COMPARE_WITH_TIMEOUT(changes.rowCount(), 2, patienceMs);
    const auto cell = [&changes](int at, int column, int role = Qt::DisplayRole) {
        return changes.index(at, column).data(role).toString();
    };
    int row = cell(0, ChangeModel::Device, RawRole) == u"pad1" ? 0 : 1;
    const auto tip = [&](int column) { return cell(row, column, Qt::ToolTipRole); };
    QCOMPARE(cell(row, ChangeModel::Device), u"Bar upstairs"_s);
    QVERIFY(tip(ChangeModel::Device).contains(u"Bar upstairs · pad1"_s));
    QCOMPARE(cell(row, ChangeModel::Device, ChangeModel::FilterValueRole), u"pad1"_s);
    QCOMPARE(cell(row, ChangeModel::Restaurant), u"Aaa Bistro"_s);
    QVERIFY(tip(ChangeModel::Restaurant).contains(u"Aaa Bistro · bistro"_s));
    const auto *changesPage = m_window->findChild<ChangesPage *>();
    auto *table = changesPage->findChild<QTableView *>();
    table->selectRow(row);
    const QString copied = selectionAsText(table, false);
    QVERIFY2(copied.contains(u"\tpad1"_s) && !copied.contains(u"upstairs"_s), qPrintable(copied));
    QVERIFY(changesPage->findChild<ChangeDetail *>()->headline().contains(
        u"Bar upstairs (pad1)"_s));
    // Both are offered while a filter is typed, and both find it.
    auto *filter = changesPage->findChild<FilterEdit *>();
    for (const QString &typed : {u"device == bar"_s, u"device == pad"_s}) {
        filter->clear();
        QTest::keyClicks(filter, typed);
        QCOMPARE(filter->findChild<QCompleter *>()->completionCount(), 1);
    }
    filter->apply(u"device == \"Bar upstairs\""_s);
    QTRY_COMPARE_WITH_TIMEOUT(changes.rowCount(), 1, patienceMs);
    QCOMPARE(cell(0, ChangeModel::Device, RawRole), u"pad1"_s);
    filter->apply({});
    QTRY_COMPARE_WITH_TIMEOUT(changes.rowCount(), 2, patienceMs);
    row = 1 - row;
    QCOMPARE(tip(ChangeModel::Device), QString());
    CommandPalette *palette = m_window->openPalette();
    palette->setText(u"upstairs"_s);
    QVERIFY(palette->shown().contains(u"Bar upstairs (pad1)"_s));
    palette->close();
}

void NamesTest::emptyNameGoesBackToTheId()
{
    m_session->select(u"annex"_s);
    m_list->setCurrentIndex(rowOf(u"annex"_s));
    m_list->actions().constFirst()->trigger();
    enter({});
    QTRY_COMPARE_WITH_TIMEOUT(titleOf(u"annex"_s), u"annex"_s, patienceMs);
    QVERIFY(!rowOf(u"annex"_s).data(Qt::ToolTipRole).toString().contains(u"annex"_s));
    QTRY_VERIFY_WITH_TIMEOUT(!dialog(), patienceMs);
}

void NamesTest::paletteRenamesDevicesAndOtherRestaurants()
{
    m_session->select(u"annex"_s);
    const auto choose = [this](const QString &typed) {
        CommandPalette *palette = m_window->openPalette();
        palette->setText(typed);
        const QString first = palette->shown().value(0);
        QTest::keyClick(palette->findChild<QLineEdit *>(), Qt::Key_Return);
        return first;
    };
    // Another restaurant than the one that is looked at, found by its id.
    QCOMPARE(choose(u"rename bistro"_s), u"Rename Aaa Bistro…"_s);
    QVERIFY(dialog());
    enter(u"Bistro 2"_s);
    QTRY_COMPARE_WITH_TIMEOUT(titleOf(u"bistro"_s), u"Bistro 2"_s, patienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog(), patienceMs);
    QCOMPARE(m_session->selected(), u"annex"_s);
    QCOMPARE(choose(u"rename pad1"_s), u"Rename Bar upstairs (pad1)…"_s);
    QVERIFY(dialog());
    QCOMPARE(dialog()->findChild<QLineEdit *>()->text(), u"Bar upstairs"_s);
    enter(u"Bar below"_s);
    QTRY_COMPARE_WITH_TIMEOUT(m_session->deviceTitle(u"bistro"_s, u"pad1"_s), u"Bar below"_s,
                              patienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog(), patienceMs);
    // What is looked at is offered first.
    CommandPalette *palette = m_window->openPalette();
    palette->setText(u"rename"_s);
    QCOMPARE(palette->shown().value(0), u"Rename annex…"_s);
    palette->close();
}

void NamesTest::viewerCannotRenameAndIsToldWhy()
{
    test::ServerProcess server(m_program);
    QVERIFY(server.start({u"--auth"_s, u"required"_s}) >= 0);
    const QByteArray token = server.makeToken(R"("role":"viewer")").secret;
    QVERIFY(!token.isEmpty());
    test::AppClient tablet(server, "pad1", "bistro");
    tablet.setToken(server.makeToken(R"("role":"server","restaurant":"bistro")").secret);
    QVERIFY(tablet.join(patienceMs));
    tablet.sendTyped("o1", R"("total":5)");
    QSettings settings(m_dir.filePath(u"viewer.ini"_s), QSettings::IniFormat);
    Session session;
    ServerLink link(session);
    MainWindow window(session, settings);
    window.show();
    link.connectTo(QUrl(u"http://127.0.0.1:%1"_s.arg(server.port())), token);
    QTRY_VERIFY_WITH_TIMEOUT(session.isConnected(), patienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!session.fleet().devices(u"bistro"_s).isEmpty(), patienceMs);
    const QString why = session.whyNotRename();
    QVERIFY2(why.contains(u"viewer"_s), qPrintable(why));
    // The list of restaurants.
    session.select(u"bistro"_s);
    const auto *list = window.findChild<RestaurantPanel *>()->findChild<QListView *>();
    QTRY_COMPARE_WITH_TIMEOUT(list->currentIndex().data(RestaurantModel::IdRole).toString(),
                              u"bistro"_s, patienceMs);
    const QAction *action = list->actions().constFirst();
    QVERIFY(!action->isEnabled());
    QVERIFY2(action->text().contains(why), qPrintable(action->text()));
    // The page Devices.
    window.showPage(u"devices"_s);
    const auto *page = window.findChild<DevicesPage *>();
    auto *table = page->findChild<QTableView *>();
    QTRY_VERIFY_WITH_TIMEOUT(table->model()->rowCount() > 0, patienceMs);
    table->selectRow(0);
    const auto *button = page->findChild<QPushButton *>(u"rename"_s);
    QTRY_COMPARE_WITH_TIMEOUT(button->toolTip(), why, patienceMs);
    QVERIFY(!button->isEnabled());
    // The palette, which says so when it is asked.
    CommandPalette *palette = window.openPalette();
    palette->setText(u"rename"_s);
    QCOMPARE(palette->shown().value(0), u"Rename…"_s);
    QTest::keyClick(palette->findChild<QLineEdit *>(), Qt::Key_Return);
    QCOMPARE(window.statusBar()->currentMessage(), why);
    QVERIFY(!window.findChild<RenameDialog *>());
}

void NamesTest::lostConnectionLosesNothing()
{
    m_session->select(u"annex"_s);
    m_list->setCurrentIndex(rowOf(u"annex"_s));
    m_list->actions().constFirst()->trigger();
    QVERIFY(dialog());
    m_server->kill();
    QTRY_VERIFY_WITH_TIMEOUT(!m_session->isConnected(), patienceMs);
    QVERIFY(!m_list->actions().constFirst()->isEnabled());
    enter(u"Typed in vain"_s);
    QVERIFY(dialog()->isVisible());
    QCOMPARE(dialog()->findChild<QLineEdit *>()->text(), u"Typed in vain"_s);
    QCOMPARE(titleOf(u"annex"_s), u"annex"_s);
}

} // namespace possync::gui

int main(int argc, char **argv)
{
    return possync::test::runWithPrograms<possync::gui::NamesTest, QApplication, 1>(argc, argv);
}
#include "tst_gui_names.moc"
