// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

/// possyncctl against a real possync-server on a port of its own choosing.
class ServerTest : public QObject
{
    Q_OBJECT

public:
    ServerTest(const QString &program, const QString &server)
        : m_program(program)
        , m_serverProgram(server)
    {
    }

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void pushedChangesAreThere();
    void sameChangeIdIsOneChange();
    void conflictsAreExplained();
    void unknownRestaurantExitsWith1();
    void journalIsSound();
    void followsWhatComesIn();
    void simulationIsClean_data();
    void simulationIsClean();
    void simulationTwiceWithOneSeed();
    void restoreGoesBack();

private:
    struct Outcome {
        int code = -1;
        QByteArray out;
        QByteArray error;
    };
    Outcome run(const QStringList &arguments) const
    {
        QProcess process;
        process.start(m_program, QStringList{u"--server"_s, m_address} + arguments);
        if (!process.waitForFinished(100000)) {
            process.kill();
            process.waitForFinished();
            return {};
        }
        return {process.exitCode(), process.readAllStandardOutput(),
                process.readAllStandardError()};
    }

    QString m_program;
    QString m_serverProgram;
    QString m_address;
    QTemporaryDir m_data;
    QProcess m_server;
};

void ServerTest::initTestCase()
{
    QVERIFY(m_data.isValid());
    m_server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    // A port of our own choosing: after a restore the server has to come back on the same one.
    QTcpServer chooser;
    QVERIFY(chooser.listen(QHostAddress::LocalHost));
    const QString port = QString::number(chooser.serverPort());
    chooser.close();
    m_server.start(m_serverProgram,
                   {u"--port"_s, port, u"--data"_s, m_data.path(), u"--auth"_s, u"off"_s});
    const QByteArray mark = "possync-server ready on ";
    QByteArray said;
    QTRY_VERIFY_WITH_TIMEOUT((said += m_server.readAllStandardOutput()).contains('\n'), 20000);
    QVERIFY2(said.startsWith(mark), said.constData());
    m_address = QString::fromUtf8(said.sliced(mark.size()).trimmed());
}

void ServerTest::cleanupTestCase()
{
    m_server.terminate();
    QVERIFY(m_server.waitForFinished(10000));
    QCOMPARE(m_server.exitCode(), 0);
}

void ServerTest::pushedChangesAreThere()
{
    QCOMPARE(run({u"status"_s}).code, 0);
    const Outcome pushed = run({u"push"_s, u"Café 1"_s, u"orders"_s, u"created"_s, u"o1"_s,
                                u"{\"total_amount\":25.50,\"note\":\"चाय\"}"_s});
    QVERIFY2(pushed.code == 0, pushed.error.constData());
    const Outcome changes = run({u"--json"_s, u"changes"_s, u"Café 1"_s});
    QVERIFY(changes.out.contains(R"("data":{"id":"o1","total_amount":25.50,"note":"चाय"})"));
    QVERIFY(run({u"data"_s, u"Café 1"_s, u"orders"_s}).out.contains("25.50"));
    QVERIFY(run({u"restaurants"_s}).out.contains("Café 1"));
}

void ServerTest::sameChangeIdIsOneChange()
{
    const QStringList push{u"push"_s, u"twice"_s,       u"tables"_s, u"occupied"_s,
                           u"t1"_s,   u"--change-id"_s, u"c-1"_s};
    QVERIFY(run(push).out.startsWith("Applied"));
    QVERIFY(run(push).out.startsWith("Known already"));
    QCOMPARE(run({u"--json"_s, u"changes"_s, u"twice"_s}).out.count('\n'), 1);
}

void ServerTest::conflictsAreExplained()
{
    const auto status = [&](const QString &name) {
        return run({u"push"_s, u"late"_s, u"orders"_s, u"updated"_s, u"o1"_s,
                    u"{\"status\":\"%1\"}"_s.arg(name)});
    };
    QCOMPARE(status(u"completed"_s).code, 0);
    QVERIFY(run({u"conflicts"_s, u"late"_s}).out.contains("No conflicts"));
    QCOMPARE(status(u"preparing"_s).code, 0);
    const Outcome table = run({u"conflicts"_s, u"late"_s});
    QCOMPARE(table.code, 0);
    QVERIFY2(table.out.contains("orders o1") && table.out.contains("\"status\" stays \"completed\""),
             table.out.constData());
    const Outcome json = run({u"--json"_s, u"conflicts"_s, u"late"_s});
    QVERIFY2(json.out.contains(R"("lost":"preparing")"), json.out.constData());
    QVERIFY(run({u"data"_s, u"late"_s}).out.contains("completed"));
}

