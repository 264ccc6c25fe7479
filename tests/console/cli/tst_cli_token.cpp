// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cli/commandrun.h"
#include "console/remote/ownertoken.h"
#include "tests/console/cli/programrun.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

/// possyncctl token … against a real server that asks everybody for a token.
class TokenTest : public QObject
{
    Q_OBJECT

public:
    TokenTest(QString ctl, QString server)
        : m_program(std::move(ctl))
        , m_serverProgram(std::move(server))
    {
    }

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void ownerIsFoundAtHome();
    void ownerTokenGoesToItsServerOnly();
    void madeTokenWorksUntilItIsRevoked();
    void pairingShowsACode();
    void auditIsShownAndVerified();
    void wordsAreChecked_data();
    void wordsAreChecked();
    void timesAreRead();

private:
    using Outcome = possync::test::Outcome;
    Outcome run(const QStringList &arguments, const QString &dataDir) const
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"POSSYNC_DATA"_s, dataDir);
        environment.remove(u"POSSYNC_TOKEN"_s);
        return possync::test::runProgram(m_program, QStringList{u"--server"_s, m_address} + arguments,
                                environment);
    }
    Outcome run(const QStringList &arguments) const { return run(arguments, m_data.path()); }

    QString m_program;
    QString m_serverProgram;
    QString m_address;
    QTemporaryDir m_data;
    QProcess m_server;
};

