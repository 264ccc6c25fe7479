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
