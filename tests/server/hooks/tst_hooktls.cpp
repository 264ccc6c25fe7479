// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/hooks/authorities.h"
#include "server/hooks/hooksender.h"
#include "tests/server/hooks/receiver.h"
#include "tests/server/hooks/tlsreceiver.h"

#include <QTemporaryDir>
#include <QTest>

using namespace possync;
using namespace possync::hooks;
using namespace Qt::StringLiterals;
using test::Receiver;
using test::TlsReceiver;

/// Webhooks at https: real receivers with certificates of private authorities.
class HookTlsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void knownAuthorityIsTrusted();
    void badCertificatesAreNamed_data();
    void badCertificatesAreNamed();
    void authoritiesAreRead();

private:
    /// One try to tell the receiver, with these authorities trusted.
    Attempt tell(const QString &url, const QString &authorityFile)
    {
        const auto authorities =
            authorityFile.isEmpty() ? QList<QSslCertificate>() : *readAuthorities(authorityFile);
        const QUrl target(url);
        HookSender sender({target.host() + u':' + QString::number(target.port())},
                          std::chrono::seconds(60), authorities);
        Hook hook;
        hook.url = target;
        hook.secret = "s";
        Delivery delivery;
        delivery.eventId = "evt_1";
        delivery.event = "test";
        delivery.body = "{}";
        std::optional<Attempt> attempt;
        sender.send(hook, delivery, 1'000, [&attempt](const Attempt &came) { attempt = came; });
        if (!QTest::qWaitFor([&attempt] { return attempt.has_value(); }, 90'000))
            qFatal("the try did not end");
        return *attempt;
    }
    TlsReceiver make(const QString &name, const QStringList &names) const
    {
        return TlsReceiver::make(m_directory.filePath(name), names);
    }

    QTemporaryDir m_directory;
};

void HookTlsTest::knownAuthorityIsTrusted()
{
    const TlsReceiver made = make(u"good"_s, {u"127.0.0.1"_s, u"localhost"_s});
    Receiver receiver(made.tls);
    const Attempt byAddress = tell(receiver.url(), made.authorityFile);
    QVERIFY2(byAddress.isTaken, qPrintable(byAddress.error));
    // By name: the certificate is for the name, the connection goes to the address.
    const Attempt byName =
        tell(u"https://localhost:%1/x"_s.arg(receiver.serverPort()), made.authorityFile);
    QVERIFY2(byName.isTaken, qPrintable(byName.error));
    QCOMPARE(receiver.requests.size(), 2);
    QCOMPARE(receiver.requests[1].line, QByteArray("POST /x HTTP/1.1"));
}

void HookTlsTest::badCertificatesAreNamed_data()
{
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<bool>("isTrusted");
    QTest::addColumn<QString>("part");
    QTest::newRow("unknown authority")
        << QStringList{u"127.0.0.1"_s} << false << u"no authority that this server trusts"_s;
    QTest::newRow("another name") << QStringList{u"pos.example"_s} << true
                                  << u"it is not for 127.0.0.1"_s;
}

void HookTlsTest::badCertificatesAreNamed()
{
    QFETCH(QStringList, names);
    QFETCH(bool, isTrusted);
    QFETCH(QString, part);
    const TlsReceiver made = make(names[0] + (isTrusted ? u"t"_s : u"u"_s), names);
    const TlsReceiver other = make(u"other"_s, {u"127.0.0.1"_s});
    Receiver receiver(made.tls);
    const Attempt attempt =
        tell(receiver.url(), isTrusted ? made.authorityFile : other.authorityFile);
    QVERIFY(!attempt.isTaken);
    QCOMPARE(attempt.status, 0);
    QVERIFY2(attempt.error.contains(part), qPrintable(attempt.error));
    QVERIFY2(attempt.error.startsWith(u"the receiver's certificate is refused: "_s),
             qPrintable(attempt.error));
    QVERIFY(receiver.requests.isEmpty());
    // The same without a private authority at all.
    QVERIFY(!tell(receiver.url(), {}).isTaken);
    QVERIFY(receiver.requests.isEmpty());
}

void HookTlsTest::authoritiesAreRead()
{
    const TlsReceiver made = make(u"read"_s, {u"127.0.0.1"_s});
    QCOMPARE(readAuthorities(made.authorityFile)->size(), 1);
    const QString missing = m_directory.filePath(u"none.pem"_s);
    QVERIFY(readAuthorities(missing).error().contains(missing));
    const QString empty = m_directory.filePath(u"empty.pem"_s);
    QFile file(empty);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("no certificate\n") > 0);
    file.close();
    QVERIFY2(readAuthorities(empty).error().contains(u"no certificate in PEM"),
             qPrintable(readAuthorities(empty).error()));
}

QTEST_GUILESS_MAIN(HookTlsTest)
#include "tst_hooktls.moc"
