// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/idindex.h"

#include <QTest>

#include <map>

using namespace possync::core;

namespace {

QByteArray name(int number)
{
    return "change-" + QByteArray::number(number);
}

void addRange(IdIndex &index, int from, int to)
{
    for (int i = from; i < to; ++i)
        index.insert(name(i), {static_cast<quint64>(i + 1), static_cast<quint32>(i * 7)});
}

/// A store as far as the index knows one: the newest value of each key, in key order.
class Rows
{
public:
    void save(IdIndex &index)
    {
        std::vector<StateRow> rows;
        index.takeState(rows);
        lastCount = rows.size();
        for (const StateRow &row : rows)
            m_rows[row.key] = row.value;
    }
    IdIndex load() const
    {
        IdIndex index;
        for (const auto &[key, value] : m_rows) {
            if (!index.loadState({key, value, false}))
                qFatal("a saved row was refused");
        }
        return index;
    }
    std::size_t lastCount = 0;

private:
    std::map<QByteArray, QByteArray> m_rows;
};

bool holds(const IdIndex &index, int count)
{
    for (int i = 0; i < count; ++i) {
        const auto entry = index.find(name(i));
        if (!entry || entry->seq != static_cast<quint64>(i + 1)
            || entry->content != static_cast<quint32>(i * 7))
            return false;
    }
    return index.size() == static_cast<std::size_t>(count) && !index.find(name(count));
}

} // namespace

class IdIndexTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void findsWhatWasAdded();
    void firstNameWins();
    void emptyAndUnusualIds();
    void savedAndLoaded_data();
    void savedAndLoaded();
    void savesOnlyWhatIsNew();
    void growsOnAfterLoading();
    void refusesStrangeRows();
};

void IdIndexTest::findsWhatWasAdded()
{
    IdIndex index;
    QVERIFY(!index.find("anything"));
    addRange(index, 0, 20000);
    QVERIFY(holds(index, 20000));
}

void IdIndexTest::firstNameWins()
{
    IdIndex index;
    index.insert("a", {1, 10});
    index.insert("a", {2, 20});
    QCOMPARE(index.size(), 1U);
    QCOMPARE(index.find("a")->seq, 1U);
    QCOMPARE(index.find("a")->content, 10U);
}

void IdIndexTest::emptyAndUnusualIds()
{
    IdIndex index;
    const QByteArray withNull("a\0b", 3);
    index.insert(withNull, {1, 1});
    index.insert(QByteArray(256, 'x'), {2, 2});
    QVERIFY(index.find(withNull));
    QVERIFY(!index.find("a"));
    QVERIFY(index.find(QByteArray(256, 'x')));
    QVERIFY(!index.find(QByteArray(255, 'x')));
}

void IdIndexTest::savedAndLoaded_data()
{
    QTest::addColumn<int>("count");
    for (const int count : {0, 1, 511, 512, 513, 1024, 5000})
        QTest::newRow(QByteArray::number(count).constData()) << count;
}

void IdIndexTest::savedAndLoaded()
{
    QFETCH(int, count);
    IdIndex index;
    addRange(index, 0, count);
    Rows rows;
    rows.save(index);
    QVERIFY(!index.isDirty());
    const IdIndex loaded = rows.load();
    QVERIFY(holds(loaded, count));
    QVERIFY(!loaded.isDirty());
}

void IdIndexTest::savesOnlyWhatIsNew()
{
    IdIndex index;
    Rows rows;
    addRange(index, 0, 5000);
    rows.save(index);
    rows.save(index);
    QCOMPARE(rows.lastCount, 0U);
    addRange(index, 5000, 5001);
    QVERIFY(index.isDirty());
    rows.save(index);
    QCOMPARE(rows.lastCount, 1U);
    QVERIFY(holds(rows.load(), 5001));
}

void IdIndexTest::growsOnAfterLoading()
{
    // Restarts at every kind of filling of the last row, each followed by more ids.
    Rows rows;
    int count = 0;
    for (const int step : {1, 510, 1, 1, 512, 700, 3}) {
        IdIndex index = rows.load();
        addRange(index, 0, count + step); // replay repeats what is known
        count += step;
        rows.save(index);
        QVERIFY(holds(index, count));
        QVERIFY(holds(rows.load(), count));
    }
}

void IdIndexTest::refusesStrangeRows()
{
    IdIndex index;
    QVERIFY(!index.loadState({"e", "", false}));
    QVERIFY(!index.loadState({"", "", false}));
    QVERIFY(!index.loadState({"i", "", false}));
    QVERIFY(!index.loadState({QByteArray("i\0\0\0\0", 5), "short", false}));
    QCOMPARE(index.size(), 0U);
}

QTEST_GUILESS_MAIN(IdIndexTest)
#include "tst_idindex.moc"
