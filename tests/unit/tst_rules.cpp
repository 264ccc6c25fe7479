// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sync/decimal.h"
#include "common/sync/hybridclock.h"
#include "common/sync/rules.h"

#include <QTest>

#include <random>

using namespace possync;
using sync::RecordState;
using sync::Resolution;

namespace {

/// A change as a device makes it.
struct Made {
    QByteArray device;
    qint64 atMs = 0;
    QByteArray data = "{}";
    std::optional<quint32> baseRev = {};
    Action action = Action::Updated;
    DataType type = DataType::Orders;
    std::vector<v2::Operation> operations = {};
    bool isClassic = false;
};

v2::Operation add(const QByteArray &field, const QByteArray &by)
{
    return {v2::Operation::Kind::Add, field, by};
}

/// Decides and applies, as the server does.
Resolution take(RecordState &state, const Made &made)
{
    sync::Proposal proposal;
    proposal.dataType = made.type;
    proposal.action = made.action;
    proposal.entityId = "x";
    proposal.data = made.data;
    proposal.operations = made.operations;
    proposal.baseRev = made.baseRev;
    proposal.time = HybridTime(made.atMs, 0);
    proposal.device = made.device;
    proposal.isClassic = made.isClassic;
    const Resolution resolution = sync::resolve(state, proposal);
    const sync::Stamp stamp{proposal.time, state.rev + 1, made.device};
    switch (resolution.verdict) {
    case sync::Verdict::Nothing:
        break;
    case sync::Verdict::Remove:
        sync::applyRemoval(state, stamp);
        break;
    case sync::Verdict::Patch:
        sync::applyPatch(state, made.type, Action::Updated, "x", resolution.patch, stamp);
        break;
    case sync::Verdict::AsSent:
        sync::applyPatch(state, made.type, made.action, "x", made.data, stamp);
        break;
    }
    return resolution;
}

QByteArray afterAll(const std::vector<Made> &changes)
{
    RecordState state;
    for (const Made &made : changes)
        take(state, made);
    return state.deleted ? QByteArray("deleted") : state.record;
}

/// Members sorted by key, because their place tells who came first.
QByteArray sorted(const QByteArray &record)
{
    json::Members members;
    if (!json::splitObject(record, members))
        return record;
    std::vector<QByteArray> texts;
    for (const json::Member &member : members) {
        std::vector<QByteArrayView> lines;
        QByteArray value = member.value.toByteArray();
        if (json::splitArray(member.value, lines)) {
            std::vector<QByteArray> each;
            for (const QByteArrayView line : lines)
                each.push_back(sorted(line.toByteArray()));
            std::ranges::sort(each);
            value = '[' + QByteArrayList(each.begin(), each.end()).join(',') + ']';
        }
        texts.push_back(member.key.toByteArray() + '=' + value);
    }
    std::ranges::sort(texts);
    return QByteArrayList(texts.begin(), texts.end()).join(' ');
}

} // namespace

class RulesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void concurrentEdits_data();
    void concurrentEdits();
    void orderOfArrivalDoesNotMatter_data();
    void orderOfArrivalDoesNotMatter();
    void whatWasSeenIsReplaced();
    void replacedValueIsRecorded();
    void secondPaymentIsRefusedWithTheProof();
    void ownPaymentMayBeCompleted();
    void secondClaimantIsToldByWhom();
    void whoSawTheTableTakenMayChangeIt();
    void stockDeltasAddUp();
    void badNumberIsRefused();
    void sentLineIsVoidedNotRemoved();
    void wholeArrayRemovesOnlyWhatWasSeen();
    void removedLineDoesNotComeBack();
    void operationsOnUnknownLines();
    void classicKeepsStatusPaymentAndDeletion();
    void classicFieldsReplace();
    void decimals_data();
    void decimals();
    void hybridClockNeverGoesBack();
};

