// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/hooks/hookdesk.h"

#include "server/hooks/hooksender.h"

#include <QBasicTimer>
#include <QDateTime>
#include <QDir>
#include <QRandomGenerator>
#include <QTimerEvent>

using namespace Qt::StringLiterals;

namespace possync::hooks {
namespace {

constexpr int mostUnderWay = 8;
/// How often it is looked for devices that have been away for too long.
constexpr int sweepMs = 250;
/// How often it is noted down that those who are here still are: when they were last seen is told
/// no more exactly if the program is killed.
constexpr qint64 refreshMs = 60'000;

qint64 nowMs()
{
    return QDateTime::currentMSecsSinceEpoch();
}

/// So many random bytes in hexadecimal.
QByteArray randomHex(qsizetype bytes)
{
    QByteArray random(bytes, Qt::Uninitialized);
    for (char &byte : random)
        byte = static_cast<char>(QRandomGenerator::system()->generate() & 0xFFU);
    return random.toHex();
}

QByteArray newSecret()
{
    return "whsec_" + randomHex(32);
}

HookRefusal unknownHook(const QByteArray &hookId)
{
    return {"unknown_webhook",
            u"there is no webhook \"%1\""_s.arg(QString::fromUtf8(hookId.left(60)))};
}

HookRefusal notStored()
{
    return {"storage_unavailable",
            u"the server could not store this; nothing was kept of it, try again later"_s};
}

} // namespace

/// Keeps and delivers; all on the desk's thread.
class HookDesk::Worker final : public QObject
{
public:
    Worker(HookDesk &desk, std::function<void(const QString &)> warn)
        : m_desk(desk)
        , m_options(desk.m_options)
        , m_warn(std::move(warn))
    {
    }

    std::optional<QString> open(const QString &file)
    {
        auto opened = HookStore::open(file, m_options.keys);
        if (!opened)
            return opened.error().detail;
        m_store = std::move(*opened);
        auto hooks = m_store->all();
        if (!hooks)
            return hooks.error().detail;
        m_hooks = std::move(*hooks);
        auto positions = m_store->positions();
        if (!positions)
            return positions.error().detail;
        auto present = m_store->present();
        if (!present)
            return present.error().detail;
        {
            const std::lock_guard lock(m_desk.m_mutex);
            m_desk.m_positions = std::move(*positions);
            m_desk.m_presence.restore(*present, nowMs());
        }
        m_sender = std::make_unique<HookSender>(m_options.allowedHosts, m_options.patience,
                                                m_options.authorities);
        shareWatched();
        m_sweep.start(sweepMs, this);
        pump();
        return std::nullopt;
    }

    Hook *find(const QByteArray &restaurantId, const QByteArray &hookId)
    {
        const auto found = std::ranges::find_if(m_hooks, [&](const Hook &hook) {
            return hook.id == hookId && hook.restaurant == restaurantId;
        });
        return found == m_hooks.end() ? nullptr : &*found;
    }

    void add(const QByteArray &restaurantId, const QString &text, std::vector<EventKind> events,
             const Receiver<Hook> &done)
    {
        const auto url = targetFrom(text, m_options.allowedHosts);
        if (!url)
            return done(Unexpected{HookRefusal{"bad_field", u"field \"url\": "_s + url.error()}});
        const auto count = std::ranges::count(m_hooks, restaurantId, &Hook::restaurant);
        if (count >= m_options.mostHooks)
            return done(Unexpected{HookRefusal{
                "bad_field", u"a restaurant has at most %1 webhooks; remove one first"_s.arg(
                                 m_options.mostHooks)}});
        Hook hook;
        hook.id = "wh_" + randomHex(6);
        hook.restaurant = restaurantId;
        hook.url = *url;
        hook.events = std::move(events);
        hook.secret = newSecret();
        hook.createdAtMs = nowMs();
        if (!m_store->add(hook))
            return done(Unexpected{notStored()});
        m_hooks.push_back(hook);
        shareWatched();
        if (count == 0) {
            {
                const std::lock_guard lock(m_desk.m_mutex);
                m_desk.m_presence.watch(restaurantId);
            }
            notePresence();
        }
        done(std::move(hook));
    }

