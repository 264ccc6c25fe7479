// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/app/console.h"
#include "console/gui/base/words.h"
#include "console/gui/connect/connectdialog.h"
#include "console/gui/connect/trustpanel.h"
#include "console/gui/lab/labpage.h"
#include "console/remote/secretstore.h"
#include "console/remote/servertrust.h"
#include "tests/server/program/serverprocess.h"
#include "tests/server/program/tlspair.h"

#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::gui {

/// Whom the console trusts, with the real server and real certificates.
class TlsTest : public QObject
{
    Q_OBJECT

public:
    explicit TlsTest(const QString &server)
        : m_program(server)
    {
    }

private Q_SLOTS:
    void initTestCase();
    void init();
    void unknownCertificateIsAskedAbout();
    void changedCertificateIsRefusedAndCompared();
    void authorityMayRenewItsCertificate();
    void ownAuthorityNeedsNoQuestion();
    void borrowedAuthorityIsNoProof();
    void pinnedCertificateEnds();
    void tokenIsNotSentToAStranger();
    void refusalsAreExplained();

private:
    struct Stage {
        QTemporaryDir dir;
        QSettings settings{dir.filePath(u"s.ini"_s), QSettings::IniFormat};
    };

    bool serve(const test::TlsPair &pair, const QStringList &more = {});
    QUrl url() const { return QUrl(u"https://127.0.0.1:%1"_s.arg(m_server->port())); }
    QString file(const QString &name) const { return m_dir->filePath(name); }
    /// What `possync-server init-tls` printed.
    QByteArray initTls(const QString &dir) const;
    static QString words(const TrustPanel &panel, const QString &accessibleName);
    static QPushButton *button(QWidget &in, const QString &text);
    static bool typeAddress(ConnectDialog &dialog, const QString &address);

    QString m_program;
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<test::ServerProcess> m_server;
};

void TlsTest::initTestCase()
{
    installWords(*qApp);
    QStandardPaths::setTestModeEnabled(true);
}

void TlsTest::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<test::ServerProcess>(m_program);
    qputenv("POSSYNC_DATA", m_dir->path().toLocal8Bit()); // with nothing in it
}

bool TlsTest::serve(const test::TlsPair &pair, const QStringList &more)
{
    return pair.write(file(u"tls"_s))
           && m_server->start(QStringList{u"--tls-cert"_s, file(u"tls.crt"_s), u"--tls-key"_s,
                                          file(u"tls.key"_s)}
                              + more)
                  >= 0;
}

QByteArray TlsTest::initTls(const QString &dir) const
{
    QProcess process;
    process.start(m_program, {u"init-tls"_s, u"--data"_s, dir});
    process.waitForFinished(20000);
    return process.readAllStandardOutput();
}

QString TlsTest::words(const TrustPanel &panel, const QString &accessibleName)
{
    for (const QLabel *label : panel.findChildren<QLabel *>()) {
        if (label->accessibleName() == accessibleName)
            return label->text().remove(u'\n');
    }
    return {};
}

QPushButton *TlsTest::button(QWidget &in, const QString &text)
{
    for (QPushButton *each : in.findChildren<QPushButton *>()) {
        if (each->text() == text)
            return each;
    }
    return nullptr;
}

bool TlsTest::typeAddress(ConnectDialog &dialog, const QString &address)
{
    for (QLineEdit *field : dialog.findChildren<QLineEdit *>()) {
        if (field->accessibleName() == "Address of the server"_L1) {
            QTest::keyClicks(field, address);
            return true;
        }
    }
    return false;
}

