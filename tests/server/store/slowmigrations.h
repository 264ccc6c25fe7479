// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/schema.h"

namespace possync::store {

/// The real schema and two further steps that take long enough to be interrupted.
inline QList<Migration> slowMigrations()
{
    QList<Migration> all = builtInMigrations();
    const int version = all.last().version;
    const QString step = QStringLiteral(
        "CREATE TABLE extra%1(n INTEGER PRIMARY KEY, text TEXT);\n"
        "WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 60000)\n"
        "INSERT INTO extra%1 SELECT n, printf('%.100c', 'x') FROM count;\n"
        "ALTER TABLE restaurant ADD COLUMN extra%1 INTEGER NOT NULL DEFAULT 0;\n");
    all.append({version + 1, step.arg(version + 1)});
    all.append({version + 2, step.arg(version + 2)});
    return all;
}

} // namespace possync::store
