// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/rowwriting.h"

namespace possync::store {
namespace {

// NULL is not a value any of our columns takes.
QByteArray stored(const QByteArray &bytes)
{
    return bytes.isNull() ? QByteArray("", 0) : bytes;
}

} // namespace

Outcome appendBlock(Connection &connection, quint64 pos, const core::JournalBlock &block)
{
    const SealedRow sealed = connection.cipher().block(pos, block);
    return connection.run("append_block", {qint64(pos), block.restaurant, qint64(block.firstSeq),
                                           qint64(block.lastSeq), block.atMs, sealed.checksum,
                                           stored(sealed.bytes), sealed.key});
}

Outcome resealBlock(Connection &connection, quint64 pos, const core::JournalBlock &block)
{
    const SealedRow sealed = connection.cipher().block(pos, block);
    return connection.run("reseal_block",
                          {sealed.checksum, stored(sealed.bytes), sealed.key, qint64(pos)});
}

Outcome writeState(Connection &connection, core::RestaurantNo restaurant, const core::StateRow &row)
{
    if (row.removed)
        return connection.run("remove_state", {restaurant, stored(row.key)});
    const SealedRow sealed = connection.cipher().state(restaurant, row.key, row.value);
    return connection.run("put_state", {restaurant, stored(row.key), sealed.checksum,
                                        stored(sealed.bytes), sealed.key});
}

} // namespace possync::store
