// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/recordcomparison.h"

#include "common/model/catalogue.h"
#include "common/model/jsontext.h"

#include <algorithm>
#include <map>

namespace possync::remote {

std::vector<std::pair<QByteArray, QByteArray>> fieldsWithout(QByteArrayView name,
                                                             const QByteArray &object)
{
    json::Members members;
    json::splitObject(object, members);
    std::vector<std::pair<QByteArray, QByteArray>> fields;
    for (const json::Member &member : members) {
        const QByteArray key = json::plainKey(member);
        if (key != name)
            fields.emplace_back(key, member.value.toByteArray());
    }
    std::ranges::sort(fields);
    return fields;
}

std::vector<std::pair<QByteArray, QByteArray>>
differingRecords(const Recording &recording, const RecordList &records, bool withUsers)
{
    using Key = std::pair<QByteArray, QByteArray>;
    std::map<Key, QByteArray> expected;
    for (const RecordedState &state : recording.before)
        expected[{state.dataType, state.entityId}] = state.data;
    for (const RecordedState &state : recording.after) {
        if (state.data.isEmpty())
            expected.erase({state.dataType, state.entityId});
        else
            expected[{state.dataType, state.entityId}] = state.data;
    }
    const auto skips = [&](const QByteArray &type) {
        return !withUsers && type == dataTypeName(DataType::Users);
    };
    std::vector<Key> differing;
    for (const auto &[type, list] : records) {
        if (skips(type))
            continue;
        for (const EntityRecord &record : list) {
            const Key key{type, record.id};
            const auto was = expected.find(key);
            if (was == expected.end()) {
                differing.push_back(key);
                continue;
            }
            if (fieldsWithout("last_sync", was->second) != fieldsWithout("last_sync", record.data))
                differing.push_back(key);
            expected.erase(was);
        }
    }
    for (const auto &[key, data] : expected) {
        if (!skips(key.first))
            differing.push_back(key);
    }
    return differing;
}

} // namespace possync::remote
