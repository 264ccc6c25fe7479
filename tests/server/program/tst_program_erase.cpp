// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/jsontext.h"
#include "tests/server/program/appclient.h"
#include "tests/server/program/serverprocess.h"
#include "tests/server/program/v2client.h"
#include "tests/server/program/wiresocket.h"

#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using possync::DataType;
using possync::test::AppClient;
using possync::test::ServerProcess;
using possync::test::V2Client;
using possync::test::WireSocket;
namespace json = possync::json;

namespace {

QByteArray order(const QByteArray &id, const QByteArray &action, const QByteArray &fields)
{
    return R"({"type":"data_change","data_type":"orders","action":")" + action
           + R"(","change_id":")" + id + '-' + action + R"(","data":{"id":")" + id + R"(",)"
           + fields + "}}";
}

QByteArray batch(const QByteArray &restaurant, const QByteArray &changes)
{
    return R"({"restaurant_id":")" + restaurant + R"(","device_id":"poster","changes":[)" + changes
           + "]}";
}

/// Every line of an export, each as it came.
QByteArrayList exported(const ServerProcess &server, const QString &restaurant,
                        const QByteArray &token, int *pages = nullptr)
{
    QByteArrayList all;
    QString cursor;
    do {
        const auto page =
            server.get(u"/api/restaurants/%1/export?cursor=%2"_s.arg(
                           restaurant, QString::fromLatin1(QUrl::toPercentEncoding(cursor))),
                       token);
        json::Members members;
        std::vector<QByteArrayView> lines;
        if (page.status != 200 || !json::parseObject(page.body, members)
            || !json::splitArray(json::find(members, "lines")->value, lines))
            return {"failed: " + page.body};
        for (const QByteArrayView line : lines)
            all += line.toByteArray();
        cursor = QString::fromUtf8(json::unquoted(json::find(members, "next")->value));
        if (json::find(members, "next")->type == json::Type::Null)
            cursor.clear();
        if (pages)
            ++*pages;
    } while (!cursor.isEmpty());
    return all;
}

QByteArrayList ofType(const QByteArrayList &lines, const QByteArray &type)
{
    QByteArrayList found;
    for (const QByteArray &line : lines) {
        if (line.startsWith("{\"type\":\"" + type + "\","))
            found += line;
    }
    return found;
}

} // namespace

/// docs/protocol.md, "Taking out and erasing", with the real program.
class EraseProgramTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void exportHoldsEverything();
    void exportComesInPages();
    void badCursorsAreNamed();
    void erasingNeedsTheName();
    void nothingOfItIsLeft();
    void whoIsConnectedIsClosed();
    void devicesThatComeBackLoseNothing();
    void othersAreNotTouched();
    void killInTheMiddleLeavesItSound();

private:
    // Outside: moc does not read raw strings in a class.
    void fill(const QByteArray &restaurant, int orders = 3) const;
    ServerProcess::HttpAnswer erase(const QByteArray &restaurant) const;
    bool isSound() const;
    QByteArray owner() const { return m_server->ownerToken(); }

    std::unique_ptr<ServerProcess> m_server;
};

void EraseProgramTest::fill(const QByteArray &restaurant, int orders) const
{
    QByteArray changes;
    for (int i = 0; i < orders; ++i)
        changes += (i ? "," : "")
                   + order("o" + QByteArray::number(i), "created",
                           R"("note":"secret of )" + restaurant + R"(","total":25.50)");
    if (m_server->post(u"/api/sync"_s, batch(restaurant, changes), owner()).status != 200)
        qFatal("cannot fill a restaurant");
}

ServerProcess::HttpAnswer EraseProgramTest::erase(const QByteArray &restaurant) const
{
    return m_server->post(u"/api/restaurants/%1/erase"_s.arg(QString::fromUtf8(restaurant)),
                          R"({"confirm":")" + restaurant + "\"}", owner());
}

bool EraseProgramTest::isSound() const
{
    return m_server->post(u"/api/admin/verify"_s, "{}", owner()).body.startsWith("{\"ok\":true");
}

