// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/client/device.h"
#include "tests/support/v2peer.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QScopeGuard>
#include <QTest>
#include <csignal>
#include <random>
#include <sys/resource.h>

using namespace possync;
using namespace possync::test;

/// What must not cost a change: dead processes, absent servers, refused tokens, full disks.
class ClientFaultsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void killedInTheMiddleOfPushes();
    void offlineDayIsInSync();
    void twoOfflineDevicesConverge();
    void deniedAccessKeepsTheQueue();
    void serverRestartIsOutlived();
    void silentServerIsLeft();
    void refusalsWaitForSomebody_data();
    void refusalsWaitForSomebody();
    void fullDiskNeitherEmptiesNorWedges();
    void unreachableServerIsDialledForEver();

private:
    std::unique_ptr<V2Peer> m_peer;
};

void ClientFaultsTest::init()
{
    m_peer = std::make_unique<V2Peer>();
    QVERIFY(m_peer->listen());
}

void ClientFaultsTest::killedInTheMiddleOfPushes()
{
    QTemporaryDir directory;
    const QString file = directory.filePath(u"device.sqlite"_s);
    const QString url = m_peer->url().toString();
    std::mt19937 chance(20260101);
    QByteArrayList queued;
    QSet<QByteArray> settled;
    const auto run = [&](int count, int killAfterLines) {
        QProcess victim;
        victim.start(QStringLiteral(CLIENT_VICTIM), {url, file, QString::number(count)});
        QByteArray output;
        QElapsedTimer patience;
        patience.start();
        while (!output.contains("D\n") && output.count('\n') < killAfterLines
               && patience.elapsed() < 30'000) {
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
            output += victim.readAllStandardOutput();
        }
        victim.kill();
        victim.waitForFinished(5000);
        output += victim.readAllStandardOutput();
        // The line being written when it died is no fact.
        const QList<QByteArray> lines = output.left(output.lastIndexOf('\n')).split('\n');
        for (const QByteArray &line : lines) {
            const QList<QByteArray> words = line.split(' ');
            if (words[0] == "Q")
                queued.append(words[1]);
            else if (words[0] == "S")
                settled.insert(words[1]);
        }
        return output.contains("D\n");
    };
    for (int round = 0; round < 25; ++round)
        run(1000, std::uniform_int_distribution(1, 200)(chance));
    QVERIFY(run(10, std::numeric_limits<int>::max()));
    QVERIFY(queued.size() > 500);
    // Every one that was queued is applied, once, in its order. One that was stored but not yet
    // reported when its process died may be there as well.
    const QByteArrayList history = m_peer->history();
    QCOMPARE(QSet<QByteArray>(history.begin(), history.end()).size(), history.size());
    QByteArrayList known;
    const QSet<QByteArray> all(queued.begin(), queued.end());
    std::ranges::copy_if(history, std::back_inserter(known),
                         [&all](const QByteArray &id) { return all.contains(id); });
    QCOMPARE(known, queued);
    // And each outcome is known, reported or not.
    const auto replica = Replica::open(file, "r1", "victim");
    QVERIFY(replica);
    for (const QByteArray &id : queued) {
        const auto outcome = (*replica)->outcome(id);
        QVERIFY(outcome);
        QCOMPARE(outcome->outcome, Outcome::Applied);
    }
    for (int i = 0; i < 7; ++i) {
        const QByteArray id = "o" + QByteArray::number(i);
        QCOMPARE((*replica)->record({DataType::Orders, id})->data,
                 m_peer->record(DataType::Orders, id));
    }
}

