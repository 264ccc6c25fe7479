// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/v2device.h"

#include <QTest>

using namespace possync;
using test::TestHost;
using Device = test::V2Device;
using test::record;
using Restored = Result<core::DecisionPtr, classic::Refusal>;

namespace {

/// Of a change at so many seconds of the evening whose sender saw nothing.
QByteArray blindAt(const TestHost &host, int seconds)
{
    return R"("base_rev":0,"hlc":")" + QByteArray::number(host.now.wallMs - 60'000 + seconds * 1000)
           + R"(-0")";
}

std::vector<Restored> &restore(TestHost &host, const QByteArray &conflict,
                               std::vector<Restored> &answers)
{
    host.room.restore(
        conflict, "tok", [&answers](Restored restored) { answers.push_back(std::move(restored)); },
        host.now);
    if (host.storesAtOnce)
        host.store();
    return answers;
}

Restored restored(TestHost &host, const QByteArray &conflict)
{
    std::vector<Restored> answers;
    restore(host, conflict, answers);
    return answers.size() == 1 ? answers.front()
                               : Restored(Unexpected{classic::Refusal{"no answer", {}, {}}});
}

QByteArray codeOf(const Restored &restored)
{
    return restored ? QByteArray("restored") : restored.error().code;
}

} // namespace

/// docs/protocol.md, "Restoring what lost".
class RoomRestoreTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void valueThatGaveWayWins();
    void valueThatWasReplacedComesBack();
    void orderLinesComeBack();
    void namesMayHoldAnything_data();
    void namesMayHoldAnything();
    void linesOfAnyNameComeBack();
    void refusedTableIsGiven();
    void rulesStillForbid();
    void unknownConflictsAreNamed();
    void aUsedNameIsNotUsedAgain();
    void twiceIsOnce();
    void survivesARestart();
    void failedCommitRestoresNothing();
};

void RoomRestoreTest::valueThatGaveWayWins()
{
    TestHost host;
    Device a(host, 1, "a"), b(host, 2, "b");
    host.connect(3, "old");
    a.connect();
    b.connect();
    a.order("o1", R"("note":"extra hot")", blindAt(host, 9));
    const auto lost = b.order("o1", R"("note":"no onions","guests":2)", blindAt(host, 5));
    QCOMPARE(lost.outcome, v2::Outcome::Merged);
    host.got[3].clear();
    const Restored done = restored(host, lost.changeId);
    QCOMPARE(codeOf(done), QByteArray("restored"));
    QCOMPARE((*done)->restored.by, QByteArray("tok"));
    QCOMPARE((*done)->restored.seq, host.room.head());
    QCOMPARE((*done)->restored.atMs, host.now.wallMs);
    QCOMPARE(record(host, DataType::Orders, "o1"),
             QByteArray(R"({"id":"o1","note":"no onions","guests":2})"));
    a.pump();
    b.pump();
    QCOMPARE(a.replica.text(DataType::Orders, "o1"), record(host, DataType::Orders, "o1"));
    QCOMPARE(a.replica.records(), b.replica.records());
    QVERIFY(host.got[3].join().contains("no onions"));
}

void RoomRestoreTest::valueThatWasReplacedComesBack()
{
    TestHost host;
    Device a(host, 1, "a"), b(host, 2, "b");
    a.connect();
    b.connect();
    a.order("o1", R"("note":"no onions")", blindAt(host, 5));
    const auto won = b.order("o1", R"("note":"extra hot")", blindAt(host, 9));
    QCOMPARE(won.outcome, v2::Outcome::Applied);
    QCOMPARE(codeOf(restored(host, won.changeId)), QByteArray("restored"));
    QCOMPARE(record(host, DataType::Orders, "o1"), QByteArray(R"({"id":"o1","note":"no onions"})"));
}

