// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a console reads of a server, which may be anybody's: frames of the admin protocol and
// answers of REST.
#include "common/model/jsontext.h"
#include "console/remote/wire.h"
#include "tests/fuzz/fuzz.h"

using namespace possync;
using namespace possync::remote;

namespace {

void checkChanges(const std::vector<ChangeEntry> &changes)
{
    for (const ChangeEntry &change : changes) {
        const QByteArray text = wire::encodeChange(change);
        auto same = wire::decodeChange(text);
        require(same.has_value());
        same->restaurant = change.restaurant;
        require(*same == change);
        require(
            json::check(wire::withId(change.data, QString::fromUtf8(change.entityId))).has_value());
    }
}

void checkRecords(const RecordList &records)
{
    for (const auto &[type, list] : records) {
        for (const EntityRecord &record : list)
            require(json::check(record.data).has_value());
    }
}

template<typename T>
bool isGood(const wire::Decoded<T> &decoded)
{
    require(decoded.has_value() || !decoded.error().isEmpty());
    return decoded.has_value();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    if (const auto frame = wire::decodeFrame(text); isGood(frame)) {
        if (const auto *batch = std::get_if<wire::ChangeBatch>(&*frame))
            checkChanges(batch->changes);
        if (const auto *result = std::get_if<wire::CommandResult>(&*frame);
            result && result->result && !result->result->isEmpty())
            require(json::check(*result->result).has_value());
    }
    if (const auto page = wire::decodeChangePage(text, QStringLiteral("r")); isGood(page))
        checkChanges(page->changes);
    if (const auto records = wire::decodePastRecords(text); isGood(records))
        checkRecords(records->records);
    if (const auto page = wire::decodeTrafficPage(text); isGood(page))
        require(page->stepMs > 0);
    if (const auto devices = wire::decodeDevices(text, QStringLiteral("r")); isGood(devices)) {
        for (const DeviceStatus &device : *devices)
            require(device.restaurant == QStringLiteral("r"));
    }
    isGood(wire::decodeHealth(text));
    isGood(wire::decodeRestaurants(text));
    isGood(wire::decodeLogPage(text));
    isGood(wire::decodeSyncResults(text));
    wire::decodeError(text);
    return 0;
}
