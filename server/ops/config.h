// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/result.h"

#include <QHash>
#include <QProcessEnvironment>
#include <QString>
#include <QStringList>

namespace possync::ops {

/// What the server takes from a peer at most; docs/protocol.md, "Limits".
struct ServerLimits {
    qint64 messageBytes = 1'048'576;      ///< Of one incoming WebSocket message.
    qint64 queueBytes = 1'048'576;        ///< Waiting for one WebSocket reader.
    qint64 requestLineBytes = 8'192;      ///< Of an HTTP request line.
    qint64 headBytes = 16'384;            ///< Of an HTTP request head.
    int headFields = 64;                  ///< Of an HTTP request head.
    qint64 bodyBytes = 1'048'576;         ///< Of an HTTP request body.
    qint64 syncBodyBytes = 8'388'608;     ///< Of the body of `POST /api/sync`.
    qint64 answerQueueBytes = 262'144;    ///< HTTP answers waiting before a request more is taken.
    int headSeconds = 10;
    int bodySeconds = 30;
    int idleSeconds = 15;
    int answerSeconds = 60;
    int pingSeconds = 25;         ///< Silence after which a ping goes out.
    int pongSeconds = 8;          ///< Further silence after which the peer counts as gone.
    int connectionsPerHost = 500;
    bool connectionsOnLoopback = false; ///< Whether that holds for this computer too.
    // Averages, with what comes in three seconds at once; 0: no limit.
    qint64 changesPerSecondDevice = 5'000;
    qint64 changesPerSecondRestaurant = 0;
    qint64 requestsPerSecondAddress = 200; ///< HTTP.
    qint64 connectionsPerSecondAddress = 100;
    qint64 bytesPerSecondDevice = 8'388'608;
    qint64 bytesPerSecondRestaurant = 0;
    // Of these a minute's worth may come at once.
    qint64 replaysPerMinuteDevice = 60;
    qint64 newRestaurantsPerMinuteAddress = 60;
    qint64 newRestaurantsPerMinute = 600;
    qint64 newDevicesPerMinuteAddress = 600;
    qint64 newDevicesPerMinute = 6'000;
    bool ratesOnLoopback = false; ///< Whether all these hold for this computer too.

    bool operator==(const ServerLimits &) const = default;
};

/// Everything an operator can set. The initialisers are the defaults.
struct ServerConfig {
    QString host = QStringLiteral("127.0.0.1");
    quint16 port = 3000; ///< 0: the system picks one.
    QString dataDir;     ///< Absolute once loaded.
    /// Keys that what is stored is encrypted with; empty: it is not. Absolute once loaded.
    QString encryptionKeyFile;
    bool encryptsBackupsOnly = false; ///< What is served is not encrypted.
    bool isEncryptionKeyGuarded = false; ///< It is a credential, which systemd guards.
    /// Who needs a token: "off" nobody, "local" all but this computer, "required" everybody.
    QString auth = QStringLiteral("local");
    QStringList allowedOrigins; ///< Of web pages, besides those this server would show itself.
    QStringList allowedHosts;   ///< Names with a dot, besides the address it listens on.
    QStringList trustedProxies; ///< Addresses and networks ("10.0.0.0/8").
    // Tokens of an identity provider; see security::JwtOptions.
    QStringList jwtKeys; ///< "kid:algorithm:file"; taken up again on SIGHUP, as are the others.
    QString jwtIssuer;
    QString jwtAudience;
    QString jwtClaimPrefix;
    QString tlsCert;            ///< PEM files; both or none.
    QString tlsKey;
    QString logLevel = QStringLiteral("info"); ///< debug, info, warning or error.
    QString logDir;                            ///< Absolute once loaded.
    bool logJson = false;
    bool demo = false;
    int ioThreads = 0; ///< 0: by the number of cores.
    int retentionDays = 30;
    int roomIdleSeconds = 600; ///< Until a restaurant nobody uses leaves memory; 0: never.
    // Webhooks.
    QStringList webhookAllowHosts; ///< "host:port" that may be private.
    QString webhookCa; ///< PEM file of private authorities that are trusted; empty: none.
    int webhookRetrySeconds = 5;   ///< Behind the first failed attempt; then five times as long each.
    int webhookAttempts = 10;
    int webhookDeviceLostSeconds = 60; ///< Away for so long, a device is lost.
    ServerLimits limits;

    bool operator==(const ServerConfig &) const = default;
};

/// A configuration and where it came from.
struct LoadedConfig {
    ServerConfig config;
    bool printConfig = false;
    bool showVersion = false; ///< `config` is then only partly filled.
    bool showHelp = false;    ///< `config` is then only partly filled.
    /// By key, for example "server.port": "default", "flag --port", "environment PORT" or
    /// "/etc/possync.toml:4".
    QHash<QString, QString> sources;
};

/// Reads the configuration: defaults, then the `--config` file, then `environment`, then the other
/// flags; the later wins. `arguments` are those behind the program's name. The error is one line
/// that names the flag, the variable or file:line:column. An empty variable, and an empty path in
/// the file, count as not given. Relative paths start at the working directory. Where no key file is
/// named, the credential `possync.keys` of systemd is one.
Result<LoadedConfig, QString> loadConfig(const QStringList &arguments,
                                         const QProcessEnvironment &environment);

/// What `--help` prints.
QString helpText();

/// The configuration as TOML that `--config` can read, the source of each value as a comment.
QString printedConfig(const LoadedConfig &loaded);

} // namespace possync::ops
