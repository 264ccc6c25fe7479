// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/roomhost.h"

#include <QDateTime>
#include <QTimerEvent>
#include <atomic>
#include <chrono>
#include <mutex>

namespace possync::net {
namespace {

constexpr int tickMs = 50;
constexpr int saveMs = 1000;

/// Given to the journal and not stored yet: above this the host is behind, below half of it no more.
constexpr qint64 mostUnstored = 32 * 1024 * 1024;

/// A page of catch-up: big enough that reading and sending overlap, small enough for the window.
constexpr store::ReadLimits pageLimits{.maxBlocks = 1024, .maxBytes = 256 * 1024};

} // namespace

/// Takes the store's answers on its thread and wakes the host once for many. Outlives the host.
class RoomHost::Inbox : public store::AppendReceiver
{
public:
    explicit Inbox(RoomHost *host)
        : m_host(host)
    {
    }

    void appended(std::vector<Appended> results) override
    {
        const std::lock_guard lock(m_mutex);
        const bool wake = m_results.empty();
        std::ranges::move(results, std::back_inserter(m_results));
        if (wake && m_host)
            QMetaObject::invokeMethod(
                m_host, [host = m_host] { host->takeResults(); }, Qt::QueuedConnection);
    }

    std::vector<Appended> take()
    {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_results, {});
    }

    void disconnect()
    {
        const std::lock_guard lock(m_mutex);
        m_host = nullptr;
    }

private:
    std::mutex m_mutex; // guards both below
    RoomHost *m_host;
    std::vector<Appended> m_results;
};

RoomHost::RoomHost(store::Journal &journal, RoomViews &views, RoomObserver &observer,
                   hooks::HookDesk &hooks, const RateLimits &rates, Newcomers &newcomers,
                   std::chrono::seconds roomIdle)
    : m_journal(journal)
    , m_views(views)
    , m_observer(observer)
    , m_hooks(hooks)
    , m_admission(rates)
    , m_newcomers(newcomers)
    , m_roomIdle(roomIdle)
    , m_inbox(std::make_shared<Inbox>(this))
{
    m_resumeTimer.setSingleShot(true);
    m_resumeTimer.setTimerType(Qt::PreciseTimer);
    connect(&m_resumeTimer, &QTimer::timeout, this, [this] { resumeSoon(); });
}

RoomHost::~RoomHost()
{
    m_inbox->disconnect();
    TurnEnd::cancel(this);
}

core::Now RoomHost::now()
{
    using namespace std::chrono;
    return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count(),
            duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count()};
}

core::ConnectionId RoomHost::nextConnectionId()
{
    static std::atomic<core::ConnectionId> next{1};
    return next++;
}

void RoomHost::post(std::function<void()> call)
{
    QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection);
}

HostedRoom &RoomHost::room(const QByteArray &restaurantId)
{
    auto &room = m_rooms[restaurantId];
    if (!room) {
        room = std::make_unique<HostedRoom>(*this, restaurantId);
        if (!m_saveTimer.isActive())
            m_saveTimer.start(saveMs, this);
    }
    return *room;
}

HostedRoom *RoomHost::find(const QByteArray &restaurantId)
{
    const auto it = m_rooms.find(restaurantId);
    return it == m_rooms.end() ? nullptr : it->second.get();
}

void RoomHost::retire(const QByteArray &restaurantId)
{
    const auto it = m_rooms.find(restaurantId);
    if (it == m_rooms.end())
        return;
    m_retired.push_back(std::move(it->second));
    m_rooms.erase(it);
    m_retired.back()->retire();
}

void RoomHost::markDirty(HostedRoom &room)
{
    if (!room.isDirty) {
        room.isDirty = true;
        m_dirty.push_back(&room);
    }
    if (!m_flushPosted) {
        // Posted events come after the sockets of this turn: all they brought goes in one append.
        m_flushPosted = true;
        QMetaObject::invokeMethod(
            this, [this] { flush(); }, Qt::QueuedConnection);
    }
}

void RoomHost::flush()
{
    m_flushPosted = false;
    if (m_dirty.empty())
        return;
    std::vector<core::JournalBlock> blocks;
    std::vector<InFlight> inFlight;
    std::vector<HostedRoom *> rooms;
    rooms.swap(m_dirty);
    for (HostedRoom *room : rooms) {
        room->isDirty = false;
        if (!room->isOpen() || !room->room().hasBlock())
            continue;
        HostedRoom::TakenBlock taken = room->takeBlock();
        inFlight.push_back({room, taken.number, taken.block.generation, taken.sinceUs,
                            taken.changes, taken.block.body.size()});
        m_unstoredBytes += taken.block.body.size();
        blocks.push_back(std::move(taken.block));
    }
    if (!blocks.empty()) {
        const quint64 ticket = m_nextTicket++;
        m_inFlight.emplace(ticket, std::move(inFlight));
        m_journal.append(std::move(blocks), m_inbox, ticket);
        m_isBehind = m_isBehind || m_unstoredBytes > mostUnstored;
    }
    // Behind the append, so that saved state never overtakes what it follows from.
    for (HostedRoom *room : rooms) {
        if (room->wantsSaveNow())
            room->save();
    }
}

