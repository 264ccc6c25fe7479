// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/restclient.h"
#include "console/remote/simfaults.h"
#include "tests/console/cli/programrun.h"
#include "tests/support/withprograms.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

using namespace possync;
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
    void statusCountsWhoIsThere();
    void thePastIsShown();
    void webhooksAreManaged();
    void unknownRestaurantExitsWith1();
    void journalIsSound();
    void followsWhatComesIn();
    void simulationIsClean_data();
    void simulationIsClean();
    void simulationTwiceWithOneSeed();
    void scenariosAreClean_data();
    void scenariosAreClean();
    void missedExpectationFails();
    void badScenarioNamesTheLine();
    void topShowsDevices();
    void trafficOfThePast();
    void restaurantsAreExportedAndErased();
    void renamedOnesAreListed();
    void restoreGoesBack();

private:
    using Outcome = test::Outcome;
    Outcome run(const QStringList &arguments) const
    {
        return test::runProgram(m_program, QStringList{u"--server"_s, m_address} + arguments);
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
    const QString change = QJsonDocument::fromJson(json.out)
                               .object()[u"conflicts"_s][0][u"change_id"_s]
                               .toString();
    QVERIFY(table.out.contains(change.toUtf8()));
    const Outcome kept = run({u"conflicts"_s, u"late"_s, u"--discard"_s, change});
    QCOMPARE(kept.code, 1);
    QVERIFY2(kept.error.contains("review"), kept.error.constData());
    const Outcome forbidden = run({u"conflicts"_s, u"late"_s, u"--restore"_s, change});
    QCOMPARE(forbidden.code, 1);
    QVERIFY2(forbidden.error.contains("completed"), forbidden.error.constData());
    QCOMPARE(run({u"conflicts"_s, u"late"_s, u"--restore"_s, u"nothing"_s}).code, 1);
    // Page by page.
    QVERIFY(!table.out.contains("There are older ones"));
    QCOMPARE(status(u"confirmed"_s).code, 0);
    const Outcome newest = run({u"conflicts"_s, u"late"_s, u"--limit"_s, u"1"_s});
    QVERIFY2(!newest.out.contains(change.toUtf8()), newest.out.constData());
    const qsizetype at = newest.out.indexOf("--before ");
    QVERIFY2(at > 0, newest.out.constData());
    const QString last = QString::fromUtf8(newest.out.sliced(at + 9)).trimmed();
    const Outcome older = run({u"conflicts"_s, u"late"_s, u"--before"_s, last});
    QVERIFY2(older.out.contains(change.toUtf8()) && !older.out.contains(last.toUtf8()),
             older.out.constData());
    QCOMPARE(run({u"conflicts"_s, u"late"_s, u"--before"_s, u"nothing"_s}).code, 1);
}

void ServerTest::statusCountsWhoIsThere()
{
    // Restaurants are stored by now, but nobody is connected to one.
    const Outcome status = run({u"status"_s});
    QVERIFY2(status.out.contains("online    0 connections of 0 restaurants\n"), status.out);
}

void ServerTest::thePastIsShown()
{
    const auto push = [&](const QString &action, const QString &data) {
        return run({u"push"_s, u"past"_s, u"orders"_s, action, u"o1"_s, data}).code;
    };
    QCOMPARE(push(u"created"_s, u"{\"total\":25.50,\"pin\":\"1234\"}"_s), 0);
    QCOMPARE(push(u"updated"_s, u"{\"total\":30}"_s), 0);
    const Outcome table = run({u"history"_s, u"past"_s, u"orders"_s, u"o1"_s});
    QCOMPARE(table.code, 0);
    QVERIFY2(table.out.contains("total: – → 25.50") && table.out.contains("total: 25.50 → 30"),
             table.out.constData());
    QVERIFY(!table.out.contains("1234"));
    const Outcome first =
        run({u"history"_s, u"past"_s, u"orders"_s, u"o1"_s, u"--limit"_s, u"1"_s});
    QVERIFY2(first.out.contains("25.50") && !first.out.contains("25.50 → 30"),
             first.out.constData());
    QVERIFY(run({u"data"_s, u"past"_s, u"orders"_s, u"--at"_s, u"seq:1"_s}).out.contains("25.50"));
    QVERIFY(!run({u"data"_s, u"past"_s, u"orders"_s}).out.contains("25.50"));
    const Outcome bad = run({u"data"_s, u"past"_s, u"--at"_s, u"noon"_s});
    QCOMPARE(bad.code, 1);
    QVERIFY2(bad.error.contains("noon"), bad.error.constData());
    QCOMPARE(run({u"history"_s, u"past"_s, u"dishes"_s, u"o1"_s}).code, 2);
}

