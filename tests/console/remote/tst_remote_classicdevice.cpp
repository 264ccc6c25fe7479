// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/classicmessage.h"
#include "console/remote/classicdevice.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

using namespace possync;
using namespace possync::remote;
using namespace Qt::StringLiterals;

/// A device against a small WebSocket server of the test's own, which answers as little as it may,
/// and an HTTP port that keeps bodies and answers what it is told.
class ClassicDeviceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void registersAndSaysWhoItIs();
    void sendsTypedMessageAndTwin();
    void dropsWhatTheAppDrops();
    void keepsTheQueueUntilA200();
    void losesTheBatchOnNetworkErrorAsTheAppDoes();
    void keepsTheBatchIfAsked();
    void comesBackAfterADrop();
    void staysAwayAfterTheLastAttempt();

private:
    std::unique_ptr<ClassicDevice> makeDevice(ClassicHabits habits, const QUrl &server);
    QUrl webSocketUrl() const { return QUrl(u"http://127.0.0.1:%1"_s.arg(m_server->serverPort())); }
    QUrl httpUrl() const { return QUrl(u"http://127.0.0.1:%1"_s.arg(m_http->serverPort())); }
    static ClassicDevice::Action action(const QByteArray &entity)
    {
        return {DataType::Orders, Action::Created, entity, "{\"n\":1.50}"};
    }
    void answerHttp();

    std::unique_ptr<QWebSocketServer> m_server;
    std::unique_ptr<QTcpServer> m_http;
    QNetworkAccessManager m_network;
    QList<QWebSocket *> m_peers;
    QStringList m_received;
    QByteArrayList m_requests;
    QByteArray m_httpAnswer; ///< Empty: closes without a word.
};

void ClassicDeviceTest::init()
{
    m_received.clear();
    m_requests.clear();
    m_peers.clear();
    m_httpAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    m_server = std::make_unique<QWebSocketServer>(u"test"_s, QWebSocketServer::NonSecureMode);
    QVERIFY(m_server->listen(QHostAddress::LocalHost));
    connect(m_server.get(), &QWebSocketServer::newConnection, this, [this] {
        QWebSocket *peer = m_server->nextPendingConnection();
        m_peers.append(peer);
        connect(peer, &QWebSocket::textMessageReceived, this, [this, peer](const QString &text) {
            m_received.append(text);
            if (text.contains(u"\"register\""_s))
                peer->sendTextMessage(u"{\"type\":\"registered\"}"_s);
        });
    });
    m_http = std::make_unique<QTcpServer>();
    QVERIFY(m_http->listen(QHostAddress::LocalHost));
    connect(m_http.get(), &QTcpServer::newConnection, this, &ClassicDeviceTest::answerHttp);
}

void ClassicDeviceTest::cleanup()
{
    qDeleteAll(m_peers);
    m_peers.clear();
    m_server.reset();
    m_http.reset();
}

void ClassicDeviceTest::answerHttp()
{
    QTcpSocket *socket = m_http->nextPendingConnection();
    connect(socket, &QTcpSocket::readyRead, this, [this, socket, text = QByteArray()]() mutable {
        text += socket->readAll();
        const auto end = text.indexOf("\r\n\r\n");
        const auto mark = text.toLower().indexOf("content-length: ");
        if (end < 0 || mark < 0)
            return;
        const auto size = text.sliced(mark + 16, text.indexOf('\r', mark) - mark - 16).toLongLong();
        if (text.size() < end + 4 + size)
            return;
        m_requests.append(text.sliced(end + 4));
        if (m_httpAnswer.isEmpty()) {
            socket->abort();
            return;
        }
        socket->write(m_httpAnswer);
        socket->disconnectFromHost();
    });
}

std::unique_ptr<ClassicDevice> ClassicDeviceTest::makeDevice(ClassicHabits habits,
                                                             const QUrl &server)
{
    return std::make_unique<ClassicDevice>(server, u"Café + 1"_s, u"pos_device_0042"_s, m_network,
                                           habits);
}

