// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/sdkdevice.h"

#include "common/model/v2packed.h"

namespace possync::sim {

SdkSimDevice::SdkSimDevice(QByteArray id, qint64 skewMs, Random &random)
    : FleetDevice(std::move(id), skewMs)
    , m_options({.restaurantId = "r",
                 .deviceId = m_id,
                 .ackMs = static_cast<qint64>(20 + random() % 500),
                 .ackBytes = static_cast<qint64>(200 + random() % 5'000),
                 .batchChanges = 1 + random() % 20})
{
    startApp();
}

void SdkSimDevice::startApp()
{
    m_session = std::make_unique<sync::DeviceSession>(m_options, m_store, m_store.image(),
                                                      [] { return 0.5; });
}

void SdkSimDevice::fault(const QByteArray &what)
{
    if (m_fault.isEmpty())
        m_fault = m_id + ": " + what;
}

QByteArray SdkSimDevice::queue(const Made &made, Random &, qint64 wallMs)
{
    auto message =
        v2::decodeFromDevice(v2::encodePush(1, std::vector<QByteArray>{made.text + '}'}), "r");
    auto &change = std::get<v2::Push>(*message).changes.front();
    m_open.emplace(made.changeId, made);
    const auto queued = m_session->queue({{.dataType = change->dataType,
                                           .action = change->action,
                                           .entityId = change->entityId,
                                           .data = change->data,
                                           .operations = change->operations,
                                           .changeId = change->changeId}},
                                         at(wallMs));
    if (!queued)
        fault("a change could not be queued: " + queued.error().message.toUtf8());
    collect();
    return made.text + '}';
}

QByteArray SdkSimDevice::hello(Random &random, qint64 wallMs)
{
    m_out.clear();
    m_hasHungUp = false;
    if (random() % 4 == 0)
        startApp(); // it was killed
    m_session->start(at(wallMs));
    m_session->networkReturned(at(wallMs));
    m_session->opened(at(wallMs));
    collect();
    if (m_out.empty()) {
        fault("it does not greet");
        return {};
    }
    const QByteArray text = m_out.front();
    m_out.erase(m_out.begin());
    return text;
}

QByteArray SdkSimDevice::receive(const QByteArray &text, qint64 wallMs)
{
    m_snapshots += text.startsWith("{\"type\":\"snapshot\"") && text.endsWith("\"last\":true}");
    m_session->received(text, at(wallMs));
    collect();
    return m_fault;
}

std::vector<QByteArray> SdkSimDevice::messages(Random &, qint64 wallMs)
{
    m_session->tick(at(wallMs));
    collect();
    return std::exchange(m_out, {});
}

void SdkSimDevice::disconnected(qint64 wallMs)
{
    isConnected = false;
    m_session->closed(0, QStringLiteral("cut"), at(wallMs));
    collect();
    m_out.clear();
}

void SdkSimDevice::collect()
{
    using namespace sync::effect;
    bool isBroken = false;
    for (const sync::Effect &effect : m_session->takeEffects()) {
        if (const auto *send = std::get_if<Send>(&effect)) {
            const auto text = send->isPacked ? v2::unpacked(send->message)
                                             : Result<QByteArray, QByteArray>(send->message);
            if (text)
                m_out.push_back(*text);
            else
                fault(text.error());
        } else if (const auto *close = std::get_if<Close>(&effect)) {
            m_hasHungUp = true;
            isBroken = close->code == 1002; // The reason follows.
        } else if (const auto *ended = std::get_if<ChangeSettled>(&effect)) {
            const sync::Settled &settled = ended->settled;
            const auto made = m_open.find(settled.changeId);
            if (made == m_open.end()) {
                fault("change " + settled.changeId + " was settled twice");
                continue;
            }
            v2::ChangeResult result;
            result.changeId = settled.changeId;
            result.outcome = settled.outcome;
            result.seq = settled.seq;
            result.code = settled.code;
            result.reason = settled.reason;
            if (const QByteArray wrong = settle(result, &made->second); !wrong.isEmpty())
                fault(wrong);
            m_open.erase(made);
        } else if (const auto *problem = std::get_if<ProblemReported>(&effect)) {
            using enum sync::Problem::Kind;
            const auto kind = problem->problem.kind;
            // A history that is no more may have had room for what there is none for now.
            const bool isOfRestore =
                problem->problem.message.contains(u"before the server was restored");
            if (!isOfRestore && (isBroken || kind == Server || kind == Diverged || kind == Storage))
                fault(problem->problem.code + ": " + problem->problem.message.toUtf8());
        }
    }
}

QByteArray SdkSimDevice::waiting() const
{
    if (!m_open.empty())
        return m_open.begin()->first;
    return m_session->pendingCount() > 0 ? QByteArray("a change of before") : QByteArray();
}

QByteArray SdkSimDevice::text(DataType type, const QByteArray &entity) const
{
    return m_session->record({type, entity}).value_or(QByteArray());
}

quint32 SdkSimDevice::rev(DataType type, const QByteArray &entity) const
{
    const auto record = m_store.record({type, entity});
    return record ? record->rev : 0;
}

std::size_t SdkSimDevice::recordCount() const
{
    std::size_t count = 0;
    for (const DataType type : allDataTypes)
        count += m_session->records(type).size();
    return count;
}

} // namespace possync::sim
