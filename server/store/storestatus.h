// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/journaltypes.h"

#include <mutex>

namespace possync::store {

/// Health and counters, shared by all store threads. Thread-safe.
class StoreStatus
{
public:
    template<typename Change>
    void count(Change change)
    {
        const std::lock_guard lock(m_mutex);
        change(m_stats);
    }
    JournalStats stats() const
    {
        const std::lock_guard lock(m_mutex);
        return m_stats;
    }

    void commitFailed(const StoreError &error)
    {
        const std::lock_guard lock(m_mutex);
        ++m_stats.failedCommits;
        m_commitFault = error.detail;
    }
    void commitWorked()
    {
        const std::lock_guard lock(m_mutex);
        m_commitFault.clear();
    }
    /// Damage stays reported until the next open.
    void foundDamage(const QString &what)
    {
        const std::lock_guard lock(m_mutex);
        ++m_stats.checksumFailures;
        m_damage = what;
    }
    StoreHealth health() const
    {
        const std::lock_guard lock(m_mutex);
        const QString &reason = m_commitFault.isEmpty() ? m_damage : m_commitFault;
        return {reason.isEmpty(), reason};
    }

private:
    mutable std::mutex m_mutex; // guards all below
    JournalStats m_stats;
    QString m_commitFault;
    QString m_damage;
};

} // namespace possync::store
