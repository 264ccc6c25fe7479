// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/hooks/retelling.h"
#include "tests/unit/testhost.h"

#include <QTest>

using namespace possync;
using namespace possync::hooks;
using test::TestHost;

namespace {

/// A host that notes what its room gives cause to tell as it happens.
std::vector<Event> told(const TestHost &host, quint64 afterSeq, quint64 floor)
{
    Retelling retelling("r", host.room.epoch(), afterSeq, floor);
    for (const core::JournalBlock &block : host.blocks) {
        if (block.lastSeq > floor && !retelling.addBlock(block))
            qFatal("a block cannot be read");
    }
    return retelling.events();
}

QByteArrayList namesOf(const std::vector<Event> &events)
{
    QByteArrayList names;
    for (const Event &event : events)
        names.append(eventName(event.kind) + '@' + QByteArray::number(event.seq));
    return names;
}

} // namespace

/// Events of changes that were stored and not yet told when the server died.
class RetellingTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void findsWhatWasNotTold();
    void doesNotGuessAtWhatIsGone();

private:
    TestHost m_host;
};

void RetellingTest::initTestCase()
{
    m_host.connect(1, "d1");
    m_host.send(1, test::typed("o1", R"("n":1)"));                   // 1
    m_host.send(1, test::typed("o1", R"("status":"completed")"));    // 2
    m_host.send(1, test::typed("o1", R"("n":3)"));                   // 3
    m_host.send(1, test::typed("o2", R"("n":4)"));                   // 4
    m_host.send(1, test::typed("o1", R"("payment_status":"paid")")); // 5
    QCOMPARE(m_host.room.head(), 5u);
}

void RetellingTest::findsWhatWasNotTold()
{
    const QByteArrayList all{"order.created@1", "order.completed@2", "order.created@4",
                             "order.paid@5"};
    QCOMPARE(namesOf(told(m_host, 0, 0)), all);
    QCOMPARE(namesOf(told(m_host, 2, 0)), all.sliced(2));
    QCOMPARE(namesOf(told(m_host, 5, 0)), QByteArrayList());
}

void RetellingTest::doesNotGuessAtWhatIsGone()
{
    // Of o1 only what came after its first change kept; o2 began after the floor.
    QCOMPARE(namesOf(told(m_host, 0, 1)), QByteArrayList({"order.created@4", "order.paid@5"}));
    QCOMPARE(namesOf(told(m_host, 0, 4)), QByteArrayList());
}

QTEST_GUILESS_MAIN(RetellingTest)
#include "tst_retelling.moc"
