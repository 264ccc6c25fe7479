// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/appclient.h"
#include "tests/server/program/serverprocess.h"
#include "tests/server/program/wiresocket.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using possync::test::AppClient;
using possync::test::ServerProcess;
using possync::test::WireSocket;

namespace {

QJsonObject objectOf(const ServerProcess::HttpAnswer &answer)
{
    return QJsonDocument::fromJson(answer.body).object();
}

QByteArray pairBody(const QString &code, const QByteArray &more = {})
{
    return R"({"code":")" + code.toUtf8() + "\"" + more + "}";
}

} // namespace

/// docs/protocol.md, "Pairing", against the real program.
class PairingProgramTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void deviceIsPairedOnce();
    void wrongCodesAreCounted();
    void replacementFencesTheFormer();
    void lateChangesOfTheAppGoToReview();
    void lateChangesOfV2DevicesGoToReview();
    void revokedDevicesAreNotHeard();
    void ownersPairForTheirRestaurantOnly();
    void badWordsAreNamed();
    void restartTakesCodesBack();
    void pageIsServedAndShutIn();

private:
    QJsonObject open(const QByteArray &fields, const QByteArray &token = {}) const
    {
        return objectOf(m_server->post(u"/api/admin/pairings"_s, '{' + fields + '}',
                                       token.isEmpty() ? m_server->ownerToken() : token));
    }
    ServerProcess::HttpAnswer pair(const QString &code, const QByteArray &more = {}) const
    {
        return m_server->post(u"/api/pair"_s, pairBody(code, more));
    }
    QJsonObject tokenOf(const QString &id) const
    {
        const auto list =
            objectOf(m_server->get(u"/api/admin/tokens"_s, m_server->ownerToken()))[u"tokens"]
                .toArray();
        for (const auto &token : list) {
            if (token[u"id"].toString() == id)
                return token.toObject();
        }
        return {};
    }

    struct Pads {
        QByteArray former;
        QByteArray formerId;
        QByteArray present;
    };
    /// A device and the one that has taken its place.
    Pads replaced() const;
    ServerProcess::HttpAnswer post(const QByteArray &token, const QByteArray &changes) const;
    QJsonArray conflicts() const
    {
        return objectOf(m_server->get(u"/api/restaurants/r/conflicts"_s,
                                      m_server->ownerToken()))[u"conflicts"]
            .toArray();
    }
    ServerProcess::HttpAnswer decide(const QString &id, const QString &how,
                                     const QByteArray &token) const
    {
        return m_server->post(u"/api/restaurants/r/conflicts/%1/%2"_s.arg(id, how), "{}", token);
    }

    std::unique_ptr<ServerProcess> m_server;
};

