// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/lab/labpage.h"
#include "console/gui/lab/recordcard.h"
#include "console/gui/lab/replaypane.h"
#include "console/remote/classicdevice.h"
#include "tests/console/gui/liveconsole.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

using namespace Qt::StringLiterals;

namespace possync::gui {

/// Recording and replaying on the test bench, through its widgets, against the real server.
class RecordingsTest : public QObject, private LiveConsole
{
    Q_OBJECT

public:
    explicit RecordingsTest(const QString &server)
        : LiveConsole(server)
    {
    }

private Q_SLOTS:
    void initTestCase();
    void init();
    void restaurantIsRecorded();
    void filesAreNotOverwritten();
    void recordingOutlivesTheServer();
    void recordingIsReplayed_data();
    void recordingIsReplayed();
    void anotherOutcomeIsTold();
    void replayIsEndedByHand();
    void liveRestaurantIsAskedAbout();
    void badFilesAreExplained();
    void largeFileIsReadBesidesTheWindow();
    void readingIsStoppedByHand();
    void brokenLineFarInsideIsNamed();
    void whatIsNoFileIsNotWaitedFor();

private:
    RecordCard &recording() { return m_lab->recording(); }
    ReplayPane &replay() { return m_lab->replay(); }
    template<typename Widget>
    static Widget *named(QWidget &in, const QString &accessibleName)
    {
        for (Widget *one : in.findChildren<Widget *>()) {
            if (one->accessibleName() == accessibleName)
                return one;
        }
        return nullptr;
    }
    static QPushButton *button(QWidget &in, const QString &text)
    {
        for (QPushButton *one : in.findChildren<QPushButton *>()) {
            if (one->text().remove(u'&') == text)
                return one;
        }
        return nullptr;
    }
    QString path(const QString &name) const { return m_dir.filePath(name); }
    /// An order on its way from the till to the kitchen.
    void work(int from, int to);
    /// Opens a recording and waits until it has been read.
    bool opens(const QString &fileName);
    /// A recording of so many changes, written by hand.
    bool writeRecording(const QString &fileName, int changes, const QByteArray &last = {}) const;

    QNetworkAccessManager m_network;
    std::unique_ptr<remote::ClassicDevice> m_till;
    std::unique_ptr<remote::ClassicDevice> m_kitchen;
    LabPage *m_lab = nullptr;
};

void RecordingsTest::initTestCase()
{
    QVERIFY(startServer());
    const remote::ClassicHabits habits{.syncMs = 200, .retryScale = 0.1};
    m_till =
        std::make_unique<remote::ClassicDevice>(url(), u"oh-bombay"_s, u"till"_s, m_network, habits);
    m_kitchen = std::make_unique<remote::ClassicDevice>(url(), u"oh-bombay"_s, u"kitchen"_s,
                                                        m_network, habits);
    m_till->connectToServer();
    m_kitchen->connectToServer();
    QTRY_VERIFY(m_till->isRegistered() && m_kitchen->isRegistered());
    buildWindow();
    m_lab = m_window->findChild<LabPage *>();
    m_window->setScheme(Scheme::Light);
    m_window->show();
    m_window->showPage(u"lab"_s);
    m_lab->showRecordings();
    QVERIFY(!button(recording(), u"Record…"_s)->isEnabled());
    QCOMPARE(replay().words(), u"Not connected to a server."_s);
    m_link->connectTo(url());
    QTRY_VERIFY(m_session->isConnected());
    QTRY_VERIFY(m_session->fleet().restaurant(u"oh-bombay"_s));
    m_session->select(u"oh-bombay"_s);
    QCOMPARE(replay().words(), u"Open a recording first."_s);
}

void RecordingsTest::init()
{
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support).*"_s));
}

void RecordingsTest::work(int from, int to)
{
    using enum DataType;
    for (int i = from; i <= to; ++i) {
        const QByteArray id = "order_" + QByteArray::number(i);
        m_till->send({Orders, Action::Created, id, R"({"status":"pending","total":25.50})"});
        QTRY_VERIFY(!m_kitchen->record(Orders, id).isEmpty());
        m_kitchen->send({Orders, Action::Updated, id, R"({"status":"preparing"})"});
        QTRY_VERIFY(m_till->record(Orders, id).contains("preparing"));
    }
}

bool RecordingsTest::opens(const QString &fileName)
{
    replay().openFile(fileName);
    if (!QTest::qWaitFor([this] { return !replay().isReading(); }, 60000))
        return false;
    return replay().isOpen();
}

