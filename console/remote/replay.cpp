// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/replay.h"

#include "common/model/jsontext.h"
#include "console/remote/classicdevice.h"
#include "console/remote/recordcomparison.h"
#include "console/remote/recorder.h"
#include "console/remote/sdkdevice.h"
#include "console/remote/wire.h"

#include <QDateTime>
#include <QUuid>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

constexpr int tickMs = 5;
constexpr qint64 connectPatienceUs = 30'000'000;
/// Complete, and then silent for so long: nothing comes twice any more.
constexpr qint64 quietUs = 500'000;
/// What one device has sent and nobody confirmed yet. The app posts all of it in one body, which
/// must stay below the server's limit.
constexpr std::size_t mostPending = 200;
constexpr qsizetype mostPendingBytes = 256 * 1024;
/// Changes of one device before others have their turn.
constexpr int mostAtOnce = 20;
/// Records put into the test restaurant with one request.
constexpr std::size_t recordsAtOnce = 100;
constexpr qsizetype mostRemarks = 10;

/// What a change is recognised by where its id is not its sender's own. A typed `user_update` does
/// not say whom it is about.
QByteArray contentOf(const QString &device, DataType type, const QByteArray &action,
                     const QByteArray &entity, const QByteArray &data)
{
    QByteArray text = device.toUtf8() + '\n' + dataTypeName(type).toByteArray() + '\n' + action
                      + '\n' + (type == DataType::Users ? QByteArray() : entity);
    for (const auto &[key, value] : fieldsWithout("id", data))
        text += '\n' + key + ':' + value;
    return text;
}

} // namespace

struct Replay::Actor {
    QString deviceId;
    std::unique_ptr<VirtualDevice> device;
    Judge::Device number = 0;
    std::vector<std::size_t> changes; ///< In the recording.
    std::size_t next = 0;
    qsizetype unconfirmedBytes = 0;
    std::vector<Judge::Marker> unconfirmed;
    qint64 thereSinceUs = 0;
    QHash<QByteArray, std::size_t> arrived; ///< How many of the same content.
    Key lastKey;
    qint64 lastSentMs = 0;
    qint64 sent = 0;
};

Replay::Replay(std::shared_ptr<const Recording> recording, ReplayPlan plan, QObject *parent)
    : QObject(parent)
    , m_kept(std::move(recording))
    , m_recording(*m_kept)
    , m_plan(std::move(plan))
    , m_rest(m_plan.server)
    , m_run(QUuid::createUuid().toByteArray(QUuid::Id128).first(12))
{
    m_rest.setToken(m_plan.token);
    m_rest.setTrust(m_plan.trust);
    m_report.recorded = static_cast<qint64>(m_recording.changes.size());
    m_soon.setSingleShot(true);
    connect(&m_tick, &QTimer::timeout, this, &Replay::tick);
    connect(&m_soon, &QTimer::timeout, this, &Replay::tick);
}

Replay::~Replay() = default;

// ---- before it begins --------------------------------------------------------------------------

void Replay::start()
{
    m_clock.start();
    m_rest.health(this, [this](const Answer<Health> &health) {
        if (health)
            askWhoIsThere();
        else
            fail(health.error());
    });
}

void Replay::askWhoIsThere()
{
    m_rest.devices(m_plan.restaurant, this, [this](const Answer<QList<DeviceStatus>> &devices) {
        if (!devices && devices.error().code != u"unknown_restaurant"_s) {
            fail(devices.error());
            return;
        }
        for (const DeviceStatus &device : devices ? *devices : QList<DeviceStatus>()) {
            if (!device.isConnected || isVirtualDeviceId(device.deviceId) || m_plan.isForced)
                continue;
            fail(trouble(
                u"live_restaurant"_s,
                {QT_TRANSLATE_NOOP("possync::remote", "%1 is a live restaurant: %2 works in it."),
                 {m_plan.restaurant, device.deviceId}},
                {QT_TRANSLATE_NOOP("possync::remote", "Replay into a restaurant of its own.")}));
            return;
        }
        askWhatIsThere();
    });
}

