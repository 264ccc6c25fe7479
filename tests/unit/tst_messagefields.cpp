// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/classicmessage.h"
#include "common/model/v2message.h"

#include <QStringDecoder>
#include <QTest>

using namespace possync;

namespace {

struct Field {
    QByteArray name;
    QByteArray value;
};
using Fields = std::vector<Field>;

QByteArray objectOf(const Fields &fields)
{
    QByteArray text = "{";
    for (const Field &field : fields)
        text += (text.size() > 1 ? "," : "") + json::quoted(field.name) + ':' + field.value;
    return text + '}';
}

Fields typedFields(DataType type)
{
    return {{"type", json::quoted(typedMessageName(type))},
            {typedIdField(type).toByteArray(), "\"e\""},
            {"action", json::quoted(actionName(actionsOf(type).front()))},
            {"data", R"({"name":"x"})"},
            {"device_id", "\"d\""},
            {"timestamp", "\"2024-01-01T12:00:00.000\""}};
}

Fields changeFields(DataType type)
{
    return {{"type", "\"data_change\""},
            {"data_type", json::quoted(dataTypeName(type))},
            {"action", json::quoted(actionName(actionsOf(type).front()))},
            {"data", R"({"id":"e","name":"x"})"},
            {"device_id", "\"d\""},
            {"timestamp", "\"2024-01-01T12:00:00.000\""},
            {"change_id", "\"c\""}};
}

/// No two members of one name, whichever way it is written.
bool isSound(const QByteArray &text)
{
    json::Members members;
    return json::parseObject(text, members).has_value();
}

} // namespace

class MessageFieldsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void missingFieldIsNamed_data();
    void missingFieldIsNamed();
    void fieldOfAnotherKindIsNamed();
    void otherFieldsAreOptional();
    void idsHaveALimit();
    void refusalIsWholeUtf8();
    void refusalCarriesTheChangeId();
    void bothFormsKeepBytesAndUnknownFields_data();
    void bothFormsKeepBytesAndUnknownFields();
    void formsNeverRepeatAField();
    void typedUserUpdateMayNameItsUserInData();
    void syncBodyRefusals_data();
    void syncBodyRefusals();
    void syncTakesBothFormsAndLostTypes();
    void syncUpdateCarriesExactTexts();
    void onlyMembersOfTheSendersOwnGoAlong();
    void answersAreReadable();
};

void MessageFieldsTest::missingFieldIsNamed_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("word");
    const auto without = [](Fields fields, const QByteArray &name) {
        std::erase_if(fields, [&](const Field &field) { return field.name == name; });
        return objectOf(fields);
    };
    const auto row = [](const QByteArray &what, const QByteArray &text, const QByteArray &word) {
        QTest::newRow(what.constData()) << text << '"' + word + '"';
    };
    for (const DataType type : allDataTypes) {
        const QByteArray message = typedMessageName(type).toByteArray();
        std::vector<QByteArray> required{"type", "action", "data"};
        // A user_update carries its sender under that name, so it may be absent.
        if (type != DataType::Users)
            required.push_back(typedIdField(type).toByteArray());
        for (const QByteArray &name : required)
            row(message + " without " + name, without(typedFields(type), name), name);
        const QByteArray change = dataTypeName(type).toByteArray();
        for (const QByteArray name : {"type", "data_type", "action", "data"})
            row(change + " change without " + name, without(changeFields(type), name), name);
        Fields nameless = changeFields(type);
        nameless[3].value = R"({"name":"x"})";
        row(change + " change without data.id", objectOf(nameless), "data.id");
        nameless[3].value = R"({"id":null})";
        row(change + " change with data.id null", objectOf(nameless), "data.id");
    }
}

void MessageFieldsTest::missingFieldIsNamed()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, word);
    const auto message = classic::decode(text, "r");
    QVERIFY(!message);
    QCOMPARE(message.error().code, QByteArray("missing_field"));
    QVERIFY2(message.error().message.contains(word), message.error().message.constData());
}