void TlsTest::unknownCertificateIsAskedAbout()
{
    const test::TlsPair pair = test::TlsPair::make();
    const QSslCertificate certificate = remote::certificateIn(pair.certificate);
    QVERIFY(serve(pair));
    Stage stage;
    Console console({}, stage.settings);
    console.start();
    QTRY_VERIFY(console.window().findChild<ConnectDialog *>());
    auto &dialog = *console.window().findChild<ConnectDialog *>();
    QVERIFY(typeAddress(dialog, url().toString()));
    QPushButton *go = button(dialog, u"&Connect"_s);
    QTest::mouseClick(go, Qt::LeftButton);
    auto &panel = *dialog.findChild<TrustPanel *>();
    QTRY_VERIFY(panel.isVisible());
    QVERIFY(dialog.stepText(ConnectionTest::Encryption).contains("Nobody this computer knows"_L1));
    QVERIFY2(!go->isEnabled(), "there is a way round the question");
    QCOMPARE(words(panel, u"Fingerprint in words"_s), remote::fingerprintWords(certificate));
    QTest::mouseClick(panel.button(), Qt::LeftButton);
    QTRY_VERIFY(console.session().isConnected());
    QCOMPARE(loadProfiles(stage.settings).value(0).certificate, certificate.toPem());
    // Questions over REST trust it as well.
    QString restaurants;
    console.session().port()->get(u"/api/restaurants"_s, this,
                                  [&](const remote::Answer<QByteArray> &answer) {
                                      restaurants = answer ? u"answered"_s : answer.error().message;
                                  });
    QTRY_COMPARE(restaurants, u"answered"_s);
    // So do virtual devices, which have connections of their own, of either kind.
    auto &lab = *console.window().findChild<LabPage *>();
    QFile scenario(stage.dir.filePath(u"both.toml"_s));
    QVERIFY(scenario.open(QIODevice::WriteOnly));
    scenario.write("name = \"Both\"\n[[device]]\nname = \"Till\"\n[[device]]\nname = \"Bar\"\n"
                   "protocol = \"v2\"\n[[step]]\nat = \"0 s\"\ndevice = \"all\"\n"
                   "work = { rate = 20, for = \"1 s\" }\n");
    scenario.close();
    QVERIFY(lab.openFile(scenario.fileName()));
    QCOMPARE(lab.problem(), QString());
    lab.start();
    QTRY_VERIFY_WITH_TIMEOUT(lab.report().has_value(), 30000);
    QVERIFY2(lab.report()->passed(), qPrintable(lab.report()->log.join(u'\n')));
    // And the next start needs no question.
    Console next({}, stage.settings);
    next.start();
    QTRY_VERIFY(next.session().isConnected());
}

void TlsTest::changedCertificateIsRefusedAndCompared()
{
    const test::TlsPair before = test::TlsPair::make();
    const test::TlsPair after = test::TlsPair::make();
    const QSslCertificate old = remote::certificateIn(before.certificate);
    const QSslCertificate fresh = remote::certificateIn(after.certificate);
    QVERIFY(serve(before));
    const quint16 port = m_server->port();
    Stage stage;
    saveProfiles(stage.settings, {{u"Bar"_s, url(), before.certificate}});
    Console console({.profile = u"Bar"_s}, stage.settings);
    console.start();
    QTRY_VERIFY(console.session().isConnected());
    QCOMPARE(m_server->stop(), 0);
    QTRY_COMPARE(console.session().link().phase, LinkStatus::Waiting);
    QVERIFY(serve(after, {u"--port"_s, QString::number(port)}));
    QCOMPARE(m_server->port(), port);
    Q_EMIT console.window().retryRequested();
    QTRY_COMPARE_WITH_TIMEOUT(console.session().link().phase, LinkStatus::Refused, 20000);
    const QString why = console.session().link().reason;
    QVERIFY2(why.contains("another certificate than the one trusted"_L1), qPrintable(why));
    QVERIFY2(why.contains("Connect to a server"_L1), qPrintable(why));

    Q_EMIT console.window().connectRequested();
    auto &dialog = *console.window().findChild<ConnectDialog *>();
    QTest::mouseClick(button(dialog, u"&Connect"_s), Qt::LeftButton);
    auto &panel = *dialog.findChild<TrustPanel *>();
    QTRY_VERIFY(panel.isVisible());
    QCOMPARE(words(panel, u"Fingerprint in words, Trusted until now"_s),
             remote::fingerprintWords(old));
    QCOMPARE(words(panel, u"Fingerprint in words, Shown now"_s), remote::fingerprintWords(fresh));
    QVERIFY(!button(dialog, u"&Connect"_s)->isEnabled());
    QVERIFY(!console.session().isConnected());
    QTest::mouseClick(panel.button(), Qt::LeftButton);
    QTRY_VERIFY(console.session().isConnected());
    QCOMPARE(loadProfiles(stage.settings).value(0).certificate, fresh.toPem());
}

