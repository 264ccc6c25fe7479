// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/hookcatchup.h"

#include "server/hooks/retelling.h"

namespace possync::net {
namespace {

struct Due {
    store::RestaurantSummary restaurant;
    quint64 afterSeq = 0;
};

void catchUpNext(store::Journal &journal, const std::shared_ptr<WalkDesk> &desk,
                 hooks::HookDesk &hooks, const std::shared_ptr<std::vector<Due>> &due)
{
    if (desk->isClosed)
        return;
    if (due->empty()) {
        hooks.caughtUp();
        return;
    }
    const Due next = due->back();
    due->pop_back();
    auto retelling = std::make_shared<std::optional<hooks::Retelling>>();
    JournalWalk::Reader reader;
    reader.begin = [retelling, next](quint64 floorSeq) {
        retelling->emplace(next.restaurant.id, next.restaurant.epoch, next.afterSeq, floorSeq);
    };
    reader.take = [retelling](const core::JournalBlock &block) {
        return (*retelling)->addBlock(block) ? JournalWalk::Step::More
                                             : JournalWalk::Step::Unreadable;
    };
    reader.done = [&journal, &hooks, desk, due, retelling, next](JournalWalk::End) {
        // Also of what could be read, if not all could.
        if (*retelling)
            hooks.tell(next.restaurant.id, (*retelling)->events());
        catchUpNext(journal, desk, hooks, due);
    };
    JournalWalk::start(journal, desk, next.restaurant.no, false, std::move(reader));
}

} // namespace

void catchUpHooks(store::Journal &journal, const std::shared_ptr<WalkDesk> &desk,
                  hooks::HookDesk &hooks)
{
    auto due = std::make_shared<std::vector<Due>>();
    const auto positions = hooks.positions();
    for (const store::RestaurantSummary &summary : journal.restaurants()) {
        const auto position = positions.constFind(summary.id);
        // Under another epoch it is another history: what it tells was told, or never happened.
        if (position != positions.cend() && position->epoch == summary.epoch
            && position->seq < summary.headSeq && hooks.isWatched(summary.id))
            due->push_back({summary, position->seq});
    }
    catchUpNext(journal, desk, hooks, due);
}

} // namespace possync::net
