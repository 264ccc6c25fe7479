// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/app/console.h"
#include "console/gui/base/words.h"
#include "console/gui/connect/connectdialog.h"
#include "console/remote/secretstore.h"
#include "tests/server/program/serverprocess.h"

#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QMenuBar>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QStatusBar>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::gui {

/// Finding, testing and keeping servers, through the dialog's widgets, against the real server,
/// which asks everybody for a token. There is no keychain here.
class ConnectTest : public QObject
{
    Q_OBJECT

public:
    explicit ConnectTest(const QString &server)
        : m_program(server)
    {
    }

private Q_SLOTS:
    void initTestCase();
    void init();
    void profilesAreKept();
    void everyStepIsTicked_data();
    void everyStepIsTicked();
    void failingStepSaysWhatHelps_data();
    void failingStepSaysWhatHelps();
    void serverOfThisComputerIsFound();
    void addressOfATabletHoldsItsToken();
    void whoeverKnowsBetterMayWait();
    void tokenIsKeptForTheSessionOnly();
    void tokenStaysWithItsAddress();
    void serversAreSwitchedInTheMenu();

private:
    QString address() const { return u"127.0.0.1:%1"_s.arg(m_server->port()); }
    /// Widgets of the dialog that is open.
    template<typename Widget>
    static Widget *named(QWidget &in, const QString &accessibleName)
    {
        for (Widget *widget : in.findChildren<Widget *>()) {
            if (widget->accessibleName() == accessibleName)
                return widget;
        }
        return nullptr;
    }
    static QPushButton *button(QWidget &in, const QString &text)
    {
        for (QPushButton *each : in.findChildren<QPushButton *>()) {
            if (each->text() == text)
                return each;
        }
        return nullptr;
    }
    static QRadioButton *choice(QWidget &in, const QString &text)
    {
        for (QRadioButton *each : in.findChildren<QRadioButton *>()) {
            if (each->text() == text)
                return each;
        }
        return nullptr;
    }
    static ConnectDialog *dialogOf(Console &console)
    {
        return console.window().findChild<ConnectDialog *>();
    }

    QString m_program;
    std::unique_ptr<test::ServerProcess> m_server;
    QTemporaryDir m_elsewhere; ///< A data directory with nothing in it.
    QHash<QByteArray, QByteArray> m_tokens;
};

void ConnectTest::initTestCase()
{
    installWords(*qApp);
    QStandardPaths::setTestModeEnabled(true);
    m_server = std::make_unique<test::ServerProcess>(m_program);
    QVERIFY(m_server->start({u"--auth"_s, u"required"_s}) >= 0);
    m_tokens.insert("owner", m_server->ownerToken());
    for (const QByteArray role : {"viewer", "tester"})
        m_tokens.insert(role, m_server->makeToken("\"role\":\"" + role + '"').secret);
    m_tokens.insert("restricted",
                    m_server->makeToken(R"("role":"viewer","restaurant":"r1")").secret);
    m_tokens.insert("server", m_server->makeToken(R"("role":"server","restaurant":"r1")").secret);
    for (const QByteArray &token : std::as_const(m_tokens))
        QVERIFY(!token.isEmpty());
}

void ConnectTest::init()
{
    qputenv("POSSYNC_DATA", m_elsewhere.path().toLocal8Bit());
}

void ConnectTest::profilesAreKept()
{
    const QTemporaryDir dir;
    QSettings settings(dir.filePath(u"s.ini"_s), QSettings::IniFormat);
    const QList<Profile> profiles{{u"Bar"_s, QUrl(u"http://10.0.0.5:3000"_s), {}},
                                  {u"Headquarters"_s, QUrl(u"https://pos.example:443"_s), "PEM"}};
    saveProfiles(settings, profiles);
    settings.sync();
    QCOMPARE(loadProfiles(QSettings(settings.fileName(), QSettings::IniFormat)), profiles);
    // As older consoles kept them, and what somebody edited.
    settings.setValue("profiles", QVariantList{QStringList{u"Old"_s, u"http://10.0.0.6:3000"_s},
                                               QStringList{u"Half"_s}, 7, QVariantMap{}});
    QCOMPARE(loadProfiles(settings),
             (QList<Profile>{{u"Old"_s, QUrl(u"http://10.0.0.6:3000"_s), {}}}));
}

