// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/classicmessage.h"
#include "server/core/journalport.h"

#include <array>
#include <optional>
#include <vector>

namespace possync::core {

/// Finds the twin of a change: the classic app sends one action as typed message, as `data_change`
/// and again over HTTP, and only the last two share an id. Twins come from one device, about one
/// entity, with one action, the same fields and device times at most `window` apart; each change
/// has at most one twin. docs/protocol.md, "Twins".
class Pairing
{
public:
    /// How far the device's own times of the two forms may differ; the app writes both at once.
    static constexpr qint64 windowMs = 2000;
    /// Changes of each form kept waiting for their twin; the oldest of that form gives way. Those
    /// that have found it take no place, and neither form takes that of the other: a queue of a day
    /// that is posted at once must not push out what a tablet sent before its connection broke.
    static constexpr std::size_t capacity = 1024;
    static_assert((capacity & (capacity - 1)) == 0, "the ring wraps by its lowest bits");

    struct Waiting {
        quint64 seq = 0;
        qint64 timeMs = 0;
        bool typed = false;
        bool lacksEntity = false; ///< A typed `user_update` that does not say whom it is about.
    };

    /// The applied change whose twin this is; it no longer waits then.
    std::optional<Waiting> takeTwinOf(QByteArrayView device, const classic::Change &change,
                                      qint64 nowMs);
    /// Lets an applied change wait for its twin.
    void add(QByteArrayView device, const classic::Change &change, quint64 seq, qint64 nowMs);
    /// As add(), over a state that may already have it.
    void replayAdd(QByteArrayView device, const classic::Change &change, quint64 seq, qint64 nowMs);
    /// During replay: the change has found its twin.
    void forget(quint64 seq);

    bool isDirty() const { return m_dirty; }
    void takeState(std::vector<StateRow> &rows);
    bool loadState(const StateRow &row);

    static constexpr char stateKey = 'u';

private:
    /// Those of one form. A restaurant under load keeps it full, and a thousand such restaurants do
    /// not fit into a processor's cache: one entry is one stretch of memory, found by one look into
    /// a small table.
    class Ring
    {
    public:
        static constexpr quint16 none = 0xFFFF;

        void insert(quint64 key, const Waiting &waiting);
        /// Of those with this key that fit, the oldest; `none` if there is none.
        template<typename Fits>
        quint16 findOldest(quint64 key, Fits &&fits) const;
        Waiting takeOut(quint16 place);
        bool forget(quint64 seq);
        std::size_t waitingCount() const { return m_count - m_goneCount; }
        /// Calls it with key and change of each that waits, the oldest first.
        template<typename Visit>
        void visit(Visit &&visit) const;

    private:
        struct Entry {
            quint64 key = 0;
            Waiting waiting;
            quint16 older = none; ///< The next of its chain.
            bool gone = false;    ///< Found its twin; its place is given up later.
        };

        void unlink(quint16 place);
        void link(quint16 place);
        void dropOldest();
        void dropGoneOldest();
        /// Leaves out those that are gone, in a ring of this size.
        void pack(std::size_t size);
        std::size_t placeAt(std::size_t age) const
        {
            return (m_first + age) & (m_entries.size() - 1);
        }

        std::vector<Entry> m_entries;  ///< A power of two long; the oldest at m_first.
        std::vector<quint16> m_newest; ///< By the key's lowest bits: the newest of each chain.
        std::size_t m_first = 0;
        std::size_t m_count = 0; ///< With those that are gone.
        std::size_t m_goneCount = 0;
    };

    /// Changes that could be each other's twins if they are of different form.
    static quint64 keyOf(QByteArrayView device, const classic::Change &change, bool typed);
    Ring &ringOf(bool typed) { return m_rings[typed ? 1 : 0]; }

    std::array<Ring, 2> m_rings;
    bool m_dirty = false;
};

} // namespace possync::core
