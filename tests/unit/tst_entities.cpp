// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/entities.h"

#include <QTest>

using namespace possync;
using core::Entities;
using core::Entity;
using core::StoredChange;

namespace {

StoredChange stored(quint64 seq, DataType type, Action action, const QByteArray &id,
                    const QByteArray &fields = {})
{
    StoredChange change;
    change.seq = seq;
    change.receivedAtMs = 1000 + static_cast<qint64>(seq);
    change.originDevice = "d";
    change.change = *classic::decodeChange(
        "{\"type\":\"data_change\",\"data_type\":\"" + dataTypeName(type).toByteArray()
        + "\",\"action\":\"" + actionName(action).toByteArray() + "\",\"data\":{\"id\":\"" + id
        + '"' + (fields.isEmpty() ? "" : ",") + fields + "}}");
    return change;
}

std::vector<core::StateRow> rowsOf(Entities &entities)
{
    std::vector<core::StateRow> rows;
    entities.takeState(rows);
    return rows;
}

QByteArrayList idsOf(const std::vector<const Entity *> &entities)
{
    QByteArrayList ids;
    for (const Entity *entity : entities)
        ids.append(entity->id);
    return ids;
}

} // namespace

class EntitiesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void recordFollowsTheChanges();
    void typesAreApart();
    void alertsLeaveTheRecord();
    void removedLeavesATombstoneAndMayComeBack();
    void applyingTwiceChangesNothing();
    void listsInOrderOfFirstSight();
    void touchedAfterListsTombstonesToo();
    void lateEffectIsAppliedOnce();
    void aliasWithoutEffectDoesNothing();
    void savedAndLoaded();
    void savesOnlyWhatWasTouched();
    void replayOverAnyOlderSaveGivesTheSame();
    void refusesStrangeRows();
};

void EntitiesTest::recordFollowsTheChanges()
{
    Entities entities;
    QVERIFY(!entities.find(DataType::Orders, "o"));
    entities.apply(stored(1, DataType::Orders, Action::Created, "o", "\"total\":25.50"));
    const Entity *order =
        entities.apply(stored(4, DataType::Orders, Action::StatusChanged, "o", "\"status\":\"x\""));
    QVERIFY(order);
    QCOMPARE(order, entities.find(DataType::Orders, "o"));
    QCOMPARE(order->record, QByteArray(R"({"id":"o","total":25.50,"status":"x"})"));
    QCOMPARE(order->seq, 4U);
    QCOMPARE(order->rev, 2U);
    QCOMPARE(order->updatedAtMs, 1004);
    QCOMPARE(order->updatedBy, QByteArray("d"));
    QCOMPARE(entities.version(), 2U);
}

void EntitiesTest::typesAreApart()
{
    Entities entities;
    entities.apply(stored(1, DataType::Orders, Action::Created, "same", "\"a\":1"));
    entities.apply(stored(2, DataType::Tables, Action::Occupied, "same"));
    QCOMPARE(entities.size(), 2U);
    QCOMPARE(entities.find(DataType::Orders, "same")->seq, 1U);
    QCOMPARE(entities.find(DataType::Tables, "same")->record,
             QByteArray(R"({"id":"same","status":"occupied"})"));
}

void EntitiesTest::alertsLeaveTheRecord()
{
    Entities entities;
    entities.apply(stored(1, DataType::Inventory, Action::ItemAdded, "i", "\"current_stock\":9"));
    QVERIFY(!entities.apply(
        stored(2, DataType::Inventory, Action::LowStockAlert, "i", "\"current_stock\":1")));
    QCOMPARE(entities.find(DataType::Inventory, "i")->seq, 1U);
    QVERIFY(!entities.apply(stored(3, DataType::Inventory, Action::LowStockAlert, "unknown")));
    QVERIFY(!entities.find(DataType::Inventory, "unknown"));
}

