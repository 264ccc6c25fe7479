// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/hooks/hookdesk.h"
#include "server/net/doorkeeper.h"
#include "server/net/feedreaders.h"
#include "server/net/journalwalk.h"
#include "server/net/lifeline.h"
#include "server/net/restanswer.h"
#include "server/net/roomhosts.h"
#include "server/security/pairing.h"
#include "server/store/names.h"
#include "server/store/trafficstore.h"

#include <QHttpServer>
#include <QHttpServerRequest>
#include <QRegularExpression>

namespace possync::net {

/// What REST needs of the rest of the server.
struct RestContext {
    store::Journal &journal;
    security::Access &access;
    RoomHosts &hosts;
    RoomViews &views;
    qint64 startedAtMs = 0;
    std::function<QByteArray()> metricsText;
    /// Lines newer than `since`, of at least `level`, that contain `text`, at most `limit`: the
    /// body of `GET /api/logs`.
    std::function<QByteArray(quint64 since, const QString &level, const QString &text, int limit)>
        logsJson;
    QString backupDir;
    /// The server stops and starts again on the staged backup.
    std::function<void()> restart;
    bool isSecure = false; ///< Whether the port speaks TLS.
    bool isLocalOnly = false; ///< Whether only this computer can reach the port.
    /// Traffic of the past.
    std::function<void(store::TrafficStore::Query, store::TrafficStore::Receiver)> readTraffic;
    hooks::HookDesk &hooks;
    /// Removes the traffic of one restaurant.
    std::function<void(const QByteArray &, std::function<void(store::Outcome)>)> eraseTraffic;
    store::Names &names;
    FeedReaders &feedReaders;
    Newcomers &newcomers;
    RoomObserver &observer;
};

/// The HTTP interface: docs/protocol.md, "REST". Registers its routes on the server it is given;
/// lives on that server's thread.
class RestRoutes
{
public:
    RestRoutes(QHttpServer &server, RestContext context);
    ~RestRoutes()
    {
        m_walks->isClosed = true;
        m_lifeline->end();
    }
    RestRoutes(const RestRoutes &) = delete;
    RestRoutes &operator=(const RestRoutes &) = delete;

    /// Health, and records nothing has changed since they were last asked for: the answers that
    /// monitors and tablets fetch all day, without the way through the router. Empty for the rest.
    std::vector<QByteArray> quickAnswer(const QByteArray &path) const;

private:
    using Response = QHttpServerResponse;
    using Later = QFuture<QHttpServerResponse>;

    /// Registers a route by its row in the rights table and remembers it, so that a wrong method
    /// is told from a wrong path.
    template<typename Handler>
    void add(QHttpServer &server, security::Route route, Handler handler)
    {
        const security::RouteRow &row = security::rowOf(route);
        const QString path = QString::fromLatin1(row.path);
        QString pattern = path;
        pattern.replace(QStringLiteral("<arg>"), QStringLiteral("[^/]+"));
        remember(pattern, row.method);
        using Method = QHttpServerRequest::Method;
        const QByteArrayView name(row.method);
        server.route(path,
                     name == "GET"      ? Method::Get
                     : name == "DELETE" ? Method::Delete
                                        : Method::Post,
                     std::move(handler));
    }
    void remember(const QString &pattern, const QByteArray &method);
    void addMissing(QHttpServer &server);
    void addClassicRoutes(QHttpServer &server);
    void addFeedRoutes(QHttpServer &server);
    void addHistoryRoutes(QHttpServer &server);
    void addOperatorRoutes(QHttpServer &server);
    void addWebhookRoutes(QHttpServer &server);
    void addAccessRoutes(QHttpServer &server);
    void addJwtRoutes(QHttpServer &server);
    void addPairingRoutes(QHttpServer &server);
    void addExportRoutes(QHttpServer &server);
    void addRenameRoutes(QHttpServer &server);

