// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/room.h"

#include <map>

namespace possync::test {

/// A room whose host stores everything at once, or when told to. Its restaurant is "r".
class TestHost final : public core::RoomOutput
{
public:
    TestHost()
        : TestHost(emptyImage())
    {
    }
    explicit TestHost(const core::RestaurantImage &image,
                      const core::Room::Options &options = core::Room::Options())
        : room("r", *this, options)
    {
        blocks = image.tail;
        if (!room.open(image, now))
            qFatal("cannot open the room");
    }

    static core::RestaurantImage emptyImage()
    {
        core::RestaurantImage image;
        image.restaurant = 1;
        image.epoch = "0123456789";
        return image;
    }
    /// What is stored. `floor`: changes up to it are gone.
    core::RestaurantImage image(quint64 floor = 0) const
    {
        core::RestaurantImage image = emptyImage();
        image.tail = blocks;
        image.headSeq = blocks.empty() ? 0 : blocks.back().lastSeq;
        image.floorSeq = floor;
        return image;
    }

    void connect(core::ConnectionId id, const QByteArray &device,
                 const QByteArray &host = "10.0.0.1")
    {
        room.connected(id, device, host, host + ":1", std::nullopt, now);
        if (storesAtOnce)
            store();
    }
    void send(core::ConnectionId id, const QByteArray &text)
    {
        room.received(id, text, now);
        if (storesAtOnce)
            store();
    }
    /// Its answer to the newest ping.
    void confirm(core::ConnectionId id)
    {
        room.confirmed(id, pings[id], now);
        if (storesAtOnce)
            store();
    }
    /// As long as there is anything to store.
    void store()
    {
        while (room.hasBlock()) {
            blocks.push_back(room.takeBlock());
            room.committed(room.lastBlock(), now);
        }
    }
    /// Nothing of what waits is stored; the room is opened again, as far as it was. `floor`:
    /// changes up to it have gone meanwhile.
    void fail(quint64 floor = 0)
    {
        core::RestaurantImage stored = image(floor);
        stored.generation = room.generation() + 1;
        if (!room.open(stored, now))
            qFatal("cannot open the room again");
    }

    void deliver(std::span<const core::ConnectionId> to,
                 std::span<const QByteArray> messages) override
    {
        for (const core::ConnectionId id : to) {
            for (const QByteArray &message : messages)
                got[id].append(message);
        }
    }
    void ping(core::ConnectionId connection, quint64 barrier) override
    {
        pings[connection] = barrier;
    }
    void close(core::ConnectionId id, quint16 code, const QByteArray &) override
    {
        closed[id] = code;
    }
    void replySync(core::RequestId, const core::SyncReply &reply) override
    {
        replies.push_back(reply);
    }
    void readPage(core::ConnectionId id, quint64 fromSeq) override
    {
        pagesAsked.emplace_back(id, fromSeq);
    }
    /// Answers what was asked for with readPage(), until nothing more is.
    void readPages(bool gone = false)
    {
        while (!pagesAsked.empty()) {
            const auto [id, from] = pagesAsked.front();
            pagesAsked.erase(pagesAsked.begin());
            std::vector<core::JournalBlock> page;
            for (const core::JournalBlock &block : blocks) {
                if (block.lastSeq >= from && page.size() < 20)
                    page.push_back(block);
            }
            room.pageRead(id, from, page, gone, now);
        }
    }
    void applied(const core::StoredChangePtr &, std::size_t) override {}
    void refused(const QByteArray &, const classic::Refusal &refusal) override
    {
        refusals.append(refusal.code);
    }
    void sharedDeviceId(const QByteArray &id) override { shared.append(id); }

    core::Now now{1'700'000'000'000, 1};
    std::map<core::ConnectionId, QByteArrayList> got;
    std::map<core::ConnectionId, quint64> pings;
    std::map<core::ConnectionId, quint16> closed;
    std::vector<core::SyncReply> replies;
    QByteArrayList refusals;
    QByteArrayList shared;
    std::vector<core::JournalBlock> blocks;
    std::vector<std::pair<core::ConnectionId, quint64>> pagesAsked;
    bool storesAtOnce = true;
    core::Room room;
};

/// What device d1 sends when an order is updated.
inline QByteArray typed(const QByteArray &order, const QByteArray &fields,
                        const QByteArray &time = "12:00:00.000")
{
    return "{\"type\":\"order_update\",\"order_id\":\"" + order
           + "\",\"action\":\"updated\",\"data\":{" + fields
           + "},\"device_id\":\"d1\",\"timestamp\":\"2024-01-01T" + time + "\"}";
}

/// The other form of the same.
inline QByteArray twin(const QByteArray &order, const QByteArray &fields,
                       const QByteArray &changeId, const QByteArray &time = "12:00:00.003")
{
    return "{\"type\":\"data_change\",\"data_type\":\"orders\",\"action\":\"updated\",\"data\":{"
           "\"id\":\""
           + order + "\"," + fields + "},\"device_id\":\"d1\",\"timestamp\":\"2024-01-01T" + time
           + "\",\"change_id\":\"" + changeId + "\"}";
}

/// What d1 sends when a person is changed; it does not say whom.
inline QByteArray userTyped(const QByteArray &action, const QByteArray &fields, const QByteArray &time)
{
    return "{\"type\":\"user_update\",\"action\":\"" + action + "\",\"data\":{" + fields
           + "},\"device_id\":\"d1\",\"user_id\":\"w\",\"timestamp\":\"2024-01-01T" + time + "\"}";
}

/// The other form of the same, which names u1.
inline QByteArray userTwin(const QByteArray &action, const QByteArray &fields, const QByteArray &time)
{
    return "{\"type\":\"data_change\",\"data_type\":\"users\",\"action\":\"" + action
           + "\",\"data\":{\"id\":\"u1\"," + fields
           + "},\"device_id\":\"d1\",\"user_id\":\"w\",\"timestamp\":\"2024-01-01T" + time
           + "\",\"change_id\":\"c" + time + "\"}";
}

} // namespace possync::test