void ServerTest::webhooksAreManaged()
{
    QCOMPARE(run({u"push"_s, u"hooked"_s, u"tables"_s, u"occupied"_s, u"t1"_s}).code, 0);
    const QStringList webhooks{u"webhooks"_s, u"hooked"_s};
    QVERIFY(run(webhooks).out.contains("no webhooks"));
    const QStringList add = webhooks + QStringList{u"add"_s, u"--url"_s};
    const Outcome refused =
        run(add + QStringList{u"http://127.0.0.1/"_s, u"--events"_s, u"stock.low"_s});
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.error.contains("allow_hosts"), refused.error.constData());
    const Outcome added = run(add
                              + QStringList{u"http://localhost:8080/x"_s, u"--events"_s,
                                            u"stock.low,device.lost"_s});
    QVERIFY2(added.code == 0 && added.out.contains("whsec_"), added.error.constData());
    const QString id = QString::fromLatin1(added.out.split(' ').value(1).chopped(1));
    const Outcome list = run(webhooks);
    QVERIFY2(list.out.contains(id.toLatin1()) && list.out.contains("stock.low device.lost"),
             list.out.constData());
    QVERIFY(!list.out.contains("whsec_"));
    const Outcome rotated = run(webhooks + QStringList{u"rotate"_s, id});
    QVERIFY2(rotated.code == 0 && rotated.out.contains("whsec_"), rotated.error.constData());
    QVERIFY2(rotated.out.contains("signs beside it"), rotated.out.constData());
    const Outcome ended = run(webhooks + QStringList{u"rotate"_s, id, u"--overlap"_s, u"0"_s});
    QVERIFY2(ended.code == 0 && ended.out.contains("No former one"), ended.out.constData());
    QCOMPARE(run(webhooks + QStringList{u"rotate"_s, id, u"--overlap"_s, u"long"_s}).code, 2);
    QCOMPARE(run(webhooks + QStringList{u"rotate"_s}).code, 2);
    QCOMPARE(run(webhooks + QStringList{u"test"_s, id}).code, 0);
    QTRY_VERIFY(run(webhooks + QStringList{u"queue"_s, id}).out.contains("not one of the internet"));
    QCOMPARE(run(webhooks + QStringList{u"remove"_s, id}).code, 0);
    QCOMPARE(run(webhooks + QStringList{u"remove"_s, id}).code, 1);
    QCOMPARE(run(webhooks + QStringList{u"remove"_s}).code, 2);
    QCOMPARE(run(webhooks + QStringList{u"feed"_s}).code, 2);
    QCOMPARE(run(webhooks + QStringList{u"add"_s}).code, 2);
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
    row("killed apps", u"classic"_s, u"kill-client"_s);
    row("v2", u"v2"_s, u""_s);
    row("v2, copies", u"v2"_s, u"dup,reorder"_s);
    row("v2, killed apps", u"v2"_s, u"kill-client"_s);
    row("mixed", u"mixed"_s, u""_s);
    row("mixed, slow readers and wrong clocks", u"mixed"_s, u"slow-reader,clock-skew"_s);
    for (const QString &protocol : {u"classic"_s, u"v2"_s, u"mixed"_s})
        row(qPrintable(protocol + u", everything"_s), protocol,
            remote::simulationFaultNames().join(u','));
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
    for (const QString &fault : faults.split(u',', Qt::SkipEmptyParts))
        QVERIFY2(verdict[u"strikes"_s][fault].toInt() > 0, qPrintable(fault));
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

void ServerTest::scenariosAreClean_data()
{
    QTest::addColumn<QString>("sample");
    for (const QString &sample : {u"order-to-kitchen"_s, u"bar-loses-wifi"_s, u"friday-rush"_s,
                                  u"old-and-new-tablets"_s})
        QTest::newRow(qPrintable(sample)) << sample;
}

void ServerTest::scenariosAreClean()
{
    QFETCH(QString, sample);
    QVERIFY(run({u"run"_s}).out.contains(sample.toUtf8()));
    const QJsonArray listed =
        QJsonDocument::fromJson(run({u"--json"_s, u"run"_s}).out).object()[u"samples"_s].toArray();
    const auto isThis = [&](const QJsonValue &one) { return one[u"sample"_s].toString() == sample; };
    const auto found = std::ranges::find_if(listed, isThis);
    QVERIFY(found != listed.end());
    QVERIFY(!(*found)[u"about"_s].toString().isEmpty());
    const QString html = m_data.filePath(u"report.html"_s);
    const QString xml = m_data.filePath(u"report.xml"_s);
    const Outcome outcome = run({u"--json"_s, u"run"_s, sample, u"--report"_s, html + u',' + xml});
    QVERIFY2(outcome.code == 0, (outcome.out + outcome.error).constData());
    const QJsonObject report = QJsonDocument::fromJson(outcome.out).object();
    QVERIFY(report[u"passed"_s].toBool());
    QVERIFY(report[u"verdict"_s][u"sent"_s].toInt() > 0);
    QVERIFY(report[u"verdict"_s][u"converged_ms"_s].toInt() >= 0);
    for (const QString &name : {html, xml}) {
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains(report[u"scenario"_s].toString().toUtf8()));
    }
}

