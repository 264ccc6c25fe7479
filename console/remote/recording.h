// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/remote/types.h"

class QIODevice;

namespace possync::remote {

// Recordings: what the devices of a restaurant did, with times and exact payloads, as JSON lines.
// The format is described in docs/recordings.md. Pure functions; any thread.

struct RecordingHead {
    QString restaurant = {};
    QString server = {}; ///< For people.
    QString epoch = {};
    quint64 since = 0; ///< The changes behind this number were recorded.
    qint64 startedMs = 0;
    bool operator==(const RecordingHead &) const = default;
};

/// A record as it was when the recording began or ended.
struct RecordedState {
    QByteArray dataType = {};
    QByteArray entityId = {};
    QByteArray data = {}; ///< Exact JSON object text; empty: there was none.
    bool operator==(const RecordedState &) const = default;
};

struct RecordingEnd {
    quint64 seq = 0; ///< Of the last change there was.
    qint64 changes = 0;
    qint64 stoppedMs = 0;
    bool knowsRecords = false; ///< `before` and `after` are there, and complete.
    bool operator==(const RecordingEnd &) const = default;
};

struct Recording {
    RecordingHead head = {};
    std::vector<RecordedState> before = {}; ///< All live records.
    std::vector<ChangeEntry> changes = {};  ///< In the restaurant's order.
    std::vector<RecordedState> after = {};  ///< The records that the changes are about.
    std::optional<RecordingEnd> end = {};   ///< Missing: the recorder was killed.
    bool isTorn = false;                    ///< The last line was not complete, and is left out.
};

/// One line of the file each, with its line break.
QByteArray encodeRecordingHead(const RecordingHead &head);
QByteArray encodeRecordedBefore(const RecordedState &record);
QByteArray encodeRecordedChange(const ChangeEntry &change);
QByteArray encodeRecordedAfter(const RecordedState &record);
QByteArray encodeRecordingEnd(const RecordingEnd &end);

/// Where in a file something is wrong, and what.
struct RecordingError {
    qint64 line = 0; ///< From 1.
    Phrase what = {};
    /// "line 7: field \"seq\" is missing"
    QString english() const { return QStringLiteral("line %1: ").arg(line) + what.english(); }
};

/// Reads a whole file. `goesOn` is told now and then how many bytes have been read; it ends the
/// reading, with an error, by saying no.
Result<Recording, RecordingError> readRecording(QIODevice &file,
                                                const std::function<bool(qint64)> &goesOn = {});

} // namespace possync::remote
