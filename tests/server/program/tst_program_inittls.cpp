// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/spokenwords.h"
#include "tests/server/program/serverprocess.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using possync::spokenWords;
using possync::test::ServerProcess;

namespace {

constexpr auto ownerOnly =
    QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser;

struct Outcome {
    int code = -1;
    QByteArray out;
    QByteArray error;
};

Outcome initTls(const QStringList &arguments)
{
    QProcess process;
    process.start(QStringLiteral(POSSYNC_SERVER_PROGRAM), QStringList{u"init-tls"_s} + arguments);
    process.waitForFinished(20'000);
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

} // namespace

/// `possync-server init-tls`: what it makes is what a client needs to trust the server.
class InitTlsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void clientsTrustTheServerByItsAuthority();
    void authorityIsKept();
    void fingerprintIsTheAuthoritys();
    void wordsAreProquints();
    void badUseIsNamed();
    void helpMakesNothing();

private:
    QString file(const QString &name) const { return m_directory->filePath(u"tls/"_s + name); }
    QSslCertificate first(const QString &name) const
    {
        return QSslCertificate::fromPath(file(name)).value(0);
    }

    std::unique_ptr<QTemporaryDir> m_directory;
};

void InitTlsTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
}

void InitTlsTest::clientsTrustTheServerByItsAuthority()
{
    const Outcome made = initTls({u"--data"_s, m_directory->path(), u"pos.example"_s});
    QVERIFY2(made.code == 0, made.error);
    for (const QString &name : {u"ca.key"_s, u"server.key"_s})
        QVERIFY(QFile::permissions(file(name)) == ownerOnly);
    ServerProcess server(QStringLiteral(POSSYNC_SERVER_PROGRAM));
    QVERIFY(server.start(
                {u"--tls-cert"_s, file(u"server.pem"_s), u"--tls-key"_s, file(u"server.key"_s)})
            >= 0);
    const auto trusts = [&](const QString &name, const QList<QSslCertificate> &authorities) {
        QSslSocket socket;
        QSslConfiguration configuration;
        configuration.setCaCertificates(authorities);
        socket.setSslConfiguration(configuration);
        socket.setPeerVerifyName(name);
        socket.connectToHostEncrypted(u"127.0.0.1"_s, server.port());
        return socket.waitForEncrypted(5'000);
    };
    const QList<QSslCertificate> ours{first(u"ca.pem"_s)};
    QVERIFY(trusts(u"localhost"_s, ours));
    QVERIFY(trusts(u"127.0.0.1"_s, ours));
    QVERIFY(trusts(u"pos.example"_s, ours));
    QVERIFY(!trusts(u"other.example"_s, ours));
    QVERIFY(!trusts(u"localhost"_s, {}));
    const QTemporaryDir elsewhere;
    QCOMPARE(initTls({u"--data"_s, elsewhere.path()}).code, 0);
    QVERIFY(
        !trusts(u"localhost"_s, QSslCertificate::fromPath(elsewhere.filePath(u"tls/ca.pem"_s))));
    QCOMPARE(server.stop(), 0);
}

void InitTlsTest::authorityIsKept()
{
    QCOMPARE(initTls({u"--data"_s, m_directory->path()}).code, 0);
    const QSslCertificate authority = first(u"ca.pem"_s);
    const QSslCertificate server = first(u"server.pem"_s);
    const Outcome again = initTls({u"--data="_s + m_directory->path(), u"192.168.1.20"_s});
    QVERIFY2(again.code == 0, again.error);
    QVERIFY(first(u"ca.pem"_s) == authority);
    QVERIFY(first(u"server.pem"_s) != server);
    QVERIFY(first(u"server.pem"_s)
                .subjectAlternativeNames()
                .values(QSsl::IpAddressEntry)
                .contains(u"192.168.1.20"_s));
    // Half an authority is not one, and nothing is thrown away.
    QVERIFY(QFile::remove(file(u"ca.key"_s)));
    const Outcome broken = initTls({u"--data"_s, m_directory->path()});
    QCOMPARE(broken.code, 2);
    QVERIFY2(broken.error.contains("ca.key"), broken.error);
    QVERIFY(first(u"ca.pem"_s) == authority);
}

void InitTlsTest::fingerprintIsTheAuthoritys()
{
    const Outcome made = initTls({u"--data"_s, m_directory->path()});
    const QByteArray hash = first(u"ca.pem"_s).digest(QCryptographicHash::Sha256);
    QVERIFY2(made.out.contains(spokenWords(hash.first(16)).toUtf8()), made.out);
    QVERIFY2(made.out.contains(hash.toHex(':').toUpper()), made.out);
    const QSslCertificate authority = first(u"ca.pem"_s);
    QVERIFY(authority.effectiveDate() <= QDateTime::currentDateTime());
    QVERIFY(authority.expiryDate() > QDateTime::currentDateTime().addDays(3'600));
    QVERIFY(authority.isSelfSigned());
}

void InitTlsTest::wordsAreProquints()
{
    QCOMPARE(spokenWords(QByteArray::fromHex("7f000001")), u"lusab-babad"_s);
    QCOMPARE(spokenWords(QByteArray::fromHex("3f54dcc1")), u"gutih-tugad"_s);
    QCOMPARE(spokenWords({}), QString());
}

void InitTlsTest::badUseIsNamed()
{
    const Outcome name = initTls({u"--data"_s, m_directory->path(), u"a_b,DNS:evil"_s});
    QCOMPARE(name.code, 2);
    QVERIFY2(name.error.contains("\"a_b,DNS:evil\" is no host name"), name.error);
    QVERIFY(!QFile::exists(file(u"ca.pem"_s)));
    const Outcome flag = initTls({u"--dat"_s, m_directory->path()});
    QCOMPARE(flag.code, 2);
    QVERIFY2(flag.error.contains("--dat"), flag.error);
    QCOMPARE(initTls({u"--data"_s}).code, 2);
}

void InitTlsTest::helpMakesNothing()
{
    const Outcome outcome = initTls({u"--data"_s, m_directory->path(), u"--help"_s});
    QCOMPARE(outcome.code, 0);
    QVERIFY2(outcome.out.startsWith("Usage:"), outcome.out.constData());
    QVERIFY(!QFile::exists(m_directory->filePath(u"tls"_s)));
}

QTEST_GUILESS_MAIN(InitTlsTest)
#include "tst_program_inittls.moc"
