// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/hooks/delivery.h"
#include "server/hooks/hookstore.h"

#include <QHash>
#include <QSet>
#include <QSslCertificate>
#include <QThread>
#include <atomic>
#include <functional>
#include <mutex>

namespace possync::hooks {

struct HookOptions {
    AllowedHosts allowedHosts;                   ///< "host:port" that may be private.
    QList<QSslCertificate> authorities; ///< Private ones that receivers' certificates may be from.
    std::chrono::milliseconds firstPause{5'000}; ///< See pauseAfter().
    int mostAttempts = 10;
    std::chrono::milliseconds patience{10'000};   ///< Of one attempt.
    std::chrono::milliseconds deviceLost{60'000}; ///< Away for so long is lost; see Presence.
    quint64 mostDue = 1'000;                      ///< Events that wait for one hook.
    int mostHooks = 20;                           ///< Of one restaurant.
    qsizetype mostSecrets = 4;                    ///< Of one hook, that sign at a time.
    store::Keys keys;                             ///< What addresses, secrets and events are sealed with.
};

/// What somebody asked of a hook that is not there, or that must not be.
struct HookRefusal {
    QByteArray code; ///< unknown_webhook, bad_field, too_many_secrets, storage_unavailable.
    QString message;
};

/// The webhooks of all restaurants: takes events from the rooms, keeps what is due on disk,
/// delivers it in a thread of its own and tries again. Every method is thread-safe and returns at
/// once; callbacks run on that thread.
class HookDesk
{
public:
    /// Opens `hooks.db` in the data directory and goes on with what is due there. `warn` gets lines
    /// for the log.
    static Result<std::unique_ptr<HookDesk>, QString>
    open(const QString &dataDir, HookOptions options, std::function<void(const QString &)> warn);
    /// What is under way counts as not tried.
    ~HookDesk();
    HookDesk(const HookDesk &) = delete;
    HookDesk &operator=(const HookDesk &) = delete;

    /// Whether the restaurant has a hook at all; quick.
    bool isWatched(const QByteArray &restaurantId) const;
    /// A change that was stored, of a restaurant that is watched.
    void recordChanged(const QByteArray &restaurantId, const QByteArray &epoch,
                       const core::StoredChange &change, const QByteArray &before,
                       const core::Entity &after);
    /// All events of changes up to this one have been told to recordChanged().
    void passed(const QByteArray &restaurantId, const QByteArray &epoch, quint64 seq);
    /// How far events were queued when the program ended, of all restaurants. Until caughtUp() is
    /// called nothing newer is noted down.
    QHash<QByteArray, Position> positions() const;
    /// The events behind those positions have been told.
    void caughtUp();
    void tell(const QByteArray &restaurantId, std::vector<Event> events);
    void deviceConnected(const QByteArray &restaurantId, const QByteArray &deviceId);
    void deviceDisconnected(const QByteArray &restaurantId, const QByteArray &deviceId,
                            qint64 nowMs);

    /// A hook as it is shown: without its secrets.
    struct Shown {
        Hook hook;
        QueueSize queue;
    };
    template<typename T>
    using Receiver = std::function<void(Result<T, HookRefusal>)>;
    void list(const QByteArray &restaurantId, Receiver<std::vector<Shown>> done);
    /// The answer, and only it, holds the secret.
    void add(const QByteArray &restaurantId, const QString &url, std::vector<EventKind> events,
             Receiver<Hook> done);
    /// Gives the hook another secret; the answer, and only it, holds it. Those before sign beside
    /// it until their ends, the present one for `overlap`; with an overlap of zero none of them
    /// does. At most `mostSecrets` sign at a time.
    void rotate(const QByteArray &restaurantId, const QByteArray &hookId,
                std::chrono::milliseconds overlap, Receiver<Hook> done);
    void remove(const QByteArray &restaurantId, const QByteArray &hookId, Receiver<Done> done);
    /// Removes all hooks of a restaurant and what is known of it.
    void forget(const QByteArray &restaurantId, Receiver<Done> done);
    void queue(const QByteArray &restaurantId, const QByteArray &hookId, int limit,
               Receiver<std::vector<Delivery>> done);
    /// Puts a test event in the queue; its id.
    void test(const QByteArray &restaurantId, const QByteArray &hookId, Receiver<QByteArray> done);

private:
    class Worker; ///< Lives on m_thread.

    explicit HookDesk(HookOptions options);
    void post(std::function<void(Worker &)> run);

    const HookOptions m_options;
    QThread m_thread;
    Worker *m_worker = nullptr; ///< Destroyed on m_thread.

    std::atomic<bool> m_isAnyWatched{false};
    mutable std::mutex m_mutex; // guards all below
    QSet<QByteArray> m_watched;
    QHash<QByteArray, Position> m_positions;
    QSet<QByteArray> m_moved; ///< Whose positions are to be stored.
    bool m_isCaughtUp = false;
    Presence m_presence;
};

} // namespace possync::hooks
