// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/journaltypes.h"

namespace possync::store {

class ReaderPool;

/// The durable memory of the server: an append-only journal per restaurant, derived state rows,
/// pages for devices that catch up. One per data directory.
///
/// Every method is thread-safe and returns at once; SQL runs on threads of the journal's own.
/// Callbacks run on those threads too (a refusal without any work possibly on the caller's): be
/// quick there and hop back to your own. Each callback is called exactly once, at the latest before
/// the destructor returns.
class Journal
{
public:
    /// Opens or creates the database in `options.dataDir`, which is then held against other
    /// processes. Every refusal is one line that says what is wrong and what to do.
    static Result<std::unique_ptr<Journal>, StoreError> open(JournalOptions options);
    ~Journal(); ///< Closes.
    Journal(const Journal &) = delete;
    Journal &operator=(const Journal &) = delete;

    /// Writes and answers everything that is queued, then closes. Calls that come later, from any
    /// thread, are answered with Closed: who stops a server need not stop its callers first.
    void close();

    /// Creates the restaurant if there is none of that id and loads what a room needs. Goes in line
    /// behind earlier append() calls, so that the image contains them. A restaurant whose saved
    /// state or newest changes are damaged is refused with Corrupt; others are not concerned.
    void openRestaurant(QByteArray id, OpenCallback callback);

    /// Stores blocks. All calls that wait while a commit is under way are committed together as the
    /// next transaction; then their callbacks are called in order. A block must follow the
    /// restaurant's head and carry the generation of its image; otherwise it alone (and those of
    /// its restaurant after it) is refused. If the commit fails, nothing of it is stored, and the
    /// restaurants concerned must be opened again.
    void append(std::vector<core::JournalBlock> blocks, AppendCallback callback);
    /// The same for callers that want one wake-up per commit instead of one per call.
    void append(std::vector<core::JournalBlock> blocks, std::shared_ptr<AppendReceiver> receiver,
                std::uint64_t ticket);

    /// Removes all that is kept of a restaurant, in line behind earlier calls. It is unknown at
    /// once and for good; calls behind this one find or make a new one, of another number and
    /// epoch. Its rows are overwritten in slices between commits, after a kill by the next run;
    /// `callback` comes when the last is gone, with UnknownRestaurant if there is none of that id.
    /// Backups keep what they hold.
    void eraseRestaurant(QByteArray id, OutcomeCallback callback);

    /// Saves derived rows between commits; `callback` may be empty. Dropped with StaleGeneration
    /// when the room has to be reopened meanwhile.
    void saveState(StateSave save, OutcomeCallback callback = {});

    /// Committed blocks with `lastSeq >= fromSeq`, oldest first, one page.
    void readChanges(core::RestaurantNo restaurant, std::uint64_t fromSeq, ReadLimits limits,
                     ReadCallback callback);

    /// The same for those who read far back: on a thread and connection of their own, so that no
    /// device waits behind them.
    void readPast(core::RestaurantNo restaurant, std::uint64_t fromSeq, ReadLimits limits,
                  ReadCallback callback);
    /// Also there, and with the blocks that hold no changes (twins of changes, devices): one page
    /// of the journal from position `fromPos` on, 0 for its beginning. Passes over the blocks of
    /// all restaurants, so it is slower than readPast() where there are many.
    void sweepPast(core::RestaurantNo restaurant, std::uint64_t fromPos, ReadLimits limits,
                   SweepCallback callback);

    QList<RestaurantSummary> restaurants() const;
    /// Whether there is one of that id.
    bool hasRestaurant(const QByteArray &id) const;
    /// Last committed sequence number; 0 for a restaurant without changes or of unknown number.
    std::uint64_t headSeq(core::RestaurantNo restaurant) const;
    /// Changes up to this one are gone, by retention; 0: none, or of unknown number.
    std::uint64_t floorSeq(core::RestaurantNo restaurant) const;
    StoreHealth health() const;
    JournalStats stats() const;

    /// Reads and checks everything, while serving goes on.
    void verify(VerifyCallback callback, VerifyVisitor visitor = {});
    /// Writes a complete, compact database to `file`, which must not exist, while serving goes on.
    void backup(QString file, BackupCallback callback);
    /// Checks a backup and keeps a copy that the next open() puts in place: under new epochs, the
    /// present database kept aside. The journal goes on unchanged until then.
    void stageRestore(QString backupFile, OutcomeCallback callback);
    /// The same for a data directory that no journal has open; blocks.
    static Outcome stageRestore(const QString &dataDir, const QString &backupFile,
                                const Keys &keys = {});

private:
    struct Parts;
    void readChanges(ReaderPool &readers, core::RestaurantNo restaurant, std::uint64_t fromSeq,
                     ReadLimits limits, ReadCallback callback);
    explicit Journal(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> m_parts;
};

} // namespace possync::store
