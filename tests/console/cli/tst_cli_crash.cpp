// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>
#include <csignal>

using namespace Qt::StringLiterals;

/// The real server is killed under the hands of virtual devices; not one change may suffer.
class CrashTest : public QObject
{
    Q_OBJECT

public:
    CrashTest(QString ctl, QString server)
        : m_ctl(std::move(ctl))
        , m_serverProgram(std::move(server))
    {
    }

private Q_SLOTS:
    void nothingIsLostWhenTheServerIsKilled();

private:
    /// The address it is ready on; empty if it did not start.
    QString startServer(QProcess &server, int port);

    QString m_ctl;
    QString m_serverProgram;
    QTemporaryDir m_dir;
};

QString CrashTest::startServer(QProcess &server, int port)
{
    server.start(m_serverProgram,
                 {u"--port"_s, QString::number(port), u"--data"_s, m_dir.filePath(u"data"_s)});
    while (server.waitForReadyRead(20000)) {
        while (server.canReadLine()) {
            const QString line = QString::fromUtf8(server.readLine()).trimmed();
            if (line.startsWith(u"possync-server ready on "_s))
                return line.section(u' ', -1);
        }
    }
    return {};
}

void CrashTest::nothingIsLostWhenTheServerIsKilled()
{
    constexpr int kills = 4;
    QProcess server;
    const QString address = startServer(server, 0);
    QVERIFY(!address.isEmpty());
    const int port = QUrl(address).port();

    QProcess simulation;
    simulation.start(m_ctl, {u"--server"_s, address, u"--json"_s, u"simulate"_s,
                             u"--restaurants=2"_s, u"--devices=5"_s, u"--rate=200"_s,
                             u"--seconds=8"_s, u"--seed=42"_s, u"--faults=dup,reorder,offline"_s});
    QVERIFY(simulation.waitForStarted());
    for (int i = 0; i < kills; ++i) {
        // Its own progress lines, one every two seconds, say when it is at work.
        simulation.setReadChannel(QProcess::StandardError);
        QString line;
        while (!line.contains(u"working"_s) && simulation.state() == QProcess::Running) {
            if (!simulation.canReadLine())
                simulation.waitForReadyRead(5000);
            line = QString::fromUtf8(simulation.readLine());
        }
        QVERIFY2(line.contains(u"working"_s) || i > 0, "the simulation never began to work");
        ::kill(static_cast<pid_t>(server.processId()), SIGKILL);
        QVERIFY(server.waitForFinished());
        QCOMPARE(startServer(server, port), address);
        if (!line.contains(u"working"_s))
            break;
    }
    QVERIFY(simulation.state() == QProcess::NotRunning || simulation.waitForFinished(60000));
    const QByteArray output = simulation.readAllStandardOutput();
    const QJsonObject verdict = QJsonDocument::fromJson(output).object();
    QVERIFY2(verdict.value("clean"_L1).toBool(), output.constData());
    QCOMPARE(verdict.value("lost"_L1).toInt(-1), 0);
    QCOMPARE(verdict.value("duplicated"_L1).toInt(-1), 0);
    QCOMPARE(verdict.value("sent"_L1).toInt(), 1600);
    QCOMPARE(simulation.exitCode(), 0);

    QProcess verify;
    verify.start(m_ctl, {u"--server"_s, address, u"verify"_s});
    QVERIFY(verify.waitForFinished(30000));
    QCOMPARE(verify.exitCode(), 0);
    server.terminate();
    QVERIFY(server.waitForFinished(10000));
    QCOMPARE(server.exitCode(), 0);
}

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    if (arguments.size() < 3)
        qFatal("Which possyncctl and which possync-server?");
    CrashTest test(arguments[1], arguments[2]);
    return QTest::qExec(&test, arguments.mid(0, 1) + arguments.mid(3));
}

#include "tst_cli_crash.moc"
