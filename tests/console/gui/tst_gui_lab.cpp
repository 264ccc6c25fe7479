// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/changes/changedetail.h"
#include "console/gui/changes/changespage.h"
#include "console/gui/charts/chartpane.h"
#include "console/gui/compose/composepage.h"
#include "console/gui/devices/devicespage.h"
#include "console/gui/frame/mainwindow.h"
#include "console/gui/lab/labpage.h"
#include "console/gui/link/serverlink.h"
#include "console/gui/overview/overviewpage.h"
#include "console/gui/traffic/trafficpage.h"
#include "tests/support/withprograms.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::gui {

/// The window's pages, through their widgets, against the real server.
class LabTest : public QObject
{
    Q_OBJECT

public:
    explicit LabTest(const QString &server)
        : m_program(server)
    {
    }

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void sampleTurnsGreen();
    void faultBoardMakesTrouble();
    void newTabletsWorkBesideOldOnes();
    void missedExpectationTurnsRed();
    void badFileSaysWhere();
    void liveRestaurantIsGuarded();
    void aTestOrderReachesTheKitchen();
    void questionsLeadToAnswers();
    void trafficHasThePast();

private:
    LabPage &lab() { return *m_window->findChild<LabPage *>(); }
    QPushButton *button(QWidget &in, const QString &text) const
    {
        for (QPushButton *one : in.findChildren<QPushButton *>()) {
            if (one->text().remove(u'&').contains(text))
                return one;
        }
        return nullptr;
    }
    bool writeScenario(const QString &name, const QByteArray &text) const
    {
        QFile file(name);
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    }

    QString m_program;
    QTemporaryDir m_dir;
    QProcess m_server;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<ServerLink> m_link;
    std::unique_ptr<MainWindow> m_window;
};

void LabTest::initTestCase()
{
    m_server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_server.start(m_program, {u"--port"_s, u"0"_s, u"--data"_s, m_dir.filePath(u"data"_s),
                               u"--auth"_s, u"off"_s});
    const QByteArray mark = "possync-server ready on ";
    QByteArray said;
    QTRY_VERIFY_WITH_TIMEOUT((said += m_server.readAllStandardOutput()).contains('\n'), 20000);
    m_settings =
        std::make_unique<QSettings>(m_dir.filePath(u"settings.ini"_s), QSettings::IniFormat);
    m_session = std::make_unique<Session>();
    m_link = std::make_unique<ServerLink>(*m_session);
    m_window = std::make_unique<MainWindow>(*m_session, *m_settings);
    m_window->show();
    QVERIFY(!lab().problem().isEmpty());
    m_link->connectTo(QUrl(QString::fromUtf8(said.sliced(mark.size()).trimmed())));
    QTRY_VERIFY(m_session->isConnected());
    QCOMPARE(lab().problem(), QString());
}

void LabTest::cleanupTestCase()
{
    m_window.reset();
    m_link.reset();
    m_server.terminate();
    QVERIFY(m_server.waitForFinished(10000));
}

void LabTest::sampleTurnsGreen()
{
    m_window->showPage(u"lab"_s);
    auto *checks = lab().findChild<CheckModel *>();
    auto *bench = lab().findChild<BenchModel *>();
    const QAbstractItemModelTester checkTester(checks);
    const QAbstractItemModelTester benchTester(bench);
    const QString sample = m_dir.filePath(u"quick.toml"_s);
    QVERIFY(writeScenario(
        sample, "name = \"Quick\"\n[[device]]\nname = \"Till\"\n[[device]]\nname = \"Kitchen\"\n"
                "[[step]]\nat = \"100 ms\"\ndevice = \"Till\"\n"
                "send = { type = \"orders\", action = \"created\", id = \"o1\", data = "
                "'{\"total_amount\": 45.50}' }\n"
                "expect = { devices = \"Kitchen\", within = \"2 s\" }\n"));
    QVERIFY(lab().openFile(sample));
    button(lab(), u"Start"_s)->click();
    QTRY_COMPARE(bench->rowCount(), 2);
    QTRY_VERIFY_WITH_TIMEOUT(lab().report().has_value(), 20000);
    QVERIFY2(lab().report()->passed(), qPrintable(lab().report()->log.join(u'\n')));
    QCOMPARE(checks->rowCount(), 1);
    QVERIFY(checks->index(0, CheckModel::Result).data().toString().contains(u"met"_s));
    QCOMPARE(bench->rowCount(), 0); // its devices are gone
    QVERIFY(button(lab(), u"Save report"_s)->isEnabled());
}

