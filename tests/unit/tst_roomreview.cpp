// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/testhost.h"

#include <QTest>

using namespace possync;
using test::TestHost;
using Decided = Result<core::DecisionPtr, classic::Refusal>;

namespace {

core::LateChange ofTheApp(const QByteArray &order, const QByteArray &fields,
                          const QByteArray &changeId, const QByteArray &time = "12:00:00.003")
{
    auto change = classic::decodeChange(test::twin(order, fields, changeId, time));
    if (!change)
        qFatal("%s", change.error().message.constData());
    return core::LateChange(std::move(*change));
}

core::LateChange ofV2(const QByteArray &order, const QByteArray &data, const QByteArray &changeId)
{
    const QByteArray text = R"({"change_id":")" + changeId
                            + R"(","data_type":"orders","action":"updated","entity_id":")" + order
                            + R"(","data":{)" + data + R"(},"user_id":"u1"})";
    auto message = v2::decodeFromDevice(v2::encodePush(1, std::span(&text, 1)), "r");
    auto *push = message ? std::get_if<v2::Push>(&*message) : nullptr;
    if (!push || !push->changes.front())
        qFatal("not a change");
    return core::LateChange(*push->changes.front());
}

core::SyncReply review(TestHost &host, std::vector<core::LateChange> &&changes)
{
    core::LateBatch batch{"d1", {}};
    for (core::LateChange &change : changes)
        batch.changes.emplace_back(std::move(change));
    const std::size_t before = host.replies.size();
    host.room.review(1, std::move(batch), host.now);
    if (host.storesAtOnce)
        host.store();
    return host.replies.size() == before + 1 ? host.replies.back() : core::SyncReply();
}

core::SyncReply review(TestHost &host, core::LateChange &&change)
{
    std::vector<core::LateChange> one;
    one.push_back(std::move(change));
    return review(host, std::move(one));
}

/// Of the only result: its code, or "duplicate".
QByteArray codeOf(const core::SyncReply &reply)
{
    if (!reply.stored)
        return reply.refusal ? reply.refusal->code : QByteArray("not stored");
    if (reply.results.size() != 1)
        return "not one";
    const core::ChangeResult &result = reply.results.front();
    return result.outcome == core::Outcome::Duplicate  ? QByteArray("duplicate")
           : result.outcome == core::Outcome::Rejected ? result.refusal.code
                                                       : QByteArray("applied");
}

QByteArray decide(TestHost &host, const QByteArray &id, bool applies)
{
    QByteArray outcome = "no answer";
    const auto done = [&outcome](const Decided &decided) {
        outcome = decided ? QByteArray::number((*decided)->restored.seq) : decided.error().code;
    };
    if (applies)
        host.room.restore(id, "boss", done, host.now);
    else
        host.room.discard(id, "boss", done, host.now);
    host.store();
    return outcome;
}

QByteArray order(const TestHost &host, const QByteArray &id)
{
    const core::Entity *entity = host.room.entities().find(DataType::Orders, id);
    return entity ? entity->record : QByteArray();
}

} // namespace

/// docs/protocol.md, "Late changes".
class RoomReviewTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void lateChangesWaitAndChangeNothing();
    void repeatsAreRecognised();
    void whatCameBeforeIsADuplicate();
    void appliedWhenSomebodySaysSo_data();
    void appliedWhenSomebodySaysSo();
    void discardedForGood();
    void rulesStillHold();
    void survivesARestart();
    void failedCommitKeepsNothing();
    void reviewIsBounded();
};

void RoomReviewTest::lateChangesWaitAndChangeNothing()
{
    TestHost host;
    host.connect(1, "other");
    host.got[1].clear();
    QCOMPARE(codeOf(review(host, ofTheApp("o1", "\"note\":\"late\"", "c1"))),
             QByteArray("in_review"));
    QCOMPARE(codeOf(review(host, ofV2("o2", "\"note\":\"late\"", "c2"))), QByteArray("in_review"));
    QCOMPARE(host.room.head(), 0u);
    QVERIFY(order(host, "o1").isEmpty());
    QVERIFY(host.got[1].isEmpty());
    QCOMPARE(host.room.decisions().all().size(), 2u);
    const core::Decision &waiting = *host.room.decisions().all().front();
    QCOMPARE(waiting.code, QByteArray(core::inReview));
    QCOMPARE(waiting.deviceId, QByteArray("d1"));
    QCOMPARE(waiting.entityId, QByteArray("o1"));
    QVERIFY(waiting.sent.contains("late"));
    QCOMPARE(host.refusals, (QByteArrayList{"in_review", "in_review"}));
}