void ServerTest::missedExpectationFails()
{
    const QString name = m_data.filePath(u"late.toml"_s);
    QFile file(name);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("name = \"Too late\"\n[[device]]\nname = \"Till\"\n[[device]]\nname = \"Bar\"\n"
               "[[step]]\nat = \"0 s\"\ndevice = \"Bar\"\nfault = \"delay\"\namount = \"400 ms\"\n"
               "[[step]]\nat = \"100 ms\"\ndevice = \"Till\"\n"
               "send = { type = \"orders\", action = \"created\", id = \"o1\", data = '{}' }\n"
               "expect = { devices = \"Bar\", within = \"200 ms\" }\n");
    file.close();
    const Outcome outcome = run({u"run"_s, name});
    QCOMPARE(outcome.code, 1);
    QVERIFY2(outcome.out.contains("MISSED") && outcome.out.contains("not in time at Bar"),
             outcome.out.constData());
    QVERIFY(outcome.out.contains("lost        0")); // late is not lost
}

void ServerTest::badScenarioNamesTheLine()
{
    const QString name = m_data.filePath(u"bad.toml"_s);
    QFile file(name);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("name = \"x\"\n\nwhat = 3\n");
    file.close();
    const Outcome outcome = run({u"run"_s, name});
    QCOMPARE(outcome.code, 2);
    QVERIFY2(outcome.error.contains("line 3: \"what\""), outcome.error.constData());
    QCOMPARE(run({u"run"_s, u"/no/such/file"_s}).code, 1);
}

void ServerTest::topShowsDevices()
{
    const Outcome outcome = run({u"top"_s, u"--count"_s, u"2"_s});
    QVERIFY2(outcome.code == 0, outcome.error.constData());
    QVERIFY(outcome.out.contains("sim-bar")); // the scenario's, by now offline
    const Outcome json = run({u"--json"_s, u"top"_s, u"--count"_s, u"1"_s});
    QVERIFY(QJsonDocument::fromJson(json.out).object().contains(u"changes_per_second"_s));
}

void ServerTest::trafficOfThePast()
{
    const Outcome json =
        run({u"--json"_s, u"traffic"_s, u"test-friday-rush"_s, u"--range"_s, u"5m"_s});
    QVERIFY2(json.code == 0, json.error.constData());
    const QJsonObject page = QJsonDocument::fromJson(json.out).object();
    QCOMPARE(page[u"step_ms"_s].toInt(), 1000);
    int orders = 0;
    for (const QJsonValue sample : page[u"samples"_s].toArray())
        orders += sample[u"changes"_s][u"orders"_s].toInt();
    QVERIFY(orders > 50);
    QVERIFY(run({u"traffic"_s, u"test-friday-rush"_s}).out.contains("CHANGES/s"));
    QCOMPARE(run({u"traffic"_s, u"nobody"_s}).code, 1);
    QCOMPARE(run({u"traffic"_s, u"test-friday-rush"_s, u"--range"_s, u"90d"_s}).code, 1);
}

