// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/types.h"

#include <QElapsedTimer>
#include <QHash>
#include <QNetworkAccessManager>
#include <QSet>
#include <QTimer>
#include <QUrl>
#include <QWebSocket>

namespace possync::remote {

/// How a virtual device behaves; intervals in milliseconds.
struct ClassicHabits {
    int syncMs = 10000; ///< Between two `POST /api/sync`.
    int heartbeatMs = 30000;
    int retryMs = 5000;      ///< Wait before reconnecting, times the attempt.
    double retryScale = 1.0; ///< Makes the waits shorter in tests.
    int maxAttempts = 10;    ///< After so many it stays away until connectToServer().
    /// The app loses a batch whose POST meets a network error. A device that keeps it instead can
    /// tell a server's loss from its own.
    bool losesBatchOnNetworkError = true;
};

/// What a device does to make trouble with one change; docs/protocol.md, "Classic".
struct SendFault {
    bool repeatsTwin = false; ///< The `data_change` goes out twice, and so does the POST.
    bool twinFirst = false;   ///< The `data_change` goes out before the typed message.
    bool syncsAtOnce = false; ///< The POST does not wait and races with the socket.
};

/// A virtual device that speaks as the unmodified app does: typed message and `data_change` twin,
/// memory queue, periodic `POST /api/sync` of everything pending, its rules for dropping what it
/// receives. Hundreds fit into one process. Lives on one thread with an event loop.
class ClassicDevice : public QObject
{
    Q_OBJECT

public:
    /// One action, as the person at the device made it.
    struct Action {
        DataType dataType = DataType::Orders;
        possync::Action action = possync::Action::Updated;
        QByteArray entityId;
        QByteArray data; ///< JSON object text without `id`, as the app fills the typed message.
    };

    /// A change received and taken.
    struct Applied {
        DataType dataType = DataType::Orders;
        QByteArray action;
        QByteArray entityId;
        QByteArray changeId; ///< Empty if the message had none.
        QByteArray deviceId; ///< Sender, as the message states it.
        QByteArray data;     ///< Exact text.
    };

    /// `server` is http://host:port; `network` serves many devices and must live longer.
    ClassicDevice(const QUrl &server, const QString &restaurant, const QString &deviceId,
                  QNetworkAccessManager &network, const ClassicHabits &habits = {},
                  QObject *parent = nullptr);
    ~ClassicDevice() override;

    void setToken(const QByteArray &token) { m_token = token; }
    void connectToServer();
    /// Leaves politely and stays away.
    void goOffline();
    /// Cuts the connection as a failing network does; reconnects after a while as the app does.
    void killConnection();
    void send(const Action &action, const SendFault &fault = {});
    /// `POST /api/sync` of everything pending, now.
    void syncNow();

    const QString &deviceId() const { return m_deviceId; }
    const QString &restaurant() const { return m_restaurant; }
    bool isRegistered() const { return m_isRegistered; }
    bool isOffline() const { return !m_wantsConnection; }
    /// Changes not yet confirmed by a 200, those in a running POST included.
    std::size_t pendingCount() const { return m_pending.size() + m_posted.size(); }
    /// Changes its own habits made it lose.
    std::size_t givenUpCount() const { return m_givenUp; }
    /// Messages dropped because their change id was known.
    std::size_t repeatsDropped() const { return m_repeatsDropped; }
    /// What it holds of an entity: its own actions and what it received, by the rules of the
    /// catalogue. Empty: nothing, or removed. A user's record is kept only by who changed it: the
    /// typed message does not say whom it is about.
    QByteArray record(DataType type, const QByteArray &entityId) const
    {
        return m_records.value(recordKey(type, entityId));
    }
    /// What it took, oldest first.
    const std::vector<Applied> &applied() const { return m_applied; }

Q_SIGNALS:
    void registered();
    void connectionLost();
    /// Taken; also the last of applied().
    void changeApplied(const possync::remote::ClassicDevice::Applied &change);
    /// The server's `error` message.
    void errorReceived(const QByteArray &message);
    /// A POST got a 200 and the queue is empty of what it held.
    void syncConfirmed();

private:
    void handleText(const QString &text);
    void handleClosed();
    void post(QByteArray body, bool isRepeat);
    void scheduleReconnect();
    static QByteArray recordKey(DataType type, const QByteArray &entityId)
    {
        return dataTypeName(type).toByteArray() + '/' + entityId;
    }
    void keep(DataType type, possync::Action action, const QByteArray &entityId,
              const QByteArray &data);
    void openSocket(const QNetworkRequest &request);
    void discardSocket();
    QByteArray envelope() const;

    QUrl m_server;
    QString m_restaurant;
    QString m_deviceId;
    QNetworkAccessManager &m_network;
    ClassicHabits m_habits;
    QByteArray m_token;
    QWebSocket *m_socket = nullptr; ///< None while waiting to reconnect.
    QTimer m_sync;
    QTimer m_heartbeat;
    QTimer m_retry;
    std::vector<QByteArray> m_pending; ///< `data_change` texts not posted yet.
    std::vector<QByteArray> m_posted;  ///< Those in the running POST.
    QSet<QByteArray> m_seenIds;
    std::vector<Applied> m_applied;
    QHash<QByteArray, QByteArray> m_records; ///< By recordKey().
    std::size_t m_givenUp = 0;
    std::size_t m_repeatsDropped = 0;
    int m_attempt = 0;
    bool m_wantsConnection = false;
    bool m_isRegistered = false;
    bool m_isPosting = false;
    bool m_repeatsNextPost = false;
};

} // namespace possync::remote