void ClassicDeviceTest::registersAndSaysWhoItIs()
{
    const auto device = makeDevice({.heartbeatMs = 20}, webSocketUrl());
    QSignalSpy registered(device.get(), &ClassicDevice::registered);
    device->connectToServer();
    QVERIFY(registered.wait());
    QCOMPARE(m_peers.at(0)->requestUrl().path(), u"/"_s);
    QCOMPARE(m_peers.at(0)->requestUrl().query(QUrl::FullyEncoded),
             u"device_id=pos_device_0042&restaurant_id=Caf%C3%A9%20%2B%201"_s);
    QTRY_VERIFY(m_received.size() >= 2);
    const auto first = classic::decode(m_received.at(0).toUtf8(), u"Café + 1"_s.toUtf8());
    QVERIFY(first);
    QVERIFY(std::holds_alternative<classic::Register>(*first));
    const auto second = classic::decode(m_received.at(1).toUtf8(), u"Café + 1"_s.toUtf8());
    QVERIFY(second);
    QVERIFY(std::holds_alternative<classic::Heartbeat>(*second));
}

void ClassicDeviceTest::sendsTypedMessageAndTwin()
{
    const auto device = makeDevice({}, webSocketUrl());
    QSignalSpy registered(device.get(), &ClassicDevice::registered);
    device->connectToServer();
    QVERIFY(registered.wait());
    device->send(action("o1"));
    QTRY_COMPARE_EQ(m_received.size(), 3);
    const QByteArray restaurant = device->restaurant().toUtf8();
    const auto typed = classic::decode(m_received.at(1).toUtf8(), restaurant);
    const auto twin = classic::decode(m_received.at(2).toUtf8(), restaurant);
    QVERIFY(typed && twin);
    const auto &one = std::get<classic::Change>(*typed);
    const auto &two = std::get<classic::Change>(*twin);
    QVERIFY(one.typed && !two.typed);
    QCOMPARE(one.contentHash, two.contentHash);
    QVERIFY(one.changeId.isEmpty());
    QVERIFY(two.changeId.endsWith("_pos_device_0042_o1"));
    QCOMPARE(one.data().toByteArray(), R"({"n":1.50})"_ba);
    QCOMPARE(two.data().toByteArray(), R"({"id":"o1","n":1.50})"_ba);
    QCOMPARE(device->record(DataType::Orders, "o1"), R"({"id":"o1","n":1.50})"_ba);

    device->send(action("o2"), {.repeatsTwin = true, .twinFirst = true});
    QTRY_COMPARE_EQ(m_received.size(), 6);
    QVERIFY(m_received.at(3).contains(u"data_change"_s));
    QVERIFY(m_received.at(4).contains(u"order_update"_s));
    QCOMPARE(m_received.at(5), m_received.at(3));
}

void ClassicDeviceTest::dropsWhatTheAppDrops()
{
    const auto device = makeDevice({}, webSocketUrl());
    QSignalSpy registered(device.get(), &ClassicDevice::registered);
    QSignalSpy errors(device.get(), &ClassicDevice::errorReceived);
    device->connectToServer();
    QVERIFY(registered.wait());
    const auto tell = [&](const QString &type, const QString &id, const QString &sender) {
        m_peers.at(0)->sendTextMessage(
            u"{\"type\":\"%1\",\"order_id\":\"o\",\"action\":\"updated\",\"data\":{\"id\":\"o\"},"
            "\"device_id\":\"%2\",\"change_id\":\"%3\"}"_s.arg(type, sender, id));
    };
    tell(u"order_update"_s, u"1"_s, u"other"_s);
    tell(u"order_update"_s, u"1"_s, u"other"_s);           // known id
    tell(u"data_change"_s, u"2"_s, u"other"_s);            // not handled, but its id is marked
    tell(u"order_update"_s, u"2"_s, u"other"_s);           // so this one is dropped
    tell(u"order_update"_s, u"3"_s, u"pos_device_0042"_s); // its own
    tell(u"weather_update"_s, u"4"_s, u"other"_s);         // unknown
    m_peers.at(0)->sendTextMessage(u"garbage"_s);
    m_peers.at(0)->sendTextMessage(u"{\"type\":\"error\",\"message\":\"no\"}"_s);
    tell(u"order_update"_s, u"5"_s, u"other"_s);
    QTRY_COMPARE_EQ(device->applied().size(), 2U);
    QCOMPARE(device->applied().at(0).changeId, "1"_ba);
    QCOMPARE(device->applied().at(1).changeId, "5"_ba);
    QCOMPARE(device->repeatsDropped(), 2U);
    QCOMPARE(errors.size(), 1);
}

