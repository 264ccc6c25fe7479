// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/overlay.h"

#include "common/sync/merge.h"
#include "common/sync/rules.h"

namespace possync::sync {

std::optional<QByteArray> withChange(const std::optional<QByteArray> &record,
                                     const v2::PushedChange &change)
{
    RecordState state;
    state.record = record.value_or(QByteArray());
    state.rev = record ? 1 : 0;
    Proposal proposal;
    proposal.dataType = change.dataType;
    proposal.action = change.action;
    proposal.entityId = change.entityId;
    proposal.data = change.data;
    proposal.operations = change.operations;
    proposal.baseRev = state.rev; // Its user saw what the device shows.
    proposal.time = change.time.value_or(HybridTime());
    const Resolution resolution = resolve(state, proposal);
    switch (resolution.verdict) {
    case Verdict::Remove:
        return std::nullopt;
    case Verdict::Nothing:
        return record;
    case Verdict::Patch:
        return mergedRecord(state.record, resolution.patch, Action::Updated, change.entityId);
    case Verdict::AsSent:
        return mergedRecord(state.record, change.data, change.action, change.entityId);
    }
    return record;
}

} // namespace possync::sync
