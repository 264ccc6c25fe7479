// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/entities.h"

#include <functional>
#include <map>
#include <set>

/// What was: records as of a moment, and all that happened to one record, out of the journal and by
/// the rules that make the present records. Pure. docs/protocol.md, "The past".
namespace possync::core {

/// Which moment is asked for: behind the change with this number, or behind the last change taken
/// before the first one that is later than this time. One of both.
struct Moment {
    std::optional<quint64> seq;
    std::optional<qint64> timeMs; ///< Server time, UTC.
};

/// A record as it was. What the changes kept do not tell, because it was set before them and
/// replaced after the moment, is missing in it.
struct PastRecord {
    Entity entity;
    bool isWhole = true;
    /// Fields that are missing; empty though not whole: which ones is not known.
    std::vector<QByteArray> unknown;
};

/// The records of a restaurant at a moment. Takes the journal's blocks from the floor on.
class Past
{
public:
    /// `floorSeq`: changes up to it are gone. `headSeq`: nothing after it is looked at; the present
    /// records given to records() must be those behind it. `only`: one record, all if empty.
    Past(const Moment &moment, quint64 floorSeq, quint64 headSeq,
         std::optional<std::pair<DataType, QByteArray>> only = std::nullopt);

    /// Blocks in order. False: a record of the block cannot be read.
    bool addBlock(const JournalBlock &block);
    /// Whether later blocks can still matter.
    bool wantsMore() const { return !m_isDone; }

    /// Whether the moment is older than the changes kept; then there is nothing to ask for.
    bool isTooOld() const { return m_isTooOld; }
    /// Last change before the moment, and when it was taken; 0: before the first change kept.
    quint64 seq() const { return m_seq; }
    qint64 atMs() const { return m_atMs; }
    /// Those that were there. `present`: all records as they are behind `headSeq`, tombstones too,
    /// in the order in which they are listed; needed only if changes are gone.
    std::vector<PastRecord> records(const std::vector<Entity> &present) const;

private:
    /// What the changes kept say about one record.
    struct Trace {
        bool isWhole = false; ///< What came before the first change kept does not matter.
        bool isOver = false;  ///< Nothing later can tell more.
        bool isRemovedLater = false;
        bool mayBeNew = false;       ///< May not have been there before the first change kept.
        quint32 laterRev = 0;        ///< Version that the first change after the moment made.
        std::set<QByteArray> before; ///< Fields set up to the moment.
        std::set<QByteArray> later;  ///< Fields set after it.
    };
    using Key = std::pair<DataType, QByteArray>;

    bool isWanted(DataType type, const QByteArray &id) const;
    void add(const StoredChange &change);
    void add(const Alias &alias);
    void touch(const StoredChange &change, bool isLater);
    std::optional<PastRecord> pieced(const Entity &present, const Trace &trace) const;

    const Moment m_moment;
    const quint64 m_floorSeq;
    const quint64 m_headSeq;
    const std::optional<Key> m_only;
    Entities m_entities;
    std::map<Key, Trace> m_traces; ///< Only where changes are gone.
    quint64 m_seq = 0;
    qint64 m_atMs = 0;
    bool m_isPassed = false; ///< The moment lies behind.
    bool m_isTooOld = false;
    bool m_isDone = false;
};

/// One change of a record: what it was before and after.
struct RecordVersion {
    struct Field {
        QByteArray name;
        QByteArray before; ///< JSON; empty: there was none.
        QByteArray after;
        bool isBeforeKnown = true; ///< False: it was set before the oldest change kept.
    };
    StoredChangePtr change;
    bool isLate = false; ///< Took effect only when its twin said whom it was about.
    quint32 rev = 0;     ///< Version of the record behind it.
    bool isDeleted = false;
    std::vector<Field> fields; ///< Those that differ.
};

/// Everything that happened to one record, oldest first, one page. Takes the journal's blocks from
/// the floor on.
class RecordHistory
{
public:
    /// Where a page ends: the last change given out, and how many effects that came late behind it.
    struct Cursor {
        quint64 seq = 0;
        quint32 late = 0;
        auto operator<=>(const Cursor &) const = default;
    };

    RecordHistory(DataType type, QByteArray id, quint64 floorSeq, Cursor after, std::size_t limit);

    /// As Past::addBlock().
    bool addBlock(const JournalBlock &block);
    bool wantsMore() const { return !m_next; }

    const std::vector<RecordVersion> &versions() const { return m_versions; }
    /// Behind the page, if there is more.
    const std::optional<Cursor> &next() const { return m_next; }
    /// Whether the record began with the first version kept.
    bool isFromBirth() const { return m_isWhole || !m_hasAny; }

private:
    void add(const StoredChangePtr &change, bool isLate, const std::function<void()> &apply);

    const DataType m_type;
    const QByteArray m_id;
    const Cursor m_after;
    const std::size_t m_limit;
    const quint64 m_floorSeq;
    Entities m_entities;
    bool m_isWhole;
    bool m_hasAny = false;
    std::set<QByteArray> m_known; ///< Fields seen since the floor, while not whole.
    Cursor m_at;
    Cursor m_given; ///< Of the last version on the page.
    std::vector<RecordVersion> m_versions;
    std::optional<Cursor> m_next;
};

} // namespace possync::core
