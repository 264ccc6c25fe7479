// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/faultrelay.h"
#include "console/remote/scenarioreport.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QXmlStreamReader>

using namespace possync;
using namespace possync::remote;
using namespace Qt::StringLiterals;

namespace {

QByteArray file(const QByteArray &steps)
{
    return "name = \"Test one\"\n[[device]]\nname = \"Till\"\n[[device]]\nname = \"Waiter\"\n"
           "count = 2\n"
           + steps;
}

constexpr auto order =
    "[[step]]\nat = \"1.5 s\"\ndevice = \"Waiter\"\n"
    "send = { type = \"orders\", action = \"created\", id = \"o1\", data = '{\"total\": 45.50}' }\n"
    "expect = { devices = [\"Till\", \"Waiter 2\"], within = \"800 ms\" }\n";

ScenarioReport sampleReport(bool isGood)
{
    ScenarioReport report;
    report.name = u"Rush <1> & \"more\"\u0001"_s;
    report.restaurant = u"test-rush"_s;
    report.server = u"127.0.0.1:3000"_s;
    report.startedMs = 1'760'000'000'000;
    report.tookMs = 4200;
    report.verdict.sent = 10;
    report.verdict.expected = report.verdict.delivered = 20;
    report.convergedMs = 12;
    report.checks.append({.text = {"o1 reaches Till within 800 ms"},
                          .state = ScenarioCheck::Met,
                          .detail = {"after 3 ms"},
                          .tookMs = 3});
    if (!isGood) {
        report.verdict.delivered = 19;
        report.verdict.lost = 1;
        report.checks.append({.text = {"o2 reaches <b>Bar</b>"},
                              .state = ScenarioCheck::Missed,
                              .detail = {"not in time at Bar"}});
    }
    report.log = {u"   0.001 s  all 3 devices are connected"_s};
    return report;
}

} // namespace

/// The scenario language, the bad network, and the reports.
class ScenarioTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEverything();
    void devicesSpeakEither();
    void refusesWithTheLine_data();
    void refusesWithTheLine();
    void samplesAreWellFormed();
    void reportsForPrograms();
    void reportForPeople();
    void aSilentServerIsAnError();
    void relayDelaysBothWays();
    void relayLetsAServerWait();
};

