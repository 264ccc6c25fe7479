// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/types.h"

#include <QByteArrayView>
#include <variant>

/// Reading and writing of `possync.admin.v1` frames and REST answers. Pure; any thread. Strict
/// about what is used, blind to what is not: newer servers may say more. Errors name the field.
namespace possync::remote::wire {

template<typename T>
using Decoded = Result<T, QString>;

struct Welcome {
    QString server;
    QString version;
    qint64 protocol = 0;
    qint64 serverMs = 0;
    qint64 startedMs = 0;
    QString role = {};       ///< Of the token; empty: not told.
    QString restaurant = {}; ///< The only one it may touch; empty: all.
};

struct DeviceList {
    QString restaurant;
    QList<DeviceStatus> devices;
};

struct ChangeBatch {
    QString restaurant;
    std::vector<ChangeEntry> changes;
};

struct Gap {
    QString topic;
    qint64 missed = 0;
};

struct CommandResult {
    QString id;
    Answer<QByteArray> result = QByteArray(); ///< Exact JSON object text, or the error.
};

/// A frame of a type this console does not know.
struct Unknown {
    QString type;
};

using Frame = std::variant<Welcome, QList<RestaurantSummary>, DeviceList, ChangeBatch,
                           TrafficSample, QList<LogLine>, Gap, CommandResult, Unknown>;

Decoded<Frame> decodeFrame(const QByteArray &frame);

Decoded<Health> decodeHealth(const QByteArray &body);
Decoded<QList<RestaurantSummary>> decodeRestaurants(const QByteArray &body);
Decoded<QList<DeviceStatus>> decodeDevices(const QByteArray &body, const QString &restaurant);
/// One element of a list of changes.
Decoded<ChangeEntry> decodeChange(QByteArrayView object);
Decoded<ChangePage> decodeChangePage(const QByteArray &body, const QString &restaurant);
Decoded<TrafficPage> decodeTrafficPage(const QByteArray &body);
Decoded<LogPage> decodeLogPage(const QByteArray &body);
Decoded<RecordList> decodeRecords(const QByteArray &body);
/// Records of a moment.
Decoded<PastRecords> decodePastRecords(const QByteArray &body);
Decoded<std::vector<SyncResult>> decodeSyncResults(const QByteArray &body);

/// The error a server states in a body, if it does.
std::optional<RemoteError> decodeError(const QByteArray &body);

QByteArray encodeHello(const QString &client);
/// An empty restaurant means all.
QByteArray encodeSubscribe(const QStringList &topics, const QString &restaurant);
/// `body` holds the command's members as JSON object text.
QByteArray encodeCommand(const QString &id, const QString &command, const QByteArray &body);
QByteArray encodePush(const NewChange &change);
/// As decodeChange() reads it and the feed has it.
QByteArray encodeChange(const ChangeEntry &change);
/// Body of `POST /api/sync`; one restaurant and one device, those of the first change.
QByteArray encodeSync(const std::vector<NewChange> &changes);
/// The `data` of a change with `id` as its first member, other text untouched. `data` must be a
/// JSON object.
QByteArray withId(const QByteArray &data, const QString &entityId);

} // namespace possync::remote::wire
