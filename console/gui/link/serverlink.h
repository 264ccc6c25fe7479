// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/session/serverport.h"
#include "console/gui/session/session.h"
#include "console/remote/adminclient.h"

#include <QPointer>
#include <QSet>
#include <QTimer>

namespace possync::gui {

/// Keeps a Session fed from one server through the admin client, and carries what pages ask back to
/// it.
class ServerLink : public QObject, public ServerPort
{
    Q_OBJECT

public:
    /// `session` must live longer.
    explicit ServerLink(Session &session, remote::AdminTiming timing = {},
                        QObject *parent = nullptr);
    ~ServerLink() override;

    /// Leaves the server so far; another server's data is forgotten. Without a token that of this
    /// computer's owner is used, where there is one.
    void connectTo(const QUrl &server, const QByteArray &token = {},
                   const remote::ServerTrust &trust = {});
    /// Connects at once instead of when the wait is over.
    void retryNow();
    /// Frames that made no sense since the connection came up.
    int misunderstood() const { return m_client.misunderstood(); }

    QUrl server() const override { return m_server; }
    QByteArray token() const override { return m_token; }
    remote::ServerTrust trust() const override { return m_trust; }
    void push(const ComposedChange &change, QObject *context, Answer answer) override;
    void kick(const QString &restaurant, qint64 connection, QObject *context,
              Answer answer) override;
    void ping(const QString &restaurant, qint64 connection, QObject *context,
              Answer answer) override;
    void rename(const QString &restaurant, const QString &device, const QString &name,
                QObject *context, Answer answer) override;
    void fetchRecords(const QString &restaurant, QObject *context, Answer answer) override;
    void fetchTraffic(const QString &restaurant, qint64 fromMs, qint64 toMs, qint64 stepMs,
                      QObject *context, TrafficAnswer answer) override;
    void get(const QString &path, QObject *context,
             remote::Receiver<QByteArray> receiver) override;
    void post(const QString &path, const QByteArray &body, QObject *context,
              remote::Receiver<QByteArray> receiver) override;
    void refreshConflicts(const QString &restaurant) override;

private:
    /// What was last heard of a restaurant's conflicts.
    struct ConflictsKnown {
        quint64 head = 0;
        qint64 askedMs = 0;
        quint64 total = 0;
        remote::Conflict newest;
        qsizetype reread = 0; ///< Where among those that are here reading again goes on.
    };
    void takeState();
    void takeRestaurants(const QList<remote::RestaurantSummary> &restaurants);
    void fetchTrafficPage(const QString &restaurant, qint64 fromMs, qint64 toMs, qint64 stepMs,
                          QPointer<QObject> context, TrafficAnswer answer,
                          QList<TrafficSample> before);
    /// The last minutes of the next restaurant, for its line on the overview.
    void fetchRecentTraffic();
    /// Looks whether one restaurant has a conflict that is not known yet; of the known ones, reads
    /// some again.
    void probeConflicts();
    /// What others decided shows in the conflicts themselves alone.
    void rereadConflicts(const QString &restaurant);
    void rereadConflicts(const QString &restaurant, qsizetype from, int count);
    /// A conflict whose other value was put back comes with a change.
    void takeRestored(const QString &restaurant, const QByteArray &changeId);

    Session &m_session;
    remote::AdminClient m_client;
    QUrl m_server;
    QByteArray m_token;
    remote::ServerTrust m_trust;
    QSet<QString> m_followed;   ///< Restaurants whose recent changes were asked for.
    QStringList m_recentWanted; ///< Restaurants whose last minutes of traffic are still asked for.
    bool m_isFetchingRecent = false;
    QHash<QString, ConflictsKnown> m_conflictsKnown;
    QTimer m_conflictTimer;
    bool m_isProbing = false;
    qint64 m_lostMs = 0;
};

} // namespace possync::gui