void RulesTest::concurrentEdits_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<qint64>("firstMs");
    QTest::addColumn<QByteArray>("second");
    QTest::addColumn<qint64>("secondMs");
    QTest::addColumn<QByteArray>("result");
    QTest::addColumn<v2::Outcome>("outcome");
    using enum v2::Outcome;
    const auto row = [](const char *name, const char *first, qint64 firstMs, const char *second,
                        qint64 secondMs, const char *result, v2::Outcome outcome) {
        QTest::newRow(name) << QByteArray(first) << firstMs << QByteArray(second) << secondMs
                            << QByteArray(result) << outcome;
    };
    row("different fields", R"({"a":1})", 10, R"({"b":2})", 5, R"({"id":"x","a":1,"b":2})",
        Applied);
    row("same field, later wins", R"({"a":1})", 10, R"({"a":2})", 20, R"({"id":"x","a":2})",
        Applied);
    row("same field, earlier loses", R"({"a":1})", 20, R"({"a":2})", 10, R"({"id":"x","a":1})",
        Merged);
    row("earlier loses one field of two", R"({"a":1})", 20, R"({"a":2,"b":2})", 10,
        R"({"id":"x","a":1,"b":2})", Merged);
    row("same value is no conflict", R"({"a":1.50})", 20, R"({"a":1.50})", 10,
        R"({"id":"x","a":1.50})", Applied);
    row("tie goes to the larger device", R"({"a":1})", 10, R"({"a":2})", 10, R"({"id":"x","a":2})",
        Applied);
    row("status goes on, whatever the clock", R"({"status":"preparing"})", 20,
        R"({"status":"ready"})", 10, R"({"id":"x","status":"ready"})", Applied);
    row("late status does not go back", R"({"status":"completed"})", 10,
        R"({"status":"preparing"})", 20, R"({"id":"x","status":"completed"})", Merged);
    row("nothing leads out of paid", R"({"status":"paid"})", 10, R"({"status":"on hold"})", 20,
        R"({"id":"x","status":"paid"})", Merged);
    row("other words of status are fields", R"({"status":"on hold"})", 10,
        R"({"status":"waiting"})", 20, R"({"id":"x","status":"waiting"})", Applied);
    row("refund after payment", R"({"payment_status":"paid"})", 10,
        R"({"payment_status":"refunded"})", 5, R"({"id":"x","payment_status":"refunded"})",
        Applied);
    row("payment does not become pending", R"({"payment_status":"paid"})", 10,
        R"({"payment_status":"pending"})", 20, R"({"id":"x","payment_status":"paid"})", Merged);
}

void RulesTest::concurrentEdits()
{
    QFETCH(QByteArray, first);
    QFETCH(qint64, firstMs);
    QFETCH(QByteArray, second);
    QFETCH(qint64, secondMs);
    QFETCH(QByteArray, result);
    QFETCH(v2::Outcome, outcome);
    RecordState state;
    QCOMPARE(take(state, {"a", firstMs, first, 0}).outcome, v2::Outcome::Applied);
    const Resolution resolution = take(state, {"b", secondMs, second, 0});
    QCOMPARE(state.record, result);
    QCOMPARE(resolution.outcome, outcome);
    QCOMPARE(resolution.kept.empty(), outcome == v2::Outcome::Applied);
    QCOMPARE(resolution.reason.isEmpty(), outcome == v2::Outcome::Applied);
}

void RulesTest::orderOfArrivalDoesNotMatter_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 0; seed < 300; ++seed)
        QTest::addRow("%d", seed) << seed;
}

