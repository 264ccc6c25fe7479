// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/ops/config.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace possync::ops {

class ConfigTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void nothingGivenIsTheDefaults();
    void exampleIsTheDefaultsAndNamesEveryKey();
    void laterSourcesWin();
    void everySectionOfTheFileIsRead();
    void flagsAreRead();
    void tlsFilesAreTakenTogether();
    void dataDirectoryFollowsTheXdgRules();
    void credentialIsTheKeyFileWhereNoneIsNamed();
    void emptyVariablesCountAsUnset();
    void printedConfigReadsBackTheSame();
    void helpIsGivenWhateverFollows();
    void helpNamesEveryFlag();
    void badFlagIsNamed_data();
    void badFlagIsNamed();
    void badFileIsNamedWithItsPlace_data();
    void badFileIsNamedWithItsPlace();
    void badVariableIsNamed();
    void missingFileIsNamed();

private:
    QString writeFile(const QByteArray &content, const QString &name = u"possync.toml"_s) const;
    ServerConfig defaults() const;

    std::unique_ptr<QTemporaryDir> m_dir;
    QProcessEnvironment m_environment;
};

void ConfigTest::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
    m_environment = QProcessEnvironment();
    m_environment.insert(u"HOME"_s, u"/home/pos"_s);
}

QString ConfigTest::writeFile(const QByteArray &content, const QString &name) const
{
    QFile file(m_dir->filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write a test file");
    return file.fileName();
}

ServerConfig ConfigTest::defaults() const
{
    ServerConfig config;
    config.dataDir = u"/home/pos/.local/share/possync"_s;
    config.logDir = config.dataDir + u"/logs"_s;
    return config;
}

void ConfigTest::nothingGivenIsTheDefaults()
{
    const auto loaded = loadConfig({}, m_environment);
    QVERIFY(loaded);
    QVERIFY(loaded->config == defaults());
    QVERIFY(!loaded->printConfig && !loaded->showVersion && !loaded->showHelp);
    QCOMPARE(loaded->sources[u"server.port"_s], u"default"_s);
}

void ConfigTest::exampleIsTheDefaultsAndNamesEveryKey()
{
    const auto loaded = loadConfig({u"--config"_s, QStringLiteral(EXAMPLE_CONFIG)}, m_environment);
    QVERIFY2(loaded, loaded ? "" : qPrintable(loaded.error()));
    QVERIFY(loaded->config == defaults());

    QFile file(QStringLiteral(EXAMPLE_CONFIG));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString example = QString::fromUtf8(file.readAll());
    for (const QString &key : loaded->sources.keys()) {
        const QString name = key.section(u'.', 1);
        QVERIFY2(example.contains(u"\n"_s + name + u" = "_s), qPrintable(key));
    }
}

void ConfigTest::laterSourcesWin()
{
    const QString file = writeFile("[server]\nport = 4000\nhost = \"10.0.0.1\"\nio_threads = 3\n");
    m_environment.insert(u"PORT"_s, u"5000"_s);
    m_environment.insert(u"POSSYNC_HOST"_s, u"10.0.0.2"_s);

    // The flag stands before --config: the order of flags makes no difference.
    const auto loaded = loadConfig({u"--port"_s, u"6000"_s, u"--config"_s, file}, m_environment);
    QVERIFY(loaded);
    QCOMPARE(loaded->config.port, quint16(6000));
    QCOMPARE(loaded->config.host, u"10.0.0.2"_s);
    QCOMPARE(loaded->config.ioThreads, 3);
    QCOMPARE(loaded->sources[u"server.port"_s], u"flag --port"_s);
    QCOMPARE(loaded->sources[u"server.host"_s], u"environment POSSYNC_HOST"_s);
    QCOMPARE(loaded->sources[u"server.io_threads"_s], file + u":4"_s);
    QCOMPARE(loaded->sources[u"server.auth"_s], u"default"_s);
}

void ConfigTest::everySectionOfTheFileIsRead()
{
    const QString file = writeFile("[server]\nauth = 'off'\ndemo = true\n"
                                   "[log]\nlevel = 'error'\nformat = 'json'\ndir = '/var/log/pos'\n"
                                   "[access]\nallowed_origins = ['https://a', 'https://b']\n"
                                   "allowed_hosts = []\ntrusted_proxies = ['10.0.0.0/8']\n"
                                   "[storage]\ndata = '/srv/pos'\nretention_days = 7\n"
                                   "encryption_key_file = '/etc/pos.keys'\n"
                                   "[jwt]\nkeys = ['k:EdDSA:/k.pem']\nissuer = 'https://id'\n"
                                   "audience = ''\nclaim_prefix = 'https://pos/'\n"
                                   "[limits]\nmessage_bytes = 2048\npong_seconds = 3\n");
    const auto loaded = loadConfig({u"--config="_s + file}, m_environment);
    QVERIFY2(loaded, loaded ? "" : qPrintable(loaded.error()));
    ServerConfig expected;
    expected.auth = u"off"_s;
    expected.demo = true;
    expected.allowedOrigins = QStringList{u"https://a"_s, u"https://b"_s};
    expected.trustedProxies = QStringList{u"10.0.0.0/8"_s};
    expected.jwtKeys = QStringList{u"k:EdDSA:/k.pem"_s};
    expected.jwtIssuer = u"https://id"_s;
    expected.jwtClaimPrefix = u"https://pos/"_s;
    expected.logLevel = u"error"_s;
    expected.logJson = true;
    expected.logDir = u"/var/log/pos"_s;
    expected.dataDir = u"/srv/pos"_s;
    expected.retentionDays = 7;
    expected.encryptionKeyFile = u"/etc/pos.keys"_s;
    expected.limits.messageBytes = 2048;
    expected.limits.pongSeconds = 3;
    QVERIFY(loaded->config == expected);
}

void ConfigTest::flagsAreRead()
{
    const auto loaded =
        loadConfig({u"--host"_s, u"::1"_s, u"--port=0"_s, u"--data"_s, u"/srv/pos"_s, u"--auth"_s,
                    u"off"_s, u"--log-level"_s, u"debug"_s, u"--log-dir"_s, u"/var/log/pos"_s,
                    u"--log-format"_s, u"json"_s, u"--io-threads"_s, u"2"_s, u"--retention-days"_s,
                    u"1"_s, u"--demo"_s, u"--print-config"_s},
                   m_environment);
    QVERIFY2(loaded, loaded ? "" : qPrintable(loaded.error()));
    ServerConfig expected;
    expected.host = u"::1"_s;
    expected.port = 0;
    expected.dataDir = u"/srv/pos"_s;
    expected.auth = u"off"_s;
    expected.logLevel = u"debug"_s;
    expected.logDir = u"/var/log/pos"_s;
    expected.logJson = true;
    expected.ioThreads = 2;
    expected.retentionDays = 1;
    expected.demo = true;
    QVERIFY(loaded->config == expected);
    QVERIFY(loaded->printConfig);
}

void ConfigTest::tlsFilesAreTakenTogether()
{
    const QString cert = writeFile("cert", u"cert.pem"_s);
    const QString key = writeFile("key", u"key.pem"_s);
    const auto both = loadConfig({u"--tls-cert"_s, cert, u"--tls-key"_s, key}, m_environment);
    QVERIFY(both);
    QCOMPARE(both->config.tlsCert, cert);
    QCOMPARE(both->config.tlsKey, key);

    const auto certOnly = loadConfig({u"--tls-cert"_s, cert}, m_environment);
    QVERIFY(!certOnly);
    QCOMPARE(certOnly.error(), u"--tls-cert is given without --tls-key"_s);
    const QString file = writeFile("[server]\ntls_key = '" + key.toUtf8() + "'\n");
    const auto keyOnly = loadConfig({u"--config"_s, file}, m_environment);
    QVERIFY(!keyOnly);
    QCOMPARE(keyOnly.error(), u"--tls-key (%1:2) is given without --tls-cert"_s.arg(file));
    const auto missing =
        loadConfig({u"--tls-cert"_s, cert, u"--tls-key"_s, key + u'x'}, m_environment);
    QVERIFY(!missing);
    QVERIFY2(missing.error().startsWith(u"--tls-key: cannot read '%1x': "_s.arg(key)),
             qPrintable(missing.error()));
}

void ConfigTest::dataDirectoryFollowsTheXdgRules()
{
    m_environment.insert(u"XDG_DATA_HOME"_s, u"/xdg"_s);
    auto loaded = loadConfig({}, m_environment);
    QVERIFY(loaded);
    QCOMPARE(loaded->config.dataDir, u"/xdg/possync"_s);
    QCOMPARE(loaded->config.logDir, u"/xdg/possync/logs"_s);

    m_environment.insert(u"XDG_DATA_HOME"_s, u"relative"_s);
    loaded = loadConfig({}, m_environment);
    QVERIFY(loaded);
    QCOMPARE(loaded->config.dataDir, u"/home/pos/.local/share/possync"_s);

    m_environment.insert(u"POSSYNC_DATA"_s, u"/srv/pos/../data"_s);
    loaded = loadConfig({}, m_environment);
    QVERIFY(loaded);
    QCOMPARE(loaded->config.dataDir, u"/srv/data"_s);
    QCOMPARE(loaded->config.logDir, u"/srv/data/logs"_s);
}

void ConfigTest::credentialIsTheKeyFileWhereNoneIsNamed()
{
    const QString key = u"storage.encryption_key_file"_s;
    m_environment.insert(u"CREDENTIALS_DIRECTORY"_s, m_dir->path());
    auto loaded = loadConfig({}, m_environment);
    QVERIFY(loaded);
    QCOMPARE(loaded->config.encryptionKeyFile, QString());
    const QString credential = writeFile("key", u"possync.keys"_s);
    loaded = loadConfig({}, m_environment);
    QVERIFY(loaded);
    QCOMPARE(loaded->config.encryptionKeyFile, credential);
    QVERIFY(loaded->config.isEncryptionKeyGuarded);
    QCOMPARE(loaded->sources[key], u"credential possync.keys"_s);
    m_environment.insert(u"POSSYNC_ENCRYPTION_KEY_FILE"_s, u"/etc/pos.keys"_s);
    loaded = loadConfig({}, m_environment);
    QVERIFY(loaded);
    QCOMPARE(loaded->config.encryptionKeyFile, u"/etc/pos.keys"_s);
    QVERIFY(!loaded->config.isEncryptionKeyGuarded);
    loaded = loadConfig({u"--encryption-key-file"_s, u"/srv/../other.keys"_s}, m_environment);
    QVERIFY(loaded);
    QCOMPARE(loaded->config.encryptionKeyFile, u"/other.keys"_s);
}

void ConfigTest::emptyVariablesCountAsUnset()
{
    m_environment.insert(u"PORT"_s, QString());
    m_environment.insert(u"POSSYNC_AUTH"_s, QString());
    const auto loaded = loadConfig({}, m_environment);
    QVERIFY(loaded);
    QVERIFY(loaded->config == defaults());
}

void ConfigTest::printedConfigReadsBackTheSame()
{
    m_environment.insert(u"POSSYNC_LOG_LEVEL"_s, u"warning"_s);
    const auto loaded = loadConfig({u"--port"_s, u"0"_s, u"--data"_s, u"/srv/\"quoted\" \\ é"_s,
                                    u"--auth"_s, u"off"_s, u"--demo"_s},
                                   m_environment);
    QVERIFY(loaded);
    const QString printed = printedConfig(*loaded);
    QVERIFY2(printed.contains(u"port = 0 # flag --port\n"_s), qPrintable(printed));
    QVERIFY(printed.contains(u"level = \"warning\" # environment POSSYNC_LOG_LEVEL\n"_s));
    QVERIFY(printed.contains(u"idle_seconds = 15 # default\n"_s));

    QVERIFY(printed.contains(u"allowed_origins = [] # default\n"_s));

    const auto again = loadConfig({u"--config"_s, writeFile(printed.toUtf8())}, {});
    QVERIFY2(again, again ? "" : qPrintable(again.error()));
    QVERIFY(again->config == loaded->config);
}

void ConfigTest::helpIsGivenWhateverFollows()
{
    const auto help = loadConfig({u"--help"_s, u"--bogus"_s}, m_environment);
    QVERIFY(help && help->showHelp);
    const auto version = loadConfig({u"--port"_s, u"x"_s, u"--version"_s}, m_environment);
    QVERIFY(version && version->showVersion);
}

void ConfigTest::helpNamesEveryFlag()
{
    const QString help = helpText();
    for (const auto flag :
         {"--host", "--port", "--data", "--config", "--auth off|required", "--tls-cert",
          "--tls-key", "--log-level", "--log-dir", "--log-format human|json", "--io-threads",
          "--retention-days", "--demo", "--webhook-ca FILE", "--print-config", "--version",
          "--help", "[PORT]", "[POSSYNC_DATA]"})
        QVERIFY2(help.contains(QLatin1StringView(flag)), flag);
    for (const QString &line : help.split(u'\n'))
        QVERIFY2(line.size() <= 110, qPrintable(line));
}

void ConfigTest::badFlagIsNamed_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("error");
    const auto row = [](const char *name, const QStringList &arguments, const QString &error) {
        QTest::newRow(name) << arguments << error;
    };
    row("unknown", {u"--prot"_s, u"1"_s}, u"unknown flag '--prot'; see --help"_s);
    row("unknown short", {u"-p"_s}, u"unknown flag '-p'; see --help"_s);
    row("positional", {u"4000"_s}, u"unexpected argument '4000'; see --help"_s);
    row("line break", {u"a\nb"_s}, u"unexpected argument 'a b'; see --help"_s);
    row("no value", {u"--port"_s}, u"--port needs a value"_s);
    row("flag as value", {u"--port"_s, u"--demo"_s}, u"--port needs a value"_s);
    row("empty value", {u"--data="_s}, u"--data needs a value"_s);
    row("value for a toggle", {u"--demo=yes"_s}, u"--demo takes no value"_s);
    row("port too large", {u"--port"_s, u"65536"_s},
        u"--port: '65536' is not a whole number from 0 to 65535"_s);
    row("port negative", {u"--port"_s, u"-1"_s},
        u"--port: '-1' is not a whole number from 0 to 65535"_s);
    row("port with sign", {u"--port=+80"_s},
        u"--port: '+80' is not a whole number from 0 to 65535"_s);
    row("port enormous", {u"--port=99999999999999999999"_s},
        u"--port: '99999999999999999999' is not a whole number from 0 to 65535"_s);
    row("auth", {u"--auth"_s, u"no"_s}, u"--auth: 'no' is not off, local or required"_s);
    row("level", {u"--log-level"_s, u"loud"_s},
        u"--log-level: 'loud' is not debug, info, warning or error"_s);
    row("host", {u"--host"_s, u"a b"_s}, u"--host: 'a b' is not text without spaces"_s);
    row("retention", {u"--retention-days"_s, u"0"_s},
        u"--retention-days: '0' is not a whole number from 1 to 36500"_s);
}

