// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/scenariorun.h"

#include "common/model/jsontext.h"
#include "console/remote/recordcomparison.h"
#include "console/remote/simulation.h"

#include <QDateTime>
#include <QUuid>

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

constexpr int tickMs = 5;
constexpr qint64 connectPatienceUs = 30'000'000;
/// Complete, and then silent for so long: nothing comes twice any more.
constexpr qint64 quietUs = 1'000'000;

using Field = std::pair<QByteArray, QByteArray>;

} // namespace

bool ScenarioReport::passed() const
{
    return verdict.isClean() && std::ranges::all_of(checks, [](const ScenarioCheck &check) {
               return check.state == ScenarioCheck::Met;
           });
}

ScenarioRun::ScenarioRun(Scenario scenario, const QUrl &server, const QByteArray &token,
                         const ServerTrust &trust, QObject *parent)
    : QObject(parent)
    , m_scenario(std::move(scenario))
    , m_server(server)
    , m_token(token)
    , m_trust(trust)
    , m_rest(server)
    , m_chance(m_scenario.seed)
{
    const QByteArray id = QUuid::createUuid().toByteArray(QUuid::Id128);
    m_run = "\"sim_run\":\"" + id + '"';
    m_ending = '-' + id.first(6);
    m_rest.setToken(token);
    m_rest.setTrust(trust);
    connect(&m_tick, &QTimer::timeout, this, &ScenarioRun::tick);
    m_report.name = m_scenario.name;
    m_report.about = m_scenario.about;
    m_report.restaurant = m_scenario.restaurant;
    m_report.server = hostText(server);
}

ScenarioRun::~ScenarioRun() = default;

void ScenarioRun::start()
{
    m_clock.start();
    m_report.startedMs = QDateTime::currentMSecsSinceEpoch();
    m_rest.health(this, [this](const Answer<Health> &health) {
        if (!health) {
            fail(health.error());
            return;
        }
        if (!createDevices())
            return;
        m_phaseStartUs = m_lastMoveUs = nowUs();
        m_tick.start(tickMs);
    });
}

void ScenarioRun::stop()
{
    if (m_phase == Phase::Over)
        return;
    note(u"stopped by hand"_s);
    for (ScenarioCheck &check : m_report.checks) {
        if (check.state == ScenarioCheck::Open) {
            check.state = ScenarioCheck::Missed;
            check.detail = {QT_TRANSLATE_NOOP("possync::remote", "stopped before it was decided")};
        }
    }
    conclude(0);
}

void ScenarioRun::fail(const RemoteError &error)
{
    m_tick.stop();
    m_phase = Phase::Over;
    m_devices.clear();
    Q_EMIT finished(Unexpected{error});
}

qint64 ScenarioRun::playedMs() const
{
    return m_phase == Phase::Connecting || !m_clock.isValid() ? 0
                                                              : (nowUs() - m_phaseStartUs) / 1000;
}

void ScenarioRun::note(const QString &text)
{
    m_report.log.append(u"%1 s  %2"_s.arg(double(m_clock.elapsed()) / 1000, 8, 'f', 3).arg(text));
    Q_EMIT progressed();
}

std::size_t ScenarioRun::numberOf(const QString &name) const
{
    const auto found = std::ranges::find(m_devices, name, &BenchDevice::name);
    return std::size_t(found - m_devices.begin());
}

bool ScenarioRun::createDevices()
{
    for (const ScenarioDevice &who : m_scenario.devices) {
        m_devices.push_back(std::make_unique<BenchDevice>(m_server, m_token, m_scenario.restaurant,
                                                          who, m_network, m_databases.path()));
        BenchDevice &device = *m_devices.back();
        if (!device.failure().isEmpty()) {
            fail({u"no_database"_s, device.failure(), {}});
            return false;
        }
        m_hasV2 = m_hasV2 || who.isV2;
        const std::size_t number = m_judge.addDevice(m_scenario.restaurant.toUtf8());
        m_thereSinceUs.push_back(0);
        m_unconfirmed.emplace_back();
        m_work.emplace_back(device.device().deviceId().toUtf8() + m_ending);
        connectDevice(number);
        device.device().setTrust(m_trust);
        device.device().connectToServer();
    }
    return true;
}