    QByteArray healthJson() const;
    Later sync(const QHttpServerRequest &request);
    Later status(const QByteArray &restaurantId);
    Later data(const QByteArray &restaurantId);
    Later devices(const QByteArray &restaurantId);
    Later entity(const QByteArray &restaurantId, DataType type, const QByteArray &id);
    Later changes(const QByteArray &restaurantId, const QHttpServerRequest &request);
    Later conflicts(const QByteArray &restaurantId, const QHttpServerRequest &request);
    Later restoreConflict(const QByteArray &restaurantId, const QByteArray &conflictId,
                          const QHttpServerRequest &request);
    Later discardConflict(const QByteArray &restaurantId, const QByteArray &conflictId,
                          const QHttpServerRequest &request);
    Later history(const QByteArray &restaurantId, const QByteArray &type, const QByteArray &id,
                  const QHttpServerRequest &request);
    /// Records as they were at the moment `at` of the query names: one, or all.
    Later past(const QByteArray &restaurantId, const QHttpServerRequest &request,
               std::optional<std::pair<DataType, QByteArray>> only);
    Later traffic(const QByteArray &restaurantId, const QHttpServerRequest &request);
    Later webhooks(const QByteArray &restaurantId);
    Later addWebhook(const QByteArray &restaurantId, const QHttpServerRequest &request);
    Later removeWebhook(const QByteArray &restaurantId, const QByteArray &hookId);
    Later webhookQueue(const QByteArray &restaurantId, const QByteArray &hookId,
                       const QHttpServerRequest &request);
    Later rotateWebhook(const QByteArray &restaurantId, const QByteArray &hookId,
                        const QHttpServerRequest &request);
    Later testWebhook(const QByteArray &restaurantId, const QByteArray &hookId);
    /// One page of all that is kept of a restaurant.
    Later exported(const QByteArray &restaurantId, const QHttpServerRequest &request);
    Later exportedTokens(const QByteArray &restaurantId) const;
    Later exportedWebhooks(const QByteArray &restaurantId);
    /// Traffic since then, as far as it was kept at `nowMs`, when this part of the export began.
    Later exportedTraffic(const QByteArray &restaurantId, qint64 nowMs, qint64 fromMs);
    Later exportedChanges(const QByteArray &restaurantId, quint64 after);
    Later erase(const QByteArray &restaurantId, const QHttpServerRequest &request);
    /// An empty device: of the restaurant itself.
    Later renamed(const QByteArray &restaurantId, const QByteArray &deviceId,
                  const QHttpServerRequest &request);
    Response restaurants(const QHttpServerRequest &request) const;
    Later verify();
    Later backup();
    Later restore(const QHttpServerRequest &request);
    Response tokens(const QHttpServerRequest &request) const;
    Later createToken(const QHttpServerRequest &request);
    Later revokeToken(const QByteArray &id, const QHttpServerRequest &request);
    Response revokedJwts() const;
    Later revokeJwt(const QHttpServerRequest &request);
    Later takeBackJwt(const QHttpServerRequest &request);
    Later audit(const QHttpServerRequest &request);
    Response pairings(const QHttpServerRequest &request);
    Response openPairing(const QHttpServerRequest &request);
    Later pair(const QHttpServerRequest &request);

    /// What the gate has found the caller to be.
    static security::Grant grantOf(const QHttpServerRequest &request);

    static bool asksForThePast(const QHttpServerRequest &request)
    {
        return request.query().hasQueryItem(QStringLiteral("at"));
    }

    /// Answers from the room's thread; 404 if there is no such restaurant.
    Later fromRoom(const QByteArray &restaurantId, std::function<Response(HostedRoom &)> answer);
    bool isKnown(const QByteArray &restaurantId) const;
    std::optional<store::RestaurantSummary> summaryOf(const QByteArray &restaurantId) const;

    RestContext m_context;
    std::shared_ptr<WalkDesk> m_walks = std::make_shared<WalkDesk>();
    std::shared_ptr<Lifeline> m_lifeline = std::make_shared<Lifeline>();
    security::PairingDesk m_pairing;
    security::GuessLimit m_guesses; ///< Of pairing codes.
    std::vector<std::pair<QRegularExpression, QByteArray>> m_known; ///< Path, its methods.
};

} // namespace possync::net
