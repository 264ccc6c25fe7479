// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/keyuse.h"
#include "server/store/writergroup.h"

using namespace Qt::StringLiterals;

namespace possync::store {
namespace {

using Clock = std::chrono::steady_clock;

/// Between two slices: commits come first, but not for ever.
constexpr std::chrono::milliseconds resealPause(10);
/// Behind one that failed, and while others read what is to go.
constexpr std::chrono::seconds faultPause(1);

/// Larger databases are written anew at the next start, when nobody waits for a commit.
constexpr qint64 compactedAtOnceBytes = qint64(64) << 20;

} // namespace

Outcome Writer::lookAtKeys()
{
    const auto used = keysInUse(*m_connection);
    if (!used)
        return Unexpected{used.error()};
    m_status.count([&](JournalStats &stats) { stats.keysInUse = quint64(used->size()); });
    if (used->size() <= 1)
        return Done{};
    QByteArrayList names;
    for (const KeyId key : *used)
        names.append(keyName(key));
    qCInfo(lcStore).noquote() << "stored rows need the keys" << names.join(", ")
                              << "and are being sealed with the newest; remove none until then";
    m_resealing.emplace();
    m_resealing->fromPlain = used->contains(0) && m_connection->cipher().current() != 0;
    m_nextReseal = Clock::now() + resealPause;
    return Done{};
}

void Writer::resealMore()
{
    m_nextReseal = Clock::now() + resealPause;
    if (!ensureConnection())
        return;
    if (m_resealing->stage == Resealing::Stage::Done)
        return compactMore();
    const auto grown = resealSlice(*m_connection, *m_resealing);
    if (!grown) {
        m_nextReseal = Clock::now() + faultPause;
        (void)faulted(grown.error());
        return;
    }
    grew(*grown);
    if (m_resealing->stage != Resealing::Stage::Done)
        return;
    m_status.count([](JournalStats &stats) { stats.keysInUse = 1; });
    qCInfo(lcStore).noquote() << "all stored rows are sealed with key"
                              << keyName(m_connection->cipher().current()) << "now;"
                              << m_resealing->resealed << "rows were written anew";
    if (m_resealing->fromPlain) {
        const QStringList copies = QDir(m_directory.path()).entryList({u"journal-*.db"_s});
        const QString named = copies.isEmpty() ? QString()
                                               : u", nor are these copies in the data directory: "_s
                                                     + copies.join(u", "_s);
        qCWarning(lcStore).noquote().nospace() << "backups made before are not encrypted" << named
                                               << "; remove those that are not needed";
    }
    if (m_resealing->unreadable > 0)
        qCWarning(lcStore) << m_resealing->unreadable
                           << "damaged rows could not be sealed; verify names them";
}

void Writer::compactMore()
{
    const auto pages = m_connection->ask(u"PRAGMA page_count"_s);
    if (pages && pages->toLongLong() * pageBytes > compactedAtOnceBytes) {
        qCInfo(lcStore) << "the database is large: what it held before may stand in its unused "
                           "parts until the next start, which overwrites them";
        m_resealing.reset();
        return;
    }
    if (m_retentionHolds.load() > 0)
        return;
    const auto compacted = compact(*m_connection);
    if (!compacted || !*compacted) {
        m_nextReseal = Clock::now() + faultPause;
        if (!compacted)
            (void)faulted(compacted.error());
        return;
    }
    m_resealing.reset();
    reserveWal(m_directory.database(), m_options.walRestartBytes + m_options.checkpointBytes);
}

} // namespace possync::store