void MessageFieldsTest::fieldOfAnotherKindIsNamed()
{
    for (const Fields &whole : {typedFields(DataType::Orders), changeFields(DataType::Orders)}) {
        QVERIFY(classic::decode(objectOf(whole), "r").has_value());
        for (std::size_t i = 0; i < whole.size(); ++i) {
            if (whole[i].name == "timestamp")
                continue; // of no consequence: the server has its own clock
            for (const QByteArray wrong : {"5", "true", "[]"}) {
                Fields fields = whole;
                fields[i].value = wrong;
                const auto message = classic::decode(objectOf(fields), "r");
                QVERIFY2(!message, objectOf(fields).constData());
                QCOMPARE(message.error().code, QByteArray("bad_field"));
                QVERIFY2(message.error().message.contains(whole[i].name),
                         message.error().message.constData());
            }
        }
    }
}

void MessageFieldsTest::otherFieldsAreOptional()
{
    for (
        const char *text :
        {R"({"type":"order_update","order_id":"o","action":"created","data":{}})",
         R"({"type":"order_update","order_id":"o","action":"created","data":{},"device_id":null,"user_id":null,"change_id":null,"timestamp":null,"restaurant_id":null})",
         R"({"type":"order_update","order_id":"o","action":"created","data":{},"user_id":"","timestamp":"soon"})"}) {
        const auto message = classic::decode(text, "r");
        QVERIFY2(message.has_value(), text);
        const auto &change = std::get<classic::Change>(*message);
        QVERIFY(change.deviceId.isEmpty());
        QVERIFY(change.changeId.isEmpty());
        QVERIFY(!change.userId);
        QVERIFY(!change.timestampMs);
    }
}

void MessageFieldsTest::idsHaveALimit()
{
    const auto withId = [](qsizetype size) {
        Fields fields = typedFields(DataType::Tables);
        fields[1].value = json::quoted(QByteArray(size, 'x'));
        return objectOf(fields);
    };
    QVERIFY(classic::decode(withId(classic::maxIdBytes), "r").has_value());
    const auto tooLong = classic::decode(withId(classic::maxIdBytes + 1), "r");
    QVERIFY(!tooLong);
    QCOMPARE(tooLong.error().code, QByteArray("bad_field"));
    QVERIFY(tooLong.error().message.contains("table_id"));
}

void MessageFieldsTest::refusalIsWholeUtf8()
{
    // The refusal quotes what was wrong and shortens it: never in the middle of a character,
    // because a text frame that is not UTF-8 ends the connection.
    for (int ascii = 0; ascii < 4; ++ascii) {
        QByteArray name(ascii, 'x');
        for (int i = 0; i < 60; ++i)
            name += "\xf0\x9f\x8d\x9b";
        const QByteArray quoted = json::quoted(name);
        for (const QByteArray &text :
             {"{\"type\":" + quoted + '}',
              R"({"type":"order_update","order_id":"o","data":{},"action":)" + quoted + '}',
              R"({"type":"data_change","action":"created","data":{"id":"o"},"data_type":)" + quoted
                  + '}',
              '{' + quoted + ":1," + quoted + ":2}"}) {
            const auto message = classic::decode(text, "r");
            QVERIFY(!message);
            const QByteArray answer = classic::encodeError(message.error());
            QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
            const QString decoded = decoder(answer);
            QVERIFY2(!decoder.hasError() && !decoded.isEmpty(), answer.toPercentEncoding());
            QVERIFY(isSound(answer));
        }
    }
}

void MessageFieldsTest::refusalCarriesTheChangeId()
{
    Fields fields = changeFields(DataType::Orders);
    fields[2].value = "\"flown\"";
    const auto message = classic::decode(objectOf(fields), "r");
    QVERIFY(!message);
    QCOMPARE(message.error().changeId, QByteArray("c"));
    QVERIFY(classic::encodeError(message.error()).contains(R"("change_id":"c")"));
}