void RoomReviewTest::repeatsAreRecognised()
{
    TestHost host;
    for (int time = 0; time < 3; ++time) {
        QCOMPARE(codeOf(review(host, ofTheApp("o1", "\"note\":\"a\"", "c1"))),
                 QByteArray("in_review"));
        // Without an id, and with the id of another: the app makes them from the millisecond.
        QCOMPARE(codeOf(review(host, ofTheApp("o3", "\"note\":\"b\"", ""))),
                 QByteArray("in_review"));
        QCOMPARE(codeOf(review(host, ofTheApp("o1", "\"note\":\"c\"", "c1"))),
                 QByteArray("in_review"));
        QCOMPARE(codeOf(review(host, ofV2("o2", "\"note\":\"d\"", "c2"))), QByteArray("in_review"));
        QCOMPARE(codeOf(review(host, ofV2("o2", "\"note\":\"e\"", "c2"))), QByteArray("id_reused"));
        QCOMPARE(host.room.decisions().all().size(), 4u);
    }
}

void RoomReviewTest::whatCameBeforeIsADuplicate()
{
    TestHost host;
    host.connect(1, "d1");
    host.send(1, test::twin("o1", "\"note\":\"a\"", "c1"));
    host.send(1, test::typed("o2", "\"note\":\"b\""));
    QCOMPARE(codeOf(review(host, ofTheApp("o1", "\"note\":\"a\"", "c1"))), QByteArray("duplicate"));
    QCOMPARE(host.replies.back().results.front().seq, 1u);
    // Its other form came while the device still counted.
    QCOMPARE(codeOf(review(host, ofTheApp("o2", "\"note\":\"b\"", "c2"))), QByteArray("duplicate"));
    QCOMPARE(host.replies.back().results.front().seq, 2u);
    QVERIFY(host.room.decisions().all().empty());
}

void RoomReviewTest::appliedWhenSomebodySaysSo_data()
{
    QTest::addColumn<bool>("isV2");
    QTest::newRow("classic") << false;
    QTest::newRow("v2") << true;
}

void RoomReviewTest::appliedWhenSomebodySaysSo()
{
    QFETCH(bool, isV2);
    TestHost host;
    host.connect(1, "other");
    host.send(1, test::twin("o1", "\"note\":\"now\",\"guests\":2", "c0"));
    host.got[1].clear();
    const QByteArray fields = "\"note\":\"late\",\"total\":25.50";
    review(host, isV2 ? ofV2("o1", fields, "c1") : ofTheApp("o1", fields, "c1"));
    QCOMPARE(decide(host, "c1", true), QByteArray("2"));
    QCOMPARE(order(host, "o1"),
             QByteArray(R"({"id":"o1","note":"late","guests":2,"total":25.50})"));
    QVERIFY(host.got[1].join().contains("25.50"));
    QCOMPARE(decide(host, "c1", true), QByteArray("2"));
    QCOMPARE(decide(host, "c1", false), QByteArray("already_applied"));
    QCOMPARE(host.room.head(), 2u);
    // Its device asks once more and hears the same.
    QCOMPARE(codeOf(review(host, isV2 ? ofV2("o1", fields, "c1") : ofTheApp("o1", fields, "c1"))),
             QByteArray("in_review"));
    QCOMPARE(host.room.head(), 2u);
}

void RoomReviewTest::discardedForGood()
{
    TestHost host;
    review(host, ofTheApp("o1", "\"note\":\"late\"", "c1"));
    QCOMPARE(decide(host, "c1", false), QByteArray("0"));
    QCOMPARE(decide(host, "c1", false), QByteArray("0"));
    QCOMPARE(decide(host, "c1", true), QByteArray("discarded"));
    QCOMPARE(decide(host, "nothing", false), QByteArray("unknown_conflict"));
    QCOMPARE(host.room.decisions().find("c1")->restored.by, QByteArray("boss"));
    QVERIFY(order(host, "o1").isEmpty());
    // A conflict of the rules is not for that.
    host.connect(1, "d2");
    host.send(1, test::twin("o2", "\"status\":\"completed\"", "c2"));
    host.send(1, test::twin("o2", "\"status\":\"preparing\"", "c3"));
    QVERIFY(host.room.decisions().find("c3"));
    QCOMPARE(decide(host, "c3", false), QByteArray("nothing_to_discard"));
}