bool RecordingsTest::writeRecording(const QString &fileName, int changes,
                                    const QByteArray &last) const
{
    QFile file(fileName);
    if (!file.open(QIODevice::WriteOnly))
        return false;
    file.write(remote::encodeRecordingHead({.restaurant = u"Large Place"_s, .startedMs = 1}));
    const QByteArray note(600, 'x');
    for (int i = 1; i <= changes; ++i) {
        const QByteArray number = QByteArray::number(i);
        file.write(remote::encodeRecordedChange({.seq = quint64(i),
                                                 .receivedMs = 1767225600000 + i,
                                                 .changeId = "c-" + number,
                                                 .dataType = "orders",
                                                 .action = "updated",
                                                 .entityId = "o-" + number,
                                                 .deviceId = "till-" + QByteArray::number(i % 7),
                                                 .outcome = "applied",
                                                 .data = R"({"note":")" + note + "\"}"}));
    }
    file.write(last);
    return file.flush();
}

void RecordingsTest::restaurantIsRecorded()
{
    auto *tabs = m_lab->findChild<QTabWidget *>();
    button(recording(), u"Record…"_s)->click();
    auto *dialog = recording().findChild<QFileDialog *>();
    QVERIFY(dialog);
    QVERIFY(dialog->selectedFiles().value(0).contains(u"oh-bombay-"_s));
    dialog->reject();
    recording().record(path(u"evening.jsonl"_s));
    QTRY_VERIFY2(recording().words().startsWith(u"● Recording “oh-bombay” for"_s),
                 qPrintable(recording().words()));
    QVERIFY(tabs->tabText(1).startsWith(u"●"_s));
    QTRY_VERIFY(recording().recorder() && recording().recorder()->isConnected());
    work(1, 3);
    QTRY_VERIFY2(recording().words().endsWith(u"6 changes, 2 devices"_s),
                 qPrintable(recording().words()));
    m_window->showPage(u"overview"_s); // it goes on
    work(4, 4);
    m_window->showPage(u"lab"_s);
    button(recording(), u"End the recording"_s)->click();
    QTRY_VERIFY(!recording().recorder());
    QVERIFY2(recording().words().startsWith(u"Recorded 8 changes of “oh-bombay” in"_s),
             qPrintable(recording().words()));
    QVERIFY(!tabs->tabText(1).startsWith(u"●"_s));
    // What was recorded is at hand.
    QTRY_VERIFY(!replay().isReading());
    bool isDescribed = false;
    for (const QLabel *label : replay().findChildren<QLabel *>())
        isDescribed |=
            label->text().startsWith(u"evening.jsonl: 8 changes of 2 devices in “oh-bombay”"_s);
    QVERIFY(isDescribed);
    QCOMPARE(replay().restaurant(), u"test-oh-bombay"_s);
    QCOMPARE(replay().words(), u"Ready."_s);
}