void MessageFieldsTest::bothFormsKeepBytesAndUnknownFields_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<bool>("typed");
    for (const DataType type : allDataTypes) {
        QTest::newRow(typedMessageName(type).toByteArray().constData())
            << static_cast<int>(type) << true;
        QTest::newRow(dataTypeName(type).toByteArray().constData())
            << static_cast<int>(type) << false;
    }
}

void MessageFieldsTest::bothFormsKeepBytesAndUnknownFields()
{
    QFETCH(int, type);
    QFETCH(bool, typed);
    const auto dataType = static_cast<DataType>(type);
    Fields fields = typed ? typedFields(dataType) : changeFields(dataType);
    fields[3].value =
        R"({"id":"e", "price":25.50,"big":9007199254740993,"e":1.0E+2,"s":"\u20ac\/","n":null})";
    fields.push_back({"venue", R"({"floor" : [1.10, 2]})"});
    fields.push_back({"sync_version", "9223372036854775808"});
    const QByteArray text = objectOf(fields);
    const auto change = classic::decodeChange(text);
    QVERIFY(change.has_value());
    QCOMPARE(change->typed, typed);
    const classic::Rewrite rewrite{.changeId = "c2", .deviceId = "d~2"};
    QCOMPARE(classic::asReceived(*change, {}), text);
    for (const QByteArray &form :
         {classic::asReceived(*change, rewrite), classic::asTyped(*change, rewrite),
          classic::asDataChange(*change, rewrite)}) {
        json::Members members;
        QVERIFY2(json::parseObject(form, members).has_value(), form.constData());
        const auto valueOf = [&](QByteArrayView name) {
            const json::Member *member = json::find(members, name);
            return member ? member->value.toByteArray() : QByteArray();
        };
        QCOMPARE(valueOf("venue"), QByteArray(R"({"floor" : [1.10, 2]})"));
        QCOMPARE(valueOf("sync_version"), QByteArray("9223372036854775808"));
        QCOMPARE(valueOf("change_id"), QByteArray("\"c2\""));
        QCOMPARE(valueOf("device_id"), QByteArray("\"d~2\""));
        QCOMPARE(valueOf("timestamp"), QByteArray("\"2024-01-01T12:00:00.000\""));
        json::Members data;
        const QByteArray payload = valueOf("data"); // the members point into it
        QVERIFY(json::splitObject(payload, data));
        QCOMPARE(json::find(data, "price")->value, QByteArrayView("25.50"));
        QCOMPARE(json::find(data, "big")->value, QByteArrayView("9007199254740993"));
        QCOMPARE(json::find(data, "e")->value, QByteArrayView("1.0E+2"));
        QCOMPARE(json::find(data, "s")->value, QByteArrayView(R"("\u20ac\/")"));
        const auto back = classic::decodeChange(form);
        QVERIFY(back.has_value());
        QCOMPARE(back->entityId, QByteArray("e"));
        QCOMPARE(back->dataType, change->dataType);
        QCOMPARE(back->action, change->action);
        QCOMPARE(back->contentHash, change->contentHash);
    }
}

void MessageFieldsTest::formsNeverRepeatAField()
{
    const classic::Rewrite rewrite{.changeId = "c2", .deviceId = "d~2"};
    for (
        const char *text :
        {// typed messages that also carry what only the other form needs, and the reverse
         R"({"type":"order_update","order_id":"o","action":"updated","data":{"id":"o"},"data_type":"orders"})",
         R"({"type":"order_update","order_id":"o","action":"updated","data":{},"id":"o","change_id":null})",
         R"({"type":"data_change","data_type":"orders","order_id":"p","action":"updated","data":{"id":"o"}})",
         R"({"type":"data_change","data_type":"users","user_id":"u","action":"updated","data":{"id":"o"}})",
         R"({"type":"user_update","user_id":"u","action":"updated","data":{"id":"u"},"data_type":"users"})",
         // the same names, written with escapes
         R"({"type":"order_update","order_id":"o","action":"updated","data":{},"change\u005fid":null})",
         R"({"type":"order_update","order_id":"o","action":"updated","data":{},"change\u005fid":"c"})",
         R"({"type":"data_change","data\u005ftype":"orders","action":"updated","data":{"\u0069d":"o"},"device\u005fid":"d"})"}) {
        const auto change = classic::decodeChange(text);
        QVERIFY2(change.has_value(), text);
        for (const classic::Rewrite &how : {rewrite,
                                            {.changeId = "c2", .deviceId = {}},
                                            {.changeId = {}, .deviceId = "d~2"},
                                            classic::Rewrite{}}) {
            for (const QByteArray &form :
                 {classic::asReceived(*change, how), classic::asTyped(*change, how),
                  classic::asDataChange(*change, how)}) {
                QVERIFY2(isSound(form), form.constData());
                QVERIFY2(classic::decodeChange(form).has_value(), form.constData());
            }
        }
        classic::Change restated = *change;
        classic::restate(restated, rewrite);
        QCOMPARE(restated.data().toByteArray(), change->data().toByteArray());
        QCOMPARE(classic::decodeChange(restated.raw)->changeId, QByteArray("c2"));
    }
}