void ClientFaultsTest::offlineDayIsInSync()
{
    Device device(m_peer->url());
    QVERIFY(device.open());
    constexpr int count = 5000;
    QList<SyncClient::Change> changes;
    for (int i = 0; i < count; ++i)
        changes.append({.entityId = u"o%1"_s.arg(i % 400),
                        .data = "{\"n\":" + QByteArray::number(i) + R"(,"status":"preparing",)"
                                + R"("items_count":3,"total_amount":25.50,"note":"no onions"})"});
    QVERIFY(device->queueChanges(changes));
    device.close();
    QVERIFY(device.open());
    QCOMPARE(device->pendingCount(), count);
    QElapsedTimer timer;
    timer.start();
    device->start();
    QTRY_VERIFY_WITH_TIMEOUT(device.isInSync(), 120'000);
    const qint64 took = timer.elapsed();
    qInfo("5000 changes in sync after %lld ms", static_cast<long long>(took));
    QCOMPARE(m_peer->head(), quint64(count));
    QCOMPARE(device.settled.size(), count);
    for (const auto &[id, record] : m_peer->records(DataType::Orders))
        QCOMPARE(device.record(QString::fromUtf8(id)), record);
}

void ClientFaultsTest::twoOfflineDevicesConverge()
{
    Device first(m_peer->url(), u"first"_s);
    Device second(m_peer->url(), u"second"_s);
    for (Device *device : {&first, &second}) {
        QVERIFY(device->start());
        QTRY_VERIFY(device->isUpToDate());
        device->operator->()->stop();
    }
    for (int i = 0; i < 50; ++i) {
        const QByteArray number = QByteArray::number(i);
        const QString order = u"o%1"_s.arg(i % 10);
        QVERIFY(!first.order(order, "{\"a\":" + number + "}").isEmpty());
        QVERIFY(!second.order(order, "{\"b\":" + number + ",\"a\":0}").isEmpty());
    }
    QVERIFY(first.record(u"o9"_s) != second.record(u"o9"_s));
    first->start();
    QTRY_VERIFY(first.isInSync());
    second->start();
    QTRY_VERIFY(second.isInSync());
    QTRY_COMPARE(first->position(), m_peer->head());
    QCOMPARE(m_peer->head(), quint64(100));
    for (const auto &[id, record] : m_peer->records(DataType::Orders)) {
        QCOMPARE(first.record(QString::fromUtf8(id)), record);
        QCOMPARE(second.record(QString::fromUtf8(id)), record);
    }
}

void ClientFaultsTest::deniedAccessKeepsTheQueue()
{
    m_peer->habits().denies = true;
    Device device(m_peer->url());
    device.config().token = "old";
    QVERIFY(device.start());
    const QByteArray id = device.order(u"o1"_s, R"({"a":1})");
    QTRY_VERIFY(device.problems.size() >= 3);
    for (const Problem &problem : device.problems) {
        QCOMPARE(problem.kind, Problem::Kind::Access);
        QCOMPARE(problem.code, "token_refused");
    }
    QCOMPARE(device->pendingCount(), 1);
    QVERIFY(device.settled.isEmpty());
    m_peer->habits().denies = false;
    device->updateToken("new");
    QTRY_VERIFY(device.isInSync());
    QCOMPARE(m_peer->tokens.constLast(), "Bearer new");
    QCOMPARE(m_peer->history(), QByteArrayList({id}));
}

void ClientFaultsTest::serverRestartIsOutlived()
{
    Device device(m_peer->url());
    QVERIFY(device.start());
    QTRY_VERIFY(device.isUpToDate());
    for (int round = 0; round < 5; ++round) {
        QVERIFY(!device.order(u"o1"_s, R"({"a":1})").isEmpty());
        m_peer->stop();
        QTRY_COMPARE(device->state(), SyncClient::State::Offline);
        QVERIFY(!device.order(u"o2"_s, R"({"b":1})").isEmpty());
        QVERIFY(m_peer->listen(m_peer->port()));
        QTRY_VERIFY(device.isInSync());
    }
    QCOMPARE(m_peer->head(), quint64(10));
    QCOMPARE(device.settled.size(), 10);
}

void ClientFaultsTest::silentServerIsLeft()
{
    m_peer->habits().heartbeatMs = 30;
    Device device(m_peer->url());
    QVERIFY(device.start());
    QTRY_VERIFY(device.isUpToDate());
    m_peer->habits().isSilent = true;
    QTRY_VERIFY(!device.problems.isEmpty());
    QCOMPARE(device.problems[0].kind, Problem::Kind::Connection);
    QVERIFY(!device->isConnected());
    m_peer->habits().isSilent = false;
    device->forceReconnect();
    QTRY_VERIFY(device.isUpToDate());
}

void ClientFaultsTest::refusalsWaitForSomebody_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<Problem::Kind>("kind");
    QTest::newRow("version") << 4005 << Problem::Kind::Version;
    QTest::newRow("replaced") << 4010 << Problem::Kind::Replaced;
    QTest::newRow("access") << 4403 << Problem::Kind::Access;
}

