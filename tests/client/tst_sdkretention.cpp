// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/client/device.h"
#include "tests/server/program/retiring.h"
#include "tests/server/program/v2client.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <filesystem>

using namespace possync;
using namespace possync::test;

namespace {

/// Gives the stopped server's journal changes that were made forty days ago, all of them saved.
void addOld(const ServerProcess &server, const QByteArrayList &changes)
{
    store::StoreFixture journal(server.dataDir());
    QVERIFY(!journal.open());
    const auto image = journal.image("r1");
    QVERIFY(image);
    using namespace std::chrono;
    const qint64 ageMs = duration_cast<milliseconds>(hours(24 * 40)).count();
    const core::Now then{QDateTime::currentMSecsSinceEpoch() - ageMs, 1};
    NoOutput output;
    core::Room room("r1", output);
    QVERIFY(room.open(*image, then));
    room.connected(1, "old", "10.0.0.1", "10.0.0.1:1", std::nullopt, then);
    for (const QByteArray &change : changes)
        room.received(1, change, then);
    QVERIFY(journal.append({room.takeBlock()}).isStored());
    room.committed(room.lastBlock(), then);
    store::StateSave save;
    save.restaurant = image->restaurant;
    save.generation = image->generation;
    save.rows = room.takeState();
    save.uptoSeq = room.head();
    QVERIFY(journal.save(std::move(save)));
}

QByteArray order(const QByteArray &id, const QByteArray &action, const QByteArray &fields)
{
    return R"({"type":"order_update","order_id":")" + id + R"(","action":")" + action
           + R"(","data":{)" + fields + R"(},"device_id":"old"})";
}

quint64 floorOf(const ServerProcess &server)
{
    const auto answer = server.get(u"/api/restaurants"_s);
    const QJsonObject body = QJsonDocument::fromJson(answer.body).object();
    return quint64(body[u"restaurants"].toArray().at(0)[u"floor"].toInteger());
}

} // namespace

/// The SDK and the real server program, whose retention goes on while it runs.
class SdkRetentionTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void awayLongerThanChangesAreKept();
};

void SdkRetentionTest::awayLongerThanChangesAreKept()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start() >= 0);
    const QStringList arguments{u"--port"_s, QString::number(server.port()), u"--retention-days"_s,
                                u"1"_s};
    QCOMPARE(server.stop(), 0);
    addOld(server, {order("o1", "created", R"("note":"one")"),
                    order("gone", "created", R"("note":"two")")});
    // Without the visits that follow: retention goes no further than the oldest that is young.
    const std::filesystem::path data = server.dataDir().toStdString();
    const std::filesystem::path aside = data.string() + ".aside";
    std::filesystem::copy(data, aside, std::filesystem::copy_options::recursive);
    QVERIFY(server.start(arguments) >= 0);
    Device till(server.url({}));
    V2Client plain(server, "plain", "r1");
    QVERIFY(till.start());
    QVERIFY(plain.join());
    QTRY_VERIFY(till.isInSync());
    QCOMPARE(till->position(), 2u);
    QVERIFY(!till.record(u"gone"_s).isEmpty());
    till.close();
    plain.leave();
    QCOMPARE(server.stop(), 0);

    std::filesystem::remove_all(data);
    std::filesystem::rename(aside, data);

    // While both are away: more that is old by now, and then retention.
    addOld(server, {order("o1", "updated", R"("guests":2)"), order("gone", "deleted", "")});
    QVERIFY(server.start(arguments) >= 0);
    V2Client watcher(server, "watcher", "r1");
    QVERIFY(watcher.join());
    QCOMPARE(watcher.replica().welcome().floor, 0u);
    QVERIFY(till.open());
    QVERIFY(!till.order(u"o1"_s, R"({"note":"mine"})").isEmpty());
    QVERIFY(!till.order(u"o2"_s, R"({"note":"new"})", Action::Created).isEmpty());
    // The server looks every half minute.
    QTRY_VERIFY_WITH_TIMEOUT(floorOf(server) == 4, 100'000);

    QVERIFY(plain.join());
    QCOMPARE(plain.replica().welcome().floor, 4u);
    QVERIFY(plain.replica().welcome().isSnapshot);
    till->start();
    QTRY_VERIFY(till.isInSync());
    QCOMPARE(till.settled.size(), 2);
    for (const Settled &each : std::as_const(till.settled))
        QCOMPARE(each.outcome, Outcome::Applied);
    QCOMPARE(till.record(u"o1"_s), R"({"id":"o1","note":"mine","guests":2})");
    QCOMPARE(till.record(u"o2"_s), R"({"id":"o2","note":"new"})");
    QVERIFY(till.record(u"gone"_s).isEmpty());
    QVERIFY(till.problems.isEmpty());
    QTRY_COMPARE(watcher.replica().text(DataType::Orders, "o1"), till.record(u"o1"_s));
    QCOMPARE(watcher.fault(), QByteArray());
}

QTEST_GUILESS_MAIN(SdkRetentionTest)
#include "tst_sdkretention.moc"
