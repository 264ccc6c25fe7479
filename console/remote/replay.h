// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/judge.h"
#include "console/remote/recording.h"
#include "console/remote/restclient.h"
#include "console/remote/virtualdevice.h"

#include <QElapsedTimer>
#include <QNetworkAccessManager>
#include <QSet>
#include <QTemporaryDir>
#include <QTimer>
#include <map>
#include <memory>

namespace possync::remote {

struct ReplayPlan {
    QUrl server;
    QByteArray token = {};
    ServerTrust trust = {};
    QString restaurant;      ///< Where it is played: a test restaurant.
    double speed = 1;        ///< How many times as quick as it was; 0: as quick as it goes.
    bool isV2 = false;       ///< What the devices speak.
    bool isForced = false;   ///< Also where real devices work or other changes are.
    int lostAfterMs = 10000; ///< After so long without any movement what is missing is lost.
};

struct ReplayReport {
    Verdict verdict;
    qint64 recorded = 0;
    qint64 acknowledged = 0; ///< Sent, and confirmed to their sender.
    qint64 refused = 0;      ///< Refused, or gave way as a whole; nobody gets them.
    qint64 skipped = 0;      ///< Cannot be said in this protocol.
    qint64 devices = 0;
    qint64 tookMs = 0; ///< From the first change to the last delivery.
    bool isCompared = false;
    QStringList differing = {}; ///< Records that are not as in the recording; the first few.
    QList<Phrase> remarks = {};

    bool isClean() const
    {
        return verdict.isClean() && verdict.sent + skipped == recorded
               && acknowledged == verdict.sent;
    }
};

/// Lets one virtual device for each recorded one do again what that did: over real sockets, in the
/// order of each device, and about one record not before it has what others did to it. Then waits
/// until nothing moves any more, judges, and compares the records with those of the recording.
/// Lives on one thread with an event loop.
class Replay : public QObject
{
    Q_OBJECT

public:
    enum class Phase { Preparing, Connecting, Playing, Settling, Comparing, Over };

    Replay(std::shared_ptr<const Recording> recording, ReplayPlan plan, QObject *parent = nullptr);
    ~Replay() override;

    void start();
    /// Ends at once; what has not arrived is lost.
    void stop();

    struct Progress {
        Phase phase = Phase::Preparing;
        qint64 connected = 0;
        qint64 devices = 0;
        qint64 sent = 0;
        qint64 total = 0;
        qint64 delivered = 0;
        qint64 expected = 0;
    };
    Progress progress() const;

Q_SIGNALS:
    /// Exactly once; an error if it could not even begin.
    void finished(const possync::remote::Answer<possync::remote::ReplayReport> &report);

private:
    struct Actor;
    using Key = std::pair<QByteArray, QByteArray>; ///< Data type and entity.

    void askWhoIsThere();
    void askWhatIsThere();
    void putBefore(std::size_t from);
    bool createDevices();
    void connectActor(Actor &actor);
    void tick();
    void play(qint64 nowUs);
    bool isReady(Actor &actor, const ChangeEntry &change);
    void send(Actor &actor, const ChangeEntry &change, qint64 nowUs);
    void take(Actor &receiver, const VirtualDevice::Applied &change);
    void takeRecord(Actor &receiver, const VirtualDevice::Applied &record);
    void settle(qint64 nowUs);
    void compare();
    void compareRecords(const RecordList &records);
    void conclude();
    void fail(const RemoteError &error);
    void remark(const Phrase &text);
    qint64 expectedCount() const;
    qint64 nowUs() const { return m_clock.nsecsElapsed() / 1000; }

    const std::shared_ptr<const Recording> m_kept; ///< Keeps the next alive.
    const Recording &m_recording;
    const ReplayPlan m_plan;
    QNetworkAccessManager m_network;
    QTemporaryDir m_databases;
    RestClient m_rest;
    const QByteArray m_run; ///< Begins the change ids of records put in.
    Judge m_judge;
    std::vector<std::unique_ptr<Actor>> m_actors;
    QHash<QString, Actor *> m_byDeviceId;
    std::vector<Key> m_sent;                                   ///< By marker.
    QHash<QByteArray, Judge::Marker> m_byChangeId;             ///< v2.
    QHash<QByteArray, std::vector<Judge::Marker>> m_byContent; ///< Classic.
    /// The last change of each record and who made it.
    std::map<Key, std::pair<Judge::Marker, Judge::Device>> m_lastOf;
    QSet<Judge::Marker> m_refused;
    ReplayReport m_report;
    QTimer m_tick;
    QTimer m_soon;
    QElapsedTimer m_clock;
    Phase m_phase = Phase::Preparing;
    bool m_wasEmpty = false;
    qint64 m_phaseStartUs = 0;
    qint64 m_lastMoveUs = 0;
    qint64 m_lastArrivalUs = 0;
    std::size_t m_pendingSeen = 0;
};

} // namespace possync::remote
