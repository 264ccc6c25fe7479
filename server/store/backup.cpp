// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/backup.h"

#include "server/store/highwatermark.h"
#include "server/store/keyuse.h"
#include "server/store/resealing.h"
#include "server/store/schema.h"

#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

constexpr int rowsPerSlice = 500;
constexpr QLatin1String unfinished(".part"); ///< What a backup's name ends in until it is whole.

class Copy
{
public:
    explicit Copy(Connection &target)
        : m_target(target)
    {
    }

    Outcome run(const QString &source)
    {
        if (const Outcome attached = m_target.run("attach_source", {source}); !attached)
            return attached;
        if (const Outcome copied = copySchema(); !copied)
            return copied;
        if (const Outcome copied = copyRestaurants(); !copied)
            return copied;
        if (const Outcome copied = copyState(); !copied)
            return copied;
        if (const Outcome copied = m_target.execute(sqlText("copy_index")); !copied)
            return copied;
        if (const Outcome copied = copyJournal(); !copied)
            return copied;
        return m_target.execute(u"DETACH source"_s);
    }

private:
    Outcome copySchema()
    {
        const auto tables = m_target.query("source_schema");
        if (!tables)
            return Unexpected{tables.error()};
        QStringList statements;
        while ((*tables)->next())
            statements << (*tables)->value(0).toString();
        if (const Outcome ended = Connection::ended(**tables); !ended)
            return ended;
        for (const QString &pragma : {u"application_id"_s, u"user_version"_s}) {
            const auto value = m_target.ask(u"PRAGMA source."_s + pragma);
            if (!value)
                return Unexpected{value.error()};
            statements << u"PRAGMA main.%1=%2"_s.arg(pragma).arg(value->toInt());
        }
        for (const QString &statement : std::as_const(statements)) {
            if (const Outcome made = m_target.execute(statement); !made)
                return made;
        }
        return Done{};
    }

    // What saved state covers must be read before the state itself: rows copied later can only be
    // newer than that, and replay does not mind.
    Outcome copyRestaurants()
    {
        Transaction snapshot(m_target, Transaction::Kind::Read);
        if (!snapshot.begun())
            return snapshot.begun();
        for (const auto *name : {"copy_meta", "copy_restaurants"}) {
            if (const Outcome copied = m_target.execute(sqlText(name)); !copied)
                return copied;
        }
        return snapshot.commit();
    }

    Outcome copyState()
    {
        core::RestaurantNo no = 0;
        QByteArray key("", 0);
        while (true) {
            const auto last = m_target.query("copy_state_end", {no, key, rowsPerSlice});
            if (!last)
                return Unexpected{last.error()};
            if (!(*last)->next())
                return Connection::ended(**last);
            const core::RestaurantNo endNo = (*last)->value(0).toUInt();
            const QByteArray endKey = (*last)->value(1).toByteArray();
            (*last)->finish();
            const Outcome copied = m_target.run("copy_state", {no, key, endNo, endKey});
            if (!copied)
                return copied;
            no = endNo;
            key = endKey;
        }
    }

    // A restaurant born since has no saved state here, so nothing of it counts as covered.
    Outcome addNewRestaurants()
    {
        const auto born = m_target.query("new_restaurants");
        if (!born)
            return Unexpected{born.error()};
        std::vector<RestaurantRow> rows;
        while ((*born)->next())
            rows.push_back(restaurantEntry(**born).row);
        if (const Outcome ended = Connection::ended(**born); !ended)
            return ended;
        for (RestaurantRow &row : rows) {
            row.headSeq = row.floorSeq;
            row.lastAtMs = 0;
            row.coveredPos = 0;
            if (const Outcome inserted = insertRestaurant(m_target, row); !inserted)
                return inserted;
        }
        return Done{};
    }

