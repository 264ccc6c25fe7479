// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/restclient.h"

#include <QHash>
#include <QTimer>
#include <QWebSocket>
#include <random>

namespace possync::remote {

/// How patient an AdminClient is; all in milliseconds.
struct AdminTiming {
    int firstRetry = 500;  ///< Doubles with every failed try, with some chance in it …
    int lastRetry = 15000; ///< … up to this.
    int answer = 8000;     ///< For the handshake and for a command.
    int ping = 5000;       ///< Between pings; three without an answer end the connection.
};

/// Watches one server over its admin WebSocket and connects again for as long as it takes. A
/// restaurant's changes arrive in order and without a hole: what happened while the connection was
/// away, or what the server skipped, is fetched over REST before newer ones are handed on. Nothing
/// a server sends may do more than end the connection. Lives on one thread with an event loop.
class AdminClient : public QObject
{
    Q_OBJECT

public:
    enum class State {
        Idle,       ///< Not asked to connect.
        Connecting, ///< Dialling, or waiting for the welcome.
        Connected,
        Waiting, ///< For the next try; see retryAtMs().
        Refused, ///< The server does not want us; tried again like Waiting.
    };
    Q_ENUM(State)

    explicit AdminClient(AdminTiming timing = {}, QObject *parent = nullptr);
    ~AdminClient() override;

    /// Leaves the server so far and forgets what was known of it.
    void connectTo(const QUrl &server, const QByteArray &token = {},
                   const ServerTrust &trust = {});
    void disconnectFromServer();
    /// Tries at once instead of when the wait is over.
    void retryNow();
    /// What to be told; kept over reconnects. An empty restaurant means all.
    void subscribe(const QStringList &topics, const QString &restaurant = {});
    /// Hands on changes from after `seq`, beginning with those the server already has. Without this
    /// a restaurant's changes begin with the first live one.
    void followFrom(const QString &restaurant, quint64 seq);

    /// Answered once: with the exact JSON text of the result, or with an error when the server
    /// refuses, takes too long or goes away. `body` is JSON object text.
    void command(const QString &name, const QByteArray &body, QObject *context,
                 Receiver<QByteArray> receiver);
    void push(const NewChange &change, QObject *context, Receiver<QByteArray> receiver);
    void kick(const QString &restaurant, qint64 connection, QObject *context,
              Receiver<QByteArray> receiver);
    void ping(const QString &restaurant, qint64 connection, QObject *context,
              Receiver<QByteArray> receiver);
    /// What people call a device, or the restaurant itself (an empty one). An empty name: its id.
    void rename(const QString &restaurant, const QString &device, const QString &name,
                QObject *context, Receiver<QByteArray> receiver);
    /// Traffic between two moments in steps of about `stepS` seconds; of one restaurant, or of all
    /// together (empty). Long stretches come in pages.
    void traffic(const QString &restaurant, qint64 fromMs, qint64 toMs, int stepS, QObject *context,
                 Receiver<TrafficPage> receiver);

    State state() const { return m_state; }
    /// Why it is not connected, for people; empty when connected.
    const RemoteError &reason() const { return m_reason; }
    int attempt() const { return m_attempt; }
    /// Our clock, UTC milliseconds; 0 unless Waiting or Refused.
    qint64 retryAtMs() const { return m_retryAtMs; }
    qint64 roundTripMs() const { return m_roundTripMs; }
    /// Server clock minus ours, from the last welcome.
    qint64 clockOffsetMs() const { return m_clockOffsetMs; }
    const wire::Welcome &welcome() const { return m_welcome; }
    /// Frames that made no sense since the connection came up.
    int misunderstood() const { return m_misunderstood; }
    /// Questions to the same server.
    RestClient &rest() { return m_rest; }

Q_SIGNALS:
    void stateChanged(possync::remote::AdminClient::State state);
    void restaurantsArrived(const QList<possync::remote::RestaurantSummary> &restaurants);
    void devicesArrived(const QString &restaurant,
                        const QList<possync::remote::DeviceStatus> &devices);
    void changesArrived(const QString &restaurant,
                        const std::vector<possync::remote::ChangeEntry> &changes);
    void trafficArrived(const possync::remote::TrafficSample &sample);
    void logsArrived(const QList<possync::remote::LogLine> &lines);
    /// Log lines the server skipped; changes are fetched instead.
    void logsMissed(qint64 count);
    /// The server started on another history; numbers begin anew.
    void historyReplaced(const QString &restaurant, const QString &epoch);
    void frameMisunderstood(const QString &error);
    void roundTripMeasured(qint64 ms);

private:
    struct Pending {
        QPointer<QObject> context;
        Receiver<QByteArray> receiver;
        qint64 deadlineMs = 0;
    };
    /// Where the hand-over of a restaurant's changes stands.
    struct Tail {
        QString epoch;
        quint64 lastSeq = 0;
        bool isFetching = false;
        bool isStale = false;          ///< Changes were skipped; fetch again after this fetch.
        std::vector<ChangeEntry> held; ///< Live ones that wait for those missed before them.
    };

    /// What a restaurant was like when it was first heard of: where its changes begin for us.
    struct Beginning {
        QString epoch;
        quint64 head = 0;
    };

    void open();
    void discardSocket();
    void drop(State next, const RemoteError &reason);
    void handleError(QAbstractSocket::SocketError error);
    void handleText(const QString &text);
    void handle(const wire::Welcome &welcome);
    void handle(const QList<RestaurantSummary> &restaurants);
    void handle(const wire::DeviceList &list);
    void handle(wire::ChangeBatch &batch);
    void handle(const TrafficSample &sample);
    void handle(const QList<LogLine> &lines);
    void handle(const wire::Gap &gap);
    void handle(const wire::CommandResult &result);
    void handle(const wire::Unknown &unknown);
    bool wantsChangesOf(const QString &restaurant) const;
    Tail &tailOf(const QString &restaurant);
    void refill(const QString &restaurant);
    void takePage(const QString &restaurant, const Answer<ChangePage> &answer);
    void handOn(const QString &restaurant, std::vector<ChangeEntry> changes);
    void beat();
    void failPending(const RemoteError &error);
    void setState(State state, const RemoteError &reason = {});

    AdminTiming m_timing;
    RestClient m_rest;
    QWebSocket *m_socket = nullptr;
    QUrl m_server;
    QByteArray m_token;
    ServerTrust m_trust;
    QList<QSslError> m_tlsErrors; ///< Of the present try, where they keep it from going on.
    QStringList m_topics;
    QString m_restaurant;
    QHash<QString, Tail> m_tails;
    QHash<QString, Beginning> m_beginnings;
    QHash<QString, Pending> m_pending;
    QTimer m_retry;
    QTimer m_beat;
    QTimer m_handshake;
    std::mt19937 m_chance;
    wire::Welcome m_welcome;
    RemoteError m_reason;
    State m_state = State::Idle;
    qint64 m_retryAtMs = 0;
    qint64 m_lastPongMs = 0;
    qint64 m_roundTripMs = -1;
    qint64 m_clockOffsetMs = 0;
    quint64 m_round = 0; ///< Grows with every connection: answers to an earlier one are stale.
    int m_nextCommand = 1;
    int m_attempt = 0;
    int m_misunderstood = 0;
    int m_shortLived = 0;      ///< Connections in a row that did not outlive a ping.
    bool m_hasList = false;    ///< The server has named its restaurants before.
    bool m_awaitsList = false; ///< Not yet on this connection.
};

} // namespace possync::remote
