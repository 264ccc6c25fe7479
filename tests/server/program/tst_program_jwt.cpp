// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/appclient.h"
#include "tests/server/program/serverprocess.h"
#include "tests/server/program/tlspair.h"
#include "tests/server/program/wiresocket.h"
#include "tests/support/signingkey.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using possync::test::AppClient;
using possync::test::ServerProcess;
using possync::test::SigningKey;
using possync::test::WireSocket;
using possync::test::writeFile;

namespace {

const QByteArray v2Protocol = "Sec-WebSocket-Protocol: possync.v2\r\n";
const QByteArray adminProtocol = "Sec-WebSocket-Protocol: possync.admin.v1\r\n";

QByteArray codeOf(const ServerProcess::HttpAnswer &answer)
{
    return QJsonDocument::fromJson(answer.body)[u"code"].toString().toUtf8();
}

qint64 nowS()
{
    return QDateTime::currentSecsSinceEpoch();
}

QByteArray claims(const QByteArray &who, const QByteArray &where, qint64 endS = nowS() + 900,
                  const QByteArray &more = {})
{
    return R"({"iss":"https://id.example.com","aud":"possync","sub":"anna","exp":)"
           + QByteArray::number(endS) + R"(,"role":")" + who + R"(","restaurants":)" + where + more
           + '}';
}

QByteArray hello(const QByteArray &device)
{
    return R"({"type":"hello","versions":[2,2],"position":null,"clock_ms":)"
           + QByteArray::number(QDateTime::currentMSecsSinceEpoch()) + R"(,"device_id":")" + device
           + "\"}";
}

QJsonObject next(WireSocket &socket, const QString &type)
{
    QJsonObject message;
    do {
        const auto [opcode, payload] = socket.readFrame();
        if (opcode == 0xFF || opcode == 8)
            return {};
        message = QJsonDocument::fromJson(payload).object();
    } while (message[u"type"].toString() != type);
    return message;
}

} // namespace

/// docs/protocol.md, "Tokens of an identity provider" and "Renewing a token", with the real
/// program.
class JwtProgramTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void tokensAreTakenWhereverOursAre();
    void restaurantsAndDevicesBind();
    void reasonsAreTold();
    void expiryClosesUnlessRenewed();
    void renewalChangesNothingElse();
    void oneTokenIsRevoked();
    void tokensOfASubjectAreRevoked();
    void revocationsAreTakenBack();
    void keysAreRotatedWhileServing();
    void keysAreRotatedUnderLoad();
    void unreadableKeysChangeNothing();
    void badKeysStopTheStart();
    void tokensNeverShow();

private:
    QString path(const QString &name) const { return m_directory->filePath(name); }
    bool configure(const QStringList &keys) const
    {
        QByteArray list;
        for (const QString &key : keys)
            list += (list.isEmpty() ? "\"" : ",\"") + key.toUtf8() + '"';
        return writeFile(path(u"possync.toml"_s), "[jwt]\nkeys = [" + list
                                                      + "]\nissuer = 'https://id.example.com'\n"
                                                        "audience = 'possync'\n");
    }
    QString ed() const { return u"old:EdDSA:"_s + path(u"old.pem"_s); }
    QString ec() const { return u"new:ES256:"_s + path(u"new.pem"_s); }
    QByteArray token(const QByteArray &role, const QByteArray &where = R"(["r"])") const
    {
        return m_old.tokenOf("old", claims(role, where));
    }
    QStringList arguments() const
    {
        return {u"--auth"_s, u"required"_s, u"--config"_s, path(u"possync.toml"_s)};
    }

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<ServerProcess> m_server;
    const SigningKey m_old{SigningKey::Kind::Ed25519};
    const SigningKey m_new{SigningKey::Kind::P256};
};

void JwtProgramTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<ServerProcess>(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(writeFile(path(u"old.pem"_s), m_old.publicText()));
    QVERIFY(writeFile(path(u"new.pem"_s), m_new.publicText()));
    QVERIFY(configure({ed()}));
    QVERIFY(m_server->start(arguments()) >= 0);
}

