// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/client/replica.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSqlError>
#include <QUuid>
#include <QVariant>
#include <QtEndian>

using namespace Qt::StringLiterals;

namespace possync {

using sync::EntityKey;
using sync::OutgoingChange;
using sync::Record;
using sync::Settled;

namespace {

constexpr qint32 applicationId = 0x50534431; // "PSD1"

// The SQL is here and not in resources/sql: an installed static library must not depend on resource
// objects that the app would have to link by itself.
const auto schema = {
    u"CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID"_s,
    u"CREATE TABLE record(type INTEGER NOT NULL, id BLOB NOT NULL, rev INTEGER NOT NULL, "
    "seq INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY(type, id)) WITHOUT ROWID"_s,
    u"CREATE TABLE staged(type INTEGER NOT NULL, id BLOB NOT NULL, rev INTEGER NOT NULL, "
    "seq INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY(type, id)) WITHOUT ROWID"_s,
    // state: 0 waits for its outcome, 1 has it, 2 is done with and kept in case the server loses
    // it.
    u"CREATE TABLE outbox(number INTEGER PRIMARY KEY, text BLOB NOT NULL, seq INTEGER NOT NULL, "
    "state INTEGER NOT NULL, repeat INTEGER NOT NULL)"_s,
    u"CREATE INDEX outbox_state ON outbox(state, number)"_s,
    u"CREATE TABLE outcome(number INTEGER PRIMARY KEY, change_id BLOB NOT NULL UNIQUE, "
    "outcome INTEGER NOT NULL, seq INTEGER NOT NULL, code BLOB NOT NULL, reason BLOB NOT NULL, "
    "kept BLOB NOT NULL, proof BLOB NOT NULL)"_s,
};

QVariant number(quint64 value)
{
    return static_cast<qint64>(value);
}

/// SQLite tells NULL from empty, and QSql binds a null array as NULL.
QVariant bytes(const QByteArray &value)
{
    return value.isNull() ? QVariant(QByteArray("")) : QVariant(value);
}

/// As written in the column.
enum OutboxState { StateWaiting = 0, StateSettled = 1 };

Record recordFrom(const QSqlQuery &query, DataType type)
{
    return {.key = {type, query.value(0).toByteArray()},
            .rev = query.value(1).toUInt(),
            .seq = query.value(2).toULongLong(),
            .data = query.value(3).toByteArray()};
}

/// The change in a text that was checked when it was queued.
std::optional<v2::PushedChange> changeFrom(const QByteArray &text, const QByteArray &restaurantId)
{
    const auto message = v2::decodeFromDevice(v2::encodePush(0, std::span(&text, 1)), restaurantId);
    const auto *push = message ? std::get_if<v2::Push>(&message.value()) : nullptr;
    if (!push || push->changes.size() != 1 || !push->changes.front())
        return std::nullopt;
    return push->changes.front().value();
}

} // namespace

struct Replica::Statements {
    explicit Statements(const QSqlDatabase &database)
        : queue(database)
        , mark(database)
        , done(database)
        , drop(database)
        , trimDone(database)
        , settle(database)
        , trim(database)
        , put(database)
        , remove(database)
        , stage(database)
        , putMeta(database)
        , record(database)
        , outcome(database)
    {
        record.setForwardOnly(true);
        outcome.setForwardOnly(true);
    }

    bool prepare()
    {
        return queue.prepare(u"INSERT INTO outbox VALUES(?,?,?,0,0)"_s)
               && mark.prepare(u"UPDATE outbox SET seq=?, state=?, repeat=? WHERE number=?"_s)
               && done.prepare(u"UPDATE outbox SET state=2, repeat=0 WHERE number=?"_s)
               && drop.prepare(u"DELETE FROM outbox WHERE number=?"_s)
               && trimDone.prepare(u"DELETE FROM outbox WHERE state=2 AND number<=?"_s)
               && settle.prepare(u"INSERT OR REPLACE INTO outcome VALUES(?,?,?,?,?,?,?,?)"_s)
               && trim.prepare(u"DELETE FROM outcome WHERE number<=?"_s)
               && put.prepare(u"INSERT INTO record VALUES(?,?,?,?,?) ON CONFLICT(type,id) DO "
                              "UPDATE SET rev=excluded.rev, seq=excluded.seq, data=excluded.data"_s)
               && remove.prepare(u"DELETE FROM record WHERE type=? AND id=?"_s)
               && stage.prepare(u"INSERT OR REPLACE INTO staged VALUES(?,?,?,?,?)"_s)
               && putMeta.prepare(u"INSERT INTO meta VALUES(?,?) ON CONFLICT(key) DO UPDATE SET "
                                  "value=excluded.value"_s)
               && record.prepare(u"SELECT id,rev,seq,data FROM record WHERE type=? AND id=?"_s)
               && outcome.prepare(u"SELECT number,outcome,seq,code,reason,kept,proof "
                                  "FROM outcome WHERE change_id=?"_s);
    }

