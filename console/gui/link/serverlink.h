// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/link/wire.h"
#include "console/gui/session/serverport.h"

#include <QHash>
#include <QTimer>
#include <QUrl>
#include <QWebSocket>

class QNetworkAccessManager;
class QNetworkReply;

namespace possync::gui {

/// How patient a ServerLink is; all in milliseconds.
struct LinkTiming {
    int firstRetry = 500;  ///< Doubles with every failed try …
    int lastRetry = 15000; ///< … up to this.
    int answer = 8000;     ///< For the handshake, a command and a REST answer.
    int ping = 2000;       ///< Between pings; three without an answer end the connection.
};

/// Keeps a Session fed from one server: admin WebSocket, REST for records and for changes missed
/// while away, reconnecting by itself. Nothing a server sends may do more than end the connection.
class ServerLink : public QObject, public ServerPort
{
    Q_OBJECT

public:
    /// `session` must live longer.
    explicit ServerLink(Session &session, LinkTiming timing = {}, QObject *parent = nullptr);
    ~ServerLink() override;

    /// Leaves the server so far; another server's data is forgotten.
    void connectTo(const QUrl &server);
    /// Connects at once instead of when the wait is over.
    void retryNow();
    const QUrl &server() const { return m_server; }
    /// Frames that made no sense since the connection came up.
    int misunderstood() const { return m_misunderstood; }

    void push(const ComposedChange &change, QObject *context, Answer answer) override;
    void kick(const QString &restaurant, qint64 connection, QObject *context,
              Answer answer) override;
    void ping(const QString &restaurant, qint64 connection, QObject *context,
              Answer answer) override;
    void fetchRecords(const QString &restaurant, QObject *context, Answer answer) override;

private:
    struct Pending {
        QPointer<QObject> context;
        Answer answer;
        qint64 deadlineMs = 0;
    };
    /// Where the recording of a restaurant's changes stands.
    struct Tail {
        QString epoch;
        quint64 lastSeq = 0;
        bool isFetching = false;
        int pages = 0;
        std::vector<ChangeEntry> held; ///< Live changes that wait for the ones missed before them.
    };

    void open();
    void drop(const QString &reason);
    void handleText(const QString &text);
    void handle(const wire::Welcome &welcome);
    void handle(const QList<RestaurantFacts> &restaurants);
    void handle(wire::ChangeBatch &batch);
    void handle(const wire::CommandResult &result);
    void fetchMissed(const QString &restaurant, quint64 since);
    void endFetch(const QString &restaurant);
    void take(Tail &tail, std::vector<ChangeEntry> changes);
    void beat();
    void command(QJsonObject body, QObject *context, Answer answer);
    void send(const QJsonObject &frame);
    QNetworkReply *get(const QString &path, const QList<std::pair<QString, QString>> &query);
    void setPhase(LinkStatus::Phase phase, const QString &reason);

    Session &m_session;
    LinkTiming m_timing;
    QUrl m_server;
    QWebSocket m_socket;
    QNetworkAccessManager *m_http;
    QTimer m_retry;
    QTimer m_beat;
    QTimer m_handshake;
    QHash<QString, Pending> m_pending;
    QHash<QString, Tail> m_tails;
    QString m_dropReason;
    qint64 m_lastPongMs = 0;
    int m_nextCommand = 1;
    int m_attempt = 0;
    int m_misunderstood = 0;
    bool m_isWelcome = false;
};

} // namespace possync::gui
