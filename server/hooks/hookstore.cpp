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

constexpr store::SmallSchema schema{"hooks_v", 4, 0x50534831, "webhooks"}; // "PSH1"
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

// Which row and column a sealed content belongs to. No two events have the same id; one may be due
// to several hooks.
QByteArray urlPlace(const QByteArray &hookId)
{
    return "hook url " + hookId;
}

QByteArray secretPlace(const QByteArray &hookId)
{
    return "hook secret " + hookId;
}

constexpr QByteArrayView formerPrefix("hook former ");

QByteArray formerPlace(const QByteArray &hookId)
{
    return formerPrefix.toByteArray() + hookId;
}

QByteArray bodyPlace(const QByteArray &eventId)
{
    return "delivery body " + eventId;
}

/// Each with a space and a new line behind it.
QByteArray textOf(const std::vector<FormerSecret> &former)
{
    QByteArray text(""); // not null, which the column does not take
    for (const FormerSecret &each : former)
        text += QByteArray::number(each.untilMs) + ' ' + each.secret + '\n';
    return text;
}

std::vector<FormerSecret> formerFrom(const QByteArray &text)
{
    std::vector<FormerSecret> former;
    for (const QByteArray &line : text.split('\n')) {
        const qsizetype space = line.indexOf(' ');
        if (space > 0)
            former.push_back({line.sliced(space + 1), line.first(space).toLongLong()});
    }
    return former;
}

/// The content of a column.
Result<QByteArray, StoreError> opened(const store::RowCipher &cipher, const QVariant &keyId,
                                      const QByteArray &place, const QVariant &stored)
{
    const auto key = keyId.toUInt();
    // Rows from before there were former secrets hold nothing in the place of theirs.
    if (stored.toByteArray().isEmpty() && place.startsWith(formerPrefix))
        return QByteArray();
    auto content = cipher.open(key, place, stored.toByteArray());
    if (content)
        return std::move(*content);
    if (!cipher.canOpen(key)) {
        return Unexpected{StoreError{store::StoreErrorCode::MissingKey,
                                     u"encrypted with key %1, which is not given"_s.arg(
                                         QString::fromLatin1(store::keyName(key)))}};
    }
    return Unexpected{StoreError{store::StoreErrorCode::Corrupt,
                                 u"an encrypted row is damaged; move the file away and add the "
                                 "webhooks anew"_s}};
}

} // namespace

bool Hook::dropFormer(qint64 nowMs)
{
    return std::erase_if(former, [nowMs](const FormerSecret &each) {
               return each.untilMs <= nowMs;
           }) > 0;
}

QByteArrayList Hook::secretsAt(qint64 nowMs) const
{
    QByteArrayList secrets{secret};
    for (const FormerSecret &each : former) {
        if (each.untilMs > nowMs)
            secrets.insert(1, each.secret);
    }
    return secrets;
}

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

Result<std::unique_ptr<HookStore>, StoreError> HookStore::open(const QString &file,
                                                                const store::Keys &keys)
{
    auto connection = store::openSmallDatabase(file, schema, keys);
    if (!connection)
        return Unexpected{connection.error()};
    std::unique_ptr<HookStore> opened(new HookStore(std::move(*connection)));
    if (const Outcome sealed = opened->reseal(); !sealed)
        return Unexpected{
            StoreError{sealed.error().code, u"%1: %2"_s.arg(file, sealed.error().detail)}};
    return opened;
}

Outcome HookStore::reseal()
{
    auto hooks = otherwiseSealed("hooks_otherwise_sealed", [](const QSqlQuery &row) {
        const QByteArray id = row.value(0).toByteArray();
        return QByteArrayList{urlPlace(id), secretPlace(id), formerPlace(id)};
    });
    if (!hooks)
        return Unexpected{hooks.error()};
    auto deliveries =
        otherwiseSealed("hooks_otherwise_sealed_deliveries", [](const QSqlQuery &row) {
            return QByteArrayList{bodyPlace(row.value(2).toByteArray())};
        });
    if (!deliveries)
        return Unexpected{deliveries.error()};
    if (hooks->empty() && deliveries->empty())
        return Done{};
    {
        store::Transaction transaction(*m_connection, store::Transaction::Kind::Write);
        if (!transaction.begun())
            return transaction.begun();
        const store::RowCipher &cipher = m_connection->cipher();
        const auto sealed = [&](const Content &column) {
            return cipher.seal(column.place, column.bytes);
        };
        for (const auto &[id, columns] : *hooks) {
            const Outcome written =
                m_connection->run("hooks_reseal", {sealed(columns[0]), sealed(columns[1]),
                                                   sealed(columns[2]), cipher.current(), id});
            if (!written)
                return written;
        }
        for (const auto &[no, columns] : *deliveries) {
            const Outcome written = m_connection->run("hooks_reseal_delivery",
                                                      {sealed(columns[0]), cipher.current(), no});
            if (!written)
                return written;
        }
        if (const Outcome committed = transaction.commit(); !committed)
            return committed;
    }
    // What was there must not stay in unused parts of the files.
    for (const QString &step : {u"VACUUM"_s, u"PRAGMA wal_checkpoint(TRUNCATE)"_s}) {
        if (const Outcome done = m_connection->execute(step); !done)
            return done;
    }
    return Done{};
}

