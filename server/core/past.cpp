// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/past.h"

#include "common/model/jsontext.h"
#include "common/sync/merge.h"

#include <algorithm>

namespace possync::core {
namespace {

/// Fields of an object with their exact texts; the texts live on their own.
std::vector<std::pair<QByteArray, QByteArray>> fieldsOf(QByteArrayView object)
{
    std::vector<std::pair<QByteArray, QByteArray>> fields;
    json::Members members;
    json::splitObject(object, members);
    for (const json::Member &member : members)
        fields.emplace_back(QByteArrayView(json::plainKey(member)).toByteArray(),
                            member.value.toByteArray());
    return fields;
}

bool removes(const StoredChange &change)
{
    return change.verdict == sync::Verdict::Remove
           || (change.verdict != sync::Verdict::Nothing
               && effectOf(change.change.action) == Effect::Remove);
}

/// Names of the fields that a change writes.
std::set<QByteArray> fieldsSet(const StoredChange &change)
{
    std::set<QByteArray> names;
    for (const auto &[name, value] :
         fieldsOf(change.patch.isEmpty() ? change.change.data() : QByteArrayView(change.patch)))
        names.insert(name);
    if (change.verdict == sync::Verdict::AsSent
        && effectOf(change.change.action) == Effect::SetStatus)
        names.insert("status");
    return names;
}

/// The change a twin named somebody for, as far as the twin tells; null if it named nobody.
std::shared_ptr<StoredChange> lateChange(const Alias &alias)
{
    if (alias.effectText.isEmpty())
        return nullptr;
    auto effect = classic::decodeChange(alias.effectText);
    if (!effect)
        return nullptr;
    auto late = std::make_shared<StoredChange>();
    late->seq = alias.seq;
    late->receivedAtMs = alias.receivedAtMs;
    late->change = std::move(*effect);
    late->originDevice = late->change.deviceId;
    return late;
}

/// The last change given out when a twin came.
quint64 placeOf(const Alias &alias)
{
    return std::max(alias.seq, alias.atSeq);
}

} // namespace

Past::Past(const Moment &moment, quint64 floorSeq, quint64 headSeq,
           std::optional<std::pair<DataType, QByteArray>> only)
    : m_moment(moment)
    , m_floorSeq(floorSeq)
    , m_headSeq(headSeq)
    , m_only(std::move(only))
    , m_seq(floorSeq)
    , m_isTooOld(moment.seq && *moment.seq < floorSeq)
    , m_isDone(m_isTooOld)
{
}

bool Past::isWanted(DataType type, const QByteArray &id) const
{
    return !id.isEmpty() && (!m_only || *m_only == Key(type, id));
}

bool Past::addBlock(const JournalBlock &block)
{
    const auto records = readRecords(block.body);
    if (!records)
        return false;
    for (const Record &record : *records) {
        if (m_isDone)
            break;
        if (const auto *change = std::get_if<StoredChangePtr>(&record))
            add(**change);
        else if (const auto *alias = std::get_if<Alias>(&record))
            add(*alias);
    }
    return true;
}

void Past::add(const StoredChange &change)
{
    if (change.seq <= m_floorSeq)
        return;
    const bool isLater = m_moment.seq ? change.seq > *m_moment.seq
                                      : change.receivedAtMs > m_moment.timeMs.value_or(0);
    if (!m_isPassed && isLater) {
        m_isPassed = true;
        // A time before the first change kept lies in what is gone.
        m_isTooOld = m_moment.timeMs && m_floorSeq > 0 && m_seq == m_floorSeq;
    }
    // With all changes there, the later ones are not needed.
    m_isDone = m_isTooOld || change.seq > m_headSeq || (m_isPassed && m_floorSeq == 0);
    if (m_isDone)
        return;
    if (!m_isPassed) {
        m_seq = change.seq;
        m_atMs = change.receivedAtMs;
    }
    if (!isWanted(change.change.dataType, change.change.entityId))
        return;
    if (!m_isPassed)
        m_entities.apply(change);
    touch(change, m_isPassed);
}

void Past::add(const Alias &alias)
{
    const auto late = lateChange(alias);
    if (!late || placeOf(alias) > m_headSeq || placeOf(alias) < m_floorSeq
        || !isWanted(late->change.dataType, late->change.entityId))
        return;
    const bool isLater = m_isPassed || (m_moment.timeMs && alias.receivedAtMs > *m_moment.timeMs);
    // Of a change that is gone itself, what came between it and the oldest change kept is gone as
    // well, and with it whether it still had an effect: that shows only in the present record.
    const bool isGone = alias.seq <= m_floorSeq;
    if (isGone && !isLater && effectOf(late->change.action) != Effect::Remove)
        return;
    if (!isLater && !isGone)
        m_entities.applyAlias(alias);
    touch(*late, isLater || isGone);
}

void Past::touch(const StoredChange &change, bool isLater)
{
    const bool changesNothing = change.verdict == sync::Verdict::Nothing
                                || effectOf(change.change.action) == Effect::RecordOnly;
    if (m_floorSeq == 0 || changesNothing)
        return;
    const auto [it, isFirst] =
        m_traces.try_emplace(Key(change.change.dataType, change.change.entityId));
    Trace &trace = it->second;
    if (isFirst) {
        const Action action = change.change.action;
        trace.isWhole = change.rev == 1; // nothing was there before
        trace.mayBeNew = isLater && sync::isCreation(action);
    }
    if (!isLater) {
        trace.isWhole = trace.isWhole || removes(change);
        trace.before.merge(fieldsSet(change));
        return;
    }
    if (trace.laterRev == 0)
        trace.laterRev = change.rev;
    if (trace.isWhole || trace.isOver)
        return;
    trace.isRemovedLater = trace.isOver = removes(change);
    if (!trace.isOver)
        trace.later.merge(fieldsSet(change));
}

std::optional<PastRecord> Past::pieced(const Entity &present, const Trace &trace) const
{
    PastRecord past;
    past.isWhole = trace.isWhole;
    if (const Entity *replayed = m_entities.find(present.dataType, present.id)) {
        past.entity = *replayed;
        if (replayed->deleted)
            return std::nullopt;
    } else if (trace.isWhole) {
        return std::nullopt; // made later
    } else {
        past.entity.dataType = present.dataType;
        past.entity.id = present.id;
        past.entity.rev = trace.laterRev > 0 ? trace.laterRev - 1 : 0;
    }
    if (past.isWhole)
        return past;
    // What no change kept has touched is as it was.
    QByteArray untouched = "{\"id\":" + json::quoted(present.id);
    if (!trace.isRemovedLater) {
        for (const auto &[name, value] : fieldsOf(present.record)) {
            if (name != "id" && !trace.before.contains(name) && !trace.later.contains(name))
                untouched += ',' + json::quoted(name) + ':' + value;
        }
        for (const QByteArray &name : trace.later) {
            if (name != "id" && !trace.before.contains(name))
                past.unknown.push_back(name);
        }
        past.isWhole = past.unknown.empty() && !trace.mayBeNew;
    }
    untouched += '}';
    past.entity.record =
        past.entity.record.isEmpty()
            ? untouched
            : sync::mergedRecord(untouched, past.entity.record, Action::Updated, present.id);
    return past;
}

std::vector<PastRecord> Past::records(const std::vector<Entity> &present) const
{
    std::vector<PastRecord> found;
    if (m_floorSeq == 0) {
        for (const DataType type : allDataTypes) {
            for (const Entity *entity : m_entities.live(type))
                found.push_back({*entity, true, {}});
        }
        return found;
    }
    for (const Entity &entity : present) {
        if (!isWanted(entity.dataType, entity.id))
            continue;
        const auto trace = m_traces.find(Key(entity.dataType, entity.id));
        if (trace != m_traces.end()) {
            if (auto past = pieced(entity, trace->second))
                found.push_back(std::move(*past));
        } else if (!entity.deleted) {
            found.push_back({entity, true, {}});
        }
    }
    return found;
}

RecordHistory::RecordHistory(DataType type, QByteArray id, quint64 floorSeq, Cursor after,
                             std::size_t limit)
    : m_type(type)
    , m_id(std::move(id))
    , m_after(after)
    , m_limit(limit)
    , m_floorSeq(floorSeq)
    , m_isWhole(floorSeq == 0)
{
}

bool RecordHistory::addBlock(const JournalBlock &block)
{
    const auto records = readRecords(block.body);
    if (!records)
        return false;
    for (const Record &record : *records) {
        if (m_next)
            break;
        if (const auto *stored = std::get_if<StoredChangePtr>(&record)) {
            const StoredChange &change = **stored;
            if (change.change.dataType != m_type || change.change.entityId != m_id)
                continue;
            m_at = {change.seq, 0};
            if (!m_hasAny)
                m_isWhole = m_isWhole || change.rev == 1;
            m_isWhole = m_isWhole || removes(change);
            add(*stored, false, [&] { m_entities.apply(change); });
        } else if (const auto *alias = std::get_if<Alias>(&record)) {
            const auto late = lateChange(*alias);
            if (!late || late->change.dataType != m_type || late->change.entityId != m_id)
                continue;
            const quint64 place = placeOf(*alias);
            m_at = {place, m_at.seq == place ? m_at.late + 1 : 1};
            // What one that is gone itself still did depends on others that are gone.
            add(late, true, [&] {
                if (alias->seq > m_floorSeq)
                    m_entities.applyAlias(*alias);
            });
        }
    }
    return true;
}

void RecordHistory::add(const StoredChangePtr &change, bool isLate,
                        const std::function<void()> &apply)
{
    m_hasAny = true;
    const Entity *entity = m_entities.find(m_type, m_id);
    const auto before = fieldsOf(entity ? QByteArrayView(entity->record) : QByteArrayView("{}"));
    apply();
    entity = m_entities.find(m_type, m_id);
    const auto after = fieldsOf(entity ? QByteArrayView(entity->record) : QByteArrayView("{}"));

    RecordVersion version;
    version.change = change;
    version.isLate = isLate;
    version.rev = !isLate && change->rev > 0 ? change->rev : entity ? entity->rev : 0;
    version.isDeleted = entity && entity->deleted;
    const auto valueIn = [](const auto &fields, const QByteArray &name) {
        const auto found = std::ranges::find(fields, name, [](const auto &f) { return f.first; });
        return found == fields.end() ? QByteArray() : found->second;
    };
    const auto note = [&](const QByteArray &name) {
        RecordVersion::Field field{name, valueIn(before, name), valueIn(after, name), true};
        field.isBeforeKnown = m_isWhole || m_known.contains(name);
        if (field.before != field.after || !field.isBeforeKnown)
            version.fields.push_back(std::move(field));
    };
    const std::set<QByteArray> set =
        change->verdict == sync::Verdict::Nothing ? std::set<QByteArray>() : fieldsSet(*change);
    for (const auto &[name, value] : after) {
        if (name == "id")
            continue;
        // Of a record that began before the oldest change kept, only what was set now is told.
        if (m_isWhole || m_known.contains(name) || set.contains(name))
            note(name);
        if (set.contains(name))
            m_known.insert(name);
    }
    for (const auto &[name, value] : before) {
        if (name != "id" && valueIn(after, name).isEmpty())
            note(name);
    }
    if (m_at <= m_after)
        return;
    if (m_versions.size() == m_limit) {
        m_next = m_given;
        return;
    }
    m_given = m_at;
    m_versions.push_back(std::move(version));
}

} // namespace possync::core
