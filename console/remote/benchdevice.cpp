// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/benchdevice.h"

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
                         const ScenarioDevice &who, QNetworkAccessManager &network, QObject *parent)
    : QObject(parent)
    , m_who(who)
    , m_relay(server)
{
    QString id = who.name.toLower();
    id.replace(u' ', u'-');
    m_device = std::make_unique<ClassicDevice>(m_relay.url().isEmpty() ? server : m_relay.url(),
                                               restaurant, u"sim-"_s + id, network, habits());
    m_device->setToken(token);
    m_garbage.setInterval(garbageEveryMs);
    connect(&m_garbage, &QTimer::timeout, this, [this] {
        m_device->sendText(garbage[std::size_t(m_garbageNo++) % std::size(garbage)]);
    });
}

QString BenchDevice::obstacle(FaultKind kind) const
{
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

void BenchDevice::send(const ClassicDevice::Action &action)
{
    m_device->send(action, {.repeatsTwin = has(FaultKind::Duplicate),
                            .twinFirst = has(FaultKind::Reorder),
                            .syncsAtOnce = has(FaultKind::Reorder)});
}

} // namespace possync::remote
