// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/v2message.h"

#include <array>
#include <deque>

namespace possync::core {

/// What a room knows of a connection that speaks v2, beside what it knows of every connection.
struct V2Peer {
    /// Records on their way; which ones was fixed when it began, their content is that of sending.
    struct Snapshot {
        std::optional<DataType> scope;
        quint64 at = 0;                                    ///< Changes after this one follow.
        std::vector<std::pair<DataType, QByteArray>> left; ///< Backwards: the next one is last.
        quint64 part = 0;
    };
    /// Sent and not acknowledged; `token` is set for parts of a snapshot.
    struct Unacked {
        quint64 seq = 0;
        QByteArray token;
        qint64 bytes = 0;
    };

    v2::TypeSet dataTypes;
    v2::Capabilities capabilities;
    std::optional<Snapshot> snapshot;
    std::deque<DataType> resyncQueue; ///< Asked for, and not begun.
    /// It must have the records of the users anew, with the changes up to here and before any
    /// later one: on this side of it the device's position tells that it lacks them still. Not
    /// sooner: records do not say what was removed, and a change from before would bring it back.
    std::optional<quint64> usersOwedAt;
    std::deque<Unacked> unacked;
    qint64 unackedBytes = 0;
    int batchesWaiting = 0;  ///< Pushed and not acknowledged.
    quint64 queue = 0;       ///< Changes in the device's outbox, as it says.
    qint64 skewMs = 0;       ///< Its clock minus ours.
    bool isUpToDate = false; ///< Has been told so since it last fell behind.
    qint64 checksumAtUs = 0;
    quint64 checksumSeq = 0;                   ///< What the last one covered.
    std::array<std::deque<qint64>, 8> resyncs; ///< When, by data type; for the loop guard.
};

} // namespace possync::core