void ConfigTest::badFlagIsNamed()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QString, error);
    const auto loaded = loadConfig(arguments, m_environment);
    QVERIFY(!loaded);
    QCOMPARE(loaded.error(), error);
}

void ConfigTest::badFileIsNamedWithItsPlace_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("error");
    const auto row = [](const char *name, const QByteArray &content, const QString &error) {
        QTest::newRow(name) << content << error;
    };
    row("unknown key", "[server]\n  prot = 1\n", u":2:3: unknown key 'server.prot'"_s);
    row("unknown section", "\n[sever]\nport = 1\n", u":2:2: unknown section 'sever'"_s);
    row("unknown top key", "port = 1\n", u":1:1: unknown key 'port'"_s);
    row("section as value", "server = 1\n", u":1:1: 'server' must be a section, [server]"_s);
    row("wrong type", "[server]\nport = \"3000\"\n",
        u":2:8: server.port must be a whole number from 0 to 65535"_s);
    row("out of range", "[limits]\nhead_seconds = 0\n",
        u":2:16: limits.head_seconds must be a whole number from 1 to 86400"_s);
    row("wrong choice", "[log]\nlevel = 'loud'\n",
        u":2:9: log.level must be debug, info, warning or error"_s);
    row("wrong toggle", "[server]\ndemo = 1\n", u":2:8: server.demo must be true or false"_s);
}

