// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/jsontext.h"
#include "common/model/textwriter.h"

#include <QTest>

using namespace possync;

class JsonTextTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void takesValidText_data();
    void takesValidText();
    void refusesBadText_data();
    void refusesBadText();
    void keepsExactText();
    void splitsWhatWasChecked();
    void stepsOverLongValues_data();
    void stepsOverLongValues();
    void quotesAndUnquotes();
    void escapesWhereverItMust();
    void writesOutOfPieces();
    void stepsOverWhatIsKnown();
    void splitsTextsOfAnyLength();
    void manyKeysAreCheckedForRepeats();
};

void JsonTextTest::takesValidText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty object") << QByteArray("{}");
    QTest::newRow("all types") << QByteArray(
        R"({"a":1,"b":"x","c":true,"d":false,"e":null,"f":[1,{}],"g":{}})");
    QTest::newRow("spaces") << QByteArray(" \r\n\t{ \"a\" : [ 1 , 2 ] } ");
    QTest::newRow("numbers") << QByteArray(R"({"a":-0.5e-7,"b":9223372036854775808,"c":0})");
    QTest::newRow("surrogate pair") << QByteArray(R"({"a":"\ud83c\udf5b"})");
    QTest::newRow("utf-8") << QByteArray("{\"a\":\"\xf0\x9f\x8d\x9b \xe2\x82\xac\"}");
    QTest::newRow("same key in different objects") << QByteArray(R"({"a":{"x":1},"b":{"x":1}})");
    QTest::newRow("escaped solidus") << QByteArray(R"({"a":"\/"})");
}

void JsonTextTest::takesValidText()
{
    QFETCH(QByteArray, text);
    json::Members members;
    const auto parsed = json::parseObject(text, members);
    QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().detail.constData());
}

void JsonTextTest::refusesBadText_data()
{
    using json::Fault;
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("fault");
    const auto row = [](const char *name, QByteArray text, Fault fault) {
        QTest::newRow(name) << text << static_cast<int>(fault);
    };
    row("empty", "", Fault::NotJson);
    row("array", "[1]", Fault::NotAnObject);
    row("byte order mark", "\xef\xbb\xbf{}", Fault::NotJson);
    row("trailing text", "{} x", Fault::NotJson);
    row("cut off", "{\"a\":", Fault::NotJson);
    row("cut off string", "{\"a\":\"b", Fault::BadString);
    row("single quotes", "{'a':1}", Fault::NotJson);
    row("trailing comma", "{\"a\":1,}", Fault::NotJson);
    row("missing colon", "{\"a\" 1}", Fault::NotJson);
    row("NaN", "{\"a\":NaN}", Fault::NotJson);
    row("plus sign", "{\"a\":+1}", Fault::NotJson);
    row("leading zero", "{\"a\":01}", Fault::NotJson);
    row("bare point", "{\"a\":1.}", Fault::BadNumber);
    row("out of range", "{\"a\":1e400}", Fault::BadNumber);
    row("repeated key", R"({"a":1,"b":2,"a":3})", Fault::RepeatedKey);
    row("repeated key, escaped", R"({"a":1,"\u0061":3})", Fault::RepeatedKey);
    row("repeated key inside", R"({"d":{"a":1,"a":3}})", Fault::RepeatedKey);
    row("lone high surrogate", R"({"a":"\ud800"})", Fault::BadString);
    row("lone low surrogate", R"({"a":"\udc00"})", Fault::BadString);
    row("U+0000", R"({"a":"\u0000"})", Fault::BadString);
    row("control character", "{\"a\":\"\x01\"}", Fault::BadString);
    row("bad escape", R"({"a":"\x"})", Fault::BadString);
    row("bad UTF-8", "{\"a\":\"\xff\"}", Fault::BadUtf8);
    row("overlong UTF-8", "{\"a\":\"\xc0\xaf\"}", Fault::BadUtf8);
    row("surrogate in UTF-8", "{\"a\":\"\xed\xa0\x80\"}", Fault::BadUtf8);
    row("too deep", QByteArray("{\"a\":") + QByteArray(100000, '['), Fault::TooDeep);
}

void JsonTextTest::refusesBadText()
{
    QFETCH(QByteArray, text);
    QFETCH(int, fault);
    json::Members members;
    const auto parsed = json::parseObject(text, members);
    QVERIFY(!parsed);
    QCOMPARE(static_cast<int>(parsed.error().fault), fault);
    QVERIFY(!parsed.error().detail.isEmpty());
}

