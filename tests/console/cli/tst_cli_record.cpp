// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/recording.h"
#include "tests/support/withprograms.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>
#include <QWebSocket>
#include <csignal>

using namespace possync;
using namespace Qt::StringLiterals;

/// `possyncctl record` and `replay` against a real possync-server, which dies in between.
class RecordTest : public QObject
{
    Q_OBJECT

public:
    RecordTest(const QString &program, const QString &server)
        : m_program(program)
        , m_serverProgram(server)
    {
    }

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void liveRecordingHasNoHole();
    void replayMakesTheSameRecords_data();
    void replayMakesTheSameRecords();
    void keepsTheTimes();
    void beginsInTheMiddle();
    void changesInOneMillisecondAreAllThere();
    void filesAreNotOverwritten();
    void liveRestaurantsAreRefused();
    void badFilesNameTheLine();
    void anotherOutcomeIsSeen();

private:
    struct Outcome {
        int code = -1;
        QByteArray out;
        QByteArray error;
        QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
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
    void startServer();
    QString path(const QString &name) const { return m_dir.filePath(name); }
    remote::Recording recording(const QString &name) const
    {
        QFile file(path(name));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        auto read = remote::readRecording(file);
        return read ? *std::move(read) : remote::Recording();
    }
    bool write(const QString &name, const QByteArray &text) const
    {
        QFile file(path(name));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    }