void TokenTest::initTestCase()
{
    m_server.start(m_serverProgram,
                   {u"--port"_s, u"0"_s, u"--data"_s, m_data.path(), u"--auth"_s, u"required"_s});
    const QByteArray mark = "possync-server ready on ";
    QByteArray said;
    QTRY_VERIFY_WITH_TIMEOUT((said += m_server.readAllStandardOutput()).contains('\n'), 20'000);
    QVERIFY2(said.startsWith(mark), said.constData());
    m_address = QString::fromUtf8(said.sliced(mark.size()).trimmed());
}

void TokenTest::cleanupTestCase()
{
    m_server.terminate();
    QVERIFY(m_server.waitForFinished(10'000));
    QCOMPARE(m_server.exitCode(), 0);
}

void TokenTest::ownerIsFoundAtHome()
{
    QCOMPARE(run({u"restaurants"_s}).code, 0);
    const QTemporaryDir elsewhere;
    const Outcome stranger = run({u"restaurants"_s}, elsewhere.path());
    QCOMPARE(stranger.code, 1);
    QVERIFY2(stranger.error.contains("access token"), stranger.error);
    QVERIFY2(stranger.error.contains("--token"), stranger.error);
    QCOMPARE(run({u"status"_s}, elsewhere.path()).code, 0); // how it is, everybody may ask
    // A token that was given is used, even where another would be found.
    QCOMPARE(run({u"--token"_s, u"nonsense"_s, u"restaurants"_s}).code, 1);
}

void TokenTest::ownerTokenGoesToItsServerOnly()
{
    using possync::remote::localOwnerToken;
    const QStringList dirs{u"/nowhere"_s, m_data.path()};
    const QUrl server(m_address);
    QVERIFY(localOwnerToken(server, dirs).startsWith("ps_"));
    QUrl named = server;
    named.setHost(u"localhost"_s);
    QVERIFY(!localOwnerToken(named, dirs).isEmpty());
    QUrl other = server;
    other.setPort(server.port() == 1 ? 2 : 1);
    QVERIFY(localOwnerToken(other, dirs).isEmpty());
    other = server;
    other.setHost(u"192.0.2.1"_s);
    QVERIFY(localOwnerToken(other, dirs).isEmpty());
    other.setHost(u"localhost.example"_s);
    QVERIFY(localOwnerToken(other, dirs).isEmpty());
    other = server;
    other.setScheme(u"https"_s);
    QVERIFY(localOwnerToken(other, dirs).isEmpty());
}

void TokenTest::madeTokenWorksUntilItIsRevoked()
{
    QCOMPARE(run({u"push"_s, u"r1"_s, u"orders"_s, u"created"_s, u"o1"_s}).code, 0);
    const Outcome made =
        run({u"--json"_s, u"token"_s, u"create"_s, u"--restaurant"_s, u"r1"_s, u"--role"_s,
             u"manager"_s, u"--name"_s, u"Till 1"_s, u"--expires"_s, u"30d"_s});
    QVERIFY2(made.code == 0, made.error);
    const QJsonObject answer = QJsonDocument::fromJson(made.out).object();
    const QString secret = answer[u"secret"].toString();
    const QString id = answer[u"token"][u"id"].toString();
    QCOMPARE(run({u"--token"_s, secret, u"changes"_s, u"r1"_s}).code, 0);
    QCOMPARE(run({u"--token"_s, secret, u"data"_s, u"r2"_s}).code, 1);
    QCOMPARE(run({u"--token"_s, secret, u"token"_s, u"list"_s}).code, 1);
    const Outcome listed = run({u"token"_s, u"list"_s});
    QCOMPARE(listed.code, 0);
    QVERIFY2(listed.out.contains("Till 1") && listed.out.contains("active"), listed.out);
    QVERIFY(!listed.out.contains(secret.toUtf8()));
    const Outcome revoked = run({u"token"_s, u"revoke"_s, id});
    QCOMPARE(revoked.code, 0);
    QVERIFY(revoked.out.contains(id.toUtf8()));
    const Outcome late = run({u"--token"_s, secret, u"changes"_s, u"r1"_s});
    QCOMPARE(late.code, 1);
    QVERIFY2(late.error.contains("revoked"), late.error);
    QVERIFY(run({u"token"_s, u"list"_s}).out.contains("revoked"));
    // Of an identity provider's.
    QVERIFY(run({u"token"_s, u"revoked-jwts"_s}).out.contains("No token"));
    const QStringList revokeJwt{u"token"_s, u"revoke-jwt"_s};
    QCOMPARE(run(revokeJwt).code, 2);
    const Outcome unseen = run(revokeJwt + QStringList{u"7f3a"_s});
    QCOMPARE(unseen.code, 1);
    QVERIFY2(unseen.error.contains("expires_in_s"), unseen.error);
    QCOMPARE(run(revokeJwt + QStringList{u"7f3a"_s, u"--expires"_s, u"soon"_s}).code, 2);
    QCOMPARE(run(revokeJwt + QStringList{u"7f3a"_s, u"--expires"_s, u"15m"_s}).code, 0);
    QVERIFY(run({u"token"_s, u"revoked-jwts"_s}).out.contains("7f3a"));
    QCOMPARE(run(revokeJwt + QStringList{u"7f3a"_s, u"--before"_s, u"2026-01-01T00:00:00Z"_s}).code,
             2);
    const QStringList anna{u"anna"_s, u"--subject"_s};
    QCOMPARE(run(revokeJwt + anna + QStringList{u"--before"_s, u"soon"_s}).code, 1);
    QCOMPARE(run(revokeJwt + anna + QStringList{u"--before"_s, u"2026-01-01T00:00:00Z"_s}).code, 0);
    QVERIFY(run({u"token"_s, u"revoked-jwts"_s}).out.contains("sub anna"));
    const QStringList takeBack{u"token"_s, u"take-back-jwt"_s};
    QCOMPARE(run(takeBack).code, 2);
    QCOMPARE(run(takeBack + QStringList{u"7f3a"_s}).code, 0);
    QCOMPARE(run(takeBack + QStringList{u"7f3a"_s}).code, 1);
    QCOMPARE(run(takeBack + anna).code, 0);
    QVERIFY(run({u"token"_s, u"revoked-jwts"_s}).out.contains("No token"));
    // For people it says what goes where in the app.
    const Outcome device =
        run({u"token"_s, u"create"_s, u"--restaurant"_s, u"r1"_s, u"--role"_s, u"server"_s});
    QVERIFY2(device.out.contains("serverUrl  ws://127.0.0.1:"), device.out);
    QVERIFY2(device.out.contains("/api\n"), device.out);
}

void TokenTest::pairingShowsACode()
{
    const Outcome shown =
        run({u"pair"_s, u"r1"_s, u"--role"_s, u"cashier"_s, u"--url"_s, u"http://10.0.0.5:3000"_s});
    QVERIFY2(shown.code == 0, shown.error);
    const QString text = QString::fromUtf8(shown.out);
    static const QRegularExpression said(
        u"Code [A-Z2-9]{4}-[A-Z2-9]{4} makes one device cashier of r1, for ten minutes\\."_s);
    QVERIFY2(text.contains(said), shown.out);
    QVERIFY(text.contains(u"open http://10.0.0.5:3000/pair on"_s));
    // A square, in half-height rows.
    const QStringList lines = text.split(u'\n');
    const qsizetype width = lines.front().size();
    QVERIFY2(width >= 25, shown.out);
    qsizetype rows = 0;
    while (lines[rows].size() == width)
        ++rows;
    QCOMPARE(rows, (width + 1) / 2);
    QCOMPARE(lines.front(), QString(width, u'█')); // the quiet zone
    // This server listens to its own computer only; no other address is promised.
    const Outcome local = run({u"pair"_s, u"r1"_s});
    QVERIFY2(local.out.contains("open " + m_address.toUtf8() + "/pair on"), local.out);
    QVERIFY2(local.error.contains("listens to this computer only"), local.error);
    QVERIFY2(shown.error.isEmpty(), shown.error);
    const Outcome json = run({u"--json"_s, u"pair"_s, u"r1"_s});
    QVERIFY(!QJsonDocument::fromJson(json.out)[u"code"].toString().isEmpty());
    const Outcome unknown = run({u"pair"_s, u"r1"_s, u"--replace"_s, u"abcdefghjk"_s});
    QCOMPARE(unknown.code, 1);
    QVERIFY(unknown.error.contains("no device token"));
    QCOMPARE(run({u"pair"_s, u"r1"_s, u"--replace"_s, u"x"_s, u"--name"_s, u"y"_s}).code, 2);
    QCOMPARE(run({u"pair"_s, u"r1"_s, u"--url"_s, u"10.0.0.5"_s}).code, 2);
    QCOMPARE(run({u"pair"_s, u"r1"_s, u"--role"_s, u"owner"_s}).code, 1);
}

void TokenTest::auditIsShownAndVerified()
{
    QCOMPARE(run({u"token"_s, u"create"_s, u"--role"_s, u"viewer"_s, u"--name"_s, u"A"_s}).code, 0);
    const Outcome shown = run({u"audit"_s, u"--search"_s, u"viewer"_s});
    QVERIFY2(shown.code == 0, shown.error);
    QVERIFY2(shown.out.contains("POST /api/admin/tokens") && shown.out.contains("done"), shown.out);
    const Outcome verified = run({u"audit"_s, u"--verify"_s});
    QCOMPARE(verified.code, 0);
    QVERIFY2(verified.out.contains("whole: "), verified.out);
    QVERIFY(
        run({u"--json"_s, u"audit"_s, u"--verify"_s}).out.startsWith(R"({"ok":true,"entries":)"));
    QCOMPARE(run({u"audit"_s, u"--lines"_s, u"0"_s}).code, 2);
}

void TokenTest::wordsAreChecked_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("said");
    const auto row = [](const char *name, const QStringList &arguments, int code,
                        const char *said) {
        QTest::newRow(name) << QStringList(u"token"_s) + arguments << code << QByteArray(said);
    };
    row("no action", {}, 2, "needs ACTION");
    row("unknown action", {u"make"_s}, 2, "no \"token make\"");
    row("no role", {u"create"_s}, 2, "needs --role");
    row("no id", {u"revoke"_s}, 2, "needs the token's ID");
    row("id too many", {u"list"_s, u"x"_s}, 2, "\"x\"");
    row("time", {u"create"_s, u"--role"_s, u"owner"_s, u"--expires"_s, u"soon"_s}, 2, "\"soon\"");
    row("role", {u"create"_s, u"--role"_s, u"chef"_s}, 1, "role");
    row("restaurant", {u"create"_s, u"--role"_s, u"server"_s}, 1, "restaurant");
    row("unknown id", {u"revoke"_s, u"../../x"_s}, 1, "no token of that id");
    row("no such token", {u"revoke"_s, u"abcdefghjk"_s}, 1, "no token of that id");
}

void TokenTest::wordsAreChecked()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, code);
    QFETCH(QByteArray, said);
    const Outcome outcome = run(arguments);
    QVERIFY2(outcome.error.contains(said), outcome.error);
    QCOMPARE(outcome.code, code);
}

void TokenTest::timesAreRead()
{
    using possync::cli::secondsFromText;
    QCOMPARE(secondsFromText(u"90s"_s), std::optional<qint64>(90));
    QCOMPARE(secondsFromText(u"12h"_s), std::optional<qint64>(43'200));
    QCOMPARE(secondsFromText(u"30d"_s), std::optional<qint64>(2'592'000));
    QCOMPARE(secondsFromText(u"8w"_s), std::optional<qint64>(4'838'400));
    for (const QString &text : {u""_s, u"d"_s, u"30"_s, u"-1d"_s, u"0d"_s, u"1.5d"_s, u"30 days"_s,
                                u"99999999999999999999d"_s, u"36601d"_s})
        QVERIFY2(!secondsFromText(text), qPrintable(text));
}

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    if (argc < 3)
        return 2;
    TokenTest test(QString::fromLocal8Bit(argv[1]), QString::fromLocal8Bit(argv[2]));
    return QTest::qExec(&test, QStringList{QString::fromLocal8Bit(argv[0])});
}

#include "tst_cli_token.moc"
