// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/simwork.h"

namespace possync::remote {

namespace {

int below(std::mt19937_64 &chance, int limit)
{
    return std::uniform_int_distribution(0, limit - 1)(chance);
}

template<std::size_t Count>
QByteArray oneOf(std::mt19937_64 &chance, const std::array<const char *, Count> &texts)
{
    return texts[static_cast<std::size_t>(below(chance, static_cast<int>(Count)))];
}

/// "12.50": two digits always, as tills write it. Who rewrites numbers is found out.
QByteArray money(std::mt19937_64 &chance)
{
    return QByteArray::number(5 + below(chance, 120)) + '.' + (below(chance, 2) ? "50" : "00");
}

QByteArray text(const char *key, const QByteArray &value)
{
    return QByteArray("\"") + key + "\":\"" + value + '"';
}

QByteArray number(const char *key, const QByteArray &value)
{
    return QByteArray("\"") + key + "\":" + value;
}

constexpr std::array orderTypes{"dineIn", "takeaway", "delivery", "catering"};
constexpr std::array dishes{"Masala चाय", "Paneer Tikka", "Dal Makhani", "Garlic Naan",
                            "Crème de Mangue"};
constexpr std::array units{"pieces", "grams", "kilograms", "liters", "milliliters"};
constexpr std::array roles{"admin", "server", "manager", "cashier"};
constexpr std::array printerTypes{"wifi", "ethernet", "bluetooth", "usb"};
constexpr std::array stations{"tandoor", "curries", "breads", "bar"};

} // namespace

QByteArray SimWork::entity(const char *kind, std::size_t slot) const
{
    return m_prefix + '-' + kind + '-' + QByteArray::number(slot);
}

SimTask SimWork::next(std::mt19937_64 &chance)
{
    using Maker = SimTask (SimWork::*)(std::size_t, std::mt19937_64 &);
    static constexpr std::array<Maker, slotCount> evening{
        &SimWork::order, &SimWork::table,   &SimWork::stock, &SimWork::order,
        &SimWork::dish,  &SimWork::order,   &SimWork::table, &SimWork::stock,
        &SimWork::order, &SimWork::printer, &SimWork::dish,  &SimWork::person,
    };
    const std::size_t slot = m_turn++ % slotCount;
    SimTask task = (this->*evening[slot])(slot, chance);
    ++m_steps[slot];
    return task;
}

SimTask SimWork::order(std::size_t slot, std::mt19937_64 &chance)
{
    static constexpr std::array path{"confirmed", "preparing", "ready", "served"};
    int &step = m_steps[slot];
    if (step == 0)
        ++m_orders[slot];
    const int no = m_orders[slot];
    SimTask task{DataType::Orders,
                 Action::StatusChanged,
                 entity("order", slot) + '-' + QByteArray::number(no),
                 {}};
    const auto ends = [&](const QByteArray &status) {
        step = -1; // next() makes it 0: another order
        return text("status", status);
    };
    if (step == 0) {
        task.action = Action::Created;
        task.fields = text("order_number", "ORD-" + QByteArray::number(no).rightJustified(4, '0'))
                      + ',' + text("status", "pending") + ','
                      + text("type", oneOf(chance, orderTypes)) + ','
                      + number("total_amount", money(chance)) + ','
                      + number("items_count", QByteArray::number(1 + below(chance, 9)));
    } else if (step == 1) {
        task.action = Action::Updated;
        task.fields = number("total_amount", money(chance)) + ','
                      + number("items_count", QByteArray::number(2 + below(chance, 9)));
    } else if (step - 2 < static_cast<int>(path.size())) {
        task.fields = step < 5 && below(chance, 20) == 0
                          ? ends("cancelled")
                          : text("status", path[static_cast<std::size_t>(step - 2)]);
    } else {
        task.action = Action::Completed;
        task.fields = ends("completed") + ',' + text("payment_status", "paid");
    }
    return task;
}

SimTask SimWork::table(std::size_t slot, std::mt19937_64 &chance)
{
    static constexpr std::array round{Action::Reserved, Action::Occupied, Action::Cleaning,
                                      Action::Available};
    const Action action = round[static_cast<std::size_t>(m_steps[slot]) % round.size()];
    return {DataType::Tables, action, entity("table", slot),
            text("name", "Terrasse " + QByteArray::number(slot)) + ','
                + text("status", actionName(action).toByteArray()) + ','
                + number("guests", QByteArray::number(below(chance, 8)))};
}

SimTask SimWork::stock(std::size_t slot, std::mt19937_64 &chance)
{
    const QByteArray amount = number("current_stock", QByteArray::number(below(chance, 90)) + ".2"
                                                          + oneOf(chance, std::array{"50", "00"}));
    if (m_steps[slot] > 0)
        return {DataType::Inventory, Action::StockChanged, entity("stock", slot), amount};
    return {DataType::Inventory, Action::ItemAdded, entity("stock", slot),
            text("name", "Basmati \\\"extra long\\\"") + ',' + amount + ",\"min_stock\":5.000,"
                + text("unit", oneOf(chance, units)) + ',' + text("category", "dry goods")};
}

SimTask SimWork::dish(std::size_t slot, std::mt19937_64 &chance)
{
    SimTask task{DataType::MenuItems, Action::Created, entity("dish", slot), {}};
    if (m_steps[slot] == 0) {
        task.fields = text("name", oneOf(chance, dishes)) + ',' + number("price", money(chance))
                      + ',' + text("category_id", oneOf(chance, stations))
                      + ",\"is_available\":true";
    } else if (below(chance, 2) == 0) {
        task.action = Action::AvailabilityChanged;
        task.fields = number("is_available", below(chance, 2) ? "true" : "false");
    } else {
        task.action = Action::Updated;
        task.fields = number("price", money(chance));
    }
    return task;
}

SimTask SimWork::person(std::size_t slot, std::mt19937_64 &chance)
{
    if (m_steps[slot] > 0)
        return {DataType::Users, Action::RoleChanged, entity("user", slot),
                text("role", oneOf(chance, roles))};
    return {DataType::Users, Action::Created, entity("user", slot),
            text("name", "Aushilfe " + QByteArray::number(slot)) + ',' + text("role", "server")
                + ",\"is_active\":true"};
}

SimTask SimWork::printer(std::size_t slot, std::mt19937_64 &chance)
{
    SimTask task{DataType::Printers, Action::Added, entity("printer", slot), {}};
    if (m_steps[slot] == 0) {
        task.fields = text("name", "Kitchen") + ',' + text("type", oneOf(chance, printerTypes));
    } else if (below(chance, 2) == 0) {
        task.action = Action::Configured;
        task.fields = number("paper_width", below(chance, 2) ? "80" : "58");
    } else {
        task.action = Action::AssignmentChanged;
        task.fields = text("station", oneOf(chance, stations));
    }
    return task;
}

} // namespace possync::remote
