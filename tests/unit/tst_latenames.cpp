// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/testhost.h"

#include <QTest>

using namespace possync;
using test::TestHost;
using test::userTwin;
using test::userTyped;

namespace {

constexpr char first[] = "12:00:01.000";
constexpr char second[] = "12:00:11.000";
constexpr char third[] = "12:00:21.000";

QByteArray recordIn(const TestHost &host)
{
    const core::Entity *user = host.room.entities().find(DataType::Users, "u1");
    return user ? user->record : QByteArray("none");
}

} // namespace

/// docs/protocol.md, "Twins": whom a `user_update` was about becomes known behind other changes.
class LateNamesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void editOfSomebodyRemovedIsNothing();
    void editOfSomebodyRemovedIsAConflict();
    void editBeforeANewBeginningIsNothing();
    void editBehindANewBeginningCounts();
    void creationMakesAnew();
    void removalTakesLaterEditsWithIt();
    void removalLeavesANewBeginning();
    void decidedOnceForAll();

private:
    void typed(const QByteArray &action, const QByteArray &fields, const char *time)
    {
        m_host->send(1, userTyped(action, fields, time));
    }
    void named(const QByteArray &action, const QByteArray &fields, const char *time)
    {
        m_host->send(1, userTwin(action, fields, time));
    }
    QByteArray record() const { return recordIn(*m_host); }
    /// What the room knows after it was saved and loaded, without the journal.
    core::RestaurantImage saved()
    {
        core::RestaurantImage image = m_host->image();
        image.tail.clear();
        for (const core::StateRow &row : m_host->room.takeState())
            m_saved[row.key] = row;
        for (const auto &[key, row] : m_saved)
            image.state.push_back(row);
        return image;
    }
    /// The server goes on with nothing but what it saved.
    void reload()
    {
        m_host = std::make_unique<TestHost>(saved());
        m_host->connect(1, "d1");
    }

    std::unique_ptr<TestHost> m_host;
    std::map<QByteArray, core::StateRow> m_saved; ///< As the store keeps them.
};

void LateNamesTest::init()
{
    m_host = std::make_unique<TestHost>();
    m_host->connect(1, "d1");
    named("created", R"("name":"Ann","phone":"1")", "11:00:00.000");
}

void LateNamesTest::cleanup()
{
    // Whatever happened follows from what is stored, both ways.
    TestHost replayed(m_host->image());
    if (!m_host->blocks.empty() && m_host->blocks.front().firstSeq == 1)
        QCOMPARE(recordIn(replayed), record());
    QCOMPARE(recordIn(TestHost(saved())), record());
    m_saved.clear();
}

void LateNamesTest::editOfSomebodyRemovedIsNothing()
{
    named("deleted", R"("why":"left")", first);
    typed("updated", R"("phone":"2")", second);
    named("updated", R"("phone":"2")", second);
    const core::Entity *user = m_host->room.entities().find(DataType::Users, "u1");
    QVERIFY(user->deleted);
    QCOMPARE(user->record, QByteArray());
}

void LateNamesTest::editOfSomebodyRemovedIsAConflict()
{
    named("deleted", R"("why":"left")", first);
    typed("updated", R"("phone":"2")", second);
    named("updated", R"("phone":"2")", second);
    const core::Decision *conflict = m_host->room.decisions().find(QByteArray("c") + second);
    QVERIFY(conflict);
    QCOMPARE(conflict->seq, m_host->room.head());
    QCOMPARE(conflict->outcome, v2::Outcome::Merged);
    QCOMPARE(conflict->entityId, QByteArray("u1"));
    QVERIFY2(conflict->reason.contains("\"u1\" had been deleted"), conflict->reason);
    QVERIFY(conflict->sent.contains(R"("phone":"2")"));
}

void LateNamesTest::editBeforeANewBeginningIsNothing()
{
    named("deleted", R"("why":"left")", first);
    typed("updated", R"("phone":"2")", second);
    named("created", R"("name":"Anne")", third);
    reload();
    named("updated", R"("phone":"2")", second);
    QCOMPARE(record(), QByteArray(R"({"id":"u1","name":"Anne"})"));
}

void LateNamesTest::editBehindANewBeginningCounts()
{
    named("deleted", R"("why":"left")", first);
    named("created", R"("name":"Anne")", second);
    typed("updated", R"("phone":"2")", third);
    reload();
    named("updated", R"("phone":"2")", third);
    QCOMPARE(record(), QByteArray(R"({"id":"u1","name":"Anne","phone":"2"})"));
}

void LateNamesTest::creationMakesAnew()
{
    named("deleted", R"("why":"left")", first);
    typed("created", R"("name":"Anne")", second);
    named("created", R"("name":"Anne")", second);
    QCOMPARE(record(), QByteArray(R"({"id":"u1","name":"Anne"})"));
    typed("updated", R"("phone":"2")", third);
    named("updated", R"("phone":"2")", third);
    QCOMPARE(record(), QByteArray(R"({"id":"u1","name":"Anne","phone":"2"})"));
}

void LateNamesTest::removalTakesLaterEditsWithIt()
{
    typed("deleted", R"("why":"left")", first);
    named("updated", R"("phone":"2")", second);
    QCOMPARE(record(), QByteArray(R"({"id":"u1","name":"Ann","phone":"2"})"));
    reload();
    named("deleted", R"("why":"left")", first);
    QVERIFY(m_host->room.entities().find(DataType::Users, "u1")->deleted);
    QCOMPARE(record(), QByteArray());
}

void LateNamesTest::removalLeavesANewBeginning()
{
    typed("deleted", R"("why":"left")", first);
    named("updated", R"("phone":"2")", second);
    named("created", R"("name":"Anne")", third);
    QCOMPARE(record(), QByteArray(R"({"id":"u1","name":"Anne","phone":"2"})"));
    reload();
    named("deleted", R"("why":"left")", first);
    // Her name was set as she was made anew, her phone in the life that is over.
    QCOMPARE(record(), QByteArray(R"({"id":"u1","name":"Anne"})"));
}

void LateNamesTest::decidedOnceForAll()
{
    named("deleted", R"("why":"left")", first);
    typed("created", R"("name":"Anne")", second);
    typed("updated", R"("phone":"2")", third);
    named("updated", R"("phone":"2")", third); // nobody knows yet that she was made anew
    QCOMPARE(record(), QByteArray());
    named("created", R"("name":"Anne")", second);
    QCOMPARE(record(), QByteArray(R"({"id":"u1","name":"Anne"})"));
    // Replayed over state that knows better, it stays as it was decided.
    core::RestaurantImage image = m_host->image();
    image.state = saved().state;
    QCOMPARE(recordIn(TestHost(image)), record());
}

QTEST_GUILESS_MAIN(LateNamesTest)
#include "tst_latenames.moc"
