// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/storeerror.h"

#include <QDir>
#include <memory>

namespace possync::store {

/// The directory of one journal, held against other processes for as long as the object lives.
class DataDirectory
{
public:
    static Result<std::unique_ptr<DataDirectory>, StoreError> hold(const QString &path);
    ~DataDirectory();
    DataDirectory(const DataDirectory &) = delete;
    DataDirectory &operator=(const DataDirectory &) = delete;

    QString database() const { return m_dir.filePath(QStringLiteral("journal.db")); }
    QString mark() const { return m_dir.filePath(QStringLiteral("journal.mark")); }
    /// A verified backup waiting to become the database.
    QString staged() const { return m_dir.filePath(QStringLiteral("journal.restore")); }
    QString path() const { return m_dir.path(); }
    /// A name next to the database that carries the time and does not exist yet.
    QString aside(const QString &why) const;
    /// Whether there is a database or what is left of one.
    bool hasDatabase() const;

private:
    explicit DataDirectory(const QString &path);
    QDir m_dir;
    class Lock;
    std::unique_ptr<Lock> m_lock;
};

} // namespace possync::store
