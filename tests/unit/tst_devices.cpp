// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/devices.h"

#include <QTest>

using namespace possync::core;

namespace {

constexpr qint64 now = 1'700'000'000'000;

Devices saveAndLoad(Devices &devices)
{
    std::vector<StateRow> rows;
    devices.takeState(rows);
    Devices loaded;
    for (const StateRow &row : rows) {
        if (!loaded.loadState(row))
            qFatal("a saved row was refused");
    }
    return loaded;
}

} // namespace

class DevicesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void newDeviceBeginsAtTheHead();
    void comesBackToItsOwnSlot();
    void confirmOnlyMovesForward();
    void otherAddressGetsANewSlotFromTheLowestCursor();
    void twoAliveAreNeighbours();
    void oneTabletBackBeforeItsOldConnectionDiedKeepsOneSlot();
    void sharedIdKeepsBothSlots();
    void severalFreeSlotsAreAmbiguous();
    void oneAddressLeavesNobodyBehind();
    void backBeforeItsOldConnectionDiedMayTakeTheOthersSlot();
    void slotNumbersAreNotReused();
    void slotsAreBounded();
    void savedAndLoaded();
    void doubtsAreSaved();
    void proofIsReplayed();
    void replayIsIdempotent();
    void touchAllSavesEverything();
    void refusesStrangeRows();

private:
    /// Known to share an id, behind one address, both connected; one has confirmed more.
    struct TwoTablets {
        Devices devices;
        Devices::Arrival ahead, behind;
    };
    static TwoTablets twoTablets();
};

DevicesTest::TwoTablets DevicesTest::twoTablets()
{
    TwoTablets tablets;
    Devices &devices = tablets.devices;
    tablets.ahead = devices.arrive("d", 1, "h", 10, now);
    tablets.behind = devices.arrive("d", 2, "h", 10, now);
    devices.markShared(*tablets.ahead.device);
    devices.confirm(*tablets.ahead.device, tablets.ahead.slot, 30, now);
    devices.confirm(*tablets.behind.device, tablets.behind.slot, 20, now);
    return tablets; // the map's nodes move along: the arrivals still point at them
}

void DevicesTest::newDeviceBeginsAtTheHead()
{
    Devices devices;
    const auto arrival = devices.arrive("d", 1, "10.0.0.1", 42, now);
    QCOMPARE(arrival.cursor, 42U);
    QVERIFY(arrival.isNewSlot);
    QVERIFY(!arrival.ambiguous);
    QCOMPARE(arrival.neighbour, ConnectionId(0));
    QCOMPARE(arrival.device, devices.find("d"));
    QVERIFY(!devices.find("e"));
}

void DevicesTest::comesBackToItsOwnSlot()
{
    Devices devices;
    const auto first = devices.arrive("d", 1, "10.0.0.1", 10, now);
    devices.confirm(*first.device, first.slot, 15, now);
    devices.leave(*first.device, first.slot, now + 1);
    const auto again = devices.arrive("d", 2, "10.0.0.1", 90, now + 2);
    QVERIFY(!again.isNewSlot);
    QCOMPARE(again.slot, first.slot);
    QCOMPARE(again.cursor, 15U);
    QCOMPARE(again.device->slots.size(), 1U);
}

void DevicesTest::confirmOnlyMovesForward()
{
    Devices devices;
    const auto at = devices.arrive("d", 1, "h", 10, now);
    devices.confirm(*at.device, at.slot, 20, now + 5);
    devices.confirm(*at.device, at.slot, 12, now + 9);
    QCOMPARE(at.device->slot(at.slot).cursor, 20U);
    QCOMPARE(at.device->slot(at.slot).lastSeenMs, now + 9);
}

void DevicesTest::otherAddressGetsANewSlotFromTheLowestCursor()
{
    Devices devices;
    const auto first = devices.arrive("d", 1, "10.0.0.1", 10, now);
    devices.leave(*first.device, first.slot, now);
    const auto second = devices.arrive("d", 2, "10.0.0.2", 90, now);
    QVERIFY(second.isNewSlot);
    QVERIFY(second.slot != first.slot);
    QCOMPARE(second.cursor, 10U); // it may be the first tablet with another address
}

