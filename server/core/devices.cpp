// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/devices.h"

#include "server/core/bytes.h"

#include <algorithm>

namespace possync::core {
namespace {

/// More tablets than this under one id share the last slot; nobody has that many.
constexpr std::size_t maxSlots = 64;

} // namespace

Devices::Arrival Devices::arrive(const QByteArray &deviceId, ConnectionId connection,
                                 const QByteArray &host, quint64 head, qint64 nowMs)
{
    auto [it, isNew] = m_devices.try_emplace(deviceId);
    Device &device = it->second;
    device.id = deviceId;
    Arrival arrival;
    arrival.device = &device;

    std::vector<std::size_t> freeSlots;
    quint64 lowestLive = head;
    for (std::size_t i = 0; i < device.slots.size(); ++i) {
        if (device.slots[i].connection == 0) {
            freeSlots.push_back(i);
        } else {
            arrival.neighbour = device.slots[i].connection;
            lowestLive = std::min(lowestLive, device.slots[i].cursor);
        }
    }
    std::size_t chosen = 0;
    if (freeSlots.empty()) {
        // Either a second tablet, or the first one come back before its old connection is found
        // dead. Starting where that one had confirmed is right for both.
        arrival.isNewSlot = true;
        if (device.slots.size() < maxSlots)
            device.slots.push_back({lowestLive, 0, nowMs, host});
        chosen = device.slots.size() - 1;
    } else {
        const auto sameHost = [&](std::size_t i) { return device.slots[i].host == host; };
        const auto cursorOf = [&](std::size_t i) { return device.slots[i].cursor; };
        const auto fromHere = std::ranges::count_if(freeSlots, sameHost);
        chosen = fromHere == 1 ? *std::ranges::find_if(freeSlots, sameHost)
                               : *std::ranges::min_element(freeSlots, {}, cursorOf);
        arrival.ambiguous = freeSlots.size() > 1 && fromHere != 1;
    }
    DeviceSlot &slot = device.slots[chosen];
    slot.connection = connection;
    slot.lastSeenMs = nowMs;
    slot.host = host;
    arrival.slot = static_cast<quint8>(chosen);
    arrival.cursor = slot.cursor;
    if (!isNew)
        touch(device);
    return arrival;
}

ConnectionId Devices::leave(Device &device, quint8 slot, qint64 nowMs)
{
    device.slots[slot].connection = 0;
    device.slots[slot].lastSeenMs = nowMs;
    touch(device);
    if (device.shared || device.slots.size() != 2 || slot != 0 || device.slots[1].connection == 0)
        return 0;
    DeviceSlot &neighbour = device.slots[1];
    neighbour.cursor = std::min(neighbour.cursor, device.slots[0].cursor);
    device.slots.erase(device.slots.begin());
    return device.slots[0].connection;
}

void Devices::markShared(Device &device)
{
    if (device.shared)
        return;
    device.shared = true;
    touch(device);
}

void Devices::confirm(Device &device, quint8 slot, quint64 seq, qint64 nowMs)
{
    DeviceSlot &at = device.slots[slot];
    at.lastSeenMs = nowMs;
    if (seq <= at.cursor)
        return;
    at.cursor = seq;
    touch(device);
}

void Devices::setUser(Device &device, const QByteArray &userId)
{
    if (device.userId == userId)
        return;
    device.userId = userId;
    touch(device);
}

void Devices::replay(const DeviceSeen &seen)
{
    Device &device = m_devices[seen.deviceId];
    device.id = seen.deviceId;
    while (device.slots.size() <= seen.slot)
        device.slots.push_back({seen.cursor, 0, seen.atMs, {}});
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

void Devices::takeState(std::vector<StateRow> &rows)
{
    for (Device *device : m_dirty) {
        StateRow row;
        row.key = stateKey + device->id;
        ByteWriter value(row.value);
        value.number(quint8(device->shared)).text(device->userId);
        for (const DeviceSlot &slot : device->slots)
            value.number(slot.cursor).number(slot.lastSeenMs).text(slot.host);
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
    device.shared = value.number<quint8>() != 0;
    device.userId = value.text();
    device.slots.clear();
    while (value.ok() && !value.atEnd()) {
        DeviceSlot slot;
        slot.cursor = value.number<quint64>();
        slot.lastSeenMs = value.number<qint64>();
        slot.host = value.text();
        device.slots.push_back(std::move(slot));
    }
    return value.ok();
}

} // namespace possync::core
