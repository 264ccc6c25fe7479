// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/access/accesspage.h"
#include "console/gui/base/page.h"
#include "console/gui/base/theme.h"
#include "console/gui/base/words.h"
#include "console/gui/changes/changespage.h"
#include "console/gui/compose/composepage.h"
#include "console/gui/connect/connectdialog.h"
#include "console/gui/data/datapage.h"
#include "console/gui/devices/devicespage.h"
#include "console/gui/frame/banner.h"
#include "console/gui/frame/commandpalette.h"
#include "console/gui/frame/connectionpill.h"
#include "console/gui/frame/mainwindow.h"
#include "console/gui/lab/labpage.h"
#include "console/gui/lab/replaypane.h"
#include "console/remote/secretstore.h"
#include "tests/console/gui/fixture.h"

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::gui {

/// Takes every page's picture from fixtures, light and dark, and looks for what a picture cannot
/// show.
class PagesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { installWords(*qApp); }
    void init();
    void everyPageIsDrawn_data();
    void everyPageIsDrawn();
    void keysChooseEveryPage();
    void everyPageFitsALaptop();
    void testsAreComposedInWords();
    void lostConnectionIsDrawn_data();
    void lostConnectionIsDrawn();
    void firstRunIsDrawn_data();
    void firstRunIsDrawn();

private:
    struct Stage {
        QTemporaryDir dir;
        QSettings settings{dir.filePath(u"settings.ini"_s), QSettings::IniFormat};
        fixture::QuietServer server;
        Session session;
    };

    void save(QWidget &widget, const QString &name, bool dark);
};

void PagesTest::init()
{
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support).*"_s));
}

void PagesTest::save(QWidget &widget, const QString &name, bool dark)
{
    const QDir dir(QStringLiteral(POSSYNC_SCREENSHOTS));
    QVERIFY(dir.mkpath(u"."_s));
    for (int pass = 0; pass < 3; ++pass) // showing and laying out post events in turn
        QCoreApplication::processEvents();
    const QPixmap picture = widget.grab();
    QCOMPARE(picture.size(), widget.size() * widget.devicePixelRatioF());
    const QString file = u"%1-%2-%3.png"_s.arg(name, dark ? u"dark"_s : u"light"_s)
                             .arg(qRound(widget.devicePixelRatioF() * 100));
    QVERIFY(picture.save(dir.filePath(file)));
    // A page that drew nothing has few colours.
    const QImage image = picture.toImage().scaled(400, 300);
    QSet<QRgb> colours;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            colours.insert(image.pixel(x, y));
    }
    QCOMPARE_GT(colours.size(), 40);
}

void PagesTest::everyPageIsDrawn_data()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void PagesTest::everyPageIsDrawn()
{
    QFETCH(bool, dark);
    Stage stage;
    stage.session.setPort(&stage.server);
    fixture::fill(stage.session);
    MainWindow window(stage.session, stage.settings);
    window.setScheme(dark ? Scheme::Dark : Scheme::Light);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QTRY_COMPARE_EQ(stage.session.changes().rowCount(), 480);
    Q_EMIT stage.session.ticked(fixture::nowMs());
    for (Page *page : window.pages()) {
        if (page->id() == "data"_L1) {
            stage.session.select(u"oh-bombay-milton"_s);
            auto *data = qobject_cast<DataPage *>(page);
            data->setRecords(fixture::records());
            page->findChild<QTableView *>()->selectRow(3);
        }
        if (page->id() == "devices"_L1)
            qobject_cast<DevicesPage *>(page)->setNeedle({});
        window.showPage(page->id());
        if (page->id() == "conflicts"_L1)
            page->findChild<QTableView *>()->selectRow(0);
        if (page->id() == "changes"_L1)
            page->findChild<QTableView *>()->selectRow(stage.session.changes().rowCount() - 4);
        QCoreApplication::processEvents();
        save(window, page->id(), dark);
        QCOMPARE(fixture::whatIsCut(*page), QString());
        if (auto *access = qobject_cast<AccessPage *>(page)) {
            access->showPairing();
            for (QPushButton *button : access->findChildren<QPushButton *>()) {
                if (button->text() == "&Show a code"_L1)
                    button->click();
            }
            save(window, u"access-pairing"_s, dark);
            access->showAudit();
            save(window, u"access-audit"_s, dark);
            QCOMPARE(fixture::whatIsCut(*page), QString());
        }
        if (auto *lab = qobject_cast<LabPage *>(page)) {
            QCOMPARE(lab->problem(), QString());
            lab->showRecordings();
            lab->replay().showReport(fixture::replayed());
            save(window, u"lab-recordings"_s, dark);
            QCOMPARE(fixture::whatIsCut(*page), QString());
        }
        stage.session.select(QString());
    }
    CommandPalette *palette = window.openPalette();
    palette->setText(u"pos_device"_s);
    save(*palette, u"palette"_s, dark);
    palette->close();
}

void PagesTest::keysChooseEveryPage()
{
    Stage stage;
    MainWindow window(stage.session, stage.settings);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QCOMPARE(window.pages().size(), 10);
    for (int i = 9; i >= 0; --i) {
        QTest::keyClick(&window, Qt::Key(Qt::Key_0 + (i + 1) % 10), Qt::ControlModifier);
        QVERIFY2(window.pages()[i]->isVisible(), qPrintable(window.pages()[i]->id()));
    }
}

