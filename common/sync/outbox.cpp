// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/outbox.h"

#include <algorithm>

namespace possync::sync {
void Outbox::add(OutgoingChange change)
{
    const quint64 number = change.number;
    if (change.isSettled)
        m_settled.emplace(change.seq, number);
    else
        m_waiting.insert(number);
    m_numbers.insert(change.change.changeId, number);
    m_byEntity[change.entity()].push_back(number);
    m_changes.emplace(number, std::move(change));
}

std::vector<const OutgoingChange *> Outbox::takeBatch(const BatchLimits &limits, qint64 nowSteadyMs)
{
    std::vector<const OutgoingChange *> batch;
    if (isBatchOut() || (m_notBeforeMs && nowSteadyMs < *m_notBeforeMs))
        return batch;
    m_notBeforeMs.reset();
    const std::size_t most = m_batchCap > 0 ? std::min(limits.changes, m_batchCap) : limits.changes;
    qsizetype bytes = 0;
    for (const quint64 number : m_waiting) {
        const OutgoingChange &change = m_changes.at(number);
        bytes += change.text.size();
        if (!batch.empty() && (batch.size() >= most || bytes > limits.bytes))
            break;
        batch.push_back(&change);
        m_batch.push_back(number);
    }
    return batch;
}

std::optional<quint64> Outbox::delivered(const QByteArray &changeId, quint64 seq)
{
    const auto number = m_numbers.constFind(changeId);
    if (number == m_numbers.cend())
        return std::nullopt;
    OutgoingChange &change = m_changes.at(*number);
    if (!change.isSettled)
        change.seq = seq;
    return *number;
}

std::optional<OutgoingChange> Outbox::settle(const QByteArray &changeId, quint64 seq)
{
    const auto number = m_numbers.constFind(changeId);
    if (number == m_numbers.cend())
        return std::nullopt;
    OutgoingChange &change = m_changes.at(*number);
    leaveBatch(*number);
    if (change.isSettled)
        return std::nullopt;
    change.isSettled = true;
    change.seq = seq;
    m_waiting.erase(*number);
    m_settled.emplace(seq, *number);
    return change;
}

std::vector<quint64> Outbox::caughtUp(quint64 seq)
{
    m_seq = seq;
    const std::vector<quint64> done = doneBy(seq);
    m_settled.erase(m_settled.begin(), m_settled.upper_bound(seq));
    for (const quint64 number : done)
        forget(number);
    return done;
}

std::vector<quint64> Outbox::doneBy(quint64 seq) const
{
    std::vector<quint64> done;
    const auto end = m_settled.upper_bound(seq);
    for (auto at = m_settled.begin(); at != end; ++at)
        done.push_back(at->second);
    return done;
}

void Outbox::postponeBatch(qint64 waitMs, qint64 nowSteadyMs)
{
    m_batch.clear();
    m_notBeforeMs = nowSteadyMs + waitMs;
}

std::optional<QByteArray> Outbox::batchRefused()
{
    constexpr int patience = 3;
    const std::vector<quint64> batch = std::exchange(m_batch, {});
    if (batch.size() != 1) {
        m_batchCap = batch.size() / 2;
        return std::nullopt;
    }
    m_batchCap = 1;
    if (std::exchange(m_refusedAlone, batch.front()) != batch.front())
        m_refusals = 0;
    if (++m_refusals < patience)
        return std::nullopt;
    return m_changes.at(batch.front()).change.changeId;
}

std::vector<const OutgoingChange *> Outbox::historyChanged()
{
    std::vector<const OutgoingChange *> again;
    m_batch.clear();
    m_settled.clear();
    m_seq = 0;
    for (auto &[number, change] : m_changes) {
        if (!change.isSettled && change.seq == 0)
            continue;
        change.seq = 0;
        change.isRepeat = change.isRepeat || change.isSettled;
        change.isSettled = false;
        m_waiting.insert(number);
        again.push_back(&change);
    }
    return again;
}

const OutgoingChange *Outbox::find(const QByteArray &changeId) const
{
    const auto number = m_numbers.constFind(changeId);
    return number == m_numbers.cend() ? nullptr : &m_changes.at(*number);
}

std::vector<const OutgoingChange *> Outbox::onTop(const EntityKey &entity) const
{
    std::vector<const OutgoingChange *> changes;
    const auto numbers = m_byEntity.find(entity);
    if (numbers == m_byEntity.end())
        return changes;
    for (const quint64 number : numbers->second) {
        const OutgoingChange &change = m_changes.at(number);
        if (isOnTop(change))
            changes.push_back(&change);
    }
    return changes;
}

std::vector<EntityKey> Outbox::entitiesOnTop() const
{
    std::vector<EntityKey> keys;
    for (const auto &[key, numbers] : m_byEntity) {
        const bool isAny = std::ranges::any_of(
            numbers, [this](quint64 number) { return isOnTop(m_changes.at(number)); });
        if (isAny)
            keys.push_back(key);
    }
    return keys;
}

void Outbox::forget(quint64 number)
{
    const auto at = m_changes.find(number);
    m_numbers.remove(at->second.change.changeId);
    const auto entity = m_byEntity.find(at->second.entity());
    std::erase(entity->second, number);
    if (entity->second.empty())
        m_byEntity.erase(entity);
    m_changes.erase(at);
}

void Outbox::leaveBatch(quint64 number)
{
    if (std::erase(m_batch, number) > 0 && m_batch.empty())
        m_batchCap *= 2; // This much went well: more may.
}

} // namespace possync::sync