void DevicesTest::twoAliveAreNeighbours()
{
    Devices devices;
    static_cast<void>(devices.arrive("d", 1, "10.0.0.1", 10, now));
    const auto second = devices.arrive("d", 2, "10.0.0.2", 10, now);
    QCOMPARE(second.neighbour, ConnectionId(1));
    QVERIFY(devices.markShared(*second.device));
    QVERIFY(!devices.markShared(*second.device));
}

void DevicesTest::oneTabletBackBeforeItsOldConnectionDiedKeepsOneSlot()
{
    Devices devices;
    const auto old = devices.arrive("d", 1, "10.0.0.1", 10, now);
    const auto fresh = devices.arrive("d", 2, "10.0.0.1", 30, now);
    devices.confirm(*fresh.device, fresh.slot, 40, now);
    devices.leave(*old.device, old.slot, now);
    QCOMPARE(fresh.device->slots.size(), 1U);
    // What the old connection may not have received must come again.
    QCOMPARE(fresh.device->slot(fresh.slot).cursor, 10U);
}

void DevicesTest::sharedIdKeepsBothSlots()
{
    Devices devices;
    const auto a = devices.arrive("d", 1, "10.0.0.1", 10, now);
    const auto b = devices.arrive("d", 2, "10.0.0.1", 10, now);
    devices.markShared(*a.device);
    devices.leave(*a.device, a.slot, now);
    QCOMPARE(a.device->slots.size(), 2U);
    devices.leave(*b.device, b.slot, now);
    QCOMPARE(a.device->slots.size(), 2U);
}

void DevicesTest::severalFreeSlotsAreAmbiguous()
{
    auto [devices, a, b] = twoTablets();
    devices.leave(*a.device, a.slot, now);
    devices.leave(*b.device, b.slot, now);
    const auto back = devices.arrive("d", 3, "h", 50, now);
    QVERIFY(back.ambiguous);
    QCOMPARE(back.cursor, 20U); // the lowest: too much is better than too little
}

void DevicesTest::oneAddressLeavesNobodyBehind()
{
    auto [devices, a, b] = twoTablets();
    devices.leave(*a.device, a.slot, now);
    devices.leave(*b.device, b.slot, now);
    const auto first = devices.arrive("d", 3, "h", 50, now);
    devices.confirm(*first.device, first.slot, 50, now);
    // The one that had confirmed 30 may have come first: who is left may have confirmed only 20,
    // and may have been in the other slot when it sent.
    const auto second = devices.arrive("d", 4, "h", 50, now);
    QCOMPARE(second.cursor, 20U);
    QVERIFY(second.ambiguous);
    QVERIFY(second.slot != first.slot);
}

void DevicesTest::backBeforeItsOldConnectionDiedMayTakeTheOthersSlot()
{
    auto [devices, a, b] = twoTablets();
    devices.leave(*a.device, a.slot, now);
    // Either a, or b whose old connection only seems alive.
    const auto back = devices.arrive("d", 3, "h", 50, now);
    QCOMPARE(back.slot, a.slot);
    QVERIFY(back.ambiguous);
    QCOMPARE(back.cursor, 20U);
}

void DevicesTest::slotNumbersAreNotReused()
{
    Devices devices;
    const auto old = devices.arrive("d", 1, "h", 0, now);
    const auto fresh = devices.arrive("d", 2, "h", 0, now);
    devices.leave(*old.device, old.slot, now); // its slot goes
    const auto third = devices.arrive("d", 3, "h", 0, now);
    QVERIFY(third.slot != old.slot);
    QVERIFY(third.slot != fresh.slot);
}

void DevicesTest::slotsAreBounded()
{
    Devices devices;
    for (ConnectionId i = 1; i <= 1000; ++i)
        static_cast<void>(devices.arrive("d", i, "10.0.0." + QByteArray::number(i), 0, now));
    QVERIFY(devices.find("d")->slots.size() <= 64U);
}

