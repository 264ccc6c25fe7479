// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/judge.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace possync::remote {

Judge::Device Judge::addDevice(const QByteArray &restaurant)
{
    m_devices.push_back({.restaurant = restaurant, .deliveries = {}, .arrivals = {}});
    m_restaurants[restaurant].push_back(m_devices.size() - 1);
    return m_devices.size() - 1;
}

Judge::Marker Judge::addAction(Device sender, const QByteArray &entity, qint64 atUs, bool isDirect)
{
    m_actions.push_back({.sender = sender, .entity = entity, .atUs = atUs, .isDirect = isDirect});
    m_expected += static_cast<qint64>(m_restaurants[m_devices[sender].restaurant].size()) - 1;
    return m_actions.size() - 1;
}

void Judge::refuse(Marker marker)
{
    Action &action = m_actions[marker];
    if (std::exchange(action.isRefused, true))
        return;
    for (const Device device : m_restaurants.value(m_devices[action.sender].restaurant))
        m_expected -= device != action.sender && !has(device, marker);
}

bool Judge::isStrange(Device receiver, Marker marker) const
{
    return marker >= m_actions.size() || m_actions[marker].sender == receiver
           || (m_actions[marker].isRefused && !has(receiver, marker))
           || m_devices[m_actions[marker].sender].restaurant != m_devices[receiver].restaurant;
}

Judge::Arrival Judge::arrive(DeviceHistory &device, Marker marker, Arrival how)
{
    if (device.arrivals.size() <= marker)
        device.arrivals.resize(m_actions.size(), Arrival::None);
    const Arrival before = device.arrivals[marker];
    device.arrivals[marker] = std::max(before, how);
    m_distinct += before == Arrival::None;
    return before;
}

void Judge::addDelivery(Device receiver, Marker marker, qint64 atUs, qint64 receiverThereSinceUs)
{
    if (isStrange(receiver, marker)) {
        ++m_altered;
        return;
    }
    DeviceHistory &device = m_devices[receiver];
    m_duplicated += arrive(device, marker, Arrival::Change) == Arrival::Change;
    device.deliveries.push_back({marker, atUs, receiverThereSinceUs < m_actions[marker].atUs});
}

void Judge::addRecord(Device receiver, Marker marker, qint64 atUs, qint64 receiverThereSinceUs)
{
    if (isStrange(receiver, marker)) {
        ++m_altered;
        return;
    }
    DeviceHistory &device = m_devices[receiver];
    const bool isFirst = arrive(device, marker, Arrival::InRecord) == Arrival::None;
    device.deliveries.push_back(
        {marker, atUs, isFirst && receiverThereSinceUs < m_actions[marker].atUs, true});
    coverBy(device, marker);
}

/// Where the order of the sender's own actions is not sure, later ones may be in the record too:
/// whether they are, the comparison of the records will show.
void Judge::coverBy(DeviceHistory &device, Marker last)
{
    const Action &newest = m_actions[last];
    for (Marker marker = 0; marker < m_actions.size(); ++marker) {
        const Action &action = m_actions[marker];
        if (!action.isRefused && action.sender == newest.sender && action.entity == newest.entity
            && (marker < last || !action.isDirect || !newest.isDirect))
            arrive(device, marker, Arrival::InRecord);
    }
}

void Judge::setServerRecord(const QByteArray &restaurant, const QByteArray &entity, Marker marker)
{
    m_serverRecords.insert({restaurant, entity}, marker);
}

qint64 Judge::countReordered() const
{
    qint64 count = 0;
    for (const DeviceHistory &device : m_devices) {
        QHash<Device, Marker> newest;
        for (const Delivery &delivery : device.deliveries) {
            const Action &action = m_actions[delivery.marker];
            if (!action.isDirect || delivery.isRecord)
                continue;
            const auto last = newest.find(action.sender);
            if (last == newest.end())
                newest.insert(action.sender, delivery.marker);
            else if (delivery.marker < *last)
                ++count;
            else
                *last = delivery.marker;
        }
    }
    return count;
}

qint64 Judge::countDiffering() const
{
    qint64 count = 0;
    for (auto restaurant = m_restaurants.cbegin(); restaurant != m_restaurants.cend();
         ++restaurant) {
        // Per entity: what its own device wrote last, and whether the order of its writes is sure.
        struct Written {
            Device owner;
            Marker last;
            bool isSure;
        };
        QHash<QByteArray, Written> written;
        for (Marker marker = 0; marker < m_actions.size(); ++marker) {
            const Action &action = m_actions[marker];
            if (action.isRefused || m_devices[action.sender].restaurant != restaurant.key())
                continue;
            auto entry = written.find(action.entity);
            if (entry == written.end())
                entry = written.insert(action.entity, {action.sender, marker, true});
            entry->last = marker;
            entry->isSure = entry->isSure && action.isDirect;
        }
        std::vector<QHash<QByteArray, Marker>> states;
        for (const Device device : restaurant.value()) {
            QHash<QByteArray, Marker> &state = states.emplace_back();
            for (const Delivery &delivery : m_devices[device].deliveries)
                state.insert(m_actions[delivery.marker].entity, delivery.marker);
        }
        for (auto entry = written.cbegin(); entry != written.cend(); ++entry) {
            std::optional<Marker> agreed;
            if (entry->isSure)
                agreed = entry->last;
            bool differs = false;
            const auto compare = [&](std::optional<Marker> seen) {
                if (!agreed && seen)
                    agreed = seen;
                differs = differs || !seen || seen != agreed;
            };
            for (std::size_t i = 0; i < states.size(); ++i) {
                if (restaurant.value()[i] == entry->owner)
                    continue;
                const auto seen = states[i].constFind(entry.key());
                compare(seen == states[i].cend() ? std::nullopt : std::optional(*seen));
            }
            const auto server = m_serverRecords.constFind({restaurant.key(), entry.key()});
            if (!m_serverRecords.isEmpty())
                compare(server == m_serverRecords.cend() ? std::nullopt : std::optional(*server));
            count += differs;
        }
    }
    return count;
}

Verdict Judge::verdict() const
{
    // Which order is not sure is known only now.
    Judge covered = *this;
    for (DeviceHistory &device : covered.m_devices) {
        for (const Delivery &delivery : device.deliveries) {
            if (delivery.isRecord)
                covered.coverBy(device, delivery.marker);
        }
    }
    Verdict v;
    v.sent = static_cast<qint64>(m_actions.size());
    v.expected = m_expected;
    v.delivered = covered.m_distinct;
    v.lost = m_expected - covered.m_distinct;
    v.duplicated = m_duplicated;
    v.altered = m_altered;
    v.reordered = countReordered();
    v.differing = countDiffering();
    v.identical = v.differing == 0;
    std::vector<qint64> latencies;
    for (const DeviceHistory &device : m_devices) {
        for (const Delivery &delivery : device.deliveries) {
            const Action &action = m_actions[delivery.marker];
            if (delivery.countsForLatency && action.isDirect)
                latencies.push_back(delivery.atUs - action.atUs);
        }
    }
    if (latencies.empty())
        return v;
    std::ranges::sort(latencies);
    const auto at = [&](std::size_t percent) {
        return latencies[(latencies.size() - 1) * percent / 100];
    };
    v.p50Us = at(50);
    v.p90Us = at(90);
    v.p99Us = at(99);
    v.maxUs = latencies.back();
    return v;
}

} // namespace possync::remote
