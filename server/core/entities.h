// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/sync/rules.h"
#include "server/core/journalport.h"
#include "server/core/record.h"

#include <map>
#include <memory>
#include <unordered_map>

namespace possync::core {

/// The current record of one order, dish, table, … or the tombstone of a deleted one.
struct Entity : sync::RecordState {
    DataType dataType = DataType::Orders;
    QByteArray id;
    quint64 seq = 0;        ///< Of the last change about it; 0: none is stored yet.
    quint64 lateAt = 0;     ///< Last change given out when an effect came late; see applyLate().
    qint64 updatedAtMs = 0; ///< Server time.
    QByteArray updatedBy;   ///< Device.
};

/// The current records of one restaurant. Follows from the changes: applying one twice or out of a
/// saved state that is newer changes nothing.
class Entities
{
public:
    /// What the merge rules say to a change, given all that was taken before it, stored or not.
    sync::Resolution resolve(const sync::Proposal &proposal);
    /// Notes a change that was taken and is on its way to the store; returns the version of the
    /// record that it makes. Who asks for records sees it after apply().
    quint32 expect(const StoredChange &taken);
    /// Whether a change whose twin says only now whom it is about came too late for that person: it
    /// edits somebody who had been removed before it, and not been made anew.
    bool refusesLate(const StoredChange &taken) const;
    /// As expect(), for what will be given to applyLate().
    void expectLate(const StoredChange &taken, quint64 atSeq);
    /// Applies the effect of a change about `entityId`. Returns the entity, or null if the change
    /// has no effect on any record.
    const Entity *apply(const StoredChange &stored);
    /// Applies the effect of a typed `user_update` once its twin has said whom it is about, under
    /// what came between: a field changed since keeps its value. `stored` carries the twin's text
    /// and the seq and times of the change itself; `atSeq` is the last change given out before the
    /// twin came. Null if everything it did has been overtaken.
    const Entity *applyLate(const StoredChange &stored, quint64 atSeq);
    /// The same from the record of the twin; nothing if it carries no effect.
    void applyAlias(const Alias &alias);

    const Entity *find(DataType type, QByteArrayView id) const;
    /// Live records of a type in the order in which they were first seen.
    std::vector<const Entity *> live(DataType type) const;
    /// Records and tombstones touched after `seq`, in order of their last change.
    std::vector<const Entity *> touchedAfter(quint64 seq) const;
    /// Records and tombstones with an effect that came late, when `seq` or a later change was the
    /// last one given out.
    std::vector<const Entity *> lateSince(quint64 seq) const;
    std::size_t size() const { return m_entities.size(); }
    /// Grows with every change that touched a record.
    quint64 version() const { return m_version; }
    /// Checksum of the live records of a type; docs/protocol-v2.md.
    v2::TypeSum sum(DataType type) const;

    bool isDirty() const { return !m_dirty.empty(); }
    void takeState(std::vector<StateRow> &rows);
    bool loadState(const StateRow &row);

    static constexpr char stateKey = 'e';

private:
    /// Kept of users only, whose changes may take effect late: what came after what.
    struct Course {
        quint64 removedSeq = 0;                  ///< Last removal.
        std::vector<quint64> creations;          ///< Of those after it, in order.
        std::map<QByteArray, quint64> fieldSeqs; ///< Last change of each field.
    };
    struct State {
        Entity entity;
        Course course;
    };
    /// What each change that is not stored yet makes of the record, in their order: worked out when
    /// the change is taken, given out when it is stored.
    struct Ahead {
        std::vector<State> states;
        std::size_t next = 0; ///< Of the first one that is not stored.
    };
    struct Slot : State {
        std::shared_ptr<Ahead> ahead; ///< If any change is not stored yet.
        quint64 firstSeen = 0;        ///< Orders the listing.
        bool dirty = false;
    };

    /// Where a record lies in m_entities and in the store; the next call writes over it.
    static const QByteArray &keyOf(DataType type, QByteArrayView id);
    Slot &slotOf(DataType type, QByteArrayView id);
    static void affect(Entity &entity, const StoredChange &stored);
    const Entity *changed(Slot &slot);
    /// With all that was taken, stored or not.
    static const State &newest(const Slot &slot);
    /// A copy of newest(), for the next change.
    static State &expected(Slot &slot);
    /// Makes the state current that was expected of the next change; false if none was.
    static bool arrived(Slot &slot);
    static void noteFields(const Entity &entity, Course &course, const StoredChange &stored);
    static void assumeFields(Slot &slot);
    static bool noteCreation(Course &course, quint64 seq);
    static bool affectLate(Entity &entity, Course &course, const StoredChange &stored,
                           quint64 atSeq);
    static bool removeLate(Entity &entity, Course &course, quint64 seq);
    static bool mergeLate(Entity &entity, Course &course, const StoredChange &stored);

    std::unordered_map<QByteArray, Slot> m_entities;
    std::vector<Slot *> m_dirty;
    quint64 m_nextSeen = 1;
    quint64 m_version = 0;
    /// Sums and the version they are of; computed when asked for.
    mutable std::map<DataType, std::pair<quint64, v2::TypeSum>> m_sums;
};

} // namespace possync::core
