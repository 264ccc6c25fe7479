// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/ops/config.h"

#include "server/ops/configfile.h"
#include "server/ops/setting.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace possync::ops {

namespace {

struct GivenFlag {
    const Setting *setting;
    QString value;
};

/// The command line, checked for form but not applied yet: the file and the environment come first.
struct CommandLine {
    std::vector<GivenFlag> flags;
    QString configFile;
    bool printConfig = false;
    bool showVersion = false;
    bool showHelp = false;
};

const Setting *settingOfFlag(QStringView flag)
{
    const auto all = settings();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Setting &setting) {
        return setting.flag && flag == QLatin1StringView(setting.flag);
    });
    return found == all.end() ? nullptr : &*found;
}

Result<CommandLine, QString> readArguments(const QStringList &arguments)
{
    CommandLine line;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString &argument = arguments[i];
        if (!argument.startsWith("-"_L1))
            return Unexpected{u"unexpected argument '%1'; see --help"_s.arg(argument.simplified())};
        const qsizetype equals = argument.indexOf(u'=');
        const QString flag = equals < 0 ? argument : argument.left(equals);
        const Setting *setting = settingOfFlag(flag);
        const bool takesValue =
            setting ? setting->kind != SettingKind::Toggle : flag == "--config"_L1;
        if (!takesValue) {
            if (setting)
                line.flags.push_back({setting, {}});
            else if (flag == "--print-config"_L1)
                line.printConfig = true;
            else if (flag == "--version"_L1)
                line.showVersion = true;
            else if (flag == "--help"_L1 || flag == "-h"_L1)
                line.showHelp = true;
            else
                return Unexpected{u"unknown flag '%1'; see --help"_s.arg(flag.simplified())};
            if (equals >= 0)
                return Unexpected{u"%1 takes no value"_s.arg(flag)};
            // Whoever asks for help gets it, whatever follows.
            if (line.showHelp || line.showVersion)
                return line;
            continue;
        }
        QString value;
        if (equals >= 0)
            value = argument.mid(equals + 1);
        else if (i + 1 < arguments.size() && !arguments[i + 1].startsWith("--"_L1))
            value = arguments[++i];
        if (value.isEmpty())
            return Unexpected{u"%1 needs a value"_s.arg(flag)};
        if (setting)
            line.flags.push_back({setting, value});
        else
            line.configFile = value;
    }
    return line;
}

QString misfit(const QString &name, const QString &value, const Setting &setting)
{
    return u"%1: '%2' is not %3"_s.arg(name, value.left(100).simplified(), setting.expectation());
}

Result<Done, QString> readEnvironment(const QProcessEnvironment &environment, LoadedConfig &loaded)
{
    for (const Setting &setting : settings()) {
        if (!setting.environment)
            continue;
        const QString name = QString::fromLatin1(setting.environment);
        const QString value = environment.value(name);
        if (value.isEmpty())
            continue;
        if (!setting.setText(loaded.config, value))
            return Unexpected{misfit(name, value, setting)};
        loaded.sources[setting.key()] = u"environment "_s + name;
    }
    return Done{};
}

Result<Done, QString> applyFlags(const std::vector<GivenFlag> &flags, LoadedConfig &loaded)
{
    for (const auto &[setting, value] : flags) {
        const QString flag = QString::fromLatin1(setting->flag);
        if (setting->kind == SettingKind::Toggle)
            setting->setToggle(loaded.config, true);
        else if (!setting->setText(loaded.config, value))
            return Unexpected{misfit(flag, value, *setting)};
        loaded.sources[setting->key()] = u"flag "_s + flag;
    }
    return Done{};
}

/// "--tls-cert (/etc/possync.toml:4)": the flag a person knows, and where the value was set.
QString named(QLatin1StringView flag, const QString &source)
{
    const QString name = flag;
    return source.startsWith("flag "_L1) ? name : u"%1 (%2)"_s.arg(name, source);
}

Result<Done, QString> checkTls(const LoadedConfig &loaded)
{
    const ServerConfig &config = loaded.config;
    const QString certFlag = named("--tls-cert"_L1, loaded.sources[u"server.tls_cert"_s]);
    const QString keyFlag = named("--tls-key"_L1, loaded.sources[u"server.tls_key"_s]);
    if (config.tlsCert.isEmpty() != config.tlsKey.isEmpty())
        return Unexpected{config.tlsKey.isEmpty()
                              ? u"%1 is given without --tls-key"_s.arg(certFlag)
                              : u"%1 is given without --tls-cert"_s.arg(keyFlag)};
    for (const auto &[flag, path] :
         {std::pair{certFlag, config.tlsCert}, {keyFlag, config.tlsKey}}) {
        if (path.isEmpty())
            continue;
        if (QFile file(path); !file.open(QIODevice::ReadOnly))
            return Unexpected{u"%1: cannot read '%2': %3"_s.arg(flag, path, file.errorString())};
    }
    return Done{};
}