void TlsTest::authorityMayRenewItsCertificate()
{
    const QTemporaryDir made;
    const QByteArray printed = initTls(made.path());
    const auto start = [&](const QStringList &more = {}) {
        return m_server->start(QStringList{u"--tls-cert"_s, made.filePath(u"tls/server.pem"_s),
                                           u"--tls-key"_s, made.filePath(u"tls/server.key"_s)}
                               + more)
               >= 0;
    };
    QVERIFY(start());
    remote::SecretStore secrets;
    ConnectDialog dialog({}, {}, secrets, nullptr);
    dialog.show();
    QVERIFY(typeAddress(dialog, url().toString()));
    QTest::mouseClick(button(dialog, u"&Connect"_s), Qt::LeftButton);
    auto &panel = *dialog.findChild<TrustPanel *>();
    QTRY_VERIFY(panel.isVisible());
    // The very words that the server's computer shows.
    const QString shown = words(panel, u"Fingerprint in words"_s);
    QVERIFY2(!shown.isEmpty() && printed.contains("  " + shown.toUtf8() + '\n'), printed);
    QSignalSpy accepted(&dialog, &QDialog::accepted);
    QTest::mouseClick(panel.button(), Qt::LeftButton);
    QTRY_COMPARE(accepted.count(), 1);
    const Profile profile = dialog.chosen();
    const quint16 port = m_server->port();
    QCOMPARE(m_server->stop(), 0);
    const QSslCertificate before =
        QSslCertificate::fromPath(made.filePath(u"tls/server.pem"_s)).value(0);
    initTls(made.path()); // a new certificate, the same authority
    QVERIFY(QSslCertificate::fromPath(made.filePath(u"tls/server.pem"_s)).value(0) != before);
    QVERIFY(start({u"--port"_s, QString::number(port)}));
    ConnectionTest test(nullptr);
    QSignalSpy finished(&test, &ConnectionTest::finished);
    test.start({.address = profile.server.toString(), .certificate = profile.certificate});
    QTRY_COMPARE(finished.count(), 1);
    QVERIFY(finished[0][0].toBool());
}

void TlsTest::ownAuthorityNeedsNoQuestion()
{
    initTls(m_server->dataDir());
    const QDir tls(m_server->dataDir() + u"/tls"_s);
    QVERIFY(
        m_server->start({u"--auth"_s, u"required"_s, u"--tls-cert"_s, tls.filePath(u"server.pem"_s),
                         u"--tls-key"_s, tls.filePath(u"server.key"_s)})
        >= 0);
    qputenv("POSSYNC_DATA", m_server->dataDir().toLocal8Bit());
    remote::SecretStore secrets;
    ConnectDialog dialog({}, {}, secrets, nullptr);
    dialog.show();
    QVERIFY(typeAddress(dialog, url().toString()));
    QSignalSpy accepted(&dialog, &QDialog::accepted);
    QTest::mouseClick(button(dialog, u"&Connect"_s), Qt::LeftButton);
    QTRY_COMPARE(accepted.count(), 1);
    QVERIFY(dialog.stepText(ConnectionTest::Encryption).contains("you trusted"_L1));
    QCOMPARE(remote::certificateIn(dialog.chosen().certificate),
             QSslCertificate::fromPath(tls.filePath(u"ca.pem"_s)).value(0));
}

void TlsTest::borrowedAuthorityIsNoProof()
{
    // Somebody in between has a certificate of his own and shows the true authority behind it.
    const QTemporaryDir made;
    initTls(made.path());
    const QList<QSslCertificate> authority =
        QSslCertificate::fromPath(made.filePath(u"tls/ca.pem"_s));
    test::TlsPair pair = test::TlsPair::make();
    const QSslCertificate own = remote::certificateIn(pair.certificate);
    pair.certificate += authority.value(0).toPem();
    QVERIFY(serve(pair));
    remote::SecretStore secrets;
    ConnectDialog dialog({{u"Bar"_s, url(), authority.value(0).toPem()}}, u"Bar"_s, secrets,
                         nullptr);
    dialog.show();
    QTest::mouseClick(button(dialog, u"&Connect"_s), Qt::LeftButton);
    auto &panel = *dialog.findChild<TrustPanel *>();
    QTRY_VERIFY(panel.isVisible());
    QCOMPARE(words(panel, u"Fingerprint in words, Trusted until now"_s),
             remote::fingerprintWords(authority.value(0)));
    QCOMPARE(words(panel, u"Fingerprint in words, Shown now"_s), remote::fingerprintWords(own));
}

