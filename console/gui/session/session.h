// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/gui/changes/changemodel.h"
#include "console/gui/conflicts/conflictmodel.h"
#include "console/gui/devices/fleet.h"
#include "console/gui/logs/logmodel.h"
#include "console/gui/session/serverport.h"
#include "console/gui/traffic/trafficfeed.h"

#include <QObject>
#include <QTimer>

namespace possync::gui {

/// Where the connection stands, in facts.
struct LinkStatus {
    enum Phase { NoServer, Connecting, Connected, Waiting, Refused };
    Phase phase = NoServer;
    QString host = {};    ///< "127.0.0.1:3000"
    QString reason = {};  ///< Why it is not connected, for people.
    qint64 lostMs = 0;    ///< When it was last connected; 0: never in this session.
    qint64 retryAtMs = 0; ///< Waiting: when the next try starts.
    int attempt = 0;
    qint64 roundTripMs = -1;
    QString role = {}; ///< What the server takes us for; empty if it does not say.
    bool operator==(const LinkStatus &) const = default;
};

/// "Connected to 127.0.0.1:3000 · 2 ms", "Reconnecting in 7 s (try 3)", …
QString linkText(const LinkStatus &status, qint64 nowMs);

/// Everything the pages show about one server, and what is selected. Holds what it has when the
/// connection goes. Knows no network: a ServerPort and the take…() functions are its two ends.
class Session : public QObject
{
    Q_OBJECT

public:
    explicit Session(QObject *parent = nullptr);

    // The server's side.
    void setPort(ServerPort *port);
    void setLink(const LinkStatus &status);
    /// Server clock minus ours.
    void setClockOffset(qint64 offsetMs) { m_clockOffsetMs = offsetMs; }
    void takeRestaurants(const QList<RestaurantFacts> &restaurants);
    void takeDevices(const QString &restaurant, const QList<DeviceFacts> &devices);
    /// Secrets in the data are masked here, before anything stores them.
    void takeChanges(std::vector<ChangeEntry> changes);
    void takeTraffic(const QString &restaurant, const TrafficSample &sample);
    /// What the server remembers of a stretch of the past.
    void takeTrafficHistory(const QString &restaurant, qint64 stepMs,
                            const QList<TrafficSample> &samples)
    {
        m_traffic.takeHistory(restaurant, stepMs, samples);
    }
    /// The newest of a restaurant's conflicts, newest first, of so many; 0: these are all.
    void takeConflicts(const QString &restaurant, const QList<remote::Conflict> &conflicts,
                       quint64 total = 0)
    {
        m_conflicts.setConflicts(restaurant, conflicts, total);
    }
    void takeLogs(const QList<LogLine> &lines);
    /// The server skipped this many, because the console read too slowly.
    void takeGap(const QString &topic, qint64 missed);
    /// Another server: everything known is about somebody else.
    void forget();

    // The pages' side.
    const Fleet &fleet() const { return m_fleet; }
    ChangeModel &changes() { return m_changes; }
    ConflictModel &conflicts() { return m_conflicts; }
    LogModel &logs() { return m_logs; }
    const TrafficFeed &traffic() const { return m_traffic; }
    const LinkStatus &link() const { return m_link; }
    bool isConnected() const { return m_link.phase == LinkStatus::Connected; }
    ServerPort *port() const { return isConnected() ? m_port : nullptr; }
    /// Selected restaurant; empty for all.
    const QString &selected() const { return m_selected; }
    void select(const QString &restaurant);
    QString restaurantTitle(const QString &id) const;
    QString deviceTitle(const QString &restaurant, const QString &deviceId) const;
    /// Why nothing can be renamed now, for people; empty if it can.
    QString whyNotRename() const;
    /// Ids of the restaurants and devices in whose names the text occurs.
    QStringList idsNamed(const QString &needle) const;
    /// The server's clock. A fixed time for pictures and tests if one is set.
    qint64 nowMs() const;
    void setFixedNow(qint64 nowMs) { m_fixedNowMs = nowMs; }
    double changesPerSecond() const { return m_rate; }
    /// Test changes may go to this restaurant: for ten minutes from when a person agreed.
    static constexpr qint64 unlockedMs = 10 * 60 * 1000;
    void unlock(const QString &restaurant);
    void lockAll();
    bool isUnlocked(const QString &restaurant) const;
    /// The restaurants that are unlocked, and the moment the first of them is locked again.
    QStringList unlocked() const;
    qint64 lockedAgainMs() const;

Q_SIGNALS:
    void linkChanged();
    void selectionChanged();
    void trafficChanged();
    void guardChanged();
    /// Once a second.
    void ticked(qint64 nowMs);
    void gapNoticed(const QString &topic, qint64 missed);

private:
    void flush();
    void tick();
    void countForTraffic(const ChangeEntry &change);

    Fleet m_fleet;
    ChangeModel m_changes;
    ConflictModel m_conflicts;
    LogModel m_logs;
    TrafficFeed m_traffic;
    LinkStatus m_link;
    ServerPort *m_port = nullptr;
    QString m_selected;
    std::vector<ChangeEntry> m_arrived; ///< Waiting for the next flush.
    QHash<QString, qint64> m_unlockedUntil;
    QHash<QString, TrafficSample> m_counting;
    QTimer m_flush;
    QTimer m_tick;
    qint64 m_clockOffsetMs = 0;
    qint64 m_fixedNowMs = 0;
    qint64 m_lastTickMs = 0;
    qint64 m_arrivedSinceTick = 0;
    double m_rate = 0;
};

/// JSON text with the values of secret fields (`pin`, `password`, `token`) replaced, at any depth.
QByteArray withoutSecrets(const QByteArray &json);

} // namespace possync::gui