void EntitiesTest::removedLeavesATombstoneAndMayComeBack()
{
    Entities entities;
    entities.apply(stored(1, DataType::MenuItems, Action::Created, "m", "\"a\":1"));
    entities.apply(stored(2, DataType::MenuItems, Action::Deleted, "m"));
    const Entity *dish = entities.find(DataType::MenuItems, "m");
    QVERIFY(dish->deleted);
    QVERIFY(dish->record.isEmpty());
    QVERIFY(entities.live(DataType::MenuItems).empty());
    entities.apply(stored(3, DataType::MenuItems, Action::Upsert, "m", "\"b\":2"));
    QVERIFY(!dish->deleted);
    QCOMPARE(dish->record, QByteArray(R"({"id":"m","b":2})")); // nothing of the old one
    QCOMPARE(dish->rev, 3U);
}

void EntitiesTest::applyingTwiceChangesNothing()
{
    Entities entities;
    const auto first = stored(1, DataType::Orders, Action::Created, "o", "\"a\":1");
    const auto second = stored(2, DataType::Orders, Action::Updated, "o", "\"a\":2");
    entities.apply(first);
    entities.apply(second);
    entities.apply(first);
    entities.apply(second);
    QCOMPARE(entities.find(DataType::Orders, "o")->record, QByteArray(R"({"id":"o","a":2})"));
    QCOMPARE(entities.find(DataType::Orders, "o")->rev, 2U);
}

void EntitiesTest::listsInOrderOfFirstSight()
{
    Entities entities;
    quint64 seq = 0;
    for (const char *id : {"zebra", "ant", "mole"})
        entities.apply(stored(++seq, DataType::Users, Action::Created, id));
    entities.apply(stored(++seq, DataType::Users, Action::Updated, "ant", "\"a\":1"));
    QCOMPARE(idsOf(entities.live(DataType::Users)), QByteArrayList({"zebra", "ant", "mole"}));
    QVERIFY(entities.live(DataType::Orders).empty());
}

void EntitiesTest::touchedAfterListsTombstonesToo()
{
    Entities entities;
    entities.apply(stored(1, DataType::Orders, Action::Created, "a"));
    entities.apply(stored(2, DataType::Tables, Action::Available, "b"));
    entities.apply(stored(3, DataType::Users, Action::Created, "c"));
    entities.apply(stored(4, DataType::Orders, Action::Deleted, "a"));
    QCOMPARE(idsOf(entities.touchedAfter(1)), QByteArrayList({"b", "c", "a"}));
    QCOMPARE(idsOf(entities.touchedAfter(3)), QByteArrayList({"a"}));
    QVERIFY(entities.touchedAfter(4).empty());
}

void EntitiesTest::lateEffectIsAppliedOnce()
{
    Entities entities;
    entities.apply(stored(1, DataType::Users, Action::Created, "nina", "\"role\":\"server\""));
    entities.apply(stored(3, DataType::Users, Action::Updated, "nina", "\"note\":1"));
    // Change 2 did not say whom it was about; its twin tells after change 3.
    const core::Alias alias{
        2, "c2", 0, 1009,
        R"({"type":"data_change","data_type":"users","action":"updated","data":{"id":"nina","role":"manager"},"device_id":"till"})"};
    entities.applyAlias(alias);
    entities.applyAlias(alias);
    const Entity *nina = entities.find(DataType::Users, "nina");
    QCOMPARE(nina->record, QByteArray(R"({"id":"nina","role":"manager","note":1})"));
    QCOMPARE(nina->rev, 3U);
    QCOMPARE(nina->seq, 3U); // order of the feed is kept
    QCOMPARE(nina->lateAt, 2U);
    QCOMPARE(nina->updatedBy, QByteArray("till"));
}

void EntitiesTest::aliasWithoutEffectDoesNothing()
{
    Entities entities;
    entities.applyAlias({1, "c", 0, 0, {}});
    entities.applyAlias({1, "c", 0, 0, "not a change"});
    QCOMPARE(entities.size(), 0U);
    QVERIFY(!entities.isDirty());
}