void MessageFieldsTest::typedUserUpdateMayNameItsUserInData()
{
    const auto named = classic::decodeChange(
        R"({"type":"user_update","user_id":"boss","action":"updated","data":{"id":"nina","role":"manager"}})");
    QVERIFY(named.has_value());
    QCOMPARE(named->entityId, QByteArray("nina"));
    QCOMPARE(named->userId, std::optional<QByteArray>("boss"));
    const auto silent = classic::decodeChange(
        R"({"type":"user_update","action":"updated","data":{"role":"manager"}})");
    QVERIFY(silent.has_value());
    QVERIFY(silent->entityId.isEmpty());
    // Whom it is about must not be made up when it turns into the other form.
    QVERIFY(!classic::asDataChange(*silent, {}).contains("\"id\""));
    const auto bad =
        classic::decodeChange(R"({"type":"user_update","action":"updated","data":{"id":7}})");
    QVERIFY(!bad);
    QVERIFY(bad.error().message.contains("data.id"));
}

void MessageFieldsTest::syncBodyRefusals_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("word");
    const auto row = [](const char *name, const char *body, const char *code, const char *word) {
        QTest::newRow(name) << QByteArray(body) << QByteArray(code) << QByteArray(word);
    };
    row("empty", "", "bad_json", "byte");
    row("not an object", "[]", "bad_json", "object");
    row("no restaurant", R"({"changes":[]})", "missing_field", "restaurant_id");
    row("restaurant null", R"({"restaurant_id":null,"changes":[]})", "missing_field",
        "restaurant_id");
    row("restaurant empty", R"({"restaurant_id":"","changes":[]})", "bad_field", "restaurant_id");
    row("restaurant a number", R"({"restaurant_id":1,"changes":[]})", "bad_field", "restaurant_id");
    row("device a number", R"({"restaurant_id":"r","device_id":1,"changes":[]})", "bad_field",
        "device_id");
    row("no changes", R"({"restaurant_id":"r"})", "missing_field", "changes");
    row("changes null", R"({"restaurant_id":"r","changes":null})", "bad_field", "changes");
    row("changes an object", R"({"restaurant_id":"r","changes":{}})", "bad_field", "changes");
}

void MessageFieldsTest::syncBodyRefusals()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, word);
    const auto sync = classic::decodeSync(body);
    QVERIFY(!sync);
    QCOMPARE(sync.error().code, code);
    QVERIFY2(sync.error().message.contains(word), sync.error().message.constData());
}

