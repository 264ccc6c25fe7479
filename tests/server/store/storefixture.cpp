// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/store/storefixture.h"

#include <QFile>

namespace possync::store {
namespace {

/// Calls `start` with a callback and waits for what it gets.
template<typename T, typename Start>
T awaited(Start start)
{
    auto promise = std::make_shared<std::promise<T>>();
    auto future = promise->get_future();
    start([promise](T value) { promise->set_value(std::move(value)); });
    return future.get();
}

} // namespace

std::optional<StoreError> StoreFixture::open()
{
    m_journal.reset();
    auto opened = Journal::open(m_options);
    if (!opened)
        return opened.error();
    m_journal = std::move(opened).value();
    return {};
}

Result<core::RestaurantImage, StoreError> StoreFixture::image(const QByteArray &id)
{
    return awaited<Result<core::RestaurantImage, StoreError>>(
        [&](auto done) { m_journal->openRestaurant(id, done); });
}

AppendResult StoreFixture::append(std::vector<core::JournalBlock> blocks)
{
    return awaited<AppendResult>([&](auto done) { m_journal->append(std::move(blocks), done); });
}

Outcome StoreFixture::save(StateSave save)
{
    return awaited<Outcome>([&](auto done) { m_journal->saveState(std::move(save), done); });
}

Result<ReadResult, StoreError> StoreFixture::read(core::RestaurantNo no, std::uint64_t fromSeq,
                                                  ReadLimits limits)
{
    return awaited<Result<ReadResult, StoreError>>(
        [&](auto done) { m_journal->readChanges(no, fromSeq, limits, done); });
}

std::vector<std::pair<quint64, quint64>> StoreFixture::readAll(core::RestaurantNo no,
                                                               quint64 fromSeq, ReadLimits limits)
{
    std::vector<std::pair<quint64, quint64>> all;
    while (true) {
        const auto page = read(no, fromSeq, limits);
        if (!page)
            return all;
        for (const core::JournalBlock &block : page->blocks)
            all.emplace_back(block.firstSeq, block.lastSeq);
        if (!page->more || page->blocks.empty())
            return all;
        fromSeq = page->blocks.back().lastSeq + 1;
    }
}

Result<VerifyReport, StoreError> StoreFixture::verify(VerifyVisitor visitor)
{
    return awaited<Result<VerifyReport, StoreError>>(
        [&](auto done) { m_journal->verify(done, std::move(visitor)); });
}

Result<BackupSummary, StoreError> StoreFixture::backup(const QString &file)
{
    return awaited<Result<BackupSummary, StoreError>>(
        [&](auto done) { m_journal->backup(file, done); });
}

Outcome StoreFixture::erase(const QByteArray &id)
{
    return awaited<Outcome>([&](auto done) { m_journal->eraseRestaurant(id, done); });
}

Outcome StoreFixture::stageRestore(const QString &file)
{
    return awaited<Outcome>([&](auto done) { m_journal->stageRestore(file, done); });
}

QByteArray bodyOf(core::RestaurantNo no, quint64 firstSeq, quint64 changes,
                  qsizetype bytesPerChange)
{
    QByteArray body;
    body.reserve(qsizetype(changes) * bytesPerChange);
    for (quint64 seq = firstSeq; seq < firstSeq + changes; ++seq) {
        const QByteArray mark = QByteArray::number(no) + '/' + QByteArray::number(seq) + '.';
        body += mark.leftJustified(bytesPerChange, char('a' + int(seq % 26)));
    }
    return body;
}

core::JournalBlock blockAfter(const core::RestaurantImage &image, quint64 head, quint64 changes,
                              qsizetype bytesPerChange)
{
    core::JournalBlock block;
    block.restaurant = image.restaurant;
    block.generation = image.generation;
    block.firstSeq = head + 1;
    block.lastSeq = head + changes;
    block.atMs = 1'700'000'000'000 + qint64(head);
    block.body = bodyOf(image.restaurant, head + 1, changes, bytesPerChange);
    return block;
}

QByteArray contentOf(const QString &file)
{
    QFile opened(file);
    return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
}

Keys ringOf(const QByteArrayList &lines)
{
    auto keys = KeyRing::parse(lines.join('\n'), QStringLiteral("pos.keys"));
    if (!keys)
        qFatal("%s", qPrintable(keys.error()));
    return *keys;
}

} // namespace possync::store