void ScenarioRun::connectDevice(std::size_t number)
{
    VirtualDevice *device = &m_devices[number]->device();
    connect(device, &VirtualDevice::registered, this, [this, number] {
        m_thereSinceUs[number] = m_lastMoveUs = nowUs();
        Q_EMIT progressed();
    });
    connect(device, &VirtualDevice::connectionLost, this, [this, number] {
        for (const Judge::Marker marker : m_unconfirmed[number]) {
            m_judge.defer(marker);
            m_written[m_sent[marker].entity].awayWriters.insert(number);
        }
        m_unconfirmed[number].clear();
        m_thereSinceUs[number] = std::numeric_limits<qint64>::max();
        Q_EMIT progressed();
    });
    connect(device, &VirtualDevice::syncConfirmed, this, [this, number, device] {
        if (device->pendingCount() == 0)
            m_unconfirmed[number].clear();
        m_lastMoveUs = nowUs();
    });
    connect(device, &VirtualDevice::changeApplied, this,
            [this, number](const VirtualDevice::Applied &change) { take(number, change); });
    connect(device, &VirtualDevice::recordReplaced, this,
            [this, number](const VirtualDevice::Applied &record) { takeRecord(number, record); });
    connect(device, &VirtualDevice::changeRefused, this, &ScenarioRun::takeRefusal);
}

void ScenarioRun::take(std::size_t receiver, const VirtualDevice::Applied &change)
{
    const qint64 now = m_lastMoveUs = nowUs();
    // The field that tells may have given way with others; then the id still does.
    const auto byId = m_byChangeId.constFind(change.changeId);
    const bool isKnown = byId != m_byChangeId.cend();
    if (!change.data.contains(m_run) && !isKnown) // Left over from an earlier run.
        return;
    const auto marker = isKnown ? std::optional(*byId) : markerOf(change.data);
    if (!marker || *marker >= m_sent.size() || isAltered(change.data, *marker)) {
        m_judge.addAltered();
        return;
    }
    m_judge.addDelivery(receiver, *marker, now, m_thereSinceUs[receiver]);
    reach(receiver, *marker, now);
}

/// Where v2 has a part, the fields come as the merge rules made them: each with its text, perhaps
/// in another order, with `id`, and for tables with `status`. What others wrote as well, or what
/// came late, may come without some.
bool ScenarioRun::isAltered(const QByteArray &received, Judge::Marker marker) const
{
    const SentData &sent = m_sent[marker];
    if (received == sent.plain || received == sent.withId)
        return false;
    if (!m_hasV2)
        return true;
    const std::vector<Field> was = fieldsWithout("last_sync", sent.withId);
    const std::vector<Field> is = fieldsWithout("last_sync", received);
    const bool mayLoseSome = !m_judge.isDirect(marker) || m_written[sent.entity].writers.size() > 1;
    const auto isIn = [](const std::vector<Field> &fields, const Field &field) {
        return std::ranges::find(fields, field) != fields.end();
    };
    return !std::ranges::all_of(was, [&](const Field &field) {
        return mayLoseSome || field.first == "id" || isIn(is, field);
    }) || !std::ranges::all_of(is, [&](const Field &field) {
        return field.first == "id" || field.first == "status" || isIn(was, field);
    });
}

/// All that others did to it so far is in it, or the comparison at the end will show.
void ScenarioRun::takeRecord(std::size_t receiver, const VirtualDevice::Applied &record)
{
    const qint64 now = m_lastMoveUs = nowUs();
    const auto written = m_written.constFind(record.entityId);
    if (written == m_written.cend())
        return;
    const auto last = markerOf(record.data);
    for (const Judge::Marker marker : written->markers) {
        if (m_sent[marker].sender == receiver)
            continue;
        m_judge.addRecord(receiver, marker, now, m_thereSinceUs[receiver]);
        if (last && marker <= *last)
            reach(receiver, marker, now);
    }
}

