// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/gui/devices/devicemodel.h"

#include "console/gui/base/words.h"
#include "console/gui/devices/insight.h"

#include <QSet>

namespace possync::gui {

using namespace Qt::StringLiterals;

DeviceModel::DeviceModel(const Fleet &fleet, QObject *parent)
    : QAbstractTableModel(parent)
    , m_fleet(fleet)
{
    connect(&fleet, &Fleet::devicesChanged, this, &DeviceModel::adopt);
    for (const RestaurantFacts &restaurant : fleet.restaurants())
        adopt(restaurant.id);
}

void DeviceModel::adopt(const QString &restaurant)
{
    QList<DeviceFacts> fresh = m_fleet.devices(restaurant);
    // Two live connections of one id: each keeps a row, told apart by order of connecting.
    std::ranges::stable_sort(fresh, {}, &DeviceFacts::connection);
    QSet<qsizetype> used;
    for (int row = int(m_rows.size()) - 1; row >= 0; --row) {
        if (m_rows[row].restaurant != restaurant)
            continue;
        const auto matches = [&](bool sameConnection) -> qsizetype {
            for (qsizetype i = 0; i < fresh.size(); ++i) {
                if (!used.contains(i) && fresh[i].deviceId == m_rows[row].deviceId
                    && (!sameConnection || fresh[i].connection == m_rows[row].connection))
                    return i;
            }
            return -1;
        };
        qsizetype match = matches(true);
        if (match < 0)
            match = matches(false);
        if (match < 0) {
            beginRemoveRows({}, row, row);
            m_rows.removeAt(row);
            endRemoveRows();
            continue;
        }
        used.insert(match);
        if (m_rows[row] != fresh[match]) {
            m_rows[row] = fresh[match];
            Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
        }
    }
    QList<DeviceFacts> added;
    for (qsizetype i = 0; i < fresh.size(); ++i) {
        if (!used.contains(i))
            added.append(fresh[i]);
    }
    if (added.isEmpty())
        return;
    beginInsertRows({}, int(m_rows.size()), int(m_rows.size() + added.size()) - 1);
    m_rows.append(added);
    endInsertRows();
}

void DeviceModel::setNow(qint64 nowMs)
{
    m_nowMs = nowMs;
    if (!m_rows.isEmpty())
        Q_EMIT dataChanged(index(0, StateColumn), index(int(m_rows.size()) - 1, LastSeen),
                           {Qt::DisplayRole});
}

int DeviceModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int DeviceModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QString DeviceModel::restaurantTitle(const QString &id) const
{
    const RestaurantFacts *facts = m_fleet.restaurant(id);
    return plainLine(facts ? facts->title() : id);
}

QString DeviceModel::text(const DeviceFacts &device, int column) const
{
    const QString unknown = u"–"_s;
    switch (column) {
    case StateColumn:
        return deviceStateText(device, m_nowMs);
    case Device:
        return plainLine(device.title());
    case Restaurant:
        return restaurantTitle(device.restaurant);
    case User:
        return device.userId.isEmpty() ? unknown : plainLine(device.userId);
    case Why:
        return deviceReason(device, m_nowMs);
    case LastSeen:
        return device.lastSeenMs > 0 ? agoText(m_nowMs - device.lastSeenMs) : unknown;
    case RoundTrip:
        return device.roundTripMs ? tr("%1 ms").arg(*device.roundTripMs) : unknown;
    case Lag:
        return countText(qint64(device.lag));
    case Skew:
        if (!device.clockSkewMs)
            return unknown;
        return std::abs(*device.clockSkewMs) < 1000 ? tr("%1 ms").arg(*device.clockSkewMs)
                                                    : (*device.clockSkewMs < 0 ? u"−"_s : u"+"_s)
                                                          + spanText(std::abs(*device.clockSkewMs));
    case Queue:
        return bytesText(device.queuedBytes);
    case Protocol:
        return plainLine(device.protocol);
    case Address:
        return device.address.isEmpty() ? unknown : plainLine(device.address);
    case ConnectedSince:
        return device.isConnected ? clockText(device.connectedMs, m_nowMs) : unknown;
    case Position:
        return countText(qint64(device.position));
    default:
        return {};
    }
}

QString DeviceModel::toolTip(const DeviceFacts &device, int column) const
{
    // Beside a name its id, which the app and commands go by.
    const auto withId = [&](const QString &id) {
        const QString shown = text(device, column);
        return shown == plainLine(id) ? shown : shown + u" · "_s + id;
    };
    switch (column) {
    case StateColumn:
        return text(device, Why);
    case Device:
        return withId(device.deviceId);
    case Restaurant:
        return withId(device.restaurant);
    default:
        return text(device, column);
    }
}

QVariant DeviceModel::sortValue(const DeviceFacts &device, int column) const
{
    switch (column) {
    case StateColumn: {
        const State state = deviceState(device, m_nowMs);
        for (const int rank : {0, 1, 2, 3, 4}) {
            constexpr State order[]{State::Lost, State::Behind, State::CatchingUp, State::InSync,
                                    State::Away};
            if (order[rank] == state)
                return rank;
        }
        return 5;
    }
    case LastSeen:
        return device.lastSeenMs;
    case RoundTrip:
        return device.roundTripMs.value_or(-1);
    case Lag:
        return device.lag;
    case Skew:
        return std::abs(device.clockSkewMs.value_or(-1));
    case Queue:
        return device.queuedBytes;
    case ConnectedSince:
        return device.connectedMs;
    case Position:
        return device.position;
    default:
        return text(device, column);
    }
}

QVariant DeviceModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const DeviceFacts &device = m_rows[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return text(device, index.column());
    case Qt::ToolTipRole:
        return plainToolTip(toolTip(device, index.column()));
    case Qt::TextAlignmentRole: {
        const int column = index.column();
        const bool number = column == RoundTrip || column == Lag || column == Skew
                            || column == Queue || column == Position;
        return number ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    }
    case StateDelegate::StateRole:
        return QVariant::fromValue(deviceState(device, m_nowMs));
    case SortRole:
        return sortValue(device, index.column());
    default:
        return {};
    }
}