void JsonTextTest::keepsExactText()
{
    json::Members members;
    QVERIFY(json::parseObject(R"({"price":25.50,"big":9007199254740993, "list":[ 1,2 ]})", members)
                .has_value());
    QCOMPARE(json::find(members, "price")->value, QByteArrayView("25.50"));
    QCOMPARE(json::find(members, "big")->value, QByteArrayView("9007199254740993"));
    QCOMPARE(json::find(members, "list")->value, QByteArrayView("[ 1,2 ]"));
    QVERIFY(!json::find(members, "pric"));
}

void JsonTextTest::splitsWhatWasChecked()
{
    json::Members members;
    QVERIFY(json::splitObject(R"( {"a" : {"x":"}"} , "b":[1,"]",{}] ,"c":-1.5e3,"\u0064":null} )",
                              members));
    QCOMPARE(members.size(), 4U);
    QCOMPARE(members[0].value, QByteArrayView(R"({"x":"}"})"));
    QCOMPARE(members[1].value, QByteArrayView(R"([1,"]",{}])"));
    QCOMPARE(members[2].value, QByteArrayView("-1.5e3"));
    QVERIFY(json::find(members, "d"));
    std::vector<QByteArrayView> elements;
    QVERIFY(json::splitArray("[ {\"a\":[1]} , 2,\"x\" ]", elements));
    QCOMPARE(elements.size(), 3U);
    QCOMPARE(elements[0], QByteArrayView("{\"a\":[1]}"));
    QVERIFY(!json::splitObject("[1]", members));
}