void Replay::askWhatIsThere()
{
    m_rest.changes(m_plan.restaurant, quint64(1) << 52, 1, this, [this](const auto &page) {
        if (m_phase == Phase::Over)
            return;
        if (!page && page.error().code != u"unknown_restaurant"_s) {
            fail(page.error());
            return;
        }
        m_wasEmpty = !page || page->head == 0;
        const bool isForTests =
            m_plan.restaurant.startsWith(u"test-"_s) || m_plan.restaurant.startsWith(u"sim-"_s);
        if (!m_wasEmpty && !isForTests && !m_plan.isForced) {
            fail(trouble(
                u"live_restaurant"_s,
                {QT_TRANSLATE_NOOP(
                     "possync::remote",
                     "%1 has a history of its own, and its name does not begin with test-."),
                 {m_plan.restaurant}},
                {QT_TRANSLATE_NOOP("possync::remote",
                                   "Replay into a new restaurant, or one called test-…")}));
            return;
        }
        if (!m_wasEmpty)
            remark({QT_TRANSLATE_NOOP("possync::remote",
                                      "The records were not compared: %1 was not empty."),
                    {m_plan.restaurant}});
        putBefore(0);
    });
}

/// Devices come to a restaurant that is as it was; nothing of it is news to them.
void Replay::putBefore(std::size_t from)
{
    if (m_phase == Phase::Over)
        return;
    std::vector<NewChange> records;
    qsizetype bytes = 0;
    std::size_t next = from;
    for (; next < m_recording.before.size() && records.size() < recordsAtOnce
           && bytes < mostPendingBytes;
         ++next) {
        const RecordedState &state = m_recording.before[next];
        bytes += state.data.size();
        records.push_back({.restaurant = m_plan.restaurant,
                           .dataType = QString::fromUtf8(state.dataType),
                           .action = u"upsert"_s,
                           .entityId = QString::fromUtf8(state.entityId),
                           .userId = {},
                           .data = state.data,
                           .deviceId = u"sim-recording"_s,
                           .changeId = m_run + "-before-" + QByteArray::number(next),
                           .timestampMs = QDateTime::currentMSecsSinceEpoch()});
    }
    if (records.empty()) {
        if (createDevices()) {
            m_phase = Phase::Connecting;
            m_phaseStartUs = m_lastMoveUs = nowUs();
            m_tick.start(tickMs);
        }
        return;
    }
    m_rest.sync(records, this, [this, next](const Answer<std::vector<SyncResult>> &results) {
        if (!results) {
            fail(results.error());
            return;
        }
        for (const SyncResult &result : *results) {
            if (result.outcome != u"rejected"_s)
                continue;
            fail(trouble(
                result.code,
                {QT_TRANSLATE_NOOP("possync::remote", "A record of the recording was refused: %1."),
                 {result.message}}));
            return;
        }
        putBefore(next);
    });
}

bool Replay::createDevices()
{
    if (m_plan.isV2 && !m_databases.isValid()) {
        fail({u"no_database"_s, m_databases.errorString(), {}});
        return false;
    }
    QHash<QByteArray, Actor *> byRecordedId;
    for (std::size_t i = 0; i < m_recording.changes.size(); ++i) {
        const QByteArray &recorded = m_recording.changes[i].deviceId;
        Actor *&actor = byRecordedId[recorded];
        if (!actor) {
            actor = m_actors.emplace_back(std::make_unique<Actor>()).get();
            // Nobody knows it from an earlier run; and the number keeps names apart that are cut.
            actor->deviceId = u"sim-%1-%2-%3"_s.arg(QString::fromLatin1(m_run.first(6)))
                                  .arg(m_actors.size())
                                  .arg(QString::fromUtf8(json::shortened(recorded, 200)));
            m_byDeviceId.insert(actor->deviceId, actor);
        }
        actor->changes.push_back(i);
    }
    for (const auto &actor : m_actors) {
        if (m_plan.isV2) {
            auto device = std::make_unique<SdkDevice>(m_plan.server, m_plan.restaurant,
                                                      actor->deviceId, m_databases.path());
            if (!device->failure().isEmpty()) {
                fail({u"no_database"_s, device->failure(), {}});
                return false;
            }
            actor->device = std::move(device);
        } else {
            ClassicHabits habits;
            habits.retryScale = 0.1;
            habits.maxAttempts = std::numeric_limits<int>::max();
            habits.losesBatchOnNetworkError = false;
            actor->device = std::make_unique<ClassicDevice>(m_plan.server, m_plan.restaurant,
                                                            actor->deviceId, m_network, habits);
        }
        actor->device->setToken(m_plan.token);
        actor->device->setTrust(m_plan.trust);
        actor->number = m_judge.addDevice(m_plan.restaurant.toUtf8());
        connectActor(*actor);
        actor->device->connectToServer();
    }
    m_report.devices = static_cast<qint64>(m_actors.size());
    return true;
}

