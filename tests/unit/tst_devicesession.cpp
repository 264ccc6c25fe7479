// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/v2packed.h"
#include "common/sync/devicesession.h"
#include "tests/support/memorystore.h"

#include <QTest>

using namespace possync;
using namespace possync::sync;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 wallMs = 1'767'225'600'000;
constexpr qint64 startMs = 5'000'000;

/// A session with its time and its effects at hand.
struct Bench {
    explicit Bench(test::MemoryStore &memory, double chance = 0.5)
        : session({.restaurantId = "r1", .deviceId = "till"}, memory, memory.image(),
                  [chance] { return chance; })
    {
    }

    DeviceTime now() const { return {wallMs + ms, ms}; }
    /// Lets time pass, waking the session whenever it asked for it.
    void pass(qint64 howLong)
    {
        const qint64 end = ms + howLong;
        while (session.wakeAtMs() && *session.wakeAtMs() <= end) {
            ms = std::max(ms, *session.wakeAtMs());
            session.tick(now());
            collect();
        }
        ms = end;
    }
    void collect()
    {
        for (sync::Effect &effect : session.takeEffects()) {
            if (const auto *send = std::get_if<effect::Send>(&effect))
                (send->isPacked ? sentPacked : sent).append(send->message);
            opened += std::holds_alternative<effect::Open>(effect) ? 1 : 0;
            closed += std::holds_alternative<effect::Close>(effect) ? 1 : 0;
            if (const auto *update = std::get_if<effect::Updated>(&effect))
                updates.push_back(update->update);
            if (const auto *problem = std::get_if<effect::ProblemReported>(&effect))
                problems.push_back(problem->problem);
        }
    }
    template<typename Message>
    void hear(const Message &message)
    {
        session.received(v2::encode(message), now());
        collect();
    }
    void hearChanges(quint64 from, const std::vector<v2::Entry> &entries)
    {
        std::vector<QByteArray> texts;
        for (const v2::Entry &entry : entries)
            texts.push_back(v2::encode(entry));
        session.received(v2::encodeChanges(from, from + entries.size() - 1, texts), now());
        collect();
    }
    static v2::Welcome welcome(bool isSnapshot)
    {
        v2::Welcome welcome;
        welcome.epoch = "e1";
        welcome.head = 20;
        welcome.isSnapshot = isSnapshot;
        welcome.serverTimeMs = wallMs + startMs + 7000;
        welcome.limits.heartbeatMs = 1000;
        return welcome;
    }
    /// Connects and gets an empty snapshot at 10.
    void connectFresh()
    {
        session.start(now());
        session.opened(now());
        collect();
        hear(welcome(true));
        v2::SnapshotPart part;
        part.at = 10;
        part.token = "t";
        part.isLast = true;
        hear(part);
        hear(v2::UpToDate{10});
    }
    Result<Done, QueueFailure> queue(const QByteArray &id, const QByteArray &data)
    {
        auto result = session.queue({{.entityId = "o1", .data = data, .changeId = id}}, now());
        collect();
        return result;
    }
    qsizetype countSent(const char *type) const
    {
        return std::ranges::count_if(sent, [type](const QByteArray &text) {
            return text.contains(QByteArray("\"type\":\"") + type + '"');
        });
    }

    qint64 ms = startMs;
    DeviceSession session;
    QByteArrayList sent;
    QByteArrayList sentPacked; ///< Binary messages.
    std::vector<Update> updates;
    std::vector<Problem> problems;
    int opened = 0;
    int closed = 0;
};

v2::Entry entry(quint64 seq, const QByteArray &data, const QByteArray &changeId = "theirs")
{
    v2::Entry entry;
    entry.seq = seq;
    entry.changeId = changeId + QByteArray::number(seq);
    entry.entityId = "o1";
    entry.rev = static_cast<quint32>(seq);
    entry.data = data;
    entry.deviceId = "other";
    return entry;
}

} // namespace

class DeviceSessionTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void closeCodesSayWhatToDo_data();
    void closeCodesSayWhatToDo();
    void dialsForEver();
    void beatsAndLeavesWhoIsSilent();
    void acknowledgesSoonAndNotTooOften();
    void acknowledgesWhatIsOnDisk();
    void gapsAreNotApplied();
    void groupThatCannotBeStoredComesAgain();
    void entriesOlderThanTheSnapshotAreSkipped();
    void stampsGrowThoughTheClockGoesBack();
    void unreadableMessagesEndTheConnection();
    void crashBetweenDeliveryAndAck();
    void changesThatAreGoneComeAsRecords();
    void snapshotsBeginWithTheirFirstPart();
    void largeBatchesAreCompressed();
    void compressedMessagesAreRead();
    void badCompressionEndsTheConnection_data();
    void badCompressionEndsTheConnection();
};

void DeviceSessionTest::closeCodesSayWhatToDo_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<qint64>("waitMs"); // At chance one half; -1: for ever.
    QTest::newRow("nothing said") << 0 << qint64(500);
    QTest::newRow("going away") << 1001 << qint64(3000);
    QTest::newRow("restart") << 1012 << qint64(3000);
    QTest::newRow("internal") << 1011 << qint64(10'500);
    QTest::newRow("overloaded") << 1013 << qint64(17'500);
    QTest::newRow("token") << 4401 << qint64(500);
    QTest::newRow("protocol") << 4004 << qint64(10'500);
    QTest::newRow("version") << 4005 << qint64(-1);
    QTest::newRow("slow") << 4008 << qint64(500);
    QTest::newRow("administrator") << 4009 << qint64(5500);
    QTest::newRow("replaced") << 4010 << qint64(-1);
    QTest::newRow("silence") << 4011 << qint64(500);
    QTest::newRow("position") << 4012 << qint64(500);
    QTest::newRow("refused") << 4403 << qint64(-1);
}

void DeviceSessionTest::closeCodesSayWhatToDo()
{
    QFETCH(int, code);
    QFETCH(qint64, waitMs);
    test::MemoryStore store;
    Bench bench(store);
    bench.connectFresh();
    bench.session.closed(code, u"because"_s, bench.now());
    bench.collect();
    if (waitMs < 0) {
        QCOMPARE(bench.session.state(), LinkState::Refused);
        QVERIFY(!bench.session.wakeAtMs());
        QCOMPARE(bench.problems.size(), std::size_t(1));
    } else {
        QCOMPARE(bench.session.state(), LinkState::Waiting);
        QCOMPARE(*bench.session.wakeAtMs() - bench.ms, waitMs);
        bench.pass(waitMs);
        QCOMPARE(bench.opened, 2);
    }
    QCOMPARE(bench.session.position().epoch, QByteArray(code == 4012 ? "" : "e1"));
}

void DeviceSessionTest::dialsForEver()
{
    test::MemoryStore store;
    Bench bench(store);
    QVERIFY(bench.queue("c1", R"({"a":1})"));
    bench.session.start(bench.now());
    for (int i = 1; i <= 200; ++i) {
        bench.pass(60'000);
        QVERIFY(bench.opened >= i);
        bench.session.closed(0, u"refused"_s, bench.now());
        bench.collect();
        QVERIFY(*bench.session.wakeAtMs() - bench.ms <= 60'000);
    }
    // Also when nobody says anything at all.
    const int before = bench.opened;
    bench.pass(3'600'000);
    QVERIFY(bench.opened > before + 20);
    QCOMPARE(bench.session.pendingCount(), std::size_t(1));
    bench.session.stop();
    QVERIFY(!bench.session.wakeAtMs());
}

void DeviceSessionTest::beatsAndLeavesWhoIsSilent()
{
    test::MemoryStore store;
    Bench bench(store);
    bench.connectFresh();
    for (int i = 1; i <= 5; ++i) {
        bench.pass(1000);
        QCOMPARE(bench.countSent("heartbeat"), i);
        v2::HeartbeatReply reply;
        reply.clockMs = wallMs + bench.ms;
        reply.serverTimeMs = wallMs + bench.ms + 7000;
        bench.hear(reply);
    }
    QCOMPARE(bench.session.clock().offsetMs(), std::optional<qint64>(7000));
    bench.pass(1999);
    QCOMPARE(bench.closed, 0);
    bench.pass(1);
    QCOMPARE(bench.closed, 1);
    QCOMPARE(bench.session.state(), LinkState::Waiting);
}

void DeviceSessionTest::acknowledgesSoonAndNotTooOften()
{
    test::MemoryStore store;
    Bench bench(store);
    bench.connectFresh();
    const qsizetype before = bench.countSent("acked");
    for (quint64 seq = 11; seq <= 20; ++seq)
        bench.hearChanges(seq, {entry(seq, R"({"a":1})")});
    QCOMPARE(bench.countSent("acked"), before);
    bench.pass(600);
    QCOMPARE(bench.countSent("acked"), before + 1);
    QVERIFY(bench.sent.constLast().contains("\"seq\":20"));
    bench.hearChanges(21, {entry(21, "{\"a\":\"" + QByteArray(70'000, 'x') + "\"}")});
    QCOMPARE(bench.countSent("acked"), before + 2);
}

void DeviceSessionTest::acknowledgesWhatIsOnDisk()
{
    test::MemoryStore store;
    Bench bench(store);
    bench.connectFresh();
    QCOMPARE(store.unflushed, 0);
    const qsizetype before = bench.countSent("acked");
    bench.hearChanges(11, {entry(11, R"({"a":1})")});
    QCOMPARE(store.unflushed, 1);
    bench.pass(600);
    QCOMPARE(bench.countSent("acked"), before + 1);
    QCOMPARE(store.unflushed, 0);
    bench.hearChanges(12, {entry(12, R"({"a":2})")});
    store.isFull = true;
    bench.pass(600);
    QCOMPARE(bench.countSent("acked"), before + 1);
    QCOMPARE(bench.closed, 1);
    QCOMPARE(bench.problems.back().kind, Problem::Kind::Storage);
}

void DeviceSessionTest::gapsAreNotApplied()
{
    test::MemoryStore store;
    Bench bench(store);
    bench.connectFresh();
    bench.hearChanges(12, {entry(12, R"({"a":1})")});
    QCOMPARE(bench.closed, 1);
    QCOMPARE(bench.session.position().seq, quint64(10));
    QVERIFY(!bench.session.record({DataType::Orders, "o1"}));
}

void DeviceSessionTest::groupThatCannotBeStoredComesAgain()
{
    test::MemoryStore store;
    Bench bench(store);
    bench.connectFresh();
    QVERIFY(bench.queue("c1", R"({"b":1})"));
    store.isFull = true;
    const auto refused = bench.queue("c2", R"({"b":2})");
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, "storage");
    bench.hearChanges(11, {entry(11, R"({"a":1})")});
    QCOMPARE(bench.closed, 1);
    QCOMPARE(bench.problems.back().kind, Problem::Kind::Storage);
    QCOMPARE(bench.session.position().seq, quint64(10));
    QVERIFY(bench.updates.empty());
    QCOMPARE(bench.session.pendingCount(), std::size_t(1));
    store.isFull = false;
    bench.pass(2000);
    bench.session.opened(bench.now());
    bench.hear(Bench::welcome(false));
    bench.hearChanges(11, {entry(11, R"({"a":1})")});
    QCOMPARE(*bench.session.record({DataType::Orders, "o1"}), R"({"id":"o1","a":1,"b":1})");
    QCOMPARE(bench.countSent("push"), 2);
}

void DeviceSessionTest::entriesOlderThanTheSnapshotAreSkipped()
{
    test::MemoryStore store;
    Bench bench(store);
    bench.session.start(bench.now());
    bench.session.opened(bench.now());
    bench.hear(Bench::welcome(true));
    v2::SnapshotPart part;
    part.at = 10;
    part.isLast = true;
    part.token = "t";
    part.records.push_back({"o1", 5, 12, R"({"id":"o1","a":12})"});
    bench.hear(part);
    bench.hearChanges(
        11, {entry(11, R"({"a":11})"), entry(12, R"({"a":12})"), entry(13, R"({"b":13})")});
    QCOMPARE(*bench.session.record({DataType::Orders, "o1"}), R"({"id":"o1","a":12,"b":13})");
    QCOMPARE(bench.updates.size(), std::size_t(2));
}

void DeviceSessionTest::stampsGrowThoughTheClockGoesBack()
{
    test::MemoryStore store;
    QByteArrayList stamps;
    {
        Bench bench(store);
        QVERIFY(bench.queue("c1", R"({"a":1})"));
        bench.ms -= 4'000'000;
        QVERIFY(bench.queue("c2", R"({"a":2})"));
    }
    Bench bench(store);
    bench.ms -= 4'000'000;
    QVERIFY(bench.queue("c3", R"({"a":3})"));
    HybridTime last;
    for (const OutgoingChange &change : store.image().outbox) {
        QVERIFY(*change.change.time > last);
        last = *change.change.time;
    }
    QCOMPARE(store.image().outbox.size(), std::size_t(3));
}

void DeviceSessionTest::unreadableMessagesEndTheConnection()
{
    test::MemoryStore store;
    Bench bench(store);
    bench.connectFresh();
    bench.session.received("{\"type\":\"something new\"}", bench.now());
    bench.collect();
    QCOMPARE(bench.closed, 0);
    bench.session.received("{\"type\":\"changes\",\"from\":-1}", bench.now());
    bench.collect();
    QCOMPARE(bench.closed, 1);
    QCOMPARE(bench.session.state(), LinkState::Waiting);
}

/// The delivery of the own change is stored, the acknowledgement never comes, the process dies.
void DeviceSessionTest::crashBetweenDeliveryAndAck()
{
    test::MemoryStore store;
    {
        Bench bench(store);
        bench.connectFresh();
        QVERIFY(bench.queue("c11", R"({"a":1})"));
        bench.hearChanges(11, {entry(11, R"({"a":1})", "c")});
    }
    Bench bench(store);
    QCOMPARE(bench.session.pendingCount(), std::size_t(1));
    // Something newer of others is not hidden by it.
    bench.session.start(bench.now());
    bench.session.opened(bench.now());
    bench.hear(Bench::welcome(false));
    bench.hearChanges(12, {entry(12, R"({"a":2})")});
    QCOMPARE(*bench.session.record({DataType::Orders, "o1"}), R"({"id":"o1","a":2})");
    v2::ChangeResult result;
    result.changeId = "c11";
    result.outcome = v2::Outcome::Duplicate;
    result.original = v2::Outcome::Merged;
    result.seq = 11;
    bench.hear(v2::Ack{1, {result}});
    QCOMPARE(bench.session.pendingCount(), std::size_t(0));
    QCOMPARE(store.settled.size(), std::size_t(1));
    QCOMPARE(store.settled[0].outcome, v2::Outcome::Merged);
    QVERIFY(store.image().outbox.empty());
}

void DeviceSessionTest::changesThatAreGoneComeAsRecords()
{
    test::MemoryStore memory;
    Bench bench(memory);
    bench.connectFresh();
    bench.session.closed(0, QString(), bench.now());
    bench.pass(2000);
    bench.session.opened(bench.now());
    bench.collect();
    bench.hear(Bench::welcome(false)); // goes on behind 10, so it says
    v2::SnapshotPart part;
    part.at = 15;
    part.token = "t1";
    part.records.push_back({"o1", 1, 14, R"({"id":"o1","n":1})"});
    bench.hear(part);
    QCOMPARE(bench.closed, 0);
    QCOMPARE(bench.session.position().seq, quint64(10));
    part.part = 2;
    part.token = "t2";
    part.records = {{"o2", 1, 15, R"({"id":"o2","n":2})"}};
    part.isLast = true;
    bench.hear(part);
    QCOMPARE(bench.session.position().seq, quint64(15));
    bench.hearChanges(16, {entry(16, R"({"n":3})")});
    bench.hear(v2::UpToDate{16});
    QCOMPARE(bench.closed, 0);
    QCOMPARE(bench.session.state(), LinkState::UpToDate);
    QCOMPARE(*bench.session.record({DataType::Orders, "o1"}), R"({"id":"o1","n":3})");
    QCOMPARE(*bench.session.record({DataType::Orders, "o2"}), R"({"id":"o2","n":2})");
    // It may happen again, to a device that had everything and then read too slowly.
    part.at = 30;
    part.part = 1;
    part.records = {{"o2", 2, 28, R"({"id":"o2","n":4})"}};
    bench.hear(part);
    QCOMPARE(bench.session.position().seq, quint64(30));
    QCOMPARE(bench.session.state(), LinkState::CatchingUp);
    QVERIFY(!bench.session.record({DataType::Orders, "o1"}));
    bench.hear(v2::UpToDate{30});
    QCOMPARE(bench.session.state(), LinkState::UpToDate);
}

void DeviceSessionTest::snapshotsBeginWithTheirFirstPart()
{
    test::MemoryStore memory;
    Bench bench(memory);
    bench.connectFresh();
    v2::SnapshotPart part;
    part.at = 15;
    part.part = 2;
    part.token = "t2";
    part.isLast = true;
    bench.hear(part);
    QCOMPARE(bench.closed, 1);
    QCOMPARE(bench.session.position().seq, quint64(10));
}

void DeviceSessionTest::largeBatchesAreCompressed()
{
    const QByteArray data = "{\"note\":\"" + QByteArray(3000, 'x') + "\"}";
    for (const bool isAgreed : {false, true}) {
        test::MemoryStore memory;
        Bench bench(memory);
        QVERIFY(bench.queue("c1", data));
        bench.session.start(bench.now());
        bench.session.opened(bench.now());
        bench.collect();
        QVERIFY(bench.sent.constFirst().contains("\"zstd\""));
        v2::Welcome welcome = Bench::welcome(true);
        welcome.capabilities.zstd = isAgreed;
        bench.hear(welcome);
        QCOMPARE(bench.countSent("push"), isAgreed ? 0 : 1);
        QCOMPARE(bench.sentPacked.size(), isAgreed ? 1 : 0);
        if (!isAgreed)
            continue;
        const auto text = v2::unpacked(bench.sentPacked.constFirst());
        QVERIFY(text && text->contains("\"type\":\"push\"") && text->contains(data));
        QVERIFY(bench.sentPacked.constFirst().size() < 300);
    }
}

void DeviceSessionTest::compressedMessagesAreRead()
{
    test::MemoryStore memory;
    Bench bench(memory);
    bench.session.start(bench.now());
    bench.session.opened(bench.now());
    v2::Welcome welcome = Bench::welcome(true);
    welcome.capabilities.zstd = true;
    bench.hear(welcome);
    v2::SnapshotPart part;
    part.at = 10;
    part.token = "t";
    part.isLast = true;
    part.records.push_back(
        {"o1", 1, 9, "{\"id\":\"o1\",\"total\":25.50,\"note\":\"" + QByteArray(2000, 'y') + "\"}"});
    const QByteArray packed = v2::packed(v2::encode(part));
    QVERIFY(!packed.isEmpty());
    bench.session.receivedPacked(packed, bench.now());
    bench.collect();
    QVERIFY(bench.session.record({DataType::Orders, "o1"})->contains("25.50"));
    QCOMPARE(bench.session.position().seq, quint64(10));
    QCOMPARE(bench.closed, 0);
}

void DeviceSessionTest::badCompressionEndsTheConnection_data()
{
    QTest::addColumn<bool>("isAgreed");
    QTest::addColumn<QByteArray>("message");
    const QByteArray large = v2::packed(QByteArray(v2::maxPackedText, ' '));
    QTest::newRow("not agreed on") << false << v2::packed(QByteArray(2000, ' '));
    QTest::newRow("no zstd") << true << QByteArray("{\"type\":\"up_to_date\",\"seq\":1}");
    QTest::newRow("cut") << true << large.chopped(2);
    QTest::newRow("two") << true << large + large;
    QTest::newRow("no message in it") << true << large;
}

void DeviceSessionTest::badCompressionEndsTheConnection()
{
    QFETCH(bool, isAgreed);
    QFETCH(QByteArray, message);
    test::MemoryStore memory;
    Bench bench(memory);
    bench.session.start(bench.now());
    bench.session.opened(bench.now());
    v2::Welcome welcome = Bench::welcome(true);
    welcome.capabilities.zstd = isAgreed;
    bench.hear(welcome);
    QCOMPARE(bench.closed, 0);
    bench.session.receivedPacked(message, bench.now());
    bench.collect();
    QCOMPARE(bench.closed, 1);
    QCOMPARE(bench.problems.size(), std::size_t(1));
    QCOMPARE(bench.session.state(), LinkState::Waiting);
}

QTEST_GUILESS_MAIN(DeviceSessionTest)
#include "tst_devicesession.moc"
