// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/appclient.h"
#include "tests/server/program/retiring.h"
#include "tests/server/program/v2client.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace possync;
using namespace Qt::StringLiterals;
using test::AppClient;
using test::ServerProcess;
using test::V2Client;

namespace {

QJsonObject objectOf(const ServerProcess::HttpAnswer &answer)
{
    return QJsonDocument::fromJson(answer.body).object();
}

QString codeOf(const ServerProcess::HttpAnswer &answer)
{
    return objectOf(answer)[u"code"].toString();
}

} // namespace

/// docs/protocol.md, "The past", with the real program.
class HistoryProgramTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void dataOfAMoment();
    void momentsInTime();
    void badMomentsAreNamed_data();
    void badMomentsAreNamed();
    void historyOfARecord();
    void namesThatComeLateCount();
    void waitersDoNotReadThePast();
    void goneChangesAreOwnedUpTo();

private:
    void push(V2Client &device, const QByteArray &action, const QByteArray &id,
              const QByteArray &data)
    {
        const std::size_t before = device.results().size();
        device.push({device.change("orders", action, id, data)});
        QTRY_COMPARE(device.results().size(), before + 1);
    }
    ServerProcess::HttpAnswer at(const QString &moment, const QString &rest = u"/data"_s) const
    {
        return m_server->get(u"/api/restaurants/r"_s + rest + u"?at="_s + moment);
    }
    static QJsonArray ordersOf(const ServerProcess::HttpAnswer &answer)
    {
        return objectOf(answer)[u"data"][u"orders"].toArray();
    }
    std::unique_ptr<ServerProcess> m_server;
};

