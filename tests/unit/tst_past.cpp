// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/core/past.h"
#include "tests/unit/v2device.h"

#include <QRandomGenerator>
#include <QTest>

using namespace possync;
using core::Moment;
using core::Past;
using core::RecordHistory;
using test::TestHost;
using test::V2Device;

namespace {

using Fields = std::map<QByteArray, QByteArray>;
using Records = std::map<std::pair<DataType, QByteArray>, Fields>;

Fields fieldsOf(const QByteArray &record)
{
    Fields fields;
    json::Members members;
    json::splitObject(record, members);
    for (const json::Member &member : members)
        fields[QByteArrayView(json::plainKey(member)).toByteArray()] = member.value.toByteArray();
    return fields;
}

Records recordsNow(const TestHost &host)
{
    Records records;
    for (const DataType type : allDataTypes) {
        for (const core::Entity *entity : host.room.entities().live(type))
            records[{type, entity->id}] = fieldsOf(entity->record);
    }
    return records;
}

std::vector<core::Entity> present(const TestHost &host)
{
    std::vector<core::Entity> all;
    for (const core::Entity *entity : host.room.entities().touchedAfter(0))
        all.push_back(*entity);
    return all;
}

/// The blocks that retention left, through `reader`.
template<typename Reader>
void walk(Reader &reader, const TestHost &host, quint64 floor)
{
    for (const core::JournalBlock &block : host.blocks) {
        if (block.lastSeq <= floor && block.firstSeq <= block.lastSeq)
            continue;
        if (!reader.wantsMore())
            return;
        QVERIFY(reader.addBlock(block));
    }
}

Past pastOf(const TestHost &host, const Moment &moment, quint64 floor = 0)
{
    Past past(moment, floor, host.room.head());
    walk(past, host, floor);
    return past;
}

QByteArray userChange(const char *form, const QByteArray &fields)
{
    return QByteArray(form) + R"(,"action":"updated","data":{)" + fields
           + R"(},"device_id":"d1","timestamp":"2024-01-01T12:00:00.000")";
}

/// A busy evening: what each change left behind it, by its number.
std::map<quint64, Records> evening(TestHost &host, V2Device &device)
{
    std::map<quint64, Records> truth;
    truth[0] = {};
    host.connect(1, "d1");
    device.connect();
    QRandomGenerator random(7);
    for (int i = 0; i < 150; ++i) {
        host.now.wallMs += 1000;
        const QByteArray id = "r" + QByteArray::number(random.bounded(6));
        const QByteArray field = "f" + QByteArray::number(random.bounded(4));
        const QByteArray value = '"' + field + "\":" + QByteArray::number(i);
        switch (random.bounded(7)) {
        case 0:
            device.push({device.changeText("menu_items", "updated", id, value)});
            break;
        case 1:
            device.push({device.changeText("menu_items", "deleted", id, "")});
            break;
        case 2:
            device.push({device.changeText("menu_items", "created", id, value)});
            break;
        case 3:
            host.send(1, R"({"type":"table_update","table_id":")" + id
                             + R"(","action":"occupied","data":{)" + value
                             + R"(},"device_id":"d1"})");
            break;
        case 4:
            device.order(id, value);
            break;
        case 5:
            host.send(1, R"({"type":"menu_update","item_id":")" + id
                             + R"(","action":"deleted","data":{},"device_id":"d1"})");
            break;
        default:
            host.send(1, test::typed(id, value + ",\"status\":\"s" + QByteArray::number(i) + "\""));
        }
        truth[host.room.head()] = recordsNow(host);
    }
    return truth;
}

} // namespace

/// docs/protocol.md, "The past".
class PastTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyMomentIsAsItWas();
    void whatIsGoneIsNotMadeUp();
    void timesFindTheirChange();
    void timesBeforeTheFloorAreTooOld();
    void lateTwinsCountFromWhenTheyCame();
    void lateTwinOfWhatIsGoneIsNotMadeUp();
    void historyTellsOldAndNew();
    void historyComesInPages();
    void historyBehindTheFloor();
};

void PastTest::everyMomentIsAsItWas()
{
    TestHost host;
    V2Device device(host, 2, "v2");
    for (const auto &[seq, truth] : evening(host, device)) {
        const Past past = pastOf(host, {seq, {}});
        Records found;
        for (const core::PastRecord &record : past.records({})) {
            QVERIFY(record.isWhole);
            found[{record.entity.dataType, record.entity.id}] = fieldsOf(record.entity.record);
        }
        QCOMPARE(found, truth);
        QCOMPARE(past.seq(), seq);
    }
}