void RulesTest::orderOfArrivalDoesNotMatter()
{
    // What up to four devices did offline, each one change, arrives in every order.
    QFETCH(int, seed);
    std::mt19937 random(static_cast<quint32>(seed));
    const auto pick = [&](quint32 below) { return random() % below; };
    std::vector<Made> changes;
    const std::array<QByteArray, 5> statuses{"pending", "preparing", "served", "completed",
                                             "cancelled"};
    for (quint32 i = 0, count = static_cast<quint32>(2 + pick(3)); i < count; ++i) {
        Made made;
        made.device = QByteArray(1, static_cast<char>('a' + i));
        made.atMs = 1000 + pick(4);
        made.baseRev = 0;
        QByteArrayList fields;
        if (pick(2) == 0)
            fields.append("\"note\":" + QByteArray::number(pick(9)));
        if (pick(2) == 0)
            fields.append("\"status\":\"" + statuses[pick(5)] + '"');
        made.data = '{' + fields.join(',') + '}';
        if (pick(2) == 0)
            made.operations.push_back(
                {v2::Operation::Kind::LineAdd, made.device, "{\"id\":\"" + made.device + "\"}"});
        if (pick(3) == 0)
            made.operations.push_back(add("points", QByteArray::number(pick(100)) + ".5"));
        if (pick(9) == 0) {
            made.data = "{}";
            made.operations.clear();
            made.action = Action::Deleted;
        }
        changes.push_back(made);
    }
    std::vector<std::size_t> order(changes.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::optional<QByteArray> expected;
    do {
        // One that made the record, which all had seen.
        std::vector<Made> arriving{{"z", 1, R"({"status":"pending"})", 0, Action::Created}};
        for (const std::size_t i : order) {
            arriving.push_back(changes[i]);
            arriving.back().baseRev = 1;
        }
        const QByteArray result = sorted(afterAll(arriving));
        if (!expected)
            expected = result;
        QCOMPARE(result, *expected);
    } while (std::ranges::next_permutation(order).found);
}

void RulesTest::whatWasSeenIsReplaced()
{
    RecordState state;
    take(state, {"a", 5000, R"({"note":"x"})", 0});
    // The clock of b lags, but it saw what it replaces.
    const Resolution resolution = take(state, {"b", 10, R"({"note":"y"})", 1});
    QCOMPARE(resolution.outcome, v2::Outcome::Applied);
    QCOMPARE(state.record, QByteArray(R"({"id":"x","note":"y"})"));
    QVERIFY(resolution.replaced.empty());
    // And who saw neither does not win with a clock between the two.
    QCOMPARE(take(state, {"c", 100, R"({"note":"z"})", 0}).outcome, v2::Outcome::Merged);
}

void RulesTest::replacedValueIsRecorded()
{
    RecordState state;
    take(state, {"a", 10, R"({"note":"x"})", 0});
    const Resolution resolution = take(state, {"b", 20, R"({"note":"y"})", 0});
    QCOMPARE(resolution.outcome, v2::Outcome::Applied);
    QCOMPARE(resolution.replaced.size(), 1u);
    const v2::KeptField &replaced = resolution.replaced.front();
    QCOMPARE(replaced.field, QByteArray("note"));
    QCOMPARE(replaced.kept, QByteArray("\"y\""));
    QCOMPARE(replaced.lost, QByteArray("\"x\""));
    QCOMPARE(replaced.keptBy, QByteArray("b"));
    QCOMPARE(replaced.lostBy, QByteArray("a"));
    QCOMPARE(replaced.lostAtMs, 10);
}

void RulesTest::secondPaymentIsRefusedWithTheProof()
{
    RecordState state;
    take(state, {"till-1", 10,
                 R"({"payment_status":"paid","payment_method":"card","transaction_id":"t-1"})", 0});
    const Resolution second =
        take(state, {"till-2", 20, R"({"payment_status":"paid","payment_method":"cash"})", 0});
    QCOMPARE(second.outcome, v2::Outcome::Rejected);
    QCOMPARE(second.code, QByteArray("already_paid"));
    QCOMPARE(
        second.proof,
        QByteArray(
            R"({"payment_method":"card","transaction_id":"t-1","paid_by":"till-1","paid_at_ms":10})"));
    QVERIFY(second.reason.contains("till-1"));
    // Nor if it had seen the payment, or says nothing but that it is paid.
    QCOMPARE(
        take(state, {"till-2", 30, R"({"payment_status":"paid","payment_method":"cash"})", 1}).code,
        QByteArray("already_paid"));
    QCOMPARE(take(state, {"till-2", 30, R"({"payment_status":"paid"})", 0}).code,
             QByteArray("already_paid"));
    QCOMPARE(state.rev, 1u);
}

void RulesTest::ownPaymentMayBeCompleted()
{
    RecordState state;
    take(state, {"till-1", 10, R"({"payment_status":"paid"})", 0});
    QCOMPARE(
        take(state, {"till-1", 20, R"({"payment_status":"paid","receipt_number":"7"})", 1}).outcome,
        v2::Outcome::Applied);
    // Another that saw the payment and only repeats it.
    QCOMPARE(take(state, {"b", 30, R"({"payment_status":"paid","note":"x"})", 2}).outcome,
             v2::Outcome::Applied);
}

void RulesTest::secondClaimantIsToldByWhom()
{
    RecordState state;
    const Made first{"tablet-1", 20, R"({"guests":2})", 0, Action::Occupied, DataType::Tables};
    const Made second{"tablet-2", 10, R"({"guests":4})", 0, Action::Occupied, DataType::Tables};
    QCOMPARE(take(state, first).outcome, v2::Outcome::Applied);
    const Resolution refused = take(state, second);
    QCOMPARE(refused.code, QByteArray("table_taken"));
    QVERIFY(refused.reason.contains("tablet-1"));
    QCOMPARE(state.record, QByteArray(R"({"id":"x","guests":2,"status":"occupied"})"));
}

void RulesTest::whoSawTheTableTakenMayChangeIt()
{
    RecordState state;
    take(state, {"tablet-1", 20, "{}", 0, Action::Occupied, DataType::Tables});
    QCOMPARE(take(state, {"tablet-2", 30, R"({"guests":4})", 1, Action::Occupied, DataType::Tables})
                 .outcome,
             v2::Outcome::Applied);
    QCOMPARE(take(state, {"tablet-1", 40, "{}", 2, Action::Available, DataType::Tables}).outcome,
             v2::Outcome::Applied);
    QVERIFY(state.record.contains("\"status\":\"available\""));
}

void RulesTest::stockDeltasAddUp()
{
    RecordState state;
    take(state, {"a", 1, R"({"current_stock":100.00})", 0, Action::ItemAdded, DataType::Inventory});
    for (int device = 0; device < 50; ++device) {
        for (int i = 0; i < 3; ++i)
            take(state, {"d" + QByteArray::number(device),
                         10 - i,
                         "{}",
                         1,
                         Action::StockChanged,
                         DataType::Inventory,
                         {add("current_stock", "-1.1")}});
    }
    QCOMPARE(state.record, QByteArray(R"({"id":"x","current_stock":-65.00})"));
    const Resolution below = take(
        state,
        {"a", 1, "{}", 1, Action::StockChanged, DataType::Inventory, {add("current_stock", "-1")}});
    QCOMPARE(below.outcome, v2::Outcome::Applied);
    QVERIFY2(below.reason.contains("below zero"), below.reason);
}

void RulesTest::badNumberIsRefused()
{
    RecordState state;
    take(state, {"a", 1, R"({"current_stock":"many"})", 0, Action::Updated, DataType::Inventory});
    const Resolution refused = take(state, {"a",
                                            2,
                                            R"({"name":"y"})",
                                            1,
                                            Action::StockChanged,
                                            DataType::Inventory,
                                            {add("current_stock", "1")}});
    QCOMPARE(refused.code, QByteArray("bad_number"));
    QVERIFY(!state.record.contains("name")); // nothing of it
}

void RulesTest::sentLineIsVoidedNotRemoved()
{
    using enum v2::Operation::Kind;
    RecordState state;
    take(state, {"a", 1, R"({"items":[{"id":"l1","sent":true,"quantity":1},{"id":"l2"}]})", 0});
    QCOMPARE(
        take(state, {"b", 2, "{}", 1, Action::Updated, DataType::Orders, {{LineRemove, "l1", {}}}})
            .code,
        QByteArray("line_sent"));
    QCOMPARE(take(state, {"b",
                          2,
                          "{}",
                          1,
                          Action::Updated,
                          DataType::Orders,
                          {{LineVoid, "l1", "\"cold\""}, {LineRemove, "l2", {}}}})
                 .outcome,
             v2::Outcome::Applied);
    QCOMPARE(
        state.record,
        QByteArray(
            R"({"id":"x","items":[{"id":"l1","sent":true,"quantity":1,"voided":true,"void_reason":"cold"}]})"));
}

void RulesTest::wholeArrayRemovesOnlyWhatWasSeen()
{
    RecordState state;
    take(state,
         {"a", 1, R"({"items":[{"id":"l1"},{"id":"l2"},{"id":"l3","status":"cooking"}]})", 0});
    take(state, {"a",
                 2,
                 "{}",
                 1,
                 Action::Updated,
                 DataType::Orders,
                 {{v2::Operation::Kind::LineAdd, "l4", R"({"id":"l4"})"}}});
    // b saw the first three, wants only one of them, and adds a fifth.
    const Resolution resolution =
        take(state, {"b", 3, R"({"items":[{"id":"l1"},{"id":"l5"}]})", 1});
    QCOMPARE(resolution.outcome, v2::Outcome::Merged);
    QCOMPARE(resolution.kept.at(0).field, QByteArray("items/l3"));
    QCOMPARE(
        state.record,
        QByteArray(
            R"({"id":"x","items":[{"id":"l1"},{"id":"l3","status":"cooking"},{"id":"l4"},{"id":"l5"}]})"));
    // Without saying what was seen nothing is removed.
    take(state, {"c", 4, R"({"items":[{"id":"l6"}]})"});
    QCOMPARE(state.record.count("\"id\":\"l"), 5);
}

void RulesTest::removedLineDoesNotComeBack()
{
    RecordState state;
    take(state, {"a", 1, R"({"items":[{"id":"l1"},{"id":"l2"}]})", 0});
    take(state, {"a", 2, R"({"items":[{"id":"l1"}]})", 1});
    const Resolution resolution =
        take(state, {"b", 3, R"({"items":[{"id":"l1","quantity":2},{"id":"l2"}]})", 1});
    QCOMPARE(resolution.kept.at(0).field, QByteArray("items/l2"));
    QCOMPARE(state.record, QByteArray(R"({"id":"x","items":[{"id":"l1","quantity":2}]})"));
}

void RulesTest::operationsOnUnknownLines()
{
    using enum v2::Operation::Kind;
    RecordState state;
    take(state, {"a", 1, R"({"items":[{"id":"l1","quantity":2}]})", 0});
    for (const v2::Operation &operation :
         {v2::Operation{LineSet, "l9", R"({"n":1})"}, v2::Operation{LineQuantity, "l9", "1"},
          v2::Operation{LineVoid, "l9", {}}}) {
        const Resolution resolution =
            take(state, {"b", 2, "{}", 1, Action::Updated, DataType::Orders, {operation}});
        QCOMPARE(resolution.code, QByteArray("unknown_line"));
    }
    take(state, {"b", 2, "{}", 1, Action::Updated, DataType::Orders, {{LineQuantity, "l1", "-3"}}});
    QCOMPARE(state.record, QByteArray(R"({"id":"x","items":[{"id":"l1","quantity":-1}]})"));
}

void RulesTest::classicKeepsStatusPaymentAndDeletion()
{
    RecordState state;
    Made classic{"old", 100, R"({"status":"preparing","note":"n"})"};
    classic.isClassic = true;
    take(state,
         {"a", 1, R"({"status":"completed","payment_status":"paid","payment_method":"card"})", 0});
    const Resolution late = take(state, classic);
    QCOMPARE(late.outcome, v2::Outcome::Merged);
    QVERIFY(state.record.contains(R"("status":"completed")"));
    QVERIFY(state.record.contains(R"("note":"n")"));
    classic.data = R"({"payment_status":"paid","payment_method":"cash"})";
    take(state, classic);
    QVERIFY(state.record.contains(R"("payment_method":"card")"));
    take(state, {"a", 200, "{}", 1, Action::Deleted});
    classic.data = R"({"note":"back"})";
    QCOMPARE(take(state, classic).verdict, sync::Verdict::Nothing);
    QVERIFY(state.deleted);
    classic.action = Action::Created;
    classic.atMs = 300;
    QCOMPARE(take(state, classic).verdict, sync::Verdict::AsSent);
    QCOMPARE(state.record, QByteArray(R"({"id":"x","note":"back"})"));
}

void RulesTest::classicFieldsReplace()
{
    RecordState state;
    take(state, {"a", 1000, R"({"note":"x","items":[{"id":"l1"}]})", 0});
    Made classic{"old", 10, R"({"note":"y","items":[]})"};
    classic.isClassic = true;
    QCOMPARE(take(state, classic).verdict, sync::Verdict::AsSent);
    QCOMPARE(state.record, QByteArray(R"({"id":"x","note":"y","items":[]})"));
}

void RulesTest::decimals_data()
{
    QTest::addColumn<QByteArray>("a");
    QTest::addColumn<QByteArray>("b");
    QTest::addColumn<QByteArray>("sum");
    QTest::newRow("decimals stay") << QByteArray("25.50") << QByteArray("1") << QByteArray("26.50");
    QTest::newRow("no double") << QByteArray("0.1") << QByteArray("0.2") << QByteArray("0.3");
    QTest::newRow("below zero") << QByteArray("0.05") << QByteArray("-0.10") << QByteArray("-0.05");
    QTest::newRow("above 2^53") << QByteArray("9007199254740993") << QByteArray("2")
                                << QByteArray("9007199254740995");
    QTest::newRow("exponent") << QByteArray("1e3") << QByteArray("25e-1") << QByteArray("1002.5");
    QTest::newRow("too large") << QByteArray("9223372036854775807") << QByteArray("1")
                               << QByteArray();
    QTest::newRow("huge exponent") << QByteArray("1e300") << QByteArray("1") << QByteArray();
    QTest::newRow("not a number") << QByteArray("\"5\"") << QByteArray("1") << QByteArray();
}

void RulesTest::decimals()
{
    QFETCH(QByteArray, a);
    QFETCH(QByteArray, b);
    QFETCH(QByteArray, sum);
    QCOMPARE(sync::decimalSum(a, b).value_or(QByteArray()), sum);
    QCOMPARE(sync::decimalSum(b, a).value_or(QByteArray()), sum);
}

void RulesTest::hybridClockNeverGoesBack()
{
    sync::HybridClock clock;
    const HybridTime first = clock.tick(1000);
    const HybridTime still = clock.tick(1000);
    const HybridTime back = clock.tick(10);
    const HybridTime later = clock.tick(1001);
    QVERIFY(first < still && still < back && back < later);
    QCOMPARE(back.toText(), QByteArray("1000-2"));
    QCOMPARE(HybridTime::fromText("1000-2"), std::optional(back));
    for (const char *bad : {"", "1000", "-", "1-", "-1-2", "1-99999", "x-1", "1 - 2"})
        QVERIFY2(!HybridTime::fromText(bad), bad);
    QCOMPARE(sync::serverTime(HybridTime(90'000, 3), 50'000, 30'000), HybridTime(30'000, 3));
    QCOMPARE(sync::serverTime(HybridTime(90'000, 3), 70'000, 30'000), HybridTime(20'000, 3));
}

QTEST_GUILESS_MAIN(RulesTest)
#include "tst_rules.moc"
