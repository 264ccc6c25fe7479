// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/spokenwords.h"
#include "server/app.h"
#include "server/net/epolldispatcher.h"
#include "server/security/tlsmaker.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFileInfo>
#include <QHostAddress>
#include <QHostInfo>
#include <QNetworkInterface>
#include <QSocketNotifier>

#include <array>
#include <csignal>
#include <cstdio>
#include <unistd.h>

namespace {

using namespace possync;

constexpr int badUsage = 2;

std::array<int, 2> signalPipe{-1, -1};

/// Only what is allowed in a signal handler: wakes the event loop.
void onSignal(int signal)
{
    const auto byte = static_cast<char>(signal);
    [[maybe_unused]] const auto written = ::write(signalPipe[1], &byte, 1);
}

void catchSignals()
{
    struct sigaction action {
    };
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGHUP, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    // A file that may not grow any more is a full disk to us, and no reason to die.
    std::signal(SIGXFSZ, SIG_IGN);
}

/// SIGHUP has two meanings: services are told to reload, and programs that their terminal is gone.
bool hasLostTerminal()
{
    static const bool hadTerminal = ::isatty(STDIN_FILENO) == 1;
    return hadTerminal && ::isatty(STDIN_FILENO) != 1;
}

int complain(const QString &what)
{
    std::fprintf(stderr, "possync-server: %s\n", qUtf8Printable(what));
    return badUsage;
}

void warnIfOpen(const ops::ServerConfig &config, ops::Log &log)
{
    const QHostAddress address(config.host);
    if (config.auth == u"off" && !address.isLoopback() && config.host != u"localhost")
        log.write(ops::LogLevel::Warning, u"server",
                  u"Access control is off and the server is reachable from the network: whoever "
                  u"reaches this port can read and change every restaurant");
}

/// Names and addresses by which this computer is likely called.
QStringList ownNames()
{
    QStringList names{QStringLiteral("localhost"), QStringLiteral("127.0.0.1"),
                      QStringLiteral("::1")};
    const QString host = QHostInfo::localHostName();
    if (!host.isEmpty())
        names << host;
    const QList<QHostAddress> addresses = QNetworkInterface::allAddresses();
    for (const QHostAddress &address : addresses) {
        if (address.protocol() == QAbstractSocket::IPv4Protocol && !address.isLoopback())
            names << address.toString();
    }
    return names;
}

/// Does what was asked for instead of anything else: help, version, settings.
bool isPrinted(const ops::LoadedConfig &loaded)
{
    if (loaded.showHelp)
        std::printf("%s", qUtf8Printable(ops::helpText()));
    else if (loaded.showVersion)
        std::printf("possync-server %s\n", POSSYNC_VERSION);
    else if (loaded.printConfig)
        std::printf("%s", qUtf8Printable(ops::printedConfig(loaded)));
    else
        return false;
    return true;
}

/// `possync-server init-tls [--data DIR] [NAME …]`
int initTls(const QStringList &arguments)
{
    QStringList names = ownNames();
    QStringList flags;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString &argument = arguments[i];
        if (!argument.startsWith(u'-')) {
            names << argument;
            continue;
        }
        flags << argument;
        if ((argument == u"--data" || argument == u"--config") && i + 1 < arguments.size())
            flags << arguments[++i];
    }
    const auto loaded = ops::loadConfig(flags, QProcessEnvironment::systemEnvironment());
    if (!loaded)
        return complain(loaded.error());
    if (isPrinted(*loaded))
        return 0;
    names.removeDuplicates();
    const auto made = security::makeTls(loaded->config.dataDir + QStringLiteral("/tls"), names,
                                        QDateTime::currentMSecsSinceEpoch());
    if (!made)
        return complain(made.error());
    std::printf("%s authority  %s\nCertificate   %s\n  for %s\n\n"
                "Fingerprint of the authority, to compare when a console or device first trusts it:\n"
                "  %s\n  SHA-256 %s\n\nStart the server with:\n"
                "  possync-server --tls-cert %s --tls-key %s\n",
                made->isNewAuthority ? "New" : "Known", qUtf8Printable(made->authority),
                qUtf8Printable(made->certificate), qUtf8Printable(names.join(QStringLiteral(", "))),
                qUtf8Printable(spokenWords(made->authorityHash.first(spokenBytes))),
                made->authorityHash.toHex(':').toUpper().constData(),
                qUtf8Printable(made->certificate), qUtf8Printable(made->key));
    return 0;
}

