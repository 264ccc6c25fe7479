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

    std::unique_ptr<ServerProcess> m_server;
};

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
