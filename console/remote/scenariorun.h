// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/judge.h"
#include "console/remote/restclient.h"
#include "console/remote/scenario.h"
#include "console/remote/simwork.h"
#include "console/remote/benchdevice.h"

#include <QSet>
#include <QTemporaryDir>

namespace possync::remote {

/// How one expectation came out.
struct ScenarioCheck {
    enum State { Open, Met, Missed };
    Phrase text = {}; ///< "order-1 of Till reaches Kitchen, Bar within 800 ms"
    State state = Open;
    Phrase detail = {}; ///< "after 12 ms", "not in time at Bar"
    qint64 tookMs = -1;
};

struct ScenarioReport {
    QString name;
    QString about;
    QString restaurant;
    QString server;
    qint64 startedMs = 0; ///< UTC.
    qint64 tookMs = 0;
    Verdict verdict;
    qint64 convergedMs = -1; ///< From the end of the last step until all had all; -1: never.
    QList<ScenarioCheck> checks;
    QStringList log; ///< "  1.250 s  Bar: offline for 2 s"

    bool passed() const;
};

/// Plays one scenario against a real server, heals every fault at its end, waits until nothing
/// moves any more and judges. Lives on one thread with an event loop.
class ScenarioRun : public QObject
{
    Q_OBJECT

public:
    enum class Phase { Connecting, Playing, Settling, Comparing, Over };

    ScenarioRun(Scenario scenario, const QUrl &server, const QByteArray &token,
                const ServerTrust &trust = {}, QObject *parent = nullptr);
    ~ScenarioRun() override;

    void start();
    /// Ends at once; what was not decided counts as missed.
    void stop();

    const Scenario &scenario() const { return m_scenario; }
    Phase phase() const { return m_phase; }
    /// So far; complete with finished().
    const ScenarioReport &report() const { return m_report; }
    qint64 sentCount() const { return qint64(m_judge.actionCount()); }
    qint64 deliveredCount() const { return m_judge.deliveredCount(); }
    qint64 expectedCount() const { return m_judge.expectedCount(); }
    qint64 playedMs() const;
    std::vector<std::unique_ptr<BenchDevice>> &devices() { return m_devices; }

Q_SIGNALS:
    /// Something to be seen changed: a phase, a step, a check.
    void progressed();
    /// Exactly once; an error if it could not even begin.
    void finished(const possync::remote::Answer<possync::remote::ScenarioReport> &report);

private:
    struct Watched {
        Judge::Marker marker = 0;
        QSet<std::size_t> missing; ///< Devices that do not have it yet.
        qint64 sentUs = 0;
        qint64 deadlineUs = 0;
        qsizetype check = 0;
    };
    struct Worker {
        std::vector<std::size_t> devices;
        double rate = 0;
        qint64 startUs = 0;
        qint64 endUs = 0;
        qint64 done = 0;
    };
    struct Healing {
        std::size_t device = 0;
        FaultKind kind = FaultKind::Offline;
        qint64 atUs = 0;
    };
    struct SentData {
        std::size_t sender = 0;
        QByteArray entity;
        QByteArray plain;
        QByteArray withId;
    };
    /// What was written about an entity, by whom, and by whom while it was not connected.
    struct Written {
        DataType type = DataType::Orders;
        std::vector<Judge::Marker> markers;
        QSet<std::size_t> writers;
        QSet<std::size_t> awayWriters;
    };

    /// False if one cannot work; then finished() has been emitted.
    bool createDevices();
    void connectDevice(std::size_t number);
    void tick();
    void play(qint64 nowUs);
    void begin(const ScenarioStep &step, qint64 nowUs);
    void send(std::size_t device, const SendStep &step, qint64 nowUs);
    Judge::Marker act(std::size_t device, const VirtualDevice::Action &action, qint64 nowUs);
    void work(qint64 nowUs);
    void settle(qint64 nowUs);
    void decide(qint64 nowUs);
    void take(std::size_t receiver, const VirtualDevice::Applied &change);
    void takeRecord(std::size_t receiver, const VirtualDevice::Applied &record);
    void takeRefusal(const QByteArray &changeId, const QString &reason);
    void reach(std::size_t receiver, Judge::Marker marker, qint64 nowUs);
    bool isAltered(const QByteArray &received, Judge::Marker marker) const;
    void compare();
    qint64 countDiffering(const RecordList &records) const;
    void conclude(qint64 differing);
    void fail(const RemoteError &error);
    void note(const QString &text);
    std::size_t numberOf(const QString &name) const;
    qint64 nowUs() const { return m_clock.nsecsElapsed() / 1000; }

    const Scenario m_scenario;
    const QUrl m_server;
    const QByteArray m_token;
    const ServerTrust m_trust;
    QNetworkAccessManager m_network;
    QTemporaryDir m_databases; ///< Of devices with the SDK.
    RestClient m_rest;
    Judge m_judge;
    std::vector<std::unique_ptr<BenchDevice>> m_devices;
    /// 0 before a device registered for the first time, the greatest number while it is away.
    std::vector<qint64> m_thereSinceUs;
    std::vector<std::vector<Judge::Marker>> m_unconfirmed;
    std::vector<SimWork> m_work;
    std::vector<SentData> m_sent; ///< By marker.
    QHash<QByteArray, Judge::Marker> m_byChangeId; ///< Of devices with the SDK.
    QHash<QByteArray, Written> m_written;
    std::vector<Watched> m_watched;
    std::vector<Worker> m_workers;
    std::vector<Healing> m_healings;
    QByteArray m_ending; ///< Of every id of this run.
    QByteArray m_run;    ///< Member that marks this run's data.
    QTimer m_tick;
    QElapsedTimer m_clock;
    std::mt19937_64 m_chance;
    Phase m_phase = Phase::Connecting;
    ScenarioReport m_report;
    qsizetype m_nextStep = 0;
    qint64 m_phaseStartUs = 0;
    qint64 m_lastMoveUs = 0;
    std::size_t m_pendingSeen = 0;
    bool m_hasV2 = false;
};

} // namespace possync::remote
