// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/journalwalk.h"

namespace possync::net {
namespace {

/// One page: a few milliseconds of reading.
constexpr store::ReadLimits pageLimits{.maxBlocks = 512, .maxBytes = std::size_t(1) << 20};
/// Before the gate gives the request up.
constexpr std::chrono::seconds patience(45);

} // namespace

bool JournalWalk::start(store::Journal &journal, const std::shared_ptr<WalkDesk> &desk,
                        core::RestaurantNo restaurant, bool wantsBare, Reader reader)
{
    if (desk->walks.load() >= WalkDesk::most)
        return false;
    const auto walk =
        std::make_shared<JournalWalk>(journal, desk, restaurant, std::move(reader));
    if (wantsBare)
        walk->sweepFrom(0);
    else
        walk->readFrom(1);
    return true;
}

JournalWalk::JournalWalk(store::Journal &journal, std::shared_ptr<WalkDesk> desk,
                         core::RestaurantNo restaurant, Reader reader)
    : m_journal(journal)
    , m_desk(std::move(desk))
    , m_restaurant(restaurant)
    , m_reader(std::move(reader))
    , m_latest(std::chrono::steady_clock::now() + patience)
{
    ++m_desk->walks;
}

JournalWalk::~JournalWalk()
{
    --m_desk->walks;
}

void JournalWalk::end(End end)
{
    m_reader.done(end);
}

void JournalWalk::restart(quint64 floorSeq)
{
    m_floorSeq = floorSeq;
    m_hasBegun = true;
    m_reader.begin(floorSeq);
}

bool JournalWalk::took(const std::vector<core::JournalBlock> &blocks, bool isOutdated,
                       quint64 floorSeq)
{
    if (m_desk->isClosed) {
        end(End::Failed);
        return false;
    }
    if (!m_hasBegun || isOutdated)
        restart(floorSeq);
    for (const core::JournalBlock &block : blocks) {
        const Step step = m_reader.take(block);
        if (step != Step::More) {
            end(step == Step::Enough ? End::Read : End::Failed);
            return false;
        }
    }
    if (std::chrono::steady_clock::now() > m_latest) {
        end(End::TooSlow);
        return false;
    }
    return true;
}

void JournalWalk::readFrom(quint64 seq)
{
    m_journal.readPast(
        m_restaurant, seq, pageLimits,
        [self = shared_from_this(), seq](const Result<store::ReadResult, store::StoreError> &page) {
            if (!page)
                return self->end(End::Failed);
            // The page then begins behind the new floor.
            if (!self->took(page->blocks, page->floorSeq >= seq, page->floorSeq))
                return;
            if (page->more && !page->blocks.empty())
                self->readFrom(page->blocks.back().lastSeq + 1);
            else
                self->end(End::Read);
        });
}

void JournalWalk::sweepFrom(quint64 pos)
{
    m_journal.sweepPast(
        m_restaurant, pos, pageLimits,
        [self = shared_from_this()](const Result<store::SweepResult, store::StoreError> &page) {
            if (!page)
                return self->end(End::Failed);
            // What is on this page may lack what went before it.
            if (self->m_hasBegun && page->floorSeq > self->m_floorSeq) {
                self->restart(page->floorSeq);
                return self->sweepFrom(0);
            }
            if (!self->took(page->blocks, false, page->floorSeq))
                return;
            if (page->more)
                self->sweepFrom(page->nextPos);
            else
                self->end(End::Read);
        });
}

} // namespace possync::net
