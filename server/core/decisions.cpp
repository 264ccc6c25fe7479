// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/decisions.h"

#include <algorithm>

namespace possync::core {

void Decisions::add(DecisionPtr decision)
{
    if (!m_byId.try_emplace(decision->changeId, decision).second)
        return;
    m_dirty.push_back(decision->changeId);
    m_all.push_back(std::move(decision));
    while (m_all.size() > capacity) {
        m_byId.erase(m_all.front()->changeId);
        m_dirty.push_back(m_all.front()->changeId);
        m_all.pop_front();
    }
}

void Decisions::markRestored(const Restored &restored)
{
    const auto known = m_byId.find(restored.conflictId);
    if (known == m_byId.end() || known->second->restored.atMs != 0)
        return;
    // Others may hold the one that is.
    auto marked = std::make_shared<Decision>(*known->second);
    marked->restored = restored;
    std::ranges::replace(m_all, known->second, DecisionPtr(marked));
    known->second = std::move(marked);
    m_dirty.push_back(restored.conflictId);
}

const Decision *Decisions::find(const QByteArray &changeId) const
{
    const auto found = m_byId.find(changeId);
    return found == m_byId.end() ? nullptr : found->second.get();
}

void Decisions::takeState(std::vector<StateRow> &rows)
{
    for (const QByteArray &id : m_dirty) {
        StateRow row;
        row.key = stateKey + id;
        if (const Decision *decision = find(id))
            row.value = decisionText(*decision);
        else
            row.removed = true;
        rows.push_back(std::move(row));
    }
    m_dirty.clear();
}

bool Decisions::loadState(const StateRow &row)
{
    if (row.key.size() < 2 || row.key[0] != stateKey)
        return false;
    DecisionPtr decision = readDecision(row.value);
    if (!decision)
        return false;
    if (m_byId.try_emplace(decision->changeId, decision).second)
        m_all.push_back(std::move(decision));
    return true;
}

void Decisions::sort()
{
    std::ranges::stable_sort(m_all, {}, [](const DecisionPtr &decision) { return decision->atMs; });
}

} // namespace possync::core