void ConnectTest::everyStepIsTicked_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QString>("accepted");
    QTest::addColumn<QString>("role");
    QTest::newRow("owner") << QByteArray("owner") << u"The token is accepted."_s
                           << u"You are an owner"_s;
    QTest::newRow("tester") << QByteArray("tester") << u"The token is accepted."_s
                            << u"You are a tester"_s;
    QTest::newRow("viewer") << QByteArray("viewer") << u"The token is accepted."_s
                            << u"You are a viewer"_s;
    QTest::newRow("one restaurant")
        << QByteArray("restricted") << u"accepted"_s << u"Only for the restaurant “r1”."_s;
    QTest::newRow("found on this computer")
        << QByteArray() << u"owner's token of this computer"_s << u"You are an owner"_s;
}

void ConnectTest::everyStepIsTicked()
{
    QFETCH(QByteArray, token);
    QFETCH(QString, accepted);
    QFETCH(QString, role);
    if (token.isEmpty())
        qputenv("POSSYNC_DATA", m_server->dataDir().toLocal8Bit());
    ConnectionTest test(nullptr);
    QMap<ConnectionTest::Step, QString> words;
    connect(&test, &ConnectionTest::stepFinished, this,
            [&](ConnectionTest::Step step, ConnectionTest::Outcome outcome, const QString &said) {
                QVERIFY2(outcome == ConnectionTest::Outcome::Passed, qPrintable(said));
                words.insert(step, said);
            });
    QSignalSpy finished(&test, &ConnectionTest::finished);
    test.start({.address = address(), .token = m_tokens.value(token)});
    QTRY_COMPARE(finished.count(), 1);
    QVERIFY(finished[0][0].toBool());
    QCOMPARE(words.size(), int(ConnectionTest::stepCount));
    QVERIFY(words[ConnectionTest::Encryption].contains("nothing leaves this computer"_L1));
    QCOMPARE(words[ConnectionTest::Version],
             u"Server and console are both %1."_s.arg(QStringLiteral(POSSYNC_VERSION)));
    QVERIFY2(words[ConnectionTest::Token].contains(accepted),
             qPrintable(words[ConnectionTest::Token]));
    QVERIFY2(words[ConnectionTest::Role].contains(role), qPrintable(words[ConnectionTest::Role]));
}

void ConnectTest::failingStepSaysWhatHelps_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<ConnectionTest::Step>("step");
    QTest::addColumn<QString>("words");
    const QString here = address();
    using enum ConnectionTest::Step;
    QTest::newRow("no address") << u"what is this?"_s << QByteArray() << Address
                                << u"is not an address"_s;
    QTest::newRow("no such name") << u"nowhere.invalid:3000"_s << QByteArray() << Name
                                  << u"Check the spelling"_s;
    QTest::newRow("nobody listens")
        << u"closed"_s << QByteArray() << Port << u"Is possync-server running?"_s;
    QTest::newRow("no TLS there") << u"https://"_s + here << QByteArray() << Encryption
                                  << u"write http:// before the address"_s;
    QTest::newRow("a stranger") << u"stranger"_s << QByteArray() << Server
                                << u"it is not a PosSync server"_s;
    QTest::newRow("a closing stranger")
        << u"closing"_s << QByteArray() << Server << u"write https:// before"_s;
    QTest::newRow("no token") << here << QByteArray() << Token << u"asks for a token"_s;
    QTest::newRow("wrong token") << here << QByteArray("wrong") << Token
                                 << u"unknown here, over or revoked"_s;
    QTest::newRow("token of a tablet")
        << here << m_tokens.value("server") << Token << u"the token of a tablet"_s;
}

void ConnectTest::failingStepSaysWhatHelps()
{
    QFETCH(QString, address);
    QFETCH(QByteArray, token);
    QFETCH(ConnectionTest::Step, step);
    QFETCH(QString, words);
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    const quint16 port = other.serverPort();
    const bool isTalking = address == "stranger"_L1;
    connect(&other, &QTcpServer::newConnection, this, [&] {
        QTcpSocket *socket = other.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket, [socket, isTalking] {
            socket->readAll(); // what is left unread would cut off the answer
            if (isTalking)
                socket->write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
            socket->disconnectFromHost();
        });
    });
    if (address == "closed"_L1)
        other.close();
    if (!address.contains(u':') && !address.contains(u'?'))
        address = u"127.0.0.1:%1"_s.arg(port);
    ConnectionTest test(nullptr);
    QString said;
    auto failed = ConnectionTest::stepCount;
    connect(&test, &ConnectionTest::stepFinished, this,
            [&](ConnectionTest::Step at, ConnectionTest::Outcome outcome, const QString &why) {
                if (outcome == ConnectionTest::Outcome::Failed) {
                    failed = at;
                    said = why;
                }
            });
    QSignalSpy finished(&test, &ConnectionTest::finished);
    test.start({.address = address, .token = token});
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 15000);
    QVERIFY(!finished[0][0].toBool());
    QVERIFY2(said.contains(words), qPrintable(said));
    QCOMPARE(failed, int(step));
    QVERIFY2(!said.contains(QString::fromUtf8(m_tokens.value("server"))), "a token is told");
}