void ServerTest::unknownRestaurantExitsWith1()
{
    const Outcome outcome = run({u"data"_s, u"nobody"_s});
    QCOMPARE(outcome.code, 1);
    QVERIFY(!outcome.error.isEmpty());
}

void ServerTest::journalIsSound()
{
    const Outcome outcome = run({u"verify"_s});
    QVERIFY2(outcome.code == 0, outcome.error.constData());
}

void ServerTest::followsWhatComesIn()
{
    QCOMPARE(run({u"push"_s, u"follow"_s, u"tables"_s, u"occupied"_s, u"t1"_s}).code, 0);
    QProcess following;
    following.start(m_program, {u"--server"_s, m_address, u"--json"_s, u"changes"_s, u"follow"_s,
                                u"--since"_s, u"0"_s, u"--follow"_s, u"--limit"_s, u"2"_s});
    QByteArray said;
    QTRY_COMPARE_EQ((said += following.readAllStandardOutput()).count('\n'), 1);
    QCOMPARE(run({u"push"_s, u"follow"_s, u"tables"_s, u"cleaning"_s, u"t1"_s}).code, 0);
    QTRY_COMPARE_EQ((said += following.readAllStandardOutput()).count('\n'), 2);
    QVERIFY(said.contains("cleaning"));
    QTRY_COMPARE_EQ(following.state(), QProcess::NotRunning);
    QCOMPARE(following.exitCode(), 0);
}

void ServerTest::simulationIsClean_data()
{
    QTest::addColumn<QString>("protocol");
    QTest::addColumn<QString>("faults");
    const auto row = [](const char *name, const QString &protocol, const QString &faults) {
        QTest::newRow(name) << protocol << faults;
    };
    row("no faults", u"classic"_s, u""_s);
    row("copies", u"classic"_s, u"dup,reorder"_s);
    row("broken connections", u"classic"_s, u"kill-connection"_s);
    row("everything", u"classic"_s, u"offline,dup,reorder,delay,kill-connection"_s);
    row("v2", u"v2"_s, u""_s);
    row("v2, everything", u"v2"_s, u"offline,delay,kill-connection"_s);
    row("mixed", u"mixed"_s, u""_s);
    row("mixed, everything", u"mixed"_s, u"offline,dup,reorder,delay,kill-connection"_s);
}

void ServerTest::simulationIsClean()
{
    QFETCH(QString, protocol);
    QFETCH(QString, faults);
    const Outcome outcome =
        run({u"--json"_s, u"simulate"_s, u"--restaurants"_s, u"2"_s, u"--devices"_s, u"4"_s,
             u"--rate"_s, u"100"_s, u"--seconds"_s, u"3"_s, u"--seed"_s,
             QString::number(100 + protocol.size() * 50 + faults.size()), u"--protocol"_s, protocol,
             u"--faults"_s, faults});
    QVERIFY2(outcome.code == 0, (outcome.out + outcome.error).constData());
    const QJsonObject verdict = QJsonDocument::fromJson(outcome.out).object();
    QVERIFY(verdict[u"sent"_s].toInt() > 250);
    QCOMPARE(verdict[u"delivered"_s].toInt(), verdict[u"sent"_s].toInt() * 3);
}

void ServerTest::simulationTwiceWithOneSeed()
{
    for (int i = 0; i < 2; ++i) {
        const Outcome outcome = run({u"simulate"_s, u"--seconds"_s, u"1"_s, u"--seed"_s, u"7"_s,
                                     u"--faults"_s, u"kill-connection"_s});
        QVERIFY2(outcome.code == 0, (outcome.out + outcome.error).constData());
    }
}

void ServerTest::restoreGoesBack()
{
    QCOMPARE(run({u"push"_s, u"back"_s, u"tables"_s, u"occupied"_s, u"t1"_s}).code, 0);
    const Outcome backup = run({u"--json"_s, u"backup"_s});
    QVERIFY2(backup.code == 0, backup.error.constData());
    const QString file = QJsonDocument::fromJson(backup.out).object()[u"file"_s].toString();
    QVERIFY(!file.isEmpty());
    QCOMPARE(run({u"push"_s, u"back"_s, u"tables"_s, u"cleaning"_s, u"t1"_s}).code, 0);
    const Outcome restore = run({u"restore"_s, file});
    QVERIFY2(restore.code == 0, restore.error.constData());
    QCOMPARE(run({u"--json"_s, u"changes"_s, u"back"_s}).out.count('\n'), 1);
}

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 3)
        return 2;
    const QString program = arguments.takeAt(1);
    ServerTest test(program, arguments.takeAt(1));
    return QTest::qExec(&test, arguments);
}
#include "tst_cli_server.moc"
