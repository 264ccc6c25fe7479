// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/classicdevice.h"
#include "console/remote/faultrelay.h"
#include "console/remote/judge.h"
#include "console/remote/restclient.h"
#include "console/remote/simfaults.h"

#include <QTemporaryDir>
#include <random>

namespace possync::remote {

/// What the virtual devices speak.
enum class SimulationProtocol {
    Classic,
    V2,   ///< Through the device SDK.
    Mixed ///< Every other device.
};

struct SimulationPlan {
    QUrl server;
    QByteArray token = {};
    ServerTrust trust = {};
    int restaurants = 1;
    int devices = 5;  ///< In each restaurant.
    double rate = 20; ///< Actions a second, all devices together.
    double seconds = 10;
    quint64 seed = 1;
    SimulationFaults faults = {};
    SimulationProtocol protocol = SimulationProtocol::Classic;
    /// After this long without any movement what is missing is lost.
    int lostAfterMs = 10000;
};

/// Lets virtual devices work against a real server, heals every fault, waits until nothing moves
/// any more and judges. The seed decides who does what and which fault strikes; the network decides
/// the rest. Lives on one thread with an event loop.
class Simulation : public QObject
{
    Q_OBJECT

public:
    enum class Phase { Connecting, Working, Healing, Comparing };

    struct Progress {
        Phase phase = Phase::Connecting;
        int connected = 0;
        int devices = 0;
        qint64 sent = 0;
        qint64 delivered = 0;
        qint64 expected = 0;
        double secondsLeft = 0;
    };

    explicit Simulation(SimulationPlan plan, QObject *parent = nullptr);
    ~Simulation() override;

    void start();
    Progress progress() const;

Q_SIGNALS:
    /// Exactly once; an error if the simulation could not even begin.
    void finished(const possync::remote::Answer<possync::remote::Verdict> &verdict);

private:
    struct Actor;

    /// False if a device could not be made; then finished() has been emitted.
    bool createDevices();
    /// A device for the actor, connected. False as createDevices().
    bool equip(Actor &actor);
    bool fail(const QString &code, const QString &what, const QString &advice = {});
    std::unique_ptr<VirtualDevice> createDevice(const Actor &actor);
    bool isAltered(const QByteArray &received, std::size_t marker) const;
    void release(Actor &actor, qint64 nowUs);
    void connectActor(Actor &actor);
    void left(Actor &actor);
    bool isV2(const Actor &actor) const;
    void step();
    void work(qint64 nowUs);
    void act(Actor &actor, qint64 nowUs);
    void strike();
    /// Whether a fault strikes now. The first does in the first half of the work, if it can at all.
    bool isStruck(bool isWanted, const char *fault, double probability);
    void strikeNetwork(Actor &actor, qint64 nowUs);
    bool restart(Actor &actor);
    void heal(qint64 nowUs);
    void compare();
    void takeRecords(const QString &restaurant, const RecordList &records);
    bool isHeldByAll(const QString &restaurant, DataType type, const EntityRecord &record) const;
    void take(Actor &receiver, const VirtualDevice::Applied &change);
    void takeReplaced(Actor &receiver, const VirtualDevice::Applied &record);
    void conclude();
    int below(int limit) { return std::uniform_int_distribution(0, limit - 1)(m_chance); }
    bool happens(double probability) { return std::bernoulli_distribution(probability)(m_chance); }
    qint64 nowUs() const { return m_clock.nsecsElapsed() / 1000; }

    SimulationPlan m_plan;
    QNetworkAccessManager m_network;
    QTemporaryDir m_databases; ///< Of devices with the SDK.
    RestClient m_rest;
    Judge m_judge;
    std::vector<std::unique_ptr<Actor>> m_actors;
    /// The two texts in which a change's data travels: with `id` in front, and without.
    struct SentData {
        QByteArray plain;
        QByteArray withId;
    };
    std::vector<SentData> m_sentData; ///< By marker.
    qint64 m_recordsDiffering = 0;
    QMap<QString, int> m_strikes; ///< By fault.
    QByteArray m_run;             ///< Member that marks this run's data.
    QTimer m_step;
    QElapsedTimer m_clock;
    std::mt19937_64 m_chance;
    Phase m_phase = Phase::Connecting;
    qint64 m_phaseStartUs = 0;
    qint64 m_lastMoveUs = 0; ///< When something last changed.
    qint64 m_lastStrikeUs = 0;
    int m_recordsAwaited = 0;
    std::size_t m_pendingSeen = 0;
};

/// Finds the marker a simulation wrote into a change's data; nothing if there is none.
std::optional<std::size_t> markerOf(const QByteArray &data);

} // namespace possync::remote