void JwtProgramTest::cleanup()
{
    QCOMPARE(m_server->stop(), 0);
}

void JwtProgramTest::tokensAreTakenWhereverOursAre()
{
    const QByteArray waiter = token("server");
    QCOMPARE(m_server->get(u"/api/restaurants"_s, waiter).status, 200);
    QCOMPARE(m_server->get(QString::fromLatin1("/t/" + waiter + "/api/restaurants")).status, 200);
    QCOMPARE(codeOf(m_server->get(u"/metrics"_s, waiter)), QByteArray("forbidden"));
    QCOMPARE(m_server->get(u"/metrics"_s, token("viewer", R"(["*"])")).status, 200);
    AppClient app(*m_server, "d1");
    app.setToken(waiter);
    QVERIFY(app.join());
    WireSocket classic(m_server->port());
    QCOMPARE(classic.upgrade("/?restaurant_id=r&device_id=d2",
                             "Authorization: Bearer " + waiter + "\r\n"),
             101);
    WireSocket v2(m_server->port());
    QCOMPARE(v2.upgrade("/t/" + waiter + "/v2?restaurant_id=r", v2Protocol), 101);
    v2.sendFrame(0x81, hello("d3"));
    QCOMPARE(next(v2, u"welcome"_s)[u"version"].toInt(), 2);
    WireSocket admin(m_server->port());
    QCOMPARE(admin.upgrade("/t/" + token("viewer"), adminProtocol), 101);
    admin.sendFrame(0x81, R"({"type":"hello"})");
    QCOMPARE(next(admin, u"welcome"_s)[u"protocol"].toInt(), 1);
    QCOMPARE(WireSocket(m_server->port()).upgrade("/t/" + waiter, adminProtocol), 403);
    // Who did something is in the audit log by key and subject.
    QVERIFY(m_server->get(u"/api/admin/audit"_s, m_server->ownerToken())
                .body.contains(R"("actor":"jwt:old:anna","role":"server")"));
}

void JwtProgramTest::restaurantsAndDevicesBind()
{
    const QByteArray pad = m_old.tokenOf(
        "old", claims("manager", R"(["r","s"])", nowS() + 900, R"(,"device_id":"pad 1")"));
    const auto sync = [&](const QByteArray &restaurant, const QByteArray &device) {
        return m_server->post(u"/api/sync"_s,
                              R"({"restaurant_id":")" + restaurant + R"(","device_id":")" + device
                                  + R"(","changes":[{"type":"data_change","data_type":"orders",)"
                                    R"("action":"created","change_id":"c","data":{"id":"o"}}]})",
                              pad);
    };
    QCOMPARE(sync("r", "pad 1").status, 200);
    QCOMPARE(sync("s", "pad 1").status, 200);
    QCOMPARE(sync("t", "pad 1").status, 404);
    QCOMPARE(sync("r", "pad 2").status, 403);
    QCOMPARE(m_server->get(u"/api/restaurants/r/changes"_s, pad).status, 200);
    QCOMPARE(m_server->get(u"/api/restaurants/s/changes"_s, pad).status, 200);
    QCOMPARE(codeOf(m_server->get(u"/api/restaurants/t/changes"_s, pad)),
             QByteArray("unknown_restaurant"));
    QCOMPARE(QJsonDocument::fromJson(m_server->get(u"/api/restaurants"_s, pad).body)
                 .object()[u"restaurants"]
                 .toArray()
                 .size(),
             2);
    const auto upgrade = [&](const QByteArray &query, const QByteArray &protocol = {}) {
        return WireSocket(m_server->port())
            .upgrade("/t/" + pad + "/?restaurant_id=" + query, protocol);
    };
    QCOMPARE(upgrade("s&device_id=pad%201"), 101);
    QCOMPARE(upgrade("s&device_id=pad2"), 403);
    QCOMPARE(upgrade("t&device_id=pad%201"), 404);
    QCOMPARE(upgrade("s&device_id=pad2", v2Protocol), 403);
    WireSocket v2(m_server->port());
    QCOMPARE(v2.upgrade("/t/" + pad + "/?restaurant_id=s", v2Protocol), 101);
    v2.sendFrame(0x81, hello("pad 2"));
    QCOMPARE(next(v2, u"error"_s)[u"code"].toString(), u"wrong_device"_s);
    QCOMPARE(v2.readCloseCode(), 4004);
}

