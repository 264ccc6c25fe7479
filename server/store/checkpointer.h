// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/highwatermark.h"
#include "server/store/journaltypes.h"
#include "server/store/storestatus.h"

#include <condition_variable>
#include <thread>

namespace possync::store {

class Connection;

/// Copies the WAL into the database beside the commits and flushes the high-water mark each second.
class Checkpointer
{
public:
    /// `finishOnWriter` is called when only the writer can complete a checkpoint, because the WAL
    /// keeps growing while this thread works.
    Checkpointer(QString database, const JournalOptions &options, HighWaterMark &mark,
                 StoreStatus &status, std::function<void()> finishOnWriter);
    ~Checkpointer();
    Checkpointer(const Checkpointer &) = delete;
    Checkpointer &operator=(const Checkpointer &) = delete;

    /// Thread-safe: about so many bytes were added to the WAL.
    void walGrew(quint64 bytes);
    void stop();

    /// One pass on the writer's connection, between two commits; waits for a pass under way. When
    /// it gets everything across, the next commit starts the WAL over.
    Outcome passOnWriter(Connection &connection);
    /// Whether the writer should rather call passOnWriter() than let the WAL grow on.
    bool isWalFull();

private:
    void run();
    Outcome pass(Connection &connection, bool isWriter);

    const QString m_database;
    const quint64 m_passBytes;
    const quint64 m_restartBytes;
    HighWaterMark &m_mark;
    StoreStatus &m_status;
    const std::function<void()> m_finishOnWriter;
    std::mutex m_passMutex; // held during a pass
    std::mutex m_mutex;     // guards the three below
    quint64 m_grownBytes = 0;
    quint64 m_walBytes = 0; ///< As of the last pass; m_grownBytes came since.
    bool m_isStopping = false;
    std::condition_variable m_wake;
    std::thread m_thread;
};

} // namespace possync::store