void LabTest::faultBoardMakesTrouble()
{
    lab().choose(0); // your own crew
    const auto spins = lab().findChildren<QSpinBox *>();
    QCOMPARE(spins.size(), 3);
    spins[0]->setValue(3);
    spins[1]->setValue(20);
    spins[2]->setValue(600);
    button(lab(), u"Start"_s)->click();
    auto *bench = lab().findChild<BenchModel *>();
    int row = -1;
    const auto state = [&](int of) { return bench->index(of, BenchModel::State).data().toString(); };
    // The first to be there goes off line while the others still connect.
    QVERIFY(lab().run());
    connect(lab().run(), &remote::ScenarioRun::progressed, this, [&] {
        for (int one = 0; row < 0 && one < bench->rowCount(); ++one) {
            if (state(one) == u"connected"_s) {
                row = one;
                bench->setData(bench->index(one, BenchModel::FirstFault), Qt::Checked,
                               Qt::CheckStateRole);
            }
        }
    });
    QTRY_COMPARE(bench->rowCount(), 3);
    QTRY_VERIFY(row >= 0);
    const QModelIndex offline = bench->index(row, BenchModel::FirstFault);
    QCOMPARE(state(row), u"offline"_s);
    QCOMPARE(offline.data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
    QTRY_VERIFY(bench->index(row, BenchModel::Waiting).data().toInt() > 0); // it goes on working
    QVERIFY(bench->setData(offline, Qt::Unchecked, Qt::CheckStateRole));
    QTRY_COMPARE(state(row), u"connected"_s);
    button(lab(), u"Stop"_s)->click();
    QTRY_VERIFY(lab().report().has_value());
    QVERIFY(lab().report()->verdict.sent > 0);
}

void LabTest::newTabletsWorkBesideOldOnes()
{
    lab().choose(0);
    const auto spins = lab().findChildren<QSpinBox *>();
    spins[0]->setValue(4);
    spins[1]->setValue(40);
    spins[2]->setValue(2);
    QComboBox *speak = nullptr;
    for (QComboBox *box : lab().findChildren<QComboBox *>()) {
        if (box->accessibleName() == "They speak"_L1)
            speak = box;
    }
    QVERIFY(speak);
    speak->setCurrentText(u"both"_s);
    lab().start();
    auto *bench = lab().findChild<BenchModel *>();
    QTRY_COMPARE(bench->rowCount(), 4);
    QCOMPARE(bench->index(1, BenchModel::Name).data().toString(), u"Tablet 2 · v2"_s);
    // A switch that a v2 device cannot have is not there.
    const int garbage = BenchModel::FirstFault + int(remote::FaultKind::Garbage);
    QVERIFY(bench->index(0, garbage).flags().testFlag(Qt::ItemIsUserCheckable));
    QVERIFY(!bench->index(1, garbage).flags().testFlag(Qt::ItemIsUserCheckable));
    QVERIFY(!bench->index(1, garbage).data(Qt::CheckStateRole).isValid());
    QVERIFY(!bench->setData(bench->index(1, garbage), Qt::Checked, Qt::CheckStateRole));
    QVERIFY(bench->index(1, garbage).data(Qt::ToolTipRole).toString().contains(u"v2"_s));
    QTRY_VERIFY(bench->index(1, BenchModel::Received).data().toInt() > 0);
    QCOMPARE(bench->index(1, BenchModel::Received).data(Qt::TextAlignmentRole).toInt(),
             int(Qt::AlignRight | Qt::AlignVCenter)); // units under units
    QTRY_VERIFY_WITH_TIMEOUT(lab().report().has_value(), 20000);
    QVERIFY2(lab().report()->passed(), qPrintable(lab().report()->log.join(u'\n')));
    QVERIFY(lab().report()->verdict.sent >= 70);
    QCOMPARE(lab().report()->verdict.delivered, lab().report()->verdict.sent * 3);
    speak->setCurrentIndex(0);
}

void LabTest::missedExpectationTurnsRed()
{
    const QString name = m_dir.filePath(u"late.toml"_s);
    QVERIFY(writeScenario(
        name, "name = \"Late\"\n[[device]]\nname = \"Till\"\n[[device]]\nname = \"Bar\"\n"
              "[[step]]\nat = \"0 s\"\ndevice = \"Bar\"\nfault = \"offline\"\nfor = \"1 s\"\n"
              "[[step]]\nat = \"100 ms\"\ndevice = \"Till\"\n"
              "send = { type = \"orders\", action = \"created\", id = \"o1\", data = '{}' }\n"
              "expect = { devices = \"Bar\", within = \"200 ms\" }\n"));
    QVERIFY(lab().openFile(name));
    lab().start();
    QTRY_VERIFY_WITH_TIMEOUT(!lab().run(), 20000);
    QVERIFY(lab().report().has_value());
    QVERIFY(!lab().report()->passed());
    QCOMPARE(lab().report()->verdict.lost, 0);
    auto *checks = lab().findChild<CheckModel *>();
    QVERIFY(checks->index(0, CheckModel::Detail).data().toString().contains(u"Bar"_s));
}

void LabTest::badFileSaysWhere()
{
    const QString name = m_dir.filePath(u"bad.toml"_s);
    QVERIFY(writeScenario(name, "name = \"Bad\"\nsteps = 3\n"));
    QVERIFY(!lab().openFile(name));
    bool isSaid = false;
    for (const QLabel *label : lab().findChildren<QLabel *>())
        isSaid = isSaid || label->text().contains(u"line 2"_s);
    QVERIFY(isSaid);
}

void LabTest::liveRestaurantIsGuarded()
{
    QNetworkAccessManager network;
    remote::ClassicDevice till(m_session->port()->server(), u"real-place"_s, u"till-front"_s,
                               network);
    till.connectToServer();
    QTRY_VERIFY(till.isRegistered());
    const QString name = m_dir.filePath(u"live.toml"_s);
    QVERIFY(writeScenario(name, "name = \"Live\"\nrestaurant = \"real-place\"\n[[device]]\nname = "
                                "\"Till\"\n[[step]]\nat = \"0 s\"\ndevice = \"Till\"\nfault = "
                                "\"drop\"\n"));
    QVERIFY(lab().openFile(name));
    QTRY_VERIFY(lab().problem().contains(u"live restaurant"_s));
    lab().start();
    QVERIFY(!lab().run());
}

void LabTest::aTestOrderReachesTheKitchen()
{
    QNetworkAccessManager network;
    remote::ClassicDevice kitchen(m_session->port()->server(), u"place"_s, u"kitchen"_s, network);
    kitchen.connectToServer();
    QTRY_VERIFY(kitchen.isRegistered());
    QTRY_VERIFY(m_session->fleet().restaurant(u"place"_s) != nullptr);
    m_session->select(u"place"_s);
    m_window->showPage(u"compose"_s);
    auto *compose = m_window->findChild<ComposePage *>();
    QTRY_COMPARE(compose->problem(), QString());
    m_session->unlock(u"place"_s); // as the question does
    QVERIFY(m_window->centralWidget()->property("unlocked").toBool());
    button(*compose, u"Send to all devices"_s)->click();
    QTRY_COMPARE(kitchen.applied().size(), std::size_t(1));
    QTRY_VERIFY_WITH_TIMEOUT(compose->result().contains(u"Reached kitchen"_s), 15000);
    m_session->lockAll();
    QVERIFY(!m_window->centralWidget()->property("unlocked").toBool());
    // The same change on the Changes page, with its way to every device.
    m_window->showPage(u"changes"_s);
    auto *changes = m_window->findChild<ChangesPage *>();
    QTRY_VERIFY(m_session->changes().rowCount() > 0);
    changes->findChild<QTableView *>()->selectRow(m_session->changes().rowCount() - 1);
    auto *detail = changes->findChild<ChangeDetail *>();
    QTRY_VERIFY(detail->journey().contains(u"kitchen: has it"_s));
    m_session->select({});
}

void LabTest::questionsLeadToAnswers()
{
    QNetworkAccessManager network;
    remote::ClassicDevice bar(m_session->port()->server(), u"place"_s, u"bar"_s, network);
    bar.connectToServer();
    QTRY_VERIFY(bar.isRegistered());
    bar.goOffline();
    QTRY_VERIFY(!m_session->fleet().devices(u"place"_s).isEmpty());
    m_session->port()->push(
        {u"place"_s, u"orders"_s, u"created"_s, u"order_7"_s, u"asha"_s, R"({"status":"pending"})"},
        this, [](const auto &) {});
    auto *overview = m_window->findChild<OverviewPage *>();
    m_window->showPage(u"overview"_s);
    QTRY_VERIFY_WITH_TIMEOUT(
        std::ranges::any_of(overview->attention(),
                            [](const Attention &a) { return a.deviceId == u"bar"_s; }),
        15000);
    button(*overview, u"Which device is behind"_s)->click();
    auto *devices = m_window->findChild<DevicesPage *>();
    QVERIFY(devices->isVisible());
    const QTableView *table = devices->findChild<QTableView *>();
    QVERIFY(table->model()->rowCount() > 0);
    m_window->showPage(u"changes"_s);
    auto *changes = m_window->findChild<ChangesPage *>();
    changes->setFilter(u"order_7"_s);
    QTRY_VERIFY2(changes->answer().contains(u"by asha"_s), qPrintable(changes->answer()));
    m_window->showPage(u"overview"_s);
    button(*overview, u"Send a test order"_s)->click();
    QVERIFY(m_window->findChild<ComposePage *>()->isVisible());
}

void LabTest::trafficHasThePast()
{
    // Another console, connected only now: what happened before comes from the server.
    Session late;
    ServerLink link(late);
    TrafficPage page(late, nullptr);
    page.resize(1000, 700);
    page.show();
    link.connectTo(m_session->port()->server());
    QTRY_VERIFY(late.isConnected());
    late.select(u"test-quick"_s);
    const auto orders = [&] {
        double sum = 0;
        for (const QPointF &point : page.panes().first()->points(0))
            sum += point.y() > 0 ? point.y() : 0;
        return sum;
    };
    QTRY_VERIFY_WITH_TIMEOUT(orders() > 0, 10000);
}

} // namespace possync::gui

int main(int argc, char **argv)
{
    return possync::test::runWithPrograms<possync::gui::LabTest, QApplication, 1>(argc, argv);
}
#include "tst_gui_lab.moc"
