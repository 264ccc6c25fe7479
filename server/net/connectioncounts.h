// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <memory>
#include <mutex>

namespace possync::net {

/// Counts the connections of each peer from accept to end, TLS handshakes and WebSockets included.
/// Thread-safe: connections end on the threads that serve them, some after this object.
class ConnectionCounts
{
public:
    /// Counts one connection until the last copy is gone.
    using Seat = std::shared_ptr<const void>;

    explicit ConnectionCounts(int mostPerPeer)
        : m_most(mostPerPeer)
    {
    }

    /// Null if the peer has as many connections as it may.
    Seat take(const QByteArray &peer);

private:
    struct Taken {
        std::mutex mutex; // guards counts
        QHash<QByteArray, int> counts;
    };

    const int m_most;
    const std::shared_ptr<Taken> m_taken = std::make_shared<Taken>();
};

} // namespace possync::net