    void rotate(const QByteArray &restaurantId, const QByteArray &hookId,
                std::chrono::milliseconds overlap, const Receiver<Hook> &done)
    {
        Hook *hook = find(restaurantId, hookId);
        if (!hook)
            return done(Unexpected{unknownHook(hookId)});
        const qint64 now = nowMs();
        Hook rotated = *hook;
        if (overlap.count() == 0)
            rotated.former.clear();
        else
            rotated.former.push_back({hook->secret, now + overlap.count()});
        rotated.dropFormer(now);
        if (std::ssize(rotated.former) >= m_options.mostSecrets)
            return done(Unexpected{HookRefusal{
                "too_many_secrets",
                u"%1 secrets sign for this webhook already; wait until one of them is over, or end "
                "all but the new one at once with \"overlap_s\" 0"_s.arg(m_options.mostSecrets)}});
        rotated.secret = newSecret();
        if (!m_store->putSecrets(rotated))
            return done(Unexpected{notStored()});
        *hook = rotated;
        done(std::move(rotated));
    }

    void remove(const QByteArray &restaurantId, const QByteArray &hookId,
                const Receiver<possync::Done> &done)
    {
        if (!find(restaurantId, hookId))
            return done(Unexpected{unknownHook(hookId)});
        if (!m_store->remove(hookId))
            return done(Unexpected{notStored()});
        std::erase_if(m_hooks, [&](const Hook &hook) { return hook.id == hookId; });
        shareWatched();
        if (std::ranges::find(m_hooks, restaurantId, &Hook::restaurant) == m_hooks.end()) {
            {
                const std::lock_guard lock(m_desk.m_mutex);
                m_desk.m_presence.unwatch(restaurantId);
            }
            // What stays there if the disk fails is told to nobody.
            static_cast<void>(m_store->forgetPresent(restaurantId));
        }
        done(possync::Done{});
    }

    void forget(const QByteArray &restaurantId, const Receiver<possync::Done> &done)
    {
        QByteArrayList ids;
        for (const Hook &hook : m_hooks) {
            if (hook.restaurant == restaurantId)
                ids += hook.id;
        }
        std::erase_if(m_hooks, [&](const Hook &hook) { return hook.restaurant == restaurantId; });
        shareWatched();
        {
            const std::lock_guard lock(m_desk.m_mutex);
            m_desk.m_positions.remove(restaurantId);
            m_desk.m_moved.remove(restaurantId);
            m_desk.m_presence.unwatch(restaurantId);
        }
        if (m_store->forget(restaurantId, ids))
            done(possync::Done{});
        else
            done(Unexpected{notStored()});
    }

    void list(const QByteArray &restaurantId, const Receiver<std::vector<Shown>> &done)
    {
        std::vector<Shown> shown;
        for (const Hook &hook : m_hooks) {
            if (hook.restaurant != restaurantId)
                continue;
            const auto size = m_store->size(hook.id);
            if (!size)
                return done(Unexpected{notStored()});
            shown.push_back({hook, *size});
            shown.back().hook.secret.clear();
            for (FormerSecret &former : shown.back().hook.former)
                former.secret.clear();
        }
        done(std::move(shown));
    }

    void queue(const QByteArray &restaurantId, const QByteArray &hookId, int limit,
               const Receiver<std::vector<Delivery>> &done)
    {
        if (!find(restaurantId, hookId))
            return done(Unexpected{unknownHook(hookId)});
        auto deliveries = m_store->queue(hookId, limit);
        if (!deliveries)
            return done(Unexpected{notStored()});
        done(std::move(*deliveries));
    }

    void test(const QByteArray &restaurantId, const QByteArray &hookId,
              const Receiver<QByteArray> &done)
    {
        Hook *hook = find(restaurantId, hookId);
        if (!hook)
            return done(Unexpected{unknownHook(hookId)});
        const Event event = testEvent(restaurantId, "evt_test_" + randomHex(12), nowMs());
        if (!enqueue(*hook, event))
            return done(Unexpected{notStored()});
        pump();
        done(event.id);
    }