void ScenarioRun::takeRefusal(const QByteArray &changeId, const QString &reason)
{
    m_lastMoveUs = nowUs();
    const auto marker = m_byChangeId.constFind(changeId);
    if (marker == m_byChangeId.cend())
        return;
    m_judge.refuse(*marker);
    const SentData &sent = m_sent[*marker];
    note(u"%1: the change of %2 was refused or gave way: %3"_s.arg(
        m_devices[sent.sender]->name(), QString::fromUtf8(sent.entity), reason));
}

void ScenarioRun::reach(std::size_t receiver, Judge::Marker marker, qint64 now)
{
    for (Watched &watched : m_watched) {
        if (watched.marker == marker && now <= watched.deadlineUs)
            watched.missing.remove(receiver);
    }
    decide(now);
}

void ScenarioRun::tick()
{
    const qint64 now = nowUs();
    switch (m_phase) {
    case Phase::Connecting:
        // Once is enough: a tester may already have taken one of them off line again.
        if (std::ranges::count(m_thereSinceUs, 0) == 0) {
            m_phase = Phase::Playing;
            m_phaseStartUs = now;
            const auto v2 =
                std::ranges::count_if(m_devices, [](const auto &device) { return device->isV2(); });
            note(u"all %1 devices are connected, %2 of them with v2"_s.arg(m_devices.size())
                     .arg(v2));
        } else if (now - m_phaseStartUs > connectPatienceUs) {
            const auto connected = qint64(m_devices.size()) - std::ranges::count(m_thereSinceUs, 0);
            fail(trouble(
                u"not_connected"_s,
                {QT_TRANSLATE_NOOP("possync::remote", "Only %1 of %2 devices could connect."),
                 {QString::number(connected), QString::number(m_devices.size())}},
                {QT_TRANSLATE_NOOP("possync::remote", "The server's log says why.")}));
        }
        break;
    case Phase::Playing:
        play(now);
        break;
    case Phase::Settling:
        settle(now);
        break;
    case Phase::Comparing:
    case Phase::Over:
        break;
    }
}

void ScenarioRun::play(qint64 now)
{
    const qint64 played = now - m_phaseStartUs;
    while (m_nextStep < m_scenario.steps.size()
           && m_scenario.steps[m_nextStep].atMs * 1000LL <= played)
        begin(m_scenario.steps[m_nextStep++], now);
    work(now);
    std::erase_if(m_healings, [&](const Healing &healing) {
        if (healing.atUs > now)
            return false;
        BenchDevice &device = *m_devices[healing.device];
        device.heal(healing.kind);
        note(u"%1: %2 is over"_s.arg(device.name(), faultName(healing.kind)));
        return true;
    });
    decide(now);
    if (m_nextStep == m_scenario.steps.size() && played >= m_scenario.lengthMs() * 1000LL) {
        for (const auto &device : m_devices)
            device->healAll();
        m_phase = Phase::Settling;
        m_phaseStartUs = m_lastMoveUs = now;
        note(u"all faults healed; waiting until everybody has everything"_s);
    }
}

void ScenarioRun::begin(const ScenarioStep &step, qint64 now)
{
    note(stepText(step));
    if (const auto *send = std::get_if<SendStep>(&step.what)) {
        for (const QString &name : step.devices)
            this->send(numberOf(name), *send, now);
    } else if (const auto *work = std::get_if<WorkStep>(&step.what)) {
        Worker worker{
            .devices = {}, .rate = work->rate, .startUs = now, .endUs = now + work->forMs * 1000LL};
        for (const QString &name : step.devices)
            worker.devices.push_back(numberOf(name));
        m_workers.push_back(std::move(worker));
    } else {
        const auto &fault = std::get<FaultStep>(step.what);
        for (const QString &name : step.devices) {
            const std::size_t number = numberOf(name);
            if (const QString why = m_devices[number]->obstacle(fault.kind); !why.isEmpty()) {
                note(why);
                continue;
            }
            m_devices[number]->setFault(fault.kind, fault.amountMs);
            if (fault.forMs >= 0)
                m_healings.push_back({number, fault.kind, now + fault.forMs * 1000LL});
        }
    }
}