    QSqlQuery queue, mark, done, drop, trimDone, settle, trim, put, remove, stage, putMeta;
    mutable QSqlQuery record, outcome;
};

Replica::Replica(QString file)
    : m_file(std::move(file))
    , m_connection(u"possync-replica-"_s + QUuid::createUuid().toString(QUuid::Id128))
    , m_database(QSqlDatabase::addDatabase(u"QSQLITE"_s, m_connection))
{
    m_database.setDatabaseName(m_file);
    m_database.setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=250"_s);
}

Replica::~Replica()
{
    m_statements.reset();
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_connection);
}

Result<std::unique_ptr<Replica>, ReplicaError>
Replica::open(const QString &file, const QByteArray &restaurantId, const QByteArray &deviceId)
{
    std::unique_ptr<Replica> replica(new Replica(file));
    const QDir directory = QFileInfo(file).absoluteDir();
    if (!directory.mkpath(u"."_s))
        return Unexpected{
            replica->error(ReplicaError::Code::Unusable, u"its directory cannot be created"_s)};
    if (const auto refused = replica->checkVersion())
        return Unexpected{*refused};
    if (!replica->m_database.open())
        return Unexpected{replica->error(ReplicaError::Code::Unusable,
                                         replica->m_database.lastError().databaseText())};
    if (const auto failed = replica->configure())
        return Unexpected{*failed};
    if (const auto refused = replica->claim(restaurantId, deviceId))
        return Unexpected{*refused};
    replica->m_restaurantId = restaurantId;
    replica->m_flushes = replica->meta("flushes").toULongLong();
    return replica;
}

/// Looks at the file's head only, so that a file that is not ours stays as it is, byte for byte.
/// The numbers stand at fixed places: https://sqlite.org/fileformat2.html, "The Database Header".
std::optional<ReplicaError> Replica::checkVersion()
{
    QFile file(m_file);
    if (!file.exists() || file.size() == 0)
        return std::nullopt;
    if (!file.open(QIODevice::ReadOnly))
        return error(ReplicaError::Code::Unusable, file.errorString());
    const QByteArray head = file.read(100);
    if (head.size() < 100 || !head.startsWith("SQLite format 3"))
        return error(ReplicaError::Code::Foreign, u"it is not a database of a PosSync device"_s);
    const auto application = qFromBigEndian<qint32>(head.constData() + 68);
    const auto version = qFromBigEndian<qint32>(head.constData() + 60);
    // 0 and 0: created, and killed before the first commit.
    if (application != applicationId && !(application == 0 && version == 0))
        return error(ReplicaError::Code::Foreign, u"it is not a database of a PosSync device"_s);
    if (version > schemaVersion) {
        return error(
            ReplicaError::Code::Newer,
            u"it has version %1, and this program knows only up to %2; update the program"_s
                .arg(version)
                .arg(schemaVersion));
    }
    return std::nullopt;
}

