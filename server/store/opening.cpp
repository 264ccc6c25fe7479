// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/opening.h"

#include "server/store/highwatermark.h"
#include "server/store/keyuse.h"
#include "server/store/restoring.h"

#include <QFileInfo>
#include <QLoggingCategory>

using namespace Qt::StringLiterals;

namespace possync::store {

Q_DECLARE_LOGGING_CATEGORY(lcStore)

namespace {

Outcome refuse(StoreErrorCode code, const QString &detail)
{
    return Unexpected{StoreError{code, detail}};
}

/// Everything that must be known before the file is opened for writing.
Result<int, StoreError> admit(const DataDirectory &directory, int newestVersion, const Keys &keys)
{
    const auto version = schemaVersion(directory.database());
    if (!version)
        return Unexpected{version.error()};
    if (*version > newestVersion) {
        return Unexpected{
            StoreError{StoreErrorCode::NewerSchema, u"the database has schema version %1, this "
                                                    u"program knows versions up to %2; use a newer "
                                                    "program"_s.arg(*version)
                                                        .arg(newestVersion)}};
    }
    if (*version > 0) {
        const Outcome admitted = admitKeys(directory.database(), keys, directory.database());
        if (!admitted)
            return Unexpected{admitted.error()};
    }
    return version;
}

Outcome copyBeforeMigration(const DataDirectory &directory, int version)
{
    {
        const auto connection = Connection::open(directory.database(), Connection::Access::Write);
        if (!connection)
            return Unexpected{connection.error()};
        const Outcome moved = (*connection)->execute(u"PRAGMA wal_checkpoint(TRUNCATE)"_s);
        if (!moved)
            return moved;
    }
    // No connection is open now: closing any handle of a file drops SQLite's locks on it.
    return copyDurably(directory.database(), directory.aside(u"before-v%1"_s.arg(version)));
}

Outcome checkMark(const DataDirectory &directory, const LoadedJournal &journal,
                  const std::optional<HighWaterMark::Mark> &mark)
{
    if (!mark)
        return Done{};
    const QString advice =
        u"restore a backup, or remove %1 to accept what is there"_s.arg(directory.mark());
    if (mark->databaseId != journal.databaseId) {
        return refuse(StoreErrorCode::BehindMark,
                      u"the database is not the one that was served here before; %1"_s.arg(advice));
    }
    if (journal.lastPos < mark->pos) {
        return refuse(StoreErrorCode::BehindMark,
                      u"the database ends at position %1, but position %2 was acknowledged: its "
                      "newest part (journal.db-wal?) is missing; %3"_s.arg(journal.lastPos)
                          .arg(mark->pos)
                          .arg(advice));
    }
    return Done{};
}

/// What an earlier run sealed anew leaves nothing behind in the file.
Outcome compactIfDue(Connection &connection)
{
    const auto isDue = isCompactionDue(connection);
    if (!isDue)
        return Unexpected{isDue.error()};
    if (!*isDue)
        return Done{};
    qCInfo(lcStore) << "writing the database anew, so that nothing of what it held before the change "
                       "of keys is left; this takes seconds for each gigabyte";
    const auto compacted = compact(connection);
    return compacted ? Outcome(Done{}) : Unexpected{compacted.error()};
}

} // namespace

Result<OpenedDatabase, StoreError> openDatabase(const DataDirectory &directory,
                                                const QList<Migration> &migrations,
                                                const Keys &keys)
{
    const int newest = migrations.isEmpty() ? 0 : migrations.last().version;
    if (const Outcome swapped = putStagedInPlace(directory, migrations, keys); !swapped)
        return Unexpected{swapped.error()};
    const auto mark = HighWaterMark::read(directory.mark());
    if (!mark)
        return Unexpected{mark.error()};
    if (directory.hasDatabase()) {
        const auto version = admit(directory, newest, keys);
        if (!version)
            return Unexpected{version.error()};
        if (*version > 0 && *version < newest) {
            if (const Outcome copied = copyBeforeMigration(directory, newest); !copied)
                return Unexpected{copied.error()};
        }
    } else if (*mark) {
        return Unexpected{StoreError{
            StoreErrorCode::BehindMark,
            u"the database %1 is gone; restore a backup, or remove %2 to start empty"_s.arg(
                directory.database(), directory.mark())}};
    }

    auto connection = Connection::open(directory.database(), Connection::Access::Write, keys);
    if (!connection)
        return Unexpected{connection.error()};
    if (const Outcome migrated = migrate(**connection, migrations); !migrated)
        return Unexpected{migrated.error()};
    if (const Outcome claimed = claimKey(**connection); !claimed)
        return Unexpected{claimed.error()};
    if (const Outcome compacted = compactIfDue(**connection); !compacted)
        return Unexpected{compacted.error()};
    // With an empty WAL the file must have exactly the pages it says it has.
    if (const Outcome moved = (*connection)->execute(u"PRAGMA wal_checkpoint(TRUNCATE)"_s); !moved)
        return Unexpected{moved.error()};
    const auto pages = (*connection)->ask(u"PRAGMA page_count"_s);
    const auto pageSize = (*connection)->ask(u"PRAGMA page_size"_s);
    if (!pages || !pageSize)
        return Unexpected{!pages ? pages.error() : pageSize.error()};
    if (QFileInfo(directory.database()).size() < pages->toLongLong() * pageSize->toLongLong()) {
        return Unexpected{
            StoreError{StoreErrorCode::Corrupt,
                       u"%1 is cut short; restore a backup"_s.arg(directory.database())}};
    }
    auto journal = loadJournal(**connection);
    if (!journal)
        return Unexpected{journal.error()};
    if (const Outcome checked = checkMark(directory, *journal, *mark); !checked)
        return Unexpected{checked.error()};
    flushDirectory(directory.path());
    return OpenedDatabase{std::move(connection).value(), std::move(journal).value()};
}

void reserveWal(const QString &database, quint64 bytes)
{
    constexpr qsizetype pieceBytes = 1 << 20;
    QFile wal(database + u"-wal"_s);
    if (!wal.exists() || wal.size() != 0 || !wal.open(QIODevice::ReadWrite | QIODevice::Unbuffered))
        return;
    const QByteArray zeros(pieceBytes, '\0');
    bool isWritten = true;
    for (quint64 done = 0; done < bytes && isWritten; done += pieceBytes)
        isWritten = wal.write(zeros) == pieceBytes;
    if (!isWritten || !flushToDevice(wal))
        wal.resize(0);
}

} // namespace possync::store
