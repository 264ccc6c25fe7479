// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cli/arguments.h"
#include "console/cli/completion.h"
#include "console/cli/profileuse.h"
#include "console/cli/table.h"

#include <QFile>
#include <QProcess>
#include <QTest>

using namespace possync::cli;
using namespace Qt::StringLiterals;

class ArgumentsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesOptionsBeforeAndAfterTheCommand();
    void takesServerAndTokenFromTheEnvironment();
    void profileSaysWhichServer();
    void refusesWhatMakesNoSense_data();
    void refusesWhatMakesNoSense();
    void everyCommandHasHelp();
    void catalogueErrorsNameTheLegalOnes();
    void numbersHaveRanges();
    void tablesAreAlignedAndTame();
    void everythingIsInTheManualAndCompleted();
    void bashCompletes();
};

namespace {

Invocation parsed(const QStringList &arguments, const Environment &environment = {})
{
    const Parsed result = parseArguments(arguments, environment);
    if (!result || !std::holds_alternative<Invocation>(*result))
        return {};
    return std::get<Invocation>(*result);
}

} // namespace

void ArgumentsTest::takesOptionsBeforeAndAfterTheCommand()
{
    const Invocation one = parsed(
        {u"--server"_s, u"http://h:1"_s, u"changes"_s, u"r"_s, u"--since=5"_s, u"--follow"_s});
    QCOMPARE(one.command, u"changes"_s);
    QCOMPARE(one.arguments, QStringList(u"r"_s));
    QCOMPARE(one.server, QUrl(u"http://h:1"_s));
    QCOMPARE(one.value(u"--since"_s), u"5"_s);
    QVERIFY(one.has(u"--follow"_s));
    const Invocation two = parsed({u"status"_s, u"--json"_s, u"--server"_s, u"h:2"_s});
    QVERIFY(two.wantsJson);
    QCOMPARE(two.server, QUrl(u"http://h:2"_s));
    const Invocation three = parsed({u"devices"_s, u"--"_s, u"--odd"_s});
    QCOMPARE(three.arguments, QStringList(u"--odd"_s));
}

void ArgumentsTest::takesServerAndTokenFromTheEnvironment()
{
    QCOMPARE(parsed({u"status"_s}).server, QUrl(u"http://127.0.0.1:3000"_s));
    const Environment environment{u"https://pos.example:8443"_s, u"secret"_s};
    QCOMPARE(parsed({u"status"_s}, environment).server, QUrl(u"https://pos.example:8443"_s));
    QCOMPARE(parsed({u"status"_s}, environment).token, QByteArray("secret"));
    QCOMPARE(parsed({u"status"_s, u"--token"_s, u"mine"_s}, environment).token, QByteArray("mine"));
}

void ArgumentsTest::refusesWhatMakesNoSense_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("said");
    const auto row = [](const char *name, const QStringList &arguments, const QString &said) {
        QTest::newRow(name) << arguments << said;
    };
    row("nothing", {}, u"Which command?"_s);
    row("unknown command", {u"frob"_s}, u"\"frob\""_s);
    row("unknown option", {u"status"_s, u"--frob"_s}, u"--frob"_s);
    row("another command's option", {u"status"_s, u"--follow"_s}, u"--follow"_s);
    row("missing value", {u"changes"_s, u"r"_s, u"--since"_s}, u"--since N"_s);
    row("flag with value", {u"status"_s, u"--json=yes"_s}, u"--json"_s);
    row("missing argument", {u"devices"_s}, u"RESTAURANT"_s);
    row("missing one behind an optional one", {u"rename"_s, u"r"_s}, u"rename needs NAME"_s);
    row("missing second argument", {u"push"_s, u"r"_s}, u"TYPE"_s);
    row("one too many", {u"status"_s, u"now"_s}, u"\"now\""_s);
    row("no address", {u"status"_s, u"--server"_s, u"ftp://x"_s}, u"ftp://x"_s);
    row("empty address", {u"status"_s, u"--server"_s, u"http://"_s}, u"http://"_s);
}

