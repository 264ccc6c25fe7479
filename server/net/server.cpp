// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/server.h"

#include "common/model/classicmessage.h"
#include "server/net/fencedsession.h"
#include "server/net/hookcatchup.h"
#include "server/net/tlsidentity.h"
#include "server/net/v2session.h"
#include "server/security/ownerfile.h"
#include "server/store/backup.h"

#include <QDateTime>
#include <QDir>
#include <QHostAddress>
#include <QHostInfo>
#include <QTimer>
#include <QUrl>

namespace possync::net {
namespace {

/// A parameter of the query, decoded as browsers and the app encode it: `%XX` and `+`.
std::optional<QByteArray> parameter(const QByteArray &query, QByteArrayView name)
{
    for (const QByteArray &pair : query.split('&')) {
        const qsizetype equals = pair.indexOf('=');
        const auto decoded = [](QByteArray text) {
            return QByteArray::fromPercentEncoding(text.replace('+', ' '));
        };
        if (decoded(equals < 0 ? pair : pair.first(equals)) == name)
            return decoded(equals < 0 ? QByteArray() : pair.sliced(equals + 1));
    }
    return std::nullopt;
}

} // namespace

Result<std::unique_ptr<Server>, QString> Server::start(ServerOptions options, ServerHooks hooks)
{
    if (const auto problem = Doorkeeper::problemOf(options.door))
        return Unexpected{*problem};
    std::optional<QSslConfiguration> tls;
    if (!options.tlsCertificate.isEmpty()) {
        auto identity = readTlsIdentity(options.tlsCertificate, options.tlsKey);
        if (!identity)
            return Unexpected{identity.error()};
        tls = *identity;
        if (const auto warning = tlsDateWarning(*tls, QDateTime::currentDateTimeUtc()))
            hooks.log(ops::LogLevel::Warning, *warning);
    }
    QHostAddress address(options.host);
    if (options.host == u"localhost")
        address = QHostAddress::LocalHost;
    if (address.isNull())
        return Unexpected{QStringLiteral("\"%1\" is not an address of this computer; use 127.0.0.1 "
                                         "or 0.0.0.0 for all")
                              .arg(options.host)};
    store::JournalOptions journalOptions;
    journalOptions.dataDir = options.dataDir;
    journalOptions.retention = options.retention;
    journalOptions.keys = options.keys;
    options.hooks.keys = options.keys;
    auto journal = store::Journal::open(std::move(journalOptions));
    if (!journal)
        return Unexpected{journal.error().detail};

    // Behind the journal, which holds the data directory against other processes.
    const QString backups = QDir(options.dataDir).filePath(QStringLiteral("backups"));
    store::removeUnfinishedBackups(backups);
    auto access = security::Access::open(options.dataDir);
    if (!access)
        return Unexpected{access.error()};

    auto jwt = security::Jwt::load(options.jwt);
    if (!jwt)
        return Unexpected{jwt.error()};
    (*access)->trust(std::move(*jwt));

    auto webhooks = possync::hooks::HookDesk::open(options.dataDir, options.hooks,
                                          [log = hooks.log](const QString &text) {
                                              log(ops::LogLevel::Warning, text);
                                          });
    if (!webhooks)
        return Unexpected{webhooks.error()};

    std::unique_ptr<Server> server(new Server(std::move(options), std::move(hooks),
                                              std::move(*journal), std::move(*access),
                                              std::move(*webhooks)));
    Gate::Options gateOptions;
    gateOptions.http = server->m_options.http;
    gateOptions.connectionsPerHost = server->m_options.connectionsPerHost;
    gateOptions.countsLoopback = server->m_options.countsLoopback;
    gateOptions.connectionsOfAddress = server->m_options.rates.connectionsOfAddress;
    gateOptions.ratesLoopback = server->m_options.rates.onLoopback;
    gateOptions.tls = tls;
    gateOptions.warn = [raw = server.get()](const QString &text) {
        raw->m_hooks.log(ops::LogLevel::Warning, text);
    };
    server->m_gate = std::make_unique<Gate>(
        std::move(gateOptions),
        [raw = server.get()](const HttpRequest &request, const QByteArray &) {
            UpgradeDecision decision = raw->decide(request);
            if (decision.refusal)
                raw->m_auditor.refused(request, *decision.refusal);
            return decision;
        },
        [raw = server.get()](HttpRequest &request, const QByteArray &peerHost) {
            request.client = raw->m_doorkeeper.clientOf(request, peerHost);
            auto refusal = raw->checkRate(request.client);
            if (!refusal)
                refusal = raw->m_doorkeeper.refusal(request, peerHost,
                                                    QDateTime::currentMSecsSinceEpoch());
            if (refusal)
                raw->m_auditor.refused(request, *refusal);
            return refusal;
        },
        [raw = server.get()](const HttpRequest &request) {
            return request.query.isEmpty() ? raw->m_routes->quickAnswer(request.path)
                                           : std::vector<QByteArray>();
        },
        [raw = server.get()](const HttpRequest &request, int status, const QByteArray &about,
                             std::function<void()> then) {
            raw->m_auditor.answered(request, status, about, std::move(then));
        });
    server->m_routes = std::make_unique<RestRoutes>(
        server->m_gate->routes(),
        RestContext{*server->m_journal, *server->m_access, *server->m_hosts, server->m_views,
                    QDateTime::currentMSecsSinceEpoch(), server->m_hooks.metricsText,
                    server->m_hooks.logsJson,
                    backups, server->m_hooks.restart, !server->m_options.tlsCertificate.isEmpty(),
                    address.isLoopback(), server->m_hooks.readTraffic, *server->m_webhooks,
                    server->m_hooks.eraseTraffic, *server->m_names,
                    server->m_feedReaders, server->m_newcomers, server->m_hooks.observer});
    if (const auto error = server->m_gate->listen(address, server->m_options.port))
        return Unexpected{QStringLiteral("cannot listen on %1:%2: %3")
                              .arg(server->m_options.host)
                              .arg(server->m_options.port)
                              .arg(*error)};
    if (tls)
        server->m_renewal = std::make_unique<TlsRenewal>(
            TlsRenewal::Files{server->m_options.tlsCertificate, server->m_options.tlsKey},
            [gate = server->m_gate.get()](const QSslConfiguration &renewed) {
                gate->setTls(renewed);
            },
            server->m_hooks.log);
    if (const auto problem =
            security::provideOwnerFile(*server->m_access, server->m_options.dataDir, server->url(),
                                       QDateTime::currentMSecsSinceEpoch()))
        return Unexpected{*problem};
    catchUpHooks(*server->m_journal, server->m_catchUp, *server->m_webhooks);
    return server;
}

Server::Server(ServerOptions options, ServerHooks hooks, std::unique_ptr<store::Journal> journal,
               std::unique_ptr<security::Access> access,
               std::unique_ptr<hooks::HookDesk> webhooks)
    : m_options(std::move(options))
    , m_hooks(std::move(hooks))
    , m_addresses(m_options.rates.requestsOfAddress)
    , m_feedReaders(m_options.rates, m_hooks.observer)
    , m_newcomers(m_options.rates)
    , m_journal(std::move(journal))
    , m_access(std::move(access))
    , m_webhooks(std::move(webhooks))
    , m_names(std::make_unique<store::Names>(m_options.dataDir))
    , m_doorkeeper(m_options.door, *m_access)
    , m_auditor(*m_access)
{
    if (m_names->problem())
        m_hooks.log(ops::LogLevel::Warning, *m_names->problem());
    const int cores = QThread::idealThreadCount();
    const int threads = m_options.ioThreads > 0 ? m_options.ioThreads : std::clamp(cores / 2, 1, 8);
    std::vector<RoomHost *> hosts;
    for (int i = 0; i < threads; ++i) {
        m_threads.push_back(std::make_unique<IoThread>(i, *m_journal, m_views, m_hooks.observer, *m_webhooks,
                                                       m_options.webSocket, m_options.rates,
                                                       m_newcomers, m_options.roomIdle));
        hosts.push_back(&m_threads.back()->host());
    }
    m_hosts = std::make_unique<RoomHosts>(std::move(hosts));
    m_access->setRevokedObserver([this](const QByteArray &tokenId) {
        for (auto &thread : m_threads)
            thread->host().post([raw = thread.get(), tokenId] { raw->expel(tokenId); });
    });
    m_access->setJwtRevokedObserver([this](const security::RevokedJwt &revoked) {
        for (auto &thread : m_threads)
            thread->host().post([raw = thread.get(), revoked] { raw->expelJwt(revoked); });
    });
}

Server::~Server()
{
    // The gate first: nothing new comes in. Then the journal and the names close, which call back
    // into the hosts and must be quiet before they go; they stay, because hosts may still call them.
    m_renewal.reset();
    m_catchUp->isClosed = true;
    m_routes.reset();
    m_gate.reset();
    m_journal->close();
    m_names->close();
    m_threads.clear();
}

QString Server::url() const
{
    // An IPv6 address stands in brackets.
    return QStringLiteral("%1://%2:%3")
        .arg(m_options.tlsCertificate.isEmpty() ? QStringLiteral("http") : QStringLiteral("https"),
             m_options.host.contains(u':') ? u'[' + m_options.host + u']' : m_options.host)
        .arg(port());
}

std::optional<HttpError> Server::checkRate(const QByteArray &peerHost)
{
    if (!m_addresses.isOn() || !m_options.rates.holdFor(peerHost))
        return std::nullopt;
    const std::chrono::microseconds now(RoomHost::now().monotonicUs);
    const QByteArray peer = countedPeer(peerHost);
    const auto wait = m_addresses.wait(peer, 1, now);
    if (wait.count() == 0) {
        m_addresses.take(peer, 1, now);
        return std::nullopt;
    }
    m_hooks.observer.rateExceeded({}, peerHost);
    const classic::Refusal refusal = rateRefusal("too many requests of this address", wait);
    return HttpError{429, refusal.code, refusal.message, retryAfterSeconds(refusal)};
}

UpgradeDecision Server::decideAdmin(const security::Grant &grant)
{
    UpgradeDecision decision;
    if (!security::mayDo(grant, security::Act::AdminConnect)) {
        decision.refusal = forbidden(grant);
        return decision;
    }
    IoThread &thread = *m_threads.front();
    decision.subprotocol = security::rowOf(security::Act::AdminConnect).name;
    decision.thread = thread.thread();
    decision.take = [this, &thread, grant](std::unique_ptr<ByteStream> stream, QByteArray answer,
                                           QByteArray early) {
        thread.host().post(
            [this, &thread, grant, answer, early,
             stream = std::make_shared<std::unique_ptr<ByteStream>>(std::move(stream))] {
                auto session = m_hooks.adminSession(thread, std::move(*stream), grant);
                Session *added = session.get();
                thread.add(std::move(session));
                added->start(answer, early);
            });
    };
    return decision;
}

UpgradeDecision Server::decide(const HttpRequest &request)
{
    const QByteArray protocols = request.field("sec-websocket-protocol");
    bool isV2 = false;
    for (const QByteArray &offered : protocols.split(',')) {
        isV2 = isV2 || offered.trimmed() == v2::subprotocol;
        if (offered.trimmed() == security::rowOf(security::Act::AdminConnect).name
            && m_hooks.adminSession)
            return decideAdmin(request.grant);
    }
    UpgradeDecision decision;
    const auto refuse = [&](const char *code, const char *message) {
        decision.refusal = HttpError{400, code, message};
        return std::move(decision);
    };
    const QByteArray restaurantId =
        parameter(request.query, "restaurant_id").value_or(QByteArray());
    if (restaurantId.isEmpty())
        return refuse("missing_field",
                      "the connection URL needs ?restaurant_id=… and &device_id=…");
    const QByteArray deviceId = parameter(request.query, "device_id").value_or(QByteArray());
    if (deviceId.isEmpty() && !isV2)
        return refuse("missing_field", "the connection URL needs &device_id=…");
    if (restaurantId.size() > classic::maxIdBytes || deviceId.size() > classic::maxIdBytes)
        return refuse("bad_field", "restaurant_id and device_id are at most 256 bytes long");
    const security::Grant &grant = request.grant;
    if (!grant.mayTouch(restaurantId)) {
        decision.refusal = otherRestaurant();
        return decision;
    }
    // In v2 it may come with the hello instead.
    if (!deviceId.isEmpty() && !grant.mayBeDevice(deviceId)) {
        decision.refusal = otherDevice();
        return decision;
    }
    if (!security::mayDo(grant, security::Act::DeviceConnect)) {
        decision.refusal = forbidden(grant);
        return decision;
    }
    if (grant.isFenced && !isV2) {
        decision.refusal = badToken({security::Verdict::Revoked, {}});
        return decision;
    }
    if (!m_journal->hasRestaurant(restaurantId)) {
        const std::chrono::microseconds now(RoomHost::now().monotonicUs);
        if (const auto tooMany = m_newcomers.restaurant(request.client, now)) {
            m_hooks.observer.rateExceeded({}, request.client);
            decision.refusal =
                HttpError{429, tooMany->code, tooMany->message, retryAfterSeconds(*tooMany)};
            return decision;
        }
    }
    const auto userId = parameter(request.query, "user_id");
    if (userId && userId->size() > classic::maxIdBytes)
        return refuse("bad_field", "user_id is at most 256 bytes long");
    TokenPlaces::Seat seat;
    if (!grant.tokenId.isEmpty()) {
        const QByteArray place = countedPeer(request.client);
        auto entered = m_tokenPlaces.enter(grant.tokenId, place);
        seat = std::move(entered.seat);
        if (!entered.elsewhere.isEmpty()
            && m_auditor.seenElsewhere(request, restaurantId, deviceId, entered.elsewhere))
            m_hooks.log(ops::LogLevel::Warning,
                        QStringLiteral("The token %1 is in use at %2 and at %3 at once; give each "
                                       "device its own, and revoke it if one of them is lost")
                            .arg(QString::fromLatin1(grant.tokenId),
                                 QString::fromLatin1(entered.elsewhere),
                                 QString::fromLatin1(place)));
    }

    IoThread &thread = *m_threads[m_hosts->indexOf(restaurantId)];
    decision.thread = thread.thread();
    if (isV2)
        decision.subprotocol = v2::subprotocol.toByteArray();
    decision.take = [&thread, access = m_access.get(), grant, client = request.client, seat,
                     restaurantId, deviceId, userId, isV2](std::unique_ptr<ByteStream> stream, QByteArray answer,
                           QByteArray early) {
        thread.host().post(
            [=, &thread,
             stream = std::make_shared<std::unique_ptr<ByteStream>>(std::move(stream))] {
                std::unique_ptr<Session> session;
                if (grant.isFenced)
                    session = std::make_unique<FencedSession>(thread, std::move(*stream), grant,
                                                              client, restaurantId);
                else if (isV2)
                    session = std::make_unique<V2Session>(thread, std::move(*stream), *access,
                                                          grant, client, restaurantId, deviceId);
                else
                    session = std::make_unique<ClassicSession>(
                        thread, std::move(*stream), grant, client, restaurantId, deviceId, userId);
                session->keep(seat);
                Session *added = session.get();
                thread.add(std::move(session));
                added->start(answer, early);
            });
    };
    return decision;
}

void Server::reloadTls()
{
    if (m_renewal)
        m_renewal->reload();
}

void Server::reloadJwt(const security::JwtOptions &options)
{
    auto jwt = security::Jwt::load(options);
    if (!jwt) {
        m_hooks.log(ops::LogLevel::Error,
                    QStringLiteral("The identity provider's keys were not read again, the former "
                                   "ones stay in use: ")
                        + jwt.error());
        return;
    }
    const QByteArrayList kids = *jwt ? (*jwt)->kids() : QByteArrayList();
    const QByteArrayList gone = m_access->trust(std::move(*jwt));
    for (auto &thread : m_threads)
        thread->host().post([raw = thread.get(), gone] { raw->expelSignedWith(gone); });
    if (!kids.isEmpty() || !gone.isEmpty())
        m_hooks.log(ops::LogLevel::Info,
                    QStringLiteral("Tokens of the identity provider are taken with the keys: %1; "
                                   "not any more: %2")
                        .arg(kids.isEmpty() ? QStringLiteral("none")
                                            : QString::fromLatin1(kids.join(", ")),
                             gone.isEmpty() ? QStringLiteral("none")
                                            : QString::fromLatin1(gone.join(", "))));
}

void Server::stop(std::function<void()> done)
{
    m_gate->stop();
    auto left = std::make_shared<std::atomic<std::size_t>>(m_threads.size());
    for (auto &thread : m_threads) {
        thread->stop([this, left, done] {
            if (--*left == 0)
                QMetaObject::invokeMethod(
                    m_gate.get(), [this, done] { finishAnswers(done, 40); }, Qt::QueuedConnection);
        });
    }
}

void Server::finishAnswers(const std::function<void()> &done, int triesLeft)
{
    constexpr int pauseMs = 25;
    if (triesLeft == 0 || !m_gate->isAnswering()) {
        done();
        return;
    }
    QTimer::singleShot(pauseMs, m_gate.get(),
                       [this, done, triesLeft] { finishAnswers(done, triesLeft - 1); });
}

} // namespace possync::net
