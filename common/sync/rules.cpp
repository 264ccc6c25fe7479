// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/rules.h"

#include "common/model/timestamp.h"
#include "common/sync/ruleset.h"

namespace possync::sync {

std::optional<int> orderStatusRank(QByteArrayView status)
{
    constexpr std::array<QByteArrayView, 9> path{"pending",   "confirmed", "preparing",
                                                 "ready",     "served",    "completed",
                                                 "cancelled", "paid",      "refunded"};
    const auto found = std::ranges::find(path, status);
    return found == path.end() ? std::nullopt : std::optional(int(found - path.begin()));
}

std::optional<int> paymentStatusRank(QByteArrayView status)
{
    constexpr std::array<QByteArrayView, 4> path{"pending", "failed", "paid", "refunded"};
    const auto found = std::ranges::find(path, status);
    return found == path.end() ? std::nullopt : std::optional(int(found - path.begin()));
}

bool isCreation(Action action)
{
    return action == Action::Created || action == Action::Upsert || action == Action::ItemAdded
           || action == Action::Added;
}

namespace rules {

QByteArray named(const Proposal &change)
{
    constexpr std::array<QByteArrayView, 7> nouns{"Record", "Order", "Menu item", "Stock item",
                                                  "Table",  "User",  "Printer"};
    return nouns[static_cast<std::size_t>(change.dataType)].toByteArray() + " \""
           + change.entityId.toByteArray() + '"';
}

QByteArray clockTime(HybridTime time)
{
    return formatTimestamp(time.ms()).sliced(11, 8) + " UTC";
}

QByteArray byWhom(const Stamp &stamp)
{
    return (stamp.device.isEmpty() ? "another device" : stamp.device) + " at "
           + clockTime(stamp.time);
}

Ruleset::Ruleset(const RecordState &state, const Proposal &change)
    : m_state(state)
    , m_change(change)
{
    // For other classic changes no rule looks into the record; they are the most.
    const bool needsFields = !change.isClassic || change.dataType == DataType::Orders;
    if (needsFields && !state.deleted && !state.record.isEmpty())
        json::splitObject(state.record, m_record);
}

bool Ruleset::isSeen(const Stamp &stamp) const
{
    return stamp.device == m_change.device || (m_change.baseRev && stamp.rev <= *m_change.baseRev);
}

bool Ruleset::wins(const Stamp &stamp) const
{
    if (m_change.isClassic || isSeen(stamp))
        return true;
    return std::tie(m_change.time, m_change.device) > std::tie(stamp.time, stamp.device);
}

QByteArrayView Ruleset::current(QByteArrayView field) const
{
    const json::Member *member = json::find(m_record, field);
    return member ? member->value : QByteArrayView();
}

const Stamp *Ruleset::stampOf(QByteArrayView field) const
{
    return m_state.deleted ? nullptr : m_state.fields.find(FieldStamps::keyOf(field));
}

void Ruleset::reject(const QByteArray &code, const QByteArray &reason, const QByteArray &proof)
{
    m_result.verdict = Verdict::Nothing;
    m_result.outcome = v2::Outcome::Rejected;
    m_result.code = code;
    m_result.reason = reason;
    m_result.proof = proof;
}

void Ruleset::say(const QByteArray &sentence)
{
    if (!m_result.reason.isEmpty())
        m_result.reason += "; ";
    m_result.reason += sentence;
}

void Ruleset::keep(const QByteArray &field, QByteArrayView kept, QByteArrayView lost,
                   const Stamp *stamp, const QByteArray &sentence)
{
    m_result.kept.push_back({field, kept.toByteArray(), lost.toByteArray(),
                             stamp ? stamp->device : QByteArray(), stamp ? stamp->time.ms() : 0,
                             m_change.device, m_change.time.ms()});
    say(sentence);
}

void Ruleset::take(const QByteArray &field, const QByteArray &value)
{
    const auto found = std::ranges::find(m_patch, field, &PatchField::key);
    if (found != m_patch.end())
        found->value = value;
    else
        m_patch.push_back({field, value});
}

void Ruleset::noteReplaced(const QByteArray &field, QByteArrayView former, QByteArrayView value,
                           const Stamp &stamp)
{
    if (!m_change.baseRev || isSeen(stamp) || former == value)
        return;
    m_result.replaced.push_back({field, value.toByteArray(), former.toByteArray(), m_change.device,
                                 m_change.time.ms(), stamp.device, stamp.time.ms()});
}

bool Ruleset::isStale(QByteArrayView field, QByteArrayView value) const
{
    const bool isStatus = json::isSame(field, "status");
    if (m_change.dataType != DataType::Orders
        || (!isStatus && !json::isSame(field, "payment_status")))
        return false;
    const QByteArrayView now = current(field);
    if (now.isEmpty())
        return false;
    const auto rank = [&](QByteArrayView quoted) {
        const QByteArray text = json::unquoted(quoted);
        return isStatus ? orderStatusRank(text) : paymentStatusRank(text);
    };
    const auto rankNow = rank(now);
    if (!rankNow)
        return false;
    const auto rankNew = rank(value);
    // Out of an end nothing leads but what is further along.
    const int end = isStatus ? *orderStatusRank("completed") : *paymentStatusRank("paid");
    return rankNew ? *rankNew < *rankNow : *rankNow >= end;
}

void Ruleset::mergeField(const QByteArray &field, QByteArrayView value)
{
    const QByteArrayView now = current(field);
    const Stamp *stamp = stampOf(field);
    const bool isPath =
        m_change.dataType == DataType::Orders && (field == "status" || field == "payment_status");
    if (isPath && isStale(field, value)) {
        keep(fieldPath(field), now, value, stamp,
             '"' + field + "\" is already " + now.toByteArray() + "; " + value.toByteArray()
                 + " came too late");
        return;
    }
    const bool isForward = isPath && !now.isEmpty()
                           && (field == "status" ? orderStatusRank(json::unquoted(value))
                                                 : paymentStatusRank(json::unquoted(value)));
    if (now.isEmpty() || !stamp || now == value || isForward || wins(*stamp)) {
        if (stamp && !now.isEmpty() && !isPath)
            noteReplaced(fieldPath(field), now, value, *stamp);
        take(field, value.toByteArray());
        return;
    }
    keep(fieldPath(field), now, value, stamp,
         '"' + field + "\" was changed later by " + byWhom(*stamp) + "; that value stays");
}

bool Ruleset::isPaid() const
{
    return current("payment_status") == "\"paid\"" || current("status") == "\"paid\"";
}

bool Ruleset::isPaymentDetail(QByteArrayView field)
{
    constexpr std::array<QByteArrayView, 6> names{
        "paid_at", "paid_by", "amount_paid", "paid_amount", "transaction_id", "receipt_number"};
    return (field.startsWith("payment") && field != "payment_status")
           || std::ranges::find(names, field) != names.end();
}

bool Ruleset::isSecondPayment(const json::Members &data) const
{
    const auto says = [&](QByteArrayView field) {
        const json::Member *member = json::find(data, field);
        return member && member->value == "\"paid\"";
    };
    if (m_change.dataType != DataType::Orders || !isPaid()
        || (!says("status") && !says("payment_status")))
        return false;
    const Stamp *paid =
        stampOf(current("payment_status") == "\"paid\"" ? "payment_status" : "status");
    if (!paid || paid->device == m_change.device)
        return false;
    const bool differs = std::ranges::any_of(data, [&](const json::Member &member) {
        return isPaymentDetail(member.key) && current(member.key) != member.value;
    });
    return differs || (!m_change.isClassic && !isSeen(*paid));
}

void Ruleset::rejectPayment()
{
    const Stamp *paid =
        stampOf(current("payment_status") == "\"paid\"" ? "payment_status" : "status");
    QByteArray proof("{");
    for (const json::Member &member : m_record) {
        if (!isPaymentDetail(member.key) || member.key == "paid_by")
            continue;
        proof.append('"').append(member.key).append("\":").append(member.value).append(',');
    }
    proof += "\"paid_by\":" + json::quoted(paid->device)
             + ",\"paid_at_ms\":" + QByteArray::number(paid->time.ms()) + '}';
    reject("already_paid", named(m_change) + " was already paid: " + byWhom(*paid), proof);
}

void Ruleset::removal()
{
    const Stamp &born = m_state.born;
    if (m_state.rev > 0 && !m_state.deleted && m_state.died.rev > 0 && !m_change.isClassic
        && !isSeen(born) && !wins(born)) {
        reject("recreated",
               named(m_change) + " was made anew by " + byWhom(born) + ", later than this deletion",
               {});
        return;
    }
    m_result.verdict = Verdict::Remove;
}

/// Whether the change may go on although the record is deleted.
bool Ruleset::passesDeletion()
{
    if (!m_state.deleted || (isCreation(m_change.action) && wins(m_state.died)))
        return true;
    reject("deleted", named(m_change) + " was deleted by " + byWhom(m_state.died), {});
    return false;
}

bool Ruleset::passesOccupation()
{
    if (m_change.dataType != DataType::Tables || m_change.action != Action::Occupied
        || current("status") != "\"occupied\"")
        return true;
    const Stamp *stamp = stampOf("status");
    if (!stamp || isSeen(*stamp))
        return true;
    reject("table_taken", named(m_change) + " was taken by " + byWhom(*stamp),
           "{\"taken_by\":" + json::quoted(stamp->device)
               + ",\"taken_at_ms\":" + QByteArray::number(stamp->time.ms()) + '}');
    return false;
}

QByteArray Ruleset::patchText() const
{
    QByteArray text = "{\"id\":" + json::quoted(m_change.entityId);
    for (const PatchField &field : m_patch) {
        text.append(',');
        json::appendQuoted(text, field.key);
        text.append(':').append(field.value);
    }
    return text.append('}');
}

Resolution Ruleset::resolved()
{
    if (m_change.isClassic)
        return resolvedClassic();
    if (effectOf(m_change.action) == Effect::Remove) {
        removal();
        return std::move(m_result);
    }
    json::Members data;
    json::splitObject(m_change.data, data);
    if (effectOf(m_change.action) == Effect::RecordOnly) {
        for (const json::Member &member : data) {
            if (const QByteArray name = json::plainKey(member); name != "id")
                take(name, member.value.toByteArray());
        }
        m_result.verdict = Verdict::Nothing;
        m_result.patch = patchText();
        return std::move(m_result);
    }
    if (!passesDeletion() || !passesOccupation())
        return std::move(m_result);
    if (isSecondPayment(data)) {
        rejectPayment();
        return std::move(m_result);
    }
    const bool setsStatus = effectOf(m_change.action) == Effect::SetStatus;
    const QByteArray status = setsStatus ? json::quoted(actionName(m_change.action)) : QByteArray();
    for (const json::Member &member : data) {
        // A copy: plainKey() may refer to the text.
        const QByteArray name(json::plainKey(member).constData(), json::plainKey(member).size());
        if (name == "id")
            continue;
        if (setsStatus && name == "status")
            continue;
        if (name == linesField && m_change.dataType == DataType::Orders && mergeLines(member.value))
            continue;
        mergeField(name, member.value);
    }
    if (setsStatus)
        mergeField("status", status);
    for (const v2::Operation &operation : m_change.operations) {
        if (!perform(operation))
            return std::move(m_result);
    }
    finishLines();
    m_result.verdict = Verdict::Patch;
    if (!m_result.kept.empty()) {
        m_result.outcome = v2::Outcome::Merged;
        if (m_patch.empty() && m_state.rev > 0)
            m_result.verdict = Verdict::Nothing;
    }
    m_result.patch = patchText();
    return std::move(m_result);
}

Resolution Ruleset::resolvedClassic()
{
    if (effectOf(m_change.action) == Effect::Remove)
        m_result.verdict = Verdict::Remove;
    if (effectOf(m_change.action) == Effect::Remove
        || effectOf(m_change.action) == Effect::RecordOnly)
        return std::move(m_result);
    if (m_state.deleted && !isCreation(m_change.action)) {
        m_result.verdict = Verdict::Nothing;
        m_result.outcome = v2::Outcome::Merged;
        say(named(m_change) + " was deleted by " + byWhom(m_state.died));
        return std::move(m_result);
    }
    if (m_change.dataType != DataType::Orders || m_record.empty())
        return std::move(m_result);
    thread_local json::Members data; // reused: this runs for every change
    json::splitObject(m_change.data, data);
    const bool secondPayment = isSecondPayment(data);
    const auto loses = [&](const json::Member &member) {
        return isStale(member.key, member.value)
               || (secondPayment && isPaymentDetail(member.key)
                   && current(member.key) != member.value);
    };
    if (std::ranges::none_of(data, loses))
        return std::move(m_result);
    for (const json::Member &member : data) {
        const QByteArray name(member.key.data(), member.key.size());
        if (name == "id")
            continue;
        if (loses(member))
            keep(fieldPath(name), current(name), member.value, stampOf(name),
                 '"' + name + "\" stays " + current(name).toByteArray());
        else
            take(name, member.value.toByteArray());
    }
    m_result.outcome = v2::Outcome::Merged;
    m_result.verdict = Verdict::Patch;
    m_result.patch = patchText();
    return std::move(m_result);
}

} // namespace rules

Resolution resolve(const RecordState &state, const Proposal &proposal)
{
    return rules::Ruleset(state, proposal).resolved();
}

} // namespace possync::sync
