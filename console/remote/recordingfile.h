// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/recording.h"

#include <QFuture>
#include <memory>

namespace possync::remote {

/// A recording held in memory, and what it is at a glance.
struct LoadedRecording {
    std::shared_ptr<const Recording> recording; ///< Its memory is given back on another thread.
    qint64 devices = 0;
};

/// Why there is none.
struct RecordingTrouble {
    enum Kind {
        Unreadable, ///< No file, or no right to it; `detail`: the system's word.
        TooLarge,   ///< Above largestRecording.
        Broken,     ///< `broken` says in which line, and what is wrong there.
        Empty,      ///< It holds no change.
    };
    Kind kind = Unreadable;
    QString detail = {};
    RecordingError broken = {};
};

/// A recording takes about twice the memory of its file; above 1 GiB none is read.
constexpr qint64 largestRecording = 1024LL * 1024 * 1024;
/// The end of the future's progress.
constexpr int recordingProgressEnd = 1000;

/// Reads a whole file on a thread of the global pool. The future tells how far it is, and has
/// exactly one result unless it is cancelled; then reading ends within 256 KiB.
QFuture<Result<LoadedRecording, RecordingTrouble>> loadRecording(const QString &fileName);

} // namespace possync::remote
