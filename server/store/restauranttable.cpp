// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/restauranttable.h"

namespace possync::store {

const RestaurantEntry *RestaurantTable::peek(core::RestaurantNo no) const
{
    const auto found = m_entries.find(no);
    return found == m_entries.end() ? nullptr : &found->second;
}

core::RestaurantNo RestaurantTable::numberOf(const QByteArray &id) const
{
    const std::lock_guard lock(m_mutex);
    return m_numbers.value(id, 0);
}

void RestaurantTable::add(RestaurantEntry entry)
{
    const std::lock_guard lock(m_mutex);
    m_numbers.insert(entry.row.id, entry.row.no);
    m_entries.insert_or_assign(entry.row.no, std::move(entry));
}

void RestaurantTable::replace(std::vector<RestaurantEntry> entries)
{
    const std::lock_guard lock(m_mutex);
    std::unordered_map<core::RestaurantNo, RestaurantEntry> fresh;
    m_numbers.clear();
    for (RestaurantEntry &entry : entries) {
        if (const auto old = m_entries.find(entry.row.no); old != m_entries.end())
            entry.generation = old->second.generation + 1;
        m_numbers.insert(entry.row.id, entry.row.no);
        fresh.insert_or_assign(entry.row.no, std::move(entry));
    }
    m_entries = std::move(fresh);
}

void RestaurantTable::appended(core::RestaurantNo no, const TailEntry &entry, qint64 atMs)
{
    const std::lock_guard lock(m_mutex);
    RestaurantEntry &restaurant = m_entries.at(no);
    restaurant.tail.push_back(entry);
    restaurant.headSeq = entry.lastSeq;
    restaurant.lastAtMs = std::max(restaurant.lastAtMs, atMs);
}

void RestaurantTable::covered(const RestaurantRow &row)
{
    const std::lock_guard lock(m_mutex);
    RestaurantEntry &restaurant = m_entries.at(row.no);
    restaurant.row = row;
    while (!restaurant.tail.empty() && restaurant.tail.front().pos <= row.coveredPos)
        restaurant.tail.pop_front();
}

void RestaurantTable::raiseFloor(core::RestaurantNo no, quint64 floorSeq)
{
    const std::lock_guard lock(m_mutex);
    RestaurantRow &row = m_entries.at(no).row;
    row.floorSeq = std::max(row.floorSeq, floorSeq);
}

void RestaurantTable::bumpGeneration(core::RestaurantNo no)
{
    const std::lock_guard lock(m_mutex);
    if (const auto found = m_entries.find(no); found != m_entries.end())
        ++found->second.generation;
}

void RestaurantTable::remove(core::RestaurantNo no)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_entries.find(no);
    if (found == m_entries.end())
        return;
    m_numbers.remove(found->second.row.id);
    m_entries.erase(found);
    m_highestReserved = std::max(m_highestReserved, no);
}

void RestaurantTable::reserve(core::RestaurantNo no)
{
    const std::lock_guard lock(m_mutex);
    m_highestReserved = std::max(m_highestReserved, no);
}

void RestaurantTable::markDamaged(core::RestaurantNo no, const QString &why)
{
    const std::lock_guard lock(m_mutex);
    if (const auto found = m_entries.find(no); found != m_entries.end())
        found->second.damage = why;
}

std::optional<RestaurantTable::View> RestaurantTable::view(core::RestaurantNo no) const
{
    const std::lock_guard lock(m_mutex);
    const RestaurantEntry *entry = peek(no);
    if (!entry)
        return {};
    return View{entry->row,
                entry->generation,
                entry->headSeq,
                entry->damage,
                {entry->tail.begin(), entry->tail.end()}};
}

std::optional<RestaurantTable::View> RestaurantTable::view(core::RestaurantNo no, quint64 fromSeq,
                                                           std::size_t limit) const
{
    const std::lock_guard lock(m_mutex);
    const RestaurantEntry *entry = peek(no);
    if (!entry)
        return {};
    View view{entry->row, entry->generation, entry->headSeq, entry->damage, {}};
    auto from =
        std::lower_bound(entry->tail.begin(), entry->tail.end(), fromSeq,
                         [](const TailEntry &tail, quint64 seq) { return tail.lastSeq < seq; });
    for (; from != entry->tail.end() && view.tail.size() < limit; ++from) {
        if (from->hasChanges())
            view.tail.push_back(*from);
    }
    return view;
}

quint64 RestaurantTable::headSeq(core::RestaurantNo no) const
{
    const std::lock_guard lock(m_mutex);
    const RestaurantEntry *entry = peek(no);
    return entry ? entry->headSeq : 0;
}

quint64 RestaurantTable::floorSeq(core::RestaurantNo no) const
{
    const std::lock_guard lock(m_mutex);
    const RestaurantEntry *entry = peek(no);
    return entry ? entry->row.floorSeq : 0;
}

QList<RestaurantSummary> RestaurantTable::summaries() const
{
    QList<RestaurantSummary> all;
    {
        const std::lock_guard lock(m_mutex);
        all.reserve(qsizetype(m_entries.size()));
        for (const auto &[no, entry] : m_entries) {
            all.append({entry.row.id, no, entry.row.epoch, entry.headSeq, entry.row.floorSeq,
                        entry.lastAtMs, !entry.damage.isEmpty()});
        }
    }
    std::sort(all.begin(), all.end(),
              [](const RestaurantSummary &a, const RestaurantSummary &b) { return a.no < b.no; });
    return all;
}

core::RestaurantNo RestaurantTable::highestNumber() const
{
    const std::lock_guard lock(m_mutex);
    core::RestaurantNo highest = m_highestReserved;
    for (const auto &[no, entry] : m_entries)
        highest = std::max(highest, no);
    return highest;
}

std::vector<core::RestaurantNo> RestaurantTable::numbers() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<core::RestaurantNo> all;
    all.reserve(m_entries.size());
    for (const auto &[no, entry] : m_entries)
        all.push_back(no);
    std::sort(all.begin(), all.end());
    return all;
}

quint64 RestaurantTable::replayFrom(quint64 otherwise, const RestaurantRow *changed) const
{
    const std::lock_guard lock(m_mutex);
    quint64 oldest = otherwise;
    for (const auto &[no, entry] : m_entries) {
        const quint64 coveredPos =
            changed && changed->no == no ? changed->coveredPos : entry.row.coveredPos;
        const auto first =
            std::find_if(entry.tail.begin(), entry.tail.end(),
                         [coveredPos](const TailEntry &tail) { return tail.pos > coveredPos; });
        if (first != entry.tail.end())
            oldest = std::min(oldest, first->pos);
    }
    return oldest;
}

} // namespace possync::store