void JwtProgramTest::reasonsAreTold()
{
    const auto messageOf = [&](const QByteArray &token) {
        const auto answer = m_server->get(u"/api/restaurants"_s, token);
        return QByteArray::number(answer.status) + ' '
               + QJsonDocument::fromJson(answer.body)[u"message"].toString().toUtf8();
    };
    QVERIFY(messageOf(m_old.tokenOf("old", claims("chef", R"(["r"])"))).startsWith("401 "));
    QVERIFY(messageOf(m_old.tokenOf("old", claims("chef", R"(["r"])")))
                .contains(R"(its "role" is none of this server's)"));
    // Without a good signature nothing is told.
    QCOMPARE(messageOf(m_new.tokenOf("old", claims("chef", R"(["r"])"))),
             QByteArray("401 this access token is not known here"));
    const auto over = m_server->get(
        u"/api/restaurants"_s, m_old.tokenOf("old", claims("server", R"(["r"])", nowS() - 61)));
    QCOMPARE(codeOf(over), QByteArray("token_expired"));
}

void JwtProgramTest::expiryClosesUnlessRenewed()
{
    // Over in about two seconds: the leeway is a minute.
    const qint64 endS = nowS() - 58;
    const QByteArray shortOne = m_old.tokenOf("old", claims("server", R"(["r"])", endS));
    const QByteArray viewer = m_old.tokenOf("old", claims("viewer", R"(["r"])", endS));
    WireSocket classic(m_server->port());
    QCOMPARE(classic.upgrade("/t/" + shortOne + "/?restaurant_id=r&device_id=d1"), 101);
    WireSocket v2(m_server->port());
    QCOMPARE(v2.upgrade("/t/" + shortOne + "/?restaurant_id=r", v2Protocol), 101);
    v2.sendFrame(0x81, hello("d2"));
    QCOMPARE(next(v2, u"welcome"_s)[u"version"].toInt(), 2);
    WireSocket admin(m_server->port());
    QCOMPARE(admin.upgrade("/t/" + viewer, adminProtocol), 101);
    const auto renew = [](WireSocket &socket, const QByteArray &token) {
        socket.sendFrame(0x81, R"({"type":"renew","token":")" + token + "\"}");
    };
    const qint64 laterS = nowS() + 600;
    renew(v2, m_old.tokenOf("old", claims("server", R"(["r"])", laterS)));
    QCOMPARE(next(v2, u"renewed"_s)[u"expires_at_ms"].toInteger(), (laterS + 60) * 1000);
    renew(admin, m_old.tokenOf("old", claims("viewer", R"(["r"])", laterS)));
    QCOMPARE(next(admin, u"renewed"_s)[u"expires_at_ms"].toInteger(), (laterS + 60) * 1000);
    QCOMPARE(classic.readCloseCode(10'000), 4401);
    QVERIFY2(nowS() <= endS + 62, QByteArray::number(nowS() - endS));
    QCOMPARE(codeOf(m_server->get(u"/api/restaurants"_s, shortOne)), QByteArray("token_expired"));
    // Both that renewed are still served.
    v2.sendFrame(0x81,
                 R"({"type":"push","batch":1,"changes":[{"change_id":"c1","data_type":"orders",)"
                 R"("action":"created","entity_id":"o1","data":{"id":"o1"}}]})");
    QCOMPARE(next(v2, u"ack"_s)[u"batch"].toInt(), 1);
    admin.sendFrame(0x81, R"({"type":"hello"})");
    QCOMPARE(next(admin, u"welcome"_s)[u"protocol"].toInt(), 1);
    // An opaque token of the same rights will do as well, and has no end.
    const auto opaque = m_server->makeToken(R"("role":"server","restaurant":"r")");
    renew(v2, opaque.secret);
    QVERIFY(next(v2, u"renewed"_s)[u"expires_at_ms"].isNull());
    QCOMPARE(m_server
                 ->post(QString::fromLatin1("/api/admin/tokens/" + opaque.id + "/revoke"), "{}",
                        m_server->ownerToken())
                 .status,
             200);
    QCOMPARE(v2.readCloseCode(2'000), 4403);
}

void JwtProgramTest::renewalChangesNothingElse()
{
    WireSocket v2(m_server->port());
    QCOMPARE(v2.upgrade("/t/" + token("server") + "/?restaurant_id=r", v2Protocol), 101);
    v2.sendFrame(0x81, hello("d"));
    QCOMPARE(next(v2, u"welcome"_s)[u"version"].toInt(), 2);
    const auto codeFor = [&](const QByteArray &token) {
        v2.sendFrame(0x81, R"({"type":"renew","token":)" + token + '}');
        return next(v2, u"error"_s)[u"code"].toString();
    };
    const auto quoted = [](const QByteArray &text) { return '"' + text + '"'; };
    QCOMPARE(codeFor(quoted(token("manager"))), u"forbidden"_s);
    QCOMPARE(codeFor(quoted(token("server", R"(["s"])"))), u"forbidden"_s);
    QCOMPARE(codeFor(quoted(token("server", R"(["r","s"])"))), u"forbidden"_s);
    QCOMPARE(codeFor(quoted(m_new.tokenOf("old", claims("server", R"(["r"])")))),
             u"token_invalid"_s);
    QCOMPARE(codeFor(quoted(m_old.tokenOf("old", claims("server", R"(["r"])", nowS() - 61)))),
             u"token_expired"_s);
    QCOMPARE(codeFor("7"), u"token_invalid"_s);
    QCOMPARE(codeFor("null"), u"token_invalid"_s);
    for (int tries = 7; tries < 10; ++tries)
        QCOMPARE(codeFor("\"x\""), u"token_invalid"_s);
    v2.sendFrame(0x81, R"({"type":"renew","token":"x"})");
    const QJsonObject limited = next(v2, u"error"_s);
    QCOMPARE(limited[u"code"].toString(), u"rate_limited"_s);
    QVERIFY(limited[u"message"].toString().contains(u"try again in"_s));
    // Other messages that are not known are answered as ever.
    v2.sendFrame(0x81, R"({"type":"renewal"})");
    QCOMPARE(next(v2, u"error"_s)[u"code"].toString(), u"unknown_type"_s);
}

void JwtProgramTest::oneTokenIsRevoked()
{
    const auto withId = [this](const QByteArray &jti) {
        return m_old.tokenOf("old",
                             claims("server", R"(["r"])", nowS() + 900, R"(,"jti":")" + jti + '"'));
    };
    const QByteArray stolen = withId("t-1");
    const QByteArray other = withId("t-2");
    const QString address = u"/api/admin/jwts/revoked"_s;
    const QByteArray owner = m_server->ownerToken();
    const auto statusOf = [&](const QByteArray &shown) {
        return m_server->get(u"/api/restaurants"_s, shown).status;
    };
    // One that was never here has no end that the server could know.
    const auto unseen = m_server->post(address, R"({"jti":"t-1"})", owner);
    QCOMPARE(unseen.status, 400);
    QVERIFY2(unseen.body.contains("expires_in_s"), unseen.body);
    WireSocket tablet(m_server->port());
    QCOMPARE(tablet.upgrade("/t/" + stolen + "/?restaurant_id=r&device_id=d1"), 101);
    WireSocket neighbour(m_server->port());
    QCOMPARE(neighbour.upgrade("/t/" + other + "/?restaurant_id=r&device_id=d2"), 101);
    QCOMPARE(statusOf(stolen), 200);

    const auto revoked = m_server->post(address, R"({"jti":"t-1"})", owner);
    QCOMPARE(revoked.status, 200);
    QCOMPARE(tablet.readCloseCode(20'000), 4403);
    QCOMPARE(codeOf(m_server->get(u"/api/restaurants"_s, stolen)), QByteArray("token_revoked"));
    QCOMPARE(
        WireSocket(m_server->port()).upgrade("/t/" + stolen + "/?restaurant_id=r&device_id=d1"),
        401);
    QCOMPARE(statusOf(other), 200);
    neighbour.sendFrame(0x81, R"({"type":"heartbeat"})");
    QCOMPARE(next(neighbour, u"heartbeat_response"_s)[u"device_id"].toString(), u"d2"_s);
    // Nor may another connection go on with it.
    WireSocket renewing(m_server->port());
    QCOMPARE(renewing.upgrade("/t/" + other + "/?restaurant_id=r", v2Protocol), 101);
    renewing.sendFrame(0x81, hello("d3"));
    QCOMPARE(next(renewing, u"welcome"_s)[u"version"].toInt(), 2);
    renewing.sendFrame(0x81, R"({"type":"renew","token":")" + stolen + R"("})");
    QCOMPARE(next(renewing, u"error"_s)[u"code"].toString(), u"token_revoked"_s);

    // Said of one that has not been seen; and all of it holds over a restart.
    QCOMPARE(m_server->post(address, R"({"jti":"t-3","expires_in_s":900})", owner).status, 200);
    m_server->kill();
    QVERIFY(m_server->start(arguments()) >= 0);
    QCOMPARE(codeOf(m_server->get(u"/api/restaurants"_s, stolen)), QByteArray("token_revoked"));
    QCOMPARE(codeOf(m_server->get(u"/api/restaurants"_s, withId("t-3"))),
             QByteArray("token_revoked"));
    QCOMPARE(statusOf(other), 200);
    const QJsonArray listed =
        QJsonDocument::fromJson(m_server->get(address, owner).body)[u"revoked"].toArray();
    QCOMPARE(listed.size(), 2);
    QCOMPARE(listed[0][u"jti"].toString(), u"t-3"_s);
    QCOMPARE(listed[1][u"jti"].toString(), u"t-1"_s);
    QVERIFY(m_server->get(u"/api/admin/audit?q=jwts"_s, owner).body.contains(R"("target":"t-1")"));
    for (const QByteArray &bad :
         {QByteArray("{}"), QByteArray(R"({"jti":""})"), QByteArray(R"({"jti":7})"),
          R"({"jti":")" + QByteArray(257, 'x') + R"(","expires_in_s":1})",
          QByteArray(R"({"jti":"t-4","expires_in_s":0})")})
        QCOMPARE(m_server->post(address, bad, owner).status, 400);
    const auto bound = m_server->makeToken(R"("role":"owner","restaurant":"r")");
    QCOMPARE(m_server->post(address, R"({"jti":"t-5","expires_in_s":9})", bound.secret).status,
             403);
}

void JwtProgramTest::tokensOfASubjectAreRevoked()
{
    const QByteArray address = "/api/admin/jwts/revoked";
    const QByteArray owner = m_server->ownerToken();
    const auto of = [this](const QByteArray &subject, const QByteArray &more) {
        return m_old.tokenOf("old", claims("server", R"(["r"])", nowS() + 900, more)
                                        .replace(R"("sub":"anna")", R"("sub":")" + subject + '"'));
    };
    const auto issued = [](qint64 agoS) {
        return R"(,"iat":)" + QByteArray::number(nowS() - agoS);
    };
    const auto codeFor = [&](const QByteArray &shown) {
        return codeOf(m_server->get(u"/api/restaurants"_s, shown));
    };
    const QByteArray early = of("lost", issued(300));
    const QByteArray silent = of("lost", {});
    const QByteArray other = of("kept", issued(300));
    WireSocket tablet(m_server->port());
    QCOMPARE(tablet.upgrade("/t/" + early + "/?restaurant_id=r&device_id=d1"), 101);
    WireSocket neighbour(m_server->port());
    QCOMPARE(neighbour.upgrade("/t/" + other + "/?restaurant_id=r&device_id=d2"), 101);
    // Before a moment that is over: what was issued behind it goes on.
    const QByteArray moment =
        QDateTime::fromSecsSinceEpoch(nowS() - 200).toUTC().toString(Qt::ISODate).toLatin1();
    const auto past =
        m_server->post(QString::fromLatin1(address),
                       R"({"sub":"lost","issued_before":")" + moment + R"("})", owner);
    QCOMPARE(past.status, 200);
    QCOMPARE(tablet.readCloseCode(20'000), 4403);
    QCOMPARE(codeFor(early), QByteArray("token_revoked"));
    QCOMPARE(codeFor(silent), QByteArray("token_revoked"));
    const QByteArray later = of("lost", issued(100));
    QCOMPARE(codeFor(later), QByteArray());
    // Before now.
    QCOMPARE(m_server->post(QString::fromLatin1(address), R"({"sub":"lost"})", owner).status, 200);
    QCOMPARE(codeFor(later), QByteArray("token_revoked"));
    QCOMPARE(codeFor(of("lost", issued(-2))), QByteArray());
    QCOMPARE(codeFor(other), QByteArray());
    neighbour.sendFrame(0x81, R"({"type":"heartbeat"})");
    QCOMPARE(next(neighbour, u"heartbeat_response"_s)[u"device_id"].toString(), u"d2"_s);
    m_server->kill();
    QVERIFY(m_server->start(arguments()) >= 0);
    QCOMPARE(codeFor(later), QByteArray("token_revoked"));
    QVERIFY(m_server->get(u"/api/admin/audit?q=jwts"_s, owner)
                .body.contains(R"("target":"sub lost")"));
    for (const char *bad :
         {R"({"sub":""})", R"({"sub":"x","jti":"y"})", R"({"sub":"x","issued_before":"soon"})",
          R"({"sub":"x","issued_before":"2199-01-01T00:00:00Z"})", R"({"sub":7})"})
        QCOMPARE(m_server->post(QString::fromLatin1(address), bad, owner).status, 400);
}

void JwtProgramTest::revocationsAreTakenBack()
{
    const QString revoke = u"/api/admin/jwts/revoked"_s;
    const QString takeBack = u"/api/admin/jwts/taken-back"_s;
    const QByteArray owner = m_server->ownerToken();
    const QByteArray shown = m_old.tokenOf(
        "old", claims("server", R"(["r"])", nowS() + 900, R"(,"jti":"by-mistake")"));
    const auto code = [&] { return codeOf(m_server->get(u"/api/restaurants"_s, shown)); };
    QCOMPARE(code(), QByteArray());
    QCOMPARE(m_server->post(revoke, R"({"jti":"by-mistake"})", owner).status, 200);
    QCOMPARE(code(), QByteArray("token_revoked"));
    const auto bound = m_server->makeToken(R"("role":"owner","restaurant":"r")");
    QCOMPARE(m_server->post(takeBack, R"({"jti":"by-mistake"})", bound.secret).status, 403);
    QCOMPARE(code(), QByteArray("token_revoked"));
    QCOMPARE(m_server->post(takeBack, R"({"jti":"by-mistake"})", owner).status, 200);
    QCOMPARE(code(), QByteArray());
    m_server->kill();
    QVERIFY(m_server->start(arguments()) >= 0);
    QCOMPARE(code(), QByteArray());
    const auto again = m_server->post(takeBack, R"({"jti":"by-mistake"})", owner);
    QCOMPARE(again.status, 404);
    QCOMPARE(codeOf(again), QByteArray("not_revoked"));
    QCOMPARE(m_server->post(takeBack, R"({"sub":"nobody"})", owner).status, 404);
    QCOMPARE(m_server->post(takeBack, "{}", owner).status, 400);
    QVERIFY(m_server->get(u"/api/admin/audit?q=taken-back"_s, owner)
                .body.contains(R"("target":"by-mistake")"));
}

void JwtProgramTest::keysAreRotatedWhileServing()
{
    const QByteArray byOld = token("server");
    const QByteArray byNew = m_new.tokenOf("new", claims("server", R"(["r"])"));
    const auto statusOf = [&](const QByteArray &token) {
        return m_server->get(u"/api/restaurants"_s, token).status;
    };
    WireSocket before(m_server->port());
    QCOMPARE(before.upgrade("/t/" + byOld + "/?restaurant_id=r&device_id=d1"), 101);
    QCOMPARE(statusOf(byNew), 401);
    QVERIFY(configure({ed(), ec()}));
    ::kill(static_cast<pid_t>(m_server->pid()), SIGHUP);
    QTRY_COMPARE(statusOf(byNew), 200);
    QCOMPARE(statusOf(byOld), 200);
    WireSocket during(m_server->port());
    QCOMPARE(during.upgrade("/t/" + byNew + "/?restaurant_id=r&device_id=d2"), 101);
    QVERIFY(configure({ec()}));
    ::kill(static_cast<pid_t>(m_server->pid()), SIGHUP);
    // Whoever came with the former key is to come with a new token, nobody else is disturbed.
    QCOMPARE(before.readCloseCode(2'000), 4401);
    QCOMPARE(codeOf(m_server->get(u"/api/restaurants"_s, byOld)), QByteArray("token_invalid"));
    QCOMPARE(statusOf(byNew), 200);
    during.sendFrame(0x81, R"({"type":"heartbeat"})");
    QCOMPARE(next(during, u"heartbeat_response"_s)[u"device_id"].toString(), u"d2"_s);
    QVERIFY(m_server->get(u"/api/logs"_s, m_server->ownerToken())
                .body.contains("taken with the keys: new; not any more: old"));
}

/// While both keys are listed, in whatever order, nobody notices anything.
void JwtProgramTest::keysAreRotatedUnderLoad()
{
    constexpr int devices = 6;
    constexpr int rounds = 6;
    QVERIFY(configure({ed(), ec()}));
    ::kill(static_cast<pid_t>(m_server->pid()), SIGHUP);
    const QByteArray tokens[] = {token("manager"),
                                 m_new.tokenOf("new", claims("manager", R"(["r"])"))};
    const auto logs = [&] {
        return m_server->get(u"/api/logs?limit=10000"_s, m_server->ownerToken()).body;
    };
    QTRY_VERIFY(logs().contains("taken with the keys: old, new"));
    std::vector<std::unique_ptr<AppClient>> working;
    for (int i = 0; i < devices; ++i) {
        working.push_back(std::make_unique<AppClient>(*m_server, "d" + QByteArray::number(i)));
        working.back()->setToken(tokens[i % 2]);
        QVERIFY(working.back()->join());
    }
    for (int round = 0; round < rounds; ++round) {
        const bool isTurned = round % 2 == 0;
        QVERIFY(configure(isTurned ? QStringList{ec(), ed()} : QStringList{ed(), ec()}));
        const qsizetype reloadsBefore = logs().count("Told to reload");
        for (int i = 0; i < devices; ++i) {
            const QByteArray id = QByteArray::number(round) + '-' + QByteArray::number(i);
            working[std::size_t(i)]->sendTwin(id, R"("n":1)", "c" + id);
            if (i == devices / 2)
                ::kill(static_cast<pid_t>(m_server->pid()), SIGHUP);
        }
        // Sessions that begin meanwhile do, and requests are answered.
        for (const QByteArray &each : tokens) {
            WireSocket fresh(m_server->port());
            QCOMPARE(fresh.upgrade("/t/" + each + "/?restaurant_id=r&device_id=fresh"), 101);
            QCOMPARE(m_server->get(u"/api/restaurants"_s, each).status, 200);
        }
        QTRY_VERIFY(logs().count("Told to reload") > reloadsBefore);
        // Each change has come to all others, as typed message and as data_change.
        for (const auto &device : working)
            QTRY_COMPARE_WITH_TIMEOUT(device->messages().size(),
                                      2 * (devices - 1) * (round + 1), 20'000);
    }
    for (const auto &device : working) {
        QVERIFY(device->isConnected());
        QVERIFY(!device->types().contains(u"error"_s));
    }
    // The former key's time is over.
    QVERIFY(configure({ec()}));
    ::kill(static_cast<pid_t>(m_server->pid()), SIGHUP);
    for (int i = 0; i < devices; i += 2)
        QTRY_COMPARE_WITH_TIMEOUT(working[std::size_t(i)]->closeCode(), 4401, 20'000);
    QCOMPARE(codeOf(m_server->get(u"/api/restaurants"_s, tokens[0])), QByteArray("token_invalid"));
    QCOMPARE(m_server->get(u"/api/restaurants"_s, tokens[1]).status, 200);
    for (int i = 1; i < devices; i += 2)
        QVERIFY(working[std::size_t(i)]->isConnected());
}

void JwtProgramTest::unreadableKeysChangeNothing()
{
    const auto logs = [&] { return m_server->get(u"/api/logs"_s, m_server->ownerToken()).body; };
    QVERIFY(configure({u"old:EdDSA:/nowhere"_s}));
    ::kill(static_cast<pid_t>(m_server->pid()), SIGHUP);
    QTRY_VERIFY(logs().contains("The identity provider's keys were not read again"));
    QVERIFY(writeFile(path(u"possync.toml"_s), "[jwt]\nkeys = 7\n"));
    ::kill(static_cast<pid_t>(m_server->pid()), SIGHUP);
    QTRY_VERIFY(logs().contains("The configuration was not read again"));
    QCOMPARE(m_server->get(u"/api/restaurants"_s, token("server")).status, 200);
}

void JwtProgramTest::badKeysStopTheStart()
{
    QVERIFY(configure({u"old:none:"_s + path(u"old.pem"_s)}));
    QProcess process;
    process.start(QStringLiteral(POSSYNC_SERVER_PROGRAM),
                  arguments() + QStringList{u"--port"_s, u"0"_s, u"--data"_s, path(u"data"_s)});
    QVERIFY(process.waitForFinished(10'000));
    QCOMPARE(process.exitCode(), 2);
    const QByteArray said = process.readAllStandardError();
    QVERIFY2(said.contains("jwt.keys: \"old:none:") && said.count('\n') == 1, said.constData());
}

void JwtProgramTest::tokensNeverShow()
{
    QCOMPARE(m_server->stop(), 0);
    QVERIFY(m_server->start(arguments() + QStringList{u"--log-level"_s, u"debug"_s}) >= 0);
    const QByteArray owner = m_server->ownerToken();
    const QByteArray good = token("manager");
    const QByteArray bad = m_new.tokenOf("old", claims("manager", R"(["r"])"));
    QByteArray seen;
    for (const QByteArray &secret : {good, bad}) {
        for (const QByteArray &target :
             {"/t/" + secret + "/api/nothing", "/t/" + secret + "/api/logs",
              "/api/restaurants?token=" + secret, "/t/" + secret + "x/api/restaurants"}) {
            const auto answer = m_server->get(QString::fromLatin1(target));
            QVERIFY(answer.status >= 400);
            seen += answer.head + answer.body;
        }
    }
    AppClient app(*m_server, "d");
    app.setToken(good);
    QVERIFY(app.join());
    app.send(R"({"type":"renew","token":")" + good + R"("})");
    app.send(R"({"type":")" + good + R"("})");
    app.send("seen " + good);
    QTRY_COMPARE(app.messages().size(), 3);
    seen += m_server->get(u"/metrics"_s, owner).body;
    seen += m_server->get(u"/api/logs?limit=10000"_s, owner).body;
    seen += m_server->get(u"/api/admin/tokens"_s, owner).body;
    seen += m_server->get(u"/api/admin/audit"_s, owner).body;
    QCOMPARE(m_server->stop(), 0);
    seen += m_server->errors();
    const QDir logs(m_server->dataDir() + u"/logs"_s);
    for (const QString &name : logs.entryList(QDir::Files)) {
        QFile file(logs.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        seen += file.readAll();
    }
    QVERIFY(seen.contains("Refused a message of d"));
    for (const QByteArray &secret : {good, bad}) {
        const QByteArray signature = secret.sliced(secret.lastIndexOf('.') + 1).last(40);
        QVERIFY2(!seen.contains(signature),
                 seen.sliced(std::max<qsizetype>(0, seen.indexOf(signature) - 300), 400));
    }
    QVERIFY(m_server->start(arguments()) >= 0);
}

QTEST_GUILESS_MAIN(JwtProgramTest)
#include "tst_program_jwt.moc"