void ScenarioTest::readsEverything()
{
    const auto scenario = parseScenario(
        file(QByteArray("[[step]]\nat = \"3 s\"\ndevice = \"all\"\nfault = \"delay\"\n"
                        "amount = \"250 ms\"\nfor = \"2 s\"\n"
                        "[[step]]\nat = \"0 ms\"\ndevice = [\"Till\", \"Waiter 1\"]\n"
                        "work = { rate = 2.5, for = \"1 min\" }\n")
             + order));
    QVERIFY2(scenario, scenario ? "" : qPrintable(scenario.error()));
    QCOMPARE(scenario->restaurant, u"test-test-one"_s);
    QCOMPARE(scenario->devices.size(), 3);
    QCOMPARE(scenario->devices[2].name, u"Waiter 2"_s);
    QCOMPARE(scenario->devices[2].role, u"Waiter"_s);
    QCOMPARE(scenario->steps.size(), 3);
    QCOMPARE(scenario->steps[0].atMs, 0); // by time, not by place
    QCOMPARE(scenario->lengthMs(), 60'000);
    const auto send = std::get<SendStep>(scenario->steps[1].what);
    QCOMPARE(scenario->steps[1].devices, (QStringList{u"Waiter 1"_s, u"Waiter 2"_s}));
    QCOMPARE(send.data, QByteArray("{\"total\": 45.50}")); // as written
    QCOMPARE(send.expectations.first().withinMs, 800);
    const auto fault = std::get<FaultStep>(scenario->steps[2].what);
    QCOMPARE(fault.kind, FaultKind::Delay);
    QCOMPARE(fault.amountMs, 250);
    QCOMPARE(fault.forMs, 2000);
    QCOMPARE(scenario->steps[2].devices.size(), 3);
}

void ScenarioTest::devicesSpeakEither()
{
    const auto scenario =
        parseScenario(file("[[device]]\nname = \"Bar\"\nprotocol = \"v2\"\n"
                           "[[device]]\nname = \"Host\"\nprotocol = \"classic\"\n"
                           "[[step]]\nat = \"0 s\"\ndevice = \"all\"\nfault = \"garbage\"\n"));
    QVERIFY2(scenario, scenario ? "" : qPrintable(scenario.error()));
    QStringList v2;
    for (const ScenarioDevice &device : scenario->devices) {
        if (device.isV2)
            v2.append(device.name);
    }
    QCOMPARE(v2, QStringList{u"Bar"_s});
}

void ScenarioTest::refusesWithTheLine_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("error");
    const QByteArray step = "[[step]]\nat = \"1 s\"\n";
    QTest::newRow("not TOML") << QByteArray("name = \n") << u"line 1"_s;
    QTest::newRow("no name") << QByteArray("[[device]]\nname = \"Till\"\n") << u"\"name\""_s;
    QTest::newRow("no steps") << file("") << u"[[step]]"_s;
    QTest::newRow("unknown key") << file(step + "device = \"Till\"\nfalut = \"drop\"\n")
                                 << u"line 10: \"falut\""_s;
    QTest::newRow("unknown device") << file(step + "device = \"Kitchn\"\nfault = \"drop\"\n")
                                    << u"line 9: there is no device or role \"Kitchn\""_s;
    QTest::newRow("unknown fault")
        << file(step + "device = \"Till\"\nfault = \"fire\"\n") << u"no fault \"fire\""_s;
    QTest::newRow("no amount") << file(step + "device = \"Till\"\nfault = \"delay\"\n")
                               << u"\"amount\" is missing"_s;
    QTest::newRow("needless amount")
        << file(step + "device = \"Till\"\nfault = \"drop\"\namount = \"1 s\"\n")
        << u"has no amount"_s;
    QTest::newRow("no unit") << file("[[step]]\nat = \"1\"\ndevice = \"Till\"\nfault = \"drop\"\n")
                             << u"line 8: \"at\" must be a span"_s;
    QTest::newRow("negative") << file(
        "[[step]]\nat = \"-1 s\"\ndevice = \"Till\"\nfault = \"drop\"\n")
                              << u"\"at\""_s;
    QTest::newRow("nothing to do") << file(step + "device = \"Till\"\n") << u"one of"_s;
    QTest::newRow("twice") << file("[[device]]\nname = \"Till\"\n" + QByteArray(order))
                           << u"two devices"_s;
    QTest::newRow("illegal action")
        << file(step
                + "device = \"Till\"\nsend = { type = \"orders\", action = \"occupied\", id = "
                  "\"1\" }\n")
        << u"no action \"occupied\" for orders"_s;
    QTest::newRow("bad data") << file(
        step
        + "device = \"Till\"\nsend = { type = \"orders\", action = \"created\", id = "
          "\"1\", data = '{\"a\":' }\n")
                              << u"must be a JSON object"_s;
    QTest::newRow("own id") << file(
        step
        + "device = \"Till\"\nsend = { type = \"orders\", action = \"created\", id = "
          "\"1\", data = '{\"id\":\"2\"}' }\n")
                            << u"must not hold an \"id\""_s;
    QTest::newRow("rate") << file(step + "device = \"Till\"\nwork = { rate = -1, for = \"1 s\" }\n")
                          << u"\"rate\""_s;
    QTest::newRow("protocol") << QByteArray("name = \"x\"\n[[device]]\nname = \"T\"\nprotocol = "
                                            "\"v3\"\n")
                              << u"line 4: there is no protocol \"v3\""_s;
    QTest::newRow("classic fault of a v2 device")
        << file("[[device]]\nname = \"Bar\"\nprotocol = \"v2\"\n" + step
                + "device = \"Bar\"\nfault = \"garbage\"\n")
        << u"devices that speak v2 cannot have the fault \"garbage\""_s;
    QTest::newRow("crowd") << QByteArray("name = \"x\"\n[[device]]\nname = \"T\"\ncount = 5000\n")
                           << u"\"count\""_s;
}

void ScenarioTest::refusesWithTheLine()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, error);
    const auto scenario = parseScenario(text);
    QVERIFY(!scenario);
    QVERIFY2(scenario.error().contains(error), qPrintable(scenario.error()));
}

void ScenarioTest::samplesAreWellFormed()
{
    const QStringList files = QDir(u":/possync/scenarios"_s).entryList();
    QVERIFY(files.size() >= 3);
    for (const QString &name : files) {
        QFile sample(u":/possync/scenarios/"_s + name);
        QVERIFY(sample.open(QIODevice::ReadOnly));
        const auto scenario = parseScenario(sample.readAll());
        QVERIFY2(scenario, qPrintable(name + u": "_s + (scenario ? QString() : scenario.error())));
        QVERIFY(!scenario->about.isEmpty());
    }
}

