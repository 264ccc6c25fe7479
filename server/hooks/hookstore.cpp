// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/hooks/hookstore.h"

#include "server/store/smalldatabase.h"

using namespace Qt::StringLiterals;

namespace possync::hooks {

using store::Connection;
using store::Outcome;
using store::StoreError;

namespace {

constexpr store::SmallSchema schema{"hooks_v", 1, 0x50534831, "webhooks"}; // "PSH1"
constexpr int finishedKept = 100;

QString text(const QByteArray &ascii)
{
    return QString::fromLatin1(ascii);
}

QVariant timeOrNull(qint64 ms)
{
    return ms == 0 ? QVariant(QMetaType(QMetaType::LongLong)) : QVariant(ms);
}

QByteArray namesOf(const std::vector<EventKind> &events)
{
    QByteArrayList names;
    for (const EventKind kind : events)
        names.append(eventName(kind));
    return names.join(',');
}

std::vector<EventKind> eventsFrom(const QByteArray &names)
{
    std::vector<EventKind> events;
    for (const QByteArray &name : names.split(',')) {
        if (const auto kind = eventFromName(name))
            events.push_back(*kind);
    }
    return events;
}

Delivery::State stateFrom(const QByteArray &name)
{
    return name == "sent"   ? Delivery::State::Sent
           : name == "dead" ? Delivery::State::Dead
                            : Delivery::State::Due;
}

} // namespace

QByteArray stateName(Delivery::State state)
{
    constexpr std::array<const char *, 3> names{"due", "sent", "dead"};
    return names[static_cast<std::size_t>(state)];
}

HookStore::HookStore(std::unique_ptr<Connection> connection)
    : m_connection(std::move(connection))
{
}

HookStore::~HookStore() = default;

Result<std::unique_ptr<HookStore>, StoreError> HookStore::open(const QString &file)
{
    auto connection = store::openSmallDatabase(file, schema);
    if (!connection)
        return Unexpected{connection.error()};
    return std::unique_ptr<HookStore>(new HookStore(std::move(*connection)));
}

Result<std::vector<Hook>, StoreError> HookStore::all()
{
    const auto rows = m_connection->query("hooks_all");
    if (!rows)
        return Unexpected{rows.error()};
    std::vector<Hook> hooks;
    QSqlQuery &row = **rows;
    while (row.next()) {
        Hook hook;
        hook.id = row.value(0).toByteArray();
        hook.restaurant = row.value(1).toByteArray();
        hook.url = QUrl(row.value(2).toString(), QUrl::StrictMode);
        hook.events = eventsFrom(row.value(3).toByteArray());
        hook.secret = row.value(4).toByteArray();
        hook.createdAtMs = row.value(5).toLongLong();
        hook.dropped = row.value(6).toULongLong();
        hooks.push_back(std::move(hook));
    }
    if (const Outcome ended = Connection::ended(row); !ended)
        return Unexpected{ended.error()};
    return hooks;
}

Outcome HookStore::add(const Hook &hook)
{
    return m_connection->run(
        "hooks_add", {text(hook.id), hook.restaurant, QString::fromLatin1(hook.url.toEncoded()),
                      text(namesOf(hook.events)), hook.secret, hook.createdAtMs});
}

Outcome HookStore::remove(const QByteArray &hookId)
{
    store::Transaction transaction(*m_connection, store::Transaction::Kind::Write);
    if (!transaction.begun())
        return transaction.begun();
    for (const char *statement : {"hooks_remove", "hooks_remove_deliveries"}) {
        if (const Outcome done = m_connection->run(statement, {text(hookId)}); !done)
            return done;
    }
    return transaction.commit();
}

Outcome HookStore::forget(const QByteArray &restaurantId, const QByteArrayList &hookIds)
{
    if (const Outcome set = m_connection->execute(u"PRAGMA secure_delete=ON"_s); !set)
        return set;
    for (const QByteArray &hookId : hookIds) {
        if (const Outcome removed = remove(hookId); !removed)
            return removed;
    }
    return m_connection->run("hooks_forget", {restaurantId});
}

Outcome HookStore::addDelivery(const QByteArray &hookId, const Event &event, qint64 nowMs)
{
    return m_connection->run(
        "hooks_add_delivery",
        {text(hookId), text(event.id), text(eventName(event.kind)), event.body, nowMs, nowMs});
}

Outcome HookStore::countDropped(const QByteArray &hookId)
{
    return m_connection->run("hooks_drop", {text(hookId)});
}

Result<QueueSize, StoreError> HookStore::size(const QByteArray &hookId)
{
    const auto rows = m_connection->query("hooks_count", {text(hookId)});
    if (!rows)
        return Unexpected{rows.error()};
    QueueSize size;
    QSqlQuery &row = **rows;
    while (row.next()) {
        const auto state = stateFrom(row.value(0).toByteArray());
        (state == Delivery::State::Sent   ? size.sent
         : state == Delivery::State::Dead ? size.dead
                                          : size.due) = row.value(1).toULongLong();
    }
    if (const Outcome ended = Connection::ended(row); !ended)
        return Unexpected{ended.error()};
    return size;
}

Result<std::optional<Delivery>, StoreError> HookStore::next(const QByteArray &hookId)
{
    const auto rows = m_connection->query("hooks_due", {text(hookId)});
    if (!rows)
        return Unexpected{rows.error()};
    QSqlQuery &row = **rows;
    std::optional<Delivery> delivery;
    if (row.next()) {
        delivery.emplace();
        delivery->no = row.value(0).toULongLong();
        delivery->eventId = row.value(1).toByteArray();
        delivery->event = row.value(2).toByteArray();
        delivery->body = row.value(3).toByteArray();
        delivery->attempts = row.value(4).toInt();
        delivery->nextAtMs = row.value(5).toLongLong();
    }
    if (const Outcome ended = Connection::ended(row); !ended)
        return Unexpected{ended.error()};
    return delivery;
}

Outcome HookStore::tried(const QByteArray &hookId, const Delivery &delivery)
{
    const Outcome noted = m_connection->run(
        "hooks_tried", {timeOrNull(delivery.nextAtMs), text(stateName(delivery.state)),
                        delivery.attempts, timeOrNull(delivery.lastAtMs), delivery.lastStatus,
                        u""_s + delivery.lastError, qint64(delivery.no)});
    if (!noted || delivery.nextAtMs != 0)
        return noted;
    return m_connection->run("hooks_trim", {text(hookId), text(hookId), finishedKept});
}

Result<QHash<QByteArray, Position>, StoreError> HookStore::positions()
{
    const auto rows = m_connection->query("hooks_positions");
    if (!rows)
        return Unexpected{rows.error()};
    QHash<QByteArray, Position> positions;
    QSqlQuery &row = **rows;
    while (row.next())
        positions.insert(row.value(0).toByteArray(),
                         {row.value(1).toByteArray(), row.value(2).toULongLong()});
    if (const Outcome ended = Connection::ended(row); !ended)
        return Unexpected{ended.error()};
    return positions;
}

Outcome HookStore::putPosition(const QByteArray &restaurantId, const Position &position)
{
    return m_connection->run("hooks_put_position",
                             {restaurantId, position.epoch, qint64(position.seq)});
}

Result<std::vector<Delivery>, StoreError> HookStore::queue(const QByteArray &hookId, int limit)
{
    const auto rows = m_connection->query("hooks_queue", {text(hookId), limit});
    if (!rows)
        return Unexpected{rows.error()};
    std::vector<Delivery> queue;
    QSqlQuery &row = **rows;
    while (row.next()) {
        Delivery delivery;
        delivery.no = row.value(0).toULongLong();
        delivery.eventId = row.value(1).toByteArray();
        delivery.event = row.value(2).toByteArray();
        delivery.createdAtMs = row.value(3).toLongLong();
        delivery.nextAtMs = row.value(4).toLongLong();
        delivery.state = stateFrom(row.value(5).toByteArray());
        delivery.attempts = row.value(6).toInt();
        delivery.lastAtMs = row.value(7).toLongLong();
        delivery.lastStatus = row.value(8).toInt();
        delivery.lastError = row.value(9).toString();
        queue.push_back(std::move(delivery));
    }
    if (const Outcome ended = Connection::ended(row); !ended)
        return Unexpected{ended.error()};
    return queue;
}

} // namespace possync::hooks
