// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/hooks/presence.h"

namespace possync::hooks {

bool Presence::note(const Device &device)
{
    const bool isFirst = m_changed.isEmpty();
    m_changed.insert(device);
    return isFirst;
}

void Presence::restore(const std::vector<Seen> &kept, qint64 nowMs)
{
    for (const Seen &seen : kept)
        m_away.insert(seen.device, {seen.lastMs, nowMs});
}

bool Presence::connected(const Device &device, bool isWatched)
{
    const bool isNew = ++m_connections[device] == 1;
    m_away.remove(device);
    return isNew && isWatched && note(device);
}

bool Presence::disconnected(const Device &device, qint64 nowMs, bool isWatched)
{
    const auto found = m_connections.find(device);
    if (found == m_connections.end() || --found.value() > 0)
        return false;
    m_connections.erase(found);
    if (!isWatched)
        return false;
    m_away.insert(device, {nowMs, nowMs});
    return note(device);
}

void Presence::watch(const QByteArray &restaurant)
{
    refresh({restaurant});
}

void Presence::unwatch(const QByteArray &restaurant)
{
    m_away.removeIf([&](const auto &away) { return away.key().first == restaurant; });
    m_changed.removeIf([&](const Device &device) { return device.first == restaurant; });
}

void Presence::refresh(const QSet<QByteArray> &watched)
{
    for (auto here = m_connections.cbegin(); here != m_connections.cend(); ++here) {
        if (watched.contains(here.key().first))
            note(here.key());
    }
}

std::vector<Presence::Seen> Presence::takeLost(qint64 nowMs, std::chrono::milliseconds patience)
{
    std::vector<Seen> lost;
    for (auto away = m_away.begin(); away != m_away.end();) {
        if (nowMs - away->countsFromMs < patience.count()) {
            ++away;
            continue;
        }
        lost.push_back({away.key(), away->lastSeenMs});
        note(away.key());
        away = m_away.erase(away);
    }
    return lost;
}

std::vector<Presence::Note> Presence::takeNotes(qint64 nowMs)
{
    std::vector<Note> notes;
    for (const Device &device : std::exchange(m_changed, {})) {
        const auto away = m_away.constFind(device);
        if (m_connections.contains(device))
            notes.push_back({device, nowMs});
        else if (away != m_away.cend())
            notes.push_back({device, away->lastSeenMs});
        else
            notes.push_back({device, std::nullopt});
    }
    return notes;
}

void Presence::putBack(const std::vector<Note> &notes)
{
    for (const Note &each : notes)
        note(each.device);
}

} // namespace possync::hooks
