// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/auditor.h"
#include "server/net/doorkeeper.h"
#include "server/net/gate.h"
#include "server/net/iothread.h"
#include "server/net/restroutes.h"
#include "server/net/tlsrenewal.h"
#include "server/net/tokenplaces.h"
#include "server/ops/log.h"
#include "server/store/trafficstore.h"

namespace possync::net {

/// How a server is started.
struct ServerOptions {
    QString host = QStringLiteral("127.0.0.1");
    quint16 port = 3000;
    QString dataDir;
    DoorPolicy door;
    security::JwtOptions jwt;
    QString tlsCertificate; ///< PEM files; both or none.
    QString tlsKey;
    int ioThreads = 0; ///< 0: by the number of cores.
    int connectionsPerHost = 500;
    bool countsLoopback = false; ///< Whether that holds for this computer too.
    std::chrono::hours retention{24 * 30};
    std::chrono::seconds roomIdle{600}; ///< See RoomHost; 0: never.
    HttpLimits http;
    WebSocketLimits webSocket;
    RateLimits rates;
    hooks::HookOptions hooks;
    store::Keys keys; ///< What stored content is encrypted with; null: nothing is.
};

/// What the server tells and asks its surroundings.
struct ServerHooks {
    RoomObserver &observer;
    std::function<QByteArray()> metricsText;
    std::function<QByteArray(quint64 since, const QString &level, const QString &text, int limit)>
        logsJson;
    std::function<void()> restart;
    /// A connection that asked for `possync.admin.v1`.
    std::function<std::unique_ptr<Session>(IoThread &, std::unique_ptr<ByteStream>,
                                           security::Grant)>
        adminSession;
    /// Writes a line about the port to the server's log.
    std::function<void(ops::LogLevel, const QString &text)> log;
    /// Traffic of the past.
    std::function<void(store::TrafficStore::Query, store::TrafficStore::Receiver)> readTraffic;
    std::function<void(const QByteArray &, std::function<void(store::Outcome)>)> eraseTraffic;
};

/// The whole server behind one port: gate, I/O threads, rooms, journal, REST. Lives on the main
/// thread, which must have an event loop.
class Server
{
public:
    /// Opens the journal, starts threads, listens. On failure one line that says what is wrong.
    static Result<std::unique_ptr<Server>, QString> start(ServerOptions options, ServerHooks hooks);
    ~Server();

    quint16 port() const { return m_gate->port(); }
    /// `http://host:port`, or https.
    QString url() const;
    /// Reads the TLS certificate and key again, if there are any.
    void reloadTls();
    /// Takes the tokens of this identity provider instead of the former; where a key cannot be
    /// read the former stays. Connections that came with a token not taken any more are closed.
    /// The log tells how it went.
    void reloadJwt(const security::JwtOptions &options);
    /// Stops accepting, stores what is under way, says goodbye to every connection; then `done`.
    void stop(std::function<void()> done);

    store::Journal &journal() { return *m_journal; }
    security::Access &access() { return *m_access; }
    RoomHosts &hosts() { return *m_hosts; }
    RoomViews &views() { return m_views; }
    store::Names &names() { return *m_names; }

private:
    Server(ServerOptions options, ServerHooks hooks, std::unique_ptr<store::Journal> journal,
           std::unique_ptr<security::Access> access,
           std::unique_ptr<hooks::HookDesk> webhooks);
    /// Gives answers under way a second to get out.
    void finishAnswers(const std::function<void()> &done, int triesLeft);
    UpgradeDecision decide(const HttpRequest &request);
    UpgradeDecision decideAdmin(const security::Grant &grant);
    std::optional<HttpError> checkRate(const QByteArray &peerHost);

    const ServerOptions m_options;
    ServerHooks m_hooks;
    core::RateTable m_addresses; ///< Requests of each.
    FeedReaders m_feedReaders;
    Newcomers m_newcomers;
    TokenPlaces m_tokenPlaces;
    std::unique_ptr<store::Journal> m_journal;
    std::unique_ptr<security::Access> m_access;
    std::unique_ptr<hooks::HookDesk> m_webhooks;
    std::unique_ptr<store::Names> m_names;
    Doorkeeper m_doorkeeper;
    Auditor m_auditor;
    RoomViews m_views;
    std::vector<std::unique_ptr<IoThread>> m_threads;
    std::unique_ptr<RoomHosts> m_hosts;
    std::unique_ptr<Gate> m_gate;
    std::unique_ptr<RestRoutes> m_routes;
    std::shared_ptr<WalkDesk> m_catchUp = std::make_shared<WalkDesk>();
    std::unique_ptr<TlsRenewal> m_renewal; ///< With TLS only.
};

} // namespace possync::net
