// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/benchdevice.h"

#include "console/remote/sdkdevice.h"

namespace possync::remote {

using namespace Qt::StringLiterals;

namespace {

constexpr int garbageEveryMs = 100;

/// What broken apps and curious people send; all of it is text, so that the connection lives on.
constexpr const char *garbage[]{
    "{\"type\":\"order_update\",\"data\":{\"id\":\"x\",",
    "not a message",
    "{\"type\":\"data_change\",\"data_type\":\"orders\",\"action\":\"explode\",\"data\":{}}",
    "[1,2,3]",
    "{\"type\":\"no_such_type\"}",
    "\"\\ud800\"",
};

ClassicHabits habits()
{
    ClassicHabits h;
    h.retryScale = 0.04; // A run is short.
    h.maxAttempts = std::numeric_limits<int>::max();
    h.syncMs = 2000;
    h.losesBatchOnNetworkError = false;
    return h;
}

} // namespace

BenchDevice::BenchDevice(const QUrl &server, const QByteArray &token, const QString &restaurant,
                         const ScenarioDevice &who, QNetworkAccessManager &network,
                         const QString &databases, QObject *parent)
    : QObject(parent)
    , m_who(who)
    , m_relay(server)
{
    const QString id = u"sim-"_s + who.name.toLower().replace(u' ', u'-');
    const QUrl url = m_relay.url().isEmpty() ? server : m_relay.url();
    if (who.isV2) {
        auto device = std::make_unique<SdkDevice>(url, restaurant, id, databases);
        m_failure = device->failure();
        m_device = std::move(device);
    } else {
        auto device = std::make_unique<ClassicDevice>(url, restaurant, id, network, habits());
        m_garbage.setInterval(garbageEveryMs);
        connect(&m_garbage, &QTimer::timeout, device.get(), [this, device = device.get()] {
            device->sendText(garbage[std::size_t(m_garbageNo++) % std::size(garbage)]);
        });
        m_device = std::move(device);
    }
    m_device->setToken(token);
    connect(m_device.get(), &VirtualDevice::changeApplied, this, [this] { ++m_received; });
    connect(m_device.get(), &VirtualDevice::recordReplaced, this, [this] { ++m_received; });
}

QString BenchDevice::obstacle(FaultKind kind) const
{
    if (m_who.isV2 && isClassicOnly(kind))
        return u"%1 speaks v2, through the device SDK: that sends each change by one way, and no "
               u"garbage."_s.arg(m_who.name);
    const bool needsRelay = kind == FaultKind::Delay || kind == FaultKind::SlowReader;
    return needsRelay && m_relay.url().isEmpty()
               ? u"A slow network can only be made in front of a server without TLS."_s
               : QString();
}

void BenchDevice::setFault(FaultKind kind, qint64 amountMs)
{
    if (kind == FaultKind::Drop) {
        m_device->killConnection();
        return;
    }
    m_faults.insert(kind);
    if (kind == FaultKind::Offline)
        m_device->goOffline();
    else if (kind == FaultKind::Delay)
        m_relay.setDelay(int(amountMs));
    else if (kind == FaultKind::SlowReader)
        m_relay.setSlowReader(true);
    else if (kind == FaultKind::ClockSkew)
        m_device->setClockSkew(amountMs);
    else if (kind == FaultKind::Garbage)
        m_garbage.start();
}

void BenchDevice::heal(FaultKind kind)
{
    if (!m_faults.remove(kind))
        return;
    if (kind == FaultKind::Offline)
        m_device->connectToServer();
    else if (kind == FaultKind::Delay)
        m_relay.setDelay(0);
    else if (kind == FaultKind::SlowReader)
        m_relay.setSlowReader(false);
    else if (kind == FaultKind::ClockSkew)
        m_device->setClockSkew(0);
    else if (kind == FaultKind::Garbage)
        m_garbage.stop();
}

void BenchDevice::healAll()
{
    for (const FaultKind kind : allFaultKinds)
        heal(kind);
}

QByteArray BenchDevice::send(const VirtualDevice::Action &action)
{
    return m_device->send(action, {.repeatsTwin = has(FaultKind::Duplicate),
                                   .twinFirst = has(FaultKind::Reorder),
                                   .syncsAtOnce = has(FaultKind::Reorder)});
}

} // namespace possync::remote