void ClassicDeviceTest::keepsTheQueueUntilA200()
{
    m_httpAnswer = "HTTP/1.1 500 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    const auto device = makeDevice({.syncMs = 20}, httpUrl());
    device->connectToServer(); // no WebSocket there: the changes wait for the POST
    device->send(action("o1"));
    device->send(action("o2"));
    QTRY_VERIFY(m_requests.size() >= 2);
    QCOMPARE(device->pendingCount(), 2U);
    QSignalSpy confirmed(device.get(), &ClassicDevice::syncConfirmed);
    m_httpAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    QVERIFY(confirmed.wait());
    QCOMPARE(device->pendingCount(), 0U);
    const auto body = classic::decodeSync(m_requests.last());
    QVERIFY(body);
    QCOMPARE(body->changes.size(), 2U);
    QVERIFY(body->changes.at(0) && body->changes.at(1));
    QCOMPARE(body->changes.at(1)->entityId, "o2"_ba);
}

void ClassicDeviceTest::losesTheBatchOnNetworkErrorAsTheAppDoes()
{
    m_httpAnswer.clear();
    const auto device = makeDevice({.syncMs = 20}, httpUrl());
    device->connectToServer();
    device->send(action("o1"));
    QTRY_COMPARE_EQ(device->givenUpCount(), 1U);
    QCOMPARE(device->pendingCount(), 0U);
}

void ClassicDeviceTest::keepsTheBatchIfAsked()
{
    m_httpAnswer.clear();
    const auto device = makeDevice({.syncMs = 20, .losesBatchOnNetworkError = false}, httpUrl());
    device->connectToServer();
    device->send(action("o1"));
    QTRY_VERIFY(m_requests.size() >= 2);
    QCOMPARE(device->pendingCount(), 1U);
    QCOMPARE(device->givenUpCount(), 0U);
}

void ClassicDeviceTest::comesBackAfterADrop()
{
    const auto device = makeDevice({.retryMs = 10}, webSocketUrl());
    QSignalSpy registered(device.get(), &ClassicDevice::registered);
    QSignalSpy lost(device.get(), &ClassicDevice::connectionLost);
    device->connectToServer();
    QVERIFY(registered.wait());
    m_peers.last()->abort(); // the server's end
    QVERIFY(registered.wait());
    device->killConnection(); // the network
    QVERIFY(registered.wait());
    device->goOffline(); // the person
    QCOMPARE(lost.size(), 3);
    device->send(action("o1"));
    QCOMPARE(device->pendingCount(), 1U);
    device->connectToServer();
    QVERIFY(registered.wait());
    QCOMPARE(registered.size(), 4);
}

void ClassicDeviceTest::staysAwayAfterTheLastAttempt()
{
    const QUrl url = webSocketUrl();
    m_server->close();
    const auto device = makeDevice({.retryMs = 1, .maxAttempts = 3}, url);
    device->connectToServer();
    QTRY_VERIFY(device->isOffline());
}

QTEST_GUILESS_MAIN(ClassicDeviceTest)
#include "tst_remote_classicdevice.moc"