QVariant DeviceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    static const char *const titles[]{
        QT_TR_NOOP("State"),      QT_TR_NOOP("Device"),   QT_TR_NOOP("Restaurant"),
        QT_TR_NOOP("User"),       QT_TR_NOOP("Why"),      QT_TR_NOOP("Last seen"),
        QT_TR_NOOP("Round trip"), QT_TR_NOOP("Waiting"),  QT_TR_NOOP("Clock"),
        QT_TR_NOOP("Queue"),      QT_TR_NOOP("Protocol"), QT_TR_NOOP("Address"),
        QT_TR_NOOP("Connected"),  QT_TR_NOOP("Position")};
    return section >= 0 && section < ColumnCount ? tr(titles[section]) : QVariant();
}

DeviceProxy::DeviceProxy(QObject *parent)
    : QSortFilterProxyModel(parent)
{
    setDynamicSortFilter(false);
    setSortRole(DeviceModel::SortRole);
    setSortLocaleAware(true);
}

void DeviceProxy::setRestaurant(const QString &restaurant)
{
    m_restaurant = restaurant;
    refresh();
}

void DeviceProxy::setNeedle(const QString &needle)
{
    m_needle = needle.trimmed();
    refresh();
}

void DeviceProxy::setOnlyTroubled(bool on, qint64 nowMs)
{
    m_onlyTroubled = on;
    m_nowMs = nowMs;
    refresh();
}

void DeviceProxy::refresh()
{
    invalidate();
}

bool DeviceProxy::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    const auto *devices = static_cast<const DeviceModel *>(sourceModel());
    const DeviceFacts &device = devices->device(row);
    if (!m_restaurant.isEmpty() && device.restaurant != m_restaurant)
        return false;
    if (m_onlyTroubled) {
        const State state = deviceState(device, m_nowMs);
        if ((state == State::InSync || state == State::Away) && !device.isShared)
            return false;
    }
    if (m_needle.isEmpty())
        return true;
    for (const QString &id : {device.deviceId, device.restaurant}) { // names may stand for them
        if (id.contains(m_needle, Qt::CaseInsensitive))
            return true;
    }
    for (int column = 0; column < devices->columnCount(parent); ++column) {
        if (devices->index(row, column, parent)
                .data()
                .toString()
                .contains(m_needle, Qt::CaseInsensitive))
            return true;
    }
    return false;
}

} // namespace possync::gui
