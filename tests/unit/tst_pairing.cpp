// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/pairing.h"

#include <QTest>
#include <deque>
#include <random>

using namespace possync;
using core::Pairing;

namespace {

constexpr qint64 noon = 1704110400000; // 2024-01-01T12:00:00Z

classic::Change change(bool typed, qint64 timeMs, const QByteArray &entity = "o",
                       const QByteArray &fields = "\"a\":1", DataType type = DataType::Orders,
                       Action action = Action::Updated)
{
    classic::Change made = *classic::decodeChange(
        typed
            ? "{\"type\":\"" + typedMessageName(type).toByteArray() + "\",\""
                  + typedIdField(type).toByteArray() + "\":\"" + entity + "\",\"action\":\""
                  + actionName(action).toByteArray() + "\",\"data\":{" + fields + "}}"
            : "{\"type\":\"data_change\",\"data_type\":\"" + dataTypeName(type).toByteArray()
                  + "\",\"action\":\"" + actionName(action).toByteArray() + "\",\"data\":{\"id\":\""
                  + entity + "\"," + fields + "},\"change_id\":\"c\"}");
    made.timestampMs = timeMs;
    return made;
}

Pairing saveAndLoad(Pairing &pairing)
{
    std::vector<core::StateRow> rows;
    pairing.takeState(rows);
    Pairing loaded;
    for (const core::StateRow &row : rows) {
        if (!loaded.loadState(row))
            qFatal("a saved row was refused");
    }
    return loaded;
}

} // namespace

class PairingTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void eitherFormMayComeFirst();
    void eachHasOneTwin();
    void sameFormIsNoTwin();
    void anythingDifferentIsNoTwin();
    void windowIsExact();
    void withoutDeviceTimeTheServersCounts();
    void oldestOfSeveralIsTaken();
    void userPairsWithoutNamingTheUser();
    void capacityDropsTheOldest();
    void theOtherFormTakesNoPlace();
    void pairedOnesTakeNoPlace();
    void manyAtRandomAreFoundAsInAPlainList();
    void savedAndLoaded();
    void replayOverNewerStateAddsNothing();
    void refusesStrangeRows();
};

void PairingTest::eitherFormMayComeFirst()
{
    for (const bool typedFirst : {true, false}) {
        Pairing pairing;
        pairing.add("d", change(typedFirst, noon), 5, noon);
        const auto twin = pairing.takeTwinOf("d", change(!typedFirst, noon + 3), noon);
        QVERIFY(twin.has_value());
        QCOMPARE(twin->seq, 5U);
        QCOMPARE(twin->typed, typedFirst);
        QVERIFY(!twin->lacksEntity);
    }
}

void PairingTest::eachHasOneTwin()
{
    Pairing pairing;
    pairing.add("d", change(true, noon), 1, noon);
    QVERIFY(pairing.takeTwinOf("d", change(false, noon), noon));
    QVERIFY(!pairing.takeTwinOf("d", change(false, noon), noon));
    pairing.add("d", change(true, noon), 2, noon);
    pairing.forget(2);
    QVERIFY(!pairing.takeTwinOf("d", change(false, noon), noon));
    pairing.forget(99);
}

void PairingTest::sameFormIsNoTwin()
{
    for (const bool typed : {true, false}) {
        Pairing pairing;
        pairing.add("d", change(typed, noon), 1, noon);
        QVERIFY(!pairing.takeTwinOf("d", change(typed, noon), noon));
    }
}

void PairingTest::anythingDifferentIsNoTwin()
{
    Pairing pairing;
    pairing.add("d", change(true, noon), 1, noon);
    QVERIFY(!pairing.takeTwinOf("d2", change(false, noon), noon));
    QVERIFY(!pairing.takeTwinOf("d", change(false, noon, "p"), noon));
    QVERIFY(!pairing.takeTwinOf("d", change(false, noon, "o", "\"a\":2"), noon));
    QVERIFY(!pairing.takeTwinOf("d", change(false, noon, "o", "\"a\":1,\"b\":1"), noon));
    QVERIFY(!pairing.takeTwinOf(
        "d", change(false, noon, "o", "\"a\":1", DataType::Tables, Action::Updated), noon));
    QVERIFY(!pairing.takeTwinOf(
        "d", change(false, noon, "o", "\"a\":1", DataType::Orders, Action::Created), noon));
    QVERIFY(pairing.takeTwinOf("d", change(false, noon), noon));
}

void PairingTest::windowIsExact()
{
    for (const int sign : {-1, 1}) {
        Pairing pairing;
        pairing.add("d", change(true, noon), 1, noon);
        QVERIFY(!pairing.takeTwinOf("d", change(false, noon + sign * (Pairing::windowMs + 1)), 0));
        QVERIFY(pairing.takeTwinOf("d", change(false, noon + sign * Pairing::windowMs), 0));
    }
}

void PairingTest::withoutDeviceTimeTheServersCounts()
{
    Pairing pairing;
    classic::Change typed = change(true, 0);
    classic::Change twin = change(false, 0);
    typed.timestampMs.reset();
    twin.timestampMs.reset();
    pairing.add("d", typed, 1, noon);
    QVERIFY(!pairing.takeTwinOf("d", twin, noon + Pairing::windowMs + 1));
    QVERIFY(pairing.takeTwinOf("d", twin, noon + 10));
}

void PairingTest::oldestOfSeveralIsTaken()
{
    Pairing pairing;
    pairing.add("d", change(true, noon), 1, noon);
    pairing.add("d", change(true, noon + 500), 2, noon);
    QCOMPARE(pairing.takeTwinOf("d", change(false, noon + 501), noon)->seq, 1U);
    QCOMPARE(pairing.takeTwinOf("d", change(false, noon + 502), noon)->seq, 2U);
}

