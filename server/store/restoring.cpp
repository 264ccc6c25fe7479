// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/restoring.h"

#include "server/store/checksum.h"
#include "server/store/highwatermark.h"
#include "server/store/keyuse.h"
#include "server/store/schema.h"
#include "server/store/verification.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

Outcome failed(const QString &detail)
{
    return Unexpected{StoreError{StoreErrorCode::IoError, detail}};
}

bool renameIfThere(const QString &from, const QString &to)
{
    return !QFile::exists(from) || QFile::rename(from, to);
}

/// What an older version wrote gets the schema of this one. No WAL is left.
Outcome bringUpToDate(const QString &file, const QList<Migration> &migrations)
{
    const auto version = schemaVersion(file);
    if (!version)
        return Unexpected{version.error()};
    if (migrations.isEmpty() || *version >= migrations.last().version)
        return Done{};
    const auto connection = Connection::open(file, Connection::Access::Write);
    if (!connection)
        return Unexpected{connection.error()};
    if (const Outcome migrated = migrate(**connection, migrations); !migrated)
        return migrated;
    return (*connection)->execute(u"PRAGMA journal_mode=DELETE"_s);
}

Outcome beginNewHistory(const QString &file, const QList<Migration> &migrations)
{
    auto connection = Connection::open(file, Connection::Access::Write);
    if (!connection)
        return Unexpected{connection.error()};
    if (const Outcome migrated = migrate(**connection, migrations); !migrated)
        return migrated;
    auto journal = loadJournal(**connection);
    if (!journal)
        return Unexpected{journal.error()};
    {
        Transaction transaction(**connection, Transaction::Kind::Write);
        if (!transaction.begun())
            return transaction.begun();
        for (RestaurantEntry &entry : journal->restaurants) {
            entry.row.epoch = newEpoch();
            if (const Outcome updated = updateRestaurant(**connection, entry.row); !updated)
                return updated;
        }
        const Outcome renamed = (*connection)->run("put_meta", {u"database_id"_s, newDatabaseId()});
        if (!renamed)
            return renamed;
        if (const Outcome committed = transaction.commit(); !committed)
            return committed;
    }
    return (*connection)->execute(u"PRAGMA wal_checkpoint(TRUNCATE)"_s);
}

} // namespace

Outcome copyDurably(const QString &from, const QString &to)
{
    const QString part = to + u".part"_s;
    QFile::remove(part);
    if (!QFile::copy(from, part))
        return failed(u"cannot copy %1 to %2"_s.arg(from, part));
    QFile copy(part);
    if (!copy.open(QIODevice::ReadWrite) || !flushToDevice(copy))
        return failed(u"cannot write %1: %2"_s.arg(part, copy.errorString()));
    copy.close();
    QFile::remove(to);
    if (!QFile::rename(part, to))
        return failed(u"cannot rename %1 to %2"_s.arg(part, to));
    flushDirectory(QFileInfo(to).path());
    return Done{};
}

Outcome stageBackup(const QString &backup, const QString &staged, const Keys &keys)
{
    if (!QFileInfo(backup).isFile())
        return Unexpected{
            StoreError{StoreErrorCode::InvalidArgument, u"there is no backup %1"_s.arg(backup)}};
    // The copy is what will be served, so the copy is what is checked.
    const QString candidate = staged + u".check"_s;
    if (const Outcome copied = copyDurably(backup, candidate); !copied)
        return copied;
    const auto isUsable = [&]() -> Result<VerifyReport, StoreError> {
        if (const auto version = schemaVersion(candidate); !version)
            return Unexpected{version.error()};
        const Outcome admitted = admitKeys(candidate, keys, u"it"_s);
        if (!admitted)
            return Unexpected{admitted.error()};
        if (const Outcome updated = bringUpToDate(candidate, builtInMigrations()); !updated)
            return Unexpected{updated.error()};
        return verifyFile(candidate, keys);
    };
    const auto report = isUsable();
    if (!report || !report->isGood()) {
        QFile::remove(candidate);
        return Unexpected{
            StoreError{report ? StoreErrorCode::Corrupt : report.error().code,
                       u"backup %1 is not usable: %2"_s.arg(
                           backup, report ? report->problems.first() : report.error().detail)}};
    }
    QFile::remove(staged);
    if (!QFile::rename(candidate, staged))
        return failed(u"cannot rename %1 to %2"_s.arg(candidate, staged));
    flushDirectory(QFileInfo(staged).path());
    return Done{};
}

Outcome putStagedInPlace(const DataDirectory &directory, const QList<Migration> &migrations,
                         const Keys &keys)
{
    const int newestVersion = migrations.isEmpty() ? 0 : migrations.last().version;
    const QString staged = directory.staged();
    if (!QFile::exists(staged))
        return Done{};
    const auto version = schemaVersion(staged);
    if (!version)
        return Unexpected{version.error()};
    if (*version > newestVersion) {
        return Unexpected{StoreError{
            StoreErrorCode::NewerSchema,
            u"the backup to restore has schema version %1, this program knows versions up to %2"_s
                .arg(*version)
                .arg(newestVersion)}};
    }
    if (const Outcome admitted = admitKeys(staged, keys, u"the backup to restore"_s); !admitted)
        return admitted;
    if (const Outcome begun = beginNewHistory(staged, migrations); !begun)
        return begun;

    // The WAL leaves with its database. The mark goes before the new database arrives: at no moment
    // does it stand next to a database it does not belong to.
    const QString database = directory.database();
    const QString kept = directory.aside(u"replaced"_s);
    const bool moved =
        renameIfThere(database + u"-wal"_s, kept + u"-wal"_s) && renameIfThere(database, kept);
    if (!moved)
        return failed(u"cannot move %1 aside"_s.arg(database));
    QFile::remove(database + u"-shm"_s);
    QFile::remove(directory.mark());
    flushDirectory(directory.path());
    if (!QFile::rename(staged, database))
        return failed(u"cannot rename %1 to %2"_s.arg(staged, database));
    QFile::remove(staged + u"-wal"_s);
    QFile::remove(staged + u"-shm"_s);
    flushDirectory(directory.path());
    return Done{};
}

} // namespace possync::store
