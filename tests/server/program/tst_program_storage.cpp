// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/appclient.h"
#include "tests/server/program/serverprocess.h"
#include "tests/server/program/wiresocket.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QTest>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using possync::test::AppClient;
using possync::test::ServerProcess;
using possync::test::WireSocket;

namespace {

/// The server on a disk that fails when told to.
class FailingDisk
{
public:
    explicit FailingDisk(ServerProcess &server)
        : m_server(server)
        , m_switch(m_directory.filePath(u"switch"_s))
    {
        server.setVariable(u"LD_PRELOAD"_s, QStringLiteral(FAULTY_FLUSH));
        server.setVariable(u"FAULTY_SWITCH"_s, m_switch);
        // AddressSanitizer would rather be the first library itself.
        server.setVariable(u"ASAN_OPTIONS"_s, u"verify_asan_link_order=0"_s);
    }
    /// "full" or "flush", see faultyflush.c.
    bool set(const QByteArray &fault) const
    {
        QFile made(m_switch + u".new"_s);
        return made.open(QIODevice::WriteOnly) && made.write(fault) == fault.size() && made.flush()
               && made.rename(m_switch);
    }
    /// Flushes wait from now on, until flow() ends it.
    bool stall() const
    {
        return ::mkfifo(QFile::encodeName(m_switch + u".fifo"_s).constData(), 0600) == 0
               && set("stall");
    }
    bool flow() const
    {
        if (!mend())
            return false;
        // Opens only if a flush waits; there is one, if anything was sent.
        const int fifo =
            ::open(QFile::encodeName(m_switch + u".fifo"_s).constData(), O_WRONLY | O_NONBLOCK);
        return fifo >= 0 && ::close(fifo) == 0;
    }
    bool mend() const { return QFile::remove(m_switch); }
    /// No file of the server may grow or be written any more, or may again.
    bool limitFiles(rlim_t most) const
    {
        const rlimit limit{most, RLIM_INFINITY};
        return ::prlimit(static_cast<pid_t>(m_server.pid()), RLIMIT_FSIZE, &limit, nullptr) == 0;
    }

private:
    ServerProcess &m_server;
    QTemporaryDir m_directory;
    const QString m_switch;
};

QJsonObject objectOf(const ServerProcess::HttpAnswer &answer)
{
    return QJsonDocument::fromJson(answer.body).object();
}

bool isStoring(const ServerProcess &server)
{
    return objectOf(server.get(u"/api/health"_s))[u"journal"][u"state"].toString() == u"ok";
}

/// The change ids of the whole journal, in its order.
QStringList storedIds(const ServerProcess &server)
{
    QStringList ids;
    qint64 since = 0;
    bool more = true;
    while (more) {
        const QJsonObject page =
            objectOf(server.get(u"/api/restaurants/r/changes?limit=1000&since=%1"_s.arg(since)));
        for (const QJsonValue &change : page[u"changes"].toArray())
            ids.append(change[u"change_id"].toString());
        since = page[u"next"].toInteger();
        more = page[u"more"].toBool();
    }
    return ids;
}

/// The change ids of the typed messages a device got, in their order.
QStringList relayedIds(const AppClient &client)
{
    QStringList ids;
    for (qsizetype i = 0; i < client.messages().size(); ++i) {
        const QJsonObject message = client.message(i);
        if (message[u"type"].toString() == u"order_update")
            ids.append(message[u"change_id"].toString());
    }
    return ids;
}

/// The change ids of the errors a device got; empty ones are counted too.
QStringList refusedIds(const AppClient &client)
{
    QStringList ids;
    for (qsizetype i = 0; i < client.messages().size(); ++i) {
        const QJsonObject message = client.message(i);
        if (message[u"code"].toString() == u"storage_unavailable")
            ids.append(message[u"change_id"].toString());
    }
    return ids;
}

QByteArray batchOf(const QByteArray &id)
{
    return R"({"restaurant_id":"r","device_id":"poster","changes":[{"type":"data_change",)"
           R"("data_type":"orders","action":"updated","change_id":")"
           + id + R"(","data":{"id":"o-)" + id + R"("}}]})";
}

} // namespace

/// docs/protocol.md, "When changes cannot be stored", through the whole server.
class StorageTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void slowDiskStopsReading_data();
    void slowDiskStopsReading();
    void fullDiskRefusesAndRecovers_data();
    void fullDiskRefusesAndRecovers();
    void fillingAgainAndAgainLosesNothing();
    void failedFlushIsNeitherConfirmedNorRelayed();
};

void StorageTest::slowDiskStopsReading_data()
{
    QTest::addColumn<bool>("isOpen");
    QTest::newRow("room is open") << true;
    QTest::newRow("room is being opened") << false;
}

