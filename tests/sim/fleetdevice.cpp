// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/fleetdevice.h"

namespace possync::sim {

QByteArray FleetDevice::orderChange(Random &random, const QByteArray &entity)
{
    const std::array<const char *, 6> statuses{"pending",   "preparing", "served",
                                               "completed", "cancelled", "odd"};
    const QByteArray mark = m_id + QByteArray::number(m_made);
    switch (random() % 7) {
    case 0:
        return R"("action":"status_changed","data":{"status":")"
               + QByteArray(statuses[random() % statuses.size()]) + "\"}";
    case 1:
        return R"("action":"updated","data":{"note":")" + mark + "\"}";
    case 2:
        return R"("action":"updated","ops":[{"op":"line_add","line":{"id":")" + mark
               + R"(","quantity":1}}])";
    case 3:
        return R"("action":"updated","data":{"payment_status":"paid","payment_method":")" + mark
               + "\"}";
    case 4: {
        // The whole array as it is seen, with one line changed or left out.
        const QByteArray record = text(DataType::Orders, entity);
        json::Members members;
        json::splitObject(record, members);
        const json::Member *items = json::find(members, "items");
        std::vector<QByteArrayView> lines;
        if (items)
            json::splitArray(items->value, lines);
        QByteArrayList kept;
        for (const QByteArrayView line : lines) {
            if (random() % 4 != 0)
                kept.append(line.toByteArray());
        }
        return R"("action":"updated","data":{"items":[)" + kept.join(',') + "]}";
    }
    case 5:
        return R"("action":"updated","data":{"guests":)" + QByteArray::number(random() % 9)
               + R"(,"note":")" + mark + "\"}";
    default:
        return random() % 8 == 0 ? R"("action":"deleted")" : R"("action":"created","data":{"n":1})";
    }
}

QByteArray FleetDevice::act(Random &random, qint64 wallMs)
{
    ++m_made;
    DataType type = DataType::Orders;
    QByteArray entity;
    QByteArray what;
    QByteArray amount;
    switch (random() % 6) {
    case 0:
        type = DataType::Inventory;
        entity = "i" + QByteArray::number(random() % 2);
        amount = QByteArray::number(int(random() % 21) - 10) + ".5";
        what = R"("action":"stock_changed","ops":[{"op":"add","field":"current_stock","by":)"
               + amount + "}]";
        break;
    case 1:
        type = DataType::Tables;
        entity = "t" + QByteArray::number(random() % 2);
        what = random() % 2 == 0
                   ? R"("action":"occupied","data":{"guests":)" + QByteArray::number(m_made) + '}'
                   : QByteArray(R"("action":"available","data":{})");
        break;
    case 2:
        type = DataType::MenuItems;
        entity = "m" + QByteArray::number(random() % 3);
        what = random() % 4 == 0 ? QByteArray(R"("action":"deleted")")
               : random() % 3 == 0
                   ? QByteArray(R"("action":"created","data":{"price":1.00})")
                   : R"("action":"updated","data":{"price":)" + QByteArray::number(m_made) + ".50}";
        break;
    case 3:
        type = DataType::Users;
        entity = "u" + QByteArray::number(random() % 3);
        what = random() % 5 == 0 ? QByteArray(R"("action":"deleted")")
               : random() % 3 == 0
                   ? QByteArray(R"("action":"created","data":{"role":"server"})")
                   : R"("action":"updated","data":{"note":)" + QByteArray::number(m_made) + '}';
        break;
    default:
        entity = "o" + QByteArray::number(random() % 4);
        what = orderChange(random, entity);
    }
    Made made{.changeId = m_id + ':' + QByteArray::number(m_made),
              .type = type,
              .entity = entity,
              .text = {},
              .amount = amount};
    made.text = "{\"change_id\":\"" + made.changeId + "\",\"data_type\":\""
                + dataTypeName(type).toByteArray() + "\",\"entity_id\":\"" + entity + "\"," + what;
    return queue(made, random, wallMs);
}

QByteArray FleetDevice::settle(const v2::ChangeResult &result, const Made *made)
{
    v2::ChangeResult first = result;
    if (result.outcome == v2::Outcome::Duplicate)
        first.outcome = result.original;
    if (result.code == "id_reused" || result.code == "bad_field" || result.code == "missing_field")
        return "change " + result.changeId + " was refused: " + result.reason;
    const auto [known, isNew] = m_outcomes.try_emplace(result.changeId, first);
    if (!isNew && (known->second.outcome != first.outcome || known->second.seq != first.seq))
        return "change " + result.changeId + " has two outcomes";
    if (!made)
        return isNew ? "a change nobody made has an outcome: " + result.changeId : QByteArray();
    if (!made->amount.isEmpty() && first.seq != 0)
        m_added.emplace_back(made->entity, made->amount);
    return {};
}

} // namespace possync::sim