void EraseProgramTest::init()
{
    m_server = std::make_unique<ServerProcess>(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(m_server->start({u"--auth"_s, u"required"_s}) >= 0);
}

void EraseProgramTest::exportHoldsEverything()
{
    fill("r");
    const QByteArray more = order("o1", "completed", R"("status":"completed")") + ','
                            + order("o1", "status_changed", R"("status":"preparing")") + ','
                            + order("o2", "deleted", R"("x":1)");
    QCOMPARE(m_server->post(u"/api/sync"_s, batch("r", more), owner()).status, 200);
    fill("theirs");
    const auto token = m_server->makeToken(R"("role":"server","restaurant":"r","name":"Pad")");
    AppClient app(*m_server, "pad", "r");
    app.setToken(token.secret);
    QVERIFY(app.join());
    const auto hook =
        m_server->post(u"/api/restaurants/r/webhooks"_s,
                       R"({"url":"https://example.com/hook","events":["order.created"]})", owner());
    QCOMPARE(hook.status, 201);
    const QByteArray hookSecret = QJsonDocument::fromJson(hook.body)[u"secret"].toString().toUtf8();
    const auto relayed = [](const QByteArrayList &samples) {
        int sum = 0;
        for (const QByteArray &sample : samples) {
            const QJsonObject changes = QJsonDocument::fromJson(sample)[u"changes"].toObject();
            for (const QJsonValue &count : changes)
                sum += count.toInt();
        }
        return sum;
    };
    // Traffic is sampled once a second.
    QTRY_COMPARE_WITH_TIMEOUT(
        relayed([&] {
            QByteArrayList samples;
            const QJsonArray all =
                QJsonDocument::fromJson(
                    m_server->get(u"/api/restaurants/r/traffic?range=15m"_s, owner()).body)
                    .object()[u"samples"]
                    .toArray();
            for (const QJsonValue &sample : all)
                samples << QJsonDocument(sample.toObject()).toJson();
            return samples;
        }()),
        6, 20'000);

    const QByteArrayList lines = exported(*m_server, u"r"_s, owner());
    const QJsonObject head = QJsonDocument::fromJson(lines.front()).object();
    QCOMPARE(head[u"type"].toString(), u"restaurant"_s);
    QCOMPARE(head[u"restaurant_id"].toString(), u"r"_s);
    QCOMPARE(head[u"head"].toInt(), 6);
    const QByteArrayList records = ofType(lines, "record");
    QCOMPARE(records.size(), 3);
    QVERIFY(records[0].contains("25.50")); // as it was written
    QVERIFY(records.last().contains(R"("entity_id":"o2")")
            && records.last().contains(R"("deleted":true)"));
    const QByteArrayList changes = ofType(lines, "change");
    QCOMPARE(changes.size(), 6);
    for (qsizetype i = 0; i < changes.size(); ++i)
        QCOMPARE(QJsonDocument::fromJson(changes[i])[u"seq"].toInt(), i + 1);
    QCOMPARE(ofType(lines, "conflict").size(), 1);
    QVERIFY(ofType(lines, "conflict")[0].contains("preparing"));
    QVERIFY(ofType(lines, "device").join().contains(R"("device_id":"pad")"));
    QCOMPARE(ofType(lines, "token").size(), 1);
    QVERIFY(ofType(lines, "token")[0].contains(token.id));
    QCOMPARE(ofType(lines, "webhook").size(), 1);
    QVERIFY2(ofType(lines, "webhook")[0].contains("https://example.com/hook")
                 && ofType(lines, "webhook")[0].contains("whsec_****"),
             ofType(lines, "webhook")[0]);
    QVERIFY(!hookSecret.isEmpty() && !lines.join().contains(hookSecret));
    QCOMPARE(relayed(ofType(lines, "traffic")), 6); // each second once, whatever the step
    const QByteArray all = lines.join('\n');
    QVERIFY(!all.contains(token.secret) && !all.contains("theirs"));
    for (const QByteArray &line : lines)
        QVERIFY2(!QJsonDocument::fromJson(line).isNull(), line);
    // Once, whatever the number of pages.
    const QByteArray audit = m_server->get(u"/api/admin/audit?q=everything"_s, owner()).body;
    QCOMPARE(audit.count(R"("act":"GET /api/restaurants/<arg>/export","restaurant":"r")"), 1);
    for (const char *role : {"admin", "manager", "tester", "viewer"}) {
        const auto other =
            m_server->makeToken(R"("restaurant":"r","role":")" + QByteArray(role) + '"');
        QCOMPARE(m_server->get(u"/api/restaurants/r/export"_s, other.secret).status, 403);
        QCOMPARE(m_server->post(u"/api/restaurants/r/erase"_s, R"({"confirm":"r"})", other.secret)
                     .status,
                 403);
    }
    const auto bound = m_server->makeToken(R"("restaurant":"theirs","role":"owner")");
    QCOMPARE(m_server->get(u"/api/restaurants/r/export"_s, bound.secret).status, 404);
    QCOMPARE(
        m_server->post(u"/api/restaurants/r/erase"_s, R"({"confirm":"r"})", bound.secret).status,
        404);
    QCOMPARE(m_server->get(u"/api/restaurants/nobody/export"_s, owner()).status, 404);
}

void EraseProgramTest::exportComesInPages()
{
    constexpr int count = 2500;
    fill("r", count);
    int pages = 0;
    const QByteArrayList lines = exported(*m_server, u"r"_s, owner(), &pages);
    QVERIFY2(pages >= 9, QByteArray::number(pages));
    QSet<QByteArray> records;
    for (const QByteArray &line : ofType(lines, "record"))
        records += QJsonDocument::fromJson(line)[u"entity_id"].toString().toUtf8();
    QCOMPARE(records.size(), count);
    QCOMPARE(ofType(lines, "record").size(), count);
    const QByteArrayList changes = ofType(lines, "change");
    QCOMPARE(changes.size(), count);
    for (qsizetype i = 0; i < changes.size(); ++i)
        QCOMPARE(QJsonDocument::fromJson(changes[i])[u"seq"].toInt(), i + 1);
}

void EraseProgramTest::badCursorsAreNamed()
{
    fill("r");
    for (const QString &cursor : {u"x"_s, u"records"_s, u"records:x"_s, u"changes:-1"_s,
                                  u"traffic:5"_s, u"traffic:5.9"_s, u"traffic:x.1"_s, u":"_s}) {
        const auto answer = m_server->get(u"/api/restaurants/r/export?cursor="_s + cursor, owner());
        QCOMPARE(answer.status, 400);
        QVERIFY(answer.body.contains("cursor"));
    }
}

void EraseProgramTest::erasingNeedsTheName()
{
    fill("r");
    for (const QByteArray &body : {QByteArray("{}"), QByteArray(R"({"confirm":"R"})"),
                                   QByteArray(R"({"confirm":true})"), QByteArray("r")}) {
        QCOMPARE(m_server->post(u"/api/restaurants/r/erase"_s, body, owner()).status, 400);
    }
    QCOMPARE(m_server->get(u"/api/restaurants/r/data"_s, owner()).status, 200);
    QCOMPARE(erase("nobody").status, 404);
}

void EraseProgramTest::nothingOfItIsLeft()
{
    fill("bistro", 500);
    fill("other");
    const auto token =
        m_server->makeToken(R"("role":"server","restaurant":"bistro","name":"pad of Anna")");
    QCOMPARE(
        m_server
            ->post(
                u"/api/restaurants/bistro/webhooks"_s,
                R"({"url":"https://hooks.example.com/secret of bistro","events":["order.created"]})",
                owner())
            .status,
        400); // a blank is no part of a URL
    QCOMPARE(
        m_server
            ->post(u"/api/restaurants/bistro/webhooks"_s,
                   R"({"url":"https://hooks.example.com/bistros-own","events":["order.created"]})",
                   owner())
            .status,
        201);
    const QByteArray name = R"({"name":"Annas Bistro"})";
    QCOMPARE(m_server->post(u"/api/restaurants/bistro/name"_s, name, owner()).status, 200);
    const QString epoch =
        QJsonDocument::fromJson(m_server->get(u"/api/restaurants"_s, owner()).body)
            .object()[u"restaurants"][0][u"epoch"]
            .toString();
    const auto answer = erase("bistro");
    QVERIFY2(answer.status == 200, answer.body);
    QCOMPARE(QJsonDocument::fromJson(answer.body)[u"status"].toString(), u"erased"_s);
    QCOMPARE(m_server->get(u"/api/restaurants/bistro/data"_s, owner()).status, 404);
    QCOMPARE(m_server->get(u"/api/restaurants/bistro/webhooks"_s, owner()).status, 404);
    QVERIFY(!m_server->get(u"/api/restaurants"_s, owner()).body.contains("bistro"));
    QVERIFY(!m_server->get(u"/api/admin/tokens"_s, owner()).body.contains("bistro"));
    QCOMPARE(m_server->get(u"/api/restaurants"_s, token.secret).status, 401);
    QCOMPARE(erase("bistro").status, 404);
    QVERIFY(isSound());
    // The audit log keeps who did it, and when.
    QVERIFY(
        m_server->get(u"/api/admin/audit?q=erase"_s, owner())
            .body.contains(R"("act":"POST /api/restaurants/<arg>/erase","restaurant":"bistro")"));
    m_server->kill();
    QVERIFY(m_server->start({u"--auth"_s, u"required"_s}) >= 0);
    QCOMPARE(m_server->get(u"/api/restaurants/bistro/data"_s, owner()).status, 404);
    QCOMPARE(m_server->get(u"/api/restaurants/other/data"_s, owner()).status, 200);
    QVERIFY(isSound());
    QCOMPARE(m_server->stop(), 0);
    QDirIterator files(m_server->dataDir(), {u"*.db"_s}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray content = file.readAll();
        for (const QByteArray &text :
             {QByteArray("secret of bistro"), QByteArray("bistros-own"), QByteArray("pad of Anna"),
              QByteArray("Annas Bistro")})
            QVERIFY2(!content.contains(text), qPrintable(file.fileName()));
    }
    // It begins anew.
    QVERIFY(m_server->start({u"--auth"_s, u"required"_s}) >= 0);
    fill("bistro");
    const auto list = QJsonDocument::fromJson(m_server->get(u"/api/restaurants"_s, owner()).body)
                          .object()[u"restaurants"]
                          .toArray();
    QCOMPARE(list.size(), 2);
    QCOMPARE(list[1][u"id"].toString(), u"bistro"_s);
    QVERIFY(list[1][u"name"].isNull());
    QCOMPARE(list[1][u"head"].toInt(), 3);
    QVERIFY(list[1][u"epoch"].toString() != epoch);
}

void EraseProgramTest::whoIsConnectedIsClosed()
{
    fill("r");
    const auto token = m_server->makeToken(R"("role":"server","restaurant":"r")");
    WireSocket classic(m_server->port());
    QCOMPARE(classic.upgrade("/t/" + token.secret + "/?restaurant_id=r&device_id=d1"), 101);
    V2Client v2(*m_server, "d2", "r");
    v2.setToken(owner());
    QVERIFY(v2.join());
    // Has not said hello yet.
    WireSocket quiet(m_server->port());
    QCOMPARE(quiet.upgrade("/t/" + owner() + "/?restaurant_id=r",
                           "Sec-WebSocket-Protocol: possync.v2\r\n"),
             101);
    QCOMPARE(erase("r").status, 200);
    QCOMPARE(classic.readCloseCode(), 4013);
    QTRY_COMPARE(v2.closeCode(), 4013);
    quiet.sendFrame(0x81, R"({"type":"hello","device_id":"d3","versions":[2,2],"clock_ms":1})");
    QCOMPARE(quiet.readCloseCode(), 4013);
}

void EraseProgramTest::devicesThatComeBackLoseNothing()
{
    fill("r");
    V2Client v2(*m_server, "d", "r");
    v2.setToken(owner());
    QVERIFY(v2.join());
    QCOMPARE(v2.replica().records().size(), 3u);
    const QByteArray epoch = v2.replica().welcome().epoch;
    const QByteArray unsent = v2.change("orders", "created", "o9", R"("total":7.20)");
    v2.leave();
    QCOMPARE(erase("r").status, 200);
    QVERIFY2(v2.join(), v2.fault());
    QVERIFY(v2.replica().welcome().epoch != epoch);
    QVERIFY(v2.replica().records().empty());
    v2.push({unsent});
    QTRY_COMPARE(v2.results().size(), 1u);
    QCOMPARE(v2.results()[0].outcome, possync::v2::Outcome::Applied);
    QTRY_COMPARE(v2.replica().text(DataType::Orders, "o9"),
                 QByteArray(R"({"id":"o9","total":7.20})"));
    // The app posts its queue.
    const auto posted = m_server->post(
        u"/api/sync"_s, batch("r", order("o1", "created", R"("total":25.50)")), owner());
    QVERIFY(posted.body.contains(R"("outcome":"applied")"));
    QTRY_COMPARE(v2.replica().records().size(), 2u);
    QVERIFY2(v2.fault().isEmpty(), v2.fault());
    QVERIFY(isSound());
}

void EraseProgramTest::othersAreNotTouched()
{
    fill("r", 1000);
    fill("other");
    V2Client v2(*m_server, "d", "other");
    v2.setToken(owner());
    QVERIFY(v2.join());
    QCOMPARE(erase("r").status, 200);
    v2.push({v2.change("orders", "created", "o9", R"("total":7)")});
    QTRY_COMPARE(v2.results().size(), 1u);
    QCOMPARE(v2.closeCode(), 0);
    QCOMPARE(ofType(exported(*m_server, u"other"_s, owner()), "change").size(), 4);
}

void EraseProgramTest::killInTheMiddleLeavesItSound()
{
    fill("r", 3000);
    fill("other");
    WireSocket asking(m_server->port());
    const QByteArray body = R"({"confirm":"r"})";
    asking.send("POST /api/restaurants/r/erase HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                + owner() + "\r\nContent-Type: application/json\r\nContent-Length: "
                + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    QTRY_VERIFY(!m_server->get(u"/api/restaurants"_s, owner()).body.contains("\"r\""));
    m_server->kill();
    QVERIFY(m_server->start({u"--auth"_s, u"required"_s}) >= 0);
    QCOMPARE(m_server->get(u"/api/restaurants/r/data"_s, owner()).status, 404);
    QVERIFY(isSound());
    QCOMPARE(m_server->get(u"/api/restaurants/other/data"_s, owner()).status, 200);
    fill("r", 1);
    QVERIFY(isSound());
}

QTEST_GUILESS_MAIN(EraseProgramTest)
#include "tst_program_erase.moc"
