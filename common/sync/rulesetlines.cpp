// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/decimal.h"
#include "common/sync/merge.h"
#include "common/sync/ruleset.h"

namespace possync::sync::rules {
namespace {

QByteArray withFields(const OrderLine &line, QByteArrayView fields)
{
    return mergedRecord(line.text, fields, Action::Updated, line.id);
}

} // namespace

const Stamp *Ruleset::stampOfLine(QByteArrayView line, QByteArrayView field) const
{
    return m_state.deleted ? nullptr : m_state.fields.find(FieldStamps::keyOfLine(line, field));
}

bool Ruleset::openLines()
{
    if (!m_lines)
        m_lines = OrderLines(current(linesField));
    return m_lines->isMap();
}

void Ruleset::finishLines()
{
    if (!m_lines || !m_lines->isMap())
        return;
    const QByteArray text = m_lines->toText();
    if (text != current(linesField))
        take(linesField.toByteArray(), text);
}

void Ruleset::mergeLine(OrderLine &line, QByteArrayView fields)
{
    json::Members now;
    const QByteArray before = line.text; // `now` refers to it
    json::splitObject(before, now);
    json::Members incoming;
    json::splitObject(fields, incoming);
    QByteArray accepted("{");
    for (const json::Member &field : incoming) {
        const QByteArray name(json::plainKey(field).constData(), json::plainKey(field).size());
        const json::Member *same = json::find(now, name);
        if (name == "id" || (same && same->value == field.value))
            continue;
        const Stamp *stamp = stampOfLine(line.id, name);
        if (same && stamp && !wins(*stamp)) {
            keep(linePath(line.id, name), same->value, field.value, stamp,
                 '"' + name + "\" of line \"" + line.id + "\" was changed later by "
                     + byWhom(*stamp) + "; that value stays");
            continue;
        }
        if (same && stamp)
            noteReplaced(linePath(line.id, name), same->value, field.value, *stamp);
        if (accepted.size() > 1)
            accepted.append(',');
        json::appendQuoted(accepted, name);
        accepted.append(':').append(field.value);
    }
    if (accepted.size() > 1)
        line.text = withFields(line, accepted.append('}'));
}

void Ruleset::dropUnlisted(const OrderLines &listed)
{
    // Who does not say what it saw cannot have meant a line that it does not name.
    if (!m_change.baseRev)
        return;
    const std::vector<OrderLine> lines = m_lines->all();
    for (const OrderLine &line : lines) {
        const Stamp *stamp = stampOfLine(line.id, {});
        if (listed.find(line.id) || (stamp && !isSeen(*stamp)))
            continue;
        if (isSent(line))
            keep(linePath(line.id), line.text, "null", stamp,
                 "line \"" + line.id + "\" went to the kitchen and stays; void it");
        else
            m_lines->remove(line.id);
    }
}

bool Ruleset::mergeLines(QByteArrayView array)
{
    const OrderLines listed(array);
    if (!listed.isMap() || !openLines())
        return false;
    dropUnlisted(listed);
    for (const OrderLine &line : listed.all()) {
        if (OrderLine *same = m_lines->find(line.id)) {
            mergeLine(*same, line.text);
            continue;
        }
        // A line that was there once and was taken out by another stays out.
        const Stamp *taken = stampOfLine(line.id, {});
        if (taken && !isSeen(*taken))
            keep(linePath(line.id), "null", line.text, taken,
                 "line \"" + line.id + "\" was taken out by " + byWhom(*taken));
        else
            m_lines->append(line);
    }
    return true;
}

bool Ruleset::addTo(const QByteArray &field, const QByteArray &by)
{
    const auto pending = std::ranges::find(m_patch, field, &PatchField::key);
    QByteArrayView now = pending != m_patch.end() ? QByteArrayView(pending->value) : current(field);
    if (now.isEmpty() || now == "null")
        now = "0";
    const auto sum = decimalSum(now, by);
    if (!sum) {
        reject("bad_number",
               named(m_change) + ": " + by + " cannot be added to \"" + field + "\", which is "
                   + now.first(std::min<qsizetype>(now.size(), 40)).toByteArray(),
               {});
        return false;
    }
    take(field, *sum);
    if (m_change.dataType == DataType::Inventory && sum->startsWith('-'))
        say(named(m_change) + ": \"" + field + "\" is now below zero, " + *sum);
    return true;
}

bool Ruleset::addToLine(OrderLine &line, const QByteArray &by)
{
    json::Members members;
    json::splitObject(line.text, members);
    const json::Member *quantity = json::find(members, "quantity");
    const auto sum = decimalSum(quantity ? quantity->value : QByteArrayView("0"), by);
    if (!sum) {
        reject("bad_number", "line \"" + line.id + "\": " + by + " cannot be added to its quantity",
               {});
        return false;
    }
    line.text = withFields(line, "{\"quantity\":" + *sum + '}');
    return true;
}

bool Ruleset::perform(const v2::Operation &operation)
{
    using enum v2::Operation::Kind;
    if (operation.kind == Add)
        return addTo(operation.target, operation.value);
    if (!openLines()) {
        reject("unknown_line", named(m_change) + " has no lines with ids", {});
        return false;
    }
    OrderLine *line = m_lines->find(operation.target);
    if (operation.kind == LineAdd) {
        if (!line)
            m_lines->append({operation.target, operation.value});
        return true;
    }
    if (operation.kind == LineRemove) {
        if (line && isSent(*line)) {
            reject("line_sent",
                   "line \"" + line->id + "\" of " + named(m_change)
                       + " went to the kitchen; void it instead",
                   {});
            return false;
        }
        m_lines->remove(operation.target);
        return true;
    }
    if (!line) {
        reject("unknown_line",
               named(m_change) + " has no line \"" + operation.target + "\" (any more)", {});
        return false;
    }
    switch (operation.kind) {
    case LineSet:
        mergeLine(*line, operation.value);
        return true;
    case LineQuantity:
        return addToLine(*line, operation.value);
    default:
        line->text =
            withFields(*line, operation.value.isEmpty()
                                  ? QByteArray("{\"voided\":true}")
                                  : "{\"voided\":true,\"void_reason\":" + operation.value + '}');
        return true;
    }
}

} // namespace possync::sync::rules
