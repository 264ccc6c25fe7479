// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <atomic>
#include <memory>
#include <mutex>

namespace possync::net {

/// What other threads may see of a room without asking its thread.
struct RoomView {
    std::atomic<int> connections{0};
    std::atomic<int> behind{0}; ///< Connections that have lacked something for seconds.
    std::atomic<bool> hasSharedIds{false};
    std::atomic<qint64> lastChangeAtMs{0};
    std::atomic<quint64> head{0};
    std::atomic<quint64> version{0}; ///< Of the records; grows with every change to them.

    /// Body of `GET …/data` up to its time stamp, if it is of the present version.
    QByteArray cachedData() const
    {
        const std::lock_guard lock(m_mutex);
        return m_dataVersion == version.load(std::memory_order_acquire) ? m_data : QByteArray();
    }
    void cacheData(const QByteArray &data, quint64 dataVersion)
    {
        const std::lock_guard lock(m_mutex);
        m_data = data;
        m_dataVersion = dataVersion;
    }

private:
    mutable std::mutex m_mutex; // guards both below
    QByteArray m_data;
    quint64 m_dataVersion = ~quint64(0);
};

/// The views of all open rooms. Thread-safe.
class RoomViews
{
public:
    std::shared_ptr<RoomView> find(const QByteArray &restaurantId) const
    {
        const std::lock_guard lock(m_mutex);
        return m_views.value(restaurantId);
    }
    void add(const QByteArray &restaurantId, const std::shared_ptr<RoomView> &view)
    {
        const std::lock_guard lock(m_mutex);
        m_views.insert(restaurantId, view);
    }
    void remove(const QByteArray &restaurantId)
    {
        const std::lock_guard lock(m_mutex);
        m_views.remove(restaurantId);
    }
    int size() const
    {
        const std::lock_guard lock(m_mutex);
        return static_cast<int>(m_views.size());
    }
    /// Restaurants with at least one connection, and all connections.
    std::pair<int, int> connectionCounts() const
    {
        const std::lock_guard lock(m_mutex);
        int restaurants = 0;
        int connections = 0;
        for (const auto &view : m_views) {
            const int here = view->connections.load(std::memory_order_relaxed);
            restaurants += here > 0 ? 1 : 0;
            connections += here;
        }
        return {restaurants, connections};
    }

private:
    mutable std::mutex m_mutex; // guards m_views
    QHash<QByteArray, std::shared_ptr<RoomView>> m_views;
};

} // namespace possync::net
