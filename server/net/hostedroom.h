// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/room.h"
#include "server/net/admission.h"
#include "server/net/devicelink.h"
#include "server/net/roomview.h"

#include <deque>
#include <functional>

namespace possync::net {

class RoomHost;

/// A room on its host: opens it from the store, carries its effects to sockets and store.
/// Lives on the host's thread; all calls must come from it.
class HostedRoom final : public core::RoomOutput
{
public:
    using SyncCallback = std::function<void(const core::SyncReply &)>;

    /// Keeps the room in memory for somebody who has yet to join it.
    class Hold
    {
    public:
        explicit Hold(HostedRoom &room)
            : m_room(room)
        {
            ++m_room.m_holds;
        }
        ~Hold() { --m_room.m_holds; }
        Hold(const Hold &) = delete;
        Hold &operator=(const Hold &) = delete;

    private:
        HostedRoom &m_room;
    };

    HostedRoom(RoomHost &host, const QByteArray &restaurantId);
    ~HostedRoom() override;

    void join(core::ConnectionId id, DeviceLink &link, const QByteArray &deviceId,
              const QByteArray &host, const QByteArray &address,
              const std::optional<QByteArray> &userId);
    void joinV2(core::ConnectionId id, DeviceLink &link, const v2::Hello &hello,
                const core::Address &address);
    /// What a v2 device sent after its hello.
    void receivedV2(core::ConnectionId id, Result<v2::DeviceMessage, v2::MessageRefusal> &&message,
                    const Sender &sender);
    void leave(core::ConnectionId id);
    void frameReceived(core::ConnectionId id, const QByteArray &frame, const Sender &sender);
    void pongReceived(core::ConnectionId id, const QByteArray &payload);
    /// Whom a batch is counted for.
    struct Counted {
        QByteArray rateKey; ///< See Admission::keyOf().
        qint64 bytes = 0;   ///< That nobody has counted yet.
    };
    void sync(classic::SyncRequest &&request, const Counted &counted, SyncCallback reply);
    /// The same for a device that was replaced, see Room::review().
    void review(core::LateBatch &&batch, const Counted &counted, SyncCallback reply);
    /// Room::discard(); the room must be open.
    void discardConflict(const QByteArray &conflictId, const QByteArray &by,
                         core::Room::RestoreReceiver done);
    /// Room::restore(); the room must be open.
    void restoreConflict(const QByteArray &conflictId, const QByteArray &by,
                         core::Room::RestoreReceiver done);
    /// Runs once the room is open; at once if it is. `false` if it cannot be opened.
    void whenOpen(std::function<void(bool)> run);
    DeviceLink *link(core::ConnectionId id) const;

    // For the host.
    bool isOpen() const { return m_isOpen; }
    /// False: what devices send now could only pile up here. RoomHost tells when that is over.
    bool mayReceive() const;
    core::Room &room() { return m_room; }
    void opened(Result<core::RestaurantImage, QString> image);
    /// Moves the records that wait into a block; its number, and when its first change came.
    struct TakenBlock {
        core::JournalBlock block;
        quint64 number = 0;
        qint64 sinceUs = 0;
        std::size_t changes = 0;
    };
    TakenBlock takeBlock();
    /// What became of a block, to be taken by takeSettled().
    struct Settled {
        quint64 number = 0;
        quint32 generation = 0;
        qint64 sinceUs = 0;
        std::size_t changes = 0;
        Result<quint64, QString> pos; ///< In the journal, or why it was not stored.
    };
    /// Whether it is the first one waiting.
    bool settle(Settled settled)
    {
        m_settled.push_back(std::move(settled));
        return m_settled.size() == 1;
    }
    /// Relays what is settled, as much as is due in one turn of the loop; whether some is left.
    bool takeSettled();
    void pageRead(core::ConnectionId id, quint64 fromSeq,
                  const std::vector<core::JournalBlock> &blocks, bool gone);
    /// Nobody is connected, waits, or has asked since then, and nothing is left to be stored.
    bool isIdle(qint64 sinceUs) const;
    bool wantsSave() const { return m_isOpen && !m_isSaving && m_room.hasDirtyState(); }
    bool wantsSaveNow() const { return wantsSave() && m_changesSinceSave >= 2000; }
    void save();
    void saved() { m_isSaving = false; }
    void tick();
    bool wantsTick() const { return m_room.wantsTick() || !m_heldBack.empty(); }
    /// The restaurant is erased: closes every connection and takes nothing any more. What is under
    /// way for the room still finds it there.
    void retire();
    /// A retired one that nobody holds on to.
    bool isSpent() const;
    bool isDirty = false; ///< Is in the host's list of rooms to flush.

