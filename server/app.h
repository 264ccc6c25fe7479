// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/demo/democrew.h"
#include "server/net/adminsession.h"
#include "server/net/server.h"
#include "server/ops/config.h"
#include "server/ops/log.h"
#include "server/ops/metrics.h"

#include <QTimer>

#include <mutex>

namespace possync {

/// Counts, logs and feeds what rooms report. Called on their threads.
class Reporter final : public net::RoomObserver
{
public:
    Reporter(ops::Log &log, ops::Metrics &metrics, net::Traffic &traffic);

    void changeApplied(const QByteArray &restaurantId, const core::StoredChangePtr &change,
                       std::size_t receivers) override;
    void changeRefused(const QByteArray &restaurantId, const QByteArray &deviceId,
                       const classic::Refusal &refusal) override;
    void rateExceeded(const QByteArray &restaurantId, const QByteArray &who) override;
    void deviceIdShared(const QByteArray &restaurantId, const QByteArray &deviceId) override;
    void deviceConnected(const QByteArray &restaurantId, const QByteArray &deviceId,
                         const QByteArray &address) override;
    void deviceDisconnected(const QByteArray &restaurantId, const QByteArray &deviceId,
                            const QByteArray &address) override;
    void delivered(const QByteArray &restaurantId, std::size_t messages, qint64 bytes) override;
    void committed(const QByteArray &restaurantId, std::size_t changes, qint64 tookUs) override;
    void storeFailed(const QByteArray &restaurantId, const QString &reason) override;

    /// Writes the refusals since the last call in one line, so that a flood does not go on in the
    /// log; about once a second.
    void logRateRefusals();

private:
    void log(ops::LogLevel level, const char *component, const QByteArray &text);

    ops::Log &m_log;
    ops::Metrics &m_metrics;
    net::Traffic &m_traffic;
    std::mutex m_rateMutex; // guards both below
    quint64 m_rateRefusals = 0;
    QByteArray m_newestRefused;
};

/// The program: everything the server consists of, in the order of its life. Lives on the main
/// thread.
class App final : public QObject
{
    Q_OBJECT
public:
    App(ops::ServerConfig config, ops::Log &log);
    ~App() override;

    /// One line that says why it cannot start, or nothing.
    std::optional<QString> start();
    QString url() const { return m_server->url(); }
    /// Takes up what may change while serving: TLS certificate and key, and from the
    /// configuration, read again, the keys of the identity provider.
    void reload(const Result<ops::LoadedConfig, QString> &loaded);
    /// Stops within five seconds and quits the event loop with `exitCode`.
    void stop(int exitCode);

    /// Exit code that asks main() to start anew, on a restored backup.
    static constexpr int restartCode = 75;

private:
    std::optional<QString> startDemo();
    QByteArray metricsText() const;
    QByteArray logsJson(quint64 since, const QString &level, const QString &text, int limit) const;
    QByteArray logLines(quint64 since, int limit, quint64 &newest) const;

    const ops::ServerConfig m_config;
    ops::Log &m_log;
    ops::Metrics m_metrics;
    net::Traffic m_traffic{m_metrics};
    std::unique_ptr<store::TrafficStore> m_trafficStore;
    Reporter m_reporter{m_log, m_metrics, m_traffic};
    std::unique_ptr<net::AdminContext> m_adminContext;
    std::unique_ptr<net::Server> m_server;
    std::unique_ptr<demo::DemoCrew> m_demo;
    QTimer m_sampleTimer;
    bool m_isStopping = false;
    int m_exitCode = 0;
};

} // namespace possync