    Outcome copyJournal()
    {
        const auto last = m_target.ask(u"SELECT max(pos) FROM source.journal"_s);
        if (!last)
            return Unexpected{last.error()};
        if (const Outcome added = addNewRestaurants(); !added)
            return added;
        const qint64 lastPos = last->toLongLong();
        qint64 from = 0;
        while (from < lastPos) {
            const Outcome copied = m_target.run("copy_journal", {from, lastPos, rowsPerSlice});
            if (!copied)
                return copied;
            const auto reached = m_target.ask(u"SELECT max(pos) FROM main.journal"_s);
            if (!reached)
                return Unexpected{reached.error()};
            if (reached->toLongLong() <= from)
                break;
            from = reached->toLongLong();
        }
        return Done{};
    }

    Connection &m_target;
};

Result<BackupSummary, StoreError> summary(const QString &file, const Keys &keys)
{
    const auto connection = Connection::open(file, Connection::Access::Untouched, keys);
    if (!connection)
        return Unexpected{connection.error()};
    const auto journal = loadJournal(**connection);
    if (!journal)
        return Unexpected{journal.error()};
    BackupSummary summary;
    summary.lastPos = journal->lastPos;
    for (const RestaurantEntry &entry : journal->restaurants) {
        summary.restaurants.append({entry.row.id, entry.row.no, entry.row.epoch, entry.headSeq,
                                    entry.row.floorSeq, entry.lastAtMs, !entry.damage.isEmpty()});
    }
    return summary;
}

Outcome sealed(const QString &file, const Keys &keys)
{
    const auto connection = Connection::open(file, Connection::Access::Scratch, keys);
    if (!connection)
        return Unexpected{connection.error()};
    if (const Outcome claimed = claimKey(**connection); !claimed)
        return claimed;
    Resealing resealing;
    while (resealing.stage != Resealing::Stage::Done) {
        if (const auto slice = resealSlice(**connection, resealing); !slice)
            return Unexpected{slice.error()};
    }
    // Half of it readable would be worse than none: who asked for this relies on it.
    if (resealing.unreadable > 0)
        return Unexpected{StoreError{
            StoreErrorCode::Corrupt,
            u"%1 damaged rows cannot be sealed; verify names them"_s.arg(resealing.unreadable)}};
    // Parts of the file that are not in use hold what was there before.
    const auto compacted = compact(**connection);
    return compacted ? Outcome(Done{}) : Unexpected{compacted.error()};
}

} // namespace

void removeUnfinishedBackups(const QString &directory)
{
    QDir backups(directory);
    for (const QString &file : backups.entryList({u"*.db%1"_s.arg(unfinished), u"*.db%1-*"_s.arg(unfinished)},
                                                QDir::Files))
        backups.remove(file);
}

Result<BackupSummary, StoreError> writeBackup(const QString &database, const QString &file,
                                              const Keys &sealing)
{
    if (QFile::exists(file)) {
        return Unexpected{
            StoreError{StoreErrorCode::InvalidArgument, u"%1 exists already"_s.arg(file)}};
    }
    const QString part = file + unfinished;
    QFile::remove(part);
    {
        auto target = Connection::open(part, Connection::Access::Scratch);
        if (!target)
            return Unexpected{target.error()};
        if (const Outcome copied = Copy(**target).run(database); !copied) {
            target->reset();
            QFile::remove(part);
            return Unexpected{copied.error()};
        }
    }
    if (const Outcome done = sealing ? sealed(part, sealing) : Outcome(Done{}); !done) {
        QFile::remove(part);
        return Unexpected{done.error()};
    }
    auto described = summary(part, sealing);
    QFile written(part);
    const bool isSafe = written.open(QIODevice::ReadWrite) && flushToDevice(written);
    written.close();
    if (!described || !isSafe || !QFile::rename(part, file)) {
        QFile::remove(part);
        return Unexpected{
            described ? StoreError{StoreErrorCode::IoError, u"cannot write backup %1"_s.arg(file)}
                      : described.error()};
    }
    flushDirectory(QFileInfo(file).path());
    described->file = file;
    described->bytes = quint64(QFileInfo(file).size());
    return described;
}

} // namespace possync::store
