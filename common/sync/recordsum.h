// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/v2message.h"

namespace possync::sync {

/// Hash of one record for the checksums of docs/protocol-v2.md: XXH64 over id, line feed and text.
quint64 recordHash(QByteArrayView entityId, QByteArrayView record);

/// The checksum of the records of one type, kept up to date record by record.
inline void addRecord(v2::TypeSum &sum, quint64 hash)
{
    ++sum.count;
    sum.sum += hash;
}
inline void removeRecord(v2::TypeSum &sum, quint64 hash)
{
    --sum.count;
    sum.sum -= hash;
}

} // namespace possync::sync
