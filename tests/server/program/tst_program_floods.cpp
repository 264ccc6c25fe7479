// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/serverprocess.h"
#include "tests/server/program/tlspair.h"
#include "tests/server/program/wiresocket.h"

#include <QTest>
#include <QThread>
#include <atomic>
#include <tuple>

using namespace Qt::StringLiterals;
using possync::test::ServerProcess;
using possync::test::TlsPair;
using possync::test::WireSocket;

namespace {

constexpr int patienceMs = 30'000;

const QByteArray heartbeat = R"({"type":"heartbeat","device_id":"waiter","restaurant_id":"r"})";

std::unique_ptr<WireSocket> dial(const ServerProcess &server)
{
    return server.tls() ? std::make_unique<WireSocket>(server.port(), *server.tls())
                        : std::make_unique<WireSocket>(server.port());
}

/// A device that sends without a pause what needs no answer, from a thread of its own.
class Flood
{
public:
    Flood(const ServerProcess &server, const QByteArray &device)
        : m_thread(QThread::create([this, &server, device] { run(server, device); }))
    {
        m_thread->start();
    }
    ~Flood()
    {
        m_isOver = true;
        m_thread->wait();
    }

    /// Frames the server's side has taken.
    quint64 sent() const { return m_sent; }

private:
    void run(const ServerProcess &server, const QByteArray &device)
    {
        constexpr int framesAtOnce = 5'000;
        const auto socket = dial(server);
        if (socket->upgrade("/?restaurant_id=r&device_id=" + device) != 101)
            return;
        QByteArray frames;
        for (int i = 0; i < framesAtOnce; ++i)
            frames += WireSocket::frame(0x81, R"({"type":"user_changed","user_id":"u)"
                                                  + QByteArray::number(i) + R"(","device_id":")"
                                                  + device + R"(","restaurant_id":"r"})");
        while (!m_isOver && socket->socket().state() == QAbstractSocket::ConnectedState) {
            socket->send(frames);
            m_sent += framesAtOnce;
        }
    }

    std::atomic<bool> m_isOver = false;
    std::atomic<quint64> m_sent = 0;
    const std::unique_ptr<QThread> m_thread;
};

} // namespace

/// Who sends too much, against the real program.
class FloodsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void othersAreHeard_data();
    void othersAreHeard();

private:
    QTemporaryDir m_directory;
    TlsPair m_pair = TlsPair::make();
};

void FloodsTest::init()
{
    QVERIFY(m_pair.write(m_directory.filePath(u"own"_s)));
}

void FloodsTest::othersAreHeard_data()
{
    QTest::addColumn<bool>("isTls");
    QTest::newRow("plain") << false;
    QTest::newRow("TLS") << true;
}

void FloodsTest::othersAreHeard()
{
    QFETCH(bool, isTls);
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QStringList arguments{u"--io-threads"_s, u"1"_s};
    if (isTls) {
        arguments << u"--tls-cert"_s << m_directory.filePath(u"own.crt"_s) << u"--tls-key"_s
                  << m_directory.filePath(u"own.key"_s);
        server.useTls(m_pair.trust());
    }
    QVERIFY(server.start(arguments) >= 0);
    const auto waiter = dial(server);
    QCOMPARE(waiter->upgrade("/?restaurant_id=r&device_id=waiter"), 101);
    {
        const Flood first(server, "first");
        const Flood second(server, "second");
        QTRY_VERIFY_WITH_TIMEOUT(first.sent() > 0 && second.sent() > 0, patienceMs);
        for (int i = 0; i < 20; ++i) {
            waiter->sendFrame(0x81, heartbeat);
            auto [opcode, message] = waiter->readFrame(patienceMs);
            while (opcode == 9) // the server asks whether it is still there
                std::tie(opcode, message) = waiter->readFrame(patienceMs);
            QVERIFY2(message.contains("heartbeat_response"), message.constData());
        }
        // They are heard as well, and nobody was cut off for it.
        const quint64 before[] = {first.sent(), second.sent()};
        QTRY_VERIFY_WITH_TIMEOUT(first.sent() > before[0] && second.sent() > before[1], patienceMs);
    }
    QCOMPARE(server.stop(), 0);
}

QTEST_GUILESS_MAIN(FloodsTest)
#include "tst_program_floods.moc"
