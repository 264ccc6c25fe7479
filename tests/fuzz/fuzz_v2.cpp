// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Protocol v2, both ways, and its compressed messages: what is accepted can be written again, and
// is then accepted as the same.
#include "common/model/v2message.h"
#include "common/model/v2packed.h"
#include "tests/fuzz/fuzz.h"

using namespace possync;
using namespace possync::v2;

namespace {

template<typename Message>
Message fromDevice(const QByteArray &text)
{
    auto message = decodeFromDevice(text, "r");
    require(message.has_value());
    require(std::holds_alternative<Message>(*message));
    return std::get<Message>(*std::move(message));
}

template<typename Message>
Message fromServer(const QByteArray &text)
{
    auto message = decodeFromServer(text);
    require(message.has_value());
    require(std::holds_alternative<Message>(*message));
    return std::get<Message>(*std::move(message));
}

void checkRefusal(const Refusal &refusal)
{
    require(!refusal.code.isEmpty() && !refusal.message.isEmpty());
    require(json::check(encode(Error{refusal, std::nullopt})).has_value());
}

// What devices say.

void check(const Hello &hello)
{
    const auto same = fromDevice<Hello>(encode(hello));
    require(same.deviceId == hello.deviceId && same.userId == hello.userId);
    require(same.position == hello.position && same.dataTypes == hello.dataTypes);
    require(same.capabilities == hello.capabilities && same.clockMs == hello.clockMs);
    require(same.snapshotToken == hello.snapshotToken);
}

void check(const Acked &acked)
{
    const auto same = fromDevice<Acked>(encode(acked));
    require(same.position == acked.position && same.token == acked.token);
}

void check(const Push &push)
{
    require(push.changes.size() <= maxPushChanges);
    std::vector<QByteArray> texts;
    for (const auto &change : push.changes) {
        if (!change) {
            checkRefusal(change.error());
            continue;
        }
        require(isActionAllowed(change->dataType, change->action));
        require(!change->entityId.isEmpty() && json::check(change->data).has_value());
        texts.push_back(encode(*change));
    }
    const auto same = fromDevice<Push>(encodePush(push.batch, texts));
    require(same.batch == push.batch && same.changes.size() == texts.size());
    std::size_t next = 0;
    for (const auto &change : push.changes) {
        if (!change)
            continue;
        const auto &again = same.changes[next++];
        require(again.has_value());
        require(again->changeId == change->changeId && again->entityId == change->entityId);
        require(again->data == change->data && again->baseRev == change->baseRev);
        require(again->operations.size() == change->operations.size());
    }
}

void check(const Heartbeat &heartbeat)
{
    const auto same = fromDevice<Heartbeat>(encode(heartbeat));
    require(same.clockMs == heartbeat.clockMs && same.queue == heartbeat.queue);
}

void check(const UserChanged &user)
{
    require(fromDevice<UserChanged>(encode(user)).userId == user.userId);
}

void check(const Resync &resync)
{
    require(fromDevice<Resync>(encode(resync)).dataType == resync.dataType);
}

// What the server says.

void check(const Welcome &welcome)
{
    const auto same = fromServer<Welcome>(encode(welcome));
    require(same.epoch == welcome.epoch && same.head == welcome.head);
    require(same.capabilities == welcome.capabilities && same.isSnapshot == welcome.isSnapshot);
}

void check(const SnapshotPart &part)
{
    const auto same = fromServer<SnapshotPart>(encode(part));
    require(same.scope == part.scope && same.at == part.at && same.isLast == part.isLast);
    require(same.records.size() == part.records.size());
    for (std::size_t i = 0; i < part.records.size(); ++i)
        require(same.records[i].data == part.records[i].data);
}

void check(const Changes &changes)
{
    std::vector<QByteArray> texts;
    for (const Entry &entry : changes.entries)
        texts.push_back(encode(entry));
    const auto same = fromServer<Changes>(encodeChanges(changes.from, changes.to, texts));
    require(same.from == changes.from && same.to == changes.to);
    require(same.entries.size() == changes.entries.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const Entry &was = changes.entries[i];
        const Entry &is = same.entries[i];
        require(is.seq == was.seq && is.entityId == was.entityId && is.data == was.data);
        require(is.effect == was.effect && is.rev == was.rev && is.deviceId == was.deviceId);
        require(is.otherMembers == was.otherMembers);
    }
}

void check(const Ack &ack)
{
    const auto same = fromServer<Ack>(encode(ack));
    require(same.batch == ack.batch && same.results.size() == ack.results.size());
}

void check(const Unknown &) {}

template<typename Message>
void check(const Message &message)
{
    fromServer<Message>(encode(message));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray frame(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    if (const auto message = decodeFromDevice(frame, "r"))
        std::visit([](const auto &each) { check(each); }, *message);
    else
        checkRefusal(message.error().refusal);
    if (const auto message = decodeFromServer(frame))
        std::visit([](const auto &each) { check(each); }, *message);
    else
        checkRefusal(message.error());
    const auto text = unpacked(frame);
    if (!text) {
        require(!text.error().isEmpty());
    } else {
        require(text->size() <= maxPackedText);
        if (const QByteArray again = packed(*text); !again.isEmpty())
            require(again.size() <= text->size() && *unpacked(again) == *text);
    }
    return 0;
}
