// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/appclient.h"
#include "tests/server/program/wiresocket.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using possync::test::AppClient;
using possync::test::ServerProcess;
using possync::test::WireSocket;

namespace {

const QHostAddress here(u"127.0.0.1"_s);
const QHostAddress elsewhere(u"127.0.0.2"_s);
const QHostAddress third(u"127.0.0.3"_s);
const QByteArray deviceFields = R"("role":"server","restaurant":"r")";

QJsonArray auditOf(const ServerProcess &server)
{
    return QJsonDocument::fromJson(
               server.get(u"/api/admin/audit?q=token%20elsewhere"_s, server.ownerToken()).body)
        .object()[u"entries"]
        .toArray();
}

/// Whether it is served; pings may come before the answer.
bool answers(WireSocket &socket)
{
    socket.sendFrame(0x81, R"({"type":"heartbeat"})");
    for (int frames = 0; frames < 5; ++frames) {
        if (socket.readFrame().second.contains("heartbeat_response"))
            return true;
    }
    return false;
}

} // namespace

/// Tokens in other hands than they were made for: docs/security.md.
class StolenTokensTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void twoPlacesAtOnceAreFlagged();
    void oneAfterTheOtherIsNobodysBusiness();
    void queriesCarryNoTokens();

private:
    /// A device that is connected from there.
    std::unique_ptr<WireSocket> device(const QByteArray &secret, const QByteArray &name,
                                       const QHostAddress &from) const;

    std::unique_ptr<ServerProcess> m_server;
};

void StolenTokensTest::init()
{
    m_server = std::make_unique<ServerProcess>(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(m_server->start(QStringList{u"--auth"_s, u"required"_s, u"--log-level"_s, u"debug"_s})
            >= 0);
}

std::unique_ptr<WireSocket> StolenTokensTest::device(const QByteArray &secret,
                                                     const QByteArray &name,
                                                     const QHostAddress &from) const
{
    auto socket = std::make_unique<WireSocket>(m_server->port(), from);
    if (socket->upgrade("/t/" + secret + "/?restaurant_id=r&device_id=" + name) != 101)
        return nullptr;
    return answers(*socket) ? std::move(socket) : nullptr;
}

void StolenTokensTest::twoPlacesAtOnceAreFlagged()
{
    const auto token = m_server->makeToken(deviceFields);
    const auto other = m_server->makeToken(deviceFields);
    const auto till = device(token.secret, "till", here);
    QVERIFY(till);
    // Of one place any number; of two places two tokens.
    QVERIFY(device(token.secret, "till", here));
    QVERIFY(device(other.secret, "kitchen", elsewhere));
    const auto thief = device(token.secret, "till", elsewhere);
    QVERIFY(thief);
    QTRY_COMPARE(auditOf(*m_server).size(), 1);
    const QJsonObject entry = auditOf(*m_server)[0].toObject();
    QCOMPARE(entry[u"actor"].toString().toLatin1(), token.id);
    QCOMPARE(entry[u"address"].toString(), u"127.0.0.2"_s);
    QCOMPARE(entry[u"restaurant"].toString(), u"r"_s);
    QVERIFY(entry[u"target"].toString().contains(u"till"));
    QVERIFY(entry[u"target"].toString().contains(u"127.0.0.1"));
    QCOMPARE(entry[u"outcome"].toString(), u"both_served"_s);
    const QByteArray logs = m_server->get(u"/api/logs"_s, m_server->ownerToken()).body;
    QVERIFY2(logs.contains("The token " + token.id + " is in use at 127.0.0.1 and at 127.0.0.2"),
             logs);
    // Both are served until somebody revokes it, and then neither is.
    QVERIFY(answers(*till) && answers(*thief));
    // However often it is tried, the log of audits stays small.
    for (int i = 0; i < 30; ++i)
        QVERIFY(device(token.secret, "till", third));
    QTRY_VERIFY(auditOf(*m_server).size() >= 2);
    QVERIFY(auditOf(*m_server).size() <= 4);
    QCOMPARE(m_server
                 ->post(u"/api/admin/tokens/"_s + QString::fromLatin1(token.id) + u"/revoke"_s,
                        "{}", m_server->ownerToken())
                 .status,
             200);
    QCOMPARE(till->readCloseCode(20'000), 4403);
    QCOMPARE(thief->readCloseCode(20'000), 4403);
}

void StolenTokensTest::oneAfterTheOtherIsNobodysBusiness()
{
    const auto token = m_server->makeToken(deviceFields);
    for (const QHostAddress &place : {here, elsewhere, third, here}) {
        const auto tablet = device(token.secret, "till", place);
        QVERIFY(tablet);
        tablet->socket().disconnectFromHost();
        // Gone for the server, too, which closes its end then.
        QVERIFY(tablet->socket().state() == QAbstractSocket::UnconnectedState
                || tablet->socket().waitForDisconnected(20'000));
        QTRY_VERIFY_WITH_TIMEOUT(
            m_server->get(u"/api/health"_s).body.contains(R"("totalConnections":0)"), 20'000);
    }
    QCOMPARE(auditOf(*m_server).size(), 0);
}

void StolenTokensTest::queriesCarryNoTokens()
{
    const auto token = m_server->makeToken(deviceFields);
    for (const char *name : {"token", "access_token", "auth", "authorization", "t", "api_key"}) {
        const QByteArray query = QByteArray(name) + '=' + token.secret;
        QCOMPARE(m_server->get(QString::fromLatin1("/api/restaurants?" + query)).status, 401);
        QCOMPARE(WireSocket(m_server->port())
                     .upgrade("/?restaurant_id=r&device_id=d&" + query),
                 401);
        QCOMPARE(WireSocket(m_server->port())
                     .upgrade("/?" + query + "&restaurant_id=r",
                              "Sec-WebSocket-Protocol: possync.v2\r\n"),
                 401);
        const auto posted =
            m_server->post(QString::fromLatin1("/api/sync?" + query),
                           R"({"restaurant_id":"r","device_id":"d","changes":[]})");
        QCOMPARE(posted.status, 401);
        QVERIFY(!posted.body.contains(token.secret.last(40)));
    }
    // Beside a good one it is no second one, and what is written down of it all is not the secret.
    QCOMPARE(m_server
                 ->get(QString::fromLatin1("/api/restaurants?token=x" + token.secret), token.secret)
                 .status,
             200);
    const QByteArray owner = m_server->ownerToken();
    QByteArray seen = m_server->get(u"/metrics"_s, owner).body;
    seen += m_server->get(u"/api/logs?limit=10000"_s, owner).body;
    seen += m_server->get(u"/api/admin/audit?limit=1000"_s, owner).body;
    QCOMPARE(m_server->stop(), 0);
    seen += m_server->errors();
    const QDir logs(m_server->dataDir() + u"/logs"_s);
    for (const QString &name : logs.entryList(QDir::Files)) {
        QFile file(logs.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        seen += file.readAll();
    }
    QVERIFY(seen.contains("token_required"));
    QVERIFY(!seen.contains(token.secret.last(40)));
}

QTEST_GUILESS_MAIN(StolenTokensTest)
#include "tst_program_stolen.moc"
