// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/cli/programrun.h"
#include "tests/server/program/serverprocess.h"
#include "tests/server/program/tlspair.h"
#include "tests/support/withprograms.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace possync;
using namespace Qt::StringLiterals;

/// `possyncctl` in front of a server whose certificate no system trusts.
class PinTest : public QObject
{
    Q_OBJECT

public:
    PinTest(const QString &program, const QString &server)
        : m_program(program)
        , m_serverProgram(server)
    {
    }

private Q_SLOTS:
    void initTestCase();
    void withoutAPinNobodyIsTrusted();
    void everythingGoesThroughThePin_data();
    void everythingGoesThroughThePin();
    void anotherCertificateIsRefused();
    void badPinsAreExplained();

private:
    using Outcome = test::Outcome;
    Outcome run(const QStringList &arguments, const QString &pinInEnvironment = {}) const
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        if (!pinInEnvironment.isEmpty())
            environment.insert(u"POSSYNC_PIN"_s, pinInEnvironment);
        // Qt does not join the thread that spoke HTTP: at the exit OpenSSL may not have freed yet
        // what it keeps for each thread, and LeakSanitizer reports that.
        environment.insert(u"LSAN_OPTIONS"_s,
                           u"print_suppressions=0:suppressions="_s + path(u"openssl.supp"_s));
        return test::runProgram(m_program, QStringList{u"--server"_s, m_address} + arguments,
                                environment);
    }
    QString path(const QString &name) const { return m_dir.filePath(name); }

    QString m_program;
    QString m_serverProgram;
    QString m_address;
    QTemporaryDir m_dir;
    std::unique_ptr<test::ServerProcess> m_server;
};

void PinTest::initTestCase()
{
    QFile suppressions(path(u"openssl.supp"_s));
    QVERIFY(suppressions.open(QIODevice::WriteOnly));
    suppressions.write("leak:libcrypto.so\n");
    suppressions.close();
    QVERIFY(test::TlsPair::make().write(path(u"tls"_s)));
    QVERIFY(test::TlsPair::make().write(path(u"other"_s)));
    m_server = std::make_unique<test::ServerProcess>(m_serverProgram);
    QVERIFY(
        m_server->start({u"--tls-cert"_s, path(u"tls.crt"_s), u"--tls-key"_s, path(u"tls.key"_s)})
        >= 0);
    m_address = u"https://127.0.0.1:%1"_s.arg(m_server->port());
}

void PinTest::withoutAPinNobodyIsTrusted()
{
    const Outcome outcome = run({u"status"_s});
    QCOMPARE(outcome.code, 1);
    QVERIFY2(outcome.error.contains("vouches"), outcome.error.constData());
}

void PinTest::everythingGoesThroughThePin_data()
{
    QTest::addColumn<QStringList>("command");
    QTest::newRow("REST") << QStringList{u"restaurants"_s};
    QTest::newRow("simulate") << QStringList{u"simulate"_s,  u"--seed"_s,     u"7"_s,
                                             u"--devices"_s, u"3"_s,          u"--seconds"_s,
                                             u"1"_s,         u"--protocol"_s, u"mixed"_s};
    QTest::newRow("run") << QStringList{u"run"_s, u"order-to-kitchen"_s};
    QTest::newRow("record") << QStringList{u"record"_s, u"sim-7-1"_s, path(u"past.jsonl"_s),
                                           u"--since"_s, u"0"_s};
    QTest::newRow("replay") << QStringList{u"replay"_s,      path(u"past.jsonl"_s), u"--to"_s,
                                           u"test-pinned"_s, u"--speed"_s,          u"max"_s};
}

void PinTest::everythingGoesThroughThePin()
{
    QFETCH(QStringList, command);
    const Outcome outcome = run(QStringList{u"--pin"_s, path(u"tls.crt"_s)} + command);
    QVERIFY2(outcome.code == 0, (outcome.out + outcome.error).constData());
}

void PinTest::anotherCertificateIsRefused()
{
    for (const QString &command : {u"status"_s, u"simulate"_s}) {
        const Outcome outcome = run({u"--pin"_s, path(u"other.crt"_s), command});
        QCOMPARE(outcome.code, 1);
        QVERIFY2(outcome.error.contains("another certificate"), outcome.error.constData());
    }
    QCOMPARE(run({u"status"_s}, path(u"tls.crt"_s)).code, 0);
    QCOMPARE(run({u"status"_s}, path(u"other.crt"_s)).code, 1);
}

void PinTest::badPinsAreExplained()
{
    Outcome outcome = run({u"--pin"_s, path(u"nowhere.pem"_s), u"status"_s});
    QCOMPARE(outcome.code, 1);
    QVERIFY2(outcome.error.contains("nowhere.pem cannot be read"), outcome.error.constData());
    outcome = run({u"--pin"_s, path(u"tls.key"_s), u"status"_s});
    QCOMPARE(outcome.code, 1);
    QVERIFY2(outcome.error.contains("holds no certificate"), outcome.error.constData());
}

int main(int argc, char **argv)
{
    return possync::test::runWithPrograms<PinTest, QCoreApplication, 2>(argc, argv);
}
#include "tst_cli_pin.moc"