void Replay::connectActor(Actor &actor)
{
    VirtualDevice *device = actor.device.get();
    connect(device, &VirtualDevice::registered, this, [this, &actor] {
        actor.thereSinceUs = m_lastMoveUs = nowUs();
        m_soon.start(0);
    });
    connect(device, &VirtualDevice::connectionLost, this, [this, &actor] {
        for (const Judge::Marker marker : std::exchange(actor.unconfirmed, {}))
            m_judge.defer(marker);
        actor.thereSinceUs = std::numeric_limits<qint64>::max();
    });
    connect(device, &VirtualDevice::syncConfirmed, this, [this, &actor] {
        m_lastMoveUs = nowUs();
        if (actor.device->pendingCount() > 0)
            return;
        actor.unconfirmed.clear();
        actor.unconfirmedBytes = 0;
        m_soon.start(0);
    });
    connect(device, &VirtualDevice::changeApplied, this,
            [this, &actor](const VirtualDevice::Applied &change) { take(actor, change); });
    connect(device, &VirtualDevice::recordReplaced, this,
            [this, &actor](const VirtualDevice::Applied &record) { takeRecord(actor, record); });
    connect(device, &VirtualDevice::changeRefused, this,
            [this](const QByteArray &changeId, const QString &reason) {
                const auto marker = m_byChangeId.constFind(changeId);
                if (marker == m_byChangeId.cend() || m_refused.contains(*marker))
                    return;
                m_refused.insert(*marker);
                const auto &[type, entity] = m_sent[*marker];
                remark({"%1 %2: %3", {QString::fromUtf8(type), QString::fromUtf8(entity), reason}});
                m_lastMoveUs = nowUs();
                m_soon.start(0);
            });
    if (auto *classic = qobject_cast<ClassicDevice *>(device))
        connect(classic, &ClassicDevice::errorReceived, this, [this](const QByteArray &message) {
            remark(foreignPhrase(QString::fromUtf8(message)));
        });
}

// ---- while it plays ----------------------------------------------------------------------------

void Replay::tick()
{
    const qint64 now = nowUs();
    switch (m_phase) {
    case Phase::Connecting:
        if (std::ranges::all_of(m_actors,
                                [](const auto &a) { return a->device->isRegistered(); })) {
            m_phase = Phase::Playing;
            m_phaseStartUs = m_lastMoveUs = m_lastArrivalUs = now;
            play(now);
        } else if (now - m_phaseStartUs > connectPatienceUs) {
            const Progress so = progress();
            fail(trouble(
                u"not_connected"_s,
                {QT_TRANSLATE_NOOP("possync::remote", "Only %1 of %2 devices could connect."),
                 {QString::number(so.connected), QString::number(so.devices)}},
                {QT_TRANSLATE_NOOP("possync::remote", "The server's log says why.")}));
        }
        break;
    case Phase::Playing:
        play(now);
        break;
    case Phase::Settling:
        settle(now);
        break;
    default:
        break;
    }
}

void Replay::play(qint64 now)
{
    bool isOver = true;
    bool isWaitingForTime = false;
    for (const auto &actor : m_actors) {
        for (int burst = mostAtOnce; actor->next < actor->changes.size(); --burst) {
            if (burst == 0) {
                m_soon.start(0); // Answers come in between.
                break;
            }
            const ChangeEntry &change = m_recording.changes[actor->changes[actor->next]];
            const double dueUs =
                m_plan.speed <= 0
                    ? 0
                    : double(change.receivedMs - m_recording.changes.front().receivedMs) * 1000
                          / m_plan.speed;
            if (double(now - m_phaseStartUs) < dueUs) {
                isWaitingForTime = true;
                break;
            }
            if (!isReady(*actor, change))
                break;
            send(*actor, change, now);
            ++actor->next;
        }
        isOver = isOver && actor->next == actor->changes.size();
    }
    if (isWaitingForTime)
        m_lastMoveUs = now;
    // What others wait for may never come; then the rest is not sent, and counts as lost.
    if (isOver || now - m_lastMoveUs > m_plan.lostAfterMs * qint64(1000)) {
        m_phase = Phase::Settling;
        m_lastMoveUs = now;
    }
}

