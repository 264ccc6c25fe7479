// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/v2message.h"

namespace possync::sync {

/// The history a server can serve: changes after `floor` up to `head`.
struct History {
    QByteArray epoch;
    quint64 floor = 0;
    quint64 head = 0;
};

/// Whether a replica can go on with changes; otherwise it needs a snapshot. A position the history
/// does not have is never guessed at.
inline bool canResume(const std::optional<v2::Position> &position, const History &history)
{
    return position && position->epoch == history.epoch && position->seq >= history.floor
           && position->seq <= history.head;
}

} // namespace possync::sync
