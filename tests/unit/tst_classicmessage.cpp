// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/classicmessage.h"

#include <QTest>

using namespace possync;

namespace {

classic::Change changeOf(const QByteArray &text)
{
    auto change = classic::decodeChange(text);
    return change ? *change : classic::Change();
}

} // namespace

class ClassicMessageTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void decodesEveryType_data();
    void decodesEveryType();
    void namesTheFieldThatIsWrong_data();
    void namesTheFieldThatIsWrong();
    void twinsHashAlike();
    void rewritingKeepsOtherBytes();
    void dataChangeBecomesTyped();
    void typedMessageCannotPoseAsAnotherType();
    void refusalsAreWholeText_data();
    void refusalsAreWholeText();
    void userUpdateNamesThePersonChanged();
    void oneBadChangeLeavesTheOthers();
};

void ClassicMessageTest::decodesEveryType_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<std::size_t>("index");
    QTest::newRow("register") << QByteArray(
        R"({"type":"register","device_id":"d","restaurant_id":"r","user_id":null})")
                              << std::size_t(0);
    QTest::newRow("heartbeat") << QByteArray(
        R"({"type":"heartbeat","device_id":"d","timestamp":"2024-01-01T12:00:00.000"})")
                               << std::size_t(1);
    QTest::newRow("user_changed") << QByteArray(R"({"type":"user_changed","user_id":"u"})")
                                  << std::size_t(2);
    for (const DataType type : allDataTypes) {
        for (const Action action : actionsOf(type)) {
            const QByteArray typed = "{\"type\":\"" + typedMessageName(type).toByteArray() + "\",\""
                                     + typedIdField(type).toByteArray() + "\":\"e\",\"action\":\""
                                     + actionName(action).toByteArray() + "\",\"data\":{\"a\":1}}";
            QTest::newRow(
                (typedMessageName(type).toByteArray() + ' ' + actionName(action).toByteArray())
                    .constData())
                << typed << std::size_t(3);
            const QByteArray change = "{\"type\":\"data_change\",\"data_type\":\""
                                      + dataTypeName(type).toByteArray() + "\",\"action\":\""
                                      + actionName(action).toByteArray()
                                      + "\",\"data\":{\"id\":\"e\"},\"change_id\":\"c\"}";
            QTest::newRow(
                (dataTypeName(type).toByteArray() + ' ' + actionName(action).toByteArray())
                    .constData())
                << change << std::size_t(3);
        }
    }
}

void ClassicMessageTest::decodesEveryType()
{
    QFETCH(QByteArray, text);
    QFETCH(std::size_t, index);
    const auto message = classic::decode(text, "r");
    QVERIFY2(message.has_value(), message ? "" : message.error().message.constData());
    QCOMPARE(message->index(), index);
}

void ClassicMessageTest::namesTheFieldThatIsWrong_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("word");
    const auto row = [](const char *name, const char *text, const char *code, const char *word) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(code) << QByteArray(word);
    };
    row("not JSON", "{", "bad_json", "byte");
    row("unknown type", R"({"type":"hello"})", "unknown_type", "hello");
    row("other restaurant", R"({"type":"heartbeat","restaurant_id":"x"})", "wrong_restaurant",
        "restaurant_id");
    row("action of another type",
        R"({"type":"order_update","order_id":"o","action":"occupied","data":{}})", "unknown_action",
        "occupied");
    row("empty id", R"({"type":"order_update","order_id":"","action":"created","data":{}})",
        "bad_field", "order_id");
    row("unknown data_type",
        R"({"type":"data_change","data_type":"guests","action":"created","data":{"id":"o"}})",
        "unknown_data_type", "guests");
}

void ClassicMessageTest::namesTheFieldThatIsWrong()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, word);
    const auto message = classic::decode(text, "r");
    QVERIFY(!message);
    QCOMPARE(message.error().code, code);
    QVERIFY2(message.error().message.contains(word), message.error().message.constData());
}

void ClassicMessageTest::twinsHashAlike()
{
    const auto typed = changeOf(
        R"({"type":"order_update","order_id":"o","action":"updated","data":{"a":1,"b":"x"}})");
    const auto twin = changeOf(
        R"({"type":"data_change","data_type":"orders","action":"updated","data":{"id":"o","b":"x","a":1},"change_id":"c"})");
    const auto other = changeOf(
        R"({"type":"order_update","order_id":"o","action":"updated","data":{"a":1,"b":"y"}})");
    QCOMPARE(typed.contentHash, twin.contentHash);
    QVERIFY(typed.contentHash != other.contentHash);
}

void ClassicMessageTest::rewritingKeepsOtherBytes()
{
    const QByteArray text =
        R"({"type":"order_update", "order_id":"o","action":"updated","data":{"total":25.50,"n":9007199254740993},"x":{"y":[1, 2]},"device_id":"d"})";
    const auto change = changeOf(text);
    QCOMPARE(classic::asReceived(change, {}), text);
    QByteArray expected = text;
    expected.chop(1);
    QCOMPARE(classic::asReceived(change, {.changeId = "c1", .deviceId = {}}),
             expected + ",\"change_id\":\"c1\"}");
    const QByteArray renamed = classic::asReceived(change, {.changeId = {}, .deviceId = "d~2"});
    QVERIFY(renamed.contains("\"data\":{\"total\":25.50,\"n\":9007199254740993}"));
    QVERIFY(renamed.contains("\"x\":{\"y\":[1, 2]}"));
    QVERIFY(renamed.contains("\"device_id\":\"d~2\""));
    QCOMPARE(renamed.count("device_id"), 1);
}

