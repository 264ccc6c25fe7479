// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/journal.h"

#include <atomic>
#include <memory>

namespace possync::net {

/// How many walks are under way, and whether they are to end. Shared with the walks.
struct WalkDesk {
    static constexpr int most = 8;
    std::atomic<int> walks{0};
    std::atomic<bool> isClosed{false};
};

/// Leads a reader of the past through a restaurant's journal from the oldest change kept on, page
/// by page, so that several walks take turns. All of it runs on the store's thread for the past.
class JournalWalk : public std::enable_shared_from_this<JournalWalk>
{
public:
    enum class Step : quint8 { More, Enough, Unreadable };
    enum class End : quint8 { Read, Failed, TooSlow };
    struct Reader {
        /// Begins, or begins again because changes went while they were read.
        std::function<void(quint64 floorSeq)> begin;
        std::function<Step(const core::JournalBlock &)> take;
        std::function<void(End)> done; ///< Called once.
    };

    /// `wantsBare`: also blocks without changes, where twins name the person of a `user_update`.
    /// False if too many walk already; nothing is called then.
    static bool start(store::Journal &journal, const std::shared_ptr<WalkDesk> &desk,
                      core::RestaurantNo restaurant, bool wantsBare, Reader reader);

    JournalWalk(store::Journal &journal, std::shared_ptr<WalkDesk> desk,
                core::RestaurantNo restaurant, Reader reader);
    ~JournalWalk();
    JournalWalk(const JournalWalk &) = delete;
    JournalWalk &operator=(const JournalWalk &) = delete;

private:
    void restart(quint64 floorSeq);
    void readFrom(quint64 seq);
    void sweepFrom(quint64 pos);
    /// Whether the page was taken and another may follow; otherwise the walk has ended.
    bool took(const std::vector<core::JournalBlock> &blocks, bool isOutdated, quint64 floorSeq);
    void end(End end);

    store::Journal &m_journal;
    const std::shared_ptr<WalkDesk> m_desk;
    const core::RestaurantNo m_restaurant;
    const Reader m_reader;
    const std::chrono::steady_clock::time_point m_latest;
    quint64 m_floorSeq = 0;
    bool m_hasBegun = false;
};

} // namespace possync::net