void ServerTest::restaurantsAreExportedAndErased()
{
    QCOMPARE(run({u"push"_s, u"Bistro 7"_s, u"orders"_s, u"created"_s, u"o1"_s,
                  u"{\"total\":25.50}"_s})
                 .code,
             0);
    const QString file = m_data.filePath(u"bistro.jsonl"_s);
    const Outcome done = run({u"export"_s, u"Bistro 7"_s, file});
    QVERIFY2(done.code == 0, done.error.constData());
    QVERIFY2(done.out.contains("1 records, 1 changes"), done.out.constData());
    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    QCOMPARE(written.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    const QByteArrayList lines = written.readAll().trimmed().split('\n');
    QVERIFY(lines.front().startsWith("{\"type\":\"restaurant\","));
    QVERIFY(lines.join().contains("\"total\":25.50"));
    QCOMPARE(lines.last(), "{\"type\":\"end\",\"lines\":" + QByteArray::number(lines.size() - 1)
                               + '}');
    QCOMPARE(run({u"export"_s, u"Bistro 7"_s, u"/nowhere/file"_s}).code, 1);
    const QString other = m_data.filePath(u"other.jsonl"_s);
    QCOMPARE(run({u"export"_s, u"nobody"_s, other}).code, 1);
    QVERIFY(!QFile::exists(other));

    const Outcome asked = run({u"erase"_s, u"Bistro 7"_s});
    QCOMPARE(asked.code, 2);
    QVERIFY(asked.error.contains("--yes"));
    QCOMPARE(run({u"data"_s, u"Bistro 7"_s}).code, 0);
    const Outcome erased = run({u"erase"_s, u"Bistro 7"_s, u"--yes"_s});
    QVERIFY2(erased.code == 0, erased.error.constData());
    QCOMPARE(run({u"data"_s, u"Bistro 7"_s}).code, 1);
    QCOMPARE(run({u"erase"_s, u"Bistro 7"_s, u"--yes"_s}).code, 1);
    QCOMPARE(run({u"verify"_s}).code, 0);
}

void ServerTest::renamedOnesAreListed()
{
    const QString r = u"Café / 2"_s;
    QCOMPARE(run({u"push"_s, r, u"tables"_s, u"occupied"_s, u"t1"_s}).code, 0);
    const Outcome named = run({u"rename"_s, r, u" Café am Markt "_s});
    QVERIFY2(named.code == 0, named.error.constData());
    QCOMPARE(named.out,
             QByteArray("The restaurant Café / 2 is called “Café am Markt” now.\n"));
    QVERIFY(run({u"restaurants"_s}).out.contains("Café am Markt"));
    // A device's, too; what a scenario left behind has been there.
    const QString bench = u"test-friday-rush"_s;
    const QJsonObject devices =
        QJsonDocument::fromJson(run({u"--json"_s, u"devices"_s, bench}).out).object();
    const QString device = devices[u"devices"_s][0][u"device_id"_s].toString();
    QVERIFY(!device.isEmpty());
    const Outcome json = run({u"--json"_s, u"rename"_s, bench, device, u"Theke"_s});
    QCOMPARE(QJsonDocument::fromJson(json.out).object(),
             (QJsonObject{{u"restaurant_id"_s, bench},
                          {u"device_id"_s, device},
                          {u"name"_s, u"Theke"_s}}));
    QVERIFY(run({u"devices"_s, bench}).out.contains("Theke"));
    // Whoever watches reads the names, with the ids that commands take.
    QCOMPARE(run({u"push"_s, bench, u"tables"_s, u"occupied"_s, u"t1"_s}).code, 0);
    QCOMPARE(run({u"rename"_s, bench, u"Freitag"_s}).code, 0);
    const QByteArray top = run({u"top"_s, u"--count"_s, u"2"_s}).out;
    QVERIFY2(top.contains("Freitag (test-friday-rush)"), top.constData());
    QVERIFY2(top.contains(u"Theke (%1)"_s.arg(device).toUtf8()), top.constData());
    QVERIFY(run({u"--json"_s, u"top"_s, u"--count"_s, u"2"_s}).out.contains("\"Theke\""));
    const auto status = [](const QByteArray &name) {
        return R"({"type":"data_change","data_type":"orders","action":"updated","data":{"id":"o-c",)"
               R"("status":")"
               + name + "\"}}";
    };
    remote::RestClient rest{QUrl(m_address)};
    QString sent;
    rest.post(u"/api/sync"_s,
              R"({"restaurant_id":"test-friday-rush","device_id":")" + device.toUtf8()
                  + R"(","changes":[)" + status("completed") + ',' + status("pending") + "]}",
              this, [&sent](const remote::Answer<QByteArray> &answer) {
                  sent = answer ? u"sent"_s : answer.error().message;
              });
    QTRY_COMPARE_WITH_TIMEOUT(sent, u"sent"_s, 20000);
    const QByteArray met = run({u"conflicts"_s, bench, u"--limit"_s, u"5"_s}).out;
    QVERIFY2(met.contains(u"Theke (%1)"_s.arg(device).toUtf8()), met.constData());
    const Outcome back = run({u"rename"_s, bench, device, {}});
    QVERIFY2(back.out.endsWith(" goes by its id.\n"), back.out.constData());
    QVERIFY(!run({u"devices"_s, bench}).out.contains("Theke"));

    const Outcome stranger = run({u"rename"_s, bench, u"nobody"_s, u"Bar"_s});
    QCOMPARE(stranger.code, 1);
    QVERIFY2(stranger.error.contains("nobody"), stranger.error.constData());
    QCOMPARE(run({u"rename"_s, u"nobody"_s, u"Bar"_s}).code, 1);
    const Outcome longer = run({u"rename"_s, r, QString(81, u'x')});
    QCOMPARE(longer.code, 1);
    QVERIFY2(longer.error.contains("81 characters"), longer.error.constData());
    QCOMPARE(run({u"rename"_s, r, {}, u"Bar"_s}).code, 2);
    QVERIFY(run({u"restaurants"_s}).out.contains("Café am Markt"));
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
    return possync::test::runWithPrograms<ServerTest, QCoreApplication, 2>(argc, argv);
}
#include "tst_cli_server.moc"
