// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/room.h"
#include "server/store/names.h"
#include "server/store/trafficstore.h"

/// JSON of what REST and the admin protocol both tell; docs/protocol.md, "REST" and "Admin".
namespace possync::net {

/// One entry of the changes feed.
QByteArray changeJson(const core::StoredChange &change);
/// Array of the devices of a room, connected ones first, with what they are called.
QByteArray devicesJson(const core::Room &room, const store::RestaurantNames &names);
/// Body of `GET …/status`.
QByteArray statusJson(const QByteArray &restaurantId, const core::Room *room);
/// The record with the time of its last change as `last_sync`, in place of any that it holds.
QByteArray withLastSync(const QByteArray &record, qint64 updatedAtMs);
/// Body of `GET …/data` up to its time stamp.
QByteArray dataJson(const core::Room &room);
/// Body of `GET …/entities/:type/:entity`.
QByteArray entityJson(const QByteArray &restaurantId, const core::Entity &entity);
/// One entry of the conflict record.
QByteArray decisionJson(const core::Decision &decision);
/// Body of `GET …/conflicts`: the newest `limit`, newest first; with `before` those that are older
/// than the conflict of that change id, which must be kept.
QByteArray conflictsJson(const core::Room &room, std::size_t limit, const QByteArray &before);
/// Body of the answer to `POST /api/sync`.
QByteArray syncReplyJson(const core::SyncReply &reply, qint64 nowMs);
/// A sample as `traffic` message of the admin protocol.
QByteArray trafficJson(const store::TrafficSample &sample);
/// Result of the command `read_traffic`, and body of `GET …/traffic`.
QByteArray trafficPageJson(const store::TrafficStore::Page &page);
/// Body of every error over HTTP.
QByteArray errorJson(QByteArrayView code, QByteArrayView message, qint64 nowMs);
/// A quoted string, or `null` if it is empty.
QByteArray textOrNull(QByteArrayView text);
/// A quoted time stamp, or `null` for 0.
QByteArray timeOrNull(qint64 utcMs);

} // namespace possync::net
