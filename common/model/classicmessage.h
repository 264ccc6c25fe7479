// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/catalogue.h"
#include "common/model/jsontext.h"
#include "common/model/result.h"

#include <QByteArray>
#include <optional>
#include <span>
#include <variant>
#include <vector>

/// The classic protocol's messages: read, written, and turned from one form into the other.
/// docs/protocol.md, "Classic". All text is UTF-8; pure functions; any thread.
namespace possync::classic {

/// Longest id (device, user, entity, change) taken, in bytes.
inline constexpr qsizetype maxIdBytes = 256;

/// Why a message was refused. `code` is stable and listed in docs/protocol.md, "Error codes".
struct Refusal {
    QByteArray code;     ///< For programs, for example "bad_field".
    QByteArray message;  ///< For people; names the field.
    QByteArray changeId; ///< Of the change that was refused, if it had one.
    /// Set if only the rate was too high: the same is taken after this time.
    qint64 retryAfterMs = 0;
    bool operator==(const Refusal &) const = default;
};

struct Register {
    QByteArray deviceId;
    std::optional<QByteArray> userId;
};

struct Heartbeat {
    QByteArray deviceId;
    std::optional<qint64> deviceClockMs; ///< What the device's clock showed, zone unknown.
};

struct UserChanged {
    std::optional<QByteArray> userId;
};

/// One user action on one entity, in either of its two wire forms.
struct Change {
    /// Exact text of the message as it came.
    QByteArray raw;
    bool typed = false; ///< A typed message (`order_update`, …); otherwise a `data_change`.
    DataType dataType = DataType::Orders;
    Action action = Action::Updated;
    /// Empty for a typed `user_update` without `data.id`: that message does not say whom it is
    /// about, only its twin does.
    QByteArray entityId;
    QByteArray changeId; ///< Empty if the message carried none.
    QByteArray deviceId; ///< As the message states it; empty if it does not.
    std::optional<QByteArray> userId;
    std::optional<qint64> timestampMs; ///< The device's clock; see parseTimestamp().
    qsizetype dataOffset = 0;          ///< Where the text of `data` begins in `raw` …
    qsizetype dataSize = 0;            ///< … and how long it is.
    /// Equal for the typed message and its twin: over action and fields, whatever their order,
    /// without `id`.
    quint64 contentHash = 0;
    /// Whether `raw` is known to have no `change_id`, so that one may be added at its end. False
    /// where nobody looked.
    bool lacksChangeId = false;

    QByteArrayView data() const { return QByteArrayView(raw).sliced(dataOffset, dataSize); }
};

using Message = std::variant<Register, Heartbeat, UserChanged, Change>;

/// Reads one text frame. `restaurantId` is the one the connection belongs to; a message that names
/// another is refused.
Result<Message, Refusal> decode(const QByteArray &frame, QByteArrayView restaurantId);

/// Body of `POST /api/sync`, each element decoded for itself so that one bad change does not take
/// the others with it.
struct SyncRequest {
    QByteArray restaurantId;
    QByteArray deviceId;
    std::vector<Result<Change, Refusal>> changes;
};
Result<SyncRequest, Refusal> decodeSync(const QByteArray &body);

QByteArray encodeRegistered(QByteArrayView deviceId, QByteArrayView restaurantId, qint64 nowMs);
QByteArray encodeHeartbeatResponse(QByteArrayView deviceId, qint64 nowMs);
QByteArray encodeError(const Refusal &refusal);
/// `sync_update` with the exact texts of the changes.
QByteArray encodeSyncUpdate(QByteArrayView restaurantId, std::span<const QByteArray> changes,
                            qint64 nowMs);

/// What must differ from the stored text when a change is sent to one receiver.
struct Rewrite {
    QByteArray changeId; ///< Set if not empty.
    QByteArray deviceId; ///< Replaces the sender's id if not empty.
};

/// The change in the form its sender chose, other fields and their text untouched.
QByteArray asReceived(const Change &change, const Rewrite &rewrite);
/// The change as typed message, which is what the app understands.
QByteArray asTyped(const Change &change, const Rewrite &rewrite);
/// The change as `data_change`, the form in which `sync_update` and the REST feed carry it.
QByteArray asDataChange(const Change &change, const Rewrite &rewrite);

/// Makes the rewritten text the change's own, in the form it has.
void restate(Change &change, const Rewrite &rewrite);

/// Reads a change back from text that decode() accepted before.
Result<Change, Refusal> decodeChange(const QByteArray &text);

} // namespace possync::classic