void ConnectTest::serverOfThisComputerIsFound()
{
    qputenv("POSSYNC_DATA", m_server->dataDir().toLocal8Bit());
    remote::SecretStore secrets;
    ConnectDialog dialog({}, {}, secrets, nullptr);
    dialog.show();
    QVERIFY(choice(dialog, u"A server on &this computer"_s)->isChecked());
    auto *found = named<QComboBox>(dialog, u"Servers on this computer"_s);
    QTRY_VERIFY(found->findText(address()) >= 0);
    found->setCurrentIndex(found->findText(address()));
    QSignalSpy accepted(&dialog, &QDialog::accepted);
    QTest::mouseClick(button(dialog, u"&Connect"_s), Qt::LeftButton);
    QTRY_COMPARE(accepted.count(), 1);
    QCOMPARE(dialog.chosen().server, QUrl(u"http://"_s + address()));
    QVERIFY(!dialog.chosen().name.isEmpty());
    QVERIFY(dialog.stepText(ConnectionTest::Role).contains("You are an owner"_L1));
}

void ConnectTest::addressOfATabletHoldsItsToken()
{
    QCOMPARE(tokenInAddress(u"http://10.0.0.1:3000/t/ps_abc/api"_s), QByteArray("ps_abc"));
    QCOMPARE(tokenInAddress(u"ws://10.0.0.1:3000/t/ps_abc"_s), QByteArray("ps_abc"));
    QCOMPARE(tokenInAddress(u"10.0.0.1:3000"_s), QByteArray());
    QCOMPARE(tokenInAddress(u"http://10.0.0.1:3000/api"_s), QByteArray());
    QCOMPARE(parseServerAddress(u"ws://10.0.0.1:3000/t/ps_abc"_s).value(),
             QUrl(u"http://10.0.0.1:3000"_s));
}

void ConnectTest::whoeverKnowsBetterMayWait()
{
    QTcpServer closed;
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    const QString there = u"127.0.0.1:%1"_s.arg(closed.serverPort());
    closed.close();
    remote::SecretStore secrets;
    ConnectDialog dialog({}, {}, secrets, nullptr);
    dialog.show();
    auto *field = named<QLineEdit>(dialog, u"Address of the server"_s);
    QTest::keyClicks(field, u"what is this?"_s);
    QPushButton *go = button(dialog, u"&Connect"_s);
    QVERIFY(!go->isEnabled());
    field->clear();
    QTest::keyClicks(field, there);
    QTest::keyClicks(named<QLineEdit>(dialog, u"Name to keep it under"_s), u"Bar"_s);
    QVERIFY(go->isEnabled());
    QSignalSpy accepted(&dialog, &QDialog::accepted);
    QTest::mouseClick(go, Qt::LeftButton);
    QTRY_COMPARE(go->text(), u"Connect &anyway"_s);
    QVERIFY(dialog.stepText(ConnectionTest::Port).contains("no program listens"_L1));
    QCOMPARE(accepted.count(), 0);
    QTest::mouseClick(go, Qt::LeftButton);
    QCOMPARE(accepted.count(), 1);
    QCOMPARE(dialog.chosen(), (Profile{u"Bar"_s, QUrl(u"http://"_s + there), {}}));
}

