// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/profile.h"
#include "tests/support/withprograms.h"

#include <QProcess>
#include <QSettings>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

/// The program as people start it, against a port where nothing or something else answers.
class ProgramTest : public QObject
{
    Q_OBJECT

public:
    explicit ProgramTest(const QString &program)
        : m_program(program)
    {
    }

private Q_SLOTS:
    void saysThatNothingAnswers_data();
    void saysThatNothingAnswers();
    void usageErrorsExitWith2();
    void refusesUnknownTypesBeforeAsking();
    void tellsAStrangerFromAServer();
    void helpAndVersionExitWith0();
    void profilesAreListedAndUsed();

private:
    struct Outcome {
        int code = -1;
        QString out;
        QString error;
    };
    Outcome run(const QStringList &arguments) const
    {
        QProcess process;
        // The settings and the keychain of whoever runs it stay out of it.
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"XDG_CONFIG_HOME"_s, m_settings.path());
        environment.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, u"unix:path=/nonexistent/bus"_s);
        process.setProcessEnvironment(environment);
        process.start(m_program, arguments);
        if (!process.waitForFinished(30000)) {
            process.kill();
            process.waitForFinished();
            return {};
        }
        return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()),
                QString::fromUtf8(process.readAllStandardError())};
    }
    /// A port where surely nobody listens any more.
    static QString deadAddress()
    {
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        return u"127.0.0.1:%1"_s.arg(server.serverPort());
    }

    QString m_program;
    QTemporaryDir m_settings;
};

void ProgramTest::profilesAreListedAndUsed()
{
    QCOMPARE(
        run({u"profiles"_s}).out,
        u"No server is kept. The console keeps servers: possync-console, menu File, Servers.\n"_s);
    QCOMPARE(run({u"profiles"_s, u"--json"_s}).out, u"{\"profiles\":[]}\n"_s);
    const QString address = deadAddress();
    {
        const QString path = m_settings.filePath(u"PosSync/possync-console.conf"_s);
        QSettings settings(path, QSettings::IniFormat);
        possync::remote::saveProfiles(settings,
                                      {{u"Back office"_s, QUrl(u"http://"_s + address), {}},
                                       {u"Bar"_s, QUrl(u"https://10.0.0.6:3443"_s), "PEM"}});
    }
    QCOMPARE(run({u"profiles"_s, u"--names"_s}).out, u"Back office\nBar\n"_s);
    QCOMPARE(run({u"profiles"_s, u"--json"_s}).out,
             u"{\"profiles\":[{\"name\":\"Back office\",\"server\":\"http://%1\",\"pinned\":false},"
             "{\"name\":\"Bar\",\"server\":\"https://10.0.0.6:3443\",\"pinned\":true}]}\n"_s.arg(
                 address));
    QVERIFY(run({u"profiles"_s}).out.contains(u"http://"_s + address));
    const Outcome used = run({u"--profile"_s, u"Back office"_s, u"status"_s});
    QCOMPARE(used.code, 1);
    QVERIFY2(used.error.startsWith(u"Could not reach %1: nothing answers there."_s.arg(address)),
             qPrintable(used.error));
    const Outcome unknown = run({u"--profile"_s, u"Kitchen"_s, u"status"_s});
    QCOMPARE(unknown.code, 2);
    QCOMPARE(unknown.error,
             u"No server is kept under the name \"Kitchen\". There are: Back office, Bar\n"_s);
}

void ProgramTest::saysThatNothingAnswers_data()
{
    QTest::addColumn<QStringList>("command");
    for (const QString &line :
         {u"status"_s, u"restaurants"_s, u"devices r"_s, u"changes r"_s, u"changes r --follow"_s,
          u"changes r --since 0 --follow"_s, u"data r"_s, u"logs"_s, u"logs --follow"_s,
          u"verify"_s, u"backup"_s, u"restore f"_s, u"push r orders created o1"_s, u"simulate"_s})
        QTest::newRow(qPrintable(line)) << line.split(u' ');
}

void ProgramTest::saysThatNothingAnswers()
{
    QFETCH(QStringList, command);
    const QString address = deadAddress();
    const Outcome outcome = run(QStringList{u"--server"_s, u"http://"_s + address} + command);
    QCOMPARE(outcome.error,
             u"Could not reach %1: nothing answers there. Is possync-server running? "
             "Start it with: possync-server\n"_s.arg(address));
    QCOMPARE(outcome.code, 1);
    QCOMPARE(outcome.out, QString());
}

void ProgramTest::usageErrorsExitWith2()
{
    for (const QString &line :
         {u"frob"_s, u"status now"_s, u"changes r --since x"_s, u"logs --level loud"_s,
          u"simulate --faults gremlins"_s, u"simulate --protocol v9"_s, u"data r bills"_s}) {
        const Outcome outcome = run(line.split(u' '));
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.error.contains(u"--help"_s), qPrintable(outcome.error));
    }
    const Outcome outcome = run({u"simulate"_s, u"--faults"_s, u"dup,gremlins"_s});
    QVERIFY2(outcome.error.contains(
                 u"There is no fault \"gremlins\". There are: offline, dup, reorder, delay, "
                 "slow-reader, clock-skew, kill-client, kill-connection"_s),
             qPrintable(outcome.error));
}

void ProgramTest::refusesUnknownTypesBeforeAsking()
{
    // Nothing answers there, and nobody was asked.
    const QStringList server{u"--server"_s, deadAddress()};
    const auto push = [&](const QString &type, const QString &action, const QString &json) {
        return run(server + QStringList{u"push"_s, u"r"_s, type, action, u"id"_s, json});
    };
    Outcome outcome = push(u"bills"_s, u"created"_s, u"{}"_s);
    QCOMPARE(outcome.code, 2);
    QVERIFY(outcome.error.contains(u"printers"_s));
    outcome = push(u"tables"_s, u"eaten"_s, u"{}"_s);
    QCOMPARE(outcome.code, 2);
    QVERIFY(outcome.error.contains(u"reserved"_s));
    outcome = push(u"tables"_s, u"reserved"_s, u"[1]"_s);
    QCOMPARE(outcome.code, 2);
}

void ProgramTest::tellsAStrangerFromAServer()
{
    QTcpServer stranger;
    QVERIFY(stranger.listen(QHostAddress::LocalHost));
    connect(&stranger, &QTcpServer::newConnection, this, [&] {
        QTcpSocket *socket = stranger.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket, [socket] {
            socket->readAll();
            socket->write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
            socket->disconnectFromHost();
        });
    });
    QProcess process;
    process.start(m_program,
                  {u"--server"_s, u"127.0.0.1:%1"_s.arg(stranger.serverPort()), u"status"_s});
    QTRY_COMPARE_EQ(process.state(), QProcess::NotRunning);
    QCOMPARE(process.exitCode(), 1);
    QVERIFY(process.readAllStandardError().contains("not a PosSync server"));
}

void ProgramTest::helpAndVersionExitWith0()
{
    QCOMPARE(run({u"--help"_s}).code, 0);
    QVERIFY(run({u"push"_s, u"--help"_s}).out.contains(u"--change-id"_s));
    QVERIFY(run({u"--version"_s}).out.startsWith(u"possyncctl "_s));
}

int main(int argc, char **argv)
{
    return possync::test::runWithPrograms<ProgramTest, QCoreApplication, 1>(argc, argv);
}
#include "tst_cli_program.moc"
