// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/journalport.h"
#include "server/store/keyring.h"
#include "server/store/storeerror.h"

#include <QList>
#include <QStringList>
#include <array>
#include <chrono>
#include <functional>

namespace possync::store {

/// One numbered step of the schema, run inside one transaction.
struct Migration {
    int version = 0;
    QString sql; ///< Statements that each end with a semicolon at the end of a line.
};

/// How a Journal is opened. All defaults are meant for production.
struct JournalOptions {
    QString dataDir;
    /// Changes older than this are removed once saved state covers them; 0 keeps everything.
    std::chrono::milliseconds retention = std::chrono::hours(24 * 30);
    std::chrono::milliseconds retentionInterval = std::chrono::seconds(30);
    /// While commits fail, how often an empty one is tried to find out that the fault is gone.
    std::chrono::milliseconds probeInterval = std::chrono::milliseconds(500);
    int readerCount = 2;
    /// Bytes written to the WAL after which a checkpoint runs beside the commits.
    quint64 checkpointBytes = quint64(4) << 20;
    /// WAL size above which the writer itself finishes a checkpoint, so that the WAL starts over.
    quint64 walRestartBytes = quint64(16) << 20;
    /// Wall clock in UTC milliseconds; empty means the system's.
    std::function<qint64()> nowMs;
    /// Steps of the schema, oldest first; empty means those compiled in.
    QList<Migration> migrations;
    /// What stored content is encrypted with; null: nothing is. What is stored another way is
    /// sealed anew in slices between commits.
    Keys keys;
};

/// A block of an append() call that was not stored.
struct BlockFailure {
    std::size_t index = 0; ///< Position inside the append() call.
    core::RestaurantNo restaurant = 0;
    StoreError error;
};

/// Outcome of one append() call. Blocks not listed in `failures` are on disk.
struct AppendResult {
    quint64 pos = 0; ///< Journal position of the call's last stored block; 0 if none was.
    std::vector<BlockFailure> failures;
    bool isStored() const { return failures.empty(); }
};

/// Derived rows to save. Rows may reflect only blocks handed to append() before this save.
struct StateSave {
    core::RestaurantNo restaurant = 0;
    std::uint32_t generation = 0;
    std::vector<core::StateRow> rows;
    /// With this save (and earlier ones) the saved rows contain the effect of every block handed to
    /// append() before it whose `lastSeq` is not greater; a later start replays only what follows.
    std::uint64_t uptoSeq = 0;
    /// Same limit as a journal position, for blocks without changes; the default is "all before".
    std::uint64_t uptoPos = ~std::uint64_t(0);
};

/// One page of the journal of one restaurant.
struct ReadResult {
    std::vector<core::JournalBlock> blocks; ///< In order, without gaps, only blocks with changes.
    bool more = false;                      ///< Ask again from the last block's `lastSeq + 1`.
    std::uint64_t floorSeq =
        0; ///< Changes up to this one are gone: below it only a snapshot helps.
    std::uint64_t headSeq = 0;
};

/// Bounds of one page; at least one block is returned whatever its size.
struct ReadLimits {
    std::size_t maxBlocks = 1024;
    std::size_t maxBytes = std::size_t(1) << 20;
};

/// One page of all that the journal holds of a restaurant, by position.
struct SweepResult {
    std::vector<core::JournalBlock> blocks; ///< In order, those without changes too.
    quint64 nextPos = 0;                    ///< Where the next page begins.
    bool more = false;
    std::uint64_t floorSeq = 0; ///< Changes up to this one are gone.
};

/// What is known of a restaurant without touching the disk.
struct RestaurantSummary {
    QByteArray id;
    core::RestaurantNo no = 0;
    QByteArray epoch;
    std::uint64_t headSeq = 0;
    std::uint64_t floorSeq = 0;
    qint64 lastAtMs = 0; ///< Time of the newest block; 0 before the first.
    bool damaged = false;
};

/// Whether commits work.
struct StoreHealth {
    bool ok = true;
    QString reason; ///< One line, empty when ok.
};

/// Counters since open. Histogram: commits that took at most `commitBoundsUs[i]`, not cumulative.
struct JournalStats {
    static constexpr std::array<quint32, 12> commitBoundsUs = {
        100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 500000, 0xffffffff};
    quint64 commits = 0;
    quint64 failedCommits = 0;
    quint64 appends = 0;
    quint64 blocks = 0;
    quint64 bytes = 0;
    quint64 stateRows = 0;
    quint64 checksumFailures = 0;
    quint64 checkpoints = 0;
    quint64 walBytes = 0;
    quint64 largestWalBytes = 0;
    quint64 lastPos = 0;
    quint64 queueDepth = 0; ///< Calls waiting for the writer.
    quint64 pendingSaves = 0;
    quint64 keysInUse = 1; ///< That stored rows need, "none" counted as one.
    quint64 lastCommitUs = 0;
    quint64 largestGroup = 0; ///< Most append() calls stored by one commit.
    quint64 commitUsTotal = 0;
    std::array<quint64, 12> commitHistogram = {};
};

/// What verify() found.
struct VerifyReport {
    QStringList problems; ///< One line each, empty when all is well; capped at 1,000.
    quint64 restaurants = 0;
    quint64 blocks = 0;
    quint64 stateRows = 0;
    quint64 bytes = 0;
    qint64 durationMs = 0;
    bool isGood() const { return problems.isEmpty(); }
};

/// Lets the owner look at everything verify() reads. Called on a store thread, blocks in journal
/// order first, then the saved rows per restaurant. Problems go to `VerifyReport::problems`.
struct VerifyVisitor {
    std::function<void(const core::JournalBlock &, QStringList &problems)> block;
    std::function<void(core::RestaurantNo, const core::StateRow &, QStringList &problems)> state;
    std::function<void(QStringList &problems)> finished;
};

/// A finished backup.
struct BackupSummary {
    QString file;
    quint64 bytes = 0;
    quint64 lastPos = 0;
    QList<RestaurantSummary> restaurants; ///< Heads as contained in the file.
};

using AppendCallback = std::function<void(AppendResult)>;
using OpenCallback = std::function<void(Result<core::RestaurantImage, StoreError>)>;
using ReadCallback = std::function<void(Result<ReadResult, StoreError>)>;
using SweepCallback = std::function<void(Result<SweepResult, StoreError>)>;
using OutcomeCallback = std::function<void(Outcome)>;
using VerifyCallback = std::function<void(Result<VerifyReport, StoreError>)>;
using BackupCallback = std::function<void(Result<BackupSummary, StoreError>)>;

/// Receives the outcomes of several append() calls in one go: one call per commit.
class AppendReceiver
{
public:
    struct Appended {
        std::uint64_t ticket = 0; ///< As given to append().
        AppendResult result;
    };
    virtual ~AppendReceiver() = default;
    /// In the order of the append() calls; on the writer thread, so be quick.
    virtual void appended(std::vector<Appended> results) = 0;
};

} // namespace possync::store
