// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/appclient.h"
#include "tests/server/program/serverprocess.h"
#include "tests/server/program/tlspair.h"
#include "tests/server/program/wiresocket.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTest>
#include <array>
#include <csignal>

using namespace Qt::StringLiterals;
using possync::test::AppClient;
using possync::test::ServerProcess;
using possync::test::TlsPair;
using possync::test::WireSocket;
using possync::test::writeFile;

namespace {

/// The opening of a handshake with a certificate like ours, in TLS 1.2 or an older version.
QByteArray clientHello(quint8 minorVersion)
{
    const auto sized = [](int bytes, const QByteArray &content) {
        QByteArray size;
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
            size += static_cast<char>((content.size() >> shift) & 0xFF);
        return size + content;
    };
    const QByteArray version{std::array<char, 2>{3, static_cast<char>(minorVersion)}.data(), 2};
    const QByteArray curves = "00 0a 0004 0002 0017";
    const QByteArray points = "00 0b 0002 01 00";
    const QByteArray signatures = "00 0d 0006 0004 0403 0804";
    const QByteArray extensions = QByteArray::fromHex(curves + points + signatures);
    const QByteArray ciphers = QByteArray::fromHex("c02b c02f c009 c013 c00a c014");
    const QByteArray body = version + QByteArray(32, 'r') + sized(1, {}) + sized(2, ciphers)
                            + sized(1, QByteArray(1, 0)) + sized(2, extensions);
    return QByteArray::fromHex("160301") + sized(2, QByteArray(1, 1) + sized(3, body));
}

QSslConfiguration trustingBoth(const TlsPair &first, const TlsPair &second)
{
    QSslConfiguration tls = first.trust();
    tls.addCaCertificates(second.trust().caCertificates());
    return tls;
}

bool logSays(const ServerProcess &server, const QString &text)
{
    const auto answer =
        server.get(u"/api/logs?q="_s + QString::fromUtf8(QUrl::toPercentEncoding(text)));
    return answer.body.contains(text.toUtf8());
}

constexpr int handshakeMs = 3'000; // the server's deadline

} // namespace

/// The port with TLS, against the real program.
class TlsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void refusesWhatCannotServe_data();
    void refusesWhatCannotServe();
    void warnsAboutDates_data();
    void warnsAboutDates();
    void servesRequests();
    void relaysBetweenDevices();
    void speaksRecentVersionsOnly_data();
    void speaksRecentVersionsOnly();
    void hangingHandshakesHinderNobody();
    void hangingHandshakesCount();
    void webSocketsCount();
    void plainHttpIsClosed();
    void renewsOnSignal();
    void renewsWhatWasReplaced();
    void keepsThePairInUseIfTheNewOneIsBad();

private:
    QStringList tlsArguments() const
    {
        return {u"--tls-cert"_s, certFile(), u"--tls-key"_s, keyFile()};
    }
    QString certFile() const { return m_directory.filePath(u"own.crt"_s); }
    QString keyFile() const { return m_directory.filePath(u"own.key"_s); }

    QTemporaryDir m_directory;
};

void TlsTest::refusesWhatCannotServe_data()
{
    QTest::addColumn<QByteArray>("certificates");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArrayList>("words");
    const TlsPair own = TlsPair::make();
    const TlsPair other = TlsPair::make();
    QTest::newRow("key of another certificate")
        << own.certificate << other.key
        << QByteArrayList{"own.crt", "own.key", "does not belong to", "requested"};
    QTest::newRow("own certificate not first")
        << other.certificate + own.certificate << own.key
        << QByteArrayList{"own.crt", "own.key", "certificate 2 of", "first"};
    QTest::newRow("key behind a password")
        << own.certificate << own.lockedKey() << QByteArrayList{"own.key", "without a password"};
    QTest::newRow("key is a certificate")
        << own.certificate << own.certificate << QByteArrayList{"own.key", "no private key"};
    QTest::newRow("certificate is a key")
        << own.key << own.key << QByteArrayList{"own.crt", "no certificate"};
    QTest::newRow("empty files") << QByteArray() << QByteArray()
                                 << QByteArrayList{"own.crt", "no certificate"};
}

