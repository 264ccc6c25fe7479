// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/bytestream.h"
#include "server/net/epolldispatcher.h"
#include "server/net/readshare.h"
#include "server/net/turnend.h"
#include "tests/server/program/tlspair.h"

#include <QHostAddress>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpServer>
#include <QTest>
#include <algorithm>
#include <vector>

namespace possync::net {
namespace {

constexpr int patienceMs = 30'000;

/// Notes how often and how much it was given in each turn of the loop.
class Reader final : public ByteStream::Owner, private TurnEnd::Task
{
public:
    explicit Reader(std::unique_ptr<ByteStream> taken)
        : stream(std::move(taken))
    {
        stream->attach(this);
    }
    ~Reader() override { TurnEnd::cancel(this); }

    std::unique_ptr<ByteStream> stream;
    QByteArray received;
    qint64 mostAtOnce = 0;
    int mostOftenInATurn = 0;
    bool isClosed = false;
    bool wants = true;
    int refused = 0; ///< Times it was asked and did not want any.

private:
    bool wantsBytes() override
    {
        refused += wants ? 0 : 1;
        return wants;
    }
    void bytesArrived(QByteArrayView bytes) override
    {
        received.append(bytes);
        mostAtOnce = std::max<qint64>(mostAtOnce, bytes.size());
        mostOftenInATurn = std::max(mostOftenInATurn, ++m_timesNow);
        TurnEnd::request(this);
    }
    void streamClosed() override { isClosed = true; }
    void turnEnded() override { m_timesNow = 0; }

    int m_timesNow = 0;
};

/// Gives each accepted connection to a Reader.
class Port final : public QTcpServer
{
public:
    explicit Port(bool isTls)
        : m_isTls(isTls)
    {
        listen(QHostAddress::LocalHost);
    }

    test::TlsPair pair = test::TlsPair::make();
    std::vector<std::unique_ptr<Reader>> readers;

protected:
    void incomingConnection(qintptr descriptor) override
    {
        if (!m_isTls) {
            readers.push_back(
                std::make_unique<Reader>(ByteStream::fromDescriptor(static_cast<int>(descriptor))));
            return;
        }
        auto *socket = new QSslSocket(this);
        socket->setSocketDescriptor(descriptor);
        socket->setLocalCertificate(QSslCertificate(pair.certificate));
        socket->setPrivateKey(QSslKey(pair.key, QSsl::Ec));
        connect(socket, &QSslSocket::encrypted, this, [this, socket] {
            socket->disconnect();
            readers.push_back(std::make_unique<Reader>(ByteStream::fromSslSocket(socket)));
        });
        socket->startServerEncryption();
    }

private:
    const bool m_isTls;
};

std::unique_ptr<QSslSocket> connected(const Port &port, bool isTls)
{
    auto socket = std::make_unique<QSslSocket>();
    socket->setSslConfiguration(port.pair.trust());
    if (isTls)
        socket->connectToHostEncrypted(QStringLiteral("127.0.0.1"), port.serverPort());
    else
        socket->connectToHost(QHostAddress(QHostAddress::LocalHost), port.serverPort());
    return socket;
}

/// Bytes that show where they were in the whole.
QByteArray pattern(qsizetype size)
{
    QByteArray bytes(size, '\0');
    for (qsizetype i = 0; i < size; ++i)
        bytes[i] = static_cast<char>((i * 7919) >> 5);
    return bytes;
}

} // namespace

class ByteStreamTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void givesAShareInATurn_data() { rows(); }
    void givesAShareInATurn();
    void givesWhatCameBeforeTheEnd_data() { rows(); }
    void givesWhatCameBeforeTheEnd();
    void leavesWhatIsNotWanted_data() { rows(); }
    void leavesWhatIsNotWanted();

private:
    static void rows()
    {
        QTest::addColumn<bool>("isTls");
        QTest::newRow("plain") << false;
        QTest::newRow("TLS") << true;
    }
};