PairingProgramTest::Pads PairingProgramTest::replaced() const
{
    const QJsonObject first =
        objectOf(pair(open(R"("restaurant":"r","role":"server")")[u"code"].toString()));
    const QByteArray id = first[u"token"][u"id"].toString().toLatin1();
    const QJsonObject second =
        objectOf(pair(open(R"("replaces":")" + id + '"')[u"code"].toString()));
    return {first[u"secret"].toString().toLatin1(), id, second[u"secret"].toString().toLatin1()};
}

ServerProcess::HttpAnswer PairingProgramTest::post(const QByteArray &token,
                                                   const QByteArray &changes) const
{
    return m_server->post(u"/api/sync"_s,
                          R"({"restaurant_id":"r","device_id":"bar","changes":[)" + changes + "]}",
                          token);
}

void PairingProgramTest::init()
{
    m_server = std::make_unique<ServerProcess>(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(m_server->start({u"--auth"_s, u"required"_s}) >= 0);
}

void PairingProgramTest::deviceIsPairedOnce()
{
    const QJsonObject offer = open(R"("restaurant":"r","role":"cashier","name":"Till")");
    const QString code = offer[u"code"].toString();
    QCOMPARE(code.size(), 9);
    const QByteArray waiting = m_server->get(u"/api/admin/pairings"_s, m_server->ownerToken()).body;
    QVERIFY(waiting.contains("\"Till\""));
    QVERIFY(
        !waiting.contains(code.toUtf8())); // it is told to whoever asked for it, and then no more
    const auto answer = pair(code.toLower(), R"(,"device_id":"tablet-7","name":"ignored")");
    QCOMPARE(answer.status, 201);
    const QJsonObject paired = objectOf(answer);
    const QByteArray secret = paired[u"secret"].toString().toLatin1();
    QCOMPARE(paired[u"server_url"].toString().toUtf8(), "ws://x/t/" + secret);
    QCOMPARE(paired[u"api_url"].toString().toUtf8(), "http://x/t/" + secret + "/api");
    const QJsonObject token = tokenOf(paired[u"token"][u"id"].toString());
    QCOMPARE(token[u"state"].toString(), u"active"_s);
    QCOMPARE(token[u"role"].toString(), u"cashier"_s);
    QCOMPARE(token[u"name"].toString(), u"Till"_s);
    QCOMPARE(token[u"device_id"].toString(), u"tablet-7"_s);
    AppClient app(*m_server, "tablet-7");
    app.setToken(secret);
    QVERIFY(app.join());
    const auto again = pair(code);
    QCOMPARE(again.status, 404);
    QCOMPARE(objectOf(again)[u"code"].toString(), u"unknown_code"_s);
    QVERIFY(!m_server->get(u"/api/admin/pairings"_s, m_server->ownerToken()).body.contains("Till"));
}

void PairingProgramTest::wrongCodesAreCounted()
{
    const QString code = open(R"("restaurant":"r")")[u"code"].toString();
    for (int i = 0; i < 10; ++i)
        QCOMPARE(pair(u"ZZZZ-ZZZ%1"_s.arg(i)).status, 404);
    const auto refused = pair(code);
    QCOMPARE(refused.status, 429);
    QVERIFY(refused.head.contains("\r\nRetry-After: "));
    QCOMPARE(objectOf(refused)[u"code"].toString(), u"rate_limited"_s);
    // Nobody else is held up, and the code has not been used up.
    QCOMPARE(m_server->get(u"/api/restaurants"_s, m_server->ownerToken()).status, 200);
    QVERIFY(m_server->get(u"/api/admin/pairings"_s, m_server->ownerToken()).body.contains("\"r\""));
}

void PairingProgramTest::replacementFencesTheFormer()
{
    const QJsonObject first = objectOf(
        pair(open(R"("restaurant":"r","role":"manager","name":"Bar")")[u"code"].toString()));
    const QString formerId = first[u"token"][u"id"].toString();
    const QByteArray former = first[u"secret"].toString().toLatin1();
    WireSocket broken(m_server->port());
    QCOMPARE(broken.upgrade("/t/" + former + "/?restaurant_id=r&device_id=bar"), 101);
    const QJsonObject offer = open(R"("replaces":")" + formerId.toUtf8() + "\"");
    QCOMPARE(offer[u"name"].toString(), u"Bar"_s);
    QCOMPARE(offer[u"role"].toString(), u"manager"_s);
    // Until the new one is there, the old one works.
    QCOMPARE(m_server->get(u"/api/restaurants"_s, former).status, 200);
    const QJsonObject second = objectOf(pair(offer[u"code"].toString()));
    const QString newId = second[u"token"][u"id"].toString();
    QVERIFY(!newId.isEmpty());
    QCOMPARE(broken.readCloseCode(2'000), 4403);
    QCOMPARE(m_server->get(u"/api/restaurants"_s, former).status, 401);
    QCOMPARE(tokenOf(formerId)[u"state"].toString(), u"replaced"_s);
    QCOMPARE(tokenOf(formerId)[u"replaced_by"].toString(), newId);
    QCOMPARE(tokenOf(newId)[u"name"].toString(), u"Bar"_s);
    m_server->kill();
    QVERIFY(m_server->start({u"--auth"_s, u"required"_s}) >= 0);
    QCOMPARE(tokenOf(formerId)[u"state"].toString(), u"replaced"_s);
    QCOMPARE(m_server->get(u"/api/restaurants"_s, second[u"secret"].toString().toLatin1()).status,
             200);
}

void PairingProgramTest::lateChangesOfTheAppGoToReview()
{
    const Pads pads = replaced();
    const auto change = [](const QByteArray &id, const QByteArray &action,
                           const QByteArray &type = "orders") {
        return R"({"type":"data_change","data_type":")" + type + R"(","action":")" + action
               + R"(","change_id":")" + id + R"(","data":{"id":"x-)" + id
               + R"(","total":25.50}})";
    };
    AppClient other(*m_server, "other");
    other.setToken(pads.present);
    QVERIFY(other.join());
    const QByteArray queue = change("c1", "created") + ',' + change("c2", "updated") + ','
                             + change("c3", "deleted", "menu_items");
    // The app asks again and again; it is to empty its queue.
    for (int time = 0; time < 2; ++time) {
        const auto answer = post(pads.former, queue);
        QCOMPARE(answer.status, 200);
        const QJsonArray results = objectOf(answer)[u"results"].toArray();
        QCOMPARE(results.size(), 3);
        QCOMPARE(results[0][u"outcome"].toString(), u"rejected"_s);
        QCOMPARE(results[0][u"code"].toString(), u"in_review"_s);
        QCOMPARE(results[1][u"code"].toString(), u"in_review"_s);
        // What it never was allowed to do needs no review.
        QCOMPARE(results[2][u"code"].toString(), u"forbidden"_s);
    }
    QCOMPARE(conflicts().size(), 2);
    QCOMPARE(conflicts()[1][u"change_id"].toString(), u"c1"_s);
    QCOMPARE(conflicts()[1][u"kind"].toString(), u"review"_s);
    QCOMPARE(conflicts()[1][u"state"].toString(), u"open"_s);
    QVERIFY(!m_server->get(u"/api/restaurants/r/data"_s, pads.present).body.contains("25.50"));
    // It gets nothing for it, and no way in but this one.
    QCOMPARE(m_server->get(u"/api/restaurants/r/data"_s, pads.former).status, 401);
    QCOMPARE(m_server->get(u"/api/restaurants/r/conflicts"_s, pads.former).status, 401);
    QCOMPARE(WireSocket(m_server->port())
                 .upgrade("/t/" + pads.former + "/?restaurant_id=r&device_id=bar"),
             401);
    QCOMPARE(WireSocket(m_server->port())
                 .upgrade("/t/" + pads.former, "Sec-WebSocket-Protocol: possync.admin.v1\r\n"),
             401);
    QCOMPARE(m_server
                 ->post(u"/api/sync"_s, R"({"restaurant_id":"s","device_id":"bar","changes":[]})",
                        pads.former)
                 .status,
             404);
    // For a manager to decide, and not for a waiter.
    QCOMPARE(decide(u"c1"_s, u"restore"_s, pads.present).status, 403);
    QCOMPARE(decide(u"c1"_s, u"discard"_s, pads.present).status, 403);
    const auto manager = m_server->makeToken(R"("role":"manager","restaurant":"r")");
    m_server->kill();
    QVERIFY(m_server->start({u"--auth"_s, u"required"_s}) >= 0);
    const auto applied = decide(u"c1"_s, u"restore"_s, manager.secret);
    QVERIFY2(applied.status == 200, applied.body);
    QCOMPARE(objectOf(applied)[u"conflict"][u"state"].toString(), u"restored"_s);
    const auto discarded = decide(u"c2"_s, u"discard"_s, manager.secret);
    QVERIFY2(discarded.status == 200, discarded.body);
    QCOMPARE(objectOf(discarded)[u"conflict"][u"state"].toString(), u"discarded"_s);
    QCOMPARE(objectOf(discarded)[u"conflict"][u"restored"][u"by"].toString().toLatin1(), manager.id);
    QCOMPARE(decide(u"c2"_s, u"restore"_s, manager.secret).status, 409);
    QCOMPARE(decide(u"c1"_s, u"discard"_s, manager.secret).status, 409);
    QCOMPARE(decide(u"c9"_s, u"discard"_s, manager.secret).status, 404);
    const QByteArray data = m_server->get(u"/api/restaurants/r/data"_s, manager.secret).body;
    QVERIFY(data.contains("x-c1") && !data.contains("x-c2"));
    QVERIFY(m_server->get(u"/api/admin/audit?q=discard"_s, m_server->ownerToken())
                .body.contains(R"("target":"c2","outcome":"done")"));
    QVERIFY(m_server->post(u"/api/admin/verify"_s, "{}", m_server->ownerToken())
                .body.startsWith("{\"ok\":true"));
}

void PairingProgramTest::lateChangesOfV2DevicesGoToReview()
{
    const Pads pads = replaced();
    WireSocket v2(m_server->port());
    QCOMPARE(v2.upgrade("/t/" + pads.former + "/v2?restaurant_id=r",
                        "Sec-WebSocket-Protocol: possync.v2\r\n"),
             101);
    const auto next = [&v2] {
        const auto [opcode, payload] = v2.readFrame();
        return opcode == 1 ? QJsonDocument::fromJson(payload).object() : QJsonObject();
    };
    v2.sendFrame(0x81, R"({"type":"resync","data_type":"orders"})");
    QCOMPARE(next()[u"code"].toString(), u"expected_hello"_s);
    v2.sendFrame(0x81, R"({"type":"hello","device_id":"bar","versions":[2,2],"clock_ms":1,)"
                       R"("position":{"epoch":"e1","seq":7}})");
    const QJsonObject welcome = next();
    QCOMPARE(welcome[u"type"].toString(), u"welcome"_s);
    QCOMPARE(welcome[u"mode"].toString(), u"resume"_s);
    QCOMPARE(welcome[u"epoch"].toString(), u"e1"_s);
    QCOMPARE(welcome[u"head"].toInt(), 7);
    const QByteArray push =
        R"({"type":"push","batch":%1,"changes":[{"change_id":"bar:1","data_type":"orders",)"
        R"("action":"created","entity_id":"o1","data":{"id":"o1","total":25.50}},)"
        R"({"change_id":"bar:2","data_type":"dishes","action":"created","entity_id":"o1"}]})";
    for (const char *batch : {"1", "2"}) {
        v2.sendFrame(0x81, QByteArray(push).replace("%1", batch));
        const QJsonObject ack = next();
        QCOMPARE(ack[u"type"].toString(), u"ack"_s);
        QCOMPARE(ack[u"batch"].toInt(), QByteArray(batch).toInt());
        QCOMPARE(ack[u"results"][0][u"outcome"].toString(), u"rejected"_s);
        QCOMPARE(ack[u"results"][0][u"code"].toString(), u"in_review"_s);
        QCOMPARE(ack[u"results"][1][u"code"].toString(), u"unknown_data_type"_s);
    }
    v2.sendFrame(0x81, R"({"type":"heartbeat","clock_ms":5,"queue":0})");
    QCOMPARE(next()[u"clock_ms"].toInt(), 5);
    // What others do is not for it.
    QCOMPARE(post(pads.present,
                  R"({"type":"data_change","data_type":"orders","action":"created",)"
                  R"("change_id":"n","data":{"id":"new"}})")
                 .status,
             200);
    QCOMPARE(v2.readCloseCode(10'000), 4403);
    QCOMPARE(conflicts().size(), 1);
    QCOMPARE(decide(u"bar:1"_s, u"restore"_s, m_server->ownerToken()).status, 200);
    QVERIFY(m_server->get(u"/api/restaurants/r/data"_s, pads.present)
                .body.contains(R"({"id":"o1","total":25.50)"));
}

void PairingProgramTest::revokedDevicesAreNotHeard()
{
    const Pads pads = replaced();
    const QByteArray change = R"({"type":"data_change","data_type":"orders","action":"created",)"
                              R"("change_id":"c1","data":{"id":"o1"}})";
    QCOMPARE(post(pads.former, change).status, 200);
    // In a thief's hands even that is too much.
    QCOMPARE(m_server
                 ->post(QString::fromLatin1("/api/admin/tokens/" + pads.formerId + "/revoke"), "{}",
                        m_server->ownerToken())
                 .status,
             200);
    QCOMPARE(post(pads.former, change).status, 401);
    QCOMPARE(WireSocket(m_server->port())
                 .upgrade("/t/" + pads.former + "/v2?restaurant_id=r",
                          "Sec-WebSocket-Protocol: possync.v2\r\n"),
             401);
    QCOMPARE(tokenOf(QString::fromLatin1(pads.formerId))[u"state"].toString(), u"revoked"_s);
    QCOMPARE(conflicts().size(), 1);
}

void PairingProgramTest::ownersPairForTheirRestaurantOnly()
{
    const auto bound = m_server->makeToken(R"("role":"owner","restaurant":"mine")");
    const auto theirs = m_server->makeToken(R"("role":"server","restaurant":"theirs")");
    QCOMPARE(open({}, bound.secret)[u"restaurant"].toString(), u"mine"_s);
    QCOMPARE(open(R"("restaurant":"theirs")", bound.secret)[u"code"].toString(),
             u"unknown_restaurant"_s);
    QCOMPARE(open(R"("replaces":")" + theirs.id + "\"", bound.secret)[u"code"].toString(),
             u"unknown_token"_s);
    open(R"("restaurant":"theirs")");
    const QByteArray seen = m_server->get(u"/api/admin/pairings"_s, bound.secret).body;
    QVERIFY(seen.contains("mine") && !seen.contains("theirs"));
    const auto viewer = m_server->makeToken(R"("role":"viewer")");
    QCOMPARE(open(R"("restaurant":"r")", viewer.secret)[u"code"].toString(), u"forbidden"_s);
}

void PairingProgramTest::badWordsAreNamed()
{
    QVERIFY(open({})[u"message"].toString().contains(u"restaurant"));
    QVERIFY(open(R"("restaurant":"r","role":"owner")")[u"message"].toString().contains(u"role"));
    QVERIFY(open(R"("restaurant":"r","role":"chef")")[u"message"].toString().contains(u"role"));
    QCOMPARE(m_server->post(u"/api/pair"_s, "{}").status, 400);
    QCOMPARE(m_server->post(u"/api/pair"_s, R"({"code":7})").status, 400);
    const QString code = open(R"("restaurant":"r")")[u"code"].toString();
    QCOMPARE(pair(code, R"(,"name":"a\nb")").status, 400);
    QCOMPARE(pair(code, ",\"device_id\":\"" + QByteArray(300, 'd') + "\"").status, 400);
    QCOMPARE(pair(code, R"(,"name":"Tablet 1")").status, 201); // none of it used the code up
}

void PairingProgramTest::restartTakesCodesBack()
{
    const QString code = open(R"("restaurant":"r")")[u"code"].toString();
    m_server->kill();
    QVERIFY(m_server->start({u"--auth"_s, u"required"_s}) >= 0);
    QCOMPARE(pair(code).status, 404);
}

void PairingProgramTest::pageIsServedAndShutIn()
{
    const auto page = m_server->get(u"/pair"_s);
    QCOMPARE(page.status, 200);
    QVERIFY(page.head.contains("Content-Type: text/html"));
    QVERIFY(page.head.contains("default-src 'none'"));
    QVERIFY(page.head.contains("frame-ancestors 'none'"));
    QVERIFY(page.body.contains("api/pair"));
    QVERIFY(!page.body.contains("http://") && !page.body.contains("https://"));
}

QTEST_GUILESS_MAIN(PairingProgramTest)
#include "tst_program_pairing.moc"
