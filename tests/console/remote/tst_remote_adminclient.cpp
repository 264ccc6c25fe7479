// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/adminclient.h"

#include <QPointer>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QWebSocketServer>

using namespace possync::remote;
using namespace Qt::StringLiterals;

/// One port for both, as the real server has it: an HTTP request for changes is answered from a
/// list, anything else goes to a WebSocket server that lets the test speak.
class AdminClientTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void greetsAndSubscribes();
    void handsOnWhatArrives();
    void garbageIsCountedAndSurvived();
    void commandsAreAnswered();
    void refusesAnotherProtocol();
    void leavesNoHoleAfterReconnect();
    void fetchesWhatTheServerSkipped();
    void waitsLongerEachTime();
    void tellsARefusedHandshakeFromSilence();

private:
    void accept();
    void tell(const QByteArray &frame) { m_peer->sendTextMessage(QString::fromUtf8(frame)); }
    static QByteArray change(int seq)
    {
        return "{\"seq\":" + QByteArray::number(seq)
               + ",\"data_type\":\"orders\",\"action\":\"updated\",\"data\":{}}";
    }
    QByteArray page(quint64 since) const;
    bool connectClient(AdminClient &client);

    std::unique_ptr<QTcpServer> m_port;
    std::unique_ptr<QWebSocketServer> m_webSockets;
    QPointer<QWebSocket> m_peer;
    QStringList m_received;
    QUrl m_url;
    int m_head = 0;  ///< Changes the REST side has.
    int m_pages = 0; ///< How often it was asked.
    int m_protocol = 1;
    bool m_refuses = false;
};

void AdminClientTest::init()
{
    m_received.clear();
    m_head = m_pages = 0;
    m_protocol = 1;
    m_refuses = false;
    m_webSockets = std::make_unique<QWebSocketServer>(u"test"_s, QWebSocketServer::NonSecureMode);
    connect(m_webSockets.get(), &QWebSocketServer::newConnection, this, [this] {
        m_peer = m_webSockets->nextPendingConnection();
        connect(m_peer, &QWebSocket::disconnected, m_peer, &QObject::deleteLater);
        connect(m_peer, &QWebSocket::textMessageReceived, this, [this](const QString &text) {
            m_received.append(text);
            if (text.contains(u"\"hello\""_s))
                tell("{\"type\":\"welcome\",\"protocol\":" + QByteArray::number(m_protocol) + '}');
        });
    });
    m_port = std::make_unique<QTcpServer>();
    QVERIFY(m_port->listen(QHostAddress::LocalHost));
    m_url = QUrl(u"http://127.0.0.1:%1"_s.arg(m_port->serverPort()));
    connect(m_port.get(), &QTcpServer::newConnection, this, &AdminClientTest::accept);
}

void AdminClientTest::cleanup()
{
    delete m_peer;
    m_webSockets.reset();
    m_port.reset();
}

void AdminClientTest::accept()
{
    QTcpSocket *socket = m_port->nextPendingConnection();
    connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
        const QByteArray head = socket->peek(8192);
        if (!head.contains("\r\n\r\n"))
            return;
        socket->disconnect(this);
        if (head.startsWith("GET /admin ") && !m_refuses) {
            m_webSockets->handleConnection(socket);
            Q_EMIT socket->readyRead();
            return;
        }
        const auto mark = head.indexOf("since=") + 6;
        const QByteArray body =
            m_refuses ? "{}"_ba
                      : page(head.sliced(mark, head.indexOf('&', mark) - mark).toULongLong());
        socket->readAll();
        socket->write((m_refuses ? "HTTP/1.1 403 No\r\n"_ba : "HTTP/1.1 200 OK\r\n"_ba)
                      + "Connection: close\r\nContent-Length: " + QByteArray::number(body.size())
                      + "\r\n\r\n" + body);
        socket->disconnectFromHost();
    });
}

QByteArray AdminClientTest::page(quint64 since) const
{
    const_cast<AdminClientTest *>(this)->m_pages++;
    // Two at a time, so that a refill takes several pages.
    QByteArrayList changes;
    int seq = int(since);
    while (seq < m_head && changes.size() < 2)
        changes.append(change(++seq));
    return "{\"epoch\":\"e\",\"changes\":[" + changes.join(',') + "],\"next\":"
           + QByteArray::number(seq) + ",\"more\":" + (seq < m_head ? "true" : "false") + '}';
}