void ScenarioRun::send(std::size_t device, const SendStep &step, qint64 now)
{
    const Judge::Marker marker =
        act(device, {step.type, step.action, step.id + m_ending, step.data}, now);
    for (const ScenarioExpectation &expectation : step.expectations) {
        Watched watched{.marker = marker,
                        .missing = {},
                        .sentUs = now,
                        .deadlineUs = now + expectation.withinMs * 1000LL,
                        .check = m_report.checks.size()};
        QStringList names;
        for (const QString &name : expectation.devices) {
            if (numberOf(name) == device)
                continue;
            watched.missing.insert(numberOf(name));
            names.append(name);
        }
        m_report.checks.append(
            {.text = {QT_TRANSLATE_NOOP("possync::remote", "%1 of %2 reaches %3 within %4 ms"),
                      {QString::fromUtf8(step.id), m_devices[device]->name(), names.join(u", "_s),
                       QString::number(expectation.withinMs)}}});
        m_watched.push_back(std::move(watched));
    }
}

Judge::Marker ScenarioRun::act(std::size_t number, const VirtualDevice::Action &action, qint64 now)
{
    BenchDevice &device = *m_devices[number];
    const bool isDirect = device.device().isRegistered();
    // For the judge each change is a thing of its own: here several devices may write one record.
    const Judge::Marker marker = m_judge.addAction(
        number, action.entityId + '#' + QByteArray::number(m_judge.actionCount()), now, isDirect);
    QByteArray data = action.data.trimmed();
    data.chop(1);
    data += (data.trimmed() == "{" ? "" : ",") + QByteArray("\"sim_marker\":")
            + QByteArray::number(marker) + ',' + m_run + '}';
    m_sent.push_back(
        {number, action.entityId, data, wire::withId(data, QString::fromUtf8(action.entityId))});
    Written &written = m_written[action.entityId];
    written.type = action.dataType;
    written.markers.push_back(marker);
    written.writers.insert(number);
    if (isDirect)
        m_unconfirmed[number].push_back(marker);
    else
        written.awayWriters.insert(number);
    const QByteArray id = device.send({action.dataType, action.action, action.entityId, data});
    if (device.isV2() && !id.isEmpty())
        m_byChangeId.insert(id, marker);
    else if (device.isV2())
        m_judge.refuse(marker);
    return marker;
}

void ScenarioRun::work(qint64 now)
{
    for (Worker &worker : m_workers) {
        const double seconds = double(std::min(now, worker.endUs) - worker.startUs) / 1e6;
        while (double(worker.done) < seconds * worker.rate) {
            const std::size_t number = worker.devices[std::uniform_int_distribution<std::size_t>(
                0, worker.devices.size() - 1)(m_chance)];
            const SimTask task = m_work[number].next(m_chance);
            act(number, {task.type, task.action, task.entity, '{' + task.fields + '}'}, nowUs());
            ++worker.done;
        }
    }
    std::erase_if(m_workers, [now](const Worker &worker) { return worker.endUs <= now; });
}

