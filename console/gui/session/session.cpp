// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/session/session.h"

#include "common/model/catalogue.h"
#include "common/model/jsontext.h"
#include "console/gui/base/words.h"

#include <QDateTime>

namespace possync::gui {

using namespace Qt::StringLiterals;

namespace {

// Together they bound the delay of a change on the screen and the number of repaints.
constexpr int flushMs = 80;
constexpr int tickMs = 1000;

bool isSecret(QByteArrayView key)
{
    return key == "pin" || key == "password" || key == "token";
}

QByteArray masked(QByteArrayView value, json::Type type)
{
    if (type == json::Type::Object) {
        json::Members members;
        json::splitObject(value, members);
        QByteArray out("{");
        for (const json::Member &member : members) {
            if (out.size() > 1)
                out += ',';
            out += '"' + member.key.toByteArray() + "\":";
            const QByteArray key =
                member.keyHasEscapes
                    ? json::unquoted(QByteArray('"' + member.key.toByteArray() + '"'))
                    : member.key.toByteArray();
            out += isSecret(key) && member.type != json::Type::Null
                       ? QByteArray("\"••••\"")
                       : masked(member.value, member.type);
        }
        return out + '}';
    }
    if (type == json::Type::Array) {
        std::vector<QByteArrayView> elements;
        json::splitArray(value, elements);
        QByteArray out("[");
        for (const QByteArrayView element : elements) {
            if (out.size() > 1)
                out += ',';
            const auto inner = element.startsWith('{')   ? json::Type::Object
                               : element.startsWith('[') ? json::Type::Array
                                                         : json::Type::Null;
            out += masked(element, inner);
        }
        return out + ']';
    }
    return value.toByteArray();
}

} // namespace

QByteArray withoutSecrets(const QByteArray &json)
{
    // Most changes hold nothing that could be a secret; an escape could hide a name.
    if (!json.contains("pin") && !json.contains("password") && !json.contains("token")
        && !json.contains('\\'))
        return json;
    const auto type = json::check(json);
    return type ? masked(QByteArrayView(json).trimmed(), *type) : json;
}

QString linkText(const LinkStatus &status, qint64 nowMs)
{
    switch (status.phase) {
    case LinkStatus::NoServer:
        return Session::tr("No server chosen");
    case LinkStatus::Connecting:
        return status.attempt > 1
                   ? Session::tr("Connecting to %1 (try %2)").arg(status.host).arg(status.attempt)
                   : Session::tr("Connecting to %1").arg(status.host);
    case LinkStatus::Connected:
        return status.roundTripMs >= 0
                   ? Session::tr("Connected to %1 · %2 ms").arg(status.host).arg(status.roundTripMs)
                   : Session::tr("Connected to %1").arg(status.host);
    case LinkStatus::Waiting: {
        const qint64 seconds = std::max<qint64>((status.retryAtMs - nowMs + 999) / 1000, 0);
        return Session::tr("Reconnecting in %1 s (try %2)").arg(seconds).arg(status.attempt);
    }
    case LinkStatus::Refused:
        break;
    }
    return Session::tr("Refused by %1").arg(status.host);
}

Session::Session(QObject *parent)
    : QObject(parent)
{
    m_flush.setSingleShot(true);
    m_flush.setInterval(flushMs);
    connect(&m_flush, &QTimer::timeout, this, &Session::flush);
    m_tick.setInterval(tickMs);
    connect(&m_tick, &QTimer::timeout, this, &Session::tick);
    m_tick.start();
    connect(&m_fleet, &Fleet::restaurantsChanged, this, [this] {
        ChangeNames::Names names;
        for (const RestaurantFacts &restaurant : m_fleet.restaurants()) {
            if (!restaurant.name.isEmpty())
                names.insert(restaurant.id.toUtf8(), restaurant.name.toUtf8());
        }
        m_changes.setRestaurantNames(names);
    });
    connect(&m_fleet, &Fleet::devicesChanged, this, [this](const QString &restaurant) {
        ChangeNames::Names names;
        for (const DeviceFacts &device : m_fleet.devices(restaurant)) {
            if (!device.name.isEmpty())
                names.insert(device.deviceId.toUtf8(), device.name.toUtf8());
        }
        m_changes.setDeviceNames(restaurant.toUtf8(), names);
    });
}

qint64 Session::nowMs() const
{
    return m_fixedNowMs > 0 ? m_fixedNowMs : QDateTime::currentMSecsSinceEpoch() + m_clockOffsetMs;
}

void Session::setPort(ServerPort *port)
{
    m_port = port;
}

void Session::setLink(const LinkStatus &status)
{
    if (status == m_link)
        return;
    m_link = status;
    Q_EMIT linkChanged();
}

void Session::takeRestaurants(const QList<RestaurantFacts> &restaurants)
{
    m_fleet.setRestaurants(restaurants);
    if (!m_selected.isEmpty() && !m_fleet.restaurant(m_selected) && !restaurants.isEmpty())
        select(QString());
}

void Session::takeDevices(const QString &restaurant, const QList<DeviceFacts> &devices)
{
    m_fleet.setDevices(restaurant, devices, nowMs());
}

void Session::takeChanges(std::vector<ChangeEntry> changes)
{
    m_arrivedSinceTick += qint64(changes.size());
    for (ChangeEntry &change : changes) {
        change.data = withoutSecrets(change.data);
        countForTraffic(change);
        m_arrived.push_back(std::move(change));
    }
    if (!m_flush.isActive())
        m_flush.start();
}

void Session::countForTraffic(const ChangeEntry &change)
{
    const auto type = dataTypeFromName(change.dataType);
    if (!type)
        return;
    auto &sample = m_counting[QString::fromUtf8(change.restaurant)];
    sample.values[std::size_t(*type) - 1] += 1;
}

void Session::flush()
{
    if (m_arrived.empty())
        return;
    const std::vector<ChangeEntry> batch = std::exchange(m_arrived, {});
    m_changes.append(batch);
}

void Session::unlock(const QString &restaurant)
{
    m_unlockedUntil.insert(restaurant, nowMs() + unlockedMs);
    Q_EMIT guardChanged();
}

void Session::lockAll()
{
    m_unlockedUntil.clear();
    Q_EMIT guardChanged();
}

bool Session::isUnlocked(const QString &restaurant) const
{
    return m_unlockedUntil.value(restaurant) > nowMs();
}

QStringList Session::unlocked() const
{
    QStringList all;
    for (auto it = m_unlockedUntil.cbegin(); it != m_unlockedUntil.cend(); ++it) {
        if (it.value() > nowMs())
            all.append(it.key());
    }
    all.sort();
    return all;
}

qint64 Session::lockedAgainMs() const
{
    qint64 first = 0;
    for (const qint64 until : m_unlockedUntil)
        first = first == 0 ? until : std::min(first, until);
    return first;
}

void Session::tick()
{
    const qint64 guardNow = nowMs();
    if (m_unlockedUntil.removeIf(
            [guardNow](QHash<QString, qint64>::iterator it) { return it.value() <= guardNow; })
        > 0)
        Q_EMIT guardChanged();
    const qint64 now = nowMs();
    const double seconds = m_lastTickMs > 0 ? std::max(0.2, double(now - m_lastTickMs) / 1000) : 1;
    m_lastTickMs = now;
    m_rate = double(m_arrivedSinceTick) / seconds;
    m_arrivedSinceTick = 0;
    if (isConnected() && m_fixedNowMs == 0) {
        // The server's roll-ups cover all restaurants; those of a single one are counted here.
        for (const RestaurantFacts &restaurant : m_fleet.restaurants()) {
            TrafficSample sample = m_counting.value(restaurant.id);
            sample.atMs = now;
            for (int line = 0; line < trafficLineCount; ++line) {
                float &value = sample.values[std::size_t(line)];
                value = line < 6 ? value / float(seconds) : -1;
            }
            int connected = 0;
            for (const DeviceFacts &device : m_fleet.devices(restaurant.id))
                connected += device.isConnected ? 1 : 0;
            sample[TrafficLine::Connections] = float(connected);
            m_traffic.append(restaurant.id, sample);
        }
    }
    m_counting.clear();
    Q_EMIT ticked(now);
}

void Session::takeTraffic(const QString &restaurant, const TrafficSample &sample)
{
    m_traffic.append(restaurant, sample);
    Q_EMIT trafficChanged();
}

void Session::takeLogs(const QList<LogLine> &lines)
{
    m_logs.append(lines);
}

void Session::takeGap(const QString &topic, qint64 missed)
{
    Q_EMIT gapNoticed(topic, missed);
}

void Session::forget()
{
    lockAll();
    select(QString());
    m_arrived.clear();
    m_fleet.clear();
    m_changes.clear();
    m_conflicts.clear();
    m_logs.clear();
    m_traffic.clear();
    m_counting.clear();
    Q_EMIT trafficChanged();
}

void Session::select(const QString &restaurant)
{
    if (restaurant == m_selected)
        return;
    m_selected = restaurant;
    m_changes.setRestaurant(restaurant.toUtf8());
    Q_EMIT selectionChanged();
}

QString Session::restaurantTitle(const QString &id) const
{
    if (id.isEmpty())
        return tr("All restaurants");
    const RestaurantFacts *facts = m_fleet.restaurant(id);
    return plainLine(facts ? facts->title() : id, 120);
}

QString Session::deviceTitle(const QString &restaurant, const QString &deviceId) const
{
    return plainLine(m_fleet.deviceTitle(restaurant, deviceId), 60);
}

QString Session::whyNotRename() const
{
    if (!port())
        return tr("Not connected to the server");
    const bool may =
        m_link.role.isEmpty() || m_link.role == "owner"_L1 || m_link.role == "tester"_L1;
    return may ? QString() : tr("You are here as a viewer; owners and testers can rename");
}

QStringList Session::idsNamed(const QString &needle) const
{
    QStringList ids;
    for (const RestaurantFacts &restaurant : m_fleet.restaurants()) {
        if (restaurant.name.contains(needle, Qt::CaseInsensitive))
            ids.append(restaurant.id);
        for (const DeviceFacts &device : m_fleet.devices(restaurant.id)) {
            if (device.name.contains(needle, Qt::CaseInsensitive))
                ids.append(device.deviceId);
        }
    }
    ids.removeDuplicates();
    return ids;
}

} // namespace possync::gui
