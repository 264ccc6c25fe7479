// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/devices.h"

#include "server/core/bytes.h"

#include <algorithm>

namespace possync::core {
namespace {

/// More tablets than this under one id share the last slot; nobody has that many.
constexpr std::size_t maxSlots = 64;

/// An old connection answers within its round trip or never; a tablet that was cut off in that
/// moment is back after some tries.
constexpr qint64 doubtMs = 5 * 60'000;
constexpr std::size_t maxDoubts = 200;

/// First byte of a saved row; it was `shared` alone before records were noted.
enum RowFlag : quint8 { Shared = 1, HasRecords = 2, SpeaksV2 = 4, HasDoubts = 8 };

} // namespace

Devices::Arrival Devices::arrive(const QByteArray &deviceId, ConnectionId connection,
                                 const QByteArray &host, quint64 head, qint64 nowMs)
{
    Device &device = m_devices[deviceId];
    device.id = deviceId;
    Arrival arrival;
    arrival.device = &device;

    // Tablets behind one address are not told apart by it: whoever comes from there may be any of
    // them, even one whose old connection has not been found dead.
    std::vector<DeviceSlot *> sameHost;
    DeviceSlot *chosen = nullptr;
    quint64 lowest = head;
    for (DeviceSlot &slot : device.slots) {
        lowest = std::min(lowest, slot.cursor);
        if (slot.host == host)
            sameHost.push_back(&slot);
        if (slot.connection != 0)
            arrival.neighbour = slot.connection;
        else if (slot.host == host && (!chosen || slot.cursor < chosen->cursor))
            chosen = &slot;
    }
    if (!chosen) {
        // A second tablet, or the first one come back: with another address, or before its old
        // connection was found dead. Starting at the lowest cursor is right for all of them.
        arrival.isNewSlot = true;
        arrival.ambiguous = !sameHost.empty();
        if (device.slots.size() < maxSlots)
            device.slots.push_back({device.nextSlot++, lowest, 0, nowMs, host});
        chosen = &device.slots.back();
    } else if (sameHost.size() > 1) {
        arrival.ambiguous = true;
        // The slot left for the tablet that comes next may not be its own either.
        quint64 lowestHere = chosen->cursor;
        for (const DeviceSlot *slot : sameHost)
            lowestHere = std::min(lowestHere, slot->cursor);
        for (DeviceSlot *slot : sameHost)
            slot->cursor = lowestHere;
    }
    DeviceSlot &slot = *chosen;
    slot.connection = connection;
    slot.lastSeenMs = nowMs;
    slot.host = host;
    arrival.slot = slot.number;
    arrival.cursor = slot.cursor;
    touch(device);
    return arrival;
}

void Devices::leave(Device &device, quint16 slot, qint64 nowMs)
{
    DeviceSlot &left = device.slot(slot);
    left.connection = 0;
    left.lastSeenMs = nowMs;
    touch(device);
    DeviceSlot *neighbour = nullptr;
    for (DeviceSlot &other : device.slots) {
        if (other.connection == 0)
            continue;
        if (neighbour)
            return;
        neighbour = &other;
    }
    if (device.shared || !neighbour || neighbour->host != left.host)
        return;
    neighbour->cursor = std::min(neighbour->cursor, left.cursor);
    std::erase_if(device.slots, [&](const DeviceSlot &other) { return other.number == slot; });
}

bool Devices::markShared(Device &device)
{
    if (device.shared)
        return false;
    device.shared = true;
    touch(device);
    return true;
}

void Devices::confirm(Device &device, quint16 slot, quint64 seq, qint64 nowMs)
{
    DeviceSlot &at = device.slot(slot);
    at.lastSeenMs = nowMs;
    if (seq <= at.cursor)
        return;
    at.cursor = seq;
    touch(device);
}

void Devices::noteDoubt(Device &device, DoubtfulEcho echo)
{
    std::deque<DoubtfulEcho> &doubtful = device.doubtful;
    while (!doubtful.empty() && doubtful.front().atMs < echo.atMs - doubtMs)
        doubtful.pop_front();
    if (doubtful.size() < maxDoubts)
        doubtful.push_back(echo);
    else // Too much is made up for then rather than too little.
        doubtful.back() = {std::min(doubtful.back().seq, echo.seq), echo.atMs};
    touch(device); // with the cursors that are about to go past it, or not at all
}

bool Devices::settleDoubts(Device &device, qint64 nowMs)
{
    std::deque<DoubtfulEcho> doubtful = std::exchange(device.doubtful, {});
    std::erase_if(doubtful, [&](const DoubtfulEcho &echo) { return echo.atMs < nowMs - doubtMs; });
    if (doubtful.empty())
        return false;
    const quint64 first = std::ranges::min(doubtful, {}, &DoubtfulEcho::seq).seq;
    for (DeviceSlot &slot : device.slots)
        slot.cursor = std::min(slot.cursor, first - 1);
    touch(device);
    return true;
}

DeviceSlot &Device::slot(quint16 number)
{
    const auto found = std::ranges::find(slots, number, &DeviceSlot::number);
    Q_ASSERT(found != slots.end());
    return *found;
}

void Devices::setUser(Device &device, const QByteArray &userId)
{
    if (device.userId == userId)
        return;
    device.userId = userId;
    touch(device);
}

void Devices::giveRecords(const QByteArray &deviceId, quint64 seq)
{
    Device &device = m_devices[deviceId];
    device.id = deviceId;
    device.recordsSeq = std::max(device.recordsSeq, seq);
    touch(device); // also if nothing is new: the next save covers the record that says so
}

void Devices::replay(const DeviceSeen &seen)
{
    Device &device = m_devices[seen.deviceId];
    device.id = seen.deviceId;
    if (!std::ranges::count(device.slots, seen.slot, &DeviceSlot::number)
        && seen.slot >= device.nextSlot) {
        device.slots.push_back({seen.slot, seen.cursor, 0, seen.atMs, seen.host});
        device.nextSlot = static_cast<quint16>(seen.slot + 1);
    }
    device.shared = device.shared || seen.shared;
    if (seen.shared) // RecordsSent, which belongs to it, stands behind
        settleDoubts(device, seen.atMs);
    touch(device); // the next save covers this record, so it must hold its effect
}

Device *Devices::find(const QByteArray &id)
{
    const auto it = m_devices.find(id);
    return it == m_devices.end() ? nullptr : &it->second;
}

void Devices::touch(Device &device)
{
    if (device.dirty)
        return;
    device.dirty = true;
    m_dirty.push_back(&device);
}

void Devices::touchAll()
{
    for (auto &[id, device] : m_devices)
        touch(device);
}

void Devices::takeState(std::vector<StateRow> &rows)
{
    for (Device *device : m_dirty) {
        StateRow row;
        row.key = stateKey + device->id;
        ByteWriter value(row.value);
        const int flags = (device->shared ? Shared : 0) | (device->recordsSeq ? HasRecords : 0)
                          | (device->isV2 ? SpeaksV2 : 0)
                          | (device->doubtful.empty() ? 0 : HasDoubts);
        value.number(static_cast<quint8>(flags)).number(device->nextSlot).text(device->userId);
        if (device->recordsSeq != 0)
            value.number(device->recordsSeq);
        if (!device->doubtful.empty()) {
            value.number(static_cast<quint16>(device->doubtful.size()));
            for (const DoubtfulEcho &echo : device->doubtful)
                value.number(echo.seq).number(echo.atMs);
        }
        for (const DeviceSlot &slot : device->slots)
            value.number(slot.number).number(slot.cursor).number(slot.lastSeenMs).text(slot.host);
        rows.push_back(std::move(row));
        device->dirty = false;
    }
    m_dirty.clear();
}

bool Devices::loadState(const StateRow &row)
{
    if (row.key.size() < 2 || row.key[0] != stateKey)
        return false;
    ByteReader value(row.value);
    Device &device = m_devices[row.key.sliced(1)];
    device.id = row.key.sliced(1);
    const auto flags = value.number<quint8>();
    device.shared = flags & Shared;
    device.isV2 = flags & SpeaksV2;
    device.nextSlot = value.number<quint16>();
    device.userId = value.text();
    device.recordsSeq = flags & HasRecords ? value.number<quint64>() : 0;
    device.doubtful.clear();
    for (auto left = flags & HasDoubts ? value.number<quint16>() : 0; left > 0 && value.ok(); --left) {
        const auto seq = value.number<quint64>();
        device.doubtful.push_back({seq, value.number<qint64>()});
    }
    device.slots.clear();
    while (value.ok() && !value.atEnd()) {
        DeviceSlot slot;
        slot.number = value.number<quint16>();
        slot.cursor = value.number<quint64>();
        slot.lastSeenMs = value.number<qint64>();
        slot.host = value.text();
        device.slots.push_back(std::move(slot));
    }
    return value.ok();
}

} // namespace possync::core