void ArgumentsTest::refusesWhatMakesNoSense()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, said);
    const Parsed result = parseArguments(arguments, {});
    QVERIFY(!result);
    QVERIFY2(result.error().text.contains(said), qPrintable(result.error().text));
}

void ArgumentsTest::everyCommandHasHelp()
{
    for (const CommandSpec &command : commandSpecs()) {
        const Parsed result = parseArguments({command.name, u"--help"_s}, {});
        QVERIFY(result && std::holds_alternative<PrintOnly>(*result));
        const QString text = std::get<PrintOnly>(*result).text;
        QVERIFY(text.startsWith(u"Usage: possyncctl "_s + command.name));
        for (const OptionSpec &option : command.options)
            QVERIFY2(text.contains(option.name), qPrintable(option.name));
        QVERIFY(generalHelp().contains(command.name));
    }
}

void ArgumentsTest::catalogueErrorsNameTheLegalOnes()
{
    QCOMPARE(catalogueError(u"orders"_s, u"completed"_s), QString());
    QCOMPARE(catalogueError(u"tables"_s, u"upsert"_s), QString());
    QVERIFY(catalogueError(u"order"_s, u"created"_s).contains(u"menu_items"_s));
    const QString text = catalogueError(u"tables"_s, u"completed"_s);
    QVERIFY(text.contains(u"cleaning"_s) && text.contains(u"upsert"_s));
    QVERIFY(!text.contains(u"stock_changed"_s));
    QCOMPARE(dataTypeAsWritten(u"order_update"_s), u"orders"_s);
    QCOMPARE(dataTypeAsWritten(u"menu_update"_s), u"menu_items"_s);
    QCOMPARE(dataTypeAsWritten(u"orders"_s), u"orders"_s);
    QCOMPARE(dataTypeAsWritten(u"forks"_s), u"forks"_s);
}

void ArgumentsTest::numbersHaveRanges()
{
    const Invocation good = parsed({u"simulate"_s, u"--devices"_s, u"7"_s});
    QCOMPARE(*numberOption(good, u"--devices"_s, 5, 1, 10), 7);
    QCOMPARE(*numberOption(good, u"--rate"_s, 20, 1, 10), 20);
    for (const QString &wrong : {u"0"_s, u"11"_s, u"-3"_s, u"x"_s, u""_s, u"1.5"_s}) {
        const Invocation bad = parsed({u"simulate"_s, u"--devices="_s + wrong});
        const auto number = numberOption(bad, u"--devices"_s, 5, 1, 10);
        QVERIFY(!number);
        QVERIFY(number.error().text.contains(u"--devices"_s));
    }
}

void ArgumentsTest::tablesAreAlignedAndTame()
{
    Table table;
    table.addColumn(u"NAME"_s);
    table.addColumn(u"N"_s, Table::Align::Right);
    table.addRow({u"a\033[2J"_s, u"5"_s});
    table.addRow({u"a very long name"_s, u"1234"_s});
    QCOMPARE(table.text(8), u"NAME         N\n"
                            "a·[2J        5\n"
                            "a very …  1234\n"_s);
    QCOMPARE(ago(0, 5), u"never"_s);
    QCOMPARE(ago(1000, 4500), u"3 s ago"_s);
    QCOMPARE(timeText(1704110400250), u"2024-01-01 12:00:00.250"_s);
}

void ArgumentsTest::everythingIsInTheManualAndCompleted()
{
    QFile file(QStringLiteral(POSSYNC_MANUAL));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString manual = QString::fromUtf8(file.readAll()).remove(u'\\');
    const QString bash = completionScript(u"bash"_s);
    const QString zsh = completionScript(u"zsh"_s);
    for (const CommandSpec &command : commandSpecs()) {
        QVERIFY2(manual.contains(u".B "_s + command.name + u'\n')
                     || manual.contains(u".BI "_s + command.name + u' '),
                 qPrintable(command.name));
        QVERIFY(bash.contains(u"        %1) words="_s.arg(command.name)));
        QVERIFY(zsh.contains(u"            %1) _arguments"_s.arg(command.name)));
        for (const OptionSpec &option : command.options) {
            if (command.name != u"simulate"_s) // its options are listed only
                QVERIFY2(manual.contains(option.name), qPrintable(option.name));
            QVERIFY(bash.contains(option.name) && zsh.contains(option.name));
        }
    }
    QCOMPARE(completionScript(u"fish"_s), QString());
}

