// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/core/room.h"
#include "tests/server/program/serverprocess.h"
#include "tests/server/store/storefixture.h"

#include <QDateTime>
#include <QTest>

namespace possync::test {

/// For opening a room that nobody is connected to.
class NoOutput final : public core::RoomOutput
{
public:
    void deliver(std::span<const core::ConnectionId>, std::span<const QByteArray>) override {}
    void ping(core::ConnectionId, quint64) override {}
    void close(core::ConnectionId, quint16, const QByteArray &) override {}
    void replySync(core::RequestId, const core::SyncReply &) override {}
    void readPage(core::ConnectionId, quint64) override {}
    void applied(const core::StoredChangePtr &, std::size_t) override {}
    void refused(const QByteArray &, const classic::Refusal &) override {}
    void sharedDeviceId(const QByteArray &) override {}
};

/// Lets the stopped server's journal grow old: all changes leave it.
inline void retireAll(const ServerProcess &server)
{
    store::StoreFixture journal(server.dataDir());
    journal.options().retention = std::chrono::milliseconds(1);
    journal.options().retentionInterval = std::chrono::milliseconds(5);
    journal.options().nowMs = [] { return QDateTime::currentMSecsSinceEpoch() + 60'000; };
    QVERIFY(!journal.open());
    const auto image = journal.image("r");
    QVERIFY(image);
    NoOutput output;
    core::Room room("r", output);
    QVERIFY(room.open(*image, {QDateTime::currentMSecsSinceEpoch(), 0}));
    store::StateSave save;
    save.restaurant = image->restaurant;
    save.generation = image->generation;
    save.rows = room.takeState();
    save.uptoSeq = image->headSeq;
    QVERIFY(journal.save(std::move(save)));
    QTRY_COMPARE(journal.journal().restaurants().first().floorSeq, image->headSeq);
}

} // namespace possync::test
