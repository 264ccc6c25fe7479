// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/remote/simwork.h"

#include "common/model/jsontext.h"

#include <QHash>
#include <QSet>
#include <QTest>

using namespace possync;
using namespace possync::remote;

/// What happens at a virtual device must be what could happen at a real one.
class SimWorkTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sameChanceSameEvening();
    void everyTypeOccursWithLegalActionsAndFields();
    void neverTheSameEntityTwiceInARow();
    void ordersWalkTheirPath();
    void tablesSayWhatTheirActionSays();
};

namespace {

constexpr int tasks = 5000;

std::vector<SimTask> evening(quint64 seed)
{
    std::mt19937_64 chance(seed);
    SimWork work("d1");
    std::vector<SimTask> done;
    for (int i = 0; i < tasks; ++i)
        done.push_back(work.next(chance));
    return done;
}

QByteArray field(const SimTask &task, const char *name)
{
    const QByteArray object = '{' + task.fields + '}';
    json::Members members;
    if (!json::parseObject(object, members))
        return {};
    const json::Member *member = json::find(members, name);
    return member ? json::unquoted(member->value) : QByteArray();
}

} // namespace

void SimWorkTest::sameChanceSameEvening()
{
    const auto one = evening(7);
    const auto two = evening(7);
    const auto other = evening(8);
    bool differs = false;
    for (std::size_t i = 0; i < one.size(); ++i) {
        QCOMPARE(one[i].entity, two[i].entity);
        QCOMPARE(one[i].fields, two[i].fields);
        differs = differs || one[i].fields != other[i].fields;
    }
    QVERIFY(differs);
}

void SimWorkTest::everyTypeOccursWithLegalActionsAndFields()
{
    QSet<int> types;
    for (const SimTask &task : evening(1)) {
        types.insert(static_cast<int>(task.type));
        QVERIFY2(isActionAllowed(task.type, task.action), task.entity.constData());
        QVERIFY(effectOf(task.action) == Effect::MergeFields
                || effectOf(task.action) == Effect::SetStatus);
        json::Members members;
        const QByteArray object = '{' + task.fields + '}';
        QVERIFY2(json::parseObject(object, members), object.constData());
        QVERIFY(!members.empty());
        QVERIFY(!json::find(members, "id"));
        QVERIFY(task.entity.startsWith("d1-"));
    }
    QCOMPARE(types.size(), qsizetype(allDataTypes.size()));
}

void SimWorkTest::neverTheSameEntityTwiceInARow()
{
    QByteArray last;
    for (const SimTask &task : evening(2)) {
        QVERIFY(task.entity != last);
        last = task.entity;
    }
}

void SimWorkTest::ordersWalkTheirPath()
{
    const QByteArrayList path{"pending", "confirmed", "preparing", "ready", "served", "completed"};
    QHash<QByteArray, qsizetype> reached;
    int completed = 0;
    int cancelled = 0;
    for (const SimTask &task : evening(3)) {
        if (task.type != DataType::Orders)
            continue;
        const QByteArray status = field(task, "status");
        if (task.action == Action::Created) {
            QVERIFY(!reached.contains(task.entity));
            QCOMPARE(status, QByteArray("pending"));
            reached.insert(task.entity, 0);
            continue;
        }
        QVERIFY(reached.contains(task.entity));
        qsizetype &at = reached[task.entity];
        QVERIFY2(at >= 0 && at < path.size() - 1, task.entity.constData()); // ended ones rest
        if (task.action == Action::Updated) {
            QVERIFY(status.isEmpty());
        } else if (status == "cancelled") {
            at = -1;
            ++cancelled;
        } else {
            QCOMPARE(status, path[++at]);
            QCOMPARE(task.action == Action::Completed, status == "completed");
            completed += status == "completed";
        }
    }
    QVERIFY(completed > 100);
    QVERIFY(cancelled > 5);
}

void SimWorkTest::tablesSayWhatTheirActionSays()
{
    for (const SimTask &task : evening(4)) {
        if (task.type == DataType::Tables)
            QCOMPARE(field(task, "status"), actionName(task.action).toByteArray());
    }
}

QTEST_GUILESS_MAIN(SimWorkTest)
#include "tst_remote_simwork.moc"