void ByteStreamTest::givesAShareInATurn()
{
    QFETCH(bool, isTls);
    constexpr std::size_t senders = 8;
    constexpr qint64 share = ReadShare::ofAll / static_cast<qint64>(senders);
    Port port(isTls);
    std::vector<std::unique_ptr<QSslSocket>> clients;
    for (std::size_t i = 0; i < senders; ++i)
        clients.push_back(connected(port, isTls));
    QTRY_COMPARE_WITH_TIMEOUT(port.readers.size(), senders, patienceMs);

    // One alone has much of the turn, and not all that is there.
    const QByteArray sent = pattern(4 * 1024 * 1024);
    clients.front()->write(sent);
    const auto lengths = [&] {
        std::vector<qsizetype> all;
        for (const auto &reader : port.readers)
            all.push_back(reader->received.size());
        std::ranges::sort(all);
        return all;
    };
    QTRY_COMPARE_WITH_TIMEOUT(lengths().back(), sent.size(), patienceMs);
    const auto first = std::ranges::find_if(
        port.readers, [](const auto &reader) { return !reader->received.isEmpty(); });
    QVERIFY((*first)->received == sent);
    QVERIFY2((*first)->mostAtOnce > share, QByteArray::number((*first)->mostAtOnce));
    QVERIFY2((*first)->mostAtOnce <= ReadShare::largest, QByteArray::number((*first)->mostAtOnce));
    QCOMPARE((*first)->mostOftenInATurn, 1);

    // All at once: each waits in front of a closed door until everything is there.
    for (const auto &reader : port.readers) {
        reader->stream->setReading(false);
        reader->received.clear();
        reader->mostAtOnce = 0;
    }
    const QByteArray less = sent.first(64 * 1024);
    for (const auto &client : clients)
        client->write(less);
    const auto isSent = [](const auto &client) {
        return client->bytesToWrite() == 0 && client->encryptedBytesToWrite() == 0;
    };
    QTRY_VERIFY_WITH_TIMEOUT(std::ranges::all_of(clients, isSent), patienceMs);
    for (const auto &reader : port.readers)
        reader->stream->setReading(true);
    QTRY_COMPARE_WITH_TIMEOUT(lengths().front(), less.size(), patienceMs);
    for (const auto &reader : port.readers) {
        QVERIFY(reader->received == less);
        QCOMPARE(reader->mostOftenInATurn, 1);
    }
    // The first of a turn does not know yet how many others there are.
    qint64 together = 0;
    for (const auto &reader : port.readers)
        together += reader->mostAtOnce;
    QVERIFY2(together < static_cast<qint64>(senders) * less.size() * 3 / 4,
             QByteArray::number(together));
}

void ByteStreamTest::givesWhatCameBeforeTheEnd()
{
    QFETCH(bool, isTls);
    Port port(isTls);
    const auto client = connected(port, isTls);
    QTRY_COMPARE_WITH_TIMEOUT(port.readers.size(), std::size_t(1), patienceMs);
    const QByteArray sent = pattern(300'000);
    client->write(sent);
    client->disconnectFromHost();
    QTRY_VERIFY_WITH_TIMEOUT(port.readers.front()->isClosed, patienceMs);
    QCOMPARE(port.readers.front()->received.size(), sent.size());
    QVERIFY(port.readers.front()->received == sent);
}

void ByteStreamTest::leavesWhatIsNotWanted()
{
    QFETCH(bool, isTls);
    Port port(isTls);
    const auto client = connected(port, isTls);
    QTRY_COMPARE_WITH_TIMEOUT(port.readers.size(), std::size_t(1), patienceMs);
    Reader &reader = *port.readers.front();
    reader.wants = false;
    const QByteArray sent = pattern(32 * 1024);
    client->write(sent);
    QTRY_COMPARE_WITH_TIMEOUT(reader.refused, 1, patienceMs);
    QCOMPARE(reader.received.size(), 0);

    reader.wants = true;
    reader.stream->setReading(true);
    QTRY_COMPARE_WITH_TIMEOUT(reader.received.size(), sent.size(), patienceMs);
    QVERIFY(reader.received == sent);

    // The sender may be gone when the reader wants to go on; that takes nothing away.
    reader.wants = false;
    client->write(sent);
    client->disconnectFromHost();
    QTRY_COMPARE_WITH_TIMEOUT(client->state(), QAbstractSocket::UnconnectedState, patienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(reader.refused, 2, patienceMs);
    reader.wants = true;
    reader.stream->setReading(true);
    QTRY_VERIFY_WITH_TIMEOUT(reader.isClosed, patienceMs);
    QVERIFY(reader.received == sent + sent);
}

} // namespace possync::net

int main(int argc, char *argv[])
{
#ifdef Q_OS_LINUX
    // Qt's own has no turns while it is polled, as QTRY_COMPARE does.
    QCoreApplication::setEventDispatcher(new possync::net::EpollDispatcher);
#endif
    const QCoreApplication application(argc, argv);
    possync::net::ByteStreamTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_bytestream.moc"