bool AdminClientTest::connectClient(AdminClient &client)
{
    client.connectTo(m_url);
    return QTest::qWaitFor([&] { return client.state() == AdminClient::State::Connected; });
}

void AdminClientTest::greetsAndSubscribes()
{
    AdminClient client;
    client.subscribe({u"logs"_s}, u"r"_s);
    QVERIFY(connectClient(client));
    QTRY_COMPARE_EQ(m_received.size(), 2);
    QCOMPARE(m_received.at(1),
             u"{\"type\":\"subscribe\",\"topics\":[\"logs\"],\"restaurant\":\"r\"}"_s);
    QCOMPARE(m_peer->subprotocol(), QString()); // the test's server chose none of those offered
    client.subscribe({u"traffic"_s});
    QTRY_COMPARE_EQ(m_received.size(), 3);
}

void AdminClientTest::handsOnWhatArrives()
{
    AdminClient client;
    QSignalSpy restaurants(&client, &AdminClient::restaurantsArrived);
    QSignalSpy devices(&client, &AdminClient::devicesArrived);
    QSignalSpy traffic(&client, &AdminClient::trafficArrived);
    QSignalSpy logs(&client, &AdminClient::logsArrived);
    QSignalSpy missed(&client, &AdminClient::logsMissed);
    QVERIFY(connectClient(client));
    tell(R"({"type":"restaurants","restaurants":[{"id":"r"}]})");
    tell(R"({"type":"devices","restaurant":"r","devices":[{"device_id":"d"}]})");
    tell(R"({"type":"traffic","deliveries":3})");
    tell(R"({"type":"logs","lines":[{"no":1,"text":"x"}]})");
    tell(R"({"type":"gap","topic":"logs","missed":9})");
    QTRY_COMPARE_EQ(missed.size(), 1);
    QCOMPARE(missed.at(0).at(0).toLongLong(), 9);
    QCOMPARE(restaurants.size(), 1);
    QCOMPARE(devices.size(), 1);
    QCOMPARE(traffic.size(), 1);
    QCOMPARE(logs.size(), 1);
}

void AdminClientTest::garbageIsCountedAndSurvived()
{
    AdminClient client;
    QSignalSpy logs(&client, &AdminClient::logsArrived);
    QVERIFY(connectClient(client));
    for (const QByteArray &frame :
         {"x"_ba, "{}"_ba, "[1]"_ba, "{\"type\":7}"_ba,
          "{\"type\":\"changes\",\"restaurant\":\"r\",\"changes\":[3]}"_ba,
          "{\"type\":\"result\",\"id\":\"zz\",\"ok\":true}"_ba})
        tell(frame);
    tell(R"({"type":"logs","lines":[]})");
    QTRY_COMPARE_EQ(logs.size(), 1);
    QCOMPARE(client.misunderstood(), 5);
    QCOMPARE(client.state(), AdminClient::State::Connected);
}

void AdminClientTest::commandsAreAnswered()
{
    AdminClient client({.firstRetry = 10, .lastRetry = 20, .answer = 100, .ping = 20});
    QVERIFY(connectClient(client));
    QStringList answers;
    const Receiver<QByteArray> note = [&](const Answer<QByteArray> &answer) {
        answers.append(answer ? QString::fromUtf8(*answer) : answer.error().code);
    };
    client.kick(u"r"_s, 5, this, note);
    client.kick(u"r"_s, 6, this, note);
    client.kick(u"r"_s, 7, this, note);
    QTRY_COMPARE_EQ(m_received.size(), 4);
    tell(R"({"type":"result","id":"c2","ok":false,"error":{"code":"unknown","message":"m"}})");
    tell(R"({"type":"result","id":"c1","ok":true,"result":{"n":1.50}})");
    QTRY_COMPARE_EQ(answers.size(), 3); // the third runs out of time
    QCOMPARE(answers, QStringList({u"unknown"_s, u"{\"n\":1.50}"_s, u"timeout"_s}));
    client.kick(u"r"_s, 8, this, note);
    client.disconnectFromServer();
    QTRY_COMPARE_EQ(answers.size(), 4);
    client.kick(u"r"_s, 9, this, note);
    QTRY_COMPARE_EQ(answers.size(), 5);
    QCOMPARE(answers.last(), u"closed"_s);
}

