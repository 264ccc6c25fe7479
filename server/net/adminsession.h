// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/iothread.h"
#include "server/net/renewal.h"
#include "server/net/roomhosts.h"
#include "server/net/traffic.h"
#include "server/security/access.h"
#include "server/store/names.h"
#include "server/store/trafficstore.h"

#include <QBasicTimer>
#include <QSet>

namespace possync::net {

/// What admin sessions need of the server. Everything is thread-safe or called on the session's
/// thread.
struct AdminContext {
    store::Journal &journal;
    security::Access &access;
    RoomHosts &hosts;
    RoomViews &views;
    Traffic &traffic;
    store::TrafficStore &trafficStore;
    store::Names &names;
    qint64 startedAtMs = 0;
    /// JSON array of log lines after `since` and the number of the newest; docs/protocol.md,
    /// "Admin".
    std::function<QByteArray(quint64 since, int limit, quint64 &newest)> logLines;
    std::function<bool(const QString &level, int seconds)> setLogLevel;
};

/// A console or possyncctl on `possync.admin.v1`: docs/protocol.md, "Admin". Gathers what is due
/// and sends it on timers, so that a busy server costs a console ten messages a second, not
/// thousands. Lives on its I/O thread.
class AdminSession final : public QObject, public Session
{
    Q_OBJECT
public:
    AdminSession(IoThread &thread, std::unique_ptr<ByteStream> stream, security::Grant grant,
                 AdminContext &context);
    ~AdminSession() override;
    void start(const QByteArray &answer, const QByteArray &early) override;

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    void textReceived(const QByteArray &utf8) override;
    void pongReceived(const QByteArray &) override {}
    void closed(quint16 code, const QByteArray &reason) override;

    void hello();
    void subscribe(const json::Members &members);
    void command(const json::Members &members);
    void renew(const QByteArray &token);
    /// Answers a command the grant does not allow; true if it did.
    bool refused(const QByteArray &id, const QByteArray &name, const QByteArray &restaurantId);
    void sendError(const QByteArray &code, const QByteArray &message);
    void audit(const QByteArray &act, const QByteArray &restaurantId, const QByteArray &target,
               const QByteArray &outcome);
    void push(const QByteArray &id, const QByteArray &restaurantId, QByteArrayView change);
    void onConnection(const QByteArray &id, const QByteArray &restaurantId,
                      core::ConnectionId connection, std::function<void(DeviceLink &)> act);
    void sendResult(const QByteArray &id, bool ok, const QByteArray &resultOrCode,
                    const QByteArray &message = {});
    void rename(const QByteArray &id, const QByteArray &restaurantId,
                const json::Members &members);
    void sendChanges();
    void sendLogs();
    /// Restaurants and devices, if one has been renamed.
    void sendNames();
    void sendRestaurants();
    void sendDevices();
    void sendTraffic();
    void setLogLevel(const QByteArray &id, const json::Members &members);
    void trafficRange(const QByteArray &id, const QByteArray &restaurantId,
                      const json::Members &members);
    bool wants(const char *topic) const { return m_topics.contains(topic); }
    bool isBehind() const;
    bool isKnown(const QByteArray &restaurantId) const;
    /// Runs `ask` on the room's thread and `then` back here, if this session is still there; with
    /// nothing if the room is not in memory.
    void askRoom(const QByteArray &restaurantId, std::function<QByteArray(HostedRoom &)> ask,
                 std::function<void(QByteArray)> then);

    AdminContext &m_context;
    Renewal m_renewal;
    QSet<QByteArray> m_topics;
    QByteArray m_restaurantId; ///< Empty: all.
    QByteArray m_lastRestaurants;
    quint64 m_feedNo = 0;
    quint64 m_logNo = 0;
    quint64 m_namesVersion = 0;
    bool m_reads = false; ///< Counted as reader of the feed.
    QBasicTimer m_fast;   ///< Changes and logs.
    QBasicTimer m_slow;   ///< Restaurants, devices, traffic.
};

} // namespace possync::net
