// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/hooks/presence.h"

#include <QTest>
#include <algorithm>

using namespace possync::hooks;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds patience{100};

QByteArray textOf(std::vector<Presence::Seen> seen)
{
    QByteArrayList list;
    for (const auto &[device, lastMs] : seen)
        list << device.first + '/' + device.second + '@' + QByteArray::number(lastMs);
    std::ranges::sort(list);
    return list.join(' ');
}

QByteArray textOf(const std::vector<Presence::Note> &notes)
{
    QByteArrayList list;
    for (const auto &[device, lastSeenMs] : notes)
        list << device.first + '/' + device.second + '@'
                    + (lastSeenMs ? QByteArray::number(*lastSeenMs) : QByteArray("gone"));
    std::ranges::sort(list);
    return list.join(' ');
}

} // namespace

/// Who is here and who has just gone.
class PresenceTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void absenceIsToldOnce();
    void lastConnectionCounts();
    void keptDevicesHaveTheUsualTimeToComeBack();
    void onlyWatchedRestaurantsCount();
    void whoIsHereWhenWatchingBeginsCounts();
    void whatCouldNotBeKeptIsNotedAgain();
};

void PresenceTest::absenceIsToldOnce()
{
    Presence presence;
    QVERIFY(presence.connected({"r", "a"}, true));
    QVERIFY(!presence.connected({"r", "b"}, true)); // there were notes already
    QCOMPARE(textOf(presence.takeNotes(10)), QByteArray("r/a@10 r/b@10"));
    QVERIFY(presence.takeNotes(11).empty());
    QVERIFY(presence.disconnected({"r", "a"}, 20, true));
    QCOMPARE(textOf(presence.takeNotes(30)), QByteArray("r/a@20"));
    QVERIFY(presence.takeLost(119, patience).empty());
    QCOMPARE(textOf(presence.takeLost(120, patience)), QByteArray("r/a@20"));
    QCOMPARE(textOf(presence.takeNotes(120)), QByteArray("r/a@gone"));
    QVERIFY(presence.takeLost(1'000, patience).empty());
    presence.connected({"r", "a"}, true);
    presence.disconnected({"r", "a"}, 2'000, true);
    presence.connected({"r", "a"}, true);
    QVERIFY(presence.takeLost(9'000, patience).empty());
}

void PresenceTest::lastConnectionCounts()
{
    Presence presence;
    presence.connected({"r", "a"}, true);
    presence.connected({"r", "a"}, true);
    presence.takeNotes(0);
    QVERIFY(!presence.disconnected({"r", "a"}, 10, true));
    QVERIFY(presence.takeLost(1'000, patience).empty());
    QVERIFY(presence.disconnected({"r", "a"}, 1'000, true));
    QCOMPARE(textOf(presence.takeLost(1'100, patience)), QByteArray("r/a@1000"));
    QVERIFY(!presence.disconnected({"r", "unknown"}, 10, true));
}

void PresenceTest::keptDevicesHaveTheUsualTimeToComeBack()
{
    Presence presence;
    presence.restore({{{"r", "a"}, 10}, {{"r", "b"}, 20}}, 5'000);
    presence.connected({"r", "b"}, true);
    QVERIFY(presence.takeLost(5'099, patience).empty());
    QCOMPARE(textOf(presence.takeLost(5'100, patience)), QByteArray("r/a@10"));
    QCOMPARE(textOf(presence.takeNotes(5'100)), QByteArray("r/a@gone r/b@5100"));
}

void PresenceTest::onlyWatchedRestaurantsCount()
{
    Presence presence;
    QVERIFY(!presence.connected({"r", "a"}, false));
    QVERIFY(!presence.disconnected({"r", "a"}, 10, false));
    QVERIFY(presence.takeLost(1'000, patience).empty());
    presence.connected({"r", "a"}, true);
    presence.disconnected({"r", "a"}, 10, true);
    presence.unwatch("r");
    QVERIFY(presence.takeLost(1'000, patience).empty());
    QVERIFY(presence.takeNotes(1'000).empty());
}

void PresenceTest::whoIsHereWhenWatchingBeginsCounts()
{
    Presence presence;
    presence.connected({"r", "a"}, false);
    presence.connected({"other", "b"}, false);
    presence.watch("r");
    QCOMPARE(textOf(presence.takeNotes(10)), QByteArray("r/a@10"));
    presence.refresh({"r"});
    QCOMPARE(textOf(presence.takeNotes(70)), QByteArray("r/a@70"));
}

void PresenceTest::whatCouldNotBeKeptIsNotedAgain()
{
    Presence presence;
    presence.connected({"r", "a"}, true);
    const auto notes = presence.takeNotes(10);
    presence.putBack(notes);
    QCOMPARE(textOf(presence.takeNotes(20)), QByteArray("r/a@20"));
}

QTEST_GUILESS_MAIN(PresenceTest)
#include "tst_presence.moc"