void HistoryProgramTest::init()
{
    m_server = std::make_unique<ServerProcess>(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(m_server->start() >= 0);
}

void HistoryProgramTest::dataOfAMoment()
{
    V2Client device(*m_server, "d");
    QVERIFY(device.join());
    push(device, "created", "o1", R"("total":25.50,"status":"pending")");
    push(device, "updated", "o1", R"("status":"ready")");
    push(device, "deleted", "o1", {});
    // The present has been asked for, and is kept to be given out again.
    QVERIFY(ordersOf(m_server->get(u"/api/restaurants/r/data"_s)).isEmpty());
    QVERIFY(ordersOf(at(u"seq:0"_s)).isEmpty());
    const auto first = at(u"seq:1"_s);
    QCOMPARE(first.status, 200);
    QVERIFY2(first.body.contains(R"({"id":"o1","total":25.50,"status":"pending","last_sync":")"),
             first.body);
    QCOMPARE(objectOf(first)[u"at"][u"seq"].toInt(), 1);
    QVERIFY(objectOf(first)[u"incomplete"].toArray().isEmpty());
    QCOMPARE(ordersOf(at(u"seq:2"_s))[0][u"status"].toString(), u"ready"_s);
    QVERIFY(ordersOf(at(u"seq:3"_s)).isEmpty());
    const QString entity = u"/entities/orders/o1"_s;
    QCOMPARE(objectOf(at(u"seq:2"_s, entity))[u"data"][u"status"].toString(), u"ready"_s);
    QCOMPARE(objectOf(at(u"seq:2"_s, entity))[u"rev"].toInt(), 2);
    QCOMPARE(codeOf(at(u"seq:3"_s, entity)), u"unknown_entity"_s);
    QCOMPARE(codeOf(at(u"seq:0"_s, entity)), u"unknown_entity"_s);
}

void HistoryProgramTest::momentsInTime()
{
    V2Client device(*m_server, "d");
    QVERIFY(device.join());
    push(device, "created", "o1", R"("n":1)");
    const QString first = objectOf(at(u"seq:1"_s))[u"at"][u"time"].toString();
    QVERIFY(first.endsWith(u'Z'));
    QCOMPARE(ordersOf(at(first)).size(), 1);
    QVERIFY(ordersOf(at(u"2020-01-01T00:00:00Z"_s)).isEmpty());
    QCOMPARE(ordersOf(at(u"2120-01-01T00:00:00%2B02:00"_s)).size(), 1);
}

void HistoryProgramTest::badMomentsAreNamed_data()
{
    QTest::addColumn<QString>("moment");
    for (const char *moment : {"", "yesterday", "seq:", "seq:-1", "seq:1x", "seq:2", "5",
                               "2026-01-31", "2026-01-31T18:00:00", "2026-13-31T18:00:00Z"})
        QTest::newRow(moment) << QString::fromLatin1(moment);
}

void HistoryProgramTest::badMomentsAreNamed()
{
    QFETCH(QString, moment);
    V2Client device(*m_server, "d");
    QVERIFY(device.join());
    push(device, "created", "o1", R"("n":1)");
    const auto answer = at(moment);
    QCOMPARE(answer.status, 400);
    QCOMPARE(codeOf(answer), u"bad_field"_s);
    QVERIFY(answer.body.contains(R"(\"at\")"));
}

void HistoryProgramTest::historyOfARecord()
{
    V2Client device(*m_server, "d");
    QVERIFY(device.join());
    const QString path = u"/api/restaurants/r/data/orders/o%2F1/history"_s;
    push(device, "created", "o/1", R"("total":25.50)");
    push(device, "created", "o2", R"("total":1)");
    for (int i = 0; i < 4; ++i)
        push(device, "updated", "o/1", "\"n\":" + QByteArray::number(i));
    const auto whole = m_server->get(path);
    QCOMPARE(whole.status, 200);
    QVERIFY2(whole.body.contains(R"({"field":"total","old":null,"new":25.50})"), whole.body);
    QVERIFY2(whole.body.contains(R"({"field":"n","old":2,"new":3})"), whole.body);
    QVERIFY(objectOf(whole)[u"complete"].toBool());
    QString cursor;
    QList<int> seqs;
    for (int pages = 0; pages < 3; ++pages) {
        const QJsonObject page = objectOf(m_server->get(path + u"?limit=2&cursor="_s + cursor));
        for (const QJsonValue version : page[u"versions"].toArray()) {
            seqs.append(version[u"seq"].toInt());
            QCOMPARE(version[u"device_id"].toString(), u"d"_s);
        }
        cursor = page[u"next"].toString();
        QCOMPARE(cursor.isEmpty(), pages == 2);
    }
    QCOMPARE(seqs, QList<int>({1, 3, 4, 5, 6}));
    QVERIFY(objectOf(m_server->get(u"/api/restaurants/r/data/orders/no/history"_s))[u"versions"]
                .toArray()
                .isEmpty());
    QCOMPARE(codeOf(m_server->get(u"/api/restaurants/r/data/dishes/o1/history"_s)),
             u"unknown_data_type"_s);
    QCOMPARE(codeOf(m_server->get(u"/api/restaurants/no/data/orders/o1/history"_s)),
             u"unknown_restaurant"_s);
    for (const auto *bad : {"?limit=0", "?limit=x", "?cursor=x", "?cursor=1.2.3"})
        QCOMPARE(m_server->get(path + QString::fromLatin1(bad)).status, 400);
}

void HistoryProgramTest::namesThatComeLateCount()
{
    // Whom a user_update is about stands in a block of the journal without a change.
    AppClient app(*m_server, "d1");
    QVERIFY(app.join());
    app.send(R"({"type":"user_update","user_id":"waiter","action":"updated",)"
             R"("data":{"name":"Asha"},"device_id":"d1","timestamp":"2026-01-01T12:00:00.000"})");
    const QString users = u"/api/restaurants/r/data/users/u1/history"_s;
    QTRY_COMPARE(codeOf(at(u"seq:1"_s, u"/entities/users/u1"_s)), u"unknown_entity"_s);
    app.send(R"({"type":"data_change","data_type":"users","action":"updated",)"
             R"("data":{"name":"Asha","id":"u1"},"device_id":"d1",)"
             R"("timestamp":"2026-01-01T12:00:00.000","change_id":"c1"})");
    QTRY_COMPARE(objectOf(m_server->get(users))[u"versions"].toArray().size(), 1);
    const QJsonValue version = objectOf(m_server->get(users))[u"versions"][0];
    QVERIFY(version[u"late"].toBool());
    QCOMPARE(version[u"fields"][0][u"new"].toString(), u"Asha"_s);
    QCOMPARE(objectOf(at(u"seq:1"_s))[u"data"][u"users"][0][u"name"].toString(), u"Asha"_s);
}

void HistoryProgramTest::waitersDoNotReadThePast()
{
    QCOMPARE(m_server->stop(), 0);
    QVERIFY(m_server->start({u"--auth"_s, u"local"_s}) >= 0);
    V2Client device(*m_server, "d");
    QVERIFY(device.join());
    push(device, "created", "o1", R"("n":1)");
    const auto waiter = m_server->makeToken(R"("role":"server","restaurant":"r")");
    const auto manager = m_server->makeToken(R"("role":"manager","restaurant":"r")");
    for (const QString &path :
         {u"/api/restaurants/r/data"_s, u"/api/restaurants/r/entities/orders/o1"_s}) {
        QCOMPARE(m_server->get(path, waiter.secret).status, 200);
        QCOMPARE(m_server->get(path + u"?at=seq:1"_s, waiter.secret).status, 403);
        QCOMPARE(m_server->get(path + u"?at=seq:1"_s, manager.secret).status, 200);
    }
}

void HistoryProgramTest::goneChangesAreOwnedUpTo()
{
    {
        V2Client device(*m_server, "d");
        QVERIFY(device.join());
        push(device, "created", "o1", R"("price":1,"name":"Dal")");
        push(device, "created", "o2", R"("price":1)");
        // Its first visit is stored behind the changes: the newest block always stays.
        AppClient late(*m_server, "late");
        QVERIFY(late.join());
    }
    m_server->kill();
    test::retireAll(*m_server);
    QVERIFY(!QTest::currentTestFailed());
    QVERIFY(m_server->start() >= 0);
    const auto gone = at(u"seq:1"_s);
    QCOMPARE(gone.status, 410);
    QCOMPARE(codeOf(gone), u"history_gone"_s);
    QVERIFY(gone.body.contains("changes up to 2 ") && gone.body.contains("seq:2"));
    QCOMPARE(codeOf(at(u"2020-01-01T00:00:00Z"_s)), u"history_gone"_s);
    // All is as it was, until something changes.
    QCOMPARE(ordersOf(at(u"seq:2"_s)).size(), 2);
    V2Client device(*m_server, "e");
    QVERIFY(device.join());
    push(device, "updated", "o1", R"("price":2)");
    push(device, "created", "o3", R"("price":9)");
    QCOMPARE(codeOf(at(u"2020-01-01T00:00:00Z"_s)), u"history_gone"_s);
    const auto before = at(u"seq:2"_s);
    QCOMPARE(before.status, 200);
    const QJsonArray orders = ordersOf(before);
    QCOMPARE(orders.size(), 2);
    QCOMPARE(orders[0][u"name"].toString(), u"Dal"_s);
    QVERIFY2(!orders[0].toObject().contains(u"price"_s), before.body); // it is not known what it was
    const QJsonArray incomplete = objectOf(before)[u"incomplete"].toArray();
    QCOMPARE(incomplete.size(), 1);
    QCOMPARE(incomplete[0][u"entity_id"].toString(), u"o1"_s);
    QCOMPARE(incomplete[0][u"fields"].toArray(), QJsonArray({u"price"_s}));
    QCOMPARE(ordersOf(at(u"seq:3"_s))[0][u"price"].toInt(), 2);
    const QJsonObject history =
        objectOf(m_server->get(u"/api/restaurants/r/data/orders/o1/history"_s));
    QVERIFY(!history[u"complete"].toBool(true));
    QCOMPARE(history[u"floor"].toInt(), 2);
    QCOMPARE(history[u"versions"][0][u"fields"][0][u"old_known"].toBool(true), false);
}

QTEST_GUILESS_MAIN(HistoryProgramTest)
#include "tst_program_history.moc"