void ArgumentsTest::profileSaysWhichServer()
{
    const QStringList line{u"--profile"_s, u"Bar"_s, u"status"_s};
    QCOMPARE(parsed(line).profile, u"Bar"_s);
    // What the environment says of another server does not reach this one.
    const Invocation apart =
        parsed(line, {u"https://pos.example:8443"_s, u"secret"_s, u"ca.pem"_s});
    QCOMPARE(apart.token, QByteArray());
    QCOMPARE(apart.pinFile, QString());
    QCOMPARE(parsed(line, {{}, u"secret"_s}).token, QByteArray("secret"));
    QCOMPARE(parsed(QStringList{u"--token"_s, u"t"_s} + line, {u"http://h:1"_s, u"secret"_s}).token,
             QByteArray("t"));
    QVERIFY(!parseArguments(QStringList{u"--server"_s, u"http://h:1"_s} + line, {}));
    QVERIFY(!parseArguments({u"--profile"_s, QString(), u"status"_s}, {}));

    Invocation invocation = parsed(line);
    const QList<possync::remote::Profile> kept{{u"Office"_s, QUrl(u"http://10.0.0.5:3000"_s), {}},
                                               {u"Bar"_s, QUrl(u"https://10.0.0.6:3443"_s), "PEM"}};
    QVERIFY(useProfile(invocation, kept));
    QCOMPARE(invocation.server, kept[1].server);
    QCOMPARE(invocation.certificate, QByteArray("PEM"));
    invocation = parsed(QStringList{u"--pin"_s, u"ca.pem"_s} + line);
    QVERIFY(useProfile(invocation, kept));
    QCOMPARE(invocation.certificate, QByteArray());
    invocation.profile = u"Kitchen"_s;
    const auto unknown = useProfile(invocation, kept);
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().text,
             u"No server is kept under the name \"Kitchen\". There are: Office, Bar"_s);
}

void ArgumentsTest::bashCompletes()
{
    const auto complete = [](const QString &line, int word) {
        QProcess bash;
        bash.start(u"bash"_s, {u"--norc"_s, u"-c"_s,
                               completionScript(u"bash"_s)
                                   + u"\nCOMP_WORDS=(%1 \"\"); COMP_CWORD=%2; _possyncctl; echo "
                                     "${COMPREPLY[@]}"_s.arg(line)
                                         .arg(word)});
        bash.waitForFinished();
        return QString::fromUtf8(bash.readAllStandardOutput()).split(u' ', Qt::SkipEmptyParts);
    };
    QVERIFY(complete(u"possyncctl"_s, 1).contains(u"simulate"_s));
    QVERIFY(complete(u"possyncctl --json changes"_s, 3).contains(u"--follow"_s));
    QVERIFY(complete(u"possyncctl push milton"_s, 3).contains(u"orders"_s));
    QVERIFY(!complete(u"possyncctl status"_s, 2).contains(u"--follow"_s));
    QVERIFY(complete(u"possyncctl"_s, 1).contains(u"--profile"_s));
    // Names are asked of the program, and come quoted.
    QProcess bash;
    bash.start(u"bash"_s, {u"--norc"_s, u"-c"_s,
                           completionScript(u"bash"_s)
                               + u"\npossyncctl() { printf 'Back office\\nBar\\n$(exit)\\n'; }\n"
                                 "COMP_WORDS=(possyncctl --profile B); COMP_CWORD=2; _possyncctl\n"
                                 "printf '%s|' \"${COMPREPLY[@]}\""_s});
    bash.waitForFinished();
    QCOMPARE(bash.readAllStandardOutput(), QByteArray("Back\\ office|Bar|"));
}

QTEST_GUILESS_MAIN(ArgumentsTest)
#include "tst_cli_arguments.moc"