void PastTest::whatIsGoneIsNotMadeUp()
{
    TestHost host;
    V2Device device(host, 2, "v2");
    const auto truths = evening(host, device);
    int pieced = 0;
    for (quint64 floor = 1; floor < host.room.head(); floor += 7) {
        for (const auto &[seq, truth] : truths) {
            const Past past = pastOf(host, {seq, {}}, floor);
            QCOMPARE(past.isTooOld(), seq < floor);
            if (past.isTooOld())
                continue;
            Records found;
            for (const core::PastRecord &record : past.records(present(host))) {
                const std::pair key(record.entity.dataType, record.entity.id);
                const Fields fields = fieldsOf(record.entity.record);
                found[key] = fields;
                if (record.isWhole) {
                    QVERIFY2(truth.contains(key), key.second);
                    QCOMPARE(fields, truth.at(key));
                    continue;
                }
                ++pieced;
                // It may not have been there; if it was, nothing told about it is wrong.
                if (!truth.contains(key))
                    continue;
                for (const auto &[name, value] : fields)
                    QCOMPARE(truth.at(key).at(name), value);
                for (const auto &[name, value] : truth.at(key))
                    QVERIFY(fields.contains(name) || record.unknown.empty()
                            || std::ranges::count(record.unknown, name) == 1);
            }
            for (const auto &[key, fields] : truth)
                QVERIFY2(found.contains(key), key.second);
        }
    }
    QVERIFY(pieced > 100);
}

