// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/classicdevice.h"
#include "console/remote/faultrelay.h"
#include "console/remote/scenario.h"

#include <QSet>

namespace possync::remote {

/// A device of the test bench: the app's behaviour, a role, and faults that come and go. Lives on
/// one thread with an event loop.
class BenchDevice : public QObject
{
    Q_OBJECT

public:
    BenchDevice(const QUrl &server, const QByteArray &token, const QString &restaurant,
                const ScenarioDevice &who, QNetworkAccessManager &network,
                QObject *parent = nullptr);

    const QString &name() const { return m_who.name; }
    const QString &role() const { return m_who.role; }
    ClassicDevice &device() { return *m_device; }
    const ClassicDevice &device() const { return *m_device; }

    /// Why this fault cannot be made here; empty if it can.
    QString obstacle(FaultKind kind) const;
    /// Delay and clock skew take an amount in milliseconds. Drop happens once and is over.
    void setFault(FaultKind kind, qint64 amountMs = 0);
    void heal(FaultKind kind);
    void healAll();
    bool has(FaultKind kind) const { return m_faults.contains(kind); }

    void send(const ClassicDevice::Action &action);

private:
    ScenarioDevice m_who;
    FaultRelay m_relay;
    std::unique_ptr<ClassicDevice> m_device;
    QTimer m_garbage;
    QSet<FaultKind> m_faults;
    int m_garbageNo = 0;
};

} // namespace possync::remote