bool Replay::isReady(Actor &actor, const ChangeEntry &change)
{
    if (actor.device->pendingCount() >= mostPending || actor.unconfirmedBytes > mostPendingBytes) {
        actor.device->syncNow();
        return false;
    }
    const Key key{change.dataType, change.entityId};
    // The app's ids are made of the millisecond.
    if (!m_plan.isV2 && actor.lastKey == key
        && actor.lastSentMs == QDateTime::currentMSecsSinceEpoch())
        return false;
    const auto last = m_lastOf.find(key);
    if (last == m_lastOf.end())
        return true;
    const auto &[marker, sender] = last->second;
    return sender == actor.number || m_judge.has(actor.number, marker)
           || m_refused.contains(marker);
}

void Replay::send(Actor &actor, const ChangeEntry &change, qint64 now)
{
    const bool namesNobody = change.entityId.isEmpty();
    const auto type = dataTypeFromName(change.dataType);
    const auto action = actionFromName(change.action);
    if (!type || !action || (namesNobody && m_plan.isV2)) {
        ++m_report.skipped;
        return;
    }
    const QByteArray data = change.data.isEmpty() ? QByteArray("{}") : change.data;
    // Without a name there is no twin to be posted: what is posted may overtake it.
    const bool isDirect = actor.device->isRegistered() && !namesNobody;
    // For the judge each change is a thing of its own: here several devices may write one record.
    const Judge::Marker marker =
        m_judge.addAction(actor.number, QByteArray::number(m_judge.actionCount()), now, isDirect);
    const Key key{change.dataType, change.entityId};
    m_sent.push_back(key);
    if (!namesNobody)
        m_lastOf.insert_or_assign(key, std::pair(marker, actor.number));
    m_byContent[contentOf(actor.deviceId, *type, change.action, change.entityId, data)].push_back(
        marker);
    if (isDirect)
        actor.unconfirmed.push_back(marker);
    actor.unconfirmedBytes += data.size();
    actor.lastKey = key;
    actor.lastSentMs = QDateTime::currentMSecsSinceEpoch();
    ++actor.sent;
    m_lastMoveUs = now;
    const QByteArray id = actor.device->send({*type, *action, change.entityId, data}, {});
    if (!id.isEmpty())
        m_byChangeId.insert(id, marker);
    else if (!namesNobody)
        m_refused.insert(marker);
}

void Replay::take(Actor &receiver, const VirtualDevice::Applied &change)
{
    const Actor *sender = m_byDeviceId.value(QString::fromUtf8(change.deviceId));
    if (!sender) // Somebody else's, or the server's own word on what stays.
        return;
    std::optional<Judge::Marker> marker;
    if (m_plan.isV2) {
        const auto found = m_byChangeId.constFind(change.changeId);
        if (found != m_byChangeId.cend())
            marker = *found;
    } else {
        const QByteArray content = contentOf(sender->deviceId, change.dataType, change.action,
                                             change.entityId, change.data);
        const auto found = m_byContent.constFind(content);
        if (found != m_byContent.cend()) {
            // One more than there were is one that came twice.
            std::size_t &count = receiver.arrived[content];
            marker = (*found)[std::min(count++, found->size() - 1)];
        }
    }
    m_lastMoveUs = m_lastArrivalUs = nowUs();
    if (marker)
        m_judge.addDelivery(receiver.number, *marker, m_lastMoveUs, receiver.thereSinceUs);
    else
        m_judge.addAltered();
    if (m_phase == Phase::Playing)
        m_soon.start(0);
}

/// All that was done to it so far is in it, or the comparison at the end will show.
void Replay::takeRecord(Actor &receiver, const VirtualDevice::Applied &record)
{
    const Key key{dataTypeName(record.dataType).toByteArray(), record.entityId};
    m_lastMoveUs = m_lastArrivalUs = nowUs();
    const auto last = m_lastOf.find(key);
    if (last == m_lastOf.end())
        return;
    for (const auto &actor : m_actors) {
        if (actor->number == receiver.number)
            continue;
        for (std::size_t i = 0; i < actor->next; ++i) {
            const ChangeEntry &change = m_recording.changes[actor->changes[i]];
            if (Key{change.dataType, change.entityId} != key)
                continue;
            for (const Judge::Marker marker :
                 m_byContent.value(contentOf(actor->deviceId, record.dataType, change.action,
                                             change.entityId, change.data)))
                m_judge.addRecord(receiver.number, marker, m_lastMoveUs, receiver.thereSinceUs);
        }
    }
}

