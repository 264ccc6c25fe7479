// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/websocketlink.h"

#include "server/net/epolldispatcher.h"
#include "tests/server/program/wiresocket.h"

#include <QHostAddress>
#include <QTcpServer>
#include <QTest>
#include <limits>
#include <vector>

namespace possync::net {
namespace {

constexpr int patienceMs = 30'000;

class Ended final : public WebSocketLink::Listener
{
public:
    int code = 0;

private:
    void textReceived(const QByteArray &) override {}
    void pongReceived(const QByteArray &) override {}
    void closed(quint16 closeCode, const QByteArray &) override { code = closeCode; }
};

/// Serves any number of connections.
class Ports final : public QTcpServer
{
public:
    explicit Ports(const WebSocketLimits &limits)
        : m_limits(limits)
    {
        listen(QHostAddress::LocalHost);
    }

    struct Served {
        Ended ended;
        std::unique_ptr<WebSocketLink> link;
    };
    std::vector<std::unique_ptr<Served>> all;

protected:
    void incomingConnection(qintptr descriptor) override
    {
        Served &served = *all.emplace_back(std::make_unique<Served>());
        served.link = std::make_unique<WebSocketLink>(
            ByteStream::fromDescriptor(static_cast<int>(descriptor)), m_limits);
        served.link->start(&served.ended, {});
    }

private:
    const WebSocketLimits m_limits;
};

/// Serves one connection.
class Port final : public QTcpServer
{
public:
    explicit Port(const WebSocketLimits &limits)
        : m_limits(limits)
    {
        listen(QHostAddress::LocalHost);
    }

    Ended ended;
    std::unique_ptr<WebSocketLink> link;

protected:
    void incomingConnection(qintptr descriptor) override
    {
        link = std::make_unique<WebSocketLink>(
            ByteStream::fromDescriptor(static_cast<int>(descriptor)), m_limits);
        link->start(&ended, {});
    }

private:
    const WebSocketLimits m_limits;
};

} // namespace

class WebSocketLinkTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void answersToPingsAreBounded();
    void halfMessagesShareABudget();
};

/// However slowly they come: a peer that takes no answers is a slow reader.
void WebSocketLinkTest::answersToPingsAreBounded()
{
    WebSocketLimits limits;
    limits.queueBytes = 64 * 1024;
    limits.controlsPerSecond = std::numeric_limits<int>::max();
    Port port(limits);
    QTcpSocket client;
    client.setReadBufferSize(1);
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), port.serverPort());
    QTRY_VERIFY_WITH_TIMEOUT(port.link && client.state() == QAbstractSocket::ConnectedState,
                             patienceMs);
    // More than the system takes on both ways.
    constexpr int rounds = 64;
    constexpr int pingsInARound = 8'192;
    const QByteArray pings =
        test::WireSocket::frame(0x89, QByteArray(125, 'p')).repeated(pingsInARound);
    qint64 mostQueued = 0;
    for (int i = 0; i < rounds && port.ended.code == 0; ++i) {
        client.write(pings);
        QTRY_VERIFY_WITH_TIMEOUT(
            (mostQueued = std::max(mostQueued, port.link->queuedBytes()),
             port.link->sweep(std::chrono::steady_clock::now() + limits.closeDeadline * 2),
             client.bytesToWrite() == 0 || port.ended.code != 0),
            patienceMs);
    }
    QCOMPARE(port.ended.code, int(CloseCode::SlowReader));
    QVERIFY2(mostQueued < 2 * limits.queueBytes, QByteArray::number(mostQueued));
}

/// Of as many connections as there are.
void WebSocketLinkTest::halfMessagesShareABudget()
{
    WebSocketLimits limits;
    limits.heldBytes = 200'000;
    Ports ports(limits);
    std::vector<std::unique_ptr<QTcpSocket>> clients;
    // A new peer that has sent so much of a message of 100 KB, in one frame or in two.
    const auto begin = [&](qsizetype bytes, bool inFragments) {
        const std::size_t before = ports.all.size();
        auto client = std::make_unique<QTcpSocket>();
        client->connectToHost(QHostAddress(QHostAddress::LocalHost), ports.serverPort());
        const bool isServed = QTest::qWaitFor(
            [&] {
                return ports.all.size() > before
                       && client->state() == QAbstractSocket::ConnectedState;
            },
            patienceMs);
        if (inFragments)
            client->write(test::WireSocket::frame(0x01, QByteArray(bytes - 8, 'f')));
        else
            client->write(test::WireSocket::frame(0x81, QByteArray(100'000, 'f')).first(bytes));
        clients.push_back(std::move(client));
        return isServed;
    };
    const auto held = [&limits] { return limits.held->load(); };
    QVERIFY(begin(90'000, false));
    QTRY_VERIFY_WITH_TIMEOUT(held() >= 89'000 && held() <= 91'000, patienceMs);
    QVERIFY(begin(90'000, true));
    QTRY_VERIFY_WITH_TIMEOUT(held() >= 178'000, patienceMs);
    // One too many: told so, and what it had sent is given up.
    QVERIFY(begin(90'000, false));
    QTRY_COMPARE_WITH_TIMEOUT(ports.all[2]->ended.code, int(CloseCode::TryAgainLater), patienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(clients[2]->bytesAvailable() > 0, patienceMs);
    QVERIFY(clients[2]->readAll().contains("send it again"));
    QVERIFY(held() >= 178'000 && held() <= 182'000);
    // What devices usually say still comes through.
    QVERIFY(begin(10'000, false));
    clients[3]->write(test::WireSocket::frame(0x81, QByteArray(100'000, 'f')).sliced(10'000, 100));
    // A message that is whole makes room, and so does a peer that goes.
    clients[0]->write(test::WireSocket::frame(0x81, QByteArray(100'000, 'f')).sliced(90'000));
    QTRY_VERIFY_WITH_TIMEOUT(held() <= 91'000, patienceMs);
    clients[1]->abort();
    QTRY_COMPARE_WITH_TIMEOUT(ports.all[1]->ended.code, 1006, patienceMs);
    ports.all[1]->link.reset();
    QCOMPARE(held(), 0);
    QCOMPARE(ports.all[0]->ended.code, 0);
    QCOMPARE(ports.all[3]->ended.code, 0);
    QVERIFY(begin(90'000, false));
    QTRY_VERIFY_WITH_TIMEOUT(held() >= 89'000, patienceMs);
}

} // namespace possync::net

int main(int argc, char *argv[])
{
#ifdef Q_OS_LINUX
    // Qt's own has no turns while it is polled, as QTRY_VERIFY does.
    QCoreApplication::setEventDispatcher(new possync::net::EpollDispatcher);
#endif
    const QCoreApplication application(argc, argv);
    possync::net::WebSocketLinkTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_websocketlink.moc"
