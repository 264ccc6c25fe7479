// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/simulation.h"

#include "common/model/jsontext.h"
#include "console/remote/recordcomparison.h"
#include "console/remote/sdkdevice.h"
#include "console/remote/simwork.h"

#include <QUuid>
#include <deque>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

constexpr int stepMs = 5;
constexpr qint64 connectPatienceUs = 30'000'000;
/// Complete, and then silent for so long: nothing comes twice any more.
constexpr qint64 quietUs = 1'000'000;
constexpr qint64 strikeEveryUs = 100'000;

using Field = std::pair<QByteArray, QByteArray>;

} // namespace

struct Simulation::Actor {
    QString restaurant;
    int place = 0;                     ///< In the restaurant, from 0.
    std::unique_ptr<FaultRelay> relay; ///< In front of the server, where a fault needs it.
    std::unique_ptr<VirtualDevice> device;
    Judge::Device number = 0;
    qint64 thereSinceUs = 0;
    qint64 backAtUs = -1; ///< Offline by fault until then.
    std::vector<Judge::Marker> unconfirmed;
    QByteArray prefix; ///< Ids of its entities begin so, in this run alone.
    SimWork work{QByteArray()};
    /// Held back by fault until then, in their order.
    std::deque<std::pair<VirtualDevice::Action, SendFault>> held;
    qint64 heldUntilUs = 0;
    qint64 slowUntilUs = 0; ///< Its network is, by fault.
    qint64 clockSkewMs = 0;
};

std::optional<std::size_t> markerOf(const QByteArray &data)
{
    json::Members members;
    if (!json::parseObject(data, members))
        return std::nullopt;
    const json::Member *marker = json::find(members, "sim_marker");
    bool isNumber = false;
    const auto number = marker ? marker->value.toULongLong(&isNumber) : 0;
    return isNumber ? std::optional<std::size_t>(number) : std::nullopt;
}

Simulation::Simulation(SimulationPlan plan, QObject *parent)
    : QObject(parent)
    , m_plan(std::move(plan))
    , m_rest(m_plan.server)
    , m_run("\"sim_run\":\"" + QUuid::createUuid().toByteArray(QUuid::Id128) + '"')
    , m_chance(m_plan.seed)
{
    m_rest.setToken(m_plan.token);
    m_rest.setTrust(m_plan.trust);
    connect(&m_step, &QTimer::timeout, this, &Simulation::step);
}

Simulation::~Simulation() = default;

void Simulation::start()
{
    m_clock.start();
    m_rest.health(this, [this](const Answer<Health> &health) {
        if (!health) {
            Q_EMIT finished(Unexpected{health.error()});
            return;
        }
        if (!createDevices())
            return;
        m_phaseStartUs = m_lastMoveUs = nowUs();
        m_step.start(stepMs);
    });
}

bool Simulation::isV2(const Actor &actor) const
{
    return m_plan.protocol == SimulationProtocol::V2
           || (m_plan.protocol == SimulationProtocol::Mixed && actor.place % 2 == 1);
}

std::unique_ptr<VirtualDevice> Simulation::createDevice(const Actor &actor)
{
    const QString id = u"sim_device_%1"_s.arg(actor.place + 1, 4, 10, QChar(u'0'));
    const QUrl server = actor.relay ? actor.relay->url() : m_plan.server;
    if (isV2(actor))
        return std::make_unique<SdkDevice>(server, actor.restaurant, id, m_databases.path());
    ClassicHabits habits;
    habits.retryScale = 0.04; // A run is short.
    habits.maxAttempts = std::numeric_limits<int>::max();
    habits.syncMs = 2000 + below(1000);
    habits.losesBatchOnNetworkError = false;
    return std::make_unique<ClassicDevice>(server, actor.restaurant, id, m_network, habits);
}

bool Simulation::fail(const QString &code, const QString &what, const QString &advice)
{
    m_step.stop();
    Q_EMIT finished(Unexpected{RemoteError{code, what, advice}});
    return false;
}

bool Simulation::equip(Actor &actor)
{
    actor.device = createDevice(actor);
    const auto *sdk = qobject_cast<SdkDevice *>(actor.device.get());
    if (sdk && !sdk->failure().isEmpty())
        return fail(u"no_database"_s, sdk->failure());
    actor.device->setToken(m_plan.token);
    actor.device->setTrust(m_plan.trust);
    actor.device->setClockSkew(actor.clockSkewMs);
    connectActor(actor);
    return true;
}

