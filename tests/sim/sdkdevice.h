// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/sync/devicesession.h"
#include "tests/sim/fleetdevice.h"
#include "tests/support/memorystore.h"

namespace possync::sim {

/// A v2 device with the SDK's own rules: sync::DeviceSession, whose app may be killed at any cut
/// and goes on with what is in its store.
class SdkSimDevice : public FleetDevice
{
public:
    SdkSimDevice(QByteArray id, qint64 skewMs, Random &random);

    QByteArray hello(Random &random, qint64 wallMs) override;
    QByteArray receive(const QByteArray &text, qint64 wallMs) override;
    std::vector<QByteArray> messages(Random &random, qint64 wallMs) override;
    void disconnected(qint64 wallMs) override;
    bool hasHungUp() override { return std::exchange(m_hasHungUp, false); }

    QByteArray waiting() const override;
    bool isUpToDate() const override { return m_session->state() == sync::LinkState::UpToDate; }
    QByteArray text(DataType type, const QByteArray &entity) const override;
    quint32 rev(DataType type, const QByteArray &entity) const override;
    std::size_t recordCount() const override;
    quint64 position() const override { return m_session->position().seq; }
    quint64 snapshots() const override { return m_snapshots; }

private:
    QByteArray queue(const Made &made, Random &random, qint64 wallMs) override;
    void startApp();
    /// Takes what the session wants done; notes the first thing that must not be.
    void collect();
    void fault(const QByteArray &what);
    sync::DeviceTime at(qint64 wallMs) const { return {wallMs + m_skewMs, wallMs}; }

    sync::DeviceSession::Options m_options;
    test::MemoryStore m_store;
    std::unique_ptr<sync::DeviceSession> m_session;
    std::map<QByteArray, Made> m_open; ///< Changes without an outcome.
    std::vector<QByteArray> m_out;
    QByteArray m_fault;
    quint64 m_snapshots = 0;
    bool m_hasHungUp = false;
};

} // namespace possync::sim