void ConnectTest::tokenIsKeptForTheSessionOnly()
{
    const QTemporaryDir dir;
    QSettings settings(dir.filePath(u"s.ini"_s), QSettings::IniFormat);
    const QByteArray token = m_tokens.value("viewer");
    {
        Console console({}, settings);
        console.start();
        QTRY_VERIFY(dialogOf(console)); // the first start asks
        ConnectDialog &dialog = *dialogOf(console);
        QTest::keyClicks(named<QLineEdit>(dialog, u"Address of the server"_s), address());
        QTest::keyClicks(named<QLineEdit>(dialog, u"Name to keep it under"_s), u"Bar"_s);
        auto *field = named<QLineEdit>(dialog, u"Token"_s);
        QTest::keyClicks(field, QString::fromUtf8(token));
        QTest::mouseClick(button(dialog, u"&Connect"_s), Qt::LeftButton);
        QTRY_VERIFY(console.session().isConnected());
        QTRY_VERIFY(console.window().statusBar()->currentMessage().contains(
            "The token is kept until the console ends"_L1));
        QTRY_VERIFY(!dialogOf(console));
        // Chosen again in the same session it needs no typing.
        Q_EMIT console.window().connectRequested();
        ConnectDialog &again = *dialogOf(console);
        QVERIFY(choice(again, u"A server I &used before"_s)->isChecked());
        QTest::mouseClick(button(again, u"T&est"_s), Qt::LeftButton);
        QTRY_VERIFY(again.stepText(ConnectionTest::Role).contains("You are a viewer"_L1));
        again.reject();
    }
    settings.sync();
    QFile file(settings.fileName());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray written = file.readAll();
    QVERIFY(written.contains("Bar"));
    QVERIFY2(!written.contains(token) && !written.contains(token.toBase64()), written.constData());

    Console next({}, settings);
    next.start();
    QTRY_COMPARE(next.session().link().phase, LinkStatus::Refused);
    QVERIFY(next.session().link().reason.contains("asks for a token"_L1));
}

void ConnectTest::tokenStaysWithItsAddress()
{
    remote::SecretStore secrets;
    const Profile bar{u"Bar"_s, QUrl(u"http://10.0.0.5:3000"_s), {}};
    QString problem;
    secrets.keep(bar, "secret", this, [&](const remote::Phrase &why) { problem = why.english(); });
    QTRY_VERIFY2(problem.contains("keychain"_L1), qPrintable(problem));
    int answers = 0;
    QByteArray found;
    const auto ask = [&](const Profile &profile) {
        answers = 0;
        secrets.read(profile, this, [&](const QByteArray &token, const remote::Phrase &) {
            found = token;
            ++answers;
        });
    };
    ask(bar);
    QTRY_COMPARE(answers, 1);
    QCOMPARE(found, QByteArray("secret"));
    // Another server under the same name, as after an edit of the settings file, does not get it.
    ask({bar.name, QUrl(u"http://10.0.0.66:3000"_s), {}});
    QTRY_COMPARE(answers, 1);
    QCOMPARE(found, QByteArray());
    secrets.forget(bar);
    ask(bar);
    QTRY_COMPARE(answers, 1);
    QCOMPARE(found, QByteArray());
}

void ConnectTest::serversAreSwitchedInTheMenu()
{
    test::ServerProcess open(m_program);
    QVERIFY(open.start() >= 0);
    const QTemporaryDir dir;
    QSettings settings(dir.filePath(u"s.ini"_s), QSettings::IniFormat);
    const QUrl first(u"http://"_s + address());
    const QUrl second(u"http://127.0.0.1:%1"_s.arg(open.port()));
    saveProfiles(settings, {{u"First"_s, first, {}}, {u"Second & last"_s, second, {}}});
    Console console({.profile = u"First"_s}, settings);
    console.start();
    QTRY_COMPARE(console.session().link().phase, LinkStatus::Refused);
    QMenu *menu = nullptr;
    for (QMenu *each : console.window().findChildren<QMenu *>()) {
        if (each->title() == "&Servers"_L1)
            menu = each;
    }
    QVERIFY(menu);
    Q_EMIT menu->aboutToShow();
    QCOMPARE(menu->actions().size(), 2);
    QVERIFY(menu->actions().constLast()->text().startsWith(u"Second && last"_s));
    menu->actions().constLast()->trigger();
    QTRY_VERIFY(console.session().isConnected());
    QCOMPARE(console.session().link().host, hostText(second));
    QCOMPARE(settings.value("lastProfile").toString(), u"Second & last"_s);
    // Both are still kept.
    QCOMPARE(loadProfiles(settings).size(), 2);
    Console unknown({.profile = u"Third"_s}, settings);
    unknown.start();
    QVERIFY(unknown.window().statusBar()->currentMessage().contains("Third"_L1));
}

} // namespace possync::gui

int main(int argc, char **argv)
{
    // No test may ask for, or leave anything in, the keychain of whoever runs it.
    qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    QApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"possync-console"_s);
    QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 2)
        return 2;
    possync::gui::ConnectTest test(arguments.takeAt(1));
    return QTest::qExec(&test, arguments);
}

#include "tst_gui_connect.moc"