void TlsTest::refusesWhatCannotServe()
{
    QFETCH(QByteArray, certificates);
    QFETCH(QByteArray, key);
    QFETCH(QByteArrayList, words);
    QVERIFY(writeFile(certFile(), certificates));
    QVERIFY(writeFile(keyFile(), key));
    QProcess process;
    process.start(QStringLiteral(POSSYNC_SERVER_PROGRAM),
                  tlsArguments() + QStringList{u"--data"_s, m_directory.filePath(u"data"_s)});
    QVERIFY(process.waitForFinished(10'000));
    QCOMPARE(process.exitCode(), 2);
    const QByteArray said = process.readAllStandardError();
    for (const QByteArray &word : words)
        QVERIFY2(said.contains(word), said.constData());
    QCOMPARE(said.count('\n'), 1);
    QVERIFY(process.readAllStandardOutput().isEmpty());
}

void TlsTest::warnsAboutDates_data()
{
    QTest::addColumn<int>("fromDays");
    QTest::addColumn<int>("untilDays");
    QTest::addColumn<QByteArray>("warning");
    QTest::newRow("expired") << -30 << -1 << QByteArray("The TLS certificate expired on 20");
    QTest::newRow("not yet valid")
        << 2 << 30 << QByteArray("The TLS certificate is not valid before 20");
    QTest::newRow("valid") << -1 << 30 << QByteArray();
}

void TlsTest::warnsAboutDates()
{
    QFETCH(int, fromDays);
    QFETCH(int, untilDays);
    QFETCH(QByteArray, warning);
    QVERIFY(TlsPair::make(fromDays, untilDays).write(m_directory.filePath(u"own"_s)));
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start(tlsArguments()) >= 0);
    QCOMPARE(server.stop(), 0);
    const QByteArray log = server.errors();
    QVERIFY2(warning.isEmpty() ? !log.contains("TLS certificate") : log.contains(warning),
             log.constData());
}

void TlsTest::servesRequests()
{
    const TlsPair own = TlsPair::make();
    QVERIFY(own.write(m_directory.filePath(u"own"_s)));
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start(tlsArguments()) >= 0);
    server.useTls(own.trust());
    QCOMPARE(server.get(u"/api/health"_s).status, 200);
    const auto synced = server.post(
        u"/api/sync"_s,
        R"({"restaurant_id":"r","device_id":"d","changes":[{"type":"data_change",)"
        R"("data_type":"orders","action":"updated","change_id":"c1","data":{"id":"o1"}}]})");
    QCOMPARE(synced.status, 200);
    const auto data = server.get(u"/api/restaurants/r/data"_s);
    QVERIFY2(data.body.contains(R"("o1")"), data.body.constData());
    // Who expects another server does not talk to this one.
    server.useTls(TlsPair::make().trust());
    QCOMPARE(server.get(u"/api/health"_s).status, 0);
    QCOMPARE(server.stop(), 0);
}

void TlsTest::relaysBetweenDevices()
{
    const TlsPair own = TlsPair::make();
    QVERIFY(own.write(m_directory.filePath(u"own"_s)));
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start(tlsArguments()) >= 0);
    server.useTls(own.trust());
    AppClient waiter(server, "waiter");
    AppClient kitchen(server, "kitchen");
    QVERIFY(waiter.join());
    QVERIFY(kitchen.join());
    constexpr int sent = 500;
    for (int i = 0; i < sent; ++i)
        waiter.sendTyped("o" + QByteArray::number(i), R"("price":25.50)");
    kitchen.sendTyped("back", R"("n":1)");
    QTRY_COMPARE(kitchen.messages().size(), sent);
    QTRY_COMPARE(waiter.messages().size(), 1);
    for (int i = 0; i < sent; ++i) {
        QCOMPARE(kitchen.message(i)[u"order_id"].toString(), u'o' + QString::number(i));
        QVERIFY(kitchen.messages().at(i).contains(R"("price":25.50)"));
    }
    QCOMPARE(server.stop(), 0);
}

void TlsTest::speaksRecentVersionsOnly_data()
{
    QTest::addColumn<int>("minorVersion");
    QTest::addColumn<QByteArray>("answer");
    const QByteArray refusal = QByteArray::fromHex("0246"); // fatal, protocol_version
    QTest::newRow("TLS 1.0") << 1 << refusal;
    QTest::newRow("TLS 1.1") << 2 << refusal;
    QTest::newRow("TLS 1.2") << 3 << QByteArray::fromHex("02"); // ServerHello
}

void TlsTest::speaksRecentVersionsOnly()
{
    QFETCH(int, minorVersion);
    QFETCH(QByteArray, answer);
    QVERIFY(TlsPair::make().write(m_directory.filePath(u"own"_s)));
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start(tlsArguments()) >= 0);
    WireSocket socket(server.port());
    socket.send(clientHello(static_cast<quint8>(minorVersion)));
    const QByteArray record = socket.readAtLeast(7);
    constexpr char handshake = 0x16;
    constexpr char alert = 0x15;
    QCOMPARE(record.front(), answer.size() == 1 ? handshake : alert);
    QCOMPARE(record.sliced(5, answer.size()), answer);
    QCOMPARE(server.stop(), 0);
}

