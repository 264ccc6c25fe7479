// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/serverprocess.h"
#include "tests/server/program/wiresocket.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using possync::test::ServerProcess;
using possync::test::WireSocket;

/// The audit log of the real program; docs/protocol.md, "Audit".
class AuditProgramTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void actsAreKept();
    void commandsAreKept();
    void oddCommandsAreExplained_data();
    void oddCommandsAreExplained();
    void refusalsAreKeptOnceInAWhile();
    void ownersSeeTheirRestaurantsEntries();
    void searchAndPages();
    void whatWasAnsweredIsKept();
    void chainOutlivesAKill();

private:
    QJsonArray entries(const QString &query, const QByteArray &token = {})
    {
        const auto answer =
            QJsonDocument::fromJson(m_server
                                        .get(u"/api/admin/audit?"_s + query,
                                             token.isEmpty() ? m_server.ownerToken() : token)
                                        .body);
        m_isIntact = answer[u"intact"].toBool();
        return answer[u"entries"].toArray();
    }
    /// The newest entry of an act, once it is there.
    QJsonObject newest(const QString &act, const QString &outcome)
    {
        QJsonObject found;
        (void)QTest::qWaitFor([&] {
            for (const auto &entry : entries(u"limit=50"_s)) {
                if (entry[u"act"] == act && entry[u"outcome"] == outcome)
                    found = entry.toObject();
            }
            return !found.isEmpty();
        });
        return found;
    }

    ServerProcess m_server{QStringLiteral(POSSYNC_SERVER_PROGRAM)};
    bool m_isIntact = false;
};

void AuditProgramTest::initTestCase()
{
    QVERIFY(m_server.start({u"--auth"_s, u"required"_s}) >= 0);
}

void AuditProgramTest::actsAreKept()
{
    const QString owner = QString::fromLatin1(m_server.ownerToken().mid(3, 10));
    const auto made = m_server.makeToken(R"("role":"server","restaurant":"r")");
    const QJsonObject creation = newest(u"POST /api/admin/tokens"_s, u"done"_s);
    QCOMPARE(creation[u"actor"].toString(), owner);
    QCOMPARE(creation[u"role"].toString(), u"owner"_s);
    QCOMPARE(creation[u"address"].toString(), u"127.0.0.1"_s);
    QCOMPARE(creation[u"restaurant"].toString(), u"r"_s);
    QVERIFY(creation[u"target"].toString().startsWith(QString::fromLatin1(made.id)));
    QVERIFY(!creation[u"at"].toString().isEmpty());
    const QByteArray revoke = "/api/admin/tokens/" + made.id + "/revoke";
    QCOMPARE(m_server.post(QString::fromLatin1(revoke), "{}", m_server.ownerToken()).status, 200);
    QCOMPARE(newest(u"POST /api/admin/tokens/<arg>/revoke"_s, u"done"_s)[u"target"].toString(),
             QString::fromLatin1(made.id));
    QCOMPARE(m_server.post(u"/api/admin/backup"_s, "{}", m_server.ownerToken()).status, 200);
    QVERIFY(newest(u"POST /api/admin/backup"_s, u"done"_s)[u"target"].toString().endsWith(u".db"));
    QCOMPARE(
        m_server.post(u"/api/admin/restore"_s, R"({"file":"none"})", m_server.ownerToken()).status,
        400);
    QVERIFY(!newest(u"POST /api/admin/restore"_s, u"HTTP 400"_s).isEmpty());
    QCOMPARE(m_server.post(u"/api/pair"_s, R"({"code":"ZZZZ-ZZZZ"})").status, 404);
    QCOMPARE(newest(u"POST /api/pair"_s, u"HTTP 404"_s)[u"actor"].toString(), u"-"_s);
    // What stays inside stays inside.
    QVERIFY(!m_server.post(u"/api/admin/backup"_s, "{}", m_server.ownerToken())
                 .head.toLower()
                 .contains("x-possync"));
    QVERIFY(m_isIntact);
}

void AuditProgramTest::commandsAreKept()
{
    const auto tester = m_server.makeToken(R"("role":"tester","restaurant":"r")");
    WireSocket socket(m_server.port());
    QCOMPARE(socket.upgrade("/t/" + tester.secret, "Sec-WebSocket-Protocol: possync.admin.v1\r\n"),
             101);
    socket.sendFrame(0x81, R"({"type":"command","id":"1","command":"push","restaurant":"r",)"
                           R"("change":{"data_type":"orders","action":"created","entity_id":"o9",)"
                           R"("data":{}}})");
    const QJsonObject push = newest(u"push"_s, u"asked"_s);
    QCOMPARE(push[u"actor"].toString(), QString::fromLatin1(tester.id));
    QCOMPARE(push[u"target"].toString(), u"orders created o9"_s);
    QCOMPARE(push[u"restaurant"].toString(), u"r"_s);
    socket.sendFrame(0x81,
                     R"({"type":"command","id":"2","command":"set_log_level","level":"debug"})");
    QCOMPARE(newest(u"set_log_level"_s, u"forbidden"_s)[u"actor"].toString(),
             QString::fromLatin1(tester.id));
}