void DevicesTest::savedAndLoaded()
{
    Devices devices;
    const auto a = devices.arrive("d", 1, "10.0.0.1", 10, now);
    const auto b = devices.arrive("d", 2, "10.0.0.2", 10, now);
    devices.setUser(*a.device, "u");
    devices.markShared(*a.device);
    devices.confirm(*b.device, b.slot, 77, now + 3);
    QVERIFY(devices.isDirty());
    Devices loaded = saveAndLoad(devices);
    QVERIFY(!devices.isDirty());
    QCOMPARE(loaded.all().size(), 1U);
    Device &back = *loaded.find("d");
    QCOMPARE(back.userId, QByteArray("u"));
    QVERIFY(back.shared);
    QCOMPARE(back.nextSlot, a.device->nextSlot);
    QCOMPARE(back.slots.size(), 2U);
    QCOMPARE(back.slot(b.slot).cursor, 77U);
    QCOMPARE(back.slot(b.slot).host, QByteArray("10.0.0.2"));
    QCOMPARE(back.slot(b.slot).lastSeenMs, now + 3);
    QCOMPARE(back.slot(b.slot).connection, ConnectionId(0)); // no connection outlives the process
}

void DevicesTest::doubtsAreSaved()
{
    auto [devices, ahead, behind] = twoTablets();
    devices.noteDoubt(*ahead.device, {25, now});
    devices.noteDoubt(*ahead.device, {22, now + 1});
    Devices loaded = saveAndLoad(devices);
    Device &device = *loaded.find("d");
    QVERIFY(loaded.settleDoubts(device, now + 2));
    QCOMPARE(device.slot(ahead.slot).cursor, 21U);
    QCOMPARE(device.slot(behind.slot).cursor, 20U);
    // Settled is saved as well: nothing is made up for twice.
    Devices again = saveAndLoad(loaded);
    QVERIFY(!again.settleDoubts(*again.find("d"), now + 2));
}

/// The last save may be older than the proof, which is in the journal.
void DevicesTest::proofIsReplayed()
{
    Devices devices;
    const auto at = devices.arrive("d", 1, "h", 30, now);
    devices.noteDoubt(*at.device, {25, now});
    Devices loaded = saveAndLoad(devices);
    loaded.replay({"d", at.slot, 30, now + 1000, "h", false});
    QCOMPARE(loaded.find("d")->slot(at.slot).cursor, 30U);
    loaded.replay({"d", at.slot, 30, now + 1000, "h", true});
    QCOMPARE(loaded.find("d")->slot(at.slot).cursor, 24U);
    QVERIFY(loaded.find("d")->doubtful.empty());
}

void DevicesTest::replayIsIdempotent()
{
    Devices devices;
    const DeviceSeen seen{"d", 0, 10, now, "10.0.0.1", false};
    devices.replay(seen);
    devices.confirm(*devices.find("d"), 0, 25, now);
    Devices loaded = saveAndLoad(devices);
    loaded.replay(seen);
    QCOMPARE(loaded.find("d")->slots.size(), 1U);
    QCOMPARE(loaded.find("d")->slot(0).cursor, 25U);
    QVERIFY(loaded.isDirty());
    loaded.replay({"d", 0, 10, now, "10.0.0.1", true});
    QVERIFY(loaded.find("d")->shared);
    loaded.replay(seen);
    QVERIFY(loaded.find("d")->shared); // once known, for ever
}

void DevicesTest::touchAllSavesEverything()
{
    Devices devices;
    for (const char *id : {"a", "b", "c"})
        static_cast<void>(devices.arrive(id, 1, "h", 0, now));
    std::vector<StateRow> rows;
    devices.takeState(rows);
    QCOMPARE(rows.size(), 3U);
    rows.clear();
    devices.takeState(rows);
    QVERIFY(rows.empty());
    devices.touchAll();
    devices.takeState(rows);
    QCOMPARE(rows.size(), 3U);
}

void DevicesTest::refusesStrangeRows()
{
    Devices devices;
    QVERIFY(!devices.loadState({"d", "", false}));
    QVERIFY(!devices.loadState({"exy", "", false}));
    QVERIFY(!devices.loadState({"dx", "cut off here", false}));
}

QTEST_GUILESS_MAIN(DevicesTest)
#include "tst_devices.moc"