/// `possync-server add-key FILE`
int addKey(const QStringList &arguments)
{
    if (arguments == QStringList{QStringLiteral("--help")}) {
        std::printf("%s", qUtf8Printable(ops::helpText()));
        return 0;
    }
    if (arguments.size() != 1 || arguments[0].startsWith(u'-'))
        return complain(QStringLiteral("add-key needs the name of one key file, which is made if "
                                       "there is none"));
    const QString file = QFileInfo(arguments[0]).absoluteFilePath();
    const auto added = store::addKey(file);
    if (!added)
        return complain(added.error());
    std::printf("Key %s added to %s as the newest.\n\n"
                "Keep a copy of this file apart from the data and its backups: without it nobody can "
                "read them,\nand whoever has both can. Start the server with:\n"
                "  possync-server --encryption-key-file %s\n",
                store::keyName(*added).constData(), qUtf8Printable(file), qUtf8Printable(file));
    return 0;
}

int serve(QCoreApplication &application, const ops::LoadedConfig &loaded)
{
    const ops::ServerConfig &config = loaded.config;
    ops::LogOptions logOptions;
    logOptions.dir = config.logDir;
    logOptions.json = config.logJson;
    logOptions.level = ops::logLevelFromName(config.logLevel).value_or(ops::LogLevel::Info);
    auto log = ops::Log::open(logOptions);
    if (!log)
        return complain(log.error());

    App app(config, **log);
    if (const auto error = app.start())
        return complain(*error);
    QSocketNotifier notifier(signalPipe[0], QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &app, [&app] {
        char byte = 0;
        [[maybe_unused]] const auto read = ::read(signalPipe[0], &byte, 1);
        if (byte == SIGHUP && !hasLostTerminal())
            app.reload(ops::loadConfig(QCoreApplication::arguments().mid(1),
                                       QProcessEnvironment::systemEnvironment()));
        else
            app.stop(0);
    });
    warnIfOpen(config, **log);
    (*log)->write(ops::LogLevel::Info, u"server",
                  QStringLiteral("Version " POSSYNC_VERSION " ready on ") + app.url());
    std::printf("possync-server ready on %s\n", qUtf8Printable(app.url()));
    std::fflush(stdout);
    return application.exec();
}

} // namespace

int main(int argc, char **argv)
{
#ifdef Q_OS_LINUX
    QCoreApplication::setEventDispatcher(new net::EpollDispatcher);
#endif
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("possync-server"));
    QCoreApplication::setApplicationVersion(QStringLiteral(POSSYNC_VERSION));
    if (QCoreApplication::arguments().value(1) == u"init-tls")
        return initTls(QCoreApplication::arguments().mid(2));
    if (QCoreApplication::arguments().value(1) == u"add-key")
        return addKey(QCoreApplication::arguments().mid(2));
    const auto loaded = ops::loadConfig(QCoreApplication::arguments().mid(1),
                                        QProcessEnvironment::systemEnvironment());
    if (!loaded)
        return complain(loaded.error());
    if (isPrinted(*loaded))
        return 0;
    if (::pipe(signalPipe.data()) != 0)
        return complain(QStringLiteral("cannot create a pipe: out of descriptors"));
    hasLostTerminal(); // remembers whether there is one
    catchSignals();
    int code = serve(application, *loaded);
    // A staged backup takes its place when the journal is opened again.
    while (code == App::restartCode)
        code = serve(application, *loaded);
    return code;
}