    QString m_program;
    QString m_serverProgram;
    QString m_address;
    QString m_port;
    QTemporaryDir m_dir;
    QProcess m_server;
};

void RecordTest::startServer()
{
    m_server.start(m_serverProgram,
                   {u"--port"_s, m_port, u"--data"_s, path(u"data"_s), u"--auth"_s, u"off"_s});
    QByteArray said;
    QTRY_VERIFY_WITH_TIMEOUT((said += m_server.readAllStandardOutput()).contains('\n'), 20000);
    const QByteArray mark = "possync-server ready on ";
    QVERIFY2(said.startsWith(mark), said.constData());
    m_address = QString::fromUtf8(said.sliced(mark.size()).trimmed());
}

void RecordTest::initTestCase()
{
    QVERIFY(m_dir.isValid());
    m_server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    // A port of our own choosing: the server has to come back on the same one.
    QTcpServer chooser;
    QVERIFY(chooser.listen(QHostAddress::LocalHost));
    m_port = QString::number(chooser.serverPort());
    chooser.close();
    startServer();
}

void RecordTest::cleanupTestCase()
{
    m_server.terminate();
    QVERIFY(m_server.waitForFinished(10000));
    QCOMPARE(m_server.exitCode(), 0);
}

void RecordTest::liveRecordingHasNoHole()
{
    QCOMPARE(run({u"push"_s, u"sim-31-1"_s, u"tables"_s, u"occupied"_s, u"t1"_s}).code, 0);
    QProcess recorder;
    recorder.start(m_program, {u"--server"_s, m_address, u"--json"_s, u"record"_s, u"sim-31-1"_s,
                               path(u"live.jsonl"_s)});
    QTRY_VERIFY(QFile::exists(path(u"live.jsonl"_s)));
    QProcess work;
    work.start(m_program, {u"--server"_s, m_address, u"simulate"_s, u"--seed"_s, u"31"_s,
                           u"--devices"_s, u"4"_s, u"--rate"_s, u"400"_s, u"--seconds"_s, u"5"_s,
                           u"--protocol"_s, u"mixed"_s});
    QTRY_VERIFY_WITH_TIMEOUT(recording(u"live.jsonl"_s).changes.size() > 300, 20000);
    m_server.kill();
    QVERIFY(m_server.waitForFinished());
    startServer();
    QVERIFY(work.waitForFinished(60000));
    QCOMPARE(work.exitCode(), 0);
    ::kill(static_cast<pid_t>(recorder.processId()), SIGINT);
    QVERIFY(recorder.waitForFinished(20000));
    QCOMPARE(recorder.exitCode(), 0);
    const QJsonObject report = QJsonDocument::fromJson(recorder.readAllStandardOutput()).object();
    QVERIFY(report[u"reconnects"_s].toInt() > 0);
    QVERIFY(report[u"knows_records"_s].toBool());

    const Outcome all = run({u"--json"_s, u"changes"_s, u"sim-31-1"_s, u"--since"_s, u"1"_s});
    QByteArray recorded;
    for (const remote::ChangeEntry &change : recording(u"live.jsonl"_s).changes)
        recorded += "{" + remote::encodeRecordedChange(change).sliced(17);
    QVERIFY(report[u"changes"_s].toInt() >= 1500);
    QCOMPARE(recorded, all.out);
}

void RecordTest::replayMakesTheSameRecords_data()
{
    QTest::addColumn<QString>("protocol");
    QTest::addColumn<QString>("speed");
    QTest::newRow("classic") << u"classic"_s << u"max"_s;
    QTest::newRow("classic, three times as quick") << u"classic"_s << u"3"_s;
    QTest::newRow("v2") << u"v2"_s << u"max"_s;
}

void RecordTest::replayMakesTheSameRecords()
{
    QFETCH(QString, protocol);
    QFETCH(QString, speed);
    const QString to = u"test-%1-%2"_s.arg(protocol, speed);
    const Outcome outcome = run({u"--json"_s, u"replay"_s, path(u"live.jsonl"_s), u"--to"_s, to,
                                 u"--speed"_s, speed, u"--protocol"_s, protocol});
    QVERIFY2(outcome.code == 0, (outcome.out + outcome.error).constData());
    const QJsonObject report = outcome.json();
    QVERIFY(report[u"compared"_s].toBool());
    QCOMPARE(report[u"differing"_s].toInt(), 0);
    const int sent = report[u"sent"_s].toInt();
    QCOMPARE(sent + report[u"skipped"_s].toInt(), report[u"recorded"_s].toInt());
    QCOMPARE(report[u"acknowledged"_s].toInt(), sent);
    QCOMPARE(report[u"devices"_s].toInt(), 4);
    QVERIFY(report[u"delivered"_s].toInt() > 3 * (sent - report[u"refused"_s].toInt()) - 1);
    // The table that was there before is there as well.
    QVERIFY(run({u"data"_s, to, u"tables"_s}).out.contains("t1"));
}

void RecordTest::keepsTheTimes()
{
    QByteArray lines = R"({"line":"recording","version":1,"restaurant":"r","since":0})"
                       "\n";
    for (int i = 1; i <= 3; ++i)
        lines += "{\"line\":\"change\",\"seq\":" + QByteArray::number(i)
                 + ",\"data_type\":\"orders\",\"action\":\"created\",\"entity_id\":\"o"
                 + QByteArray::number(i) + "\",\"data\":{},\"device_id\":\"till\",\"received_at\":"
                 + "\"2026-01-01T12:00:0" + QByteArray::number(3 * (i - 1)) + ".000Z\"}\n";
    QVERIFY(write(u"slow.jsonl"_s, lines));
    const auto took = [&](const QString &speed) {
        return run({u"--json"_s, u"replay"_s, path(u"slow.jsonl"_s), u"--to"_s,
                    u"test-slow-%1"_s.arg(speed), u"--speed"_s, speed});
    };
    QVERIFY(took(u"10"_s).code == 0); // one device: nobody to deliver to
    const Outcome changes = run({u"--json"_s, u"changes"_s, u"test-slow-10"_s});
    const auto at = [&](int line) {
        const auto text = QJsonDocument::fromJson(changes.out.split('\n')[line])
                              .object()[u"received_at"_s]
                              .toString();
        return QDateTime::fromString(text, Qt::ISODateWithMs).toMSecsSinceEpoch();
    };
    QVERIFY2(at(2) - at(0) >= 550, changes.out.constData());
    QCOMPARE(run({u"--json"_s, u"changes"_s, u"test-slow-10"_s}).out.count('\n'), 3);
}

void RecordTest::beginsInTheMiddle()
{
    const QString r = u"middle"_s;
    QCOMPARE(run({u"push"_s, r, u"orders"_s, u"created"_s, u"o1"_s, u"{\"total\":1.10}"_s}).code,
             0);
    QCOMPARE(run({u"push"_s, r, u"orders"_s, u"created"_s, u"o2"_s, u"{\"total\":2.20}"_s}).code,
             0);
    QCOMPARE(run({u"push"_s, r, u"orders"_s, u"updated"_s, u"o1"_s, u"{\"note\":\"x\"}"_s}).code,
             0);
    QCOMPARE(run({u"push"_s, r, u"orders"_s, u"deleted"_s, u"o2"_s}).code, 0);
    const Outcome recorded =
        run({u"--json"_s, u"record"_s, r, path(u"middle.jsonl"_s), u"--since"_s, u"2"_s});
    QVERIFY2(recorded.code == 0, recorded.error.constData());
    const remote::Recording file = recording(u"middle.jsonl"_s);
    QCOMPARE(file.before.size(), std::size_t(2));
    QCOMPARE(file.before.front().data, R"({"id":"o1","total":1.10})");
    QCOMPARE(file.changes.size(), std::size_t(2));
    const Outcome replayed =
        run({u"--json"_s, u"replay"_s, path(u"middle.jsonl"_s), u"--to"_s, u"test-middle"_s});
    QVERIFY2(replayed.code == 0, (replayed.out + replayed.error).constData());
    QVERIFY(replayed.json()[u"compared"_s].toBool());
    const QByteArray data = run({u"--json"_s, u"data"_s, u"test-middle"_s, u"orders"_s}).out;
    QVERIFY2(data.contains(R"("total":1.10,"note":"x")") && !data.contains("o2"), data.constData());
}

void RecordTest::changesInOneMillisecondAreAllThere()
{
    QByteArray lines = R"({"line":"recording","version":1,"restaurant":"r","since":0})"
                       "\n";
    for (int i = 1; i <= 200; ++i)
        lines +=
            "{\"line\":\"change\",\"seq\":" + QByteArray::number(i)
            + ",\"data_type\":\"tables\",\"action\":\"cleaning\",\"entity_id\":\"t1\",\"data\":{"
              "\"guests\":0},\"device_id\":\""
            + (i % 2 ? "bar" : "till") + "\"}\n";
    QVERIFY(write(u"same.jsonl"_s, lines));
    for (const QString &protocol : {u"classic"_s, u"v2"_s}) {
        const Outcome outcome =
            run({u"--json"_s, u"replay"_s, path(u"same.jsonl"_s), u"--to"_s,
                 u"test-same-"_s + protocol, u"--speed"_s, u"max"_s, u"--protocol"_s, protocol});
        QVERIFY2(outcome.code == 0, (outcome.out + outcome.error).constData());
        QCOMPARE(outcome.json()[u"delivered"_s].toInt(), 200);
        QVERIFY(!outcome.json()[u"compared"_s].toBool()); // it does not say how they were
    }
}

void RecordTest::filesAreNotOverwritten()
{
    QVERIFY(write(u"kept.jsonl"_s, "mine\n"));
    const Outcome outcome =
        run({u"record"_s, u"sim-31-1"_s, path(u"kept.jsonl"_s), u"--seconds"_s, u"1"_s});
    QCOMPARE(outcome.code, 1);
    QVERIFY2(outcome.error.contains("not overwritten"), outcome.error.constData());
    QFile file(path(u"kept.jsonl"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), "mine\n");
    QCOMPARE(run({u"record"_s, u"nobody"_s, path(u"x.jsonl"_s)}).code, 1);
    QCOMPARE(run({u"record"_s, u"middle"_s, path(u"y.jsonl"_s), u"--since"_s, u"99"_s}).code, 1);
    QVERIFY(!QFile::exists(path(u"x.jsonl"_s)) && !QFile::exists(path(u"y.jsonl"_s)));
    QCOMPARE(run({u"record"_s, u"middle"_s, u"/no/such/dir/z"_s, u"--since"_s, u"0"_s}).code, 1);
}

void RecordTest::liveRestaurantsAreRefused()
{
    const QStringList replay{u"replay"_s, path(u"middle.jsonl"_s), u"--speed"_s, u"max"_s,
                             u"--to"_s};
    const Outcome refused = run(replay + QStringList{u"middle"_s});
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.error.contains("history of its own"), refused.error.constData());
    QWebSocket tablet;
    QStringList said;
    connect(&tablet, &QWebSocket::textMessageReceived, this,
            [&said](const QString &text) { said.append(text); });
    tablet.open(
        QUrl(u"ws://127.0.0.1:%1/?restaurant_id=test-live&device_id=tablet_7"_s.arg(m_port)));
    QTRY_COMPARE_EQ(tablet.state(), QAbstractSocket::ConnectedState);
    tablet.sendTextMessage(u"{\"type\":\"register\",\"device_id\":\"tablet_7\","
                           "\"restaurant_id\":\"test-live\",\"user_id\":null}"_s);
    QTRY_VERIFY(!said.isEmpty());
    const Outcome live = run(replay + QStringList{u"test-live"_s});
    QCOMPARE(live.code, 1);
    QVERIFY2(live.error.contains("tablet_7 works in it"), live.error.constData());
    tablet.close();
    const auto count = [this] {
        return run({u"--json"_s, u"changes"_s, u"middle"_s}).out.count('\n');
    };
    QCOMPARE(count(), 4);
    const Outcome forced = run(replay + QStringList{u"middle"_s, u"--force"_s});
    QVERIFY2(forced.code == 0, (forced.out + forced.error).constData());
    QVERIFY(forced.out.contains("was not empty"));
    QCOMPARE(count(), 8); // two records put in, two changes
    QCOMPARE(run({u"replay"_s, path(u"middle.jsonl"_s)}).code, 2);
    QCOMPARE(run(replay + QStringList{u"test-x"_s, u"--speed"_s, u"-1"_s}).code, 2);
    QCOMPARE(run(replay + QStringList{u"test-x"_s, u"--protocol"_s, u"v3"_s}).code, 2);
}

