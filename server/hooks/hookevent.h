// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/entities.h"

/// What webhooks tell of: docs/protocol.md, "Webhooks". Pure; any thread.
namespace possync::hooks {

enum class EventKind : quint8 {
    OrderCreated,
    OrderCompleted,
    OrderPaid,
    StockLow,
    DeviceLost,
    Test, ///< Sent on demand only; nobody subscribes to it.
};

inline constexpr std::array subscribable{EventKind::OrderCreated, EventKind::OrderCompleted,
                                         EventKind::OrderPaid, EventKind::StockLow,
                                         EventKind::DeviceLost};

/// "order.created", "stock.low", …
QByteArray eventName(EventKind kind);
/// Nothing for names that nobody can subscribe to.
std::optional<EventKind> eventFromName(QByteArrayView name);

struct Event {
    EventKind kind = EventKind::Test;
    QByteArray id;   ///< The same whenever the same thing is told again.
    QByteArray body; ///< JSON, as it is sent.
    qint64 atMs = 0; ///< UTC.
    quint64 seq = 0; ///< Of the change it follows from; 0: of none.
};

/// Whether a stock is at or below its minimum, `current_stock` against `min_stock`; a record that
/// does not say is not low.
bool isStockLow(QByteArrayView record);

/// What a change that was stored gives cause to tell, given the record before (empty: there was
/// none) and after it: what crossed a line, not what lies beyond it already.
std::vector<Event> eventsOf(const QByteArray &restaurantId, const QByteArray &epoch,
                            const core::StoredChange &change, const QByteArray &before,
                            const core::Entity &after);

/// A device has been away for as long as counts as lost.
Event deviceLost(const QByteArray &restaurantId, const QByteArray &deviceId, qint64 lastSeenMs,
                 qint64 nowMs);

/// For trying a receiver out; `id` must be new.
Event testEvent(const QByteArray &restaurantId, const QByteArray &id, qint64 nowMs);

} // namespace possync::hooks