void MessageFieldsTest::syncTakesBothFormsAndLostTypes()
{
    const auto sync = classic::decodeSync(
        R"({"restaurant_id":"r","device_id":"d","changes":[)"
        R"({"type":"order_update","order_id":"o","action":"created","data":{"total":25.50}}, )"
        R"({"type":"data_change","data_type":"tables","action":"occupied","data":{"id":"t"}},)"
        R"({"data_type":"users","action":"created","data":{"id":"u"},"change_id":"c"},)"
        R"({"restaurant_id":"other","data_type":"users","action":"created","data":{"id":"u"},"change_id":"x"}]})");
    QVERIFY(sync.has_value());
    QCOMPARE(sync->restaurantId, QByteArray("r"));
    QCOMPARE(sync->deviceId, QByteArray("d"));
    QCOMPARE(sync->changes.size(), 4U);
    QVERIFY(sync->changes[0]->typed);
    QCOMPARE(sync->changes[0]->data().toByteArray(), QByteArray(R"({"total":25.50})"));
    QCOMPARE(sync->changes[1]->entityId, QByteArray("t"));
    QCOMPARE(sync->changes[2]->changeId, QByteArray("c"));
    QVERIFY(!sync->changes[3]);
    QCOMPARE(sync->changes[3].error().code, QByteArray("wrong_restaurant"));
    QCOMPARE(sync->changes[3].error().changeId, QByteArray("x"));

    const auto none = classic::decodeSync(R"({"restaurant_id":"r","changes":[]})");
    QVERIFY(none.has_value());
    QVERIFY(none->changes.empty());
}

void MessageFieldsTest::syncUpdateCarriesExactTexts()
{
    const QByteArray first = R"({"a":25.50})";
    const QByteArray second = R"({ "b" : [1, 2] })";
    const std::array texts{first, second};
    // No raw string here: moc does not get past a quote after a backslash in one.
    QCOMPARE(classic::encodeSyncUpdate("r\"1", texts, 0),
             "{\"type\":\"sync_update\",\"restaurant_id\":\"r\\\"1\",\"changes\":[" + first + ','
                 + second + "],\"timestamp\":\"1970-01-01T00:00:00.000Z\"}");
    QVERIFY(isSound(classic::encodeSyncUpdate("r", {}, 0)));
}

void MessageFieldsTest::onlyMembersOfTheSendersOwnGoAlong()
{
    // docs/protocol-v2.md: what the server writes itself, or a classic message has.
    const QByteArrayList known{
        "type",       "change_id",   "data_type", "action",   "entity_id",
        "data",       "ops",         "base_rev",  "hlc",      "user_id",
        "timestamp",  "device_id",   "seq",       "effect",   "rev",
        "at_ms",      "order_id",    "item_id",   "table_id", "restaurant_id",
        "printer_id", "data_change", "changes",   "id",       "outcome"};
    QByteArray text("{");
    QByteArray own;
    for (const QByteArray &name : known) {
        // Beside each known name, others of the same and of neighbouring lengths.
        text += '"' + name + "\":1,";
        for (const QByteArray &other :
             {name + '_', 'x' + name.sliced(1), name.chopped(1) + '\x7f'}) {
            const QByteArray member = '"' + other + "\":[1, 2]";
            text += member + ',';
            own += (own.isEmpty() ? "" : ",") + member;
        }
    }
    // A known name may be written with an escape; a name may be empty, or long.
    const QByteArray last = "\"\":0,\"" + QByteArray(300, 'n') + "\":{\"a\":\"}\"}";
    text += "\"r\\u0065v\":4," + last + '}';
    own += ',' + last;
    json::Members members;
    QVERIFY(json::splitObject(text, members));
    QCOMPARE(v2::otherMembersOfChange(members), own);
}

void MessageFieldsTest::answersAreReadable()
{
    const QByteArray hard = "d\"\\n\x01\xe2\x82\xac";
    for (const QByteArray &answer :
         {classic::encodeRegistered(hard, hard, 1), classic::encodeHeartbeatResponse(hard, 1)}) {
        json::Members members;
        QVERIFY2(json::parseObject(answer, members).has_value(), answer.constData());
        QCOMPARE(json::unquoted(json::find(members, "device_id")->value), hard);
        QCOMPARE(json::find(members, "timestamp")->value,
                 QByteArrayView("\"1970-01-01T00:00:00.001Z\""));
    }
}

QTEST_GUILESS_MAIN(MessageFieldsTest)
#include "tst_messagefields.moc"