bool Simulation::createDevices()
{
    for (int r = 0; r < m_plan.restaurants; ++r) {
        const QString restaurant = u"sim-%1-%2"_s.arg(m_plan.seed).arg(r + 1);
        for (int d = 0; d < m_plan.devices; ++d) {
            auto actor = std::make_unique<Actor>();
            actor->restaurant = restaurant;
            actor->place = d;
            if (m_plan.faults.slowReader || (m_plan.faults.reorder && isV2(*actor))) {
                actor->relay = std::make_unique<FaultRelay>(m_plan.server);
                if (actor->relay->url().isEmpty())
                    return fail(
                        u"no_relay"_s,
                        u"A slow network can only be made in front of a server without TLS."_s,
                        u"Leave out slow-reader, and reorder for v2 devices."_s);
            }
            if (!equip(*actor))
                return false;
            actor->prefix = actor->device->deviceId().toUtf8() + '-' + m_run.last(7).chopped(1);
            actor->work = SimWork(actor->prefix);
            actor->number = m_judge.addDevice(restaurant.toUtf8());
            actor->device->connectToServer();
            m_actors.push_back(std::move(actor));
        }
    }
    return true;
}

void Simulation::connectActor(Actor &actor)
{
    VirtualDevice *device = actor.device.get();
    connect(device, &VirtualDevice::registered, this, [this, &actor] {
        actor.thereSinceUs = nowUs();
        m_lastMoveUs = actor.thereSinceUs;
    });
    connect(device, &VirtualDevice::connectionLost, this, [this, &actor] { left(actor); });
    connect(device, &VirtualDevice::syncConfirmed, this, [this, &actor] {
        if (actor.device->pendingCount() == 0)
            actor.unconfirmed.clear();
        m_lastMoveUs = nowUs();
    });
    connect(device, &VirtualDevice::changeApplied, this,
            [this, &actor](const VirtualDevice::Applied &change) { take(actor, change); });
    connect(device, &VirtualDevice::recordReplaced, this,
            [this, &actor](const VirtualDevice::Applied &record) { takeReplaced(actor, record); });
}

void Simulation::left(Actor &actor)
{
    for (const Judge::Marker marker : actor.unconfirmed)
        m_judge.defer(marker);
    actor.unconfirmed.clear();
    // What was missed comes on the next connection before it is registered: no latency.
    actor.thereSinceUs = std::numeric_limits<qint64>::max();
}

void Simulation::take(Actor &receiver, const VirtualDevice::Applied &change)
{
    m_lastMoveUs = nowUs();
    if (!change.data.contains(m_run)) // Left over from an earlier run with this seed.
        return;
    const auto marker = markerOf(change.data);
    if (!marker || *marker >= m_sentData.size() || isAltered(change.data, *marker)) {
        m_judge.addAltered();
        return;
    }
    m_judge.addDelivery(receiver.number, *marker, m_lastMoveUs, receiver.thereSinceUs);
}

void Simulation::takeReplaced(Actor &receiver, const VirtualDevice::Applied &record)
{
    m_lastMoveUs = nowUs();
    if (!record.data.contains(m_run) || record.entityId.startsWith(receiver.prefix))
        return;
    if (const auto marker = markerOf(record.data))
        m_judge.addRecord(receiver.number, *marker, m_lastMoveUs, receiver.thereSinceUs);
    else
        m_judge.addAltered();
}

/// Where v2 has a part, the fields come as the merge rules made them: each with its text, perhaps
/// in another order, with `id`, and for tables with `status`. Of what overtook each other, a later
/// status stays: then the earlier one comes without.
bool Simulation::isAltered(const QByteArray &received, std::size_t marker) const
{
    const SentData &sent = m_sentData[marker];
    if (received == sent.plain || received == sent.withId)
        return false;
    if (m_plan.protocol == SimulationProtocol::Classic)
        return true;
    const std::vector<Field> was = fieldsWithout("last_sync", sent.withId);
    const std::vector<Field> is = fieldsWithout("last_sync", received);
    const bool mayLoseStatus = !m_judge.isDirect(marker);
    return !std::ranges::all_of(was, [&](const Field &field) {
        return field.first == "id" || (mayLoseStatus && field.first == "status")
               || std::ranges::find(is, field) != is.end();
    }) || !std::ranges::all_of(is, [&was](const Field &field) {
        return field.first == "id" || field.first == "status"
               || std::ranges::find(was, field) != was.end();
    });
}

void Simulation::step()
{
    const qint64 now = nowUs();
    switch (m_phase) {
    case Phase::Connecting:
        if (std::ranges::all_of(m_actors,
                                [](const auto &a) { return a->device->isRegistered(); })) {
            m_phase = Phase::Working;
            m_phaseStartUs = now;
        } else if (now - m_phaseStartUs > connectPatienceUs) {
            const Progress so = progress();
            fail(u"not_connected"_s,
                 u"Only %1 of %2 devices could connect."_s.arg(so.connected).arg(so.devices),
                 u"The server's log says why."_s);
        }
        break;
    case Phase::Working:
        work(now);
        break;
    case Phase::Healing:
        heal(now);
        break;
    case Phase::Comparing:
        break;
    }
}