void ScenarioRun::decide(qint64 now)
{
    const auto isDecided = [&](const Watched &watched) {
        ScenarioCheck &check = m_report.checks[watched.check];
        if (watched.missing.isEmpty()) {
            check.state = ScenarioCheck::Met;
            check.tookMs = (now - watched.sentUs) / 1000;
            check.detail = {QT_TRANSLATE_NOOP("possync::remote", "after %1 ms"),
                            {QString::number(check.tookMs)}};
        } else if (now > watched.deadlineUs) {
            QStringList names;
            for (const std::size_t number : watched.missing)
                names.append(m_devices[number]->name());
            names.sort();
            check.state = ScenarioCheck::Missed;
            check.detail = {QT_TRANSLATE_NOOP("possync::remote", "not in time at %1"),
                            {names.join(u", "_s)}};
        } else {
            return false;
        }
        note(u"%1 %2: %3"_s.arg(check.state == ScenarioCheck::Met ? u"✓"_s : u"✗"_s, check.text.english(),
                                check.detail.english()));
        return true;
    };
    std::erase_if(m_watched, isDecided);
}

void ScenarioRun::settle(qint64 now)
{
    std::size_t pending = 0;
    bool isAllThere = true;
    for (const auto &device : m_devices) {
        device->device().syncNow();
        pending += device->device().pendingCount();
        isAllThere = isAllThere && device->device().isRegistered();
    }
    if (pending != m_pendingSeen) {
        m_pendingSeen = pending;
        m_lastMoveUs = now;
    }
    decide(now);
    const bool isComplete =
        pending == 0 && isAllThere && m_judge.deliveredCount() == m_judge.expectedCount();
    if (isComplete && m_report.convergedMs < 0) {
        m_report.convergedMs = (std::max(m_lastMoveUs, m_phaseStartUs) - m_phaseStartUs) / 1000;
        note(u"everybody has everything, %1 ms after the end"_s.arg(m_report.convergedMs));
    }
    if (now - m_lastMoveUs > (isComplete ? quietUs : m_scenario.settleMs * qint64(1000)))
        compare();
}

void ScenarioRun::compare()
{
    m_phase = Phase::Comparing;
    m_tick.stop();
    if (m_judge.actionCount() == 0) {
        conclude(0);
        return;
    }
    m_rest.records(m_scenario.restaurant, this, [this](const Answer<RecordList> &records) {
        if (m_phase != Phase::Over)
            conclude(records ? countDiffering(*records) : qint64(m_written.size()));
    });
}

qint64 ScenarioRun::countDiffering(const RecordList &records) const
{
    QHash<QByteArray, QByteArray> atServer;
    for (const auto &[type, list] : records) {
        for (const EntityRecord &record : list)
            atServer.insert(record.id, record.data);
    }
    qint64 count = 0;
    for (auto entity = m_written.cbegin(); entity != m_written.cend(); ++entity) {
        const QByteArray expected = atServer.value(entity.key());
        const std::vector<Field> fields = fieldsWithout("last_sync", expected);
        bool differs = false;
        for (std::size_t number = 0; number < m_devices.size(); ++number) {
            const VirtualDevice &device = m_devices[number]->device();
            // The app cannot tell whom a user_update is about; and who wrote while away has its own
            // order of deeds, of which the server may have heard otherwise.
            if (!device.isExact()
                && (entity->type == DataType::Users || entity->awayWriters.contains(number)))
                continue;
            const QByteArray held = device.record(entity->type, entity.key());
            std::vector<Field> own = fieldsWithout("last_sync", held);
            // A device's own record may lack the id that others were told.
            const auto withoutId = [](std::vector<Field> f) {
                std::erase_if(f, [](const Field &field) { return field.first == "id"; });
                return f;
            };
            differs = differs || withoutId(own) != withoutId(fields);
        }
        count += differs;
    }
    return count;
}

void ScenarioRun::conclude(qint64 differing)
{
    m_tick.stop();
    m_phase = Phase::Over;
    m_report.tookMs = m_clock.elapsed();
    m_report.verdict = m_judge.verdict();
    m_report.verdict.differing = differing;
    m_report.verdict.identical = differing == 0;
    note(m_report.passed() ? u"passed"_s : u"FAILED"_s);
    Q_EMIT finished(m_report);
}

} // namespace possync::remote
