// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <memory>
#include <mutex>

namespace possync::net {

/// Where the devices of each token are connected from. Thread-safe: connections end on the threads
/// that serve them, some after this object.
class TokenPlaces
{
public:
    /// Counts one connection until the last copy is gone.
    using Seat = std::shared_ptr<const void>;
    struct Entered {
        Seat seat;
        QByteArray elsewhere; ///< Another address the token is connected from; empty: none.
    };

    Entered enter(const QByteArray &tokenId, const QByteArray &address);

private:
    using Places = QHash<QByteArray, int>; ///< Connections by address.
    struct Taken {
        std::mutex mutex; // guards tokens
        QHash<QByteArray, Places> tokens;
    };

    const std::shared_ptr<Taken> m_taken = std::make_shared<Taken>();
};

} // namespace possync::net