void JsonTextTest::stepsOverLongValues_data()
{
    QTest::addColumn<QByteArray>("part");
    QTest::newRow("lines") << QByteArray(R"({"id":"line_1","name":"Naan","n":[1,{}],"price":4.5})");
    QTest::newRow("short") << QByteArray("{}");
    QTest::newRow("nested") << QByteArray("[[[]],[{\"a\":[]}]]");
    QTest::newRow("brackets in text") << QByteArray(R"({"[":"}]}{","{{{":"[[[[[[["})");
    QTest::newRow("escapes") << QByteArray(R"({"q":"\"}\\","\\\"]":"\u007d"})");
    QTest::newRow("long text") << '"' + QByteArray(200, '}') + '"';
    QTest::newRow("numbers") << QByteArray("-1.25e10");
}

void JsonTextTest::stepsOverLongValues()
{
    QFETCH(const QByteArray, part);
    // Every length of list and text before it, so that each thing falls on each place of a block.
    for (int count = 1; count < 40; ++count) {
        QByteArray list("[");
        for (int i = 0; i < count; ++i)
            list += (i > 0 ? "," : "") + part;
        list += ']';
        for (int before = 0; before < 66; ++before) {
            const QByteArray text = "{\"first\":" + list + ",\"" + QByteArray(before, 'k')
                                    + "\":{\"in\":" + list + "},\"last\":true}";
            json::Members members;
            QVERIFY(json::splitObject(text, members));
            QCOMPARE(members.size(), 3U);
            QCOMPARE(members[0].value, QByteArrayView(list));
            QCOMPARE(members[1].value, QByteArrayView("{\"in\":" + list + '}'));
            QCOMPARE(members[2].value, QByteArrayView("true"));
        }
        std::vector<QByteArrayView> elements;
        QVERIFY(json::splitArray(list, elements));
        QCOMPARE(elements.size(), std::size_t(count));
        for (const QByteArrayView element : elements)
            QCOMPARE(element, QByteArrayView(part));
    }
}

void JsonTextTest::quotesAndUnquotes()
{
    const QByteArray text = "a\"b\\c\n\t\x01 \xe2\x82\xac";
    QCOMPARE(json::unquoted(json::quoted(text)), text);
    QCOMPARE(json::quoted("\x1f"), QByteArray("\"\\u001f\""));
    QCOMPARE(json::unquoted(R"("\ud83c\udf5b\u20ac\/")"),
             QByteArray("\xf0\x9f\x8d\x9b\xe2\x82\xac/"));
    QCOMPARE(json::unquoted("\"\""), QByteArray());
}

void JsonTextTest::escapesWhereverItMust()
{
    // Plain text is stepped over in blocks of sixteen and eight bytes.
    for (qsizetype size = 0; size <= 40; ++size) {
        const QByteArray plain = QByteArray(size, 'a');
        QCOMPARE(json::quoted(plain), '"' + plain + '"');
        for (qsizetype at = 0; at < size; ++at) {
            QByteArray text = plain;
            text[at] = '"';
            QCOMPARE(json::quoted(text), '"' + text.first(at) + "\\\"" + text.sliced(at + 1) + '"');
            text[at] = '\x1f';
            QCOMPARE(json::quoted(text),
                     '"' + text.first(at) + "\\u001f" + text.sliced(at + 1) + '"');
            text[at] = '\x7f'; // not a control character of JSON
            QCOMPARE(json::quoted(text), '"' + text + '"');
            text = text.first(at) + "\xe2\x82\xac" + text.sliced(at + 1);
            QCOMPARE(json::quoted(text), '"' + text + '"');
        }
    }
}

void JsonTextTest::writesOutOfPieces()
{
    // Whatever was expected: the text grows, and what was put stays.
    for (const qsizetype expected : {qsizetype(0), qsizetype(40), qsizetype(100000)}) {
        json::TextWriter out(expected);
        QByteArray whole;
        for (int i = 0; i < 500; ++i) {
            const QByteArray piece(i % 70, char('a' + i % 26));
            const QByteArray text = piece + (i % 3 == 0 ? "\"\\" : "\xc3\xa4");
            out.put(piece).put(',').quoted(text).number(i).put(QByteArrayView());
            whole += piece + ',' + json::quoted(text) + QByteArray::number(i);
            QCOMPARE(out.size(), whole.size());
        }
        out.number(std::numeric_limits<qint64>::min()).number(std::numeric_limits<quint64>::max());
        QCOMPARE(out.finish(), whole + "-922337203685477580818446744073709551615");
    }
}

void JsonTextTest::stepsOverWhatIsKnown()
{
    const QByteArray text = R"({"a":{"data":{"x":1}},"data":{"x":"}\"","y":[{}]} ,"b":"\u0041"})";
    json::Members all;
    QVERIFY(json::splitObject(text, all));
    for (const json::Member &inner : all) {
        json::Members members;
        QVERIFY(json::splitObject(
            text, members, inner.type == json::Type::Object ? inner.value : QByteArrayView()));
        QCOMPARE(members.size(), all.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            QCOMPARE(members[i].key, all[i].key);
            QCOMPARE(members[i].value, all[i].value);
            QCOMPARE(members[i].type, all[i].type);
        }
    }
    QCOMPARE(json::plainText(all.back()), QByteArray("A"));
    QVERIFY(json::splitObject(R"({"t":"12:00 â¬","e":""})", all));
    QCOMPARE(json::plainText(all[0]), QByteArray("12:00 â¬"));
    QCOMPARE(json::plainText(all[1]), QByteArray());
}

void JsonTextTest::splitsTextsOfAnyLength()
{
    // Keys and values that end in and between blocks of sixteen and eight bytes, at the end of the
    // text and far from it, with an escape at each place.
    for (const QByteArray &rest : {QByteArray(), ",\"z\":[\"" + QByteArray(40, 'z') + "\"]"}) {
        for (qsizetype size = 0; size <= 40; ++size) {
            for (qsizetype at = -1; at < size; ++at) {
                QByteArray word(size, 'a');
                if (at >= 0)
                    word.replace(at, 1, at % 2 == 0 ? "\\\"" : "\\\\");
                const QByteArray text = "{\"" + word + "\":\"" + word + '"' + rest + '}';
                json::Members members;
                QVERIFY(json::splitObject(text, members));
                QCOMPARE(members.size(), rest.isEmpty() ? 1U : 2U);
                QCOMPARE(members[0].key, word);
                QCOMPARE(members[0].keyHasEscapes, at >= 0);
                QCOMPARE(members[0].value, '"' + word + '"');
                QVERIFY(json::parseObject(text, members));
                QVERIFY(json::find(members, json::unquoted('"' + word + '"')));
                QVERIFY(!json::find(members, word + 'a'));
            }
        }
    }
}

void JsonTextTest::manyKeysAreCheckedForRepeats()
{
    QByteArray text = "{";
    for (int i = 0; i < 5000; ++i)
        text += "\"k" + QByteArray::number(i) + "\":1,";
    json::Members members;
    QVERIFY(json::parseObject(text + "\"last\":1}", members).has_value());
    QVERIFY(!json::parseObject(text + "\"k4321\":1}", members));
    QVERIFY(!json::parseObject(text + "\"last\":1}", members, {.depth = 64, .members = 100}));
}

QTEST_GUILESS_MAIN(JsonTextTest)
#include "tst_jsontext.moc"