void RecordingsTest::filesAreNotOverwritten()
{
    QFile file(path(u"evening.jsonl"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray before = file.readAll();
    recording().record(file.fileName());
    QTRY_VERIFY2(recording().words().contains(u"is there already"_s),
                 qPrintable(recording().words()));
    QVERIFY(file.seek(0));
    QCOMPARE(file.readAll(), before);
    QVERIFY(button(recording(), u"Record…"_s)->isEnabled());
}

void RecordingsTest::recordingOutlivesTheServer()
{
    auto *since = named<QComboBox>(recording(), u"What"_s);
    since->setCurrentIndex(1); // all that is kept
    recording().record(path(u"past.jsonl"_s));
    QTRY_VERIFY2(recording().words().startsWith(u"Recorded 8 changes"_s),
                 qPrintable(recording().words()));
    since->setCurrentIndex(0);
    recording().record(path(u"cut.jsonl"_s));
    QTRY_VERIFY(recording().recorder() && recording().recorder()->isConnected());
    work(11, 11);
    const QString port = QString::number(m_server->port());
    m_server->kill();
    QTRY_VERIFY2(recording().words().contains(u"Not connected"_s), qPrintable(recording().words()));
    QVERIFY(m_server->start({u"--port"_s, port}) >= 0);
    QCOMPARE(QString::number(m_server->port()), port);
    QTRY_VERIFY_WITH_TIMEOUT(m_till->isRegistered() && m_kitchen->isRegistered(), 20000);
    work(12, 12);
    QTRY_VERIFY_WITH_TIMEOUT(m_session->isConnected(), 20000);
    QTRY_VERIFY_WITH_TIMEOUT(recording().recorder()->isConnected(), 20000);
    QTRY_COMPARE(recording().recorder()->report().changes, 4);
    recording().stop();
    QTRY_VERIFY2(recording().words().startsWith(u"Recorded 4 changes"_s),
                 qPrintable(recording().words()));
}

void RecordingsTest::recordingIsReplayed_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<QString>("into");
    QTest::newRow("classic") << 0 << u"test-evening"_s;
    QTest::newRow("v2") << 1 << u"test-evening-v2"_s;
}

void RecordingsTest::recordingIsReplayed()
{
    QFETCH(int, protocol);
    QFETCH(QString, into);
    auto *checks = replay().findChild<CheckModel *>();
    const QAbstractItemModelTester tester(checks);
    QVERIFY(opens(path(u"evening.jsonl"_s)));
    QCOMPARE(checks->rowCount(), 0);
    replay().setRestaurant(into);
    named<QComboBox>(replay(), u"Speed"_s)->setCurrentIndex(3); // as fast as it goes
    named<QComboBox>(replay(), u"Devices speak"_s)->setCurrentIndex(protocol);
    button(replay(), u"Replay"_s)->click();
    QVERIFY(replay().replay());
    QVERIFY(!button(replay(), u"Replay"_s)->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(!replay().replay(), 30000);
    QVERIFY2(replay().report().has_value(), qPrintable(replay().words()));
    QVERIFY2(replay().words().startsWith(u"Clean: nothing lost"_s), qPrintable(replay().words()));
    QVERIFY(replay().report()->isCompared);
    QCOMPARE(replay().report()->verdict.sent, 8);
    QCOMPARE(replay().report()->verdict.delivered, 8);
    QCOMPARE(checks->rowCount(), 7);
    for (int row = 0; row < checks->rowCount(); ++row)
        QCOMPARE(checks->index(row, CheckModel::Result).data().toString(), u"✓ met"_s);
    QCOMPARE(checks->index(2, CheckModel::Detail).data().toString(), u"8 of 8"_s);
    const QDir pictures(QStringLiteral(POSSYNC_SCREENSHOTS));
    QVERIFY(pictures.mkpath(u"."_s));
    QVERIFY(m_window->grab().save(pictures.filePath(u"lab-replayed.png"_s)));
}

void RecordingsTest::anotherOutcomeIsTold()
{
    // The recording remembers another end than its changes lead to.
    QFile file(path(u"evening.jsonl"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    const qsizetype after = text.indexOf("\"after\"");
    QVERIFY(after > 0);
    QFile other(path(u"other.jsonl"_s));
    QVERIFY(other.open(QIODevice::WriteOnly));
    other.write(text.first(after) + text.sliced(after).replace("25.50", "26.50"));
    other.close();
    QVERIFY(opens(other.fileName()));
    replay().setRestaurant(u"test-other"_s);
    named<QComboBox>(replay(), u"Devices speak"_s)->setCurrentIndex(0);
    replay().start();
    QTRY_VERIFY_WITH_TIMEOUT(replay().report().has_value(), 30000);
    QVERIFY2(replay().words().startsWith(u"Not clean."_s), qPrintable(replay().words()));
    const auto *checks = replay().findChild<CheckModel *>();
    QCOMPARE(checks->index(6, CheckModel::Result).data().toString(), u"✗ missed"_s);
    QVERIFY(checks->index(6, CheckModel::Detail).data().toString().startsWith(u"4: orders"_s));
}

void RecordingsTest::replayIsEndedByHand()
{
    QFile file(path(u"evening.jsonl"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(opens(file.fileName()));
    replay().setRestaurant(u"test-ended"_s);
    replay().start();
    QTRY_VERIFY(replay().replay());
    button(replay(), u"End the replay"_s)->click();
    QVERIFY(!replay().replay());
    QVERIFY(replay().report().has_value());
    QVERIFY(!replay().report()->isClean());
    bool isNoted = false;
    for (const QLabel *label : replay().findChildren<QLabel *>())
        isNoted |= label->isVisible() && label->text().contains(u"Stopped by hand"_s);
    QVERIFY(isNoted);
}

void RecordingsTest::liveRestaurantIsAskedAbout()
{
    QVERIFY(opens(path(u"evening.jsonl"_s)));
    replay().setRestaurant(u"oh-bombay"_s);
    QVERIFY2(replay().words().contains(u"live restaurant"_s), qPrintable(replay().words()));
    const std::size_t before = m_kitchen->applied().size();
    button(replay(), u"Replay"_s)->click();
    const auto question = [this] { return m_lab->findChild<QMessageBox *>(u"liveGuard"_s); };
    QVERIFY(question());
    QVERIFY(question()->text().contains(u"2 real devices"_s));
    QVERIFY(!replay().replay());
    question()->reject();
    QTRY_VERIFY(!question());
    QVERIFY(!replay().replay() && !m_session->isUnlocked(u"oh-bombay"_s));
    button(replay(), u"Replay"_s)->click();
    button(*question(), u"Replay it there"_s)->click();
    QVERIFY(replay().replay());
    QVERIFY(m_window->centralWidget()->property("unlocked").toBool()); // the red frame
    QTRY_VERIFY_WITH_TIMEOUT(replay().report().has_value(), 30000);
    QCOMPARE(replay().report()->verdict.sent, 8);
    QTRY_VERIFY(m_kitchen->applied().size() >= before + 8);
    m_session->lockAll();
}

void RecordingsTest::badFilesAreExplained()
{
    QVERIFY(!opens(path(u"nowhere.jsonl"_s)));
    QVERIFY2(replay().words().contains(u"nowhere.jsonl cannot be read"_s),
             qPrintable(replay().words()));
    QFile file(path(u"bad.jsonl"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"line\":\"recording\",\"version\":1,\"restaurant\":\"r\",\"server\":\"s\","
               "\"epoch\":\"e\",\"since\":0,\"started_at\":\"2026-06-12T20:14:00.000Z\"}\n"
               "<b>no line</b>\n{}\n");
    file.close();
    QVERIFY(!opens(file.fileName()));
    QVERIFY2(replay().words().startsWith(u"bad.jsonl, line 2"_s), qPrintable(replay().words()));
    QVERIFY(!button(replay(), u"Replay"_s)->isEnabled());
}

void RecordingsTest::largeFileIsReadBesidesTheWindow()
{
    QVERIFY(writeRecording(path(u"large.jsonl"_s), 20000));
    auto *bar = replay().findChild<QProgressBar *>();
    replay().openFile(path(u"large.jsonl"_s));
    // Nothing of it has been read when the window has its turn again, and it has many.
    QVERIFY(replay().isReading() && !replay().isOpen());
    QVERIFY(bar->isVisible());
    QVERIFY2(replay().words().startsWith(u"Reading large.jsonl: "_s), qPrintable(replay().words()));
    QCOMPARE(replay().problem(), u"A recording is being read."_s);
    QVERIFY(!button(replay(), u"Replay"_s)->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(!replay().isReading(), 60000);
    QVERIFY(replay().isOpen() && !bar->isVisible());
    QCOMPARE(replay().words(), u"Ready."_s);
    QCOMPARE(replay().restaurant(), u"test-large-place"_s);
    bool isDescribed = false;
    for (const QLabel *label : replay().findChildren<QLabel *>())
        isDescribed |= label->text().startsWith(u"large.jsonl: 20000 changes of 7 devices"_s);
    QVERIFY(isDescribed);
}

void RecordingsTest::readingIsStoppedByHand()
{
    replay().openFile(path(u"large.jsonl"_s));
    QVERIFY(replay().isReading());
    button(replay(), u"Stop reading"_s)->click();
    QVERIFY(!replay().isReading() && !replay().isOpen());
    QCOMPARE(replay().words(), u"Reading was stopped; nothing is open."_s);
    QVERIFY(button(replay(), u"Open a recording…"_s)->isEnabled());
    // Nor does it come later: another one is opened meanwhile, and stays.
    replay().openFile(path(u"large.jsonl"_s));
    QVERIFY(opens(path(u"evening.jsonl"_s)));
    QThreadPool::globalInstance()->waitForDone();
    QCoreApplication::processEvents();
    QCOMPARE(replay().restaurant(), u"test-oh-bombay"_s);
}

void RecordingsTest::brokenLineFarInsideIsNamed()
{
    QVERIFY(writeRecording(path(u"broken.jsonl"_s), 3000, "{\"line\":\"change\",\"seq\":\n{}\n"));
    QVERIFY(!opens(path(u"broken.jsonl"_s)));
    QVERIFY2(replay().words().startsWith(u"broken.jsonl, line 3002: "_s),
             qPrintable(replay().words()));
}

void RecordingsTest::whatIsNoFileIsNotWaitedFor()
{
    QVERIFY(!opens(m_dir.path()));
    QVERIFY2(replay().words().contains(u"cannot be read"_s), qPrintable(replay().words()));
    // All holes: it takes no room on the disk.
    QFile huge(path(u"huge.jsonl"_s));
    QVERIFY(huge.open(QIODevice::WriteOnly) && huge.resize(remote::largestRecording + 1));
    QVERIFY(!opens(huge.fileName()));
    QVERIFY2(replay().words().contains(u"is larger than"_s), qPrintable(replay().words()));
}

} // namespace possync::gui

int main(int argc, char **argv)
{
    return possync::test::runWithPrograms<possync::gui::RecordingsTest, QApplication, 1>(argc, argv);
}
#include "tst_gui_recordings.moc"
