// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/journal.h"

#include "server/store/backup.h"
#include "server/store/blockreading.h"
#include "server/store/checkpointer.h"
#include "server/store/readerpool.h"
#include "server/store/restoring.h"
#include "server/store/verification.h"
#include "server/store/writer.h"

using namespace Qt::StringLiterals;

namespace possync::store {

struct Journal::Parts {
    JournalOptions options;
    std::unique_ptr<DataDirectory> directory;
    RestaurantTable table;
    StoreStatus status;
    std::unique_ptr<Writer> writer;
    std::unique_ptr<Checkpointer> checkpointer;
    std::unique_ptr<ReaderPool> readers;
    std::unique_ptr<ReaderPool> past;
    /// Long work (verify, backup) has a thread of its own and holds nobody up.
    std::unique_ptr<ReaderPool> upkeep;
};

namespace {

/// Keeps retention away while something reads the whole journal.
class RetentionHold
{
public:
    explicit RetentionHold(Writer &writer)
        : m_holds(writer.retentionHolds())
    {
        ++m_holds;
        // A slice of retention may be under way.
        std::promise<void> reached;
        writer.post(BarrierJob{[&reached] { reached.set_value(); }});
        reached.get_future().wait();
    }
    ~RetentionHold() { --m_holds; }
    RetentionHold(const RetentionHold &) = delete;
    RetentionHold &operator=(const RetentionHold &) = delete;

private:
    std::atomic<int> &m_holds;
};

} // namespace

Result<std::unique_ptr<Journal>, StoreError> Journal::open(JournalOptions options)
{
    auto parts = std::make_unique<Parts>();
    parts->options = std::move(options);
    auto directory = DataDirectory::hold(parts->options.dataDir);
    if (!directory)
        return Unexpected{directory.error()};
    parts->directory = std::move(directory).value();
    parts->writer =
        std::make_unique<Writer>(parts->options, *parts->directory, parts->table, parts->status);
    if (const Outcome started = parts->writer->start(); !started)
        return Unexpected{started.error()};

    Parts &p = *parts;
    const QString database = p.directory->database();
    p.checkpointer = std::make_unique<Checkpointer>(database, p.options, p.writer->mark(), p.status,
                                                    [&p] { p.writer->post(CheckpointJob{}); });
    p.writer->setCheckpointer(p.checkpointer.get());
    p.readers = std::make_unique<ReaderPool>(database, p.options.readerCount, p.options.keys);
    p.past = std::make_unique<ReaderPool>(database, 1, p.options.keys);
    p.upkeep = std::make_unique<ReaderPool>(database, 1, p.options.keys);
    return std::unique_ptr<Journal>(new Journal(std::move(parts)));
}

Journal::Journal(std::unique_ptr<Parts> parts)
    : m_parts(std::move(parts))
{
}

Journal::~Journal()
{
    close();
}

void Journal::close()
{
    // The writer's last jobs still end on the readers.
    m_parts->writer->drain();
    m_parts->readers->stop();
    m_parts->past->stop();
    m_parts->upkeep->stop();
    m_parts->checkpointer->stop();
    m_parts->writer->stop();
}

void Journal::openRestaurant(QByteArray id, OpenCallback callback)
{
    if (id.isEmpty())
        return callback(
            Unexpected{StoreError{StoreErrorCode::InvalidArgument, u"a restaurant needs an id"_s}});
    OpenJob job;
    job.id = std::move(id);
    job.opened = [parts = m_parts.get(),
                  callback = std::move(callback)](Result<core::RestaurantNo, StoreError> opened) {
        if (!opened)
            return callback(Unexpected{opened.error()});
        parts->readers->post(
            [parts, callback, no = *opened](Result<Connection *, StoreError> reader) {
                if (!reader)
                    return callback(Unexpected{reader.error()});
                auto image = readImage(**reader, parts->table, no);
                if (!image && image.error().code == StoreErrorCode::Corrupt)
                    parts->status.foundDamage(image.error().detail);
                callback(std::move(image));
            });
    };
    m_parts->writer->post(std::move(job));
}

void Journal::append(std::vector<core::JournalBlock> blocks, AppendCallback callback)
{
    m_parts->writer->post(AppendJob{std::move(blocks), std::move(callback), {}, 0});
}

void Journal::append(std::vector<core::JournalBlock> blocks,
                     std::shared_ptr<AppendReceiver> receiver, std::uint64_t ticket)
{
    m_parts->writer->post(AppendJob{std::move(blocks), {}, std::move(receiver), ticket});
}

void Journal::eraseRestaurant(QByteArray id, OutcomeCallback callback)
{
    m_parts->writer->post(EraseJob{std::move(id), std::move(callback)});
}

void Journal::saveState(StateSave save, OutcomeCallback callback)
{
    SaveJob job;
    job.save = std::move(save);
    job.callback = std::move(callback);
    m_parts->writer->post(std::move(job));
}

void Journal::readChanges(core::RestaurantNo restaurant, std::uint64_t fromSeq, ReadLimits limits,
                          ReadCallback callback)
{
    readChanges(*m_parts->readers, restaurant, fromSeq, limits, std::move(callback));
}

void Journal::readPast(core::RestaurantNo restaurant, std::uint64_t fromSeq, ReadLimits limits,
                       ReadCallback callback)
{
    readChanges(*m_parts->past, restaurant, fromSeq, limits, std::move(callback));
}

void Journal::sweepPast(core::RestaurantNo restaurant, std::uint64_t fromPos, ReadLimits limits,
                        SweepCallback callback)
{
    m_parts->past->post(
        [parts = m_parts.get(), restaurant, fromPos, limits,
         callback = std::move(callback)](Result<Connection *, StoreError> reader) {
            if (!reader)
                return callback(Unexpected{reader.error()});
            auto page = sweepPage(**reader, parts->table, restaurant, fromPos, limits);
            if (!page && page.error().code == StoreErrorCode::Corrupt)
                parts->status.foundDamage(page.error().detail);
            callback(std::move(page));
        });
}

void Journal::readChanges(ReaderPool &readers, core::RestaurantNo restaurant, std::uint64_t fromSeq,
                          ReadLimits limits, ReadCallback callback)
{
    readers.post(
        [parts = m_parts.get(), restaurant, fromSeq, limits,
         callback = std::move(callback)](Result<Connection *, StoreError> reader) {
            if (!reader)
                return callback(Unexpected{reader.error()});
            auto page = readPage(**reader, parts->table, restaurant, fromSeq, limits);
            if (!page && page.error().code == StoreErrorCode::Corrupt)
                parts->status.foundDamage(page.error().detail);
            callback(std::move(page));
        });
}

QList<RestaurantSummary> Journal::restaurants() const
{
    return m_parts->table.summaries();
}

bool Journal::hasRestaurant(const QByteArray &id) const
{
    return m_parts->table.numberOf(id) != 0;
}

std::uint64_t Journal::headSeq(core::RestaurantNo restaurant) const
{
    return m_parts->table.headSeq(restaurant);
}

std::uint64_t Journal::floorSeq(core::RestaurantNo restaurant) const
{
    return m_parts->table.floorSeq(restaurant);
}

StoreHealth Journal::health() const
{
    return m_parts->status.health();
}

JournalStats Journal::stats() const
{
    JournalStats stats = m_parts->status.stats();
    stats.queueDepth = m_parts->writer->queueDepth();
    return stats;
}

void Journal::verify(VerifyCallback callback, VerifyVisitor visitor)
{
    m_parts->upkeep->post([parts = m_parts.get(), callback = std::move(callback),
                           visitor = std::move(visitor)](Result<Connection *, StoreError> reader) {
        if (!reader)
            return callback(Unexpected{reader.error()});
        const RetentionHold hold(*parts->writer);
        auto report = verifyDatabase(**reader, &parts->table, visitor);
        if (report && !report->isGood())
            parts->status.foundDamage(report->problems.first());
        callback(std::move(report));
    });
}

void Journal::backup(QString file, BackupCallback callback)
{
    m_parts->upkeep->post(
        [parts = m_parts.get(), file = std::move(file),
         callback = std::move(callback)](Result<Connection *, StoreError> reader) {
            if (!reader)
                return callback(Unexpected{reader.error()});
            const RetentionHold hold(*parts->writer);
            const Keys &keys = parts->options.keys;
            callback(writeBackup(parts->directory->database(), file,
                                 keys ? keys->forBackups() : nullptr));
        });
}

void Journal::stageRestore(QString backupFile, OutcomeCallback callback)
{
    m_parts->upkeep->post(
        [parts = m_parts.get(), backupFile = std::move(backupFile),
         callback = std::move(callback)](const Result<Connection *, StoreError> &reader) {
            // It needs no connection, but the journal.
            if (!reader && reader.error().code == StoreErrorCode::Closed)
                return callback(Unexpected{reader.error()});
            callback(stageBackup(backupFile, parts->directory->staged(), parts->options.keys));
        });
}

Outcome Journal::stageRestore(const QString &dataDir, const QString &backupFile, const Keys &keys)
{
    const auto directory = DataDirectory::hold(dataDir);
    if (!directory)
        return Unexpected{directory.error()};
    return stageBackup(backupFile, (*directory)->staged(), keys);
}

} // namespace possync::store
