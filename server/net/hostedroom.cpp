// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/hostedroom.h"

#include "common/model/v2packed.h"
#include "server/net/roomhost.h"
#include "server/net/websocketlink.h"

namespace possync::net {
namespace {

/// Marks the pings that are delivery barriers among those that only ask for a sign of life.
constexpr QByteArrayView barrierPrefix = "b";

} // namespace

HostedRoom::HostedRoom(RoomHost &host, const QByteArray &restaurantId)
    : m_host(host)
    , m_room(restaurantId, *this)
    , m_view(std::make_shared<RoomView>())
    , m_lastUsedUs(RoomHost::now().monotonicUs)
{
    open();
}

HostedRoom::~HostedRoom()
{
    if (!m_isRetired)
        m_host.views().remove(m_room.restaurantId());
}

void HostedRoom::retire()
{
    m_host.views().remove(m_room.restaurantId());
    m_isRetired = true;
    m_isOpen = false;
    m_lastUsedUs = RoomHost::now().monotonicUs;
    for (const auto &[id, link] : m_links)
        link->close(CloseCode::Erased, "this restaurant was erased");
    for (const auto &run : std::exchange(m_whenOpen, {}))
        run(false);
    for (const auto &[id, reply] : std::exchange(m_requests, {}))
        reply({false, {}, {}});
}

bool HostedRoom::isSpent() const
{
    return m_links.empty() && m_holds == 0 && m_settled.empty() && !m_isOpening && !isDirty;
}

bool HostedRoom::isIdle(qint64 sinceUs) const
{
    return m_lastUsedUs < sinceUs && m_holds == 0 && m_links.empty() && m_whenOpen.empty()
           && m_requests.empty()
           && m_settled.empty() && !m_isOpening && !m_isSaving && !isDirty && !m_room.hasBlock()
           && !m_room.hasDirtyState();
}

void HostedRoom::open()
{
    if (m_isOpening || m_isRetired)
        return;
    m_isOpening = true;
    // After a failed commit: at once the first time, then slower, so that a full disk does not
    // keep a core busy.
    const int delayMs =
        m_failuresInARow <= 1 ? 0 : std::min(1000, 50 << std::min(5, m_failuresInARow));
    m_host.openRoom(*this, delayMs);
}

bool HostedRoom::mayReceive() const
{
    return !m_isOpening && !m_host.isBehind();
}

void HostedRoom::opened(Result<core::RestaurantImage, QString> image)
{
    m_isOpening = false;
    m_isSaving = false;
    m_host.resumeSoon();
    if (m_isRetired)
        return;
    if (!image || !m_room.open(*image, RoomHost::now())) {
        const QString reason =
            image ? QStringLiteral("a stored record was written by a newer version")
                  : image.error();
        m_host.observer().storeFailed(m_room.restaurantId(), reason);
        for (const auto &[id, link] : std::exchange(m_links, {}))
            link->close(CloseCode::InternalError, "this restaurant cannot be served now");
        for (const auto &run : std::exchange(m_whenOpen, {}))
            run(false);
        for (const auto &[id, reply] : std::exchange(m_requests, {}))
            reply({false, {}, {}});
        return;
    }
    m_isOpen = true;
    publish();
    m_host.views().add(m_room.restaurantId(), m_view);
    for (const auto &run : std::exchange(m_whenOpen, {}))
        run(true);
    m_host.markDirty(*this);
    m_host.wantTicks(); // some may have been held back when it was thrown away
}

void HostedRoom::publish()
{
    m_view->connections.store(static_cast<int>(m_room.connections().size()),
                              std::memory_order_relaxed);
    m_view->head.store(m_room.head(), std::memory_order_relaxed);
    m_view->lastChangeAtMs.store(m_room.lastChangeAtMs(), std::memory_order_relaxed);
    m_view->version.store(m_room.entities().version(), std::memory_order_release);
}

void HostedRoom::whenOpen(std::function<void(bool)> run)
{
    m_lastUsedUs = RoomHost::now().monotonicUs;
    if (m_isRetired) {
        run(false);
        return;
    }
    if (m_isOpen) {
        run(true);
        return;
    }
    m_whenOpen.push_back(std::move(run));
    open();
}

DeviceLink *HostedRoom::link(core::ConnectionId id) const
{
    const auto it = m_links.find(id);
    return it == m_links.end() ? nullptr : it->second;
}

void HostedRoom::receivedV2(core::ConnectionId id,
                            Result<v2::DeviceMessage, v2::MessageRefusal> &&message,
                            const Sender &sender)
{
    if (!m_isOpen) {
        whenOpen([this, id, sender,
                  kept = std::make_shared<Result<v2::DeviceMessage, v2::MessageRefusal>>(
                      std::move(message))](bool open) {
            if (open)
                receivedV2(id, std::move(*kept), sender);
        });
        return;
    }
    const core::Now now = RoomHost::now();
    auto *push = message ? std::get_if<v2::Push>(&*message) : nullptr;
    if (push && sender.role) {
        for (auto &change : push->changes) {
            if (auto refusal = change ? rightsRefusal(*sender.role, *change) : std::nullopt)
                change = Unexpected{std::move(*refusal)};
        }
    }
    if (!sender.rateKey.isEmpty() && (push || !message)) {
        const qint64 count = push ? std::ssize(push->changes) : 1;
        auto refusal = m_host.admission().refusal(m_room.restaurantId(), sender.rateKey, count, 0,
                                                  std::chrono::microseconds(now.monotonicUs));
        if (refusal)
            message = Unexpected{v2::MessageRefusal{
                std::move(*refusal), push ? std::optional(push->batch) : message.error().batch}};
    }
    if (message)
        m_room.receivedV2(id, std::move(*message), now);
    else
        m_room.refusedV2(id, message.error(), now);
    m_host.wantTicks();
    wake(now);
}

void HostedRoom::wake(const core::Now &now)
{
    if (!m_room.hasBlock())
        return;
    if (m_firstWaitingUs == 0)
        m_firstWaitingUs = now.monotonicUs;
    m_host.markDirty(*this);
}

void HostedRoom::frameReceived(core::ConnectionId id, const QByteArray &frame, const Sender &sender)
{
    if (!m_isOpen) {
        whenOpen([=, this](bool open) {
            if (open)
                frameReceived(id, frame, sender);
        });
        return;
    }
    const core::Now now = RoomHost::now();
    Decoded message = classic::decode(frame, m_room.restaurantId());
    if (sender.role)
        checkRights(message, *sender.role);
    if (!sender.rateKey.isEmpty())
        checkRate(message, sender.rateKey, now);
    m_room.received(id, std::move(message), now);
    wake(now);
}

void HostedRoom::checkRights(Decoded &message, security::Role role)
{
    const auto *change = message ? std::get_if<classic::Change>(&*message) : nullptr;
    if (auto refusal = change ? rightsRefusal(role, *change) : std::nullopt)
        message = Unexpected{std::move(*refusal)};
}

void HostedRoom::checkRate(Decoded &message, const QByteArray &rateKey, const core::Now &now)
{
    // What cannot be read costs as much as a change; heartbeats and the like are not counted.
    const auto *change = message ? std::get_if<classic::Change>(&*message) : nullptr;
    if (message && !change)
        return;
    auto refusal = m_host.admission().refusal(m_room.restaurantId(), rateKey, 1, 0,
                                              std::chrono::microseconds(now.monotonicUs));
    if (!refusal)
        return;
    refusal->changeId = change ? change->changeId : message.error().changeId;
    message = Unexpected{std::move(*refusal)};
}

void HostedRoom::pongReceived(core::ConnectionId id, const QByteArray &payload)
{
    if (!payload.startsWith(barrierPrefix) || !m_isOpen)
        return;
    m_room.confirmed(id, payload.sliced(barrierPrefix.size()).toULongLong(), RoomHost::now());
    if (m_room.hasBlock())
        m_host.markDirty(*this);
}

void HostedRoom::ask(const QByteArray &deviceId, qsizetype changes, const Counted &counted,
                     std::function<void(core::RequestId, const core::Now &)> post,
                     SyncCallback reply)
{
    if (m_host.isBehind()) {
        reply({false, {}, {}});
        return;
    }
    if (!counted.rateKey.isEmpty()) {
        const auto refusal =
            m_host.admission().refusal(m_room.restaurantId(), counted.rateKey, changes,
                                       counted.bytes,
                                       std::chrono::microseconds(RoomHost::now().monotonicUs));
        if (refusal) {
            refused(deviceId, *refusal);
            reply({false, {}, refusal});
            return;
        }
    }
    whenOpen([this, post = std::move(post), reply = std::move(reply)](bool open) {
        if (!open) {
            reply({false, {}, {}});
            return;
        }
        const core::RequestId id = m_nextRequest++;
        m_requests.emplace(id, reply);
        const core::Now now = RoomHost::now();
        post(id, now);
        wake(now);
    });
}

void HostedRoom::sync(classic::SyncRequest &&request, const Counted &counted, SyncCallback reply)
{
    const QByteArray device = request.deviceId;
    const qsizetype count = std::ssize(request.changes);
    ask(device, count, counted,
        [this, request = std::make_shared<classic::SyncRequest>(std::move(request))](
            core::RequestId id, const core::Now &now) {
            m_room.syncPosted(id, std::move(*request), now);
        },
        std::move(reply));
}

void HostedRoom::review(core::LateBatch &&batch, const Counted &counted, SyncCallback reply)
{
    const QByteArray device = batch.deviceId;
    const qsizetype count = std::ssize(batch.changes);
    ask(device, count, counted,
        [this, batch = std::make_shared<core::LateBatch>(std::move(batch))](
            core::RequestId id, const core::Now &now) {
            m_room.review(id, std::move(*batch), now);
        },
        std::move(reply));
}

void HostedRoom::discardConflict(const QByteArray &conflictId, const QByteArray &by,
                                 core::Room::RestoreReceiver done)
{
    const core::Now now = RoomHost::now();
    m_room.discard(conflictId, by, std::move(done), now);
    wake(now);
}

void HostedRoom::restoreConflict(const QByteArray &conflictId, const QByteArray &by,
                                 core::Room::RestoreReceiver done)
{
    const core::Now now = RoomHost::now();
    m_room.restore(conflictId, by, std::move(done), now);
    wake(now);
}

HostedRoom::TakenBlock HostedRoom::takeBlock()
{
    TakenBlock taken;
    taken.block = m_room.takeBlock();
    taken.number = m_room.lastBlock();
    taken.sinceUs = std::exchange(m_firstWaitingUs, 0);
    taken.changes = taken.block.lastSeq + 1 - taken.block.firstSeq;
    return taken;
}

bool HostedRoom::takeSettled()
{
    std::size_t changes = 0;
    while (!m_settled.empty() && changes < shareOfTurn) {
        Settled last = std::move(m_settled.front());
        m_settled.pop_front();
        if (!m_isOpen || last.generation != m_room.generation())
            continue; // a block behind one that failed
        if (!last.pos) {
            commitFailed(last.pos.error());
            continue;
        }
        const qint64 sinceUs = last.sinceUs;
        changes += last.changes;
        // Together: what is relayed at once shares its writes.
        while (!m_settled.empty() && changes < shareOfTurn && m_settled.front().pos
               && m_settled.front().generation == last.generation) {
            last = std::move(m_settled.front());
            m_settled.pop_front();
            changes += last.changes;
        }
        committed(last, sinceUs);
    }
    return !m_settled.empty();
}

void HostedRoom::committed(const Settled &last, qint64 sinceUs)
{
    m_failuresInARow = 0;
    m_lastPos = std::max(m_lastPos, *last.pos);
    m_appliedNow = 0;
    m_room.committed(last.number, RoomHost::now());
    m_changesSinceSave += m_appliedNow;
    if (m_appliedNow > 0 && sinceUs > 0)
        m_host.observer().committed(m_room.restaurantId(), m_appliedNow,
                                    RoomHost::now().monotonicUs - sinceUs);
    publish();
    m_host.wantTicks();
    if (m_room.hasBlock())
        m_host.markDirty(*this);
}

void HostedRoom::commitFailed(const QString &reason)
{
    m_host.observer().storeFailed(m_room.restaurantId(), reason);
    ++m_failuresInARow;
    m_isOpen = false;
    open();
}

void HostedRoom::pageRead(core::ConnectionId id, quint64 fromSeq,
                          const std::vector<core::JournalBlock> &blocks, bool gone)
{
    if (!m_isOpen)
        return;
    m_room.pageRead(id, fromSeq, blocks, gone, RoomHost::now());
    if (m_room.hasBlock())
        m_host.markDirty(*this);
}

void HostedRoom::save()
{
    store::StateSave save;
    save.restaurant = m_room.number();
    save.generation = m_room.generation();
    save.uptoSeq = m_room.head();
    save.uptoPos = m_lastPos;
    save.rows = m_room.takeState();
    m_changesSinceSave = 0;
    m_isSaving = true;
    m_host.journal().saveState(
        std::move(save), [host = &m_host, id = m_room.restaurantId()](const store::Outcome &) {
            host->post([host, id] {
                if (HostedRoom *room = host->find(id))
                    room->saved();
            });
        });
}

void HostedRoom::tick()
{
    constexpr qint64 behindUs = 5'000'000;
    const core::Now now = RoomHost::now();
    m_room.tick(now);
    letCatchUp(now);
    int behind = 0;
    for (const auto &[id, connection] : m_room.connections()) {
        if (!connection.live
            || (connection.barrierOut && now.monotonicUs - connection.barrierSentUs > behindUs))
            ++behind;
    }
    m_view->behind.store(behind, std::memory_order_relaxed);
}

void HostedRoom::deliver(std::span<const core::ConnectionId> to,
                         std::span<const QByteArray> messages)
{
    qsizetype size = 0;
    for (const QByteArray &message : messages)
        size += message.size() + WebSocketLink::frameOverhead(message.size());
    QByteArray frames;
    frames.reserve(size);
    for (const QByteArray &message : messages)
        WebSocketLink::appendTextFrame(frames, message);
    for (const core::ConnectionId id : to) {
        if (DeviceLink *receiver = link(id))
            receiver->sendFrames(frames);
    }
    m_host.observer().delivered(m_room.restaurantId(), to.size() * messages.size(),
                                static_cast<qint64>(to.size()) * frames.size());
}

void HostedRoom::deliverPacked(core::ConnectionId to, const QByteArray &message)
{
    const QByteArray packed = v2::packed(message);
    if (packed.isEmpty()) {
        deliver(std::span(&to, 1), std::span(&message, 1));
        return;
    }
    QByteArray frame;
    frame.reserve(packed.size() + WebSocketLink::frameOverhead(packed.size()));
    WebSocketLink::appendBinaryFrame(frame, packed);
    if (DeviceLink *receiver = link(to))
        receiver->sendFrames(frame);
    m_host.observer().delivered(m_room.restaurantId(), 1, frame.size());
}

void HostedRoom::ping(core::ConnectionId connection, quint64 barrier)
{
    if (DeviceLink *receiver = link(connection))
        receiver->ping(barrierPrefix.toByteArray() + QByteArray::number(barrier));
}

void HostedRoom::close(core::ConnectionId connection, quint16 code, const QByteArray &reason)
{
    if (DeviceLink *receiver = link(connection))
        receiver->close(code, reason);
}

void HostedRoom::replySync(core::RequestId request, const core::SyncReply &reply)
{
    const auto it = m_requests.find(request);
    if (it == m_requests.end())
        return;
    const SyncCallback callback = std::move(it->second);
    m_requests.erase(it);
    // Whoever has its answer and asks for the records at once must find its changes in them; the
    // answer goes to another thread, which does not wait for the end of committed().
    publish();
    callback(reply);
}

void HostedRoom::readPage(core::ConnectionId connection, quint64 fromSeq)
{
    m_host.readPage(*this, connection, fromSeq);
}

void HostedRoom::applied(const core::StoredChangePtr &change, std::size_t receivers)
{
    ++m_appliedNow;
    m_host.observer().changeApplied(m_room.restaurantId(), change, receivers);
    m_host.hooks().passed(m_room.restaurantId(), m_room.epoch(), change->seq);
}

bool HostedRoom::wantsRecords() const
{
    return m_host.hooks().isWatched(m_room.restaurantId());
}

void HostedRoom::recordChanged(const core::StoredChange &change, const QByteArray &before,
                               const core::Entity &after)
{
    m_host.hooks().recordChanged(m_room.restaurantId(), m_room.epoch(), change, before, after);
}

void HostedRoom::refused(const QByteArray &deviceId, const classic::Refusal &refusal)
{
    if (refusal.retryAfterMs > 0)
        m_host.observer().rateExceeded(m_room.restaurantId(), deviceId);
    else
        m_host.observer().changeRefused(m_room.restaurantId(), deviceId, refusal);
}

void HostedRoom::sharedDeviceId(const QByteArray &deviceId)
{
    m_view->hasSharedIds = true;
    m_host.observer().deviceIdShared(m_room.restaurantId(), deviceId);
}

} // namespace possync::net
