// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/jsontext.h"
#include "common/sync/merge.h"

#include <QTest>

using namespace possync;
using sync::mergedRecord;

class MergeTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void merges_data();
    void merges();
    void keyWrittenWithEscapesIsTheSameKey();
    void resultIsAlwaysValid();
    void mergingTwiceChangesNothing();
};

void MergeTest::merges_data()
{
    QTest::addColumn<QByteArray>("record");
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<int>("action");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const char *record, const char *data, Action action,
                        const char *expected) {
        QTest::newRow(name) << QByteArray(record) << QByteArray(data) << static_cast<int>(action)
                            << QByteArray(expected);
    };
    row("first", "", R"({"a":1})", Action::Created, R"({"id":"e","a":1})");
    row("first without fields", "", "{}", Action::Created, R"({"id":"e"})");
    row("place is kept", R"({"id":"e","a":1,"b":2,"c":3})", R"({"c":30,"a":10})", Action::Updated,
        R"({"id":"e","a":10,"b":2,"c":30})");
    row("new fields at the end", R"({"id":"e","a":1})", R"({"z":0,"y":0})", Action::Upsert,
        R"({"id":"e","a":1,"z":0,"y":0})");
    row("bytes of numbers are kept", R"({"id":"e","price":25.50})", R"({"tax":1.0e1})",
        Action::Updated, R"({"id":"e","price":25.50,"tax":1.0e1})");
    row("objects and lists are replaced whole", R"({"id":"e","o":{"a":1,"b":2},"l":[1,2]})",
        R"({"o":{"a": 9},"l":[]})", Action::Updated, R"({"id":"e","o":{"a": 9},"l":[]})");
    row("null is a value", R"({"id":"e","table":"t"})", R"({"table":null})", Action::Updated,
        R"({"id":"e","table":null})");
    row("id is not the sender's to choose", R"({"id":"e"})", R"({"id":"other","a":1})",
        Action::Updated, R"({"id":"e","a":1})");
    row("occupied", R"({"id":"e","status":"available"})", R"({"guests":4})", Action::Occupied,
        R"({"id":"e","status":"occupied","guests":4})");
    row("table action beats the field", R"({"id":"e"})", R"({"status":"lost"})", Action::Cleaning,
        R"({"id":"e","status":"cleaning"})");
    row("available", "", "{}", Action::Available, R"({"id":"e","status":"available"})");
    row("reserved", "", "{}", Action::Reserved, R"({"id":"e","status":"reserved"})");
    row("status_changed takes the field", R"({"id":"e","status":"pending"})",
        R"({"status":"ready"})", Action::StatusChanged, R"({"id":"e","status":"ready"})");
}

void MergeTest::merges()
{
    QFETCH(QByteArray, record);
    QFETCH(QByteArray, data);
    QFETCH(int, action);
    QFETCH(QByteArray, expected);
    QCOMPARE(mergedRecord(record, data, static_cast<Action>(action), "e"), expected);
}

void MergeTest::keyWrittenWithEscapesIsTheSameKey()
{
    const QByteArray escaped =
        mergedRecord(R"({"id":"e","name":"Dal"})", R"({"\u006eame":"Naan"})", Action::Updated, "e");
    json::Members members;
    QVERIFY2(json::parseObject(escaped, members).has_value(), escaped.constData());
    QCOMPARE(members.size(), 2U);
    QCOMPARE(json::unquoted(json::find(members, "name")->value), QByteArray("Naan"));

    const QByteArray id = mergedRecord({}, R"({"\u0069d":"other"})", Action::Created, "e");
    QVERIFY2(json::parseObject(id, members).has_value(), id.constData());
    QCOMPARE(json::unquoted(json::find(members, "id")->value), QByteArray("e"));
}

void MergeTest::resultIsAlwaysValid()
{
    const QByteArray hard =
        mergedRecord({}, "{\"quote\\\"d\":\"\\\\\",\"\":{},\"\xe2\x82\xac\":[[]],\"sp\" : 1 }",
                     Action::Created, "id \"with\" \\ and \x01");
    json::Members members;
    QVERIFY2(json::parseObject(hard, members).has_value(), hard.constData());
    QCOMPARE(json::unquoted(json::find(members, "id")->value),
             QByteArray("id \"with\" \\ and \x01"));
    QCOMPARE(json::find(members, "sp")->value, QByteArrayView("1"));
}

void MergeTest::mergingTwiceChangesNothing()
{
    const QByteArray data = R"({"a":1.50,"b":{"c":[1, 2]},"status":"x"})";
    for (const Action action : {Action::Created, Action::Updated, Action::Occupied}) {
        const QByteArray once = mergedRecord(R"({"id":"e","old":true})", data, action, "e");
        QCOMPARE(mergedRecord(once, data, action, "e"), once);
    }
}

QTEST_GUILESS_MAIN(MergeTest)
#include "tst_merge.moc"