    void take(const QByteArray &restaurantId, const std::vector<Event> &events)
    {
        for (Hook &hook : m_hooks) {
            if (hook.restaurant != restaurantId)
                continue;
            for (const Event &event : events) {
                if (hook.wants(event.kind) && !enqueue(hook, event))
                    m_warn(u"An event for webhook %1 of %2 could not be kept: its queue is full or "
                           "the disk fails"_s.arg(QString::fromLatin1(hook.id),
                                                  QString::fromUtf8(restaurantId)));
            }
        }
        pump();
    }

    /// Stores who is here.
    void notePresence()
    {
        std::vector<Presence::Note> notes;
        {
            const std::lock_guard lock(m_desk.m_mutex);
            notes = m_desk.m_presence.takeNotes(nowMs());
        }
        if (notes.empty() || m_store->putPresent(notes))
            return;
        // The next refresh tries again.
        const std::lock_guard lock(m_desk.m_mutex);
        m_desk.m_presence.putBack(notes);
    }

    void refreshPresence()
    {
        m_refreshedAtMs = nowMs();
        {
            const std::lock_guard lock(m_desk.m_mutex);
            m_desk.m_presence.refresh(m_desk.m_watched);
        }
        notePresence();
    }

    /// Stores how far events have been queued.
    void savePositions()
    {
        QHash<QByteArray, Position> moved;
        {
            const std::lock_guard lock(m_desk.m_mutex);
            if (!m_desk.m_isCaughtUp)
                return;
            for (const QByteArray &restaurant : std::exchange(m_desk.m_moved, {}))
                moved.insert(restaurant, m_desk.m_positions.value(restaurant));
        }
        if (moved.isEmpty())
            return;
        // Behind the events themselves, some of which may still be on their way here.
        m_desk.post([moved](Worker &worker) {
            for (auto position = moved.begin(); position != moved.end(); ++position)
                static_cast<void>(worker.m_store->putPosition(position.key(), position.value()));
        });
    }

protected:
    void timerEvent(QTimerEvent *event) override
    {
        if (event->timerId() == m_sweep.timerId()) {
            tellLostDevices();
            savePositions();
            forgetFormerSecrets();
            if (std::abs(nowMs() - m_refreshedAtMs) > refreshMs)
                refreshPresence();
        } else if (event->timerId() == m_due.timerId()) {
            m_due.stop();
            pump();
        }
    }

private:
    /// Those that sign no more, so that nobody finds them. A disk that fails is tried again.
    void forgetFormerSecrets()
    {
        for (Hook &hook : m_hooks) {
            Hook left = hook;
            if (left.dropFormer(nowMs()) && m_store->forgetSecrets(left))
                hook = std::move(left);
        }
    }

    bool enqueue(Hook &hook, const Event &event)
    {
        const auto size = m_store->size(hook.id);
        if (!size)
            return false;
        if (size->due < m_options.mostDue)
            return m_store->addDelivery(hook.id, event, nowMs()).has_value();
        ++hook.dropped;
        static_cast<void>(m_store->countDropped(hook.id));
        return false;
    }

    void shareWatched()
    {
        const std::lock_guard lock(m_desk.m_mutex);
        m_desk.m_watched.clear();
        for (const Hook &hook : m_hooks)
            m_desk.m_watched.insert(hook.restaurant);
        m_desk.m_isAnyWatched = !m_desk.m_watched.isEmpty();
    }

    void tellLostDevices()
    {
        const qint64 now = nowMs();
        std::vector<Presence::Seen> lost;
        {
            const std::lock_guard lock(m_desk.m_mutex);
            lost = m_desk.m_presence.takeLost(now, m_options.deviceLost);
        }
        for (const auto &[device, lastMs] : lost)
            take(device.first, {deviceLost(device.first, device.second, lastMs, now)});
        // Behind the events: killed between, the next run tells them again, under the same ids.
        if (!lost.empty())
            notePresence();
    }