void ScenarioTest::reportsForPrograms()
{
    for (const bool isGood : {true, false}) {
        const ScenarioReport report = sampleReport(isGood);
        QCOMPARE(report.passed(), isGood);
        const QJsonObject json = QJsonDocument::fromJson(reportJson(report)).object();
        QCOMPARE(json[u"passed"_s].toBool(), isGood);
        QCOMPARE(json[u"checks"_s].toArray().first()[u"state"_s].toString(), u"met"_s);
        QXmlStreamReader xml(reportJunit(report));
        int cases = 0;
        int failures = 0;
        int stated = -1;
        while (!xml.atEnd()) {
            if (xml.readNext() != QXmlStreamReader::StartElement)
                continue;
            if (xml.name() == u"testsuite")
                stated = xml.attributes().value(u"failures"_s).toInt();
            cases += xml.name() == u"testcase";
            failures += xml.name() == u"failure";
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QCOMPARE(failures, stated);
        QCOMPARE(failures > 0, !isGood);
        QVERIFY(cases > 8);
    }
}

void ScenarioTest::reportForPeople()
{
    const QByteArray html = reportHtml(sampleReport(false));
    QVERIFY(html.startsWith("<!DOCTYPE html>"));
    QVERIFY(html.contains("failed"));
    QVERIFY(html.contains("&lt;b&gt;Bar&lt;/b&gt;")); // foreign text stays text
    QVERIFY(!html.contains("<script") && !html.contains("src=") && !html.contains("href="));
    QVERIFY(reportFor(u"a.HTML"_s, sampleReport(true)));
    QVERIFY(!reportFor(u"a.pdf"_s, sampleReport(true)));
}

void ScenarioTest::aSilentServerIsAnError()
{
    QTcpServer closed;
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    const QUrl url(u"http://127.0.0.1:%1"_s.arg(closed.serverPort()));
    closed.close();
    ScenarioRun run(*parseScenario(file(order)), url, {});
    QString error;
    connect(&run, &ScenarioRun::finished, this, [&](const Answer<ScenarioReport> &report) {
        error = report ? u"none"_s : report.error().code;
    });
    run.start();
    QTRY_COMPARE(error, u"unreachable"_s);
}

void ScenarioTest::relayDelaysBothWays()
{
    QTcpServer echo;
    QVERIFY(echo.listen(QHostAddress::LocalHost));
    connect(&echo, &QTcpServer::newConnection, this, [&] {
        QTcpSocket *socket = echo.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket,
                [socket] { socket->write(socket->readAll()); });
    });
    FaultRelay relay(QUrl(u"http://127.0.0.1:%1"_s.arg(echo.serverPort())));
    QTcpSocket device;
    device.connectToHost(u"127.0.0.1"_s, quint16(relay.url().port()));
    QTRY_COMPARE(device.state(), QAbstractSocket::ConnectedState);
    QByteArray said;
    device.write("one");
    QTRY_COMPARE((said += device.readAll()), QByteArray("one"));
    relay.setDelay(150);
    QElapsedTimer clock;
    clock.start();
    device.write("two");
    QTRY_COMPARE((said += device.readAll()), QByteArray("onetwo"));
    QVERIFY(clock.elapsed() >= 300);
    QVERIFY(FaultRelay(QUrl(u"https://127.0.0.1:1"_s)).url().isEmpty());
}

void ScenarioTest::relayLetsAServerWait()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    QPointer<QTcpSocket> there;
    connect(&server, &QTcpServer::newConnection, this,
            [&] { there = server.nextPendingConnection(); });
    FaultRelay relay(QUrl(u"http://127.0.0.1:%1"_s.arg(server.serverPort())));
    QTcpSocket device;
    device.connectToHost(u"127.0.0.1"_s, quint16(relay.url().port()));
    QTRY_VERIFY(there);
    relay.setSlowReader(true);
    const QByteArray much(32 * 1024 * 1024, 'x');
    there->write(much);
    qsizetype got = 0;
    QTRY_VERIFY((got += device.readAll().size()) > 1000);
    QVERIFY(there->bytesToWrite() > 1024 * 1024); // the server waits for the reader
    QVERIFY(got < 1024 * 1024);
    relay.setSlowReader(false);
    QTRY_COMPARE_WITH_TIMEOUT((got += device.readAll().size()), much.size(), 30000);
}

QTEST_GUILESS_MAIN(ScenarioTest)
#include "tst_remote_scenario.moc"