void ClassicMessageTest::dataChangeBecomesTyped()
{
    const auto change = changeOf(
        R"({"type":"data_change","data_type":"tables","action":"occupied","data":{"id":"t7","guests":4},"device_id":"d","extra":1.0,"change_id":"c"})");
    const QByteArray typed = classic::asTyped(change, {});
    QVERIFY(typed.startsWith(R"({"type":"table_update","table_id":"t7",)"));
    QVERIFY(typed.contains(R"("data":{"id":"t7","guests":4})"));
    QVERIFY(typed.contains(R"("extra":1.0)"));
    QVERIFY(typed.contains(R"("change_id":"c")"));
    QVERIFY(!typed.contains("data_type"));
    const auto back = changeOf(classic::asDataChange(changeOf(typed), {}));
    QCOMPARE(back.entityId, QByteArray("t7"));
    QCOMPARE(back.contentHash, change.contentHash);
}

void ClassicMessageTest::typedMessageCannotPoseAsAnotherType()
{
    // Receivers take the last of two equal keys: a field of the sender's must not be that one.
    for (const QByteArray key : {"data_type", R"(data\u005ftype)"}) {
        const auto typed = changeOf(R"({"type":"order_update","order_id":"o1","action":"updated",)"
                                    R"("data":{"role":"admin"},")"
                                    + key + R"(":"users","change_id":"c"})");
        const QByteArray asChange = classic::asDataChange(typed, {});
        QVERIFY2(!asChange.contains("users"), asChange);
        const auto back = changeOf(asChange);
        QCOMPARE(back.dataType, DataType::Orders);
        QCOMPARE(back.entityId, QByteArray("o1"));
    }
}

void ClassicMessageTest::refusalsAreWholeText_data()
{
    QTest::addColumn<QByteArray>("frame");
    // Three bytes each, so that no limit but a multiple of three falls between two.
    const QByteArray text = QByteArray("\xe1\x97\xac").repeated(100);
    for (const int shift : {0, 1, 2}) {
        const QByteArray word = QByteArray(shift, 'x') + text;
        QTest::addRow("type %d", shift) << QByteArray(R"({"type":")" + word + R"("})");
        QTest::addRow("action %d", shift)
            << QByteArray(R"({"type":"order_update","order_id":"o","data":{},"action":")" + word
                          + R"("})");
        QTest::addRow("key %d", shift)
            << QByteArray(R"({"type":"heartbeat",")" + word + R"(":1,")" + word + R"(":2})");
    }
}

void ClassicMessageTest::refusalsAreWholeText()
{
    QFETCH(QByteArray, frame);
    const auto message = classic::decode(frame, "r");
    QVERIFY(!message);
    QVERIFY2(json::check(classic::encodeError(message.error())), message.error().message);
}

void ClassicMessageTest::userUpdateNamesThePersonChanged()
{
    // The typed form carries the sender under user_id: it says nothing about who was edited.
    const auto typed = changeOf(
        R"({"type":"user_update","user_id":"boss","action":"updated","data":{"role":"manager"}})");
    QVERIFY(typed.entityId.isEmpty());
    const auto twin = changeOf(
        R"({"type":"data_change","data_type":"users","action":"updated","data":{"id":"nina","role":"manager"},"user_id":"boss","change_id":"c"})");
    QCOMPARE(twin.entityId, QByteArray("nina"));
    QVERIFY(classic::asTyped(twin, {}).contains("\"user_id\":\"nina\""));
}

void ClassicMessageTest::oneBadChangeLeavesTheOthers()
{
    const auto sync = classic::decodeSync(
        R"({"restaurant_id":"r","device_id":"d","changes":[)"
        R"({"data_type":"orders","action":"created","data":{"id":"a"},"change_id":"1"},)"
        R"({"data_type":"orders","action":"flown","data":{"id":"b"},"change_id":"2"}, 5,)"
        R"({"data_type":"orders","action":"created","data":{"id":"c"},"change_id":"3"}]})");
    QVERIFY(sync.has_value());
    QCOMPARE(sync->changes.size(), 4U);
    QVERIFY(sync->changes[0].has_value());
    QCOMPARE(sync->changes[1].error().changeId, QByteArray("2"));
    QVERIFY(!sync->changes[2]);
    QCOMPARE(sync->changes[3]->entityId, QByteArray("c"));
    QVERIFY(!classic::decodeSync(R"({"device_id":"d","changes":[]})"));
    QVERIFY(!classic::decodeSync(R"({"restaurant_id":"r","changes":{}})"));
}

QTEST_GUILESS_MAIN(ClassicMessageTest)
#include "tst_classicmessage.moc"
