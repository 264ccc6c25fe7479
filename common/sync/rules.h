// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/v2message.h"
#include "common/sync/recordstate.h"

#include <span>

/// The merge rules of docs/protocol-v2.md: what a change does to a record, given what the record
/// has become meanwhile. The server decides with them; a device shows its own changes with them.
namespace possync::sync {

/// A change that asks to be let in.
struct Proposal {
    DataType dataType = DataType::Orders;
    Action action = Action::Updated;
    QByteArrayView entityId;
    QByteArrayView data; ///< JSON object that has been checked.
    std::span<const v2::Operation> operations;
    std::optional<quint32> baseRev; ///< Version its sender saw; nothing: not known.
    HybridTime time;                ///< In server time.
    QByteArray device;
    /// A change of a classic device: it replaces what is there, but for status, payment, deletion.
    bool isClassic = false;
};

enum class Verdict : quint8 {
    AsSent, ///< Apply `data` by its action, as it is.
    Patch,  ///< Apply Resolution::patch instead, as plain fields.
    Remove,
    Nothing, ///< The record stays as it is.
};

/// What becomes of a proposal.
struct Resolution {
    Verdict verdict = Verdict::AsSent;
    v2::Outcome outcome = v2::Outcome::Applied;
    QByteArray patch;  ///< JSON object with `id`, for Patch. For v2 changes never AsSent.
    QByteArray code;   ///< Of a rejection.
    QByteArray reason; ///< A sentence for people; empty if there is nothing to say.
    QByteArray proof;  ///< JSON object; empty: none.
    std::vector<v2::KeptField> kept; ///< Fields of the change that did not get in.
    /// Values of others that it replaced although its sender had not seen them.
    std::vector<v2::KeptField> replaced;
};

Resolution resolve(const RecordState &state, const Proposal &proposal);

/// Whether the action makes records, and makes deleted ones anew.
bool isCreation(Action action);

/// How far an order's status or payment is along its path; nothing for words that are not on it.
std::optional<int> orderStatusRank(QByteArrayView status);
std::optional<int> paymentStatusRank(QByteArrayView status);

} // namespace possync::sync
