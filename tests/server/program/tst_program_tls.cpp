// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/program/serverprocess.h"
#include "tests/server/program/tlspair.h"

#include <QTest>

using namespace Qt::StringLiterals;
using possync::test::ServerProcess;
using possync::test::TlsPair;
using possync::test::writeFile;

/// The port with TLS, against the real program.
class TlsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void refusesWhatCannotServe_data();
    void refusesWhatCannotServe();
    void warnsAboutDates_data();
    void warnsAboutDates();

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

QTEST_GUILESS_MAIN(TlsTest)
#include "tst_program_tls.moc"
