// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/wire.h"

/// Changes that gave way or were refused: docs/protocol.md, `GET /api/restaurants/:id/conflicts`.
namespace possync::remote {

/// One field in which two changes met. Values are exact JSON text.
struct ConflictField {
    QByteArray field = {};
    QByteArray kept = {};
    QByteArray lost = {};
    QString keptBy = {}; ///< Device.
    QString lostBy = {};
    qint64 keptAtMs = 0;
    qint64 lostAtMs = 0;
    bool operator==(const ConflictField &) const = default;
};

struct Conflict {
    QString changeId = {};
    QString outcome = {};
    QByteArray dataType = {};
    QByteArray action = {};
    QString entityId = {};
    QString deviceId = {};
    QString userId = {};
    qint64 receivedMs = 0;
    QString code = {};   ///< Why it was refused as a whole; empty if it was not.
    QString reason = {}; ///< The server's own words.
    QString kind = {};   ///< "conflict"; "review": a late change that waits for a decision.
    QString state =
        {};            ///< "open", "restored", "discarded"; empty if the server knows no restoring.
    qint64 madeMs = 0; ///< When its device made it; 0: not known.
    qint64 restoredMs = 0; ///< When it was decided, whichever way.
    QString restoredBy = {};
    QByteArray sent = {};               ///< The change as its device sent it, if it was refused.
    QList<ConflictField> kept = {};     ///< Fields of this change that gave way.
    QList<ConflictField> replaced = {}; ///< Values of others that gave way to this change.
    bool operator==(const Conflict &) const = default;
};

struct ConflictPage {
    QList<Conflict> conflicts = {}; ///< Newest first.
    quint64 total = 0;
};

namespace wire {

Decoded<ConflictPage> decodeConflicts(const QByteArray &body);
/// Answer to restoring or discarding one.
Decoded<Conflict> decodeSettled(const QByteArray &body);

} // namespace wire
} // namespace possync::remote
