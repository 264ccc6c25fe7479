// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The command `rename`: docs/protocol.md, "Names" and "Admin".
#include "server/net/adminsession.h"
#include "server/net/renaming.h"

#include <QPointer>

namespace possync::net {
namespace {

bool isAbsent(const json::Member *member)
{
    return !member || member->type == json::Type::Null;
}

} // namespace

void AdminSession::rename(const QByteArray &id, const QByteArray &restaurantId,
                          const json::Members &members)
{
    const json::Member *device = json::find(members, "device");
    const json::Member *name = json::find(members, "name");
    // A device that cannot be read must not become the restaurant, nor a name left out an empty
    // one.
    if (!isAbsent(device) && device->type != json::Type::String) {
        sendResult(id, false, "bad_field", "field \"device\" must be a string, or null");
        return;
    }
    if (!name || name->type != json::Type::String) {
        sendResult(id, false, "missing_field",
                   "field \"name\" must be a string; an empty one goes back to the id");
        return;
    }
    if (!isKnown(restaurantId)) {
        sendResult(id, false, "unknown_restaurant", "there is no such restaurant");
        return;
    }
    Renaming renaming{restaurantId, {}, json::unquoted(name->value)};
    if (!isAbsent(device))
        renaming.deviceId = json::unquoted(device->value);
    const QByteArray deviceId = renaming.deviceId;
    net::rename(m_context.hosts, m_context.names, std::move(renaming),
                [&mine = m_thread.host(), id, restaurantId, deviceId,
                 self = QPointer(this)](const Result<QByteArray, RenameRefusal> &kept) {
                    mine.post([self, id, restaurantId, deviceId, kept] {
                        if (!self)
                            return;
                        if (kept)
                            self->sendResult(id, true, renamedJson(restaurantId, deviceId, *kept));
                        else
                            self->sendResult(id, false, kept.error().code, kept.error().message);
                    });
                });
}

} // namespace possync::net