std::optional<ReplicaError> Replica::configure()
{
    const auto refused = [this] {
        const bool isLocked = m_lastError.contains(u"locked"_s);
        return error(isLocked ? ReplicaError::Code::InUse : ReplicaError::Code::Unusable,
                     isLocked ? u"another program has it open"_s : m_lastError);
    };
    for (const QString &pragma :
         {u"locking_mode=EXCLUSIVE"_s, u"cell_size_check=ON"_s, u"trusted_schema=OFF"_s,
          u"temp_store=MEMORY"_s, u"journal_mode=WAL"_s, u"synchronous=FULL"_s}) {
        if (!execute(u"PRAGMA "_s + pragma))
            return refused();
    }
    // What was asked for and what is in force can differ, and without both nothing is safe.
    QSqlQuery query(m_database);
    for (const auto &[pragma, wanted] :
         {std::pair(u"journal_mode"_s, u"wal"_s), std::pair(u"synchronous"_s, u"2"_s)}) {
        if (!query.exec(u"PRAGMA "_s + pragma) || !query.next()
            || query.value(0).toString() != wanted)
            return error(
                ReplicaError::Code::Unusable,
                u"the file system offers no safe commits (%1 is not %2)"_s.arg(pragma, wanted));
    }
    query.finish();
    // Takes the exclusive lock, and keeps it.
    if (!execute(u"BEGIN EXCLUSIVE"_s))
        return refused();
    const auto failed = createSchema();
    if (failed) {
        execute(u"ROLLBACK"_s);
        return failed;
    }
    if (!execute(u"COMMIT"_s))
        return refused();
    m_statements = std::make_unique<Statements>(m_database);
    if (!m_statements->prepare())
        return error(ReplicaError::Code::Foreign, u"its tables are not as they should be"_s);
    return std::nullopt;
}

std::optional<ReplicaError> Replica::createSchema()
{
    QSqlQuery query(m_database);
    if (!query.exec(u"PRAGMA user_version"_s) || !query.next())
        return error(ReplicaError::Code::Foreign, query.lastError().databaseText());
    const int version = query.value(0).toInt();
    query.finish();
    // The head of the file may be older than what its WAL holds.
    if (version > schemaVersion)
        return error(ReplicaError::Code::Newer,
                     u"it has version %1; update the program"_s.arg(version));
    if (version == schemaVersion)
        return std::nullopt;
    for (const QString &statement : schema) {
        if (!execute(statement))
            return error(ReplicaError::Code::Unusable, m_lastError);
    }
    if (!execute(u"PRAGMA application_id=%1"_s.arg(applicationId))
        || !execute(u"PRAGMA user_version=%1"_s.arg(schemaVersion)))
        return error(ReplicaError::Code::Unusable, m_lastError);
    return std::nullopt;
}

std::optional<ReplicaError> Replica::claim(const QByteArray &restaurantId,
                                           const QByteArray &deviceId)
{
    const QByteArray restaurant = meta("restaurant_id").toByteArray();
    const QByteArray device = meta("device_id").toByteArray();
    if (restaurant.isEmpty() && device.isEmpty()) {
        if (execute(u"BEGIN IMMEDIATE"_s) && putMeta("restaurant_id", bytes(restaurantId))
            && putMeta("device_id", bytes(deviceId)) && execute(u"COMMIT"_s))
            return std::nullopt;
        execute(u"ROLLBACK"_s);
        return error(ReplicaError::Code::Unusable, m_lastError);
    }
    if (restaurant == restaurantId && device == deviceId)
        return std::nullopt;
    return error(ReplicaError::Code::OtherDevice,
                 u"it belongs to device %1 of restaurant %2, not to device %3 of restaurant %4; "
                 "give each its own file"_s.arg(
                     QString::fromUtf8(device), QString::fromUtf8(restaurant),
                     QString::fromUtf8(deviceId), QString::fromUtf8(restaurantId)));
}

Result<sync::StoreImage, ReplicaError> Replica::image()
{
    sync::StoreImage image;
    image.position = {meta("epoch").toByteArray(), meta("seq").toULongLong()};
    image.token = meta("token").toByteArray();
    image.wantedTypes = meta("wanted_types").toByteArray();
    image.lastNumber = meta("last_number").toULongLong();
    image.lastMadeAt = HybridTime::fromPacked(meta("last_made_at").toULongLong());
    auto outbox = changes(u"state<2"_s);
    if (!outbox)
        return Unexpected{outbox.error()};
    image.outbox = std::move(outbox).value();
    return image;
}

