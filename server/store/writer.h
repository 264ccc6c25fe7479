// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/checkpointer.h"
#include "server/store/erasing.h"
#include "server/store/opening.h"
#include "server/store/resealing.h"
#include "server/store/retention.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <list>
#include <thread>
#include <variant>

namespace possync::store {

/// One append() call on its way to the disk. Either `callback` or `receiver` is set.
struct AppendJob {
    std::vector<core::JournalBlock> blocks;
    AppendCallback callback;
    std::shared_ptr<AppendReceiver> receiver;
    std::uint64_t ticket = 0;
};

/// One saveState() call and how far it has come.
struct SaveJob {
    StateSave save;
    OutcomeCallback callback;
    quint64 coverPos = 0; ///< Blocks beyond were appended after the save.
    std::size_t nextRow = 0;
    std::size_t nextIndex = 0;
};

/// One openRestaurant() call; `opened` gets the number once the restaurant exists.
struct OpenJob {
    QByteArray id;
    std::function<void(Result<core::RestaurantNo, StoreError>)> opened;
};

/// Finish a checkpoint between two commits.
struct CheckpointJob {
};

/// Tells when everything the writer was doing is done.
struct BarrierJob {
    std::function<void()> reached;
};

/// One eraseRestaurant() call.
struct EraseJob {
    QByteArray id;
    OutcomeCallback callback;
};

using WriterJob =
    std::variant<AppendJob, SaveJob, OpenJob, CheckpointJob, BarrierJob, EraseJob>;

/// The one thread that writes. It takes all that is queued, commits it as one transaction and then
/// reports back; saved state and retention are written in slices in between.
class Writer
{
public:
    Writer(const JournalOptions &options, DataDirectory &directory, RestaurantTable &table,
           StoreStatus &status);
    ~Writer();
    Writer(const Writer &) = delete;
    Writer &operator=(const Writer &) = delete;

    /// Opens the database on the new thread and waits for the outcome.
    Outcome start();
    /// Thread-safe. After stop() jobs fail with Closed.
    void post(WriterJob job);
    /// Takes no more jobs and waits until all that is queued is written.
    void drain();
    /// Drains, then closes the connection and ends the thread. Call it when all other connections
    /// are closed: the last one moves the WAL into the database, but of two that close at the same
    /// moment neither is the last.
    void stop();
    /// Calls waiting; thread-safe.
    std::size_t queueDepth();
    HighWaterMark &mark() { return m_mark; }
    /// While held by someone (verify, backup), retention and erasing rest.
    std::atomic<int> &retentionHolds() { return m_retentionHolds; }
    /// Thread-safe; `checkpointer` must outlive the thread.
    void setCheckpointer(Checkpointer *checkpointer);

private:
    struct Group;
    struct Slice;
    /// A restaurant whose rows are being removed.
    struct Erasure {
        RestaurantRow row;
        OutcomeCallback callback; ///< Empty: of an earlier run.
    };

    void run(std::promise<Outcome> &ready);
    Outcome setUp();
    bool takeBatch(std::vector<WriterJob> &batch);
    std::chrono::steady_clock::time_point nextUpkeep() const;
    void workBetweenBatches();

    void processInOrder(std::vector<WriterJob> &batch);
    void process(std::vector<WriterJob> &batch);
    void admit(AppendJob &job, Group &group);
    void admit(OpenJob &job, Group &group);
    Outcome commit(Group &group);
    Outcome writeGroup(Group &group, std::optional<Slice> &slice);
    void applied(Group &group);
    void failed(Group &group, const StoreError &error);
    void report(Group &group);

    Outcome ensureConnection();
    Outcome faulted(const StoreError &error);
    void dropStaleSaves();
    void finishSave(const Outcome &outcome);
    Outcome writeSlice(Slice &slice, std::size_t maxRows, std::chrono::microseconds budget);
    Outcome writeCoverage(SaveJob &job, Slice &slice);
    void applied(const Slice &slice);
    void saveSlice();
    void retire();
    void startErasing(EraseJob &job);
    void adopt(const std::vector<RestaurantRow> &erased);
    void eraseMore();
    void abandonErasures();
    Outcome lookAtKeys();
    void resealMore();
    void compactMore();
    void probe();
    void finishCheckpoint();
    Checkpointer *checkpointer();
    void grew(quint64 bytes);
    qint64 nowMs() const;

    const JournalOptions m_options;
    DataDirectory &m_directory;
    RestaurantTable &m_table;
    StoreStatus &m_status;
    HighWaterMark m_mark;
    std::atomic<int> m_retentionHolds = 0;

    std::mutex m_mutex; // guards the five below
    std::vector<WriterJob> m_queue;
    bool m_isStopping = false;
    bool m_isDrained = false;
    bool m_mayClose = false;
    Checkpointer *m_checkpointer = nullptr;
    std::condition_variable m_wake;

    // Writer thread only, all below.
    std::unique_ptr<Connection> m_connection;
    std::list<SaveJob> m_saves;
    std::list<Erasure> m_erasures;
    std::optional<Resealing> m_resealing; ///< While rows need other keys than the newest.
    quint64 m_nextPos = 1;
    quint64 m_storedPos = 0;
    bool m_isDegraded = false;
    std::chrono::steady_clock::time_point m_nextProbe;
    std::chrono::steady_clock::time_point m_nextRetention;
    std::chrono::steady_clock::time_point m_nextErasing;
    std::chrono::steady_clock::time_point m_nextReseal;

    std::thread m_thread;
};

} // namespace possync::store
