// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/hooks/hookevent.h"
#include "server/hooks/presence.h"
#include "server/store/keyring.h"
#include "server/store/storeerror.h"

#include <QHash>
#include <QUrl>
#include <QVariant>

class QSqlQuery;

namespace possync::store {
class Connection;
}

namespace possync::hooks {

/// A secret that was replaced, and until when it signs beside its successor.
struct FormerSecret {
    QByteArray secret;
    qint64 untilMs = 0; ///< UTC.
};

/// Somebody who wants to be told.
struct Hook {
    QByteArray id;
    QByteArray restaurant;
    QUrl url;
    std::vector<EventKind> events;
    QByteArray secret;                ///< Signs; shown when it is made and never again.
    std::vector<FormerSecret> former; ///< Oldest first; some may be over.
    qint64 createdAtMs = 0;
    quint64 dropped = 0; ///< Events left out because too many were waiting.

    /// What signs at that time, the newest first.
    QByteArrayList secretsAt(qint64 nowMs) const;
    /// Removes those that are over; whether there were any.
    bool dropFormer(qint64 nowMs);
    bool wants(EventKind kind) const { return std::ranges::find(events, kind) != events.end(); }
};

/// One event on its way to one hook.
struct Delivery {
    enum class State : quint8 { Due, Sent, Dead };
    quint64 no = 0;
    QByteArray eventId;
    QByteArray event; ///< Its name.
    QByteArray body;
    qint64 createdAtMs = 0;
    qint64 nextAtMs = 0; ///< 0: nothing more is tried.
    State state = State::Due;
    int attempts = 0;
    qint64 lastAtMs = 0; ///< 0: not tried yet.
    int lastStatus = 0;  ///< HTTP; 0: none came.
    QString lastError;
};

QByteArray stateName(Delivery::State state);

/// Deliveries of a hook by state.
struct QueueSize {
    quint64 due = 0;
    quint64 sent = 0; ///< Of those still listed.
    quint64 dead = 0;
};

/// How far a restaurant's changes have been looked at for events.
struct Position {
    QByteArray epoch;
    quint64 seq = 0;
};

/// Hooks and what is due to them: `hooks.db` in the data directory. What returned without an error
/// is on disk. Addresses, secrets and events are sealed with the newest key, what is there already
/// when it is opened. Opened, used and destroyed on one thread.
class HookStore
{
public:
    static Result<std::unique_ptr<HookStore>, store::StoreError> open(const QString &file,
                                                                      const store::Keys &keys = {});
    ~HookStore();

    Result<std::vector<Hook>, store::StoreError> all();
    store::Outcome add(const Hook &hook);
    /// Keeps the secret and the former ones as they are in `hook`.
    store::Outcome putSecrets(const Hook &hook);
    /// The same, and overwrites what was there before.
    store::Outcome forgetSecrets(const Hook &hook);
    /// With all its deliveries.
    store::Outcome remove(const QByteArray &hookId);
    /// All hooks of a restaurant with their deliveries, its position and devices; overwrites them.
    store::Outcome forget(const QByteArray &restaurantId, const QByteArrayList &hookIds);
    /// Adds what is due now, unless the hook has it already.
    store::Outcome addDelivery(const QByteArray &hookId, const Event &event, qint64 nowMs);
    /// Counts an event that was left out.
    store::Outcome countDropped(const QByteArray &hookId);
    Result<QueueSize, store::StoreError> size(const QByteArray &hookId);
    /// What is to be tried first, due or not; nothing if there is nothing.
    Result<std::optional<Delivery>, store::StoreError> next(const QByteArray &hookId);
    /// Notes an attempt. Of the finished ones the newest hundred stay listed.
    store::Outcome tried(const QByteArray &hookId, const Delivery &delivery);
    Result<QHash<QByteArray, Position>, store::StoreError> positions();
    store::Outcome putPosition(const QByteArray &restaurantId, const Position &position);
    Result<std::vector<Presence::Seen>, store::StoreError> present();
    /// All or none.
    store::Outcome putPresent(const std::vector<Presence::Note> &notes);
    store::Outcome forgetPresent(const QByteArray &restaurantId);
    /// Newest first, without bodies.
    Result<std::vector<Delivery>, store::StoreError> queue(const QByteArray &hookId, int limit);

private:
    explicit HookStore(std::unique_ptr<store::Connection> connection);
    /// What a column holds, and which row and column that is.
    struct Content {
        QByteArray place;
        QByteArray bytes;
    };
    struct Row {
        QVariant no;
        std::vector<Content> columns;
    };
    store::Outcome reseal();
    Result<std::vector<Row>, store::StoreError>
    otherwiseSealed(const char *name, QByteArrayList (*placesOf)(const QSqlQuery &));

    std::unique_ptr<store::Connection> m_connection;
};

} // namespace possync::hooks