void TlsTest::pinnedCertificateEnds()
{
    const test::TlsPair pair = test::TlsPair::make(-10, -1);
    QVERIFY(serve(pair));
    ConnectionTest test(nullptr);
    QString said;
    connect(
        &test, &ConnectionTest::stepFinished, this,
        [&](ConnectionTest::Step, ConnectionTest::Outcome, const QString &words) { said = words; });
    QSignalSpy finished(&test, &ConnectionTest::finished);
    test.start({.address = url().toString(), .certificate = pair.certificate});
    QTRY_COMPARE(finished.count(), 1);
    QVERIFY(!finished[0][0].toBool());
    QVERIFY2(said.contains("holds from"_L1) && said.contains("init-tls"_L1), qPrintable(said));
    QVERIFY(!test.isTrustQuestion()); // trusting it again would not help
}

void TlsTest::tokenIsNotSentToAStranger()
{
    const test::TlsPair pair = test::TlsPair::make();
    const test::TlsPair other = test::TlsPair::make();
    QVERIFY(serve(pair, {u"--auth"_s, u"required"_s}));
    m_server->useTls(pair.trust());
    const QByteArray token = m_server->makeToken(R"("role":"viewer")").secret;
    QVERIFY(!token.isEmpty());
    remote::AdminClient client;
    client.connectTo(url(), token, remote::ServerTrust(remote::certificateIn(other.certificate)));
    QTRY_COMPARE(client.state(), remote::AdminClient::State::Refused);
    QCOMPARE(client.reason().code, u"tls_changed"_s);
    remote::RestClient rest(url());
    rest.setToken(token);
    QString code;
    rest.restaurants(
        this, [&](const auto &answer) { code = answer ? u"answered"_s : answer.error().code; });
    QTRY_COMPARE(code, u"tls_untrusted"_s);
    // The server has seen no token but the owner's, who asked when one was used last.
    const QByteArray tokens = m_server->get(u"/api/admin/tokens"_s, m_server->ownerToken()).body;
    QCOMPARE(tokens.count("\"last_used_at\":null"), 1);
    client.connectTo(url(), token, remote::ServerTrust(remote::certificateIn(pair.certificate)));
    QTRY_COMPARE(client.state(), remote::AdminClient::State::Connected);
    QCOMPARE(client.welcome().role, u"viewer"_s);
}

void TlsTest::refusalsAreExplained()
{
    const QSslCertificate pinned = remote::certificateIn(test::TlsPair::make().certificate);
    const QSslCertificate other = remote::certificateIn(test::TlsPair::make().certificate);
    const QUrl server(u"https://pos.example:3443"_s);
    const remote::ServerTrust none;
    const remote::ServerTrust trust(pinned);
    const QSslError selfSigned(QSslError::SelfSignedCertificate, other);
    QCOMPARE(none.explain(server, {selfSigned}).code, u"tls_untrusted"_s);
    QCOMPARE(trust.explain(server, {selfSigned}).code, u"tls_changed"_s);
    const remote::RemoteError name =
        none.explain(server, {QSslError(QSslError::HostNameMismatch, other)});
    QCOMPARE(name.code, u"tls_name"_s);
    QVERIFY2(name.message.contains("127.0.0.1"_L1) && name.message.contains("pos.example"_L1),
             qPrintable(name.message));
    QCOMPARE(none.explain(server, {}).code, u"tls"_s);
    // The pinned one may have any name, but not be over.
    QVERIFY(trust.answersFor({QSslError(QSslError::HostNameMismatch, pinned),
                              QSslError(QSslError::SelfSignedCertificate, pinned)}));
    QVERIFY(!trust.answersFor({QSslError(QSslError::CertificateExpired, pinned)}));
    QVERIFY(!trust.answersFor({QSslError(QSslError::SelfSignedCertificate, pinned), selfSigned}));
    QVERIFY(!none.answersFor({QSslError(QSslError::SelfSignedCertificate, pinned)}));
    QVERIFY(remote::anchorOf({}).isNull());
    QVERIFY(remote::certificateIn("no certificate").isNull());
}

} // namespace possync::gui

int main(int argc, char **argv)
{
    // No test may ask for, or leave anything in, the keychain of whoever runs it.
    qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    QApplication application(argc, argv);
    QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 2)
        return 2;
    possync::gui::TlsTest test(arguments.takeAt(1));
    return QTest::qExec(&test, arguments);
}

#include "tst_gui_tls.moc"
