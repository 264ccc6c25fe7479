// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/simfleet.h"

#include "tests/sim/sdkdevice.h"
#include "tests/sim/simdevice.h"

#include <cstdio>

namespace possync::sim {

Fleet::Fleet(quint64 seed, bool trace)
    : History(seed, trace)
    , m_slowDisk(seed % 5 == 0)
    , m_journal("5eed5eed")
{
    m_isSlow = chance(30);
    m_retires = chance(40);
    const quint64 devices = 2 + pick(3);
    constexpr qint64 dayMs = 86'400'000;
    for (quint64 i = 0; i < devices; ++i) {
        const qint64 skewMs = chance(50) ? 0 : static_cast<qint64>(pick(4 * dayMs)) - 2 * dayMs;
        const QByteArray id = "v" + QByteArray::number(i);
        if (chance(50)) {
            ++m_tally.sdkDevices;
            m_devices.push_back(std::make_unique<SdkSimDevice>(id, skewMs, m_random));
        } else {
            m_devices.push_back(std::make_unique<SimDevice>(id, skewMs));
        }
    }
    m_deviceWires.resize(m_devices.size());
    const quint64 tablets = chance(60) ? 1 + pick(2) : 0;
    for (quint64 i = 0; i < tablets; ++i)
        m_tablets.push_back({SimApp(static_cast<int>(i), "old" + QByteArray::number(i)), 0});
}

Fleet::~Fleet() = default;

QByteArray Fleet::run()
{
    startServer();
    const std::size_t all = m_devices.size() + m_tablets.size();
    for (std::size_t i = 0; i < all; ++i)
        at(static_cast<qint64>(pick(3 * second)), [this, i] { connect(i); });
    const auto activeUs = static_cast<qint64>((5 + pick(20)) * second);
    const quint64 actions = 10 + pick(60);
    for (quint64 i = 0; i < actions; ++i)
        at(static_cast<qint64>(pick(quint64(activeUs))),
           [this, all] { act(static_cast<std::size_t>(pick(all))); });
    const quint64 faults = pick(14);
    for (quint64 i = 0; i < faults; ++i)
        at(static_cast<qint64>(pick(quint64(activeUs))), [this] { misbehave(); });
    at(activeUs, [this] {
        m_isHealing = true;
        if (!m_room)
            startServer();
    });
    at(0, [this] { upkeep(); });
    const qint64 endUs = activeUs + 150 * second;
    runUntil(endUs, [this] { flushServer(); });
    for (const auto check : {&Fleet::checkOutcomes, &Fleet::checkReplicas, &Fleet::checkHistory,
                             &Fleet::checkReplay}) {
        if (m_failure.isEmpty())
            (this->*check)();
    }
    for (const auto &device : m_devices)
        m_tally.snapshots += device->snapshots();
    return m_failure;
}

void Fleet::startServer()
{
    ++m_life;
    core::Room::Options options;
    options.tailBytes = chance(50) ? 2000 : 1'000'000;
    options.v2.windowBytes = static_cast<qint64>(500 + pick(20'000));
    options.v2.pushBatches = static_cast<int>(1 + pick(4));
    options.checksumIntervalUs = 100'000;
    m_room = std::make_unique<core::Room>("r", *this, options);
    m_blocksInFlight.clear();
    m_isCommitScheduled = false;
    if (!m_room->open(m_journal.image(), now()))
        fail("the room could not be opened");
}

void Fleet::crashServer()
{
    if (!m_room)
        return;
    ++m_tally.serverCrashes;
    if (m_trace)
        std::printf("%9.3f server crashed\n", double(m_nowUs) / 1e6);
    m_room.reset();
    ++m_life;
    m_journal.crash(m_random);
    for (auto &[id, wire] : m_wires) {
        wire.openAtServer = false;
        if (wire.openAtDevice)
            cut(id, true);
    }
    at(static_cast<qint64>(pick(3 * second)), [this] {
        if (!m_room)
            startServer();
    });
}

void Fleet::flushServer()
{
    if (!m_room)
        return;
    if (m_room->hasBlock()) {
        m_journal.append(m_room->takeBlock());
        m_blocksInFlight.push_back(m_room->lastBlock());
    }
    if (!m_blocksInFlight.empty() && !m_isCommitScheduled) {
        m_isCommitScheduled = true;
        const quint64 longest = m_slowDisk && !m_isHealing ? 4'000'000 : chance(10) ? 200'000 : 3'000;
        at(static_cast<qint64>(100 + pick(longest)), [this, life = m_life] {
            if (life == m_life)
                commitQueued();
        });
    }
}

void Fleet::commitQueued()
{
    m_isCommitScheduled = false;
    if (!m_isHealing && chance(3)) {
        ++m_tally.failedCommits;
        m_journal.fail();
        m_blocksInFlight.clear();
        if (m_trace)
            std::printf("%9.3f commit failed\n", double(m_nowUs) / 1e6);
        if (!m_room->open(m_journal.image(), now()))
            fail("the room could not be reopened");
        return;
    }
    m_journal.commit();
    const quint64 last = m_blocksInFlight.back();
    m_blocksInFlight.clear();
    m_room->committed(last, now());
}

void Fleet::upkeep()
{
    at(50'000, [this] { upkeep(); });
    if (!m_room)
        return;
    if (m_room->wantsTick())
        m_room->tick(now());
    if (m_room->hasDirtyState() && !m_room->hasBlock() && chance(20))
        m_journal.save(m_room->takeState());
    m_journal.writeSome(m_random);
    if (m_retires && !m_isHealing && chance(5))
        m_journal.retire(m_random);
    for (std::size_t i = 0; i < m_devices.size(); ++i)
        push(i);
}

core::ConnectionId &Fleet::wireOf(std::size_t device)
{
    return isV2(device) ? m_deviceWires[device] : m_tablets[device - m_devices.size()].wire;
}

void Fleet::connect(std::size_t device)
{
    if (wireOf(device) != 0)
        return;
    const core::ConnectionId id = m_nextWire++;
    m_wires[id] = {device, true, false, 0, 0, m_life};
    wireOf(device) = id;
    at(delay(), [this, id] { arrived(id); });
}

void Fleet::arrived(core::ConnectionId id)
{
    Wire &wire = m_wires[id];
    if (!wire.openAtDevice)
        return;
    if (!m_room) {
        cut(id, false);
        return;
    }
    wire.openAtServer = true;
    wire.life = m_life;
    const QByteArray host = "10.0.0." + QByteArray::number(wire.device);
    if (isV2(wire.device)) {
        FleetDevice &device = *m_devices[wire.device];
        device.isConnected = true;
        const auto hello = v2::decodeFromDevice(device.hello(m_random, now().wallMs), "r");
        if (!hello)
            return fail("a hello was refused: " + hello.error().refusal.message);
        if (m_trace)
            std::printf("%9.3f %s connects\n", double(m_nowUs) / 1e6, device.id().constData());
        m_room->connectedV2(id, std::get<v2::Hello>(*hello), {host, host + ":1"}, now());
    } else {
        Tablet &tablet = m_tablets[wire.device - m_devices.size()];
        m_room->connected(id, tablet.app.deviceId(), host, host + ":1", std::nullopt, now());
        up(id, tablet.app.registration(now().wallMs));
    }
}

void Fleet::cut(core::ConnectionId id, bool serverNotices)
{
    Wire &wire = m_wires[id];
    if (wire.openAtDevice) {
        wire.openAtDevice = false;
        ++m_tally.cuts;
        if (wireOf(wire.device) == id) {
            wireOf(wire.device) = 0;
            if (isV2(wire.device))
                m_devices[wire.device]->disconnected(now().wallMs);
        }
        at(static_cast<qint64>(pick(m_isHealing ? second : 6 * second)),
           [this, device = wire.device] { connect(device); });
    }
    if (wire.openAtServer)
        at(serverNotices ? delay() : 33 * second, [this, id] { closeAtServer(id); });
}

void Fleet::closeAtServer(core::ConnectionId id)
{
    Wire &wire = m_wires[id];
    if (!std::exchange(wire.openAtServer, false))
        return;
    if (m_room && wire.life == m_life)
        m_room->disconnected(id, now());
}

void Fleet::up(core::ConnectionId id, QByteArray message)
{
    Wire &wire = m_wires[id];
    wire.lastUpUs = std::max(wire.lastUpUs + 1, m_nowUs + delay());
    at(wire.lastUpUs - m_nowUs, [this, id, message = std::move(message)] {
        const Wire &arrivedOn = m_wires[id];
        if (arrivedOn.openAtServer && m_room && arrivedOn.life == m_life)
            serve(id, message);
    });
}

void Fleet::serve(core::ConnectionId id, const QByteArray &message)
{
    if (!isV2(m_wires[id].device)) {
        m_room->received(id, message, now());
        return;
    }
    auto decoded = v2::decodeFromDevice(message, "r");
    if (decoded)
        m_room->receivedV2(id, std::move(*decoded), now());
    else
        fail("a message was refused: " + decoded.error().refusal.message + " in " + message);
}

void Fleet::act(std::size_t number)
{
    if (isV2(number)) {
        ++m_tally.changes;
        FleetDevice &device = *m_devices[number];
        const QByteArray made = device.act(m_random, now().wallMs);
        if (m_trace)
            std::printf("%9.3f %s makes %s\n", double(m_nowUs) / 1e6, device.id().constData(),
                        made.constData());
        if (chance(5))
            device.keepCopy();
        push(number);
        return;
    }
    Tablet &tablet = m_tablets[number - m_devices.size()];
    if (tablet.wire == 0)
        return;
    ++m_tally.classicActions;
    const std::array<QByteArray, 4> statuses{"pending", "preparing", "completed", "cancelled"};
    UserAction action;
    action.number = ++m_actions;
    action.tablet = tablet.app.tablet();
    // Of a person only the second message says who it is.
    const std::array<std::pair<DataType, char>, 4> kinds{{{DataType::Orders, 'o'},
                                                          {DataType::Orders, 'o'},
                                                          {DataType::MenuItems, 'm'},
                                                          {DataType::Users, 'u'}}};
    const auto [dataType, kind] = kinds[pick(kinds.size())];
    action.dataType = dataType;
    action.entityId = kind + QByteArray::number(pick(3));
    action.action = chance(10) ? Action::Created : Action::Updated;
    if (dataType == DataType::Users && chance(15))
        action.action = Action::Deleted;
    action.fields = chance(50) ? "\"status\":\"" + statuses[pick(4)] + '"'
                               : "\"note\":" + QByteArray::number(action.number);
    const SimApp::Messages messages = tablet.app.perform(action, now().wallMs);
    if (m_trace)
        std::printf("%9.3f %s makes %s\n", double(m_nowUs) / 1e6, tablet.app.deviceId().constData(),
                    messages.typed.constData());
    up(tablet.wire, messages.typed);
    up(tablet.wire, messages.dataChange);
}

void Fleet::push(std::size_t number)
{
    FleetDevice &device = *m_devices[number];
    const core::ConnectionId wire = m_deviceWires[number];
    if (wire == 0 || !device.isConnected)
        return;
    for (QByteArray &message : device.messages(m_random, now().wallMs))
        up(wire, std::move(message));
    if (device.hasHungUp())
        cut(wire, true);
}

void Fleet::deliver(std::span<const core::ConnectionId> to, std::span<const QByteArray> messages)
{
    for (const core::ConnectionId id : to) {
        Wire &wire = m_wires[id];
        for (const QByteArray &message : messages) {
            wire.lastDownUs = std::max(wire.lastDownUs + 1, m_nowUs + delay());
            at(wire.lastDownUs - m_nowUs, [this, id, message] {
                const Wire &down = m_wires[id];
                if (!down.openAtDevice)
                    return;
                if (!isV2(down.device)) {
                    m_tablets[down.device - m_devices.size()].app.receive(message);
                    return;
                }
                FleetDevice &device = *m_devices[down.device];
                if (m_trace)
                    std::printf("%9.3f %s gets %s\n", double(m_nowUs) / 1e6,
                                device.id().constData(), message.constData());
                if (const QByteArray fault = device.receive(message, now().wallMs); !fault.isEmpty())
                    fail(fault);
                push(down.device);
            });
        }
    }
}

void Fleet::ping(core::ConnectionId id, quint64 barrier)
{
    Wire &wire = m_wires[id];
    wire.lastDownUs = std::max(wire.lastDownUs + 1, m_nowUs + delay());
    at(wire.lastDownUs - m_nowUs, [this, id, barrier] {
        Wire &down = m_wires[id];
        if (!down.openAtDevice || down.life != m_life)
            return;
        down.lastUpUs = std::max(down.lastUpUs + 1, m_nowUs + delay());
        at(down.lastUpUs - m_nowUs, [this, id, barrier] {
            const Wire &arrivedOn = m_wires[id];
            if (arrivedOn.openAtServer && m_room && arrivedOn.life == m_life)
                m_room->confirmed(id, barrier, now());
        });
    });
}

void Fleet::close(core::ConnectionId id, quint16, const QByteArray &)
{
    at(delay(), [this, id] {
        cut(id, true);
        closeAtServer(id);
    });
}

void Fleet::readPage(core::ConnectionId id, quint64 fromSeq)
{
    at(static_cast<qint64>(pick(5'000)), [this, id, fromSeq, life = m_life] {
        if (life != m_life || !m_room)
            return;
        const bool gone = m_journal.floor() >= fromSeq;
        const auto blocks = m_journal.read(fromSeq, 1 + pick(5));
        m_room->pageRead(id, fromSeq, gone ? std::vector<core::JournalBlock>() : blocks, gone,
                         now());
    });
}

void Fleet::restoreBackup()
{
    // What was acknowledged since the backup is gone, and every device hears of it by the epoch.
    if (!m_backup || !m_room)
        return;
    ++m_tally.restores;
    m_wasRestored = true;
    crashServer();
    m_journal = m_backup->restored("e" + QByteArray::number(m_life));
    m_backup.reset();
    for (const auto &device : m_devices)
        device->forgetOutcomes();
}

void Fleet::misbehave()
{
    if (m_isHealing)
        return;
    const std::size_t number = pick(m_devices.size() + m_tablets.size());
    switch (pick(7)) {
    case 0:
        crashServer();
        return;
    case 5:
        if (!m_backup)
            m_backup = m_journal;
        return;
    case 6:
        if (chance(40))
            restoreBackup();
        return;
    case 1:
        for (std::size_t i = 0; i < m_devices.size() + m_tablets.size(); ++i) {
            if (wireOf(i) != 0)
                cut(wireOf(i), chance(70));
        }
        return;
    case 2:
        // The tablet was set up anew from a copy, or lay in a drawer; what it made is kept.
        if (isV2(number)) {
            if (wireOf(number) != 0)
                cut(wireOf(number), true);
            m_devices[number]->restoreCopy();
            ++m_tally.oldReplicas;
        }
        return;
    default:
        if (wireOf(number) != 0)
            cut(wireOf(number), chance(70));
    }
}

} // namespace possync::sim