Result<std::vector<HookStore::Row>, StoreError>
HookStore::otherwiseSealed(const char *name, QByteArrayList (*placesOf)(const QSqlQuery &))
{
    const auto rows = m_connection->query(name, {m_connection->cipher().current()});
    if (!rows)
        return Unexpected{rows.error()};
    std::vector<Row> found;
    QSqlQuery &query = **rows;
    while (query.next()) {
        Row row{query.value(0), {}};
        int column = 3;
        for (const QByteArray &place : placesOf(query)) {
            auto content =
                opened(m_connection->cipher(), query.value(1), place, query.value(column++));
            if (!content) {
                query.finish();
                return Unexpected{content.error()};
            }
            row.columns.push_back({place, std::move(*content)});
        }
        found.push_back(std::move(row));
    }
    if (const Outcome ended = Connection::ended(query); !ended)
        return Unexpected{ended.error()};
    return found;
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
        hook.events = eventsFrom(row.value(3).toByteArray());
        const auto url =
            opened(m_connection->cipher(), row.value(7), urlPlace(hook.id), row.value(2));
        const auto secret =
            opened(m_connection->cipher(), row.value(7), secretPlace(hook.id), row.value(4));
        const auto former =
            opened(m_connection->cipher(), row.value(7), formerPlace(hook.id), row.value(8));
        if (!url || !secret || !former) {
            row.finish();
            return Unexpected{!url ? url.error() : !secret ? secret.error() : former.error()};
        }
        hook.former = formerFrom(*former);
        hook.url = QUrl(QString::fromLatin1(*url), QUrl::StrictMode);
        hook.secret = *secret;
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
    const store::RowCipher &cipher = m_connection->cipher();
    return m_connection->run(
        "hooks_add", {text(hook.id), hook.restaurant,
                      cipher.seal(urlPlace(hook.id), hook.url.toEncoded()),
                      text(namesOf(hook.events)), cipher.seal(secretPlace(hook.id), hook.secret),
                      hook.createdAtMs, cipher.current()});
}

Outcome HookStore::putSecrets(const Hook &hook)
{
    const store::RowCipher &cipher = m_connection->cipher();
    return m_connection->run("hooks_reseal",
                             {cipher.seal(urlPlace(hook.id), hook.url.toEncoded()),
                              cipher.seal(secretPlace(hook.id), hook.secret),
                              cipher.seal(formerPlace(hook.id), textOf(hook.former)),
                              cipher.current(), text(hook.id)});
}

Outcome HookStore::forgetSecrets(const Hook &hook)
{
    if (const Outcome set = m_connection->execute(u"PRAGMA secure_delete=ON"_s); !set)
        return set;
    if (const Outcome put = putSecrets(hook); !put)
        return put;
    // The write-ahead log holds the former page; who reads just now leaves that to the next time.
    return m_connection->execute(u"PRAGMA wal_checkpoint(TRUNCATE)"_s);
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
    if (const Outcome forgotten = forgetPresent(restaurantId); !forgotten)
        return forgotten;
    return m_connection->run("hooks_forget", {restaurantId});
}

Outcome HookStore::addDelivery(const QByteArray &hookId, const Event &event, qint64 nowMs)
{
    const store::RowCipher &cipher = m_connection->cipher();
    return m_connection->run("hooks_add_delivery",
                             {text(hookId), text(event.id), text(eventName(event.kind)),
                              cipher.seal(bodyPlace(event.id), event.body), nowMs, nowMs,
                              cipher.current()});
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
        auto body = opened(m_connection->cipher(), row.value(6), bodyPlace(delivery->eventId),
                           row.value(3));
        if (!body) {
            row.finish();
            return Unexpected{body.error()};
        }
        delivery->body = std::move(*body);
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

Result<std::vector<Presence::Seen>, StoreError> HookStore::present()
{
    const auto rows = m_connection->query("hooks_present");
    if (!rows)
        return Unexpected{rows.error()};
    std::vector<Presence::Seen> present;
    QSqlQuery &row = **rows;
    while (row.next())
        present.push_back(
            {{row.value(0).toByteArray(), row.value(1).toByteArray()}, row.value(2).toLongLong()});
    if (const Outcome ended = Connection::ended(row); !ended)
        return Unexpected{ended.error()};
    return present;
}

Outcome HookStore::putPresent(const std::vector<Presence::Note> &notes)
{
    store::Transaction transaction(*m_connection, store::Transaction::Kind::Write);
    if (!transaction.begun())
        return transaction.begun();
    for (const auto &[device, lastSeenMs] : notes) {
        const Outcome done =
            lastSeenMs
                ? m_connection->run("hooks_put_present", {device.first, device.second, *lastSeenMs})
                : m_connection->run("hooks_remove_present", {device.first, device.second});
        if (!done)
            return done;
    }
    return transaction.commit();
}

Outcome HookStore::forgetPresent(const QByteArray &restaurantId)
{
    return m_connection->run("hooks_forget_present", {restaurantId});
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