Result<std::vector<OutgoingChange>, ReplicaError> Replica::changes(const QString &condition) const
{
    std::vector<OutgoingChange> changes;
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    if (!query.exec(
            u"SELECT number,text,seq,state,repeat FROM outbox WHERE %1 ORDER BY number"_s.arg(
                condition)))
        return Unexpected{error(ReplicaError::Code::Unusable, query.lastError().databaseText())};
    while (query.next()) {
        OutgoingChange change{.number = query.value(0).toULongLong(),
                              .text = query.value(1).toByteArray(),
                              .seq = query.value(2).toULongLong(),
                              .isSettled = query.value(3).toInt() != StateWaiting,
                              .isRepeat = query.value(4).toBool()};
        auto parsed = changeFrom(change.text, m_restaurantId);
        if (!parsed)
            return Unexpected{error(ReplicaError::Code::Foreign,
                                    u"change %1 in it cannot be read"_s.arg(change.number))};
        change.change = *std::move(parsed);
        changes.push_back(std::move(change));
    }
    return changes;
}

std::vector<OutgoingChange> Replica::sentBefore() const
{
    auto sent = changes(u"state=2"_s);
    return sent ? std::move(sent).value() : std::vector<OutgoingChange>();
}

Result<Done, sync::StoreFailure> Replica::commit(const sync::StoreEdit &edit)
{
    return transact(!edit.queued.empty(), [&] { return write(edit); });
}

Result<Done, sync::StoreFailure> Replica::flush()
{
    if (!m_hasUnflushed)
        return Done{};
    // Commits are flushed in their order, so that one which is takes all before it along.
    return transact(true, [this] { return putMeta("flushes", number(++m_flushes)); });
}

Result<Done, sync::StoreFailure> Replica::transact(bool isFlushed,
                                                   const std::function<bool()> &write)
{
    m_isDiskFull = false;
    if (m_flushesCommits != isFlushed
        && execute(isFlushed ? u"PRAGMA synchronous=FULL"_s : u"PRAGMA synchronous=NORMAL"_s))
        m_flushesCommits = isFlushed;
    if (m_flushesCommits == isFlushed && execute(u"BEGIN IMMEDIATE"_s)) {
        if (write() && execute(u"COMMIT"_s)) {
            m_hasUnflushed = !isFlushed;
            return Done{};
        }
        // What the first failure said counts. SQLite may have rolled back by itself already.
        QSqlQuery(m_database).exec(u"ROLLBACK"_s);
    }
    using Kind = sync::StoreFailure::Kind;
    return Unexpected{sync::StoreFailure{
        m_isDiskFull ? Kind::DiskFull : Kind::Broken,
        m_isDiskFull ? u"No space is left for %1. Nothing was lost; make space."_s.arg(m_file)
                     : u"%1 cannot be written: %2. Nothing was lost."_s.arg(m_file, m_lastError)}};
}

bool Replica::write(const sync::StoreEdit &edit)
{
    return writeOutbox(edit) && writeRecords(edit) && writeMeta(edit);
}

bool Replica::writeOutbox(const sync::StoreEdit &edit)
{
    Statements &s = *m_statements;
    for (const OutgoingChange &change : edit.queued) {
        if (!run(s.queue, {number(change.number), bytes(change.text), number(change.seq)}))
            return false;
    }
    for (const sync::OutboxMark &mark : edit.marked) {
        if (!run(s.mark, {number(mark.seq), int(mark.isSettled ? StateSettled : StateWaiting),
                          int(mark.isRepeat), number(mark.number)}))
            return false;
    }
    for (const Settled &settled : edit.settled) {
        if (!run(s.settle, {number(settled.number), bytes(settled.changeId), int(settled.outcome),
                            number(settled.seq), bytes(settled.code), bytes(settled.reason),
                            bytes(settled.kept), bytes(settled.proof)}))
            return false;
        if (settled.number > changesKept && !run(s.trim, {number(settled.number - changesKept)}))
            return false;
    }
    for (const quint64 done : edit.done) {
        if (!run(s.done, {number(done)}))
            return false;
        if (done > changesKept && !run(s.trimDone, {number(done - changesKept)}))
            return false;
    }
    for (const quint64 dropped : edit.dropped) {
        if (!run(s.drop, {number(dropped)}))
            return false;
    }
    return true;
}

