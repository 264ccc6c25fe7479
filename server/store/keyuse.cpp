// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/keyuse.h"

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

const QString usedKeys = QStringLiteral("keys");
const QString compactionDue = QStringLiteral("compaction_due");

Result<QVariant, StoreError> noted(Connection &connection, const QString &key)
{
    const auto rows = connection.query("get_meta", {key});
    if (!rows)
        return Unexpected{rows.error()};
    QVariant value;
    if ((*rows)->next())
        value = (*rows)->value(0);
    if (const Outcome ended = Connection::ended(**rows); !ended)
        return Unexpected{ended.error()};
    return value;
}

Outcome note(Connection &connection, const QList<KeyId> &keys)
{
    QByteArrayList names;
    for (const KeyId key : keys)
        names.append(keyName(key));
    return connection.run("put_meta", {usedKeys, QString::fromLatin1(names.join(' '))});
}

Result<bool, StoreError> isEmpty(Connection &connection)
{
    const auto rows =
        connection.ask(u"SELECT EXISTS(SELECT 1 FROM journal) OR EXISTS(SELECT 1 FROM state)"_s);
    if (!rows)
        return Unexpected{rows.error()};
    return !rows->toBool();
}

} // namespace

Result<QList<KeyId>, StoreError> keysInUse(Connection &connection)
{
    const auto value = noted(connection, usedKeys);
    if (!value)
        return Unexpected{value.error()};
    if (!value->isValid())
        return QList<KeyId>{0};
    QList<KeyId> keys;
    for (const QByteArray &name : value->toByteArray().split(' ')) {
        const auto key = keyIdFrom(name);
        if (!key) {
            return Unexpected{StoreError{
                StoreErrorCode::Corrupt,
                u"%1: its list of keys is damaged; restore a backup"_s.arg(connection.file())}};
        }
        keys.append(*key);
    }
    return keys;
}

Outcome admitKeys(const QString &file, const Keys &keys, const QString &what)
{
    const auto connection = Connection::open(file, Connection::Access::Untouched, keys);
    if (!connection)
        return Unexpected{connection.error()};
    const auto used = keysInUse(**connection);
    if (!used)
        return Unexpected{used.error()};
    QByteArrayList missing;
    for (const KeyId key : *used) {
        if (!(*connection)->cipher().canOpen(key))
            missing.append(keyName(key));
    }
    if (missing.isEmpty())
        return Done{};
    const QString names = QString::fromLatin1(missing.join(", "));
    return Unexpected{StoreError{
        StoreErrorCode::MissingKey,
        keys ? u"%1 is encrypted with key %2, which is not in %3; add the line with that key"_s.arg(
            what, names, keys->name())
             : u"%1 is encrypted with key %2, and no key is given; name the file that holds it: "
               "--encryption-key-file"_s.arg(what, names)}};
}

Outcome claimKey(Connection &connection)
{
    const KeyId current = connection.cipher().current();
    auto used = keysInUse(connection);
    if (!used)
        return Unexpected{used.error()};
    if (used->contains(current))
        return Done{};
    const auto isNew = isEmpty(connection);
    if (!isNew)
        return Unexpected{isNew.error()};
    if (*isNew)
        used->clear();
    used->append(current);
    return note(connection, *used);
}

Outcome settleKey(Connection &connection)
{
    if (const Outcome settled = note(connection, {connection.cipher().current()}); !settled)
        return settled;
    return connection.run("put_meta", {compactionDue, 1});
}

Result<bool, StoreError> isCompactionDue(Connection &connection)
{
    const auto due = noted(connection, compactionDue);
    if (!due)
        return Unexpected{due.error()};
    return due->toBool();
}

Result<bool, StoreError> compact(Connection &connection)
{
    // As large as the database, so not in memory.
    if (const Outcome set = connection.execute(u"PRAGMA temp_store=FILE"_s); !set)
        return Unexpected{set.error()};
    const Outcome written = connection.execute(u"VACUUM"_s);
    if (const Outcome reset = connection.execute(u"PRAGMA temp_store=MEMORY"_s); !reset)
        return Unexpected{reset.error()};
    if (!written)
        return Unexpected{written.error()};
    if (const Outcome done = connection.run("put_meta", {compactionDue, 0}); !done)
        return Unexpected{done.error()};
    // An interrupted run leaves the WAL to the next start, which empties it before all else.
    const auto isBusy = connection.ask(u"PRAGMA wal_checkpoint(TRUNCATE)"_s);
    if (!isBusy)
        return Unexpected{isBusy.error()};
    return !isBusy->toBool();
}

} // namespace possync::store
