// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/serverprocess.h"
#include "tests/server/program/wiresocket.h"

#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QTest>
#include <sys/socket.h>

using possync::test::ServerProcess;
using possync::test::WireSocket;

/// docs/protocol.md, "HTTP" and "Limits", against the real program.
class HttpGateTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void answersWithStatus_data();
    void answersWithStatus();
    void refusesAndCloses_data();
    void refusesAndCloses();
    void answersInOrder();
    void answersWhoSendsNoMore_data();
    void answersWhoSendsNoMore();
    void takesChunkedBodies();
    void invitesTheBody();
    void cutsSlowRequests();
    void blankLinesAreNoRequest();
    void heldBodiesAreBounded();
    void unreadAnswersAreBounded();
    void slowReadersGetTheWholeAnswer();
    void survivesRandomBytes();
    void givesDescriptorsBack();

private:
    qsizetype openDescriptors() const
    {
        return QDir(QStringLiteral("/proc/%1/fd").arg(m_server.pid()))
            .entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System)
            .size();
    }

    ServerProcess m_server{QStringLiteral(POSSYNC_SERVER_PROGRAM),
                           "[limits]\nhead_seconds = 1\nbody_seconds = 1\nidle_seconds = 1\n"};
};

void HttpGateTest::initTestCase()
{
    QVERIFY(m_server.start() >= 0);
}

void HttpGateTest::cleanupTestCase()
{
    QCOMPARE(m_server.stop(), 0);
}

void HttpGateTest::answersWithStatus_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<int>("status");
    QTest::newRow("health") << QByteArray("GET /api/health HTTP/1.1\r\nHost: x\r\n") << 200;
    QTest::newRow("trailing slash")
        << QByteArray("GET /api/restaurants/ HTTP/1.1\r\nHost: x\r\n") << 200;
    QTest::newRow("token in the path")
        << QByteArray("GET /t/secret/api/health HTTP/1.1\r\nHost: x\r\n") << 200;
    QTest::newRow("HEAD") << QByteArray("HEAD /api/health HTTP/1.1\r\nHost: x\r\n") << 200;
    QTest::newRow("preflight") << QByteArray(
        "OPTIONS /api/sync HTTP/1.1\r\nHost: x\r\nOrigin: http://a\r\n")
                               << 204;
    QTest::newRow("HTTP/1.0") << QByteArray("GET /api/health HTTP/1.0\r\n") << 200;
    QTest::newRow("unknown path") << QByteArray("GET /api/nothing HTTP/1.1\r\nHost: x\r\n") << 404;
    QTest::newRow("wrong method") << QByteArray("GET /api/sync HTTP/1.1\r\nHost: x\r\n") << 405;
    QTest::newRow("unknown restaurant")
        << QByteArray("GET /api/restaurants/none/data HTTP/1.1\r\nHost: x\r\n") << 404;
    QTest::newRow("status of an unknown restaurant")
        << QByteArray("GET /api/restaurants/none/status HTTP/1.1\r\nHost: x\r\n") << 200;
    QTest::newRow("bad page") << QByteArray(
        "GET /api/restaurants/none/changes?since=x HTTP/1.1\r\nHost: x\r\n")
                              << 400;
    QTest::newRow("metrics") << QByteArray("GET /metrics HTTP/1.1\r\nHost: x\r\n") << 200;
    QTest::newRow("description") << QByteArray("GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n")
                                 << 200;
    // QHttpServer would take what follows for a host, and the rest for the path.
    QTest::newRow("two slashes") << QByteArray("GET //x/api/health HTTP/1.1\r\nHost: x\r\n") << 404;
    QTest::newRow("two slashes behind a token")
        << QByteArray("GET /t/a//x/api/health HTTP/1.1\r\nHost: x\r\n") << 404;
    QTest::newRow("two slashes, nothing in the audit log")
        << QByteArray("POST //x/api/admin/verify HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n")
        << 404;
    QTest::newRow("id not UTF-8") << QByteArray(
        "GET /api/restaurants/%ff/status HTTP/1.1\r\nHost: x\r\n")
                                  << 400;
    QTest::newRow("id with U+0000")
        << QByteArray("GET /api/restaurants/a%00/status HTTP/1.1\r\nHost: x\r\n") << 400;
    QTest::newRow("id half a character")
        << QByteArray("GET /api/restaurants/%c3/status HTTP/1.1\r\nHost: x\r\n") << 400;
    QTest::newRow("id beyond ASCII")
        << QByteArray("GET /api/restaurants/%c3%a9/status HTTP/1.1\r\nHost: x\r\n") << 200;
    QTest::newRow("empty sync") << QByteArray(
        "POST /api/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n")
                                << 400;
    QTest::newRow("form data") << QByteArray("POST /api/sync HTTP/1.1\r\nHost: x\r\nContent-Type: "
                                             "multipart/form-data\r\nContent-Length: 0\r\n")
                               << 415;
}