void TlsTest::hangingHandshakesHinderNobody()
{
    const TlsPair own = TlsPair::make();
    QVERIFY(own.write(m_directory.filePath(u"own"_s)));
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start(tlsArguments()) >= 0);
    server.useTls(own.trust());
    std::vector<std::unique_ptr<WireSocket>> hanging;
    QElapsedTimer since;
    since.start();
    for (int i = 0; i < 60; ++i) {
        hanging.push_back(std::make_unique<WireSocket>(server.port()));
        if (i % 2)
            hanging.back()->send(clientHello(3).first(20 + i));
    }
    QElapsedTimer served;
    served.start();
    QCOMPARE(server.get(u"/api/health"_s).status, 200);
    // Waiting for a deadline would take three seconds.
    QVERIFY2(served.elapsed() < handshakeMs / 2, QByteArray::number(served.elapsed()));
    // One byte after the other does not hold a connection longer than silence does.
    const QByteArray slow = clientHello(3);
    WireSocket trickling(server.port());
    QElapsedTimer trickled;
    trickled.start();
    for (qsizetype i = 0; i < slow.size() && !trickling.waitClosed(100); ++i)
        trickling.send(slow.sliced(i, 1));
    QVERIFY(trickling.waitClosed(2 * handshakeMs));
    QVERIFY2(trickled.elapsed() < 3 * handshakeMs, QByteArray::number(trickled.elapsed()));
    for (const auto &socket : hanging)
        QVERIFY(socket->waitClosed(2 * handshakeMs));
    QVERIFY2(since.elapsed() < 5 * handshakeMs, QByteArray::number(since.elapsed()));
    QCOMPARE(server.get(u"/api/health"_s).status, 200);
    QCOMPARE(server.stop(), 0);
}

void TlsTest::hangingHandshakesCount()
{
    const TlsPair own = TlsPair::make();
    QVERIFY(own.write(m_directory.filePath(u"own"_s)));
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM),
                         "[limits]\nconnections_per_host = 3\nconnections_on_loopback = true\n");
    QVERIFY(server.start(tlsArguments()) >= 0);
    server.useTls(own.trust());
    std::vector<std::unique_ptr<WireSocket>> hanging;
    for (int i = 0; i < 3; ++i)
        hanging.push_back(std::make_unique<WireSocket>(server.port()));
    QCOMPARE(server.get(u"/api/health"_s).status, 0);
    for (const auto &socket : hanging)
        QVERIFY(socket->waitClosed(3 * handshakeMs));
    QTRY_COMPARE(server.get(u"/api/health"_s).status, 200);
    // Handshakes that fail are forgotten as well.
    for (int i = 0; i < 6; ++i) {
        WireSocket bad(server.port());
        bad.send("this is no handshake at all\r\n\r\n");
        QVERIFY(bad.waitClosed(handshakeMs));
    }
    QTRY_COMPARE(server.get(u"/api/health"_s).status, 200);
    QCOMPARE(server.stop(), 0);
    const QByteArray log = server.errors();
    QVERIFY2(log.contains("the last from 127.0.0.1: an address may have 3"), log.constData());
}

void TlsTest::webSocketsCount()
{
    const TlsPair own = TlsPair::make();
    QVERIFY(own.write(m_directory.filePath(u"own"_s)));
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM),
                         "[limits]\nconnections_per_host = 2\nconnections_on_loopback = true\n");
    QVERIFY(server.start(tlsArguments()) >= 0);
    server.useTls(own.trust());
    auto waiter = std::make_unique<AppClient>(server, "waiter");
    AppClient kitchen(server, "kitchen");
    QVERIFY(waiter->join());
    QVERIFY(kitchen.join());
    QCOMPARE(server.get(u"/api/health"_s).status, 0);
    waiter.reset();
    QTRY_COMPARE(server.get(u"/api/health"_s).status, 200);
    QVERIFY(kitchen.isConnected());
    QCOMPARE(server.stop(), 0);
}

void TlsTest::plainHttpIsClosed()
{
    const TlsPair own = TlsPair::make();
    QVERIFY(own.write(m_directory.filePath(u"own"_s)));
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start(tlsArguments()) >= 0);
    QCOMPARE(server.get(u"/api/health"_s).status, 0);
    WireSocket plain(server.port());
    plain.send("GET /api/restaurants/r/data HTTP/1.1\r\nHost: x\r\n\r\n");
    QVERIFY(plain.waitClosed(handshakeMs));
    server.useTls(own.trust());
    QCOMPARE(server.get(u"/api/health"_s).status, 200);
    QCOMPARE(server.stop(), 0);
}

