// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/messages.h"

#include <charconv>
#include <cstdio>
#include <cstring>

namespace possync::bench {
namespace {

constexpr std::string_view markKey = "\"order_number\":\"";

constexpr std::string_view orderLines =
    R"("items":[{"id":"line_1","menu_item_id":"item_014","name":"Lamb Rogan Josh","quantity":1,"unit_price":18.95,)"
    R"("notes":"mild"},{"id":"line_2","menu_item_id":"item_102","name":"Garlic Naan","quantity":3,"unit_price":4.50},)"
    R"({"id":"line_3","menu_item_id":"item_131","name":"Mango Lassi","quantity":2,"unit_price":5.25}],)";

std::string_view find(std::string_view text, std::string_view what)
{
    // memmem: several times faster than string_view::find over 700 bytes.
    const void *at = memmem(text.data(), text.size(), what.data(), what.size());
    if (at == nullptr)
        return {};
    const auto start = static_cast<std::size_t>(static_cast<const char *>(at) - text.data());
    return text.substr(start + what.size());
}

void appendStamp(std::string &out, std::uint32_t number)
{
    char text[64];
    const int size =
        std::snprintf(text, sizeof text, "2026-11-23T%02u:%02u:%02u.%03u", number / 3600000 % 24,
                      number / 60000 % 60, number / 1000 % 60, number % 1000);
    out.append(text, static_cast<std::size_t>(size));
}

void appendOrderId(std::string &out, const Identity &who, std::uint32_t order)
{
    char text[96];
    const int size = std::snprintf(text, sizeof text, "order_%s_%u_%u_%u", who.run.c_str(),
                                   who.room, who.index, order);
    out.append(text, static_cast<std::size_t>(size));
}

void appendFields(std::string &out, const Identity &who, std::uint32_t number, bool withLines)
{
    char text[320];
    const int size = std::snprintf(
        text, sizeof text,
        R"("order_number":"%u.%u.%u","status":"pending","type":"dineIn","total_amount":%u.%02u,"items_count":%u,)"
        R"("table_id":"table_%u","customer_name":"Guest %u",)",
        who.room, who.index, number, 10 + number % 90, number % 100, 1 + number % 9,
        1 + number % 40, number);
    out.append(text, static_cast<std::size_t>(size));
    if (withLines)
        out.append(orderLines);
    out.append("\"updated_at\":\"");
    appendStamp(out, number);
    out.push_back('"');
}

void appendOrigin(std::string &out, const Identity &who, std::uint32_t number)
{
    out.append("\"device_id\":\"").append(who.device());
    out.append("\",\"restaurant_id\":\"").append(who.restaurant());
    out.append("\",\"user_id\":\"user_7\",\"timestamp\":\"");
    appendStamp(out, number);
    out.push_back('"');
}

void appendSyncChange(std::string &out, const Identity &who, std::uint32_t number,
                      std::uint32_t order, bool first)
{
    out.append(R"({"type":"data_change","data_type":"orders","action":")");
    out.append(first ? "created" : "updated").append(R"(","data":{"id":")");
    appendOrderId(out, who, order);
    out.append("\",");
    appendFields(out, who, number, false);
    out.append("},");
    appendOrigin(out, who, number);
    out.append(",\"change_id\":\"").append(std::to_string(1795430000000ULL + number));
    out.append("_").append(who.device()).append("_");
    appendOrderId(out, who, order);
    out.append("\"}");
}

} // namespace

std::string Identity::restaurant() const
{
    return "restaurant_" + run + "_" + std::to_string(room);
}

std::string Identity::device() const
{
    return "pos_device_" + std::to_string(room) + "_" + std::to_string(index);
}

std::string registerMessage(const Identity &who)
{
    std::string text = R"({"type":"register",)";
    appendOrigin(text, who, 0);
    return text.append("}");
}

void appendOrderUpdate(std::string &out, const Identity &who, std::uint32_t number)
{
    out.append(R"({"type":"order_update","order_id":")");
    appendOrderId(out, who, number / changesPerOrder);
    out.append(R"(","action":")").append(number % changesPerOrder == 0 ? "created" : "updated");
    out.append(R"(","data":{)");
    appendFields(out, who, number, true);
    out.append("},");
    appendOrigin(out, who, number);
    out.push_back('}');
}

void appendDataChange(std::string &out, const Identity &who, std::uint32_t number)
{
    appendSyncChange(out, who, number, number / changesPerOrder, number % changesPerOrder == 0);
}

std::string syncBody(const Identity &who, std::uint32_t first, std::uint32_t count, bool ownOrders)
{
    std::string body;
    body.reserve(std::size_t(count) * 520 + 128);
    body.append("{\"restaurant_id\":\"").append(who.restaurant());
    body.append("\",\"device_id\":\"").append(who.device()).append("\",\"changes\":[");
    for (std::uint32_t i = 0; i < count; ++i) {
        if (i != 0)
            body.push_back(',');
        if (ownOrders)
            appendSyncChange(body, who, first + i, first + i, true);
        else
            appendDataChange(body, who, first + i);
    }
    return body.append("]}");
}

std::string deviceTarget(std::string_view path, const Identity &who)
{
    std::string target = who.token.empty() ? std::string() : "/t/" + who.token;
    return target.append(path)
        .append("?device_id=")
        .append(who.device())
        .append("&restaurant_id=")
        .append(who.restaurant());
}

std::optional<Mark> orderMark(std::string_view message)
{
    if (find(message, R"("type":"order_update")").data() == nullptr)
        return std::nullopt;
    const std::string_view text = find(message, markKey);
    Mark mark;
    const char *at = text.data();
    const char *end = at + text.size();
    for (std::uint32_t *part : {&mark.room, &mark.sender, &mark.number}) {
        const auto [stop, error] = std::from_chars(at, end, *part);
        if (error != std::errc() || stop == end)
            return std::nullopt;
        at = stop + 1; // the dot, or the closing quote
    }
    return mark;
}

bool isOfType(std::string_view message, std::string_view type)
{
    return find(message, std::string("\"type\":\"").append(type).append("\"")).data() != nullptr;
}

} // namespace possync::bench
