// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/ratelimit.h"
#include "server/net/connectioncounts.h"
#include "server/net/httpconnection.h"

#include <QSslConfiguration>
#include <QTcpServer>
#include <QTimer>
#include <unordered_map>

namespace possync::net {

/// What became of an upgrade request: an error, or where its connection goes.
struct UpgradeDecision {
    std::optional<HttpError> refusal;
    QByteArray subprotocol; ///< Chosen one, empty: none.
    QThread *thread = nullptr;
    /// Runs on the gate's thread with the stream ready for `thread`; posts it there.
    /// `answer` is to be written first; `early` are bytes that came behind the request.
    std::function<void(std::unique_ptr<ByteStream>, QByteArray answer, QByteArray early)> take;
};

/// Owns the port: accepts, limits, checks HTTP strictly, hands upgrades over and the rest to
/// QHttpServer. docs/protocol.md, "HTTP" and "Limits". Lives on the main thread.
class Gate final : public QObject, public HttpConnection::House
{
    Q_OBJECT
public:
    struct Options {
        HttpLimits http;
        int connectionsPerHost = 500;
        bool countsLoopback = false; ///< Whether that holds for this computer too.
        core::Rate connectionsOfAddress;
        bool ratesLoopback = false; ///< Whether that holds for this computer too.
        int handshakeSeconds = 3;    ///< TLS.
        /// Set to serve TLS, see also setTls().
        std::optional<QSslConfiguration> tls;
        /// Hears of refused connections, at most once a second.
        std::function<void(const QString &text)> warn;
    };
    using UpgradeHandler =
        std::function<UpgradeDecision(const HttpRequest &, const QByteArray &peerHost)>;
    using AccessCheck =
        std::function<std::optional<HttpError>(HttpRequest &, const QByteArray &peerHost)>;

    /// Answers that need no route; see HttpConnection::House::quickAnswer().
    using QuickAnswer = std::function<std::vector<QByteArray>(const HttpRequest &)>;

    /// Hears of every answer of the routes; see HttpConnection::House::answered().
    using AnswerHandler =
        std::function<void(const HttpRequest &, int status, const QByteArray &about,
                           std::function<void()> then)>;

    Gate(Options options, UpgradeHandler upgrade, AccessCheck access, QuickAnswer quick,
         AnswerHandler answer);
    ~Gate() override;

    /// The error in one line, or nothing.
    std::optional<QString> listen(const QHostAddress &address, quint16 port);
    quint16 port() const;
    QHttpServer &routes() { return m_front.server(); }
    /// For handshakes from now on; connections stay as they are.
    void setTls(const QSslConfiguration &tls) { m_tls = tls; }
    /// Stops accepting and closes what is idle.
    void stop();
    /// Whether somebody still waits for an answer.
    bool isAnswering() const;
    int connectionCount() const { return static_cast<int>(m_connections.size()); }

    /// `Sec-WebSocket-Accept` for a key; RFC 6455 §4.2.2.
    static QByteArray acceptKey(const QByteArray &key);
    /// Raises the limit of open descriptors as far as allowed; returns it.
    static qint64 raiseDescriptorLimit();

private:
    class Listener;

    const HttpLimits &limits() const override { return m_options.http; }
    HttpFront &front() override { return m_front; }
    qint64 &heldBodyBytes() override { return m_heldBodyBytes; }
    std::optional<HttpError> refusal(HttpRequest &request, const QByteArray &peerHost) override;
    void answered(const HttpRequest &request, int status, const QByteArray &about,
                  std::function<void()> then) override
    {
        m_answer(request, status, about, std::move(then));
    }
    std::vector<QByteArray> quickAnswer(const HttpRequest &request) override
    {
        return m_quick(request);
    }
    std::optional<HttpError> upgraded(const HttpRequest &request,
                                      std::unique_ptr<ByteStream> &stream,
                                      const QByteArray &early) override;
    void finished(HttpConnection *connection) override;

    void accepted(qintptr descriptor);
    void encrypt(qintptr descriptor);
    /// Whether the peer may have one more connection; `seat` is then to be kept with it.
    bool admits(const QByteArray &peerHost, ConnectionCounts::Seat &seat);
    bool refused(const QByteArray &peerHost, const QString &why);
    void add(std::unique_ptr<ByteStream> stream, ConnectionCounts::Seat seat);
    void sweep();

    const Options m_options;
    const UpgradeHandler m_upgrade;
    const AccessCheck m_access;
    const QuickAnswer m_quick;
    const AnswerHandler m_answer;
    std::optional<QSslConfiguration> m_tls;
    HttpFront m_front;
    std::unique_ptr<Listener> m_listener;
    qint64 m_heldBodyBytes = 0; ///< Outlives the connections, which count in it.
    std::unordered_map<HttpConnection *, std::unique_ptr<HttpConnection>> m_connections;
    ConnectionCounts m_counts;
    core::RateTable m_rates;
    int m_refused = 0; ///< Connections, since the last sweep.
    QByteArray m_lastRefused;
    QString m_whyRefused; ///< That one.
    QTimer m_sweepTimer;
    qint64 m_descriptorLimit = 1024;
    int m_spareDescriptor = -1; ///< Given up to answer a client when all others are taken.
};

} // namespace possync::net
