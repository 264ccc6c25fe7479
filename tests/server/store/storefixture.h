// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/journal.h"

#include <future>

namespace possync::store {

/// Blocking calls on a journal and blocks with recognisable contents, for the store's tests.
class StoreFixture
{
public:
    explicit StoreFixture(JournalOptions options)
        : m_options(std::move(options))
    {
    }
    explicit StoreFixture(const QString &dataDir) { m_options.dataDir = dataDir; }

    JournalOptions &options() { return m_options; }
    /// Opens (again); the error if it was refused.
    std::optional<StoreError> open();
    void close() { m_journal.reset(); }
    Journal &journal() { return *m_journal; }

    Result<core::RestaurantImage, StoreError> image(const QByteArray &id);
    AppendResult append(std::vector<core::JournalBlock> blocks);
    Outcome save(StateSave save);
    Result<ReadResult, StoreError> read(core::RestaurantNo no, std::uint64_t fromSeq,
                                        ReadLimits limits = {});
    /// Every change from `fromSeq` on, page by page, as (firstSeq, lastSeq) of the blocks.
    std::vector<std::pair<quint64, quint64>> readAll(core::RestaurantNo no, quint64 fromSeq,
                                                     ReadLimits limits = {});
    Result<VerifyReport, StoreError> verify(VerifyVisitor visitor = {});
    Result<BackupSummary, StoreError> backup(const QString &file);
    Outcome erase(const QByteArray &id);
    Outcome stageRestore(const QString &file);

private:
    JournalOptions m_options;
    std::unique_ptr<Journal> m_journal;
};

/// A block of `changes` changes that follows `head`, filled so that two blocks never look alike.
core::JournalBlock blockAfter(const core::RestaurantImage &image, quint64 head, quint64 changes = 1,
                              qsizetype bytesPerChange = 100);
/// The body blockAfter() gives.
QByteArray bodyOf(core::RestaurantNo no, quint64 firstSeq, quint64 changes,
                  qsizetype bytesPerChange);
/// What is in a file; nothing if it cannot be read.
QByteArray contentOf(const QString &file);
/// The keys of a file with these lines; ends the test if it is none.
Keys ringOf(const QByteArrayList &lines);

} // namespace possync::store
