// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/security/audit.h"

#include "common/model/jsontext.h"
#include "common/model/timestamp.h"
#include "server/security/token.h"
#include "server/store/connection.h"

#include <algorithm>

namespace possync::security {

using store::Connection;
using store::Outcome;

namespace {

constexpr qsizetype longestField = 300;

QByteArray text(const char *name, const QByteArray &value)
{
    return QByteArray(",\"") + name + "\":" + json::quoted(json::shortened(value, longestField));
}

QByteArray jsonOf(quint64 no, qint64 atMs, const AuditEvent &event)
{
    return "{\"no\":" + QByteArray::number(no) + text("at", formatTimestamp(atMs))
           + text("actor", event.actor) + text("role", event.role) + text("address", event.address)
           + text("act", event.act) + text("restaurant", event.restaurant)
           + text("target", event.target) + text("outcome", event.outcome) + '}';
}

QByteArray chained(const QByteArray &before, const QByteArray &json)
{
    return hashOfSecret(before + json);
}

QByteArray blob(const QByteArray &bytes)
{
    return bytes.isNull() ? QByteArray("") : bytes;
}

} // namespace

Outcome AuditTable::open()
{
    const auto last = m_connection.query("access_last_audit");
    if (!last)
        return Unexpected{last.error()};
    if ((*last)->next()) {
        m_lastNo = (*last)->value(0).toULongLong();
        m_lastHash = (*last)->value(1).toByteArray();
    }
    return Connection::ended(**last);
}

Outcome AuditTable::append(const AuditEvent &event, qint64 nowMs)
{
    const quint64 no = m_lastNo + 1;
    const QByteArray json = jsonOf(no, nowMs, event);
    const QByteArray hash = chained(m_lastHash, json);
    const Outcome added = m_connection.run(
        "access_add_audit", {static_cast<qint64>(no), blob(event.restaurant), json, hash});
    if (added) {
        m_lastNo = no;
        m_lastHash = hash;
    }
    return added;
}

Result<std::vector<AuditEntry>, store::StoreError> AuditTable::read(const AuditQuery &query)
{
    const QByteArray restaurant = blob(query.restaurant);
    const QByteArray wanted = blob(query.text.toLower());
    const auto rows =
        query.newest ? m_connection.query("access_newest_audit",
                                          {restaurant, restaurant, wanted, wanted, query.limit})
                     : m_connection.query("access_audit_after",
                                          {static_cast<qint64>(query.since), restaurant, restaurant,
                                           wanted, wanted, query.limit});
    if (!rows)
        return Unexpected{rows.error()};
    std::vector<AuditEntry> entries;
    QSqlQuery &row = **rows;
    while (row.next()) {
        AuditEntry entry;
        entry.no = row.value(0).toULongLong();
        entry.json = row.value(1).toByteArray();
        // Without the row before only the first may stand.
        const bool hasBefore = !row.isNull(3) || entry.no == 1;
        entry.isIntact =
            hasBefore
            && areEqual(row.value(2).toByteArray(), chained(row.value(3).toByteArray(), entry.json))
            && entry.json.startsWith("{\"no\":" + QByteArray::number(entry.no) + ',');
        entries.push_back(std::move(entry));
    }
    if (const Outcome ended = Connection::ended(row); !ended)
        return Unexpected{ended.error()};
    if (query.newest)
        std::ranges::reverse(entries);
    return entries;
}

} // namespace possync::security