void TlsTest::renewsOnSignal()
{
    const TlsPair own = TlsPair::make();
    const TlsPair next = TlsPair::make();
    QVERIFY(own.write(m_directory.filePath(u"own"_s)));
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start(tlsArguments()) >= 0);
    server.useTls(trustingBoth(own, next));
    AppClient waiter(server, "waiter");
    QVERIFY(waiter.join());
    QVERIFY(next.write(m_directory.filePath(u"own"_s)));
    QCOMPARE(::kill(static_cast<pid_t>(server.pid()), SIGHUP), 0);
    QTRY_VERIFY(logSays(server, u"New connections get the TLS certificate"_s));
    AppClient kitchen(server, "kitchen");
    QVERIFY(kitchen.join());
    QCOMPARE(kitchen.seenCertificate().toPem(), next.certificate);
    QCOMPARE(waiter.seenCertificate().toPem(), own.certificate);
    QVERIFY(waiter.isConnected());
    waiter.sendTyped("o1", R"("n":1)");
    QTRY_COMPARE(kitchen.messages().size(), 1);
    kitchen.sendTyped("o2", R"("n":1)");
    QTRY_COMPARE(waiter.messages().size(), 1);
    QCOMPARE(server.stop(), 0);
}

void TlsTest::renewsWhatWasReplaced()
{
    // As certificate programs lay them out: links to numbered files.
    const TlsPair own = TlsPair::make();
    const TlsPair next = TlsPair::make();
    const QDir directory(m_directory.path());
    for (const auto &[pair, name] : {std::pair{&own, u"first"_s}, {&next, u"second"_s}})
        QVERIFY(pair->write(directory.filePath(name)));
    // As old as those before to the millisecond, as can happen where both come from one archive.
    const QDateTime sameTime = QDateTime::currentDateTimeUtc();
    for (const QString &name : {u"first.crt"_s, u"first.key"_s, u"second.crt"_s, u"second.key"_s}) {
        QFile file(directory.filePath(name));
        QVERIFY(file.open(QIODevice::ReadWrite)
                && file.setFileTime(sameTime, QFileDevice::FileModificationTime));
    }
    const auto link = [&](const QString &name) {
        QFile::remove(certFile());
        QFile::remove(keyFile());
        return QFile::link(name + u".crt"_s, certFile())
               && QFile::link(name + u".key"_s, keyFile());
    };
    QVERIFY(link(u"first"_s));
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start(tlsArguments()) >= 0);
    server.useTls(trustingBoth(own, next));
    AppClient before(server, "before");
    QVERIFY(before.join());
    QCOMPARE(before.seenCertificate().toPem(), own.certificate);
    QVERIFY(link(u"second"_s));
    QTRY_VERIFY_WITH_TIMEOUT(logSays(server, u"New connections get the TLS certificate"_s), 20'000);
    AppClient after(server, "after");
    QVERIFY(after.join());
    QCOMPARE(after.seenCertificate().toPem(), next.certificate);
    QVERIFY(before.isConnected());
    QCOMPARE(server.stop(), 0);
}

void TlsTest::keepsThePairInUseIfTheNewOneIsBad()
{
    const TlsPair own = TlsPair::make();
    const TlsPair next = TlsPair::make();
    QVERIFY(own.write(m_directory.filePath(u"own"_s)));
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start(tlsArguments()) >= 0);
    server.useTls(trustingBoth(own, next));
    QVERIFY(writeFile(certFile(), next.certificate));
    QCOMPARE(::kill(static_cast<pid_t>(server.pid()), SIGHUP), 0);
    QTRY_VERIFY(logSays(server, u"the former one stays in use"_s));
    AppClient waiter(server, "waiter");
    QVERIFY(waiter.join());
    QCOMPARE(waiter.seenCertificate().toPem(), own.certificate);
    QVERIFY(writeFile(keyFile(), next.key));
    QTRY_VERIFY_WITH_TIMEOUT(logSays(server, u"New connections get the TLS certificate"_s), 20'000);
    AppClient kitchen(server, "kitchen");
    QVERIFY(kitchen.join());
    QCOMPARE(kitchen.seenCertificate().toPem(), next.certificate);
    QCOMPARE(server.stop(), 0);
}

QTEST_GUILESS_MAIN(TlsTest)
#include "tst_program_tls.moc"
