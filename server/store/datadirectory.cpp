// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/datadirectory.h"

#include <QDateTime>
#include <QFileInfo>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#else
#include <QLockFile>
#endif

using namespace Qt::StringLiterals;

namespace possync::store {

#ifdef Q_OS_UNIX
// flock() rather than QLockFile: the kernel lets go of it when the process dies, and a container
// whose server always is process 1 never mistakes its own leftover for a running server.
class DataDirectory::Lock
{
public:
    explicit Lock(const QString &file)
        : m_handle(::open(QFile::encodeName(file).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600))
    {
    }
    ~Lock()
    {
        if (m_handle >= 0)
            ::close(m_handle);
    }
    Lock(const Lock &) = delete;
    Lock &operator=(const Lock &) = delete;
    bool canWrite() const { return m_handle >= 0; }
    bool take() { return flock(m_handle, LOCK_EX | LOCK_NB) == 0; }

private:
    int m_handle;
};
#else
class DataDirectory::Lock
{
public:
    explicit Lock(const QString &file)
        : m_lock(file)
    {
        m_lock.setStaleLockTime(0);
    }
    bool canWrite() const { return true; }
    bool take() { return m_lock.tryLock(0); }

private:
    QLockFile m_lock;
};
#endif

DataDirectory::DataDirectory(const QString &path)
    : m_dir(path)
{
}

DataDirectory::~DataDirectory() = default;

Result<std::unique_ptr<DataDirectory>, StoreError> DataDirectory::hold(const QString &path)
{
    const QFileInfo info(path);
    if (path.isEmpty() || (info.exists() && !info.isDir())) {
        return Unexpected{StoreError{StoreErrorCode::UnusableDirectory,
                                     u"data directory \"%1\" is not a directory"_s.arg(path)}};
    }
    if (!QDir().mkpath(path)) {
        return Unexpected{StoreError{StoreErrorCode::UnusableDirectory,
                                     u"cannot create data directory \"%1\""_s.arg(path)}};
    }
    std::unique_ptr<DataDirectory> directory(new DataDirectory(path));
    directory->m_lock = std::make_unique<Lock>(directory->m_dir.filePath(u"journal.lock"_s));
    if (!directory->m_lock->canWrite()) {
        return Unexpected{StoreError{StoreErrorCode::UnusableDirectory,
                                     u"cannot write to data directory \"%1\""_s.arg(path)}};
    }
    if (!directory->m_lock->take()) {
        return Unexpected{
            StoreError{StoreErrorCode::InUse,
                       u"data directory \"%1\" is already in use by another server"_s.arg(path)}};
    }
    return directory;
}

QString DataDirectory::aside(const QString &why) const
{
    const QString stamp = QDateTime::currentDateTimeUtc().toString(u"yyyyMMdd'T'HHmmss'Z'"_s);
    QString name = m_dir.filePath(u"journal-%1-%2.db"_s.arg(why, stamp));
    for (int copy = 2; QFile::exists(name); ++copy)
        name = m_dir.filePath(u"journal-%1-%2-%3.db"_s.arg(why, stamp).arg(copy));
    return name;
}

bool DataDirectory::hasDatabase() const
{
    return QFileInfo(database()).size() > 0 || QFileInfo(database() + u"-wal"_s).size() > 0;
}

} // namespace possync::store