void EntitiesTest::savedAndLoaded()
{
    Entities entities;
    entities.apply(stored(1, DataType::Orders, Action::Created, "o", "\"total\":25.50"));
    entities.apply(stored(2, DataType::Orders, Action::Created, "gone"));
    entities.apply(stored(3, DataType::Orders, Action::Deleted, "gone"));
    Entities loaded;
    auto rows = rowsOf(entities);
    std::ranges::reverse(rows); // order of the rows is no matter
    for (const core::StateRow &row : rows)
        QVERIFY(loaded.loadState(row));
    QVERIFY(!loaded.isDirty());
    QCOMPARE(loaded.size(), 2U);
    for (const char *id : {"o", "gone"}) {
        const Entity *before = entities.find(DataType::Orders, id);
        const Entity *after = loaded.find(DataType::Orders, id);
        QVERIFY(after);
        QCOMPARE(after->id, before->id);
        QCOMPARE(after->seq, before->seq);
        QCOMPARE(after->lateAt, before->lateAt);
        QCOMPARE(after->rev, before->rev);
        QCOMPARE(after->deleted, before->deleted);
        QCOMPARE(after->updatedAtMs, before->updatedAtMs);
        QCOMPARE(after->updatedBy, before->updatedBy);
        QCOMPARE(after->record, before->record);
    }
    loaded.apply(stored(4, DataType::Orders, Action::Created, "new"));
    QCOMPARE(idsOf(loaded.live(DataType::Orders)), QByteArrayList({"o", "new"}));
}

void EntitiesTest::savesOnlyWhatWasTouched()
{
    Entities entities;
    for (quint64 i = 1; i <= 5; ++i)
        entities.apply(stored(i, DataType::Orders, Action::Created, QByteArray::number(i)));
    QCOMPARE(rowsOf(entities).size(), 5U);
    QVERIFY(!entities.isDirty());
    entities.apply(stored(6, DataType::Orders, Action::Updated, "3", "\"a\":1"));
    entities.apply(stored(7, DataType::Orders, Action::Updated, "3", "\"a\":2"));
    QCOMPARE(rowsOf(entities).size(), 1U);
}

void EntitiesTest::replayOverAnyOlderSaveGivesTheSame()
{
    std::vector<StoredChange> history;
    for (quint64 i = 1; i <= 40; ++i) {
        const Action action = i % 11 == 0 ? Action::Deleted : Action::Updated;
        history.push_back(
            stored(i, DataType::Tables, action, "t" + QByteArray::number(i % 4),
                   "\"f" + QByteArray::number(i % 3) + "\":" + QByteArray::number(i)));
    }
    Entities straight;
    for (const StoredChange &change : history)
        straight.apply(change);
    for (std::size_t saved = 0; saved <= history.size(); ++saved) {
        Entities before;
        for (std::size_t i = 0; i < saved; ++i)
            before.apply(history[i]);
        Entities after;
        for (const core::StateRow &row : rowsOf(before))
            QVERIFY(after.loadState(row));
        // The tail may reach back behind what was saved.
        for (std::size_t i = saved / 2; i < history.size(); ++i)
            after.apply(history[i]);
        for (const char *id : {"t0", "t1", "t2", "t3"}) {
            QCOMPARE(after.find(DataType::Tables, id)->record,
                     straight.find(DataType::Tables, id)->record);
            QCOMPARE(after.find(DataType::Tables, id)->rev,
                     straight.find(DataType::Tables, id)->rev);
        }
    }
}

void EntitiesTest::refusesStrangeRows()
{
    Entities entities;
    QVERIFY(!entities.loadState({"x", "", false}));
    QVERIFY(!entities.loadState({"e\x01", "", false}));
    QVERIFY(!entities.loadState({"e\x01o", "cut off", false}));
    QCOMPARE(entities.size(), 0U);
}

QTEST_GUILESS_MAIN(EntitiesTest)
#include "tst_entities.moc"