QString absolute(const QString &path)
{
    return path.isEmpty() ? path : QDir::cleanPath(QFileInfo(path).absoluteFilePath());
}

void completePaths(ServerConfig &config, const QProcessEnvironment &environment)
{
    if (config.dataDir.isEmpty()) {
        // The XDG rules want a relative XDG_DATA_HOME ignored.
        const QString xdg = environment.value(u"XDG_DATA_HOME"_s);
        const QString home = environment.value(u"HOME"_s, QDir::homePath());
        const QString base = QDir::isAbsolutePath(xdg) ? xdg : home + "/.local/share"_L1;
        config.dataDir = base + "/possync"_L1;
    }
    config.dataDir = absolute(config.dataDir);
    if (config.logDir.isEmpty())
        config.logDir = config.dataDir + "/logs"_L1;
    config.logDir = absolute(config.logDir);
    config.tlsCert = absolute(config.tlsCert);
    config.tlsKey = absolute(config.tlsKey);
    config.encryptionKeyFile = absolute(config.encryptionKeyFile);
    config.webhookCa = absolute(config.webhookCa);
}

/// A service gets its secrets in a directory of their own (systemd.exec(5), "Credentials").
void takeCredential(LoadedConfig &loaded, const QProcessEnvironment &environment)
{
    const QString directory = environment.value(u"CREDENTIALS_DIRECTORY"_s);
    if (directory.isEmpty() || !loaded.config.encryptionKeyFile.isEmpty())
        return;
    const QString file = directory + "/possync.keys"_L1;
    if (!QFileInfo::exists(file))
        return;
    loaded.config.encryptionKeyFile = file;
    loaded.config.isEncryptionKeyGuarded = true;
    loaded.sources[u"storage.encryption_key_file"_s] = u"credential possync.keys"_s;
}

} // namespace

Result<LoadedConfig, QString> loadConfig(const QStringList &arguments,
                                         const QProcessEnvironment &environment)
{
    auto line = readArguments(arguments);
    if (!line)
        return Unexpected{line.error()};
    LoadedConfig loaded;
    loaded.printConfig = line->printConfig;
    loaded.showVersion = line->showVersion;
    loaded.showHelp = line->showHelp;
    if (loaded.showHelp || loaded.showVersion)
        return loaded;
    for (const Setting &setting : settings())
        loaded.sources[setting.key()] = u"default"_s;

    if (!line->configFile.isEmpty()) {
        if (auto read = readConfigFile(line->configFile, loaded); !read)
            return Unexpected{read.error()};
    }
    if (auto read = readEnvironment(environment, loaded); !read)
        return Unexpected{read.error()};
    if (auto applied = applyFlags(line->flags, loaded); !applied)
        return Unexpected{applied.error()};
    if (auto checked = checkTls(loaded); !checked)
        return Unexpected{checked.error()};
    takeCredential(loaded, environment);
    completePaths(loaded.config, environment);
    return loaded;
}

QString helpText()
{
    QString text = u"Usage: possync-server [OPTION]...\n"
                   "       possync-server init-tls [--data DIR] [NAME]...\n"
                   "       possync-server add-key FILE\n"
                   "Keeps the devices of restaurants in sync.\n\n"_s;
    const auto add = [&text](const QString &flag, const QString &description) {
        text += u"  %1 %2\n"_s.arg(flag.leftJustified(26), description);
    };
    for (const Setting &setting : settings()) {
        if (!setting.flag)
            continue;
        QString flag = QString::fromLatin1(setting.flag);
        if (setting.placeholder)
            flag += u' ' + QString::fromLatin1(setting.placeholder);
        QString description = QString::fromLatin1(setting.description);
        if (setting.environment)
            description += u" [%1]"_s.arg(QString::fromLatin1(setting.environment));
        add(flag, description);
    }
    add(u"--config FILE"_s, u"read settings from a TOML file"_s);
    add(u"--print-config"_s, u"print every setting, its value and its source, and exit"_s);
    add(u"--version"_s, u"print the version and exit"_s);
    add(u"--help"_s, u"print this and exit"_s);
    text += u"\nA flag wins over the environment variable in [brackets], that over the file, and "
            "that over\nthe default. Limits are set in the file only.\n"_s;
    return text;
}

QString printedConfig(const LoadedConfig &loaded)
{
    QString text;
    QString section;
    for (const Setting &setting : settings()) {
        const QString itsSection = QString::fromLatin1(setting.section);
        if (itsSection != section) {
            text += u"%1[%2]\n"_s.arg(text.isEmpty() ? QString() : u"\n"_s, itsSection);
            section = itsSection;
        }
        text +=
            u"%1 = %2 # %3\n"_s.arg(QString::fromLatin1(setting.name), setting.toml(loaded.config),
                                    loaded.sources.value(setting.key()).simplified());
    }
    return text;
}

} // namespace possync::ops