qint64 Replay::expectedCount() const
{
    return m_judge.expectedCount()
           - static_cast<qint64>(m_refused.size()) * std::max<qint64>(m_report.devices - 1, 0);
}

Replay::Progress Replay::progress() const
{
    return {.phase = m_phase,
            .connected = std::ranges::count_if(
                m_actors, [](const auto &actor) { return actor->device->isRegistered(); }),
            .devices = static_cast<qint64>(m_actors.size()),
            .sent = static_cast<qint64>(m_judge.actionCount()),
            .total = m_report.recorded,
            .delivered = m_judge.deliveredCount(),
            .expected = expectedCount()};
}

// ---- how it went -------------------------------------------------------------------------------

void Replay::settle(qint64 now)
{
    std::size_t pending = 0;
    bool isAllThere = true;
    for (const auto &actor : m_actors) {
        actor->device->syncNow();
        pending += actor->device->pendingCount();
        isAllThere = isAllThere && actor->device->isRegistered();
    }
    if (pending != m_pendingSeen) {
        m_pendingSeen = pending;
        m_lastMoveUs = now;
    }
    const bool isComplete =
        pending == 0 && isAllThere && m_judge.deliveredCount() >= expectedCount();
    if (now - m_lastMoveUs > (isComplete ? quietUs : m_plan.lostAfterMs * qint64(1000)))
        compare();
}

void Replay::stop()
{
    if (m_phase == Phase::Over)
        return;
    remark({QT_TRANSLATE_NOOP("possync::remote", "Stopped by hand.")});
    conclude();
}

void Replay::compare()
{
    m_phase = Phase::Comparing;
    m_tick.stop();
    const bool knowsRecords = m_recording.end && m_recording.end->knowsRecords;
    if (!knowsRecords)
        remark({QT_TRANSLATE_NOOP(
            "possync::remote",
            "The records were not compared: the recording does not say how they were.")});
    if (!knowsRecords || !m_wasEmpty || m_recording.changes.empty()) {
        conclude();
        return;
    }
    m_rest.records(m_plan.restaurant, this, [this](const Answer<RecordList> &records) {
        if (m_phase == Phase::Over)
            return;
        if (records)
            compareRecords(*records);
        else
            remark({QT_TRANSLATE_NOOP("possync::remote", "The records were not compared: %1"),
                    {records.error().message}});
        conclude();
    });
}

void Replay::compareRecords(const RecordList &records)
{
    // Who was meant by it the recording does not say.
    const bool knowsUsers = std::ranges::none_of(
        m_recording.changes, [](const ChangeEntry &change) { return change.entityId.isEmpty(); });
    if (!knowsUsers)
        remark({QT_TRANSLATE_NOOP("possync::remote",
                                  "Users were not compared: changes of users were recorded that do "
                                  "not say whom they are about.")});
    m_report.isCompared = true;
    for (const auto &[type, id] : differingRecords(m_recording, records, knowsUsers)) {
        ++m_report.verdict.differing;
        if (m_report.differing.size() < mostRemarks)
            m_report.differing.append(QString::fromUtf8(type + ' ' + id));
    }
}

void Replay::conclude()
{
    m_tick.stop();
    m_soon.stop();
    m_phase = Phase::Over;
    Verdict verdict = m_judge.verdict();
    verdict.expected = expectedCount();
    verdict.lost = verdict.expected - verdict.delivered;
    verdict.differing = m_report.verdict.differing;
    verdict.identical = verdict.differing == 0;
    m_report.verdict = verdict;
    m_report.refused = m_refused.size();
    for (const auto &actor : m_actors)
        m_report.acknowledged += actor->sent - static_cast<qint64>(actor->device->pendingCount());
    m_byDeviceId.clear();
    m_actors.clear();
    m_report.tookMs = std::max<qint64>(m_lastArrivalUs - m_phaseStartUs, 0) / 1000;
    Q_EMIT finished(m_report);
}

void Replay::fail(const RemoteError &error)
{
    if (m_phase == Phase::Over)
        return;
    m_tick.stop();
    m_phase = Phase::Over;
    Q_EMIT finished(Unexpected{error});
}

void Replay::remark(const Phrase &text)
{
    if (m_report.remarks.size() < mostRemarks)
        m_report.remarks.append(text);
}

} // namespace possync::remote
