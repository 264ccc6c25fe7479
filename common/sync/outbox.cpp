// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/outbox.h"

#include <algorithm>

namespace possync::sync {
namespace {

qsizetype sizeOf(const OutgoingChange &change)
{
    return change.data.size() + change.entity.entityId.size() + change.changeId.size();
}

} // namespace

void Outbox::add(OutgoingChange change)
{
    const quint64 number = change.number;
    if (change.appliedSeq > 0)
        m_applied.emplace(change.appliedSeq, number);
    else
        m_waiting.insert(number);
    m_numbers.insert(change.changeId, number);
    m_byEntity[change.entity].push_back(number);
    m_changes.emplace(number, std::move(change));
}

std::vector<const OutgoingChange *> Outbox::takeBatch(const BatchLimits &limits, qint64 nowSteadyMs)
{
    std::vector<const OutgoingChange *> batch;
    if (isBatchOut())
        return batch;
    if (m_notBeforeMs && nowSteadyMs < *m_notBeforeMs)
        return batch;
    m_notBeforeMs.reset();
    const std::size_t most = m_batchCap > 0 ? std::min(limits.changes, m_batchCap) : limits.changes;
    qsizetype bytes = 0;
    for (const quint64 number : m_waiting) {
        const OutgoingChange &change = m_changes.at(number);
        bytes += sizeOf(change);
        if (!batch.empty() && (batch.size() >= most || bytes > limits.bytes))
            break;
        batch.push_back(&change);
        m_batch.push_back(number);
    }
    return batch;
}

const OutgoingChange *Outbox::markApplied(const QByteArray &changeId, quint64 seq)
{
    const auto number = m_numbers.constFind(changeId);
    if (number == m_numbers.cend())
        return nullptr;
    OutgoingChange &change = m_changes.at(*number);
    leaveBatch(*number);
    if (change.appliedSeq == 0) {
        m_waiting.erase(*number);
        m_applied.emplace(seq, *number);
        change.appliedSeq = seq;
    }
    return &change;
}

std::optional<OutgoingChange> Outbox::remove(const QByteArray &changeId)
{
    const auto number = m_numbers.constFind(changeId);
    if (number == m_numbers.cend())
        return std::nullopt;
    const auto at = m_changes.find(*number);
    leaveBatch(*number);
    OutgoingChange change = at->second;
    std::erase_if(m_applied, [&](const auto &entry) { return entry.second == at->first; });
    forget(at);
    return change;
}

void Outbox::postpone(const QByteArray &changeId, qint64 waitMs, qint64 nowSteadyMs)
{
    const auto number = m_numbers.constFind(changeId);
    if (number == m_numbers.cend())
        return;
    leaveBatch(*number);
    m_notBeforeMs = std::max(m_notBeforeMs.value_or(0), nowSteadyMs + waitMs);
}

void Outbox::connectionLost()
{
    m_batch.clear();
}

std::optional<OutgoingChange> Outbox::connectionRefusedBatch()
{
    if (m_batch.empty())
        return std::nullopt;
    const std::vector<quint64> batch = std::exchange(m_batch, {});
    if (batch.size() > 1) {
        m_batchCap = batch.size() / 2;
        return std::nullopt;
    }
    m_batchCap = 0;
    const auto at = m_changes.find(batch.front());
    OutgoingChange change = at->second;
    forget(at);
    return change;
}

std::vector<quint64> Outbox::caughtUp(quint64 seq)
{
    std::vector<quint64> forgotten;
    const auto end = m_applied.upper_bound(seq);
    for (auto at = m_applied.begin(); at != end; ++at)
        forgotten.push_back(at->second);
    m_applied.erase(m_applied.begin(), end);
    for (const quint64 number : forgotten)
        forget(m_changes.find(number));
    return forgotten;
}

std::vector<quint64> Outbox::historyChanged()
{
    std::vector<quint64> again;
    m_batch.clear();
    for (const auto &[seq, number] : m_applied) {
        m_changes.at(number).appliedSeq = 0;
        m_waiting.insert(number);
        again.push_back(number);
    }
    m_applied.clear();
    return again;
}

const OutgoingChange *Outbox::find(const QByteArray &changeId) const
{
    const auto number = m_numbers.constFind(changeId);
    return number == m_numbers.cend() ? nullptr : &m_changes.at(*number);
}

std::vector<const OutgoingChange *> Outbox::changesOf(const EntityKey &entity) const
{
    std::vector<const OutgoingChange *> changes;
    const auto numbers = m_byEntity.find(entity);
    if (numbers == m_byEntity.end())
        return changes;
    for (const quint64 number : numbers->second)
        changes.push_back(&m_changes.at(number));
    return changes;
}

std::vector<EntityKey> Outbox::entities() const
{
    std::vector<EntityKey> keys;
    keys.reserve(m_byEntity.size());
    for (const auto &[key, numbers] : m_byEntity)
        keys.push_back(key);
    return keys;
}

void Outbox::forget(std::map<quint64, OutgoingChange>::iterator at)
{
    const OutgoingChange &change = at->second;
    m_waiting.erase(at->first);
    m_numbers.remove(change.changeId);
    const auto entity = m_byEntity.find(change.entity);
    std::erase(entity->second, at->first);
    if (entity->second.empty())
        m_byEntity.erase(entity);
    m_changes.erase(at);
}

void Outbox::leaveBatch(quint64 number)
{
    std::erase(m_batch, number);
    // This much went well: more may.
    if (m_batch.empty())
        m_batchCap *= 2;
}

} // namespace possync::sync
