// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/highwatermark.h"

#include "server/store/checksum.h"

#include <QtEndian>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <unistd.h>
#endif

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

// Two slots a sector apart, written in turn: a write torn by a power cut leaves the other intact.
constexpr qint64 slotDistance = 512;
constexpr qsizetype idSize = 16;
const QByteArray magic = QByteArrayLiteral("PSYMARK1");

QByteArray encoded(const HighWaterMark::Mark &mark)
{
    QByteArray bytes = magic + mark.databaseId.leftJustified(idSize, '\0', true);
    const quint64 pos = qToLittleEndian(mark.pos);
    bytes.append(reinterpret_cast<const char *>(&pos), sizeof(pos));
    const quint64 seal = qToLittleEndian(bytesChecksum(bytes));
    bytes.append(reinterpret_cast<const char *>(&seal), sizeof(seal));
    return bytes;
}

std::optional<HighWaterMark::Mark> decoded(const QByteArray &bytes)
{
    const qsizetype sealed = magic.size() + idSize + qsizetype(sizeof(quint64));
    if (bytes.size() < sealed + qsizetype(sizeof(quint64)) || !bytes.startsWith(magic))
        return {};
    if (qFromLittleEndian<quint64>(bytes.constData() + sealed)
        != bytesChecksum(QByteArrayView(bytes).first(sealed)))
        return {};
    return HighWaterMark::Mark{
        bytes.mid(magic.size(), idSize),
        qFromLittleEndian<quint64>(bytes.constData() + magic.size() + idSize)};
}

} // namespace

bool flushToDevice(QFile &file)
{
#ifdef Q_OS_UNIX
    return file.flush() && fdatasync(file.handle()) == 0;
#else
    return file.flush();
#endif
}

bool flushDirectory(const QString &directory)
{
#ifdef Q_OS_UNIX
    const int handle =
        ::open(QFile::encodeName(directory).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0)
        return false;
    const bool flushed = fsync(handle) == 0;
    ::close(handle);
    return flushed;
#else
    Q_UNUSED(directory);
    return true;
#endif
}

Result<std::optional<HighWaterMark::Mark>, StoreError> HighWaterMark::read(const QString &file)
{
    QFile source(file);
    if (!source.exists())
        return std::optional<Mark>();
    std::optional<Mark> newest;
    if (source.open(QIODevice::ReadOnly)) {
        const QByteArray content = source.readAll();
        for (qint64 slot = 0; slot < 2; ++slot) {
            const auto mark = decoded(content.mid(slot * slotDistance, slotDistance));
            if (mark && (!newest || mark->pos >= newest->pos))
                newest = mark;
        }
    }
    if (!newest) {
        return Unexpected{StoreError{
            StoreErrorCode::BehindMark,
            u"%1 is damaged, so it cannot be told whether the database is complete; remove the "
            "file to accept the database as it is"_s.arg(file)}};
    }
    return newest;
}

Outcome HighWaterMark::open(const QString &file, const Mark &mark)
{
    m_mark = mark;
    m_file.setFileName(file);
    const bool opened = m_file.open(QIODevice::ReadWrite | QIODevice::Unbuffered);
    m_handle = m_file.handle();
    // Both slots, so that an older database's position cannot come back.
    if (!opened || !write() || !write() || !flushToDevice(m_file))
        return Unexpected{StoreError{StoreErrorCode::UnusableDirectory,
                                     u"cannot write %1: %2"_s.arg(file, m_file.errorString())}};
    return Done{};
}

bool HighWaterMark::advance(quint64 pos)
{
    m_mark.pos = pos;
    return write();
}

bool HighWaterMark::flush()
{
#ifdef Q_OS_UNIX
    return fdatasync(m_handle) == 0;
#else
    return m_handle >= 0;
#endif
}

bool HighWaterMark::write()
{
    const QByteArray bytes = encoded(m_mark);
    m_slot = 1 - m_slot;
    return m_file.seek(m_slot * slotDistance) && m_file.write(bytes) == bytes.size();
}

} // namespace possync::store