    /// Begins what is due; asks to be called again when the next is.
    void pump()
    {
        const qint64 now = nowMs();
        qint64 earliest = 0;
        for (const Hook &hook : m_hooks) {
            // One at a time to each, so that a slow one is not crowded.
            if (m_underWay.contains(hook.id))
                continue;
            const auto next = m_store->next(hook.id);
            if (!next || !*next)
                continue;
            const qint64 dueAt = (*next)->nextAtMs;
            if (dueAt <= now) {
                if (m_underWay.size() < mostUnderWay) // otherwise the next end begins it
                    begin(hook, **next);
            } else if (earliest == 0 || dueAt < earliest) {
                earliest = dueAt;
            }
        }
        if (earliest != 0)
            m_due.start(static_cast<int>(std::clamp<qint64>(earliest - now, 1, 60'000)), this);
    }

    void begin(const Hook &hook, const Delivery &delivery)
    {
        m_underWay.insert(hook.id);
        m_sender->send(
            hook, delivery, nowMs(),
            [this, hookId = hook.id, restaurant = hook.restaurant,
             delivery](const Attempt &attempt) { ended(restaurant, hookId, delivery, attempt); });
    }

    void ended(const QByteArray &restaurantId, const QByteArray &hookId, Delivery delivery,
               const Attempt &attempt)
    {
        m_underWay.remove(hookId);
        if (!find(restaurantId, hookId))
            return pump(); // removed meanwhile, with its queue
        delivery.lastAtMs = nowMs();
        delivery.lastStatus = attempt.status;
        delivery.lastError = attempt.error;
        ++delivery.attempts;
        delivery.nextAtMs = 0;
        if (attempt.isTaken) {
            delivery.state = Delivery::State::Sent;
        } else if (delivery.attempts >= m_options.mostAttempts) {
            delivery.state = Delivery::State::Dead;
            m_warn(u"Webhook %1 of %2 did not take %3 in %4 attempts, the last time because %5"_s
                       .arg(QString::fromLatin1(hookId), QString::fromUtf8(restaurantId),
                            QString::fromLatin1(delivery.eventId))
                       .arg(delivery.attempts)
                       .arg(attempt.error));
        } else {
            delivery.nextAtMs =
                delivery.lastAtMs + pauseAfter(delivery.attempts, m_options.firstPause).count();
        }
        // If the disk fails it counts as not tried and comes once more, after a while.
        if (m_store->tried(hookId, delivery))
            pump();
        else
            m_due.start(1000, this);
    }

    HookDesk &m_desk;
    const HookOptions &m_options;
    const std::function<void(const QString &)> m_warn;
    std::unique_ptr<HookStore> m_store;
    std::unique_ptr<HookSender> m_sender;
    std::vector<Hook> m_hooks;
    QSet<QByteArray> m_underWay; ///< Hooks that are being tried.
    qint64 m_refreshedAtMs = nowMs();
    QBasicTimer m_sweep;
    QBasicTimer m_due;
};

HookDesk::HookDesk(HookOptions options)
    : m_options(std::move(options))
{
}

Result<std::unique_ptr<HookDesk>, QString> HookDesk::open(const QString &dataDir,
                                                          HookOptions options,
                                                          std::function<void(const QString &)> warn)
{
    std::unique_ptr<HookDesk> desk(new HookDesk(std::move(options)));
    desk->m_thread.setObjectName(u"possync-hooks"_s);
    desk->m_worker = new Worker(*desk, std::move(warn));
    desk->m_worker->moveToThread(&desk->m_thread);
    QObject::connect(&desk->m_thread, &QThread::finished, desk->m_worker, &QObject::deleteLater);
    desk->m_thread.start();
    std::optional<QString> problem;
    QMetaObject::invokeMethod(
        desk->m_worker,
        [&problem, &dataDir, worker = desk->m_worker] {
            problem = worker->open(QDir(dataDir).filePath(u"hooks.db"_s));
        },
        Qt::BlockingQueuedConnection);
    if (problem)
        return Unexpected{u"webhooks cannot be read: "_s + *problem};
    return desk;
}

HookDesk::~HookDesk()
{
    // Behind what was told before; and behind the positions, which are posted in turn.
    post([](Worker &worker) {
        worker.savePositions();
        worker.refreshPresence();
        QMetaObject::invokeMethod(
            &worker, [&worker] { worker.thread()->quit(); }, Qt::QueuedConnection);
    });
    m_thread.wait();
}

void HookDesk::post(std::function<void(Worker &)> run)
{
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, run = std::move(run)] { run(*worker); },
        Qt::QueuedConnection);
}

bool HookDesk::isWatched(const QByteArray &restaurantId) const
{
    if (!m_isAnyWatched.load(std::memory_order_relaxed))
        return false;
    const std::lock_guard lock(m_mutex);
    return m_watched.contains(restaurantId);
}

void HookDesk::recordChanged(const QByteArray &restaurantId, const QByteArray &epoch,
                             const core::StoredChange &change, const QByteArray &before,
                             const core::Entity &after)
{
    tell(restaurantId, eventsOf(restaurantId, epoch, change, before, after));
}

void HookDesk::tell(const QByteArray &restaurantId, std::vector<Event> events)
{
    if (events.empty())
        return;
    post([restaurantId, events = std::move(events)](Worker &worker) {
        worker.take(restaurantId, events);
    });
}

void HookDesk::passed(const QByteArray &restaurantId, const QByteArray &epoch, quint64 seq)
{
    if (!m_isAnyWatched.load(std::memory_order_relaxed))
        return;
    const std::lock_guard lock(m_mutex);
    if (!m_watched.contains(restaurantId))
        return;
    Position &position = m_positions[restaurantId];
    if (position.epoch == epoch && position.seq >= seq)
        return;
    position = {epoch, seq};
    m_moved.insert(restaurantId);
}

QHash<QByteArray, Position> HookDesk::positions() const
{
    const std::lock_guard lock(m_mutex);
    return m_positions;
}

void HookDesk::caughtUp()
{
    const std::lock_guard lock(m_mutex);
    m_isCaughtUp = true;
}

void HookDesk::deviceConnected(const QByteArray &restaurantId, const QByteArray &deviceId)
{
    const std::lock_guard lock(m_mutex);
    if (m_presence.connected({restaurantId, deviceId}, m_watched.contains(restaurantId)))
        post([](Worker &worker) { worker.notePresence(); });
}

void HookDesk::deviceDisconnected(const QByteArray &restaurantId, const QByteArray &deviceId,
                                  qint64 now)
{
    const std::lock_guard lock(m_mutex);
    if (m_presence.disconnected({restaurantId, deviceId}, now, m_watched.contains(restaurantId)))
        post([](Worker &worker) { worker.notePresence(); });
}

void HookDesk::list(const QByteArray &restaurantId, Receiver<std::vector<Shown>> done)
{
    post([=](Worker &worker) { worker.list(restaurantId, done); });
}

void HookDesk::add(const QByteArray &restaurantId, const QString &url,
                   std::vector<EventKind> events, Receiver<Hook> done)
{
    post([=](Worker &worker) { worker.add(restaurantId, url, events, done); });
}

void HookDesk::rotate(const QByteArray &restaurantId, const QByteArray &hookId,
                      std::chrono::milliseconds overlap, Receiver<Hook> done)
{
    post([=](Worker &worker) { worker.rotate(restaurantId, hookId, overlap, done); });
}

void HookDesk::remove(const QByteArray &restaurantId, const QByteArray &hookId, Receiver<Done> done)
{
    post([=](Worker &worker) { worker.remove(restaurantId, hookId, done); });
}

void HookDesk::forget(const QByteArray &restaurantId, Receiver<Done> done)
{
    post([=](Worker &worker) { worker.forget(restaurantId, done); });
}

void HookDesk::queue(const QByteArray &restaurantId, const QByteArray &hookId, int limit,
                     Receiver<std::vector<Delivery>> done)
{
    post([=](Worker &worker) { worker.queue(restaurantId, hookId, limit, done); });
}

void HookDesk::test(const QByteArray &restaurantId, const QByteArray &hookId,
                    Receiver<QByteArray> done)
{
    post([=](Worker &worker) { worker.test(restaurantId, hookId, done); });
}

} // namespace possync::hooks
