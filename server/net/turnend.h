// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace possync::net {

/// Work left for the end of the event loop's turn, once per turn however often it is asked for:
/// what is due to a socket is gathered and written in one call. One list per thread.
class TurnEnd
{
public:
    class Task
    {
    public:
        virtual ~Task() = default;
        /// May request and cancel tasks, and destroy any of them.
        virtual void turnEnded() = 0;

    private:
        friend class TurnEnd;
        int m_index = -1; ///< Place in the list, -1: not in it.
    };

    static void request(Task *task);
    static void cancel(Task *task);
};

} // namespace possync::net
