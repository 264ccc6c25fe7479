// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/jsontext.h"

#include <vector>

namespace possync::sync {

struct OrderLine {
    QByteArray id;
    QByteArray text; ///< JSON object.
};

/// The lines of an order as a map by their `id`, in their order.
class OrderLines
{
public:
    OrderLines() = default;
    /// `array` has been checked as JSON, or is empty.
    explicit OrderLines(QByteArrayView array);

    /// Whether it was an array of objects with ids of their own; anything else is no map, and
    /// merges as one value.
    bool isMap() const { return m_isMap; }
    const std::vector<OrderLine> &all() const { return m_lines; }
    const OrderLine *find(QByteArrayView id) const;
    OrderLine *find(QByteArrayView id);
    void append(OrderLine line) { m_lines.push_back(std::move(line)); }
    void remove(QByteArrayView id);
    QByteArray toText() const;

private:
    std::vector<OrderLine> m_lines;
    bool m_isMap = true;
};

/// Whether the kitchen has the line: it may be voided then, not taken out.
bool isSent(const OrderLine &line);

} // namespace possync::sync
