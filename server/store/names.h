// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/storeerror.h"

#include <QHash>
#include <QThread>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

namespace possync::store {

/// A name as it is kept: without spaces around it, empty for "as its id". One line that says what
/// is wrong where it is longer than 80 characters, is not UTF-8, shows nothing, or holds characters
/// that break the line or turn the direction of what stands beside it. Pure; any thread.
Result<QByteArray, QByteArray> displayName(const QByteArray &utf8);

/// What a restaurant and its devices are called. Who has no name is called by its id.
struct RestaurantNames {
    QByteArray own; ///< The restaurant's; empty: none.
    QHash<QByteArray, QByteArray> devices;
    bool operator==(const RestaurantNames &) const = default;
};

/// What people call restaurants and devices: `names.db` in the data directory, all of it in memory
/// too. Every method is thread-safe and returns at once; callbacks run on a thread of its own, in
/// the order of the calls.
class Names
{
public:
    /// Reads the file. Names are not worth a server that does not start: where it cannot be used
    /// there are none, problem() says why, and set() answers with it.
    explicit Names(const QString &dataDir);
    /// As close().
    ~Names();
    Names(const Names &) = delete;
    Names &operator=(const Names &) = delete;

    /// Why there are no names, in one line.
    const std::optional<QString> &problem() const { return m_problem; }
    RestaurantNames of(const QByteArray &restaurant) const;
    /// Another one after every change.
    quint64 version() const { return m_version; }

    using DoneCallback = std::function<void(Outcome)>;
    /// Names a device, or the restaurant itself (an empty one), as displayName() gave it. `done`
    /// once that is on disk, and only then is it so called; if the disk fails the former name
    /// stays.
    void set(const QByteArray &restaurant, const QByteArray &device, const QByteArray &name,
             DoneCallback done);
    /// Removes all names of a restaurant, overwriting them.
    void forget(const QByteArray &restaurant, DoneCallback done);
    /// Does what was asked for and takes nothing more: what follows is answered with Closed, on the
    /// caller's thread.
    void close();

private:
    class Keeper; ///< Lives on m_thread.

    void post(std::function<Outcome(Keeper &)> run, DoneCallback done);

    QThread m_thread;
    Keeper *m_keeper = nullptr;       ///< Destroyed on m_thread.
    std::optional<QString> m_problem; ///< Not changed after construction.
    std::atomic<quint64> m_version{1};

    mutable std::mutex m_mutex; // guards both below
    QHash<QByteArray, RestaurantNames> m_names;
    bool m_isClosed = false;
};

} // namespace possync::store
