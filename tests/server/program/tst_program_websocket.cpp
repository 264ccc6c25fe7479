// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/appclient.h"
#include "tests/server/program/serverprocess.h"
#include "tests/server/program/wiresocket.h"

#include <QTest>

using possync::test::AppClient;
using possync::test::ServerProcess;
using possync::test::WireSocket;

namespace {

const QByteArray heartbeat = R"({"type":"heartbeat","device_id":"raw","restaurant_id":"r"})";

QByteArray masked(quint8 first, const QByteArray &payload)
{
    return WireSocket::frame(first, payload);
}

} // namespace

/// RFC 6455 as the server keeps it, against the real program.
class WebSocketTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void handshake_data();
    void handshake();
    void closesWithCode_data();
    void closesWithCode();
    void answersAfter_data();
    void answersAfter();
    void echoesPings();
    void keepsNothingOfWhatIsTooLong();
    void cutsWhoNeverReads();
    void findsSilentPeers();

private:
    ServerProcess m_server{QStringLiteral(POSSYNC_SERVER_PROGRAM),
                           "[limits]\nping_seconds = 2\npong_seconds = 1\n"};
};

void WebSocketTest::initTestCase()
{
    QVERIFY(m_server.start() >= 0);
}

void WebSocketTest::cleanupTestCase()
{
    QCOMPARE(m_server.stop(), 0);
}

void WebSocketTest::handshake_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("fields");
    QTest::addColumn<int>("status");
    const QByteArray target = "/?restaurant_id=r&device_id=d";
    const QByteArray good =
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n";
    QTest::newRow("as it should be") << target << good << 101;
    QTest::newRow("any path") << QByteArray("/ws/deep?device_id=d&restaurant_id=r") << good << 101;
    QTest::newRow("encoded ids") << QByteArray("/?device_id=a%20b&restaurant_id=oh+bombay") << good
                                 << 101;
    QTest::newRow("token in the path")
        << QByteArray("/t/abc?device_id=d&restaurant_id=r") << good << 101;
    QTest::newRow("no restaurant") << QByteArray("/?device_id=d") << good << 400;
    QTest::newRow("empty restaurant") << QByteArray("/?device_id=d&restaurant_id=") << good << 400;
    QTest::newRow("no device") << QByteArray("/?restaurant_id=r") << good << 400;
    QTest::newRow("id too long") << "/?device_id=d&restaurant_id=" + QByteArray(300, 'a') << good
                                 << 400;
    QTest::newRow("id not UTF-8") << QByteArray("/?device_id=d&restaurant_id=%ff") << good << 400;
    QTest::newRow("id with U+0000") << QByteArray("/?device_id=%00&restaurant_id=r") << good << 400;
    QTest::newRow("user not UTF-8") << target + "&user_id=%ff" << good << 400;
    QTest::newRow("user too long") << target + "&user_id=" + QByteArray(257, 'u') << good << 400;
    QTest::newRow("longest user") << target + "&user_id=" + QByteArray(256, 'u') << good << 101;
    QByteArray bad = good;
    QTest::newRow("short key") << target << bad.replace("AAAAAAAAAAAAAAAAAAAAAA==", "AAAA") << 400;
    bad = good;
    QTest::newRow("no key") << target
                            << bad.replace("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n", "")
                            << 400;
    bad = good;
    QTest::newRow("version 8") << target << bad.replace("13", "8") << 426;
    bad = good;
    QTest::newRow("no Connection: Upgrade")
        << target << bad.replace("Connection: Upgrade", "Connection: close") << 400;
    QTest::newRow("with a body") << target << good + "Content-Length: 5\r\n" << 400;
}

void WebSocketTest::handshake()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, fields);
    QFETCH(int, status);
    WireSocket socket(m_server.port());
    socket.send("GET " + target + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n");
    const QByteArray answer = socket.readAtLeast(20);
    QCOMPARE(answer.mid(9, 3).toInt(), status);
    // RFC 6455 §1.3's algorithm for this key.
    QCOMPARE(answer.contains("Sec-WebSocket-Accept: "), status == 101);
}