    // Effects of the room.
    void deliver(std::span<const core::ConnectionId> to,
                 std::span<const QByteArray> messages) override;
    void deliverPacked(core::ConnectionId to, const QByteArray &message) override;
    void ping(core::ConnectionId connection, quint64 barrier) override;
    void close(core::ConnectionId connection, quint16 code, const QByteArray &reason) override;
    void replySync(core::RequestId request, const core::SyncReply &reply) override;
    void readPage(core::ConnectionId connection, quint64 fromSeq) override;
    void applied(const core::StoredChangePtr &change, std::size_t receivers) override;
    bool wantsRecords() const override;
    void recordChanged(const core::StoredChange &change, const QByteArray &before,
                       const core::Entity &after) override;
    void refused(const QByteArray &deviceId, const classic::Refusal &refusal) override;
    void sharedDeviceId(const QByteArray &deviceId) override;

private:
    /// Changes relayed in one turn of the loop: about a millisecond's work. A room whose devices
    /// send without a pause must not hold up the others of its thread.
    static constexpr std::size_t shareOfTurn = 64;

    using Decoded = Result<classic::Message, classic::Refusal>;

    void open();
    /// Counts so many changes, and has the room asked in `post` once it is open.
    void ask(const QByteArray &deviceId, qsizetype changes, const Counted &counted,
             std::function<void(core::RequestId, const core::Now &)> post, SyncCallback reply);
    bool isRefusing(DeviceLink &link) const;
    void joined(const QByteArray &deviceId, const QByteArray &address);
    void letCatchUp(const core::Now &now);
    /// Why a device that was never here may not come now.
    std::optional<classic::Refusal> strangerRefusal(const QByteArray &deviceId,
                                                    const QByteArray &host);
    /// Says so and closes.
    void turnAway(core::ConnectionId id, const QByteArray &message, const classic::Refusal &why);
    void publish();
    void committed(const Settled &last, qint64 sinceUs);
    void commitFailed(const QString &reason);
    static void checkRights(Decoded &message, security::Role role);
    void wake(const core::Now &now);
    void checkRate(Decoded &message, const QByteArray &rateKey, const core::Now &now);

    RoomHost &m_host;
    core::Room m_room;
    std::shared_ptr<RoomView> m_view;
    bool m_isOpen = false;
    bool m_isOpening = false;
    bool m_isSaving = false;
    bool m_isRetired = false;
    int m_holds = 0;
    int m_failuresInARow = 0;
    qint64 m_lastUsedUs = 0; ///< Monotonic.
    qint64 m_firstWaitingUs = 0;
    std::size_t m_changesSinceSave = 0;
    std::deque<Settled> m_settled;
    std::size_t m_appliedNow = 0; ///< Changes relayed by the commit being reported.
    quint64 m_lastPos = 0;
    std::vector<std::function<void(bool)>> m_whenOpen;
    std::unordered_map<core::ConnectionId, DeviceLink *> m_links;
    /// Devices that came back too often, and whom to count that for: they catch up later.
    std::vector<std::pair<core::ConnectionId, QByteArray>> m_heldBack;
    std::unordered_map<core::RequestId, SyncCallback> m_requests;
    core::RequestId m_nextRequest = 1;
    QByteArray m_frames; ///< Scratch for encoding.
};

} // namespace possync::net
