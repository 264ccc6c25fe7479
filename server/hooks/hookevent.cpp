// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/hooks/hookevent.h"

#include "common/model/jsontext.h"
#include "common/model/timestamp.h"

#include <QCryptographicHash>

namespace possync::hooks {
namespace {

constexpr std::array<const char *, 6> names{"order.created", "order.completed", "order.paid",
                                            "stock.low",     "device.lost",     "test"};

/// The exact text of a field; empty if there is none.
QByteArray valueOf(QByteArrayView record, QByteArrayView field)
{
    json::Members members;
    if (record.isEmpty() || !json::splitObject(record, members))
        return {};
    const json::Member *member = json::find(members, field);
    return member ? member->value.toByteArray() : QByteArray();
}

bool isPaid(QByteArrayView record)
{
    return valueOf(record, "payment_status") == "\"paid\""
           || valueOf(record, "status") == "\"paid\"";
}

QByteArray idOf(std::initializer_list<QByteArray> parts)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const QByteArray &part : parts) {
        hash.addData(QByteArray::number(part.size()) + ':');
        hash.addData(part);
    }
    return "evt_" + hash.result().toHex().first(32);
}

QByteArray bodyOf(const Event &event, const QByteArray &restaurantId, const QByteArray &rest)
{
    return "{\"id\":" + json::quoted(event.id) + ",\"event\":\"" + eventName(event.kind)
           + "\",\"restaurant_id\":" + json::quoted(restaurantId) + ",\"at\":\""
           + formatTimestamp(event.atMs) + '"' + rest + '}';
}

} // namespace

QByteArray eventName(EventKind kind)
{
    return names[static_cast<std::size_t>(kind)];
}

std::optional<EventKind> eventFromName(QByteArrayView name)
{
    for (const EventKind kind : subscribable) {
        if (eventName(kind) == name)
            return kind;
    }
    return std::nullopt;
}

bool isStockLow(QByteArrayView record)
{
    bool hasStock = false;
    bool hasMinimum = false;
    const double stock = valueOf(record, "current_stock").toDouble(&hasStock);
    const double minimum = valueOf(record, "min_stock").toDouble(&hasMinimum);
    return hasStock && hasMinimum && stock <= minimum;
}

std::vector<Event> eventsOf(const QByteArray &restaurantId, const QByteArray &epoch,
                            const core::StoredChange &change, const QByteArray &before,
                            const core::Entity &after)
{
    std::vector<Event> events;
    if (after.deleted)
        return events;
    const auto tell = [&](EventKind kind) {
        Event event;
        event.kind = kind;
        event.id = idOf({restaurantId, epoch, QByteArray::number(change.seq), eventName(kind)});
        event.atMs = change.receivedAtMs;
        event.seq = change.seq;
        const QByteArray user = change.change.userId.value_or(QByteArray());
        event.body = bodyOf(
            event, restaurantId,
            ",\"seq\":" + QByteArray::number(change.seq)
                + ",\"change_id\":" + json::quoted(change.change.changeId)
                + ",\"device_id\":" + json::quoted(change.originDevice)
                + ",\"user_id\":" + (user.isEmpty() ? QByteArray("null") : json::quoted(user))
                + ",\"data_type\":\"" + dataTypeName(after.dataType).toByteArray()
                + "\",\"entity_id\":" + json::quoted(after.id) + ",\"data\":" + after.record);
        events.push_back(std::move(event));
    };
    if (after.dataType == DataType::Orders) {
        const auto isCompleted = [](QByteArrayView record) {
            return valueOf(record, "status") == "\"completed\"";
        };
        if (before.isEmpty())
            tell(EventKind::OrderCreated);
        if (isCompleted(after.record) && !isCompleted(before))
            tell(EventKind::OrderCompleted);
        if (isPaid(after.record) && !isPaid(before))
            tell(EventKind::OrderPaid);
    } else if (after.dataType == DataType::Inventory && isStockLow(after.record)
               && !isStockLow(before)) {
        tell(EventKind::StockLow);
    }
    return events;
}

Event deviceLost(const QByteArray &restaurantId, const QByteArray &deviceId, qint64 lastSeenMs,
                 qint64 nowMs)
{
    Event event;
    event.kind = EventKind::DeviceLost;
    event.id = idOf(
        {restaurantId, deviceId, QByteArray::number(lastSeenMs), eventName(EventKind::DeviceLost)});
    event.atMs = nowMs;
    event.body = bodyOf(event, restaurantId,
                        ",\"device_id\":" + json::quoted(deviceId) + ",\"last_seen_at\":\""
                            + formatTimestamp(lastSeenMs) + '"');
    return event;
}

Event testEvent(const QByteArray &restaurantId, const QByteArray &id, qint64 nowMs)
{
    Event event;
    event.id = id;
    event.atMs = nowMs;
    event.body = bodyOf(event, restaurantId, {});
    return event;
}

} // namespace possync::hooks
