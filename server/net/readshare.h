// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace possync::net {

/// What is read from connections in one turn of the event loop, divided among those that have
/// something to say: all are heard every turn, and a turn stays short, however many of them send
/// without a pause. One per thread.
class ReadShare
{
public:
    /// Bytes that one connection may take now; asked once a turn by each that reads.
    static qint64 take();

    static constexpr qint64 ofAll = 128 * 1024;  ///< In one turn, unless the smallest share …
    static constexpr qint64 smallest = 4 * 1024; ///< … makes it more.
    static constexpr qint64 largest = 64 * 1024;
};

} // namespace possync::net
