// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/journaltypes.h"

#include <QHash>
#include <QList>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace possync::store {

/// A row of the restaurant table as it is on disk.
struct RestaurantRow {
    core::RestaurantNo no = 0;
    QByteArray id;
    QByteArray epoch;
    qint64 createdAtMs = 0;
    quint64 floorSeq = 0;
    quint64 headSeq = 0; ///< As of `coveredPos`.
    qint64 lastAtMs = 0; ///< As of `coveredPos`.
    quint64 coveredPos = 0;
};

/// A committed block that the index on disk does not know yet.
struct TailEntry {
    quint64 firstSeq = 1;
    quint64 lastSeq = 0;
    quint64 pos = 0;
    bool hasChanges() const { return firstSeq <= lastSeq; }
};

/// What memory holds of a restaurant: its row and what was committed since the row was written.
struct RestaurantEntry {
    RestaurantRow row;
    std::uint32_t generation = 1;
    quint64 headSeq = 0;
    qint64 lastAtMs = 0;
    QString damage; ///< Why the room cannot be opened; empty normally.
    std::deque<TailEntry> tail;
};

/// All restaurants in memory. Only the writer thread changes it; everyone may ask.
class RestaurantTable
{
public:
    /// A consistent look at one restaurant.
    struct View {
        RestaurantRow row;
        std::uint32_t generation = 0;
        quint64 headSeq = 0;
        QString damage;
        std::vector<TailEntry> tail;
    };

    /// Writer thread only; stays valid until replace(), changes only through this class.
    const RestaurantEntry *peek(core::RestaurantNo no) const;
    core::RestaurantNo numberOf(const QByteArray &id) const;

    void add(RestaurantEntry entry);
    /// Replaces everything but keeps generations, each raised by one.
    void replace(std::vector<RestaurantEntry> entries);
    void appended(core::RestaurantNo no, const TailEntry &entry, qint64 atMs);
    /// The row was saved: blocks up to its `coveredPos` are indexed on disk.
    void covered(const RestaurantRow &row);
    void raiseFloor(core::RestaurantNo no, quint64 floorSeq);
    void bumpGeneration(core::RestaurantNo no);
    /// Forgets a restaurant; its number counts as given out.
    void remove(core::RestaurantNo no);
    /// The number is not given out any more.
    void reserve(core::RestaurantNo no);
    void markDamaged(core::RestaurantNo no, const QString &why);

    /// With the whole tail.
    std::optional<View> view(core::RestaurantNo no) const;
    /// With at most `limit` blocks that hold changes from `fromSeq` on.
    std::optional<View> view(core::RestaurantNo no, quint64 fromSeq, std::size_t limit) const;
    quint64 headSeq(core::RestaurantNo no) const;
    quint64 floorSeq(core::RestaurantNo no) const;
    QList<RestaurantSummary> summaries() const;
    core::RestaurantNo highestNumber() const;
    std::vector<core::RestaurantNo> numbers() const;
    /// Position of the oldest block outside saved state, taking `changed` for the row of its
    /// restaurant; `otherwise` when saved state covers everything.
    quint64 replayFrom(quint64 otherwise, const RestaurantRow *changed = nullptr) const;

private:
    mutable std::mutex m_mutex; // guards all below
    std::unordered_map<core::RestaurantNo, RestaurantEntry> m_entries;
    QHash<QByteArray, core::RestaurantNo> m_numbers;
    core::RestaurantNo m_highestReserved = 0;
};

} // namespace possync::store
