// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/adminclient.h"
#include "console/remote/recording.h"

#include <QFile>
#include <QSet>

namespace possync::remote {

struct RecorderPlan {
    QUrl server;
    QByteArray token = {};
    QString restaurant;
    QString fileName; ///< Must not be there yet.
    /// Begins behind this change; without it with what comes from now on.
    std::optional<quint64> since = {};
    /// How long; without it until stop(), and with `since` until what there is now.
    std::optional<qint64> forMs = {};
    ServerTrust trust = {};
};

/// What was recorded.
struct RecorderReport {
    quint64 since = 0;
    quint64 seq = 0; ///< Of the last change there was.
    qint64 changes = 0;
    qint64 devices = 0;
    int reconnects = 0;
    bool knowsRecords = false;
    QList<Phrase> remarks = {}; ///< What is missing, and why.
};

/// Writes the changes of one restaurant into a file, in their order, without a hole and over any
/// number of lost connections; each batch is in the file as soon as it has come. Memory does not
/// grow with what is recorded, but for the names of records and devices. Lives on one thread with
/// an event loop.
class Recorder : public QObject
{
    Q_OBJECT

public:
    explicit Recorder(RecorderPlan plan, QObject *parent = nullptr);

    void start();
    /// Ends with what there is at this moment.
    void stop();

    /// So far.
    const RecorderReport &report() const { return m_report; }
    bool isConnected() const { return m_admin.state() == AdminClient::State::Connected; }

Q_SIGNALS:
    /// Exactly once. With an error the file holds what had come, if it could be begun.
    void finished(const possync::remote::Answer<possync::remote::RecorderReport> &report);

private:
    enum class Phase { Beginning, Recording, Ending, Over };
    using Key = std::pair<QByteArray, QByteArray>; ///< Data type and entity.

    void begin(const ChangePage &page);
    void writeBefore(const Answer<PastRecords> &records);
    void follow();
    void take(const QString &restaurant, const std::vector<ChangeEntry> &changes);
    void handleState(AdminClient::State state);
    void endAt(quint64 seq);
    void endIfComplete();
    void writeAfter(const Answer<PastRecords> &records);
    bool write(const QByteArray &lines);
    Phrase notWritten() const;
    void remark(const Phrase &text);
    void fail(const RemoteError &error);
    void conclude();

    RecorderPlan m_plan;
    AdminClient m_admin;
    RestClient m_rest; ///< Answers while the other is away.
    QFile m_file;
    QTimer m_length;
    RecordingHead m_head;
    RecorderReport m_report;
    QSet<Key> m_touched;
    QSet<QByteArray> m_devices;
    std::optional<quint64> m_endSeq; ///< Once reached it is over.
    Phase m_phase = Phase::Beginning;
    bool m_knowsBefore = false;
    bool m_wasConnected = false;
    bool m_isAskingForEnd = false;
};

/// The record as devices made it, without what the server adds.
QByteArray withoutLastSync(const QByteArray &record);

} // namespace possync::remote