void AuditProgramTest::oddCommandsAreExplained_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QByteArray>("answer");
    const QByteArray seconds =
        R"("id":"3","ok":false,"error":{"code":"bad_field","message":"field \"seconds\" must be)";
    QTest::newRow("id is a number") << QByteArray(R"("id":3,"level":"info")")
                                    << QByteArray(R"("code":"bad_field","message":"field \"id\")");
    for (const QByteArray value : {"-1", "2592001", "1.5", "\"60\"", "null", "9999999999999"})
        QTest::newRow(value) << R"("id":"3","level":"info","seconds":)" + value << seconds;
    QTest::newRow("level") << QByteArray(R"("id":"3","level":"loud","seconds":1)")
                           << QByteArray("levels are debug");
    QTest::newRow("nothing odd") << QByteArray(R"("id":"3","level":"info","seconds":1)")
                                 << QByteArray(R"("id":"3","ok":true)");
}

void AuditProgramTest::oddCommandsAreExplained()
{
    QFETCH(QByteArray, members);
    QFETCH(QByteArray, answer);
    WireSocket socket(m_server.port());
    QCOMPARE(socket.upgrade("/t/" + m_server.ownerToken(),
                            "Sec-WebSocket-Protocol: possync.admin.v1\r\n"),
             101);
    socket.sendFrame(0x81, R"({"type":"command","command":"set_log_level",)" + members + '}');
    const auto [opcode, message] = socket.readFrame(20'000);
    QVERIFY2(message.contains(answer), message.constData());
}

void AuditProgramTest::refusalsAreKeptOnceInAWhile()
{
    const auto waiter = m_server.makeToken(R"("role":"server","restaurant":"r")");
    for (int i = 0; i < 50; ++i) {
        QCOMPARE(m_server.post(u"/api/admin/verify"_s, "{}", waiter.secret).status, 403);
        QCOMPARE(m_server.get(u"/api/restaurants/other/data"_s, waiter.secret).status, 404);
        QCOMPARE(WireSocket(m_server.port()).upgrade("/?restaurant_id=r&device_id=d"), 401);
    }
    const QJsonObject refused = newest(u"POST /api/admin/verify"_s, u"forbidden"_s);
    QCOMPARE(refused[u"actor"].toString(), QString::fromLatin1(waiter.id));
    QCOMPARE(refused[u"role"].toString(), u"server"_s);
    QVERIFY(!newest(u"GET /api/restaurants/<arg>/data"_s, u"unknown_restaurant"_s).isEmpty());
    QVERIFY(!newest(u"connect"_s, u"token_required"_s).isEmpty());
    int kept = 0;
    for (const auto &entry : entries(u"limit=1000"_s))
        kept += entry[u"act"] == u"POST /api/admin/verify"_s ? 1 : 0;
    QVERIFY2(kept <= 2, QByteArray::number(kept));
}

void AuditProgramTest::ownersSeeTheirRestaurantsEntries()
{
    const auto bound = m_server.makeToken(R"("role":"owner","restaurant":"mine")");
    QVERIFY(!newest(u"POST /api/admin/tokens"_s, u"done"_s).isEmpty());
    const QJsonArray seen = entries(u"limit=1000"_s, bound.secret);
    QCOMPARE(seen.size(), 1);
    QVERIFY(m_isIntact);
    QVERIFY(seen[0][u"target"].toString().startsWith(QString::fromLatin1(bound.id)));
    const auto viewer = m_server.makeToken(R"("role":"viewer")");
    QCOMPARE(m_server.get(u"/api/admin/audit"_s, viewer.secret).status, 403);
}

void AuditProgramTest::searchAndPages()
{
    const QJsonArray all = entries(u"since=0&limit=1000"_s);
    QVERIFY(all.size() > 5);
    for (qsizetype i = 0; i < all.size(); ++i)
        QCOMPARE(all[i][u"no"].toInt(), i + 1);
    const QJsonArray page = entries(u"since=2&limit=3"_s);
    QCOMPARE(page.size(), 3);
    QCOMPARE(page[0][u"no"].toInt(), 3);
    QVERIFY(m_isIntact);
    const QJsonArray found = entries(u"since=0&limit=1000&q=BACKUP"_s);
    QVERIFY(!found.isEmpty() && found.size() < all.size());
    for (const auto &entry : found)
        QVERIFY(entry[u"act"].toString().contains(u"backup"));
    QVERIFY(entries(u"since=0&q=%25"_s).isEmpty());
    QCOMPARE(m_server.get(u"/api/admin/audit?limit=0"_s, m_server.ownerToken()).status, 400);
    QCOMPARE(m_server.get(u"/api/admin/audit?since=x"_s, m_server.ownerToken()).status, 400);
}

void AuditProgramTest::whatWasAnsweredIsKept()
{
    for (int round = 0; round < 20; ++round) {
        const auto made = m_server.makeToken(R"("role":"viewer","restaurant":"r")");
        m_server.kill();
        QVERIFY(m_server.start({u"--auth"_s, u"required"_s}) >= 0);
        const QJsonArray kept = entries(u"q="_s + QString::fromLatin1(made.id));
        QCOMPARE(kept.size(), 1);
        QCOMPARE(kept[0][u"outcome"].toString(), u"done"_s);
        QVERIFY(m_isIntact);
    }
}

void AuditProgramTest::chainOutlivesAKill()
{
    const qsizetype before = entries(u"since=0&limit=1000"_s).size();
    m_server.kill();
    QVERIFY(m_server.start({u"--auth"_s, u"required"_s}) >= 0);
    m_server.makeToken(R"("role":"viewer")");
    QTRY_COMPARE(entries(u"since=0&limit=1000"_s).size(), before + 1);
    QVERIFY(m_isIntact);
    QCOMPARE(m_server.stop(), 0);
}

QTEST_GUILESS_MAIN(AuditProgramTest)
#include "tst_program_audit.moc"