void RoomRestoreTest::orderLinesComeBack()
{
    TestHost host;
    Device a(host, 1, "a"), b(host, 2, "b");
    a.connect();
    b.connect();
    a.order("o1", R"("items":[{"id":"l1","note":"x"}])", R"("base_rev":0)");
    const auto set = [&](Device &device, const char *note, int at) {
        device.order("o1", "",
                     R"("ops":[{"op":"line_set","id":"l1","fields":{"note":")" + QByteArray(note)
                         + R"("}}],)" + blindAt(host, at).replace("base_rev\":0", "base_rev\":1"));
        return device.results.back();
    };
    set(a, "mild", 59);
    const auto lost = set(b, "hot", 50);
    QCOMPARE(lost.kept.size(), 1u);
    QCOMPARE(codeOf(restored(host, lost.changeId)), QByteArray("restored"));
    QCOMPARE(record(host, DataType::Orders, "o1"),
             QByteArray(R"({"id":"o1","items":[{"id":"l1","note":"hot"}]})"));
}

void RoomRestoreTest::namesMayHoldAnything_data()
{
    QTest::addColumn<QByteArray>("line"); // empty: the field is the order's own
    QTest::addColumn<QByteArray>("field");
    QTest::newRow("slash in a field of a line") << QByteArray("l1") << QByteArray("extra/hot");
    QTest::newRow("slash in the id of a line") << QByteArray("pizza/1") << QByteArray("note");
    QTest::newRow("both, and tildes") << QByteArray("a/b~1") << QByteArray("~0c/d~");
    QTest::newRow("field without a name") << QByteArray("l1") << QByteArray("");
    QTest::newRow("field of the order like a line's")
        << QByteArray("") << QByteArray("items/l1/note");
    QTest::newRow("field of the order like a line") << QByteArray("") << QByteArray("items/l1");
    QTest::newRow("field of the order with tildes") << QByteArray("") << QByteArray("a~1b~0/c");
}

void RoomRestoreTest::namesMayHoldAnything()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, field);
    TestHost host;
    Device a(host, 1, "a"), b(host, 2, "b");
    a.connect();
    b.connect();
    const QByteArray name = '"' + field + "\":";
    const QByteArray id = line.isEmpty() ? QByteArray("l1") : line;
    const QByteArray items = R"("items":[{"id":")" + id + R"(","quantity":1)";
    a.order("o1", items + "}]", R"("base_rev":0)");
    const auto set = [&](Device &device, const QByteArray &value, int at) {
        const QByteArray since = blindAt(host, at).replace("base_rev\":0", "base_rev\":1");
        if (line.isEmpty())
            device.order("o1", name + value, since);
        else
            device.order("o1", "", R"("ops":[{"op":"line_set","id":")" + line + R"(","fields":{)"
                                       + name + value + "}}]," + since);
        return device.results.back();
    };
    set(a, "1", 59);
    const auto lost = set(b, "2", 50);
    QCOMPARE(lost.kept.size(), 1u);
    QCOMPARE(codeOf(restored(host, lost.changeId)), QByteArray("restored"));
    QCOMPARE(record(host, DataType::Orders, "o1"),
             line.isEmpty() ? R"({"id":"o1",)" + items + "}]," + name + "2}"
                            : R"({"id":"o1",)" + items + ',' + name + "2}]}");
}

void RoomRestoreTest::linesOfAnyNameComeBack()
{
    TestHost host;
    Device a(host, 1, "a"), b(host, 2, "b");
    a.connect();
    b.connect();
    const QByteArray pizza = R"({"id":"pizza/1~","quantity":2})";
    a.order("o1", R"("items":[{"id":"l1"},)" + pizza + ']', R"("base_rev":0)");
    a.order("o1", R"("items":[{"id":"l1"}])", R"("base_rev":1)");
    // b had not seen that the pizza was taken out.
    const auto lost = b.order("o1", R"("items":[{"id":"l1"},)" + pizza + ']', R"("base_rev":1)");
    QCOMPARE(lost.kept.size(), 1u);
    QCOMPARE(lost.kept[0].field, QByteArray("items/pizza~11~0"));
    QCOMPARE(codeOf(restored(host, lost.changeId)), QByteArray("restored"));
    QCOMPARE(record(host, DataType::Orders, "o1"),
             R"({"id":"o1","items":[{"id":"l1"},)" + pizza + "]}");
}

