// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/catalogue.h"
#include "common/model/result.h"
#include "console/remote/phrase.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>
#include <array>
#include <functional>
#include <optional>
#include <vector>

/// What a server tells whoever watches it: docs/protocol.md, "Admin" and "REST". Plain values.
/// Times are UTC milliseconds of the server's clock unless said otherwise; 0 means "not known".
namespace possync::remote {

/// Why a question was not answered.
struct RemoteError {
    QString code; ///< For programs: the server's code, or `unreachable`, `timeout`, `bad_answer`.
    QString message;      ///< One sentence for people.
    QString hint;         ///< What to do about it; may be empty.
    Phrase sentence = {}; ///< The message, where it is ours and can be translated.
    Phrase advice = {};   ///< The hint likewise.
    bool operator==(const RemoteError &) const = default;
};

/// An error in words of our own.
inline RemoteError trouble(const QString &code, const Phrase &sentence, const Phrase &advice = {})
{
    return {code, sentence.english(), advice.english(), sentence, advice};
}

/// Answer to a question, or why there is none.
template<typename T>
using Answer = Result<T, RemoteError>;
/// Takes an answer, later and on the thread that asked.
template<typename T>
using Receiver = std::function<void(const Answer<T> &)>;

struct RestaurantSummary {
    QString id = {};
    QString name = {}; ///< Empty: the id serves.
    int deviceCount = 0;
    quint64 head = 0; ///< Number of the newest change.
    QString epoch = {};
    double changesPerSecond = 0;
    qint64 lastChangeMs = 0;
    QString state = {}; ///< "online", "lagging", "offline"; empty if not told.
    QStringList warnings = {};
    bool operator==(const RestaurantSummary &) const = default;
};

struct DeviceStatus {
    QString restaurant = {};
    qint64 connection = 0;
    QString deviceId = {};
    QString name = {}; ///< Empty: the id serves.
    QString userId = {};
    QString protocol = {}; ///< "classic" or "v2".
    QString address = {};
    qint64 connectedMs = 0;
    qint64 lastSeenMs = 0;
    std::optional<qint64> roundTripMs = {};
    std::optional<qint64> clockSkewMs = {};
    quint64 position = 0; ///< Number of the last change it is known to have.
    quint64 lag = 0;      ///< Changes it still lacks.
    qint64 queuedBytes = 0;
    bool isShared = false; ///< Another live connection uses the same device id.
    bool isConnected = false;
    bool isCatchingUp = false;
    bool operator==(const DeviceStatus &) const = default;
};

struct ChangeEntry {
    quint64 seq = 0;
    qint64 sentMs = 0; ///< The device's own clock; 0: it did not say.
    qint64 receivedMs = 0;
    QByteArray restaurant = {};
    QByteArray changeId = {};
    QByteArray dataType = {};
    QByteArray action = {};
    QByteArray entityId = {};
    QByteArray deviceId = {};
    QByteArray userId = {};
    QByteArray outcome = {};
    QByteArray data = {}; ///< Exact JSON text as the device wrote it.
    bool operator==(const ChangeEntry &) const = default;
};

struct TrafficSample {
    QString restaurant = {}; ///< Empty: all.
    qint64 atMs = 0;
    qint64 intervalMs = 1000;
    std::array<qint64, allDataTypes.size()> changes = {}; ///< In the order of allDataTypes.
    qint64 deliveries = 0;
    qint64 bytesIn = 0;
    qint64 bytesOut = 0;
    qint64 connections = 0;
    qint64 rejected = 0;
    qint64 latencyP50Us = 0;
    qint64 latencyP99Us = 0;
    bool operator==(const TrafficSample &) const = default;
};

/// A stretch of the past in equal steps; a missing one: the server was down.
struct TrafficPage {
    qint64 stepMs = 1000;
    QList<TrafficSample> samples; ///< Oldest first.
    qint64 nextMs = 0;            ///< Begin of the next page; 0: that was all.
};

struct LogLine {
    quint64 no = 0;
    qint64 atMs = 0;
    QString level = {}; ///< "debug", "info", "warning", "error".
    QString component = {};
    QString text = {};
    bool operator==(const LogLine &) const = default;
};

/// One page of a restaurant's changes.
struct ChangePage {
    QString epoch;
    std::vector<ChangeEntry> changes;
    quint64 next = 0; ///< `since` of the next page.
    quint64 head = 0;
    bool hasMore = false;
};

struct LogPage {
    QList<LogLine> lines;
    quint64 next = 0;
};

struct Health {
    QString status;
    QString version;
    QString journalState; ///< Empty if not told.
    qint64 atMs = 0;
    qint64 uptimeS = -1; ///< -1: not told.
    qint64 restaurants = 0;
    qint64 connections = 0;
};

/// A change made by a person or a program at the console.
struct NewChange {
    QString restaurant;
    QString dataType;
    QString action;
    QString entityId;
    QString userId;      ///< Empty: none.
    QByteArray data;     ///< JSON object text; its `id` may be missing.
    QString deviceId;    ///< Sender's name; used by `POST /api/sync` alone.
    QByteArray changeId; ///< Idempotency key; used by `POST /api/sync` alone.
    qint64 timestampMs = 0;
};

/// What the server did with one change of `POST /api/sync`.
struct SyncResult {
    QByteArray changeId;
    QString outcome; ///< "applied", "duplicate", "rejected".
    quint64 seq = 0; ///< 0 if it has none.
    QString code;
    QString message;
};

/// The current record of one entity.
struct EntityRecord {
    QByteArray id;
    QByteArray data; ///< Exact JSON object text.
};

/// Current records of a restaurant by data type's wire name, in the server's order.
using RecordList = std::vector<std::pair<QByteArray, std::vector<EntityRecord>>>;

/// Records as they were at a moment.
struct PastRecords {
    RecordList records = {};
    bool isWhole = true; ///< Of none a part was forgotten.
};

} // namespace possync::remote
