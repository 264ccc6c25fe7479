// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/simdevice.h"

namespace possync::sim {

QByteArray SimDevice::hello(Random &, qint64 wallMs)
{
    m_replica.reconnected();
    return v2::encode(m_replica.hello(m_id, wallMs + m_skewMs));
}

QByteArray SimDevice::queue(const Made &made, Random &random, qint64 wallMs)
{
    QByteArray text = made.text;
    if (random() % 5 != 0)
        text += ",\"base_rev\":" + QByteArray::number(m_replica.rev(made.type, made.entity));
    if (random() % 10 != 0)
        text += ",\"hlc\":\"" + m_clock.tick(wallMs + m_skewMs).toText() + '"';
    m_outbox.push_back({made, text + '}', std::nullopt});
    return m_outbox.back().text;
}

QByteArray SimDevice::take(const v2::ChangeResult &result)
{
    const auto waiting = std::ranges::find_if(m_outbox, [&result](const Pending &pending) {
        return pending.made.changeId == result.changeId;
    });
    if (waiting == m_outbox.end())
        return settle(result, nullptr);
    QByteArray fault = settle(result, &waiting->made);
    m_outbox.erase(waiting);
    return fault;
}

QByteArray SimDevice::receive(const QByteArray &text, qint64)
{
    const auto message = v2::decodeFromServer(text);
    if (!message)
        return message.error().message + " in " + text;
    if (QByteArray fault = m_replica.take(*message); !fault.isEmpty())
        return m_id + ": " + fault;
    if (!m_replica.takeMismatches().empty())
        return m_id + ": a checksum does not fit";
    if (std::holds_alternative<v2::Welcome>(*message)) {
        m_mayPush = true;
    } else if (std::holds_alternative<v2::Changes>(*message)
               || std::holds_alternative<v2::SnapshotPart>(*message)) {
        m_owesAck = true;
    } else if (const auto *ack = std::get_if<v2::Ack>(&*message)) {
        for (const v2::ChangeResult &result : ack->results) {
            if (QByteArray fault = take(result); !fault.isEmpty())
                return fault;
        }
    } else if (const auto *retry = std::get_if<v2::RetryLater>(&*message)) {
        for (Pending &pending : m_outbox) {
            if (pending.batch == retry->batch)
                pending.batch.reset();
        }
    } else if (const auto *error = std::get_if<v2::Error>(&*message)) {
        return m_id + ": " + error->refusal.code + ": " + error->refusal.message;
    }
    return {};
}

std::vector<QByteArray> SimDevice::messages(Random &random, qint64 wallMs)
{
    std::vector<QByteArray> out;
    if (std::exchange(m_owesAck, false))
        out.push_back(m_replica.acked());
    if (!m_mayPush)
        return out;
    if (random() % 20 == 0) {
        v2::Heartbeat heartbeat;
        heartbeat.clockMs = wallMs + m_skewMs;
        heartbeat.queue = m_outbox.size();
        heartbeat.position = m_replica.position();
        out.push_back(v2::encode(heartbeat));
    }
    // In order: while something that must come again waits behind what is on its way, it waits.
    const bool blocked = std::ranges::any_of(
        m_outbox, [](const Pending &pending) { return pending.batch.has_value(); });
    if (blocked)
        return out;
    const std::size_t most = 1 + random() % 20;
    std::vector<QByteArray> changes;
    ++m_batch;
    for (Pending &pending : m_outbox) {
        if (changes.size() == most)
            break;
        pending.batch = m_batch;
        changes.push_back(pending.text);
    }
    if (!changes.empty())
        out.push_back(v2::encodePush(m_batch, changes));
    return out;
}

void SimDevice::disconnected(qint64)
{
    isConnected = m_mayPush = m_owesAck = false;
    for (Pending &pending : m_outbox)
        pending.batch.reset();
}

void SimDevice::restoreCopy()
{
    if (m_copy)
        m_replica = *m_copy;
}

} // namespace possync::sim
