// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/classicmessage.h"
#include "server/core/journalport.h"

#include <deque>
#include <optional>
#include <unordered_map>

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
    /// Changes kept waiting for their twin; the oldest gives way.
    static constexpr std::size_t capacity = 1024;

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
    /// Changes that could be each other's twins if they are of different form.
    static quint64 keyOf(QByteArrayView device, const classic::Change &change, bool typed);
    void insert(quint64 key, const Waiting &waiting);
    bool erase(quint64 key, quint64 seq);

    std::unordered_map<quint64, std::vector<Waiting>> m_waiting; ///< Oldest first in each.
    std::deque<std::pair<quint64, quint64>>
        m_order; ///< (key, seq), oldest first; may name gone ones.
    bool m_dirty = false;
};

} // namespace possync::core
