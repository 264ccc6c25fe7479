// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/client/syncclient.h"
#include "console/remote/virtualdevice.h"

namespace possync::remote {

/// A virtual device with the device SDK in it: protocol v2, a database of its own.
class SdkDevice : public VirtualDevice
{
    Q_OBJECT

public:
    /// `server` is http://host:port; the database goes into `directory`, which must be there.
    SdkDevice(const QUrl &server, const QString &restaurant, const QString &deviceId,
              const QString &directory, QObject *parent = nullptr);

    void setToken(const QByteArray &token) override { m_client.updateToken(token); }
    void setTrust(const ServerTrust &trust) override;
    void connectToServer() override;
    void goOffline() override;
    void killConnection() override { m_client.cutConnection(); }
    void setClockSkew(qint64 ms) override { m_client.setClockSkew(ms); }
    QByteArray send(const Action &action, const SendFault &fault) override;
    void syncNow() override {}

    const QString &deviceId() const override { return m_deviceId; }
    const QString &restaurant() const override { return m_restaurant; }
    bool isRegistered() const override { return m_isUpToDate; }
    bool isOffline() const override { return !m_isWanted; }
    std::size_t pendingCount() const override
    {
        return static_cast<std::size_t>(m_client.pendingCount());
    }
    QByteArray record(DataType type, const QByteArray &entityId) const override;
    bool isExact() const override { return true; }
    /// Why the database cannot be used; empty: it can.
    const QString &failure() const { return m_failure; }

private:
    SyncClient m_client;
    QString m_restaurant;
    QString m_deviceId;
    QString m_failure;
    bool m_isWanted = false;
    bool m_isUpToDate = false;
};

} // namespace possync::remote
