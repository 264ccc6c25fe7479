// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/storeerror.h"

#include <QByteArray>
#include <QFile>
#include <optional>

namespace possync::store {

/// Side file that says how far the database had come: its id and its last journal position, sealed
/// by a checksum. Written after every commit without a flush, so it is never ahead of the disk.
/// A database behind it has lost acknowledged changes and is not served.
class HighWaterMark
{
public:
    struct Mark {
        QByteArray databaseId; ///< 16 bytes.
        quint64 pos = 0;
    };

    /// The newest intact mark; nothing if there is no file; an error if none in it is intact.
    static Result<std::optional<Mark>, StoreError> read(const QString &file);

    /// Opens the file for writing and stores `mark` durably.
    Outcome open(const QString &file, const Mark &mark);
    /// Stores a newer position. Writer thread.
    bool advance(quint64 pos);
    /// Flushes what advance() wrote. Any thread.
    bool flush();

private:
    bool write();

    QFile m_file;
    Mark m_mark;
    int m_slot = 0;
    int m_handle = -1; ///< For flush(), which must not touch the QFile of another thread.
};

/// Flushes a file's content to the device.
bool flushToDevice(QFile &file);
/// Makes creations, renames and removals inside a directory durable, where the system offers it.
bool flushDirectory(const QString &directory);

} // namespace possync::store