void Simulation::work(qint64 now)
{
    const double elapsed = static_cast<double>(now - m_phaseStartUs) / 1e6;
    const auto due = static_cast<std::size_t>(std::min(elapsed, m_plan.seconds) * m_plan.rate);
    while (m_judge.actionCount() < due)
        act(*m_actors[static_cast<std::size_t>(below(static_cast<int>(m_actors.size())))], nowUs());
    if (now - m_lastStrikeUs > strikeEveryUs) {
        m_lastStrikeUs = now;
        strike();
    }
    if (elapsed >= m_plan.seconds) {
        m_phase = Phase::Healing;
        m_phaseStartUs = m_lastMoveUs = now;
    }
}

void Simulation::act(Actor &actor, qint64 now)
{
    VirtualDevice &device = *actor.device;
    const SimTask task = actor.work.next(m_chance);
    const bool isSdk = isV2(actor);
    if (actor.held.empty() && isStruck(m_plan.faults.delay, "delay", 0.1))
        actor.heldUntilUs = now + below(300'000);
    const bool isHeld = now < actor.heldUntilUs || !actor.held.empty();
    const bool isDirect = device.isRegistered() && !isHeld;
    const Judge::Marker marker = m_judge.addAction(actor.number, task.entity, now, isDirect);
    const QByteArray data =
        '{' + task.fields + ",\"sim_marker\":" + QByteArray::number(marker) + ',' + m_run + '}';
    m_sentData.push_back({data, wire::withId(data, QString::fromUtf8(task.entity))});
    SendFault fault;
    // A v2 device is cut off for it, and then away for a while.
    fault.repeatsTwin = isStruck(m_plan.faults.dup, "dup", isSdk ? 0.03 : 0.3);
    fault.twinFirst = !isSdk && isStruck(m_plan.faults.reorder, "reorder", 0.3);
    fault.syncsAtOnce = !isSdk && m_plan.faults.reorder && happens(0.1);
    if (isDirect)
        actor.unconfirmed.push_back(marker);
    if (isHeld)
        actor.held.push_back({{task.type, task.action, task.entity, data}, fault});
    else
        device.send({task.type, task.action, task.entity, data}, fault);
}

void Simulation::release(Actor &actor, qint64 now)
{
    if (now < actor.heldUntilUs)
        return;
    for (const auto &[action, fault] : std::exchange(actor.held, {}))
        actor.device->send(action, fault);
}

bool Simulation::isStruck(bool isWanted, const char *fault, double probability)
{
    if (!isWanted)
        return false;
    int &count = m_strikes[QString::fromLatin1(fault)];
    const double elapsed = static_cast<double>(nowUs() - m_phaseStartUs) / 1e6;
    const bool isDue = happens(probability) || (count == 0 && elapsed > m_plan.seconds / 2);
    count += isDue;
    return isDue;
}

/// What happens to the bytes and the clock of a device, whether it is connected or not.
void Simulation::strikeNetwork(Actor &actor, qint64 now)
{
    if (isStruck(m_plan.faults.clockSkew, "clock-skew", 0.02)) {
        constexpr int dayMs = 86'400'000;
        actor.clockSkewMs = below(4 * dayMs) - 2 * dayMs;
        actor.device->setClockSkew(actor.clockSkewMs);
    }
    if (!actor.relay || now < actor.slowUntilUs)
        return;
    actor.relay->setSlowReader(false);
    actor.relay->setDelay(0);
    if (isStruck(m_plan.faults.slowReader, "slow-reader", 0.02)) {
        actor.relay->setSlowReader(true);
        actor.slowUntilUs = now + 200'000 + below(1'000'000);
    } else if (isStruck(m_plan.faults.reorder && isV2(actor), "reorder", 0.1)) {
        // One connection keeps its order: what it brings falls behind what others bring.
        actor.relay->setDelay(20 + below(200));
        actor.slowUntilUs = now + 100'000 + below(400'000);
    }
}

/// The app is killed and started again, with what it keeps on its disk.
bool Simulation::restart(Actor &actor)
{
    const auto *classic = qobject_cast<ClassicDevice *>(actor.device.get());
    std::optional<ClassicDevice::Memory> memory;
    if (classic)
        memory = classic->memory();
    else
        actor.device->killConnection(); // or it would say goodbye
    left(actor);
    actor.device.reset();
    if (!equip(actor))
        return false;
    if (memory)
        qobject_cast<ClassicDevice *>(actor.device.get())->restore(*std::move(memory));
    actor.device->connectToServer();
    return true;
}

