// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The messages the generator sends, shaped as the classic app shapes them, and the mark by which
/// it knows each of them again. Pure functions; any thread.
namespace possync::bench {

/// One device of one restaurant. Names are built from the numbers, so that a mark is enough to tell
/// whose a message is.
struct Identity {
    std::string run;         ///< Keeps the names of two runs apart.
    std::uint32_t room = 0;  ///< Number of the restaurant.
    std::uint32_t index = 0; ///< Number of the device within it.
    std::string token{};     ///< Shown in the address it connects to; empty: none.

    std::string restaurant() const;
    std::string device() const;
};

/// Says which message this is: the n-th of that device. It travels as `order_number`.
struct Mark {
    std::uint32_t room = 0;
    std::uint32_t sender = 0;
    std::uint32_t number = 0;
    bool operator==(const Mark &) const = default;
};

/// Changes to one order before the next order begins.
inline constexpr std::uint32_t changesPerOrder = 8;

std::string registerMessage(const Identity &who);
/// Appends a typed `order_update` of about 700 bytes, the `number`-th of this device; each differs
/// from all others in its fields.
void appendOrderUpdate(std::string &out, const Identity &who, std::uint32_t number);
/// Appends the same as `data_change` without the order lines, about 480 bytes.
void appendDataChange(std::string &out, const Identity &who, std::uint32_t number);
/// Body of `POST /api/sync` with the changes `first` … `first + count - 1`. With `ownOrders` each
/// change is the first of its own order.
std::string syncBody(const Identity &who, std::uint32_t first, std::uint32_t count,
                     bool ownOrders = false);
/// Target of the upgrade, `<path>?device_id=…&restaurant_id=…`.
std::string deviceTarget(std::string_view path, const Identity &who);

/// The mark in a typed `order_update`; nothing in any other message.
std::optional<Mark> orderMark(std::string_view message);
/// Whether `"type":"<type>"` stands in the message.
bool isOfType(std::string_view message, std::string_view type);

} // namespace possync::bench
