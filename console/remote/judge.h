// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QMap>
#include <QString>
#include <vector>

namespace possync::remote {

/// What a simulation found.
struct Verdict {
    qint64 sent = 0;      ///< Actions at devices.
    qint64 expected = 0;  ///< Deliveries there had to be: every action at every other device.
    qint64 delivered = 0; ///< Of those, how many there were.
    qint64 lost = 0;
    qint64 duplicated = 0; ///< Taken once more by a device that had it.
    qint64 reordered = 0;  ///< Taken after a later action of the same sender.
    qint64 altered = 0;    ///< Arrived with other data than was sent, or never sent at all.
    qint64 differing = 0;  ///< Records that are not the same everywhere at the end.
    qint64 p50Us = 0, p90Us = 0, p99Us = 0, maxUs = 0; ///< From action to arrival.
    bool identical = true;                             ///< All devices and the server agree.
    QMap<QString, int> strikes = {}; ///< How often each fault struck, by its name.

    bool isClean() const
    {
        return lost == 0 && duplicated == 0 && reordered == 0 && altered == 0 && identical;
    }
    bool operator==(const Verdict &) const = default;
};

/// Compares what virtual devices did with what they received. Pure: told of events, asked at the
/// end. An entity is written by one device only, so that "the last one wins" has one right answer.
class Judge
{
public:
    using Device = std::size_t;
    using Marker = std::size_t; ///< Number of an action, from 0.

    Device addDevice(const QByteArray &restaurant);
    /// An action was made. `isDirect`: its sender was connected, so its order counts.
    Marker addAction(Device sender, const QByteArray &entity, qint64 atUs, bool isDirect);
    /// The connection broke before the action was confirmed; it may arrive later than newer ones.
    void defer(Marker marker) { m_actions[marker].isDirect = false; }
    /// The action was refused or gave way as a whole: nobody else gets it.
    void refuse(Marker marker);
    /// `receiverThereSinceUs`: when the receiver's connection came up; the latency counts if that
    /// was before the action.
    void addDelivery(Device receiver, Marker marker, qint64 atUs, qint64 receiverThereSinceUs);
    /// A whole record arrived instead of changes. `marker` is the last action in it; what was done
    /// to it before is in it too, and need not arrive any more.
    void addRecord(Device receiver, Marker marker, qint64 atUs, qint64 receiverThereSinceUs);
    /// Something arrived that nobody sent in this form.
    void addAltered() { ++m_altered; }
    /// The server's final record of an entity, by the last action in it.
    void setServerRecord(const QByteArray &restaurant, const QByteArray &entity, Marker marker);

    /// Whether an action reached the device, as a change or in a record.
    bool has(Device device, Marker marker) const
    {
        const std::vector<Arrival> &arrivals = m_devices[device].arrivals;
        return marker < arrivals.size() && arrivals[marker] != Arrival::None;
    }
    /// Whether its sender was connected and stayed so until it was confirmed.
    bool isDirect(Marker marker) const { return m_actions[marker].isDirect; }
    std::size_t actionCount() const { return m_actions.size(); }
    /// Deliveries there must be so far, and distinct ones there were.
    qint64 expectedCount() const { return m_expected; }
    qint64 deliveredCount() const { return m_distinct; }
    Verdict verdict() const;

private:
    struct Action {
        Device sender = 0;
        QByteArray entity;
        qint64 atUs = 0;
        bool isDirect = true;
        bool isRefused = false;
    };
    struct Delivery {
        Marker marker = 0;
        qint64 atUs = 0;
        bool countsForLatency = false;
        bool isRecord = false; ///< Comes when it comes: behind later changes of other records.
    };
    enum class Arrival : quint8 { None, InRecord, Change };
    struct DeviceHistory {
        QByteArray restaurant;
        std::vector<Delivery> deliveries;
        std::vector<Arrival> arrivals; ///< By marker.
    };

    bool isStrange(Device receiver, Marker marker) const;
    /// Notes that an action reached the device; what it was before.
    Arrival arrive(DeviceHistory &device, Marker marker, Arrival how);
    void coverBy(DeviceHistory &device, Marker last);

    qint64 countReordered() const;
    qint64 countDiffering() const;

    std::vector<DeviceHistory> m_devices;
    std::vector<Action> m_actions;
    QHash<QByteArray, std::vector<Device>> m_restaurants;
    QHash<std::pair<QByteArray, QByteArray>, Marker> m_serverRecords;
    qint64 m_expected = 0;
    qint64 m_distinct = 0;
    qint64 m_duplicated = 0;
    qint64 m_altered = 0;
};

} // namespace possync::remote