void ConfigTest::badFileIsNamedWithItsPlace()
{
    QFETCH(const QByteArray, content);
    QFETCH(const QString, error);
    const QString file = writeFile(content);
    const auto loaded = loadConfig({u"--config"_s, file}, m_environment);
    QVERIFY(!loaded);
    QCOMPARE(loaded.error(), file + error);

    // Wrong grammar is worded by the parser; the place and the single line are ours.
    const QString torn = writeFile("[server]\nport = \n");
    const auto unread = loadConfig({u"--config"_s, torn}, m_environment);
    QVERIFY(!unread);
    QVERIFY2(unread.error().startsWith(torn + u":2:"_s), qPrintable(unread.error()));
    QVERIFY(!unread.error().contains(u'\n'));
}

void ConfigTest::badVariableIsNamed()
{
    m_environment.insert(u"PORT"_s, u"http"_s);
    const auto loaded = loadConfig({}, m_environment);
    QVERIFY(!loaded);
    QCOMPARE(loaded.error(), u"PORT: 'http' is not a whole number from 0 to 65535"_s);
}

void ConfigTest::missingFileIsNamed()
{
    const QString path = m_dir->filePath(u"none.toml"_s);
    const auto loaded = loadConfig({u"--config"_s, path}, m_environment);
    QVERIFY(!loaded);
    QVERIFY2(loaded.error().startsWith(u"--config: cannot read '%1': "_s.arg(path)),
             qPrintable(loaded.error()));
    QVERIFY(!loadConfig({u"--config"_s, m_dir->path()}, m_environment));
}

} // namespace possync::ops

QTEST_GUILESS_MAIN(possync::ops::ConfigTest)
#include "tst_config.moc"
