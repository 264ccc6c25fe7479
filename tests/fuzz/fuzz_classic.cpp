// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The classic protocol's messages: what is accepted can be sent on, in either form, and is then
// accepted again as the same change.
#include "common/model/classicmessage.h"
#include "tests/fuzz/fuzz.h"

using namespace possync;
using namespace possync::classic;

namespace {

void checkChange(const Change &change)
{
    require(isActionAllowed(change.dataType, change.action));
    require(change.dataOffset >= 0 && change.dataOffset + change.dataSize <= change.raw.size());
    require(change.changeId.size() <= maxIdBytes && change.entityId.size() <= maxIdBytes);
    const Rewrite rewrite{"c~1", {}};
    require(json::check(asTyped(change, rewrite)).has_value());
    if (change.entityId.isEmpty())
        return; // a typed user_update does not say whom it is about
    const auto same = decodeChange(asDataChange(change, rewrite));
    require(same.has_value());
    require(same->dataType == change.dataType && same->action == change.action);
    require(same->changeId == "c~1");
}

void checkRefusal(const Refusal &refusal)
{
    require(!refusal.code.isEmpty());
    require(json::check(encodeError(refusal)).has_value());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray frame(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const auto message = decode(frame, "r");
    if (!message)
        checkRefusal(message.error());
    else if (const auto *change = std::get_if<Change>(&*message))
        checkChange(*change);
    const auto sync = decodeSync(frame);
    if (!sync) {
        checkRefusal(sync.error());
        return 0;
    }
    for (const auto &change : sync->changes) {
        if (change)
            checkChange(*change);
        else
            checkRefusal(change.error());
    }
    return 0;
}
