// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/readshare.h"

#include "server/net/turnend.h"

#include <algorithm>
#include <utility>

namespace possync::net {
namespace {

/// Counts who reads. How many will is not known before the end of a turn; the turn before tells.
class Readers final : private TurnEnd::Task
{
public:
    int count()
    {
        if (m_now++ == 0)
            TurnEnd::request(this);
        return std::max(m_now, m_before);
    }

private:
    void turnEnded() override { m_before = std::exchange(m_now, 0); }

    int m_now = 0;
    int m_before = 0;
};

} // namespace

qint64 ReadShare::take()
{
    thread_local Readers readers;
    return std::clamp(ofAll / readers.count(), smallest, largest);
}

} // namespace possync::net
