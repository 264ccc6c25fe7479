// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/simworld.h"

#include <cstdio>

namespace possync::sim {
namespace {

constexpr qint64 postIntervalUs = 10 * second;

} // namespace

World::World(quint64 seed, bool trace, unsigned retiringPercent)
    : History(seed, trace)
    , m_slowDisk(seed % 5 == 0)
    , m_oneAddress(seed % 2 == 0)
    , m_journal("e1e1e1e1e1")
{
    m_slowNetwork = chance(30);
    m_retires = retiringPercent > 0 && chance(retiringPercent);
    const int tablets = static_cast<int>(2 + pick(4));
    const bool shareAnId = chance(25);
    for (int i = 0; i < tablets; ++i) {
        const bool twin = shareAnId && i == 1;
        m_tablets.push_back({SimApp(i, "pos_device_" + QByteArray::number(twin ? 0 : i)), 0, 0, 0,
                             false, false, 0});
        m_tablets.back().skewMs =
            chance(30) ? static_cast<qint64>(pick(172'800'000)) - 86'400'000 : 0;
    }
}

World::~World() = default;

QByteArray World::run()
{
    startServer();
    const qint64 activeUs = static_cast<qint64>(5 + pick(60)) * second;
    const quint64 actions = 5 + pick(60);
    for (int i = 0; i < static_cast<int>(m_tablets.size()); ++i) {
        // Most join at the start, some in the middle: those must not be given the past.
        at(chance(80) ? static_cast<qint64>(pick(100'000))
                      : static_cast<qint64>(pick(quint64(activeUs))),
           [this, i] { connect(i); });
        at(postIntervalUs + static_cast<qint64>(pick(second)), [this, i] { post(i); });
    }
    for (quint64 i = 0; i < actions; ++i) {
        at(static_cast<qint64>(pick(quint64(activeUs))),
           [this] { act(static_cast<int>(pick(m_tablets.size()))); });
    }
    const quint64 faults = pick(12);
    for (quint64 i = 0; i < faults; ++i)
        at(static_cast<qint64>(pick(quint64(activeUs))), [this] { misbehave(); });
    at(activeUs, [this] {
        m_healing = true;
        if (!m_room)
            startServer();
    });
    // Long enough for every back-off, every post and every dead connection to be found.
    const qint64 endUs = activeUs + 200 * second;
    runUntil(endUs, [this] { flushServer(); });
    if (m_failure.isEmpty())
        checkJournal();
    if (m_failure.isEmpty())
        checkTablets();
    if (m_failure.isEmpty())
        checkReplay();
    if (m_failure.isEmpty())
        checkRecords();
    return m_failure;
}

void World::startServer()
{
    ++m_life;
    core::Room::Options options;
    options.tailBytes = chance(50) ? 2000 : 1'000'000; // small: catch-up must read the journal
    options.batchChanges = static_cast<int>(1 + pick(20));
    options.windowBytes = static_cast<qint64>(500 + pick(20'000));
    m_room = std::make_unique<core::Room>("r", *this, options);
    m_blocksInFlight.clear();
    m_commitScheduled = false;
    m_tickScheduled = false;
    if (!m_room->open(m_journal.image(), now()))
        fail("the room could not be opened");
}

void World::crashServer()
{
    if (!m_room)
        return;
    ++m_tally.serverCrashes;
    m_room.reset();
    if (m_trace)
        std::printf("%9.3f server crashed\n", double(m_nowUs) / 1e6);
    ++m_life;
    m_journal.crash(m_random);
    for (auto &[id, wire] : m_wires) {
        if (wire.openAtServer || wire.openAtDevice)
            cut(id, true);
    }
    at(static_cast<qint64>(pick(3 * second)), [this] {
        if (!m_room)
            startServer();
    });
}

void World::flushServer()
{
    if (!m_room)
        return;
    if (m_room->hasBlock()) {
        m_journal.append(m_room->takeBlock());
        m_blocksInFlight.push_back(m_room->lastBlock());
    }
    if (!m_blocksInFlight.empty() && !m_commitScheduled) {
        m_commitScheduled = true;
        const quint64 longest = m_slowDisk && !m_healing ? 4'000'000 : chance(10) ? 200'000 : 3'000;
        at(static_cast<qint64>(100 + pick(longest)), [this, life = m_life] {
            if (life == m_life)
                commitQueued();
        });
    }
    if (m_room->wantsTick() && !m_tickScheduled) {
        m_tickScheduled = true;
        at(50'000, [this, life = m_life] {
            if (life != m_life)
                return;
            m_tickScheduled = false;
            m_room->tick(now());
            if (m_room->hasDirtyState() && !m_room->hasBlock() && chance(20))
                m_journal.save(m_room->takeState());
            m_journal.writeSome(m_random);
            if (m_retires && !m_healing && chance(5))
                m_journal.retire(m_random);
        });
    }
}

void World::commitQueued()
{
    m_commitScheduled = false;
    if (!m_healing && chance(2)) {
        ++m_tally.failedCommits;
        if (m_trace)
            std::printf("%9.3f commit failed\n", double(m_nowUs) / 1e6);
        m_journal.fail();
        m_blocksInFlight.clear();
        if (!m_room->open(m_journal.image(), now()))
            fail("the room could not be reopened");
        return;
    }
    m_journal.commit();
    const quint64 last = m_blocksInFlight.back();
    m_blocksInFlight.clear();
    m_room->committed(last, now());
}

void World::connect(int tablet)
{
    Tablet &device = m_tablets[static_cast<std::size_t>(tablet)];
    if (device.wire != 0)
        return;
    const core::ConnectionId id = m_nextWire++;
    m_wires[id] = {id, tablet, true, false, 0, 0, m_life, 0};
    device.wire = id;
    at(delay(), [this, id] {
        Wire &wire = m_wires[id];
        if (!wire.openAtDevice)
            return;
        if (!m_room) {
            cut(id, false);
            return;
        }
        Tablet &arriving = m_tablets[static_cast<std::size_t>(wire.tablet)];
        wire.openAtServer = true;
        wire.life = m_life;
        arriving.attempt = 0;
        wire.headAtConnect = m_room->head();
        if (m_trace)
            std::printf("%9.3f tablet %d (%s) on wire %llu\n", double(m_nowUs) / 1e6, wire.tablet,
                        arriving.app.deviceId().constData(), static_cast<unsigned long long>(id));
        const QByteArray host = "10.0.0." + QByteArray::number(m_oneAddress ? 1 : wire.tablet);
        m_room->connected(id, arriving.app.deviceId(), host, host + ":1", std::nullopt, now());
        if (m_trace)
            std::printf("          starts after seq %llu of %llu\n",
                        static_cast<unsigned long long>(m_room->connections().at(id).sentSeq),
                        static_cast<unsigned long long>(m_room->head()));
        up(id, arriving.app.registration(now().wallMs + arriving.skewMs));
    });
}

void World::cut(core::ConnectionId id, bool serverNotices)
{
    Wire &wire = m_wires[id];
    Tablet &device = m_tablets[static_cast<std::size_t>(wire.tablet)];
    if (wire.openAtDevice) {
        wire.openAtDevice = false;
        ++m_tally.cuts;
        if (device.wire == id)
            device.wire = 0;
        // Five seconds times the attempt; connectivity changes start it over.
        device.attempt = std::min(device.attempt + 1, 6);
        at(m_healing || chance(50) ? device.attempt * 5 * second
                                   : static_cast<qint64>(pick(second)),
           [this, tablet = wire.tablet] { connect(tablet); });
    }
    if (!wire.openAtServer)
        return;
    // Otherwise the connection is half open until pings go unanswered.
    at(serverNotices ? delay() : 33 * second, [this, id] { closeAtServer(id); });
}

void World::closeAtServer(core::ConnectionId id)
{
    Wire &wire = m_wires[id];
    if (!wire.openAtServer)
        return;
    wire.openAtServer = false;
    if (m_trace)
        std::printf("%9.3f wire %llu closed\n", double(m_nowUs) / 1e6,
                    static_cast<unsigned long long>(id));
    if (m_room && wire.life == m_life)
        m_room->disconnected(id, now());
}

void World::up(core::ConnectionId id, QByteArray message)
{
    Wire &wire = m_wires[id];
    wire.lastUpUs = std::max(wire.lastUpUs + 1, m_nowUs + delay());
    at(wire.lastUpUs - m_nowUs, [this, id, message = std::move(message)] {
        const Wire &arrived = m_wires[id];
        if (!arrived.openAtServer || !m_room || arrived.life != m_life)
            return;
        m_room->received(id, message, now());
    });
}

void World::act(int tablet)
{
    Tablet &device = m_tablets[static_cast<std::size_t>(tablet)];
    UserAction action;
    action.number = m_actions.size() + 1;
    action.tablet = tablet;
    action.dataType = allDataTypes[pick(allDataTypes.size())];
    const auto actions = actionsOf(action.dataType);
    action.action = actions[pick(actions.size())];
    action.entityId = typedIdField(action.dataType).toByteArray() + QByteArray::number(pick(3));
    action.fields = "\"action_no\":" + QByteArray::number(action.number)
                    + ",\"price\":" + QByteArray::number(pick(100)) + ".50,\"f"
                    + QByteArray::number(pick(3)) + "\":\"v\"";
    m_actions.push_back(action);
    m_sentOn.push_back(0);
    ++m_tally.actions;
    if (m_trace)
        std::printf("%9.3f tablet %d did action %llu, wire %llu\n", double(m_nowUs) / 1e6, tablet,
                    static_cast<unsigned long long>(action.number),
                    static_cast<unsigned long long>(device.wire));
    const SimApp::Messages messages = device.app.perform(action, now().wallMs + device.skewMs);
    if (device.wire != 0 && m_wires[device.wire].openAtServer) {
        m_sentOn.back() = device.wire;
        up(device.wire, messages.typed);
        up(device.wire, messages.dataChange);
    }
}

void World::post(int tablet)
{
    at(postIntervalUs, [this, tablet] { post(tablet); });
    Tablet &device = m_tablets[static_cast<std::size_t>(tablet)];
    if (device.posting || (!m_healing && device.wire == 0 && chance(50)))
        return; // offline: the queue waits
    const QByteArray body = device.app.takePost();
    if (body.isEmpty())
        return;
    device.posting = true;
    const core::RequestId request = m_nextPost++;
    Post &post = m_posts[request];
    post.tablet = tablet;
    json::Members members;
    std::vector<QByteArrayView> elements;
    json::splitObject(body, members);
    json::splitArray(json::find(members, "changes")->value, elements);
    for (const QByteArrayView element : elements) {
        json::splitObject(element, members);
        post.actions.push_back(actionNumber(json::find(members, "data")->value));
    }
    const bool lost = !m_healing && chance(8);
    at(delay(), [this, request, body, lost] {
        if (lost && chance(50)) {
            // Never arrived. The app's own bug loses the batch.
            ++m_tally.lostPosts;
            m_tablets[static_cast<std::size_t>(m_posts[request].tablet)].posting = false;
            return;
        }
        postArrived(request, body);
        if (lost) {
            ++m_tally.lostPosts;
            m_tablets[static_cast<std::size_t>(m_posts[request].tablet)].posting = false;
            m_posts[request].tablet = -1; // the answer never reaches the app
        }
    });
}

void World::postArrived(core::RequestId request, QByteArray body)
{
    Post &post = m_posts[request];
    if (!m_room) {
        m_tablets[static_cast<std::size_t>(post.tablet)].posting = false;
        return;
    }
    auto sync = classic::decodeSync(body);
    if (!sync) {
        fail("the server cannot read a post: " + sync.error().message);
        return;
    }
    post.life = m_life;
    m_room->syncPosted(request, std::move(*sync), now());
    // A server that dies takes the connection with it: the app sees an exception.
    at(20 * second, [this, request] {
        const Post &late = m_posts[request];
        if (late.life != m_life && late.tablet >= 0)
            m_tablets[static_cast<std::size_t>(late.tablet)].posting = false;
    });
}

void World::replySync(core::RequestId request, const core::SyncReply &reply)
{
    Post &post = m_posts[request];
    if (reply.stored && reply.results.size() != post.actions.size())
        fail("a post was answered with another number of results");
    at(delay(), [this, request, reply, life = m_life] {
        const Post &answered = m_posts[request];
        if (answered.tablet < 0 || life != m_life)
            return;
        Tablet &device = m_tablets[static_cast<std::size_t>(answered.tablet)];
        device.posting = false;
        if (!reply.stored) {
            device.app.postRefused();
            return;
        }
        for (std::size_t i = 0; i < reply.results.size(); ++i) {
            if (reply.results[i].outcome == core::Outcome::Rejected)
                fail("a good change was rejected: " + reply.results[i].refusal.message);
            m_owed.insert(answered.actions[i]);
        }
    });
}

void World::deliver(std::span<const core::ConnectionId> to, std::span<const QByteArray> messages)
{
    for (const core::ConnectionId id : to) {
        Wire &wire = m_wires[id];
        for (const QByteArray &message : messages) {
            wire.lastDownUs = std::max(wire.lastDownUs + 1, m_nowUs + delay());
            at(wire.lastDownUs - m_nowUs, [this, id, message] {
                const Wire &arrived = m_wires[id];
                if (!arrived.openAtDevice || arrived.life != m_life)
                    return;
                Tablet &device = m_tablets[static_cast<std::size_t>(arrived.tablet)];
                ++m_tally.relayed;
                if (const quint64 number = device.app.receive(message)) {
                    m_owed.insert(number);
                    if (m_trace)
                        std::printf("%9.3f tablet %d applied action %llu %s\n",
                                    double(m_nowUs) / 1e6, arrived.tablet,
                                    static_cast<unsigned long long>(number), message.constData());
                } else if (!device.joined && message.startsWith("{\"type\":\"registered\"")) {
                    device.joined = true;
                    if (m_trace)
                        std::printf("%9.3f tablet %d joined\n", double(m_nowUs) / 1e6,
                                    arrived.tablet);
                    device.joinSeq = arrived.headAtConnect;
                }
            });
        }
    }
}

void World::close(core::ConnectionId id, quint16, const QByteArray &)
{
    at(delay(), [this, id] { cut(id, true); });
}

void World::ping(core::ConnectionId id, quint64 barrier)
{
    Wire &wire = m_wires[id];
    wire.lastDownUs = std::max(wire.lastDownUs + 1, m_nowUs + delay());
    at(wire.lastDownUs - m_nowUs, [this, id, barrier] {
        Wire &down = m_wires[id];
        if (!down.openAtDevice || down.life != m_life)
            return;
        down.lastUpUs = std::max(down.lastUpUs + 1, m_nowUs + delay());
        at(down.lastUpUs - m_nowUs, [this, id, barrier] {
            const Wire &arrived = m_wires[id];
            if (arrived.openAtServer && m_room && arrived.life == m_life)
                m_room->confirmed(id, barrier, now());
        });
    });
}

void World::readPage(core::ConnectionId connection, quint64 fromSeq)
{
    at(static_cast<qint64>(100 + pick(5'000)), [this, connection, fromSeq, life = m_life] {
        if (life == m_life && m_room)
            m_room->pageRead(connection, fromSeq, m_journal.read(fromSeq, 1 + pick(10)),
                             m_journal.floor() >= fromSeq, now());
    });
}

void World::applied(const core::StoredChangePtr &stored, std::size_t)
{
    const core::StoredChange &change = *stored;
    const auto device = m_room->devices().all().find(change.originDevice);
    const quint64 number = actionNumber(change.change.data());
    m_appliedUs[number] = m_nowUs;
    if (device != m_room->devices().all().end() && device->second.shared) {
        m_knownShared.insert(number);
    } else if (!change.viaHttp) {
        for (const auto &[id, connection] : m_room->connections()) {
            if (connection.live && change.seq > connection.ownUpTo
                && connection.device->id == change.originDevice
                && m_wires[id].tablet != m_actions[number - 1].tablet)
                m_doubtful.emplace(m_wires[id].tablet, number);
        }
    }
    if (m_trace)
        std::printf("%9.3f stored action %llu as seq %llu\n", double(m_nowUs) / 1e6,
                    static_cast<unsigned long long>(number),
                    static_cast<unsigned long long>(change.seq));
}

void World::refused(const QByteArray &, const classic::Refusal &refusal)
{
    if (refusal.code != "storage_unavailable")
        fail("refused a good message: " + refusal.message);
}

void World::sharedDeviceId(const QByteArray &id)
{
    ++m_tally.sharedIds;
    m_knownSharedFrom = m_room->head();
    std::set<int> present;
    for (const auto &[wire, connection] : m_room->connections()) {
        if (connection.device->id == id)
            present.insert(m_wires[wire].tablet);
    }
    for (const auto &doubt : m_doubtful) {
        if (present.contains(doubt.first) && m_nowUs - m_appliedUs[doubt.second] < 290 * second)
            m_doubtSettled.insert(doubt);
    }
    if (m_trace)
        std::printf("%9.3f %s is shared\n", double(m_nowUs) / 1e6, id.constData());
}

void World::misbehave()
{
    if (m_healing)
        return;
    switch (pick(4)) {
    case 0:
        crashServer();
        break;
    case 1:
        // The room loses power: every connection at once.
        for (auto &[id, wire] : m_wires) {
            if (wire.openAtDevice)
                cut(id, chance(70));
        }
        break;
    default: {
        const Tablet &device = m_tablets[pick(m_tablets.size())];
        if (device.wire != 0)
            cut(device.wire, chance(70));
    }
    }
}

} // namespace possync::sim
