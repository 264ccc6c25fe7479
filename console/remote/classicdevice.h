// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/types.h"
#include "console/remote/virtualdevice.h"

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

/// A virtual device that speaks as the unmodified app does: typed message and `data_change` twin,
/// memory queue, periodic `POST /api/sync` of everything pending, its rules for dropping what it
/// receives. Hundreds fit into one process. Lives on one thread with an event loop.
class ClassicDevice : public VirtualDevice
{
    Q_OBJECT

public:
    /// `server` is http://host:port; `network` serves many devices and must live longer.
    ClassicDevice(const QUrl &server, const QString &restaurant, const QString &deviceId,
                  QNetworkAccessManager &network, const ClassicHabits &habits = {},
                  QObject *parent = nullptr);
    ~ClassicDevice() override;

    void setToken(const QByteArray &token) override { m_token = token; }
    void setTrust(const ServerTrust &trust) override { m_trust = trust; }
    void connectToServer() override;
    void goOffline() override;
    /// Reconnects after a while as the app does.
    void killConnection() override;
    QByteArray send(const Action &action, const SendFault &fault = {}) override;
    /// Text that is no change, as it is; nothing happens while not connected.
    void sendText(const QByteArray &utf8);
    void setClockSkew(qint64 ms) override { m_clockSkewMs = ms; }
    /// What an app that keeps its queue finds when it is started again.
    struct Memory {
        std::vector<QByteArray> pending;
        QSet<QByteArray> seenIds;
        QHash<QByteArray, QByteArray> records;
    };
    Memory memory() const;
    void restore(Memory memory);
    /// `POST /api/sync` of everything pending, now.
    void syncNow() override;

    const QString &deviceId() const override { return m_deviceId; }
    const QString &restaurant() const override { return m_restaurant; }
    bool isRegistered() const override { return m_isRegistered; }
    bool isOffline() const override { return !m_wantsConnection; }
    /// Changes not yet confirmed by a 200, those in a running POST included.
    std::size_t pendingCount() const override { return m_pending.size() + m_posted.size(); }
    /// Changes its own habits made it lose.
    std::size_t givenUpCount() const { return m_givenUp; }
    /// Messages dropped because their change id was known.
    std::size_t repeatsDropped() const { return m_repeatsDropped; }
    /// What it holds of an entity: its own actions and what it received, by the rules of the
    /// catalogue. Empty: nothing, or removed. A user's record is kept only by who changed it: the
    /// typed message does not say whom it is about.
    QByteArray record(DataType type, const QByteArray &entityId) const override
    {
        return m_records.value(recordKey(type, entityId));
    }
    bool isExact() const override { return false; }
    /// What it took, oldest first; the last is what changeApplied() told.
    const std::vector<Applied> &applied() const { return m_applied; }

Q_SIGNALS:
    /// The server's `error` message.
    void errorReceived(const QByteArray &message);

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
    qint64 clockMs() const;
    QByteArray envelope() const;

    QUrl m_server;
    QString m_restaurant;
    QString m_deviceId;
    QNetworkAccessManager &m_network;
    ClassicHabits m_habits;
    QByteArray m_token;
    ServerTrust m_trust;
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
    qint64 m_clockSkewMs = 0;
    int m_attempt = 0;
    bool m_wantsConnection = false;
    bool m_isRegistered = false;
    bool m_isPosting = false;
    bool m_repeatsNextPost = false;
};

} // namespace possync::remote