void AdminClientTest::refusesAnotherProtocol()
{
    m_protocol = 2;
    AdminClient client;
    client.connectTo(m_url);
    QTRY_COMPARE_EQ(client.state(), AdminClient::State::Refused);
    QCOMPARE(client.reason().code, u"version"_s);
}

void AdminClientTest::leavesNoHoleAfterReconnect()
{
    AdminClient client({.firstRetry = 10, .lastRetry = 20});
    QList<int> seqs;
    connect(&client, &AdminClient::changesArrived, this,
            [&](const QString &, const std::vector<ChangeEntry> &changes) {
                for (const ChangeEntry &entry : changes)
                    seqs.append(int(entry.seq));
            });
    QVERIFY(connectClient(client));
    m_head = 5;
    tell(R"({"type":"changes","restaurant":"r","changes":[)" + change(5) + "]}");
    QTRY_COMPARE_EQ(seqs, QList<int>({5}));
    m_received.clear();
    m_head = 10; // five more while the connection is away
    m_peer->abort();
    QTRY_VERIFY(client.state() == AdminClient::State::Connected && !m_received.isEmpty());
    tell(R"({"type":"changes","restaurant":"r","changes":[)" + change(10) + "," + change(11)
         + "]}");
    QTRY_COMPARE_EQ(seqs, QList<int>({5, 6, 7, 8, 9, 10, 11}));
    QVERIFY(m_pages >= 3);
}

void AdminClientTest::fetchesWhatTheServerSkipped()
{
    AdminClient client;
    QList<int> seqs;
    connect(&client, &AdminClient::changesArrived, this,
            [&](const QString &, const std::vector<ChangeEntry> &changes) {
                for (const ChangeEntry &entry : changes)
                    seqs.append(int(entry.seq));
            });
    QVERIFY(connectClient(client));
    m_head = 3;
    client.followFrom(u"r"_s, 1);
    QTRY_COMPARE_EQ(seqs, QList<int>({2, 3}));
    m_head = 6;
    tell(R"({"type":"changes","restaurant":"r","changes":[)" + change(6) + "]}"); // 4 and 5 skipped
    QTRY_COMPARE_EQ(seqs, QList<int>({2, 3, 4, 5, 6}));
    m_head = 8;
    tell(R"({"type":"gap","topic":"changes","missed":2})");
    QTRY_COMPARE_EQ(seqs, QList<int>({2, 3, 4, 5, 6, 7, 8}));
}

void AdminClientTest::waitsLongerEachTime()
{
    m_port->close();
    AdminClient client({.firstRetry = 8, .lastRetry = 64});
    QList<int> attempts;
    RemoteError reason;
    connect(&client, &AdminClient::stateChanged, this, [&](AdminClient::State state) {
        if (state == AdminClient::State::Waiting) {
            QVERIFY(client.retryAtMs() > 0);
            attempts.append(client.attempt());
            reason = client.reason();
        }
    });
    client.connectTo(m_url);
    QTRY_VERIFY(attempts.size() >= 6);
    QCOMPARE(attempts.first(3), QList<int>({1, 2, 3}));
    QCOMPARE(reason.code, u"unreachable"_s);
    QVERIFY(reason.message.contains(u"nothing answers there"_s));
    QVERIFY(m_port->listen(QHostAddress::LocalHost, quint16(m_url.port())));
    QTRY_COMPARE_EQ(client.state(), AdminClient::State::Connected);
}

void AdminClientTest::tellsARefusedHandshakeFromSilence()
{
    m_refuses = true;
    AdminClient client;
    client.connectTo(m_url);
    QTRY_COMPARE_EQ(client.state(), AdminClient::State::Refused);
    QCOMPARE(client.reason().code, u"refused"_s);
}

QTEST_GUILESS_MAIN(AdminClientTest)
#include "tst_remote_adminclient.moc"
