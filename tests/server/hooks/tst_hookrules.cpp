// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/jsontext.h"
#include "server/hooks/delivery.h"
#include "server/hooks/hookevent.h"
#include "server/hooks/hookstore.h"

#include <QTest>

using namespace possync;
using namespace possync::hooks;
using namespace Qt::StringLiterals;

/// What webhooks tell, where to, signed how, and when again; docs/protocol.md, "Webhooks".
class HookRulesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void eventsHaveNames();
    void linesAreCrossedOnce_data();
    void linesAreCrossedOnce();
    void eventsHoldWhatHappened();
    void theSameHasTheSameId();
    void signatureIsAsDocumented();
    void pausesGrow();
    void privateAddresses_data();
    void privateAddresses();
    void targetsAreJudged_data();
    void targetsAreJudged();
    void onePrivateAddressIsEnough();
    void formerSecretsSignBeforeTheirEnd();
};

void HookRulesTest::eventsHaveNames()
{
    for (const EventKind kind : subscribable)
        QCOMPARE(eventFromName(eventName(kind)), std::optional(kind));
    QVERIFY(!eventFromName("test"));
    QVERIFY(!eventFromName(""));
}

void HookRulesTest::linesAreCrossedOnce_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<QByteArray>("events");
    const auto row = [](const char *name, DataType type, const char *before, const char *after,
                        const char *events) {
        QTest::newRow(name) << static_cast<int>(type) << QByteArray(before) << QByteArray(after)
                            << QByteArray(events);
    };
    using enum DataType;
    row("new order", Orders, "", R"({"id":"o1"})", "order.created");
    row("new and paid", Orders, "", R"({"payment_status":"paid"})", "order.created order.paid");
    row("changed order", Orders, R"({"n":1})", R"({"n":2})", "");
    row("completed", Orders, R"({"status":"served"})", R"({"status":"completed"})",
        "order.completed");
    row("still completed", Orders, R"({"status":"completed"})",
        R"({"status":"completed","note":"x"})", "");
    row("paid by status", Orders, R"({"status":"completed"})", R"({"status":"paid"})",
        "order.paid");
    row("paid, told twice", Orders, R"({"payment_status":"paid"})",
        R"({"status":"paid","payment_status":"paid"})", "");
    const char *full = R"({"current_stock":6,"min_stock":5})";
    const char *low = R"({"current_stock":5.00,"min_stock":5})";
    row("stock low", Inventory, full, low, "stock.low");
    row("stock lower", Inventory, low, R"({"current_stock":-1,"min_stock":5})", "");
    row("stock recovers", Inventory, low, full, "");
    row("minimum raised", Inventory, R"({"current_stock":6,"min_stock":5})",
        R"({"current_stock":6,"min_stock":8})", "stock.low");
    row("no minimum", Inventory, R"({"current_stock":6})", R"({"current_stock":0})", "");
    row("new and low", Inventory, "", low, "stock.low");
    row("a table", Tables, "", R"({"status":"paid"})", "");
}

void HookRulesTest::linesAreCrossedOnce()
{
    QFETCH(int, type);
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QFETCH(QByteArray, events);
    core::StoredChange change;
    change.seq = 7;
    core::Entity entity;
    entity.dataType = static_cast<DataType>(type);
    entity.id = "x";
    entity.record = after;
    QByteArrayList names;
    for (const Event &event : eventsOf("r", "epoch", change, before, entity))
        names.append(eventName(event.kind));
    QCOMPARE(names.join(' '), events);
    entity.deleted = true;
    QVERIFY(eventsOf("r", "epoch", change, before, entity).empty());
}

void HookRulesTest::eventsHoldWhatHappened()
{
    core::StoredChange change;
    change.seq = 7;
    change.receivedAtMs = 1'700'000'000'000;
    change.originDevice = "till \"1\"";
    change.change.changeId = "c1";
    core::Entity entity;
    entity.id = "o1";
    entity.record = R"({"id":"o1","total":25.50})";
    const Event event = eventsOf("r", "e", change, {}, entity).front();
    json::Members members;
    QVERIFY(json::parseObject(event.body, members));
    const auto value = [&](const char *key) {
        return json::find(members, key)->value.toByteArray();
    };
    QCOMPARE(json::unquoted(value("id")), event.id);
    QCOMPARE(value("event"), QByteArray("\"order.created\""));
    QCOMPARE(value("at"), QByteArray("\"2023-11-14T22:13:20.000Z\""));
    QCOMPARE(json::unquoted(value("device_id")), change.originDevice);
    QCOMPARE(value("seq"), QByteArray("7"));
    QCOMPARE(value("user_id"), QByteArray("null"));
    QCOMPARE(value("data"), entity.record);
    QVERIFY(json::parseObject(deviceLost("r", "d", 1, 2).body, members));
    QVERIFY(json::parseObject(testEvent("r", "evt_1", 2).body, members));
}

void HookRulesTest::theSameHasTheSameId()
{
    core::StoredChange change;
    change.seq = 7;
    core::Entity entity;
    entity.id = "o1";
    entity.record = "{}";
    const auto id = [&](const QByteArray &restaurant, const QByteArray &epoch) {
        return eventsOf(restaurant, epoch, change, {}, entity).front().id;
    };
    QCOMPARE(id("r", "e"), id("r", "e"));
    QVERIFY(id("r", "e") != id("re", ""));
    QVERIFY(id("r", "e") != id("r", "f"));
    const QByteArray before = id("r", "e");
    change.seq = 8;
    QVERIFY(id("r", "e") != before);
}

