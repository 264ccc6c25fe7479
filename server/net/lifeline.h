// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>

namespace possync::net {

/// Lets callbacks of other threads use something only while it lives. Shared with them.
class Lifeline
{
public:
    /// Runs it now, unless end() was called; end() waits for it.
    template<typename Run>
    void whileAlive(Run &&run)
    {
        const std::lock_guard lock(m_mutex);
        if (m_isAlive)
            run();
    }
    void end()
    {
        const std::lock_guard lock(m_mutex);
        m_isAlive = false;
    }

private:
    std::mutex m_mutex; // guards m_isAlive
    bool m_isAlive = true;
};

} // namespace possync::net
