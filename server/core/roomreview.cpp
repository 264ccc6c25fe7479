// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/room.h"

/// Changes of devices that were replaced: docs/protocol.md, "Late changes".
namespace possync::core {
namespace {

/// That wait at a time. They are in memory, and whoever found a lost tablet can send as many as he
/// likes.
constexpr std::size_t mostInReview = 1000;
constexpr qsizetype mostInReviewBytes = 4 * 1024 * 1024;
constexpr qint64 retryReviewMs = 60'000;

classic::Refusal waits(const QByteArray &changeId)
{
    return {inReview,
            "this device has been replaced; the change waits for somebody to decide whether it "
            "still counts",
            changeId};
}

qsizetype sizeOf(const LateChange &late)
{
    return late.sentV2.size() + late.change.raw.size();
}

} // namespace

LateChange::LateChange(const v2::PushedChange &pushed)
    : sentV2(v2::encode(pushed))
    , madeAtMs(pushed.time ? pushed.time->ms() : 0)
{
    change.dataType = pushed.dataType;
    change.action = pushed.action;
    change.entityId = pushed.entityId;
    change.changeId = pushed.changeId;
    change.userId = pushed.userId;
    change.contentHash = pushed.contentHash;
}

std::optional<classic::Refusal> Room::reviewRefusal(const LateBatch &batch) const
{
    std::size_t count = 0;
    qsizetype bytes = 0;
    for (const DecisionPtr &decision : m_decisions.all()) {
        if (decision->code != inReview || decision->restored.atMs != 0)
            continue;
        ++count;
        bytes += decision->sent.size();
    }
    if (count == 0)
        return std::nullopt; // one batch always fits, or it would never come to an end
    for (const auto &late : batch.changes) {
        if (late && !m_ids.find(late->change.changeId)) {
            ++count;
            bytes += sizeOf(*late);
        }
    }
    if (count <= mostInReview && bytes <= mostInReviewBytes)
        return std::nullopt;
    classic::Refusal refusal{"review_full",
                             "too many late changes wait for review already; nothing was kept of "
                             "these, send them again later",
                             {}};
    refusal.retryAfterMs = retryReviewMs;
    return refusal;
}

void Room::review(RequestId request, LateBatch &&batch, const Now &now)
{
    SyncReply reply;
    if (auto refusal = reviewRefusal(batch)) {
        m_output.replySync(request, {false, {}, std::move(refusal)});
        return;
    }
    for (auto &late : batch.changes) {
        if (late)
            reply.results.push_back(review(std::move(*late), batch.deviceId, now));
        else
            reply.results.push_back({Outcome::Rejected, 0, late.error().changeId, late.error()});
        if (reply.results.back().outcome == Outcome::Rejected)
            m_output.refused(batch.deviceId, reply.results.back().refusal);
    }
    afterStored(
        [this, request, reply = std::move(reply)](bool stored, const Now &) mutable {
            reply.stored = stored;
            m_output.replySync(request, reply);
        },
        now);
}

ChangeResult Room::review(LateChange &&late, const QByteArray &device, const Now &now)
{
    classic::Change &change = late.change;
    const bool isV2 = !late.sentV2.isEmpty();
    ChangeResult result;
    result.outcome = Outcome::Rejected;
    // Without an id a repeat is known by what it says.
    if (change.changeId.isEmpty())
        classic::restate(change, {.changeId = "late-" + QByteArray::number(change.contentHash, 16),
                                  .deviceId = {}});
    result.changeId = change.changeId;
    const quint32 content = foldedHash(change.contentHash);
    std::optional<quint64> seq;
    if (const auto known = isV2 ? m_ids.find(change.changeId) : std::nullopt) {
        seq = known->seq;
        if (known->content != content) {
            result.refusal = {"id_reused",
                              "change id \"" + change.changeId + "\" names another change already",
                              change.changeId};
            return result;
        }
    } else if (!isV2) {
        seq = knownSeq(change);
    }
    const auto duplicate = [&result](quint64 of) {
        result.outcome = Outcome::Duplicate;
        result.seq = of;
        return result;
    };
    if (seq) {
        const Decision *decision = m_decisions.find(change.changeId);
        if (!decision || decision->code != inReview)
            return duplicate(*seq);
        result.refusal = waits(result.changeId);
        return result;
    }
    if (!isV2) {
        // It may have come in its other form while the device still counted.
        if (const auto twin = m_pairing.takeTwinOf(device, change, now.wallMs)) {
            adoptTwin(*twin, change, device, now);
            return duplicate(twin->seq);
        }
    }

    result.refusal = waits(result.changeId);
    auto decision = std::make_shared<Decision>();
    decision->changeId = change.changeId;
    decision->contentHash = change.contentHash;
    decision->atMs = now.wallMs;
    const qint64 madeAtMs = late.madeAtMs != 0 ? late.madeAtMs : change.timestampMs.value_or(0);
    decision->time = HybridTime(madeAtMs > 0 ? std::min(madeAtMs, now.wallMs) : now.wallMs, 0);
    decision->dataType = change.dataType;
    decision->action = change.action;
    decision->entityId = change.entityId;
    decision->deviceId = device.isEmpty() ? change.deviceId : device;
    decision->userId = change.userId.value_or(QByteArray());
    decision->outcome = v2::Outcome::Rejected;
    decision->code = inReview;
    decision->reason = result.refusal.message;
    decision->sent = isV2 ? late.sentV2 : change.raw;
    m_ids.insert(change.changeId, {0, content});
    appendRecord(m_block.body, *decision);
    m_block.atMs = now.wallMs;
    m_decisions.add(std::move(decision));
    return result;
}

void Room::discard(const QByteArray &conflictId, const QByteArray &by, RestoreReceiver done,
                   const Now &now)
{
    const Decision *conflict = m_decisions.find(conflictId);
    const auto refuse = [&](const char *code, const char *message) {
        done(Unexpected{classic::Refusal{code, message, conflictId}});
    };
    if (!conflict)
        return refuse("unknown_conflict", "there is no conflict of that id");
    if (conflict->code != inReview)
        return refuse("nothing_to_discard", "only changes that wait for review can be discarded");
    if (conflict->restored.atMs != 0 && conflict->restored.seq != 0)
        return refuse("already_applied", "this change has been applied");
    if (conflict->restored.atMs == 0) {
        const Restored discarded{conflictId, 0, now.wallMs, by};
        appendRecord(m_block.body, discarded);
        m_block.atMs = now.wallMs;
        m_decisions.markRestored(discarded);
    }
    answerWithConflict(conflictId, std::move(done), now);
}

} // namespace possync::core