void Simulation::strike()
{
    const qint64 now = nowUs();
    for (const auto &actor : m_actors) {
        release(*actor, now);
        strikeNetwork(*actor, now);
        if (actor->backAtUs >= 0) {
            if (now < actor->backAtUs)
                continue;
            actor->backAtUs = -1;
            actor->device->connectToServer();
        } else if (isStruck(m_plan.faults.offline, "offline", 0.02)) {
            actor->backAtUs = now + 200'000 + below(2'000'000);
            actor->device->goOffline();
        } else if (isStruck(m_plan.faults.killClient, "kill-client", 0.02)) {
            if (!restart(*actor))
                return;
        } else if (actor->device->isRegistered()
                   && isStruck(m_plan.faults.killConnection, "kill-connection", 0.02)) {
            actor->device->killConnection();
        }
    }
}

void Simulation::heal(qint64 now)
{
    std::size_t pending = 0;
    bool isAllThere = true;
    for (const auto &actor : m_actors) {
        actor->backAtUs = -1;
        if (actor->relay) {
            actor->relay->setSlowReader(false);
            actor->relay->setDelay(0);
        }
        release(*actor, actor->heldUntilUs);
        if (actor->device->isOffline())
            actor->device->connectToServer();
        else
            actor->device->syncNow();
        pending += actor->device->pendingCount();
        isAllThere = isAllThere && actor->device->isRegistered();
    }
    if (pending != m_pendingSeen) {
        m_pendingSeen = pending;
        m_lastMoveUs = now;
    }
    const bool isComplete =
        pending == 0 && isAllThere && m_judge.deliveredCount() == m_judge.expectedCount();
    if (now - m_lastMoveUs > (isComplete ? quietUs : m_plan.lostAfterMs * qint64(1000)))
        compare();
}

void Simulation::compare()
{
    m_phase = Phase::Comparing;
    m_step.stop();
    if (m_judge.actionCount() == 0) {
        conclude();
        return;
    }
    m_recordsAwaited = m_plan.restaurants;
    for (int r = 0; r < m_plan.restaurants; ++r) {
        const QString restaurant = u"sim-%1-%2"_s.arg(m_plan.seed).arg(r + 1);
        m_rest.records(restaurant, this, [this, restaurant](const Answer<RecordList> &records) {
            // No answer leaves the records missing, which counts as a difference.
            takeRecords(restaurant, records ? *records : RecordList());
            if (--m_recordsAwaited == 0)
                conclude();
        });
    }
}

void Simulation::takeRecords(const QString &restaurant, const RecordList &records)
{
    for (const auto &[typeName, list] : records) {
        const auto type = dataTypeFromName(typeName);
        for (const EntityRecord &record : list) {
            const auto marker = record.data.contains(m_run) ? markerOf(record.data) : std::nullopt;
            if (!marker)
                continue;
            m_judge.setServerRecord(restaurant.toUtf8(), record.id, *marker);
            if (type && !isHeldByAll(restaurant, *type, record))
                ++m_recordsDiffering;
        }
    }
}

bool Simulation::isHeldByAll(const QString &restaurant, DataType type,
                             const EntityRecord &record) const
{
    const std::vector<Field> expected = fieldsWithout("last_sync", record.data);
    return std::ranges::all_of(m_actors, [&](const auto &actor) {
        if (actor->device->restaurant() != restaurant)
            return true;
        // The app cannot tell whom a typed user_update is about; and an owner wrote its records in
        // the order of its own deeds, of which the server may have heard otherwise.
        if (!actor->device->isExact()
            && (type == DataType::Users || record.id.startsWith(actor->prefix)))
            return true;
        const QByteArray held = actor->device->record(type, record.id);
        return fieldsWithout("last_sync", held) == expected;
    });
}

void Simulation::conclude()
{
    Verdict verdict = m_judge.verdict();
    verdict.differing += m_recordsDiffering;
    verdict.identical = verdict.differing == 0;
    verdict.strikes = m_strikes;
    m_actors.clear();
    Q_EMIT finished(verdict);
}

Simulation::Progress Simulation::progress() const
{
    Progress p;
    p.phase = m_phase;
    p.devices = m_plan.restaurants * m_plan.devices;
    p.connected = static_cast<int>(std::ranges::count_if(
        m_actors, [](const auto &actor) { return actor->device->isRegistered(); }));
    p.sent = static_cast<qint64>(m_judge.actionCount());
    p.delivered = m_judge.deliveredCount();
    p.expected = m_judge.expectedCount();
    if (m_phase == Phase::Working)
        p.secondsLeft =
            std::max(0.0, m_plan.seconds - static_cast<double>(nowUs() - m_phaseStartUs) / 1e6);
    return p;
}

} // namespace possync::remote