void WebSocketTest::closesWithCode_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    const auto row = [](const QByteArray &name, const QByteArray &bytes, int code) {
        QTest::newRow(name.constData()) << bytes << code;
    };
    row("not masked", WireSocket::frame(0x81, heartbeat, false), 1002);
    for (const int bit : {0x40, 0x20, 0x10})
        row("reserved bit " + QByteArray::number(bit, 16),
            masked(static_cast<quint8>(0x81 | bit), heartbeat), 1002);
    for (quint8 opcode = 3; opcode <= 7; ++opcode)
        row("opcode " + QByteArray::number(opcode), masked(static_cast<quint8>(0x80 | opcode), "x"),
            1002);
    for (quint8 opcode = 11; opcode <= 15; ++opcode)
        row("opcode " + QByteArray::number(opcode), masked(static_cast<quint8>(0x80 | opcode), "x"),
            1002);
    row("length not minimal, 16 bit", QByteArray("\x81\xfe\x00\x05\x01\x02\x03\x04", 8) + "abcde",
        1002);
    row("length not minimal, 64 bit", QByteArray("\x81\xff\0\0\0\0\0\0\x01\0\x01\x02\x03\x04", 14),
        1002);
    row("length with top bit", QByteArray("\x81\xff\x80\0\0\0\0\0\0\0\x01\x02\x03\x04", 14), 1002);
    row("fragmented ping", masked(0x09, "x"), 1002);
    row("ping of 126 bytes", masked(0x89, QByteArray(126, 'x')), 1002);
    row("continuation without a beginning", masked(0x80, "x"), 1002);
    row("message inside a message", masked(0x01, "a") + masked(0x81, "b"), 1002);
    row("binary", masked(0x82, "x"), 1003);
    row("bad UTF-8", masked(0x81, "\xff"), 1007);
    row("overlong UTF-8", masked(0x81, "\xc0\xaf"), 1007);
    row("UTF-8 cut short", masked(0x81, "\xe2\x82"), 1007);
    row("UTF-8 surrogate", masked(0x81, "\xed\xa0\x80"), 1007);
    row("bad UTF-8 over fragments", masked(0x01, "\xe2\x82") + masked(0x80, "x"), 1007);
    row("declared 1 MiB + 1", QByteArray("\x81\xff\0\0\0\0\0\x10\0\x01\x01\x02\x03\x04", 14), 1009);
    row("declared 1 GB", QByteArray("\x81\xff\0\0\0\0\x40\0\0\0\x01\x02\x03\x04", 14), 1009);
    row("too long over fragments",
        masked(0x01, QByteArray(600'000, 'a')) + masked(0x80, QByteArray(600'000, 'a')), 1009);
    row("fragment flood", masked(0x01, "a") + masked(0x00, "").repeated(3000), 1008);
    row("ping flood", masked(0x89, "x").repeated(500), 1008);
    row("close", masked(0x88, QByteArray("\x03\xe8", 2)), 1000);
    row("close without code", masked(0x88, ""), 1005);
    row("close with one byte", masked(0x88, "x"), 1002);
    row("close with bad reason", masked(0x88, QByteArray("\x03\xe8\xff", 3)), 1007);
    for (const int code : {1001, 1003, 1007, 1011, 3000, 4999})
        row("close code " + QByteArray::number(code),
            masked(0x88, QByteArray(1, char(code >> 8)) + char(code & 0xFF)), code);
    for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1100, 2999, 5000})
        row("close code " + QByteArray::number(code),
            masked(0x88, QByteArray(1, char(code >> 8)) + char(code & 0xFF)), 1002);
}

