// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/profile.h"
#include "console/remote/secretstore.h"
#include "tests/console/cli/programrun.h"
#include "tests/server/program/serverprocess.h"
#include "tests/support/withprograms.h"

#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

using namespace possync;
using namespace Qt::StringLiterals;

/// `possyncctl --profile` with the token that the console put into a real keychain.
class CliKeychainTest : public QObject
{
    Q_OBJECT

public:
    CliKeychainTest(const QString &program, const QString &server)
        : m_program(program)
        , m_serverProgram(server)
    {
    }

private Q_SLOTS:
    void tokenComesFromTheKeychain();

private:
    using Outcome = test::Outcome;
    Outcome run(const QStringList &arguments) const
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"XDG_CONFIG_HOME"_s, m_settings.path());
        return test::runProgram(m_program, arguments, environment);
    }

    QString m_program;
    QString m_serverProgram;
    QTemporaryDir m_settings;
};

void CliKeychainTest::tokenComesFromTheKeychain()
{
    test::ServerProcess server(m_serverProgram);
    QVERIFY(server.start({u"--auth"_s, u"required"_s}) >= 0);
    const QUrl url(u"http://127.0.0.1:%1"_s.arg(server.port()));
    const auto viewer = server.makeToken(R"("role":"viewer","name":"desk")");
    const remote::Profile desk{u"Front desk"_s, url, {}};
    const remote::Profile bare{u"Bare"_s, url, {}};
    {
        QSettings settings(m_settings.filePath(u"PosSync/possync-console.conf"_s),
                           QSettings::IniFormat);
        remote::saveProfiles(settings, {desk, bare});
    }
    remote::SecretStore secrets;
    std::optional<QString> problem;
    secrets.keep(desk, viewer.secret, this,
                 [&](const remote::Phrase &why) { problem = why.english(); });
    QTRY_VERIFY_WITH_TIMEOUT(problem.has_value(), 20000);
    QCOMPARE(*problem, QString());

    const Outcome seen = run({u"--profile"_s, u"Front desk"_s, u"--json"_s, u"restaurants"_s});
    QVERIFY2(seen.code == 0, seen.error.constData());
    // It is that token, and not what this computer's owner finds by itself.
    const Outcome made = run({u"--profile"_s, u"Front desk"_s, u"token"_s, u"list"_s});
    QCOMPARE(made.code, 1);
    // A name for which none is kept says so.
    const Outcome none = run({u"--profile"_s, u"Bare"_s, u"restaurants"_s});
    QCOMPARE(none.code, 1);
    QVERIFY2(none.error.contains("No token is kept for it. Give one with --token"),
             none.error.constData());
}

int main(int argc, char **argv)
{
    return possync::test::runWithPrograms<CliKeychainTest, QCoreApplication, 2>(argc, argv);
}
#include "tst_cli_keychain.moc"
