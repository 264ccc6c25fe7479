// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/simdevice.h"

namespace possync::sim {

QByteArray SimDevice::hello(qint64 wallMs)
{
    m_replica.reconnected();
    return v2::encode(m_replica.hello(m_id, wallMs + m_skewMs));
}

QByteArray SimDevice::orderChange(Random &random, const QByteArray &entity)
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
        const QByteArray record = m_replica.text(DataType::Orders, entity);
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

void SimDevice::act(Random &random, qint64 wallMs)
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
    const QByteArray changeId = m_id + ':' + QByteArray::number(m_made);
    QByteArray text = "{\"change_id\":\"" + changeId + "\",\"data_type\":\""
                      + dataTypeName(type).toByteArray() + "\",\"entity_id\":\"" + entity + "\","
                      + what;
    if (random() % 5 != 0)
        text += ",\"base_rev\":" + QByteArray::number(m_replica.rev(type, entity));
    if (random() % 10 != 0)
        text += ",\"hlc\":\"" + m_clock.tick(wallMs + m_skewMs).toText() + '"';
    m_outbox.push_back(
        {changeId, text + '}', std::nullopt, amount.isEmpty() ? QByteArray() : entity, amount});
}

QByteArray SimDevice::take(const v2::ChangeResult &result)
{
    const auto waiting = std::ranges::find(m_outbox, result.changeId, &Pending::changeId);
    v2::ChangeResult first = result;
    if (result.outcome == v2::Outcome::Duplicate)
        first.outcome = result.original;
    if (result.code == "id_reused" || result.code == "bad_field" || result.code == "missing_field")
        return "change " + result.changeId + " was refused: " + result.reason;
    const auto [known, isNew] = m_outcomes.try_emplace(result.changeId, first);
    if (!isNew && (known->second.outcome != first.outcome || known->second.seq != first.seq))
        return "change " + result.changeId + " has two outcomes";
    if (waiting == m_outbox.end())
        return isNew ? "a change nobody made has an outcome: " + result.changeId : QByteArray();
    if (!waiting->item.isEmpty() && first.seq != 0)
        m_added.emplace_back(waiting->item, waiting->amount);
    m_outbox.erase(waiting);
    return {};
}

QByteArray SimDevice::receive(const QByteArray &text)
{
    const auto message = v2::decodeFromServer(text);
    if (!message)
        return message.error().message + " in " + text;
    if (QByteArray fault = m_replica.take(*message); !fault.isEmpty())
        return m_id + ": " + fault;
    if (!m_replica.takeMismatches().empty())
        return m_id + ": a checksum does not fit";
    if (std::holds_alternative<v2::Welcome>(*message)) {
        m_mayPush = true;
    } else if (std::holds_alternative<v2::Changes>(*message)
               || std::holds_alternative<v2::SnapshotPart>(*message)) {
        m_owesAck = true;
    } else if (const auto *ack = std::get_if<v2::Ack>(&*message)) {
        for (const v2::ChangeResult &result : ack->results) {
            if (QByteArray fault = take(result); !fault.isEmpty())
                return fault;
        }
    } else if (const auto *retry = std::get_if<v2::RetryLater>(&*message)) {
        for (Pending &pending : m_outbox) {
            if (pending.batch == retry->batch)
                pending.batch.reset();
        }
    } else if (const auto *error = std::get_if<v2::Error>(&*message)) {
        return m_id + ": " + error->refusal.code + ": " + error->refusal.message;
    }
    return {};
}

std::vector<QByteArray> SimDevice::messages(Random &random, qint64 wallMs)
{
    std::vector<QByteArray> out;
    if (std::exchange(m_owesAck, false))
        out.push_back(m_replica.acked());
    if (!m_mayPush)
        return out;
    if (random() % 20 == 0) {
        v2::Heartbeat heartbeat;
        heartbeat.clockMs = wallMs + m_skewMs;
        heartbeat.queue = m_outbox.size();
        heartbeat.position = m_replica.position();
        out.push_back(v2::encode(heartbeat));
    }
    // In order: while something that must come again waits behind what is on its way, it waits.
    const bool blocked = std::ranges::any_of(
        m_outbox, [](const Pending &pending) { return pending.batch.has_value(); });
    if (blocked)
        return out;
    const std::size_t most = 1 + random() % 20;
    std::vector<QByteArray> changes;
    ++m_batch;
    for (Pending &pending : m_outbox) {
        if (changes.size() == most)
            break;
        pending.batch = m_batch;
        changes.push_back(pending.text);
    }
    if (!changes.empty())
        out.push_back(v2::encodePush(m_batch, changes));
    return out;
}

void SimDevice::disconnected()
{
    isConnected = m_mayPush = m_owesAck = false;
    for (Pending &pending : m_outbox)
        pending.batch.reset();
}

void SimDevice::restoreCopy()
{
    if (m_copy)
        m_replica = *m_copy;
}

} // namespace possync::sim
