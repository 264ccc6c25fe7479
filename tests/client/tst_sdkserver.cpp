// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/client/device.h"
#include "tests/server/program/serverprocess.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QTest>

using namespace possync;
using namespace possync::test;

/// The SDK and the real server program.
class SdkServerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void twoWaitersAddLinesOffline();
    void stockAddsUp();
    void tableIsTakenOnce();
    void offlineDayIsInSyncQuickly();
    void serverKilledUnderWork();
    void wrongTokenKeepsTheQueue();
    void examplesConverge();

private:
    QUrl url() const { return m_server->url({}); }

    std::unique_ptr<ServerProcess> m_server;
};

void SdkServerTest::init()
{
    m_server = std::make_unique<ServerProcess>(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(m_server->start() >= 0);
}

void SdkServerTest::twoWaitersAddLinesOffline()
{
    Device anna(url(), u"anna"_s);
    Device ben(url(), u"ben"_s);
    QVERIFY(anna.start());
    QVERIFY(ben.start());
    QTRY_VERIFY(anna.isUpToDate() && ben.isUpToDate());
    QVERIFY(!anna.order(u"o1"_s, R"({"status":"pending","total_amount":25.50})", Action::Created)
                 .isEmpty());
    QTRY_VERIFY(!ben.record(u"o1"_s).isEmpty());
    anna->stop();
    ben->stop();
    const auto addLine = [](Device &device, const QByteArray &id, const QByteArray &name) {
        return device
            ->queueChange({.entityId = u"o1"_s,
                           .operations = {{Operation::Kind::LineAdd, id,
                                           R"({"id":")" + id + R"(","name":")" + name
                                               + R"(","quantity":1})"}}})
            .has_value();
    };
    QVERIFY(addLine(anna, "l1", "Dal"));
    QVERIFY(addLine(ben, "l2", "Naan"));
    QVERIFY(anna.record(u"o1"_s).contains("Dal")); // Her own shows at once.
    anna->start();
    ben->start();
    QTRY_VERIFY(anna.isInSync() && ben.isInSync());
    QTRY_COMPARE(anna.record(u"o1"_s), ben.record(u"o1"_s));
    QVERIFY(anna.record(u"o1"_s).contains("Dal"));
    QVERIFY(anna.record(u"o1"_s).contains("Naan"));
    QVERIFY(anna.record(u"o1"_s).contains("25.50"));
}

void SdkServerTest::stockAddsUp()
{
    constexpr int devices = 5;
    constexpr int sales = 100;
    std::vector<std::unique_ptr<Device>> all;
    for (int i = 0; i < devices; ++i) {
        all.push_back(std::make_unique<Device>(url(), u"till%1"_s.arg(i)));
        QVERIFY(all.back()->open());
        QList<SyncClient::Change> changes;
        for (int n = 0; n < sales; ++n)
            changes.append({.dataType = DataType::Inventory,
                            .action = Action::StockChanged,
                            .entityId = u"rice"_s,
                            .operations = {{Operation::Kind::Add, "current_stock", "-0.25"}}});
        QVERIFY(all.back()->operator->()->queueChanges(changes));
        QVERIFY(all.back()->record(u"rice"_s, DataType::Inventory).contains("-25.00"));
    }
    for (const auto &device : all)
        device->operator->()->start();
    for (const auto &device : all) {
        QTRY_VERIFY_WITH_TIMEOUT(device->isInSync(), 120'000);
        QTRY_COMPARE(device->operator->()->position(), quint64(devices * sales));
        QVERIFY(device->record(u"rice"_s, DataType::Inventory).contains("-125.00"));
    }
}

void SdkServerTest::tableIsTakenOnce()
{
    Device anna(url(), u"anna"_s);
    Device ben(url(), u"ben"_s);
    for (Device *device : {&anna, &ben}) {
        QVERIFY(device->open());
        QVERIFY((*device)->broadcastTableUpdate(u"t4"_s, Action::Occupied,
                                                device == &anna ? R"({"order_id":"o1"})"
                                                                : R"({"order_id":"o2"})"));
    }
    anna->start();
    QTRY_VERIFY(anna.isInSync());
    ben->start();
    QTRY_VERIFY(ben.isInSync());
    QCOMPARE(anna.settled[0].outcome, Outcome::Applied);
    QCOMPARE(ben.settled[0].outcome, Outcome::Rejected);
    QCOMPARE(ben.settled[0].code, "table_taken");
    QVERIFY(ben.settled[0].reason.contains("anna"));
    QCOMPARE(ben.record(u"t4"_s, DataType::Tables), anna.record(u"t4"_s, DataType::Tables));
}

void SdkServerTest::offlineDayIsInSyncQuickly()
{
    Device device(url());
    QVERIFY(device.open());
    constexpr int count = 5000;
    QList<SyncClient::Change> changes;
    for (int i = 0; i < count; ++i)
        changes.append({.entityId = u"o%1"_s.arg(i % 400),
                        .data = "{\"n\":" + QByteArray::number(i)
                                + R"(,"items_count":3,"total_amount":25.50,"note":"no onions"})"});
    QVERIFY(device->queueChanges(changes));
    QElapsedTimer timer;
    timer.start();
    device->start();
    QTRY_VERIFY_WITH_TIMEOUT(device.isInSync(), 20'000);
    const qint64 took = timer.elapsed();
    qInfo("5000 changes in sync after %lld ms", static_cast<long long>(took));
    QTRY_COMPARE(device->position(), quint64(count));
    QCOMPARE(device.settled.size(), count);
}

void SdkServerTest::serverKilledUnderWork()
{
    Device device(url());
    Device watcher(url(), u"watcher"_s);
    QVERIFY(device.start());
    QVERIFY(watcher.start());
    QTRY_VERIFY(device.isUpToDate() && watcher.isUpToDate());
    const QStringList port{u"--port"_s, QString::number(m_server->port())};
    int queued = 0;
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 200; ++i, ++queued)
            QVERIFY(
                !device.order(u"o%1"_s.arg(i % 20), "{\"n\":" + QByteArray::number(queued) + '}')
                     .isEmpty());
        const int settled = int(device.settled.size());
        QTRY_VERIFY(device.settled.size() > settled || device->pendingCount() == 0);
        m_server->kill();
        QVERIFY(m_server->start(port) >= 0);
    }
    QTRY_VERIFY_WITH_TIMEOUT(device.isInSync(), 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(watcher.isUpToDate() && watcher->position() == device->position(),
                             20'000);
    QCOMPARE(device->position(), quint64(queued));
    QCOMPARE(device.settled.size(), queued);
    const auto mine = device->records(DataType::Orders);
    QCOMPARE(mine.size(), 20);
    QCOMPARE(watcher->records(DataType::Orders), mine);
}

void SdkServerTest::wrongTokenKeepsTheQueue()
{
    QCOMPARE(m_server->stop(), 0);
    QVERIFY(m_server->start({u"--auth"_s, u"required"_s}) >= 0);
    Device device(url());
    device.config().token = "ps_nobody_knows";
    QVERIFY(device.start());
    QVERIFY(!device.order(u"o1"_s, R"({"n":1})").isEmpty());
    QTRY_VERIFY(!device.problems.isEmpty());
    QCOMPARE(device.problems[0].kind, Problem::Kind::Access);
    QCOMPARE(device->pendingCount(), 1);
    device->updateToken(m_server->ownerToken());
    QTRY_VERIFY(device.isInSync());
    QCOMPARE(device.settled.size(), 1);
}

void SdkServerTest::examplesConverge()
{
    QTemporaryDir directory;
    QProcess anna;
    QProcess ben;
    for (const auto &[process, name] : {std::pair(&anna, u"anna"_s), std::pair(&ben, u"ben"_s)})
        process->start(QStringLiteral(EXAMPLE_WAITER),
                       {u"--url"_s, url().toString(), u"--data"_s, directory.filePath(name)});
    const auto hears = [](QProcess &process, const QByteArray &text) {
        QByteArray heard;
        while (!heard.contains(text)) {
            if (!process.waitForReadyRead(10'000))
                return false;
            heard += process.readAllStandardOutput();
        }
        return true;
    };
    QVERIFY(hears(anna, "UpToDate"));
    QVERIFY(hears(ben, "UpToDate"));
    anna.write("new o1 t4\n");
    QVERIFY(anna.waitForBytesWritten());
    QVERIFY(hears(ben, "<- o1 created"));
    ben.write("add o1 Naan 1\n");
    QVERIFY(ben.waitForBytesWritten());
    QVERIFY(hears(anna, "Naan"));
    for (QProcess *process : {&anna, &ben}) {
        process->write("quit\n");
        QVERIFY(process->waitForFinished(10'000));
        QCOMPARE(process->exitCode(), 0);
    }
}

QTEST_GUILESS_MAIN(SdkServerTest)
#include "tst_sdkserver.moc"
