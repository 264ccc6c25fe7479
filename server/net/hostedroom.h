// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/room.h"
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

    HostedRoom(RoomHost &host, const QByteArray &restaurantId);

    void join(core::ConnectionId id, DeviceLink &link, const QByteArray &deviceId,
              const QByteArray &host, const QByteArray &address,
              const std::optional<QByteArray> &userId);
    void leave(core::ConnectionId id);
    /// `rateKey` is whom changes are counted for, see Admission::keyOf().
    void frameReceived(core::ConnectionId id, const QByteArray &frame, const QByteArray &rateKey);
    void pongReceived(core::ConnectionId id, const QByteArray &payload);
    void sync(classic::SyncRequest &&request, const QByteArray &rateKey, SyncCallback reply);
    /// Runs once the room is open; at once if it is. `false` if it cannot be opened.
    void whenOpen(std::function<void(bool)> run);
    DeviceLink *link(core::ConnectionId id) const;

    // For the host.
    bool isOpen() const { return m_isOpen; }
    core::Room &room() { return m_room; }
    void opened(Result<core::RestaurantImage, QString> image);
    /// Moves the records that wait into a block; its number, and when its first change came.
    struct TakenBlock {
        core::JournalBlock block;
        quint64 number = 0;
        qint64 sinceUs = 0;
    };
    TakenBlock takeBlock();
    void committed(quint64 number, quint32 generation, quint64 pos, qint64 sinceUs);
    void commitFailed(quint32 generation, const QString &reason);
    void pageRead(core::ConnectionId id, quint64 fromSeq,
                  const std::vector<core::JournalBlock> &blocks, bool gone);
    bool wantsSave() const { return m_isOpen && !m_isSaving && m_room.hasDirtyState(); }
    bool wantsSaveNow() const { return wantsSave() && m_changesSinceSave >= 2000; }
    void save();
    void saved() { m_isSaving = false; }
    void tick();
    bool isDirty = false; ///< Is in the host's list of rooms to flush.

    // Effects of the room.
    void deliver(std::span<const core::ConnectionId> to,
                 std::span<const QByteArray> messages) override;
    void ping(core::ConnectionId connection, quint64 barrier) override;
    void replySync(core::RequestId request, const core::SyncReply &reply) override;
    void readPage(core::ConnectionId connection, quint64 fromSeq) override;
    void applied(const core::StoredChangePtr &change, std::size_t receivers) override;
    void refused(const QByteArray &deviceId, const classic::Refusal &refusal) override;
    void sharedDeviceId(const QByteArray &deviceId) override;

private:
    using Decoded = Result<classic::Message, classic::Refusal>;

    void open();
    void publish();
    void checkRate(Decoded &message, const QByteArray &rateKey, const core::Now &now);

    RoomHost &m_host;
    core::Room m_room;
    std::shared_ptr<RoomView> m_view;
    bool m_isOpen = false;
    bool m_isOpening = false;
    bool m_isSaving = false;
    int m_failuresInARow = 0;
    qint64 m_firstWaitingUs = 0;
    std::size_t m_changesSinceSave = 0;
    std::size_t m_appliedNow = 0; ///< Changes relayed by the commit being reported.
    quint64 m_lastPos = 0;
    std::vector<std::function<void(bool)>> m_whenOpen;
    std::unordered_map<core::ConnectionId, DeviceLink *> m_links;
    std::unordered_map<core::RequestId, SyncCallback> m_requests;
    core::RequestId m_nextRequest = 1;
    QByteArray m_frames; ///< Scratch for encoding.
};

} // namespace possync::net
