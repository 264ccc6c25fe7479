// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/catalogue.h"
#include "console/remote/servertrust.h"

#include <QByteArray>
#include <QObject>

namespace possync::remote {

/// What a device does to make trouble with one change; docs/protocol.md, "Classic". A device that
/// speaks v2 repeats what it sent when it is cut off from the answer; it has no other trouble.
struct SendFault {
    bool repeatsTwin = false; ///< The `data_change` goes out twice, and so does the POST.
    bool twinFirst = false;   ///< The `data_change` goes out before the typed message.
    bool syncsAtOnce = false; ///< The POST does not wait and races with the socket.
};

/// Whether a device is named as those are that play in tests. Where others are connected, real
/// people work.
inline bool isVirtualDeviceId(const QString &deviceId)
{
    return deviceId.startsWith(u"sim-") || deviceId.startsWith(u"sim_");
}

/// A device without a person, of whatever protocol: what a simulation asks of it. Lives on one
/// thread with an event loop.
class VirtualDevice : public QObject
{
    Q_OBJECT

public:
    /// One action, as the person at the device made it.
    struct Action {
        DataType dataType = DataType::Orders;
        possync::Action action = possync::Action::Updated;
        QByteArray entityId;
        QByteArray data; ///< JSON object text without `id`, as the app fills the typed message.
    };

    /// A change received and taken.
    struct Applied {
        DataType dataType = DataType::Orders;
        QByteArray action;
        QByteArray entityId;
        QByteArray changeId; ///< Empty if the message had none.
        QByteArray deviceId; ///< Sender, as the message states it.
        QByteArray data;     ///< Exact text.
    };

    using QObject::QObject;

    virtual void setToken(const QByteArray &token) = 0;
    /// By which certificate the server is known, from the next connection on.
    virtual void setTrust(const ServerTrust &trust) = 0;
    virtual void connectToServer() = 0;
    /// Leaves politely and stays away.
    virtual void goOffline() = 0;
    /// Cuts the connection as a failing network does; reconnects after a while by itself.
    virtual void killConnection() = 0;
    /// Puts its clock so many milliseconds ahead, or behind.
    virtual void setClockSkew(qint64 ms) = 0;
    /// Returns the id of the change; empty: it could not be queued, or has none, as the app's
    /// `user_update` that does not say whom it is about. That is an action without an entity; a
    /// device that speaks v2 cannot make it.
    virtual QByteArray send(const Action &action, const SendFault &fault) = 0;
    /// Hurries on with what is pending.
    virtual void syncNow() = 0;

    virtual const QString &deviceId() const = 0;
    virtual const QString &restaurant() const = 0;
    virtual bool isRegistered() const = 0; ///< Connected and introduced.
    virtual bool isOffline() const = 0;    ///< By goOffline().
    /// Changes not yet confirmed.
    virtual std::size_t pendingCount() const = 0;
    /// What it holds of an entity; empty: nothing, or removed.
    virtual QByteArray record(DataType type, const QByteArray &entityId) const = 0;
    /// Whether it holds what the server does, be it its own or of whatever type.
    virtual bool isExact() const = 0;

Q_SIGNALS:
    void registered();
    void connectionLost();
    /// Taken from another device.
    void changeApplied(const possync::remote::VirtualDevice::Applied &change);
    /// A record came whole instead of the changes that made it; `data` is the record.
    void recordReplaced(const possync::remote::VirtualDevice::Applied &record);
    /// A change of its own has its outcome and will not reach others: it was refused, or gave way
    /// in all its parts. Only v2 tells.
    void changeRefused(const QByteArray &changeId, const QString &reason);
    /// Nothing is pending any more of what it had sent.
    void syncConfirmed();
};

} // namespace possync::remote