void StorageTest::slowDiskStopsReading()
{
    QFETCH(bool, isOpen);
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    const FailingDisk disk(server);
    QVERIFY(server.start() >= 0);
    AppClient first(server, "first");
    QVERIFY(!isOpen || first.join());
    QVERIFY(disk.stall());
    WireSocket device(server.port());
    QCOMPARE(device.upgrade("/?restaurant_id=r&device_id=raw"), 101);
    constexpr qint64 mostTaken = 128 * 1024 * 1024; // without a bound it takes all of this
    constexpr int inARound = 128;
    const QByteArray filling(8'000, 'x');
    qint64 taken = 0;
    qint64 sent = 0;
    const auto send = [&](const QByteArray &fields) {
        device.socket().write(WireSocket::frame(
            0x81, R"({"type":"order_update","order_id":"o1","action":"updated","data":{)" + fields
                      + R"(},"device_id":"raw","restaurant_id":"r","user_id":null,)"
                        R"("timestamp":"2024-01-01T12:00:00.000"})"));
        ++sent;
    };
    bool isTaking = true;
    while (isTaking && taken < mostTaken) {
        for (int i = 0; i < inARound; ++i)
            send(R"("n":)" + QByteArray::number(sent) + R"(,"note":")" + filling + '"');
        const qint64 before = device.socket().bytesToWrite();
        while (device.socket().bytesToWrite() > 0
               && (isTaking = device.socket().waitForBytesWritten(3'000))) {
        }
        taken += before - device.socket().bytesToWrite();
    }
    QVERIFY2(taken < mostTaken, QByteArray::number(taken));
    if (isOpen)
        QCOMPARE(server.post(u"/api/sync"_s, batchOf("late")).status, 503);

    // Nothing is lost by it, and the connection goes on.
    QVERIFY(disk.flow());
    const auto isStored = [&] {
        const auto page =
            objectOf(server.get(u"/api/restaurants/r/changes?limit=1&since=%1"_s.arg(sent - 1)));
        return page[u"changes"].toArray().size() == 1;
    };
    QTRY_VERIFY_WITH_TIMEOUT(device.socket().bytesToWrite() == 0, 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(isStored(), 60'000);
    send(R"("last":true)");
    QTRY_VERIFY_WITH_TIMEOUT(isStored(), 60'000);
    QCOMPARE(server.post(u"/api/sync"_s, batchOf("late")).status, 200);
    QCOMPARE(server.stop(), 0);
}

void StorageTest::fullDiskRefusesAndRecovers_data()
{
    QTest::addColumn<bool>("byLimit");
    QTest::newRow("no space left") << false;
    QTest::newRow("file size limit") << true;
}

void StorageTest::fullDiskRefusesAndRecovers()
{
    QFETCH(bool, byLimit);
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    const FailingDisk disk(server);
    QVERIFY(server.start() >= 0);
    AppClient sender(server, "sender");
    AppClient receiver(server, "receiver");
    QVERIFY(sender.join() && receiver.join());
    for (int i = 0; i < 20; ++i)
        sender.sendTwin("o" + QByteArray::number(i), R"("n":1)", "before-" + QByteArray::number(i));
    QTRY_COMPARE(relayedIds(receiver).size(), 20);
    QCOMPARE(server.post(u"/api/sync"_s, batchOf("posted")).status, 200);
    QTRY_COMPARE(relayedIds(receiver).size(), 21);

    QVERIFY(byLimit ? disk.limitFiles(0) : disk.set("full"));
    for (int i = 0; i < 10; ++i)
        sender.sendTwin("o" + QByteArray::number(i), R"("n":2)", "full-" + QByteArray::number(i));
    sender.sendTyped("o1", R"("n":3)");
    QTRY_COMPARE(refusedIds(sender).size(), 11);
    const auto refused = server.post(u"/api/sync"_s, batchOf("refused"));
    QCOMPARE(refused.status, 503);
    QCOMPARE(objectOf(refused)[u"code"].toString(), u"storage_unavailable"_s);
    QVERIFY2(refused.head.contains("\r\nRetry-After: 2"), refused.head.constData());
    const QJsonObject health = objectOf(server.get(u"/api/health"_s));
    QCOMPARE(health[u"journal"][u"state"].toString(), u"degraded"_s);
    QVERIFY(!health[u"journal"][u"reason"].toString().isEmpty());
    QVERIFY(server.get(u"/metrics"_s).body.contains("\npossync_journal_ok 0\n"));
    // Reading goes on, of what is open and of what is not.
    QCOMPARE(
        objectOf(server.get(u"/api/restaurants/r/data"_s))[u"data"][u"orders"].toArray().size(),
        21);
    QCOMPARE(storedIds(server).size(), 21);
    QCOMPARE(server.get(u"/api/restaurants/r/status"_s).status, 200);
    AppClient newcomer(server, "newcomer");
    QVERIFY(!newcomer.join(300));
    QVERIFY(newcomer.isConnected());
    QCOMPARE(relayedIds(receiver).size(), 21);
    QCOMPARE(refusedIds(receiver).size(), 0);

    QVERIFY(byLimit ? disk.limitFiles(RLIM_INFINITY) : disk.mend());
    QTRY_VERIFY_WITH_TIMEOUT(isStoring(server), 10'000);
    QVERIFY(sender.isConnected() && receiver.isConnected());
    QTRY_COMPARE_WITH_TIMEOUT(server.post(u"/api/sync"_s, batchOf("refused")).status, 200, 10'000);
    for (int i = 0; i < 10; ++i)
        sender.sendTwin("o" + QByteArray::number(i), R"("n":2)", "full-" + QByteArray::number(i));
    QTRY_COMPARE(relayedIds(receiver).size(), 32);
    QCOMPARE(storedIds(server), relayedIds(receiver));
    QTRY_COMPARE(relayedIds(newcomer).size(), 11);
    server.kill();
    QVERIFY(server.start() >= 0);
    QCOMPARE(storedIds(server), relayedIds(receiver));
    QVERIFY(server.post(u"/api/admin/verify"_s, {}).body.startsWith("{\"ok\":true"));
    QCOMPARE(server.stop(), 0);
}

void StorageTest::fillingAgainAndAgainLosesNothing()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    const FailingDisk disk(server);
    QVERIFY(server.start() >= 0);
    AppClient sender(server, "sender");
    AppClient receiver(server, "receiver");
    QVERIFY(sender.join() && receiver.join());
    int sent = 0;
    const auto sendSome = [&](int count) {
        for (int i = 0; i < count; ++i, ++sent) {
            const QByteArray number = QByteArray::number(sent);
            sender.sendTwin("o" + number, R"("n":1)", "c" + number);
        }
    };
    for (int round = 0; round < 5; ++round) {
        sendSome(200); // the disk fills up in the middle of them
        const qsizetype relayed = relayedIds(receiver).size();
        QTRY_VERIFY(relayedIds(receiver).size() > relayed);
        QVERIFY(disk.set("full"));
        const qsizetype refused = refusedIds(sender).size();
        sendSome(50);
        QTRY_VERIFY(refusedIds(sender).size() > refused);
        QVERIFY(disk.mend());
        QTRY_VERIFY_WITH_TIMEOUT(isStoring(server), 10'000);
        QTRY_VERIFY(refusedIds(sender).size() + relayedIds(receiver).size() == sent);
    }
    const QStringList stored = storedIds(server);
    QCOMPARE(relayedIds(receiver), stored);
    const QStringList refused = refusedIds(sender);
    QSet<QString> all(stored.begin(), stored.end());
    all.unite(QSet<QString>(refused.begin(), refused.end()));
    QCOMPARE(all.size(), sent);
    // What was refused is taken when it comes again, once.
    for (const QString &id : refused)
        sender.sendTwin("o" + id.mid(1).toUtf8(), R"("n":1)", id.toUtf8());
    QTRY_COMPARE(relayedIds(receiver).size(), sent);
    QCOMPARE(storedIds(server), relayedIds(receiver));
    server.kill();
    QVERIFY(server.start() >= 0);
    QCOMPARE(storedIds(server), relayedIds(receiver));
    QVERIFY(server.post(u"/api/admin/verify"_s, {}).body.startsWith("{\"ok\":true"));
    QCOMPARE(server.stop(), 0);
}

void StorageTest::failedFlushIsNeitherConfirmedNorRelayed()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    const FailingDisk disk(server);
    QVERIFY(server.start() >= 0);
    AppClient sender(server, "sender");
    AppClient receiver(server, "receiver");
    QVERIFY(sender.join() && receiver.join());
    for (int round = 0; round < 5; ++round) {
        const QByteArray id = "c" + QByteArray::number(round);
        QVERIFY(disk.set("flush"));
        const auto answer = server.post(u"/api/sync"_s, batchOf(id));
        QCOMPARE(answer.status, 503);
        QVERIFY(disk.mend());
        // Whether its bytes reached the disk nobody knows; said again, it is there once.
        QTRY_COMPARE_WITH_TIMEOUT(server.post(u"/api/sync"_s, batchOf(id)).status, 200, 10'000);
        QTRY_COMPARE(relayedIds(receiver).size(), 3 * round + 1);

        const QByteArray typed = "d" + QByteArray::number(round);
        QVERIFY(disk.set("flush"));
        sender.sendTwin("o-" + typed, R"("n":1)", typed);
        QTRY_COMPARE(refusedIds(sender).count(QString::fromUtf8(typed)), 1);
        QVERIFY(disk.mend());
        QTRY_VERIFY_WITH_TIMEOUT(isStoring(server), 10'000);
        QTRY_COMPARE_WITH_TIMEOUT(server.post(u"/api/sync"_s, batchOf("e" + typed)).status, 200,
                                  10'000);
        QTRY_VERIFY(relayedIds(receiver).contains(QString::fromUtf8("e" + typed)));
        QCOMPARE(relayedIds(receiver), storedIds(server));
        sender.sendTwin("o-" + typed, R"("n":1)", typed);
        sender.sendTwin("o-" + typed, R"("n":1)", typed);
        QTRY_COMPARE(relayedIds(receiver).size(), 3 * round + 3);
    }
    server.kill();
    QVERIFY(server.start() >= 0);
    QCOMPARE(storedIds(server), relayedIds(receiver));
    QVERIFY(server.post(u"/api/admin/verify"_s, {}).body.startsWith("{\"ok\":true"));
    QCOMPARE(server.stop(), 0);
}

QTEST_GUILESS_MAIN(StorageTest)
#include "tst_program_storage.moc"
