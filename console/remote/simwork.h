// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/catalogue.h"

#include <QByteArray>
#include <array>
#include <random>

namespace possync::remote {

/// One thing a person does at a virtual device.
struct SimTask {
    DataType type = DataType::Orders;
    Action action = Action::Updated;
    QByteArray entity;
    QByteArray fields; ///< Members of `data` as JSON text, without braces and without `id`.
};

/// What happens at one device in the course of an evening: orders walk their path from pending to
/// completed, tables are taken and cleaned, stock shrinks, prices, staff and printers change. Only
/// legal values, and only actions that leave a record behind, so that ends can be compared. The
/// same chance gives the same evening. Pure.
class SimWork
{
public:
    /// Every entity's id begins with `prefix`.
    explicit SimWork(QByteArray prefix)
        : m_prefix(std::move(prefix))
    {
    }

    /// Never about the entity of the task before: two changes of one entity by one device in one
    /// millisecond would share a change id, and one of them be lost by the app's own rule.
    SimTask next(std::mt19937_64 &chance);

private:
    static constexpr std::size_t slotCount = 12;

    SimTask order(std::size_t slot, std::mt19937_64 &chance);
    SimTask table(std::size_t slot, std::mt19937_64 &chance);
    SimTask stock(std::size_t slot, std::mt19937_64 &chance);
    SimTask dish(std::size_t slot, std::mt19937_64 &chance);
    SimTask person(std::size_t slot, std::mt19937_64 &chance);
    SimTask printer(std::size_t slot, std::mt19937_64 &chance);
    QByteArray entity(const char *kind, std::size_t slot) const;

    QByteArray m_prefix;
    std::array<int, slotCount> m_steps{};  ///< How often each slot had its turn.
    std::array<int, slotCount> m_orders{}; ///< Orders begun in a slot.
    std::size_t m_turn = 0;
};

} // namespace possync::remote
