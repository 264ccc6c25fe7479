// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QSet>
#include <chrono>
#include <optional>
#include <vector>

namespace possync::hooks {

/// Which devices are here and which have just gone, of the restaurants that are watched, so that
/// each absence is told once, over restarts too. Pure; one thread at a time.
class Presence
{
public:
    using Device = std::pair<QByteArray, QByteArray>; ///< Restaurant and device.
    struct Seen {
        Device device;
        qint64 lastMs = 0; ///< UTC.
    };
    /// What is to be kept of a device for the next start; nothing: that it was told of, or is of no
    /// concern any more.
    struct Note {
        Device device;
        std::optional<qint64> lastSeenMs;
    };

    /// Devices that were kept when the program ended. They may be back until they count as lost
    /// from `nowMs` on.
    void restore(const std::vector<Seen> &kept, qint64 nowMs);
    /// True: there are notes now, and there were none.
    bool connected(const Device &device, bool isWatched);
    bool disconnected(const Device &device, qint64 nowMs, bool isWatched);
    /// The restaurant is watched from now on: whoever is here may get lost.
    void watch(const QByteArray &restaurant);
    /// It is watched no more. Leaves no notes of it.
    void unwatch(const QByteArray &restaurant);
    /// Those who are here were here now.
    void refresh(const QSet<QByteArray> &watched);

    /// Devices that have been away for so long; each once.
    std::vector<Seen> takeLost(qint64 nowMs, std::chrono::milliseconds patience);
    std::vector<Note> takeNotes(qint64 nowMs);
    /// Notes that could not be kept.
    void putBack(const std::vector<Note> &notes);

private:
    struct Absence {
        qint64 lastSeenMs = 0;
        qint64 countsFromMs = 0;
    };
    bool note(const Device &device);

    QHash<Device, int> m_connections;
    QHash<Device, Absence> m_away;
    QSet<Device> m_changed;
};

} // namespace possync::hooks