void RoomHost::takeResults()
{
    for (const store::AppendReceiver::Appended &appended : m_inbox->take()) {
        const auto it = m_inFlight.find(appended.ticket);
        if (it == m_inFlight.end())
            continue;
        const std::vector<InFlight> blocks = std::move(it->second);
        m_inFlight.erase(it);
        auto failure = appended.result.failures.begin();
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            const InFlight &block = blocks[i];
            m_unstoredBytes -= block.bytes;
            Result<quint64, QString> pos = appended.result.pos;
            if (failure != appended.result.failures.end() && failure->index == i) {
                pos = Unexpected{failure->error.detail};
                ++failure;
            }
            if (block.room->settle({block.number, block.generation, block.sinceUs, block.changes,
                                    std::move(pos)}))
                m_settled.push_back(block.room);
        }
    }
    relaySettled();
    if (m_isBehind && m_unstoredBytes < mostUnstored / 2) {
        m_isBehind = false;
        resumeSoon();
    }
}

void RoomHost::resumeSoon()
{
    // Once for all rooms that open in this turn.
    if (std::exchange(m_resumePosted, true))
        return;
    post([this] {
        m_resumePosted = false;
        if (m_resumer)
            m_resumer();
    });
}

void RoomHost::resumeIn(std::chrono::nanoseconds wait)
{
    // Coarse, so that however many wait for moments of their own do not keep the thread busy.
    constexpr std::chrono::milliseconds leastPause{10};
    const auto pause = std::max(leastPause, std::chrono::ceil<std::chrono::milliseconds>(wait));
    if (!m_resumeTimer.isActive() || m_resumeTimer.remainingTimeAsDuration() > pause)
        m_resumeTimer.start(pause);
}

void RoomHost::relaySettled()
{
    std::erase_if(m_settled, [](HostedRoom *room) { return !room->takeSettled(); });
    if (!m_settled.empty())
        TurnEnd::request(this);
}

void RoomHost::turnEnded()
{
    // Sockets come first; the event ends their wait at once.
    post([this] { relaySettled(); });
}

void RoomHost::openRoom(HostedRoom &room, int delayMs)
{
    const auto open = [this, &room] {
        m_journal.openRestaurant(
            room.room().restaurantId(),
            [this, &room, inbox = m_inbox](Result<core::RestaurantImage, store::StoreError> image) {
                auto shared = std::make_shared<Result<core::RestaurantImage, QString>>(
                    image
                        ? Result<core::RestaurantImage, QString>(std::move(*image))
                        : Result<core::RestaurantImage, QString>(Unexpected{image.error().detail}));
                post([&room, shared] { room.opened(std::move(*shared)); });
            });
    };
    if (delayMs > 0)
        QTimer::singleShot(delayMs, this, open);
    else
        open();
}

void RoomHost::readPage(HostedRoom &room, core::ConnectionId connection, quint64 fromSeq)
{
    // The connection may end, and then its room may be forgotten, before the page comes.
    const QByteArray id = room.room().restaurantId();
    m_journal.readChanges(
        room.room().number(), fromSeq, pageLimits,
        [this, id, connection, fromSeq](Result<store::ReadResult, store::StoreError> page) {
            auto blocks = std::make_shared<std::vector<core::JournalBlock>>();
            // What cannot be read is made good from the records.
            const bool gone = !page || page->floorSeq >= fromSeq;
            if (page)
                *blocks = std::move(page->blocks);
            post([this, id, connection, fromSeq, blocks, gone] {
                if (HostedRoom *still = find(id))
                    still->pageRead(connection, fromSeq, *blocks, gone);
            });
        });
}

void RoomHost::wantTicks()
{
    if (!m_tickTimer.isActive())
        m_tickTimer.start(tickMs, this);
}

void RoomHost::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_tickTimer.timerId()) {
        bool more = false;
        for (auto &[id, room] : m_rooms) {
            if (!room->isOpen() || !room->wantsTick())
                continue;
            room->tick();
            more = more || room->wantsTick();
        }
        if (!more)
            m_tickTimer.stop();
    } else if (event->timerId() == m_saveTimer.timerId()) {
        flush();
        for (auto &[id, room] : m_rooms) {
            if (room->wantsSave())
                room->save();
        }
        forgetIdleRooms();
    }
}

bool RoomHost::mayForget(const HostedRoom &room) const
{
    // Blocks on their way hold a pointer to their room, even those behind one that failed.
    return room.isIdle(now().monotonicUs - m_roomIdle.count()) && !isInFlight(room);
}

bool RoomHost::isInFlight(const HostedRoom &room) const
{
    return std::ranges::any_of(m_inFlight, [&room](const auto &append) {
        return std::ranges::find(append.second, &room, &InFlight::room) != append.second.end();
    });
}

void RoomHost::forgetIdleRooms()
{
    if (m_roomIdle.count() > 0)
        std::erase_if(m_rooms, [this](const auto &entry) { return mayForget(*entry.second); });
    std::erase_if(m_retired, [&](const auto &room) {
        return room->isSpent() && !isInFlight(*room)
               && std::ranges::find(m_settled, room.get()) == m_settled.end();
    });
    if (m_rooms.empty() && m_retired.empty())
        m_saveTimer.stop();
}

} // namespace possync::net
