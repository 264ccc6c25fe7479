// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/serverprocess.h"
#include "tests/server/program/wiresocket.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using possync::test::ServerProcess;
using possync::test::WireSocket;

namespace {

const QByteArray policy = "[server]\nauth = 'local'\n[access]\n"
                          "allowed_origins = ['https://ok.example', 'http://ok.example:8080']\n"
                          "allowed_hosts = ['pos.example.com']\n";

QByteArray request(const QByteArray &target, const QByteArray &fields)
{
    return "GET " + target + " HTTP/1.1\r\nConnection: close\r\n" + fields + "\r\n";
}

QByteArray answerTo(const ServerProcess &server, const QByteArray &target, const QByteArray &fields)
{
    WireSocket socket(server.port());
    socket.send(request(target, fields));
    return socket.readUntilClosed();
}

int statusTo(const ServerProcess &server, const QByteArray &target, const QByteArray &fields)
{
    return answerTo(server, target, fields).mid(9, 3).toInt();
}

const QByteArray deviceTarget = "/?restaurant_id=r&device_id=d";

} // namespace

/// Web pages and proxies at the door; docs/protocol.md, "Access".
class DoorTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void webPagesNeedAnAllowedOrigin_data();
    void webPagesNeedAnAllowedOrigin();
    void rebindingIsRefused_data();
    void rebindingIsRefused();
    void openServersTakeAllPages();
    void proxiesAreNotAtHome();
    void forwardedAddressesAreBelievedOfTrustedProxiesOnly();
    void badPoliciesAreNamed_data();
    void badPoliciesAreNamed();

private:
    static ServerProcess &home();
};

ServerProcess &DoorTest::home()
{
    static ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM), policy);
    if (server.port() == 0)
        server.start({u"--auth"_s, u"local"_s});
    return server;
}

void DoorTest::webPagesNeedAnAllowedOrigin_data()
{
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char *origin, bool allowed) {
        QTest::newRow(origin) << QByteArray(origin) << allowed;
    };
    row("https://ok.example", true);
    row("HTTPS://OK.Example", true);
    row("http://ok.example:8080", true);
    row("http://localhost:3000", true); // the Host it asks: its own page
    row("http://ok.example", false);
    row("https://ok.example:8443", false);
    row("https://ok.example.evil", false);
    row("https://evil-ok.example", false);
    row("https://a.ok.example", false);
    row("https://evil.example/https://ok.example", false);
    row("https://ok.example@evil.example", false);
    row("https://ok.example ", true); // space around a value is not part of it
    row("https://ok.example https://evil.example", false);
    row("null", false);
    row("file://", false);
    row("http://localhost", false);
    row("*", false);
    row("x", false);
}

void DoorTest::webPagesNeedAnAllowedOrigin()
{
    QFETCH(QByteArray, origin);
    QFETCH(bool, allowed);
    ServerProcess &server = home();
    const QByteArray fields = "Host: localhost:3000\r\nOrigin: " + origin + "\r\n";
    WireSocket socket(server.port());
    QCOMPARE(
        socket.upgrade(deviceTarget, "Origin: " + origin.replace("localhost:3000", "x") + "\r\n"),
        allowed ? 101 : 403);
    // Without a token a page could borrow this computer for plain requests as well.
    const QByteArray answer = answerTo(server, "/api/restaurants", fields);
    QCOMPARE(answer.mid(9, 3).toInt(), allowed ? 200 : 403);
    QCOMPARE(answer.contains("\"origin_not_allowed\""), !allowed);
    QCOMPARE(statusTo(server, "/api/health", fields), 200);
    // With one it borrows nothing; only WebSockets are kept to the list.
    const auto token = server.makeToken(R"("role":"server","restaurant":"r")");
    QCOMPARE(statusTo(server, "/t/" + token.secret + "/api/restaurants", fields), 200);
    QCOMPARE(WireSocket(server.port())
                 .upgrade("/t/" + token.secret + deviceTarget, "Origin: " + origin + "\r\n"),
             allowed ? 101 : 403);
}

void DoorTest::rebindingIsRefused_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char *host, bool allowed) {
        QTest::newRow(host) << QByteArray(host) << allowed;
    };
    row("localhost", true);
    row("localhost:3000", true);
    row("LocalHost.", true);
    row("pos.localhost:3000", true);
    row("127.0.0.1:3000", true);
    row("192.168.1.20", true);
    row("[::1]:3000", true);
    row("backoffice:3000", true);
    row("pos.example.com", true);
    row("POS.example.com.:3000", true);
    row("evil.example", false);
    row("evil.example:3000", false);
    row("evil.example.", false);
    row("localhost.evil.example", false);
    row("127.0.0.1.evil.example", false);
    row("pos.example.com.evil.example", false);
    row("evilpos.example.com", false);
}

