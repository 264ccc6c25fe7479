// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/ops/setting.h"

using namespace Qt::StringLiterals;

namespace possync::ops {

namespace {

using Field = Setting::Field;

constexpr qint64 dayOfSeconds = 86'400;
constexpr qint64 mostBytes = 1'073'741'824;
constexpr qint64 mostPerSecond = 10'000'000;

QString quoted(const QString &text)
{
    QString result = u"\""_s;
    for (const QChar c : text) {
        if (c == u'"' || c == u'\\')
            result += u'\\' + QString(c);
        else if (c.unicode() < 0x20 || c.unicode() == 0x7f)
            result += u"\\u%1"_s.arg(static_cast<uint>(c.unicode()), 4, 16, '0'_L1);
        else
            result += c;
    }
    return result + u'"';
}

bool isPlainText(const QString &value)
{
    return !value.isEmpty() && std::none_of(value.begin(), value.end(), [](QChar c) {
        return c.isSpace() || c.category() == QChar::Other_Control;
    });
}

Setting list(const char *section, const char *name, const char *description,
             Field (*field)(ServerConfig &))
{
    return {section, name, nullptr, nullptr, nullptr, description, SettingKind::List,
            {},      0,    0,       field};
}

Setting maybeText(const char *section, const char *name, const char *description,
                  Field (*field)(ServerConfig &))
{
    return {section, name, nullptr, nullptr, nullptr, description, SettingKind::MaybeText,
            {},      0,    0,       field};
}

Setting number(const char *section, const char *name, const char *description, qint64 min,
               qint64 max, Field (*field)(ServerConfig &))
{
    return {section, name, nullptr, nullptr, nullptr, description, SettingKind::Number,
            {},      min,  max,     field};
}

const std::vector<Setting> &table()
{
    using enum SettingKind;
    using Config = ServerConfig;
    static const std::vector<Setting> rows{
        {"server",
         "host",
         "--host",
         "POSSYNC_HOST",
         "ADDRESS",
         "address to listen on; 0.0.0.0 is every IPv4 address",
         Text,
         {},
         0,
         0,
         [](Config &c) -> Field { return &c.host; }},
        {"server",
         "port",
         "--port",
         "PORT",
         "N",
         "TCP port; 0 lets the system pick one",
         Number,
         {},
         0,
         65535,
         [](Config &c) -> Field { return &c.port; }},
        {"server",
         "auth",
         "--auth",
         "POSSYNC_AUTH",
         "off|required",
         "who needs a token; default: all but this computer",
         Choice,
         {"off", "local", "required"},
         0,
         0,
         [](Config &c) -> Field { return &c.auth; }},
        {"server",
         "tls_cert",
         "--tls-cert",
         nullptr,
         "FILE",
         "certificate chain, PEM; needs the key too",
         Path,
         {},
         0,
         0,
         [](Config &c) -> Field { return &c.tlsCert; }},
        {"server",
         "tls_key",
         "--tls-key",
         nullptr,
         "FILE",
         "private key, PEM",
         Path,
         {},
         0,
         0,
         [](Config &c) -> Field { return &c.tlsKey; }},
        {"server",
         "io_threads",
         "--io-threads",
         nullptr,
         "N",
         "threads that serve connections; 0 goes by the number of cores",
         Number,
         {},
         0,
         256,
         [](Config &c) -> Field { return &c.ioThreads; }},
        {"server",
         "demo",
         "--demo",
         nullptr,
         nullptr,
         "fill an empty server with a demo restaurant",
         Toggle,
         {},
         0,
         0,
         [](Config &c) -> Field { return &c.demo; }},
        {"storage",
         "data",
         "--data",
         "POSSYNC_DATA",
         "DIR",
         "data directory (default: ~/.local/share/possync)",
         Path,
         {},
         0,
         0,
         [](Config &c) -> Field { return &c.dataDir; }},
        {"storage",
         "encryption_key_file",
         "--encryption-key-file",
         "POSSYNC_ENCRYPTION_KEY_FILE",
         "FILE",
         "encrypt what is stored; see add-key",
         Path,
         {},
         0,
         0,
         [](Config &c) -> Field { return &c.encryptionKeyFile; }},
        {"storage",
         "encrypt",
         "--encrypt",
         nullptr,
         "everything|backups",
         "what is encrypted, with a key file",
         Choice,
         {"everything", "backups"},
         0,
         0,
         [](Config &c) -> Field { return &c.encryptsBackupsOnly; }},
        {"storage",
         "retention_days",
         "--retention-days",
         nullptr,
         "N",
         "days for which changes are kept for devices that were away",
         Number,
         {},
         1,
         36'500,
         [](Config &c) -> Field { return &c.retentionDays; }},
        number("storage", "room_idle_seconds",
               "seconds until a restaurant nobody uses leaves memory; 0 is never", 0, dayOfSeconds,
               [](Config &c) -> Field { return &c.roomIdleSeconds; }),
        {"log",
         "level",
         "--log-level",
         "POSSYNC_LOG_LEVEL",
         "LEVEL",
         "least level written: debug, info, warning or error",
         Choice,
         {"debug", "info", "warning", "error"},
         0,
         0,
         [](Config &c) -> Field { return &c.logLevel; }},
        {"log",
         "dir",
         "--log-dir",
         nullptr,
         "DIR",
         "directory of server.log (default: logs in the data directory)",
         Path,
         {},
         0,
         0,
         [](Config &c) -> Field { return &c.logDir; }},
        {"log",
         "format",
         "--log-format",
         nullptr,
         "human|json",
         "form of the log's lines",
         Choice,
         {"human", "json"},
         0,
         0,
         [](Config &c) -> Field { return &c.logJson; }},
        list("access", "allowed_origins",
             "web pages that may connect, for example https://pos.example.com; * is all",
             [](Config &c) -> Field { return &c.allowedOrigins; }),
        list("access", "allowed_hosts",
             "names with a dot by which this server may be called without a token",
             [](Config &c) -> Field { return &c.allowedHosts; }),
        list("access", "trusted_proxies", "addresses or networks whose X-Forwarded-For is believed",
             [](Config &c) -> Field { return &c.trustedProxies; }),
        list("jwt", "keys",
             "keys of an identity provider whose tokens are taken: kid:algorithm:file",
             [](Config &c) -> Field { return &c.jwtKeys; }),
        maybeText("jwt", "issuer", "the iss of its tokens",
                  [](Config &c) -> Field { return &c.jwtIssuer; }),
        maybeText("jwt", "audience", "the aud that names this server",
                  [](Config &c) -> Field { return &c.jwtAudience; }),
        maybeText("jwt", "claim_prefix",
                  "text in front of the claims role, restaurant, restaurants and device_id",
                  [](Config &c) -> Field { return &c.jwtClaimPrefix; }),
        list("webhooks", "allow_hosts",
             "\"host:port\" that webhooks may call although it is not public",
             [](Config &c) -> Field { return &c.webhookAllowHosts; }),
        {"webhooks",
         "ca_file",
         "--webhook-ca",
         nullptr,
         "FILE",
         "private authorities that receivers of webhooks may have certificates from, PEM",
         Path,
         {},
         0,
         0,
         [](Config &c) -> Field { return &c.webhookCa; }},
        number("webhooks", "retry_seconds",
               "seconds behind a webhook's first failed attempt; then five times as long each", 1,
               3600, [](Config &c) -> Field { return &c.webhookRetrySeconds; }),
        number("webhooks", "attempts", "attempts after which a webhook's event is given up", 1, 100,
               [](Config &c) -> Field { return &c.webhookAttempts; }),
        number("webhooks", "device_lost_seconds",
               "seconds of absence after which a device counts as lost", 1, dayOfSeconds,
               [](Config &c) -> Field { return &c.webhookDeviceLostSeconds; }),
        number("limits", "message_bytes", "bytes of one incoming WebSocket message", 1'024,
               mostBytes, [](Config &c) -> Field { return &c.limits.messageBytes; }),
        number("limits", "queue_bytes", "bytes that may wait for one WebSocket reader", 65'536,
               mostBytes, [](Config &c) -> Field { return &c.limits.queueBytes; }),
        number("limits", "request_line_bytes", "bytes of an HTTP request line", 256, 1'048'576,
               [](Config &c) -> Field { return &c.limits.requestLineBytes; }),
        number("limits", "head_bytes", "bytes of an HTTP request head", 1'024, 1'048'576,
               [](Config &c) -> Field { return &c.limits.headBytes; }),
        number("limits", "head_fields", "fields of an HTTP request head", 8, 10'000,
               [](Config &c) -> Field { return &c.limits.headFields; }),
        number("limits", "body_bytes", "bytes of an HTTP request body", 1'024, mostBytes,
               [](Config &c) -> Field { return &c.limits.bodyBytes; }),
        number("limits", "sync_body_bytes", "bytes of the body of POST /api/sync", 1'024, mostBytes,
               [](Config &c) -> Field { return &c.limits.syncBodyBytes; }),
        number("limits", "answer_queue_bytes",
               "bytes of HTTP answers that may wait for one reader "
               "before a further request is taken",
               65'536, mostBytes, [](Config &c) -> Field { return &c.limits.answerQueueBytes; }),
        number("limits", "head_seconds", "seconds for an HTTP request head to arrive", 1,
               dayOfSeconds, [](Config &c) -> Field { return &c.limits.headSeconds; }),
        number("limits", "body_seconds", "seconds for an HTTP request body to arrive", 1,
               dayOfSeconds, [](Config &c) -> Field { return &c.limits.bodySeconds; }),
        number("limits", "idle_seconds", "seconds an HTTP connection may wait between requests", 1,
               dayOfSeconds, [](Config &c) -> Field { return &c.limits.idleSeconds; }),
        number("limits", "answer_seconds", "seconds for an HTTP answer to be made and taken", 1,
               dayOfSeconds, [](Config &c) -> Field { return &c.limits.answerSeconds; }),
        number("limits", "ping_seconds", "seconds of silence until a WebSocket peer is pinged", 1,
               dayOfSeconds, [](Config &c) -> Field { return &c.limits.pingSeconds; }),
        number("limits", "pong_seconds", "further seconds until a silent peer counts as gone", 1,
               dayOfSeconds, [](Config &c) -> Field { return &c.limits.pongSeconds; }),
        number("limits", "connections_per_host", "connections from one other computer", 1,
               1'000'000, [](Config &c) -> Field { return &c.limits.connectionsPerHost; }),
        {"limits",
         "connections_on_loopback",
         nullptr,
         nullptr,
         nullptr,
         "whether connections_per_host holds for this computer itself",
         Toggle,
         {},
         0,
         0,
         [](Config &c) -> Field { return &c.limits.connectionsOnLoopback; }},
        number("limits", "changes_per_second_device",
               "changes of one device a second, on average; 0 is no limit", 0, mostPerSecond,
               [](Config &c) -> Field { return &c.limits.changesPerSecondDevice; }),
        number("limits", "changes_per_second_restaurant",
               "changes of one restaurant a second, on average; 0 is no limit", 0, mostPerSecond,
               [](Config &c) -> Field { return &c.limits.changesPerSecondRestaurant; }),
        number("limits", "requests_per_second_address",
               "HTTP requests of one address a second, on average; 0 is no limit", 0, mostPerSecond,
               [](Config &c) -> Field { return &c.limits.requestsPerSecondAddress; }),
        number("limits", "connections_per_second_address",
               "connections of one address a second, on average; 0 is no limit", 0, mostPerSecond,
               [](Config &c) -> Field { return &c.limits.connectionsPerSecondAddress; }),
        number("limits", "bytes_per_second_device",
               "bytes of one device a second, on average; 0 is no limit", 0, mostBytes,
               [](Config &c) -> Field { return &c.limits.bytesPerSecondDevice; }),
        number("limits", "bytes_per_second_restaurant",
               "bytes of one restaurant a second, on average; 0 is no limit", 0, mostBytes,
               [](Config &c) -> Field { return &c.limits.bytesPerSecondRestaurant; }),
        number("limits", "replays_per_minute_device",
               "times a minute that a device may ask for what it missed, on average; 0 is no limit",
               0, mostPerSecond,
               [](Config &c) -> Field { return &c.limits.replaysPerMinuteDevice; }),
        number("limits", "new_restaurants_per_minute_address",
               "restaurants a minute that were never here, from one address; 0 is no limit", 0,
               mostPerSecond,
               [](Config &c) -> Field { return &c.limits.newRestaurantsPerMinuteAddress; }),
        number("limits", "new_restaurants_per_minute",
               "restaurants a minute that were never here, from all addresses; 0 is no limit", 0,
               mostPerSecond, [](Config &c) -> Field { return &c.limits.newRestaurantsPerMinute; }),
        number("limits", "new_devices_per_minute_address",
               "devices a minute that were never here, from one address; 0 is no limit", 0,
               mostPerSecond,
               [](Config &c) -> Field { return &c.limits.newDevicesPerMinuteAddress; }),
        number("limits", "new_devices_per_minute",
               "devices a minute that were never here, from all addresses; 0 is no limit", 0,
               mostPerSecond, [](Config &c) -> Field { return &c.limits.newDevicesPerMinute; }),
        {"limits",
         "rates_on_loopback",
         nullptr,
         nullptr,
         nullptr,
         "whether these rates hold for this computer itself",
         Toggle,
         {},
         0,
         0,
         [](Config &c) -> Field { return &c.limits.ratesOnLoopback; }},
    };
    return rows;
}

} // namespace

std::span<const Setting> settings()
{
    return table();
}

QString Setting::key() const
{
    return QString::fromLatin1(section) + u'.' + QString::fromLatin1(name);
}

QString Setting::expectation() const
{
    switch (kind) {
    case SettingKind::Text:
    case SettingKind::MaybeText:
        return u"text without spaces"_s;
    case SettingKind::Path:
        return u"a path"_s;
    case SettingKind::Number:
        return u"a whole number from %1 to %2"_s.arg(min).arg(max);
    case SettingKind::Toggle:
        return u"true or false"_s;
    case SettingKind::List:
        return u"a list of texts without spaces"_s;
    case SettingKind::Choice:
        break;
    }
    QStringList names;
    for (const char *choice : choices)
        names += QString::fromLatin1(choice);
    const QString last = names.takeLast();
    return names.join(", "_L1) + " or "_L1 + last;
}

bool Setting::setText(ServerConfig &config, const QString &value) const
{
    const Field target = field(config);
    switch (kind) {
    case SettingKind::Text:
    case SettingKind::MaybeText:
        if (!isPlainText(value) && !(value.isEmpty() && kind == SettingKind::MaybeText))
            return false;
        *std::get<QString *>(target) = value;
        return true;
    case SettingKind::Path:
        if (value.contains(QChar::Null))
            return false;
        *std::get<QString *>(target) = value;
        return true;
    case SettingKind::Number: {
        // Digits only: "+1", " 1" and the like are more often slips than numbers.
        bool isNumber = !value.isEmpty() && std::all_of(value.begin(), value.end(), [](QChar c) {
            return c >= u'0' && c <= u'9';
        });
        const qint64 parsed = isNumber ? value.toLongLong(&isNumber) : 0;
        return isNumber && setNumber(config, parsed);
    }
    case SettingKind::Toggle:
    case SettingKind::List:
        return false;
    case SettingKind::Choice:
        break;
    }
    const auto chosen = std::find_if(choices.begin(), choices.end(), [&](const char *choice) {
        return value == QLatin1StringView(choice);
    });
    if (chosen == choices.end())
        return false;
    if (bool *const *flagField = std::get_if<bool *>(&target))
        **flagField = chosen != choices.begin();
    else
        *std::get<QString *>(target) = value;
    return true;
}

bool Setting::setNumber(ServerConfig &config, qint64 value) const
{
    if (kind != SettingKind::Number || value < min || value > max)
        return false;
    std::visit(
        [value](auto *target) {
            using Target = std::remove_pointer_t<decltype(target)>;
            if constexpr (std::is_integral_v<Target> && !std::is_same_v<Target, bool>)
                *target = static_cast<Target>(value);
        },
        field(config));
    return true;
}

void Setting::setToggle(ServerConfig &config, bool value) const
{
    *std::get<bool *>(field(config)) = value;
}

bool Setting::setList(ServerConfig &config, const QStringList &values) const
{
    if (kind != SettingKind::List || !std::all_of(values.begin(), values.end(), isPlainText))
        return false;
    *std::get<QStringList *>(field(config)) = values;
    return true;
}

QString Setting::toml(const ServerConfig &config) const
{
    ServerConfig copy = config;
    return std::visit(
        [this](auto *value) -> QString {
            using Value = std::remove_pointer_t<decltype(value)>;
            if constexpr (std::is_same_v<Value, QString>)
                return quoted(*value);
            else if constexpr (std::is_same_v<Value, QStringList>) {
                QStringList items;
                for (const QString &item : *value)
                    items += quoted(item);
                return u'[' + items.join(", "_L1) + u']';
            } else if constexpr (!std::is_same_v<Value, bool>)
                return QString::number(*value);
            else if (kind == SettingKind::Choice)
                return quoted(QString::fromLatin1(choices[*value ? 1 : 0]));
            else
                return *value ? u"true"_s : u"false"_s;
        },
        field(copy));
}

} // namespace possync::ops
