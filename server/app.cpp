// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/app.h"

#include "server/hooks/authorities.h"
#include "server/net/feedjson.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QHostAddress>
#include <QUrl>

namespace possync {
namespace {

security::JwtOptions jwtOptions(const ops::ServerConfig &config)
{
    return {config.jwtKeys, config.jwtIssuer, config.jwtAudience, config.jwtClaimPrefix};
}

net::ServerOptions serverOptions(const ops::ServerConfig &config)
{
    using std::chrono::seconds;
    net::ServerOptions options;
    options.host = config.host;
    options.port = config.port;
    options.dataDir = config.dataDir;
    options.door.posture = config.auth == u"off"        ? net::Posture::Open
                           : config.auth == u"required" ? net::Posture::Closed
                                                        : net::Posture::Local;
    options.door.origins = config.allowedOrigins;
    options.door.hosts = config.allowedHosts;
    options.door.proxies = config.trustedProxies;
    options.jwt = jwtOptions(config);
    options.tlsCertificate = config.tlsCert;
    options.tlsKey = config.tlsKey;
    options.ioThreads = config.ioThreads;
    options.roomIdle = seconds(config.roomIdleSeconds);
    options.retention = std::chrono::hours(24) * config.retentionDays;
    for (const QString &host : config.webhookAllowHosts)
        options.hooks.allowedHosts.append(host.toLower());
    options.hooks.firstPause = seconds(config.webhookRetrySeconds);
    options.hooks.mostAttempts = config.webhookAttempts;
    options.hooks.deviceLost = seconds(config.webhookDeviceLostSeconds);
    const ops::ServerLimits &limits = config.limits;
    options.connectionsPerHost = limits.connectionsPerHost;
    options.countsLoopback = limits.connectionsOnLoopback;
    options.http.requestLineBytes = limits.requestLineBytes;
    options.http.headBytes = limits.headBytes;
    options.http.headFields = limits.headFields;
    options.http.bodyBytes = limits.bodyBytes;
    options.http.syncBodyBytes = limits.syncBodyBytes;
    options.http.queueBytes = limits.answerQueueBytes;
    options.http.headSeconds = limits.headSeconds;
    options.http.bodySeconds = limits.bodySeconds;
    options.http.idleSeconds = limits.idleSeconds;
    options.http.answerSeconds = limits.answerSeconds;
    const auto rate = [](qint64 perSecond) {
        constexpr qint64 burstSeconds = 3;
        return core::Rate{perSecond, perSecond * burstSeconds};
    };
    options.rates.changesOfDevice = rate(limits.changesPerSecondDevice);
    options.rates.changesOfRestaurant = rate(limits.changesPerSecondRestaurant);
    options.rates.requestsOfAddress = rate(limits.requestsPerSecondAddress);
    options.rates.connectionsOfAddress = rate(limits.connectionsPerSecondAddress);
    options.rates.bytesOfDevice = rate(limits.bytesPerSecondDevice);
    options.rates.bytesOfRestaurant = rate(limits.bytesPerSecondRestaurant);
    options.rates.replaysOfDevice = core::perMinute(limits.replaysPerMinuteDevice);
    options.rates.newRestaurantsOfAddress =
        core::perMinute(limits.newRestaurantsPerMinuteAddress);
    options.rates.newRestaurants = core::perMinute(limits.newRestaurantsPerMinute);
    options.rates.newDevicesOfAddress = core::perMinute(limits.newDevicesPerMinuteAddress);
    options.rates.newDevices = core::perMinute(limits.newDevicesPerMinute);
    options.rates.onLoopback = limits.ratesOnLoopback;
    options.webSocket.messageBytes = limits.messageBytes;
    options.webSocket.queueBytes = limits.queueBytes;
    options.webSocket.pingInterval = seconds(limits.pingSeconds);
    options.webSocket.pongTimeout = seconds(limits.pongSeconds);
    return options;
}

/// Null without a key file.
Result<store::Keys, QString> encryptionKeys(const ops::ServerConfig &config)
{
    if (config.encryptionKeyFile.isEmpty() && config.encryptsBackupsOnly)
        return Unexpected{
            QStringLiteral("backups are to be encrypted (storage.encrypt), and no key "
                           "is given; name the file that holds it: "
                           "--encryption-key-file")};
    if (config.encryptionKeyFile.isEmpty())
        return store::Keys();
    using store::KeyRing;
    return KeyRing::read(config.encryptionKeyFile,
                         config.isEncryptionKeyGuarded ? KeyRing::Guard::ByOthers
                                                       : KeyRing::Guard::OwnerOnly,
                         config.encryptsBackupsOnly ? KeyRing::Use::Backups
                                                    : KeyRing::Use::Everything);
}

QByteArray lineJson(const ops::LogLine &line)
{
    return "{\"no\":" + QByteArray::number(line.no) + ",\"at\":" + net::timeOrNull(line.atMs)
           + ",\"level\":\"" + ops::logLevelName(line.level).toUtf8()
           + "\",\"component\":" + json::quoted(line.component.toUtf8())
           + ",\"text\":" + json::quoted(line.text.toUtf8()) + '}';
}

} // namespace

Reporter::Reporter(ops::Log &log, ops::Metrics &metrics, net::Traffic &traffic)
    : m_log(log)
    , m_metrics(metrics)
    , m_traffic(traffic)
{
}

void Reporter::log(ops::LogLevel level, const char *component, const QByteArray &text)
{
    m_log.write(level, QString::fromLatin1(component), QString::fromUtf8(text));
}

void Reporter::changeApplied(const QByteArray &restaurantId, const core::StoredChangePtr &change,
                             std::size_t receivers)
{
    m_metrics.countChange(change->change.dataType);
    m_metrics.count(ops::Counter::BytesIn, static_cast<quint64>(change->change.raw.size()));
    m_traffic.changeApplied(restaurantId, change);
    if (m_log.isEnabled(ops::LogLevel::Debug))
        log(ops::LogLevel::Debug, "sync",
            "Broadcasted " + typedMessageName(change->change.dataType).toByteArray() + " to "
                + QByteArray::number(receivers) + " clients in " + restaurantId);
}

void Reporter::changeRefused(const QByteArray &restaurantId, const QByteArray &deviceId,
                             const classic::Refusal &refusal)
{
    m_metrics.count(ops::Counter::Refused);
    m_traffic.refused(restaurantId);
    log(ops::LogLevel::Warning, "sync",
        "Refused a message of " + deviceId + " in " + restaurantId + ": " + refusal.message + " ("
            + refusal.code + ')');
}

void Reporter::rateExceeded(const QByteArray &restaurantId, const QByteArray &who)
{
    m_metrics.count(ops::Counter::RateLimited);
    if (!restaurantId.isEmpty())
        m_traffic.refused(restaurantId);
    const std::lock_guard lock(m_rateMutex);
    ++m_rateRefusals;
    m_newestRefused = restaurantId.isEmpty() ? who : who + " in " + restaurantId;
}

void Reporter::logRateRefusals()
{
    QByteArray newest;
    quint64 count = 0;
    {
        const std::lock_guard lock(m_rateMutex);
        count = std::exchange(m_rateRefusals, 0);
        newest = std::exchange(m_newestRefused, {});
    }
    if (count > 0)
        log(ops::LogLevel::Warning, "limits",
            "Too many changes, bytes, catch-ups or requests: refused or held back "
                + QByteArray::number(count) + " in the last second, the newest from " + newest);
}

void Reporter::deviceIdShared(const QByteArray &restaurantId, const QByteArray &deviceId)
{
    log(ops::LogLevel::Warning, "sync",
        "Two tablets in " + restaurantId + " use the device id " + deviceId
            + "; both are served, but give one of them another id");
}

void Reporter::deviceConnected(const QByteArray &restaurantId, const QByteArray &deviceId,
                               const QByteArray &address)
{
    m_metrics.count(ops::Counter::ConnectionsOpened);
    log(ops::LogLevel::Info, "sync",
        "Device " + deviceId + " connected to " + restaurantId + " from " + address);
}

void Reporter::deviceDisconnected(const QByteArray &restaurantId, const QByteArray &deviceId,
                                  const QByteArray &address)
{
    m_metrics.count(ops::Counter::ConnectionsClosed);
    log(ops::LogLevel::Info, "sync",
        "Device " + deviceId + " left " + restaurantId + " (" + address + ')');
}

void Reporter::delivered(const QByteArray &restaurantId, std::size_t messages, qint64 bytes)
{
    m_metrics.count(ops::Counter::Deliveries, messages);
    m_metrics.count(ops::Counter::BytesOut, static_cast<quint64>(bytes));
    m_traffic.delivered(restaurantId, messages, bytes);
}

void Reporter::committed(const QByteArray &, std::size_t, qint64 tookUs)
{
    m_metrics.count(ops::Counter::Commits);
    m_metrics.recordLatency(tookUs);
}

void Reporter::storeFailed(const QByteArray &restaurantId, const QString &reason)
{
    m_metrics.count(ops::Counter::StoreFailures);
    log(ops::LogLevel::Error, "store",
        "Changes of " + restaurantId + " cannot be stored: " + reason.toUtf8()
            + ". Devices keep them and send them again");
}

App::App(ops::ServerConfig config, ops::Log &log)
    : m_config(std::move(config))
    , m_log(log)
{
}

App::~App()
{
    m_demo.reset();
    // Its answers go to the server's threads.
    m_trafficStore.reset();
    // Threads first: they report to what is declared before them.
    m_server.reset();
}

std::optional<QString> App::start()
{
    const qint64 startedAtMs = QDateTime::currentMSecsSinceEpoch();
    net::ServerHooks hooks{
        m_reporter,
        [this] { return metricsText(); },
        [this](quint64 since, const QString &level, const QString &text, int limit) {
            return logsJson(since, level, text, limit);
        },
        [this] {
            QMetaObject::invokeMethod(
                this, [this] { stop(restartCode); }, Qt::QueuedConnection);
        },
        [this](net::IoThread &thread, std::unique_ptr<net::ByteStream> stream,
               security::Grant grant) {
            return std::unique_ptr<net::Session>(new net::AdminSession(
                thread, std::move(stream), std::move(grant), *m_adminContext));
        },
        [this](ops::LogLevel level, const QString &text) { m_log.write(level, u"port", text); },
        [this](store::TrafficStore::Query query, store::TrafficStore::Receiver receiver) {
            m_trafficStore->read(std::move(query), std::move(receiver));
        },
        [this](const QByteArray &restaurantId, std::function<void(store::Outcome)> done) {
            m_trafficStore->erase(restaurantId, std::move(done));
        },
    };
    auto keys = encryptionKeys(m_config);
    if (!keys)
        return keys.error();
    net::ServerOptions options = serverOptions(m_config);
    options.keys = std::move(*keys);
    if (!m_config.webhookCa.isEmpty()) {
        auto authorities = possync::hooks::readAuthorities(m_config.webhookCa);
        if (!authorities)
            return authorities.error();
        options.hooks.authorities = std::move(*authorities);
    }
    auto server = net::Server::start(std::move(options), std::move(hooks));
    if (!server)
        return server.error();
    m_server = std::move(*server);
    m_trafficStore = std::make_unique<store::TrafficStore>(
        QDir(m_config.dataDir).filePath(QStringLiteral("traffic.db")));
    m_adminContext = std::make_unique<net::AdminContext>(net::AdminContext{
        m_server->journal(), m_server->access(), m_server->hosts(), m_server->views(),
        m_traffic, *m_trafficStore, m_server->names(), startedAtMs,
        [this](quint64 since, int limit, quint64 &newest) {
            return logLines(since, limit, newest);
        },
        [this](const QString &name, int seconds) {
            const auto level = ops::logLevelFromName(name);
            if (level)
                m_log.setLevelFor(*level, std::chrono::seconds(seconds));
            return level.has_value();
        }});
    connect(&m_sampleTimer, &QTimer::timeout, this, [this] {
        m_reporter.logRateRefusals();
        m_trafficStore->add(m_traffic.sample(
            QDateTime::currentMSecsSinceEpoch(), 1000, m_server->views().connectionCounts().second,
            [this](const QByteArray &restaurantId) {
                const auto view = m_server->views().find(restaurantId);
                return view ? view->connections.load() : 0;
            }));
    });
    m_sampleTimer.start(1000);
    return m_config.demo ? startDemo() : std::nullopt;
}

std::optional<QString> App::startDemo()
{
    auto house = demo::DemoHouse::load();
    if (!house)
        return house.error();
    const auto known = m_server->journal().restaurants();
    const bool isNew = std::ranges::none_of(known, [&](const store::RestaurantSummary &summary) {
        return summary.id == house->restaurantId && summary.headSeq > 0;
    });
    // What somebody called it stays.
    store::Names &names = m_server->names();
    const store::RestaurantNames present = names.of(house->restaurantId);
    if (present.own.isEmpty()) {
        const auto told = [&log = m_log](const store::Outcome &done) {
            if (!done)
                log.write(ops::LogLevel::Warning, u"demo",
                          QStringLiteral("The demo restaurant goes by its ids: ")
                              + done.error().detail);
        };
        names.set(house->restaurantId, {}, house->name, told);
        for (const auto &[device, name] : demo::DemoCrew::deviceNames()) {
            if (!present.devices.contains(device))
                names.set(house->restaurantId, device, name, told);
        }
    }
    // The crew are devices like any other, so they reach the server at an address it listens on.
    QUrl url(m_server->url());
    if (QHostAddress(url.host()) == QHostAddress::Any
        || QHostAddress(url.host()) == QHostAddress::AnyIPv6)
        url.setHost(QStringLiteral("127.0.0.1"));
    const security::TokenSpec crew{security::TokenKind::Device, security::Role::Admin,
                                   house->restaurantId, QStringLiteral("demo"), 0};
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    url.setPath(QStringLiteral("/t/")
                + QString::fromLatin1(m_server->access().makeTransient(crew, nowMs)));
    m_log.write(ops::LogLevel::Info, u"demo",
                QStringLiteral("Demo restaurant %1 with live traffic")
                    .arg(QString::fromUtf8(house->restaurantId)));
    m_demo = std::make_unique<demo::DemoCrew>(std::move(*house), url, isNew);
    m_demo->start();
    return std::nullopt;
}

void App::reload(const Result<ops::LoadedConfig, QString> &loaded)
{
    m_log.write(ops::LogLevel::Info, u"server", u"Told to reload");
    m_server->reloadTls();
    if (loaded)
        m_server->reloadJwt(jwtOptions(loaded->config));
    else
        m_log.write(ops::LogLevel::Error, u"server",
                    QStringLiteral("The configuration was not read again, all stays as it was: ")
                        + loaded.error());
}

void App::stop(int exitCode)
{
    if (std::exchange(m_isStopping, true)) {
        // Told to stop while stopping for a restart: then it stops.
        m_exitCode = std::min(m_exitCode, exitCode);
        return;
    }
    m_exitCode = exitCode;
    m_log.write(ops::LogLevel::Info, u"server", u"Stopping");
    m_demo.reset();
    m_server->stop([this] {
        QMetaObject::invokeMethod(
            this, [this] { QCoreApplication::exit(m_exitCode); }, Qt::QueuedConnection);
    });
}

QByteArray App::metricsText() const
{
    using Type = ops::Figure::Type;
    const store::JournalStats stats = m_server->journal().stats();
    const auto [restaurants, connections] = m_server->views().connectionCounts();
    const auto figure = [](const char *name, const char *help, Type type, double value) {
        return ops::Figure{name, help, type, {}, value};
    };
    return m_metrics.prometheusText({
        figure("possync_connections", "Devices connected now", Type::Gauge, connections),
        figure("possync_restaurants_connected", "Restaurants with a device connected now",
               Type::Gauge, restaurants),
        figure("possync_rooms_open", "Restaurants held in memory", Type::Gauge,
               m_server->views().size()),
        figure("possync_journal_ok", "1 while changes can be stored", Type::Gauge,
               m_server->journal().health().ok ? 1 : 0),
        figure("possync_journal_commits_total", "Transactions committed", Type::Counter,
               static_cast<double>(stats.commits)),
        figure("possync_journal_failed_commits_total", "Transactions that failed", Type::Counter,
               static_cast<double>(stats.failedCommits)),
        figure("possync_journal_bytes_total", "Bytes of changes stored", Type::Counter,
               static_cast<double>(stats.bytes)),
        figure("possync_journal_wal_bytes", "Size of the write-ahead log", Type::Gauge,
               static_cast<double>(stats.walBytes)),
        figure("possync_journal_queue", "Calls waiting for the writer", Type::Gauge,
               static_cast<double>(stats.queueDepth)),
        figure("possync_journal_keys",
               "Keys that stored rows need, \"none\" counted as one; 1 once all are sealed alike",
               Type::Gauge, static_cast<double>(stats.keysInUse)),
        figure("possync_log_dropped_lines_total", "Log lines the disk was too slow for",
               Type::Counter, static_cast<double>(m_log.droppedLines())),
    });
}

QByteArray App::logLines(quint64 since, int limit, quint64 &newest) const
{
    QByteArray list("[");
    for (const ops::LogLine &line :
         m_log.lines(since, ops::LogLevel::Debug, {}, static_cast<std::size_t>(limit))) {
        if (list.size() > 1)
            list += ',';
        list += lineJson(line);
        newest = line.no;
    }
    return list + ']';
}

QByteArray App::logsJson(quint64 since, const QString &level, const QString &text, int limit) const
{
    const auto least = ops::logLevelFromName(level).value_or(ops::LogLevel::Debug);
    QByteArray list("[");
    quint64 next = since;
    for (const ops::LogLine &line :
         m_log.lines(since, least, text, static_cast<std::size_t>(limit))) {
        if (list.size() > 1)
            list += ',';
        list += lineJson(line);
        next = line.no;
    }
    return "{\"lines\":" + list + "],\"next\":" + QByteArray::number(next) + '}';
}

} // namespace possync
