// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/journalport.h"
#include "server/core/record.h"

#include <deque>
#include <unordered_map>

namespace possync::core {

/// The changes of a restaurant that did not simply get in: merged with something left out, refused,
/// or in the way of another's. Answers repeats, and is the conflict record. The newest `capacity`
/// are kept.
class Decisions
{
public:
    static constexpr std::size_t capacity = 10'000;

    /// Once more the same changes nothing.
    void add(DecisionPtr decision);
    /// Notes that its losing values won after all. Nothing if it is not kept any more, or was
    /// restored before.
    void markRestored(const Restored &restored);
    /// Null if the change simply got in, or its decision is not kept any more.
    const Decision *find(const QByteArray &changeId) const;
    /// Oldest first.
    const std::deque<DecisionPtr> &all() const { return m_all; }

    bool isDirty() const { return !m_dirty.empty(); }
    void takeState(std::vector<StateRow> &rows);
    /// Rows may come in any order; sort() afterwards.
    bool loadState(const StateRow &row);
    void sort();

    static constexpr char stateKey = 'v';

private:
    std::deque<DecisionPtr> m_all;
    std::unordered_map<QByteArray, DecisionPtr> m_byId;
    /// Change ids whose rows are to be written or, if gone from m_byId, removed.
    std::vector<QByteArray> m_dirty;
};

} // namespace possync::core