void RoomRestoreTest::refusedTableIsGiven()
{
    TestHost host;
    Device a(host, 1, "a"), b(host, 2, "b");
    a.connect();
    b.connect();
    const auto occupy = [](Device &device, const char *guests) {
        device.push({device.changeText("tables", "occupied", "t4",
                                       QByteArray(R"("guests":)") + guests, R"("base_rev":0)")});
        return device.results.back();
    };
    occupy(a, "2");
    const auto lost = occupy(b, "5");
    QCOMPARE(lost.code, QByteArray("table_taken"));
    QCOMPARE(codeOf(restored(host, lost.changeId)), QByteArray("restored"));
    QCOMPARE(record(host, DataType::Tables, "t4"),
             QByteArray(R"({"id":"t4","guests":5,"status":"occupied"})"));
}

void RoomRestoreTest::rulesStillForbid()
{
    TestHost host;
    Device a(host, 1, "a"), b(host, 2, "b");
    a.connect();
    b.connect();
    a.order("o1", R"("note":"extra hot","status":"completed")", blindAt(host, 9));
    const auto note = b.order("o1", R"("note":"no onions")", blindAt(host, 5));
    const auto status = b.order("o1", R"("status":"preparing")", blindAt(host, 6));
    const Restored back = restored(host, status.changeId);
    QCOMPARE(codeOf(back), QByteArray("value_stays"));
    QVERIFY2(back.error().message.contains("completed"), back.error().message);
    a.push({a.changeText("orders", "deleted", "o1", "")});
    const quint64 head = host.room.head();
    QCOMPARE(codeOf(restored(host, note.changeId)), QByteArray("deleted"));
    const auto late = b.order("o1", R"("note":"again")");
    QCOMPARE(late.code, QByteArray("deleted"));
    QCOMPARE(codeOf(restored(host, late.changeId)), QByteArray("deleted"));

    a.order("o2", R"("payment_status":"paid","payment_method":"card")");
    const auto paid =
        b.order("o2", R"("payment_status":"paid","payment_method":"cash")", R"("base_rev":0)");
    QCOMPARE(paid.code, QByteArray("already_paid"));
    QCOMPARE(codeOf(restored(host, paid.changeId)), QByteArray("already_paid"));
    QCOMPARE(host.room.head(), head + 1);
    QCOMPARE(host.room.decisions().find(paid.changeId)->restored.atMs, 0);
}

void RoomRestoreTest::unknownConflictsAreNamed()
{
    TestHost host;
    Device a(host, 1, "a");
    a.connect();
    const auto plain = a.order("o1", R"("note":"x")");
    for (const QByteArray &id : {plain.changeId, QByteArray("no such")}) {
        const Restored done = restored(host, id);
        QCOMPARE(codeOf(done), QByteArray("unknown_conflict"));
        QVERIFY(done.error().message.contains(id));
    }
}

void RoomRestoreTest::aUsedNameIsNotUsedAgain()
{
    TestHost host;
    Device a(host, 1, "a"), b(host, 2, "b");
    a.connect();
    b.connect();
    a.order("o1", R"("note":"extra hot")", blindAt(host, 9));
    const auto lost = b.order("o1", R"("note":"no onions")", blindAt(host, 5));
    host.connect(3, "old");
    host.connect(4, "d1");
    host.send(4, test::twin("o9", "\"n\":1", "restore:" + lost.changeId));
    QCOMPARE(codeOf(restored(host, lost.changeId)), QByteArray("restored"));
    QVERIFY(record(host, DataType::Orders, "o1").contains("no onions"));
    QSet<QByteArray> ids; // the app skips what comes under an id that it knows
    for (const QByteArray &text : host.got[3])
        ids.insert(text.mid(text.indexOf("\"change_id\"")));
    QCOMPARE(ids.size(), 2);
    QCOMPARE(host.got[3].size(), 3); // d1's comes in both forms
}

