// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/recordstate.h"

#include "common/sync/merge.h"
#include "common/sync/orderlines.h"

#include <QVarLengthArray>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace possync::sync {
namespace {

/// Stamps the lines that an order got, lost or had changed.
void stampLines(RecordState &state, QByteArrayView before, QByteArrayView after, const Stamp &stamp)
{
    const OrderLines old(before);
    const OrderLines lines(after);
    json::Members formerFields;
    json::Members fields;
    for (const OrderLine &line : lines.all()) {
        const OrderLine *former = old.find(line.id);
        if (former && former->text == line.text)
            continue;
        if (!former)
            state.fields.set(FieldStamps::keyOfLine(line.id, {}), stamp);
        formerFields.clear();
        if (former)
            json::splitObject(former->text, formerFields);
        json::splitObject(line.text, fields);
        for (const json::Member &field : fields) {
            const QByteArray plain = field.keyHasEscapes ? json::plainKey(field) : QByteArray();
            const QByteArrayView name = field.keyHasEscapes ? QByteArrayView(plain) : field.key;
            const json::Member *same = json::find(formerFields, name);
            if (!same || same->value != field.value)
                state.fields.set(FieldStamps::keyOfLine(line.id, name), stamp);
        }
    }
    for (const OrderLine &line : old.all()) {
        if (!lines.find(line.id))
            state.fields.set(FieldStamps::keyOfLine(line.id, {}), stamp);
    }
}

quint32 hash(QByteArrayView text)
{
    return static_cast<quint32>(XXH3_64bits(text.data(), static_cast<size_t>(text.size())));
}

} // namespace

quint32 FieldStamps::keyOf(QByteArrayView field)
{
    return hash(field);
}

quint32 FieldStamps::keyOfLine(QByteArrayView lineId, QByteArrayView field)
{
    // A name no field has: keys hold no line feed without escape, ids come first.
    QVarLengthArray<char, 256> name;
    for (const QByteArrayView part :
         {linesField, QByteArrayView("\n"), lineId, QByteArrayView("\n"), field})
        name.append(part.data(), part.size());
    return hash(QByteArrayView(name.constData(), name.size()));
}

const Stamp *FieldStamps::find(quint32 key) const
{
    const auto found = std::ranges::find(m_fields, key, &Field::key);
    return found == m_fields.end() ? nullptr : &m_stamps[found->stamp];
}

void FieldStamps::set(quint32 key, const Stamp &stamp)
{
    const auto found = std::ranges::find(m_fields, key, &Field::key);
    if (found == m_fields.end()) {
        m_fields.push_back({key, indexOf(stamp)});
        return;
    }
    const HybridTime former = m_stamps[found->stamp].time;
    if (former <= stamp.time) {
        found->stamp = indexOf(stamp);
    } else {
        Stamp later = stamp;
        later.time = former;
        found->stamp = indexOf(later);
    }
    if (m_stamps.size() > m_fields.size())
        dropUnused();
}

quint32 FieldStamps::indexOf(const Stamp &stamp)
{
    if (m_stamps.empty() || m_stamps.back() != stamp)
        m_stamps.push_back(stamp);
    return static_cast<quint32>(m_stamps.size() - 1);
}

void FieldStamps::dropUnused()
{
    std::vector<std::optional<quint32>> places(m_stamps.size());
    std::vector<Stamp> used;
    for (Field &field : m_fields) {
        std::optional<quint32> &place = places[field.stamp];
        if (!place) {
            place = static_cast<quint32>(used.size());
            used.push_back(m_stamps[field.stamp]);
        }
        field.stamp = *place;
    }
    m_stamps = std::move(used);
}

void FieldStamps::clear()
{
    m_fields.clear();
    m_stamps.clear();
}

bool FieldStamps::load(std::vector<Field> fields, std::vector<Stamp> stamps)
{
    const bool fits = std::ranges::all_of(
        fields, [&](const Field &field) { return field.stamp < stamps.size(); });
    if (fits) {
        m_fields = std::move(fields);
        m_stamps = std::move(stamps);
    }
    return fits;
}

void applyPatch(RecordState &state, DataType type, Action action, QByteArrayView entityId,
                QByteArrayView patch, const Stamp &stamp)
{
    if (state.rev == 0 || state.deleted) {
        state.record.clear();
        state.fields.clear();
        state.born = stamp;
    }
    state.deleted = false;
    state.rev = stamp.rev;
    thread_local json::Members before; // reused: this runs for every change
    thread_local json::Members members;
    before.clear();
    if (!state.record.isEmpty())
        json::splitObject(state.record, before);
    json::splitObject(patch, members);
    for (const json::Member &member : members) {
        state.fields.set(FieldStamps::keyOf(member.keyHasEscapes
                                                ? QByteArrayView(json::plainKey(member))
                                                : member.key),
                         stamp);
    }
    if (type == DataType::Orders) {
        const json::Member *former = json::find(before, linesField);
        const json::Member *lines = json::find(members, linesField);
        const QByteArrayView linesBefore = former ? former->value : QByteArrayView();
        // Apps send the lines with every change of the order.
        if (lines && lines->value != linesBefore)
            stampLines(state, linesBefore, lines->value, stamp);
    }
    if (effectOf(action) == Effect::SetStatus)
        state.fields.set(FieldStamps::keyOf("status"), stamp);
    state.record = mergedRecord(before, members, action, entityId);
}

void applyRemoval(RecordState &state, const Stamp &stamp)
{
    state.record.clear();
    state.fields.clear();
    state.deleted = true;
    state.rev = stamp.rev;
    const HybridTime time = std::max(state.died.time, stamp.time);
    state.died = stamp;
    state.died.time = time;
}

} // namespace possync::sync
