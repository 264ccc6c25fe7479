// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/journalport.h"
#include "server/core/record.h"

#include <deque>
#include <map>

namespace possync::core {

/// Number of a connection; unique for the life of the server process. 0 is none.
using ConnectionId = quint64;

/// One tablet, as far as the server can tell it from others with the same device id.
struct DeviceSlot {
    quint16 number = 0;          ///< Stays the same; changes carry it.
    quint64 cursor = 0;          ///< Every change up to here is known to have arrived.
    ConnectionId connection = 0; ///< 0: not connected.
    qint64 lastSeenMs = 0;
    QByteArray host; ///< Address it last came from; a hint which of two tablets it is.
};

/// A change that a connection was not given because its own tablet seemed to have sent it, on an
/// older connection that was still open or just gone.
struct DoubtfulEcho {
    quint64 seq = 0;
    qint64 atMs = 0;
};

/// A device id and the tablets that use it. The classic app makes its id from the clock, so two
/// tablets can share one; each then has a slot of its own. docs/protocol.md, "Shared device ids".
struct Device {
    QByteArray id;
    std::vector<DeviceSlot> slots;
    QByteArray userId;
    quint16 nextSlot = 0; ///< Number of the next new slot.
    /// Two connections have been alive under this id at the same time.
    bool shared = false;
    /// What they lack is made up for if it turns out that the id is shared.
    std::deque<DoubtfulEcho> doubtful;
    /// A tablet with this id may have records that contain changes up to here and never came to it
    /// as changes. Whoever returns with a cursor below gets records again: replayed, such a change
    /// would go over the newer record. Of the id, not of a slot, because a tablet may return in
    /// another slot than it left.
    quint64 recordsSeq = 0;
    bool isV2 = false; ///< Last spoke protocol v2.
    bool dirty = false;
    DeviceSlot &slot(quint16 number);
    quint64 mark = 0; ///< Scratch of the room: last relayed batch this device had a part in.
};

/// The devices a restaurant has ever seen and what each has confirmed.
class Devices
{
public:
    /// What connecting led to.
    struct Arrival {
        Device *device = nullptr;
        quint16 slot = 0;
        quint64 cursor = 0;     ///< Send everything after this.
        bool isNewSlot = false; ///< Must be journalled before it counts.
        /// It cannot be told which of several tablets came back, so it gets its own changes too.
        bool ambiguous = false;
        ConnectionId neighbour =
            0; ///< A live connection with the same id; ping it to see if it lives.
    };

    /// `head` is the last change delivered to anyone: where a device never seen before begins.
    Arrival arrive(const QByteArray &deviceId, ConnectionId connection, const QByteArray &host,
                   quint64 head, qint64 nowMs);
    /// A connection is over. If its only neighbour comes from the same address and this one gave
    /// no sign of life since that came, both were the same tablet, back before its old connection
    /// was found dead: this slot goes and the neighbour's stays.
    void leave(Device &device, quint16 slot, qint64 nowMs);
    /// Two tablets have been proved to use this id. False if that was known.
    bool markShared(Device &device);
    void confirm(Device &device, quint16 slot, quint64 seq, qint64 nowMs);
    /// Keeps one for as long as proof may take to come.
    void noteDoubt(Device &device, DoubtfulEcho echo);
    /// The id is shared: puts all slots back to before what one of its tablets was not given; it may
    /// have come back in another slot since. Returns false if there was nothing.
    bool settleDoubts(Device &device, qint64 nowMs);
    void setUser(Device &device, const QByteArray &userId);

    /// It is stored that the device may have records up to `seq`.
    void giveRecords(const QByteArray &deviceId, quint64 seq);

    void replay(const DeviceSeen &seen);
    Device *find(const QByteArray &id);
    const std::map<QByteArray, Device> &all() const { return m_devices; }

    /// The store may have thrown away rows that were taken: let the next save hold all of them.
    void touchAll();
    bool isDirty() const { return !m_dirty.empty(); }
    void takeState(std::vector<StateRow> &rows);
    bool loadState(const StateRow &row);

    static constexpr char stateKey = 'd';

private:
    void touch(Device &device);

    std::map<QByteArray, Device> m_devices; ///< Nodes do not move: connections point at them.
    std::vector<Device *> m_dirty;
};

} // namespace possync::core