void RecordTest::badFilesNameTheLine()
{
    QVERIFY(
        write(u"bad.jsonl"_s,
              "{\"line\":\"recording\",\"version\":1,\"restaurant\":\"r\",\"since\":0}\n"
              "{\"line\":\"change\",\"seq\":1,\"data_type\":\"orders\",\"action\":\"eaten\"}\n"));
    const Outcome outcome = run({u"replay"_s, path(u"bad.jsonl"_s), u"--to"_s, u"test-bad"_s});
    QCOMPARE(outcome.code, 2);
    QVERIFY2(outcome.error.contains("bad.jsonl, line 2: there is no \"eaten\""),
             outcome.error.constData());
    QCOMPARE(run({u"replay"_s, path(u"none.jsonl"_s), u"--to"_s, u"test-bad"_s}).code, 1);
    QCOMPARE(run({u"data"_s, u"test-bad"_s}).code, 1); // nothing was begun
}

void RecordTest::anotherOutcomeIsSeen()
{
    QFile file(path(u"middle.jsonl"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QByteArray text = file.readAll();
    text.replace(R"("total":1.10,"note")", R"("total":1.11,"note")");
    QVERIFY(write(u"changed.jsonl"_s, text));
    const Outcome outcome =
        run({u"--json"_s, u"replay"_s, path(u"changed.jsonl"_s), u"--to"_s, u"test-changed"_s});
    QCOMPARE(outcome.code, 1);
    QCOMPARE(outcome.json()[u"differing_records"_s].toArray(), QJsonArray{u"orders o1"_s});
}

int main(int argc, char **argv)
{
    return possync::test::runWithPrograms<RecordTest, QCoreApplication, 2>(argc, argv);
}
#include "tst_cli_record.moc"