void PastTest::timesFindTheirChange()
{
    TestHost host;
    host.connect(1, "d1");
    const qint64 start = host.now.wallMs;
    for (int i = 0; i < 3; ++i) {
        host.now.wallMs = start + i * 1000;
        host.send(1, test::typed("o1", "\"n\":" + QByteArray::number(i)));
    }
    QCOMPARE(pastOf(host, {{}, start - 1}).seq(), 0u);
    QVERIFY(pastOf(host, {{}, start - 1}).records({}).empty());
    QCOMPARE(pastOf(host, {{}, start}).seq(), 1u);
    QCOMPARE(pastOf(host, {{}, start + 1999}).seq(), 2u);
    QCOMPARE(pastOf(host, {{}, start + 1999}).atMs(), start + 1000);
    QCOMPARE(pastOf(host, {{}, start + 99'000}).seq(), 3u);
}

void PastTest::timesBeforeTheFloorAreTooOld()
{
    TestHost host;
    host.connect(1, "d1");
    const qint64 start = host.now.wallMs;
    for (int i = 0; i < 4; ++i) {
        host.now.wallMs = start + i * 1000;
        host.send(1, test::typed("o1", "\"n\":" + QByteArray::number(i)));
    }
    QVERIFY(pastOf(host, {{}, start + 1999}, 2).isTooOld());
    QVERIFY(!pastOf(host, {{}, start + 2000}, 2).isTooOld());
    QVERIFY(pastOf(host, {1, {}}, 2).isTooOld());
    QVERIFY(!pastOf(host, {2, {}}, 2).isTooOld());
}

void PastTest::lateTwinsCountFromWhenTheyCame()
{
    TestHost host;
    host.connect(1, "d1");
    const QByteArray name = R"("name":"Asha")";
    host.send(1, userChange(R"({"type":"user_update","user_id":"waiter")", name) + '}');
    host.send(1, test::typed("o1", "\"n\":1"));
    host.send(1, userChange(R"({"type":"data_change","data_type":"users")", name + R"(,"id":"u1")")
                     + R"(,"change_id":"c1"})");
    host.send(1, test::typed("o1", "\"n\":2"));
    QCOMPARE(host.room.head(), 3u);
    const auto userAt = [&](quint64 seq) {
        for (const core::PastRecord &record : pastOf(host, {seq, {}}).records({})) {
            if (record.entity.dataType == DataType::Users)
                return record.entity.record;
        }
        return QByteArray();
    };
    QCOMPARE(userAt(1), QByteArray());
    QCOMPARE(userAt(2), QByteArray(R"({"id":"u1","name":"Asha"})"));
    RecordHistory history(DataType::Users, "u1", 0, {}, 10);
    walk(history, host, 0);
    QCOMPARE(history.versions().size(), 1u);
    QVERIFY(history.versions()[0].isLate);
    QCOMPARE(history.versions()[0].fields.size(), 1u);
    QCOMPARE(history.versions()[0].fields[0].after, QByteArray("\"Asha\""));
}

void PastTest::lateTwinOfWhatIsGoneIsNotMadeUp()
{
    TestHost host;
    host.connect(1, "d1");
    const QByteArray twin = R"({"type":"data_change","data_type":"users")";
    const auto update = [&](const QByteArray &fields, const QByteArray &id) {
        host.now.wallMs += 10'000;
        host.send(1, twin + R"(,"action":"updated","data":{"id":"u1",)" + fields
                         + R"(},"device_id":"d1","change_id":")" + id + "\"}");
    };
    const QByteArray late = R"("name":"Asha","phone":"1")";
    host.send(1, userChange(R"({"type":"user_update","user_id":"waiter")", late) + '}');
    update(R"("name":"Usha")", "c2"); // gone, like the change it goes over
    update(R"("role":"cook")", "c3");
    host.send(1, userChange(twin.constData(), late + R"(,"id":"u1")") + R"(,"change_id":"c1"})");
    update(R"("phone":"5")", "c4");
    constexpr quint64 floor = 2;
    QCOMPARE(host.room.head(), 4u);
    const auto userAt = [&](quint64 seq) {
        const auto records = pastOf(host, {seq, {}}, floor).records(present(host));
        return records.empty() ? core::PastRecord() : records.front();
    };
    // Her name was never Asha: the twin came too late for it.
    const core::PastRecord user = userAt(3);
    QCOMPARE(fieldsOf(user.entity.record)["name"], QByteArray("\"Usha\""));
    QCOMPARE(fieldsOf(user.entity.record)["role"], QByteArray("\"cook\""));
    QCOMPARE(user.unknown, std::vector<QByteArray>{"phone"});
    QVERIFY(!user.isWhole);
    QVERIFY(!fieldsOf(user.entity.record).contains("phone"));
    // Before the twin came, her name may have been another.
    const core::PastRecord before = userAt(2);
    QCOMPARE(fieldsOf(before.entity.record), (Fields{{"id", "\"u1\""}}));
    QCOMPARE(before.unknown, (std::vector<QByteArray>{"name", "phone", "role"}));

    RecordHistory history(DataType::Users, "u1", floor, {}, 10);
    walk(history, host, floor);
    QCOMPARE(history.versions().size(), 3u);
    QVERIFY(!history.isFromBirth());
    QVERIFY(history.versions()[1].isLate);
    QVERIFY(history.versions()[1].fields.empty());
    QCOMPARE(history.versions()[2].fields.size(), 1u);
    QVERIFY(!history.versions()[2].fields[0].isBeforeKnown);
}

void PastTest::historyTellsOldAndNew()
{
    TestHost host;
    V2Device device(host, 2, "v2");
    device.connect();
    device.order("o1", R"("status":"pending","total":25.50)", R"("user_id":"ann")", "created");
    device.order("o2", R"("status":"pending")");
    device.order("o1", R"("status":"ready","total":25.50)");
    device.order("o1", R"("status":"preparing")"); // stays ready
    device.push({device.changeText("orders", "deleted", "o1", "")});
    RecordHistory history(DataType::Orders, "o1", 0, {}, 10);
    walk(history, host, 0);
    QVERIFY(history.isFromBirth());
    QVERIFY(!history.next());
    const auto &versions = history.versions();
    QCOMPARE(versions.size(), 3u);
    QCOMPARE(versions[0].rev, 1u);
    QCOMPARE(versions[0].change->change.userId, std::optional<QByteArray>("ann"));
    QCOMPARE(versions[0].fields.size(), 2u);
    QCOMPARE(versions[0].fields[1].name, QByteArray("total"));
    QCOMPARE(versions[0].fields[1].before, QByteArray());
    QCOMPARE(versions[0].fields[1].after, QByteArray("25.50"));
    QCOMPARE(versions[1].change->seq, 3u);
    QCOMPARE(versions[1].fields.size(), 1u);
    QCOMPARE(versions[1].fields[0].before, QByteArray("\"pending\""));
    QCOMPARE(versions[1].fields[0].after, QByteArray("\"ready\""));
    QVERIFY(versions[2].isDeleted);
    QCOMPARE(versions[2].fields.size(), 2u);
    QCOMPARE(versions[2].fields[0].before, QByteArray("\"ready\""));
    QCOMPARE(versions[2].fields[0].after, QByteArray());
}

void PastTest::historyComesInPages()
{
    TestHost host;
    host.connect(1, "d1");
    for (int i = 0; i < 10; ++i)
        host.send(1, test::typed(i % 2 == 0 ? "o1" : "o2", "\"n\":" + QByteArray::number(i)));
    RecordHistory::Cursor cursor;
    QList<quint64> seen;
    for (int page = 0; page < 3; ++page) {
        RecordHistory history(DataType::Orders, "o1", 0, cursor, 2);
        walk(history, host, 0);
        for (const core::RecordVersion &version : history.versions()) {
            seen.append(version.change->seq);
            // Also the first of a page knows what was before it.
            QCOMPARE(version.fields[0].before.isEmpty(), version.change->seq == 1);
        }
        QCOMPARE(history.next().has_value(), page < 2);
        cursor = history.next().value_or(RecordHistory::Cursor());
    }
    QCOMPARE(seen, QList<quint64>({1, 3, 5, 7, 9}));
}

void PastTest::historyBehindTheFloor()
{
    TestHost host;
    host.connect(1, "d1");
    host.send(1, test::typed("o1", R"("a":1,"b":1)"));
    host.send(1, test::typed("o1", R"("a":2)"));
    host.send(1, test::typed("o1", R"("a":3)"));
    RecordHistory history(DataType::Orders, "o1", 1, {}, 10);
    walk(history, host, 1);
    QVERIFY(!history.isFromBirth());
    QCOMPARE(history.versions().size(), 2u);
    const core::RecordVersion::Field &first = history.versions()[0].fields[0];
    QVERIFY(!first.isBeforeKnown);
    QCOMPARE(first.after, QByteArray("2"));
    const core::RecordVersion::Field &second = history.versions()[1].fields[0];
    QVERIFY(second.isBeforeKnown);
    QCOMPARE(second.before, QByteArray("2"));
    QCOMPARE(second.after, QByteArray("3"));
}

QTEST_GUILESS_MAIN(PastTest)
#include "tst_past.moc"