void RoomReviewTest::rulesStillHold()
{
    TestHost host;
    host.connect(1, "other");
    host.send(1, test::twin("o1", "\"status\":\"completed\"", "c0"));
    review(host, ofTheApp("o1", "\"status\":\"preparing\"", "c1"));
    QCOMPARE(decide(host, "c1", true), QByteArray("value_stays"));
    QCOMPARE(order(host, "o1"), QByteArray(R"({"id":"o1","status":"completed"})"));
    QCOMPARE(decide(host, "c1", false), QByteArray("0"));
}

void RoomReviewTest::survivesARestart()
{
    TestHost host;
    review(host, ofTheApp("o1", "\"note\":\"late\"", "c1"));
    review(host, ofV2("o2", "\"note\":\"late\"", "c2"));
    review(host, ofV2("o3", "\"note\":\"late\"", "c3"));
    QCOMPARE(decide(host, "c3", false), QByteArray("0"));
    TestHost replayed(host.image());
    core::RestaurantImage saved = host.image();
    saved.tail.clear();
    saved.state = host.room.takeState();
    TestHost loaded(saved);
    for (TestHost *again : {&replayed, &loaded}) {
        QCOMPARE(again->room.decisions().all().size(), 3u);
        QCOMPARE(codeOf(review(*again, ofTheApp("o1", "\"note\":\"late\"", "c1"))),
                 QByteArray("in_review"));
        QCOMPARE(decide(*again, "c3", true), QByteArray("discarded"));
        QCOMPARE(decide(*again, "c1", true), QByteArray("1"));
        QCOMPARE(decide(*again, "c2", true), QByteArray("2"));
    }
}

void RoomReviewTest::failedCommitKeepsNothing()
{
    TestHost host;
    host.storesAtOnce = false;
    core::LateBatch batch{"d1", {}};
    batch.changes.emplace_back(ofTheApp("o1", "\"note\":\"late\"", "c1"));
    host.room.review(1, std::move(batch), host.now);
    QVERIFY(host.replies.empty()); // not before it is stored
    host.fail();
    QCOMPARE(host.replies.size(), 1u);
    QVERIFY(!host.replies.front().stored);
    QVERIFY(host.room.decisions().all().empty());
    host.storesAtOnce = true;
    QCOMPARE(codeOf(review(host, ofTheApp("o1", "\"note\":\"late\"", "c1"))),
             QByteArray("in_review"));
}

void RoomReviewTest::reviewIsBounded()
{
    TestHost host;
    const auto many = [](const QByteArray &prefix, int count) {
        std::vector<core::LateChange> changes;
        for (int i = 0; i < count; ++i)
            changes.push_back(ofV2(prefix + QByteArray::number(i), "\"note\":\"x\"",
                                   prefix + QByteArray::number(i)));
        return changes;
    };
    // One batch always fits.
    QCOMPARE(review(host, many("a", 1001)).results.size(), 1001u);
    const core::SyncReply full = review(host, many("b", 1));
    QCOMPARE(codeOf(full), QByteArray("review_full"));
    QVERIFY(full.refusal->retryAfterMs > 0);
    for (int i = 0; i < 2; ++i)
        QCOMPARE(decide(host, "a" + QByteArray::number(i), false), QByteArray("0"));
    QCOMPARE(codeOf(review(host, many("b", 1))), QByteArray("in_review"));
    QCOMPARE(codeOf(review(host, many("a", 1))), QByteArray("in_review"));
    // Nor may it be few large ones.
    TestHost other;
    const QByteArray large = "\"note\":\"" + QByteArray(3 * 1024 * 1024, 'x') + '"';
    QCOMPARE(codeOf(review(other, ofV2("o1", large, "c1"))), QByteArray("in_review"));
    QCOMPARE(codeOf(review(other, ofV2("o2", large, "c2"))), QByteArray("review_full"));
}

QTEST_GUILESS_MAIN(RoomReviewTest)
#include "tst_roomreview.moc"