void HookRulesTest::signatureIsAsDocumented()
{
    // By: printf '1700000000.evt_1.{"a":1}' | openssl dgst -sha256 -hmac whsec_abc
    QCOMPARE(signature("whsec_abc", 1'700'000'000, "evt_1", R"({"a":1})"),
             QByteArray("v1=45e02a606a3852e368a916fcaf1523b5d176fcb97db00be1c8eef7e9fe3ede23"));
}

void HookRulesTest::pausesGrow()
{
    using std::chrono::seconds;
    QCOMPARE(pauseAfter(1, seconds(5)), seconds(5));
    QCOMPARE(pauseAfter(2, seconds(5)), seconds(25));
    QCOMPARE(pauseAfter(3, seconds(5)), seconds(125));
    QCOMPARE(pauseAfter(9, seconds(5)), seconds(6 * 3600));
    QCOMPARE(pauseAfter(1'000'000, seconds(5)), seconds(6 * 3600));
}

void HookRulesTest::privateAddresses_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<bool>("isPublic");
    for (const char *address : {"0.0.0.0",
                                "10.1.2.3",
                                "100.64.0.1",
                                "127.0.0.1",
                                "127.255.0.1",
                                "169.254.169.254",
                                "172.16.0.1",
                                "172.31.255.255",
                                "192.0.0.1",
                                "192.0.2.1",
                                "192.88.99.1",
                                "192.168.1.1",
                                "198.18.0.1",
                                "198.19.255.255",
                                "198.51.100.1",
                                "203.0.113.1",
                                "224.0.0.1",
                                "240.0.0.1",
                                "255.255.255.255",
                                "::",
                                "::1",
                                "::ffff:10.0.0.1",
                                "::ffff:127.0.0.1",
                                "::10.0.0.1",
                                "64:ff9b::a00:1",
                                "fe80::1",
                                "fc00::1",
                                "fd12:3456::1",
                                "ff02::1",
                                "2001::1",
                                "2001:db8::1",
                                "2002:0a00:0001::1",
                                "3fff::1",
                                "100::1"})
        QTest::newRow(address) << QString::fromLatin1(address) << false;
    for (const char *address :
         {"8.8.8.8", "1.1.1.1", "100.128.0.1", "172.32.0.1", "192.169.0.1", "223.255.255.255",
          "::ffff:8.8.8.8", "2606:4700:4700::1111", "2a01:4f8::1"})
        QTest::newRow(address) << QString::fromLatin1(address) << true;
}

void HookRulesTest::privateAddresses()
{
    QFETCH(QString, address);
    QFETCH(bool, isPublic);
    const QHostAddress parsed(address);
    QVERIFY(!parsed.isNull());
    QCOMPARE(isPublicAddress(parsed), isPublic);
}

void HookRulesTest::targetsAreJudged_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("problem"); // part of it; empty: none
    const auto row = [](const char *url, const char *problem) {
        QTest::newRow(url) << QString::fromLatin1(url) << QString::fromLatin1(problem);
    };
    row("https://example.com/hook?key=1", "");
    row("http://example.com:8080", "");
    row("https://8.8.8.8/", "");
    row("http://10.0.0.9:9000/x", "");
    row("http://LocalHost:9000/x", "");
    row("ftp://example.com/", "begin with");
    row("file:///etc/passwd", "no address");
    row("example.com", "no address");
    row("", "no address");
    row("https://", "no address");
    row("https://user@example.com/", "name or password");
    row("https://u:p@example.com/", "name or password");
    row("https://example.com/#x", "fragment");
    row("https://example.com:22/", "ports");
    row("http://example.com:6379/", "ports");
    row("http://127.0.0.1/", "internet");
    row("http://127.1/", "internet");
    row("http://0x7f.1/", "internet");
    row("http://2130706433/", "internet");
    row("http://[::1]/", "internet");
    row("http://[::ffff:10.0.0.1]/", "internet");
    row("http://169.254.169.254/latest/meta-data", "internet");
    row("http://10.0.0.9/x", "internet");
}

void HookRulesTest::targetsAreJudged()
{
    QFETCH(QString, url);
    QFETCH(QString, problem);
    const auto target = targetFrom(url, {u"10.0.0.9:9000"_s, u"localhost:9000"_s});
    QCOMPARE(target.has_value(), problem.isEmpty());
    if (!target)
        QVERIFY2(target.error().contains(problem), qPrintable(target.error()));
}

void HookRulesTest::onePrivateAddressIsEnough()
{
    const QUrl target(u"https://example.com/"_s);
    const QHostAddress good(u"8.8.8.8"_s);
    const QHostAddress bad(u"::ffff:192.168.0.1"_s);
    QCOMPARE(addressFor(target, {good}, {}).value(), good);
    QVERIFY(addressFor(target, {good, bad}, {}).error().contains(u"192.168.0.1"));
    QVERIFY(!addressFor(target, {}, {}));
    QCOMPARE(addressFor(target, {bad}, {u"example.com:443"_s}).value(), bad);
    QVERIFY(!addressFor(target, {bad}, {u"example.com:80"_s}));
}

void HookRulesTest::formerSecretsSignBeforeTheirEnd()
{
    Hook hook;
    hook.secret = "new";
    hook.former = {{"oldest", 300}, {"older", 100}};
    QCOMPARE(hook.secretsAt(99), QByteArrayList({"new", "older", "oldest"}));
    QCOMPARE(hook.secretsAt(100), QByteArrayList({"new", "oldest"}));
    QCOMPARE(hook.secretsAt(300), QByteArrayList({"new"}));
    QCOMPARE(signatures({"new", "oldest"}, 1, "id", "body"),
             signature("new", 1, "id", "body") + ',' + signature("oldest", 1, "id", "body"));
}

QTEST_GUILESS_MAIN(HookRulesTest)
#include "tst_hookrules.moc"