void ClientFaultsTest::refusalsWaitForSomebody()
{
    QFETCH(int, code);
    QFETCH(Problem::Kind, kind);
    m_peer->habits().closesAtHello = code;
    Device device(m_peer->url());
    QVERIFY(device.start());
    QTRY_COMPARE(device.problems.size(), 1);
    QCOMPARE(device.problems[0].kind, kind);
    QCOMPARE(device->state(), SyncClient::State::Offline);
    QVERIFY(!device.order(u"o1"_s, R"({"a":1})").isEmpty());
    // Another device dials many times meanwhile; this one does not.
    m_peer->habits().closesAtHello = 4000;
    Device other(m_peer->url(), u"other"_s);
    QVERIFY(other.start());
    QTRY_VERIFY(m_peer->helloCount >= 6);
    QCOMPARE(m_peer->lastHello.deviceId, "other");
    QCOMPARE(device.problems.size(), 1);
    m_peer->habits().closesAtHello = 0;
    device->forceReconnect();
    QTRY_VERIFY(device.isInSync());
    QCOMPARE(m_peer->head(), quint64(1));
}

void ClientFaultsTest::fullDiskNeitherEmptiesNorWedges()
{
    Device device(m_peer->url());
    QVERIFY(device.start());
    QTRY_VERIFY(device.isUpToDate());
    m_peer->stop();
    QTRY_VERIFY(!device->isConnected());
    rlimit old{};
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &old), 0);
    // Files of this process stop growing, which is what a full disk looks like from here.
    const auto lift = qScopeGuard([&old] { setrlimit(RLIMIT_FSIZE, &old); });
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit tight = old;
    tight.rlim_cur = 400'000;
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &tight), 0);
    const QByteArray data = "{\"a\":\"" + QByteArray(5000, 'x') + "\"}";
    int queued = 0;
    QByteArray code;
    while (code.isEmpty() && queued < 1000) {
        const auto result =
            device->broadcastOrderUpdate(u"o%1"_s.arg(queued), Action::Updated, data);
        if (result)
            ++queued;
        else
            code = result.error().code;
    }
    QCOMPARE(code, "storage");
    QVERIFY(queued > 0);
    QCOMPARE(device->pendingCount(), queued);
    tight.rlim_cur = 4096;
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &tight), 0);
    // Nothing can be taken from the server either; it goes on trying.
    QVERIFY(m_peer->listen(m_peer->port()));
    m_peer->inject("other", DataType::Orders, Action::Created, "big", data);
    QTRY_VERIFY(std::ranges::count(device.problems, Problem::Kind::Storage, &Problem::kind) >= 2);
    QVERIFY(device.record(u"big"_s).isEmpty());
    QCOMPARE(device->pendingCount(), queued);
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &old), 0);
    QTRY_VERIFY_WITH_TIMEOUT(device.isInSync(), 10'000);
    QCOMPARE(m_peer->head(), quint64(queued + 1));
    QCOMPARE(device.settled.size(), queued);
    QVERIFY(!device.record(u"big"_s).isEmpty());
}

void ClientFaultsTest::unreachableServerIsDialledForEver()
{
    m_peer->stop();
    Device device(m_peer->url());
    QVERIFY(device.start());
    int dialled = 0;
    QObject::connect(device.operator->(), &SyncClient::stateChanged, this,
                     [&dialled](SyncClient::State state) {
                         dialled += state == SyncClient::State::Connecting ? 1 : 0;
                     });
    QVERIFY(!device.order(u"o1"_s, R"({"a":1})").isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(dialled >= 15, 10'000);
    // Told once, not at every attempt.
    QCOMPARE(device.problems.size(), 1);
    QCOMPARE(device.problems[0].code, "unreachable");
    QCOMPARE(device->pendingCount(), 1);
    QVERIFY(m_peer->listen(m_peer->port()));
    QTRY_VERIFY(device.isInSync());
}

QTEST_GUILESS_MAIN(ClientFaultsTest)
#include "tst_clientfaults.moc"