void WebSocketTest::closesWithCode()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    WireSocket socket(m_server.port());
    QCOMPARE(socket.upgrade(), 101);
    socket.send(bytes);
    QCOMPARE(socket.readCloseCode(), code);
    QVERIFY(socket.waitClosed(6'000));
}

void WebSocketTest::answersAfter_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("expected");
    const QByteArray response = "heartbeat_response";
    const QByteArray half = heartbeat.first(20);
    const QByteArray rest = heartbeat.sliced(20);
    QTest::newRow("plain") << masked(0x81, heartbeat) << response;
    QTest::newRow("two fragments") << masked(0x01, half) + masked(0x80, rest) << response;
    QTest::newRow("ping between fragments")
        << masked(0x01, half) + masked(0x89, "p") + masked(0x80, rest) << response;
    QTest::newRow("empty fragments")
        << masked(0x01, "") + masked(0x00, heartbeat) + masked(0x00, "") + masked(0x80, "")
        << response;
    QByteArray utf8 = heartbeat;
    utf8.replace("raw", "r\xe2\x82\xacw");
    const qsizetype inside = utf8.indexOf("\xe2") + 1;
    QTest::newRow("character split over fragments")
        << masked(0x01, utf8.first(inside)) + masked(0x80, utf8.sliced(inside)) << response;
    QTest::newRow("unasked pong") << masked(0x8A, "b12345") + masked(0x81, heartbeat) << response;
    QTest::newRow("broken JSON") << masked(0x81, "{") << QByteArray("bad_json");
    QTest::newRow("unknown type") << masked(0x81, R"({"type":"dance"})")
                                  << QByteArray("unknown_type");
    QTest::newRow("empty message") << masked(0x81, "") << QByteArray("bad_json");
    QTest::newRow("very deep") << masked(0x81, QByteArray(500'000, '[')) << QByteArray("bad_json");
    QTest::newRow("other restaurant")
        << masked(0x81, R"({"type":"heartbeat","restaurant_id":"other"})")
        << QByteArray("wrong_restaurant");
}

void WebSocketTest::answersAfter()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, expected);
    WireSocket socket(m_server.port());
    QCOMPARE(socket.upgrade(), 101);
    // Byte by byte at first, so that every border of a frame is crossed.
    const qsizetype slow = std::min<qsizetype>(bytes.size(), 40);
    for (qsizetype i = 0; i < slow; ++i)
        socket.send(bytes.sliced(i, 1));
    socket.send(bytes.sliced(slow));
    socket.sendFrame(0x81, heartbeat); // and the connection lives on
    QByteArray texts;
    while (texts.count("heartbeat_response") < (expected == "heartbeat_response" ? 2 : 1)) {
        const auto [opcode, payload] = socket.readFrame();
        QVERIFY(opcode != 0xFF && opcode != 8);
        if (opcode == 1)
            texts += payload;
    }
    QVERIFY2(texts.contains(expected), texts.constData());
}

void WebSocketTest::echoesPings()
{
    WireSocket socket(m_server.port());
    QCOMPARE(socket.upgrade(), 101);
    const QByteArray payload(125, 'p');
    socket.sendFrame(0x89, payload);
    const auto [opcode, echoed] = socket.readFrame();
    QCOMPARE(opcode, quint8(10));
    QCOMPARE(echoed, payload);
}

void WebSocketTest::keepsNothingOfWhatIsTooLong()
{
    // The longest message that is taken, relayed in frames that a Qt client can read.
    AppClient receiver(m_server, "big", "big");
    QVERIFY(receiver.join());
    WireSocket sender(m_server.port());
    QCOMPARE(sender.upgrade("/?restaurant_id=big&device_id=sender"), 101);
    const QByteArray head =
        R"({"type":"order_update","order_id":"o","action":"updated","data":{"note":")";
    const QByteArray note =
        QByteArray("\xe2\x82\xac").repeated((1024 * 1024 - head.size() - 3) / 3);
    sender.sendFrame(0x81, head + note + "\"}}");
    QTRY_COMPARE_WITH_TIMEOUT(receiver.messages().size(), 1, 10'000);
    QVERIFY(receiver.messages()[0].contains(note));
}

void WebSocketTest::cutsWhoNeverReads()
{
    WireSocket lazy(m_server.port());
    lazy.socket().setSocketOption(QAbstractSocket::ReceiveBufferSizeSocketOption, 4096);
    lazy.socket().setReadBufferSize(1);
    QCOMPARE(lazy.upgrade("/?restaurant_id=slow&device_id=lazy"), 101);
    AppClient sender(m_server, "sender", "slow");
    AppClient other(m_server, "other", "slow");
    QVERIFY(sender.join() && other.join());
    const QByteArray filling(100'000, 'x');
    for (int i = 0; i < 120; ++i) {
        sender.sendTyped("o" + QByteArray::number(i), "\"note\":\"" + filling + '"');
        QTRY_COMPARE(other.messages().size(), i + 1); // who reads is never held up
    }
    QTRY_COMPARE_WITH_TIMEOUT(
        m_server.get(QStringLiteral("/api/restaurants/slow/status")).body.contains("\"lazy\""),
        false, 15'000);
    // It comes back and gets all of it.
    AppClient back(m_server, "lazy", "slow");
    QVERIFY(back.join());
    QTRY_COMPARE_WITH_TIMEOUT(back.messages().size(), 120, 30'000);
}

void WebSocketTest::findsSilentPeers()
{
    WireSocket silent(m_server.port()); // never answers a ping: this client has no WebSocket
    QCOMPARE(silent.upgrade("/?restaurant_id=r&device_id=silent"), 101);
    const auto isThere = [this] {
        return m_server.get(QStringLiteral("/api/restaurants/r/status"))
            .body.contains("\"silent\"");
    };
    QTRY_VERIFY(isThere());
    QTRY_VERIFY_WITH_TIMEOUT(!isThere(), 10'000);
}

QTEST_GUILESS_MAIN(WebSocketTest)
#include "tst_program_websocket.moc"
