// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/classicmessage.h"
#include "common/sync/rules.h"

#include <memory>
#include <variant>

/// What the journal holds: the records of a room and their binary form.
/// Numbers are little-endian; the form is versioned by record kind, which is append-only. A kind may
/// grow at its end only.
namespace possync::core {

/// Slot of a change that came over HTTP, where no connection says which tablet sent it.
inline constexpr quint16 unknownSlot = 65535;

/// One applied change, as it is relayed, replayed and listed.
struct StoredChange {
    quint64 seq = 0;
    qint64 receivedAtMs = 0; ///< Server time, UTC.
    /// The change with `raw` as relayed (its change id inside). `userId`, `deviceId` as stated.
    classic::Change change;
    QByteArray originDevice;          ///< Device of the connection or request it came by.
    quint16 originSlot = unknownSlot; ///< Which of the tablets with that name; see devices.h.
    bool viaHttp = false;
    bool viaV2 = false;
    HybridTime time = {}; ///< When it was made, in server time.
    /// What it does to the record, where that is not what `change` says.
    sync::Verdict verdict = sync::Verdict::AsSent;
    QByteArray patch = {}; ///< For Verdict::Patch; empty: the data of `change`.
    quint32 rev = 0;  ///< Version of the record that it makes; 0: it makes none, or is not known.
};
using StoredChangePtr = std::shared_ptr<const StoredChange>;

/// A second name of an applied change: its twin's change id.
struct Alias {
    quint64 seq = 0;
    QByteArray changeId;
    quint64 contentHash = 0;
    qint64 receivedAtMs = 0;
    /// For a typed `user_update`, which does not say whom it is about: the twin that does, as text.
    QByteArray effectText;
    quint64 atSeq = 0; ///< Last change given a number before it; 0 in old journals.
};

/// A device (or one more tablet under its name) seen for the first time, or found to share its id.
struct DeviceSeen {
    QByteArray deviceId;
    quint16 slot = 0;
    quint64 cursor = 0; ///< Nothing up to here needs to be sent to it.
    qint64 atMs = 0;
    QByteArray host;     ///< Address it came from.
    bool shared = false; ///< Two tablets are known to use this id.
};

/// Stored before a device is given records instead of changes: how far those may go. Below that the
/// device must never be given changes again; see Device::recordsSeq.
struct RecordsSent {
    QByteArray deviceId;
    quint64 seq = 0; ///< No record it is given contains a change after this one.
    qint64 atMs = 0;
};

/// The losing values of a conflict were made to win after all; or a late change was discarded.
struct Restored {
    QByteArray conflictId; ///< Change id of the conflict's decision.
    quint64 seq = 0;       ///< The change that did it; 0: it was discarded.
    qint64 atMs = 0;       ///< Server time; 0: it was not done.
    QByteArray by;         ///< Id of the access token, or "-".
};

/// What became of a change that did not simply get in, for repeats and for the list of conflicts.
struct Decision {
    quint64 seq = 0; ///< 0: it changed nothing.
    quint32 rev = 0;
    QByteArray changeId;
    quint64 contentHash = 0;
    qint64 atMs = 0; ///< Server time.
    HybridTime time; ///< When it was made, in server time.
    DataType dataType = DataType::Orders;
    Action action = Action::Updated;
    QByteArray entityId;
    QByteArray deviceId;
    QByteArray userId;
    v2::Outcome outcome = v2::Outcome::Applied;
    QByteArray code;
    QByteArray reason;
    QByteArray proof;
    QByteArray sent; ///< The change as it was sent.
    std::vector<v2::KeptField> kept;
    std::vector<v2::KeptField> replaced; ///< See sync::Resolution.
    Restored restored = {};
};
using DecisionPtr = std::shared_ptr<const Decision>;

using Record =
    std::variant<StoredChangePtr, Alias, DeviceSeen, RecordsSent, DecisionPtr, Restored>;

/// Appends the record with its length in front.
void appendRecord(QByteArray &body, const StoredChange &change);
void appendRecord(QByteArray &body, const Alias &alias);
void appendRecord(QByteArray &body, const DeviceSeen &device);
void appendRecord(QByteArray &body, const RecordsSent &sent);
void appendRecord(QByteArray &body, const Decision &decision);
void appendRecord(QByteArray &body, const Restored &restored);

/// The content of a decision without its frame, as its state row holds it.
QByteArray decisionText(const Decision &decision);
/// Nothing if the text is not one.
DecisionPtr readDecision(const QByteArray &text);

/// Whether the texts of records that were read are their own, or refer to the body, which must then
/// outlive them and all copies: for who only looks at them.
enum class Texts { Copied, Borrowed };

/// All records of a journal body, oldest first. Empty if the body is not one: the store has
/// verified its checksum, so that means a newer version wrote it.
std::optional<std::vector<Record>> readRecords(const QByteArray &body, Texts texts = Texts::Copied);

} // namespace possync::core
