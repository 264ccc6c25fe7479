// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/checksum.h"

#include "server/store/restauranttable.h"

#include <array>

#define XXH_INLINE_ALL
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <xxhash.h>
#pragma GCC diagnostic pop

namespace possync::store {
namespace {

// The header is hashed first and its hash seeds that of the bytes: two calls of the short and the
// long path are quicker than one streaming state.
template<std::size_t N>
quint64 headerHash(const std::array<quint64, N> &header)
{
    return XXH3_64bits(header.data(), sizeof(header));
}

quint64 seeded(quint64 seed, const QByteArray &bytes)
{
    return XXH3_64bits_withSeed(bytes.constData(), std::size_t(bytes.size()), seed);
}

// Rows that are not encrypted have the checksums they had before there were keys.
quint64 owner(core::RestaurantNo restaurant, const SealedRow &stored)
{
    return restaurant | quint64(stored.key) << 32;
}

} // namespace

qint64 blockChecksum(quint64 pos, const core::JournalBlock &block, const SealedRow &stored)
{
    const std::array<quint64, 6> header = {pos,
                                           owner(block.restaurant, stored),
                                           block.firstSeq,
                                           block.lastSeq,
                                           quint64(block.atMs),
                                           quint64(stored.bytes.size())};
    return qint64(seeded(headerHash(header), stored.bytes));
}

qint64 stateChecksum(core::RestaurantNo restaurant, const QByteArray &key, const SealedRow &stored)
{
    const std::array<quint64, 3> header = {owner(restaurant, stored), quint64(key.size()),
                                           quint64(stored.bytes.size())};
    return qint64(seeded(seeded(headerHash(header), key), stored.bytes));
}

qint64 restaurantChecksum(const RestaurantRow &row)
{
    const std::array<quint64, 6> header = {row.no,      quint64(row.createdAtMs), row.floorSeq,
                                           row.headSeq, quint64(row.lastAtMs),    row.coveredPos};
    return qint64(seeded(seeded(headerHash(header), row.id), row.epoch));
}

quint64 bytesChecksum(QByteArrayView bytes)
{
    return XXH3_64bits(bytes.data(), std::size_t(bytes.size()));
}

} // namespace possync::store
