// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/recordsum.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace possync::sync {

quint64 recordHash(QByteArrayView entityId, QByteArrayView record)
{
    QByteArray text;
    text.reserve(entityId.size() + record.size() + 1);
    text.append(entityId).append('\n').append(record);
    return XXH64(text.constData(), static_cast<size_t>(text.size()), 0);
}

} // namespace possync::sync