bool Replica::writeRecords(const sync::StoreEdit &edit)
{
    Statements &s = *m_statements;
    for (const EntityKey &key : edit.removed) {
        if (!run(s.remove, {int(key.dataType), bytes(key.entityId)}))
            return false;
    }
    const auto write = [this](QSqlQuery &query, const Record &record) {
        return run(query, {int(record.key.dataType), bytes(record.key.entityId), record.rev,
                           number(record.seq), bytes(record.data)});
    };
    for (const Record &record : edit.put) {
        if (!write(s.put, record))
            return false;
    }
    if (edit.clearsStaged && !execute(u"DELETE FROM staged"_s))
        return false;
    for (const Record &record : edit.staged) {
        if (!write(s.stage, record))
            return false;
    }
    return true;
}

bool Replica::writeMeta(const sync::StoreEdit &edit)
{
    if (!edit.queued.empty()
        && !(putMeta("last_number", number(edit.queued.back().number))
             && putMeta("last_made_at",
                        number(edit.queued.back().change.time.value_or(HybridTime()).packed()))))
        return false;
    if (edit.position
        && !(putMeta("epoch", bytes(edit.position->epoch))
             && putMeta("seq", number(edit.position->seq))))
        return false;
    if (edit.token && !putMeta("token", bytes(*edit.token)))
        return false;
    return !edit.wantedTypes || putMeta("wanted_types", bytes(*edit.wantedTypes));
}

std::optional<Record> Replica::record(const EntityKey &key) const
{
    QSqlQuery &query = m_statements->record;
    query.bindValue(0, int(key.dataType));
    query.bindValue(1, bytes(key.entityId));
    std::optional<Record> record;
    if (query.exec() && query.next())
        record = recordFrom(query, key.dataType);
    query.finish();
    return record;
}

std::vector<Record> Replica::records(DataType type) const
{
    return recordsIn(u"record"_s, type);
}

std::vector<Record> Replica::staged(DataType type) const
{
    return recordsIn(u"staged"_s, type);
}

std::vector<Record> Replica::recordsIn(const QString &table, DataType type) const
{
    std::vector<Record> records;
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    query.prepare(u"SELECT id,rev,seq,data FROM %1 WHERE type=? ORDER BY id"_s.arg(table));
    query.bindValue(0, int(type));
    if (query.exec()) {
        while (query.next())
            records.push_back(recordFrom(query, type));
    }
    return records;
}

std::optional<Settled> Replica::outcome(const QByteArray &changeId) const
{
    QSqlQuery &query = m_statements->outcome;
    query.bindValue(0, bytes(changeId));
    std::optional<Settled> settled;
    if (query.exec() && query.next()) {
        settled = Settled{.number = query.value(0).toULongLong(),
                          .changeId = changeId,
                          .outcome = static_cast<v2::Outcome>(query.value(1).toInt()),
                          .seq = query.value(2).toULongLong(),
                          .code = query.value(3).toByteArray(),
                          .reason = query.value(4).toByteArray(),
                          .kept = query.value(5).toByteArray(),
                          .proof = query.value(6).toByteArray()};
    }
    query.finish();
    return settled;
}

bool Replica::execute(const QString &sql)
{
    QSqlQuery query(m_database);
    if (query.exec(sql))
        return true;
    m_lastError = query.lastError().databaseText();
    m_isDiskFull = (query.lastError().nativeErrorCode().toInt() & 0xff) == 13; // SQLITE_FULL
    return false;
}

bool Replica::run(QSqlQuery &query, std::initializer_list<QVariant> values)
{
    int place = 0;
    for (const QVariant &value : values)
        query.bindValue(place++, value);
    if (query.exec()) {
        query.finish();
        return true;
    }
    m_lastError = query.lastError().databaseText();
    m_isDiskFull = (query.lastError().nativeErrorCode().toInt() & 0xff) == 13; // SQLITE_FULL
    query.finish();
    return false;
}

bool Replica::putMeta(const char *key, const QVariant &value)
{
    return run(m_statements->putMeta, {QString::fromLatin1(key), value});
}

QVariant Replica::meta(const char *key)
{
    QSqlQuery query(m_database);
    query.prepare(u"SELECT value FROM meta WHERE key=?"_s);
    query.bindValue(0, QString::fromLatin1(key));
    return query.exec() && query.next() ? query.value(0) : QVariant();
}

ReplicaError Replica::error(ReplicaError::Code code, const QString &what) const
{
    return {code, u"The device's database %1 cannot be used: %2."_s.arg(m_file, what)};
}

} // namespace possync
