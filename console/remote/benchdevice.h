// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/classicdevice.h"
#include "console/remote/faultrelay.h"
#include "console/remote/scenario.h"

#include <QSet>

namespace possync::remote {

/// A device of the test bench: the behaviour of the app or of the device SDK, a role, and faults
/// that come and go. Lives on one thread with an event loop.
class BenchDevice : public QObject
{
    Q_OBJECT

public:
    /// `databases`: an existing directory for those with the SDK.
    BenchDevice(const QUrl &server, const QByteArray &token, const QString &restaurant,
                const ScenarioDevice &who, QNetworkAccessManager &network, const QString &databases,
                QObject *parent = nullptr);

    const QString &name() const { return m_who.name; }
    const QString &role() const { return m_who.role; }
    bool isV2() const { return m_who.isV2; }
    VirtualDevice &device() { return *m_device; }
    const VirtualDevice &device() const { return *m_device; }
    /// Changes and records it took from others.
    qint64 receivedCount() const { return m_received; }
    /// Why it cannot work at all; empty: it can.
    const QString &failure() const { return m_failure; }

    /// Why this fault cannot be made here; empty if it can.
    QString obstacle(FaultKind kind) const;
    /// Delay and clock skew take an amount in milliseconds. Drop happens once and is over.
    void setFault(FaultKind kind, qint64 amountMs = 0);
    void heal(FaultKind kind);
    void healAll();
    bool has(FaultKind kind) const { return m_faults.contains(kind); }

    /// Returns the id of the change; empty if it was not taken.
    QByteArray send(const VirtualDevice::Action &action);

private:
    ScenarioDevice m_who;
    FaultRelay m_relay;
    std::unique_ptr<VirtualDevice> m_device;
    QString m_failure;
    qint64 m_received = 0;
    QTimer m_garbage;
    QSet<FaultKind> m_faults;
    int m_garbageNo = 0;
};

} // namespace possync::remote
