// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/renaming.h"

#include "server/net/feedjson.h"

namespace possync::net {
namespace {

RenameRefusal notRead()
{
    return {"storage_unavailable",
            "the server cannot read this restaurant's devices at the moment; the name is as "
            "before, try again later"};
}

RenameRefusal unknownDevice(const QByteArray &deviceId)
{
    return {"unknown_device", "this restaurant has never seen a device "
                                  + json::quoted(json::shortened(deviceId, 64))};
}

void keep(store::Names &names, const Renaming &renaming, Renamed done)
{
    names.set(renaming.restaurantId, renaming.deviceId, renaming.name,
              [done = std::move(done), name = renaming.name](const store::Outcome &kept) {
                  if (kept)
                      done(name);
                  else
                      done(Unexpected{RenameRefusal{
                          "storage_unavailable", "the name could not be stored and is as before: "
                                                     + kept.error().detail.toUtf8()}});
              });
}

} // namespace

void rename(RoomHosts &hosts, store::Names &names, Renaming renaming, Renamed done)
{
    auto name = store::displayName(renaming.name);
    if (!name) {
        done(Unexpected{RenameRefusal{"bad_field", "field \"name\" " + name.error()}});
        return;
    }
    renaming.name = std::move(*name);
    if (renaming.deviceId.isEmpty()) {
        keep(names, renaming, std::move(done));
        return;
    }
    RoomHost &host = hosts.hostOf(renaming.restaurantId);
    host.post([&host, &names, renaming = std::move(renaming), done = std::move(done)] {
        HostedRoom &room = host.room(renaming.restaurantId);
        room.whenOpen([&room, &names, renaming, done](bool isOpen) {
            if (!isOpen)
                done(Unexpected{notRead()});
            else if (!room.room().devices().all().contains(renaming.deviceId))
                done(Unexpected{unknownDevice(renaming.deviceId)});
            else
                keep(names, renaming, done);
        });
    });
}

QByteArray renamedJson(const QByteArray &restaurantId, const QByteArray &deviceId,
                       const QByteArray &name)
{
    return "{\"restaurant_id\":" + json::quoted(restaurantId)
           + ",\"device_id\":" + textOrNull(deviceId) + ",\"name\":" + textOrNull(name) + '}';
}

} // namespace possync::net
