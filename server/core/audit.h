// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/entities.h"
#include "server/core/journalport.h"

#include <QStringList>
#include <map>

namespace possync::core {

/// Checks that the saved records of every restaurant are what its changes make them. Feed it all
/// journal blocks in order, then all saved rows, then ask for the problems.
class Audit
{
public:
    /// Restaurants whose journal no longer goes back to its first change cannot be replayed.
    explicit Audit(std::map<RestaurantNo, quint64> floors)
        : m_floors(std::move(floors))
    {
    }

    void addBlock(const JournalBlock &block);
    void addState(RestaurantNo restaurant, const StateRow &row);
    /// One line each, at most 100 in all.
    const QStringList &problems() const { return m_problems; }
    quint64 changes() const { return m_changes; }
    quint64 records() const { return m_records; }

private:
    struct Restaurant {
        Entities replayed;
        quint64 lastSeq = 0;
    };
    void report(const QString &problem);

    std::map<RestaurantNo, quint64> m_floors;
    std::map<RestaurantNo, Restaurant> m_restaurants;
    QStringList m_problems;
    quint64 m_changes = 0;
    quint64 m_records = 0;
};

} // namespace possync::core