void PairingTest::userPairsWithoutNamingTheUser()
{
    Pairing pairing;
    classic::Change typed = *classic::decodeChange(
        R"({"type":"user_update","user_id":"boss","action":"updated","data":{"role":"manager"}})");
    typed.timestampMs = noon;
    pairing.add("d", typed, 4, noon);
    const auto twin = pairing.takeTwinOf(
        "d", change(false, noon, "nina", "\"role\":\"manager\"", DataType::Users), noon);
    QVERIFY(twin.has_value());
    QCOMPARE(twin->seq, 4U);
    QVERIFY(twin->lacksEntity);
}

void PairingTest::capacityDropsTheOldest()
{
    Pairing pairing;
    const auto entity = [](std::size_t i) { return "o" + QByteArray::number(i); };
    for (std::size_t i = 0; i <= Pairing::capacity; ++i)
        pairing.add("d", change(true, noon, entity(i)), i + 1, noon);
    QVERIFY(!pairing.takeTwinOf("d", change(false, noon, entity(0)), noon));
    QVERIFY(pairing.takeTwinOf("d", change(false, noon, entity(1)), noon));
    QVERIFY(pairing.takeTwinOf("d", change(false, noon, entity(Pairing::capacity)), noon));
}

void PairingTest::theOtherFormTakesNoPlace()
{
    Pairing pairing;
    pairing.add("d", change(true, noon), 1, noon);
    // Another tablet posts what it did in a week without network.
    for (quint64 i = 0; i < 5 * Pairing::capacity; ++i)
        pairing.add("e", change(false, noon, "p" + QByteArray::number(i)), i + 2, noon);
    QCOMPARE(pairing.takeTwinOf("d", change(false, noon), noon)->seq, 1U);
}

void PairingTest::pairedOnesTakeNoPlace()
{
    Pairing pairing;
    pairing.add("d", change(true, noon), 1, noon);
    for (quint64 i = 0; i < 5 * Pairing::capacity; ++i) {
        const QByteArray entity = "p" + QByteArray::number(i);
        pairing.add("e", change(true, noon, entity), i + 2, noon);
        QCOMPARE(pairing.takeTwinOf("e", change(false, noon, entity), noon)->seq, i + 2);
    }
    QCOMPARE(pairing.takeTwinOf("d", change(false, noon), noon)->seq, 1U);
}

void PairingTest::manyAtRandomAreFoundAsInAPlainList()
{
    struct Plain {
        quint64 seq;
        int entity;
    };
    std::deque<Plain> plain; // as the class promises it: oldest first, the oldest gives way
    std::mt19937 random(7);
    Pairing pairing;
    int found = 0;
    for (quint64 seq = 1; seq <= 6 * Pairing::capacity; ++seq) {
        const int entity = int(random() % 900);
        pairing.add("d", change(true, noon, QByteArray::number(entity)), seq, noon);
        plain.push_back({seq, entity});
        if (plain.size() > Pairing::capacity)
            plain.pop_front();
        if (random() % 8 == 0)
            pairing = saveAndLoad(pairing);
        const int sought = int(random() % 900);
        const auto expected = std::ranges::find(plain, sought, &Plain::entity);
        const auto twin =
            pairing.takeTwinOf("d", change(false, noon, QByteArray::number(sought)), noon);
        QCOMPARE(twin.has_value(), expected != plain.end());
        if (!twin)
            continue;
        QCOMPARE(twin->seq, expected->seq);
        plain.erase(expected);
        ++found;
    }
    QVERIFY(found > 1000);
}

void PairingTest::savedAndLoaded()
{
    Pairing pairing;
    QVERIFY(!pairing.isDirty());
    pairing.add("d", change(true, noon, "a"), 1, noon);
    pairing.add("d", change(true, noon, "b"), 2, noon);
    pairing.add("d", change(false, noon, "c"), 3, noon);
    QVERIFY(pairing.takeTwinOf("d", change(false, noon, "a"), noon));
    QVERIFY(pairing.isDirty());
    Pairing loaded = saveAndLoad(pairing);
    QVERIFY(!pairing.isDirty());
    QVERIFY(!loaded.isDirty());
    QVERIFY(!loaded.takeTwinOf("d", change(false, noon, "a"), noon));
    QCOMPARE(loaded.takeTwinOf("d", change(false, noon, "b"), noon)->seq, 2U);
    const auto third = loaded.takeTwinOf("d", change(true, noon, "c"), noon);
    QCOMPARE(third->seq, 3U);
    QVERIFY(!third->typed);
}

void PairingTest::replayOverNewerStateAddsNothing()
{
    Pairing pairing;
    pairing.add("d", change(true, noon), 1, noon);
    Pairing loaded = saveAndLoad(pairing);
    loaded.replayAdd("d", change(true, noon), 1, noon);
    QVERIFY(loaded.takeTwinOf("d", change(false, noon), noon));
    QVERIFY(!loaded.takeTwinOf("d", change(false, noon), noon));
    loaded.replayAdd("d", change(true, noon), 2, noon);
    QVERIFY(loaded.takeTwinOf("d", change(false, noon), noon));
}

void PairingTest::refusesStrangeRows()
{
    Pairing pairing;
    QVERIFY(!pairing.loadState({"x", {}, false}));
    QVERIFY(!pairing.loadState({"uu", {}, false}));
    QVERIFY(!pairing.loadState({"u", "cut off", false}));
    QVERIFY(pairing.loadState({"u", {}, false}));
}

QTEST_GUILESS_MAIN(PairingTest)
#include "tst_pairing.moc"
