// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/orderlines.h"

#include <algorithm>

namespace possync::sync {

OrderLines::OrderLines(QByteArrayView array)
{
    if (array.isEmpty())
        return;
    std::vector<QByteArrayView> elements;
    if (!json::splitArray(array, elements)) {
        m_isMap = false;
        return;
    }
    json::Members members;
    m_lines.reserve(elements.size());
    for (const QByteArrayView element : elements) {
        const json::Member *id =
            json::splitObject(element, members) ? json::find(members, "id") : nullptr;
        OrderLine line{id && id->type == json::Type::String ? json::unquoted(id->value)
                                                            : QByteArray(),
                       element.toByteArray()};
        if (line.id.isEmpty() || find(line.id)) {
            m_isMap = false;
            m_lines.clear();
            return;
        }
        m_lines.push_back(std::move(line));
    }
}

const OrderLine *OrderLines::find(QByteArrayView id) const
{
    const auto found = std::ranges::find(m_lines, id, &OrderLine::id);
    return found == m_lines.end() ? nullptr : &*found;
}

OrderLine *OrderLines::find(QByteArrayView id)
{
    const auto found = std::ranges::find(m_lines, id, &OrderLine::id);
    return found == m_lines.end() ? nullptr : &*found;
}

void OrderLines::remove(QByteArrayView id)
{
    std::erase_if(m_lines, [&](const OrderLine &line) { return line.id == id; });
}

QByteArray OrderLines::toText() const
{
    QByteArray text("[");
    for (const OrderLine &line : m_lines) {
        if (text.size() > 1)
            text.append(',');
        text.append(line.text);
    }
    return text.append(']');
}

bool isSent(const OrderLine &line)
{
    json::Members members;
    json::splitObject(line.text, members);
    if (const json::Member *sent = json::find(members, "sent"))
        return sent->type == json::Type::True;
    const json::Member *status = json::find(members, "status");
    return status && status->type == json::Type::String && status->value.size() > 2
           && status->value != "\"pending\"";
}

} // namespace possync::sync