void DoorTest::rebindingIsRefused()
{
    QFETCH(QByteArray, host);
    QFETCH(bool, allowed);
    ServerProcess &server = home();
    const QByteArray fields = "Host: " + host + "\r\n";
    const QByteArray answer = answerTo(server, "/api/restaurants", fields);
    QCOMPARE(answer.mid(9, 3).toInt(), allowed ? 200 : 403);
    QCOMPARE(answer.contains("\"host_not_allowed\""), !allowed);
    // The page's own origin does not help it.
    QCOMPARE(statusTo(server, "/api/restaurants", fields + "Origin: http://" + host + "\r\n"),
             allowed ? 200 : 403);
    const auto token = server.makeToken(R"("role":"server","restaurant":"r")");
    QCOMPARE(statusTo(server, "/t/" + token.secret + "/api/restaurants", fields), 200);
}

void DoorTest::openServersTakeAllPages()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start() >= 0);
    const QByteArray fields = "Host: evil.example\r\nOrigin: http://evil.example\r\n";
    QCOMPARE(statusTo(server, "/api/restaurants", fields), 200);
    QCOMPARE(server.stop(), 0);
}

void DoorTest::proxiesAreNotAtHome()
{
    ServerProcess &server = home();
    const QByteArray host = "Host: localhost\r\n";
    QCOMPARE(statusTo(server, "/api/restaurants", host), 200);
    for (const QByteArray &field :
         {QByteArray("X-Forwarded-For: 127.0.0.1"), QByteArray("Forwarded: for=127.0.0.1"),
          QByteArray("X-Real-IP: 127.0.0.1"), QByteArray("Via: 1.1 proxy")})
        QCOMPARE(statusTo(server, "/api/restaurants", host + field + "\r\n"), 401);
    const auto token = server.makeToken(R"("role":"server","restaurant":"r")");
    QCOMPARE(statusTo(server, "/t/" + token.secret + "/api/restaurants",
                      host + "X-Forwarded-For: 203.0.113.7\r\n"),
             200);
}

void DoorTest::forwardedAddressesAreBelievedOfTrustedProxiesOnly()
{
    const auto addressSeen = [](const QByteArray &proxies, const QByteArray &fields) {
        ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM),
                             "[access]\ntrusted_proxies = [" + proxies + "]\n");
        if (server.start({u"--auth"_s, u"required"_s}) < 0)
            return QByteArray("no start");
        const auto token = server.makeToken(R"("role":"server","restaurant":"r")");
        WireSocket socket(server.port());
        if (socket.upgrade("/t/" + token.secret + deviceTarget, fields) != 101)
            return QByteArray("no upgrade");
        const auto address = [&] {
            const auto answer = server.get(u"/api/restaurants/r/devices"_s, server.ownerToken());
            return QJsonDocument::fromJson(answer.body)[u"devices"][0][u"address"].toString();
        };
        (void)QTest::qWaitFor([&] { return !address().isEmpty(); });
        return address().toLatin1();
    };
    QVERIFY(addressSeen("", "X-Forwarded-For: 203.0.113.7\r\n").startsWith("127.0.0.1:"));
    QVERIFY(
        addressSeen("'10.0.0.0/8'", "X-Forwarded-For: 203.0.113.7\r\n").startsWith("127.0.0.1:"));
    QCOMPARE(addressSeen("'127.0.0.1'", "X-Forwarded-For: 203.0.113.7\r\n"),
             QByteArray("203.0.113.7"));
    // What stands further left the client may have made up.
    QCOMPARE(
        addressSeen("'127.0.0.1', '10.0.0.0/8'",
                    "X-Forwarded-For: 127.0.0.1, 203.0.113.7\r\nX-Forwarded-For: 10.1.2.3\r\n"),
        QByteArray("203.0.113.7"));
    QCOMPARE(addressSeen("'127.0.0.0/8'", "X-Forwarded-For: 2001:db8::1\r\n"),
             QByteArray("2001:db8::1"));
}

void DoorTest::badPoliciesAreNamed_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("proxy") << QByteArray("trusted_proxies = ['proxy.example']")
                           << QByteArray("\"proxy.example\" is no address");
    QTest::newRow("origin without scheme") << QByteArray("allowed_origins = ['ok.example']")
                                           << QByteArray("\"ok.example\" is no origin");
    QTest::newRow("origin with path") << QByteArray("allowed_origins = ['https://ok.example/']")
                                      << QByteArray("\"https://ok.example/\" is no origin");
}

void DoorTest::badPoliciesAreNamed()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, said);
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM), "[access]\n" + line + '\n');
    QCOMPARE(server.start(), -1);
    QCOMPARE(server.stop(), 2);
    QVERIFY(server.errors().contains(said));
}

QTEST_GUILESS_MAIN(DoorTest)
#include "tst_program_door.moc"