void PagesTest::everyPageFitsALaptop()
{
    Stage stage;
    stage.session.setPort(&stage.server);
    fixture::fill(stage.session);
    MainWindow window(stage.session, stage.settings);
    window.resize(1280, 800);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QTRY_COMPARE_EQ(stage.session.changes().rowCount(), 480);
    QCOMPARE_LE(window.minimumSizeHint().width(), 1280);
    for (Page *page : window.pages()) {
        window.showPage(page->id());
        for (int pass = 0; pass < 3; ++pass)
            QCoreApplication::processEvents();
        QCOMPARE(fixture::whatIsCut(*page), QString());
    }
}

void PagesTest::testsAreComposedInWords()
{
    Stage stage;
    ComposePage page(stage.session, nullptr);
    QComboBox *type = nullptr;
    for (QComboBox *box : page.findChildren<QComboBox *>()) {
        if (box->accessibleName() == "Type"_L1)
            type = box;
    }
    auto *json = page.findChild<QPlainTextEdit *>();
    QVERIFY(type && json);
    QCOMPARE(type->currentText(), u"Dine in"_s);
    QVERIFY(type->itemData(0, Qt::ToolTipRole).toString().contains(u"dineIn"_s));
    type->setCurrentIndex(type->findText(u"Delivery"_s));
    QVERIFY2(json->toPlainText().contains(u"\"type\": \"delivery\""_s),
             qPrintable(json->toPlainText()));
    json->setPlainText(u"{\"type\":\"takeaway\"}"_s);
    QTRY_COMPARE(type->currentText(), u"Takeaway"_s);
}

void PagesTest::lostConnectionIsDrawn_data()
{
    everyPageIsDrawn_data();
}

void PagesTest::lostConnectionIsDrawn()
{
    QFETCH(bool, dark);
    Stage stage;
    fixture::fill(stage.session);
    MainWindow window(stage.session, stage.settings);
    window.setScheme(dark ? Scheme::Dark : Scheme::Light);
    window.show();
    const qint64 now = fixture::nowMs();
    stage.session.setLink(
        {.phase = LinkStatus::Waiting,
         .host = u"127.0.0.1:3000"_s,
         .reason = u"The computer is there, but no program listens on this port."_s,
         .lostMs = now - 750000,
         .retryAtMs = now + 7000,
         .attempt = 3});
    Q_EMIT stage.session.ticked(now);
    QCOMPARE(window.pill().text(), u"Reconnecting in 7 s (try 3) · offline since 20:02:00"_s);
    QVERIFY(window.banner().text().contains("lost at 20:02:00"_L1));
    window.showPage(u"overview"_s);
    save(window, u"lost"_s, dark);
    window.showPage(u"traffic"_s);
    save(window, u"lost-traffic"_s, dark);
}

void PagesTest::firstRunIsDrawn_data()
{
    everyPageIsDrawn_data();
}

void PagesTest::firstRunIsDrawn()
{
    QFETCH(bool, dark);
    Stage stage;
    MainWindow window(stage.session, stage.settings);
    window.setScheme(dark ? Scheme::Dark : Scheme::Light);
    window.show();
    for (const QString &page : {u"overview"_s, u"changes"_s, u"traffic"_s}) {
        window.showPage(page);
        save(window, u"empty-"_s + page, dark);
    }
    remote::SecretStore secrets;
    {
        ConnectDialog dialog({}, {}, secrets, nullptr);
        dialog.show();
        save(dialog, u"connect"_s, dark);
    }
    const QList<Profile> kept{
        {u"Oh Bombay, back office"_s, QUrl(u"http://192.168.1.10:3000"_s), {}},
        {u"Headquarters"_s, QUrl(u"https://pos.example:3443"_s), {}}};
    ConnectDialog dialog(kept, u"Headquarters"_s, secrets, nullptr);
    dialog.show();
    // What a test of a far server says, without the network.
    auto *test = dialog.findChild<ConnectionTest *>(QString(), Qt::FindDirectChildrenOnly);
    using enum ConnectionTest::Step;
    const std::pair<ConnectionTest::Step, QString> said[]{
        {Address, u"https://pos.example:3443"_s},
        {Name, u"192.0.2.7"_s},
        {Port, u"Port 3443 is open."_s},
        {Encryption, u"pos.example:3443 shows another certificate than the one trusted for it. "
                     u"Compare the fingerprints."_s}};
    for (const auto &[step, words] : said)
        Q_EMIT test->stepFinished(step,
                                  step == Encryption ? ConnectionTest::Outcome::Failed
                                                     : ConnectionTest::Outcome::Passed,
                                  words);
    dialog.askAbout(QSslCertificate::fromData(fixture::certificate(1)).value(0),
                    QSslCertificate::fromData(fixture::certificate(0)).value(0));
    save(dialog, u"connect-changed"_s, dark);
}

} // namespace possync::gui

QTEST_MAIN(possync::gui::PagesTest)
#include "tst_gui_pages.moc"
