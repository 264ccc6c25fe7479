// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cli/topview.h"

#include "common/model/timestamp.h"
#include "console/cli/table.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <numeric>

namespace possync::cli {

using namespace Qt::StringLiterals;

namespace {

constexpr int headLines = 5;

/// The worse, the lower.
int rank(const remote::DeviceStatus &device)
{
    if (!device.isConnected)
        return device.lag > 0 ? 0 : 3;
    return device.lag > 50 ? 1 : 2;
}

QString stateOf(const remote::DeviceStatus &device)
{
    if (!device.isConnected)
        return device.lag > 0 ? u"offline"_s : u"away"_s;
    if (device.isCatchingUp)
        return u"catching up"_s;
    return device.lag > 50 ? u"behind"_s : u"in sync"_s;
}

qint64 changesOf(const remote::TrafficSample &sample)
{
    return std::accumulate(sample.changes.begin(), sample.changes.end(), qint64(0));
}

double rate(qint64 count, const remote::TrafficSample &sample)
{
    return double(count) * 1000 / double(std::max<qint64>(sample.intervalMs, 1));
}

} // namespace

QString TopView::restaurantName(const QString &id) const
{
    const auto found = std::ranges::find(m_restaurants, id, &remote::RestaurantSummary::id);
    return found == m_restaurants.end() ? QString() : found->name;
}

QList<const remote::DeviceStatus *> TopView::ranked() const
{
    QList<const remote::DeviceStatus *> all;
    for (const remote::RestaurantSummary &restaurant : m_restaurants) {
        const auto devices = m_devices.constFind(restaurant.id);
        if (devices == m_devices.cend())
            continue;
        for (const remote::DeviceStatus &device : *devices)
            all.append(&device);
    }
    std::ranges::stable_sort(all, [](const auto *a, const auto *b) {
        return std::pair(rank(*a), -qint64(a->lag)) < std::pair(rank(*b), -qint64(b->lag));
    });
    return all;
}

QString TopView::text(const QString &server, qint64 nowMs, int rows) const
{
    const auto devices = ranked();
    const auto troubled =
        std::ranges::count_if(devices, [](const auto *device) { return rank(*device) < 2; });
    QString text = u"possyncctl top  %1  %2\n"_s.arg(server, timeText(nowMs));
    text += u"%1 restaurants, %2 devices connected, %3 of %4 devices need a look\n"_s
                .arg(m_restaurants.size())
                .arg(m_traffic.connections)
                .arg(troubled)
                .arg(devices.size());
    text += u"%1 changes/s, %2 deliveries/s, latency p50 %3 ms p99 %4 ms, %5 rejected/s\n\n"_s
                .arg(rate(changesOf(m_traffic), m_traffic), 0, 'f', 1)
                .arg(rate(m_traffic.deliveries, m_traffic), 0, 'f', 1)
                .arg(double(m_traffic.latencyP50Us) / 1000, 0, 'f', 1)
                .arg(double(m_traffic.latencyP99Us) / 1000, 0, 'f', 1)
                .arg(rate(m_traffic.rejected, m_traffic), 0, 'f', 1);
    Table table;
    table.addColumn(u"STATE"_s);
    table.addColumn(u"RESTAURANT"_s);
    table.addColumn(u"DEVICE"_s);
    table.addColumn(u"USER"_s);
    table.addColumn(u"WAITING"_s, Table::Align::Right);
    table.addColumn(u"RTT ms"_s, Table::Align::Right);
    table.addColumn(u"SEEN"_s);
    for (const auto *device :
         devices.first(std::min<qsizetype>(devices.size(), std::max(1, rows - headLines))))
        table.addRow({stateOf(*device),
                      nameWithId(restaurantName(device->restaurant), device->restaurant),
                      nameWithId(device->name, device->deviceId), device->userId,
                      QString::number(device->lag),
                      device->roundTripMs ? QString::number(*device->roundTripMs) : u"–"_s,
                      ago(device->lastSeenMs, nowMs)});
    return text + (table.isEmpty() ? u"No device is known yet.\n"_s : table.text(36));
}

QByteArray TopView::json(qint64 nowMs) const
{
    QJsonArray devices;
    for (const auto *device : ranked())
        devices.append(QJsonObject{{u"state"_s, stateOf(*device)},
                                   {u"restaurant"_s, device->restaurant},
                                   {u"restaurant_name"_s, restaurantName(device->restaurant)},
                                   {u"device_id"_s, device->deviceId},
                                   {u"name"_s, device->name},
                                   {u"user_id"_s, device->userId},
                                   {u"lag"_s, qint64(device->lag)},
                                   {u"connected"_s, device->isConnected}});
    return QJsonDocument(
               QJsonObject{{u"at"_s, QString::fromLatin1(formatTimestamp(nowMs))},
                           {u"restaurants"_s, m_restaurants.size()},
                           {u"connections"_s, m_traffic.connections},
                           {u"changes_per_second"_s, rate(changesOf(m_traffic), m_traffic)},
                           {u"deliveries_per_second"_s, rate(m_traffic.deliveries, m_traffic)},
                           {u"latency_p50_us"_s, m_traffic.latencyP50Us},
                           {u"latency_p99_us"_s, m_traffic.latencyP99Us},
                           {u"devices"_s, devices}})
        .toJson(QJsonDocument::Compact);
}

} // namespace possync::cli