void RoomRestoreTest::twiceIsOnce()
{
    TestHost host;
    Device a(host, 1, "a"), b(host, 2, "b");
    a.connect();
    b.connect();
    a.order("o1", R"("note":"extra hot")", blindAt(host, 9));
    const auto lost = b.order("o1", R"("note":"no onions")", blindAt(host, 5));
    // The second comes while the first is on its way to the store.
    host.storesAtOnce = false;
    std::vector<Restored> answers;
    restore(host, lost.changeId, answers);
    restore(host, lost.changeId, answers);
    QVERIFY(answers.empty());
    host.store();
    QCOMPARE(answers.size(), 2u);
    const quint64 head = host.room.head();
    a.order("o1", R"("note":"final")", R"("base_rev":99)");
    host.store();
    host.now.wallMs += 5000;
    restore(host, lost.changeId, answers);
    QCOMPARE(answers.size(), 3u);
    for (const Restored &answer : answers) {
        QCOMPARE(codeOf(answer), QByteArray("restored"));
        QCOMPARE((*answer)->restored.seq, head);
        QCOMPARE((*answer)->restored.atMs, host.now.wallMs - 5000);
    }
    QCOMPARE(record(host, DataType::Orders, "o1"), QByteArray(R"({"id":"o1","note":"final"})"));
}

void RoomRestoreTest::survivesARestart()
{
    TestHost host;
    Device a(host, 1, "a"), b(host, 2, "b");
    a.connect();
    b.connect();
    a.order("o1", R"("note":"extra hot")", blindAt(host, 9));
    const auto lost = b.order("o1", R"("note":"no onions")", blindAt(host, 5));
    QCOMPARE(codeOf(restored(host, lost.changeId)), QByteArray("restored"));
    TestHost replayed(host.image());
    core::RestaurantImage saved = host.image();
    saved.tail.clear();
    saved.state = host.room.takeState();
    TestHost loaded(saved);
    for (TestHost *again : {&replayed, &loaded}) {
        const core::Decision *conflict = again->room.decisions().find(lost.changeId);
        QVERIFY(conflict);
        QCOMPARE(conflict->restored.by, QByteArray("tok"));
        QCOMPARE(conflict->restored.seq, host.room.head());
        QCOMPARE(record(*again, DataType::Orders, "o1"), record(host, DataType::Orders, "o1"));
        QCOMPARE(codeOf(restored(*again, lost.changeId)), QByteArray("restored"));
        QCOMPARE(again->room.head(), host.room.head());
    }
}

void RoomRestoreTest::failedCommitRestoresNothing()
{
    TestHost host;
    Device a(host, 1, "a"), b(host, 2, "b");
    a.connect();
    b.connect();
    a.order("o1", R"("note":"extra hot")", blindAt(host, 9));
    const auto lost = b.order("o1", R"("note":"no onions")", blindAt(host, 5));
    const QByteArray before = record(host, DataType::Orders, "o1");
    host.storesAtOnce = false;
    std::vector<Restored> answers;
    restore(host, lost.changeId, answers);
    host.fail();
    QCOMPARE(answers.size(), 1u);
    QCOMPARE(codeOf(answers.front()), QByteArray("storage_unavailable"));
    QCOMPARE(record(host, DataType::Orders, "o1"), before);
    QCOMPARE(host.room.decisions().find(lost.changeId)->restored.atMs, 0);
    host.storesAtOnce = true;
    QCOMPARE(codeOf(restored(host, lost.changeId)), QByteArray("restored"));
}

QTEST_GUILESS_MAIN(RoomRestoreTest)
#include "tst_roomrestore.moc"
