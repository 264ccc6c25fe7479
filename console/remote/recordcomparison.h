// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/recording.h"

/// Whether a replay ended where its recording did. Pure functions; any thread.
namespace possync::remote {

/// Members of a checked JSON object in a fixed order, without those of this name.
std::vector<std::pair<QByteArray, QByteArray>> fieldsWithout(QByteArrayView name,
                                                             const QByteArray &object);

/// Type and id of each record that is not as it was when the recording ended. `last_sync` is the
/// server's own and counts for nothing; users only if `withUsers`.
std::vector<std::pair<QByteArray, QByteArray>>
differingRecords(const Recording &recording, const RecordList &records, bool withUsers);

} // namespace possync::remote
