// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/conflicts.h"

#include "console/remote/fields.h"

namespace possync::remote::wire {

using namespace Qt::StringLiterals;

namespace {

/// Exact text of a member; empty where it is missing or null.
QByteArray valueOf(const Fields &f, QByteArrayView key)
{
    const json::Member *member = json::find(f.members(), key);
    return member && member->type != json::Type::Null ? member->value.toByteArray() : QByteArray();
}

QList<ConflictField> readFields(Fields &conflict, QByteArrayView key)
{
    QList<ConflictField> all;
    for (const QByteArrayView text : conflict.optionalList(key)) {
        Fields f(text);
        all.append({.field = f.bytes("field"),
                    .kept = valueOf(f, "kept"),
                    .lost = valueOf(f, "lost"),
                    .keptBy = f.optionalText("kept_by"),
                    .lostBy = f.optionalText("lost_by"),
                    .keptAtMs = f.optionalInteger("kept_at_ms").value_or(0),
                    .lostAtMs = f.optionalInteger("lost_at_ms").value_or(0)});
        if (!f.isGood())
            conflict.fail(u"%1: %2"_s.arg(QString::fromUtf8(key), f.error()));
    }
    return all;
}

Conflict readConflict(Fields &f)
{
    Conflict c;
    c.changeId = f.text("change_id");
    c.outcome = f.optionalText("outcome");
    c.dataType = f.bytes("data_type");
    c.action = f.optionalBytes("action");
    c.entityId = f.optionalText("entity_id");
    c.deviceId = f.optionalText("device_id");
    c.userId = f.optionalText("user_id");
    c.receivedMs = f.optionalTime("received_at");
    c.code = f.optionalText("code");
    c.reason = f.optionalText("reason");
    c.kind = f.optionalText("kind");
    c.state = f.optionalText("state");
    c.madeMs = f.optionalTime("made_at");
    if (const json::Member *sent = json::find(f.members(), "sent");
        sent && sent->type == json::Type::Object)
        c.sent = sent->value.toByteArray();
    if (const QByteArrayView restored = f.optionalObject("restored"); !restored.isEmpty()) {
        Fields r(restored);
        c.restoredMs = r.optionalTime("at");
        c.restoredBy = r.optionalText("by");
        if (!r.isGood())
            f.fail(u"restored: %1"_s.arg(r.error()));
    }
    c.kept = readFields(f, "kept");
    c.replaced = readFields(f, "replaced");
    return c;
}

} // namespace

Decoded<ConflictPage> decodeConflicts(const QByteArray &body)
{
    Fields f(body);
    ConflictPage page;
    page.total = f.optionalCounter("total");
    for (const QByteArrayView text : f.list("conflicts")) {
        Fields one(text);
        page.conflicts.append(readConflict(one));
        if (!one.isGood())
            f.fail(u"conflicts: %1"_s.arg(one.error()));
    }
    if (!f.isGood())
        return Unexpected{f.error()};
    return page;
}

Decoded<Conflict> decodeSettled(const QByteArray &body)
{
    Fields f(body);
    const QByteArrayView text = f.object("conflict");
    if (!f.isGood())
        return Unexpected{f.error()};
    Fields one(text);
    Conflict conflict = readConflict(one);
    if (!one.isGood())
        return Unexpected{one.error()};
    return conflict;
}

} // namespace possync::remote::wire