void HttpGateTest::answersWithStatus()
{
    QFETCH(QByteArray, head);
    QFETCH(int, status);
    WireSocket socket(m_server.port());
    socket.send(head + "Connection: close\r\n\r\n");
    const QByteArray answer = socket.readUntilClosed();
    QCOMPARE(answer.mid(9, 3).toInt(), status);
    QVERIFY(answer.contains("Access-Control-Allow-Origin: *"));
    if (status >= 400)
        QVERIFY2(answer.contains("\"code\":"), answer.constData());
    if (head.startsWith("HEAD"))
        QVERIFY(answer.endsWith("\r\n\r\n"));
}

void HttpGateTest::refusesAndCloses_data()
{
    // Each would hide a second request from one of two readers, or should never be taken.
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("status");
    const QByteArray hidden = "GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n";
    const auto row = [&](const QByteArray &name, const QByteArray &text, int status) {
        QTest::newRow(name.constData()) << text + hidden << status;
    };
    const QByteArray post = "POST /api/sync HTTP/1.1\r\nHost: x\r\n";
    const QByteArray get = "GET /api/health HTTP/1.1\r\nHost: x\r\n";
    row("two lengths", post + "Content-Length: 0\r\nContent-Length: 40\r\n\r\n", 400);
    row("equal lengths", post + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n", 400);
    row("length list", post + "Content-Length: 0, 0\r\n\r\n", 400);
    row("length 2^64-1", post + "Content-Length: 18446744073709551615\r\n\r\n", 400);
    row("negative length", post + "Content-Length: -5\r\n\r\n", 400);
    row("length not a number", post + "Content-Length: abc\r\n\r\n", 400);
    row("length with sign", post + "Content-Length: +4\r\n\r\n", 400);
    row("length and chunked",
        post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
    row("xchunked", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400);
    row("gzip, chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400);
    row("chunked twice",
        post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
    row("space before colon", get + "X : y\r\n\r\n", 400);
    row("no colon", get + "nonsense\r\n\r\n", 400);
    row("folded field", get + "X: y\r\n z\r\n\r\n", 400);
    row("bare LF", "GET /api/health HTTP/1.1\nHost: x\n\n", 400);
    row("NUL", get + QByteArray("X: a\0b\r\n\r\n", 10), 400);
    row("bare CR", get + "X: a\rb\r\n\r\n", 400);
    row("no Host", "GET /api/health HTTP/1.1\r\n\r\n", 400);
    row("two Hosts", get + "Host: y\r\n\r\n", 400);
    for (const char *field : {"Authorization", "Origin", "Content-Type", "Sec-WebSocket-Key",
                              "Sec-WebSocket-Version"}) {
        const QByteArray line = QByteArray(field) + ": x\r\n";
        row("two of " + QByteArray(field), get + line + line + "\r\n", 400);
    }
    row("WebSocket over HTTP/1.0",
        "GET /?restaurant_id=r&device_id=d HTTP/1.0\r\nHost: x\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n",
        400);
    row("absolute target", "GET http://x/api/health HTTP/1.1\r\nHost: x\r\n\r\n", 400);
    row("bad percent", "GET /api/%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400);
    row("not HTTP", "GET /api/health HTTPXYZW\r\nHost: x\r\n\r\n", 400);
    row("HTTP/9.9", "GET /api/health HTTP/9.9\r\nHost: x\r\n\r\n", 505);
    row("TRACE", "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 405);
    row("unknown method", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501);
    row("unknown Expect", post + "Expect: tea\r\nContent-Length: 0\r\n\r\n", 417);
    row("compressed body", post + "Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", 415);
    row("body too large", post + "Content-Length: 9000000\r\n\r\n", 413);
    row("too many fields", get + QByteArray("X: y\r\n").repeated(100) + "\r\n", 431);
    row("head too large", get + "X: " + QByteArray(20000, 'a') + "\r\n\r\n", 431);
    row("request line too long", "GET /" + QByteArray(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n",
        414);
    const QByteArray chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
    row("chunk size not hex", chunked + "zz\r\n", 400);
    row("negative chunk", chunked + "-1\r\n", 400);
    row("huge chunk", chunked + "ffffffffffffffff\r\n", 400);
    row("chunk above limit", chunked + "7fffffff\r\n", 413);
    row("chunk extension", chunked + "1;x=y\r\na\r\n0\r\n\r\n", 400);
    row("trailer", chunked + "0\r\nX: y\r\n\r\n", 400);
    row("chunk without end", chunked + "1\r\nabc\r\n", 400);
}

void HttpGateTest::refusesAndCloses()
{
    QFETCH(QByteArray, text);
    QFETCH(int, status);
    WireSocket socket(m_server.port());
    socket.send(text);
    const QByteArray answer = socket.readUntilClosed();
    QCOMPARE(answer.mid(9, 3).toInt(), status);
    QCOMPARE(answer.count("Connection: "), 1);
    QVERIFY(answer.contains("\"code\":"));
    QVERIFY(socket.waitClosed(3'000));
    QCOMPARE(m_server.get(QStringLiteral("/api/health")).status, 200);
}

void HttpGateTest::answersInOrder()
{
    WireSocket socket(m_server.port());
    QByteArray requests;
    for (int i = 0; i < 20; ++i)
        requests += "GET /api/restaurants/r" + QByteArray::number(i)
                    + "/status HTTP/1.1\r\nHost: x\r\n\r\n";
    socket.send(requests + "GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const QByteArray answers = socket.readUntilClosed();
    qsizetype at = 0;
    for (int i = 0; i < 20; ++i) {
        at = answers.indexOf("\"restaurant_id\":\"r" + QByteArray::number(i) + '"', at);
        QVERIFY(at >= 0);
    }
    QCOMPARE(answers.count("HTTP/1.1 200"), 21);
}

void HttpGateTest::answersWhoSendsNoMore_data()
{
    QTest::addColumn<QByteArray>("requests");
    QTest::addColumn<int>("answers");
    const QByteArray body =
        R"({"restaurant_id":"r","device_id":"closing","changes":[{"data_type":"orders",)"
        R"("action":"created","data":{"id":"closing"},"change_id":"closing"}]})";
    const QByteArray post =
        "POST /api/sync HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Content-Length: "
        + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    const QByteArray large = "GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n";
    QTest::newRow("answer of another thread") << post << 1;
    QTest::newRow("several") << post + large + post << 3;
    QTest::newRow("more than the system's buffers hold") << large.repeated(300) << 300;
    QTest::newRow("half a request behind") << post + post.chopped(10) << 1;
    QTest::newRow("half a head behind") << post + "GET /api/hea" << 1;
}

void HttpGateTest::answersWhoSendsNoMore()
{
    QFETCH(QByteArray, requests);
    QFETCH(int, answers);
    WireSocket socket(m_server.port());
    socket.send(requests);
    QCOMPARE(::shutdown(static_cast<int>(socket.socket().socketDescriptor()), SHUT_WR), 0);
    const QByteArray all = socket.readUntilClosed(20'000);
    QCOMPARE(all.count("HTTP/1.1 200 OK\r\n"), answers);
    QCOMPARE(all.count("HTTP/1.1 "), answers);
    QVERIFY(all.trimmed().endsWith('}'));
    // And the connection is over then.
    QCOMPARE(socket.socket().state(), QAbstractSocket::UnconnectedState);
}

void HttpGateTest::takesChunkedBodies()
{
    WireSocket socket(m_server.port());
    socket.send("POST /api/sync HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                "Transfer-Encoding: chunked\r\n\r\n1b\r\n{\"restaurant_id\":\"r\",\"chang\r\nc\r\n"
                "es\":    [] }\r\n0\r\n\r\n");
    const QByteArray answer = socket.readUntilClosed();
    QCOMPARE(answer.mid(9, 3).toInt(), 200);
    QVERIFY(answer.contains("\"synced_changes\":0"));
}

void HttpGateTest::invitesTheBody()
{
    WireSocket socket(m_server.port());
    socket.send("POST /api/sync HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                "Expect: 100-continue\r\nContent-Length: 34\r\n\r\n");
    QVERIFY(socket.readAtLeast(20).startsWith("HTTP/1.1 100 "));
    socket.send("{\"restaurant_id\":\"r\",\"changes\":[]}");
    QCOMPARE(socket.readUntilClosed().mid(9, 3).toInt(), 200);
}

void HttpGateTest::cutsSlowRequests()
{
    WireSocket silent(m_server.port());
    WireSocket slowHead(m_server.port());
    slowHead.send("GET /api/he");
    WireSocket slowBody(m_server.port());
    slowBody.send("POST /api/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{");
    QVERIFY(silent.waitClosed(8'000));
    QVERIFY(slowHead.waitClosed(8'000));
    QVERIFY(slowBody.waitClosed(8'000));
}

void HttpGateTest::blankLinesAreNoRequest()
{
    // Whole ones, and halves, each well within the second that a head may take.
    const QByteArrayList whole{"\r\n"};
    const QByteArrayList halves{"\r", "\n"};
    for (const QByteArrayList &pieces : {whole, halves}) {
        WireSocket idle(m_server.port());
        bool isClosed = false;
        for (int i = 0; i < 100 && !isClosed; ++i) {
            idle.send(pieces[i % pieces.size()]);
            isClosed = idle.waitClosed(200);
        }
        QVERIFY(isClosed);
    }
    WireSocket patient(m_server.port());
    patient.send("\r\n\r\nGET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    QCOMPARE(patient.readUntilClosed().mid(9, 3).toInt(), 200);
}

void HttpGateTest::heldBodiesAreBounded()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start() >= 0);
    constexpr qsizetype size = 8 * 1024 * 1024;
    const QByteArray head = "POST /api/sync HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                            "Content-Type: application/json\r\nContent-Length: ";
    const QByteArray most(size - 1, ' ');
    // 256 MiB are 32 of them; each holds its last byte back.
    std::vector<std::unique_ptr<WireSocket>> holders;
    QByteArray refusal;
    while (refusal.isEmpty() && holders.size() < 40) {
        WireSocket &socket = *holders.emplace_back(std::make_unique<WireSocket>(server.port()));
        socket.socket().write(head + QByteArray::number(size) + "\r\n\r\n" + most);
        while (socket.socket().bytesToWrite() > 0 && socket.socket().waitForBytesWritten(20'000)
               && socket.socket().bytesAvailable() == 0) {
        }
        if (holders.size() > 32)
            refusal = socket.readUntilClosed(20'000);
    }
    QVERIFY2(refusal.startsWith("HTTP/1.1 503 "), refusal.constData());
    QVERIFY2(refusal.contains("\"busy\"") && refusal.contains("Retry-After: 5"),
             refusal.constData());
    const auto post = [&](qsizetype filling) {
        const QByteArray body =
            R"({"restaurant_id":"r","device_id":"d","changes":[]})" + QByteArray(filling, ' ');
        WireSocket socket(server.port());
        socket.send(head + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        return socket.readUntilClosed(20'000).mid(9, 3).toInt();
    };
    QCOMPARE(post(1'000), 200); // what devices post goes on
    holders.clear();
    QTRY_COMPARE_WITH_TIMEOUT(post(4'000'000), 200, 20'000);
    QCOMPARE(server.stop(), 0);
}

void HttpGateTest::unreadAnswersAreBounded()
{
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start() >= 0);
    const auto residentBytes = [&] {
        QFile file(QStringLiteral("/proc/%1/statm").arg(server.pid()));
        return file.open(QIODevice::ReadOnly)
                   ? file.readAll().split(' ').value(1).toLongLong() * 4096
                   : 0;
    };
    const qint64 before = residentBytes();
    QVERIFY(before > 0);
    // A thousand requests fit into one packet or two; their answers are 37 MB.
    constexpr int requests = 1000;
    const QByteArray one = "GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n";
    std::vector<std::unique_ptr<WireSocket>> readers;
    for (int i = 0; i < 20; ++i) {
        readers.push_back(std::make_unique<WireSocket>(server.port()));
        readers.back()->send((one + "\r\n").repeated(requests - 1) + one
                             + "Connection: close\r\n\r\n");
    }
    QCOMPARE(server.get(QStringLiteral("/api/health")).status, 200);
    const qint64 grown = residentBytes() - before;
    QVERIFY2(grown < 200'000'000, QByteArray::number(grown));
    // Who reads in the end gets all of it.
    const QByteArray all = readers.front()->readUntilClosed(20'000);
    QCOMPARE(all.count("HTTP/1.1 200 OK\r\n"), requests);
    QVERIFY(all.trimmed().endsWith('}'));
}

void HttpGateTest::slowReadersGetTheWholeAnswer()
{
    // More than the system's buffers hold, so that much of it waits in the server.
    const QByteArray pad(1000, 'x');
    for (int batch = 0; batch < 4; ++batch) {
        QByteArrayList changes;
        for (int i = 0; i < 7000; ++i) {
            const QByteArray id = QByteArray::number(batch) + '-' + QByteArray::number(i);
            changes.append(R"({"data_type":"orders","action":"created","data":{"id":")" + id
                           + R"(","pad":")" + pad + R"("},"change_id":")" + id + R"("})");
        }
        QCOMPARE(m_server
                     .post(QStringLiteral("/api/sync"),
                           R"({"restaurant_id":"big","device_id":"d","changes":[)"
                               + changes.join(',') + "]}")
                     .status,
                 200);
    }
    const QByteArray get = "GET /api/restaurants/big/data HTTP/1.1\r\nHost: x\r\n";
    WireSocket kept(m_server.port()), last(m_server.port());
    kept.send(get + "\r\n");
    last.send(get + "Connection: close\r\n\r\n");
    // Longer than anybody may be idle, and than a connection that is over may linger.
    for (int i = 0; i < 5; ++i) {
        WireSocket idle(m_server.port());
        QVERIFY(idle.waitClosed(10'000));
    }
    for (WireSocket *reader : {&kept, &last}) {
        const QByteArray answer = reader->readUntilClosed(20'000);
        QVERIFY(answer.size() > 28'000'000);
        QVERIFY(answer.endsWith('}'));
    }
}

void HttpGateTest::survivesRandomBytes()
{
    QRandomGenerator random(20260101);
    for (int i = 0; i < 300; ++i) {
        QByteArray noise(1 + random.bounded(400), 0);
        for (char &byte : noise)
            byte = static_cast<char>(random.bounded(256));
        if (i % 3 == 0)
            noise.prepend("GET / HTTP/1.1\r\n");
        WireSocket socket(m_server.port());
        socket.send(noise);
        socket.socket().abort();
    }
    QCOMPARE(m_server.get(QStringLiteral("/api/health")).status, 200);
}

void HttpGateTest::givesDescriptorsBack()
{
    QTRY_VERIFY_WITH_TIMEOUT(openDescriptors() < 60, 10'000);
    const qsizetype before = openDescriptors();
    for (int i = 0; i < 1000; ++i) {
        WireSocket socket(m_server.port());
        if (i % 2)
            socket.send("GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n");
        socket.socket().abort();
    }
    QTRY_VERIFY_WITH_TIMEOUT(openDescriptors() <= before + 2, 10'000);
}

QTEST_GUILESS_MAIN(HttpGateTest)
#include "tst_program_http.moc"
