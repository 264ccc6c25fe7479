// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/timestamp.h"
#include "common/sync/fieldpath.h"
#include "server/core/room.h"

#include <QCryptographicHash>
#include <limits>

/// Conflicts decided the other way round: docs/protocol.md, "Restoring what lost".
namespace possync::core {
namespace {

/// Whom such a change comes from; the app takes messages of this device like any other.
constexpr char restorer[] = "possync";

QByteArray restoreId(const QByteArray &conflictId)
{
    const QByteArray id = "restore:" + conflictId;
    if (id.size() <= classic::maxIdBytes)
        return id;
    return "restore:" + QCryptographicHash::hash(conflictId, QCryptographicHash::Sha256).toHex();
}

/// Whether the text is the order line of that id.
bool isLine(QByteArrayView text, const QByteArray &id)
{
    json::Members members;
    if (!text.startsWith('{') || !json::splitObject(text, members))
        return false;
    const json::Member *member = json::find(members, "id");
    return member
           && (member->type == json::Type::String ? json::unquoted(member->value)
                                                  : member->value.toByteArray())
                  == id;
}

/// The operation that gives an order line, or a field of one, its losing value. `path` holds the
/// parts of the name of the field.
v2::Operation lineOperation(const v2::KeptField &field, const QByteArrayList &path)
{
    using Kind = v2::Operation::Kind;
    const QByteArray &line = path[1];
    if (path.size() == 3)
        return {Kind::LineSet, line, '{' + json::quoted(path[2]) + ':' + field.lost + '}'};
    if (isLine(field.lost, line))
        return {Kind::LineAdd, line, field.lost};
    return {Kind::LineRemove, line, {}};
}

/// A change of nothing but the values that lost.
v2::PushedChange losingValues(const Decision &conflict)
{
    v2::PushedChange change;
    QByteArray data;
    for (const auto *fields : {&conflict.kept, &conflict.replaced}) {
        for (const v2::KeptField &field : *fields) {
            const QByteArrayList path = sync::pathParts(field.field);
            if (conflict.dataType == DataType::Orders && path.size() > 1
                && path[0] == sync::linesField)
                change.operations.push_back(lineOperation(field, path));
            else
                data += (data.isEmpty() ? "" : ",") + json::quoted(path.join('/')) + ':'
                        + field.lost;
        }
    }
    change.data = '{' + data + '}';
    return change;
}

/// The whole change as its device sent it; nothing if it cannot be read.
std::optional<v2::PushedChange> asSent(const Decision &conflict, QByteArrayView restaurantId)
{
    auto message =
        v2::decodeFromDevice(v2::encodePush(1, std::span(&conflict.sent, 1)), restaurantId);
    auto *push = message ? std::get_if<v2::Push>(&*message) : nullptr;
    if (push && push->changes.size() == 1 && push->changes.front())
        return std::move(*push->changes.front());
    auto classicChange = classic::decodeChange(conflict.sent);
    if (!classicChange)
        return std::nullopt;
    v2::PushedChange change;
    change.action = classicChange->action;
    change.data = classicChange->data().toByteArray();
    return change;
}

} // namespace

Result<v2::PushedChange, classic::Refusal> Room::restoration(const QByteArray &conflictId) const
{
    const Decision *conflict = m_decisions.find(conflictId);
    if (!conflict)
        return Unexpected{classic::Refusal{
            "unknown_conflict", "there is no conflict " + json::quoted(conflictId), conflictId}};
    const bool lostFields = !conflict->kept.empty() || !conflict->replaced.empty();
    auto change =
        lostFields ? std::optional(losingValues(*conflict)) : asSent(*conflict, m_restaurantId);
    if (!change || conflict->entityId.isEmpty()
        || (!lostFields && conflict->outcome == v2::Outcome::Applied))
        return Unexpected{classic::Refusal{
            "nothing_to_restore", "nothing was lost in this conflict that could be restored",
            conflictId}};
    change->changeId = restoreId(conflictId);
    // A device may have used this very name; the app would skip what comes under it again.
    while (m_ids.find(change->changeId))
        change->changeId = restoreId(change->changeId);
    change->dataType = conflict->dataType;
    change->entityId = conflict->entityId;
    // Whoever restores has seen the conflict: no value is in the way for being unknown to him.
    change->baseRev = std::numeric_limits<quint32>::max();
    return std::move(*change);
}

void Room::answerWithConflict(const QByteArray &conflictId, RestoreReceiver done, const Now &now)
{
    afterStored(
        [this, conflictId, done = std::move(done)](bool stored, const Now &) {
            const Decision *conflict = stored ? m_decisions.find(conflictId) : nullptr;
            if (conflict)
                done(DecisionPtr(std::make_shared<Decision>(*conflict)));
            else
                done(Unexpected{classic::Refusal{
                    "storage_unavailable",
                    "the server could not store this; nothing was kept of it, try again later",
                    conflictId}});
        },
        now);
}

void Room::restore(const QByteArray &conflictId, const QByteArray &by, RestoreReceiver done,
                   const Now &now)
{
    const Decision *conflict = m_decisions.find(conflictId);
    if (conflict && conflict->restored.atMs != 0) {
        if (conflict->restored.seq == 0)
            return done(Unexpected{classic::Refusal{
                "discarded", "this change was discarded when it was reviewed", conflictId}});
        answerWithConflict(conflictId, std::move(done), now);
        return;
    }
    const auto pushed = restoration(conflictId);
    if (!pushed)
        return done(Unexpected{pushed.error()});
    sync::Proposal proposal;
    proposal.dataType = pushed->dataType;
    proposal.action = pushed->action;
    proposal.entityId = pushed->entityId;
    proposal.data = pushed->data;
    proposal.operations = pushed->operations;
    proposal.baseRev = pushed->baseRev;
    proposal.time = HybridTime(now.wallMs, 0);
    proposal.device = restorer;
    const sync::Resolution resolution = m_entities.resolve(proposal);
    if (resolution.outcome != v2::Outcome::Applied)
        return done(
            Unexpected{classic::Refusal{resolution.code.isEmpty() ? "value_stays" : resolution.code,
                                        resolution.reason, conflictId}});

    auto stored = std::make_shared<StoredChange>();
    stored->receivedAtMs = now.wallMs;
    stored->originDevice = restorer;
    stored->viaV2 = true;
    stored->time = proposal.time;
    stored->change.dataType = pushed->dataType;
    stored->change.action = pushed->action;
    stored->change.entityId = pushed->entityId;
    stored->change.changeId = pushed->changeId;
    stored->change.deviceId = restorer;
    stored->change.timestampMs = now.wallMs;
    if (conflict->code == inReview && !conflict->userId.isEmpty())
        stored->change.userId = conflict->userId;
    letIn(*stored, *pushed, resolution);
    m_ids.insert(pushed->changeId, {stored->seq, foldedHash(pushed->contentHash)});
    appendRecord(m_block.body, *stored);
    const Restored restored{conflictId, stored->seq, now.wallMs, by};
    appendRecord(m_block.body, restored);
    m_block.atMs = now.wallMs;
    m_decisions.markRestored(restored);
    m_waiting.push_back({m_blockCount + 1, {}, std::move(stored), 0, {}});
    answerWithConflict(conflictId, std::move(done), now);
}

} // namespace possync::core
